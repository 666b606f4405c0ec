package analyzer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

// body is a system of a test with its keys beside the id.
func (w *world) system(id, name, owner, level, kind string, more map[string]any) {
	r := map[string]any{"type": "system", "id": id, "name": name, "owner": owner, "level": level, "entitled_users": 20}
	if kind != "" {
		r["kind"] = kind
	}
	for k, v := range more {
		r[k] = v
	}
	w.record(r)
}

// asks writes a form with fields told as "label:type", with "!" for required ones and "=target" at the end, and three months of
// submissions of every unit that answer all fields.
func (w *world) asks(id, system, title string, more map[string]any, fields ...string) {
	var list []map[string]any
	values := map[string]any{}
	for i, text := range fields {
		text, target, held := strings.Cut(text, "=")
		label, kind, _ := strings.Cut(text, ":")
		f := map[string]any{"id": fmt.Sprintf("f%d", i), "label": strings.TrimSuffix(label, "!"), "required": strings.HasSuffix(label, "!")}
		if kind != "" {
			f["type"] = kind
		}
		if held {
			f["target"] = 95
			_ = target
		}
		list = append(list, f)
		switch kind {
		case "integer", "number":
			values[f["id"].(string)] = 7 + i
		case "biometric":
		default:
			values[f["id"].(string)] = fmt.Sprintf("值%d", i)
		}
	}
	form := map[string]any{"type": "form", "id": id, "system": system, "title": title, "cycle": "month", "per": "unit", "fields": list}
	for k, v := range more {
		form[k] = v
	}
	w.record(form)
	for m := max(0, w.months-3); m < w.months; m++ {
		for u := range w.units {
			own := map[string]any{}
			for k, v := range values {
				own[k] = v
				if text, ok := v.(string); ok {
					own[k] = fmt.Sprintf("%s-%d-%d", text, u, m)
				}
			}
			w.record(map[string]any{
				"type": "submission", "form": id, "unit": unitCode(u), "period": w.month(m).Format("2006-01"),
				"submitted_at": w.month(m).AddDate(0, 0, 20).Format(time.RFC3339), "reporter": "r" + unitCode(u), "values": own,
			})
		}
	}
}

// visits writes what every person does on the working days of so many days.
func (w *world) visits(system string, people, days int, deeds ...string) {
	for ago := days; ago >= 0; ago-- {
		day := w.asOf.AddDate(0, 0, -ago)
		if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday {
			continue
		}
		for p := range people {
			at := day.Add(time.Duration(p) * time.Minute)
			for i, deed := range deeds {
				action, page, _ := strings.Cut(deed, " ")
				page, form, _ := strings.Cut(page, " ")
				r := map[string]any{
					"type": "usage", "system": system, "time": at.Add(time.Duration(i) * 10 * time.Second).Format(time.RFC3339), "actor": fmt.Sprintf("p%d", p),
					"unit": unitCode(p % w.units), "action": action, "object": page, "status": 200,
				}
				if form != "" {
					r["form"] = form
				}
				w.record(r)
			}
		}
	}
}

