package analyzer

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/queries"
)

// conflictFinding says in what the forms that ask one item differ, and which standard would settle it. It speaks of forms and
// departments, never of the units that answer.
func (d *dupFound) conflictFinding(c conflict, costs []formCost, in Input, limits map[string]float64) queries.Finding {
	slices.SortFunc(c.fields, compareRefs)
	refs := make([]string, len(c.fields))
	var forms []queries.Form
	var owners []string
	units := uint64(0)
	asked := saving{}
	for i, r := range c.fields {
		form := &d.forms[r.form]
		refs[i] = d.at(r).ref
		forms = append(forms, form.Form)
		if owner := form.system.Owner; owner != "" && !slices.Contains(owners, owner) {
			owners = append(owners, owner)
		}
		units = max(units, form.use.Units)
		asked = asked.plus(costs[r.form].without(form, map[int]bool{r.field: true}, true, false, in.Policy.Of("burden-hours")))
	}
	standard := d.codeSet(c.fields)
	lead := c.lead()
	f := queries.Finding{
		ID: queries.FindingID("std-conflict", c.kind, slices.Min(refs), slices.Max(refs)), N: uint64(c.rows[lead].n), Severity: dupSeverity(asked.hours, limits),
		Subject: queries.Subject{Systems: systemsOf(forms...)},
	}
	if float64(units) >= limits["high_units"] && f.Severity == "low" {
		f.Severity = "medium"
	}
	for _, form := range forms {
		f.Subject.Forms = append(f.Subject.Forms, form.ID)
	}
	var details []map[string]any
	for i := range c.pairs {
		p := &c.pairs[i]
		f.Subject.Fields = append(f.Subject.Fields, [2]string{d.at(p.a).ref, d.at(p.b).ref})
		details = append(details, d.conflictDetail(c, i))
	}
	effect := c.size(lead)
	f.Effect = &effect
	f.Score = math.Min(1, 0.5+0.5*effect)
	params := d.conflictParams(c, lead)
	item := d.itemName(&dataItem{members: c.fields})
	params["item"], params["forms"], params["owners"], params["settled"] = item, f.Subject.Forms, owners, d.settledBy(c, standard)
	key := "std.conflict." + c.kind
	if c.rows[lead].n == 0 {
		key += "_declared"
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: params},
		Table:   d.conflictTable(c),
		Detail: map[string]any{
			"kind": c.kind, "kinds": []string{c.kind}, "item": item, "fields": refs, "owners": owners, "standard": standard, "conforming": d.conforming(c, standard),
			"pairs": details, "units": units, "hours_asked": roundTo(asked.hours, 1), "low": roundTo(asked.low, 1), "high": roundTo(asked.high, 1), "confidence": 0.9,
		},
	}
	f.Explanations = c.explanations(lead, d)
	return f
}

// lead is the pair that the sentence tells: the one with most rows.
func (c *conflict) lead() int {
	best := 0
	for i := range c.rows {
		if c.rows[i].n > c.rows[best].n {
			best = i
		}
	}
	return best
}

// size is the share of joined rows that differ; of codes and units, the share that follows the mapping or factor.
func (c *conflict) size(i int) float64 {
	r := &c.rows[i]
	if r.n == 0 {
		return 1
	}
	if c.kind == conflictCodes || c.kind == conflictUnits {
		return float64(r.equal) / float64(r.n)
	}
	return float64(r.differ) / float64(r.n)
}

func (d *dupFound) conflictParams(c conflict, lead int) map[string]any {
	p, r := &c.pairs[lead], &c.rows[lead]
	x, y := d.at(p.a), d.at(p.b)
	out := map[string]any{
		"form_a": d.forms[p.a.form].ID, "form_b": d.forms[p.b.form].ID, "label_a": x.name(), "label_b": y.name(), "rows": r.n, "agreement": c.size(lead),
	}
	switch c.kind {
	case conflictCodes:
		out["n"] = len(p.match.Why.Codes)
	case conflictUnits:
		out["unit_text_a"], out["unit_text_b"], out["factor"] = d.measuredIn(p.a), d.measuredIn(p.b), plainFactor(p.factor())
	case conflictDefinition:
		out["label_a"], out["label_b"] = c.labels[0], c.labels[1]
		out["differ"], out["apart"], out["side"] = c.size(lead), quantileOf(r.relative, 0.5), d.higher(p, r)
	case conflictValues:
		out["differ"], out["apart"], out["side"] = c.size(lead), quantileOf(r.relative, 0.5), d.higher(p, r)
	}
	return out
}

