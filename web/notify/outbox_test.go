package notify_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
	"github.com/jianfu/jianfu/web/notify"
)

// wire is a channel whose answers the test gives.
type wire struct {
	answers []error // of the next sends; nil afterwards
	sent    []string
	most    int
}

func (w *wire) PerMinute() int { return w.most }

func (w *wire) Send(_ context.Context, recipient string, m notify.Message) error {
	w.sent = append(w.sent, m.ID+" "+recipient)
	if len(w.answers) == 0 {
		return nil
	}
	err := w.answers[0]
	w.answers = w.answers[1:]
	return err
}

type office struct {
	*notify.Outbox
	wire *wire
	now  time.Time
	told []string
}

func newOffice(t *testing.T, answers ...error) *office {
	t.Helper()
	o := &office{now: noon, wire: &wire{answers: answers, most: 20}}
	o.Outbox = &notify.Outbox{
		Store: querytest.New(t), Channels: map[string]notify.Channel{"mail": o.wire}, Clock: func() time.Time { return o.now },
		Sent: func(_ context.Context, n queries.Notice) error { o.told = append(o.told, n.State); return nil },
	}
	return o
}

func (o *office) queue(t *testing.T, recipient string, m notify.Message) bool {
	t.Helper()
	fresh, err := o.Queue(t.Context(), "mail", recipient, "wang", m)
	if err != nil {
		t.Fatal(err)
	}
	return fresh
}

