package page

import (
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Sources is the health of what is collected.
type Sources struct {
	component.View
	Rows   []queries.SourceRow // those that need attention first
	Chosen string              // the only one to be shown in full; empty for those that need attention
}

// cardsMost is how many sources are shown in full, with their days; the others are lines of a table.
const cardsMost = 8

// split gives the sources that are shown in full, and the others: all where they are few, else those that need attention.
func (p Sources) split() (cards, rest []queries.SourceRow) {
	for _, s := range p.Rows {
		full := len(p.Rows) <= cardsMost || Urgency(p.View, s) < 3 && len(cards) < cardsMost
		switch {
		case p.Chosen == s.ID, p.Chosen == "" && full:
			cards = append(cards, s)
		case p.Chosen == "":
			rest = append(rest, s)
		}
	}
	return cards, rest
}

// late is how long a source may be silent, relative to its own habit, before the page says so.
const late = 48 * time.Hour

// health is the state of a source and the word for it.
func health(v component.View, s queries.SourceRow) (component.State, string) {
	switch {
	case s.LastRun.IsZero():
		return component.NotAssessed, v.T("sources.never")
	case s.Error != "":
		return component.ToVerify, v.T("sources.failing")
	case v.Now.Sub(s.LastSuccess) > late:
		return component.ToVerify, v.T("sources.late")
	case s.Quarantined > 0:
		return component.NoProblem, v.T("sources.partly")
	default:
		return component.Confirmed, v.T("sources.healthy")
	}
}

// Urgency orders sources: 0 for those that need attention.
func Urgency(v component.View, s queries.SourceRow) int {
	switch state, _ := health(v, s); {
	case state == component.ToVerify:
		return 0
	case state == component.NotAssessed:
		return 1
	case s.Quarantined > 0:
		return 2
	default:
		return 3
	}
}

func (p Sources) title() string {
	bad, held := 0, uint64(0)
	for _, s := range p.Rows {
		if state, _ := health(p.View, s); state == component.ToVerify {
			bad++
		}
		held += s.Quarantined
	}
	if bad == 0 {
		return p.T("sources.title_fine", "n", len(p.Rows), "held", held)
	}
	return p.T("sources.title", "n", len(p.Rows), "bad", bad, "held", held)
}

// norm is what the weekday of a day usually brings: the median of the same weekdays shown, the day itself apart. It is not
// known from fewer than two.
func norm(days []queries.SourceDay, i int) (float64, bool) {
	var same []float64
	for j := i % 7; j < len(days); j += 7 {
		if j != i {
			same = append(same, float64(days[j].Rows))
		}
	}
	if len(same) < 2 {
		return 0, false
	}
	slices.Sort(same)
	middle := len(same) / 2
	if len(same)%2 == 1 {
		return same[middle], true
	}
	return (same[middle-1] + same[middle]) / 2, true
}

func todayWords(v component.View, s queries.SourceRow) string {
	if len(s.Days) == 0 {
		return locale.Absent
	}
	last := len(s.Days) - 1
	usual, known := norm(s.Days, last)
	if !known {
		return v.T("sources.today_only", "n", s.Days[last].Rows)
	}
	return v.T("sources.today", "n", s.Days[last].Rows, "norm", math.Round(usual))
}

// fewToMiss is the number of rows that a weekday must usually bring before a day without any counts as a gap.
const fewToMiss = 5

// dayState is the state of one day of a source. A day counts as read when a run succeeded after it: logs are read afterwards.
func dayState(s queries.SourceRow, i, first int) (state chart.DayState, key string, usual float64) {
	d := s.Days[i]
	usual, known := norm(s.Days, i)
	switch {
	case d.Rows > 0:
		return chart.Received, "sources.day_received", usual
	case i < first:
		return chart.Before, "sources.day_before", usual
	case !s.LastSuccess.IsZero() && s.LastSuccess.Before(d.Day):
		return chart.Missing, "sources.day_missing", usual
	case known && usual >= fewToMiss:
		return chart.Missing, "sources.day_gap", usual
	default:
		return chart.Empty, "sources.day_empty", usual
	}
}

// Covered counts the days since a source began, and those of them that are no gap.
func Covered(s queries.SourceRow) (covered, days int) {
	first := slices.IndexFunc(s.Days, func(d queries.SourceDay) bool { return d.Rows > 0 })
	if first < 0 {
		return 0, 0
	}
	for i := first; i < len(s.Days); i++ {
		days++
		if state, _, _ := dayState(s, i, first); state != chart.Missing {
			covered++
		}
	}
	return covered, days
}

// strip draws the last days of a source, with its gaps.
func strip(v component.View, s queries.SourceRow, n int) string {
	skip := max(0, len(s.Days)-n)
	var days []chart.Day
	var mondays []bool
	gaps := 0
	first := slices.IndexFunc(s.Days, func(d queries.SourceDay) bool { return d.Rows > 0 })
	if first < 0 {
		first = len(s.Days)
	}
	for i := skip; i < len(s.Days); i++ {
		d := s.Days[i]
		state, key, usual := dayState(s, i, first)
		if state == chart.Missing {
			gaps++
		}
		mondays = append(mondays, d.Day.Weekday() == time.Monday)
		days = append(days, chart.Day{State: state, Words: v.T(key, "day", v.Date(d.Day), "n", d.Rows, "norm", math.Round(usual))})
	}
	return chart.Strip(days, mondays, v.T("sources.strip", "n", len(days), "gaps", gaps))
}

// Units is the list of units with what is asked of them.
type Units struct {
	component.View
	Rows   []queries.UnitRow
	Paging component.Paging
}

// Table is the list for spreadsheets.
func (p Units) Table() [][]any {
	head := []any{p.T("burden.csv.id")}
	for _, key := range []string{"unit", "kind", "hours_month", "hours_low", "hours_high", "submissions_month", "forms", "staff", "open_findings"} {
		head = append(head, p.T("column."+key))
	}
	out := [][]any{head}
	for _, u := range p.Rows {
		out = append(out, []any{
			u.Code, p.Name("unit", u.Code), p.Known("kind."+u.Kind, orWord(u.Kind, p.T("word.not_declared"))),
			math.Round(u.Hours*10) / 10, math.Round(u.Low*10) / 10, math.Round(u.High*10) / 10, math.Round(u.Submissions*10) / 10, u.Forms, u.Staff, u.Findings,
		})
	}
	return out
}

func (p Units) title() string {
	if len(p.Rows) == 0 {
		return p.T("units.none")
	}
	return p.T("units.title", "n", p.Paging.Total)
}

// Methods lists what the detectors measure and when they may speak.
type Methods struct {
	component.View
	Detectors []Method
}

// Method is one detector as its author describes it.
type Method struct {
	ID, Family string
	Version    uint16
	Evidence   string // family of evidence within fabrication, else empty
	Thresholds map[string]float64
}

// limits are the thresholds in force, by name.
func (p Methods) limits(m Method) [][2]string { return thresholdWords(p.View, m.ID, m.Thresholds) }
