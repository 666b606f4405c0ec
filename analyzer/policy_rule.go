package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// policyRule holds systems, forms and departments against one rule of a document. What all rules share is here; judge says what
// one of them looks at.
type policyRule struct {
	id     string
	shared *ruleModel
	judge  func(ctx context.Context, r *ruling) error
}

// newRules is the catalogue of rules and of what concerns personal data; docs/rules.md says what each rests on.
func newRules(uses *useModel) []Detector {
	shared := &ruleModel{uses: uses}
	return []Detector{
		policyRule{"policy-forms", shared, judgeDemands},
		policyRule{"policy-checkin", shared, judgeCheckIns},
		policyRule{"policy-forced-use", shared, judgeForcedUse},
		policyRule{"policy-assessment", shared, judgeTraces},
		policyRule{"policy-commercial", shared, judgeTrade},
		policyRule{"policy-app-level", shared, judgeAppLevel},
		policyRule{"policy-app-count", shared, judgeAppCount},
		policyRule{"policy-unfiled", shared, judgeUnfiled},
		policyRule{"policy-low-use", shared, judgeLowUse},
		policyRule{"policy-similar", shared, judgeSimilar},
		policyRule{"policy-inspection", shared, judgeInspections},
		piOvercollection{shared},
		piBiometric{shared},
	}
}

// Meta implements Detector.
func (p policyRule) Meta() Meta { return Meta{ID: p.id, Family: "policy", Version: 1} }

// Detect implements Detector.
func (p policyRule) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	facts, err := p.shared.of(ctx, in)
	if err != nil {
		return nil, err
	}
	r := &ruling{ruleFacts: facts, in: in, limits: in.Policy.Of(p.id), id: p.id}
	if err := p.judge(ctx, r); err != nil {
		return nil, err
	}
	return r.out, nil
}

// ruling is one rule at work.
type ruling struct {
	*ruleFacts
	in     Input
	limits map[string]float64
	id     string
	out    []queries.Finding
}

// breach is what a rule found.
type breach struct {
	subject      queries.Subject
	about        string // id of the system, form or department, for the finding's identity
	message      queries.Message
	table        *queries.Table
	coverage     *queries.Coverage
	detail       map[string]any
	effect       float64
	n            uint64
	score        float64
	severity     int // 0 low, 1 medium, 2 high; beyond these the nearest
	explanations []queries.Message
}

var severities = [...]string{"low", "medium", "high"}

func (r *ruling) find(b breach) {
	effect := b.effect
	r.out = append(r.out, queries.Finding{
		ID: queries.FindingID(r.id, b.about), Subject: b.subject, Status: "open", Severity: severities[max(0, min(2, b.severity))],
		Score: math.Max(0, math.Min(1, b.score)), Effect: &effect, N: b.n, Explanations: b.explanations,
		Evidence: queries.Evidence{Message: b.message, Table: b.table, Coverage: b.coverage, Detail: b.detail},
	})
}

// cannot answers "not assessed".
func (r *ruling) cannot(subject queries.Subject, about, reason string, params map[string]any) {
	r.out = append(r.out, NotAssessed(r.id, subject, queries.Message{Key: "rules.reason." + reason, Params: params}, about))
}

// isApp says whether a system runs on telephones: what 国办函〔2026〕12号 (article 2) speaks of. Accounts and groups are
// expressly no part of it.
func isApp(s queries.System) bool { return s.Kind == "app" || s.Kind == "mini_program" }

// mayBeApp holds for systems whose kind is unknown too.
func mayBeApp(s queries.System) bool { return isApp(s) || s.Kind == "" || s.Kind == "other" }

// unseen is why the usage logs of a system say nothing, empty where they do.
func (r *ruling) unseen(u judgedUse) string {
	switch {
	case !u.system.UsageCovered:
		return "not_collected"
	case !u.seen:
		return "no_events"
	case u.coverage.stale(queries.DayNumber(r.in.Window.To)):
		return "stale"
	}
	return ""
}

// reachOf is the share of a system's known people who used the pages of a topic, NaN where too many events tell no person.
func (r *ruling) reachOf(u judgedUse, topic string) (share float64, part, all queries.TopicUse) {
	part, all = r.topics[[2]string{u.system.ID, topic}], r.topics[[2]string{u.system.ID, ""}]
	if all.People == 0 || u.unknown > r.limits["max_unknown_actors"] {
		return math.NaN(), part, all
	}
	return float64(part.People) / float64(all.People), part, all
}

// signTable lists pages and fields, the most used pages first.
func (r *ruling) signTable(pages []queries.PageUse, fields []ruleField) *queries.Table {
	const most = 12
	t := &queries.Table{Columns: []string{"rules.column.sign", "rules.column.form", "rules.column.field", "rules.column.n"}}
	for _, p := range pages[:min(len(pages), most)] {
		t.Rows = append(t.Rows, []any{"rules.sign.page", "", p.Page, p.Events})
	}
	for _, f := range fields[:min(len(fields), most)] {
		sign := "rules.sign.field"
		if held(f.field) {
			sign = "rules.sign.target"
		}
		t.Rows = append(t.Rows, []any{sign, f.form.ID, f.ref(), f.form.use.Recent})
	}
	return t
}

// held says whether a unit is held to a number or rate of the field.
func held(f queries.Field) bool { return !math.IsNaN(f.Target) && f.Target != 0 }

// subjectOf names a system with the forms and fields that speak against it.
func subjectOf(system string, fields []ruleField) queries.Subject {
	s := queries.Subject{Systems: []string{system}}
	for _, f := range fields {
		if !slices.Contains(s.Forms, f.form.ID) {
			s.Forms = append(s.Forms, f.form.ID)
		}
		s.Fields = append(s.Fields, [2]string{f.ref(), ""})
	}
	return s
}

// bases are the explanations that fields bring: a stated basis, and what is asked of them.
func bases(fields []ruleField) []queries.Message {
	var out []queries.Message
	said := map[string]bool{}
	for _, f := range fields {
		if f.form.Basis != "" && !said[f.form.ID] {
			said[f.form.ID] = true
			out = append(out, queries.Message{Key: "rules.explain.basis", Params: map[string]any{"form": f.form.ID, "basis": f.form.Basis}})
		}
	}
	return out
}

// founded says whether all fields stand in forms with a stated basis.
func founded(fields []ruleField) bool {
	return len(fields) > 0 && !slices.ContainsFunc(fields, func(f ruleField) bool { return f.form.Basis == "" })
}

// submissions adds up those of the forms that fields stand in.
func submissions(fields []ruleField) (n uint64) {
	said := map[string]bool{}
	for _, f := range fields {
		if !said[f.form.ID] {
			said[f.form.ID] = true
			n += f.form.use.Recent
		}
	}
	return n
}
