package analyzer

import (
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"github.com/jianfu/jianfu/queries"
)

// dayKind says what the arrangement of the State Council (国务院办公厅关于节假日安排的通知) makes of a day.
type dayKind uint8

// The kinds of day. A weekend day that was moved to make a long holiday (调休上班) is a workday.
const (
	workday dayKind = iota
	weekendDay
	statutoryHoliday
)

// workdays is the official calendar: the table of lunar-go, over it the days of the policy file. A year that neither knows
// has weekends only, and findings say so. It does not change once made.
type workdays struct {
	special map[int]bool // day number: whether it is worked
	known   map[int]bool // years whose arrangement is known
}

// newWorkdays reads the arrangements of the years [from, to].
func newWorkdays(policy *Policy, from, to int) *workdays {
	w := &workdays{special: map[int]bool{}, known: map[int]bool{}}
	for year := from; year <= to; year++ {
		all := HolidayUtil.GetHolidaysByYear(year)
		for e := all.Front(); e != nil; e = e.Next() {
			h, ok := e.Value.(*HolidayUtil.Holiday)
			if !ok {
				continue
			}
			if day, err := time.Parse(time.DateOnly, h.GetDay()); err == nil {
				w.special[queries.DayNumber(day)] = h.IsWork()
			}
		}
	}
	for _, h := range policy.Holidays {
		for day := h.first; day <= h.last; day++ {
			w.special[day] = h.Work
		}
	}
	// A year is known once its National Day is: the days around New Year may stand in the arrangement of the year before.
	for year := from; year <= to; year++ {
		works, named := w.special[queries.DayNumber(time.Date(year, 10, 1, 0, 0, 0, 0, time.UTC))]
		w.known[year] = named && !works
	}
	return w
}

// workdaysOf is the calendar around a window: the year before its first day to the year after its last.
func workdaysOf(in Input) *workdays {
	return newWorkdays(in.Policy, in.Window.From.Year()-1, in.Window.To.Year()+1)
}

// Holiday says whether a day is a statutory holiday, and what it is called where the table knows its name: what pages mark.
func (p *Policy) Holiday(day time.Time) (name string, off bool) {
	if h := HolidayUtil.GetHolidayByYmd(day.Year(), int(day.Month()), day.Day()); h != nil {
		name, off = h.GetName(), !h.IsWork()
	}
	number := queries.DayNumber(day)
	for _, h := range p.Holidays {
		if number >= h.first && number <= h.last {
			off = !h.Work
		}
	}
	return name, off
}

// kind says what a day is.
func (w *workdays) kind(day int) dayKind {
	works, named := w.special[day]
	switch {
	case named && works:
		return workday
	case named:
		return statutoryHoliday
	case restDay(day):
		return weekendDay
	}
	return workday
}

// restDay says whether a day is a Saturday or Sunday. 1 January 1970 was a Thursday.
func restDay(day int) bool { return ((day+4)%7+7)%7 == 0 || ((day+4)%7+7)%7 == 6 }

// works says whether a day is worked.
func (w *workdays) works(day int) bool { return w.kind(day) == workday }

// between counts the workdays of [from, to].
func (w *workdays) between(from, to int) int {
	n := 0
	for day := from; day <= to; day++ {
		if w.works(day) {
			n++
		}
	}
	return n
}

// next is the first workday on or after a day.
func (w *workdays) next(day int) int {
	// The longest break is ten days; the bound guards against a policy that closes whole years.
	for range 400 {
		if w.works(day) {
			return day
		}
		day++
	}
	return day
}

// offHours says when a moment lies outside working time.
type offHours uint8

// The classes of a moment. A holiday is a holiday at any hour; a weekend likewise.
const (
	inHours offHours = iota
	atNight
	onWeekend
	onHoliday
)

// class sorts a moment of local time; nights last from the hour nightFrom to the hour nightTo.
func (w *workdays) class(local time.Time, nightFrom, nightTo int) offHours {
	day := queries.DayNumber(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC))
	switch w.kind(day) {
	case statutoryHoliday:
		return onHoliday
	case weekendDay:
		return onWeekend
	}
	if local.Hour() >= nightFrom || local.Hour() < nightTo {
		return atNight
	}
	return inHours
}

// restDays lists the weekend days and the statutory holidays of [from, to].
func (w *workdays) restDays(from, to int) (weekends, holidays []string) {
	weekends, holidays = []string{}, []string{}
	for day := from; day <= to; day++ {
		switch w.kind(day) {
		case weekendDay:
			weekends = append(weekends, isoDay(day))
		case statutoryHoliday:
			holidays = append(holidays, isoDay(day))
		}
	}
	return weekends, holidays
}

// unknownYears lists the years of [from, to] whose arrangement is not known.
func (w *workdays) unknownYears(from, to time.Time) []int {
	var out []int
	for year := from.Year(); year <= to.Year(); year++ {
		if !w.known[year] {
			out = append(out, year)
		}
	}
	return out
}

// calendarNote tells the reader which calendar was used.
func (w *workdays) calendarNote(window Window) queries.Message {
	if years := w.unknownYears(window.From, window.To); len(years) > 0 {
		return queries.Message{Key: "demand.explain.calendar_unknown", Params: map[string]any{"years": yearList(years)}}
	}
	return queries.Message{Key: "demand.explain.calendar"}
}

func yearList(years []int) []string {
	out := make([]string, len(years))
	for i, y := range years {
		out[i] = time.Date(y, 1, 1, 0, 0, 0, 0, time.UTC).Format("2006")
	}
	return out
}
