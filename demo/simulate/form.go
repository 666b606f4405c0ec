package simulate

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// The characters of forms with one submission a unit and period.
const (
	general = "general"         // counts, amounts, stocks, totals and a rate
	targets = "targets"         // rates and tasks held to targets
	small   = "small-counts"    // rare events
	rounded = "rounding-form"   // figures to the nearest 5, 10 or 50
	stopped = "one-target"      // effort that stops at the target
	payroll = "steady-payments" // persons times a rate
)

// form has one submission a unit and period.
type form struct {
	index                int
	id, system, title    string
	owner, cycle, role   string
	due                  int // days after the period's end
	started              bool
	fields               []field
	periods              []period
	hasPrefilled, quotas bool
}

type period struct {
	name       string
	start, end time.Time // end is the first day after it
	month      int
	year       float64 // of one, for seasons
}

// The ways in which a figure comes about.
const (
	flowField     = iota // events of the period
	amountField          // money or area of the period
	stockField           // what there is
	registerField        // filled in by the system
	quotaField           // prescribed
	totalField           // sum of others
	openingField         // the closing stock of the period before, filled in by the system
	closingField         // opening + first part - second part
	dueField             // cases of which a share is to be done: the denominator
	doneField            // done of them: the numerator
	rateField            // done / due
	taskField            // a number of times to be reached
	personsField         // on the roll
	paymentField         // persons times a rate
)

type field struct {
	id, label, unit, measure string
	gen                      int
	item                     string // what is asked; two forms that ask the same item get the same honest figure
	target                   float64
	parts                    []int
	law                      law
	step                     float64 // the form asks for multiples of it
	decimals                 int
}

func (f *field) numberType() string {
	if f.decimals > 0 {
		return "number"
	}
	return "integer"
}

// fabricable says whether people fill the figure in themselves.
func (f *field) fabricable() bool {
	switch f.gen {
	case flowField, amountField, stockField, dueField, doneField, taskField, personsField:
		return true
	}
	return false
}

// active is a count or an amount of the period.
func (f *field) active() bool {
	return f.gen == flowField || f.gen == amountField || f.gen == taskField
}

func (f *form) looks() []string {
	var out []string
	if f.hasPrefilled {
		out = append(out, "prefilled")
	}
	if f.quotas {
		out = append(out, "quotas")
	}
	if f.role != general && f.role != targets {
		out = append(out, f.role)
	}
	return out
}

// makeForms decides what forms there are: the first is general, the second has targets, the third asks some of the first
// again; of the others every second has one of the circumstances that look like fabrication.
func (c *county) makeForms() {
	s := newStream(c.Seed, "forms")
	var special []string
	for _, role := range []string{small, rounded, stopped, payroll} {
		if c.alike(role) {
			special = append(special, role)
		}
	}
	special = sample(s, special, len(special))
	for i := range c.Forms {
		f := &form{
			index: i, id: fmt.Sprintf("form%03d", i+1), system: fmt.Sprintf("system%02d", i%len(departments)+1), owner: departments[i%len(departments)],
			cycle: "month", role: general, due: s.between(3, 10), started: s.chance(0.8),
		}
		switch {
		case i == 1:
			f.role = targets
		case i >= 3 && i%2 == 1 && len(special) > 0:
			f.role = special[(i-3)/2%len(special)]
		case i >= 4 && s.chance(0.3):
			f.cycle = pick(s, []string{"week", "quarter"})
		}
		f.title = themes[i%len(themes)] + map[string]string{"month": "月报", "week": "周报", "quarter": "季报"}[f.cycle] + ordinal(i/len(themes))
		f.periods = c.periods(f.cycle)
		f.build(c, s)
		c.forms = append(c.forms, f)
	}
	if c.Visits > 0 {
		c.visits = newVisitForm(c)
		c.survey = newSurveyForm(c)
	}
}

