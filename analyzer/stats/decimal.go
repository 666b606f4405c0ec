package stats

import (
	"math"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxDigits is the number of significant digits kept exactly; 10^18 - 1 fits a uint64. Longer digit strings are
// identifiers, not measurements.
const maxDigits = 18

// spreadsheetDigits is the precision spreadsheets show. A binary fraction such as 1.1 is stored by them as
// 1.1000000000000001, whose last digits nobody reported.
const spreadsheetDigits = 15

// Decimal is a number with exactly the digits that were written: Coefficient / 10^Places, zeros at the end included.
type Decimal struct {
	Negative    bool
	Coefficient uint64
	Places      int // digits written after the decimal point, at least 0
}

// DecimalOf gives the shortest decimal that reads back as x; ok is false for NaN, infinities and more than 18 digits.
func DecimalOf(x float64) (d Decimal, ok bool) {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return Decimal{}, false
	}
	return ParseDecimal(strconv.FormatFloat(x, 'g', -1, 64))
}

// ParseDecimal reads a cell as a person would: spaces around it, full-width digits, a currency sign, thousands commas, a
// percent sign, accounting brackets for a negative and an exponent are understood. Text after the number, dates, empty
// cells and numbers of more than 18 digits are not numbers.
func ParseDecimal(text string) (d Decimal, ok bool) {
	s := strings.TrimSpace(text)
	if !ascii(s) {
		s = strings.TrimSpace(narrow(s))
	}
	if n := len(s); n > 2 && s[0] == '(' && s[n-1] == ')' {
		d.Negative, s = true, s[1:n-1]
	}
	s = strings.TrimSpace(strings.TrimSuffix(s, "%"))
	if s != "" && (s[0] == '-' || s[0] == '+') {
		if d.Negative {
			return Decimal{}, false
		}
		d.Negative, s = s[0] == '-', s[1:]
	}
	s = strings.TrimLeft(s, "$ ")
	return d.digits(s)
}

// digits reads unsigned digits with optional commas, decimal point and exponent into d.
func (d Decimal) digits(s string) (Decimal, bool) {
	var seen, significant, commas, sinceComma int
	point := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			seen++
			sinceComma++
			if point {
				d.Places++
			}
			if significant == 0 && c == '0' {
				continue
			}
			if significant++; significant > maxDigits {
				if !point {
					return Decimal{}, false
				}
				d.Places-- // a digit beyond the precision of any measurement
				continue
			}
			d.Coefficient = d.Coefficient*10 + uint64(c-'0')
		case c == ',' && !point && seen > 0 && (commas == 0 && seen <= 3 || commas > 0 && sinceComma == 3):
			commas++
			sinceComma = 0
		case c == '.' && !point && (commas == 0 || sinceComma == 3):
			point = true
		case (c == 'e' || c == 'E') && seen > 0 && commas == 0:
			exponent, err := strconv.Atoi(s[i+1:])
			if err != nil || exponent < -maxDigits || exponent > maxDigits {
				return Decimal{}, false
			}
			return d.shift(exponent)
		default:
			return Decimal{}, false
		}
	}
	if seen == 0 || commas > 0 && !point && sinceComma != 3 {
		return Decimal{}, false
	}
	if significant > spreadsheetDigits && d.Places > 0 {
		d = d.round(min(significant, maxDigits) - spreadsheetDigits)
	}
	return d, true
}

// shift multiplies by ten to the exponent, keeping the digits.
func (d Decimal) shift(exponent int) (Decimal, bool) {
	if d.Places -= exponent; d.Places >= 0 {
		return d, true
	}
	for ; d.Places < 0; d.Places++ {
		if d.Coefficient >= pow10[maxDigits]/10 {
			return Decimal{}, false
		}
		d.Coefficient *= 10
	}
	return d, true
}

// round drops n digits from the end, half up, and then the zeros that binary noise left behind the point.
func (d Decimal) round(n int) Decimal {
	n = min(n, d.Places)
	d.Coefficient = (d.Coefficient + pow10[n]/2) / pow10[n]
	d.Places -= n
	for d.Places > 0 && d.Coefficient%10 == 0 {
		d.Coefficient /= 10
		d.Places--
	}
	return d
}

// Float is the nearest floating-point number.
func (d Decimal) Float() float64 {
	x := float64(d.Coefficient)
	if d.Places <= 22 {
		x /= math.Pow10(d.Places) // exact powers, so the quotient is correctly rounded up to 2^53
	} else {
		x *= math.Pow10(-d.Places)
	}
	if d.Negative {
		return -x
	}
	return x
}

// IsZero reports whether the number is zero, however written.
func (d Decimal) IsZero() bool { return d.Coefficient == 0 }

// FirstDigit is the first significant digit, 1..9, or 0 for zero.
func (d Decimal) FirstDigit() int {
	c := d.Coefficient
	for c >= 10 {
		c /= 10
	}
	return int(c)
}

// FirstTwoDigits are the first two significant digits, 10..99, or 0 for zero; 7 counts as 70.
func (d Decimal) FirstTwoDigits() int {
	c := d.Coefficient
	for c >= 100 {
		c /= 10
	}
	if c < 10 {
		c *= 10
	}
	return int(c)
}

// Units is the magnitude counted in units of the last of the given places, as 7750 for 77.5 at two places. It is false
// where the number is written to more places, or does not fit.
func (d Decimal) Units(places int) (uint64, bool) {
	c, p := d.Coefficient, d.Places
	for ; p > places; p-- {
		if c%10 != 0 {
			return 0, false
		}
		c /= 10
	}
	for ; p < places; p++ {
		if c >= pow10[maxDigits]/10 {
			return 0, false
		}
		c *= 10
	}
	return c, true
}

// CommonPlaces is the smallest number of decimal places that holds at least the given share (0..1] of the numbers, zeros
// at the end not counted, since whole numbers printed as 5.00 are whole. A share below 1 keeps a few cells of binary
// noise from turning everybody else's last digit into a padded zero.
func CommonPlaces(numbers []Decimal, share float64) int {
	var counts []int
	for _, d := range numbers {
		c, places := d.Coefficient, d.Places
		for places > 0 && c%10 == 0 {
			c /= 10
			places--
		}
		for len(counts) <= places {
			counts = append(counts, 0)
		}
		counts[places]++
	}
	need := share * float64(len(numbers))
	below := 0
	for places, n := range counts {
		if below += n; float64(below) >= need {
			return places
		}
	}
	return max(0, len(counts)-1)
}

var pow10 = [maxDigits + 1]uint64{
	1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
}

func ascii(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// narrow maps the wide forms found in Chinese and Japanese spreadsheets, the typographic minus and currency signs.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～': // U+FF01..U+FF5E mirror the printable ASCII
			return r - '！' + '!'
		case r == '−' || r == '–':
			return '-'
		case r == '¥' || r == '￥' || r == '€' || r == '£':
			return '$'
		case r == '\u3000' || r == '\u00a0' || r == '\u2009' || r == '\u202f' || r == '\ufeff':
			return ' '
		}
		return r
	}, s)
}
