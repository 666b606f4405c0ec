package analyzer

import (
	"math"
	"slices"
	"strings"
)

// match writes out one pair.
func (r *run) match(p *judged) Match {
	a, b := r.columns[p.a], r.columns[p.b]
	m := Match{A: a.column.ID, B: b.column.ID, Score: round(p.probability, 4), RefA: r.ref(p.a), RefB: r.ref(p.b)}
	w := Why{LogOdds: round(p.logOdds, 3), Vetoes: p.hard, Codes: p.codes}
	w.Prior = p.logOdds - p.aligned - p.vetoed()
	component := func(c componentID) *Component {
		w.Prior -= p.weights[c]
		if !p.observed[c].known {
			return nil
		}
		return &Component{Measure: round(p.observed[c].measure, 4), Weight: round(p.weights[c], 3)}
	}
	if w.Label = component(nameComponent); w.Label != nil {
		w.Label.A, w.Label.B = textOf(a.column), textOf(b.column)
	}
	if w.Format = component(formatComponent); w.Format != nil {
		f, _ := a.profile.Main()
		g, _ := b.profile.Main()
		w.Format.A, w.Format.B = f.String(), g.String()
	}
	if w.Values = component(valueComponent); w.Values != nil {
		w.Values.Shared, w.Values.Of = p.overlap.shared, p.overlap.smaller
	}
	w.Distribution = component(distributionComponent)
	w.Learnt = r.learnt.verdict(a, b)
	w.Prior = round(w.Prior, 3)
	if p.alignment != nil {
		w.Alignment = p.alignment
		w.Aligned = &Component{Measure: round(clamp01(p.alignment.Kappa()), 4), Weight: round(p.aligned, 3)}
	}
	if p.joins {
		w.Joins, w.Aligned = true, &Component{Measure: 1, Weight: round(p.aligned, 3)}
	}
	if p.key != nil {
		for _, k := range p.key.pairs {
			w.Key = append(w.Key, r.forms[m.RefA.Table][k[0]].ID+" = "+r.forms[m.RefB.Table][k[1]].ID)
		}
	}
	w.Derived = p.derived
	switch {
	case p.derived != nil:
		w.Against, w.Vetoes = slices.Concat(p.hard, p.soft), nil
	case p.proven():
		w.Against = p.soft
	default:
		w.Vetoes = append(w.Vetoes, p.soft...)
	}
	m.Relation = p.relation(a, b, &w)
	if m.Relation == RelationRecode {
		w.Codes = spelling(w.Codes, a, b)
	} else {
		w.Codes = nil
	}
	m.Why = w
	return m
}

// relation names how the two columns are related and notes the mapping or factor.
func (p *judged) relation(a, b *prepared, w *Why) Relation {
	al := p.alignment
	switch {
	case p.derived != nil && !al.agrees():
		return p.derived.relation
	case p.probability < 0.5:
		return RelationInsufficient
	case al.scaled() && al.N >= 20:
		w.Factor = al.Factor
		return RelationScale
	case al.recoded():
		w.Codes = al.Mapping
		return RelationRecode
	case al != nil && al.N >= 20 && al.Agree >= 0.5:
		return RelationEqual
	case p.codes != nil && (p.overlap.coded || p.overlap.soft):
		return RelationRecode
	case a.unit.Dimension != "" && a.unit.Dimension == b.unit.Dimension && a.unit.Factor != b.unit.Factor:
		w.Factor = a.unit.Factor / b.unit.Factor
		return RelationScale
	}
	return RelationEqual
}

// spellings counts how the values of a column with few of them are written.
type spellings struct {
	of map[string]map[string]uint64 // nil once there are too many values
}

func newSpellings() *spellings { return &spellings{of: map[string]map[string]uint64{}} }

func (s *spellings) add(canonical, written string, count uint64) {
	if s.of == nil || canonical == "" {
		return
	}
	if s.of[canonical] == nil {
		if len(s.of) == categoriesMost {
			s.of = nil
			return
		}
		s.of[canonical] = map[string]uint64{}
	}
	s.of[canonical][strings.TrimSpace(written)] += count
}

// most is the commonest way to write each value, the first in order among equals.
func (s *spellings) most() map[string]string {
	if s.of == nil {
		return nil
	}
	out := make(map[string]string, len(s.of))
	for canonical, ways := range s.of {
		best := ""
		for way, n := range ways {
			if best == "" || n > ways[best] || n == ways[best] && way < best {
				best = way
			}
		}
		out[canonical] = best
	}
	return out
}

// spelling writes a code mapping in the values' own spelling.
func spelling(codes map[string]string, a, b *prepared) map[string]string {
	if len(codes) == 0 {
		return codes
	}
	written := func(p *prepared, canonical string) string {
		if way, ok := p.spelt[canonical]; ok {
			return way
		}
		return canonical
	}
	out := make(map[string]string, len(codes))
	for from, to := range codes {
		out[written(a, from)] = written(b, to)
	}
	return out
}

func textOf(c *Column) string {
	if strings.TrimSpace(c.Label) != "" {
		return c.Label
	}
	return c.ID
}

func round(v float64, digits int) float64 {
	scale := math.Pow10(digits)
	return math.Round(v*scale) / scale
}
