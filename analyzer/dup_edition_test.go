package analyzer_test

import (
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// The same form of the next year is no duplicate, whether its submissions are known or not. Two forms of one year that ask
// the same are.
func TestDuplicatesLeaveEditionsApart(t *testing.T) {
	for _, handed := range []bool{false, true} {
		o := newOffice(t)
		villages, _ := places(o.registry, 20)
		o.registry.DeclareSystem(queries.System{ID: "st", Name: "河湖系统", Owner: "生态环境局", Declared: true})
		o.registry.DeclareSystem(queries.System{ID: "sl", Name: "水利系统", Owner: "水利局", Declared: true})
		form := func(id, system, title string) queries.Form {
			return queries.Form{ID: id, System: system, Title: title, Cycle: "month", Fields: fields(
				"a_"+id+" 巡河次数 integer flow", "b_"+id+" 清理垃圾（吨） integer flow", "c_"+id+" 发现问题数 integer flow")}
		}
		answer := func(field string, unit, period, _ int) any { return 5 + count(field[:1], unit, period, 90) }
		all := []paper{
			{form: form("y25", "st", "2025年度河长制巡查月报"), units: villages, periods: months("2025-07", 6), answer: answer},
			{form: form("y26", "st", "2026年度河长制巡查月报"), units: villages, periods: months("2026-01", 6), answer: answer},
			{form: form("z26", "sl", "2026年度河湖巡查统计月报"), units: villages, periods: months("2026-01", 6), answer: answer},
		}
		for i := range all {
			if !handed {
				all[i].periods = nil
			}
		}
		o.hand(all...)
		got := o.duplicates()
		if r := got.relation("y25.a_y25", "y26.a_y26"); r != "" {
			t.Errorf("handed in: %t: two editions of one form are called %q", handed, r)
		}
		if r := got.relation("y26.a_y26", "z26.a_z26"); r != "equal" {
			t.Errorf("handed in: %t: two forms of one year are called %q", handed, r)
		}
	}
}
