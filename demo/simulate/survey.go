package simulate

import (
	"fmt"
	"math"
	"strconv"
)

// surveyForm is a questionnaire of households, one submission a household, every quarter.
type surveyForm struct {
	id        string
	questions int
	records   int // of a unit and quarter
}

func newSurveyForm(c *county) *surveyForm {
	return &surveyForm{id: "survey", questions: 16, records: max(8, min(40, int(c.visits.want)))}
}

func (f *surveyForm) declare() map[string]any {
	fields := []map[string]any{
		{"id": "members", "label": "家庭人口", "type": "integer", "unit": "人", "measure": "stock"},
		{"id": "workers", "label": "劳动力", "type": "integer", "unit": "人", "measure": "stock"},
		{"id": "income", "label": "家庭年收入", "type": "integer", "unit": "元", "measure": "flow"},
		{"id": "expenses", "label": "家庭年支出", "type": "integer", "unit": "元", "measure": "flow"},
		{"id": "land", "label": "承包地面积", "type": "number", "unit": "亩", "measure": "stock"},
	}
	for q := range f.questions {
		fields = append(fields, map[string]any{
			"id": fmt.Sprintf("q%02d", q+1), "label": objects[q] + "服务评价", "type": "code",
			"codes": map[string]string{"1": "很好", "2": "较好", "3": "一般", "4": "较差", "5": "没有用过"},
		})
	}
	return map[string]any{
		"type": "form", "id": f.id, "system": visitSystem, "title": "居民入户问卷", "cycle": "quarter", "approved": true, "per": "record", "fields": fields,
	}
}

// reply is one questionnaire.
type reply struct {
	quarter, house     int
	started, submitted int64
	numbers            [5]float64
	answers            []byte
}

// replies are the questionnaires of a unit as households answer them: who is content with one thing is with others.
func (c *county) replies(u int) []reply {
	s := newStream(c.Seed, "survey", c.units[u].code)
	f := c.survey
	houses := max(20, int(c.units[u].population/3.1))
	lean := make([]float64, f.questions)
	for q := range lean {
		lean[q] = 0.6 * s.NormFloat64()
	}
	var out []reply
	for m := 0; m+3 <= c.Months; m++ {
		if c.month(m).Month()%3 != 1 || c.units[u].merged >= 0 && m+2 >= c.units[u].merged {
			continue
		}
		chosen := s.Perm(houses)[:min(houses, f.records)]
		day := c.month(m+2).Unix() + 86400*int64(s.between(3, 18)) + 3600
		at := day
		for i, h := range chosen {
			if i%8 == 0 && i > 0 {
				day += 86400
				at = day + int64(s.between(0, 3600))
			}
			at += int64(s.lognormal(420, 0.4))
			r := reply{quarter: m, house: h, started: at, answers: make([]byte, f.questions)}
			at += int64(s.lognormal(600, 0.35))
			r.submitted = at
			mood := 0.9 * s.NormFloat64()
			for q := range r.answers {
				x := mood + lean[q] + 1.1*s.NormFloat64()
				r.answers[q] = '1' + byte(min(3, max(0, int(math.Floor(x+1.6)))))
				if s.chance(0.12) {
					r.answers[q] = '5'
				}
			}
			members := float64(s.between(1, 6))
			income := s.lognormal(9000, 0.5) * (1 + members)
			if s.chance(0.7) {
				income = roundTo(income, 1000)
			}
			r.numbers = [5]float64{members, math.Min(members, float64(s.between(0, 4))), roundTo(income, 100), roundTo(income*s.within(0.4, 1.1), 100), roundTo(s.lognormal(4, 0.6), 0.1)}
			out = append(out, r)
		}
	}
	return out
}

// surveyLines writes a unit's questionnaires; x, unless nil, is the unit's fabrication.
func (c *county) surveyLines(b []byte, u int, x *fabrication) []byte {
	replies := c.replies(u)
	if x != nil {
		c.copyReplies(x, replies)
	}
	for i := range replies {
		r := &replies[i]
		b = append(b, `{"type":"submission","form":"survey","unit":"`+c.units[u].code+`","period":"`...)
		quarter := c.month(r.quarter)
		b = append(b, fmt.Sprintf("%dQ%d", quarter.Year(), (int(quarter.Month())+2)/3)...)
		b = append(b, `","submitted_at":"`...)
		b = appendStamp(b, r.submitted)
		b = append(b, `","started_at":"`...)
		b = appendStamp(b, r.started)
		b = append(b, `","reporter":"`+c.units[u].code+`-s`+strconv.Itoa(1+r.house%2)+`","channel":"app","subject":"`+c.units[u].code+`-h`+strconv.Itoa(r.house+1)+`","values":{`...)
		for k, id := range []string{"members", "workers", "income", "expenses", "land"} {
			b = append(b, `"`+id+`":`...)
			b = strconv.AppendFloat(b, r.numbers[k], 'f', -1, 64)
			b = append(b, ',')
		}
		for q, answer := range r.answers {
			b = append(b, fmt.Sprintf(`"q%02d":"%c"`, q+1, answer)...)
			if q+1 < len(r.answers) {
				b = append(b, ',')
			}
		}
		b = append(b, "}}\n"...)
	}
	return b
}

// copyReplies fills in questionnaires from others of the same quarter; one in seven is changed in one answer.
func (c *county) copyReplies(x *fabrication, replies []reply) {
	s := newStream(c.Seed, "fabricate", "survey", c.units[x.unit].code)
	x.of = len(replies)
	quarters := map[int]bool{}
	for _, i := range x.touchRecords(s, len(replies)) {
		first := i - i%c.survey.records
		from := first + s.IntN(max(1, min(c.survey.records, len(replies)-first)))
		if from == i {
			continue
		}
		replies[i].numbers = replies[from].numbers
		copy(replies[i].answers, replies[from].answers)
		if s.chance(0.15) {
			replies[i].answers[s.IntN(c.survey.questions)] = '1' + byte(s.IntN(4))
		}
		replies[i].submitted = replies[i].started + int64(s.between(60, 200))
		x.touched++
		quarters[replies[i].quarter] = true
	}
	for m := range c.Months {
		if quarters[m] {
			at := c.month(m)
			x.periods = append(x.periods, at.Format("2006")+"Q"+strconv.Itoa((int(at.Month())+2)/3))
		}
	}
}
