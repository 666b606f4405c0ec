package analyzer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jianfu/jianfu/queries"
)

// idleField looks for fields that carry no information: nobody answers them, or everybody gives the same answer.
type idleField struct{}

// Meta implements Detector.
func (idleField) Meta() Meta { return Meta{ID: "idle-field", Family: "unused", Version: 1} }

// formFill is what was handed in of one form, and how its fields were answered.
type formFill struct {
	form                        queries.Form
	submissions, machine        uint64
	units, periods              uint64 // the most of any layout
	layouts                     []queries.FormLayout
	kinds                       map[string]string // of FieldHours
	hours                       map[string]queries.Hours
	spreads                     map[string]queries.FieldSpread
	answers                     map[string][]queries.FieldAnswer
	conditional, fixed, nothing []string
}

// idleAnswer is one idle field.
type idleAnswer struct {
	field          queries.Field
	kind           string // blank, constant, zero
	answer         any
	share          float64
	n              uint64
	units, periods uint64
	hours          queries.Hours
}

// Detect implements Detector.
func (d idleField) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	fills, err := loadFills(ctx, in)
	if err != nil {
		return nil, err
	}
	// Only fields with few different answers can be constant: theirs are read.
	var look [][2]string
	for _, f := range fills {
		for _, field := range f.asked(limits) {
			s := f.spreads[field.ID]
			if s.Filled > 0 && float64(s.Distinct) <= (1-limits["constant_share"])*float64(s.Filled)*1.05+2 {
				look = append(look, [2]string{f.form.ID, field.ID})
			}
		}
	}
	answers, err := in.Store.FieldAnswers(ctx, look, in.Window.From, in.Window.To, 50)
	if err != nil {
		return nil, err
	}
	byForm := map[string]*formFill{}
	for _, f := range fills {
		byForm[f.form.ID] = f
	}
	for _, a := range answers {
		f := byForm[a.Form]
		f.answers[a.Field] = append(f.answers[a.Field], a)
	}
	var out []queries.Finding
	for _, f := range fills {
		reason := ""
		switch {
		case float64(f.machine) >= limits["machine_share"]*float64(f.submissions):
			reason = "machine"
		case float64(f.submissions) < limits["min_submissions"] || float64(f.units) < limits["min_units"] || float64(f.periods) < limits["min_periods"]:
			reason = "few"
		}
		if reason != "" {
			m := queries.Message{Key: "idlefields.reason." + reason, Params: map[string]any{"form": f.form.ID, "n": f.submissions, "units": f.units, "periods": f.periods}}
			out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Systems: []string{f.form.System}, Forms: []string{f.form.ID}}, m, f.form.ID))
			continue
		}
		var idle []idleAnswer
		for _, field := range f.asked(limits) {
			if x, ok := f.judge(field, limits); ok {
				idle = append(idle, x)
			}
		}
		if len(idle) > 0 {
			out = append(out, f.finding(idle, limits))
		}
	}
	return out, nil
}

// loadFills reads how the registered forms were filled in within the window.
func loadFills(ctx context.Context, in Input) ([]*formFill, error) {
	words, err := idleWords()
	if err != nil {
		return nil, err
	}
	layouts, err := in.Store.FormLayouts(ctx, in.Window.From, in.Window.To)
	if err != nil {
		return nil, err
	}
	spreads, err := in.Store.FieldSpreads(ctx, in.Window.From, in.Window.To)
	if err != nil {
		return nil, err
	}
	hours, err := in.Store.FieldHours(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read what fields take: %w", err)
	}
	var out []*formFill
	byForm := map[string]*formFill{}
	for _, l := range layouts {
		f := byForm[l.Form]
		if f == nil {
			form, known := in.Registry.Form(l.Form)
			if !known {
				continue
			}
			f = &formFill{
				form: form, kinds: map[string]string{}, hours: map[string]queries.Hours{}, spreads: map[string]queries.FieldSpread{},
				answers: map[string][]queries.FieldAnswer{}, conditional: words["conditional"], fixed: words["fixed"], nothing: words["nothing"],
			}
			byForm[l.Form] = f
			out = append(out, f)
		}
		f.layouts = append(f.layouts, l)
		f.submissions, f.machine = f.submissions+l.Submissions, f.machine+l.Machine
		f.units, f.periods = max(f.units, l.Units), max(f.periods, l.Periods)
	}
	for _, s := range spreads {
		if f := byForm[s.Form]; f != nil {
			f.spreads[s.Field] = s
		}
	}
	for _, h := range hours {
		if f := byForm[h.Form]; f != nil && h.Field != "" {
			f.kinds[h.Field], f.hours[h.Field] = h.Kind, h.Hours
		}
	}
	return out, nil
}

