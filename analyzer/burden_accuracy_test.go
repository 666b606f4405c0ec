package analyzer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// place is a place that reports for a year, with working times that are known: kinds of field take other times than the
// policy has them, forms differ from the sum of their fields, units in pace, and submissions among themselves.
type place struct {
	random    *rand.Rand
	units     []float64 // pace of each
	forms     []queries.Form
	seconds   []float64 // of each form
	subs      *queries.SubmissionColumns
	usage     *queries.UsageColumns
	hours     map[string]float64 // of each unit in the window
	recording func(p *place, form, unit int, started, submitted time.Time) (time.Time, time.Time)
}

var windowTo = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)

func newPlace(seed uint64, units, forms int) *place {
	p := &place{
		random: rand.New(rand.NewPCG(seed, 9)), subs: &queries.SubmissionColumns{}, usage: &queries.UsageColumns{}, hours: map[string]float64{},
	}
	for range units {
		p.units = append(p.units, math.Exp(0.35*p.random.NormFloat64()))
	}
	kinds := []struct {
		field   queries.Field
		seconds float64
	}{
		{queries.Field{Type: "integer", Measure: "flow"}, 40},
		{queries.Field{Type: "integer", Measure: "stock"}, 25},
		{queries.Field{Type: "code"}, 7},
		{queries.Field{Type: "text"}, 12},
		{queries.Field{Type: "text", Role: "key"}, 4},
		{queries.Field{Type: "photo"}, 40},
	}
	for i := range kinds {
		kinds[i].seconds *= math.Exp(0.35 * p.random.NormFloat64())
	}
	for f := range forms {
		form := queries.Form{ID: fmt.Sprintf("f%02d", f), System: fmt.Sprintf("s%d", f%8), Cycle: "month", Per: "unit", Declared: true}
		total := 55.0
		for k := range 4 + p.random.IntN(18) {
			kind := kinds[p.random.IntN(len(kinds))]
			field := kind.field
			field.ID = fmt.Sprintf("x%d", k)
			form.Fields, total = append(form.Fields, field), total+kind.seconds
		}
		p.forms, p.seconds = append(p.forms, form), append(p.seconds, total*math.Exp(0.15*p.random.NormFloat64()))
	}
	return p
}

// report makes the submissions of a year, two a month, form and unit.
func (p *place) report() {
	for f := range p.forms {
		for u, pace := range p.units {
			for n := range 24 {
				taken := p.seconds[f] * pace * math.Exp(0.4*p.random.NormFloat64())
				at := windowTo.AddDate(0, -11, -25).AddDate(0, n/2, 14*(n%2)).Add(time.Duration(1+p.random.IntN(9*3600)) * time.Second)
				p.submit(f, u, taken, at, "web", uint64(u+1))
			}
		}
	}
}

func (p *place) submit(f, u int, taken float64, at time.Time, channel string, reporter uint64) {
	unit := fmt.Sprintf("u%03d", u)
	p.hours[unit] += taken / 3600
	started, submitted := at.Add(-time.Duration(taken)*time.Second), at
	if p.recording != nil {
		started, submitted = p.recording(p, f, u, started, at)
	}
	if started.IsZero() {
		started = time.Unix(0, 0)
	}
	c := p.subs
	c.Form, c.Unit, c.Period = append(c.Form, p.forms[f].ID), append(c.Unit, unit), append(c.Period, at.Format("2006-01"))
	c.PeriodStart = append(c.PeriodStart, time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC))
	c.SubmittedAt, c.StartedAt, c.Reporter = append(c.SubmittedAt, submitted), append(c.StartedAt, started), append(c.Reporter, reporter)
	c.Channel, c.Subject, c.Lat, c.Lon = append(c.Channel, channel), append(c.Subject, 0), append(c.Lat, 0), append(c.Lon, 0)
	c.Layout, c.Numbers = append(c.Layout, "x0"), append(c.Numbers, string(queries.PackNumbers(nil, 1)))
	c.Texts, c.Key = append(c.Texts, ""), append(c.Key, uint64(len(c.Key))+1)
}

// visit leaves the traces of filling in a form in the usage logs.
func (p *place) visit(f, u int, started, submitted time.Time) {
	for i, at := range []time.Time{started, submitted} {
		x := p.usage
		x.System, x.Time, x.Actor = append(x.System, p.forms[f].System), append(x.Time, at), append(x.Actor, uint64(u+1))
		x.Unit, x.Action = append(x.Unit, fmt.Sprintf("u%03d", u)), append(x.Action, []string{"view", "submit"}[i])
		x.Traffic, x.Object, x.Form = append(x.Traffic, string(queries.Business)), append(x.Object, "/form"), append(x.Form, p.forms[f].ID)
		x.Status, x.Duration, x.Client = append(x.Status, 200), append(x.Duration, 9), append(x.Client, "chrome")
		x.Position = append(x.Position, uint64(len(x.Position)))
	}
}

