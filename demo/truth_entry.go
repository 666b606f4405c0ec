package demo

import (
	"math"
	"slices"
	"sort"
	"strconv"
)

// yearAgo is the first second of the last twelve months.
func (c *County) yearAgo() int64 { return c.Options.AsOf.AddDate(-1, 0, 1).Unix() }

// rowKey is what two submissions about the same have in common.
type rowKey struct {
	unit    int32
	subject string
	period  string
}

// rowsByKey are a form's submissions by what they are about. Ledgers have none: their records are told apart by nothing else.
func (c *County) rowsByKey(form int) map[rowKey]*submission {
	out := map[rowKey]*submission{}
	for i := range c.submissions[form] {
		sub := &c.submissions[form][i]
		out[rowKey{sub.unit, sub.subject, c.periods[form][sub.period].name}] = sub
	}
	return out
}

// sameAnswer says that two answers tell the same after code and factor, to the digits of b.
func sameAnswer(a, b *field, x, y value, factor float64) bool {
	switch {
	case x.absent || y.absent:
		return false
	case a.numeric() && b.numeric():
		tolerance := 1e-9 * max(1, math.Abs(y.number))
		if factor != 1 {
			tolerance += 0.5000001 * math.Max(math.Pow10(-b.digits), factor*math.Pow10(-a.digits))
		}
		return math.Abs(x.number*factor-y.number) <= tolerance
	}
	return a.plain(x) == b.plain(y)
}

// plain undoes a field's codes.
func (fd *field) plain(v value) string {
	for from, to := range fd.codes {
		if to == v.text {
			return from
		}
	}
	if fd.numeric() {
		return strconv.FormatFloat(v.number, 'f', -1, 64)
	}
	return v.text
}

// fieldsOfForms are the positions of the fields of pairs, by forms, in a fixed order.
type fieldsOfForms struct {
	a, b   int
	fields [][2]int
	pairs  []FieldPair
}

func (c *County) byForms(pairs []FieldPair) []fieldsOfForms {
	var out []fieldsOfForms
	place := map[[2]int]int{}
	for _, p := range pairs {
		a, b := c.formIndex(formOf(p.A)), c.formIndex(formOf(p.B))
		at, known := place[[2]int{a, b}]
		if !known {
			at = len(out)
			place[[2]int{a, b}] = at
			out = append(out, fieldsOfForms{a: a, b: b})
		}
		x, y := c.forms[a].fieldIndex(p.A[len(c.forms[a].spec.id)+1:]), c.forms[b].fieldIndex(p.B[len(c.forms[b].spec.id)+1:])
		out[at].fields = append(out[at].fields, [2]int{x, y})
		out[at].pairs = append(out[at].pairs, p)
	}
	return out
}

// entries counts what was entered twice: the pairs of fields that must be found, form by form.
func (c *County) entries(t *Truth) {
	var required []FieldPair
	for _, p := range t.DuplicateFields {
		if p.Required {
			required = append(required, p)
		}
	}
	whole := map[string]bool{}
	for _, p := range t.DuplicateForms {
		whole[pairKey(p.A, p.B)] = p.Required
	}
	for _, g := range c.byForms(required) {
		a, b := c.forms[g.a], c.forms[g.b]
		e := DuplicateEntry{A: a.spec.id, B: b.spec.id, Required: whole[pairKey(a.spec.id, b.spec.id)]}
		units := map[int32]bool{}
		c.aligned(g.a, g.b, func(x, y *submission) {
			later, form, side := y, b, 1
			if x.submitted > y.submitted {
				later, form, side = x, a, 0
			}
			if later.submitted < c.yearAgo() {
				return
			}
			e.Rows++
			for k, at := range g.fields {
				if !sameAnswer(&a.fields[at[0]], &b.fields[at[1]], x.values[at[0]], y.values[at[1]], g.pairs[k].Factor) {
					continue
				}
				e.Entries++
				units[later.unit] = true
				e.Hours += float64(later.active) / 3600 * secondsOf(&form.fields[at[side]]) / c.medianSeconds(form)
			}
		})
		for _, p := range g.pairs {
			e.Fields = append(e.Fields, [2]string{p.A[len(e.A)+1:], p.B[len(e.B)+1:]})
		}
		e.Units = len(units)
		t.DuplicateEntries = append(t.DuplicateEntries, e)
	}
}

// aligned calls each with the submissions of two forms about the same unit, or person, and period, in order of b.
func (c *County) aligned(a, b int, each func(x, y *submission)) {
	rows := c.rowsByKey(a)
	for i := range c.submissions[b] {
		y := &c.submissions[b][i]
		if x := rows[rowKey{y.unit, y.subject, c.periods[b][y.period].name}]; x != nil {
			each(x, y)
		}
	}
}

// lookSeconds is what looking at a pre-filled value takes.
const lookSeconds = 2

// fieldHours shares the time of each submission among the fields by the seconds that they take in the simulation.
func (c *County) fieldHours(t *Truth) {
	for i, f := range c.forms {
		active := 0.0
		for k := range c.submissions[i] {
			if sub := &c.submissions[i][k]; sub.submitted >= c.yearAgo() {
				active += float64(sub.active) / 3600
			}
		}
		perSecond := active / c.medianSeconds(f)
		t.FieldHours = append(t.FieldHours, FieldHours{Form: f.spec.id, Hours: openingSeconds * perSecond})
		for k := range f.fields {
			fd := &f.fields[k]
			seconds := secondsOf(fd)
			t.FieldHours = append(t.FieldHours, FieldHours{
				Form: f.spec.id, Field: fd.id, Hours: seconds * perSecond, Look: min(seconds, lookSeconds) * perSecond, Payload: f.payload(k),
			})
		}
	}
}

// savable gathers the fields that are entered one by one though they hold the same item, and will be: an ended form can end no more.
func (t *Truth) savable(ended map[string]bool) {
	hours := t.hoursOfFields()
	group := map[string]string{}
	var find func(string) string
	find = func(x string) string {
		if up, known := group[x]; known && up != x {
			group[x] = find(up)
			return group[x]
		}
		group[x] = x
		return x
	}
	for _, p := range t.DuplicateFields {
		if p.Required && !ended[formOf(p.A)] && !ended[formOf(p.B)] {
			a, b := find(p.A), find(p.B)
			group[max(a, b)] = min(a, b)
		}
	}
	members := map[string][]string{}
	for x := range group {
		members[find(x)] = append(members[find(x)], x)
	}
	for _, list := range members {
		sort.Strings(list)
		c := Cluster{Fields: list}
		most, least := 0.0, math.Inf(1)
		for _, x := range list {
			h := hours[x].Hours
			c.Hours += h
			most, least = max(most, h), min(least, h)
		}
		c.Least, c.Most = c.Hours-most, c.Hours-least
		t.Savable = append(t.Savable, c)
	}
	slices.SortFunc(t.Savable, func(x, y Cluster) int { return slices.Compare(x.Fields, y.Fields) })
}

// hoursOfFields is FieldHours by "form.field"; that of opening a form by "form.".
func (t *Truth) hoursOfFields() map[string]FieldHours {
	out := make(map[string]FieldHours, len(t.FieldHours))
	for _, h := range t.FieldHours {
		out[h.Form+"."+h.Field] = h
	}
	return out
}

// ended are the forms that are not asked any more.
func (c *County) ended() map[string]bool {
	out := map[string]bool{}
	for _, f := range c.forms {
		out[f.spec.id] = f.spec.end > 0
	}
	return out
}
