// Package notify takes notices to people: by mail, and to the groups of DingTalk, WeCom and Feishu. What is to be sent waits in the
// store, so that nothing is lost when the process ends, a channel is away or it is night.
package notify

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Message is what a channel takes to its recipient. Lines are told one after the other, each with the page where it goes on.
type Message struct {
	ID      string // the same at every try, so that recipients can tell a repetition
	Subject string
	Lines   []Line
	Footer  string
}

// Line is one sentence, and the address of the page where it goes on; empty for none.
type Line struct {
	Text, Address string
	// Aside is what stands beside and is no reason to send a message.
	Aside bool
}

// Urges says that the message holds something to be done.
func (m Message) Urges() bool {
	return slices.ContainsFunc(m.Lines, func(l Line) bool { return !l.Aside })
}

// content is what the message urges, by which a repetition is found.
func (m Message) content() string {
	all := []string{m.Subject}
	for _, l := range m.Lines {
		if !l.Aside {
			all = append(all, l.Text, l.Address)
		}
	}
	return hash(all...)
}

// Channel takes messages to recipients.
type Channel interface {
	// Send takes a message to one recipient. What no further try can mend is ErrPermanent.
	Send(ctx context.Context, recipient string, m Message) error
	// PerMinute is how many messages the channel accepts in a minute.
	PerMinute() int
}

// ErrPermanent says that another try would fail as well.
var ErrPermanent = errors.New("will not be accepted")

// permanent marks an error as one that another try cannot mend.
func permanent(err error) error { return fmt.Errorf("%w: %w", ErrPermanent, err) }
