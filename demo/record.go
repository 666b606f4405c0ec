package demo

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// sittingShare is the share of its time that a record takes where the page stays open between lines.
const sittingShare = 0.7

// records makes the submissions of a form that has many a unit and period: people of concern, or entries of a ledger. A
// village works through its list in one sitting.
func (c *County) records(s stream, f *form, v, p int, at period, plan *fabricationPlan) []submission {
	place := &c.world.villages[v]
	if s.chance((1 - place.diligence) * 0.05) {
		return nil
	}
	var out []submission
	begin := submission{}
	c.file(s, f, place, at, &begin)
	clock := begin.submitted
	add := func(number int, fill func(sub *submission, i int) value) {
		sub := begin
		sub.unit, sub.period, sub.number = int32(v), int32(p), int32(number)
		sub.active = float32(c.activeSeconds(s, f, place, false)) * sittingShare
		clock += int64(math.Ceil(float64(sub.active))) + int64(s.between(2, 25))
		sub.submitted = clock
		if sub.started != 0 {
			sub.started = clock - int64(math.Ceil(float64(sub.active)))
		}
		sub.values = make([]value, len(f.fields))
		for i := range f.fields {
			sub.values[i] = fill(&sub, i)
		}
		out = append(out, sub)
	}
	if f.spec.who == "household" {
		c.census(s, f, v, at, &clock, func(n int, e entry) {
			add(n, func(sub *submission, i int) value { return c.entryAnswer(f, i, place, e, sub) })
		})
		return out
	}
	if f.spec.who == "spending" || f.spec.who == "labour" {
		for n := range int(s.poisson(3.6)) {
			e := newEntry(s, f.spec.who, at, n+1, plan.splitBelow)
			add(n+1, func(sub *submission, i int) value { return c.entryAnswer(f, i, place, e, sub) })
		}
		return out
	}
	number := 0
	for r := range c.world.people[v] {
		p := &c.world.people[v][r]
		if !p.listed(f.spec.who, at.last) {
			continue
		}
		number++
		add(number, func(sub *submission, i int) value {
			if i == 0 {
				sub.subject = p.id
			}
			return personAnswer(s, &f.fields[i], place, p, at, sub)
		})
	}
	return out
}

func personAnswer(s stream, fd *field, place *place, p *resident, at period, sub *submission) value {
	switch fd.source {
	case fromUnit:
		return value{text: place.name}
	case fromReporter:
		return value{text: sub.reporter.name}
	}
	if fd.source == fromSpecial {
		return special(s, fd, place)
	}
	text := p.answer(s, fd.attribute, at.end)
	// One answer in eighty was not updated or is a slip.
	if options := slips[fd.attribute]; options != nil && s.chance(0.012) {
		text = pick(s, options)
	}
	if code, coded := fd.codes[text]; coded {
		text = code
	}
	if fd.numeric() {
		x, err := strconv.ParseFloat(text, 64)
		return value{number: x, absent: err != nil}
	}
	return value{text: text, absent: text == ""}
}

// slips are what a wrong answer of a coded attribute may be.
var slips = map[string][]string{
	"care": {"是", "否"}, "dibao": {"是", "否"}, "disability-grade": {"一级", "二级", "三级", "四级"}, "parents": {"双方外出", "父亲外出", "母亲外出"},
	"risk": {"0级", "1级", "2级", "3级"}, "guardian-kind": {"祖辈监护", "亲戚监护", "单亲监护", "其他"}, "disability": {"肢体", "视力", "听力", "智力", "精神"},
}

// entry is a line of a village's ledger.
type entry struct {
	number, purpose string
	date            time.Time
	amount          float64
	days            int
	plot            map[string]value
}

var entryTypes = map[string]string{
	"number": "text", "date": "date", "purpose": "text", "amount": "number", "work": "text", "days": "integer", "pay": "number",
	"plot": "text", "plot-area": "number", "plot-floors": "integer", "plot-walls": "code", "plot-year": "integer", "plot-bounds": "text",
}

// tenderLimit is the amount from which labour must be tendered, in yuan.
const tenderLimit = 5000

func newEntry(s stream, who string, at period, n int, split bool) entry {
	e := entry{date: at.start.AddDate(0, 0, s.IntN(int(at.end.Sub(at.start).Hours()/24)+1))}
	e.number = fmt.Sprintf("%s-%03d", at.start.Format("200601"), n)
	if who == "spending" {
		e.purpose = pick(s, []string{"办公用品", "电费", "水费", "维修材料", "宣传品制作", "防火物资", "垃圾清运费", "报刊费", "会议用餐", "网络费", "路灯维修", "车辆租用"})
		e.amount = spoken(s, s.lognormal(860, 1.55))
		return e
	}
	e.purpose = pick(s, []string{"清理沟渠", "道路养护", "环境整治", "绿化管护", "抗旱浇水", "搬运物资", "大棚维护", "值守巡查"})
	e.amount = spoken(s, s.lognormal(1250, 1.4))
	if split && s.chance(0.3) {
		e.amount = tenderLimit - 10*float64(s.between(1, 48)) // paid in parts, each under the limit
	}
	e.days = max(1, int(math.Round(e.amount/float64(s.between(120, 180)))))
	return e
}

// spoken is an amount as people agree on it: some to the yuan, some to the cent.
func spoken(s stream, x float64) float64 {
	switch u := s.Float64(); {
	case u < 0.12 && x > 200:
		return math.Round(x/10) * 10
	case u < 0.45:
		return max(1, math.Round(x))
	}
	return max(0.5, math.Round(x*100)/100)
}

func (c *County) entryAnswer(f *form, i int, place *place, e entry, sub *submission) value {
	fd := &f.fields[i]
	switch fd.source {
	case fromUnit:
		return value{text: place.name}
	case fromReporter:
		return value{text: sub.reporter.name}
	}
	switch fd.attribute {
	case "plot", "plot-area", "plot-floors", "plot-walls", "plot-year", "plot-bounds":
		return e.plot[fd.attribute]
	case "number":
		return value{text: e.number}
	case "date":
		return value{text: e.date.Format(time.DateOnly)}
	case "days":
		return value{number: float64(e.days)}
	case "amount", "pay":
		return value{number: e.amount}
	}
	return value{text: e.purpose}
}
