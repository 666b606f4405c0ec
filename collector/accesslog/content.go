package accesslog

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/collector"
)

// content is the unpacked content of an open file, read from the beginning on. A plain file can also be read anywhere.
type content struct {
	candidate
	file     *os.File
	packed   collector.Compression
	unpacked io.ReadCloser
	at       int64  // unpacked bytes read
	limit    int64  // of unpacked bytes
	head     []byte // the beginning, up to headWindow
	tail     []byte // the last bytes before at
	fault    error  // of reading, once the content ended by one
}

// errUnpacked says that a compressed file holds more than is allowed.
var errUnpacked = errors.New("it unpacks to more than max_unpacked_gib; raise that in the source's configuration if the file is genuine")

// openContent opens a candidate. When the path meanwhile leads to another file, because logs were rotated, the error is
// errRotated and the next run will read it.
func openContent(c candidate, limit int64) (*content, error) {
	file, err := os.Open(c.path)
	if err != nil {
		return nil, fmt.Errorf("unable to open %s: %w; let the user that runs this program read it", c.path, err)
	}
	info, err := file.Stat()
	if err != nil {
		file.Close()
		return nil, fmt.Errorf("unable to look at %s: %w", c.path, err)
	}
	now := describe(c.path, info)
	if now.id != c.id {
		file.Close()
		return nil, errRotated
	}
	o := &content{candidate: now, file: file, limit: limit}
	if err := o.rewind(); err != nil {
		o.close()
		return nil, err
	}
	return o, nil
}

var errRotated = errors.New("the file was rotated meanwhile")

// rewind goes to the beginning. A fault of the archive is kept and ends the content there.
func (o *content) rewind() error {
	if o.unpacked != nil {
		o.unpacked.Close()
	}
	if _, err := o.file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("unable to read %s: %w", o.path, err)
	}
	o.at, o.tail, o.fault = 0, o.tail[:0], nil
	o.unpacked, o.packed, o.fault = collector.Decompress(o.file)
	if o.fault != nil {
		o.unpacked, o.head = nil, nil
		return nil
	}
	if o.packed == collector.Plain {
		if _, err := o.file.Seek(0, io.SeekStart); err != nil {
			return fmt.Errorf("unable to read %s: %w", o.path, err)
		}
		o.head = make([]byte, min(o.size, headWindow))
		n, err := o.file.ReadAt(o.head, 0)
		o.head = o.head[:n]
		if err != nil && err != io.EOF {
			return fmt.Errorf("unable to read %s: %w", o.path, err)
		}
		return nil
	}
	head := make([]byte, headWindow)
	n, err := readFull(o.unpacked, head)
	o.head = head[:n]
	o.unpacked = &replayed{head: bytes.NewReader(o.head), err: err, rest: o.unpacked}
	return nil
}

func (o *content) close() {
	if o.unpacked != nil {
		o.unpacked.Close()
	}
	o.file.Close()
}

func (o *content) plain() bool { return o.packed == collector.Plain }

// fill reads until p is full or the content ends, and says whether it ended.
func (o *content) fill(p []byte) (n int, ended bool) {
	if o.fault != nil {
		return 0, true
	}
	var source io.Reader = o.file
	if !o.plain() {
		source = o.unpacked
	}
	n, err := readFull(source, p)
	o.at += int64(n)
	o.tail = lastOf(o.tail, p[:n])
	switch {
	case err != nil && err != io.EOF:
		o.fault = err
	case o.at > o.limit && !o.plain():
		o.fault = errUnpacked
	}
	return n, err != nil || o.fault != nil
}

// readFull reads until p is full. Unlike io.ReadFull it returns the reader's own error, so that an archive that was cut is
// not taken for one that ended.
func readFull(r io.Reader, p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		var read int
		read, err = r.Read(p[n:])
		n += read
	}
	return n, err
}

// skip reads up to an offset, and says whether the content goes so far.
func (o *content) skip(to int64, buffer []byte) bool {
	if o.plain() {
		return o.seek(to)
	}
	for o.at < to {
		if _, ended := o.fill(buffer[:min(int64(len(buffer)), to-o.at)]); ended && o.at < to {
			return false
		}
	}
	return true
}

func (o *content) seek(to int64) bool {
	if o.size < to {
		return false
	}
	tail := make([]byte, min(to, headBytes))
	if n, _ := o.file.ReadAt(tail, to-int64(len(tail))); n < len(tail) {
		return false
	}
	if _, err := o.file.Seek(to, io.SeekStart); err != nil {
		return false
	}
	o.at, o.tail = to, tail
	return true
}

// lineAt is the line that begins at an offset, at most headWindow bytes of it, without its end. It moves to there.
func (o *content) lineAt(at int64, buffer []byte) []byte {
	if at < o.at {
		if err := o.rewind(); err != nil {
			return nil
		}
	}
	if !o.skip(at, buffer) {
		return nil
	}
	n, _ := o.fill(buffer[:headWindow])
	line, _, _ := bytes.Cut(buffer[:n], []byte("\n"))
	return bytes.Clone(line)
}

// tailed says whether the bytes before the place reached are those that the stream ended with.
func (o *content) tailed(s *stream) bool {
	return o.at == s.Offset && xxhash.Sum64(o.tail) == s.Tail
}

// raw is how far the file itself was read, for the progress.
func (o *content) raw() int64 {
	at, err := o.file.Seek(0, io.SeekCurrent)
	if err != nil {
		return 0
	}
	return at
}

// replayed reads the head again before what follows it, which is the error if there was one.
type replayed struct {
	head *bytes.Reader
	err  error
	rest io.ReadCloser
}

func (r *replayed) Read(p []byte) (int, error) {
	if r.head.Len() > 0 {
		return r.head.Read(p)
	}
	if r.err != nil {
		return 0, r.err
	}
	return r.rest.Read(p)
}

func (r *replayed) Close() error { return r.rest.Close() }
