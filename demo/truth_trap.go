package demo

import (
	"cmp"
	"slices"
)

// fieldsThatDiffer are fields of nearly the same name whose values differ by definition; fieldsOfOtherDeeds count other acts
// under the same words.
var (
	fieldsThatDiffer = [][2]string{
		{"mz-hj-q.zrk", "wj-cz-q.zrk"},
		{"mz-hj-q.nan", "wj-cz-q.nan"},
		{"mz-hj-q.nv", "wj-cz-q.nv"},
		{"mz-hj-q.et", "wj-cz-q.et"},
		{"mz-hj-q.ld", "wj-cz-q.ld"},
		{"mz-hj-q.ln", "wj-cz-q.ln"},
		{"tj-nm-y.rk", "ny-nc-y.rk"},
		{"tj-nm-y.hs", "ny-nc-y.hs"},
		{"tj-cz-q.srdy", "ny-jy-q.crsr"},
		{"tj-cz-q.hsdy", "ny-jy-q.hjhs"},
		{"tj-cz-q.gddy", "ny-jy-q.qqgd"},
	}
	fieldsOfOtherDeeds = [][2]string{
		{"jy-ls-p.jz", "fl-ls-p.ga"},
		{"wj-js-p.sfcs", "ga-js-p.zfcs"},
		{"jy-kc-m.zf", "jy-fns-m.jf"},
		{"fl-ga-m.et", "mz-ln-m.tf"},
		{"ny-kn-m.zf", "fl-ga-m.zf"},
	}
)

func listed(pairs [][2]string, a, b string) bool {
	return slices.Contains(pairs, [2]string{a, b}) || slices.Contains(pairs, [2]string{b, a})
}

// trapWhy says of each kind what is right to expect, and why.
var trapWhy = map[string]Trap{
	"identifier-key":    {Expect: expectNothing, Why: "the identifier is the key of every form about persons"},
	"identity":          {Expect: expectPrefill, Why: "name and sex stand beside the identifier and follow from it"},
	"header":            {Expect: expectNothing, Why: "who reports, for which unit and period, stands in every form"},
	"next-period":       {Expect: expectNothing, Why: "the form of last year and its successor are never asked for the same period"},
	"handed-on":         {Expect: expectNothing, Why: "a machine passes the same submission upwards: nobody enters it again"},
	"passed-up":         {Expect: expectAggregate, Why: "the town passes on the sum of its villages"},
	"asked-again":       {Expect: expectDuplicate, Why: "the county asks again what the province holds"},
	"period-flow":       {Expect: expectAggregate, Why: "the longer period is the sum of the shorter ones"},
	"period-stock":      {Expect: expectStock, Why: "the same stock at other times: neither sum nor duplicate"},
	"detail-total":      {Expect: expectAggregate, Why: "the records add up to the total"},
	"part-total":        {Expect: expectAggregate, Why: "a part of the total goes along with it"},
	"outcome":           {Expect: expectNothing, Why: "what was settled is mostly, but not always, what came in"},
	"prefilled":         {Expect: expectPrefill, Why: "the system fills it in: nobody enters it again"},
	"definition":        {Expect: expectDefinition, Why: "nearly the same words, another definition, other values"},
	"same-words":        {Expect: expectNothing, Why: "the same words for the deeds of different people"},
	"small-enumeration": {Expect: expectNothing, Why: "answers of few choices, nearly all alike, overlap without meaning the same"},
	"constant":          {Expect: expectNothing, Why: "a number set above is the same everywhere"},
	"serial":            {Expect: expectNothing, Why: "numbers and dates of two ledgers coincide"},
	"copied":            {Expect: expectNothing, Why: "some villages copy the figure of another form, though something else is asked"},
	"re-measured":       {Expect: expectNothing, Why: "measured again on purpose"},
	"kept-apart":        {Expect: expectLegal, Why: keptApart},
	"same-persons":      {Expect: expectNothing, Why: "partly the same persons, but other questions"},
}

// formKinds are the kinds that make a trap of two forms too, the most telling first.
var formKinds = []string{
	"kept-apart", "handed-on", "next-period", "definition", "re-measured", "detail-total", "passed-up", "copied", "period-flow", "period-stock",
	"small-enumeration", "identifier-key",
}

