package demo

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// value is one answer: a number where the field is numeric, else text. An answer that was left blank is absent.
type value struct {
	text   string
	number float64
	absent bool
}

// submission is one filled-in form. Times are seconds since 1970; active is the time somebody really worked on it.
type submission struct {
	unit               int32 // index of the village, or of the town where the form is asked of towns
	period             int32 // index into the form's periods
	started, submitted int64
	active             float32
	reporter           *person
	clerk, missing     bool
	invented           bool
	channel            string
	subject            string
	number             int32 // of the record within unit and period, 1 first
	values             []value
}

// simulateForm makes all submissions of one form, in order of time of submission.
func (c *County) simulateForm(f *form, plan *fabricationPlan) []submission {
	if c.systems[f.system].data == noData {
		return nil
	}
	if f.spec.copyOf != "" {
		return c.inOrder(c.handedOn(f))
	}
	details := c.details(f)
	periods := c.periods[f.index]
	var out []submission
	grid := make([][]submission, len(periods)) // by period, of forms with one submission a unit
	for v := range c.units(f) {
		s := newStream(c.world.seed, "form", f.spec.id, strconv.Itoa(v))
		for p := range periods {
			if !c.asked(f, v, periods[p]) {
				grid[p] = append(grid[p], submission{unit: int32(v), missing: true})
				continue
			}
			if f.spec.per == "record" {
				out = append(out, c.records(s, f, v, p, periods[p], plan)...)
				continue
			}
			sub := c.fillIn(s, f, v, p, periods[p])
			details.addUp(f, v, &sub)
			grid[p] = append(grid[p], sub)
		}
	}
	if f.spec.per == "unit" {
		c.invent(f, plan, grid)
		for _, row := range grid {
			out = append(out, row...)
		}
	}
	return c.inOrder(out)
}

// units is the list of places a form is asked of.
func (c *County) units(f *form) []place {
	if f.spec.only == "towns" {
		return c.world.towns
	}
	return c.world.villages
}

// asked says whether a unit is asked a form in a period.
func (c *County) asked(f *form, v int, p period) bool {
	switch {
	case !c.inScope(f, v):
		return false
	case !inSeason(p.start, f.spec.season):
		return false
	case f.spec.start > 0 && p.end.Before(c.Options.AsOf.AddDate(0, 0, -f.spec.start)):
		return false
	case f.spec.end > 0 && p.end.After(c.Options.AsOf.AddDate(0, 0, -f.spec.end)):
		return false
	}
	return true
}

// inScope says whether a form is meant for a village at all.
func (c *County) inScope(f *form, v int) bool {
	switch f.spec.only {
	case "hazard":
		return c.world.hazardous(v)
	case pilot:
		return v%3 == 1
	case "town0", "town1":
		return c.world.villages[v].town == int(f.spec.only[4]-'0')
	}
	return true
}

// hazardous villages lie under slopes: about one in sixteen.
func (w *world) hazardous(v int) bool { return v%16 == 7 }

// fillIn makes an honest submission of a unit for a period.
func (c *County) fillIn(s stream, f *form, v, p int, at period) submission {
	place := &c.units(f)[v]
	sub := submission{unit: int32(v), period: int32(p), number: 1, values: make([]value, len(f.fields))}
	c.file(s, f, place, at, &sub)
	for i := range f.fields {
		sub.values[i] = c.answer(s, f, i, v, at, &sub)
	}
	stay := c.systems[f.system].activity(c.Options.AsOf, at.end)
	sub.missing = s.chance((1-place.diligence)*0.07) || !s.chance(stay)
	return sub
}

// answer is what an honest reporter writes into a field.
func (c *County) answer(s stream, f *form, i, v int, at period, sub *submission) value {
	fd := &f.fields[i]
	place := &c.units(f)[v]
	switch fd.source {
	case fromUnit:
		return value{text: place.name}
	case fromCode:
		return value{text: place.code}
	case fromPeriod:
		return value{text: at.name}
	case fromReporter:
		return value{text: sub.reporter.name}
	case fromPhone:
		return value{text: sub.reporter.phone}
	case fromDate:
		return value{text: time.Unix(sub.submitted, 0).In(beijing).Format(time.DateOnly)}
	case fromChoice:
		return value{text: weighted(s, fd.choices, fd.weights...)}
	case fromNote:
		if s.chance(0.06) {
			return value{text: pick(s, remarks)}
		}
		return value{absent: true}
	case fromSum, fromCount:
		return value{} // added up once the records are there
	case fromBlank:
		return value{absent: true}
	case fromConstant:
		return value{text: fd.choices[0]}
	case fromSpecial:
		return special(s, fd, place)
	}
	if fd.answered > 0 && !s.chance(fd.answered) || fd.added > 0 && at.end.Before(c.Options.AsOf.AddDate(0, 0, -fd.added)) {
		return value{absent: true}
	}
	return c.number(s, f, fd, v, at)
}

