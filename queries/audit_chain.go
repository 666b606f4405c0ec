package queries

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// AuditLink is one entry in its place in the chain.
type AuditLink struct {
	Seq   uint64 // 1, 2, …
	Batch uint64 // number of the first entry that was stored together with this one
	AuditEntry
	Before [32]byte // hash of the entry before; zero for the first
	Hash   [32]byte
}

// longestAudited bounds a text of an entry in bytes, so that no stranger fills the trail with long addresses.
const longestAudited = 4 << 10

// sealed is the keyed hash of a link: HMAC-SHA-256 (RFC 2104) over every field in order, numbers as 8 bytes big endian, the
// time as microseconds of Unix time, each text behind its length in bytes, so that no two links have the same bytes.
func (l *AuditLink) sealed(key []byte) (out [32]byte) {
	b := append(make([]byte, 0, 512), "jianfu audit 1\x00"...)
	b = binary.BigEndian.AppendUint64(b, l.Seq)
	b = binary.BigEndian.AppendUint64(b, l.Batch)
	b = binary.BigEndian.AppendUint64(b, uint64(l.At.UnixMicro()))
	for _, text := range []string{l.Account, l.Token, l.Action, l.Object, l.Detail, l.Address} {
		b = binary.BigEndian.AppendUint64(b, uint64(len(text)))
		b = append(b, text...)
	}
	b = append(b, l.Before[:]...)
	mac := hmac.New(sha256.New, key)
	mac.Write(b)
	mac.Sum(out[:0])
	return out
}

// chain puts entries behind the last link.
func chain(key []byte, last AuditLink, entries []AuditEntry) []AuditLink {
	out := make([]AuditLink, len(entries))
	first := last.Seq + 1
	for i, e := range entries {
		if e.At.IsZero() {
			e.At = time.Now()
		}
		e.At = e.At.UTC().Truncate(time.Microsecond)
		for _, text := range []*string{&e.Account, &e.Token, &e.Action, &e.Object, &e.Detail, &e.Address} {
			*text = cut(*text, longestAudited)
		}
		l := AuditLink{Seq: last.Seq + 1, Batch: first, AuditEntry: e, Before: last.Hash}
		l.Hash = l.sealed(key)
		out[i], last = l, l
	}
	return out
}

// cut keeps the beginning of a text that is too long, and says so.
func cut(text string, most int) string {
	if len(text) <= most {
		return text
	}
	most -= len("…")
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return text[:most] + "…"
}

// AuditAnchor is one line of the anchor file: how far the trail had come, and its hash then.
type AuditAnchor struct {
	Seq  uint64
	Hash [32]byte  // of the entry Seq
	At   time.Time // of the entry Seq
	MAC  [32]byte  // over the line and the MAC of the line before
}

// anchored is the anchor of a link behind another anchor.
func anchored(key []byte, last AuditAnchor, l AuditLink) AuditAnchor {
	a := AuditAnchor{Seq: l.Seq, Hash: l.Hash, At: l.At}
	a.MAC = a.sealed(key, last)
	return a
}

func (a AuditAnchor) sealed(key []byte, last AuditAnchor) (out [32]byte) {
	b := append([]byte("jianfu anchor 1\x00"), last.MAC[:]...)
	b = binary.BigEndian.AppendUint64(b, a.Seq)
	b = append(b, a.Hash[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(a.At.UnixMicro()))
	mac := hmac.New(sha256.New, key)
	mac.Write(b)
	mac.Sum(out[:0])
	return out
}

// anchorTime has all digits, so that every line of the same time has the same bytes.
const anchorTime = "2006-01-02T15:04:05.000000Z"

// String is the line of the file, without its end.
func (a AuditAnchor) String() string {
	return fmt.Sprintf("%d %x %s %x", a.Seq, a.Hash, a.At.UTC().Format(anchorTime), a.MAC)
}

// ParseAuditAnchor reads a line of an anchor file: number, hash, time and MAC, with one space between them.
func ParseAuditAnchor(line string) (AuditAnchor, error) {
	var a AuditAnchor
	parts := strings.Split(line, " ")
	if len(parts) != 4 {
		return a, fmt.Errorf("a line has four parts: number, hash, time, MAC; this one has %d", len(parts))
	}
	if _, err := fmt.Sscanf(parts[0], "%d", &a.Seq); err != nil || a.Seq == 0 {
		return a, fmt.Errorf("%.20q is not the number of an entry", parts[0])
	}
	for i, into := range map[int]*[32]byte{1: &a.Hash, 3: &a.MAC} {
		raw, err := hex.DecodeString(parts[i])
		if err != nil || len(raw) != len(into) {
			return a, fmt.Errorf("%.80q is not a hash of 64 hexadecimal digits", parts[i])
		}
		copy(into[:], raw)
	}
	at, err := time.Parse(anchorTime, parts[2])
	if err != nil {
		return a, fmt.Errorf("%.40q is not a time in UTC", parts[2])
	}
	a.At = at
	if a.String() != line { // one anchor has one spelling
		return a, fmt.Errorf("%.200q is not as it was written", line)
	}
	return a, nil
}