// traps finds every trap in the forms as they were made.
func (c *County) traps(t *Truth) {
	forms := map[string]FormPair{}
	for _, p := range t.DuplicateForms {
		forms[pairKey(p.A, p.B)] = p
	}
	add := func(kind, detector, a, b string) {
		trap := trapWhy[kind]
		trap.Kind, trap.Detector, trap.A, trap.B = kind, detector, a, b
		t.Traps = append(t.Traps, trap)
	}
	for i, a := range c.forms {
		for x := range a.fields {
			for y := range a.fields[:x] {
				if fa, fb := &a.fields[x], &a.fields[y]; fa.item != nil && fb.item != nil {
					if kind := trapOfTwo(fa, fb); kind != "" {
						add(kind, "dup-item", fa.ref, fb.ref)
					}
				}
			}
		}
		for _, b := range c.forms[i+1:] {
			pair, related := forms[pairKey(a.spec.id, b.spec.id)]
			count := map[string]int{}
			for x := range a.fields {
				for y := range b.fields {
					if kind := c.trapOf(a, b, x, y, related); kind != "" {
						count[kind]++
						add(kind, "dup-item", a.fields[x].ref, b.fields[y].ref)
					}
				}
			}
			levels := [2]string{c.systems[a.system].level, c.systems[b.system].level}
			for _, kind := range formKinds {
				if count[kind] == 0 || related && kind != "kept-apart" || kind == "small-enumeration" && count[kind] < 4 {
					continue
				}
				if kind == "identifier-key" {
					kind = "same-persons"
				}
				add(kind, "dup-form", a.spec.id, b.spec.id)
				break
			}
			if pair.Required && levels[0] != levels[1] && slices.Contains(levels[:], "province") {
				add("asked-again", "dup-form", a.spec.id, b.spec.id)
			}
		}
	}
	slices.SortStableFunc(t.Traps, func(x, y Trap) int { return cmp.Compare(x.Kind, y.Kind) })
}

// trapOf is the kind of trap that two fields are, empty where they are none.
func (c *County) trapOf(a, b *form, x, y int, related bool) string {
	fa, fb := &a.fields[x], &b.fields[y]
	refA, refB := fa.ref, fb.ref
	switch {
	case listed(fieldsThatDiffer, refA, refB):
		return "definition"
	case listed(fieldsOfOtherDeeds, refA, refB):
		return "same-words"
	case fa.detail == refB || fb.detail == refA:
		return "detail-total"
	case fa.source == fromPerson && fb.source == fromPerson:
		return trapOfPersons(a, b, fa, fb)
	case fa.source == fromEntry && fb.source == fromEntry:
		if fa.attribute == fb.attribute && (fa.attribute == "number" || fa.attribute == "date") {
			return "serial"
		}
	case fa.source == fromChoice && fb.source == fromChoice:
		if a.spec.cycle == b.spec.cycle && slices.Equal(fa.choices, fb.choices) {
			return "small-enumeration"
		}
	case fa.source == fromItem && fb.source == fromItem:
		if fa.item == fb.item {
			return c.trapOfOne(a, b, fa, fb)
		}
		if a.spec.cycle == b.spec.cycle && c.samePeriods(a, b) {
			return trapOfTwo(fa, fb)
		}
	case related && fa.source == fb.source && fa.role() != "" && fa.source != fromPerson:
		return "header"
	}
	return ""
}

func trapOfPersons(a, b *form, fa, fb *field) string {
	met := a.spec.who == b.spec.who || listed([][2]string{{"old", "hypertension"}}, a.spec.who, b.spec.who)
	same := fa.attribute == fb.attribute
	switch {
	case !met:
	case same && fa.attribute == "id":
		return "identifier-key"
	case same && a.spec.apart && b.spec.apart && stays(fa.attribute):
		return "kept-apart"
	case same && identifying[fa.attribute]:
		return "identity"
	case !same && len(slips[fa.attribute]) == 2 && slices.Equal(slips[fa.attribute], slips[fb.attribute]):
		return "small-enumeration"
	}
	return ""
}

