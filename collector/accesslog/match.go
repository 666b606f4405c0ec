package accesslog

import (
	"bytes"
	"cmp"
	"os"
	"slices"

	"github.com/cespare/xxhash/v2"
)

// verdict is how a file's content relates to what was read before.
type verdict uint8

const (
	fresh     verdict = iota // nothing of it is known
	continues                // it begins with all that was read of a stream
	covered                  // it holds a part of what was read of a stream
)

// match finds the stream whose content a file holds, and leaves the file where the stream's reading goes on. Several
// streams can fit while they are short; the longest wins, after the one that the file itself held the last time.
func (rd *reader) match(o *content) (*stream, verdict, error) {
	var full, short []*stream
	hashes := map[[2]int]uint64{} // of the head, by place and length: nearly all streams share one
	for _, s := range rd.state {
		switch part := [2]int{s.HeadAt, s.HeadAt + s.HeadLen}; {
		case s.Offset == 0:
		case part[1] > len(o.head):
			short = append(short, s)
		default:
			hash, done := hashes[part]
			if !done {
				hash = xxhash.Sum64(o.head[part[0]:part[1]])
				hashes[part] = hash
			}
			if hash == s.Head {
				full = append(full, s)
			}
		}
	}
	slices.SortFunc(full, func(a, b *stream) int {
		return cmp.Or(cmp.Compare(owned(b, o), owned(a, o)), cmp.Compare(b.Offset, a.Offset), cmp.Compare(a.Key, b.Key))
	})
	find := rd.matchPacked
	if o.plain() {
		find = rd.matchPlain
	}
	s, v := find(o, full)
	if v == fresh {
		for _, one := range short {
			if rd.isPart(o, one, o.head, int64(len(o.head)), false) {
				return one, covered, nil
			}
		}
	}
	switch {
	case v == fresh && o.at > 0:
		return nil, fresh, o.rewind()
	case v == continues && o.at != s.Offset:
		if err := o.rewind(); err != nil {
			return nil, fresh, err
		}
		o.skip(s.Offset, rd.scratch)
	}
	return s, v, nil
}

func owned(s *stream, o *content) int {
	if s.Owner == o.id {
		return 1
	}
	return 0
}

func (rd *reader) matchPlain(o *content, full []*stream) (*stream, verdict) {
	for _, s := range full {
		if o.size >= s.Offset {
			if o.seek(s.Offset) && o.tailed(s) {
				return s, continues
			}
			continue
		}
		end := make([]byte, min(o.size, headBytes))
		n, _ := o.file.ReadAt(end, o.size-int64(len(end)))
		if n == len(end) && rd.isPart(o, s, end, o.size, true) {
			return s, covered
		}
	}
	return nil, fresh
}

// matchPacked unpacks once, comparing at every offset that comes into question.
func (rd *reader) matchPacked(o *content, full []*stream) (*stream, verdict) {
	byOffset := slices.SortedFunc(slices.Values(full), func(a, b *stream) int { return cmp.Compare(a.Offset, b.Offset) })
	var best *stream
	for _, s := range byOffset {
		if !o.skip(s.Offset, rd.scratch) {
			if best == nil && rd.isPart(o, s, o.tail, o.at, true) {
				return s, covered
			}
			continue
		}
		if o.tailed(s) && (best == nil || best.Offset < s.Offset || owned(s, o) == 1) {
			best = s
		}
	}
	if best == nil {
		return nil, fresh
	}
	return best, continues
}

// isPart says whether content that ends at the given offset, before the stream's, is the beginning of the stream: a copy or
// an archive that is still being written. Its last bytes are compared with a file that holds the stream. Where none is
// left, the same long beginning has to do.
func (rd *reader) isPart(o *content, s *stream, last []byte, end int64, sameHead bool) bool {
	owner, ok := rd.present[s.Owner]
	if !ok || owner.id == o.id {
		return sameHead && s.HeadLen == headBytes
	}
	file, err := os.Open(owner.path)
	if err != nil {
		return sameHead && s.HeadLen == headBytes
	}
	defer file.Close()
	if info, err := file.Stat(); err != nil || describe(owner.path, info).id != owner.id {
		return sameHead && s.HeadLen == headBytes // rotated since it was listed
	}
	head := make([]byte, s.HeadLen)
	n, _ := file.ReadAt(head, int64(s.HeadAt))
	if n < s.HeadLen || xxhash.Sum64(head) != s.Head {
		return sameHead && s.HeadLen == headBytes // packed, or holds another content by now
	}
	last = last[max(0, len(last)-headBytes):]
	theirs := make([]byte, len(last))
	n, _ = file.ReadAt(theirs, end-int64(len(last)))
	return len(last) > 0 && n == len(last) && bytes.Equal(theirs, last)
}