// ruled runs the detectors of a family and arranges their findings by detector and system, form or department.
func ruled(t *testing.T, in analyzer.Input, family string) map[string]queries.Finding {
	t.Helper()
	out := map[string]queries.Finding{}
	for _, d := range analyzer.Detectors() {
		meta := d.Meta()
		if meta.Family != family {
			continue
		}
		found, err := d.Detect(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		readable(t, named(meta.ID, found))
		for _, f := range found {
			for _, id := range slices.Concat(f.Subject.Systems, f.Subject.Forms) {
				out[meta.ID+" "+id] = f
			}
			if owner, ok := f.Evidence.Detail["owner"].(string); ok {
				out[meta.ID+" "+owner] = f
			}
			if f.Status != "not_assessed" && (f.Effect == nil || f.Score <= 0 || f.Score > 1 || !slices.Contains([]string{"low", "medium", "high"}, f.Severity)) {
				t.Errorf("%s: %+v", meta.ID, f)
			}
		}
	}
	return out
}

const soon, gone = "2026-12-31", "2026-05-31"

func TestRulesOnApps(t *testing.T) {
	w := newWorld(12, 6)
	waiver := func(rule, basis, until string) map[string]any {
		return map[string]any{"waiver": map[string]any{"rule": rule, "basis": basis, "until": until}}
	}
	work := []string{"login /api/login", "view /api/forms/list", "submit /api/forms/save"}
	checkin := append([]string{"login /api/login", "other /api/points/checkin"}, "view /api/forms/list")
	// Second of the five.
	w.system("points", "智慧党建平台", "组织部", "county", "app", nil)
	w.visits("points", 12, 60, checkin...)
	w.system("attend", "机关考勤管理APP", "办公室", "county", "app", nil)
	w.visits("attend", 12, 60, "login /login", "other /daka/qiandao.do")
	w.system("villagers", "乡村治理积分制小程序", "农业农村局", "county", "mini_program", nil)
	w.visits("villagers", 12, 60, "view /jifen/duihuan", "submit /jifen/save", "view /list/a", "view /list/b")
	w.system("duty", "防汛值守APP", "应急管理局", "county", "app", waiver("policy-checkin", "防汛抗旱应急预案", soon))
	w.visits("duty", 12, 60, checkin...)
	w.system("duty-old", "森林防火值守APP", "林业局", "county", "app", waiver("policy-*", "森林防火条例", gone))
	w.visits("duty-old", 12, 60, checkin...)
	w.system("few", "村务管理APP", "民政局", "county", "app", nil)
	w.visits("few", 12, 60, work...)
	w.visits("few", 2, 60, "other /points/checkin")
	w.system("gis", "地块测绘APP", "自然资源局", "county", "app", nil)
	w.visits("gis", 12, 60, "view /api/map/points", "submit /api/survey/points/save")
	w.system("crops", "农情监测APP", "农业农村局", "county", "app", nil)
	w.visits("crops", 12, 60, work...)
	w.asks("crop-form", "crops", "农作物产量统计表", nil, "小麦单产排名:integer", "产量:number")
	w.asks("merit-form", "crops", "乡村治理积分制月报", nil, "农户积分合计:integer", "积分超市兑换次数:integer")
	w.system("study", "干部网络课堂", "组织部", "county", "website", nil)
	w.asks("study-form", "study", "干部在线学习情况表", nil, "学习积分:integer", "在线时长（小时）:number")
	w.system("dark", "看不见的APP", "水利局", "county", "app", map[string]any{"usage_covered": false})
	// Third.
	w.system("fraud", "社区警务APP", "公安局", "county", "app", nil)
	w.visits("fraud", 12, 60, work...)
	w.asks("fraud-form", "fraud", "国家反诈中心APP推广情况表", nil, "安装率（%）:number=95", "实名注册人数:integer")
	w.asks("fire-form", "fraud", "消防设施情况表", nil, "灭火器安装数:integer", "独立式烟感安装率:number=90")
	w.asks("vol-form", "fraud", "志愿服务情况表", nil, "注册志愿者人数:integer")
	// Fourth.
	w.system("grid", "网格通", "政法委", "county", "app", nil)
	w.visits("grid", 12, 60, work...)
	w.asks("trace-form", "grid", "网格员巡查考核表", nil, "巡查轨迹!:geo", "入户走访照片!:photo", "朋友圈转发数:integer=20")
	w.asks("optional-form", "grid", "民情日记", nil, "说明!:text")
	w.system("hazard", "地灾防治APP", "自然资源局", "county", "app", nil)
	w.visits("hazard", 12, 60, work...)
	w.asks("hazard-form", "hazard", "地质灾害隐患点核查表", map[string]any{"basis": "地质灾害防治条例"}, "隐患点坐标!:geo", "隐患点照片!:photo")
	w.asks("damage-form", "hazard", "因灾倒损房屋统计表", nil, "受损房屋照片!:photo", "灾情视频!:photo")
	w.asks("exam-form", "hazard", "安全生产资格培训记录", nil, "学习时长:number")
	// Fifth.
	w.system("shop", "便民服务APP", "数据局", "county", "app", nil)
	w.visits("shop", 12, 60, append(work, "view /api/mall/goods", "submit /api/mall/order/create")...)
	w.system("farmers", "农村电商公共服务平台", "商务局", "county", "app", nil)
	w.visits("farmers", 12, 60, append(work, "view /api/mall/goods")...)
	w.system("fees", "医保缴费APP", "医疗保障局", "county", "app", nil)
	w.visits("fees", 12, 60, append(work, "submit /api/pay/order", "view /api/pay/result")...)
	w.asks("ads-form", "fees", "市容整治月报", nil, "清理小广告（处）:integer", "农技推广（场）:integer")
	// Level, number, filing.
	w.system("town-app", "镇掌上村务", "柳河镇人民政府", "town", "app", map[string]any{"filed": false})
	w.visits("town-app", 12, 60, work...)
	w.system("town-book", "镇台账", "柳河镇人民政府", "town", "spreadsheet", nil)
	w.system("town-group", "镇工作群", "柳河镇人民政府", "town", "group", nil)
	for _, id := range []string{"c1", "c2"} {
		w.system("central-"+id, "全国采集APP"+id, "国家某局", "central", "app", map[string]any{"filed": true})
		w.visits("central-"+id, 12, 60, work...)
	}
	w.system("central-one", "全国直报APP", "国家另一局", "central", "app", nil)
	w.visits("central-one", 12, 60, work...)
	w.system("idle-app", "旅游采集APP", "文旅局", "county", "app", nil)
	w.visits("idle-app", 1, 300, "heartbeat /ping")
	// Inspections.
	w.system("inspect", "督查系统", "督查室", "county", "website", nil)
	w.asks("inspect-form", "inspect", "年度综合督查考核填报表", nil, "事项数:integer")
	w.asks("safety-form", "inspect", "安全检查考核隐患表", nil, "隐患数:integer")
	in := w.input(t)
	in.Policy.Waivers = []analyzer.PolicyWaiver{{Rule: "policy-assessment", Form: "trace-form", Basis: "重大活动安保方案", From: "2026-07-01", Until: soon}}
	got := ruled(t, in, "policy")
	for _, c := range []struct{ rule, subject, status, severity string }{
		{"policy-checkin", "points", "open", "high"},
		{"policy-checkin", "attend", "", ""},
		{"policy-checkin", "villagers", "", ""},
		{"policy-checkin", "duty", "waived", "high"},
		{"policy-checkin", "duty-old", "open", "high"},
		{"policy-checkin", "few", "", ""},
		{"policy-checkin", "gis", "", ""},
		{"policy-checkin", "crops", "", ""},
		{"policy-checkin", "study", "open", "low"},
		{"policy-checkin", "dark", "not_assessed", ""},
		{"policy-checkin", "town-book", "", ""},
		{"policy-forced-use", "fraud", "open", "high"},
		{"policy-forced-use", "fire-form", "", ""},
		{"policy-forced-use", "vol-form", "", ""},
		{"policy-forced-use", "few", "", ""},
		{"policy-assessment", "grid", "open", "high"},
		{"policy-assessment", "optional-form", "", ""},
		{"policy-assessment", "hazard", "", ""},
		{"policy-assessment", "crops", "", ""},
		{"policy-commercial", "shop", "open", "medium"},
		{"policy-commercial", "farmers", "", ""},
		{"policy-commercial", "fees", "", ""},
		{"policy-app-level", "town-app", "open", "medium"},
		{"policy-app-level", "town-book", "", ""},
		{"policy-app-level", "town-group", "", ""},
		{"policy-app-level", "points", "", ""},
		{"policy-app-count", "国家某局", "open", "medium"},
		{"policy-app-count", "central-one", "", ""},
		{"policy-app-count", "农业农村局", "open", "low"},
		{"policy-app-count", "民政局", "", ""},
		{"policy-unfiled", "town-app", "open", "medium"},
		{"policy-unfiled", "central-c1", "", ""},
		{"policy-unfiled", "points", "not_assessed", ""},
		{"policy-low-use", "idle-app", "open", "medium"},
		{"policy-low-use", "few", "", ""},
		{"policy-inspection", "督查室", "open", "low"},
	} {
		f := got[c.rule+" "+c.subject]
		if f.Status != c.status || c.severity != "" && f.Severity != c.severity {
			t.Errorf("%s of %s: %q %s %v %v, want %q %s", c.rule, c.subject, f.Status, f.Severity, f.Evidence.Message, f.Reason, c.status, c.severity)
		}
	}
	if f := got["policy-inspection 督查室"]; slices.Contains(f.Subject.Forms, "safety-form") {
		t.Error("checks of safety are no comprehensive inspection")
	}
	if f := got["policy-checkin duty-old"]; len(f.Explanations) == 0 || f.Explanations[0].Key != "waiver.explain.ended" || f.Explanations[0].Params["until"] != gone {
		t.Errorf("a waiver that ran out is told: %v", f.Explanations)
	}
	if f := got["policy-checkin duty"]; f.Explanations[0].Key != "waiver.explain.in_force" || f.Explanations[0].Params["until"] != soon {
		t.Errorf("a waiver in force is told: %v", f.Explanations)
	}
	if f := got["policy-app-count 农业农村局"]; f.Evidence.Message.Key != "rules.app_count.below" {
		t.Errorf("below the centre it is advice: %v", f.Evidence.Message)
	}
}
