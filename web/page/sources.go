package page

import (
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/chart"
	"github.com/jianfu/jianfu/web/component"
)

// Sources is the health of what is collected.
type Sources struct {
	component.View
	Rows []queries.SourceRow
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

// today is what arrived on the newest day, and what such a weekday usually brings: the median of the same weekdays before.
func today(s queries.SourceRow) (rows uint64, norm float64, known bool) {
	if len(s.Days) == 0 {
		return 0, 0, false
	}
	last := s.Days[len(s.Days)-1]
	var same []float64
	for i := len(s.Days) - 8; i >= 0; i -= 7 {
		if s.Days[i].Runs > 0 {
			same = append(same, float64(s.Days[i].Rows))
		}
	}
	if len(same) < 2 {
		return last.Rows, 0, false
	}
	slices.Sort(same)
	middle := len(same) / 2
	if len(same)%2 == 1 {
		return last.Rows, same[middle], true
	}
	return last.Rows, (same[middle-1] + same[middle]) / 2, true
}

func todayWords(v component.View, s queries.SourceRow) string {
	rows, norm, known := today(s)
	if !known {
		return v.T("sources.today_only", "n", rows)
	}
	return v.T("sources.today", "n", rows, "norm", norm)
}

// strip draws the days of a source, with its gaps.
func strip(v component.View, s queries.SourceRow) string {
	days, mondays := make([]chart.Day, len(s.Days)), make([]bool, len(s.Days))
	started, gaps := false, 0
	for i, d := range s.Days {
		mondays[i] = d.Day.Weekday() == time.Monday
		switch {
		case d.Rows > 0:
			started = true
			days[i] = chart.Day{State: chart.Received, Words: v.T("sources.day_received", "day", v.Date(d.Day), "n", d.Rows)}
		case d.Runs > 0:
			started = true
			days[i] = chart.Day{State: chart.Empty, Words: v.T("sources.day_empty", "day", v.Date(d.Day))}
		case started:
			gaps++
			days[i] = chart.Day{State: chart.Missing, Words: v.T("sources.day_missing", "day", v.Date(d.Day))}
		default:
			days[i] = chart.Day{State: chart.Before, Words: v.T("sources.day_before", "day", v.Date(d.Day))}
		}
	}
	return chart.Strip(days, mondays, v.T("sources.strip", "n", len(days), "gaps", gaps))
}

// Verify is the list of units and forms worth verifying.
type Verify struct {
	component.View
	Rows     []VerifyRow
	Paging   component.Paging
	Filtered bool // whether only recommended rows are shown
	Advised  int  // how many are recommended
	All      int
}

// VerifyRow is one row with the strongest sentence of its findings.
type VerifyRow struct {
	queries.VerifyItem
	Strongest *queries.Finding
}

func (p Verify) title() string {
	if p.All == 0 {
		return p.T("verify.none")
	}
	return p.T("verify.title", "n", p.Advised, "all", p.All)
}

// Units is the list of units with what is asked of them.
type Units struct {
	component.View
	Rows   []queries.UnitRow
	Paging component.Paging
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
}
