package analyzer

import (
	"math"
	"slices"
)

// overlap is what the value sets of two columns say, without knowing which rows belong together.
type overlap struct {
	containment float64 // |A∩B| / min(|A|,|B|) over sampled hashes, or over the meanings of code lists
	chance      float64 // what two unrelated columns of these ranges would share
	rarity      float64 // mean inverse column frequency of the shared values, 0..1
	shared      int
	smaller     int  // size of the smaller set, as sampled
	coded       bool // the sets meet only through the meanings of their codes
	soft        bool // the sets meet only through words of their values
	known       bool
}

// measure is the containment beyond chance, discounted by how common the shared values are and how few.
func (o overlap) measure() float64 {
	if !o.known || o.shared == 0 {
		return 0
	}
	beyond := max(0, o.containment-o.chance) / max(1-o.chance, 1e-9)
	return beyond * o.rarity * (1 - math.Exp2(-float64(o.shared)/2))
}

// postings counts in how many columns each value occurs. Columns with many distinct values count one hash in 16.
type postings struct {
	columns int
	count   map[uint64]int32 // commonValue for those that columns of any kind hold
	rare    []float64        // rarity by count
}

const countedWhole = 512

const commonValue = -1

func newPostings(profiles []*Profile, common map[uint64]bool) *postings {
	p := &postings{count: map[uint64]int32{}}
	for h := range common {
		p.count[h] = commonValue
	}
	most := int32(2)
	for _, profile := range profiles {
		if profile == nil || len(profile.Hashes) == 0 {
			continue
		}
		p.columns++
		for _, h := range profile.Hashes {
			if len(profile.Hashes) <= countedWhole || h>>60 == 0 {
				if n := p.count[h]; n != commonValue {
					p.count[h] = n + 1
					most = max(most, n+1)
				}
			}
		}
	}
	p.rare = make([]float64, most+1)
	for n := range p.rare {
		p.rare[n] = min(1, math.Log(float64(p.columns+1)/float64(max(n, 2)))/math.Log(float64(p.columns+1)/2))
	}
	return p
}

const commonRarity = 0.15

// rarity is 1 for a value that only two columns hold and 0 for one that all hold. Values that columns of any kind hold, such
// as 是, yes and 1, are never rare.
func (p *postings) rarity(h uint64) (float64, bool) {
	n, ok := p.count[h]
	switch {
	case n == commonValue:
		return commonRarity, true
	case !ok || p.columns < 2:
		return 0, false
	}
	return p.rare[n], true
}

// compareValues measures the containment of the smaller value set in the greater.
func (p *postings) compareValues(a, b *Profile) overlap {
	if a == nil || b == nil || len(a.Hashes) == 0 || len(b.Hashes) == 0 {
		return overlap{}
	}
	shift := max(a.Shift, b.Shift)
	mask := uint64(1)<<shift - 1
	x, y := a.Hashes, b.Hashes
	o := overlap{known: true}
	var nx, ny, rated int
	var rare float64
	i, j := 0, 0
	for i < len(x) || j < len(y) {
		switch {
		case i < len(x) && x[i]&mask != 0:
			i++
		case j < len(y) && y[j]&mask != 0:
			j++
		case j == len(y) || i < len(x) && x[i] < y[j]:
			nx++
			i++
		case i == len(x) || y[j] < x[i]:
			ny++
			j++
		default:
			nx++
			ny++
			o.shared++
			if r, ok := p.rarity(x[i]); ok {
				rare += r
				rated++
			}
			i++
			j++
		}
	}
	o.smaller = min(nx, ny)
	if o.smaller == 0 {
		return overlap{}
	}
	o.containment = float64(o.shared) / float64(o.smaller)
	o.rarity = 0.8
	if rated > 0 {
		o.rarity = rare / float64(rated)
	}
	o.chance = chanceOverlap(a, b)
	return o
}

// chanceOverlap is the containment that two unrelated columns of whole numbers would show: the smaller set's share that
// lies in the other's range, times how densely the other fills its range.
func chanceOverlap(a, b *Profile) float64 {
	if !a.Numeric() || !b.Numeric() {
		return 0
	}
	if a.Distinct > b.Distinct {
		a, b = b, a
	}
	low, high := b.Quantiles[0], b.Quantiles[20]
	inside := 0
	for _, q := range a.Quantiles {
		if q >= low && q <= high {
			inside++
		}
	}
	span := high - low + 1
	if b.Shares[FormatDecimal] > 0.2 {
		span *= 100
	}
	return float64(inside) / 21 * min(1, float64(b.Distinct)/span)
}

// closedness says how much the absence of shared values means: columns that repeat few values should share them if they
// are the same, columns in which every row differs need not.
func closedness(a, b *Profile) float64 {
	repeat := func(p *Profile) float64 {
		filled := float64(p.Filled())
		if filled == 0 {
			return 0
		}
		return 1 - min(1, float64(p.Distinct)/filled)
	}
	size := min(1, float64(min(a.Filled(), b.Filled()))/50)
	return size * max(0.15, min(repeat(a), repeat(b)))
}

