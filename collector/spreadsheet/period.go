package spreadsheet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/jianfu/jianfu/collector"
)

// periodForms are the ways in which people write periods, the more exact first: a day before its month, a month before its
// year. Each makes a period of the interchange format of its parts.
var periodForms = []struct {
	pattern *regexp.Regexp
	format  func(p []string) string
}{
	{regexp.MustCompile(`(\d{4})-W(\d{2})`), func(p []string) string { return p[1] + "-W" + p[2] }},
	{regexp.MustCompile(`(\d{4})年?第?(\d{1,2})周`), func(p []string) string { return p[1] + "-W" + twoDigits(p[2]) }},
	{regexp.MustCompile(`(\d{4})年(\d{1,2})月?[-~—–至到](\d{1,2})月`), monthsTogether},
	{regexp.MustCompile(`(\d{4})年(\d{1,2})月(\d{1,2})`), day},
	{regexp.MustCompile(`(\d{4})-(\d{1,2})-(\d{1,2})`), day},
	{regexp.MustCompile(`(\d{4})/(\d{1,2})/(\d{1,2})`), day},
	{regexp.MustCompile(`(\d{4})\.(\d{1,2})\.(\d{1,2})`), day},
	{regexp.MustCompile(`(\d{4})年?(上|下)半年`), func(p []string) string { return p[1] + "H" + choose(p[2] == "上", "1", "2") }},
	{regexp.MustCompile(`(\d{4})[-年]?H([12])`), func(p []string) string { return p[1] + "H" + p[2] }},
	{regexp.MustCompile(`(\d{4})[-年]?Q([1-4])`), func(p []string) string { return p[1] + "Q" + p[2] }},
	{regexp.MustCompile(`(\d{4})年?第?([1-4])季`), func(p []string) string { return p[1] + "Q" + p[2] }},
	{regexp.MustCompile(`(\d{4})[-/.年](\d{1,2})(?:月|\D|$)`), func(p []string) string { return p[1] + "-" + twoDigits(p[2]) }},
}

func day(p []string) string { return p[1] + "-" + twoDigits(p[2]) + "-" + twoDigits(p[3]) }

// monthsTogether makes a quarter, half or year of the first and last of its months; other stretches have no period.
func monthsTogether(p []string) string {
	switch p[2] + "-" + p[3] {
	case "1-3":
		return p[1] + "Q1"
	case "4-6":
		return p[1] + "Q2"
	case "7-9":
		return p[1] + "Q3"
	case "10-12":
		return p[1] + "Q4"
	case "1-6":
		return p[1] + "H1"
	case "7-12":
		return p[1] + "H2"
	case "1-12":
		return p[1]
	}
	return ""
}

func choose(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}

func twoDigits(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

var (
	digitRun  = regexp.MustCompile(`\d+`)
	bareYear  = regexp.MustCompile(`(?:^|\D)(\d{4})(?:年(?:\D|$)|$)`)
	chineseNo = regexp.MustCompile(`[〇零一二三四五六七八九十]+(年|月|日|季|周)`)
)

// FindPeriod finds the first period that a text names, and gives it as the interchange format writes it: 2026年7月 is
// 2026-07, 2026年第三季度 is 2026Q3, 二〇二六年上半年 is 2026H1, 202607 is 2026-07. It is empty when there is none.
func FindPeriod(text string) string {
	text = squeeze(norm.NFKC.String(text))
	if collector.ValidPeriod(text) {
		return text
	}
	text = chineseNo.ReplaceAllStringFunc(text, arabic)
	for _, form := range periodForms {
		if p := form.pattern.FindStringSubmatch(text); p != nil {
			// A text with a stretch of months that is no period must not be read as its first month.
			if period := form.format(p); collector.ValidPeriod(period) || period == "" {
				return period
			}
		}
	}
	for _, run := range digitRun.FindAllString(text, -1) {
		period := ""
		switch len(run) {
		case 6:
			period = run[:4] + "-" + run[4:]
		case 8:
			period = run[:4] + "-" + run[4:6] + "-" + run[6:]
		}
		if collector.ValidPeriod(period) {
			return period
		}
	}
	if p := bareYear.FindStringSubmatch(text); p != nil && collector.ValidPeriod(p[1]) {
		return p[1]
	}
	return ""
}

// arabic writes the Chinese number before 年, 月, 日, 季 or 周 in digits: 二〇二六年 is 2026年, 十一月 is 11月.
func arabic(s string) string {
	const numerals = "〇一二三四五六七八九"
	runes := []rune(strings.ReplaceAll(s, "零", "〇"))
	unit := string(runes[len(runes)-1])
	runes = runes[:len(runes)-1]
	value, digits := 0, ""
	if strings.ContainsRune(string(runes), '十') {
		before, after, _ := strings.Cut(string(runes), "十")
		tens, ones := 1, 0
		if before != "" {
			tens = strings.Index(numerals, before) / 3
		}
		if after != "" {
			ones = strings.Index(numerals, after) / 3
		}
		value = tens*10 + ones
		return strconv.Itoa(value) + unit
	}
	for _, r := range runes {
		digits += strconv.Itoa(strings.Index(numerals, string(r)) / 3)
	}
	return digits + unit
}

// withoutPeriod takes the period out of a title, so that a form has one title in all its periods.
func withoutPeriod(title string) string {
	title = norm.NFKC.String(title)
	for _, p := range []string{
		`[(（]?[12〇零一二三四五六七八九][\d〇零一二三四五六七八九]{3}\s*年度?\s*([\d一二三四五六七八九十]{1,3}\s*[-~—–至到]?\s*[\d一二三四五六七八九十]{0,3}\s*月份?|[上下]半年|第?[1-4一二三四]季度?|第?\d{1,2}周)?\s*([\d一二三四五六七八九十]{1,3}\s*日)?[)）]?`,
		`[12]\d{3}[-/.]?\d{2}([-/.]?\d{2})?`,
	} {
		title = regexp.MustCompile(p).ReplaceAllString(title, "")
	}
	return strings.Trim(normalizeName(title), "-_ ")
}

// cycleOf is the cycle that a period belongs to.
func cycleOf(period string) string {
	switch len(period) {
	case 4:
		return "year"
	case 6:
		return choose(period[4] == 'H', "half", "quarter")
	case 7:
		return "month"
	case 8:
		return "week"
	}
	return "day"
}

// inCycle makes the period of a cycle of a period of a day: a form that is filled in monthly may be dated to the day.
func inCycle(period, cycle string) (string, error) {
	if cycle == "" || cycleOf(period) == cycle {
		return period, nil
	}
	day, err := time.Parse(time.DateOnly, period)
	if err != nil {
		if day, err = time.Parse("2006-01", period); err != nil || cycle == "day" || cycle == "week" {
			return "", fmt.Errorf("the period %s belongs to no %s", period, cycle)
		}
	}
	return collector.RowPeriod(day, cycle), nil
}