// trapOfOne is the kind of trap where the same item is asked twice.
func (c *County) trapOfOne(a, b *form, fa, fb *field) string {
	switch {
	case !c.samePeriods(a, b):
		return "next-period"
	case a.spec.copyOf == b.spec.id || b.spec.copyOf == a.spec.id:
		return "handed-on"
	case fa.again > 0 || fb.again > 0:
		return "re-measured"
	case (a.spec.only == "towns") != (b.spec.only == "towns"):
		return "passed-up"
	case fa.prefilled || fb.prefilled:
		return "prefilled"
	case a.spec.cycle != b.spec.cycle && fa.measure() == "flow":
		return "period-flow"
	case a.spec.cycle != b.spec.cycle:
		return "period-stock"
	}
	return ""
}

// trapOfTwo is the kind of trap of two items that are not the same and go together.
func trapOfTwo(fa, fb *field) string {
	constant := func(it *item) bool { return it.gen == quota || it.gen == fixedValue }
	switch x, y := fa.item, fb.item; {
	case fa.copied == y || fb.copied == x:
		return "copied"
	case constant(x) && constant(y) && x.mean == y.mean:
		return "constant"
	case x.outcomeOf(y) || y.outcomeOf(x):
		return "outcome"
	case x.partOf(y) || y.partOf(x):
		return "part-total"
	}
	return ""
}

func (it *item) outcomeOf(other *item) bool {
	return it.gen == thinned && it.parts[0] == other.id
}

// partOf says that the item is a part of another one.
func (it *item) partOf(other *item) bool {
	switch {
	case other.gen == sumOf:
		return slices.Contains(other.parts, it.id)
	case it.gen == shareOf || it.gen == lessOf:
		return it.parts[0] == other.id
	}
	return false
}

// aggregates finds the fields that follow from others: over periods, over units, from records, and from other fields of
// the same form.
func (c *County) aggregates(t *Truth) {
	for _, p := range t.DuplicateFields {
		if p.Relation != "aggregate" && p.Relation != "stock" {
			continue
		}
		t.Aggregates = append(t.Aggregates, c.aggregateOf(p))
	}
	for _, f := range c.forms {
		for i := range f.fields {
			if fd := &f.fields[i]; fd.source == fromCount {
				t.Aggregates = append(t.Aggregates, Aggregate{Total: fd.ref, Of: []string{fd.detail}, How: "count", Kind: "records"})
			}
		}
		t.Aggregates = append(t.Aggregates, f.computed()...)
	}
}

func (c *County) aggregateOf(p FieldPair) Aggregate {
	a, b := c.forms[c.formIndex(formOf(p.A))], c.forms[c.formIndex(formOf(p.B))]
	total, part, from, to := b, a, p.A, p.B
	records := a.spec.per != b.spec.per
	if a.spec.only == "towns" || records && a.spec.per == "unit" || longerCycle(a.spec.cycle, b.spec.cycle) {
		total, part, from, to = a, b, p.B, p.A
	}
	out := Aggregate{Total: to, Of: []string{from}, How: "sum", Kind: "period"}
	switch {
	case records:
		out.Kind, out.Required = "records", true
	case total.spec.only == "towns":
		// Weeks add up to no month, so sums over weeks are right only about.
		out.Kind, out.Required = "units", total.spec.cycle == part.spec.cycle
	case p.Relation == "stock":
		out.How = "last"
	default:
		out.Required = total.spec.cycle == "quarter" && part.spec.cycle == "month"
	}
	return out
}

func longerCycle(a, b string) bool {
	order := []string{"week", "month", "quarter", "half", "year"}
	return slices.Index(order, a) > slices.Index(order, b)
}

// computed are the fields of a form that follow from its other fields.
func (f *form) computed() []Aggregate {
	ref := map[string]string{}
	for i := range f.fields {
		if it := f.fields[i].item; it != nil {
			ref[it.id] = f.fields[i].ref
		}
	}
	var out []Aggregate
	add := func(how, total string, of []string) {
		a := Aggregate{Total: ref[total], How: how, Kind: "parts"}
		for _, id := range of {
			a.Of = append(a.Of, ref[id])
		}
		if a.Total != "" && !slices.Contains(a.Of, "") {
			out = append(out, a)
		}
	}
	for i := range f.fields {
		switch it := f.fields[i].item; {
		case it == nil:
		case it.gen == sumOf:
			add("sum", it.id, it.parts)
		case it.gen == lessOf:
			add("sum", it.parts[0], append([]string{it.id}, it.parts[1:]...))
		case it.gen == percentOf:
			add("ratio", it.id, it.parts)
		}
	}
	return out
}
