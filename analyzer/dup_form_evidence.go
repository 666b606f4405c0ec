package analyzer

import (
	"fmt"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// formFinding says what form a asks that form b has, what that costs, and what to do about it.
func (d *dupFound) formFinding(p *formPair, costs []formCost, in Input, limits map[string]float64) queries.Finding {
	a, b := &d.forms[p.a], &d.forms[p.b]
	byStrength(p.pairs)
	f := queries.Finding{
		ID:      queries.FindingID("dup-form", min(a.ID, b.ID), max(a.ID, b.ID)),
		Subject: queries.Subject{Forms: []string{a.ID, b.ID}, Systems: systemsOf(a.Form, b.Form)},
		Score:   p.share[0] * p.score, Effect: &p.share[0], N: p.rows,
	}
	table := &queries.Table{Columns: []string{"dup.column.field_a", "dup.column.field_b", "dup.column.relation", "dup.column.agreement", "dup.column.rows", "dup.column.probability"}}
	shared := map[int]bool{}
	var details []map[string]any
	for _, list := range [][]fieldPair{p.pairs, p.derived} {
		for i := range list {
			fp := &list[i]
			x, y := d.at(fp.a), d.at(fp.b)
			if fp.relation != RelationAggregate {
				f.Subject.Fields = append(f.Subject.Fields, [2]string{x.ref, y.ref})
				shared[fp.a.field] = shared[fp.a.field] || x.kind == payloadField
			}
			table.Rows = append(table.Rows, d.pairRow(fp))
			details = append(details, d.pairDetail(fp))
		}
	}
	plan := d.plan(p, shared, costs, in)
	f.Severity = dupSeverity(plan.saving.hours, limits)
	key := "dup.form"
	if p.joined == 0 {
		key = "dup.form_unseen"
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"form_a": a.ID, "form_b": b.ID, "n": p.fields[0], "of": p.of[0], "share": p.share[0], "rows": p.rows, "agreement": p.agree,
			"hours": plan.saving.hours, "low": plan.saving.low, "high": plan.saving.high, "suggestion": plan.message,
		}},
		Table: table,
		Detail: map[string]any{
			"form": a.ID, "source_form": b.ID, "redundancy": p.share[0], "redundancy_back": p.share[1], "fields_shared": p.fields[0], "fields_payload": p.of[0],
			"agreement": p.agree, "rows": p.rows, "joined_pairs": p.joined, "suggestion": plan.kind, "hours": roundTo(plan.saving.hours, 1),
			"low": roundTo(plan.saving.low, 1), "high": roundTo(plan.saving.high, 1), "confidence": 0.9, "drop": plan.drop, "prefill": plan.prefill,
			"authority": plan.why.Key, "pairs": details, "hours_estimated": costs[p.a].estimated,
		},
	}
	f.Explanations = d.formExplanations(p)
	return f
}

func systemsOf(forms ...queries.Form) []string {
	var out []string
	for _, f := range forms {
		if f.System != "" && !slices.Contains(out, f.System) {
			out = append(out, f.System)
		}
	}
	return out
}

// dupSeverity follows the hours that a year would save.
func dupSeverity(hours float64, limits map[string]float64) string {
	switch {
	case hours >= limits["high_hours"]:
		return "high"
	case hours >= limits["medium_hours"]:
		return "medium"
	}
	return "low"
}

func (d *dupFound) pairRow(fp *fieldPair) []any {
	row := []any{d.at(fp.a).ref, d.at(fp.b).ref, "dup.relation." + fp.relationWord(d), nil, nil, roundTo(fp.match.Score, 2)}
	if al := fp.match.Why.Alignment; al != nil && fp.join != "" {
		row[3], row[4] = fmt.Sprintf("%.1f%%", 100*fp.agreement()), al.N
	}
	return row
}

// relationWord tells sums and later stocks apart, and what can be filled in beforehand from what is asked twice.
func (p *fieldPair) relationWord(d *dupFound) string {
	switch {
	case p.join.derives():
		return string(p.join)
	case d.at(p.a).kind == identityField || d.at(p.b).kind == identityField:
		return "identity"
	case d.at(p.a).kind == prefilledField || d.at(p.b).kind == prefilledField:
		return "prefilled"
	}
	return string(p.relation)
}

