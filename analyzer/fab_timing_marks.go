package analyzer

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// visitMarks is which visits of a unit show a sign, with the figure that each is held against: seconds, metres, days.
type visitMarks struct {
	marked []bool
	value  []float64
}

// begun is when a visit was begun or, where that is unknown, handed in.
func begun(v *queries.Visit) time.Time {
	if v.Begun.IsZero() {
		return v.Ended
	}
	return v.Begun
}

// located says whether a visit has coordinates; none and (0, 0) are unknown.
func located(v *queries.Visit) bool { return math.Abs(v.Lat)+math.Abs(v.Lon) > 0.02 }

// mark finds the visits that show a sign, among visits in order of reporter and time.
func (u *visitUnit) mark(visits []queries.Visit, sign string, limits map[string]float64) visitMarks {
	m := visitMarks{marked: make([]bool, len(visits)), value: make([]float64, len(visits))}
	gap := func(i int) float64 { // seconds from the beginning before to this one
		if i < 1 || i >= len(visits) || visits[i].Reporter != visits[i-1].Reporter || visits[i].Begun.IsZero() || visits[i-1].Begun.IsZero() {
			return math.Inf(1)
		}
		return visits[i].Begun.Sub(visits[i-1].Begun).Seconds()
	}
	switch sign {
	case "point", "frozen", "rounded", "tight", "displaced":
		u.markPlaces(visits, sign, limits, &m)
		return m
	}
	bound := u.bound(sign, limits)
	for i := range visits {
		v := &visits[i]
		if v.Begun.IsZero() {
			continue
		}
		taken := v.Ended.Sub(v.Begun).Seconds()
		switch sign {
		case "run":
			m.value[i] = gap(i)
			m.marked[i] = gap(i) <= bound && (gap(i-1) <= bound || gap(i+1) <= bound) || gap(i+1) <= bound && gap(i+2) <= bound
		case "quick":
			m.value[i], m.marked[i] = taken, taken <= bound
		case "late":
			m.value[i] = taken / 86400
			m.marked[i] = m.value[i] > bound
		case "overlap":
			if gap(i) < math.Inf(1) {
				m.value[i] = visits[i-1].Ended.Sub(v.Begun).Seconds()
				m.marked[i] = m.value[i] > 60 && v.Ended.Sub(visits[i-1].Ended).Seconds() > 60
			}
		case "speed":
			if gap(i) < math.Inf(1) && located(v) && located(&visits[i-1]) {
				metres := stats.Haversine(v.Lat, v.Lon, visits[i-1].Lat, visits[i-1].Lon)
				m.value[i] = 3.6 * metres / math.Max(1, gap(i))
				m.marked[i] = metres > limits["margin"]+limits["speed"]*(gap(i)+limits["clock"])
			}
		case "night":
			hour := v.Begun.In(localZone).Hour()
			m.value[i], m.marked[i] = float64(hour), hour >= 22 || hour < 5
		case "regular":
			m.value[i] = gap(i)
			m.marked[i] = gap(i) >= 30 && gap(i) <= 3600 && math.Abs(gap(i)-gap(i-1)) <= 1
		case "fives":
			m.value[i], m.marked[i] = float64(v.Begun.Minute()), v.Begun.Unix()%300 == 0
		case "crowd":
			m.marked[i] = true
		}
	}
	return m
}

// localZone is China's: one zone, no daylight saving since 1991.
var localZone = time.FixedZone("+08:00", 8*3600)

// markPlaces finds the visits whose coordinates show a sign.
func (u *visitUnit) markPlaces(visits []queries.Visit, sign string, limits map[string]float64, m *visitMarks) {
	type place [2]float64
	homes, points, same := map[uint64][][2]float64{}, map[place]map[uint64]bool{}, map[place]map[uint64]int{}
	type cell [2]int64
	cellOf := func(v *queries.Visit) cell {
		return cell{int64(math.Round(v.Lat * 2500)), int64(math.Round(v.Lon * 2500))}
	}
	cells := map[cell]int{}
	for i := range visits {
		v := &visits[i]
		if !located(v) {
			continue
		}
		at := place{v.Lat, v.Lon}
		homes[v.Subject] = append(homes[v.Subject], at)
		if points[at] == nil {
			points[at], same[at] = map[uint64]bool{}, map[uint64]int{}
		}
		points[at][v.Subject] = true
		same[at][v.Subject]++
		cells[cellOf(v)]++
	}
	for i := range visits {
		v := &visits[i]
		if !located(v) {
			continue
		}
		at := place{v.Lat, v.Lon}
		far := farFromHome(homes[v.Subject], v)
		switch sign {
		case "point":
			m.marked[i], m.value[i] = len(points[at]) >= int(limits["shared_homes"]), float64(len(points[at]))
		case "frozen":
			m.marked[i], m.value[i] = same[at][v.Subject] > 1, float64(same[at][v.Subject])
		case "rounded":
			scale := math.Pow10(u.form.at.decimals - 1)
			m.marked[i], m.value[i] = math.Abs(v.Lat*scale-math.Round(v.Lat*scale)) < 1e-3 && math.Abs(v.Lon*scale-math.Round(v.Lon*scale)) < 1e-3, v.Lat
		case "tight":
			m.value[i] = float64(cells[cellOf(v)])
			m.marked[i] = uint64(cells[cellOf(v)])*2 > u.spots.Largest
		case "displaced":
			m.value[i], m.marked[i] = far, far > limits["far"]
		}
	}
}

