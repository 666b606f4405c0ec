package analyzer

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// ratio is b/a of one subject, with what is needed to judge its rounding.
type ratio struct {
	a, b         float64
	textA, textB string
}

func (r ratio) value() float64 { return r.b / r.a }

const (
	ratiosMin   = 8 // subjects with two numbers needed for a factor
	factorShare = 0.95
	// Distinct values on either side that a factor must hold for: all 1 against all 2 is none, and card numbers of one bank
	// are no multiple of a constant.
	factorKinds = 5
)

// factor looks for b = k a with one k other than 1, as between 元 and 万元: the median ratio, if it holds for nearly all
// subjects within the rounding that the digits of both sides allow.
func (al *Alignment) factor(d *dictionary, a, b []uint32) {
	ratios := make([]ratio, 0, len(a))
	for i := range a {
		x, y := d.numbers[a[i]], d.numbers[b[i]]
		if x != 0 && y != 0 && !math.IsNaN(x) && !math.IsNaN(y) {
			ratios = append(ratios, ratio{x, y, d.values[a[i]], d.values[b[i]]})
		}
	}
	if len(ratios) < ratiosMin || len(ratios)*2 < int(al.N) || !steady(ratios) {
		return
	}
	k := medianRatio(ratios)
	if k <= 0 || math.Abs(k-1) < 1e-9 {
		return
	}
	held := 0
	kindsA, kindsB := map[float64]bool{}, map[float64]bool{}
	for _, r := range ratios {
		if math.Abs(k*r.a-r.b) <= halfUnit(r.textB, k < 1)+k*halfUnit(r.textA, k > 1)+1e-9*math.Abs(r.b) {
			held++
			kindsA[r.a], kindsB[r.b] = true, true
		}
	}
	if share := float64(held) / float64(len(ratios)); share >= factorShare && min(len(kindsA), len(kindsB)) >= factorKinds {
		al.Factor, al.Share = k, share
	}
}

// steady is a quick look at a few ratios: where fewer than half of them lie near their median there is no factor, however
// the values are rounded.
func steady(ratios []ratio) bool {
	few := make([]float64, 0, 31)
	for _, r := range ratios[:min(len(ratios), 31)] {
		few = append(few, r.value())
	}
	slices.Sort(few)
	median, near := few[len(few)/2], 0
	for _, v := range few {
		if math.Abs(v-median) <= 0.2*math.Abs(median) {
			near++
		}
	}
	return near*2 >= len(few)
}

// medianRatio prefers the exact factor of known units near the observed median, for rounded values blur it.
func medianRatio(ratios []ratio) float64 {
	// The more digits, the less rounding blurs a ratio, so the median is taken over the half with most digits.
	ordered := slices.Clone(ratios)
	slices.SortFunc(ordered, func(x, y ratio) int {
		if d := len(y.textA) + len(y.textB) - len(x.textA) - len(x.textB); d != 0 {
			return d
		}
		if d := cmp.Compare(x.a, y.a); d != 0 {
			return d
		}
		return cmp.Compare(x.b, y.b)
	})
	half := make([]float64, 0, len(ordered)/2+1)
	for _, r := range ordered[:len(ordered)/2+1] {
		half = append(half, r.value())
	}
	slices.Sort(half)
	k := half[len(half)/2]
	for _, exact := range []float64{1e8, 1e4, 2000, 1500, 1000, 2000.0 / 3, 100, 60, 24, 15, 12, 10, 2} {
		for _, f := range []float64{exact, 1 / exact} {
			if math.Abs(k/f-1) < 0.02 {
				return f
			}
		}
	}
	return k
}

// halfUnit is half a unit of the last digit that is written. Whole numbers are taken as exact, unless they are the coarser
// side and large enough that rounding them leaves something to compare.
func halfUnit(s string, coarser bool) float64 {
	if i := strings.IndexByte(s, '.'); i >= 0 {
		return 0.5 * math.Pow10(-(len(s) - i - 1))
	}
	if coarser && len(strings.TrimPrefix(s, "-")) >= 2 {
		return 0.5
	}
	return 0
}
