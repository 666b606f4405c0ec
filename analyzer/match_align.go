package analyzer

import (
	"math"
	"slices"
	"strconv"
	"strings"
)

// Alignment is what rows that speak of the same subject (or unit and period) say about two columns. It can be computed
// from values by AlignValues, or filled from aggregates of the store.
type Alignment struct {
	N        uint64  `json:"n"`        // subjects with both columns filled
	Agree    float64 `json:"agree"`    // share of them with equal canonical values
	Baseline float64 `json:"baseline"` // the same after the subjects of one side are permuted (its expectation)
	// Near is the mean likeness of the two values, 0..1, where spelling or rounding differs, and NearBaseline its mean
	// between different subjects; zero when not measured.
	Near         float64 `json:"near,omitempty"`
	NearBaseline float64 `json:"near_baseline,omitempty"`
	// Forward and Backward are Theil's U of b given a and of a given b, 0..1; zero when not computed.
	Forward  float64           `json:"u_forward,omitempty"`
	Backward float64           `json:"u_backward,omitempty"`
	Mapping  map[string]string `json:"-"`                      // a's value to b's, where Forward is high
	Factor   float64           `json:"factor,omitempty"`       // b = Factor * a for FactorShare of the subjects; 0: none
	Share    float64           `json:"factor_share,omitempty"` // share of subjects for which the factor holds
	Distinct [2]int            `json:"-"`                      // distinct values of a and b among the subjects
}

const (
	recodeU        = 0.9 // Theil's U from which a code mapping is accepted (METHODS 1.6)
	recodeN        = 50  // subjects needed for a code mapping
	recodeEach     = 10  // subjects per value needed for a code mapping
	categoriesMost = 64  // more distinct values than these are no code list
)

// Kappa is the agreement beyond the permuted baseline, as a share of what is possible; 0 where the baseline leaves nothing
// to show (a constant agrees with itself whatever the subject). Nearness counts a tenth less than agreement.
func (al *Alignment) Kappa() float64 {
	return max(beyond(al.Agree, al.Baseline), 0.9*beyond(al.Near, al.NearBaseline))
}

// recoded says that each side's values follow from the other's, one to one.
func (al *Alignment) recoded() bool {
	return al != nil && al.N >= recodeN && al.Forward >= recodeU && al.Backward >= recodeU && al.Agree < 0.5
}

// scaled says that one side is a constant multiple of the other.
func (al *Alignment) scaled() bool { return al != nil && al.Factor != 0 && al.Share >= 0.95 }

func beyond(observed, baseline float64) float64 {
	if baseline >= 0.999 {
		return 0
	}
	return (observed - baseline) / (1 - baseline)
}

// nearness is the mean likeness of values of the same subject and of different subjects: numbers by their relative
// difference, texts by their bigrams.
func nearness(a, b []string) (same, different float64) {
	n := len(a)
	if n == 0 {
		return 0, 0
	}
	grams := func(values []string) [][]gram {
		out := make([][]gram, n)
		for i, v := range values {
			out[i] = bigramsOf(v)
		}
		return out
	}
	x, y := grams(a), grams(b)
	like := func(i, j int) float64 {
		if a[i] == b[j] {
			return 1
		}
		u, errU := strconv.ParseFloat(a[i], 64)
		v, errV := strconv.ParseFloat(b[j], 64)
		if errU == nil && errV == nil {
			return max(0, 1-10*math.Abs(u-v)/max(math.Abs(u), math.Abs(v)))
		}
		// What shares few bigrams shares nothing.
		return max(0, 2*dice(x[i], y[j])-1)
	}
	for i := range n {
		same += like(i, i)
		different += (like(i, (i+n/3+1)%n) + like(i, (i+n/2+1)%n)) / 2
	}
	return same / float64(n), different / float64(n)
}

// AlignValues compares values of the same length, position by position; empty values are left out. Values are canonicalised
// first.
func AlignValues(a, b []string) Alignment {
	n := min(len(a), len(b))
	x, y := make([]string, n), make([]string, n)
	for i := range n {
		x[i], _ = Canonical(a[i])
		y[i], _ = Canonical(b[i])
	}
	return alignCanonical(x, y)
}

func alignCanonical(a, b []string) Alignment {
	var al Alignment
	ca, cb := map[string]int{}, map[string]int{}
	pairs := map[[2]string]int{}
	agree := 0
	for i := range a {
		if a[i] == "" || b[i] == "" {
			continue
		}
		al.N++
		if a[i] == b[i] {
			agree++
		}
		ca[a[i]]++
		cb[b[i]]++
		pairs[[2]string{a[i], b[i]}]++
	}
	if al.N == 0 {
		return al
	}
	n := float64(al.N)
	al.Distinct = [2]int{len(ca), len(cb)}
	al.Agree = float64(agree) / n
	// The expectation over all permutations of the subjects has a closed form: sum of p_a(v) p_b(v).
	for v, count := range ca {
		al.Baseline += float64(count) / n * float64(cb[v]) / n
	}
	if least := min(len(ca), len(cb)); least > 1 && max(len(ca), len(cb)) <= categoriesMost && al.N >= uint64(max(recodeN, recodeEach*least)) {
		al.Forward, al.Backward = theilsU(pairs, ca, cb, n)
		if al.Forward >= recodeU {
			al.Mapping = majority(pairs)
		}
	}
	al.factor(a, b)
	return al
}

