package analyzer_test

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

// desk is an office that answers demands at given moments of Beijing time.
type desk struct {
	*office
	rows *queries.SubmissionColumns
}

var beijing = time.FixedZone("CST", 8*3600)

func newDesk(t testing.TB) *desk {
	return &desk{newOffice(t), &queries.SubmissionColumns{}}
}

// units declares villages with a staff.
func (d *desk) units(n int, staff uint64) []string {
	var out []string
	for i := range n {
		code := fmt.Sprintf("9901210%02d%03d", staff, i)
		d.registry.DeclareUnit(queries.Unit{Code: code, Name: code, Kind: "village", Staff: staff, Declared: true})
		out = append(out, code)
	}
	return out
}

// form declares a form of a system of a department.
func (d *desk) form(owner string, f queries.Form) {
	if f.System == "" {
		f.System = "s-" + owner
	}
	if _, known := d.registry.System(f.System); !known {
		d.registry.DeclareSystem(queries.System{ID: f.System, Name: f.System, Owner: owner, Level: "county", UsageCovered: true, Declared: true})
	}
	f.Declared, f.Title, f.Fields = true, f.ID, fields("a - integer flow")
	if f.Per == "" {
		f.Per = "unit"
	}
	d.registry.DeclareForm(f)
}

// answer hands in one submission: sent at a moment, after minutes of work that began then; no minutes leave the start unknown.
func (d *desk) answer(form, unit, period string, start, sent time.Time, minutes float64, channel string, reporter uint64) {
	b := d.rows
	d.key++
	begun := time.Time{}
	if minutes > 0 {
		begun = sent.Add(-time.Duration(minutes * float64(time.Minute)))
	}
	b.Form, b.Unit, b.Period, b.PeriodStart = append(b.Form, form), append(b.Unit, unit), append(b.Period, period), append(b.PeriodStart, start)
	b.SubmittedAt, b.StartedAt = append(b.SubmittedAt, sent.UTC()), append(b.StartedAt, begun)
	b.Reporter, b.Channel, b.Subject = append(b.Reporter, reporter), append(b.Channel, channel), append(b.Subject, 0)
	b.Lat, b.Lon, b.Layout = append(b.Lat, math.NaN()), append(b.Lon, math.NaN()), append(b.Layout, "a")
	b.Numbers, b.Texts, b.Key = append(b.Numbers, string(queries.PackNumbers(nil, float64(d.key%97)))), append(b.Texts, ""), append(b.Key, d.key)
}

// judge stores what was handed in and runs burden-hours and one detector over the year to 30 June 2026.
func (d *desk) judge(detector string) map[string]queries.Finding {
	d.t.Helper()
	if err := d.registry.Save(d.t.Context()); err != nil {
		d.t.Fatal(err)
	}
	if d.rows.Len() > 0 {
		if _, err := d.store.Write(d.t.Context(), queries.Batch{Source: "test", Submissions: d.rows}); err != nil {
			d.t.Fatal(err)
		}
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		d.t.Fatal(err)
	}
	to := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	s := simulated{input: analyzer.Input{
		Store: d.store, Registry: d.registry, Policy: policy, Window: analyzer.Window{From: to.AddDate(-1, 0, 1), To: to, AsOf: to},
	}}
	findings(d.t, s, "burden-hours")
	found := findings(d.t, s, detector)
	readable(d.t, named(detector, found))
	out := map[string]queries.Finding{}
	for _, f := range found {
		key := "all"
		owner, _ := f.Evidence.Detail["owner"].(string)
		month, isMonth := f.Evidence.Detail["month"].(string)
		switch {
		case isMonth:
			key = month
		case len(f.Subject.Forms) == 1 && f.Evidence.Detail["net"] == nil:
			key = f.Subject.Forms[0]
		case owner != "":
			key = owner
		case f.Status == "not_assessed" && len(f.Subject.Systems) > 0:
			key = f.Subject.Systems[0]
		}
		if _, twice := out[key]; twice {
			d.t.Errorf("%s speaks twice of %s", detector, key)
		}
		out[key] = f
	}
	return out
}

// open lists the subjects of findings that were not "not assessed".
func open(found map[string]queries.Finding) map[string]bool {
	out := map[string]bool{}
	for key, f := range found {
		if f.Status != "not_assessed" {
			out[key] = true
		}
	}
	return out
}

func monthsBefore(n int) []time.Time {
	var out []time.Time
	for i := n; i >= 1; i-- {
		out = append(out, time.Date(2026, time.Month(7-i), 1, 0, 0, 0, 0, time.UTC))
	}
	return out
}

// local is a moment of Beijing time on the day so many days after another.
func local(day time.Time, after, hour, minute int) time.Time {
	return time.Date(day.Year(), day.Month(), day.Day()+after, hour, minute, 0, 0, beijing)
}
