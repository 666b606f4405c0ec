package analyzer

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// Keep stores what the comparison found, for the pages and commands that show more than findings.
func (d dupItems) Keep(ctx context.Context, in Input, run queries.Analysis) error {
	found, err := d.shared.of(ctx, in)
	if err != nil {
		return err
	}
	costs, err := formCosts(ctx, in, found.dupData)
	if err != nil {
		return err
	}
	out := queries.Duplicates{Run: found.summary(costs, run)}
	for _, p := range found.formPairs() {
		out.Overlaps = append(out.Overlaps, found.overlap(p, costs, in))
	}
	if out.Matches, err = found.fieldMatches(); err != nil {
		return err
	}
	out.Matches = append(out.Matches, found.definitionMatches(in, out.Matches)...)
	items, _ := found.items(in.Policy.Of("dup-item"))
	for _, item := range items {
		out.Items = append(out.Items, found.dataItem(item, costs, in))
	}
	var hours []queries.FieldHours
	if out.PlanLines, hours, err = found.mergePlan(ctx, in, costs); err != nil {
		return err
	}
	if err := in.Store.SaveFieldHours(ctx, run.Run, hours); err != nil {
		return err
	}
	return in.Store.SaveDuplicates(ctx, run.Run, out)
}

// summary says how much was compared.
func (d *dupFound) summary(costs []formCost, run queries.Analysis) queries.DuplicateRun {
	out := queries.DuplicateRun{AsOf: run.AsOf, Forms: uint64(len(d.forms))}
	for i := range d.forms {
		for k := range d.forms[i].fields {
			if f := &d.forms[i].fields[k]; f.kind == payloadField {
				out.Fields++
				if f.named || f.values {
					out.Compared++
				}
			}
		}
		out.Hours = out.Hours.Plus(costs[i].all())
	}
	return out
}

// all is what the whole form takes in a year.
func (c formCost) all() queries.Hours {
	low, high := queries.HoursInterval(c.hours, c.doubt)
	return queries.Hours{Mid: c.hours, Low: low, High: high}
}

func (d *dupFound) overlap(p *formPair, costs []formCost, in Input) queries.FormOverlap {
	shared := map[int]bool{}
	for i := range p.pairs {
		if at := p.pairs[i].a; d.at(at).kind == payloadField {
			shared[at.field] = true
		}
	}
	plan := d.plan(p, shared, costs, in)
	out := queries.FormOverlap{
		A: d.forms[p.a].ID, B: d.forms[p.b].ID, Share: p.share, Rows: p.rows, Agreement: p.agree, Score: p.score, Suggestion: plan.kind,
		Shared: [2]uint32{uint32(p.fields[0]), uint32(p.fields[1])}, Payload: [2]uint32{uint32(p.of[0]), uint32(p.of[1])},
		Hours: plan.saving.interval(),
	}
	if p.joined == 0 {
		out.Agreement = math.NaN()
	}
	return out
}

func (s saving) interval() queries.Hours {
	return queries.Hours{Mid: s.hours, Low: s.low, High: s.high}
}

// fieldMatches is every judged pair with what it means for the forms.
func (d *dupFound) fieldMatches() ([]queries.FieldMatch, error) {
	var out []queries.FieldMatch
	for _, part := range []struct {
		kind string
		list []fieldPair
	}{{"payload", d.pairs}, {"derived", d.derived}, {"unlike", d.unlike}} {
		for i := range part.list {
			m, err := d.fieldMatch(&part.list[i], part.kind)
			if err != nil {
				return nil, err
			}
			out = append(out, m)
		}
	}
	return out, nil
}

// definitionMatches are the pairs of two definitions of one property that the matcher, seeing that their labels differ, has
// left apart.
func (d *dupFound) definitionMatches(in Input, told []queries.FieldMatch) []queries.FieldMatch {
	known := map[[2]string]bool{}
	for _, m := range told {
		known[[2]string{m.FormA + "." + m.FieldA, m.FormB + "." + m.FieldB}] = true
	}
	var out []queries.FieldMatch
	for _, c := range d.conflicts(in.Policy.Of("dup-item")["min_support"], in.Policy.Of("std-conflict")) {
		for i := range c.pairs {
			p, r := &c.pairs[i], &c.rows[i]
			x, y := d.at(p.a), d.at(p.b)
			if c.kind != conflictDefinition || known[[2]string{x.ref, y.ref}] || known[[2]string{y.ref, x.ref}] {
				continue
			}
			out = append(out, queries.FieldMatch{
				FormA: d.forms[p.a.form].ID, FieldA: x.ID, FormB: d.forms[p.b.form].ID, FieldB: y.ID, Relation: string(RelationInsufficient), Kind: "unlike",
				Agreement: float64(r.equal) / float64(max(1, r.n)), Baseline: r.chance, Rows: uint64(r.n), Join: string(r.join), Why: "{}",
			})
		}
	}
	return out
}

