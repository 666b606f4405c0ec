package analyzer

import "math"

// mostSingles is how many numeric fields of a form with one record a unit are looked at, those filled most.
const mostSingles = 24

// singles describes units with one record each: the figures themselves, as logarithms where all are positive, and the ratios of
// every two, which tell what level and size do not: the spread beside the mean, the high beside the low.
func (t *recordTable) singles(numeric []column) []feature {
	var out []feature
	add := func(kind string, log bool, fields []string, of func(numbers [][]float64) float64) {
		f := feature{kind: kind, fields: fields, log: log, values: make([]float64, len(t.units))}
		known := 0
		for i := range t.units {
			f.values[i] = of(t.units[i].numbers)
			if math.IsNaN(f.values[i]) || math.IsInf(f.values[i], 0) {
				f.values[i] = math.NaN()
				continue
			}
			known++
		}
		if f.scale = unitSpread(f.values); float64(known) >= leastFeatured*float64(len(t.units)) && f.scale > 0 {
			out = append(out, f)
		}
	}
	positive := make([]bool, len(numeric))
	for i, c := range numeric {
		positive[i] = true
		for u := range t.units {
			if x := t.units[u].numbers[c.at]; len(x) > 0 && x[0] <= 0 {
				positive[i] = false
			}
		}
		add("figure", positive[i], []string{c.id}, func(numbers [][]float64) float64 {
			if positive[i] {
				return math.Log(numbers[c.at][0])
			}
			return math.Asinh(numbers[c.at][0])
		})
	}
	for i, a := range numeric {
		for j, b := range numeric[:i] {
			if positive[i] && positive[j] {
				add("ratio", true, []string{b.id, a.id}, func(numbers [][]float64) float64 {
					return math.Log(numbers[b.at][0] / numbers[a.at][0])
				})
			}
		}
	}
	return out
}
