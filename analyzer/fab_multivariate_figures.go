package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// leastFigures is how many numbers a figure of a unit needs.
const leastFigures = 8

// present are the numbers of a column.
func present(xs []float64) []float64 {
	out := make([]float64, 0, len(xs))
	for _, x := range xs {
		if !math.IsNaN(x) && !math.IsInf(x, 0) {
			out = append(out, x)
		}
	}
	return out
}

// deviation is the standard deviation; NaN for fewer than leastFigures numbers or none that differ.
func deviation(xs []float64) float64 {
	_, sd := meanDeviation(present(xs))
	return sd
}

// spread is the logarithm of the standard deviation; where all numbers are equal, of a thousandth of their size.
func spread(xs []float64) float64 {
	all := present(xs)
	if len(all) < leastFigures {
		return math.NaN()
	}
	_, sd := moments(all)
	return math.Log(math.Max(sd, 1e-3*math.Max(math.Abs(all[0]), 1e-3)))
}

func meanDeviation(xs []float64) (mean, sd float64) {
	if len(xs) < 2 {
		return math.NaN(), math.NaN()
	}
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		sd += (x - mean) * (x - mean)
	}
	if sd == 0 || len(xs) < leastFigures {
		return mean, math.NaN()
	}
	return mean, math.Sqrt(sd / float64(len(xs)-1))
}

// pearson is the correlation of two columns over the records that have both.
func pearson(a, b []float64) float64 {
	var x, y []float64
	for i := range a {
		if s := a[i] + b[i]; !math.IsNaN(s) && !math.IsInf(s, 0) {
			x, y = append(x, a[i]), append(y, b[i])
		}
	}
	mx, sx := meanDeviation(x)
	my, sy := meanDeviation(y)
	r := 0.0
	for i := range x {
		r += (x[i] - mx) * (y[i] - my)
	}
	return r / (sx * sy * float64(len(x)-1))
}

// fisherZ makes the sampling variance of a correlation independent of it; held within ±0.999.
func fisherZ(r float64) float64 { return math.Atanh(math.Max(-0.999, math.Min(0.999, r))) }

// pairedDifference is the standardised mean difference of two columns of the same records: the effect size of a condition that
// everybody goes through (Cohen's d_z), on the scale of asinh, which is linear near zero.
func pairedDifference(a, b []float64) float64 {
	d := make([]float64, len(a))
	for i := range a {
		d[i] = a[i] - b[i]
	}
	mean, sd := meanDeviation(present(d))
	return math.Asinh(mean / sd)
}

// groups splits a column by the two most frequent codes.
func groups(xs []float64, codes, levels []string) (a, b []float64) {
	for i, x := range xs {
		switch {
		case math.IsNaN(x) || math.IsInf(x, 0):
		case codes[i] == levels[0]:
			a = append(a, x)
		case codes[i] == levels[1]:
			b = append(b, x)
		}
	}
	return a, b
}

// groupDifference is the standardised mean difference between the two most frequent groups (Cohen's d with the pooled standard
// deviation), on the scale of asinh. Which group is larger depends on the form, not on the unit: levels are ordered by name.
func groupDifference(xs []float64, codes, levels []string) float64 {
	a, b := groups(xs, codes, ordered(levels))
	if len(a) < leastInGroup || len(b) < leastInGroup {
		return math.NaN()
	}
	ma, sa := moments(a)
	mb, sb := moments(b)
	pooled := math.Sqrt((float64(len(a)-1)*sa*sa + float64(len(b)-1)*sb*sb) / float64(len(a)+len(b)-2))
	return math.Asinh((ma - mb) / pooled)
}

// groupSpread is the logarithm of the ratio of the standard deviations of the two most frequent groups.
func groupSpread(xs []float64, codes, levels []string) float64 {
	a, b := groups(xs, codes, ordered(levels))
	if len(a) < leastInGroup || len(b) < leastInGroup {
		return math.NaN()
	}
	_, sa := moments(a)
	_, sb := moments(b)
	return math.Log(sa / sb)
}

func moments(xs []float64) (mean, sd float64) {
	for _, x := range xs {
		mean += x / float64(len(xs))
	}
	for _, x := range xs {
		sd += (x - mean) * (x - mean)
	}
	return mean, math.Sqrt(sd / float64(len(xs)-1))
}

func ordered(levels []string) []string {
	out := slices.Clone(levels[:2])
	slices.Sort(out)
	return out
}

// angle is the arcsine of the root of a share, whose sampling variance is 1/4n at every share.
func angle(share float64) float64 { return math.Asin(math.Sqrt(share)) }

func shareWhere(xs []float64, is func(float64) bool) float64 {
	k, n := 0, 0
	for _, x := range xs {
		if math.IsNaN(x) {
			continue
		}
		n++
		if is(x) {
			k++
		}
	}
	if n < leastFigures {
		return math.NaN()
	}
	return float64(k) / float64(n)
}

func shareOfCode(codes []string, level string) float64 {
	k, n := 0, 0
	for _, c := range codes {
		if c != "" {
			n++
		}
		if c == level {
			k++
		}
	}
	if n < leastFigures {
		return math.NaN()
	}
	return float64(k) / float64(n)
}

// repeats is the root of the share of pairs of records with the same number, which does not depend on how many records there are.
func repeats(xs []float64) float64 {
	counts := map[float64]int{}
	n := 0
	for _, x := range xs {
		if !math.IsNaN(x) {
			counts[x]++
			n++
		}
	}
	if n < leastFigures {
		return math.NaN()
	}
	pairs := 0
	for _, k := range counts {
		pairs += k * (k - 1)
	}
	return math.Sqrt(float64(pairs) / float64(n*(n-1)))
}

// digitUnevenness is chi-square of the last digits beyond its expectation, a number: zero on average where digits are even.
func digitUnevenness(xs []float64, scale float64) float64 {
	var counts [10]float64
	n := 0.0
	for _, x := range xs {
		if v := math.Round(math.Abs(x) * scale); v >= 10 && v < 1e15 {
			counts[int(math.Mod(v, 10))]++
			n++
		}
	}
	if n < 2*leastFigures {
		return math.NaN()
	}
	return (stats.GoodnessOfFit(counts[:], stats.Uniform(10)).Statistic - 9) / n
}

func codeEntropy(codes []string) float64 {
	counts := map[string]float64{}
	n := 0.0
	for _, c := range codes {
		if c != "" {
			counts[c]++
			n++
		}
	}
	if n < leastFigures {
		return math.NaN()
	}
	var parts []float64
	for _, k := range counts {
		parts = append(parts, -k/n*math.Log(k/n))
	}
	slices.Sort(parts) // sums of fractions depend on their order
	h := 0.0
	for _, p := range parts {
		h += p
	}
	return h
}

// cramersV is the association of two coded columns over the records that have both, without what chance adds.
func cramersV(a, levelsB, b, levelsA []string) float64 {
	table := make([][]float64, len(levelsA))
	for i := range table {
		table[i] = make([]float64, len(levelsB))
	}
	n := 0.0
	for r := range a {
		i, j := slices.Index(levelsA, a[r]), slices.Index(levelsB, b[r])
		if i >= 0 && j >= 0 {
			table[i][j]++
			n++
		}
	}
	if n < leastFigures {
		return math.NaN()
	}
	x := stats.Independence(table)
	if x.DF == 0 {
		return math.NaN()
	}
	return math.Sqrt(math.Max(0, x.Statistic-float64(x.DF)) / n / float64(min(len(levelsA), len(levelsB))-1))
}
