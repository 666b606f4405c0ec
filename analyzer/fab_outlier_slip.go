package analyzer

import (
	"math"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// findSlips looks for single figures that look mistyped: far outside the unit's own figures (modified z of Iglewicz and Hoaglin on
// deseasonalised logarithms), alone in their submission and in their field, and right again when a decimal point is moved, 元 are
// read as 万元, or two digits change places.
func (u *outlierUnit) findSlips(limits map[string]float64) {
	p := u.form.p
	for i, f := range u.form.fields {
		x := &p.fields[f]
		var logs []float64
		var rows []int
		for _, r := range u.rows {
			v := p.value(r.row, f) * x.scale
			if mean := u.level[i] * x.season[r.period]; v > 0 && mean >= leastLevel {
				logs, rows = append(logs, math.Log(v/mean)), append(rows, r.row)
			}
		}
		if len(logs) < leastLeaps {
			continue
		}
		z := stats.ModifiedZ(logs)
		far := -1
		for j := range z {
			// Small counts fall far below the usual by themselves: that way twice as much is asked for.
			if z[j] > limits["slip_z"] || -z[j] > 2*limits["slip_z"] {
				if far >= 0 {
					far = -2
					break
				}
				far = j
			}
		}
		if far < 0 {
			continue
		}
		v := p.value(rows[far], f) * x.scale
		spread := math.Abs(logs[far]) / math.Abs(z[far]) // one robust standard deviation of the unit's logarithms
		if kind := slipKind(v, v/math.Exp(logs[far]), 2.5*spread); kind != "" {
			u.slips = append(u.slips, slip{row: rows[far], field: f, usual: v / math.Exp(logs[far]), kind: kind, z: z[far]})
		}
	}
	// Whole submissions that leap are no slips of the pen.
	count := map[int]int{}
	for _, s := range u.slips {
		count[s.row]++
	}
	u.slips = slices.DeleteFunc(u.slips, func(s slip) bool { return count[s.row] > max(1, len(u.form.fields)/4) })
}

// slipKind says which slip makes a figure out of one near the usual, within a number of logarithms; empty for none.
func slipKind(value, usual, within float64) string {
	within = math.Min(within, math.Log(2))
	off := math.Log(value / usual)
	for _, c := range []struct {
		kind  string
		times float64
	}{{"decimal", 10}, {"decimal", 100}, {"wan", 10_000}, {"decimal", 1000}} {
		if math.Abs(math.Abs(off)-math.Log(c.times)) <= within {
			return c.kind
		}
	}
	if value >= 10 && value < 1e12 && value == math.Trunc(value) && math.Abs(off) > math.Log(2) {
		digits := []byte(strconv.FormatFloat(value, 'f', 0, 64))
		for i := range digits[:len(digits)-1] {
			swapped := slices.Clone(digits)
			swapped[i], swapped[i+1] = swapped[i+1], swapped[i]
			if other, err := strconv.ParseFloat(string(swapped), 64); err == nil && other > 0 && swapped[0] != '0' && math.Abs(math.Log(other/usual)) <= within/2 {
				return "digits"
			}
		}
	}
	return ""
}
