package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// planLink says that the answers to one field give those to another, and how.
type planLink struct {
	from, to  fieldRef
	relation  Relation
	join      joinKind
	codes     map[string]string // of from to those of to
	factor    float64           // to = factor x from, 0 where there is none
	agreement float64           // NaN where no rows could be joined, or rows decide nothing
	units     float64           // share of the units or persons of to that from knows
	periods   float64           // share of its periods
	late      float64           // days after the due day
	law       string            // that keeps the two apart
	drop      bool              // the field need not be asked; else it can be filled in beforehand
}

// links turns judged pairs of fields into links, both ways where the data follow both ways.
func (p *planner) links() map[fieldRef][]planLink {
	out := map[fieldRef][]planLink{} // by target
	// Where nearly everyone answers the same, agreement says nothing, and nobody drops a field on account of it.
	expected := p.in.Policy.Of("dup-form")["min_expected"]
	add := func(pair *fieldPair, turned bool) {
		l := planLink{from: pair.b, to: pair.a, relation: pair.relation, join: pair.join, agreement: math.NaN(), factor: 0}
		codes, factor := p.codes(pair), pair.factor()
		if turned {
			l.from, l.to = pair.a, pair.b
		} else {
			if codes != nil {
				if codes = inverse(codes); codes == nil {
					return
				}
			}
			if factor > 0 {
				factor = 1 / factor
			}
		}
		if l.relation == RelationRecode {
			l.codes = codes
		}
		if l.relation == RelationScale {
			l.factor = factor
		}
		if al := pair.match.Why.Alignment; al != nil && pair.join != "" && float64(al.N)*(1-al.Baseline) >= expected {
			l.agreement = pair.agreement()
		}
		if name := pair.match.Why.Label; math.IsNaN(l.agreement) && (name == nil || name.Measure < p.limits["min_label"]) {
			return
		}
		if p.complete(&l) {
			out[l.to] = append(out[l.to], l)
		}
	}
	for i := range p.pairs {
		add(&p.pairs[i], false)
		add(&p.pairs[i], true)
	}
	for i := range p.derived {
		add(&p.derived[i], false)
	}
	p.chain(out)
	for to := range out {
		slices.SortFunc(out[to], compareLinks)
	}
	return out
}

// compareLinks puts the plainest way first.
func compareLinks(x, y planLink) int {
	order := []Relation{RelationEqual, RelationScale, RelationRecode, RelationAggregate, RelationComputed}
	return cmp.Or(
		cmp.Compare(slices.Index(order, x.relation), slices.Index(order, y.relation)),
		cmp.Compare(known(y.agreement), known(x.agreement)), compareRefs(x.from, y.from),
	)
}

func known(agreement float64) float64 {
	if math.IsNaN(agreement) {
		return 0
	}
	return agreement
}

// inverse turns a mapping of codes around, nil where two codes have become one.
func inverse(codes map[string]string) map[string]string {
	out := make(map[string]string, len(codes))
	for from, to := range codes {
		out[to] = from
	}
	if len(out) < len(codes) {
		return nil
	}
	return out
}

// complete fills in what the forms say about a link; false where it is none: nothing follows from what a system fills in by
// itself, from a form that is not handed in any more or seldomer, or from data that come too late to be of use.
func (p *planner) complete(l *planLink) bool {
	from, to := p.at(l.from), p.at(l.to)
	x, y := &p.forms[l.from.form], &p.forms[l.to.form]
	identity := from.kind == identityField && to.kind == identityField
	switch {
	case from.kind == prefilledField || to.kind == prefilledField:
		return false
	case !identity && (from.kind != payloadField || to.kind != payloadField):
		return false
	case !p.alive(l.from.form) || !p.alive(l.to.form):
		return false
	case longer(x.cycle) > 0 && longer(y.cycle) > 0 && longer(x.cycle) > longer(y.cycle):
		return false
	}
	l.units, l.periods = p.reach(l)
	l.late = p.lateness(x, y)
	l.law = p.needsBasis(l.from.form, l.to.form)
	lasting := to.Measure == "stock" || x.personal()
	switch {
	case l.units < p.limits["min_prefill"]:
		return false
	case l.late > p.limits["max_late_days"] && !lasting:
		return false
	}
	l.drop = !identity && l.units >= p.limits["min_units"] && l.periods >= p.limits["min_periods"] &&
		l.agreement >= p.limits["min_agreement"] && l.late <= p.limits["max_late_days"]
	return true
}

// chainLimit bounds how many further fields may follow from one by way of another.
const chainLimit = 500

