package analyzer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// A ledger of expenses and the monthly form that asks for its sum, its number of entries and those of one kind. Figures that
// only go along with them, and numbers that hardly change, follow from nothing.
func TestTotalsOfLedgers(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 25)
	year := months("2025-07", 12)
	entries := func(unit, period int) int { return 3 + count("entries", unit, period, 25) }
	amount := func(unit, period, record int) float64 {
		return float64(100+count("amount"+fmt.Sprint(record), unit, period, 90000)) / 100
	}
	kind := func(unit, period, record int) string {
		return []string{"Ａ类", "B类", "C类"}[count("kind"+fmt.Sprint(record), unit, period, 3)]
	}
	o.hand(
		paper{
			form:  queries.Form{ID: "tz", System: "ny", Title: "零星支出台账", Cycle: "month", Per: "record", Fields: fields("pz 凭证号 text", "je 金额（元） number flow unit=元", "lb 支出类别 text")},
			units: villages, periods: year, rows: entries, answer: func(field string, unit, period, record int) any {
				switch field {
				case "pz":
					return fmt.Sprintf("P%02d-%03d", period, record)
				case "je":
					return amount(unit, period, record)
				}
				return kind(unit, period, record)
			},
		},
		paper{
			form: queries.Form{ID: "yb", System: "cz", Title: "支出月报", Cycle: "month", Fields: fields("sum 支出合计（元） number flow", "bs 支出笔数 integer flow", "al 其中办公支出笔数 integer flow",
				"near 预计支出（元） number flow", "days 办公天数 integer flow", "half 已审核笔数 integer flow")},
			units: villages, periods: year, answer: func(field string, unit, period, _ int) any {
				n, sum, kinds := entries(unit, period), 0.0, 0
				for record := range n {
					sum += amount(unit, period, record)
					if kind(unit, period, record) == "Ａ类" {
						kinds++
					}
				}
				switch field {
				case "sum":
					return float64(int(sum*100+0.5)) / 100
				case "bs":
					return n
				case "al":
					return kinds
				case "near":
					return float64(int(sum*100)+count("near", unit, period, 9000)) / 100
				case "half": // agrees for most units, not for all
					return n - count("half", unit, period, 4)/3
				}
				return 22
			},
		},
		paper{
			form:  queries.Form{ID: "jb", System: "cz", Title: "支出季报", Cycle: "quarter", Fields: fields("qsum 本季支出（元） number flow", "qn 本季笔数 integer flow")},
			units: villages, periods: []string{"2025-07", "2025-10", "2026-01", "2026-04"}, answer: func(field string, unit, quarter, _ int) any {
				n, sum := 0, 0.0
				for period := 3 * quarter; period < 3*quarter+3; period++ {
					n += entries(unit, period)
					for record := range entries(unit, period) {
						sum += amount(unit, period, record)
					}
				}
				if field == "qn" {
					return n
				}
				return float64(int(sum*100+0.5)) / 100
			},
		},
	)
	got := o.duplicates()
	for _, want := range []struct{ total, source, relation string }{
		{"yb.sum", "tz.je", "records"},
		{"yb.bs", "tz.pz", "count"},
		{"yb.al", "tz.lb", "count"},
		{"jb.qsum", "tz.je", "records"},
		{"jb.qn", "tz.pz", "count"},
	} {
		if r := got.relation(want.total, want.source); r != want.relation {
			t.Errorf("%s from %s: %q instead of %q", want.total, want.source, r, want.relation)
		}
	}
	if p := got.pairs["yb.al|tz.lb"]; p != nil && p["counted"] != "Ａ类" {
		t.Errorf("counted are %v", p["counted"])
	}
	for pair := range got.pairs {
		for _, field := range []string{"yb.near", "yb.days", "yb.half"} {
			if strings.Contains(pair, field) && strings.Contains(pair, "tz.") {
				t.Errorf("%s follows from nothing: %s", field, pair)
			}
		}
	}
}
