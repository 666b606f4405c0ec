package master

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// place is which master form a form goes into.
type place struct{ who, about, cycle string }

// composer puts the questions into master forms.
type composer struct {
	*reading
	about  map[string]string // of a register: the form that gives its master form the name
	ids    []string
	places map[string]place
}

func (r *reading) compose() []Form {
	c := &composer{reading: r, places: map[string]place{}}
	c.ids = slices.Sorted(maps.Keys(r.forms))
	c.about = c.registers()
	for id, f := range r.forms {
		p := place{who: r.who[id], cycle: cmp.Or(f.Cycle, "adhoc")}
		if f.Per == "record" {
			p.who, p.about = "record", c.about[id]
		}
		c.places[id] = p
	}
	asked, byPlace := c.questions()
	for ref, line := range c.dropped {
		c.replace(asked, ref, line)
	}
	for ref, line := range c.filled {
		if q := asked[ref]; q != nil {
			q.FilledBy = line.FromForm + "." + line.From
		} else {
			c.replace(asked, ref, line)
		}
	}
	for _, q := range asked {
		// Where only those that it takes the place of have codes, the fullest list is the one in which every answer can be written.
		for _, old := range q.Replaces {
			if codes := c.codesOf(old.Form, old.Field); len(q.Field.Codes) == 0 && len(codes) > len(q.Codes) {
				q.Codes = codes
			}
		}
	}
	var out []Form
	for p, questions := range byPlace {
		f := Form{Who: p.who, About: p.about, Cycle: p.cycle}
		units := map[string]bool{}
		for _, id := range c.ids {
			if c.places[id] == p {
				f.Replaced = append(f.Replaced, id)
				if f.About != "" && (c.places[f.About] != p || c.formHours[id] > c.formHours[f.About]) {
					f.About = id
				}
				for _, unit := range c.units[id] {
					units[unit] = true
				}
			}
		}
		f.Units = len(units)
		for _, q := range questions {
			slices.SortFunc(q.Replaces, func(x, y Replacement) int {
				return cmp.Or(cmp.Compare(x.Form, y.Form), cmp.Compare(x.Field, y.Field))
			})
			f.Questions = append(f.Questions, *q)
		}
		out = append(out, f)
	}
	slices.SortFunc(out, func(x, y Form) int {
		return cmp.Or(cmp.Compare(y.Units*len(y.Questions), x.Units*len(x.Questions)), cmp.Compare(x.Who, y.Who), cmp.Compare(x.About, y.About), cmp.Compare(x.Cycle, y.Cycle))
	})
	return out
}