// special answers what a form should not ask lightly. All of it is invented: coordinates lie in the sea, cards have a
// number range that no bank has.
func special(s stream, fd *field, place *place) value {
	switch fd.attribute {
	case "photo":
		return value{text: fmt.Sprintf("IMG_%06d_%02d.jpg", s.IntN(1e6), s.IntN(100))}
	case "geo":
		return value{text: fmt.Sprintf("%.5f,%.5f", 132+s.Float64(), 22+s.Float64())}
	case "face":
		return value{text: fmt.Sprintf("FACE-%016x", s.Uint64())}
	case "id":
		return value{text: residentID(fmt.Sprintf("%d%02d%02d", s.between(1962, 1996), s.between(1, 12), s.between(1, 28)), int(place.population)+s.IntN(40))}
	}
	return value{text: bankCard(s.IntN(5), s.IntN(1e13))}
}

// bankCard is a number of one of five banks that do not exist: no bank's numbers begin with 00.
func bankCard(bank, serial int) string {
	return fmt.Sprintf("00%s%013d", []string{"1026", "2547", "4705", "6813", "9304"}[bank], serial)
}

var remarks = []string{"无", "已与镇里核对", "节假日加密巡查", "驻村工作队参与", "部分数据待更新", "本月有上级检查"}

func (c *County) number(s stream, f *form, fd *field, v int, at period) value {
	x := 0.0
	if fd.stale > 0 && s.chance(fd.stale) {
		at.first, at.last = at.first-1, at.last-1
	}
	if f.spec.only == "towns" {
		for u := range c.world.villages {
			if c.world.villages[u].town == v {
				x += c.world.value(fd.item, u, at, f.spec.cycle)
			}
		}
	} else {
		x = c.world.value(fd.item, v, at, f.spec.cycle)
	}
	if fd.copied != nil && newStream(c.world.seed, "copiers", f.spec.id, fd.id, strconv.Itoa(v)).chance(fd.copiers) {
		x = c.world.value(fd.copied, v, at, f.spec.cycle)
	}
	if fd.again > 0 {
		x *= s.lognormal(1, fd.again)
	}
	x *= fd.scale
	// Slips of the pen and figures taken a few days apart: people who report the same fact twice do not always agree.
	if !fd.prefilled && fd.item.gen != fixedValue && fd.item.gen != townWide && s.chance(0.008) && x > 2 {
		x += math.Round((s.Float64()-0.5)*0.2*x + float64(s.between(-1, 1)))
	}
	pow := math.Pow10(fd.digits)
	return value{number: math.Round(max(x, 0)*pow) / pow}
}

// invent applies the plan to a form's submissions; the copied villages are honest, so the order of villages does not matter.
func (c *County) invent(f *form, plan *fabricationPlan, grid [][]submission) {
	for v := range c.units(f) {
		s := newStream(c.world.seed, "invent", f.spec.id, strconv.Itoa(v))
		lie := plan.cases[formUnit{f.index, v}]
		if f.spec.only == "towns" {
			lie = nil
		}
		var previous []value
		for p := range grid {
			sub := &grid[p][v]
			if sub.missing {
				continue
			}
			switch {
			case lie == nil:
				// Once in a while an honest reporter hands in last period's figures by mistake.
				if s.chance(0.004) {
					copyFlows(f, sub.values, previous)
				}
			case p >= lie.from:
				sub.invented = c.lie(s, lie, f, grid[p], sub, previous)
			}
			previous = sub.values
		}
	}
}

func (c *County) lie(s stream, lie *fabricated, f *form, row []submission, sub *submission, previous []value) bool {
	var source []value
	if lie.kind == kindCrossUnit {
		from := &row[lie.source]
		if from.missing {
			return false
		}
		source = from.values
		if !lie.apply(s, f, sub.values, previous, source) {
			return false
		}
		// Nobody copies what is not there yet.
		later := from.submitted + int64(s.between(1200, 90000))
		c.moveTo(sub, max(later, sub.submitted))
		return true
	}
	return lie.apply(s, f, sub.values, previous, nil)
}

func (c *County) moveTo(sub *submission, t int64) {
	if sub.started != 0 {
		sub.started += t - sub.submitted
	}
	sub.submitted = t
}