// higher says on which form the differing values are mostly greater.
func (d *dupFound) higher(p *fieldPair, r *comparedRows) queries.Message {
	all := r.higherA + r.higherB
	switch {
	case all == 0:
		return queries.Message{Key: "std.side.words"}
	case float64(r.higherA) >= 0.6*float64(all):
		return queries.Message{Key: "std.side.higher", Params: map[string]any{"form": d.forms[p.a.form].ID, "share": float64(r.higherA) / float64(all)}}
	case float64(r.higherB) >= 0.6*float64(all):
		return queries.Message{Key: "std.side.higher", Params: map[string]any{"form": d.forms[p.b.form].ID, "share": float64(r.higherB) / float64(all)}}
	}
	return queries.Message{Key: "std.side.both"}
}

// measuredIn is the unit of measure that a field declares or its label names.
func (d *dupFound) measuredIn(r fieldRef) string {
	f := d.at(r)
	if f.UnitOf != "" {
		return f.UnitOf
	}
	return d.words.parse(f.name()).unit.Name
}

// plainFactor writes a factor without the digits that rounding left.
func plainFactor(factor float64) string {
	if whole := 1 / factor; factor < 1 && math.Abs(whole-math.Round(whole)) < 1e-6*whole {
		return "1/" + strconv.FormatFloat(math.Round(whole), 'f', -1, 64)
	}
	return strconv.FormatFloat(factor, 'g', 6, 64)
}

// settledBy says what would settle the conflict.
func (d *dupFound) settledBy(c conflict, standard string) queries.Message {
	if standard == "" || c.kind == conflictDefinition {
		return queries.Message{Key: "std.settled.agree"}
	}
	if follow := d.conforming(c, standard); len(follow) > 0 {
		var forms []string
		for _, ref := range follow {
			for _, r := range c.fields {
				if d.at(r).ref == ref {
					forms = append(forms, d.forms[r.form].ID)
				}
			}
		}
		return queries.Message{Key: "std.settled.followed", Params: map[string]any{"standard": standard, "forms": forms}}
	}
	return queries.Message{Key: "std.settled.standard", Params: map[string]any{"standard": standard}}
}

// conforming are the fields that follow the standard's codes already.
func (d *dupFound) conforming(c conflict, number string) []string {
	out := []string{}
	s := d.standard(number, c.fields)
	if s == nil {
		return out
	}
	for _, r := range c.fields {
		if s.follows(d, r) {
			out = append(out, d.at(r).ref)
		}
	}
	return out
}

// conflictDetail keeps what was compared for scripts. Code mappings are given both ways, each side as it writes its codes.
func (d *dupFound) conflictDetail(c conflict, i int) map[string]any {
	p, r := &c.pairs[i], &c.rows[i]
	out := map[string]any{"a": d.at(p.a).ref, "b": d.at(p.b).ref, "kind": c.kind, "rows": r.n, "equal": r.equal, "differ": r.differ}
	switch c.kind {
	case conflictCodes:
		codes := d.codes(p)
		back := make(map[string]string, len(codes))
		for from, to := range codes {
			back[to] = from
		}
		out["relation"], out["codes"], out["codes_back"] = string(RelationRecode), codes, back
	case conflictUnits:
		out["relation"], out["factor"], out["unit_a"], out["unit_b"] = string(RelationScale), p.factor(), d.measuredIn(p.a), d.measuredIn(p.b)
	default:
		out["relation"] = c.kind
		out["equal_by_chance"], out["higher_a"], out["higher_b"], out["late"] = roundTo(r.chance, 4), r.higherA, r.higherB, r.lagged
		out["differing_units"], out["compared_units"] = r.whoDiffers, r.who
		if !math.IsNaN(r.rho) {
			out["rank_correlation"] = roundTo(r.rho, 3)
		}
		if len(r.relative) > 0 {
			out["apart"] = []float64{roundTo(quantileOf(r.relative, 0.25), 4), roundTo(quantileOf(r.relative, 0.5), 4), roundTo(quantileOf(r.relative, 0.75), 4)}
		}
	}
	return out
}

