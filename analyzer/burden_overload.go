package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// burdenOverload looks for months and days in which all demands together need more hours than the staff has. Work with
// opening and due days can be done in time if and only if in no span the hours that open and are due within it exceed the
// hours available in it (processor demand criterion, Baruah, Rosier & Howell 1990). It is charged to those who ask.
type burdenOverload struct{}

// Meta implements Detector.
func (burdenOverload) Meta() Meta { return Meta{ID: "burden-overload", Family: "burden", Version: 1} }

// overload is a span in which one or several units cannot keep up.
type overload struct {
	from, to time.Time
	peak     bool // days around due days, rather than a month
	workdays int
	units    []unitLoad
}

// unitLoad is what one unit owes in a span against what its staff has.
type unitLoad struct {
	unit           string
	hours, low     float64 // middle and lower bound of the 90 % interval
	high, capacity float64
}

// certain counts the units whose lower bound exceeds their hours.
func (o overload) certain() (n int) {
	for _, u := range o.units {
		if u.low > u.capacity {
			n++
		}
	}
	return n
}

// Detect implements Detector: at most one finding a month, the month itself or its worst span of days, for all units together.
func (d burdenOverload) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	staff, without := map[string]float64{}, []string{}
	for _, u := range in.Registry.Units() {
		switch {
		case u.Staff > 0:
			staff[u.Code] = float64(u.Staff)
		default:
			without = append(without, u.Code)
		}
	}
	var out []queries.Finding
	if len(without) > 0 || len(staff) == 0 {
		out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Units: without},
			queries.Message{Key: "overload.reason.no_staff", Params: map[string]any{"n": len(without)}}, "staff"))
	}
	if len(staff) == 0 {
		return out, nil
	}
	codes := slices.Sorted(maps.Keys(staff))
	calendar := workdaysOf(in)
	months, err := overloadedMonths(ctx, in, calendar, staff, codes, limits)
	if err != nil {
		return nil, err
	}
	peaks, err := overloadedDays(ctx, in, calendar, staff, codes, limits)
	if err != nil {
		return nil, err
	}
	byMonth := map[string]overload{}
	for _, p := range peaks {
		byMonth[p.to.Format("2006-01")] = p
	}
	for _, m := range months {
		byMonth[m.from.Format("2006-01")] = m
	}
	for _, month := range slices.Sorted(maps.Keys(byMonth)) {
		f, err := overloadFinding(ctx, in, month, byMonth[month], len(staff), calendar)
		if err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// boundsOf is the 90 % interval of hours: what was observed is doubted for pauses, the rest for how forms and units vary.
func boundsOf(h queries.DemandHours, limits map[string]float64) (low, high float64) {
	rest := h.Hours - h.Observed
	doubt := math.Hypot(limits["observed_spread"]*h.Observed, limits["pace_spread"]*rest)
	doubt = math.Hypot(doubt, math.Hypot(h.Apart, h.Together))
	return queries.HoursInterval(h.Hours, doubt)
}

// loadOf is a unit's load in a span; ok is false where it has the hours.
func loadOf(unit string, h queries.DemandHours, capacity float64, limits map[string]float64) (l unitLoad, ok bool) {
	if h.Hours <= capacity {
		return l, false
	}
	low, high := boundsOf(h, limits)
	return unitLoad{unit, h.Hours, low, high, capacity}, true
}

// dayCapacity is the hours of one person on a workday that are there for reporting.
func dayCapacity(limits map[string]float64) float64 {
	return limits["hours_per_day"] * limits["available_share"]
}

// overloadedMonths compares each month's hours with the staff's.
func overloadedMonths(ctx context.Context, in Input, calendar *workdays, staff map[string]float64, codes []string, limits map[string]float64) ([]overload, error) {
	first := time.Date(in.Window.From.Year(), in.Window.From.Month(), 1, 0, 0, 0, 0, time.UTC)
	all, err := in.Store.MonthDemands(ctx, first, in.Window.To, codes)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of units: %w", err)
	}
	byMonth := map[time.Time]*overload{}
	for _, m := range all {
		month := m.Month.UTC()
		o := byMonth[month]
		if o == nil {
			o = &overload{from: month, to: month.AddDate(0, 1, -1)}
			if o.to.After(in.Window.To) {
				o.to = in.Window.To
			}
			o.workdays = calendar.between(queries.DayNumber(o.from), queries.DayNumber(o.to))
			byMonth[month] = o
		}
		if l, ok := loadOf(m.Unit, m.DemandHours, staff[m.Unit]*float64(o.workdays)*dayCapacity(limits), limits); ok {
			o.units = append(o.units, l)
		}
	}
	var out []overload
	for _, o := range byMonth {
		if len(o.units) > 0 {
			out = append(out, *o)
		}
	}
	slices.SortFunc(out, func(a, b overload) int { return a.from.Compare(b.from) })
	return out, nil
}

