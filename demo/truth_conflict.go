package demo

// conflicts lists where the same item is kept by different standards: codes, units, values that differ, and fields that are
// nearly the same by another definition.
func (c *County) conflicts(t *Truth) {
	for _, g := range c.byForms(t.DuplicateFields) {
		a, b := c.forms[g.a], c.forms[g.b]
		for k, at := range g.fields {
			x, y := &a.fields[at[0]], &b.fields[at[1]]
			out := Conflict{A: g.pairs[k].A, B: g.pairs[k].B, Units: [2]string{x.of, y.of}}
			// What is asked of other units or periods, or kept apart by law, need not follow one standard.
			comparable := g.pairs[k].Required || x.source == fromPerson && a.spec.who == b.spec.who && !a.spec.apart
			switch {
			case x.source == fromPerson && !sameCodes(x.codes, y.codes):
				out.Kind, out.Required, out.Why = conflictCodes, comparable, "the same answers under other codes"
				out.Codes = mapCodes(x.codes, y.codes)
				out.Seen = c.seenCodes(g.a, at[0])
			case x.of != y.of && x.item != nil:
				out.Kind, out.Required, out.Why = conflictUnits, comparable, "the same amount in another unit of measure"
				out.Factor = y.scale / x.scale
			case x.stale > 0 || y.stale > 0:
				out.Kind, out.Required, out.Why = conflictValues, comparable, "the same stock from another day"
			default:
				continue
			}
			out.Differ = c.differ(g.a, g.b, at, g.pairs[k].Factor)
			t.Conflicts = append(t.Conflicts, out)
		}
	}
	for _, trap := range t.Traps {
		if trap.Expect != expectDefinition || trap.Detector != "dup-item" {
			continue
		}
		g := c.byForms([]FieldPair{{A: trap.A, B: trap.B}})[0]
		x, y := &c.forms[g.a].fields[g.fields[0][0]], &c.forms[g.b].fields[g.fields[0][1]]
		t.Conflicts = append(t.Conflicts, Conflict{
			Kind: conflictDefinition, A: trap.A, B: trap.B, Units: [2]string{x.of, y.of}, Required: c.periodsOfYear(g.a) > 1,
			Differ: c.differ(g.a, g.b, g.fields[0], 1), Why: trap.Why,
		})
	}
}

// periodsOfYear is the number of periods of a form that end within the last twelve months.
func (c *County) periodsOfYear(form int) (n int) {
	for _, p := range c.periods[form] {
		if p.end.Unix() >= c.yearAgo() {
			n++
		}
	}
	return n
}

func sameCodes(a, b map[string]string) bool {
	if len(a) != len(b) {
		return false
	}
	for value, code := range a {
		if b[value] != code {
			return false
		}
	}
	return true
}

// mapCodes is the mapping from a's codes to b's. An answer without a code stands for itself.
func mapCodes(a, b map[string]string) map[string]string {
	out := map[string]string{}
	for _, codes := range []map[string]string{a, b} {
		for value := range codes {
			from, to := value, value
			if code, coded := a[value]; coded {
				from = code
			}
			if code, coded := b[value]; coded {
				to = code
			}
			out[from] = to
		}
	}
	return out
}

func (c *County) seenCodes(form, field int) map[string]int {
	out := map[string]int{}
	for i := range c.submissions[form] {
		if sub := &c.submissions[form][i]; sub.submitted >= c.yearAgo() && !sub.values[field].absent {
			out[sub.values[field].text]++
		}
	}
	return out
}

// differ is the share of answers about the same unit, or person, and period that do not tell the same; 0 where none can be
// compared.
func (c *County) differ(a, b int, at [2]int, factor float64) float64 {
	n, other := 0, 0
	x, y := &c.forms[a].fields[at[0]], &c.forms[b].fields[at[1]]
	c.aligned(a, b, func(p, q *submission) {
		if p.values[at[0]].absent || q.values[at[1]].absent {
			return
		}
		n++
		if !sameAnswer(x, y, p.values[at[0]], q.values[at[1]], factor) {
			other++
		}
	})
	return float64(other) / float64(max(n, 1))
}
