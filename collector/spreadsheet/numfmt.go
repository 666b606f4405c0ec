package spreadsheet

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// dateStyle says whether a number format shows a number as a date or time, and which parts of it.
type dateStyle uint8

const (
	noDate    dateStyle = 0
	showMonth dateStyle = 1 << iota
	showDay
	showTime
)

// dateStyleOf reads a number format: a built-in one by its id (ECMA-376 part 1, 18.8.30, and its table for zh-cn), or a
// code.
func dateStyleOf(id, code string) dateStyle {
	if code == "" {
		switch n, _ := strconv.Atoi(id); {
		case n == 17 || n == 27 || n == 36 || n == 50 || n == 52 || n == 57:
			return showMonth
		case n == 22:
			return showMonth | showDay | showTime
		case n >= 14 && n <= 16 || n >= 28 && n <= 31 || n == 51 || n == 53 || n == 54 || n == 58:
			return showMonth | showDay
		case n >= 18 && n <= 21 || n >= 32 && n <= 35 || n == 45 || n == 47 || n == 55 || n == 56:
			return showTime
		}
		return noDate
	}
	return dateStyleOfCode(code)
}

// dateStyleOfCode looks at the first section of a format code, without its literals.
func dateStyleOfCode(code string) dateStyle {
	var tokens strings.Builder
	for i := 0; i < len(code); i++ {
		switch code[i] {
		case ';':
			i = len(code)
		case '"':
			for i++; i < len(code) && code[i] != '"'; i++ {
			}
		case '\\', '_', '*':
			i++
		case '[':
			end := strings.IndexByte(code[i:], ']')
			if end < 0 {
				return noDate
			}
			if inner := strings.ToLower(code[i+1 : i+end]); strings.Trim(inner, "hms") == "" && inner != "" {
				return noDate // elapsed time is an amount, not a time of day
			}
			i += end
		default:
			tokens.WriteByte(code[i])
		}
	}
	text := strings.ToLower(tokens.String())
	if strings.HasPrefix(text, "general") || strings.Contains(text, "0") && !strings.Contains(text, "s.0") || strings.ContainsAny(text, "#?") {
		return noDate
	}
	text = strings.NewReplacer("am/pm", "h", "a/p", "h").Replace(text)
	style := noDate
	if strings.ContainsAny(text, "hs") {
		style |= showTime
	}
	if strings.Contains(text, "d") {
		style |= showDay | showMonth
	}
	if strings.ContainsAny(text, "ye") || strings.Contains(text, "m") && style&showTime == 0 {
		style |= showMonth
	}
	return style
}

// format writes a serial number as 2026-07-15, 2026-07, 2026-07-15 09:30:00 or 09:30:00.
func (s dateStyle) format(serial string, from04 bool) (string, bool) {
	days, err := strconv.ParseFloat(serial, 64)
	if err != nil || days < 0 || days >= 2958466 { // the year 10000
		return "", false
	}
	seconds := math.Round(days * 86400)
	if s == showTime && days < 1 {
		return time.Unix(int64(seconds), 0).UTC().Format(time.TimeOnly), true
	}
	epoch := time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)
	switch {
	case from04:
		epoch = time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC)
	case days < 60: // 1900 was no leap year, but is one in the serial numbers
		epoch = epoch.AddDate(0, 0, 1)
	}
	t := time.Unix(epoch.Unix()+int64(seconds), 0).UTC()
	switch {
	case math.Mod(seconds, 86400) != 0:
		return t.Format(time.DateTime), true
	case s&(showDay|showTime) == 0 && t.Day() == 1:
		return t.Format("2006-01"), true
	}
	return t.Format(time.DateOnly), true
}

// typedNumber writes a stored number as it was typed: programs store the nearest binary fraction with 17 digits
// (0.10000000000000001) and large numbers with an exponent, and show at most 15 digits.
func typedNumber(stored string) string {
	n, err := strconv.ParseFloat(stored, 64)
	if err != nil || math.IsInf(n, 0) || math.IsNaN(n) {
		return stored
	}
	if strings.Trim(stored, "0123456789") == "" && stored[0] != '0' {
		return stored
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(n, 'g', 15, 64), 64)
	if err != nil {
		return stored
	}
	if math.Abs(short) >= 1e21 || short != 0 && math.Abs(short) < 1e-15 {
		return strconv.FormatFloat(short, 'g', -1, 64)
	}
	return strconv.FormatFloat(short, 'f', -1, 64)
}

// clean trims a text and writes numbers that carry a percent sign or separators of thousands as plain numbers, the way a
// workbook stores them.
func clean(s string) string {
	s = strings.TrimFunc(s, isBlank)
	if s == "" {
		return s
	}
	if last := s[len(s)-1]; last == '%' {
		if number, ok := percentage(s[:len(s)-1]); ok {
			return number
		}
	}
	if strings.IndexByte(s, ',') > 0 {
		if number, ok := withoutSeparators(s); ok {
			return number
		}
	}
	return s
}

// isBlank tells white space, including the full-width one and those of no width that web pages leave behind.
func isBlank(r rune) bool {
	switch r {
	case ' ', '\t', '\r', '\n', '\v', '\f', '\u00a0', '\u3000', '\u200b', '\ufeff':
		return true
	}
	return r >= '\u2000' && r <= '\u200a'
}

// percentage moves the point of a decimal number two places to the left.
func percentage(s string) (string, bool) {
	s = strings.TrimSpace(s)
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, part, _ := strings.Cut(s, ".")
	if whole == "" || !isDigits(whole) || part != "" && !isDigits(part) || len(s) > 30 {
		return "", false
	}
	for len(whole) < 3 {
		whole = "0" + whole
	}
	cut := len(whole) - 2
	part = strings.TrimRight(whole[cut:]+part, "0")
	whole = strings.TrimLeft(whole[:cut], "0")
	if whole == "" {
		whole = "0"
	}
	if part == "" {
		return sign + whole, true
	}
	return sign + whole + "." + part, true
}

// withoutSeparators reads 1,234,567.8.
func withoutSeparators(s string) (string, bool) {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	whole, part, point := strings.Cut(s, ".")
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if !isDigits(g) || i > 0 && len(g) != 3 || i == 0 && len(g) > 3 {
			return "", false
		}
	}
	if point && !isDigits(part) {
		return "", false
	}
	joined := sign + strings.Join(groups, "")
	if point {
		joined += "." + part
	}
	return joined, true
}

func isDigits(s string) bool {
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return false
		}
	}
	return s != ""
}