// overloadedDays compares the hours that open and are due within spans of days with the staff's hours of those days, and keeps
// the worst span of each month.
func overloadedDays(ctx context.Context, in Input, calendar *workdays, staff map[string]float64, codes []string, limits map[string]float64) ([]overload, error) {
	spans := map[[2]int]*overload{}
	var unit string
	var owed []queries.DemandWindow
	settle := func() {
		for _, l := range peaksOf(owed, calendar, staff[unit], limits) {
			o := spans[l.span]
			if o == nil {
				o = &overload{from: queries.DayOf(l.span[0]), to: queries.DayOf(l.span[1]), peak: true, workdays: calendar.between(l.span[0], l.span[1])}
				spans[l.span] = o
			}
			o.units = append(o.units, l.unitLoad)
		}
		owed = owed[:0]
	}
	err := in.Store.DemandWindows(ctx, in.Window.From, in.Window.To, int(limits["peak_days"]), in.Policy.Timezone, codes, func(w queries.DemandWindow) error {
		if w.Unit != unit {
			settle()
			unit = w.Unit
		}
		owed = append(owed, w)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read what units owe by when: %w", err)
	}
	settle()
	worst := map[string]overload{}
	for _, o := range spans {
		month := o.to.Format("2006-01")
		if w, ok := worst[month]; !ok || worseThan(*o, w) {
			worst[month] = *o
		}
	}
	return slices.Collect(maps.Values(worst)), nil
}

// worseThan orders spans: more units that surely cannot keep up, then more units, then the greater excess, then the earlier.
func worseThan(a, b overload) bool {
	excess := func(o overload) (sum float64) {
		for _, u := range o.units {
			sum += u.hours - u.capacity
		}
		return sum
	}
	return cmp.Or(cmp.Compare(a.certain(), b.certain()), cmp.Compare(len(a.units), len(b.units)), cmp.Compare(excess(a), excess(b)),
		b.from.Compare(a.from), b.to.Compare(a.to)) > 0
}

// peakLoad is a unit's load in a span of days, as day numbers.
type peakLoad struct {
	unitLoad
	span [2]int
}

// peaksOf finds the spans in which one unit owes more than its staff has: from the opening of one demand to the due day of
// another. The windows come in order of opening and due day.
func peaksOf(owed []queries.DemandWindow, calendar *workdays, staff float64, limits map[string]float64) []peakLoad {
	var out []peakLoad
	most := int(limits["peak_days"])
	for i, w := range owed {
		if i > 0 && owed[i-1].Opens.Equal(w.Opens) {
			continue
		}
		from := queries.DayNumber(w.Opens)
		// All that opens from this day on, by due day.
		byDue := map[int]queries.DemandHours{}
		for _, x := range owed[i:] {
			if queries.DayNumber(x.Opens)-from >= most {
				break
			}
			if due := queries.DayNumber(x.Due); due-from < most {
				byDue[due] = plus(byDue[due], x.DemandHours)
			}
		}
		var sum queries.DemandHours
		for _, due := range slices.Sorted(maps.Keys(byDue)) {
			sum = plus(sum, byDue[due])
			if sum.Hours < limits["min_peak_hours"] {
				continue
			}
			if l, ok := loadOf(w.Unit, sum, staff*float64(calendar.between(from, due))*dayCapacity(limits), limits); ok {
				out = append(out, peakLoad{l, [2]int{from, due}})
			}
		}
	}
	return out
}

// plus adds hours and what is doubtful about them. Apart is read as a variance's root.
func plus(a, b queries.DemandHours) queries.DemandHours {
	return queries.DemandHours{Hours: a.Hours + b.Hours, Observed: a.Observed + b.Observed, Apart: math.Hypot(a.Apart, b.Apart), Together: a.Together + b.Together}
}
