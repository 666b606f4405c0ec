package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

func wholePercent(x float64) string {
	if math.IsNaN(x) {
		return "—"
	}
	return fmt.Sprintf("%.0f%%", 100*x)
}

func shareSpan(p queries.Proportion) string {
	if p.Of == 0 {
		return "—"
	}
	return fmt.Sprintf("%s (%s–%s)", wholePercent(p.Share), wholePercent(p.Low), wholePercent(p.High))
}

func (r *reader) families(all []string) string {
	words := make([]string, len(all))
	for i, f := range all {
		words[i] = r.word("evidence_family." + f)
	}
	return strings.Join(words, " + ")
}

func (r *reader) outcomes(all []queries.VerifyOutcome) listing {
	t := listing{header: []string{"at", "unit", "form", "period", "outcome", "reason", "by", "audit", "recommended", "families", "expected", "policy"}}
	for _, key := range []string{"at", "outcome", "unit", "form", "period", "by", "reason"} {
		t.columns = append(t.columns, r.word("check.column."+key))
	}
	for _, o := range all {
		t.rows = append(t.rows, interchange.OutcomeOf(o))
		expected := any("")
		if !math.IsNaN(o.Expected) {
			expected = o.Expected
		}
		t.cells = append(t.cells, []any{
			o.At.Format(time.RFC3339), o.Unit, o.Form, o.Period, o.Outcome, o.Reason, o.By, o.Audit, o.Recommended, strings.Join(o.Families, " "), expected, o.Policy,
		})
		t.lines = append(t.lines, []string{
			o.At.Format(time.DateOnly), r.word("check.outcome." + o.Outcome), r.called("unit", o.Unit), r.called("form", o.Form), o.Period, o.By, o.Reason,
		})
	}
	return t
}

// sampleRow is a row of the audit sample for scripts.
type sampleRow struct {
	Unit    string  `json:"unit"`
	Form    string  `json:"form"`
	Period  string  `json:"period"`
	Stratum string  `json:"stratum"`
	Weight  float64 `json:"weight"`
	Outcome string  `json:"outcome,omitempty"`
}

func (r *reader) sample(all []queries.VerifyItem) listing {
	t := listing{header: []string{"unit", "form", "period", "stratum", "weight", "outcome"}}
	for _, key := range []string{"unit", "form", "period", "stratum", "weight", "outcome"} {
		t.columns = append(t.columns, r.word("check.column."+key))
	}
	for _, v := range all {
		row := sampleRow{Unit: v.Unit, Form: v.Form, Period: v.Period, Stratum: v.Stratum, Weight: v.Weight}
		word := ""
		if v.Outcome != nil {
			row.Outcome = v.Outcome.Outcome
			word = r.word("check.outcome." + row.Outcome)
		}
		t.rows = append(t.rows, row)
		t.cells = append(t.cells, []any{row.Unit, row.Form, row.Period, row.Stratum, row.Weight, row.Outcome})
		kind, band, _ := strings.Cut(v.Stratum, "/")
		t.lines = append(t.lines, []string{
			r.called("unit", v.Unit), r.called("form", v.Form), v.Period, r.word("check.kind."+kind) + " · " + r.word("check.band."+band),
			strconv.FormatFloat(v.Weight, 'f', 1, 64), word,
		})
	}
	return t
}

// calibrationRow is one measure of the calibration for scripts.
type calibrationRow struct {
	Measure  string   `json:"measure"` // checks, hits, random, missed, escaped, brier, band, families
	Group    string   `json:"group"`
	Count    int      `json:"count"`
	Of       int      `json:"of"`
	Expected *float64 `json:"expected"`
	Value    *float64 `json:"value"`
	Low      *float64 `json:"low"`
	High     *float64 `json:"high"`
}

