package simulate

import (
	"bufio"
	"context"
	"math"
	"slices"
	"strconv"
	"time"
)

const visitSystem = "visit-app"

// visitForm has one submission a visit to a household.
type visitForm struct {
	id    string
	start time.Time
	want  float64 // visits of a unit and month, on average
}

func newVisitForm(c *county) *visitForm {
	return &visitForm{id: "visits", start: c.start, want: float64(c.Visits) / float64(c.Units*c.Months)}
}

func (v *visitForm) declare() map[string]any {
	return map[string]any{
		"type": "form", "id": v.id, "system": visitSystem, "title": "入户走访记录", "cycle": "month", "approved": true, "per": "record",
		"fields": []map[string]any{
			{"id": "present", "label": "在家人数", "type": "integer", "unit": "人", "measure": "flow"},
			{"id": "topic", "label": "走访事由", "type": "code", "codes": map[string]string{"1": "帮扶", "2": "健康", "3": "安全", "4": "政策宣传", "5": "纠纷"}},
			{"id": "problems", "label": "反映问题数", "type": "integer", "unit": "个", "measure": "flow"},
			{"id": "satisfied", "label": "满意程度", "type": "code", "codes": map[string]string{"1": "满意", "2": "基本满意", "3": "不满意"}},
		},
	}
}

// visit is one record. Times are seconds since 1970.
type visit struct {
	month                     int
	started, ended, submitted int64
	house, worker             int
	lat, lon                  float64
	placed                    bool
	present, topic, problems  int
	satisfied                 int
}

// place is where households live.
type place struct {
	lat, lon []float64
	group    [][]int // households by hamlet or building
	exact    bool    // the register gives the coordinates of the building
}

// Metres of a degree of latitude, and of longitude at the county's latitude.
const (
	metresLat = 111_200.0
	metresLon = 95_000.0
)

// houses lays out a unit's households: hamlets around the office, or blocks of flats.
func (c *county) houses(s stream, u int) place {
	unit := &c.units[u]
	n := max(20, int(unit.population/3.1))
	flats := c.inApartments(u)
	groups := s.between(2, 6)
	if flats {
		groups = max(2, n/s.between(24, 60))
	}
	out := place{group: make([][]int, groups), exact: flats && s.chance(0.5)}
	centre := make([][2]float64, groups)
	for g := range centre {
		spread := 650.0
		if flats {
			spread = 180
		}
		centre[g] = [2]float64{unit.lat + spread*s.NormFloat64()/metresLat, unit.lon + spread*s.NormFloat64()/metresLon}
	}
	for h := range n {
		g := h * groups / n
		lat, lon := centre[g][0], centre[g][1]
		if !flats {
			lat, lon = lat+90*s.NormFloat64()/metresLat, lon+90*s.NormFloat64()/metresLon
		}
		out.lat, out.lon = append(out.lat, lat), append(out.lon, lon)
		out.group[g] = append(out.group[g], h)
	}
	for _, g := range out.group { // one walks from house to house, not to and fro
		slices.SortFunc(g, func(a, b int) int {
			switch {
			case out.lat[a] < out.lat[b]:
				return -1
			case out.lat[a] > out.lat[b]:
				return 1
			}
			return a - b
		})
	}
	return out
}

// walk makes the visits of one unit, month by month, as honest people make them.
func (c *county) walk(u int) []visit {
	s := newStream(c.Seed, "visits", c.units[u].code)
	homes := c.houses(s, u)
	unit := &c.units[u]
	workers := max(1, int(math.Ceil(c.visits.want/(22*9))))
	zeal := s.lognormal(1, 0.25)
	carriesNoReceiver := s.chance(0.05)
	out := make([]visit, 0, int(1.3*c.visits.want*float64(c.Months)))
	for m := range c.Months {
		if unit.merged >= 0 && m >= unit.merged {
			break
		}
		days := c.workdays(s, m)
		want := s.negativeBinomial(c.visits.want*zeal*math.Exp(unit.activity[m]), 12)
		if c.month(m).Month() == time.February && c.alike("holiday") {
			want *= 0.6
		}
		perDay := want / float64(len(days)*workers)
		for _, day := range days {
			for w := range workers {
				n := int(s.poisson(perDay))
				if n > 0 {
					out = c.round(s, out, u, m, w, n, day, &homes, carriesNoReceiver)
				}
			}
		}
	}
	return out
}