// similarFormat is the share of values whose formats agree, near relations counting in part.
func similarFormat(a, b *Profile) float64 {
	x, y := a.Shares, b.Shares
	total := 0.0
	for f := range formats {
		n := min(x[f], y[f])
		total += n
		x[f] -= n
		y[f] -= n
	}
	for _, near := range nearFormats {
		for _, d := range [][2]Format{{near.a, near.b}, {near.b, near.a}} {
			n := min(x[d[0]], y[d[1]])
			total += n * near.credit
			x[d[0]] -= n
			y[d[1]] -= n
		}
	}
	return min(1, total)
}

var nearFormats = []struct {
	a, b   Format
	credit float64
}{
	{FormatInteger, FormatDecimal, 0.9},
	{FormatDate, FormatDatetime, 0.85},
	{FormatText, FormatLongText, 0.8},
	{FormatInteger, FormatDivision, 0.7},
	{FormatCode, FormatInteger, 0.6},
	{FormatCode, FormatText, 0.7},
	{FormatCode, FormatDivision, 0.6},
	{FormatInteger, FormatPhone, 0.5},
	{FormatCode, FormatPhone, 0.5},
	{FormatTime, FormatDatetime, 0.4},
	{FormatResidentID, FormatCode, 0.4},
	{FormatResidentID, FormatInteger, 0.2},
	{FormatDate, FormatInteger, 0.3},
	{FormatURL, FormatText, 0.4},
	{FormatEmail, FormatText, 0.3},
	{FormatURL, FormatCode, 0.3},
	{FormatDate, FormatText, 0.2},
}

// similarDistribution compares how the values are distributed, whatever they are: quantiles of numbers, shapes, lengths,
// words and frequencies of texts. Reliable is below 1 where few distinct values make any two columns alike.
func similarDistribution(a, b *Profile, tokenRarity map[uint64]float64) (measure, reliable float64) {
	reliable = min(1, 0.25+0.15*float64(min(a.Distinct, b.Distinct)-1))
	if min(a.Filled(), b.Filled()) < 20 {
		reliable *= float64(min(a.Filled(), b.Filled())) / 20
	}
	if a.Numeric() != b.Numeric() {
		return 0.2 * similarFormat(a, b), reliable * 0.7
	}
	if a.Numeric() {
		return 1 - quantileDistance(a.Quantiles, b.Quantiles), reliable
	}
	shapes, total := 0.0, 0.0
	for s, n := range a.Shapes {
		shapes += exact(min(n, b.Shapes[s]))
	}
	length := math.Exp(-math.Abs(a.Length.Mean-b.Length.Mean) / (1 + a.Length.SD + b.Length.SD))
	chars := 1.0
	for c := range a.Chars {
		chars -= math.Abs(a.Chars[c]-b.Chars[c]) / 2
	}
	sum := 0.3*shapes + 0.2*length + 0.2*chars
	total = 0.7
	if len(a.Tokens) > 0 || len(b.Tokens) > 0 {
		sum += 0.3 * math.Sqrt(cosine(a.Tokens, b.Tokens, tokenRarity))
		total += 0.3
	}
	if a.Enumeration() && b.Enumeration() {
		sum += 0.3 * similarFrequencies(a, b)
		total += 0.3
	}
	return sum / total, reliable
}

// quantileDistance is the greatest difference between two distribution functions that are known by their quantiles
// (the Kolmogorov-Smirnov distance on a grid of 5 %), 0..1.
func quantileDistance(a, b []float64) float64 {
	below := func(q []float64, x float64) (lower, upper float64) {
		i, _ := slices.BinarySearch(q, x)
		j := i
		for j < len(q) && q[j] == x {
			j++
		}
		n := float64(len(q) - 1)
		return max(0, float64(i-1)/n), min(1, float64(j)/n)
	}
	worst := 0.0
	for _, points := range [][]float64{a, b} {
		for _, x := range points {
			al, au := below(a, x)
			bl, bu := below(b, x)
			// Each function is known only between its grid points; what the grid cannot tell apart is no difference.
			worst = max(worst, al-bu, bl-au)
		}
	}
	return worst
}

// exact rounds a summand to a multiple of 2^-40, so that sums under 2^12 do not depend on the order of a map.
func exact(v float64) float64 { return math.Round(v*(1<<40)) / (1 << 40) }

func cosine(a, b map[uint64]float64, rarity map[uint64]float64) float64 {
	var dot, x, y float64
	for t, n := range a {
		w := rarity[t]
		dot += exact(n * b[t] * w * w)
		x += exact(n * n * w * w)
	}
	for t, n := range b {
		w := rarity[t]
		y += exact(n * n * w * w)
	}
	if x == 0 || y == 0 {
		return 0
	}
	return dot / math.Sqrt(x*y)
}

// similarFrequencies compares how often values occur: by value where the values are shared, by rank otherwise.
func similarFrequencies(a, b *Profile) float64 {
	if len(a.Top) == 0 || len(b.Top) == 0 {
		return 0.5
	}
	x, y := float64(a.Filled()), float64(b.Filled())
	at := make(map[string]float64, len(b.Top))
	for _, v := range b.Top {
		at[v.Value] = float64(v.Count) / y
	}
	byValue, byRank := 0.0, 0.0
	for i, v := range a.Top {
		share := float64(v.Count) / x
		byValue += min(share, at[v.Value])
		if i < len(b.Top) {
			byRank += min(share, float64(b.Top[i].Count)/y)
		}
	}
	return max(byValue, byRank*0.7)
}