func (o *office) deliver(t *testing.T) notify.Tally {
	t.Helper()
	tally, err := o.Deliver(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return tally
}

func TestNoticesAreToldOnce(t *testing.T) {
	o := newOffice(t)
	if !o.queue(t, "a@x", message()) || o.queue(t, "a@x", message()) || !o.queue(t, "b@x", message()) {
		t.Fatal("the same is queued twice, or another recipient not at all")
	}
	if got := o.deliver(t); got != (notify.Tally{Sent: 2}) {
		t.Fatalf("%+v", got)
	}
	if got := o.deliver(t); got != (notify.Tally{}) || len(o.wire.sent) != 2 {
		t.Errorf("%+v, %v", got, o.wire.sent)
	}
	o.now = noon.Add(6 * 24 * time.Hour)
	aside := message()
	aside.Lines = append(aside.Lines, notify.Line{Text: "6.1 小时", Aside: true})
	if o.queue(t, "a@x", message()) || o.queue(t, "a@x", aside) {
		t.Error("what has not changed is told again within a week")
	}
	changed := message()
	changed.Lines[1].Text = "隔离区有 4 条记录"
	if !o.queue(t, "a@x", changed) {
		t.Error("what has changed is not told")
	}
	newer := message()
	newer.Lines[1].Text = "隔离区有 5 条记录"
	if !o.queue(t, "a@x", newer) || o.deliver(t) != (notify.Tally{Sent: 1}) {
		t.Error("an older digest is sent beside a newer one")
	}
	o.now = noon.Add(8 * 24 * time.Hour)
	if !o.queue(t, "b@x", message()) {
		t.Error("what still waits is not told again after a week")
	}
}

func TestNoticesAreTriedAgain(t *testing.T) {
	away := errors.New("away")
	o := newOffice(t, away, away)
	o.queue(t, "a@x", message())
	for range 2 {
		if got := o.deliver(t); got != (notify.Tally{Waiting: 1}) {
			t.Fatalf("%+v", got)
		}
		tries := len(o.wire.sent)
		o.now = o.now.Add(20 * time.Second)
		if o.deliver(t); len(o.wire.sent) != tries {
			t.Error("the next try comes at once")
		}
		o.now = o.now.Add(10 * time.Minute)
	}
	if got := o.deliver(t); got != (notify.Tally{Sent: 1}) || o.wire.sent[0] != o.wire.sent[2] || len(o.told) != 1 || o.told[0] != queries.NoticeSent {
		t.Errorf("%+v %v %v", got, o.wire.sent, o.told)
	}
}

func TestNoticesAreGivenUp(t *testing.T) {
	var away []error
	for range 8 {
		away = append(away, errors.New("away"))
	}
	o := newOffice(t, away...)
	o.queue(t, "a@x", message())
	for range 8 {
		o.deliver(t)
		o.now = o.now.Add(10 * time.Hour)
	}
	dead, err := o.Store.Notices(t.Context(), queries.NoticeQuery{State: queries.NoticeDead})
	if err != nil || len(dead) != 1 || dead[0].Attempts != 8 || dead[0].Error != "away" || len(o.told) != 1 {
		t.Fatalf("%+v %v %v", dead, err, o.told)
	}
	if _, err := o.Retry(t.Context(), "none"); !errors.Is(err, queries.ErrNotFound) {
		t.Errorf("a notice that is none: %v", err)
	}
	if n, err := o.Retry(t.Context(), dead[0].ID); err != nil || n != 1 || o.deliver(t) != (notify.Tally{Sent: 1}) {
		t.Errorf("%d %v", n, err)
	}
	o = newOffice(t, fmt.Errorf("%w: no such user", notify.ErrPermanent))
	o.queue(t, "a@x", message())
	if got := o.deliver(t); got != (notify.Tally{Dead: 1}) {
		t.Errorf("what no try can mend is tried again: %+v", got)
	}
}

// TestNoticesSurviveTheEnd ends the process while a message is on its way, and begins again.
func TestNoticesSurviveTheEnd(t *testing.T) {
	o := newOffice(t)
	o.queue(t, "a@x", message())
	ctx, cancel := context.WithCancel(t.Context())
	o.Channels["mail"] = cut{cancel}
	if _, err := o.Deliver(ctx); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	o.Channels["mail"] = o.wire
	if o.deliver(t); len(o.wire.sent) != 0 {
		t.Error("it is sent again at once")
	}
	o.now = o.now.Add(10 * time.Minute)
	if got := o.deliver(t); got != (notify.Tally{Sent: 1}) || len(o.wire.sent) != 1 {
		t.Errorf("%+v %v", got, o.wire.sent)
	}
}

// cut is a channel in whose midst the process ends.
type cut struct{ end func() }

func (c cut) PerMinute() int { return 1 }

func (c cut) Send(ctx context.Context, _ string, _ notify.Message) error {
	c.end()
	return ctx.Err()
}

func TestNoticesKeepToWhatChannelsAccept(t *testing.T) {
	o := newOffice(t)
	o.wire.most = 3
	for i := range 7 {
		o.queue(t, fmt.Sprintf("%d@x", i), message())
	}
	for _, want := range []int{3, 3, 1} {
		if got := o.deliver(t); got.Sent != want {
			t.Errorf("%+v, want %d", got, want)
		}
		o.now = o.now.Add(time.Minute)
	}
}

func TestQuietHours(t *testing.T) {
	zone := time.FixedZone("CST", 8*3600)
	rapid.Check(t, func(r *rapid.T) {
		from, to := rapid.IntRange(0, 1439).Draw(r, "from"), rapid.IntRange(0, 1439).Draw(r, "to")
		if from == to {
			return
		}
		q, err := notify.ParseQuiet(fmt.Sprintf("%02d:%02d-%02d:%02d", from/60, from%60, to/60, to%60), zone)
		if err != nil {
			r.Fatal(err)
		}
		count := 0
		for m := range 1440 {
			if q.At(time.Date(2026, 7, 1, 0, m, 59, 0, zone)) {
				count++
			}
		}
		if want := (to - from + 1440) % 1440; count != want {
			r.Errorf("quiet for %d minutes, want %d", count, want)
		}
	})
	for _, text := range []string{"20-8", "24:00-08:00", "8:00-20:00", "20:00-20:00", "20:00-08:00 ", "-1:00-08:00"} {
		if _, err := notify.ParseQuiet(text, zone); err == nil {
			t.Errorf("%q is a time of the day", text)
		}
	}
	o := newOffice(t)
	o.Quiet, _ = notify.ParseQuiet("11:00-13:00", zone)
	o.queue(t, "a@x", message())
	if got := o.deliver(t); got != (notify.Tally{}) {
		t.Errorf("sent in a quiet time: %+v", got)
	}
	o.now = noon.Add(time.Hour)
	if got := o.deliver(t); got.Sent != 1 {
		t.Errorf("not sent after it: %+v", got)
	}
}
