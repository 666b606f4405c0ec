package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// planner makes the merge plan 一表通: which fields need not be asked, which can be filled in beforehand and from where,
// which forms can end, and which form is the one source of each data item.
type planner struct {
	*dupFound
	in      Input
	limits  map[string]float64 // of merge-plan
	sampled int                // submissions of a form above which only a sample was read
	model   *secondsModel
	hours   [][]queries.Hours // by form and field, last what the form takes besides
	spans   map[string]queries.FormSpan
	unitsOf map[string]map[string]bool
	reached map[reachKey][2]float64
	items   []*dataItem
	itemOf  map[fieldRef]*dataItem
	sources map[*dataItem]fieldRef
	done    planDone // what people decided about earlier plans

	byTarget map[fieldRef][]planLink
	kept     map[fieldRef]bool     // questions that stay; those that nothing can replace are not in it
	chosen   map[fieldRef]planLink // what a dropped or pre-filled field follows from
	ending   map[int]bool          // forms of which nothing is left
}

// mergePlan makes the plan from what the comparison found and from what people decided about earlier plans.
func (d *dupFound) mergePlan(ctx context.Context, in Input, costs []formCost) (lines []queries.PlanLine, hours []queries.FieldHours, err error) {
	p := &planner{
		dupFound: d, in: in, limits: in.Policy.Of("merge-plan"), reached: map[reachKey][2]float64{},
		unitsOf: map[string]map[string]bool{}, sources: map[*dataItem]fieldRef{},
	}
	if p.model, err = newSecondsModel(ctx, in, d.dupData, p.limits); err != nil {
		return nil, nil, err
	}
	spreads, err := in.Store.EstimateSpreads(ctx)
	if err != nil {
		return nil, nil, fmt.Errorf("unable to read how doubtful hours are: %w", err)
	}
	fields := 0
	for i := range d.forms {
		f := &d.forms[i]
		fields += len(f.fields)
		cost := costs[i]
		if spread, calibrated := spreads[f.ID]; calibrated && cost.estimated {
			cost.doubt = spread * cost.hours
		}
		all := p.model.fieldHours(f, cost)
		p.hours = append(p.hours, all)
		for k, h := range all {
			one := queries.FieldHours{Form: f.ID, Kind: "base", Hours: h}
			if k < len(f.fields) {
				one.Field, one.Kind = f.fields[k].ID, f.fields[k].kind.String()
			}
			hours = append(hours, one)
		}
	}
	p.sampled = newGatherer(in, fields).rows
	if p.spans, err = in.Store.FormSpans(ctx, p.formIDs(), evidenceStart(in.Window.From), in.Window.To); err != nil {
		return nil, nil, fmt.Errorf("unable to read which units fill in the forms: %w", err)
	}
	for form, span := range p.spans {
		p.unitsOf[form] = map[string]bool{}
		for _, unit := range span.Units {
			p.unitsOf[form][unit] = true
		}
	}
	if p.done, err = p.decisions(ctx); err != nil {
		return nil, nil, err
	}
	p.items, p.itemOf = d.items(in.Policy.Of("dup-item"))
	for _, item := range p.items {
		p.sources[item], _ = d.source(item)
	}
	p.byTarget = p.links()
	p.cover()
	p.end()
	p.prefill()
	return p.lines(), hours, nil
}

// cover chooses the questions to keep and what the others follow from.
func (p *planner) cover() {
	place := map[fieldRef]int{}
	problem := &coverProblem{overhead: make([]float64, len(p.forms))}
	question := func(r fieldRef) int {
		at, known := place[r]
		if !known {
			at = len(problem.questions)
			place[r] = at
			problem.questions = append(problem.questions, coverQuestion{form: r.form, weight: p.weight(r), gone: p.done.gone[r], fixed: p.done.fixed[r]})
			problem.covers = append(problem.covers, nil)
		}
		return at
	}
	for _, to := range sortedRefs(p.byTarget) {
		for i := range p.byTarget[to] {
			if l := &p.byTarget[to][i]; l.drop && !p.done.fixed[to] && (!p.done.alone[l.from] || p.isSource(l.from)) {
				from := question(l.from)
				problem.covers[from] = append(problem.covers[from], question(to))
			}
		}
	}
	for _, demands := range problem.covers {
		slices.Sort(demands)
	}
	for form := range p.forms {
		if p.mayEnd(form, place) {
			problem.overhead[form] = math.Max(p.hours[form][len(p.forms[form].fields)].Mid, 1e-6)
		}
	}
	keep := problem.solve()
	p.kept, p.chosen = map[fieldRef]bool{}, map[fieldRef]planLink{}
	for r, at := range place {
		if keep[at] {
			p.kept[r] = true
		}
	}
	for r := range place {
		if p.kept[r] || p.done.gone[r] {
			continue
		}
		if l, found := p.best(r, func(l *planLink) bool { return l.drop && p.kept[l.from] }); found {
			p.chosen[r] = l
		} else {
			p.kept[r] = true // cannot be: every demand is covered by a link
		}
	}
}

