package account

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
	"sync"
	"time"
)

// Session is somebody who is signed in at one browser. Sessions live in this process: when it ends, everybody signs in again.
type Session struct {
	ID      string // tells the sessions of an account apart; opens nothing
	Account string
	Version time.Time // of the account when the session began: a changed account ends it
	Began   time.Time
	Seen    time.Time
	Address string
	Agent   string // what the browser calls itself
}

// sessions are kept by the hash of the value that the browser holds, so that a look at the memory of the process opens none.
type sessions struct {
	mutex          sync.Mutex
	idle, absolute time.Duration
	clock          func() time.Time
	open           map[[32]byte]*Session
}

const mostSessions = 10_000 // of all accounts; the one that was seen least recently makes room

// begin opens a session and gives the value for the browser: 256 random bits.
func (s *sessions) begin(one Session) (value string) {
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails since Go 1.24: the program ends instead
	value = base64.RawURLEncoding.EncodeToString(raw)
	key := sha256.Sum256([]byte(value))
	one.Began, one.ID = s.clock(), hex.EncodeToString(key[:6])
	one.Seen = one.Began
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.prune()
	s.open[key] = &one
	return value
}

// find gives the session of a browser's value and marks it as seen; nil where there is none, or it has ended.
func (s *sessions) find(value string) *Session {
	key := sha256.Sum256([]byte(value))
	s.mutex.Lock()
	defer s.mutex.Unlock()
	one := s.open[key]
	if one == nil {
		return nil
	}
	if s.over(one) {
		delete(s.open, key)
		return nil
	}
	one.Seen = s.clock()
	out := *one
	return &out
}

func (s *sessions) over(one *Session) bool {
	now := s.clock()
	return now.Sub(one.Seen) > s.idle || now.Sub(one.Began) > s.absolute
}

// end ends the sessions that a condition holds for.
func (s *sessions) end(which func(value [32]byte, one *Session) bool) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	for key, one := range s.open {
		if which(key, one) {
			delete(s.open, key)
		}
	}
}

// of lists the sessions of an account, the newest first.
func (s *sessions) of(name string) []Session {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	var out []Session
	for _, one := range s.open {
		if one.Account == name && !s.over(one) {
			out = append(out, *one)
		}
	}
	slices.SortFunc(out, func(a, b Session) int { return b.Began.Compare(a.Began) })
	return out
}

// prune drops what is over. The caller holds the lock.
func (s *sessions) prune() {
	if len(s.open) < mostSessions/2 {
		return
	}
	var oldest [32]byte
	var seen time.Time
	for key, one := range s.open {
		switch {
		case s.over(one):
			delete(s.open, key)
		case seen.IsZero() || one.Seen.Before(seen):
			oldest, seen = key, one.Seen
		}
	}
	if len(s.open) >= mostSessions {
		delete(s.open, oldest)
	}
}
