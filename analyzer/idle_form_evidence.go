package analyzer

import (
	"time"

	"github.com/jianfu/jianfu/queries"
)

// finding writes down what a form's life amounts to, with all that a reader needs to check it.
func (l *formLife) finding(v formVerdict, in Input, limits map[string]float64) queries.Finding {
	word := map[string]string{"write-only": "write_only"}[v.verdict]
	if word == "" {
		word = v.verdict
	}
	f := queries.Finding{
		ID: queries.FindingID("idle-form", l.form.ID), Subject: queries.Subject{Systems: []string{l.form.System}, Forms: []string{l.form.ID}},
		From: in.Window.To.AddDate(0, 0, 1-int(limits["read_days"])), To: in.Window.To, N: l.sent, Status: "open", Severity: "medium", Score: 0.6,
	}
	effect := 1.0
	params := map[string]any{"form": l.form.ID, "system": l.form.System, "n": l.sent, "days": int(limits["read_days"])}
	switch v.verdict {
	case "write-only":
		params["writers"] = l.reading.Writers
		params["others"] = l.others
		if l.hours.Mid >= limits["high_hours"] && l.form.Basis == "" {
			f.Severity = "high"
		}
	case "unused", "superseded":
		f.From, f.N = l.last, 0
		for _, d := range l.sources {
			f.N += d.Submissions
		}
		effect = float64(v.silence) / float64(v.need)
		params["silence"], params["need"], params["last"], params["n"] = v.silence, v.need, l.last.Format(time.DateOnly), f.N
		params["into"] = v.into
		if v.verdict == "superseded" {
			f.Subject.Forms = append(f.Subject.Forms, v.into)
		}
		f.Severity, f.Score = "low", 0.4
	case "declining":
		effect = 1 - v.now/v.before
		params["before"], params["now"], params["share"] = v.before, v.now, effect
		f.Severity, f.Score = "low", 0.4
	}
	f.Effect = &effect
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "idleforms." + word, Params: params}, Table: l.table(v), Chart: l.chart(),
		Detail: map[string]any{
			"verdict": v.verdict, "cycle": l.form.Cycle, "submissions": l.sent, "readers": l.reading.Readers, "read": l.reading.Read,
			"writers": l.reading.Writers, "reads_of_other_forms": l.others, "silence_days": v.silence, "needed_days": v.need, "into": v.into,
			"hours_year": [2]float64{l.hours.Low, l.hours.High},
		},
	}
	if l.system != nil && l.system.seen {
		f.Evidence.Coverage = l.system.coverage.evidence(in.Window)
	}
	f.Explanations = l.explanations(v)
	return f
}

func (l *formLife) table(v formVerdict) *queries.Table {
	t := &queries.Table{Columns: []string{"idle.column.measure", "idle.column.value"}}
	add := func(measure string, value any) {
		t.Rows = append(t.Rows, []any{"idleforms.measure." + measure, value})
	}
	add("sent", l.sent)
	add("last", l.last.Format(time.DateOnly))
	add("silence", v.silence)
	add("need", v.need)
	add("writers", l.reading.Writers)
	add("readers", l.reading.Readers)
	add("read", l.reading.Read)
	add("others", l.others)
	add("unnamed", l.unnamed)
	add("hours", roundTo(l.hours.Mid, 1))
	return t
}

// chart draws the submissions of each month; nil for less than two months.
func (l *formLife) chart() *queries.Chart {
	if len(l.months) < 2 {
		return nil
	}
	c := &queries.Chart{Kind: "line", Title: queries.Message{Key: "idleforms.chart", Params: map[string]any{"form": l.form.ID}}}
	var counts []float64
	at := map[time.Time]float64{}
	for _, m := range l.months {
		at[m.Month] += float64(m.Submissions)
	}
	for m := l.months[0].Month; !m.After(l.months[len(l.months)-1].Month); m = m.AddDate(0, 1, 0) {
		c.X, counts = append(c.X, m.Format("2006-01")), append(counts, at[m])
	}
	c.Series = []queries.Series{{Name: queries.Message{Key: "idleforms.series"}, Values: counts}}
	return c
}

// explanations are the innocent causes that were considered, each with its outcome.
func (l *formLife) explanations(v formVerdict) []queries.Message {
	var out []queries.Message
	say := func(key string, params map[string]any) {
		out = append(out, queries.Message{Key: "idleforms.explain." + key, Params: params})
	}
	if v.verdict == "write-only" {
		say("database", nil)
		say("approval", nil)
		say("quarter", nil)
		if l.others > 0 {
			say("covered", map[string]any{"n": l.others})
		} else {
			say("named", nil)
		}
	} else {
		say("source", nil)
		say("season", nil)
	}
	if l.form.Basis != "" {
		say("basis", map[string]any{"basis": l.form.Basis})
	}
	return out
}