func (d *dupFound) fieldMatch(p *fieldPair, kind string) (queries.FieldMatch, error) {
	x, y := d.at(p.a), d.at(p.b)
	if kind == "payload" {
		switch {
		case x.kind == identityField || y.kind == identityField:
			kind = "identity"
		case x.kind == prefilledField || y.kind == prefilledField:
			kind = "prefilled"
		}
	}
	why, err := json.Marshal(p.match.Why)
	if err != nil {
		return queries.FieldMatch{}, fmt.Errorf("unable to write why %s and %s match: %w", x.ref, y.ref, err)
	}
	out := queries.FieldMatch{
		FormA: d.forms[p.a.form].ID, FieldA: x.ID, FormB: d.forms[p.b.form].ID, FieldB: y.ID, Relation: string(p.relation), Kind: kind,
		Score: p.match.Score, Agreement: math.NaN(), Baseline: math.NaN(), Join: string(p.join), Codes: d.codes(p), Why: string(why),
	}
	if al := p.match.Why.Alignment; al != nil {
		out.Agreement, out.Baseline, out.Rows = p.agreement(), al.Baseline, al.N
	}
	if p.relation == RelationScale {
		out.Factor = p.factor()
	}
	return out, nil
}

// factor is b divided by a, 0 where none is known.
func (p *fieldPair) factor() float64 {
	f := p.match.Why.Factor
	if p.turned && f > 0 {
		return 1 / f
	}
	return f
}

func (d *dupFound) dataItem(item *dataItem, costs []formCost, in Input) queries.DataItem {
	source, _ := d.source(item)
	limits := in.Policy.Of("burden-hours")
	agree, rows, joined := item.agreement()
	if joined == 0 {
		agree = math.NaN()
	}
	out := queries.DataItem{
		ID: d.itemID(item), Name: d.itemName(item), SourceForm: d.forms[source.form].ID, Source: d.at(source).ID,
		CodeSet: d.codeSet(item.members), Reasons: d.reasons(item, source), Agreement: agree, Rows: rows,
	}
	out.Definition = d.definition(item, out.CodeSet)
	for _, r := range item.members {
		f := d.itemField(r, costs, in)
		f.Member = true
		out.Hours = out.Hours.Plus(f.Hours)
		if r != source {
			out.Saved = out.Saved.Plus(costs[r.form].without(&d.forms[r.form], map[int]bool{r.field: true}, false, false, limits).interval())
			d.relate(&f, item.pair(source, r))
		}
		out.Fields = append(out.Fields, f)
	}
	for i := range item.derived {
		p := &item.derived[i]
		r := p.a
		if slices.Contains(item.members, r) {
			r = p.b
		}
		f := d.itemField(r, costs, in)
		d.relate(&f, p)
		out.Fields = append(out.Fields, f)
	}
	return out
}

func (d *dupFound) itemField(r fieldRef, costs []formCost, in Input) queries.DataItemField {
	limits := in.Policy.Of("burden-hours")
	form, field := &d.forms[r.form], d.at(r)
	return queries.DataItemField{
		Form: form.ID, Field: field.ID, Label: field.name(), Agreement: math.NaN(), Complete: field.complete, Delay: form.use.Delay, Units: form.use.Units,
		Submissions: float64(form.use.Recent) * 12 / windowMonths(in.Window), Hours: costs[r.form].without(form, map[int]bool{r.field: true}, true, false, limits).interval(),
	}
}

// itemID is that of the item's finding: it follows from the first of its fields.
func (d *dupFound) itemID(item *dataItem) string {
	refs := make([]string, len(item.members))
	for i, r := range item.members {
		refs[i] = d.at(r).ref
	}
	return queries.FindingID("dup-item", slices.Min(refs))
}

// relate says how a field follows from the item's source, where the two were compared.
func (d *dupFound) relate(f *queries.DataItemField, p *fieldPair) {
	if p == nil {
		return
	}
	f.Relation = p.relationWord(d)
	if al := p.match.Why.Alignment; al != nil && p.join != "" {
		f.Agreement, f.Rows = p.agreement(), al.N
	}
}
