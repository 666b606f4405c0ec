package analyzer

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// canonicalDate understands the ways in which forms write dates and moments: 2006-1-2, 2006/01/02, 2006.1.2, 2006年1月2日,
// 2006-01, 2006年1月, 1/2/2006, each with an optional time of day, and times of day alone. Midnight is no time. Where day and
// month cannot be told apart, the month comes first.
func canonicalDate(s string) (string, Format, bool) {
	day, clock := s, ""
	if i := strings.IndexAny(s, " t"); i > 0 {
		day, clock = s[:i], strings.TrimSpace(s[i+1:])
	}
	date, ok := canonicalDay(day)
	if !ok {
		if clock == "" {
			if t, isTime := canonicalClock(s); isTime {
				return t, FormatTime, true
			}
		}
		return "", FormatText, false
	}
	if clock == "" {
		return date, FormatDate, true
	}
	t, isTime := canonicalClock(clock)
	if !isTime {
		return "", FormatText, false
	}
	if t == "00:00" {
		return date, FormatDate, true
	}
	return date + " " + t, FormatDatetime, true
}

// dateSigns brings what stands between the parts of a date to one sign.
var dateSigns = strings.NewReplacer("年", "-", "月", "-", "日", "", "号", "", "/", "-", ".", "-")

// canonicalDay is 2006-01-02 or, without a day, 2006-01.
func canonicalDay(s string) (string, bool) {
	if len(s) > 24 {
		return "", false
	}
	s = strings.TrimRight(dateSigns.Replace(s), "-")
	parts := strings.Split(s, "-")
	if len(parts) < 2 || len(parts) > 3 {
		return "", false
	}
	numbers := make([]int, len(parts))
	for i, p := range parts {
		if !isDigits(p) || len(p) > 4 {
			return "", false
		}
		n, err := strconv.Atoi(p)
		if err != nil {
			return "", false
		}
		numbers[i] = n
	}
	switch {
	case len(parts[0]) == 4 && len(parts) == 2:
		if len(parts[1]) > 2 || !plausibleYear(numbers[0]) || numbers[1] < 1 || numbers[1] > 12 {
			return "", false
		}
		return fmt.Sprintf("%04d-%02d", numbers[0], numbers[1]), true
	case len(parts[0]) == 4 && len(parts) == 3:
		return calendarDay(numbers[0], numbers[1], numbers[2])
	case len(parts) == 3 && len(parts[2]) == 4:
		month, day := numbers[0], numbers[1]
		if month > 12 {
			month, day = day, month
		}
		return calendarDay(numbers[2], month, day)
	}
	return "", false
}

func calendarDay(year, month, day int) (string, bool) {
	if !plausibleYear(year) || month < 1 || month > 12 || day < 1 {
		return "", false
	}
	t := time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)
	if t.Day() != day {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

func plausibleYear(year int) bool { return year >= 1000 && year <= 2200 }

var dayMonthYear = regexp.MustCompile(`^\s*(\d{1,2})([/.-])(\d{1,2})([/.-]\d{4}.*)$`)

// daysFirst says that a column writes 31/12/2006: some of its values can be read in no other way, and none only as 12/31/2006.
func daysFirst(values []string) bool {
	const looked = 2000
	found := false
	for _, v := range values[:min(len(values), looked)] {
		m := dayMonthYear.FindStringSubmatch(v)
		if m == nil {
			continue
		}
		if len(m[3]) == 2 && m[3] > "12" {
			return false
		}
		found = found || len(m[1]) == 2 && m[1] > "12"
	}
	return found
}

// monthFirst turns 31/12/2006 into 12/31/2006.
func monthFirst(v string) string { return dayMonthYear.ReplaceAllString(v, "$3$2$1$4") }

// compactDate reads 20060102 within the years that forms speak of.
func compactDate(s string) (string, bool) {
	if s[:2] != "19" && s[:2] != "20" {
		return "", false
	}
	t, err := time.Parse("20060102", s)
	if err != nil {
		return "", false
	}
	return t.Format(time.DateOnly), true
}

// canonicalClock reads 15:04, 15:04:05, with fraction and zone; seconds are kept when they are not zero.
func canonicalClock(s string) (string, bool) {
	s = strings.TrimSuffix(s, "z")
	if i := strings.IndexAny(s, "+"); i > 0 {
		s = s[:i]
	}
	s, _, _ = strings.Cut(s, ".")
	for _, layout := range []string{"15:04:05", "15:04", "3:04:05 pm", "3:04 pm", "3:04pm", "15时04分05秒", "15时04分"} {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		if t.Second() == 0 {
			return t.Format("15:04"), true
		}
		return t.Format("15:04:05"), true
	}
	return "", false
}

// namedMonthDate reads dates whose month is an English name.
func namedMonthDate(s string) (string, bool) {
	if len(s) < 8 || len(s) > 20 || !strings.Contains(s, "20") && !strings.Contains(s, "1") {
		return "", false
	}
	for _, layout := range []string{
		"Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "January 2 2006", "2 Jan 2006", "2 January 2006", "2-Jan-2006",
	} {
		if t, err := time.Parse(layout, s); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	return "", false
}
