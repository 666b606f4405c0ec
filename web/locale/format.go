package locale

import (
	"math"
	"strconv"
	"strings"
)

// Absent stands where a number or text is missing.
const Absent = "—"

// minus is the typographic sign, as wide as a plus.
const minus = "−"

// Number writes a number as people read it: thousands separators, and no more digits than carry meaning (three
// significant ones below 1, two decimals below 100, one above). NaN and infinities are Absent.
func Number(x float64) string {
	switch a := math.Abs(x); {
	case math.IsNaN(x), math.IsInf(x, 0):
		return Absent
	case x < 0:
		return minus + Number(-x)
	case x == math.Trunc(x) && a < 1e15:
		return group(strconv.FormatFloat(x, 'f', 0, 64))
	case a < 1e-4:
		return strconv.FormatFloat(x, 'e', 1, 64)
	case a < 1:
		decimals := 2 - int(math.Floor(math.Log10(a)))
		return trimZeros(strconv.FormatFloat(x, 'f', decimals, 64))
	case a < 100:
		return trimZeros(strconv.FormatFloat(x, 'f', 2, 64))
	default:
		return group(trimZeros(strconv.FormatFloat(x, 'f', 1, 64)))
	}
}

// Fixed writes a number with a fixed count of decimals and thousands separators.
func Fixed(x float64, decimals int) string {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Absent
	}
	if x < 0 {
		return minus + Fixed(-x, decimals)
	}
	return group(strconv.FormatFloat(x, 'f', decimals, 64))
}

// Percent writes a share (0..1) as a percentage.
func Percent(share float64, decimals int) string {
	if math.IsNaN(share) || math.IsInf(share, 0) {
		return Absent
	}
	return Fixed(share*100, decimals) + "%"
}

// Probability writes a p or q value: four decimals, and below that only that it is smaller.
func Probability(p float64) string {
	switch {
	case math.IsNaN(p):
		return Absent
	case p < 1e-4:
		return "<0.0001"
	default:
		return trimZeros(strconv.FormatFloat(p, 'f', 4, 64))
	}
}

func trimZeros(s string) string {
	if !strings.Contains(s, ".") {
		return s
	}
	return strings.TrimRight(strings.TrimRight(s, "0"), ".")
}

func group(s string) string {
	whole, fraction, hasFraction := strings.Cut(s, ".")
	var b strings.Builder
	for i, digit := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(digit)
	}
	if hasFraction {
		return b.String() + "." + fraction
	}
	return b.String()
}
