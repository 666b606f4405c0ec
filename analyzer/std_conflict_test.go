package analyzer_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// conflicts are the findings about standards by kind and the fields they speak of.
func (o *office) conflicts() map[string]queries.Finding {
	o.t.Helper()
	out := map[string]queries.Finding{}
	open, _ := o.said("std-conflict")
	for _, list := range open {
		for _, f := range list {
			pair := slices.Clone(f.Subject.Fields[0][:])
			slices.Sort(pair)
			out[f.Evidence.Detail["kind"].(string)+" "+strings.Join(pair, " ")] = f
		}
	}
	return out
}

// One item under other codes, units, definitions and values, beside what only looks like it: rounding, measuring twice, a few
// units that differ, figures that some units copy, other deeds under the same words, opposite words that name two items.
func TestConflictsOfStandards(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 40)
	year := months("2025-08", 10)
	for id, owner := range map[string]string{"mz": "民政局", "ny": "农业农村局"} {
		o.registry.DeclareSystem(queries.System{ID: id, Name: id, Owner: owner, Declared: true})
	}
	size := func(unit int) int { return 400 + count("size", unit, 0, 2500) }
	answer := func(field string, unit, period, _ int) any {
		item, own, _ := strings.Cut(field, "_")
		b := own == "b"
		noise := func(most int) int { return count(field, unit, period, 2*most+1) - most }
		switch item {
		case "grade":
			grade := count("grade", unit, period, 3)
			if b {
				return []string{"Ａ１", "Ｂ２", "Ｃ３"}[grade]
			}
			return []string{"好", "中", "差"}[grade]
		case "area":
			mu := 15 * (20 + count("area", unit, 0, 400))
			if b {
				return float64(mu) / 15
			}
			return mu
		case "people":
			if b {
				return size(unit)*(70+count("left", unit, 0, 20))/100 + noise(3)
			}
			return size(unit) + noise(3)
		case "late": // a third of the figures are those of the month before
			if b && count("stale", unit, period, 3) == 0 {
				period--
			}
			return size(unit) + 13*count("late", unit, period+1, 40)
		case "hidden": // one label, and always a tenth more on one side
			if b {
				return size(unit) * 110 / 100
			}
			return size(unit)
		case "again": // counted twice on purpose: nearly, hardly ever exactly, the same
			return size(unit) + noise(size(unit)/12)
		case "herd": // the same of small numbers, which come out equal now and then
			return count("herd", unit, 0, 30) + 1 + count(field, unit, period, 3)
		case "round":
			exact := 1000 + count("round", unit, period, 9000)
			if b {
				return (exact + 5) / 10 * 10
			}
			return exact
		case "few": // three units have always other figures
			if b && unit < 3 {
				return 500 + count("other", unit, period, 300)
			}
			return 500 + count("few", unit, period, 300)
		case "copied": // a third of the units copy what another form asks
			if b && unit%3 != 0 {
				return 20 + count("own", unit, period, 300)
			}
			return 20 + count("copied", unit, period, 300)
		case "visits": // other deeds under the same words
			return 5 + count(field, unit, period, 60)
		case "born":
			return 5 + count("born", unit, period, 60) + size(unit)/60
		}
		return 5 + count("gone", unit, period, 60) + size(unit)/60
	}
	o.hand(
		paper{
			form: queries.Form{ID: "jia", System: "mz", Title: "甲表", Cycle: "month", Fields: fields("grade_a 卫生等级 text", "area_a 耕地面积（亩） number stock unit=亩", "people_a 户籍人口（人） integer stock unit=人",
				"late_a 生猪存栏（头） integer stock", "hidden_a 大棚数量（个） integer stock", "again_a 家禽存栏（羽） integer stock", "herd_a 牛存栏（头） integer stock", "round_a 粮食产量（公斤） integer stock",
				"few_a 低保金发放（元） integer flow", "copied_a 走访学生家庭（户次） integer flow", "visits_a 入户走访（次） integer flow", "born_a 新增就业人数 integer flow")},
			units: villages, periods: year, answer: answer,
		},
		paper{
			form: queries.Form{ID: "yi", System: "ny", Title: "乙表", Cycle: "month", Fields: fields("grade_b 卫生等级代码 code", "area_b 耕地面积（公顷） number stock unit=公顷", "people_b 常住人口（人） integer stock unit=人",
				"late_b 生猪存栏量（头） integer stock", "hidden_b 大棚数量（个） integer stock", "again_b 家禽存栏（羽） integer stock", "herd_b 牛存栏（头） integer stock", "round_b 粮食产量（公斤） integer stock",
				"few_b 低保金发放（元） integer flow", "copied_b 走访青少年家庭（户次） integer flow", "visits_b 入户走访（次） integer flow", "gone_b 减少就业人数 integer flow")},
			units: villages, periods: year, answer: answer,
		},
	)
	got := o.conflicts()
	want := []string{
		"codes jia.grade_a yi.grade_b", "definition jia.people_a yi.people_b", "definition jia.hidden_a yi.hidden_b", "units jia.area_a yi.area_b", "values jia.late_a yi.late_b",
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Fatalf("conflicts (-want +got):\n%s", diff)
	}
	pair := func(key string) map[string]any {
		return got[key].Evidence.Detail["pairs"].([]map[string]any)[0]
	}
	codes := pair("codes jia.grade_a yi.grade_b")
	forth, back := codes["codes"].(map[string]string), codes["codes_back"].(map[string]string)
	if codes["a"] != "jia.grade_a" {
		forth, back = back, forth
	}
	// Both sides as they were written, full width and capitals included.
	if diff := cmp.Diff(map[string]string{"好": "Ａ１", "中": "Ｂ２", "差": "Ｃ３"}, forth); diff != "" || back["Ａ１"] != "好" {
		t.Error("code mapping", diff, back)
	}
	if factor := pair("units jia.area_a yi.area_b")["factor"]; factor != 1.0/15 && factor != 15.0 {
		t.Error("factor", factor)
	}
	if late := pair("values jia.late_a yi.late_b"); late["late"].(int)*10 < late["differ"].(int)*9 {
		t.Errorf("the other form's figures of the month before are not seen: %v", late)
	}
	if side := got["definition jia.people_a yi.people_b"].Evidence.Message.Params["side"].(queries.Message); side.Params["form"] != "jia" {
		t.Errorf("registered people are more: %v", side)
	}
}

