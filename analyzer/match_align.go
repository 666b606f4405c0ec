package analyzer

import (
	"math"
	"slices"
	"strconv"
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
	Factor   float64           `json:"factor,omitempty"`       // b = Factor * a for Share of the subjects; 0: none
	Share    float64           `json:"factor_share,omitempty"` // share of subjects for which the factor holds
	// Recoded is the share of subjects whose two values differ as Mapping says, where only some codes differ.
	Recoded float64 `json:"recoded,omitempty"`
	// Rest is how many subjects have another value than the commonest one, on the side where that is more common.
	Rest uint64 `json:"-"`
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

// recoded says that each side's values follow from the other's, one to one, and that they are not the same values.
func (al *Alignment) recoded() bool {
	return al != nil && al.N >= recodeN && al.Forward >= recodeU && al.Backward >= recodeU &&
		(al.Agree < 0.5 || al.Recoded*float64(al.N) >= recodeEach && al.Recoded >= 0.02)
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
	d := newDictionary()
	n := min(len(a), len(b))
	x, y := make([]uint32, n), make([]uint32, n)
	for i := range n {
		u, _ := Canonical(a[i])
		v, _ := Canonical(b[i])
		x[i], y[i] = d.code(u), d.code(v)
	}
	return d.align(x, y)
}

// dictionary numbers canonical values, so that columns are compared by numbers. 0 is the empty value.
type dictionary struct {
	codes   map[string]uint32
	values  []string
	numbers []float64 // NaN for what is no number
}

func newDictionary() *dictionary {
	return &dictionary{codes: map[string]uint32{"": 0}, values: []string{""}, numbers: []float64{math.NaN()}}
}

func (d *dictionary) code(value string) uint32 {
	code, ok := d.codes[value]
	if !ok {
		code = uint32(len(d.values))
		d.codes[value] = code
		number, err := strconv.ParseFloat(value, 64)
		if err != nil || math.IsInf(number, 0) {
			number = math.NaN()
		}
		d.values, d.numbers = append(d.values, value), append(d.numbers, number)
	}
	return code
}

func (d *dictionary) align(a, b []uint32) Alignment {
	var al Alignment
	ca, cb := map[uint32]int{}, map[uint32]int{}
	agree := 0
	for i := range a {
		if a[i] == 0 || b[i] == 0 {
			continue
		}
		al.N++
		if a[i] == b[i] {
			agree++
		}
		ca[a[i]]++
		cb[b[i]]++
	}
	if al.N == 0 {
		return al
	}
	n := float64(al.N)
	al.Agree = float64(agree) / n
	// The expectation over all permutations of the subjects has a closed form: sum of p_a(v) p_b(v).
	expected := 0
	for v, count := range ca {
		expected += count * cb[v]
	}
	al.Baseline = float64(expected) / (n * n)
	al.Rest = al.N - uint64(max(mostFrequent(ca), mostFrequent(cb)))
	if least := min(len(ca), len(cb)); least > 1 && max(len(ca), len(cb)) <= categoriesMost && al.N >= uint64(max(recodeN, recodeEach*least)) {
		pairs := map[[2]uint32]int{}
		for i := range a {
			if a[i] != 0 && b[i] != 0 {
				pairs[[2]uint32{a[i], b[i]}]++
			}
		}
		al.Forward, al.Backward = theilsU(pairs, ca, cb, n)
		if al.Forward >= recodeU {
			al.Mapping = d.majority(pairs)
		}
		if al.Agree >= 0.5 && al.Forward >= recodeU && al.Backward >= recodeU {
			al.Recoded = d.recodedShare(pairs, ca, cb) / n
		}
	}
	al.factor(d, a, b)
	return al
}

func mostFrequent(counts map[uint32]int) int {
	most := 0
	for _, n := range counts {
		most = max(most, n)
	}
	return most
}

// recodedShare counts the subjects whose values differ and nearly always go together, either way.
func (d *dictionary) recodedShare(pairs map[[2]uint32]int, ca, cb map[uint32]int) float64 {
	n := 0
	for p, count := range pairs {
		if p[0] != p[1] && count >= recodeEach && float64(count) >= recodeU*float64(max(ca[p[0]], cb[p[1]])) {
			n += count
		}
	}
	return float64(n)
}

// theilsU is the uncertainty coefficient (Theil 1970): the share of the entropy of b that a explains, and of a that b does.
func theilsU(pairs map[[2]uint32]int, ca, cb map[uint32]int, n float64) (forward, backward float64) {
	ha, hb, hab := entropy(ca, n), entropy(cb, n), entropy(pairs, n)
	mutual := ha + hb - hab
	// 2 n I is distributed as chi-squared when the columns are independent: what chance alone can show counts as nothing.
	freedom := float64((len(ca) - 1) * (len(cb) - 1))
	if 2*n*mutual < freedom+5*math.Sqrt(2*freedom)+15 {
		return 0, 0
	}
	return clamp01(mutual / hb), clamp01(mutual / ha)
}

// entropy adds the greatest counts first, so that its last digit does not depend on the order of a map.
func entropy[K comparable](counts map[K]int, n float64) float64 {
	sorted := make([]int, 0, len(counts))
	for _, count := range counts {
		sorted = append(sorted, count)
	}
	slices.Sort(sorted)
	h := 0.0
	for _, count := range slices.Backward(sorted) {
		p := float64(count) / n
		h -= p * math.Log(p)
	}
	return h
}

func clamp01(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return min(1, max(0, v))
}

// majority maps every value of a to the value of b that most often goes with it.
func (d *dictionary) majority(pairs map[[2]uint32]int) map[string]string {
	best := map[string]int{}
	mapping := map[string]string{}
	for p, count := range pairs {
		from, to := d.values[p[0]], d.values[p[1]]
		if old := best[from]; count > old || count == old && to < mapping[from] {
			best[from], mapping[from] = count, to
		}
	}
	return mapping
}
