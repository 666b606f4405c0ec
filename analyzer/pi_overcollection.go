package analyzer

import (
	"context"
	"fmt"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// piOvercollection looks for data of persons that the asking side has no visible use for: nobody reads it, the department has it
// already, hardly anybody fills it in, or totals would do.
type piOvercollection struct{ shared *ruleModel }

// Meta implements Detector.
func (piOvercollection) Meta() Meta {
	return Meta{ID: "pi-overcollection", Family: "privacy", Version: 1}
}

// personalForm is one form that asks for data of persons.
type personalForm struct {
	ruleForm
	system   judgedUse
	fields   []personalField
	persons  uint64
	unjudged string // why nobody can tell whether it is read; empty where that is known
}

// Detect implements Detector.
func (d piOvercollection) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	facts, err := d.shared.of(ctx, in)
	if err != nil {
		return nil, err
	}
	r := &ruling{ruleFacts: facts, in: in, limits: in.Policy.Of(d.Meta().ID), id: d.Meta().ID}
	forms := r.personalForms()
	if err := r.unread(ctx, forms); err != nil {
		return nil, err
	}
	if err := r.countPersons(ctx, forms); err != nil {
		return nil, err
	}
	if err := r.heldAlready(ctx, forms); err != nil {
		return nil, err
	}
	for _, f := range forms {
		r.overcollected(f)
	}
	return r.out, nil
}

func (r *ruling) personalForms() []*personalForm {
	var out []*personalForm
	for _, u := range r.systems {
		for _, f := range r.forms[u.system.ID] {
			fields := r.words.personalFields(f.Form)
			if len(fields) == 0 {
				continue
			}
			for i := range fields {
				if f.Per != "record" {
					fields[i].reasons = append(fields[i].reasons, "totals")
				}
			}
			out = append(out, &personalForm{ruleForm: f, system: u, fields: fields, persons: f.use.Subjects})
		}
	}
	return out
}

// unread marks the fields of forms into which people write and from which nobody else ever reads, where logs cover that.
func (r *ruling) unread(ctx context.Context, forms []*personalForm) error {
	days := int(r.limits["read_days"])
	to := queries.DayNumber(r.in.Window.To)
	var systems []string
	for _, f := range forms {
		f.unjudged = r.unseen(f.system)
		if f.unjudged == "" && float64(f.system.coverage.days(to-days+1, to)) < r.limits["min_covered"]*float64(days) {
			f.unjudged = "logs_short"
		}
		if f.unjudged == "" && !slices.Contains(systems, f.System) {
			systems = append(systems, f.System)
		}
	}
	reads, err := r.in.Store.FormReads(ctx, systems, queries.DayOf(to-days+1), r.in.Window.To)
	if err != nil {
		return fmt.Errorf("unable to read who reads which forms: %w", err)
	}
	byForm := map[[2]string]queries.FormReads{}
	for _, x := range reads {
		byForm[[2]string{x.System, x.Form}] = x
	}
	for _, f := range forms {
		own, any := byForm[[2]string{f.System, f.ID}], byForm[[2]string{f.System, ""}]
		switch {
		case f.unjudged != "":
		case own.ByOthers+own.ByUnknown > 0:
		case any.ByOthers+any.ByUnknown > 0, float64(own.Writes) < r.limits["min_submissions"]:
			f.unjudged = "reads_unknown"
		default:
			for i := range f.fields {
				f.fields[i].reasons = append(f.fields[i].reasons, "unread")
			}
		}
	}
	return nil
}

// countPersons counts whom the forms are about, and marks fields that hardly anybody fills in.
func (r *ruling) countPersons(ctx context.Context, forms []*personalForm) error {
	var wanted [][2]string
	for _, f := range forms {
		for _, p := range f.fields {
			wanted = append(wanted, [2]string{f.ID, p.field.ID})
		}
	}
	answers, err := r.in.Store.AnswerCounts(ctx, wanted, r.in.Window.From, r.in.Window.To)
	if err != nil {
		return fmt.Errorf("unable to count answers: %w", err)
	}
	counted := map[[2]string]queries.AnswerCount{}
	for _, a := range answers {
		counted[[2]string{a.Form, a.Field}] = a
	}
	for _, f := range forms {
		for i := range f.fields {
			p := &f.fields[i]
			a := counted[[2]string{f.ID, p.field.ID}]
			if p.class == "identity" || p.class == "minor" {
				f.persons = max(f.persons, a.Distinct)
			}
			sent := float64(f.use.Recent)
			if sent >= r.limits["min_submissions"] && float64(a.Answered) < r.limits["max_answered"]*sent && !p.field.Required {
				p.reasons = append(p.reasons, "unanswered")
			}
		}
	}
	return nil
}