// workdays are the midnights, in seconds since 1970, of the days on which people visit.
func (c *county) workdays(s stream, m int) []int64 {
	var out []int64
	for day := c.month(m); day.Month() == c.month(m).Month(); day = day.AddDate(0, 0, 1) {
		if day.Weekday() != time.Sunday || s.chance(0.1) {
			out = append(out, day.Unix()-8*3600)
		}
	}
	return out
}

// round is one person's day of n visits, on foot within a hamlet and on wheels between them.
func (c *county) round(s stream, out []visit, u, m, worker, n int, day int64, homes *place, blind bool) []visit {
	unit := &c.units[u]
	at := float64(day) + 3600*s.within(8.2, 10.2)
	group := homes.group[s.IntN(len(homes.group))]
	next := s.IntN(len(group))
	first, before := len(out), group[next]
	for range n {
		h := group[next%len(group)]
		next += s.between(1, 3)
		if s.chance(0.06) {
			group = homes.group[s.IntN(len(homes.group))]
			next = s.IntN(len(group))
		}
		distance := homes.metres(before, h)
		pace := 1.2
		if distance > 400 {
			pace = 4.5
		}
		at += distance/pace + s.within(40, 200)
		if hour := (at - float64(day)) / 3600; hour > 12 && hour < 13.8 && s.chance(0.9) {
			at = float64(day) + 3600*s.within(13.6, 14.6)
		} else if hour > 20.5 {
			break
		}
		minutes := math.Max(2, s.lognormal(9, 0.55))
		v := visit{month: m, house: h, worker: worker, started: int64(at), present: s.between(0, 5), topic: s.between(1, 5), problems: int(s.poisson(0.3)), satisfied: 1}
		if s.chance(0.2) {
			v.satisfied = s.between(2, 3)
		}
		at += 60 * minutes
		v.ended = int64(at)
		v.submitted = v.ended + int64(s.between(2, 40))
		if !blind && !s.chance(0.03) {
			v.placed = true
			v.lat, v.lon = homes.measured(s, h)
		}
		before = h
		out = append(out, v)
	}
	if unit.offline { // everything is sent when the day, or several, are over
		sent := c.nextNetwork(u, time.Unix(int64(at), 0)).Unix()
		for i := first; i < len(out); i++ {
			out[i].submitted = sent + int64(i-first)
		}
	}
	return out
}

func (p *place) metres(a, b int) float64 {
	return math.Hypot((p.lat[a]-p.lat[b])*metresLat, (p.lon[a]-p.lon[b])*metresLon)
}

// measured is what a telephone reports at a house: some metres off, and now and then far off.
func (p *place) measured(s stream, h int) (lat, lon float64) {
	if p.exact {
		return p.lat[h], p.lon[h]
	}
	off := s.lognormal(5, 0.4)
	if s.chance(0.02) {
		off = s.within(25, 120)
	}
	return p.lat[h] + off*s.NormFloat64()/metresLat, p.lon[h] + off*s.NormFloat64()/metresLon
}

// writeVisits writes visits and questionnaires, unit by unit.
func (c *county) writeVisits(ctx context.Context, w *bufio.Writer) error {
	if c.visits == nil {
		return nil
	}
	cases := map[[2]int]*fabrication{}
	for _, x := range c.cases {
		cases[[2]int{x.unit, x.form}] = x
	}
	return inOrder(ctx, w, len(c.units), func(u int) []byte {
		visits := c.walk(u)
		if x := cases[[2]int{u, visitsIndex}]; x != nil {
			visits = c.fabricateVisits(x, visits)
		}
		b := make([]byte, 0, 320*len(visits))
		for i := range visits {
			b = c.visitLine(b, u, &visits[i])
		}
		return c.surveyLines(b, u, cases[[2]int{u, surveyIndex}])
	})
}