// reckon stores what was recorded, and gives the share of units within a tenth of the hours really worked, and the share whose
// 90 % interval holds them.
func (p *place) reckon(t *testing.T) (near, held float64) {
	t.Helper()
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range p.forms {
		registry.DeclareSystem(queries.System{ID: f.System, Name: f.System, Owner: "局" + f.System, UsageCovered: true, Declared: true})
		registry.DeclareForm(f)
	}
	batch := queries.Batch{Source: "a", Submissions: p.subs}
	if p.usage.Len() > 0 {
		batch.Usage = []*queries.UsageColumns{p.usage}
	}
	if _, err := store.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	in := analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: windowTo.AddDate(-1, 0, 1), To: windowTo, AsOf: windowTo}}
	readable(t, named("burden-hours", findings(t, simulated{input: in}, "burden-hours")))
	units, err := store.BurdenByUnit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(units) != len(p.hours) {
		t.Errorf("%d units of %d", len(units), len(p.hours))
	}
	for _, u := range units {
		want := p.hours[u.Unit]
		low, high := u.Interval()
		if math.Abs(u.Hours()/want-1) <= 0.1 {
			near++
		}
		if want >= low && want <= high {
			held++
		}
	}
	n := float64(len(units))
	t.Logf("%.1f %% of the units within a tenth, %.1f %% of the intervals hold the truth", 100*near/n, 100*held/n)
	return near / n, held / n
}

// Working times that are recorded in all ways that go wrong.
func TestHoursOfAPlaceWithKnownTimes(t *testing.T) {
	if testing.Short() {
		t.Skip("builds places")
	}
	for _, c := range []struct {
		name       string
		recording  func(p *place, f, u int, started, submitted time.Time) (time.Time, time.Time)
		near, held float64 // least shares asked for
	}{
		{"start times", nil, 1, 0.9},
		{"start times without seconds", func(_ *place, _, _ int, a, b time.Time) (time.Time, time.Time) {
			return a.Truncate(time.Minute), b.Truncate(time.Minute)
		}, 0.95, 0.9},
		{"one in ten left open overnight", func(p *place, _, _ int, a, b time.Time) (time.Time, time.Time) {
			if p.random.IntN(10) == 0 {
				a = a.Add(-time.Duration(10+p.random.IntN(900)) * time.Minute)
			}
			return a, b
		}, 0.9, 0.85},
		{"a fifth sent later, as begun", func(p *place, f, _ int, a, b time.Time) (time.Time, time.Time) {
			if f%5 == 0 || p.random.IntN(5) == 0 {
				a = b
			}
			return a, b
		}, 0.9, 0.9},
		{"clocks that are off by minutes at a tenth of the units", func(_ *place, _, u int, a, b time.Time) (time.Time, time.Time) {
			if u%10 == 0 {
				a = a.Add(8 * time.Minute)
			}
			return a, b
		}, 0.9, 0.85},
		{"start times of a third of the forms", func(_ *place, f, _ int, a, b time.Time) (time.Time, time.Time) {
			if f%3 > 0 {
				a = time.Time{}
			}
			return a, b
		}, 0, 0.9},
		{"no start times, usage logs", func(p *place, f, u int, a, b time.Time) (time.Time, time.Time) {
			p.visit(f, u, a, b)
			return time.Time{}, b
		}, 0.95, 0.9},
		{"usage logs of half of the forms, start times of a quarter", func(p *place, f, u int, a, b time.Time) (time.Time, time.Time) {
			if f%2 == 0 {
				p.visit(f, u, a.Add(-20*time.Second), b)
			}
			if f%4 > 0 {
				a = time.Time{}
			}
			return a, b
		}, 0, 0.9},
		{"nothing", func(_ *place, _, _ int, _, b time.Time) (time.Time, time.Time) { return time.Time{}, b }, 0, 0.9},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := newPlace(3, 40, 24)
			p.recording = c.recording
			p.report()
			near, held := p.reckon(t)
			if near < c.near || held < c.held {
				t.Errorf("%.2f near, %.2f held; %.2f and %.2f are asked for", near, held, c.near, c.held)
			}
		})
	}
}

// An import of two hundred records takes a person hardly longer than one; a telephone that sends what waited is no import.
func TestImportsTakeHardlyAnyTime(t *testing.T) {
	for channel, most := range map[string]float64{"web": 0.15, "app": math.Inf(1)} {
		p := newPlace(4, 12, 8)
		p.report()
		before := len(p.subs.Key)
		at := windowTo.AddDate(0, -1, 0).Add(3 * time.Hour)
		p.recording = func(_ *place, _, _ int, _, b time.Time) (time.Time, time.Time) { return time.Time{}, b }
		for i := range 200 {
			p.submit(0, 0, 0, at.Add(time.Duration(i/5)*time.Second), channel, 1)
		}
		if len(p.subs.Key) != before+200 {
			t.Fatal(len(p.subs.Key))
		}
		store := querytest.New(t)
		registry, err := queries.OpenRegistry(t.Context(), store)
		if err != nil {
			t.Fatal(err)
		}
		registry.DeclareForm(p.forms[0])
		if _, err := store.Write(t.Context(), queries.Batch{Source: "a", Submissions: p.subs}); err != nil {
			t.Fatal(err)
		}
		policy, err := analyzer.DefaultPolicy()
		if err != nil {
			t.Fatal(err)
		}
		in := analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: windowTo.AddDate(-1, 0, 1), To: windowTo, AsOf: windowTo}}
		findings(t, simulated{input: in}, "burden-hours")
		units, err := store.BurdenByUnit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		extra := units[0].Hours()/p.hours[units[0].Unit] - 1
		if channel == "web" && extra > most || channel == "app" && extra < 0.5 {
			t.Errorf("%s: 200 records of one minute add %.0f %% to the hours", channel, 100*extra)
		}
	}
}