// farFromHome is how many metres a visit is from the household's usual place.
func farFromHome(places [][2]float64, v *queries.Visit) float64 {
	lat, lon := make([]float64, len(places)), make([]float64, len(places))
	for i, p := range places {
		lat[i], lon[i] = p[0], p[1]
	}
	slices.Sort(lat)
	slices.Sort(lon)
	return stats.Haversine(v.Lat, v.Lon, lat[(len(lat)-1)/2], lon[(len(lon)-1)/2])
}

// span is the first and last moment with a mark, and on how many days there are marks.
func (m visitMarks) span(visits []queries.Visit) (first, last time.Time, days int) {
	seen := map[time.Time]bool{}
	for i, marked := range m.marked {
		if !marked {
			continue
		}
		at := begun(&visits[i])
		seen[dayOf(at)] = true
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	return first, last, len(seen)
}

// dayOf is the local day of a moment.
func dayOf(t time.Time) time.Time {
	t = t.In(localZone)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

// looks are the visits to ask about, the days with most marks first.
func (m visitMarks) looks(visits []queries.Visit, u *visitUnit, sign visitSign) []queries.Look {
	perDay := map[time.Time]int{}
	var at []int
	for i, marked := range m.marked {
		if marked {
			perDay[dayOf(begun(&visits[i]))]++
			at = append(at, i)
		}
	}
	slices.SortStableFunc(at, func(a, b int) int {
		x, y := dayOf(begun(&visits[a])), dayOf(begun(&visits[b]))
		return cmp.Or(-cmp.Compare(perDay[x], perDay[y]), x.Compare(y))
	})
	usual := rounded(100*sign.usual, 1)
	var out []queries.Look
	for _, i := range at[:min(10, len(at))] {
		v := &visits[i]
		look := queries.Look{Date: begun(v).In(localZone).Format(time.RFC3339), Household: pseudonym(v.Subject), Reporter: pseudonym(v.Reporter), Compare: &usual}
		// The first visit of a run lies far from the one before: its own figure would say nothing.
		bound := u.comparison(sign.id)
		first := (sign.id == "run" || sign.id == "quick") && m.value[i] > *bound
		if x := m.value[i]; !math.IsInf(x, 0) && !math.IsNaN(x) && !first {
			value := rounded(x, 1)
			look.Value, look.Compare = &value, bound
		}
		out = append(out, look)
	}
	return out
}

// comparison is the figure that a visit's own is held against: the bound that peers hardly cross, nil where there is none.
func (u *visitUnit) comparison(sign string) *float64 {
	at := u.form.at
	var x float64
	switch sign {
	case "run":
		x = float64(visitSeconds[at.run])
	case "quick":
		x = float64(visitSeconds[at.quick])
	case "late":
		x = float64(visitLags[at.lag])
	default:
		return nil
	}
	return &x
}

// momentsShown bounds the picture: of more visits every so many-th is drawn, the marked ones before the others.
const momentsShown = 1500

// chart shows the moments of the visits by reporter.
func (u *visitUnit) chart(visits []queries.Visit, m visitMarks) *queries.Chart {
	c := &queries.Chart{Kind: "strip", Title: queries.Message{Key: "fab.chart.timing", Params: map[string]any{"unit": u.shape.Unit}}}
	every := (len(visits) + momentsShown - 1) / momentsShown
	row := -1
	for i := range visits {
		if i == 0 || visits[i].Reporter != visits[i-1].Reporter {
			row++
			c.Rows = append(c.Rows, pseudonym(visits[i].Reporter))
		}
		if every > 1 && i%every != 0 {
			continue
		}
		c.Points = append(c.Points, queries.Point{X: float64(begun(&visits[i]).Unix()), Y: float64(row), Label: pseudonym(visits[i].Subject), Marked: m.marked[i]})
	}
	return c
}