const tableRows = 60 // rows of a table of evidence; the rest is in the detail

// conflictTable shows the code mapping, or one row a pair of fields.
func (d *dupFound) conflictTable(c conflict) *queries.Table {
	if c.kind == conflictCodes {
		return d.codeTable(c)
	}
	table := &queries.Table{Columns: []string{"std.column.field_a", "std.column.field_b", "std.column.rows", "std.column.differ", "std.column.apart", "std.column.higher_a"}}
	if c.kind == conflictUnits {
		table.Columns = []string{"std.column.field_a", "std.column.measure_a", "std.column.field_b", "std.column.measure_b", "std.column.factor", "std.column.rows", "std.column.agreement"}
	}
	for i := range min(len(c.pairs), tableRows) {
		p, r := &c.pairs[i], &c.rows[i]
		if c.kind == conflictUnits {
			table.Rows = append(table.Rows, []any{d.at(p.a).ref, d.measuredIn(p.a), d.at(p.b).ref, d.measuredIn(p.b), plainFactor(p.factor()), r.n, percentOf(r.equal, r.n)})
			continue
		}
		apart := any(nil)
		if len(r.relative) > 0 {
			apart = fmt.Sprintf("%.1f%%", 100*quantileOf(r.relative, 0.5))
		}
		table.Rows = append(table.Rows, []any{d.at(p.a).ref, d.at(p.b).ref, r.n, percentOf(r.differ, r.n), apart, percentOf(r.higherA, r.higherA+r.higherB)})
	}
	return table
}

func percentOf(part, all int) any {
	if all == 0 {
		return nil
	}
	return fmt.Sprintf("%.1f%%", 100*float64(part)/float64(all))
}

// codeTable sets the codes of two fields side by side with what they mean, as far as a form tells.
func (d *dupFound) codeTable(c conflict) *queries.Table {
	table := &queries.Table{Columns: []string{"std.column.field_a", "std.column.code_a", "std.column.field_b", "std.column.code_b", "std.column.meaning"}}
	for i := range c.pairs {
		p := &c.pairs[i]
		codes := d.codes(p)
		from := make([]string, 0, len(codes))
		for code := range codes {
			from = append(from, code)
		}
		slices.Sort(from)
		for _, code := range from {
			if len(table.Rows) == tableRows {
				return table
			}
			meaning := d.at(p.a).Codes[code]
			if meaning == "" {
				meaning = d.at(p.b).Codes[codes[code]]
			}
			table.Rows = append(table.Rows, []any{d.at(p.a).ref, code, d.at(p.b).ref, codes[code], meaning})
		}
	}
	return table
}

// explanations are the innocent causes, each with what became of it.
func (c *conflict) explanations(lead int, d *dupFound) []queries.Message {
	r := &c.rows[lead]
	p := &c.pairs[lead]
	var out []queries.Message
	if c.kind == conflictValues || c.kind == conflictDefinition {
		out = append(out,
			queries.Message{Key: "std.explain.rounding", Params: map[string]any{"differ": r.differ, "rows": r.n}},
			queries.Message{Key: "std.explain.timing", Params: map[string]any{"n": r.lagged, "differ": r.differ}},
			queries.Message{Key: "std.explain.few_units", Params: map[string]any{"n": r.whoDiffers, "of": r.who}},
			queries.Message{Key: "std.explain.remeasured"}, queries.Message{Key: "std.explain.scope"})
	}
	if c.kind == conflictCodes && r.n == 0 {
		out = append(out, queries.Message{Key: "std.explain.declared"})
	}
	if law := d.needsBasis(p.a.form, p.b.form); law != "" {
		out = append(out, d.lawReason("std.explain.legal_basis", p.a.form, p.b.form, law))
	}
	return append(out, queries.Message{Key: "std.explain.purpose"})
}
