package analyzer

import (
	"context"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// judgeTraces looks for the app as the carrier of assessment (the fourth of the five): counts of likes, reposts and study time,
// and photographs, videos and tracks of one's own work that have to be handed in. A photograph of the thing that is reported on
// (a damaged house, a hazard) is the data itself; words of rules.txt tell the two apart, and where neither is said the rule is
// silent.
func judgeTraces(_ context.Context, r *ruling) error {
	const topic = "trace"
	for _, u := range r.systems {
		s := u.system
		var fields []ruleField
		compulsory, counted := 0, 0
		for _, f := range r.signs[topic][s.ID] {
			if r.picture(f.field) {
				if !r.compulsory(f) {
					continue
				}
				compulsory++
			} else {
				counted++
			}
			fields = append(fields, f)
		}
		if len(fields) == 0 {
			if len(r.forms[s.ID]) == 0 && isApp(s) {
				r.cannot(queries.Subject{Systems: []string{s.ID}}, s.ID, "no_forms", map[string]any{"system": s.ID})
			}
			continue
		}
		targets := 0
		for _, f := range fields {
			if held(f.field) {
				targets++
			}
		}
		b := breach{
			subject: subjectOf(s.ID, fields), about: s.ID, n: submissions(fields), effect: float64(len(fields)), score: 0.5 + 0.05*float64(min(6, len(fields))), severity: 1,
			message: queries.Message{Key: "rules.trace.message", Params: map[string]any{
				"system": s.ID, "fields": len(fields), "compulsory": compulsory, "counted": counted, "targets": targets, "field": fields[0].ref(),
			}},
			table: r.signTable(nil, fields), detail: map[string]any{"compulsory": compulsory, "counted": counted, "targets": targets},
			explanations: append(bases(fields), queries.Message{Key: "rules.explain.datum"}, queries.Message{Key: "rules.explain.emergency"}),
		}
		if targets > 0 {
			b.severity, b.score = 2, b.score+0.2
		}
		if founded(fields) {
			b.severity--
		}
		r.scope(s, &b)
		r.find(b)
	}
	return nil
}

// picture says whether a field asks for a photograph, a video or a place rather than for a figure.
func (r *ruling) picture(f queries.Field) bool {
	if f.Type == "photo" || f.Type == "geo" {
		return true
	}
	figure := f.Type == "integer" || f.Type == "number" || f.Measure != "" || r.words.in("trace", "figure", f.Label) != ""
	return !figure && r.words.in("trace", "near", f.Label) != ""
}

// compulsory says whether a field has to be filled in: it is declared so, or nearly every submission fills it in.
func (r *ruling) compulsory(f ruleField) bool {
	if f.field.Required {
		return true
	}
	sent := float64(f.form.use.Recent)
	if sent < r.limits["min_submissions"] {
		return false
	}
	return float64(r.answers[[2]string{f.form.ID, f.field.ID}].Answered) >= r.limits["min_answered"]*sent
}

// judgeInspections counts rounds of comprehensive inspection by department. Only forms whose title says so show them; where
// there are none, nothing is known of inspections.
func judgeInspections(ctx context.Context, r *ruling) error {
	const topic = "inspection"
	byOwner := map[string][]ruleForm{}
	var ids, owners []string
	for _, u := range r.systems {
		for _, f := range r.forms[u.system.ID] {
			if r.words.in(topic, "not", f.Title) != "" || r.words.in(topic, "label", f.Title) == "" || f.use.Recent == 0 {
				continue
			}
			owner := u.system.Owner
			if byOwner[owner] == nil {
				owners = append(owners, owner)
			}
			byOwner[owner] = append(byOwner[owner], f)
			ids = append(ids, f.ID)
		}
	}
	if len(ids) == 0 {
		r.cannot(queries.Subject{}, "all", "no_inspections", nil)
		return nil
	}
	periods, err := r.in.Store.FormPeriods(ctx, ids, r.in.Window.From, r.in.Window.To)
	if err != nil {
		return err
	}
	for _, owner := range owners {
		rounds := map[uint16]uint64{}
		var sent, most uint64
		b := breach{about: owner, table: &queries.Table{Columns: []string{"rules.column.form", "rules.column.periods", "rules.column.n"}}}
		for _, f := range byOwner[owner] {
			if !slices.Contains(b.subject.Systems, f.System) {
				b.subject.Systems = append(b.subject.Systems, f.System)
			}
			b.subject.Forms = append(b.subject.Forms, f.ID)
			var own, submitted uint64
			for _, p := range periods {
				if p.Form == f.ID {
					rounds[p.Year] += p.Periods
					own, submitted = own+p.Periods, submitted+p.Submissions
				}
			}
			sent += submitted
			b.table.Rows = append(b.table.Rows, []any{f.ID, own, submitted})
		}
		for _, n := range rounds {
			most = max(most, n)
		}
		if float64(most) <= r.limits["max_rounds"] {
			continue
		}
		b.n, b.effect, b.score = sent, float64(most), 0.5
		if float64(most) >= r.limits["medium_rounds"] {
			b.severity = 1
		}
		b.message = queries.Message{Key: "rules.inspection.message", Params: map[string]any{"owner": owner, "rounds": most, "forms": b.subject.Forms}}
		b.detail = map[string]any{"owner": owner, "rounds": most}
		b.explanations = []queries.Message{{Key: "rules.explain.central_only"}, {Key: "rules.explain.special_inspection"}}
		r.find(b)
	}
	return nil
}
