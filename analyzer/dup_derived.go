package analyzer

import (
	"cmp"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// derivable is a field whose data follow from fields of other forms by adding up or by taking the last value: it need not be
// asked, though it is no duplicate.
type derivable struct {
	target  fieldRef
	sources []fieldPair // a is the target
}

// derivables gathers the derived pairs by the field that follows. Members of an item are told there.
func (d *dupFound) derivables(members map[fieldRef]*dataItem) []derivable {
	place := map[fieldRef]int{}
	var out []derivable
	for _, p := range d.derived {
		if members[p.a] != nil || d.at(p.a).kind != payloadField || d.at(p.b).kind == identityField {
			continue
		}
		at, known := place[p.a]
		if !known {
			at = len(out)
			place[p.a] = at
			out = append(out, derivable{target: p.a})
		}
		out[at].sources = append(out[at].sources, p)
	}
	for _, x := range out {
		slices.SortStableFunc(x.sources, func(p, q fieldPair) int {
			return cmp.Or(cmp.Compare(q.agreement(), p.agreement()), compareRefs(p.b, q.b))
		})
	}
	slices.SortFunc(out, func(x, y derivable) int { return compareRefs(x.target, y.target) })
	return out
}

// derivation is the relation with what of the records is counted.
func (p *fieldPair) derivation(d *dupFound) string {
	if p.only != "" {
		return "count_value"
	}
	return p.relationWord(d)
}

// derivedFinding says from which field another one follows, and how.
func (d *dupFound) derivedFinding(x derivable, costs []formCost, in Input, limits map[string]float64) queries.Finding {
	form, field := &d.forms[x.target.form], d.at(x.target)
	best := &x.sources[0]
	saved := costs[x.target.form].without(form, map[int]bool{x.target.field: true}, true, false, in.Policy.Of("burden-hours"))
	f := queries.Finding{
		ID: queries.FindingID("dup-item", "derived", field.ref), Score: best.match.Score * best.agreement(), N: best.match.Why.Alignment.N,
		Effect: &saved.hours, Severity: dupSeverity(saved.hours, limits),
	}
	f.Subject.Forms = []string{form.ID}
	forms := []queries.Form{form.Form}
	table := &queries.Table{Columns: []string{"dup.column.form", "dup.column.field", "dup.column.owner", "dup.column.cycle", "dup.column.agreement", "dup.column.relation"}}
	table.Rows = append(table.Rows, []any{form.ID, field.ref, form.system.Owner, form.cycle, nil, "dup.relation.target"})
	var details []map[string]any
	for i := range x.sources {
		p := &x.sources[i]
		source, row := &d.forms[p.b.form], d.pairRow(p)
		f.Subject.Fields = append(f.Subject.Fields, [2]string{field.ref, d.at(p.b).ref})
		if !slices.Contains(f.Subject.Forms, source.ID) {
			f.Subject.Forms, forms = append(f.Subject.Forms, source.ID), append(forms, source.Form)
		}
		table.Rows = append(table.Rows, []any{source.ID, d.at(p.b).ref, source.system.Owner, source.cycle, row[3], row[2]})
		details = append(details, d.pairDetail(p))
	}
	f.Subject.Systems = systemsOf(forms...)
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "dup.derived." + best.derivation(d), Params: map[string]any{
			"value": best.only, "form": form.ID, "item": field.name(), "form_source": d.forms[best.b.form].ID, "field_source": d.at(best.b).ref,
			"agreement": best.agreement(), "rows": best.match.Why.Alignment.N, "hours": saved.hours, "low": saved.low, "high": saved.high,
		}},
		Table: table,
		Detail: map[string]any{
			"field": field.ref, "source": d.at(best.b).ref, "relation": best.relationWord(d), "agreement": best.agreement(), "derivable": true,
			"hours": roundTo(saved.hours, 1), "low": roundTo(saved.low, 1), "high": roundTo(saved.high, 1), "confidence": 0.9, "pairs": details,
		},
	}
	f.Explanations = []queries.Message{
		{Key: "dup.explain.derivable"}, {Key: "dup.explain.definition"}, {Key: "dup.explain.law"},
	}
	return f
}
