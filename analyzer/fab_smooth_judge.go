package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// nearnesses are the chances, in honest data, of two submissions of one unit being as near as a near pair.
var nearnesses = [...]float64{0.01, 0.001, 0.0001}

// judge gives every unit its p: the smallest of three tests, paid for threefold, each held against what peers show. It is false
// where nothing can be learnt, or where all units are smooth by the form's nature.
func (s *smoothForm) judge() bool {
	var alike, line [][]float64
	var reach []float64
	for _, u := range s.units {
		one := make([]float64, len(u.alike))
		for i, d := range u.alike {
			one[i] = d.distance
		}
		alike = append(alike, one)
		reach = append(reach, stats.QuantileSorted(sorted(one), steadyQuantile))
		two := make([]float64, len(u.line))
		for i, d := range u.line {
			two[i] = d.distance
		}
		line = append(line, two)
	}
	// A steady unit is nearer in everything. Its distances are measured by its own.
	usual := stats.Median(reach)
	if usual < plannedReach {
		return false
	}
	for i, u := range s.units {
		steady := math.Min(1, reach[i]/usual)
		for j := range u.alike {
			u.alike[j].distance /= steady
			alike[i][j] /= steady
		}
		for j := range u.line {
			u.line[j].distance /= steady
			line[i][j] /= steady
		}
	}
	pairs, ok := stats.FitDistanceTail(alike, leastDistance)
	if !ok {
		return false
	}
	lines, straight := stats.FitDistanceTail(line, leastDistance)
	for _, u := range s.units {
		u.near, u.onLine = make([]bool, len(u.rows)), make([]bool, len(u.rows))
		u.pNear = u.judgeNear(pairs)
		u.pLine = 1
		if straight {
			u.pLine = u.judgeLine(lines)
		}
	}
	s.judgeFlat()
	s.combine()
	return true
}

// steadyQuantile of the distances of a unit's submissions tells how steady it is: even where it makes up most of them, the others
// are as far as ever.
const steadyQuantile = 0.8

// plannedReach is the distance, of about one where chance is at work, below which all units of a form are smooth: a plan by the
// month, a roll, a running total.
const plannedReach = 0.4

func sorted(xs []float64) []float64 {
	out := append([]float64(nil), xs...)
	slices.Sort(out)
	return out
}

// judgeNear looks for a submission that has more near ones than chance gives it, with the choice of the submission and of the
// nearness paid for.
func (u *smoothUnit) judgeNear(tail stats.DistanceTail) float64 {
	best, n := 1.0, len(u.rows)
	for _, chance := range nearnesses {
		bound := tail.Quantile(chance)
		degree := make([]int, n)
		for _, d := range u.alike {
			if d.distance <= bound {
				degree[d.a]++
				degree[d.b]++
			}
		}
		centre := 0
		for i := range degree {
			if degree[i] > degree[centre] {
				centre = i
			}
		}
		p := math.Min(1, stats.BinomialUpper(degree[centre], n-1, chance)*float64(n*len(nearnesses)))
		// Many submissions with one near partner each, as where those of a year before are scaled up.
		partnered := 0
		for i := range degree {
			if degree[i] > 0 {
				partnered++
			}
		}
		if partnered > 2 {
			p = math.Min(p, math.Min(1, stats.BinomialUpper(partnered/2, n/2, math.Min(1, chance*float64(n-1)))*float64(2*len(nearnesses))))
		}
		if p >= best || degree[centre] == 0 {
			continue
		}
		best = p
		for i := range u.near {
			u.near[i] = degree[i] > 0
		}
	}
	return best
}

// judgeLine looks for two submissions with more of those between them on their line than chance puts there, and for submissions
// on the line between their neighbours.
func (u *smoothUnit) judgeLine(tail stats.DistanceTail) float64 {
	best := 1.0
	n := len(u.rows)
	for _, chance := range nearnesses {
		bound := tail.Quantile(chance)
		var on []int
		from, spans, neighbours := -1, 0, 0
		flush := func(a, b int) {
			if a < 0 || len(on) == 0 {
				return
			}
			p := stats.BinomialUpper(len(on), b-a-1, chance) * float64(n*n/2*len(nearnesses))
			if p < best {
				best = p
				clear(u.onLine)
				for _, i := range on {
					u.onLine[i] = true
				}
			}
		}
		to := -1
		between := make([]bool, n)
		for _, d := range u.line {
			if d.a != from || d.b != to {
				flush(from, to)
				from, to, on = d.a, d.b, on[:0]
				spans++
			}
			if d.distance <= bound {
				on = append(on, d.mid)
				if d.b-d.a == 2 {
					between[d.mid] = true
					neighbours++
				}
			}
		}
		flush(from, to)
		if p := math.Min(1, stats.BinomialUpper(neighbours, n-2, chance)*float64(2*len(nearnesses))); p < best {
			best = p
			copy(u.onLine, between)
		}
	}
	return math.Min(1, best)
}

// judgeFlat holds the dispersion of every unit against that of the others.
func (s *smoothForm) judgeFlat() {
	levels := make([]float64, len(s.units))
	for i, u := range s.units {
		levels[i] = u.level
	}
	median, mad := stats.MedianMAD(levels)
	scale := math.Max(1.482602218505602*mad, math.Sqrt(2/float64(len(s.fields)*8)))
	for _, u := range s.units {
		u.pFlat = 1
		if z := (median - u.level) / scale; z > 0 {
			u.pFlat = stats.NormalTail(flatCaution * z)
		}
	}
}

// flatCaution shrinks the z of the dispersion: its distribution over honest units has heavier tails than the normal.
const flatCaution = 0.75

// combine takes the smallest p of a unit, and counts its smooth submissions.
func (s *smoothForm) combine() {
	near, line := make([]float64, len(s.units)), make([]float64, len(s.units))
	for i, u := range s.units {
		near[i], line[i] = u.pNear, u.pLine
	}
	near, line = stats.EmpiricalTail(near), stats.EmpiricalTail(line)
	for i, u := range s.units {
		u.pNear, u.pLine = near[i], line[i]
		flat := u.pFlat
		if u.poisson >= poissonFloor { // as steady as chance allows: not by itself a sign
			flat = math.Max(flat, 0.001)
		}
		u.p = math.Min(1, 3*math.Min(flat, math.Min(u.pNear, u.pLine)))
		for r := range u.rows {
			if u.near[r] && u.pNear < 0.05 || u.onLine[r] && u.pLine < 0.05 {
				u.smooth++
			}
		}
		if flat < 0.001 && flat < u.pNear && flat < u.pLine {
			u.smooth = len(u.rows)
		}
	}
}

// poissonFloor is the share of the variance of a Poisson variable below which figures vary less than independent events can.
const poissonFloor = 0.6

func (u *smoothUnit) share() float64 { return float64(u.smooth) / float64(len(u.rows)) }
