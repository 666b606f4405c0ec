package collector

import (
	"fmt"
	"testing"
	"time"
)

func TestValidPeriod(t *testing.T) {
	for _, ok := range []string{"2026", "2026H1", "2026H2", "2026Q1", "2026Q4", "2026-01", "2026-12", "2026-W01", "2026-W53", "2024-02-29", "2026-07-15"} {
		if !ValidPeriod(ok) {
			t.Errorf("%s is refused", ok)
		}
	}
	for _, wrong := range []string{
		"", "26", "202", "1989", "2100", "2026H3", "2026Q0", "2026Q5", "2026-00", "2026-13", "202607", "2026-7", "2026/07", "2026-W00", "2025-W53",
		"2026-02-29", "2026-04-31", "2026-07-00", "2026-07-1", "2026-07-155", "2026h1", "٢٠٢٦", "2026-07-15T",
	} {
		if ValidPeriod(wrong) {
			t.Errorf("%s is accepted", wrong)
		}
	}
}

// Every day of the years in question is a period, and so are its ISO week and nothing beyond the month's end.
func TestValidPeriodAgainstCalendar(t *testing.T) {
	for day := time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); day.Year() < 2100; day = day.AddDate(0, 0, 1) {
		year, week := day.ISOWeek()
		if !ValidPeriod(day.Format(time.DateOnly)) || year >= 1990 && !ValidPeriod(fmt.Sprintf("%d-W%02d", year, week)) {
			t.Fatalf("%s is refused", day.Format(time.DateOnly))
		}
		if next := day.AddDate(0, 0, 1); next.Month() != day.Month() && ValidPeriod(fmt.Sprintf("%s-%02d", day.Format("2006-01"), day.Day()+1)) {
			t.Fatalf("the day after %s is accepted", day.Format(time.DateOnly))
		}
	}
}
