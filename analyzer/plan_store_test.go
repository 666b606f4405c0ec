package analyzer_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// planOffice is thirty villages and three towns with forms that ask the same in every way that matters to a plan.
func planOffice(t *testing.T) *office {
	o := newOffice(t)
	villages, towns := places(o.registry, 30)
	year := months("2025-07", 12)
	o.registry.DeclareSystem(queries.System{ID: "mz", Name: "民政系统", Owner: "民政局", Level: "county", Declared: true})
	o.registry.DeclareSystem(queries.System{ID: "ny", Name: "农业系统", Owner: "农业农村局", Level: "county", Declared: true})
	form := func(id, system, cycle string, due int32, lines ...string) queries.Form {
		return queries.Form{ID: id, System: system, Title: id, Cycle: cycle, DueDays: due, Fields: fields(append([]string{"dw 填报单位 text key"}, lines...)...)}
	}
	approved := func(f queries.Form) queries.Form {
		f.Approved, f.Basis = true, "统计制度"
		return f
	}
	answer := func(field string, unit, period, _ int) any {
		item, own, _ := strings.Cut(field, "_")
		switch {
		case item == "dw":
			return "第" + villages[unit] + "村"
		case own == "t": // of the villages of a town
			sum := 0
			for v := range 10 {
				sum += 3 + count(item, 10*unit+v, period, 80)
			}
			return sum
		}
		return 3 + count(item, unit, period, 80)
	}
	prefilled := form("dai", "ny", "month", 20, "pigs_d 生猪存栏（头） integer stock", "crops_d 改种面积（亩） integer flow")
	prefilled.Prefilled = []string{"pigs_d"}
	o.hand(
		paper{
			form:  approved(form("zhu", "mz", "month", 5, "visits_a 走访困难户（户次） integer flow", "relief_a 临时救助人次 integer flow", "pigs_a 生猪存栏（头） integer stock")),
			units: villages, periods: months("2025-01", 18), answer: answer,
		},
		paper{ // nothing of its own: it can end
			form:  form("fu", "ny", "month", 20, "visits_b 走访困难户户次 integer flow", "relief_b 临时救助（人次） integer flow"),
			units: villages, periods: months("2025-01", 18), answer: answer,
		},
		paper{ // a sum and a later stock, and something of its own
			form:  form("nian", "ny", "year", 30, "visits_y 全年走访困难户（户次） integer flow", "pigs_y 年末生猪存栏（头） integer stock", "roads_y 硬化道路（公里） integer stock"),
			units: villages, periods: []string{"2025"}, answer: func(field string, unit, _, record int) any {
				switch field {
				case "visits_y":
					sum := 0
					for p := range 12 {
						sum += answer("visits_a", unit, p, 0).(int)
					}
					return sum
				case "pigs_y":
					return answer("pigs_a", unit, 11, record)
				}
				return answer(field, unit, 0, record)
			},
		},
		paper{ // towns pass up sums
			form:  form("zhen", "mz", "month", 12, "relief_t 临时救助人次合计 integer flow"),
			units: towns, periods: months("2025-01", 18), answer: func(field string, unit, period, record int) any {
				if field == "dw" {
					return "镇"
				}
				return answer(field, unit, period, record)
			},
		},
		paper{ // asks ten villages what another one asks all
			form:  approved(form("shi", "ny", "month", 20, "wells_s 机井（眼） integer stock", "rain_s 降雨量（毫米） integer flow")),
			units: villages[:10], periods: year, answer: answer,
		},
		paper{form: form("quan", "mz", "month", 20, "wells_q 机井数（眼） integer stock", "trees_q 植树（棵） integer flow"), units: villages, periods: year, answer: answer},
		paper{ // the approved one comes three weeks too late to take the place of the other
			form:  approved(form("wan", "ny", "month", 40, "fires_w 火灾起数 integer flow", "drills_w 消防演练（场） integer flow")),
			units: villages, periods: year, answer: answer, late: 25,
		},
		paper{form: form("zao", "mz", "month", 5, "fires_z 火灾（起） integer flow", "hoses_z 消防水带（盘） integer stock"), units: villages, periods: year, answer: answer},
		paper{ // ended half a year ago
			form:  approved(form("jiu", "mz", "month", 5, "crops_j 改种面积（亩） integer flow")),
			units: villages, periods: year[:6], answer: answer,
		},
		paper{form: prefilled, units: villages, periods: year, answer: answer},
	)
	return o
}

