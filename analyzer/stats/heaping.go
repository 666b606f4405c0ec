package stats

import "math"

// TerminalDigits counts the last digits 0..9 of numbers given in units of their last place.
func TerminalDigits(units []uint64) []float64 {
	counts := make([]float64, 10)
	for _, u := range units {
		counts[u%10]++
	}
	return counts
}

// Heaping is the share of numbers that end in 0 or 5 against a baseline.
type Heaping struct {
	N         int
	Share     float64 // 0..1
	Low, High float64 // 95 % Wilson interval of the share
	P         float64 // two-sided binomial mid-p: too few round numbers betray invention as too many betray rounding
}

// HeapingShare measures the counts of the last digits 0..9 against a baseline share, 0.2 where nothing better is known.
func HeapingShare(lastDigits []float64, baseline float64) Heaping {
	n, k := int(sum(lastDigits)), int(lastDigits[0]+lastDigits[5])
	if n == 0 {
		return Heaping{Share: math.NaN(), High: 1, P: math.NaN()}
	}
	low, high := Wilson(k, n, 0.95)
	return Heaping{N: n, Share: float64(k) / float64(n), Low: low, High: high, P: BinomialTwoSidedMidP(k, n, baseline)}
}

// WhippleIndex measures age heaping at ages ending in 0 or 5 from a population by single year of age, the index being
// the age: 5 times the population at the multiples of five from 25 to 60 over the population aged 23 to 62 (Spoorenberg
// & Dutreuilh 2007). 1 is no heaping, 5 all of it; the United Nations call up to 1.05 highly accurate, to 1.10 fairly
// accurate, to 1.25 approximate, to 1.75 rough and beyond very rough. NaN for ages that do not reach 62.
func WhippleIndex(population []float64) float64 {
	if len(population) < 63 {
		return math.NaN()
	}
	var heaped float64
	for age := 25; age <= 60; age += 5 {
		heaped += population[age]
	}
	return 5 * heaped / sum(population[23:63])
}

// MyersIndex is Myers' blended index of digit preference over the ages from..to, which must span a multiple of ten
// years (10 to 89 is customary): half the sum of the absolute deviations of the ten blended shares from 10 %, so 0 for
// none and 90 where all ages end in one digit. Blending weighs each digit's sum from every starting digit, so that the
// natural decline with age does not look like preference (Myers 1940). Shares are of the digits 0..9, in per cent. NaN
// for a range that does not fit.
func MyersIndex(population []float64, from, to int) (index float64, shares [10]float64) {
	if from < 0 || to < from+19 || (to-from+1)%10 != 0 || to >= len(population) {
		return math.NaN(), shares
	}
	var blended [10]float64
	for offset := range 10 {
		digit := (from + offset) % 10
		var all, later float64
		for age := from + offset; age <= to; age += 10 {
			all += population[age]
			if age >= from+10 {
				later += population[age]
			}
		}
		blended[digit] = float64(offset+1)*all + float64(9-offset)*later
	}
	total := sum(blended[:])
	for d, b := range blended {
		shares[d] = 100 * b / total
		index += math.Abs(shares[d]-10) / 2
	}
	return index, shares
}
