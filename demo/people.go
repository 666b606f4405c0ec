package demo

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// resident is a person of concern: somebody whom forms are about. All are invented, in a county that does not exist.
type resident struct {
	id, name, sex   string
	phone           string
	group           string // child, disabled, hypertension, old, monitored or mental
	first, last     int    // months in which the person is on the lists
	guardian        person
	stable          map[string]string // answers that stay as they are
	level           map[string]float64
	birth           time.Time
	alsoHypertensed bool // an old person who is on the list of hypertension too
}

// groupShares are people of concern per 1,000 inhabitants; groupAges their ages at the end.
var groupShares = []struct {
	name       string
	share      float64
	from, to   int
	lowest, up int
}{
	{"child", 6.5, 6, 15, 3, 22},
	{"disabled", 12, 8, 82, 5, 34},
	{"hypertension", 8, 42, 86, 4, 24},
	{"old", 5, 80, 97, 2, 18},
	{"monitored", 3.4, 26, 70, 2, 12},
	{"mental", 4.2, 18, 75, 2, 12},
}

func newPeople(w *world) [][]resident {
	out := make([][]resident, len(w.villages))
	used := map[string]bool{}
	for v := range w.villages {
		place := &w.villages[v]
		s := newStream(w.seed, "people", place.code)
		serial := v * 131
		for _, g := range groupShares {
			n := min(max(int(s.poisson(place.population/1000*g.share)), g.lowest), g.up)
			for range n {
				serial++
				p := newResident(w, s, g.name, g.from, g.to, serial)
				for used[p.id] {
					serial++
					p = newResident(w, s, g.name, g.from, g.to, serial)
				}
				used[p.id] = true
				if g.name == "old" {
					p.alsoHypertensed = s.chance(0.3)
				}
				out[v] = append(out[v], p)
			}
		}
	}
	return out
}

func newResident(w *world, s stream, group string, from, to, serial int) resident {
	birth := w.calendar.end.AddDate(-s.between(from, to), 0, -s.IntN(365))
	// The serial number's last digit tells the sex: odd is male.
	p := resident{name: personName(s), group: group, birth: birth, phone: phoneNumber(s), last: allMonths}
	p.id = residentID(birth.Format("20060102"), serial)
	p.sex = "女"
	if p.id[16]%2 == 1 {
		p.sex = "男"
	}
	p.first = 0
	if s.chance(0.12) {
		p.first = warmMonths + s.IntN(windowMonths)
	} else if s.chance(0.1) {
		p.last = warmMonths + s.IntN(windowMonths)
	}
	p.guardian = person{name: personName(s), phone: phoneNumber(s)}
	p.stable = map[string]string{
		"guardian-kind": weighted(s, []string{"祖辈监护", "亲戚监护", "单亲监护", "其他"}, 72, 9, 15, 4),
		"school":        pick(s, []string{"第一中心小学", "第二中心小学", "青溪小学", "白石学校", "柳河九年一贯制学校", "枫桥小学", "实验中学", "石门教学点"}),
		"parents":       weighted(s, []string{"双方外出", "父亲外出", "母亲外出"}, 55, 36, 9),
		"disability":    weighted(s, []string{"肢体", "视力", "听力", "言语", "智力", "精神", "多重"}, 48, 10, 12, 3, 11, 12, 4), "disability-grade": weighted(s, []string{"一级", "二级", "三级", "四级"}, 14, 25, 28, 33),
		"care": weighted(s, []string{"是", "否"}, 34, 66), "dibao": weighted(s, []string{"是", "否"}, 27, 73),
		"employment": weighted(s, []string{"未就业", "务农", "灵活就业", "按比例就业"}, 52, 31, 12, 5),
		"access":     weighted(s, []string{"已改造", "无需求", "有需求未改造"}, 31, 54, 15), "smoking": weighted(s, []string{"0", "0", "10", "20"}, 50, 24, 14, 12),
	}
	if from := birth.AddDate(16, 0, 0); from.After(w.calendar.end) {
		p.stable["employment"] = "在校"
	}
	if group == "mental" {
		p.stable["risk"] = weighted(s, []string{"0级", "1级", "2级", "3级"}, 62, 21, 11, 6)
	}
	p.level = map[string]float64{
		"systolic": 138 + 11*s.NormFloat64(), "diastolic": 84 + 7*s.NormFloat64(), "pulse": 74 + 7*s.NormFloat64(), "weight": 61 + 9*s.NormFloat64(),
		"wage": s.lognormal(6200, .9), "farm-income": s.lognormal(1700, 1.2), "transfer": s.lognormal(900, .8), "farm-cost": s.lognormal(620, 1.1),
		"medical": s.lognormal(380, 1.3), "members": float64(s.between(1, 6)), "grade": float64(s.between(1, 9)),
	}
	return p
}