// pairDetail keeps every component of a judgement for scripts.
func (d *dupFound) pairDetail(fp *fieldPair) map[string]any {
	why := fp.match.Why
	out := map[string]any{
		"a": d.at(fp.a).ref, "b": d.at(fp.b).ref, "relation": fp.relationWord(d), "probability": fp.match.Score, "log_odds": why.LogOdds, "prior": why.Prior,
	}
	for name, c := range map[string]*Component{"label": why.Label, "format": why.Format, "values": why.Values, "distribution": why.Distribution, "aligned": why.Aligned} {
		if c != nil {
			out[name] = map[string]any{"measure": c.Measure, "weight": c.Weight}
		}
	}
	if al := why.Alignment; al != nil && fp.join != "" {
		out["rows"], out["agree"], out["baseline"], out["join"] = al.N, roundTo(al.Agree, 4), roundTo(al.Baseline, 4), string(fp.join)
	}
	if codes := d.codes(fp); len(codes) > 0 {
		out["codes"] = codes
	}
	if fp.only != "" {
		out["counted"] = d.spell(fp.b, fp.only)
	}
	if fp.relation == RelationScale && why.Factor > 0 {
		out["factor"] = fp.factor()
	}
	return out
}

// plan is what to do about a pair of forms.
type plan struct {
	kind          string // merge or prefill
	message       queries.Message
	saving        saving
	drop, prefill []string // fields of a
	why           queries.Message
}

// plan proposes: where everything that a asks is in b, and just as often, a can end; else what b has is pre-filled in a.
func (d *dupFound) plan(p *formPair, shared map[int]bool, costs []formCost, in Input) plan {
	a, b := &d.forms[p.a], &d.forms[p.b]
	limits := in.Policy.Of("burden-hours")
	_, why := d.authority(p.b, p.a)
	out := plan{kind: "prefill", why: why}
	whole := p.fields[0] == p.of[0]
	if whole {
		out.kind = "merge"
	}
	for i := range a.fields {
		if !shared[i] {
			continue
		}
		if whole {
			out.drop = append(out.drop, a.fields[i].ref)
		} else {
			out.prefill = append(out.prefill, a.fields[i].ref)
		}
	}
	out.saving = costs[p.a].without(a, shared, whole, whole, limits)
	out.message = queries.Message{Key: "dup.suggestion." + out.kind, Params: map[string]any{"form": a.ID, "form_source": b.ID, "n": p.fields[0]}}
	return out
}

// formExplanations are the innocent causes, each with what became of it.
func (d *dupFound) formExplanations(p *formPair) []queries.Message {
	a, b := &d.forms[p.a], &d.forms[p.b]
	out := []queries.Message{{Key: "dup.explain.period", Params: map[string]any{"cycle_a": a.cycle, "cycle_b": b.cycle}}}
	if p.joined > 0 {
		out = append(out, remeasured(p.agree, p.rows))
	} else {
		out = append(out, queries.Message{Key: "dup.explain.unseen"})
	}
	if a.System == b.System && a.System != "" {
		out = append(out, queries.Message{Key: "dup.explain.one_system", Params: map[string]any{"system": a.System}})
	} else {
		out = append(out, queries.Message{Key: "dup.explain.upwards"})
	}
	if a.Basis != "" {
		out = append(out, queries.Message{Key: "dup.explain.basis", Params: map[string]any{"form": a.ID, "basis": a.Basis}})
	}
	if len(p.derived) > 0 {
		out = append(out, queries.Message{Key: "dup.explain.derived", Params: map[string]any{"n": len(p.derived)}})
	}
	out = append(out, queries.Message{Key: "dup.explain.copied"})
	return append(out, d.lawfulness(p.a, p.b)...)
}

// remeasured says whether the values may come from two measurements: those hardly ever agree to the digit.
func remeasured(agreement float64, rows uint64) queries.Message {
	key := "dup.explain.remeasured"
	if agreement < 0.9 {
		key += "_unsure"
	}
	return queries.Message{Key: key, Params: map[string]any{"agreement": agreement, "rows": rows}}
}