// theilsU is the uncertainty coefficient (Theil 1970): the share of the entropy of b that a explains, and of a that b does.
func theilsU(pairs map[[2]string]int, ca, cb map[string]int, n float64) (forward, backward float64) {
	entropy := func(counts map[string]int) float64 {
		h := 0.0
		for _, k := range sortedKeys(counts) {
			p := float64(counts[k]) / n
			h -= p * math.Log(p)
		}
		return h
	}
	joint := make([]int, 0, len(pairs))
	for _, count := range pairs {
		joint = append(joint, count)
	}
	slices.Sort(joint)
	hab := 0.0
	for _, count := range joint {
		p := float64(count) / n
		hab -= p * math.Log(p)
	}
	ha, hb := entropy(ca), entropy(cb)
	mutual := ha + hb - hab
	// 2 n I is distributed as chi-squared when the columns are independent: what chance alone can show counts as nothing.
	freedom := float64((len(ca) - 1) * (len(cb) - 1))
	if 2*n*mutual < freedom+5*math.Sqrt(2*freedom)+15 {
		return 0, 0
	}
	return clamp01(mutual / hb), clamp01(mutual / ha)
}

func clamp01(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(1, max(0, v))
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// majority maps every value of a to the value of b that most often goes with it.
func majority(pairs map[[2]string]int) map[string]string {
	best := map[string]int{}
	mapping := map[string]string{}
	for p, count := range pairs {
		if old := best[p[0]]; count > old || count == old && p[1] < mapping[p[0]] {
			best[p[0]], mapping[p[0]] = count, p[1]
		}
	}
	return mapping
}

// factor looks for b = k a with one k other than 1, as between 元 and 万元: the median ratio, if it holds for nearly all
// subjects within the rounding that the digits of both sides allow.
func (al *Alignment) factor(a, b []string) {
	var ratios []float64
	var xs, ys []string
	for i := range a {
		if a[i] == "" || b[i] == "" || a[i] == "0" || b[i] == "0" {
			continue
		}
		x, errX := strconv.ParseFloat(a[i], 64)
		y, errY := strconv.ParseFloat(b[i], 64)
		if errX != nil || errY != nil || x == 0 {
			continue
		}
		ratios = append(ratios, y/x)
		xs, ys = append(xs, a[i]), append(ys, b[i])
	}
	if len(ratios) < 8 || len(ratios)*2 < int(al.N) {
		return
	}
	k := medianRatio(ratios, xs, ys)
	if k <= 0 || math.Abs(k-1) < 1e-9 {
		return
	}
	held := 0
	values := map[string]bool{}
	for i := range xs {
		x, _ := strconv.ParseFloat(xs[i], 64)
		y, _ := strconv.ParseFloat(ys[i], 64)
		if math.Abs(k*x-y) <= halfUnit(ys[i])+k*halfUnit(xs[i])+1e-9*math.Abs(y) {
			held++
			values[xs[i]] = true
		}
	}
	share := float64(held) / float64(len(ratios))
	// A handful of distinct values fit a factor by chance (all 1 against all 2).
	if share >= 0.95 && len(values) >= 5 {
		al.Factor, al.Share = k, share
	}
}

// medianRatio prefers the exact factor of known units near the observed median, for rounded values blur it.
func medianRatio(ratios []float64, xs, ys []string) float64 {
	// The ratio of the greatest values is the least blurred by rounding, so the median is taken over the larger half.
	order := make([]int, len(ratios))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int {
		if d := len(xs[j]) + len(ys[j]) - len(xs[i]) - len(ys[i]); d != 0 {
			return d
		}
		return strings.Compare(xs[i], xs[j])
	})
	half := make([]float64, 0, len(order)/2+1)
	for _, i := range order[:len(order)/2+1] {
		half = append(half, ratios[i])
	}
	slices.Sort(half)
	k := half[len(half)/2]
	for _, exact := range []float64{
		10000, 0.0001, 1000, 0.001, 100, 0.01, 10, 0.1, 15, 1.0 / 15, 2, 0.5, 12, 1.0 / 12, 1e8, 1e-8, 666.6666667,
		0.0015, 1500, 1 / 1500.0, 2000, 0.0005, 24, 1 / 24.0, 60, 1 / 60.0,
	} {
		if math.Abs(k/exact-1) < 0.02 {
			return exact
		}
	}
	return k
}

// halfUnit is half a unit of the last digit that is written.
func halfUnit(s string) float64 {
	if i := strings.IndexByte(s, '.'); i >= 0 {
		return 0.5 * math.Pow10(-(len(s) - i - 1))
	}
	return 0
}
