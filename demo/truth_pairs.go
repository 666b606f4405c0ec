package demo

// The shares of common payload from which two forms are called duplicates, and below which they are called different. What
// lies between is left to judgement: naming it is right, not naming it is no fault.
const (
	duplicateShare = 0.5
	differentShare = 0.3
)

// pairs finds which fields hold the same item, by construction, and which forms therefore ask the same.
func (c *County) pairs(t *Truth) {
	for i, a := range c.forms {
		for _, b := range c.forms[i+1:] {
			demanded, allowed := [2]map[int]bool{{}, {}}, [2]map[int]bool{{}, {}}
			for x := range a.fields {
				for y := range b.fields {
					p, same := c.relate(a, b, x, y)
					if !same {
						continue
					}
					t.DuplicateFields = append(t.DuplicateFields, p)
					if a.payload(x) && b.payload(y) {
						allowed[0][x], allowed[1][y] = true, true
					}
					if p.Required {
						demanded[0][x], demanded[1][y] = true, true
					}
				}
			}
			if a.spec.apart && b.spec.apart {
				demanded = [2]map[int]bool{}
			}
			c.formPair(t, a, b, demanded, allowed)
		}
	}
}

func (c *County) formPair(t *Truth, a, b *form, demanded, allowed [2]map[int]bool) {
	share := [2]float64{a.share(demanded[0]), b.share(demanded[1])}
	loose := max(a.share(allowed[0]), b.share(allowed[1]))
	switch {
	case max(share[0], share[1]) >= duplicateShare:
		t.DuplicateForms = append(t.DuplicateForms, FormPair{A: a.spec.id, B: b.spec.id, Share: share, Required: true, Why: "the same items of the same units and periods"})
	case loose >= differentShare:
		why := "derivable by aggregation, from a pre-filled value or in part"
		if a.spec.apart && b.spec.apart {
			why = keptApart
		}
		t.DuplicateForms = append(t.DuplicateForms, FormPair{A: a.spec.id, B: b.spec.id, Share: share, Why: why})
	}
}

// share is how much of a form's payload the marked fields are.
func (f *form) share(marked map[int]bool) float64 {
	all, part := 0, 0
	for i := range f.fields {
		if !f.payload(i) || f.fields[i].source == fromNote || f.fields[i].prefilled {
			continue
		}
		all++
		if marked[i] {
			part++
		}
	}
	return float64(part) / float64(max(all, 1))
}

const keptApart = "kept apart by law: nothing may be joined without a legal basis"

// relate says how field y of form b follows from field x of form a.
func (c *County) relate(a, b *form, x, y int) (FieldPair, bool) {
	fa, fb := &a.fields[x], &b.fields[y]
	p := FieldPair{A: fa.ref, B: fb.ref, Factor: 1, Relation: "equal", Required: true}
	switch {
	case fa.detail == p.B && fa.source == fromSum, fb.detail == p.A && fb.source == fromSum:
		p.Relation, p.Required, p.Why = "aggregate", false, "the total of the records"
		return p, true
	case fa.source == fromPerson && fb.source == fromPerson:
		return relatePersons(p, a, b, fa, fb)
	case fa.source != fromItem || fb.source != fromItem || fa.item != fb.item || fa.again > 0 || fb.again > 0:
		return p, false
	case a.spec.copyOf == b.spec.id || b.spec.copyOf == a.spec.id || !c.samePeriods(a, b):
		return p, false
	}
	if fa.scale != fb.scale {
		p.Relation, p.Factor = "scale", fb.scale/fa.scale
	}
	switch {
	case a.spec.only == "towns" || b.spec.only == "towns":
		p.Relation, p.Required, p.Why = "aggregate", false, "passed upwards: the town adds up its villages"
	case a.spec.cycle != b.spec.cycle && fa.measure() == "flow":
		p.Relation, p.Required, p.Why = "aggregate", false, "the longer period is the sum of the shorter ones"
	case a.spec.cycle != b.spec.cycle:
		p.Relation, p.Required, p.Why = "stock", false, "the same stock, asked at other times"
	case a.spec.copyOf != "" || b.spec.copyOf != "":
		p.Required, p.Why = false, "one of them is handed in by a machine"
	case fa.prefilled || fb.prefilled:
		p.Required, p.Why = false, "pre-filled: nobody enters it again"
	case a.spec.system == b.spec.system:
		p.Why = "asked twice by one system"
	}
	return p, true
}

