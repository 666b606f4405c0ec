package analyzer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

// What is left in the store besides findings, read back: a data item with its definition in words of both languages, its
// standard, who asks it, where it comes from and why; and two definitions of one property.
func TestDataItemsAreKept(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 25)
	year := months("2025-07", 12)
	for id, owner := range map[string]string{"mz": "民政局", "cl": "残联", "ga": "公安局"} {
		o.registry.DeclareSystem(queries.System{ID: id, Name: id, Owner: owner, Declared: true})
	}
	answer := func(field string, unit, period, record int) any {
		item, own, _ := strings.Cut(field, "_")
		switch item {
		case "id":
			return fmt.Sprintf("rid:%d-%d", unit, record)
		case "kind":
			kind := count("kind", unit, record, 3)
			if own == "b" {
				return []string{"1", "2", "4"}[kind]
			}
			return []string{"视力", "听力", "肢体"}[kind]
		case "people":
			people := 500 + count("size", unit, 0, 2000)
			if own == "b" {
				return people - count("away", unit, 0, 300) - 20
			}
			return people
		case "total":
			sum := 0
			for p := 3 * period; p < 3*period+3; p++ {
				sum += 5 + count("visits", unit, p, 90)
			}
			return sum
		}
		return 5 + count(item, unit, period, 90)
	}
	o.hand(
		paper{
			form:  queries.Form{ID: "cl-p", System: "cl", Title: "残疾人基本状况表", Cycle: "half", Per: "record", Approved: true, Basis: "残疾人保障法", Fields: fields("id_a 身份证号 id", "kind_a 残疾类别 code")},
			units: villages, periods: []string{"2026-01"}, records: 20, answer: answer,
		},
		paper{
			form:  queries.Form{ID: "mz-p", System: "mz", Title: "补贴对象核对表", Cycle: "half", Per: "record", Fields: fields("id_b 公民身份号码 id", "kind_b 残疾类型代码 code")},
			units: villages, periods: []string{"2026-01"}, records: 20, answer: answer, late: 5,
		},
		paper{
			form:  queries.Form{ID: "mz-m", System: "mz", Title: "走访月报", Cycle: "month", Fields: fields("visits_a 走访困难户（户次） integer flow", "people_a 户籍人口 integer stock unit=人")},
			units: villages, periods: year, answer: answer,
		},
		paper{
			form:  queries.Form{ID: "ga-m", System: "ga", Title: "社区矫正对象走访月报", Cycle: "month", Approved: true, Basis: "社区矫正法", Fields: fields("visits_b 走访困难户次数 integer flow", "people_b 常住人口 integer stock unit=人")},
			units: villages, periods: year, answer: answer,
		},
		paper{
			form:  queries.Form{ID: "mz-q", System: "mz", Title: "走访季报", Cycle: "quarter", Fields: fields("total_q 本季走访困难户（户次） integer flow")},
			units: villages, periods: []string{"2025-07", "2025-10", "2026-01", "2026-04"}, answer: answer,
		},
	)
	in := o.input()
	findings(t, simulated{input: in}, "burden-hours")
	for _, d := range analyzer.Detectors() {
		if keeper, keeps := d.(analyzer.Keeper); keeps {
			if err := keeper.Keep(t.Context(), in, queries.Analysis{Run: 7, AsOf: in.Window.To}); err != nil {
				t.Fatal(err)
			}
		}
	}
	items, err := o.store.DataItems(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bySource := map[string]queries.DataItem{}
	for _, i := range items {
		bySource[i.SourceForm+"."+i.Source] = i
	}
	kind, visits := bySource["cl-p.kind_a"], bySource["mz-m.visits_a"]
	if len(items) != 2 || kind.CodeSet != "GB/T 26341" || kind.Name != "残疾类别" {
		t.Fatalf("items %+v", items)
	}
	if r := kind.Reasons; r[0].Key != "dup.authority.competence" || len(r) != 6 {
		t.Errorf("reasons %+v", r)
	}
	// The approved form is bound to its purpose by law, so the other one is proposed.
	if r := visits.Reasons; r[0].Key != "dup.authority.law" || r[len(r)-1].Key != "dup.source.law_in" {
		t.Errorf("reasons %+v", r)
	}
	derived := slices.IndexFunc(visits.Fields, func(f queries.DataItemField) bool { return !f.Member })
	if derived < 0 || visits.Fields[derived].Form != "mz-q" || visits.Fields[derived].Relation != "sum" || visits.Fields[derived].Agreement != 1 {
		t.Errorf("fields %+v", visits.Fields)
	}
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string]string{
		locale.Chinese: "走访困难户次数：每个填报单位每期一个值（月报）；本期发生数（可以按期相加）；整数",
		locale.English: "走访困难户次数: one value for each reporting unit and period (Monthly); what happened in the period (periods may be added up); a whole number",
	} {
		if got := texts.Render(lang, visits.Definition, nil); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		for _, m := range append(slices.Clone(kind.Reasons), visits.Reasons...) {
			if got := texts.Render(lang, m, nil); got == "" || strings.Contains(got, "dup.") || strings.Contains(got, locale.Absent) {
				t.Errorf("%s: %s", lang, got)
			}
		}
	}
	matches, err := o.store.FieldMatches(t.Context(), "mz-m", "ga-m")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(matches, func(m queries.FieldMatch) bool {
		return m.Kind == "unlike" && strings.HasPrefix(m.FieldA, "people") && strings.HasPrefix(m.FieldB, "people") && m.Rows == 300 && m.Agreement < 0.1
	}) {
		t.Errorf("the two definitions are not kept: %+v", matches)
	}
}
