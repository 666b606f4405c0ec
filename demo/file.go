package demo

import (
	"math"
	"sort"
	"time"
)

// file decides who hands a form in, when, how and in what time.
func (c *County) file(s stream, f *form, place *place, at period, sub *submission) {
	system := &c.systems[f.system]
	sub.channel = "web"
	switch {
	case system.app:
		sub.channel = "app"
	case system.kind == "spreadsheet":
		sub.channel = "import"
	}
	sub.reporter = &place.officials[s.IntN(len(place.officials))]
	if s.chance(0.6) {
		sub.reporter = &place.officials[f.index%len(place.officials)] // most forms have their regular reporter
	}
	day := c.dayOfFiling(s, f, place, at)
	if f.spec.night || f.spec.bursts {
		day = at.end
		if f.spec.night && s.chance(0.3) {
			day = day.AddDate(0, 0, -1)
		}
	}
	clerk := c.world.clerks[place.town]
	if clerk != nil && f.spec.clerk && place.kind == "village" {
		// The shared clerk works through the villages of the town in one afternoon.
		sub.clerk, sub.reporter, sub.channel = true, clerk, "web"
		day = c.clerkDay(f, place.town, at)
	}
	sub.active = float32(c.activeSeconds(s, f, place, sub.clerk))
	sub.submitted = c.timeOfDay(s, day).Unix()
	if f.spec.night {
		sub.submitted = day.Unix() + int64((18.4+4.9*s.Float64())*3600)
	}
	if sub.clerk {
		sub.submitted = c.clerkTime(s, f, day, place, sub.active)
	}
	if system.data == inDrop && system.app && s.chance(0.3) {
		sub.submitted = c.syncTime(f, place, day).Unix() // filled in offline, sent when there was a network
	}
	if c.tellsStart(f) {
		pause := 0.0
		if s.chance(0.08) {
			pause = s.lognormal(2400, 1.3) // the page stayed open
		}
		sub.started = sub.submitted - int64(math.Ceil(float64(sub.active)+pause))
	}
}

// tellsStart says whether a form's system records when somebody opened the form.
func (c *County) tellsStart(f *form) bool {
	switch c.systems[f.system].data {
	case inDatabase, byPage, byCursor, byToken, inDrop:
		return true
	}
	return false
}

// dayOfFiling lies between two days before the period's end and the due day; the less diligent are late now and then.
func (c *County) dayOfFiling(s stream, f *form, place *place, at period) time.Time {
	early, due := 2, f.spec.due
	if f.spec.cycle == "week" {
		early = 1
	}
	// The square root draws the days towards the deadline.
	offset := int(math.Floor(math.Sqrt(s.Float64())*float64(early+due+1))) - early
	if s.chance(0.08 * (1.6 - place.diligence)) {
		offset = due + s.between(1, 6)
	}
	day := at.end.AddDate(0, 0, offset)
	for tries := 0; tries < 9 && !c.world.officeDay(day) && !s.chance(0.07); tries++ {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

func (c *County) timeOfDay(s stream, day time.Time) time.Time {
	hour := 0.0
	switch x := s.Float64(); {
	case x < 0.44:
		hour = 8.3 + 3.6*s.Float64()
	case x < 0.86:
		hour = 14.2 + 3.9*s.Float64()
	case x < 0.97:
		hour = 18 + 4*s.Float64()
	default:
		hour = 11.8 + 2.5*s.Float64()
	}
	return day.Add(time.Duration(hour * float64(time.Hour))).Truncate(time.Second)
}

func (c *County) clerkDay(f *form, town int, at period) time.Time {
	s := newStream(c.world.seed, "clerk day", f.spec.id, c.world.towns[town].code, at.name)
	day := at.end.AddDate(0, 0, s.between(0, max(f.spec.due-1, 0)))
	for !c.world.officeDay(day) {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

// clerkTime puts the villages of a town one after the other.
func (c *County) clerkTime(s stream, f *form, day time.Time, place *place, active float32) int64 {
	turn := 0
	for v := range c.world.villages {
		if c.world.villages[v].town == place.town && c.world.villages[v].code < place.code {
			turn++
		}
	}
	pace := int64(c.medianSeconds(f)*clerkFactor*1.15) + 30
	return day.Add(14*time.Hour+10*time.Minute).Unix() + int64(turn)*pace + int64(active) + int64(s.IntN(20))
}

// syncTime is when a village's telephone next found a network: the same moment for all that was waiting.
func (c *County) syncTime(f *form, place *place, day time.Time) time.Time {
	s := newStream(c.world.seed, "sync", place.code, day.Format(time.DateOnly))
	return day.Add(19*time.Hour + time.Duration(s.IntN(7200))*time.Second + time.Duration(f.index%5)*time.Second)
}

// clerkFactor is the time a clerk needs who enters twelve villages in a row, as a share of what a village needs.
const clerkFactor = 0.6

// activeSeconds is the working time a form takes: a median by kind of field, times the reporter's own speed.
func (c *County) activeSeconds(s stream, f *form, place *place, clerk bool) float64 {
	total := c.medianSeconds(f)
	if clerk {
		return total * clerkFactor * s.lognormal(1, 0.12)
	}
	return total * place.speed * s.lognormal(1, 0.28)
}

// openingSeconds is what a form takes whatever it asks: to open it, to find one's way, to send it.
const openingSeconds = 40.0

func (c *County) medianSeconds(f *form) float64 {
	total := openingSeconds
	for i := range f.fields {
		total += secondsOf(&f.fields[i])
	}
	return total
}

// secondsOf is the median time a field takes, in seconds, looking the figure up included.
func secondsOf(fd *field) float64 {
	switch fd.source {
	case fromUnit, fromCode, fromPeriod, fromReporter, fromPhone, fromDate:
		return 3
	case fromChoice:
		return 8
	case fromNote:
		return 6
	case fromPerson:
		if fd.attribute == "id" {
			return 20
		}
		return 9
	case fromEntry:
		return max(15, fd.seconds)
	case fromBlank:
		return 1
	case fromConstant, fromSpecial:
		return 10
	}
	switch {
	case fd.prefilled:
		return 2
	case fd.measure() == "stock":
		return 28
	}
	return 45 // flows have to be counted up
}

// inOrder drops what nobody handed in or what lies after the end, and sorts by time.
func (c *County) inOrder(all []submission) []submission {
	end := c.world.calendar.endOfAll().Unix()
	kept := all[:0]
	for _, s := range all {
		if !s.missing && s.submitted < end {
			kept = append(kept, s)
		}
	}
	sort.SliceStable(kept, func(i, j int) bool {
		if kept[i].submitted != kept[j].submitted {
			return kept[i].submitted < kept[j].submitted
		}
		return kept[i].unit < kept[j].unit
	})
	return kept
}
