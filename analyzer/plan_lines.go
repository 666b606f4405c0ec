package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// planStep is what one department decides at once: everything about one form. What the law keeps apart is a step of its own.
type planStep struct {
	form  int
	apart bool
	lines []queries.PlanLine
	hours float64
}

// lines writes the plan: the steps that save most first, those that need a law at the end.
func (p *planner) lines() []queries.PlanLine {
	steps := map[[2]int]*planStep{}
	step := func(form int, apart bool) *planStep {
		key := [2]int{form, int(boolean(apart))}
		if steps[key] == nil {
			steps[key] = &planStep{form: form, apart: apart}
		}
		return steps[key]
	}
	for _, to := range sortedRefs(p.chosen) {
		l := p.chosen[to]
		line := p.line(&l)
		if line.Action == queries.ActionPrefill && line.Hours.Mid <= 0 {
			continue
		}
		step(to.form, p.apart(&l)).add(line)
	}
	for form := range p.ending {
		apart := steps[[2]int{form, 1}] != nil
		step(form, apart).add(p.mergeLine(form))
	}
	out := make([]*planStep, 0, len(steps))
	for _, s := range steps {
		slices.SortStableFunc(s.lines, func(x, y queries.PlanLine) int { return cmp.Compare(actionOrder(x.Action), actionOrder(y.Action)) })
		out = append(out, s)
	}
	slices.SortFunc(out, func(x, y *planStep) int {
		return cmp.Or(cmp.Compare(boolean(x.apart), boolean(y.apart)), cmp.Compare(y.hours, x.hours), cmp.Compare(x.form, y.form))
	})
	return p.number(out)
}

func (s *planStep) add(line queries.PlanLine) {
	s.lines = append(s.lines, line)
	s.hours += line.Hours.Mid
}

func actionOrder(action string) int {
	return slices.Index([]string{queries.ActionAuthority, queries.ActionDrop, queries.ActionPrefill, queries.ActionMerge}, action)
}

// number numbers the steps, and puts the source of each item into the first step that needs it.
func (p *planner) number(steps []*planStep) []queries.PlanLine {
	var out []queries.PlanLine
	byID := map[string]*dataItem{}
	for _, item := range p.items {
		byID[p.itemID(item)] = item
	}
	named := map[string]bool{}
	for i, s := range steps {
		var lines []queries.PlanLine
		for _, line := range s.lines {
			item := byID[line.Item]
			if item == nil || named[line.Item] {
				continue
			}
			named[line.Item] = true
			if authority := p.authorityLine(item); !p.done.settled[authority.ID] {
				lines = append(lines, authority)
			}
		}
		for _, line := range append(lines, s.lines...) {
			line.Step = uint32(i + 1)
			out = append(out, line)
		}
	}
	return out
}

// line is what is proposed for one field.
func (p *planner) line(l *planLink) queries.PlanLine {
	form, field := &p.forms[l.to.form], p.at(l.to)
	source := &p.forms[l.from.form]
	out := queries.PlanLine{
		Action: queries.ActionDrop, Form: form.ID, Field: field.ID, FromForm: source.ID, From: p.at(l.from).ID, Relation: string(l.relation),
		Hours: p.hours[l.to.form][l.to.field], Units: form.use.Units, Codes: l.codes, Factor: l.factor, Needs: p.needs(l),
	}
	saved := math.Min(1, l.units)
	if !l.drop {
		out.Action = queries.ActionPrefill
		saved *= p.model.saved(form, l.to.field)
	}
	out.Hours = queries.Hours{Mid: saved * out.Hours.Mid, Low: saved * out.Hours.Low, High: saved * out.Hours.High}
	item := p.itemOf[l.to]
	if item == nil {
		item = p.itemOf[l.from]
	}
	if item != nil {
		out.Item = p.itemID(item)
	}
	return identified(out)
}

// identified gives a line the id that depends on what it proposes only.
func identified(line queries.PlanLine) queries.PlanLine {
	line.ID = queries.FindingID("merge-plan", line.Action, line.Form, line.Field, line.FromForm, line.From)
	return line
}

