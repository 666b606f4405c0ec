package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
	"github.com/jianfu/jianfu/web/notify"
)

// nowhere is a channel that takes nothing.
type nowhere struct{}

func (nowhere) PerMinute() int { return 9 }

func (nowhere) Send(context.Context, string, notify.Message) error {
	return fmt.Errorf("%w: no such user", notify.ErrPermanent)
}

func TestOperatorsSeeAndRetryNotices(t *testing.T) {
	o, trail := withAccounts(t, queries.Account{Name: "zhao", Roles: []string{"operator"}}, queries.Account{Name: "wang", Roles: []string{"leader"}, Divisions: []string{"*"}})
	o.Outbox = &notify.Outbox{Store: querytest.New(t), Channels: map[string]notify.Channel{"mail": nowhere{}}, Clock: time.Now}
	zhao := open(t, o).signIn("zhao")
	if page := text(t, zhao.get("/notices", "Accept-Language", "zh")); !strings.Contains(page, "还没有发过通知") || !strings.Contains(page, "jianfu notices preview") {
		t.Errorf("the empty page does not say what to do:\n%s", page)
	}
	m := notify.Message{Subject: "减负：1 件事等待办理<b>", Lines: []notify.Line{{Text: "x"}}}
	if _, err := o.Outbox.Queue(t.Context(), "mail", "li@example.gov.cn", "li", m); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Outbox.Deliver(t.Context()); err != nil {
		t.Fatal(err)
	}
	page := text(t, zhao.get("/notices", "Accept-Language", "zh"))
	for _, want := range []string{"1 条通知已放弃发送", "no such user", "mail · li", "1 件事等待办理&lt;b&gt;"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	if strings.Contains(page, "li@example.gov.cn") {
		t.Error("an address of mail is shown")
	}
	all, err := o.Outbox.Store.Notices(t.Context(), queries.NoticeQuery{})
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	wang := &site{t: t, handler: zhao.handler}
	if res := wang.signIn("wang").post("/notices", url.Values{"id": {all[0].ID}}); res.StatusCode != http.StatusForbidden {
		t.Errorf("a leader retries: %d", res.StatusCode)
	}
	for id, want := range map[string]int{all[0].ID: http.StatusSeeOther, "none": http.StatusNotFound, "": http.StatusNotFound} {
		if res := zhao.post("/notices", url.Values{"id": {id}}); res.StatusCode != want {
			t.Errorf("retry %q: %d, want %d", id, res.StatusCode, want)
		}
	}
	again, err := o.Outbox.Store.Notices(t.Context(), queries.NoticeQuery{State: queries.NoticeQueued})
	if err != nil || len(again) != 1 || trail.entries[len(trail.entries)-1].Action != "notice.retry" {
		t.Errorf("%+v %v %+v", again, err, trail.entries)
	}
}
