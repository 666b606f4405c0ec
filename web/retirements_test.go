package web_test

import (
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/locale"
)

var retirementPolicy = queries.RetirementPolicy{
	AnswerDays: 30, DecideDays: 15, StepDays: 30, RemindDays: 7, EscalateDays: 14, CheckDays: 90, MaxExemptDays: 366, TrafficAfterOff: 5, TrafficDays: 2, SubstituteShare: 0.5,
}

func date(text string) time.Time {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err)
	}
	return t
}

// retiringCounty is a store in which four systems are at different places of their retirement, seen on 2026-07-06.
func retiringCounty(t *testing.T) (*queries.Store, web.Options) {
	t.Helper()
	s := querytest.New(t)
	ctx := t.Context()
	registry, err := queries.OpenRegistry(ctx, s)
	if err != nil {
		t.Fatal(err)
	}
	var all []queries.Assessment
	for _, x := range []struct{ id, name, owner, action, verdict string }{
		{"waits", "智慧村务平台", "民政局", queries.SuggestRetire, "unused"},
		{"late", "老年助餐系统", "民政局", queries.SuggestMerge, "underused"},
		{"ended", "=旧台账(1)", "林业局", queries.SuggestRetire, "unused"},
		{"kept", "应急广播", "应急管理局", queries.SuggestRetire, "unused"},
		{"slim", "学习打卡", "", queries.SuggestSimplify, "forced"},
	} {
		registry.DeclareSystem(queries.System{ID: x.id, Name: x.name, Owner: x.owner, Level: "county", Declared: true, UsageCovered: true})
		a := queries.Assessment{System: x.id, AsOf: date("2026-03-31"), Seen: queries.SeenNoUse, Verdict: x.verdict}
		a.Use = queries.Use{Silence: 120, Needed: 90, LastUse: date("2025-12-01"), Active: 3, Entitled: 40, Reach: 0.075, ReachKnown: true, Machines: 77}
		a.Tests = []queries.TestAnswer{{Test: "detached", Answer: "yes"}, {Test: "narrow", Answer: "no"}}
		a.Suggestion = queries.Suggestion{
			Action: x.action, Hours: queries.Hours{Mid: 120, Low: 90, High: 150}, Yuan: queries.Hours{Mid: 30000, Low: 20000, High: 40000},
			Dependants: []queries.Dependant{{Kind: "system", ID: "kept"}},
		}
		if x.action == queries.SuggestMerge {
			a.Suggestion.Into, a.Suggestion.Successors = "kept", []queries.Successor{{System: "kept", Share: 0.8}}
		}
		all = append(all, a)
	}
	if err := registry.Save(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveAssessments(ctx, 1, all); err != nil {
		t.Fatal(err)
	}
	advance := func(day string) {
		if _, err := s.AdvanceRetirements(ctx, now, date(day), retirementPolicy); err != nil {
			t.Fatal(err)
		}
	}
	advance("2026-04-01")
	decide := func(system, verb, day, until string) {
		cmd := queries.RetirementCommand{System: system, Verb: verb, By: "王主任", Basis: "国防动员法", Effective: date(day), Now: now, Today: date("2026-07-06"), Policy: retirementPolicy}
		if until != "" {
			cmd.Until = date(until)
		}
		if _, err := s.Retire(ctx, cmd); err != nil {
			t.Fatal(system, verb, err)
		}
	}
	decide("waits", "notify", "2026-06-20", "")
	decide("late", "notify", "2026-05-01", "")
	for i, verb := range []string{"notify", "accept", "announce", "freeze", "read-only", "archive", "off"} {
		decide("ended", verb, date("2026-04-01").AddDate(0, 0, 5*i).Format(time.DateOnly), "")
	}
	decide("kept", "exempt", "2026-04-02", "2026-12-31")
	decide("kept", "grant", "2026-04-03", "")
	advance("2026-07-06")
	o := options(t, empty())
	o.Reader, o.Writer, o.Retirement = s, s, retirementPolicy
	return s, o
}

func TestRetirementPages(t *testing.T) {
	_, o := retiringCounty(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	s := open(t, o).enter()
	for _, path := range []string{
		"/inbox", "/inbox?owner=民政局", "/inbox?owner=林业局", "/inbox?owner=没有的局", "/inbox?owner=主管单位未登记", "/retirements", "/retirements?state=late", "/retirements?state=kept",
		"/retirements?owner=林业局", "/retirements/waits", "/retirements/late", "/retirements/ended", "/retirements/kept", "/retirements/slim", "/retirements/waits?saved=notify", "/retirements/waits?saved=zzz",
	} {
		for _, lang := range locale.Languages() {
			separator := "?"
			if strings.Contains(path, "?") {
				separator = "&"
			}
			res := s.get(path + separator + "lang=" + lang)
			body := text(t, res)
			if res.StatusCode != http.StatusOK {
				t.Fatalf("%s: %d", path, res.StatusCode)
			}
			seen := words(parse(t, body))
			for _, raw := range []string{"retirement.", "retirements.", "inbox.", "NaN", "0001-01-01", "%!"} {
				if strings.Contains(seen, raw) {
					t.Errorf("%s in %s shows %s: %s", path, lang, raw, seen)
				}
			}
		}
	}
	_, seen := s.page("/inbox?owner=民政局&lang=zh-CN")
	says(t, seen, "民政局有 2 个系统待办理，其中 1 个已逾期", "答复，应于 2026-05-31（已逾期 36 天） 已报上一级", "答复，2026-07-20 前（还有 14 天）",
		"建议下线：已 120 天没有人办理业务（最近一次 2025-12-01，判定线 90 天）。", "建议并入应急广播", "应急广播（已覆盖 80% 的数据项）", "有异议", "申请保留")
	_, seen = s.page("/retirements?lang=zh-CN")
	says(t, seen, "4 个系统在办，其中 1 个逾期", "已关停，待复查", "限期保留", "智慧村务平台")
	_, seen = s.page("/retirements/ended?lang=zh-CN")
	says(t, seen, "2026-05-01 完成（王主任）", "复查，2026-07-30 前（还有 24 天）", "重新启动")
	_, seen = s.page("/retirements/slim?lang=zh-CN")
	if strings.Contains(seen, "停止新填报") {
		t.Error("what is to be simplified is not frozen")
	}
	if res := s.get("/retirements/nowhere"); res.StatusCode != http.StatusNotFound {
		t.Error(res.StatusCode)
	}
	o.Writer = nil
	_, seen = open(t, o).enter().page("/inbox?owner=民政局&lang=zh-CN")
	if strings.Contains(seen, "办理人姓名") {
		t.Error("a form where nothing can be kept")
	}
}

func TestRetirementsCSV(t *testing.T) {
	_, o := retiringCounty(t)
	s := open(t, o).enter()
	body := text(t, s.get("/retirements.csv?owner=林业局&lang=zh-CN"))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 {
		t.Fatalf("%v, %v", rows, err)
	}
	if rows[1][0] != "ended" || rows[1][1] != "'=旧台账(1)" || rows[1][5] != "已关停，待复查" || rows[1][9] != "24" || rows[1][15] != "120" {
		t.Errorf("%q", rows[1])
	}
	if all := sheet(t, s, "/retirements?"); len(all) != 6 {
		t.Errorf("%d rows", len(all))
	}
}

// Decisions on the pages are kept once, by name, on the state that was seen.
func TestRetirementDecisions(t *testing.T) {
	store, o := retiringCounty(t)
	s := open(t, o).enter()
	good := func(change ...string) url.Values {
		form := url.Values{"verb": {"dispute"}, "last": {"2"}, "by": {"李科长"}, "basis": {"纸质登记本仍在使用"}, "effective": {"2026-07-06"}}
		for i := 0; i+1 < len(change); i += 2 {
			form.Set(change[i], change[i+1])
		}
		return form
	}
	for name, x := range map[string]struct {
		path string
		form url.Values
		code int
		says string
	}{
		"nobody":         {"/retirements/waits", good("by", " "), 400, "没有填写决定人"},
		"the clock":      {"/retirements/waits", good("by", "Clock"), 400, "办理人姓名不正确"},
		"no basis":       {"/retirements/waits", good("basis", ""), 400, "没有填写依据"},
		"no law":         {"/retirements/waits", good("verb", "exempt", "basis", "", "until", "2026-12-31"), 400, "没有填写依据"},
		"no last day":    {"/retirements/waits", good("verb", "exempt"), 400, "没有填写期限"},
		"too far":        {"/retirements/waits", good("verb", "exempt", "until", "2028-01-01"), 400, "保留期限超过"},
		"in the past":    {"/retirements/waits", good("verb", "exempt", "until", "2026-07-01"), 400, "期限不能早于"},
		"not a date":     {"/retirements/waits", good("effective", "7月1日"), 400, "日期不正确"},
		"year of 9999":   {"/retirements/waits", good("verb", "exempt", "until", "9999-01-01"), 400, "日期不正确"},
		"before":         {"/retirements/waits", good("effective", "2026-06-01"), 400, "生效日期早于上一步"},
		"to come":        {"/retirements/waits", good("effective", "2026-08-01"), 400, "生效日期还没有到"},
		"too long":       {"/retirements/waits", good("basis", strings.Repeat("长", 501)), 400, "说明最多 500 个字"},
		"far too long":   {"/retirements/waits", good("basis", strings.Repeat("x", 300<<10)), 413, "提交的内容过长"},
		"skips a step":   {"/retirements/waits", good("verb", "freeze"), 409, "当前状态不能这样办理"},
		"unknown verb":   {"/retirements/waits", good("verb", "delete"), 400, "提交的内容不完整"},
		"nothing seen":   {"/retirements/waits", good("last", ""), 400, "提交的内容不完整"},
		"stale":          {"/retirements/waits", good("last", "1"), 409, "状态已经变化"},
		"unknown system": {"/retirements/nowhere", good(), 404, "没有这一页"},
		"too early":      {"/retirements/ended", good("verb", "check", "last", "8"), 400, "还没有到复查日期"},
	} {
		res := s.post(x.path, x.form, "Accept-Language", "zh")
		body := text(t, res)
		if res.StatusCode != x.code || !strings.Contains(body, x.says) {
			t.Errorf("%s: %d, without %q", name, res.StatusCode, x.says)
		}
		parse(t, body)
	}
	if res := s.post("/retirements/waits", good(), "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %d", res.StatusCode)
	}
	if c, err := store.RetirementCase(t.Context(), "waits"); err != nil || c.Last != 2 {
		t.Fatalf("%d events were kept, %v", c.Last, err)
	}
	hostile := `<script>alert(1)</script>"'&`
	res := s.post("/retirements/waits", good("note", hostile, "back", "inbox"))
	where := res.Header.Get("Location")
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(where, "/inbox?owner=") {
		t.Fatalf("%d to %q", res.StatusCode, where)
	}
	body := text(t, s.get(strings.TrimSuffix(where, "#decided")+"&lang=zh-CN"))
	says(t, words(parse(t, body)), "已记录：有异议。", "依据：纸质登记本仍在使用", hostile, "有异议，待决定")
	if strings.Contains(body, "<script>") {
		t.Error("markup came through")
	}
	// A reload of the same form, or a second person who saw the same, changes nothing.
	if res := s.post("/retirements/waits", good()); res.StatusCode != http.StatusConflict {
		t.Errorf("twice: %d", res.StatusCode)
	}
	if res := s.post("/retirements/waits", good("verb", "refuse", "last", "3", "to", "accepted")); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/retirements/waits?saved=refuse#decided" {
		t.Errorf("refused: %d to %s", res.StatusCode, res.Header.Get("Location"))
	}
	if c, err := store.RetirementCase(t.Context(), "waits"); err != nil || c.State != queries.RetirementAccepted || c.Last != 4 {
		t.Errorf("%s, %d events, %v", c.State, c.Last, err)
	}
}

func TestNoRetirementsSayWhatToDo(t *testing.T) {
	s := open(t, options(t, empty())).enter()
	for _, path := range []string{"/inbox?lang=zh-CN", "/retirements?lang=zh-CN"} {
		_, seen := s.page(path)
		says(t, seen, "还没有下线建议", "jianfu analyze")
	}
}