// toldOf is the lines by what they are about: "form.field" or "form.".
func toldOf(lines []queries.PlanLine) map[string]queries.PlanLine {
	out := map[string]queries.PlanLine{}
	for _, line := range lines {
		if line.Action != queries.ActionAuthority {
			out[line.Form+"."+line.Field] = line
		}
	}
	return out
}

func TestPlanOfAnOffice(t *testing.T) {
	o := planOffice(t)
	s := simulated{input: o.input()}
	findings(t, s, "burden-hours")
	lines := planOf(t, s)
	got := map[string]string{}
	for target, line := range toldOf(lines) {
		got[target] = line.Action + " " + line.Relation + " " + line.FromForm + "." + line.From
	}
	want := map[string]string{
		"fu.visits_b":   "drop_field equal zhu.visits_a",
		"fu.relief_b":   "drop_field equal zhu.relief_a",
		"fu.":           "merge_forms equal zhu.",
		"nian.visits_y": "drop_field aggregate zhu.visits_a",
		"nian.pigs_y":   "drop_field aggregate zhu.pigs_a",
		"zhen.relief_t": "drop_field aggregate zhu.relief_a",
		"zhen.":         "merge_forms aggregate zhu.",
		"shi.wells_s":   "drop_field equal quan.wells_q",
		"wan.fires_w":   "drop_field equal zao.fires_z",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, line := range lines {
		for _, need := range line.Needs {
			if line.Form == "zhen" && line.Field == "relief_t" && need.Key == "plan.need.interface" {
				t.Error("an interface within one system")
			}
		}
	}
	hoursAreCounted(t, s, lines)
	if diff := cmp.Diff(lines, planOf(t, s)); diff != "" {
		t.Error("another run, another plan:", diff)
	}
	followingEndsThePlan(t, s, lines)
}

// hoursAreCounted holds that no hour is promised twice, and that the curve adds up.
func hoursAreCounted(t *testing.T, s simulated, lines []queries.PlanLine) {
	t.Helper()
	fields, err := s.input.Store.FieldHours(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	forms, promised, total := map[string]float64{}, map[string]float64{}, 0.0
	for _, f := range fields {
		forms[f.Form] += f.Hours.Mid
	}
	for _, line := range lines {
		promised[line.Form] += line.Hours.Mid
		total += line.Hours.Mid
		if line.Hours.Low > line.Hours.Mid || line.Hours.Mid > line.Hours.High || line.Hours.Low < 0 {
			t.Errorf("%s.%s: %+v", line.Form, line.Field, line.Hours)
		}
		if line.Action == queries.ActionMerge && promised[line.Form] < 0.999*forms[line.Form] {
			t.Errorf("%s ends and saves %.2f of %.2f hours", line.Form, promised[line.Form], forms[line.Form])
		}
	}
	for form, hours := range promised {
		if hours > forms[form]*1.0001 {
			t.Errorf("%s: %.2f hours of %.2f are saved", form, hours, forms[form])
		}
	}
	steps := queries.PlanSteps(lines)
	last := queries.Hours{}
	for i, step := range steps {
		if step.After.Mid < last.Mid {
			t.Errorf("the curve falls at step %d", step.Step)
		}
		if i > 0 && step.Apart == steps[i-1].Apart && step.Hours.Mid > steps[i-1].Hours.Mid {
			t.Errorf("step %d saves more than the one before it", step.Step)
		}
		last = step.After
	}
	if apart := slices.ContainsFunc(steps, func(x queries.PlanStep) bool { return x.Apart }); !apart && (last.Mid < total*0.9999 || last.Mid > total*1.0001) {
		t.Errorf("the curve ends at %.2f, the lines save %.2f", last.Mid, total)
	}
}

// followingEndsThePlan accepts everything; then nothing is left to propose, and after withdrawing it is all there again.
func followingEndsThePlan(t *testing.T, s simulated, lines []queries.PlanLine) {
	t.Helper()
	choice := queries.PlanChoice{Decision: queries.DecisionAccepted, Effective: s.input.Window.To.AddDate(0, 0, 1), Now: time.Now()}
	for _, line := range lines {
		choice.Names = append(choice.Names, line.ID)
	}
	if _, err := s.input.Store.ChoosePlan(t.Context(), choice); err != nil {
		t.Fatal(err)
	}
	if left := planOf(t, s); len(left) > 0 {
		t.Errorf("after everything was accepted, %d lines are left: %+v", len(left), left[0])
	}
	choice.Decision, choice.Now = queries.DecisionWithdrawn, choice.Now.Add(time.Second)
	if _, err := s.input.Store.ChoosePlan(t.Context(), choice); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(lines, planOf(t, s)); diff != "" {
		t.Error("after withdrawing:", diff)
	}
}