// build lays out the fields of a form.
func (f *form) build(c *county, s stream) {
	add := func(x field) int {
		x.id = fmt.Sprintf("%s_%03d", f.id, len(f.fields)+1)
		x.item = cmpOr(x.item, x.id)
		x.law = drawLaw(newStream(c.Seed, "law", x.item), f, x.gen)
		f.fields = append(f.fields, x)
		return len(f.fields) - 1
	}
	room := func() int { return c.Fields - len(f.fields) }
	if c.alike("prefilled") && f.role == general && room() > 6 {
		f.hasPrefilled = true
		add(field{label: "户籍人口", unit: "人", measure: "stock", gen: registerField})
	}
	if c.alike("quotas") && f.role == general && room() > 6 {
		f.quotas = true
		add(field{label: "规定例会次数", unit: "次", measure: "flow", gen: quotaField})
	}
	switch f.role {
	case payroll:
		f.buildPayroll(add, room)
		return
	case targets, stopped:
		f.buildTargets(s, add, room)
	case general:
		if room() >= 10 {
			opening := add(field{label: "期初在册户数", unit: "户", measure: "stock", gen: openingField})
			in, out := add(field{label: "本期新增户数", unit: "户", measure: "flow", gen: flowField}), add(field{label: "本期减少户数", unit: "户", measure: "flow", gen: flowField})
			turnover := drawLaw(newStream(c.Seed, "turnover", f.id), f, flowField)
			turnover.base = math.Log(s.lognormal(8, 0.5) * f.scale())
			f.fields[in].law, f.fields[out].law = turnover, turnover // or the stock would soon be gone
			add(field{label: "期末在册户数", unit: "户", measure: "stock", gen: closingField, parts: []int{opening, in, out}})
			f.buildRate(s, add, "服务对象")
		}
	}
	var flows []int
	for k := 0; room() > 0; k++ {
		if f.role == general && len(flows) >= 7 && room() > 2 {
			parts := flows[len(flows)-4:]
			add(field{label: "以上四项合计" + ordinal(k), unit: "次", measure: "flow", gen: totalField, parts: append([]int(nil), parts...)})
			flows = nil
			continue
		}
		if at := add(f.activity(c, s, k)); f.fields[at].gen == flowField {
			flows = append(flows, at)
		}
	}
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// activity is the k-th figure that units fill in freely.
func (f *form) activity(c *county, s stream, k int) field {
	label := objects[(k*7+f.index*3)%len(objects)] + acts[(k*3+k/len(objects)+f.index*5)%len(acts)]
	x := field{label: label + ordinal(k/(len(objects)*5)), unit: "次", measure: "flow", gen: flowField}
	switch draw := s.Float64(); {
	case f.index == 2 && k%3 == 0 && c.Forms > 2: // asked by the first form too
		x.item = fmt.Sprintf("shared %d", k)
		x.label = objects[k%len(objects)] + acts[k%len(acts)]
	case f.index == 0 && k%3 == 0 && c.Forms > 2:
		x.item = fmt.Sprintf("shared %d", k)
		x.label = objects[k%len(objects)] + acts[k%len(acts)]
	case f.role == small || f.role == targets || f.role == stopped:
	case draw < 0.12:
		x.gen, x.measure, x.unit, x.label = stockField, "stock", "户", objects[(k*5+f.index)%len(objects)]+"在册数"+ordinal(k/len(objects))
	case draw < 0.22:
		x.gen, x.unit, x.decimals, x.label = amountField, "元", 2, objects[(k*11+f.index)%len(objects)]+"支出金额"+ordinal(k/len(objects))
	case draw < 0.27:
		x.gen, x.unit, x.decimals, x.label = amountField, "亩", 1, objects[(k*13+f.index)%len(objects)]+"作业面积"+ordinal(k/len(objects))
	}
	if f.role == rounded {
		x.step, x.decimals = []float64{5, 10, 10, 50}[k%4], 0
	}
	return x
}

func (f *form) buildRate(s stream, add func(field) int, what string) {
	due := add(field{label: what + "应完成数", unit: "人", measure: "stock", gen: dueField})
	done := add(field{label: what + "完成数", unit: "人", measure: "flow", gen: doneField, parts: []int{due}, target: 0})
	add(field{label: what + "完成率", unit: "%", measure: "rate", gen: rateField, decimals: s.between(1, 2), parts: []int{done, due}, target: pick(s, []float64{85, 90, 95})})
}

// buildTargets lays out rates with their counts, and tasks, up to two thirds of the form.
func (f *form) buildTargets(s stream, add func(field) int, room func() int) {
	for k, limit := 0, room()/3; room() > limit && room() > 3; k++ {
		if k%3 == 2 {
			add(field{label: objects[(k*3+f.index)%len(objects)] + "任务完成次数" + ordinal(k/40), unit: "次", measure: "flow", gen: taskField, target: pick(s, []float64{20, 30, 40, 60})})
			continue
		}
		f.buildRate(s, add, objects[(k*9+f.index)%len(objects)]+ordinal(k/40))
	}
}

func (f *form) buildPayroll(add func(field) int, room func() int) {
	for k := 0; room() > 0; k++ {
		group := objects[(k*3+f.index)%len(objects)] + ordinal(k/len(objects))
		persons := add(field{label: group + "发放人数", unit: "人", measure: "stock", gen: personsField})
		if room() > 0 {
			add(field{label: group + "发放金额", unit: "元", measure: "flow", gen: paymentField, parts: []int{persons}})
		}
	}
}

// periods lists those of a cycle that lie within the county's months.
func (c *county) periods(cycle string) []period {
	var out []period
	add := func(name string, from, to time.Time) {
		out = append(out, period{name, from, to, c.monthOf(from), float64(from.YearDay()) / 365.25})
	}
	switch cycle {
	case "week":
		monday := c.start
		for monday.Weekday() != time.Monday {
			monday = monday.AddDate(0, 0, 1)
		}
		for next := monday.AddDate(0, 0, 7); !next.After(c.Until); monday, next = next, next.AddDate(0, 0, 7) {
			year, week := monday.ISOWeek()
			add(fmt.Sprintf("%d-W%02d", year, week), monday, next)
		}
	case "quarter":
		for m := range c.Months {
			if from := c.month(m); (from.Month()-1)%3 == 0 && m+3 <= c.Months {
				add(fmt.Sprintf("%dQ%d", from.Year(), (int(from.Month())+2)/3), from, c.month(m+3))
			}
		}
	default:
		for m := range c.Months {
			add(c.monthName(m), c.month(m), c.month(m+1))
		}
	}
	return out
}

// scale is the length of a period in months.
func (f *form) scale() float64 {
	switch f.cycle {
	case "week":
		return 7 / 30.4
	case "quarter":
		return 3
	}
	return 1
}

// perYear is the number of periods after which the season is the same.
func (f *form) perYear() int {
	switch f.cycle {
	case "week":
		return 52
	case "quarter":
		return 4
	}
	return 12
}

// appendNumber writes a figure with no more decimals than the field has.
func (x *field) appendNumber(b []byte, v float64) []byte {
	if x.decimals == 0 || v == math.Trunc(v) {
		return strconv.AppendInt(b, int64(math.Round(v)), 10)
	}
	return strconv.AppendFloat(b, v, 'f', -1, 64)
}
