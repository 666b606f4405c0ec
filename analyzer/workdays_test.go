package analyzer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

func dayNumber(t interface{ Fatal(...any) }, text string) int {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		t.Fatal(err)
	}
	return queries.DayNumber(day)
}

func builtinWorkdays(t *testing.T, from, to int) *workdays {
	t.Helper()
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return newWorkdays(policy, from, to)
}

// The arrangements that the General Office of the State Council published: 国办发明电〔2023〕7号, 〔2024〕12号 and 〔2025〕7号.
func TestPublishedArrangements(t *testing.T) {
	w := builtinWorkdays(t, 2023, 2026)
	for _, c := range []struct {
		year           string
		holidays, work []string // holidays as first and last day
	}{
		{
			"2024",
			[]string{"01-01 01-01", "02-10 02-17", "04-04 04-06", "05-01 05-05", "06-08 06-10", "09-15 09-17", "10-01 10-07"},
			[]string{"02-04", "02-18", "04-07", "04-28", "05-11", "09-14", "09-29", "10-12"},
		},
		{
			"2025",
			[]string{"01-01 01-01", "01-28 02-04", "04-04 04-06", "05-01 05-05", "05-31 06-02", "10-01 10-08"},
			[]string{"01-26", "02-08", "04-27", "09-28", "10-11"},
		},
		{
			"2026",
			[]string{"01-01 01-03", "02-15 02-23", "04-04 04-06", "05-01 05-05", "06-19 06-21", "09-25 09-27", "10-01 10-07"},
			[]string{"01-04", "02-14", "02-28", "05-09", "09-20", "10-10"},
		},
	} {
		want := map[int]dayKind{}
		for day := dayNumber(t, c.year+"-01-01"); day <= dayNumber(t, c.year+"-12-31"); day++ {
			if at := queries.DayOf(day).Weekday(); at == time.Saturday || at == time.Sunday {
				want[day] = weekendDay
			}
		}
		for _, span := range c.holidays {
			first, last, _ := strings.Cut(span, " ")
			for day := dayNumber(t, c.year+"-"+first); day <= dayNumber(t, c.year+"-"+last); day++ {
				want[day] = statutoryHoliday
			}
		}
		for _, day := range c.work {
			want[dayNumber(t, c.year+"-"+day)] = workday
		}
		for day := dayNumber(t, c.year+"-01-01"); day <= dayNumber(t, c.year+"-12-31"); day++ {
			if got := w.kind(day); got != want[day] {
				t.Errorf("%s is %d, want %d", isoDay(day), got, want[day])
			}
		}
	}
}

func TestWorkdaysBetween(t *testing.T) {
	w := builtinWorkdays(t, 2025, 2026)
	for _, c := range []struct {
		from, to string
		want     int
	}{
		{"2025-10-01", "2025-10-08", 0},
		{"2025-09-27", "2025-10-11", 6}, // 28, 29, 30 September, 9, 10 and 11 October
		{"2026-03-01", "2026-03-31", 22},
		{"2026-02-01", "2026-02-28", 16},
		{"2026-03-02", "2026-03-01", 0},
	} {
		if got := w.between(dayNumber(t, c.from), dayNumber(t, c.to)); got != c.want {
			t.Errorf("%s to %s: %d workdays, want %d", c.from, c.to, got, c.want)
		}
	}
	if got := isoDay(w.next(dayNumber(t, "2026-02-15"))); got != "2026-02-24" {
		t.Errorf("work goes on at %s", got)
	}
	rapid.Check(t, func(t *rapid.T) {
		a := rapid.IntRange(20089, 20818).Draw(t, "from")
		b := a + rapid.IntRange(0, 40).Draw(t, "first")
		c := b + rapid.IntRange(1, 40).Draw(t, "second")
		if w.between(a, c) != w.between(a, b)+w.between(b+1, c) {
			t.Fatal("workdays do not add up")
		}
		if n := w.next(a); !w.works(n) || w.between(a, n) != 1 {
			t.Fatal("the next workday is not the next")
		}
	})
}

func TestClassOfAMoment(t *testing.T) {
	w := builtinWorkdays(t, 2025, 2026)
	zone := time.FixedZone("CST", 8*3600)
	for _, c := range []struct {
		at   string
		want offHours
	}{
		{"2026-03-02 09:00", inHours},
		{"2026-03-02 19:59", inHours},
		{"2026-03-02 20:00", atNight},
		{"2026-03-02 06:59", atNight},
		{"2026-03-02 07:00", inHours},
		{"2026-03-07 10:00", onWeekend},
		{"2025-10-11 10:00", inHours}, // a Saturday that is worked
		{"2025-10-11 22:00", atNight},
		{"2025-10-06 10:00", onHoliday},
		{"2026-10-03 23:00", onHoliday}, // a Saturday within a holiday
	} {
		at, err := time.ParseInLocation("2006-01-02 15:04", c.at, zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := w.class(at, 20, 7); got != c.want {
			t.Errorf("%s is %d, want %d", c.at, got, c.want)
		}
	}
	weekends, holidays := w.restDays(dayNumber(t, "2025-09-27"), dayNumber(t, "2025-10-12"))
	if strings.Join(weekends, " ") != "2025-09-27 2025-10-12" || len(holidays) != 8 {
		t.Errorf("%v %v", weekends, holidays)
	}
}

func TestYearsThatNobodyArranged(t *testing.T) {
	w := builtinWorkdays(t, 2025, 2028)
	from, to := queries.DayOf(dayNumber(t, "2025-01-01")), queries.DayOf(dayNumber(t, "2028-06-30"))
	if got := w.unknownYears(from, to); len(got) != 2 || got[0] != 2027 || got[1] != 2028 {
		t.Errorf("unknown are %v", got)
	}
	// 1 October 2027 is a Friday: without an arrangement only weekends are free.
	if w.kind(dayNumber(t, "2027-10-01")) != workday || w.kind(dayNumber(t, "2027-10-02")) != weekendDay {
		t.Error("a year without an arrangement has weekends only")
	}
	if note := w.calendarNote(Window{From: from, To: to}); note.Key != "demand.explain.calendar_unknown" {
		t.Errorf("the reader is not told: %v", note)
	}
}

func TestHolidaysOfAPolicyFile(t *testing.T) {
	load := func(text string) (*Policy, error) {
		file := filepath.Join(t.TempDir(), "policy.yaml")
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return LoadPolicy(file)
	}
	policy, err := load("version: a\nholidays:\n  - {day: \"2027-10-01\", to: \"2027-10-07\", work: false}\n  - {day: \"2027-10-09\", work: true}\n  - {day: \"2026-10-10\", work: false}\n")
	if err != nil {
		t.Fatal(err)
	}
	w := newWorkdays(policy, 2026, 2027)
	if w.kind(dayNumber(t, "2027-10-05")) != statutoryHoliday || !w.works(dayNumber(t, "2027-10-09")) || !w.known[2027] {
		t.Error("the file's days do not count")
	}
	if w.kind(dayNumber(t, "2026-10-10")) != statutoryHoliday || w.works(dayNumber(t, "2026-10-01")) {
		t.Error("a local day stands over the built-in one, and the others stay")
	}
	_, err = load("version: a\nholidays:\n  - {day: \"2027-13-01\", work: false}\n  - day: \"2027-10-07\"\n    to: \"2027-10-01\"\n    work: false\n")
	if err == nil {
		t.Fatal("faults are not reported")
	}
	for _, part := range []string{"policy.yaml:3: holidays[0].day", "2027-13-01", "policy.yaml:5: holidays[1].to"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not tell %s", err, part)
		}
	}
}
