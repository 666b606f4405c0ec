package analyzer_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// said runs one detector over the office and gives its findings by the forms they speak of, in order, and what was not
// assessed.
func (o *office) said(detector string) (open map[string][]queries.Finding, unknown map[string]queries.Finding) {
	o.t.Helper()
	s := simulated{input: o.input()}
	findings(o.t, s, "burden-hours")
	all := named(detector, findings(o.t, s, detector))
	readable(o.t, all)
	open, unknown = map[string][]queries.Finding{}, map[string]queries.Finding{}
	for _, f := range all {
		forms := slices.Clone(f.Subject.Forms)
		slices.Sort(forms)
		key := strings.Join(slices.Compact(forms), "|")
		if f.Status == "not_assessed" {
			unknown[key] = f
		} else {
			open[key] = append(open[key], f)
		}
	}
	return open, unknown
}

// Two departments ask the same three figures, one with slips of the pen. What a machine passes on, what the system fills in,
// what is the same everywhere, what is measured again and what the town adds up is no second entry.
func TestEntriesCountWhatWasTypedTwice(t *testing.T) {
	o := newOffice(t)
	villages, towns := places(o.registry, 30)
	year := months("2025-07", 11)
	for id, owner := range map[string]string{"mz": "民政局", "ny": "农业农村局", "sj": "省厅"} {
		o.registry.DeclareSystem(queries.System{ID: id, Name: id, Owner: owner, Declared: true})
	}
	form := func(id, system string, prefilled []string, lines ...string) queries.Form {
		return queries.Form{ID: id, System: system, Title: id, Cycle: "month", Prefilled: prefilled, Fields: fields(lines...)}
	}
	slips := 0
	answer := func(field string, unit, period, _ int) any {
		item, own, _ := strings.Cut(field, "_")
		switch item {
		case "days":
			return 22
		case "ok":
			if count(field, unit, period, 50) == 0 {
				return "否"
			}
			return "是"
		case "again":
			return float64(300+count("again", unit, period, 400)+count(field, unit, period, 30)) / 100
		}
		value := 20 + count(item, unit, period, 300)
		if own == "b" && count("slip"+item, unit, period, 40) == 0 {
			slips++
			return value + 7
		}
		return value
	}
	o.hand(
		paper{form: form("jia", "mz", []string{"people_a"}, "visits_a 走访困难户（户次） integer flow", "relief_a 临时救助人次 integer flow", "trips_a 清理河道（公里） integer flow",
			"people_a 在册人口（人） integer stock", "days_a 出勤天数 integer flow", "ok_a 责任是否落实 code", "again_a 余氯（mg/L） number rate"), units: villages, periods: year, answer: answer},
		paper{form: form("yi", "ny", nil, "visits_b 困难群众走访（户次） integer flow", "relief_b 发放临时救助（人次） integer flow", "trips_b 河道清理里程（公里） integer flow",
			"people_b 在册人口（人） integer stock", "days_b 出勤天数 integer flow", "ok_b 承诺是否落实 code", "again_b 余氯（mg/L） number rate"), units: villages, periods: year, answer: answer, late: 4},
		paper{form: form("sheng", "sj", nil, "visits_c 走访困难户（户次） integer flow", "relief_c 临时救助人次 integer flow"), units: villages, periods: year, answer: answer, late: 6, channel: "api"},
		paper{form: form("zhen", "mz", nil, "visits_t 走访困难户合计（户次） integer flow"), units: towns, periods: year, answer: func(_ string, town, period, _ int) any {
			sum := 0
			for v := range 10 {
				sum += answer("visits_t", 10*town+v, period, 0).(int)
			}
			return sum
		}},
		// Asked by label alone: nobody has handed it in yet.
		paper{form: form("xin", "ny", nil, "visits_n 走访困难户（户次） integer flow", "relief_n 临时救助人次 integer flow")},
	)
	slips = 0
	for unit := range villages {
		for period := range year {
			for _, item := range []string{"visits_b", "relief_b", "trips_b"} {
				answer(item, unit, period, 0)
			}
		}
	}
	open, unknown := o.said("dup-entry")
	for forms := range open {
		if forms != "jia|yi" {
			t.Errorf("entries of %s are called repeated", forms)
		}
	}
	if len(open["jia|yi"]) != 1 {
		t.Fatalf("%d findings about jia and yi", len(open["jia|yi"]))
	}
	f := open["jia|yi"][0]
	detail := f.Evidence.Detail
	want := float64(3*len(villages)*len(year) - slips)
	if got := detail["values"].(float64); math.Abs(got/want-1) > 0.01 {
		t.Errorf("%v values instead of %v", got, want)
	}
	if f.Subject.Forms[0] != "yi" || len(f.Subject.Units) != 0 || len(f.Subject.Fields) != 3 {
		t.Errorf("subject %+v", f.Subject)
	}
	if detail["units"].(uint64) != 30 || detail["later_share"].(float64) != 1 || fmt.Sprint(detail["days_between"]) != "[4 4 4]" {
		t.Errorf("units %v, later %v, days %v", detail["units"], detail["later_share"], detail["days_between"])
	}
	if hours, low, high := detail["hours"].(float64), detail["low"].(float64), detail["high"].(float64); hours <= 0 || low > hours || high < hours || detail["hours_once"].(float64) != hours {
		t.Errorf("hours %v (%v-%v), once %v", hours, low, high, detail["hours_once"])
	}
	if len(f.Evidence.Table.Rows) != 11 || f.Evidence.Chart == nil || len(detail["examples"].([]queries.EntryExample)) != 5 {
		t.Errorf("evidence by month: %v", f.Evidence.Table)
	}
	for _, forms := range []string{"jia|xin", "xin|yi"} {
		if unknown[forms].Reason.Key != "dup.reason.entry_unseen" {
			t.Errorf("%s: %+v", forms, unknown[forms].Reason)
		}
	}
}

// What is entered a third time repeats the first and the second entry. Hours of pairs do not add up, but the parts that were
// shared out do.
func TestEntriesOfThreeFormsAddUp(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 20)
	answer := func(field string, unit, period, _ int) any { return 20 + count(field[:1], unit, period, 300) }
	for i, id := range []string{"p1", "p2", "p3"} {
		o.registry.DeclareSystem(queries.System{ID: id, Name: id, Owner: id, Declared: true})
		o.hand(paper{
			form:  queries.Form{ID: id, System: id, Title: id, Cycle: "month", Fields: fields("a 走访困难户（户次） integer flow", "b 临时救助人次 integer flow")},
			units: villages, periods: months("2025-07", 10), answer: answer, late: 2 * i,
		})
	}
	open, _ := o.said("dup-entry")
	if len(open) != 3 {
		t.Fatalf("%d pairs of forms", len(open))
	}
	hours, once := 0.0, 0.0
	for _, list := range open {
		hours += list[0].Evidence.Detail["hours"].(float64)
		once += list[0].Evidence.Detail["hours_once"].(float64)
	}
	if math.Abs(once/hours-2.0/3) > 0.05 {
		t.Errorf("%.1f of %.1f hours add up; two of three forms are repetitions", once, hours)
	}
}
