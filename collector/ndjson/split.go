package ndjson

import (
	"bytes"
	"errors"
	"io"
)

// chunkBytes is how much is read at a time: some thousand records, so that handing over costs nothing beside reading.
const chunkBytes = 1 << 20

// tail says what to do with a last line that has no line end.
type tail uint8

const (
	readTail  tail = iota // the stream is complete, so the line is
	tryTail               // the line is read if it is a whole JSON text, and left for later otherwise
	leaveTail             // somebody is still writing it
)

// chunk is a piece of the stream that begins with a line and ends with one.
type chunk struct {
	source, origin string
	data           []byte
	tail           tail
	first          bool   // of the stream, where a byte order mark may stand
	oversize       int64  // length of the one line that was too long to be held; data is then its beginning
	ending         []byte // and ending its last bytes
	left           bool   // a last line without end was left out
	err            error  // why the stream broke after data; nil at its end
	done           chan *result
}

// splitter cuts a stream into chunks.
type splitter struct {
	r              io.Reader
	source, origin string
	tail           tail
	begun, ended   bool
	carry          []byte // what was read beyond the chunk: the beginning of the next
	err            error  // of r, io.EOF at its end
}

// next reads the next chunk, nil after the last.
func (s *splitter) next() *chunk {
	if s.ended {
		return nil
	}
	c := &chunk{source: s.source, origin: s.origin, tail: s.tail, first: !s.begun, done: make(chan *result, 1)}
	buf := append(make([]byte, 0, max(chunkBytes, 2*len(s.carry))), s.carry...)
	s.carry = nil
	for {
		seen := len(buf)
		buf = s.fill(buf)
		if !s.begun && (bytes.HasPrefix(buf, []byte("\xff\xfe")) || bytes.HasPrefix(buf, []byte("\xfe\xff"))) {
			s.err, buf = errUTF16, nil
		}
		s.begun = true
		if s.err != nil {
			return s.finish(c, buf)
		}
		if end := bytes.LastIndexByte(buf[seen:], '\n'); end >= 0 {
			c.data, s.carry = buf[:seen+end+1], buf[seen+end+1:]
			return c
		}
		if len(buf) > mostLine {
			return s.passOver(c, buf)
		}
		buf = append(make([]byte, 0, 2*cap(buf)), buf...)
	}
}

// fill reads until the buffer is full or r has no more.
func (s *splitter) fill(buf []byte) []byte {
	for len(buf) < cap(buf) && s.err == nil {
		var n int
		n, s.err = s.r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
	}
	return buf
}

// finish makes the last chunk, when r has no more.
func (s *splitter) finish(c *chunk, buf []byte) *chunk {
	s.ended = true
	broken := !errors.Is(s.err, io.EOF)
	if broken {
		c.err = s.err
	}
	// A line that was cut off by a fault of the stream is no line.
	if broken || s.tail == leaveTail {
		whole := bytes.LastIndexByte(buf, '\n') + 1
		c.left = !broken && whole < len(buf)
		buf = buf[:whole]
	}
	c.data = buf
	return c
}

// passOver reads to the end of a line that is too long to be held.
func (s *splitter) passOver(c *chunk, buf []byte) *chunk {
	c.data = bytes.Clone(buf[:mostRaw])
	c.oversize = int64(len(buf))
	c.ending = bytes.Clone(buf[len(buf)-endingBytes:])
	for s.err == nil {
		buf = s.fill(buf[:0:chunkBytes])
		end := bytes.IndexByte(buf, '\n') + 1
		if end > 0 {
			buf, s.carry = buf[:end], bytes.Clone(buf[end:])
		}
		c.oversize += int64(len(buf))
		c.ending = lastOf(c.ending, buf)
		if end > 0 {
			return c
		}
	}
	s.ended = true
	if !errors.Is(s.err, io.EOF) {
		c.err = s.err
	}
	return c
}

var errUTF16 = &encoding{"the file is in UTF-16; save it as UTF-8"}

// endingBytes is how much of the stream before a position identifies it.
const endingBytes = 1 << 10

// lastOf is the last part of a followed by b.
func lastOf(a, b []byte) []byte {
	if len(b) >= endingBytes {
		return bytes.Clone(b[len(b)-endingBytes:])
	}
	whole := append(bytes.Clone(a), b...)
	return whole[max(0, len(whole)-endingBytes):]
}