// idleWords reads the words that decide about fields and forms, by kind.
func idleWords() (map[string][]string, error) {
	words := map[string][]string{}
	return words, lines("words/idle.txt", func(line string) error {
		kind, list, ok := strings.Cut(line, "|")
		if !ok {
			return fmt.Errorf("want a kind and words, have %q", line)
		}
		kind = strings.TrimSpace(kind)
		for _, word := range strings.Split(list, "/") {
			words[kind] = append(words[kind], strings.TrimSpace(word))
		}
		return nil
	})
}

// asked are the fields of a form that ask for data: no keys, headers, remarks, pictures, and nothing that its system fills in.
// Biometric data is refused on arrival, so that its fields are blank here and nowhere else.
func (f *formFill) asked(limits map[string]float64) []queries.Field {
	var out []queries.Field
	for _, field := range f.form.Fields {
		switch {
		case field.Role != "" && field.Role != "payload", slices.Contains(f.form.Prefilled, field.ID):
		case f.kinds[field.ID] != "" && f.kinds[field.ID] != "payload":
		case slices.Contains([]string{"photo", "biometric", "geo", "id", "phone"}, field.Type):
		case f.labelHas(field, f.fixed):
		default:
			if n, _, periods := f.carried(field.ID); float64(n) >= limits["min_submissions"] && float64(periods) >= limits["min_periods"] {
				out = append(out, field)
			}
		}
	}
	return out
}

func (f *formFill) labelHas(field queries.Field, words []string) bool {
	label := strings.ToLower(field.Label)
	return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(label, word) })
}

// carried counts the submissions whose layout has the field, with the units and periods of the layout that has most.
func (f *formFill) carried(field string) (n, units, periods uint64) {
	for _, l := range f.layouts {
		if slices.Contains(l.Fields, field) {
			n += l.Submissions
			units, periods = max(units, l.Units), max(periods, l.Periods)
		}
	}
	return n, units, periods
}

// judge says whether a field carries no information. What several units tell, however rarely, is information.
func (f *formFill) judge(field queries.Field, limits map[string]float64) (x idleAnswer, idle bool) {
	n, units, periods := f.carried(field.ID)
	s := f.spreads[field.ID]
	x = idleAnswer{field: field, n: n, units: units, periods: periods, hours: f.hours[field.ID]}
	stray := math.Max(limits["stray_units"], limits["stray_share"]*float64(units))
	if blank := 1 - float64(s.Filled)/float64(n); blank >= limits["blank_share"] && float64(s.Units) <= stray {
		x.kind, x.answer, x.share = "blank", "idlefields.answer.none", blank
		return x, !f.labelHas(field, f.conditional)
	}
	answers := f.answers[field.ID]
	if len(answers) == 0 || float64(s.Filled) < limits["min_filled"]*float64(n) {
		return x, false
	}
	top := answers[0]
	x.share = float64(top.Count) / float64(s.Filled)
	var others uint64 // units that gave another answer, some of them counted twice
	for _, a := range answers[1:] {
		others += a.Units
	}
	if others > 0 && f.choice(field, answers) {
		return x, false
	}
	if x.share < limits["constant_share"] || float64(others) > stray || float64(top.Units) < limits["min_units"] {
		return x, false
	}
	x.kind, x.answer = "constant", any(top.Text)
	if !math.IsNaN(top.Number) {
		x.answer = top.Number
	}
	if f.saysNothing(field, top) {
		x.kind = "zero"
		return x, others == 0 && spanDays(top.First, top.Last, f.form.Cycle) >= limits["zero_days"]
	}
	return x, true
}

