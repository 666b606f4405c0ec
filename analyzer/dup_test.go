package analyzer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// told is what the detectors said of a store: pairs of fields with their relation, and pairs of forms.
type told struct {
	forms map[string]queries.Finding
	pairs map[string]map[string]any // by "a|b", both ways
	all   []queries.Finding
}

func (o *office) duplicates() told {
	o.t.Helper()
	s := simulated{input: o.input()}
	out := told{forms: map[string]queries.Finding{}, pairs: map[string]map[string]any{}}
	for _, id := range []string{"dup-form", "dup-item"} {
		for _, f := range named(id, findings(o.t, s, id)) {
			out.all = append(out.all, f)
			if f.Status == "not_assessed" {
				continue
			}
			if id == "dup-form" {
				pair := slices.Sorted(slices.Values(f.Subject.Forms))
				out.forms[strings.Join(pair, "|")] = f
			}
			for _, p := range f.Evidence.Detail["pairs"].([]map[string]any) {
				out.pairs[p["a"].(string)+"|"+p["b"].(string)] = p
				out.pairs[p["b"].(string)+"|"+p["a"].(string)] = p
			}
		}
	}
	readable(o.t, out.all)
	return out
}

func (w told) relation(a, b string) string {
	if p := w.pairs[a+"|"+b]; p != nil {
		return p["relation"].(string)
	}
	return ""
}

