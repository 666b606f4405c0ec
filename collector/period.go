package collector

// ValidPeriod tells whether text is a period of the interchange format: 2026, 2026H1, 2026Q3, 2026-07, 2026-W31 or
// 2026-07-15, in the years 1990 to 2099.
func ValidPeriod(text string) bool {
	year, ok := digits(text, 0, 4)
	if !ok || year < 1990 || year > 2099 {
		return false
	}
	switch len(text) {
	case 4:
		return true
	case 6:
		return text[4] == 'H' && (text[5] == '1' || text[5] == '2') || text[4] == 'Q' && text[5] >= '1' && text[5] <= '4'
	case 7:
		month, ok := digits(text, 5, 7)
		return ok && text[4] == '-' && month >= 1 && month <= 12
	case 8:
		week, ok := digits(text, 6, 8)
		return ok && text[4:6] == "-W" && week >= 1 && week <= weeksOf(year)
	case 10:
		month, ok := digits(text, 5, 7)
		if !ok || month < 1 || month > 12 || text[4] != '-' || text[7] != '-' {
			return false
		}
		day, ok := digits(text, 8, 10)
		return ok && day >= 1 && day <= daysOf(year, month)
	}
	return false
}

func digits(text string, from, to int) (int, bool) {
	if len(text) < to {
		return 0, false
	}
	n := 0
	for _, c := range []byte(text[from:to]) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func daysOf(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// weeksOf is the number of ISO 8601 weeks of a year: 53 when it begins or ends on a Thursday.
func weeksOf(year int) int {
	lastWeekday := func(y int) int { return (y + y/4 - y/100 + y/400) % 7 } // of 31 December; 4 is Thursday
	if lastWeekday(year) == 4 || lastWeekday(year-1) == 3 {
		return 53
	}
	return 52
}
