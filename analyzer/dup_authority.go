package analyzer

import "github.com/jianfu/jianfu/queries"

// authority says which of two forms should be the source of data that both ask, and why: the competent one (on the list of
// approved forms, with a basis), the earlier, the more complete, the one that more units fill in, in this order; what is
// nearly equal decides nothing.
func (d *dupFound) authority(a, b int) (better int, why queries.Message) {
	x, y := &d.forms[a], &d.forms[b]
	competence := func(f *dupForm) float64 {
		c := 0.0
		if f.Approved {
			c += 2
		}
		if f.Basis != "" {
			c++
		}
		return c
	}
	for _, criterion := range []struct {
		key   string
		x, y  float64
		least float64
	}{
		{"competence", competence(x), competence(y), 0.5},
		{"timeliness", d.punctuality(x, y), d.punctuality(y, x), 1},
		{"completeness", x.complete(), y.complete(), 0.02},
		{"coverage", float64(x.use.Units), float64(y.use.Units), 0.05 * float64(max(x.use.Units, y.use.Units, 1))},
	} {
		key := "dup.authority." + criterion.key
		switch {
		case criterion.x >= criterion.y+criterion.least:
			return a, queries.Message{Key: key, Params: map[string]any{"form": x.ID}}
		case criterion.y >= criterion.x+criterion.least:
			return b, queries.Message{Key: key, Params: map[string]any{"form": y.ID}}
		}
	}
	if y.cycle != x.cycle && longer(y.cycle) > 0 && longer(y.cycle) < longer(x.cycle) {
		return b, queries.Message{Key: "dup.authority.frequency", Params: map[string]any{"form": y.ID}}
	}
	return a, queries.Message{Key: "dup.authority.none", Params: map[string]any{"form": x.ID}}
}

// punctuality is how many days earlier than the other a form's data are there; 0 where that cannot be compared.
func (d *dupFound) punctuality(f, other *dupForm) float64 {
	if f.cycle != other.cycle || f.use.Submissions == 0 || other.use.Submissions == 0 {
		return 0
	}
	return other.use.Delay - f.use.Delay
}

// complete is the share of payload fields that are answered.
func (f *dupForm) complete() float64 {
	sum, n := 0.0, 0
	for i := range f.fields {
		if f.fields[i].kind == payloadField {
			sum += f.fields[i].complete
			n++
		}
	}
	return sum / float64(max(1, n))
}
