package analyzer

import (
	"context"
	"fmt"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// piBiometric reports biometric data: what arrived and was refused, and the fields of forms that ask for it. No value is kept
// anywhere, so none is shown.
type piBiometric struct{ shared *ruleModel }

// Meta implements Detector.
func (piBiometric) Meta() Meta { return Meta{ID: "pi-biometric", Family: "privacy", Version: 1} }

// biometricForm is what is known of one form, or of one file or table that belongs to no known form.
type biometricForm struct {
	form     queries.Form
	known    bool
	origin   string
	source   string
	fields   []string // ids, in the order in which they were met
	declared map[string]bool
	refused  map[string]queries.Refusals
}

func (b *biometricForm) meet(field string) {
	if !b.declared[field] && b.refused[field].Times == 0 {
		b.fields = append(b.fields, field)
	}
}

// Detect implements Detector.
func (d piBiometric) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	facts, err := d.shared.of(ctx, in)
	if err != nil {
		return nil, err
	}
	refusals, err := in.Store.Refusals(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read what biometric data was refused: %w", err)
	}
	r := &ruling{ruleFacts: facts, in: in, limits: in.Policy.Of(d.Meta().ID), id: d.Meta().ID}
	byOrigin := map[string]*biometricForm{}
	var all []*biometricForm
	of := func(key string) *biometricForm {
		b := byOrigin[key]
		if b == nil {
			b = &biometricForm{declared: map[string]bool{}, refused: map[string]queries.Refusals{}}
			byOrigin[key] = b
			all = append(all, b)
		}
		return b
	}
	for _, u := range r.systems {
		for _, f := range r.forms[u.system.ID] {
			for _, field := range f.Fields {
				if r.words.biometric(field) {
					b := of("form\x00" + f.ID)
					b.form, b.known = f.Form, true
					b.meet(field.ID)
					b.declared[field.ID] = true
				}
			}
		}
	}
	for _, x := range refusals {
		form, known := in.Registry.Form(x.Origin)
		key := "source\x00" + x.Source + "\x00" + x.Origin
		if known {
			key = "form\x00" + x.Origin
		}
		b := of(key)
		b.known, b.form, b.origin, b.source = known, form, x.Origin, x.Source
		b.meet(x.Field)
		b.refused[x.Field] = together(b.refused[x.Field], x)
	}
	uses := map[string]queries.FormUse{}
	for _, list := range r.forms {
		for _, f := range list {
			uses[f.ID] = f.use
		}
	}
	for _, b := range all {
		r.biometricFinding(b, uses[b.form.ID])
	}
	return r.out, nil
}

// biometric says whether a field asks for biometric data: by its type, or by its label where that speaks of no count.
func (w *ruleWords) biometric(f queries.Field) bool {
	switch f.Type {
	case "biometric":
		return true
	case "integer", "number", "code", "bool", "date", "datetime":
		return false
	}
	return w.in("biometric", "label", f.Label) != "" && w.in("biometric", "not", f.Label) == ""
}

// together adds up the refusals of one field over several sources.
func together(a, b queries.Refusals) queries.Refusals {
	if a.Times == 0 {
		return b
	}
	a.Times, a.Days = a.Times+b.Times, max(a.Days, b.Days)
	if b.First.Before(a.First) {
		a.First = b.First
	}
	if b.Last.After(a.Last) {
		a.Last = b.Last
	}
	return a
}

func (r *ruling) biometricFinding(f *biometricForm, use queries.FormUse) {
	b := breach{
		score: 0.8, severity: 1, n: use.Recent, effect: float64(len(f.fields)),
		table: &queries.Table{Columns: []string{"privacy.column.field", "privacy.column.declared", "privacy.column.times", "privacy.column.first", "privacy.column.last"}},
		explanations: []queries.Message{
			{Key: "privacy.explain.consent"}, {Key: "privacy.explain.not_stored"},
		},
	}
	zone := r.in.Window.AsOf.Location()
	var arrived queries.Refusals
	asked := 0
	for _, id := range f.fields {
		ref := id
		if f.known {
			ref = f.form.ID + "." + id
			b.subject.Fields = append(b.subject.Fields, [2]string{ref, ""})
		}
		declared := "privacy.answer.no"
		if f.declared[id] {
			declared = "privacy.answer.yes"
			asked++
		}
		x := f.refused[id]
		first, last := "", ""
		if x.Times > 0 {
			first, last = x.First.In(zone).Format(time.DateOnly), x.Last.In(zone).Format(time.DateOnly)
			arrived = together(arrived, x)
		}
		b.table.Rows = append(b.table.Rows, []any{ref, declared, x.Times, first, last})
	}
	params := map[string]any{"fields": len(f.fields), "n": use.Recent}
	key := "declared"
	if arrived.Times > 0 {
		key = "arrived"
		b.severity, b.score, b.n = 2, 0.95, max(b.n, arrived.Times)
		params["first"], params["last"], params["days"] = arrived.First.In(zone).Format(time.DateOnly), arrived.Last.In(zone).Format(time.DateOnly), arrived.Days
	}
	if f.known {
		b.about, b.subject.Forms, b.subject.Systems = f.form.ID, []string{f.form.ID}, systemOf(f.form)
		params["form"] = f.form.ID
		if f.form.Basis != "" {
			b.explanations = append(b.explanations, queries.Message{Key: "privacy.explain.basis", Params: map[string]any{"form": f.form.ID, "basis": f.form.Basis}})
		}
		if float64(use.Recent) >= r.limits["high_submissions"] {
			b.severity = 2
		}
	} else {
		// A column of binary data may be a scan or a photograph of a thing.
		key, b.severity, b.score = "binary", 1, 0.5
		b.about = f.source + "\x00" + f.origin
		params["origin"], params["source"] = f.origin, f.source
		b.explanations = append(b.explanations, queries.Message{Key: "privacy.explain.binary"})
	}
	b.message = queries.Message{Key: "privacy.biometric." + key, Params: params}
	b.detail = map[string]any{"declared": asked, "refused": arrived.Times, "source": f.source, "articles": []string{"26", "28", "29"}}
	r.find(b)
}
