package accesslog

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/collector"
)

// A stream is the content of one log, whatever file holds it at the moment: the live file, the file renamed or copied on
// rotation, the compressed one. It is recognised by the hash of its beginning and by the hash of what stands before the
// offset up to which it was read; inodes only decide between several that fit, and save opening what has not changed.
// Checksums alone fail on files that grow, inodes alone on copies, compression and reuse.
type stream struct {
	// Key tells the streams of a source apart: a hash of the first line, so that an event has the same position wherever and
	// whenever its line is read.
	Key uint32 `json:"k"`
	// HeadAt, HeadLen and Head are the place and the hash of the beginning. Headers are left out, because the logs of one
	// server begin with the same.
	HeadAt  int    `json:"a,omitempty"`
	HeadLen int    `json:"n"`
	Head    uint64 `json:"h"`
	// Offset is how many unpacked bytes were read, and Tail the hash of the last of them.
	Offset int64  `json:"o"`
	Tail   uint64 `json:"t"`
	// Lines is how many lines began before Offset. Open says that the last had no end yet.
	Lines uint64 `json:"l"`
	Open  bool   `json:"u,omitempty"`
	// Fields is the offset after the beginning of the #Fields: line in force, 0 for none.
	Fields int64 `json:"f,omitempty"`
	// Owner is the device and inode of a file that holds the content.
	Owner [2]uint64 `json:"w"`
	// Files are the states of files in which nothing is left to read.
	Files []sighting `json:"i,omitempty"`
	// Seen is the day, since 1970, on which a file with the content was last there.
	Seen int64 `json:"d"`
}

// sighting is a file in one state: device, inode, size and time of modification in nanoseconds.
type sighting [4]int64

const (
	// headBytes is how much of the beginning and of the end is hashed.
	headBytes = 1 << 10
	// headWindow is how much of the beginning is looked at for where the header ends.
	headWindow = 64 << 10
	// keyBits and lineBits share the position of an event between the stream and the line in it.
	keyBits  = 24
	lineBits = 64 - keyBits
)

// state is the checkpoint: the streams by key.
type state map[uint32]*stream

const stateVersion = 1

// stored is how a state is written.
type stored struct {
	Version int               `json:"v"`
	Streams []json.RawMessage `json:"s"`
}

func readState(from collector.Checkpoint) (state, error) {
	s := state{}
	if len(from) == 0 {
		return s, nil
	}
	var in stored
	if err := json.Unmarshal(from, &in); err != nil {
		return nil, fmt.Errorf("unable to read the checkpoint: %w", err)
	}
	if in.Version != stateVersion {
		return nil, fmt.Errorf("unable to read the checkpoint: it has version %d, this program knows %d", in.Version, stateVersion)
	}
	for _, text := range in.Streams {
		var one stream
		if err := json.Unmarshal(text, &one); err != nil {
			return nil, fmt.Errorf("unable to read the checkpoint: %w", err)
		}
		s[one.Key] = &one
	}
	return s, nil
}

// ledger writes the checkpoint as the streams go on. Streams that did not change are not written anew.
type ledger struct {
	order []uint32
	text  map[uint32]json.RawMessage
	dirty bool
}

func newLedger(s state) (*ledger, error) {
	l := &ledger{text: map[uint32]json.RawMessage{}}
	for _, one := range s {
		if err := l.set(one); err != nil {
			return nil, err
		}
	}
	slices.Sort(l.order)
	l.dirty = false
	return l, nil
}

func (l *ledger) set(s *stream) error {
	text, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("unable to write the checkpoint: %w", err)
	}
	old, known := l.text[s.Key]
	if !known {
		l.order = append(l.order, s.Key)
	}
	if !bytes.Equal(old, text) {
		l.text[s.Key], l.dirty = text, true
	}
	return nil
}

func (l *ledger) forget(key uint32) {
	delete(l.text, key)
	l.order = slices.DeleteFunc(l.order, func(k uint32) bool { return k == key })
	l.dirty = true
}

func (l *ledger) checkpoint() (collector.Checkpoint, error) {
	out := stored{Version: stateVersion, Streams: make([]json.RawMessage, len(l.order))}
	for i, key := range l.order {
		out.Streams[i] = l.text[key]
	}
	text, err := json.Marshal(out)
	if err != nil {
		return nil, fmt.Errorf("unable to write the checkpoint: %w", err)
	}
	l.dirty = false
	return text, nil
}

// keyOf gives a new stream its key: that of its first line, or the next one where another stream has it.
func (s state) keyOf(first []byte) uint32 {
	const mask = 1<<keyBits - 1
	key := uint32(xxhash.Sum64(first)) & mask
	for key == 0 || s[key] != nil {
		key = (key + 1) & mask
	}
	return key
}

// dataStart is where the first line stands that is no header.
func dataStart(prefix []byte) int {
	for at := 0; at < len(prefix); {
		end := bytes.IndexByte(prefix[at:], '\n')
		if prefix[at] != '#' && end != 0 && prefix[at] != '\r' {
			return at
		}
		if end < 0 {
			break
		}
		at += end + 1
	}
	return len(prefix)
}

// setHead hashes the beginning of what was read, as far as it is known.
func (s *stream) setHead(prefix []byte) {
	if s.HeadLen == headBytes {
		return
	}
	s.HeadAt = dataStart(prefix)
	if s.HeadAt >= len(prefix) || s.HeadAt > headWindow-headBytes {
		s.HeadAt = 0 // nothing but a header so far
	}
	s.HeadLen = min(headBytes, len(prefix)-s.HeadAt)
	s.Head = xxhash.Sum64(prefix[s.HeadAt : s.HeadAt+s.HeadLen])
	if s.HeadAt == 0 && dataStart(prefix) > 0 {
		s.HeadLen = min(s.HeadLen, headBytes-1) // may still move to the data
		s.Head = xxhash.Sum64(prefix[:s.HeadLen])
	}
}

// lastOf keeps the last headBytes of what was read so far followed by data.
func lastOf(tail, data []byte) []byte {
	if len(data) >= headBytes {
		return append(tail[:0], data[len(data)-headBytes:]...)
	}
	tail = append(tail, data...)
	if over := len(tail) - headBytes; over > 0 {
		tail = append(tail[:0], tail[over:]...)
	}
	return tail
}