// questions are those that stay, by their place, those of one department together.
func (c *composer) questions() (map[[2]string]*Question, map[place][]*Question) {
	order := slices.Clone(c.ids)
	slices.SortStableFunc(order, func(x, y string) int {
		// What a register is about comes first: its leading form says who the persons are.
		if leads := c.about[x] == x; leads != (c.about[y] == y) {
			if leads {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(c.owners[x], c.owners[y]), cmp.Compare(c.formHours[y], c.formHours[x]))
	})
	asked, byPlace, names := map[[2]string]*Question{}, map[place][]*Question{}, map[string]bool{}
	for _, id := range order {
		p := c.places[id]
		for _, field := range c.forms[id].Fields {
			ref := [2]string{id, field.ID}
			if !c.asks(ref, field) || c.source(ref) != ref {
				continue
			}
			q := c.question(ref, field)
			for n := 2; names[q.Name]; n++ {
				q.Name = nameOf(ref) + "_" + strconv.Itoa(n)
			}
			names[q.Name] = true
			asked[ref] = q
			byPlace[p] = append(byPlace[p], q)
		}
	}
	return asked, byPlace
}

// asks says that a field asks for something in a master form: data, and in a register who the persons are. Unit, period,
// reporter and remarks stand in a master form once.
func (c *composer) asks(ref [2]string, field queries.Field) bool {
	switch c.kinds[ref].Kind {
	case "payload":
		return field.Type != "biometric"
	case "identity":
		return !c.ended[ref[0]]
	case "key":
		return c.forms[ref[0]].Per == "record" && field.Type == "id" && !c.ended[ref[0]] && c.firstIdentifier(ref)
	}
	return false
}

func (c *composer) asksAt(ref [2]string) bool {
	for _, f := range c.forms[ref[0]].Fields {
		if f.ID == ref[1] {
			return c.asks(ref, f)
		}
	}
	return false
}

// firstIdentifier says that no other form of the same register asks an identifier before this one.
func (c *composer) firstIdentifier(ref [2]string) bool {
	for _, id := range append([]string{c.about[ref[0]]}, c.ids...) {
		switch {
		case c.places[id] != c.places[ref[0]] || c.ended[id]:
		case id == ref[0]:
			return true
		case slices.ContainsFunc(c.forms[id].Fields, func(f queries.Field) bool { return f.Type == "id" && c.kinds[[2]string{id, f.ID}].Kind == "key" }):
			return false
		}
	}
	return true
}

// source is the question that answers a field: itself, or the one that it follows from, where that is asked. What is filled
// in from a question of the same master form is asked there once.
func (c *composer) source(ref [2]string) [2]string {
	seen := map[[2]string]bool{}
	for at := ref; !seen[at]; {
		seen[at] = true
		line, gone := c.dropped[at]
		if filled, known := c.filled[at]; known && !gone && c.places[filled.FromForm] == c.places[at[0]] {
			line, gone = filled, true
		}
		if !gone {
			if at != ref && !c.asksAt(at) {
				return ref
			}
			return at
		}
		at = [2]string{line.FromForm, line.From}
	}
	return ref
}

// replace notes at the question that stays which field it takes the place of.
func (c *composer) replace(asked map[[2]string]*Question, ref [2]string, line queries.PlanLine) {
	if q := asked[c.source(ref)]; q != nil && asked[ref] == nil {
		q.Replaces = append(q.Replaces, Replacement{line, c.owners[line.Form]})
	}
}

func (c *composer) question(ref [2]string, field queries.Field) *Question {
	q := &Question{Name: nameOf(ref), Form: ref[0], Field: field, Owner: c.owners[ref[0]], Item: c.items[ref], Label: cmp.Or(field.Label, field.ID), Codes: field.Codes}
	if q.Item != nil && q.Item.Name != "" {
		q.Label = q.Item.Name
	}
	return q
}

func (c *composer) codesOf(form, field string) map[string]string {
	for _, f := range c.forms[form].Fields {
		if f.ID == field {
			return f.Codes
		}
	}
	return nil
}

// registers joins the forms about persons or things that share data: each such group is about the same ones. It is named
// after the form that takes most time.
func (c *composer) registers() map[string]string {
	head := map[string]string{}
	for _, id := range c.ids {
		if c.forms[id].Per == "record" {
			head[id] = id
		}
	}
	var find func(id string) string
	find = func(id string) string {
		if head[id] != id {
			head[id] = find(head[id])
		}
		return head[id]
	}
	for _, lines := range []map[[2]string]queries.PlanLine{c.dropped, c.filled} {
		for ref, line := range lines {
			if head[ref[0]] == "" || head[line.FromForm] == "" {
				continue
			}
			x, y := find(ref[0]), find(line.FromForm)
			if c.formHours[x] < c.formHours[y] || c.formHours[x] == c.formHours[y] && x > y {
				x, y = y, x
			}
			head[y] = x
		}
	}
	out := map[string]string{}
	for id := range head {
		out[id] = find(id)
	}
	return out
}

// nameOf is a name that XLSForm takes: letters, digits and underlines, first a letter.
func nameOf(ref [2]string) string {
	clean := func(s string) string {
		return strings.Map(func(r rune) rune {
			if r < 128 && (r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9') {
				return r
			}
			return '_'
		}, s)
	}
	return "q_" + clean(ref[0]) + "__" + clean(ref[1])
}