func (c *county) visitLine(b []byte, u int, v *visit) []byte {
	b = append(b, `{"type":"submission","form":"visits","unit":"`...)
	b = append(b, c.units[u].code...)
	b = append(b, `","period":"`...)
	b = append(b, c.monthName(v.month)...)
	b = append(b, `","submitted_at":"`...)
	b = appendStamp(b, v.submitted)
	b = append(b, `","started_at":"`...)
	b = appendStamp(b, v.started)
	b = append(b, `","reporter":"`...)
	b = append(b, c.units[u].code...)
	b = append(b, "-w"...)
	b = strconv.AppendInt(b, int64(v.worker+1), 10)
	b = append(b, `","channel":"app","subject":"`...)
	b = append(b, c.units[u].code...)
	b = append(b, "-h"...)
	b = strconv.AppendInt(b, int64(v.house+1), 10)
	if v.placed {
		b = append(b, `","lat":`...)
		b = strconv.AppendFloat(b, v.lat, 'f', 6, 64)
		b = append(b, `,"lon":`...)
		b = strconv.AppendFloat(b, v.lon, 'f', 6, 64)
	} else {
		b = append(b, '"')
	}
	b = append(b, `,"values":{"present":`...)
	b = strconv.AppendInt(b, int64(v.present), 10)
	b = append(b, `,"topic":"`...)
	b = strconv.AppendInt(b, int64(v.topic), 10)
	b = append(b, `","problems":`...)
	b = strconv.AppendInt(b, int64(v.problems), 10)
	b = append(b, `,"satisfied":"`...)
	b = strconv.AppendInt(b, int64(v.satisfied), 10)
	return append(b, "\"}}\n"...)
}

func appendStamp(b []byte, seconds int64) []byte {
	return time.Unix(seconds, 0).In(zone).AppendFormat(b, time.RFC3339)
}

// fabricateVisits rewrites a share of the visits of one unit.
func (c *county) fabricateVisits(x *fabrication, visits []visit) []visit {
	s := newStream(c.Seed, "fabricate", "visits", c.units[x.unit].code)
	x.of = len(visits)
	touched := x.touchRecords(s, len(visits))
	months := map[int]bool{}
	for _, i := range touched {
		months[visits[i].month] = true
	}
	if x.kind == MockCoordinates {
		c.mock(s, x, visits, touched)
	} else {
		c.backFill(s, x, visits, touched)
	}
	x.touched = len(touched)
	for m := range c.Months {
		if months[m] {
			x.periods = append(x.periods, c.monthName(m))
		}
	}
	return visits
}

// touchRecords chooses a share of n records, in a row or here and there, in ascending order.
func (x *fabrication) touchRecords(s stream, n int) []int {
	k := int(math.Round(x.intensity * float64(n)))
	if k == 0 {
		return nil
	}
	out := make([]int, k)
	if x.contiguous {
		from := s.IntN(n - k + 1)
		for i := range out {
			out[i] = from + i
		}
		return out
	}
	copy(out, s.Perm(n)[:k])
	slices.Sort(out)
	return out
}

// mock gives visits coordinates that no receiver measured: one point, three in turn, or one with a little made-up noise.
func (c *county) mock(s stream, x *fabrication, visits []visit, touched []int) {
	unit := &c.units[x.unit]
	points := make([][2]float64, 3)
	for i := range points {
		points[i] = [2]float64{unit.lat + 300*s.NormFloat64()/metresLat, unit.lon + 300*s.NormFloat64()/metresLon}
	}
	for n, i := range touched {
		v := &visits[i]
		v.placed = true
		switch x.variant {
		case 0:
			v.lat, v.lon = points[0][0], points[0][1]
		case 1:
			v.lat, v.lon = points[n%3][0], points[n%3][1]
		default:
			v.lat, v.lon = points[0][0]+s.within(-2e-5, 2e-5), points[0][1]+s.within(-2e-5, 2e-5)
		}
	}
}

// backFill enters visits at the desk at the end of their month: as if they took place there and then, or with times that are
// claimed, at the office's coordinates, at those of the map, or at none.
func (c *county) backFill(s stream, x *fabrication, visits []visit, touched []int) {
	unit := &c.units[x.unit]
	var desk int64
	month := -1
	homes := c.houses(newStream(c.Seed, "visits", unit.code), x.unit)
	for _, i := range touched {
		v := &visits[i]
		if v.month != month {
			month = v.month
			desk = c.month(month+1).Unix() - 8*3600 - int64(s.between(0, 2))*86400 - int64(86400-3600*s.between(9, 16))
		}
		desk += int64(s.between(20, 95))
		v.submitted, v.worker = desk, 0
		switch x.variant {
		case 0: // at the desk, as the telephone says
			v.started, v.placed = desk-int64(s.between(12, 60)), true
			v.lat, v.lon = unit.lat+4*s.NormFloat64()/metresLat, unit.lon+4*s.NormFloat64()/metresLon
		case 1: // with times out of the head
			v.started, v.placed = min(v.started, desk-900)/600*600, false
		default: // at the desk, with the coordinates of the map
			v.started, v.placed, v.lat, v.lon = desk-int64(s.between(12, 60)), true, homes.lat[v.house], homes.lon[v.house]
		}
		v.ended = v.submitted
	}
}