// weight is what keeping a question costs: the hours it takes, the dearer the less its form is an authority. Who decides
// in the county cannot end what is asked from above.
func (p *planner) weight(r fieldRef) float64 {
	lacks := 0.0
	if item := p.itemOf[r]; item != nil {
		if p.sources[item] != r {
			lacks++
		}
		above := 0
		for _, member := range item.members {
			above = max(above, levelOf(p.forms[member.form].system.Level))
		}
		lacks += float64(above - levelOf(p.forms[r.form].system.Level))
	}
	return math.Max(p.hours[r.form][r.field].Mid, 1e-6) * (1 + p.limits["authority_weight"]*lacks)
}

// isSource says that a field is the proposed source of its item.
func (p *planner) isSource(r fieldRef) bool {
	item := p.itemOf[r]
	return item != nil && p.sources[item] == r
}

// levelOf orders the levels of departments, those above the county higher.
func levelOf(level string) int {
	return max(0, slices.Index([]string{"county", "city", "province", "central"}, level))
}

// mayEnd says that every question of a form is one that may go.
func (p *planner) mayEnd(form int, place map[fieldRef]int) bool {
	any := false
	for k := range p.forms[form].fields {
		r := fieldRef{form, k}
		if p.at(r).kind != payloadField || p.done.gone[r] {
			continue
		}
		if _, linked := place[r]; !linked || p.done.fixed[r] {
			return false
		}
		any = true
	}
	return any
}

// best is the link that a field should follow: from the item's own source, within one system, the plainest, the one that
// agrees best.
func (p *planner) best(to fieldRef, fits func(*planLink) bool) (planLink, bool) {
	var best *planLink
	rank := func(l *planLink) float64 {
		r := 0.0
		if p.isSource(l.from) {
			r += 2
		}
		if p.forms[l.from.form].System == p.forms[to.form].System {
			r++
		}
		return r
	}
	list := p.byTarget[to]
	for i := range list {
		l := &list[i]
		if !fits(l) {
			continue
		}
		if best == nil || cmp.Or(cmp.Compare(boolean(best.law != ""), boolean(l.law != "")), cmp.Compare(rank(l), rank(best)), -compareLinks(*l, *best)) > 0 {
			best = l
		}
	}
	if best == nil {
		return planLink{}, false
	}
	return *best, true
}

// prefill finds, for what is still asked, where a part of the units or a name beside an identifier is known. No value is
// filled in from a field that is itself filled in from there.
func (p *planner) prefill() {
	var targets []fieldRef
	for to := range p.byTarget {
		if _, follows := p.chosen[to]; !follows && !p.ending[to.form] && !p.done.gone[to] && !p.done.fixed[to] {
			targets = append(targets, to)
		}
	}
	slices.SortFunc(targets, func(x, y fieldRef) int {
		return cmp.Or(cmp.Compare(p.standing(x), p.standing(y)), compareRefs(x, y))
	})
	for _, to := range targets {
		l, found := p.best(to, func(l *planLink) bool {
			source, follows := p.chosen[l.from]
			return !p.done.gone[l.from] && !p.ending[l.from.form] && !(follows && source.drop) && (l.late == 0 || p.at(to).Measure != "flow") && !p.follows(l.from, to)
		})
		if found {
			l.drop = false
			p.chosen[to] = l
		}
	}
}

// follows says that a field is filled in, directly or not, from another one.
func (p *planner) follows(r, from fieldRef) bool {
	for r != from {
		next, chosen := p.chosen[r]
		source, filled := p.done.filled[r]
		switch {
		case chosen:
			r = next.from
		case filled:
			r = source
		default:
			return false
		}
	}
	return true
}

// standing orders fields by how much they are authorities, the least first, so that those are filled in from the others.
func (p *planner) standing(r fieldRef) float64 {
	f := &p.forms[r.form]
	standing := 2*boolean(f.Approved) + boolean(f.Basis != "") + 4*float64(levelOf(f.system.Level))
	if p.isSource(r) {
		standing += 100
	}
	return standing
}

// String names the kind as queries.FieldHours does.
func (k fieldKind) String() string {
	return map[fieldKind]string{
		payloadField: "payload", keyField: "key", headerField: "header", noteField: "note", identityField: "identity", prefilledField: "prefilled",
	}[k]
}