// samePeriods says that there were periods in which both forms were asked, of whatever cycles.
func (c *County) samePeriods(a, b *form) bool {
	apart := func(f, g *form) bool { return f.spec.end > 0 && g.spec.start > 0 && f.spec.end > g.spec.start }
	return !apart(a, b) && !apart(b, a)
}

func relatePersons(p FieldPair, a, b *form, fa, fb *field) (FieldPair, bool) {
	if fa.attribute != fb.attribute || !stays(fa.attribute) {
		return p, false
	}
	if fa.codes != nil || fb.codes != nil {
		p.Relation = "recode"
	}
	switch {
	case identifying[fa.attribute]:
		p.Required, p.Why = false, "identifies the person and can be pre-filled"
	case a.spec.who != b.spec.who:
		return p, false
	case a.spec.apart && b.spec.apart:
		p.Required, p.Why = false, keptApart
	}
	return p, true
}

// stays says whether an attribute is a fact about the person that any form would find the same.
func stays(attribute string) bool {
	switch attribute {
	case "guardian-kind", "school", "parents", "disability", "disability-grade", "care", "dibao", "guardian", "guardian-phone", "grade", "allowance", "risk":
		return true
	}
	return identifying[attribute]
}

// lookAlikes lists what must stay silent, with the reason.
func (c *County) lookAlikes(t *Truth, plan *fabricationPlan) {
	add := func(detector, subject, why string) {
		t.LookAlikes = append(t.LookAlikes, LookAlike{detector, subject, why})
	}
	add("dup-form", "mz-hj-q|wj-cz-q", "registered and resident population: other definitions, other values")
	add("dup-form", "tj-nm-y|ny-nc-y", "end and beginning of the year: the same labels but for one character, other values")
	add("dup-form", "scj-sp-m|sp-fh-q", "yes-or-no answers that are yes nearly everywhere overlap without meaning the same")
	add("dup-form", "sl-ys-m|wj-ys-m", "the same water measured twice on purpose: self-test and inspection")
	add("dup-form", "yj-aq-w|yj-town-m", "the town passes on the sum of its villages")
	add("dup-form", "mz-gl-p|wj-gxy-p", "partly the same persons, but other questions; identifiers are keys")
	add("dup-item", "jy-ls-p.jz|fl-ls-p.ga", "home visits of the school and of the women's federation: other visits")
	add("fab-cross-unit", "qx-yj-m", "warnings reach a whole town at once, so all its villages report the same number")
	add("fab-cross-unit", "scj-sp-m", "identical answers of few choices")
	add("fab-copy-forward", "zj-fw-q", "stocks of houses hardly change from quarter to quarter")
	add("fab-copy-forward", "zzb-dj-m", "one meeting and one lesson a month are prescribed")
	add("fab-copy-forward", "yj-fx-w", "small counts repeat by chance, and hazard zones do not change")
	add("fab-terminal-digit", "ny-cx-m.xm", "areas are reported to the nearest ten mu, as the form says")
	add("fab-terminal-digit", "ny-zc-l.je", "agreed prices end in 0 and 5 more often")
	add("fab-benford", "ny-zc-l.je", "expenses over four orders of magnitude follow the law; this is the one to compare with")
	add("fab-benford", "rs-jy-m.sr", "wages lie within one order of magnitude: the law does not apply")
	add("fab-benford", "mz-bt-p.btje", "allowances are set by rule")
	for town := range c.world.towns {
		if c.world.clerks[town] != nil {
			add("fab-burst", c.world.towns[town].code, "a shared clerk enters the forms of all villages in one afternoon")
		}
	}
	if !plan.splitBelow {
		add("fab-benford", "ny-yg-l.je", "wages for labour over several orders of magnitude")
	}
	for _, s := range t.Systems {
		if !s.Idle && s.Verdict != "used" || c.systems[c.systemIndex(s.System)].use != inUse && !s.Idle && !s.Forced {
			add("idle-system", s.System, s.Why)
		}
	}
}

func (c *County) systemIndex(id string) int {
	for i := range c.systems {
		if c.systems[i].id == id {
			return i
		}
	}
	return -1
}