// Codes of persons: the standard is named, and the form that follows it already.
func TestConflictsNameTheStandard(t *testing.T) {
	o := newOffice(t)
	villages, _ := places(o.registry, 20)
	answer := func(field string, unit, _, record int) any {
		item, own, _ := strings.Cut(field, "_")
		sex, kind := count("sex", unit, record, 2), count("kind", unit, record, 6)
		switch {
		case item == "id":
			return fmt.Sprintf("rid:%d-%d", unit, record)
		case item == "sex" && own == "b":
			return []string{"1", "2"}[sex]
		case item == "sex":
			return []string{"男", "女"}[sex]
		case own == "b":
			return []string{"6", "5", "4", "3", "2", "1"}[kind]
		}
		return []string{"视力", "听力", "言语", "肢体", "智力", "精神"}[kind]
	}
	list := func(id string, codes map[string]string, lines ...string) queries.Form {
		f := queries.Form{ID: id, System: id, Title: id, Cycle: "half", Per: "record", Fields: fields(lines...)}
		f.Fields[2].Codes = codes
		return f
	}
	o.hand(
		paper{form: list("cl", nil, "id_a 身份证号 id", "sex_a 性别 text", "kind_a 残疾类别 text"), units: villages, periods: []string{"2026-01"}, records: 30, answer: answer},
		paper{
			form:  list("mz", map[string]string{"6": "视力", "5": "听力", "4": "言语", "3": "肢体", "2": "智力", "1": "精神"}, "id_b 身份证号 id", "sex_b 性别代码 code", "kind_b 残疾类型 code"),
			units: villages, periods: []string{"2026-01"}, records: 30, answer: answer,
		},
	)
	got := o.conflicts()
	sex, kind := got["codes cl.sex_a mz.sex_b"].Evidence.Detail, got["codes cl.kind_a mz.kind_b"].Evidence.Detail
	if sex["standard"] != "GB/T 2261.1" || fmt.Sprint(sex["conforming"]) != "[mz.sex_b]" {
		t.Errorf("sex: %v, followed by %v", sex["standard"], sex["conforming"])
	}
	if kind["standard"] != "GB/T 26341" || fmt.Sprint(kind["conforming"]) != "[]" {
		t.Errorf("kind of disability: %v, followed by %v", kind["standard"], kind["conforming"])
	}
}
