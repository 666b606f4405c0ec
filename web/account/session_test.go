package account

import (
	"testing"
	"time"
)

func TestSessionsEndIdleAndAbsolute(t *testing.T) {
	now := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	s := &sessions{idle: 30 * time.Minute, absolute: time.Hour, clock: func() time.Time { return now }, open: map[[32]byte]*Session{}}
	idle, used := s.begin(Session{Account: "li"}), s.begin(Session{Account: "li"})
	now = now.Add(30 * time.Minute)
	if s.find(used) == nil {
		t.Fatal("a session ended before its idle time was over")
	}
	now = now.Add(time.Second)
	if s.find(idle) != nil {
		t.Error("an unused session is still open")
	}
	now = now.Add(29 * time.Minute)
	if s.find(used) == nil {
		t.Error("a used session ended before its absolute time")
	}
	now = now.Add(time.Minute)
	if s.find(used) != nil {
		t.Error("a session outlived its absolute time")
	}
}