// heldAlready marks what another form of the same department asks of the same persons. Identifiers join the two and are needed
// in both; who has which data by law apart is of different departments.
func (r *ruling) heldAlready(ctx context.Context, forms []*personalForm) error {
	byID := map[string]*personalForm{}
	for _, f := range forms {
		byID[f.ID] = f
	}
	for _, o := range r.paired {
		a, b := byID[o.A], byID[o.B]
		if a == nil || b == nil || a.system.system.Owner == "" || a.system.system.Owner != b.system.system.Owner {
			continue
		}
		matches, err := r.in.Store.FieldMatches(ctx, o.A, o.B)
		if err != nil {
			return fmt.Errorf("unable to read what two forms have in common: %w", err)
		}
		for _, m := range matches {
			own, other := m.FieldA, m.FieldB
			if m.FormA != o.A {
				own, other = other, own
			}
			if m.Kind != "payload" && m.Kind != "identity" || m.Score < r.limits["min_match"] {
				continue
			}
			for i := range a.fields {
				if p := &a.fields[i]; p.field.ID == own && p.class != "identity" && p.class != "minor" && p.held == "" {
					p.held, p.reasons = o.B+"."+other, append(p.reasons, "held")
				}
			}
		}
	}
	return nil
}

// weight is how heavily a field weighs: 2 where sensitive data is never read or stands in a form of totals.
func (p personalField) weight() int {
	heaviest := -1
	for _, reason := range p.reasons {
		w := 0
		switch {
		case reason == "unread" || reason == "totals":
			w = 1
		case reason == "held" && p.sensitive, reason == "unanswered" && p.sensitive:
			heaviest = max(heaviest, 1)
			continue
		}
		if p.sensitive {
			w++
		}
		heaviest = max(heaviest, w)
	}
	return heaviest
}

func (r *ruling) overcollected(f *personalForm) {
	subject := queries.Subject{Systems: []string{f.System}, Forms: []string{f.ID}}
	b := breach{about: f.ID, n: f.use.Recent, severity: -1, coverage: nil}
	b.table = &queries.Table{Columns: []string{"privacy.column.field", "privacy.column.class", "privacy.column.sensitive", "privacy.column.reason", "privacy.column.field_held"}}
	sensitive := 0
	reasons := map[string]int{}
	for _, p := range f.fields {
		if len(p.reasons) == 0 {
			continue
		}
		ref := f.ID + "." + p.field.ID
		subject.Fields = append(subject.Fields, [2]string{ref, p.held})
		b.severity = max(b.severity, p.weight())
		law := "privacy.answer.ordinary"
		if p.sensitive {
			sensitive++
			law = "privacy.answer.sensitive"
		}
		for _, reason := range p.reasons {
			reasons[reason]++
			b.table.Rows = append(b.table.Rows, []any{ref, "privacy.class." + p.class, law, "privacy.reason." + reason, p.held})
		}
	}
	if len(subject.Fields) == 0 {
		if f.unjudged != "" {
			r.out = append(r.out, NotAssessed(r.id, subject, queries.Message{Key: "privacy.unjudged." + f.unjudged, Params: map[string]any{"form": f.ID, "system": f.System}}, f.ID))
		}
		return
	}
	b.subject = subject
	b.effect = float64(len(subject.Fields)) / float64(max(1, len(f.Fields)))
	b.score = 0.4 + 0.15*float64(b.severity) + 0.1*min(1, float64(sensitive)/float64(len(subject.Fields)))
	if f.Basis != "" {
		b.severity--
		b.explanations = append(b.explanations, queries.Message{Key: "privacy.explain.basis", Params: map[string]any{"form": f.ID, "basis": f.Basis}})
	} else {
		b.explanations = append(b.explanations, queries.Message{Key: "privacy.explain.no_basis"})
	}
	switch {
	case reasons["unread"] > 0:
		b.coverage = f.system.coverage.evidence(r.in.Window)
		b.explanations = append(b.explanations, queries.Message{Key: "privacy.explain.read_elsewhere"})
	case f.unjudged != "":
		b.explanations = append(b.explanations, queries.Message{Key: "privacy.explain.reads_unknown"})
	}
	if reasons["held"] > 0 {
		b.explanations = append(b.explanations, queries.Message{Key: "privacy.explain.verified"})
	}
	main := "unanswered"
	for _, reason := range []string{"held", "totals", "unread"} {
		if reasons[reason] > 0 {
			main = reason
		}
	}
	b.message = queries.Message{Key: "privacy.over." + main, Params: map[string]any{
		"form": f.ID, "fields": len(subject.Fields), "sensitive": sensitive, "persons": f.persons, "n": f.use.Recent, "days": int(r.limits["read_days"]),
	}}
	b.detail = map[string]any{"persons": f.persons, "sensitive": sensitive, "reasons": reasons, "articles": []string{"5", "6", "28", "29", "34", "47"}}
	r.find(b)
}
