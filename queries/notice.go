package queries

import (
	"context"
	"errors"
	"time"
)

// The states of a notice.
const (
	NoticeQueued = "queued" // waits for its time
	NoticeTrying = "trying" // handed to the channel; after a crash in between it is tried again
	NoticeSent   = "sent"
	NoticeDead   = "dead"  // given up; somebody has to look
	NoticeStale  = "stale" // a newer one was made before it could be sent
)

// NoticeStates lists them.
var NoticeStates = []string{NoticeQueued, NoticeTrying, NoticeSent, NoticeDead, NoticeStale}

// Notice is one message to one recipient.
type Notice struct {
	ID        string    `json:"id"`        // of recipient, content and day: the same notice is never queued twice
	Channel   string    `json:"channel"`   // mail, or the id of a robot
	Recipient string    `json:"recipient"` // an address of mail, or the id of a robot
	Account   string    `json:"account"`   // that the notice is for; empty for the group of a robot
	Subject   string    `json:"subject"`
	Body      string    `json:"body"`
	Content   string    `json:"-"` // hash of what it says, by which a repetition is found
	State     string    `json:"state"`
	Attempts  uint16    `json:"attempts"`
	Next      time.Time `json:"next"` // when it is tried, while it is queued or being tried
	Error     string    `json:"error,omitempty"`
	Created   time.Time `json:"created"`
	Updated   time.Time `json:"updated"`
}

// NoticeQuery narrows the notices that are read, the newest first.
type NoticeQuery struct {
	State, Recipient string // empty for all
	Limit            uint32 // 1,000 where zero
}

// SaveNotice keeps a notice as it is now.
func (s *Store) SaveNotice(ctx context.Context, n Notice) error {
	if n.ID == "" || n.Channel == "" || n.Recipient == "" || n.State == "" || n.Created.IsZero() {
		return errors.New("unable to keep a notice without id, channel, recipient, state and moment")
	}
	return s.insert(ctx, "notices.Insert", columns(
		[]string{n.ID}, []string{n.Channel}, []string{n.Recipient}, []string{n.Account}, []string{n.Subject}, []string{n.Body}, []string{n.Content},
		[]string{n.State}, []uint16{n.Attempts}, []time.Time{orZero(n.Next)}, []string{n.Error}, []time.Time{n.Created.UTC()}, []time.Time{time.Now().UTC()}))
}

// Notices reads notices as they are now, the newest first.
func (s *Store) Notices(ctx context.Context, q NoticeQuery) ([]Notice, error) {
	if q.Limit == 0 {
		q.Limit = 1000
	}
	var out []Notice
	err := s.Each(ctx, "notices.List", Params{"state": q.State, "recipient": q.Recipient, "limit": q.Limit}, func(scan func(...any) error) error {
		var n Notice
		err := scan(&n.ID, &n.Channel, &n.Recipient, &n.Account, &n.Subject, &n.Body, &n.Content, &n.State, &n.Attempts, &n.Next, &n.Error, &n.Created, &n.Updated)
		out = append(out, n)
		return err
	})
	return out, err
}
