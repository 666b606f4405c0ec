package analyzer_test

import (
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// burstWorld is 40 villages over a year; in village 3 and 7 nine months were handed in within minutes, some at night.
func burstWorld(change func(s *sheet)) (*world, *sheet) {
	w := newWorld(40, 12)
	s := w.honest("monthly", flows(6)...)
	usual := make([][]time.Duration, w.units)
	for u := range usual {
		usual[u] = make([]time.Duration, w.months)
		for m := range usual[u] {
			usual[u][m] = time.Duration(w.rng.IntN(200000)) * time.Second
		}
	}
	s.late = func(u, m int) time.Duration {
		if (u == 3 || u == 7) && m < 9 {
			until := w.month(8).AddDate(0, 0, 20).Sub(w.month(m).AddDate(0, 0, 20))
			return until + 3*time.Hour + time.Duration(u*7200+m*240)*time.Second
		}
		return usual[u][m]
	}
	if change != nil {
		change(s)
	}
	w.hand(s)
	return w, s
}

func TestBurstNamesUnitsThatCatchUp(t *testing.T) {
	w, _ := burstWorld(nil)
	found := fabricationFindings(t, w.input(t), "fab-burst")
	readable(t, found)
	got := about(found, "fab-burst", "monthly")
	if len(got) != 2 || got[0].Subject.Units[0] != unitCode(3) || got[1].Subject.Units[0] != unitCode(7) {
		t.Fatalf("found %+v", got)
	}
	f := got[0]
	if f.Evidence.Detail["most"] != 9 || f.Evidence.Detail["innocent_open"] != false || *f.Q > 1e-6 || len(f.Evidence.Look) != 9 {
		t.Errorf("detail %v, q %v, %d to look at", f.Evidence.Detail, *f.Q, len(f.Evidence.Look))
	}
}

// What looks like it and is not: everybody catches up after a failure, files are imported, telephones send what was filled in
// month by month, and a clerk enters for many.
func TestBurstLooksAlike(t *testing.T) {
	clerk := func(u, m int) string {
		if u >= 2 && u <= 8 {
			return "clerk of the town"
		}
		return "clerk of " + unitCode(u)
	}
	for _, c := range []struct {
		name   string
		change func(s *sheet)
		open   bool // named, but with an innocent explanation open
	}{
		{"import", func(s *sheet) { s.channel = "import" }, false},
		{"failure", func(s *sheet) {
			late := s.late
			s.late = func(u, m int) time.Duration {
				if u%2 == 0 && m < 3 {
					return time.Duration(2-m)*30*24*time.Hour + time.Duration(u)*time.Minute
				}
				if u == 3 || u == 7 {
					return late(u+1, m)
				}
				return late(u, m)
			}
		}, false},
		{"clerk", func(s *sheet) {
			late := s.late
			s.clerk = clerk
			s.late = func(u, m int) time.Duration {
				if u >= 2 && u <= 8 {
					return late(3, m) + time.Duration(u)*time.Minute
				}
				return late(u, m)
			}
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, _ := burstWorld(c.change)
			found := fabricationFindings(t, w.input(t), "fab-burst")
			readable(t, found)
			for _, f := range about(found, "fab-burst", "monthly") {
				if len(f.Subject.Units) == 0 {
					continue
				}
				if !c.open || f.Evidence.Detail["innocent_open"] != true {
					t.Errorf("%v is named: %v", f.Subject, f.Evidence.Detail)
				}
			}
		})
	}
}

// A deadline on which everybody files is named, and nobody else.
func TestBurstNamesTheDeadline(t *testing.T) {
	w := newWorld(40, 12)
	s := w.honest("due", flows(6)...)
	s.late = func(u, m int) time.Duration { // the fifth day after the month, in the afternoon
		end := w.month(m).AddDate(0, 1, 4)
		return end.Sub(w.month(m).AddDate(0, 0, 20)) + time.Duration(5*3600+u*60)*time.Second
	}
	w.hand(s)
	in := w.input(t)
	form, _ := in.Registry.Form("due")
	form.DueDays = 5
	in.Registry.DeclareForm(form)
	found := about(fabricationFindings(t, in, "fab-burst"), "fab-burst", "due")
	if len(found) != 1 || found[0].Evidence.Detail["above"] != true || found[0].Evidence.Detail["cause"] != "deadline" || len(found[0].Subject.Units) != 0 {
		t.Fatalf("found %+v", found)
	}
	readable(t, []queries.Finding{found[0]})
}
