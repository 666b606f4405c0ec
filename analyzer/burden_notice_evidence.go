package analyzer

import (
	"math"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// shownRounds is how many demands the table of a finding shows: the newest.
const shownRounds = 12

// noticeFinding writes down how one form is demanded.
func noticeFinding(n notice, in Input, calendar *workdays, limits map[string]float64) queries.Finding {
	share := 0.0
	switch n.kinds[0] {
	case "due_soon":
		share = float64(n.short) / float64(n.judged)
	case "urgent":
		share = float64(n.urgent) / float64(n.timed)
	case "again":
		share = float64(n.again) / float64(len(n.rounds))
	default:
		share = 1
	}
	f := queries.Finding{
		ID: queries.FindingID("burden-short-notice", n.form.ID), Subject: queries.Subject{Forms: []string{n.form.ID}, Systems: systemOf(n.form)},
		Score: share, Effect: &share, N: uint64(len(n.rounds)), Severity: byHours(n.demand.hours, limits),
	}
	params := map[string]any{
		"form": n.form.ID, "owner": n.owner, "rounds": len(n.rounds), "judged": n.judged, "short": n.short, "least": n.least, "timed": n.timed,
		"urgent": n.urgent, "again": n.again, "hours": n.demand.hours, "units": n.demand.units, "due": n.form.DueDays, "took": n.hours,
		"limit": limits["max_adhoc"], "within": limits["urgent_days"], "times": roundTo(n.demands(), 1),
	}
	table := &queries.Table{Columns: []string{
		"shortnotice.column.period", "shortnotice.column.opens", "shortnotice.column.due", "shortnotice.column.workdays", "shortnotice.column.units", "shortnotice.column.took", "shortnotice.column.again",
	}}
	for _, r := range n.rounds[max(0, len(n.rounds)-shownRounds):] {
		due, days, took := any("shortnotice.unknown"), any("shortnotice.unknown"), any("shortnotice.unknown")
		if r.due != 0 {
			due, days = isoDay(r.due), r.workdays
		}
		if r.Answered > 0 {
			took = roundTo(r.hours, 1)
		}
		table.Rows = append(table.Rows, []any{r.Period, isoDay(r.opens), due, days, r.Units, took, r.Again})
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "shortnotice.form." + n.kinds[0], Params: params}, Table: table, Chart: demandChart([]notice{n}, in.Window),
		Detail: map[string]any{
			"kinds": n.kinds, "owner": n.owner, "demands": len(n.rounds), "with_due_day": n.judged, "too_short": n.short, "min_workdays": n.least,
			"answered_at_once": n.urgent, "asked_again": n.again, "median_hours_to_answer": n.hours, "on_due_day_share": n.onDue, "after_due_day_share": n.after,
			"hours": n.demand.hours, "units": n.demand.units,
		},
	}
	for _, kind := range n.kinds[1:] {
		f.Explanations = append(f.Explanations, queries.Message{Key: "shortnotice.also." + kind, Params: params})
	}
	if n.judged > 0 {
		f.Explanations = append(f.Explanations, queries.Message{Key: "shortnotice.explain.behaviour", Params: map[string]any{"on_due": n.onDue, "late": n.after}})
	}
	f.Explanations = append(f.Explanations, queries.Message{Key: "shortnotice.explain.emergency"})
	if n.form.Cycle != "adhoc" {
		f.Explanations = append(f.Explanations, queries.Message{Key: "shortnotice.explain.routine"})
	}
	if n.again > 0 {
		f.Explanations = append(f.Explanations, queries.Message{Key: "shortnotice.explain.corrections"})
	}
	f.Explanations = append(f.Explanations, calendar.calendarNote(in.Window))
	return f
}

// ownerNoticeFinding adds up the unplanned demands of one department.
func ownerNoticeFinding(owner string, list []notice, demands float64, in Input, calendar *workdays, limits map[string]float64) queries.Finding {
	var ids []string
	hours, early, late := 0.0, 0, 0
	middle := queries.DayNumber(in.Window.From) + (queries.DayNumber(in.Window.To)-queries.DayNumber(in.Window.From))/2
	table := &queries.Table{Columns: []string{"shortnotice.column.form", "shortnotice.column.demands", "shortnotice.column.short", "shortnotice.column.units", "shortnotice.column.hours"}}
	for _, n := range list {
		ids = append(ids, n.form.ID)
		hours += n.demand.hours
		for _, r := range n.rounds {
			if r.opens <= middle {
				early++
			} else {
				late++
			}
		}
		table.Rows = append(table.Rows, []any{n.form.ID, len(n.rounds), n.short, n.demand.units, roundTo(n.demand.hours, 1)})
	}
	effect := demands / limits["max_owner_adhoc"]
	f := queries.Finding{
		ID: queries.FindingID("burden-short-notice", "owner", owner), Subject: queries.Subject{Forms: ids, Systems: systemsBehind(in, ids)},
		Score: min(1, effect/4), Effect: &effect, N: uint64(math.Round(demands)), Severity: byHours(hours, limits),
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "shortnotice.owner", Params: map[string]any{
			"owner": owner, "n": roundTo(demands, 1), "forms": len(ids), "limit": limits["max_owner_adhoc"], "hours": hours, "early": early, "late": late,
		}},
		Table: table, Chart: demandChart(list, in.Window),
		Detail: map[string]any{"kinds": []string{"owner"}, "owner": owner, "demands": roundTo(demands, 1), "first_half": early, "second_half": late, "hours": hours},
	}
	f.Explanations = []queries.Message{{Key: "shortnotice.explain.emergency"}, {Key: "shortnotice.explain.relayed"}, calendar.calendarNote(in.Window)}
	return f
}

// demandChart draws the demands that opened in each month of the window; nil where they lie in one month.
func demandChart(list []notice, w Window) *queries.Chart {
	count := map[string]float64{}
	for _, n := range list {
		for _, r := range n.rounds {
			count[isoDay(r.opens)[:7]]++
		}
	}
	if len(count) < 2 {
		return nil
	}
	c := &queries.Chart{Kind: "bars", Title: queries.Message{Key: "shortnotice.chart"}, Unit: "shortnotice.unit"}
	var values []float64
	for m := time.Date(w.From.Year(), w.From.Month(), 1, 0, 0, 0, 0, time.UTC); !m.After(w.To); m = m.AddDate(0, 1, 0) {
		c.X = append(c.X, m.Format("2006-01"))
		values = append(values, count[m.Format("2006-01")])
	}
	c.Series = []queries.Series{{Name: queries.Message{Key: "shortnotice.series"}, Values: values}}
	return c
}
