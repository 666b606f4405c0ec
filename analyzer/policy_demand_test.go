package analyzer_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

// adhoc writes a form without a cycle that every unit answers so many times, some days apart.
func (w *world) adhoc(id, system string, times int) {
	w.record(map[string]any{"type": "form", "id": id, "system": system, "title": "临时统计" + id, "cycle": "adhoc", "per": "unit", "fields": []map[string]any{{"id": "a", "label": "情况" + id, "type": "text"}}})
	for n := range times {
		day := w.asOf.AddDate(0, 0, -5*n-3)
		for u := range w.units {
			w.record(map[string]any{
				"type": "submission", "form": id, "unit": unitCode(u), "period": day.Format(time.DateOnly), "submitted_at": day.Add(9 * time.Hour).Format(time.RFC3339),
				"values": map[string]any{"a": fmt.Sprintf("%s-%d-%d", id, u, n)},
			})
		}
	}
}

func TestDemandsOfDepartments(t *testing.T) {
	w := newWorld(12, 6)
	items := []string{"低保户数:integer", "低保人口数:integer", "特困供养人员数:integer", "临时救助人次:integer", "临时救助金额（元）:number"}
	health := []string{"高血压随访人次:integer", "糖尿病随访人次:integer", "预防接种剂次:integer", "儿童健康管理人次:integer"}
	// Asked twice: the second department's form is mostly the first one's.
	w.system("civil", "救助平台", "民政局", "county", "website", nil)
	w.asks("civil-form", "civil", "社会救助月报表", map[string]any{"approved": true, "basis": "社会救助工作统计制度"}, append(slices.Clone(items), "保障标准:number", "边缘人口:integer")...)
	w.system("farm", "监测APP", "农业农村局", "county", "app", nil)
	w.asks("farm-form", "farm", "困难群众情况统计表", nil, items...)
	// The law keeps it apart.
	w.system("health", "随访APP", "卫生健康局", "county", "app", nil)
	w.asks("health-form", "health", "严重精神障碍患者管理月报", map[string]any{"basis": "精神卫生法"}, health...)
	w.system("police", "警务APP", "公安局", "county", "app", nil)
	w.asks("police-form", "police", "走访情况月报", nil, health...)
	// Once more and more; a few times; and under a waiver.
	w.system("office", "督查平台", "督查室", "county", "website", nil)
	w.adhoc("again", "office", 20)
	w.system("rare", "调查平台", "统计局", "county", "website", nil)
	w.adhoc("once", "rare", 2)
	w.system("flood", "防汛平台", "应急管理局", "county", "website", map[string]any{"waiver": map[string]any{"rule": "policy-forms", "basis": "防汛应急响应", "until": soon}})
	w.adhoc("level", "flood", 20)
	in := w.input(t)
	compareForms(t, in)
	got := ruled(t, in, "policy")
	for _, c := range []struct{ rule, subject, status, severity string }{
		{"policy-forms", "农业农村局", "open", "low"},
		{"policy-forms", "民政局", "", ""},
		{"policy-forms", "卫生健康局", "", ""},
		{"policy-forms", "公安局", "", ""},
		{"policy-forms", "督查室", "open", "high"},
		{"policy-forms", "统计局", "", ""},
		{"policy-forms", "应急管理局", "waived", "high"},
		{"policy-similar", "farm", "open", "medium"},
		{"policy-similar", "police", "", ""},
	} {
		f := got[c.rule+" "+c.subject]
		if f.Status != c.status || f.Severity != c.severity {
			t.Errorf("%s of %s: %q %s %v, want %q %s", c.rule, c.subject, f.Status, f.Severity, f.Evidence.Message, c.status, c.severity)
		}
	}
}

// Before forms were compared nothing is said of repetition.
func TestDemandsWithoutComparison(t *testing.T) {
	w := newWorld(3, 2)
	w.system("a", "平台", "局", "county", "app", nil)
	w.asks("f", "a", "月报", nil, "户数:integer")
	got := map[string]string{}
	for _, id := range []string{"policy-forms", "policy-similar"} {
		for _, d := range detectorsOf(id) {
			found, err := d.Detect(t.Context(), w.input(t))
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range found {
				got[id] += f.Status + " " + f.Reason.Key
			}
		}
	}
	for id, said := range got {
		if said != "not_assessed rules.reason.not_compared" {
			t.Errorf("%s: %s", id, said)
		}
	}
	if len(got) != 2 {
		t.Errorf("both rules answer, got %v", got)
	}
}

// compareForms runs the comparison of forms and keeps it, as an analysis does before the rules.
func compareForms(t *testing.T, in analyzer.Input) {
	t.Helper()
	run := queries.Analysis{Run: uint64(time.Now().UnixNano()), AsOf: in.Window.To, From: in.Window.From, To: in.Window.To}
	for _, d := range analyzer.Detectors() {
		if d.Meta().Family != "duplicate" && d.Meta().ID != "burden-hours" {
			continue
		}
		if _, err := d.Detect(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		if err := d.(analyzer.Keeper).Keep(t.Context(), in, run); err != nil {
			t.Fatal(err)
		}
	}
}
