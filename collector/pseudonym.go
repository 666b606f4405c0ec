package collector

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// Pseudonymizer replaces identifiers by keyed hashes (HMAC-SHA256, cut to 64 bits), so that the same person has the same
// pseudonym everywhere in one installation and nobody can compute it without the key. It is safe for concurrent use.
type Pseudonymizer struct {
	key   []byte
	cache sync.Map // string -> uint64
	size  sync.Mutex
	count int
}

// cachedPseudonyms bounds the cache: about 100 bytes an entry.
const cachedPseudonyms = 1 << 18

// OpenKey reads the installation's key from a file, or makes one on first start with mode 0600. A key that others may
// read is refused.
func OpenKey(path string) (*Pseudonymizer, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return createKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("unable to read the pseudonym key: %w", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("unable to read the pseudonym key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("unable to use the pseudonym key %s: others may read it (mode %04o); run chmod 600 on it", path, info.Mode().Perm())
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) != 32 {
		return nil, fmt.Errorf("unable to use the pseudonym key %s: it must be 32 bytes in base64; restore it from the backup, because a new key cuts all persons from their past", path)
	}
	return NewPseudonymizer(key), nil
}

// createKey writes the key to a temporary name first and links it into place: two processes that start together end up
// with the same key, and a crash leaves no half-written one.
func createKey(path string) (*Pseudonymizer, error) {
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, fmt.Errorf("unable to make a pseudonym key: %w", err)
	}
	temporary := fmt.Sprintf("%s.%d", path, os.Getpid())
	defer os.Remove(temporary)
	if err := os.WriteFile(temporary, []byte(base64.StdEncoding.EncodeToString(key)+"\n"), 0o600); err != nil {
		return nil, fmt.Errorf("unable to write the pseudonym key: %w", err)
	}
	if err := os.Link(temporary, path); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return OpenKey(path)
		}
		return nil, fmt.Errorf("unable to write the pseudonym key: %w", err)
	}
	return NewPseudonymizer(key), nil
}

// NewPseudonymizer uses the given key.
func NewPseudonymizer(key []byte) *Pseudonymizer { return &Pseudonymizer{key: key} }

// Hash is the pseudonym of a raw identifier, 0 for none.
func (p *Pseudonymizer) Hash(raw string) uint64 {
	if raw == "" {
		return 0
	}
	if h, ok := p.cache.Load(raw); ok {
		return h.(uint64)
	}
	mac := hmac.New(sha256.New, p.key)
	mac.Write([]byte(raw))
	h := binary.BigEndian.Uint64(mac.Sum(nil))
	if h == 0 {
		h = 1
	}
	p.remember(strings.Clone(raw), h)
	return h
}

func (p *Pseudonymizer) remember(raw string, h uint64) {
	p.size.Lock()
	defer p.size.Unlock()
	if p.count >= cachedPseudonyms {
		p.cache.Clear()
		p.count = 0
	}
	p.cache.Store(raw, h)
	p.count++
}

// Token is the pseudonym of a value inside a form. Its class (rid: resident id with a right check digit, rid-bad: with a
// wrong one, tel, name, key) stays readable, so that formats can still be compared.
func (p *Pseudonymizer) Token(class, raw string) string {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], p.Hash(class[:3]+":"+raw))
	return class + ":" + hex.EncodeToString(b[:])
}