// choice says whether a field offers a choice: then the one other answer is no slip of the pen but information.
func (f *formFill) choice(field queries.Field, answers []queries.FieldAnswer) bool {
	if field.Type != "" && field.Type != "text" || len(field.Codes) > 0 {
		return true
	}
	return slices.ContainsFunc(answers, func(a queries.FieldAnswer) bool {
		return !math.IsNaN(a.Number) || utf8.RuneCountInString(a.Text) < 2 || f.saysNothing(field, a)
	})
}

// spanDays are the days from the first day of a period to the end of another.
func spanDays(first, last time.Time, cycle string) float64 {
	return last.Sub(first).Hours()/24 + math.Max(1, cycleDays[cycle])
}

// saysNothing says whether an answer tells that nothing happened: zero, no, none, as itself or as the label of its code.
func (f *formFill) saysNothing(field queries.Field, a queries.FieldAnswer) bool {
	if a.Number == 0 {
		return true
	}
	code := a.Text
	if !math.IsNaN(a.Number) {
		code = fmt.Sprint(a.Number)
	}
	for _, text := range []string{a.Text, field.Codes[code]} {
		if slices.Contains(f.nothing, strings.ToLower(strings.TrimSpace(text))) {
			return true
		}
	}
	return false
}

// finding lists the idle fields of a form.
func (f *formFill) finding(idle []idleAnswer, limits map[string]float64) queries.Finding {
	out := queries.Finding{
		ID: queries.FindingID("idle-field", f.form.ID), Subject: queries.Subject{Systems: []string{f.form.System}, Forms: []string{f.form.ID}},
		Status: "open", Severity: "low", N: f.submissions,
	}
	table := &queries.Table{}
	for _, c := range []string{"field", "kind", "answer", "share", "units", "periods", "hours"} {
		table.Columns = append(table.Columns, "idlefields.column."+c)
	}
	count := map[string]int{}
	var hours queries.Hours
	var detail []map[string]any
	for _, x := range idle {
		ref := f.form.ID + "." + x.field.ID
		count[x.kind]++
		hours = hours.Plus(x.hours)
		out.Subject.Fields = append(out.Subject.Fields, [2]string{ref, ""})
		table.Rows = append(table.Rows, []any{
			ref, "idlefields.kind." + x.kind, x.answer, fmt.Sprintf("%.1f%%", 100*x.share), x.units, x.periods, roundTo(x.hours.Mid, 1),
		})
		detail = append(detail, map[string]any{"field": ref, "verdict": x.kind, "share": x.share, "n": x.n, "hours": [2]float64{x.hours.Low, x.hours.High}})
	}
	asked := len(f.asked(limits))
	effect := float64(len(idle)) / float64(asked)
	out.Effect, out.Score = &effect, 0.3+0.5*effect
	switch telling := count["blank"] + count["constant"]; {
	case hours.Low >= limits["high_hours"] && telling > 0:
		out.Severity = "high"
	case hours.Mid >= limits["medium_hours"] && telling > 0:
		out.Severity = "medium"
	}
	out.Evidence = queries.Evidence{
		Message: queries.Message{Key: "idlefields.message", Params: map[string]any{
			"form": f.form.ID, "n": len(idle), "blank": count["blank"], "constant": count["constant"], "zero": count["zero"],
			"hours": hours.Mid, "low": hours.Low, "high": hours.High,
		}},
		Table: table, Detail: map[string]any{"fields": detail, "asked": asked, "hours_year": [2]float64{hours.Low, hours.High}},
	}
	for _, key := range []string{"rare", "conditional", "added", "fixed"} {
		if key != "rare" || count["zero"] > 0 {
			out.Explanations = append(out.Explanations, queries.Message{Key: "idlefields.explain." + key})
		}
	}
	return out
}