func (r *reader) calibration(c queries.Calibration) listing {
	t := listing{header: []string{"measure", "group", "count", "of", "expected", "value", "low", "high"}}
	for _, key := range []string{"measure", "count", "expected", "value"} {
		t.columns = append(t.columns, r.word("check.column."+key))
	}
	cell := func(x *float64) any {
		if x == nil {
			return ""
		}
		return *x
	}
	add := func(row calibrationRow, label, value string) {
		t.rows = append(t.rows, row)
		t.cells = append(t.cells, []any{row.Measure, row.Group, row.Count, row.Of, cell(row.Expected), cell(row.Value), cell(row.Low), cell(row.High)})
		expected := ""
		if row.Expected != nil {
			expected = wholePercent(*row.Expected)
		}
		t.lines = append(t.lines, []string{label, fmt.Sprintf("%d/%d", row.Count, row.Of), expected, value})
	}
	share := func(measure, group, label string, p queries.Proportion, expected float64) {
		row := calibrationRow{Measure: measure, Group: group, Count: p.Count, Of: p.Of, Expected: interchange.Known(expected), Value: interchange.Known(p.Share)}
		if p.Of > 0 {
			row.Low, row.High = &p.Low, &p.High
		}
		add(row, label, shareSpan(p))
	}
	estimate := func(measure string, value, low, high float64, of int) {
		text := "—"
		if !math.IsNaN(value) {
			text = fmt.Sprintf("%.1f%% (%.1f%%–%.1f%%)", 100*value, 100*low, 100*high)
		}
		add(calibrationRow{Measure: measure, Count: c.Random.Count, Of: of, Value: interchange.Known(value), Low: interchange.Known(low), High: interchange.Known(high)},
			r.word("check.measure."+measure), text)
	}
	nan := math.NaN()
	add(calibrationRow{Measure: "checks", Count: c.Settled, Of: c.Checked}, r.word("check.measure.checks"), "")
	share("hits", "", r.word("check.measure.hits"), c.Hits, nan)
	share("random", "", r.word("check.measure.random"), c.Random, nan)
	estimate("missed", c.MissedShare, c.MissedLow, c.MissedHigh, c.Pairs)
	estimate("escaped", c.Escaped, c.EscapedLow, c.EscapedHigh, c.Pairs)
	brier := "—"
	if !math.IsNaN(c.Brier) {
		brier = fmt.Sprintf("%.3f", c.Brier)
	}
	add(calibrationRow{Measure: "brier", Of: c.BrierOf, Count: c.BrierOf, Value: interchange.Known(c.Brier)}, r.word("check.measure.brier"), brier)
	for _, b := range c.Bands {
		group := fmt.Sprintf("%.0f–%.0f%%", 100*b.From, 100*b.To)
		share("band", group, r.word("check.measure.band")+" "+group, b.Confirmed, b.Expected)
	}
	for _, x := range c.Classes {
		status := "listed"
		if x.Recommended {
			status = "recommended"
		}
		label, group := r.word("check.measure."+status), status
		if len(x.Families) > 0 {
			label, group = label+": "+r.families(x.Families), group+":"+strings.Join(x.Families, "+")
		}
		add(calibrationRow{Measure: "families", Group: group, Count: x.Confirmed.Count, Of: x.Confirmed.Of, Expected: &x.Mean, Value: interchange.Known(x.Confirmed.Share), Low: &x.Low, High: &x.High},
			label, fmt.Sprintf("%s (%s–%s)", wholePercent(x.Mean), wholePercent(x.Low), wholePercent(x.High)))
	}
	return t
}

// writeSheet writes the check sheet of a row: what is doubted, what speaks for innocence, what to look at, and room for what
// was found. The findings are those of the row, the strongest first; times are written in the zone of now.
func (r *reader) writeSheet(w io.Writer, v queries.VerifyItem, findings []queries.Finding, now time.Time) error {
	out := bufio.NewWriter(w)
	line := func(format string, values ...any) { fmt.Fprintf(out, format+"\n", values...) }
	say := func(key string, params map[string]any) string {
		return r.text(queries.Message{Key: "check.sheet." + key, Params: params})
	}
	line("%s", say("title", map[string]any{"unit": v.Unit, "form": v.Form}))
	line("%s", say("head", map[string]any{"period": v.Period, "date": now.Format(time.DateOnly)}))
	switch {
	case v.Audit && !v.Recommended:
		line("%s", say("audit", nil))
	case v.Recommended:
		line("%s", say("recommended", map[string]any{"priority": v.Priority, "families": r.families(v.Families)}))
	default:
		line("%s", say("listed", map[string]any{"priority": v.Priority, "families": r.families(v.Families)}))
	}
	for i, a := range v.Families {
		for _, b := range v.Families[i+1:] {
			if queries.Echo(a, b) {
				line("%s", say("echo", map[string]any{"a": r.families([]string{a}), "b": r.families([]string{b})}))
			}
		}
	}
	if v.Outcome != nil {
		line("%s", say("earlier", map[string]any{"outcome": r.word("check.outcome." + v.Outcome.Outcome), "date": v.Outcome.At.Format(time.DateOnly), "by": v.Outcome.By, "reason": v.Outcome.Reason}))
	}
	if len(findings) > 0 {
		line("\n%s", say("doubts", nil))
	}
	for i, f := range findings {
		line("%d. %s", i+1, r.text(f.Evidence.Message))
		for _, e := range f.Explanations {
			line("   - %s", r.text(e))
		}
		if text := r.text(f.Evidence.NotProof); text != "" {
			line("   * %s", text)
		}
	}
	line("\n%s", say("look", nil))
	looks := queries.OnSite(findings)
	if len(looks) == 0 {
		line("[ ] %s", say("all", nil))
	}
	for _, l := range looks {
		line("[ ] %s", r.look(l, now.Location()))
	}
	line("\n%s", say("result", nil))
	line("%s", say("sign", nil))
	return out.Flush()
}

// look is one thing to look at in words: the facts that are known of it, in a fixed order.
func (r *reader) look(l queries.Look, zone *time.Location) string {
	var parts []string
	add := func(key, text string) {
		if text != "" {
			parts = append(parts, r.text(queries.Message{Key: "check.look." + key, Params: map[string]any{"x": text}}))
		}
	}
	number := func(x *float64) string {
		if x == nil {
			return ""
		}
		return strconv.FormatFloat(*x, 'f', -1, 64)
	}
	add("period", l.Period)
	if at, err := time.Parse(time.RFC3339, l.Date); err == nil {
		add("date", at.In(zone).Format("2006-01-02 15:04"))
	} else {
		add("date", l.Date)
	}
	if l.Field != "" {
		add("field", r.called("field", l.Field))
	}
	add("value", number(l.Value))
	compare := number(l.Compare)
	switch {
	case compare != "" && l.With != "":
		parts = append(parts, r.text(queries.Message{Key: "check.look.with", Params: map[string]any{"x": compare, "with": r.called("unit", l.With)}}))
	case compare != "":
		add("peers", compare)
	}
	add("household", l.Household)
	add("reporter", l.Reporter)
	return strings.Join(parts, r.word("check.look.join"))
}
