package simulate

import (
	"math"
	"time"
)

// zone is that of the county: no daylight saving.
var zone = time.FixedZone("+08:00", 8*3600)

// entry is how and when a submission came about.
type entry struct {
	submitted, started time.Time // started is zero where the system does not tell
	reporter, channel  string
}

// entries decides when a unit handed in each period of a form, by the habits of its people.
func (c *county) entries(f *form, u int) []entry {
	unit := &c.units[u]
	town := &c.towns[unit.town]
	s := newStream(c.Seed, "entries", f.id, unit.code)
	out := make([]entry, len(f.periods))
	for p := range out {
		at := &f.periods[p]
		e := &out[p]
		e.reporter, e.channel = unit.code+"-1", "web"
		if unit.newClerk >= 0 && at.month >= unit.newClerk {
			e.reporter = unit.code + "-2"
		}
		due := float64(f.due)
		day := math.Max(0.1, due+unit.late+1.2*s.NormFloat64())
		if s.chance(0.03 * unit.untidy) {
			day += s.within(3, 25)
		}
		e.submitted = workingTime(s, at.end, day)
		switch {
		case town.batch:
			b := newStream(c.Seed, "batch", f.id, town.code, at.name)
			e.submitted = workingTime(b, at.end, b.within(1, due))
			e.channel, e.reporter = "import", town.code+"-upload"
		case town.clerk:
			b := newStream(c.Seed, "clerk", f.id, town.code, at.name)
			e.submitted = workingTime(b, at.end, b.within(1, due)).Add(time.Duration(float64(u%40)*b.within(100, 300)) * time.Second)
			e.reporter = town.code + "-clerk"
		case unit.offline:
			e.channel = "app"
			e.submitted = c.nextNetwork(u, e.submitted).Add(time.Duration(s.between(0, 90)) * time.Second)
		}
		if f.started && e.channel != "import" {
			seconds := s.lognormal(60+8*float64(len(f.fields)), 0.5)
			if town.clerk {
				seconds = math.Min(seconds, 95)
			}
			e.started = e.submitted.Add(-time.Duration(seconds) * time.Second)
			if unit.offline {
				e.started = e.started.Add(-time.Duration(s.between(600, 100_000)) * time.Second)
			}
		}
		if p > 0 && s.chance(0.012*unit.untidy) && !town.batch { // forgotten, and entered with the next
			out[p-1].submitted, out[p-1].started = e.submitted.Add(-time.Duration(s.between(120, 900))*time.Second), time.Time{}
		}
	}
	return out
}

// workingTime is a moment of office hours, some days after a period's end.
func workingTime(s stream, end time.Time, days float64) time.Time {
	day := time.Date(end.Year(), end.Month(), end.Day(), 0, 0, 0, 0, zone).AddDate(0, 0, int(days))
	if weekday := day.Weekday(); (weekday == time.Saturday || weekday == time.Sunday) && s.chance(0.9) {
		day = day.AddDate(0, 0, 1+int(time.Sunday-weekday+7)%7)
	}
	hour := s.within(8.4, 12)
	if s.chance(0.55) {
		hour = s.within(14, 17.8)
	}
	if s.chance(0.06) {
		hour = s.within(18.5, 22)
	}
	return day.Add(time.Duration(hour * float64(time.Hour)))
}

// nextNetwork is when a telephone out of reach of the network next sends what it holds.
func (c *county) nextNetwork(u int, t time.Time) time.Time {
	const every = 5 * 24 * time.Hour
	phase := time.Duration(u%5)*24*time.Hour + time.Duration(19*60+u%90)*time.Minute
	origin := time.Date(c.start.Year(), 1, 1, 0, 0, 0, 0, zone).Add(phase)
	return origin.Add((t.Sub(origin)/every + 1) * every)
}

// missing says whether a submission was never made.
func (c *county) missing(s stream, u, month int) bool {
	unit := &c.units[u]
	return unit.merged >= 0 && month >= unit.merged || s.chance(0.015*unit.untidy)
}

// slip is a mistake of the pen in one figure: a digit too many, one too few, or two exchanged.
func (f *form) slip(s stream, row []float64) bool {
	k := s.IntN(len(f.fields))
	x := &f.fields[k]
	if x.gen == registerField || x.gen == openingField || x.gen == rateField || row[k] < 10 {
		return false
	}
	switch s.IntN(3) {
	case 0:
		row[k] *= 10
	case 1:
		row[k] = x.clean(math.Floor(row[k] / 10))
	default:
		last, before := math.Mod(math.Floor(row[k]), 10), math.Mod(math.Floor(row[k]/10), 10)
		row[k] += 9*last - 9*before
	}
	return true
}
