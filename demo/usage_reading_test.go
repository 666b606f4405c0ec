package demo

import (
	"testing"
	"time"
)

// eventsOf are the events of a system from one day before the as-of date to another.
func (c *County) eventsOf(id string, from, to int) []event {
	var out []event
	first, last := c.Options.AsOf.AddDate(0, 0, -from).Unix(), c.Options.AsOf.AddDate(0, 0, 1-to).Unix()
	for _, e := range c.usage[c.systemIndex(id)] {
		if e.time >= first && e.time < last {
			out = append(out, e)
		}
	}
	return out
}

func count(events []event, wanted func(e *event) bool) (n int) {
	for i := range events {
		if wanted(&events[i]) {
			n++
		}
	}
	return n
}

func business(e *event) bool {
	switch e.action {
	case doView, doSubmit, doApprove, doExport, doAPI:
		return e.account >= 0
	}
	return false
}

// readers are the people who open a form, or any of a system's for -1, without ever handing anything in there.
func (c *County) readers(id string, form int) int {
	writes, reads := map[int32]bool{}, map[int32]bool{}
	for _, e := range c.eventsOf(id, 365, 0) {
		if e.action == doSubmit {
			writes[e.account] = true
		}
	}
	for _, e := range c.eventsOf(id, 365, 0) {
		if business(&e) && e.action != doSubmit && !writes[e.account] && (form < 0 || int(e.form) == form) {
			reads[e.account] = true
		}
	}
	return len(reads)
}

func TestWhatIsWrittenOnlyIsReadByNobodyElse(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	for i := range c.systems {
		s := &c.systems[i]
		submits := count(c.eventsOf(s.id, 365, 0), func(e *event) bool { return e.action == doSubmit })
		switch s.use {
		case writeOnly:
			if n := c.readers(s.id, -1); n != 0 || submits < 100 {
				t.Errorf("%s: %d others read %d submissions", s.id, n, submits)
			}
		case collected:
			if n := count(c.eventsOf(s.id, 365, 0), func(e *event) bool { return e.action == doExport }); n < 3 || c.readers(s.id, -1) != 1 {
				t.Errorf("%s: %d exports by %d people", s.id, n, c.readers(s.id, -1))
			}
		}
	}
	for f, form := range c.forms {
		s := &c.systems[form.system]
		switch n := c.readers(s.id, f); {
		case form.spec.unread && n != 0:
			t.Errorf("%s: %d people read it", form.spec.id, n)
		case form.spec.readers == "quarter" && n == 0:
			t.Errorf("%s: nobody exports it", form.spec.id)
		}
	}
}

func TestUseThatDoesNotLookLikeIt(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	if n := count(c.eventsOf("xwb-jsc", 30, 0), business); n < 60 {
		t.Errorf("leaders look at the dashboard %d times in 30 days", n)
	}
	pulls := count(c.eventsOf("sj-gxjh", 30, 0), func(e *event) bool { return e.action == doAPI })
	if logins := count(c.eventsOf("sj-gxjh", 548, 0), func(e *event) bool { return e.action == doLogin }); pulls < 500 || logins != 0 {
		t.Errorf("%d pulls and %d log-ins at the exchange", pulls, logins)
	}
	elsewhere := c.formIndex("yb-jb-m")
	list := c.submissions[elsewhere]
	if last := time.Unix(list[len(list)-1].submitted, 0); c.Options.AsOf.Sub(last) > 40*24*time.Hour {
		t.Errorf("the last report by another way is of %s", last)
	}
	if n := count(c.eventsOf("yb-jb", 548, 0), func(e *event) bool { return e.account >= 0 }); n != 0 {
		t.Errorf("%d people are in the log of what is used elsewhere", n)
	}
	for _, id := range []string{"ny-qc", "tyjr-sx", "gj-nt"} {
		if n := count(c.eventsOf(id, 200, 0), business); n == 0 {
			t.Errorf("%s: nobody used it in 200 days", id)
		}
		if n := count(c.eventsOf(id, 30, 0), business); n > 3 {
			t.Errorf("%s: %d actions in a month without a due day", id, n)
		}
	}
}

func TestFallsAndHolesAreWhereTheTruthSays(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	for i := range c.systems {
		s := &c.systems[i]
		k := &s.knobs
		rate := func(from, to int) float64 {
			return float64(count(c.eventsOf(s.id, from, to), business)) / float64(from-to)
		}
		switch s.use {
		case dropped, halved:
			before, after := rate(k.fall+90, k.fall+1), rate(k.fall-1, 0)
			if after > before*(k.level+0.15) || after < before*(k.level-0.15) {
				t.Errorf("%s: from %.1f to %.1f a day, planted %.2f", s.id, before, after, k.level)
			}
		case fading:
			if before, after := rate(540, k.fall+1), rate(60, 0); after > 0.3*before {
				t.Errorf("%s: from %.1f to %.1f a day", s.id, before, after)
			}
		case gapped:
			if n := len(c.eventsOf(s.id, k.fall, k.fall-k.span+1)); n != 0 || rate(k.fall+40, k.fall+1) == 0 || rate(k.fall-k.span, 0) == 0 {
				t.Errorf("%s: %d events in the hole", s.id, n)
			}
		case superseded:
			logins := count(c.eventsOf(s.id, k.fall-k.span-1, 0), func(e *event) bool { return e.action == doLogin })
			if after := rate(k.fall-k.span-1, 0); after != 0 || logins == 0 || rate(k.fall+90, k.fall) == 0 {
				t.Errorf("%s: %.2f actions a day and %d log-ins after people moved", s.id, after, logins)
			}
			if heir := s.heir(c.systems); rateOf(c, heir, 60) == 0 {
				t.Errorf("%s: nobody uses %s", s.id, heir)
			}
		}
	}
}

func rateOf(c *County, id string, days int) float64 {
	return float64(count(c.eventsOf(id, days, 0), business)) / float64(days)
}

func TestSeedsAreWorldsOfTheirOwn(t *testing.T) {
	seen := map[knobs]bool{}
	for seed := range uint64(20) {
		systems := systemCatalogue()
		turnKnobs(seed, systems)
		for i := range systems {
			s := &systems[i]
			if s.pair != "" {
				continue
			}
			if seen[s.knobs] {
				t.Fatalf("%s goes the same course twice", s.id)
			}
			seen[s.knobs] = true
			if s.knobs.fall < 100 || s.knobs.level >= 0.6 || s.use != superseded && s.use != replaced && s.entitled < 4 && s.logs != noLogs {
				t.Errorf("seed %d, %s: %+v with %d entitled", seed, s.id, s.knobs, s.entitled)
			}
		}
	}
}
