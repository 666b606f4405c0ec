package analyzer

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Format is the class of shape that a value has.
type Format uint8

// The classes of format. A column has shares of several.
const (
	FormatText     Format = iota // words
	FormatLongText               // sentences
	FormatCode                   // letters and digits without spaces, digits with a leading zero
	FormatInteger
	FormatDecimal
	FormatDate
	FormatDatetime
	FormatTime
	FormatResidentID // 18 characters with a right GB 11643 check character
	FormatPhone
	FormatDivision // code of GB/T 2260 and GB/T 10114 with 6, 9 or 12 digits
	FormatURL
	FormatEmail
	formats // their number
)

var formatNames = [formats]string{
	"text", "long_text", "code", "integer", "decimal", "date", "datetime", "time", "resident_id", "phone", "division", "url", "email",
}

func (f Format) String() string {
	if f < formats {
		return formatNames[f]
	}
	return "unknown"
}

// Canonical brings a value to the one form in which equal data are equal: NFKC, trimmed, one space between words, lower
// case, numbers without grouping or trailing zeros (`4.0` is `4`), dates as 2006-01-02, and names the value's format. Empty
// means that nothing was filled in. Canonical(Canonical(v)) = Canonical(v).
func Canonical(value string) (string, Format) {
	s := fold(value)
	if isNull(s) {
		return "", FormatText
	}
	if first := s[0]; first >= '0' && first <= '9' || strings.IndexByte("-+.(", first) >= 0 {
		if canonical, format, ok := canonicalNumeric(s); ok {
			return canonical, format
		}
	}
	if date, ok := namedMonthDate(s); ok {
		return date, FormatDate
	}
	return s, textFormat(s)
}

// fold is the part of Canonical that knows nothing of formats.
func fold(value string) string {
	s := value
	if isFolded(s) {
		return s
	}
	if !isPlainASCII(s) {
		// Lower case may leave NFKC and NFKC may bring capitals; the second round reaches the fixed point.
		for range 4 {
			next := norm.NFKC.String(strings.ToLower(norm.NFKC.String(s)))
			if next == s {
				break
			}
			s = next
		}
	}
	return strings.Join(strings.Fields(strings.ToLower(s)), " ")
}

func isPlainASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isFolded recognises the common case in which fold changes nothing, at no cost.
func isFolded(s string) bool {
	space := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= utf8.RuneSelf || c < ' ' || c >= 'A' && c <= 'Z' || c == ' ' && space {
			return false
		}
		space = c == ' '
	}
	return s == "" || !space
}

func isNull(s string) bool {
	switch s {
	case "", "null", "nil", "n/a", "#n/a", "na", "nan", "none", "-", "--", "—", "——", "/", "\\n", "\\", "无数据", "空":
		return true
	}
	return false
}

func canonicalNumeric(s string) (string, Format, bool) {
	if number, decimal, ok := canonicalNumber(s); ok {
		if decimal {
			return number, FormatDecimal, true
		}
		return digitsFormat(number)
	}
	if percent, ok := strings.CutSuffix(s, "%"); ok && percent != "" {
		if number, _, isNum := canonicalNumber(strings.TrimSpace(percent)); isNum {
			return number + "%", FormatDecimal, true
		}
	}
	if isDigits(s) {
		// A leading zero: a code, unless it is a telephone number or time.
		if isLandline(s) {
			return s, FormatPhone, true
		}
		return s, FormatCode, true
	}
	if ResidentIDValid(s) {
		return s, FormatResidentID, true
	}
	if date, format, ok := canonicalDate(s); ok {
		return date, format, true
	}
	if isPhone(s) {
		return s, FormatPhone, true
	}
	return "", FormatText, false
}

// digitsFormat tells apart what is written with digits alone.
func digitsFormat(s string) (string, Format, bool) {
	switch len(s) {
	case 8:
		if date, ok := compactDate(s); ok {
			return date, FormatDate, true
		}
	case 11:
		if s[0] == '1' && s[1] >= '3' {
			return s, FormatPhone, true
		}
	case 18:
		if ResidentIDValid(s) {
			return s, FormatResidentID, true
		}
	}
	if isDivisionCode(s) {
		return s, FormatDivision, true
	}
	return s, FormatInteger, true
}

