package analyzer_test

import (
	"testing"
)

func TestFieldsThatTellNothing(t *testing.T) {
	w := newWorld(12, 14)
	w.record(map[string]any{"type": "system", "id": "s", "name": "s", "owner": "局", "level": "county"})
	field := func(id, label, kind string) map[string]any {
		return map[string]any{"id": id, "label": label, "type": kind}
	}
	fields := []map[string]any{
		field("count", "户数", "integer"), field("blank", "联络渠道", "text"), field("same", "汇报方式", "text"), field("zero", "死亡人数", "integer"),
		field("rare", "受灾户数", "integer"), field("seldom", "整改措施", "text"), field("reason", "如有变化的内容", "text"), field("village", "网格名称", "text"),
		field("price", "补贴标准", "number"), field("late", "新增项目", "text"), field("flag", "是否达标", "text"), field("typo", "报送渠道", "text"),
		field("remark", "备注", "text"), field("once", "是否参保", "text"), field("level", "风险等级", "code"),
	}
	header := field("place", "报表名称", "text")
	header["role"] = "header"
	w.record(map[string]any{"type": "form", "id": "f", "system": "s", "title": "f", "cycle": "month", "per": "unit", "prefilled": []string{"filled"}, "fields": append(fields, header, field("filled", "上级单位", "text"))})
	w.record(map[string]any{"type": "form", "id": "small", "system": "s", "title": "small", "cycle": "month", "per": "unit", "fields": []map[string]any{field("blank", "联络渠道", "text"), field("n", "户数", "integer")}})
	for m := range w.months {
		for u := range w.units {
			v := map[string]any{
				"count": 10 + m*u, "same": "微信群", "zero": 0, "rare": 0, "village": unitCode(u), "price": 120, "place": "月报", "filled": "县", "flag": "是", "typo": "系统",
			}
			if m == 9 && u%4 == 0 { // a flood in three villages
				v["rare"], v["seldom"], v["flag"] = 6, "转移", "否"
			}
			v["once"], v["level"] = "是", "1"
			if m == 3 && u == 2 {
				v["typo"], v["once"], v["level"] = "系統", "否", "3"
			}
			r := map[string]any{"type": "submission", "form": "f", "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "submitted_at": w.month(m).AddDate(0, 1, 2), "reporter": "r", "values": v}
			w.record(r)
			if m > 11 && u < 3 {
				w.record(map[string]any{"type": "submission", "form": "small", "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "submitted_at": w.month(m).AddDate(0, 1, 2), "values": map[string]any{"n": u}})
			}
		}
	}
	s := simulated{input: w.input(t)}
	list := findings(t, s, "idle-field")
	readable(t, named("idle-field", list))
	got := map[string]any{}
	for _, f := range list {
		if f.Subject.Forms[0] == "small" {
			if f.Reason.Key != "idlefields.reason.few" {
				t.Errorf("small: %q", f.Reason.Key)
			}
			continue
		}
		for i, pair := range f.Subject.Fields {
			got[pair[0]] = f.Evidence.Table.Rows[i][1]
		}
	}
	want := map[string]string{"f.blank": "blank", "f.late": "blank", "f.same": "constant", "f.zero": "zero", "f.typo": "constant"}
	for ref, kind := range want {
		if got[ref] != "idlefields.kind."+kind {
			t.Errorf("%s: %v, want %s", ref, got[ref], kind)
		}
	}
	for ref, kind := range got {
		if want[ref] == "" {
			t.Errorf("%s carries information, yet it is called %v", ref, kind)
		}
	}
}
