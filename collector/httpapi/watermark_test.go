package httpapi

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// TestWatermark asks again only for what is new, and for the overlap.
func TestWatermark(t *testing.T) {
	for format, c := range map[string]struct{ first, since string }{
		"rfc3339":  {"", "2026-07-01T08:55:00+08:00"},
		"datetime": {"2026-06-01", "2026-07-01 08:55:00"},
		"date":     {"", "2026-07-01"},
		"unix":     {"", "1782867300"},
		"unix_ms":  {"", "1782867300000"},
	} {
		t.Run(format, func(t *testing.T) {
			a := newAPI(t, 3)
			for i, at := range []string{"2026-07-01 09:00:00", "2026-06-30 09:00:00", "2099-01-01 00:00:00"} {
				a.records[i].Updated = at
			}
			s := source(t, a.config(ways["page"])+fmt.Sprintf("\nwatermark: {param: from, until_param: to, column: updated, format: %s, overlap: 5m, start: %q}", format, c.first))
			m := &memory{}
			collect(t, s, m)
			if got := a.requests[0].form.Get("from"); (got == "") != (c.first == "") {
				t.Errorf("the first run asks from %q", got)
			}
			a.requests = nil
			collect(t, s, m)
			if got := a.requests[0].form.Get("from"); got != c.since {
				t.Errorf("the second run asks from %q, want %q", got, c.since)
			}
			if a.requests[0].form.Get("to") == "" {
				t.Error("until_param is not sent")
			}
		})
	}
	t.Run("number", func(t *testing.T) {
		a := newAPI(t, 30)
		s := source(t, a.config(ways["page"])+"\nwatermark: {param: after_id, column: id, format: number, overlap: 5}")
		m := &memory{}
		collect(t, s, m)
		a.requests = nil
		collect(t, s, m)
		if got := a.requests[0].form.Get("after_id"); got != "25" {
			t.Errorf("the second run asks after %q, want 25", got)
		}
	})
	t.Run("by the clock", func(t *testing.T) {
		a := newAPI(t, 3)
		s := source(t, a.config(ways["page"])+"\nwatermark: {param: from, format: unix, overlap: 0}")
		m := &memory{}
		began := time.Now().Unix()
		collect(t, s, m)
		a.requests = nil
		collect(t, s, m)
		var got int64
		fmt.Sscan(a.requests[0].form.Get("from"), &got)
		if got < began-1 || got > time.Now().Unix() {
			t.Errorf("the second run asks from %d, want the begin of the first, %d", got, began)
		}
	})
	t.Run("no such member", func(t *testing.T) {
		a := newAPI(t, 3)
		s := source(t, a.config(ways["page"])+"\nwatermark: {param: from, column: updatd}")
		a.records[0].Updated = "2026-07-01"
		if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), `(is "updated" meant?)`) {
			t.Errorf("check: %v", err)
		}
		if err := s.Collect(t.Context(), nil, &memory{}); err == nil || !strings.Contains(err.Error(), "watermark.column") {
			t.Errorf("collect: %v", err)
		}
	})
}
