package demo

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// aligned calls each with the answers of two fields for the same unit (or person) and period. Invented submissions are left
// out: whoever invents contradicts himself.
func aligned(t *testing.T, c *County, a, b string, each func(a, b value)) {
	t.Helper()
	formA, fieldA := c.find(t, a)
	formB, fieldB := c.find(t, b)
	type key struct {
		unit    int32
		subject string
		period  string
	}
	of := func(form int, sub *submission) key {
		return key{sub.unit, sub.subject, c.periods[form][sub.period].name}
	}
	answers := map[key]value{}
	for i := range c.submissions[formA] {
		if sub := &c.submissions[formA][i]; !sub.invented {
			answers[of(formA, sub)] = sub.values[fieldA]
		}
	}
	for i := range c.submissions[formB] {
		sub := &c.submissions[formB][i]
		if v, both := answers[of(formB, sub)]; both && !sub.invented {
			each(v, sub.values[fieldB])
		}
	}
}

func (c *County) find(t *testing.T, name string) (form, field int) {
	t.Helper()
	id, of, _ := strings.Cut(name, ".")
	form = c.formIndex(id)
	if form < 0 {
		t.Fatalf("no form %s", id)
	}
	for i := range c.forms[form].fields {
		if c.forms[form].fields[i].id == of {
			return form, i
		}
	}
	t.Fatalf("no field %s", name)
	return 0, 0
}

// agreement is the share of aligned answers of which b is f(a), and their number.
func agreement(t *testing.T, c *County, p FieldPair) (float64, int) {
	t.Helper()
	formA, fieldA := c.find(t, p.A)
	formB, fieldB := c.find(t, p.B)
	a, b := &c.forms[formA].fields[fieldA], &c.forms[formB].fields[fieldB]
	same, n := 0, 0
	aligned(t, c, p.A, p.B, func(x, y value) {
		n++
		if sameAnswer(a, b, x, y, p.Factor) {
			same++
		}
	})
	return float64(same) / float64(max(n, 1)), n
}

func TestLabelledDuplicatesAreEqualInTheData(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	required := 0
	for _, p := range c.truth.DuplicateFields {
		if !p.Required {
			continue
		}
		required++
		share, n := agreement(t, c, p)
		least := 0.94
		if slices.ContainsFunc(c.truth.Conflicts, func(x Conflict) bool { return x.Kind == conflictValues && x.A == p.A && x.B == p.B }) {
			least = 0.65
		}
		if n < 40 || share < least {
			t.Errorf("%s and %s (%s) agree in %.3f of %d", p.A, p.B, p.Relation, share, n)
		}
	}
	if required < 50 {
		t.Errorf("only %d pairs of fields are planted", required)
	}
	forms := 0
	for _, p := range c.truth.DuplicateForms {
		if p.Required {
			forms++
		}
	}
	if forms < 10 {
		t.Errorf("only %d pairs of forms are planted", forms)
	}
}

func TestLookAlikeFieldsDiffer(t *testing.T) {
	c := build(t, Options{Villages: 60})
	for _, pair := range [][2]string{
		{"mz-hj-q.zrk", "wj-cz-q.zrk"},
		{"mz-hj-q.nan", "wj-cz-q.nan"},
		{"sl-ys-m.yl", "wj-ys-m.yl"},
		{"tj-nm-y.rk", "ny-nc-y.rk"},
	} {
		share, n := agreement(t, c, FieldPair{A: pair[0], B: pair[1], Relation: "equal", Factor: 1})
		if n < 40 || share > 0.25 {
			t.Errorf("%s and %s agree in %.3f of %d: they must differ", pair[0], pair[1], share, n)
		}
	}
}

func TestEveryLookAlikeExists(t *testing.T) {
	c := build(t, Options{Villages: 60})
	for _, l := range c.truth.LookAlikes {
		for _, name := range strings.Split(l.Subject, "|") {
			form, _, dotted := strings.Cut(name, ".")
			switch {
			case dotted:
				c.find(t, name)
			case c.formIndex(form) < 0 && c.systemIndex(name) < 0 && !slices.ContainsFunc(c.world.towns, func(p place) bool { return p.code == name }):
				t.Errorf("%s: nothing is called %s", l.Detector, name)
			}
		}
	}
}

// meaningful counts what people did with a system on and after a day.
func (c *County) meaningful(system int, since time.Time) (n int) {
	for i := range c.usage[system] {
		e := &c.usage[system][i]
		switch e.action {
		case doView, doSubmit, doApprove, doExport, doAPI:
			if e.time >= since.Unix() && e.account >= 0 && !c.accounts.list[e.account].vendor {
				n++
			}
		}
	}
	return n
}

func TestIdleSystemsAreIdle(t *testing.T) {
	c := build(t, Options{Villages: 60})
	for i := range c.systems {
		s := &c.systems[i]
		switch n, year := c.meaningful(i, c.Options.AsOf.AddDate(0, 0, -90)), c.meaningful(i, c.Options.AsOf.AddDate(-1, 0, 0)); s.use {
		case pulseOnly, machineOnly, loginOnly, replaced, pollOnly, waived:
			if n != 0 {
				t.Errorf("%s: %d meaningful actions in 90 days", s.id, n)
			}
		case inUse, small, fresh:
			if n == 0 && s.logs != noLogs {
				t.Errorf("%s: no meaningful action in 90 days", s.id)
			}
		case seasonal, yearly:
			if year == 0 {
				t.Errorf("%s: no meaningful action in a year", s.id)
			}
		case silent:
			if last := c.usage[i][len(c.usage[i])-1].time; last >= c.Options.AsOf.AddDate(0, 0, -120).Unix() {
				t.Errorf("%s: its log goes on to %s", s.id, time.Unix(last, 0))
			}
		case declining:
			before := c.meaningful(i, c.Options.AsOf.AddDate(0, -15, 0)) - c.meaningful(i, c.Options.AsOf.AddDate(0, -12, 0))
			if n*10 > before {
				t.Errorf("%s: %d meaningful actions in 90 days after %d", s.id, n, before)
			}
		}
	}
}

func TestForcedSystemsReachAllAndMeanNothing(t *testing.T) {
	c := build(t, Options{Villages: 60})
	for i := range c.systems {
		if c.systems[i].use != forced {
			continue
		}
		people, logins := map[int32]bool{}, 0
		for k := range c.usage[i] {
			if e := &c.usage[i][k]; e.action == doLogin {
				people[e.account] = true
				logins++
			}
		}
		reach := float64(len(people)) / float64(c.entitled(&c.systems[i]))
		depth := float64(c.meaningful(i, c.world.calendar.start)) / float64(logins)
		if reach < 0.9 || depth > 0.2 {
			t.Errorf("%s: reach %.2f, %.2f meaningful actions a log-in", c.systems[i].id, reach, depth)
		}
	}
}

func TestBurdenAddsUp(t *testing.T) {
	c := build(t, Options{Villages: 60})
	for _, b := range c.truth.Burden {
		if b.Hours <= 0 || b.HoursAll < b.Hours || b.Duplicate > b.Hours || b.Recorded < 0.5 || b.Recorded > 1 {
			if !strings.HasSuffix(b.Unit, "000") {
				t.Errorf("%+v", b)
			}
		}
	}
	for f := range c.forms {
		for i := range c.submissions[f] {
			if sub := &c.submissions[f][i]; sub.started != 0 && float64(sub.submitted-sub.started) < float64(sub.active)-1 {
				t.Fatalf("%s: worked %.0f s between %d and %d", c.forms[f].spec.id, sub.active, sub.started, sub.submitted)
			}
		}
	}
}