// canonicalNumber accepts a sign, digits with optional grouping by commas in threes, and a fraction. Digits with a leading
// zero are no number. It never goes through floating point, so long numbers keep every digit.
func canonicalNumber(s string) (canonical string, decimal, ok bool) {
	body, negative := s, false
	if body[0] == '-' || body[0] == '+' {
		negative = body[0] == '-'
		body = body[1:]
	}
	whole, fraction, hasPoint := strings.Cut(body, ".")
	if strings.Contains(whole, ",") {
		groups := strings.Split(whole, ",")
		if len(groups[0]) == 0 || len(groups[0]) > 3 {
			return "", false, false
		}
		for _, g := range groups[1:] {
			if len(g) != 3 {
				return "", false, false
			}
		}
		whole = strings.Join(groups, "")
	}
	if whole == "" && fraction == "" || !isDigitsOrEmpty(whole) || !isDigitsOrEmpty(fraction) {
		return "", false, false
	}
	if len(whole) > 1 && whole[0] == '0' {
		return "", false, false
	}
	if hasPoint && whole == "" && fraction == "" {
		return "", false, false
	}
	fraction = strings.TrimRight(fraction, "0")
	if whole == "" {
		whole = "0"
	}
	out := whole
	if fraction != "" {
		out += "." + fraction
	}
	if negative && out != "0" {
		out = "-" + out
	}
	return out, fraction != "", true
}

func isDigitsOrEmpty(s string) bool { return s == "" || isDigits(s) }

func isDigits(s string) bool { return isNumber(s) }

// ResidentIDValid checks an 18-character citizen identification number after GB 11643: a birth date that exists and the
// check character of ISO 7064 MOD 11-2.
func ResidentIDValid(s string) bool {
	if len(s) != 18 || !isDigits(s[:17]) || s[0] == '0' {
		return false
	}
	if _, err := time.Parse("20060102", s[6:14]); err != nil || s[6:8] < "18" || s[6:8] > "20" {
		return false
	}
	sum, weight := 0, 1
	for i := 17; i >= 0; i-- {
		digit := int(s[i] - '0')
		if i == 17 && (s[i] == 'x' || s[i] == 'X') {
			digit = 10
		} else if digit < 0 || digit > 9 {
			return false
		}
		sum += digit * weight
		weight = weight * 2 % 11
	}
	return sum%11 == 1
}

// isDivisionCode knows the province digits of GB/T 2260.
func isDivisionCode(s string) bool {
	if len(s) != 6 && len(s) != 9 && len(s) != 12 {
		return false
	}
	switch s[0] {
	case '1', '2':
		return s[1] >= '1' && s[1] <= '5'
	case '3':
		return s[1] >= '1' && s[1] <= '7'
	case '4':
		return s[1] >= '1' && s[1] <= '6'
	case '5':
		return s[1] >= '0' && s[1] <= '4'
	case '6':
		return s[1] >= '1' && s[1] <= '5'
	case '7':
		return s[1] == '1'
	case '8':
		return s[1] == '1' || s[1] == '2'
	}
	return false
}

// isPhone accepts what is written as a telephone number: 7 to 15 digits with the separators of one.
func isPhone(s string) bool {
	digits, separators := 0, 0
	if year, _, dashed := strings.Cut(s, "-"); dashed && len(year) == 4 && len(s) <= 10 && year[0] != '0' {
		return false // a date that does not exist
	}
	for i, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case r == '+' && i == 0, r == '-', r == ' ', r == '(', r == ')':
			separators++
		default:
			return false
		}
	}
	return digits >= 7 && digits <= 15 && separators > 0
}

// isLandline knows Chinese area codes: 10 to 12 digits with a leading zero.
func isLandline(s string) bool { return s[0] == '0' && len(s) >= 10 && len(s) <= 12 && s[1] != '0' }

func textFormat(s string) Format {
	if strings.HasPrefix(s, "http://") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "www.") {
		return FormatURL
	}
	if ResidentIDValid(s) {
		return FormatResidentID
	}
	if at := strings.IndexByte(s, '@'); at > 0 && strings.Contains(s[at:], ".") && !strings.Contains(s, " ") {
		return FormatEmail
	}
	words, digits, letters := 1, 0, 0
	for _, r := range s {
		switch {
		case r == ' ':
			words++
		case unicode.IsDigit(r):
			digits++
		case unicode.IsLetter(r):
			letters++
		}
	}
	length := utf8.RuneCountInString(s)
	switch {
	case words >= 7 || length > 60:
		return FormatLongText
	case words == 1 && digits > 0 && !hasHan(s):
		return FormatCode
	}
	return FormatText
}
