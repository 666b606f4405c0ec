package notify

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// Store keeps notices. *queries.Store is one.
type Store interface {
	SaveNotice(ctx context.Context, n queries.Notice) error
	Notices(ctx context.Context, q queries.NoticeQuery) ([]queries.Notice, error)
}

// Outbox is what waits to be sent. One process delivers at a time; the caller holds a lock.
type Outbox struct {
	Store    Store
	Channels map[string]Channel // mail, and robots by their id
	Quiet    Quiet
	Clock    func() time.Time
	// Sent is told of every notice that was taken to its recipient, or given up; nil for nobody.
	Sent func(ctx context.Context, n queries.Notice) error
}

const (
	mostAttempts = 8 // over about a day; then somebody has to look
	firstWait    = time.Minute
	longestWait  = 6 * time.Hour
	repeatAfter  = 7 * 24 * time.Hour // what has not changed is told again after a week
)

// Queue keeps a message for a recipient, unless the same was told within a week. It says whether it was queued.
func (o *Outbox) Queue(ctx context.Context, channel, recipient, account string, m Message) (bool, error) {
	now := o.Clock()
	content := m.content()
	before, err := o.Store.Notices(ctx, queries.NoticeQuery{Recipient: recipient, Limit: 50})
	if err != nil {
		return false, fmt.Errorf("unable to read what was sent before: %w", err)
	}
	for _, n := range before {
		if n.Channel == channel && n.Account == account && n.Content == content && now.Sub(n.Created) < repeatAfter {
			return false, nil
		}
	}
	// A newer digest says all that one which still waits would have said.
	for _, n := range before {
		if n.Channel == channel && n.Account == account && n.State == queries.NoticeQueued {
			n.State = queries.NoticeStale
			if err := o.Store.SaveNotice(ctx, n); err != nil {
				return false, fmt.Errorf("unable to keep a notice: %w", err)
			}
		}
	}
	body, err := json.Marshal(m)
	if err != nil {
		return false, fmt.Errorf("unable to write a notice: %w", err)
	}
	n := queries.Notice{
		ID: hash(channel, recipient, account, content, now.UTC().Format(time.DateOnly))[:20], Channel: channel, Recipient: recipient, Account: account,
		Subject: m.Subject, Body: string(body), Content: content, State: queries.NoticeQueued, Next: now.UTC(), Created: now,
	}
	if err := o.Store.SaveNotice(ctx, n); err != nil {
		return false, fmt.Errorf("unable to keep a notice: %w", err)
	}
	return true, nil
}

// hash tells texts apart; each stands behind its length, so that no two lists of texts are one.
func hash(all ...string) string {
	h := sha256.New()
	for _, text := range all {
		fmt.Fprintf(h, "%d:%s", len(text), text)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Tally is what a delivery did.
type Tally struct{ Sent, Waiting, Dead int }

// Deliver takes what is due to its recipients, as many as the channels accept within a minute. That a notice is being tried is kept
// before it is handed over: when the process ends in between, it is tried again under the same id, so that none is lost and a
// repetition can be told.
func (o *Outbox) Deliver(ctx context.Context) (t Tally, err error) {
	now := o.Clock()
	if o.Quiet.At(now) {
		return t, nil
	}
	given := map[string]int{}
	for _, state := range []string{queries.NoticeTrying, queries.NoticeQueued} {
		all, err := o.Store.Notices(ctx, queries.NoticeQuery{State: state, Limit: 10_000})
		if err != nil {
			return t, fmt.Errorf("unable to read the notices that wait: %w", err)
		}
		for i := len(all) - 1; i >= 0; i-- { // the oldest first
			n := all[i]
			channel := o.Channels[n.Channel]
			if n.Next.After(now) || channel != nil && given[n.Channel] >= channel.PerMinute() {
				t.Waiting++
				continue
			}
			given[n.Channel]++
			if err := o.deliver(ctx, n, channel, &t); err != nil {
				return t, err
			}
		}
	}
	return t, nil
}

func (o *Outbox) deliver(ctx context.Context, n queries.Notice, channel Channel, t *Tally) error {
	now := o.Clock()
	n.Attempts++
	n.State, n.Next = queries.NoticeTrying, now.Add(wait(int(n.Attempts))).UTC()
	if err := o.Store.SaveNotice(ctx, n); err != nil {
		return fmt.Errorf("unable to keep that a notice is tried: %w", err)
	}
	failed := o.send(ctx, n, channel)
	if ctx.Err() != nil {
		return ctx.Err() // it stays as being tried, and is tried again
	}
	switch {
	case failed == nil:
		n.State, n.Error = queries.NoticeSent, ""
		t.Sent++
	case errors.Is(failed, ErrPermanent) || n.Attempts >= mostAttempts:
		n.State, n.Error = queries.NoticeDead, failed.Error()
		t.Dead++
	default:
		n.State, n.Error = queries.NoticeQueued, failed.Error()
		t.Waiting++
	}
	if err := o.Store.SaveNotice(ctx, n); err != nil {
		return fmt.Errorf("unable to keep what became of a notice: %w", err)
	}
	if o.Sent != nil && n.State != queries.NoticeQueued {
		return o.Sent(ctx, n)
	}
	return nil
}

func (o *Outbox) send(ctx context.Context, n queries.Notice, channel Channel) error {
	if channel == nil {
		return permanent(fmt.Errorf("the configuration has no channel %s any more", n.Channel))
	}
	var m Message
	if err := json.Unmarshal([]byte(n.Body), &m); err != nil {
		return permanent(fmt.Errorf("unable to read the notice: %w", err))
	}
	m.ID = n.ID
	return channel.Send(ctx, n.Recipient, m)
}

// wait is how long after a try the next one comes: twice as long each time, within half and one and a half of it, so that what
// failed together does not come back together.
func wait(attempt int) time.Duration {
	d := firstWait << min(attempt-1, 12)
	return time.Duration(float64(min(d, longestWait)) * (0.5 + rand.Float64()))
}

// Retry queues notices again that were given up: those named, or all where none is.
func (o *Outbox) Retry(ctx context.Context, ids ...string) (int, error) {
	dead, err := o.Store.Notices(ctx, queries.NoticeQuery{State: queries.NoticeDead, Limit: 10_000})
	if err != nil {
		return 0, fmt.Errorf("unable to read the notices that were given up: %w", err)
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[id] = true
	}
	count := 0
	for _, n := range dead {
		if len(ids) > 0 && !wanted[n.ID] {
			continue
		}
		delete(wanted, n.ID)
		n.State, n.Attempts, n.Next, n.Error = queries.NoticeQueued, 0, o.Clock().UTC(), ""
		if err := o.Store.SaveNotice(ctx, n); err != nil {
			return count, fmt.Errorf("unable to keep a notice: %w", err)
		}
		count++
	}
	for id := range wanted {
		return count, fmt.Errorf("no notice %s was given up: %w", id, queries.ErrNotFound)
	}
	return count, nil
}
