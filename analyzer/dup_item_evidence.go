package analyzer

import (
	"cmp"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// itemFinding says who asks one data item, under which label and how often, and which form should be its one source.
func (d *dupFound) itemFinding(item *dataItem, costs []formCost, in Input, limits map[string]float64) queries.Finding {
	source, why := d.source(item)
	f := queries.Finding{Score: 0}
	table := &queries.Table{Columns: []string{
		"dup.column.form", "dup.column.field", "dup.column.owner", "dup.column.cycle", "dup.column.agreement", "dup.column.relation", "dup.column.hours",
	}}
	var forms []queries.Form
	var owners []string
	var total, saved saving
	var asked []map[string]any
	burden := in.Policy.Of("burden-hours")
	for _, r := range item.members {
		form, field := &d.forms[r.form], d.at(r)
		forms = append(forms, form.Form)
		if owner := form.system.Owner; owner != "" && !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
		cost := costs[r.form].without(form, map[int]bool{r.field: true}, true, false, burden)
		total = total.plus(cost)
		row := []any{form.ID, field.ref, form.system.Owner, form.cycle, nil, "dup.relation.source", roundTo(cost.hours, 1)}
		if r != source {
			saved = saved.plus(costs[r.form].without(form, map[int]bool{r.field: true}, false, false, burden))
			row[5] = nil
			if p := item.pair(source, r); p != nil {
				pair := d.pairRow(p)
				row[4], row[5] = pair[3], pair[2]
			}
		}
		table.Rows = append(table.Rows, row)
		asked = append(asked, map[string]any{
			"form": form.ID, "field": field.ref, "label": field.Label, "owner": form.system.Owner, "level": form.system.Level, "cycle": form.cycle,
			"units": form.use.Units, "complete": roundTo(field.complete, 3), "days": roundTo(form.use.Delay, 1), "hours": roundTo(cost.hours, 1),
		})
		f.Subject.Fields = append(f.Subject.Fields, [2]string{field.ref, ""})
		f.Subject.Forms = append(f.Subject.Forms, form.ID)
	}
	for i := range item.derived {
		table.Rows = append(table.Rows, d.derivedRow(item, &item.derived[i]))
	}
	f.ID = d.itemID(item)
	f.Subject.Systems = systemsOf(forms...)
	f.Severity = dupSeverity(saved.hours, limits)
	agree, rows, joined := item.agreement()
	for _, p := range item.pairs {
		f.Score += p.match.Score / float64(len(item.pairs))
	}
	f.N = rows
	effect := saved.hours
	f.Effect = &effect
	name := d.itemName(item)
	key := "dup.item"
	if joined == 0 {
		key = "dup.item_unseen"
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"item": name, "n": len(item.members), "forms": f.Subject.Forms, "owners": owners, "departments": max(1, len(owners)), "agreement": agree, "rows": rows,
			"hours": saved.hours, "low": saved.low, "high": saved.high, "form_source": d.forms[source.form].ID, "why": why,
		}},
		Table: table,
		Detail: map[string]any{
			"item": name, "source": d.at(source).ref, "why": why.Key, "asked": asked, "owners": owners, "agreement": agree, "rows": rows, "joined_pairs": joined,
			"hours": roundTo(saved.hours, 1), "low": roundTo(saved.low, 1), "high": roundTo(saved.high, 1), "hours_asked": roundTo(total.hours, 1), "confidence": 0.9,
			"differences": d.differences(item), "pairs": d.itemDetails(item),
		},
	}
	f.Explanations = d.itemExplanations(item, agree, rows, joined)
	return f
}

func (x *dataItem) pair(a, b fieldRef) *fieldPair {
	for i := range x.pairs {
		if p := &x.pairs[i]; p.a == a && p.b == b || p.a == b && p.b == a {
			return p
		}
	}
	return nil
}

// agreement is the mean over the pairs of fields whose rows were joined.
func (x *dataItem) agreement() (mean float64, rows uint64, joined int) {
	for i := range x.pairs {
		if p := &x.pairs[i]; p.join != "" {
			joined++
			mean += p.agreement()
			rows = max(rows, p.match.Why.Alignment.N)
		}
	}
	return mean / float64(max(1, joined)), rows, joined
}

// derivedRow is a field of another cycle that follows from a member.
func (d *dupFound) derivedRow(item *dataItem, p *fieldPair) []any {
	other := p.a
	if slices.Contains(item.members, other) {
		other = p.b
	}
	form, pair := &d.forms[other.form], d.pairRow(p)
	return []any{form.ID, d.at(other).ref, form.system.Owner, form.cycle, pair[3], pair[2], nil}
}

// itemName is the commonest label of the members, the shortest of equally common ones.
func (d *dupFound) itemName(item *dataItem) string {
	count := map[string]int{}
	var names []string
	for _, r := range item.members {
		name := d.at(r).name()
		if count[name] == 0 {
			names = append(names, name)
		}
		count[name]++
	}
	slices.SortFunc(names, func(x, y string) int {
		return cmp.Or(cmp.Compare(count[y], count[x]), cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
	return names[0]
}

// differences are what a common standard would have to settle: other units, codes or labels for the same data.
func (d *dupFound) differences(item *dataItem) map[string]any {
	labels, units := []string{}, []string{}
	codes := 0
	for _, r := range item.members {
		f := d.at(r)
		if !slices.Contains(labels, f.name()) {
			labels = append(labels, f.name())
		}
		if f.UnitOf != "" && !slices.Contains(units, f.UnitOf) {
			units = append(units, f.UnitOf)
		}
	}
	for _, p := range item.pairs {
		if p.relation == RelationRecode {
			codes++
		}
	}
	return map[string]any{"labels": labels, "units": units, "recoded_pairs": codes}
}

func (d *dupFound) itemDetails(item *dataItem) []map[string]any {
	var out []map[string]any
	for i := range item.pairs {
		out = append(out, d.pairDetail(&item.pairs[i]))
	}
	for i := range item.derived {
		out = append(out, d.pairDetail(&item.derived[i]))
	}
	return out
}

func (d *dupFound) itemExplanations(item *dataItem, agree float64, rows uint64, joined int) []queries.Message {
	var out []queries.Message
	if joined > 0 {
		out = append(out, remeasured(agree, rows))
	} else {
		out = append(out, queries.Message{Key: "dup.explain.unseen"})
	}
	if len(item.derived) > 0 {
		out = append(out, queries.Message{Key: "dup.explain.derived", Params: map[string]any{"n": len(item.derived)}})
	}
	out = append(out, queries.Message{Key: "dup.explain.definition"}, queries.Message{Key: "dup.explain.copied"})
	var forms []int
	for _, r := range item.members {
		forms = append(forms, r.form)
	}
	return append(out, d.lawfulness(forms...)...)
}