func weighted(s stream, values []string, weights ...float64) string {
	total := 0.0
	for _, w := range weights {
		total += w
	}
	x := s.Float64() * total
	for i, w := range weights {
		if x -= w; x < 0 {
			return values[i]
		}
	}
	return values[len(values)-1]
}

// listed says whether a form about a group of people, asked in a month, has a line about this person.
func (p *resident) listed(who string, month int) bool {
	if month < p.first || month > p.last {
		return false
	}
	return p.group == who || who == "hypertension" && p.alsoHypertensed
}

var personTypes = map[string]string{
	"id": "id", "name": "text", "sex": "code", "phone": "phone", "guardian": "text", "guardian-phone": "phone", "guardian-kind": "code", "school": "text",
	"grade": "integer", "parents": "code", "visits": "integer", "visits-women": "integer", "visits-police": "integer", "risk": "code", "medicine": "code", "disability": "code", "disability-grade": "code", "care": "code",
	"dibao": "code", "employment": "code", "access": "code", "allowance": "integer", "systolic": "integer", "diastolic": "integer", "pulse": "integer",
	"weight": "number", "compliance": "code", "smoking": "integer", "check-way": "code", "old-allowance": "integer", "alive": "code", "paid": "code",
	"bank": "text", "relief-kind": "code", "relief-sum": "number", "proved": "code",
	"members": "integer", "wage": "number", "farm-income": "number", "transfer": "number", "farm-cost": "number", "medical": "number",
}

// allowances by grade of disability are set by the county: the same for all of a grade.
var allowances = map[string]string{"一级": "120", "二级": "100", "三级": "80", "四级": "60"}

// answer is what a form learns about a person in a period. Facts that stay are the same whoever asks; what is measured or
// counted anew comes from the form's own stream.
func (p *resident) answer(s stream, attribute string, month time.Time) string {
	switch attribute {
	case "id":
		return p.id
	case "name":
		return p.name
	case "sex":
		return p.sex
	case "phone":
		return p.phone
	case "guardian":
		return p.guardian.name
	case "guardian-phone":
		return p.guardian.phone
	case "grade":
		return strconv.Itoa(int(p.level["grade"]))
	case "visits", "visits-women", "visits-police":
		return strconv.Itoa(int(s.poisson(1.4)))
	case "allowance":
		return allowances[p.stable["disability-grade"]]
	case "systolic", "diastolic", "pulse":
		return strconv.Itoa(int(p.level[attribute] + 6*s.NormFloat64()))
	case "weight":
		return fmt.Sprintf("%.1f", p.level["weight"]+1.1*s.NormFloat64())
	case "compliance":
		return weighted(s, []string{"规律", "间断", "不服药"}, 78, 17, 5)
	case "medicine":
		return weighted(s, []string{"规律服药", "间断服药", "未服药"}, 74, 18, 8)
	case "check-way":
		return weighted(s, []string{"入户", "视频", "电话"}, 70, 14, 16)
	case "old-allowance":
		if month.Sub(p.birth) >= 90*365*24*time.Hour {
			return "100"
		}
		return "50"
	case "alive":
		return "健在"
	case "paid":
		return weighted(s, []string{"是", "否"}, 99, 1)
	case "bank":
		serial, _ := strconv.Atoi(p.id[4:17]) // digits of our own making
		return bankCard(serial%5, serial)
	case "relief-kind":
		return weighted(s, []string{"急难型", "支出型"}, 40, 60)
	case "relief-sum":
		return strconv.FormatFloat(math.Round(s.lognormal(1350, .6)*100)/100, 'f', -1, 64)
	case "proved":
		return weighted(s, []string{"通过", "未通过"}, 97, 3)
	case "members":
		return strconv.Itoa(int(p.level["members"]))
	case "wage", "farm-income", "transfer", "farm-cost", "medical":
		return strconv.FormatFloat(math.Round(p.level[attribute]*s.lognormal(1, .45)*100)/100, 'f', -1, 64)
	}
	return p.stable[attribute]
}
