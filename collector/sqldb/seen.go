package sqldb

import (
	"cmp"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// seen remembers which rows of the overlap window were emitted, by the hash of their content. It is bounded: where the
// window holds more, the oldest are forgotten and will be emitted again, and their identity makes them one in the store.
type seen struct {
	entries []seenRow
	hashes  map[uint64]struct{}
}

type seenRow struct {
	at   float64 // ordinal of the watermark
	hash uint64
}

// maxSeen bounds the checkpoint to some 170 kB.
const maxSeen = 8192

func newSeen() *seen { return &seen{hashes: map[uint64]struct{}{}} }

func (s *seen) has(hash uint64) bool {
	_, ok := s.hashes[hash]
	return ok
}

func (s *seen) add(at float64, hash uint64) {
	if s.has(hash) {
		return
	}
	if len(s.entries) >= maxSeen {
		slices.SortFunc(s.entries, func(a, b seenRow) int { return cmp.Compare(a.at, b.at) })
		for _, e := range s.entries[:maxSeen/2] {
			delete(s.hashes, e.hash)
		}
		s.entries = slices.Delete(s.entries, 0, maxSeen/2)
	}
	s.entries = append(s.entries, seenRow{at, hash})
	s.hashes[hash] = struct{}{}
}

// forget drops everything before the start of the window.
func (s *seen) forget(before float64) {
	s.entries = slices.DeleteFunc(s.entries, func(e seenRow) bool {
		if e.at < before {
			delete(s.hashes, e.hash)
			return true
		}
		return false
	})
}

// MarshalText packs the entries for the checkpoint.
func (s *seen) MarshalText() ([]byte, error) {
	packed := make([]byte, 0, 16*len(s.entries))
	for _, e := range s.entries {
		packed = binary.LittleEndian.AppendUint64(packed, math.Float64bits(e.at))
		packed = binary.LittleEndian.AppendUint64(packed, e.hash)
	}
	return base64.StdEncoding.AppendEncode(nil, packed), nil
}

// UnmarshalText reads what MarshalText wrote.
func (s *seen) UnmarshalText(text []byte) error {
	packed, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil || len(packed)%16 != 0 || len(packed) > 16*maxSeen {
		return fmt.Errorf("unable to read the rows remembered in the checkpoint (%d bytes)", len(text))
	}
	*s = *newSeen()
	for ; len(packed) > 0; packed = packed[16:] {
		s.add(math.Float64frombits(binary.LittleEndian.Uint64(packed)), binary.LittleEndian.Uint64(packed[8:]))
	}
	return nil
}