// Monthly forms of thirty villages: what is asked twice under other labels, units and codes, and what only looks like it.
func TestDuplicatesAmongMonthlyForms(t *testing.T) {
	o := newOffice(t)
	villages, towns := places(o.registry, 30)
	year := months("2025-07", 12)
	o.registry.DeclareSystem(queries.System{ID: "mz", Name: "民政系统", Owner: "民政局", Declared: true})
	o.registry.DeclareSystem(queries.System{ID: "ny", Name: "农业系统", Owner: "农业农村局", Declared: true})
	heads := []string{"dw 填报单位 text key", "tbr 填报人 text header", "dh 联系电话 phone header"}
	form := func(id, system, cycle string, lines ...string) queries.Form {
		return queries.Form{ID: id, System: system, Title: id, Cycle: cycle, Fields: fields(append(slices.Clone(heads), lines...)...)}
	}
	answer := func(field string, unit, period, _ int) any {
		item, own, _ := strings.Cut(field, "_")
		switch item {
		case "dw":
			return fmt.Sprintf("第%d村", unit)
		case "tbr":
			return "name:" + fmt.Sprint(unit)
		case "dh":
			return "tel:" + fmt.Sprint(unit)
		case "bz":
			return "无"
		case "area": // in mu on one form and in hectares on the other
			mu := 15 * (20 + count("area", unit, 0, 400))
			if own == "ha" {
				return float64(mu) / 15
			}
			return mu
		case "ok":
			if count(field, unit, period, 60) == 0 {
				return "否"
			}
			return "是"
		case "grade": // three grades, as words and as codes, one slip in sixty
			grade := count("grade", unit, 0, 3)
			if own == "code" && count("slip", unit, period, 60) == 0 {
				grade = (grade + 1) % 3
			}
			if own == "code" {
				return fmt.Sprintf("%02d", grade+1)
			}
			return []string{"好", "中", "差"}[grade]
		case "again": // measured twice on purpose: nearly, but not quite the same
			return float64(700+count("again", unit, period, 60)+count(field, unit, period, 5)) / 100
		case "resident":
			return 900 + count("registered", unit, period/6, 400) - count("away", unit, 0, 200)
		case "registered":
			return 900 + count("registered", unit, period/6, 400)
		}
		return 3 + count(item, unit, period, 80)
	}
	o.hand(
		paper{
			form: form("jiu", "mz", "month", "visits_a 走访困难户（户次） integer flow", "relief_a 临时救助人次 integer flow", "registered_a 户籍人口 integer stock unit=人",
				"area_mu 耕地面积（亩） number stock unit=亩", "grade_text 卫生等级 text", "ok_a 责任是否落实 code", "again_a 余氯（mg/L） number rate", "bz 备注 text"),
			units: villages, periods: year, answer: answer,
		},
		paper{
			form: form("kun", "ny", "month", "visits_b 困难群众走访（户次） integer flow", "relief_b 发放临时救助（人次） integer flow", "resident_b 常住人口 integer stock unit=人",
				"area_ha 耕地面积（公顷） number stock unit=公顷", "grade_code 卫生等级代码 code", "ok_b 承诺是否落实 code", "again_b 余氯（mg/L） number rate", "bz 备注 text"),
			units: villages, periods: year, answer: answer,
		},
		// The year is the sum of the months, and its stock that of December.
		paper{
			form:  form("nian", "ny", "year", "visits_y 全年走访困难户（户次） integer flow", "pigs_y 年末生猪存栏（头） integer stock"),
			units: villages, periods: []string{"2025"}, answer: func(field string, unit, _, record int) any {
				if !strings.Contains(field, "_") {
					return answer(field, unit, 0, record)
				}
				if field == "visits_y" {
					sum := 0
					for p := range 12 {
						sum += answer("visits_m", unit, p, 0).(int)
					}
					return sum
				}
				return answer("pigs_m", unit, 11, record)
			},
		},
		paper{
			form:  form("yue", "mz", "month", "visits_m 走访困难户（户次） integer flow", "pigs_m 生猪存栏（头） integer stock"),
			units: villages, periods: months("2025-01", 12), answer: answer,
		},
		// Towns hand up the sum of their villages.
		paper{
			form:  form("zhen", "mz", "month", "relief_t 临时救助人次合计 integer flow", "visits_t 走访困难户合计（户次） integer flow"),
			units: towns, periods: year, answer: func(field string, town, period, record int) any {
				if !strings.Contains(field, "_") {
					return answer(field, town, period, record)
				}
				sum := 0
				for v := range 10 {
					sum += answer(field, 10*town+v, period, 0).(int)
				}
				return sum
			},
		},
	)
	got := o.duplicates()
	for _, want := range []struct{ a, b, relation string }{
		{"jiu.visits_a", "kun.visits_b", "equal"},
		{"jiu.relief_a", "kun.relief_b", "equal"},
		{"jiu.area_mu", "kun.area_ha", "scale"},
		{"jiu.grade_text", "kun.grade_code", "recode"},
		{"nian.visits_y", "yue.visits_m", "sum"},
		{"nian.pigs_y", "yue.pigs_m", "last"},
		{"zhen.relief_t", "jiu.relief_a", "units"},
		{"zhen.visits_t", "jiu.visits_a", "units"},
		{"jiu.registered_a", "kun.resident_b", ""},
		{"jiu.ok_a", "kun.ok_b", ""},
		{"jiu.again_a", "kun.again_b", ""},
		{"jiu.dw", "kun.dw", ""},
		{"jiu.tbr", "kun.tbr", ""},
		{"jiu.bz", "kun.bz", ""},
	} {
		if r := got.relation(want.a, want.b); r != want.relation {
			t.Errorf("%s and %s: %q instead of %q: %v", want.a, want.b, r, want.relation, got.pairs[want.a+"|"+want.b])
		}
	}
	if f := got.pairs["jiu.area_mu|kun.area_ha"]["factor"]; f != 1.0/15 && f != 15.0 {
		t.Errorf("mu to hectares: factor %v", f)
	}
	codes, _ := got.pairs["jiu.grade_text|kun.grade_code"]["codes"].(map[string]string)
	if diff := cmp.Diff(map[string]string{"好": "01", "中": "02", "差": "03"}, codes); diff != "" && codes["01"] != "好" {
		t.Error("code mapping", diff)
	}
	if _, found := got.forms["jiu|kun"]; !found {
		t.Error("jiu and kun are no duplicates")
	}
	for pair := range got.forms {
		if pair != "jiu|kun" {
			t.Errorf("%s are called duplicates", pair)
		}
	}
}