// chain adds what follows by way of another field that holds the same: the sum over the weeks gives the month of every form
// that asks the month.
func (p *planner) chain(byTarget map[fieldRef][]planLink) {
	same := map[fieldRef][]planLink{} // by source: plain links
	direct := map[[2]fieldRef]bool{}
	for _, list := range byTarget {
		for _, l := range list {
			direct[[2]fieldRef{l.from, l.to}] = true
			if l.drop && l.plain() {
				same[l.from] = append(same[l.from], l)
			}
		}
	}
	added := map[fieldRef][]planLink{}
	count := map[fieldRef]int{}
	for _, middle := range sortedRefs(byTarget) {
		next := same[middle]
		slices.SortFunc(next, func(x, y planLink) int { return compareRefs(x.to, y.to) })
		for _, first := range byTarget[middle] {
			// Members of one item are mostly linked directly; what is not, follows by way of the item's source.
			if !first.drop || first.plain() && !p.isSource(middle) {
				continue
			}
			for _, second := range next {
				ends := [2]fieldRef{first.from, second.to}
				if first.from.form == second.to.form || direct[ends] || count[first.from] >= chainLimit {
					continue
				}
				if l, ok := first.then(second); ok && p.complete(&l) && l.drop {
					direct[ends] = true
					count[first.from]++
					added[l.to] = append(added[l.to], l)
				}
			}
		}
	}
	for to, list := range added {
		byTarget[to] = append(byTarget[to], list...)
	}
}

// plain says that the two fields hold the same data.
func (l *planLink) plain() bool {
	return l.relation == RelationEqual || l.relation == RelationScale || l.relation == RelationRecode
}

func sortedRefs[V any](m map[fieldRef]V) []fieldRef {
	out := make([]fieldRef, 0, len(m))
	for r := range m {
		out = append(out, r)
	}
	slices.SortFunc(out, compareRefs)
	return out
}

// then is what follows from one link and then another, a plain one.
func (l planLink) then(next planLink) (planLink, bool) {
	out := l
	out.to, out.agreement = next.to, l.agreement*next.agreement
	switch next.relation {
	case RelationScale:
		if l.relation == RelationRecode {
			return out, false
		}
		out.factor = next.factor
		if l.factor > 0 {
			out.factor *= l.factor
		}
		if l.relation == RelationEqual {
			out.relation = RelationScale
		}
	case RelationRecode:
		switch {
		case l.relation == RelationEqual:
			out.relation, out.codes = RelationRecode, next.codes
		case l.codes != nil:
			out.codes = map[string]string{}
			for from, to := range l.codes {
				if further, mapped := next.codes[to]; mapped {
					out.codes[from] = further
				}
			}
		default:
			return out, false
		}
	}
	return out, true
}

// lateness is how many days after a form's due day the data of another are there, by half of the submissions; 0 where no due
// day is known. A day is forgiven, because months differ.
func (p *planner) lateness(from, to *dupForm) float64 {
	if from.use.Submissions == 0 || to.DueDays <= 0 || longer(from.cycle) == 0 || longer(to.cycle) == 0 {
		return 0
	}
	there := cycleLength(to.cycle) - cycleLength(from.cycle) + from.use.Delay
	if from.personal() && from.cycle != to.cycle {
		return 0 // what is known of a person is the newest answer
	}
	return math.Max(0, there-cycleLength(to.cycle)-float64(to.DueDays)-1)
}

// cycleLength is the mean length of a cycle in days.
func cycleLength(cycle string) float64 {
	switch cycle {
	case "day":
		return 1
	case "week":
		return 7
	}
	return float64(monthsOf[cycle]) * 365.25 / 12
}

// alive says that a form is still handed in: it has not been silent for longer than it ever was before, and than a period and
// a half with the days until it is due. Forms that were declared only may be.
func (p *planner) alive(form int) bool {
	f := &p.forms[form]
	span, known := p.spans[f.ID]
	if !known || len(span.Days) == 0 {
		return f.use.Submissions == 0
	}
	cycle := math.Max(cycleLength(f.cycle), 1)
	longest := 1.5*cycle + float64(f.DueDays)
	if longer(f.cycle) == 0 {
		longest = p.limits["silent_days"]
	}
	for i := 1; i < len(span.Days); i++ {
		longest = math.Max(longest, float64(span.Days[i]-span.Days[i-1]))
	}
	last := float64(span.Days[len(span.Days)-1]) + cycle
	return float64(queries.DayNumber(p.in.Window.To))-last <= longest
}