// end finds the forms of which nothing is left to ask: all payload is dropped, and who the persons are is known elsewhere.
// What a form alone still knows of the persons of an ended one keeps it open.
func (p *planner) end() {
	p.ending = map[int]bool{}
	leans := map[int]bool{} // forms that tell who the persons of ended forms are
	var forms []int
	for form := range p.forms {
		if p.mayClose(form) {
			forms = append(forms, form)
		}
	}
	slices.SortStableFunc(forms, func(x, y int) int {
		return cmp.Compare(p.hours[y][len(p.hours[y])-1].Mid, p.hours[x][len(p.hours[x])-1].Mid)
	})
	for _, form := range forms {
		if leans[form] {
			continue
		}
		var on []int
		known := true
		for k := range p.forms[form].fields {
			r := fieldRef{form, k}
			if p.at(r).kind != identityField || p.done.gone[r] {
				continue
			}
			at := slices.IndexFunc(p.byTarget[r], func(l planLink) bool {
				return !p.ending[l.from.form] && !p.done.gone[l.from] && l.units >= p.limits["min_units"]
			})
			if at < 0 {
				known = false
				break
			}
			on = append(on, p.byTarget[r][at].from.form)
		}
		if known {
			p.ending[form] = true
			for _, other := range on {
				leans[other] = true
			}
		}
	}
}

// mayClose says that all payload of a form is dropped, by this plan or an earlier one.
func (p *planner) mayClose(form int) bool {
	payload, gone := 0, 0
	for k := range p.forms[form].fields {
		r := fieldRef{form, k}
		if p.at(r).kind != payloadField {
			continue
		}
		payload++
		if l, follows := p.chosen[r]; p.done.gone[r] || follows && l.drop {
			gone++
		}
	}
	return payload > 0 && gone == payload && !p.done.refused[form] && !p.ended(form)
}

// ended says that the end of a form was accepted before: its keys are gone too.
func (p *planner) ended(form int) bool {
	for k := range p.forms[form].fields {
		if !p.done.gone[fieldRef{form, k}] {
			return false
		}
	}
	return true
}

// mergeLine is the end of a form: what it takes besides the fields that other lines drop.
func (p *planner) mergeLine(form int) queries.PlanLine {
	f := &p.forms[form]
	hours := p.hours[form][len(f.fields)]
	by, relations := map[int]float64{}, map[Relation]float64{}
	law := &planLink{from: fieldRef{form, 0}, to: fieldRef{form, 0}}
	for k := range f.fields {
		r := fieldRef{form, k}
		l, follows := p.chosen[r]
		if !follows || !l.drop {
			if !p.done.gone[r] {
				hours = hours.Plus(p.hours[form][k])
			}
			continue
		}
		by[l.from.form] += p.hours[form][k].Mid + 1e-9
		relations[l.relation] += p.hours[form][k].Mid + 1e-9
		if p.apart(&l) {
			law = &l
		}
	}
	absorbing, relation := -1, RelationEqual
	for at, h := range by {
		if absorbing < 0 || h > by[absorbing] || h == by[absorbing] && at < absorbing {
			absorbing = at
		}
	}
	for r, h := range relations {
		if h > relations[relation] || h == relations[relation] && r < relation {
			relation = r
		}
	}
	out := queries.PlanLine{Action: queries.ActionMerge, Form: f.ID, Relation: string(relation), Hours: hours, Units: f.use.Units}
	if absorbing >= 0 {
		out.FromForm = p.forms[absorbing].ID
	}
	out.Needs = p.mergeNeeds(form, absorbing, law)
	return identified(out)
}

// authorityLine names the one source of an item: the proposed one where it stays, else the one that most forms follow.
func (p *planner) authorityLine(item *dataItem) queries.PlanLine {
	source := p.sources[item]
	if l, follows := p.chosen[source]; p.done.gone[source] || follows && l.drop {
		count := map[fieldRef]int{}
		for _, r := range item.members {
			if l, follows := p.chosen[r]; follows {
				count[l.from]++
			}
		}
		for _, r := range sortedRefs(count) {
			if count[r] > count[source] {
				source = r
			}
		}
	}
	form := &p.forms[source.form]
	return identified(queries.PlanLine{
		Action: queries.ActionAuthority, Form: form.ID, Field: p.at(source).ID, FromForm: form.ID, From: p.at(source).ID, Relation: string(RelationEqual),
		Item: p.itemID(item), Units: form.use.Units,
		Needs: []queries.Message{{Key: "plan.need.authority", Params: map[string]any{"owner": form.system.Owner, "form": form.ID}}},
	})
}
