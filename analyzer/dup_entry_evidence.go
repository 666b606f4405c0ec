package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/queries"
)

// entryFinding says what was entered again, when, by how many and at what cost. It speaks of the two forms: who asks twice
// causes the second entry, not who answers.
func (d *dupFound) entryFinding(t *entryTally, in Input, limits map[string]float64) queries.Finding {
	later, first := t.b, t.a
	laterShare := float64(t.whole.LaterB) / float64(max(1, t.whole.Repeated))
	if laterShare < 0.5 {
		later, first, laterShare = t.a, t.b, 1-laterShare
	}
	x, y := &d.forms[later], &d.forms[first]
	values, filled, expected := math.Round(t.values()), 0.0, 0.0
	score := 0.0
	var details []map[string]any
	f := queries.Finding{
		ID:      queries.FindingID("dup-entry", min(x.ID, y.ID), max(x.ID, y.ID)),
		Subject: queries.Subject{Forms: []string{x.ID, y.ID}, Systems: systemsOf(x.Form, y.Form)}, N: uint64(values),
	}
	for i := range t.fields {
		fp := &t.fields[i]
		all, same := t.filledOf(i)
		filled += all
		expected += t.chance[i] * (all - t.again[i][0] - t.again[i][1])
		score += fp.match.Score / float64(len(t.fields))
		pair := [2]string{d.at(fp.a).ref, d.at(fp.b).ref}
		if later == t.b {
			pair[0], pair[1] = pair[1], pair[0]
		}
		f.Subject.Fields = append(f.Subject.Fields, pair)
		details = append(details, map[string]any{
			"a": pair[0], "b": pair[1], "relation": fp.relationWord(d), "rows": int(all), "equal": int(same), "baseline": roundTo(t.chance[i], 4),
			"entries": math.Round(t.again[i][0] + t.again[i][1]),
		})
	}
	hours, low, high := t.hours.Mid, t.hours.Low, t.hours.High
	f.Effect = &hours
	f.Score = score * math.Min(1, values/math.Max(filled, 1))
	f.Severity = dupSeverity(hours*12/windowMonths(in.Window), limits)
	table, chart := t.byMonth()
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "dup.entry", Params: map[string]any{
			"form_first": y.ID, "form_second": x.ID, "values": values, "entries": t.whole.Repeated, "n": len(t.fields), "units": t.whole.Units,
			"reporters": t.whole.Reporters, "days": t.whole.Days[1], "later": laterShare, "hours": hours, "low": low, "high": high,
		}},
		Table: table, Chart: chart,
		Detail: map[string]any{
			"form": x.ID, "source_form": y.ID, "pairs": details, "values": values, "submissions": t.whole.Repeated, "joined": t.whole.Joined,
			"equal_by_chance": math.Round(expected), "by_machine": t.whole.Machine, "units": t.whole.Units, "reporters": t.whole.Reporters,
			"same_reporter": roundTo(float64(t.whole.OnePerson)/float64(max(1, t.whole.Repeated)), 3), "later_share": roundTo(laterShare, 3),
			"days_between": []float64{roundTo(t.whole.Days[0], 1), roundTo(t.whole.Days[1], 1), roundTo(t.whole.Days[2], 1)},
			"hours":        roundTo(hours, 1), "low": roundTo(low, 1), "high": roundTo(high, 1), "hours_once": roundTo(t.once, 1), "confidence": 0.9,
			"form_a": t.asked.FormA, "form_b": t.asked.FormB, "examples": t.whole.Examples, "joined_by": t.asked.By,
		},
	}
	f.Explanations = d.entryExplanations(t, expected, x, y)
	return f
}

// filledOf is how many rows answer a field on both sides, and how many of them alike.
func (t *entryTally) filledOf(i int) (all, same float64) {
	add := func(list []uint64) float64 {
		if i < len(list) {
			return float64(list[i])
		}
		return 0
	}
	return add(t.whole.FilledA) + add(t.whole.FilledB), add(t.whole.SameA) + add(t.whole.SameB)
}

// byMonth lists what was entered again by the month of the second entry.
func (t *entryTally) byMonth() (*queries.Table, *queries.Chart) {
	table := &queries.Table{Columns: []string{"dup.column.month", "dup.column.entries", "dup.column.values", "dup.column.units_n", "dup.column.days"}}
	chart := &queries.Chart{
		Kind: "bars", Title: queries.Message{Key: "dup.chart.entries", Params: map[string]any{"form_a": t.asked.FormA, "form_b": t.asked.FormB}},
		Series: []queries.Series{{Name: queries.Message{Key: "dup.chart.values"}}}, Unit: "dup.chart.values",
	}
	for _, m := range t.months {
		if m.Repeated == 0 {
			continue
		}
		values := 0.0
		for i := range t.fields {
			n := t.beyondChance(m, i)
			values += n[0] + n[1]
		}
		month := m.Month.Format("2006-01")
		table.Rows = append(table.Rows, []any{month, m.Repeated, math.Round(values), m.Units, roundTo(m.Days[1], 1)})
		chart.X, chart.Series[0].Values = append(chart.X, month), append(chart.Series[0].Values, math.Round(values))
	}
	if len(chart.X) < 2 {
		chart = nil
	}
	return table, chart
}

// entryExplanations are the innocent causes, each with what became of it.
func (d *dupFound) entryExplanations(t *entryTally, expected float64, later, first *dupForm) []queries.Message {
	agree, rows := 0.0, uint64(0)
	for i := range t.fields {
		all, same := t.filledOf(i)
		agree += same / math.Max(all, 1) / float64(len(t.fields))
		rows = max(rows, uint64(all))
	}
	out := []queries.Message{
		{Key: "dup.explain.by_chance", Params: map[string]any{"n": math.Round(expected)}},
		remeasured(agree, rows),
		{Key: "dup.explain.machine", Params: map[string]any{"n": t.whole.Machine}},
		{Key: "dup.explain.prefilled_entry", Params: map[string]any{"form": later.ID}},
	}
	if later.System == first.System && later.System != "" {
		out = append(out, queries.Message{Key: "dup.explain.one_system", Params: map[string]any{"system": later.System}})
	} else {
		out = append(out, queries.Message{Key: "dup.explain.upwards"})
	}
	if t.others > 0 {
		out = append(out, queries.Message{Key: "dup.explain.overlap", Params: map[string]any{"n": t.others, "hours": t.once}})
	}
	out = append(out, queries.Message{Key: "dup.explain.corrections"}, queries.Message{Key: "dup.explain.copied"})
	return append(out, d.lawfulness(t.a, t.b)...)
}
