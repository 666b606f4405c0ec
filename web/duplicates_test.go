package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/jianfu/jianfu/queries"
)

// page is the text of a page that must be there.
func (s *site) page(path string, header ...string) (doc *html.Node, seen string) {
	s.t.Helper()
	res := s.get(path, header...)
	body := text(s.t, res)
	if res.StatusCode != http.StatusOK {
		s.t.Fatalf("%s: %d", path, res.StatusCode)
	}
	doc = parse(s.t, body)
	return doc, words(doc)
}

func (s *site) post(path string, form url.Values, header ...string) *http.Response {
	s.t.Helper()
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.do(r)
}

func says(t *testing.T, seen string, all ...string) {
	t.Helper()
	for _, want := range all {
		if !strings.Contains(seen, want) {
			t.Errorf("the page does not say %q:\n%s", want, seen)
		}
	}
}

func TestMatrixShowsSharesBothWays(t *testing.T) {
	s := open(t, options(t, county())).enter()
	doc, seen := s.page("/duplicates", "Accept-Language", "zh")
	says(t, seen, "57 张报表中有 4 张互相重复", "347", "其中 331 个可比对（95%）", "9,262 小时", "《农村人居环境整治月报表》与《村庄清洁行动统计表》", "83%", "160 (144\u2060–\u2060192)", "无可对行")
	cells := map[string]string{}
	for n := range doc.Descendants() {
		if n.Data == "td" && strings.HasPrefix(attr(n, "class"), "q") {
			cells[attr(find(n, "a"), "href")] = attr(n, "class") + words(n)
		}
	}
	for path, want := range map[string]string{"/duplicates/f1/f2": "q583", "/duplicates/f2/f1": "q461", "/duplicates/f4/f3": "q355", "/duplicates/f2/f3": "q112"} {
		if cells[path] != want {
			t.Errorf("the cell %s is %q, want %q", path, cells[path], want)
		}
	}
	if len(cells) != 6 {
		t.Errorf("%d cells for 3 pairs", len(cells))
	}
	for n := range doc.Descendants() {
		if n.Data == "th" && attr(n, "scope") == "" {
			t.Errorf("a head without scope: %s", words(n))
		}
	}
	_, seen = s.page("/duplicates?owner=民政局&lang=en")
	says(t, seen, "2 overlaps that match, of 3 forms", "Department: 民政局")
}

func TestOverlapsCSV(t *testing.T) {
	c := county()
	c.names.Forms["f1"] = "=cmd|'/c calc'!A1"
	s := open(t, options(t, c)).enter()
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text(t, s.get("/duplicates.csv?sort=share", "Accept-Language", "zh")), "\ufeff"))).ReadAll()
	if err != nil || len(records) != 4 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	if got := strings.Join(records[1], "|"); got != "f1|'=cmd|'/c calc'!A1|农业农村局|f2|村庄清洁行动统计表|农业农村局|0.83|0.61|4|5|4|6|0.984|880|前者的重复项改为带出|160|144|192" {
		t.Error(got)
	}
	if records[2][12] != "" {
		t.Errorf("no rows agree by %q", records[2][12])
	}
}

func TestTwoFormsSideBySide(t *testing.T) {
	s := open(t, options(t, county())).enter()
	_, seen := s.page("/duplicates/f1/f2", "Accept-Language", "zh")
	says(t, seen,
		"《农村人居环境整治月报表》的 5 项内容中有 4 项（按工夫计 83%）在《村庄清洁行动统计表》里也要填", "农发〔2025〕1号（在批准目录内）",
		"99.1% 一致 · 880 行", "换码", "2 个代码：治污 → 1、清洁 → 2", "换算", "右 = 左 × 0.0001", "无逐行数据，凭名称格式", "无对应", "标识、表头，不比较",
		"“本月清运垃圾（吨）”与“垃圾清运量（吨）”，含义相近 83%", "两边分别是整数和小数", "较少一侧的 40 个里有 12 个两边都有", "按同一单位、同一期对上 880 行，99.1% 一致；若毫不相干，只会有 4.0% 一致",
		"有力支持（+8.0）", "不支持（−1.6）", "不说明问题（+0.1）", "各项相加 +12.9（对数几率），即同一数据的概率 >99.9%", "名称上的反对理由（用词相反（如年初与年末））因逐行数据一致而不采纳",
		"差异：2 对数据项共有 3 处不一致", "880 行中 2 行不同", "东岭乡下湾村 2026-05 12.5 ≠ 15", "20000 （折合 2） ≠ 3", "名称相近、数值不同的 1 对", "判断从下一次分析起生效",
	)
	// From the other side everything is turned: shares, codes, factors.
	_, seen = s.page("/duplicates/f2/f1?lang=en")
	says(t, seen, "4 of 5 content fields of 农村人居环境整治月报表", "1 → 治污, 2 → 清洁", "right = left × 10,000", "Step 1 of the merge plan: drop 1 field of 村庄清洁行动统计表 and take the data from 农村人居环境整治月报表")
	// Where the plan does nothing between the two, the pair speaks for itself.
	c := county()
	c.plan = nil
	_, seen = open(t, options(t, c)).enter().page("/duplicates/f2/f1?lang=en")
	says(t, seen, "Pre-fill 4 fields of 农村人居环境整治月报表 from 村庄清洁行动统计表")
}

func TestVerdictOnAPairOfFields(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	hostile := `<script>alert(1)</script>"'&`
	form := url.Values{"field_a": {"a"}, "field_b": {"b"}, "verdict": {"same"}, "by": {" 王\t主任 "}, "note": {hostile}}
	res := s.post("/duplicates/f1/f2", form)
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), "/duplicates/f1/f2?saved=same#") {
		t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if len(c.synonyms) != 1 {
		t.Fatalf("%v", c.synonyms)
	}
	v := c.synonyms[0]
	if v.A != "垃圾清运量（吨）" || v.B != "本月清运垃圾（吨）" || !v.Same || v.FieldA != "f2.b" || v.FieldB != "f1.a" || v.By != "王 主任" || v.Note != hostile || !v.At.Equal(now) {
		t.Errorf("%+v", v)
	}
	body := text(t, s.get("/duplicates/f2/f1?saved=same", "Accept-Language", "zh"))
	says(t, words(parse(t, body)), "已记录：两项是同一数据", "已确认是同一数据（王 主任，2026-07-06 09:30）", hostile, "撤回这个判断")
	if strings.Contains(body, "<script>") {
		t.Error("markup came through")
	}
	// Fields of the same name can be told apart, these two alone.
	if res := s.post("/duplicates/f1/f2", url.Values{"field_a": {"c"}, "field_b": {"d"}, "verdict": {"different"}, "by": {"李"}}); res.StatusCode != http.StatusSeeOther || c.synonyms[0].FieldA != "f1.c" {
		t.Errorf("same names: %d, %+v", res.StatusCode, c.synonyms)
	}
	_, seen := s.page("/duplicates/f1/f2?lang=zh-CN")
	says(t, seen, "已确认不是同一数据（李，")
	c.synonyms = c.synonyms[1:]
	form.Set("verdict", "withdraw")
	if res := s.post("/duplicates/f1/f2", form); res.StatusCode != http.StatusSeeOther || len(c.synonyms) != 0 {
		t.Errorf("withdrawn: %d, %v", res.StatusCode, c.synonyms)
	}
}

func TestWrongVerdictsAreRefused(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	good := func(change ...string) url.Values {
		form := url.Values{"field_a": {"a"}, "field_b": {"b"}, "verdict": {"different"}, "by": {"王主任"}}
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
		"nobody":        {"/duplicates/f1/f2", good("by", " \n "), 400, "没有填写决定人"},
		"long name":     {"/duplicates/f1/f2", good("by", strings.Repeat("王", 61)), 400, "姓名最多 60 个字"},
		"long note":     {"/duplicates/f1/f2", good("note", strings.Repeat("长", 501)), 400, "说明最多 500 个字"},
		"not UTF-8":     {"/duplicates/f1/f2", good("note", "\xff"), 400, "提交的内容不完整"},
		"verdict":       {"/duplicates/f1/f2", good("verdict", "maybe"), 400, "提交的内容不完整"},
		"field":         {"/duplicates/f1/f2", good("field_b", "zz"), 400, "找不到这两个数据项"},
		"form":          {"/duplicates/f1/zz", good(), 400, "找不到这两个数据项"},
		"same label":    {"/duplicates/f1/f2", good("field_a", "c", "field_b", "d", "verdict", "same"), 400, "两项名称相同"},
		"far too large": {"/duplicates/f1/f2", good("note", strings.Repeat("x", 300<<10)), 413, "提交的内容过长"},
	} {
		res := s.post(x.path, x.form, "Accept-Language", "zh")
		body := text(t, res)
		if res.StatusCode != x.code || !strings.Contains(body, x.says) {
			t.Errorf("%s: %d, without %q", name, res.StatusCode, x.says)
		}
		parse(t, body)
	}
	if len(c.synonyms) != 0 {
		t.Errorf("kept: %v", c.synonyms)
	}
}

// What people decide is guarded by the session and against other sites; a service without a writer keeps nothing.
func TestDecisionsAreGuarded(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	forms := map[string]url.Values{
		"/duplicates/f1/f2": {"field_a": {"a"}, "field_b": {"b"}, "verdict": {"same"}, "by": {"x"}},
		"/plan":             {"steps": {"1"}, "run": {"17"}, "decision": {"rejected"}, "by": {"x"}},
	}
	for path, form := range forms {
		for name, header := range map[string][]string{
			"another site":         {"Sec-Fetch-Site", "cross-site"},
			"a sister site":        {"Sec-Fetch-Site", "same-site"},
			"an old browser":       {"Sec-Fetch-Site", "", "Origin", "https://evil.example"},
			"an origin that hides": {"Sec-Fetch-Site", "", "Origin", "null"},
		} {
			res := s.post(path, form, append(header, "Accept-Language", "zh")...)
			if body := text(t, res); res.StatusCode != http.StatusForbidden || !strings.Contains(body, "不是从本站发出的") {
				t.Errorf("%s from %s: %d", path, name, res.StatusCode)
			}
		}
		if res := s.post(path, form, "Sec-Fetch-Site", "", "Origin", "http://127.0.0.1:8080"); res.StatusCode != http.StatusSeeOther {
			t.Errorf("%s from here, by an old browser: %d", path, res.StatusCode)
		}
		c.synonyms, c.decisions = nil, nil
		stranger := &site{t: t, handler: s.handler}
		if res := stranger.post(path, form); res.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without a session: %d", path, res.StatusCode)
		}
		o := options(t, c)
		o.Writer = nil
		reader := open(t, o).enter()
		if res := reader.post(path, form); res.StatusCode != http.StatusForbidden {
			t.Errorf("%s without a writer: %d", path, res.StatusCode)
		}
		if body := text(t, reader.get(path)); strings.Contains(body, `method="post"`) {
			t.Errorf("%s offers a form that nothing keeps", path)
		}
	}
	if len(c.synonyms)+len(c.decisions) != 0 {
		t.Errorf("kept: %v %v", c.synonyms, c.decisions)
	}
}

func TestItems(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	doc, seen := s.page("/items?lang=zh-CN")
	says(t, seen, "81 个数据项被一张以上报表分别填报", "生活垃圾清运量", "农业农村局", "第 1–50 条，共 81 条")
	first := ""
	for n := range doc.Descendants() {
		if n.Data == "tr" && find(n, "td") != nil && first == "" {
			first = words(n)
		}
	}
	if !strings.HasPrefix(first, "生活垃圾清运量 农业农村局 1 2 3,560 99.1% 66 24 (20\u2060–\u206031)") {
		t.Errorf("the first row: %s", first)
	}
	_, seen = s.page("/items?q=数据项%207&lang=zh-CN")
	says(t, seen, "符合条件的数据项 11 个")
	_, seen = s.page("/items/" + c.items[0].ID + "?lang=zh-CN")
	says(t, seen,
		"“生活垃圾清运量”由 1 个部门的 2 张报表分别填报，一年共 3,560 次", "建议以《农村人居环境整治月报表》为唯一来源", "在批准目录内或有制度依据", "没有足够信息", "未对应到国家标准代码", "99.1%（880 行）",
		"月报", "33 天", "99.5%", "可由它得到的 1 项", "各期相加可得", "第 2 步", "常住户数 120",
	)
}

func TestPlanWhatIf(t *testing.T) {
	s := open(t, options(t, county())).enter()
	_, seen := s.page("/plan?lang=zh-CN")
	says(t, seen, "精简方案共 44 步", "试算：已选 43 步，共 44 步", "最后 1 步须先有法律依据", "停填 1 项", "“常住户数” ← 《农村人居环境整治月报表》“常住户数”", "来源 × 0.0001", "发文停报", "待决定", "150 个单位填报")
	_, seen = s.page("/plan?steps=2-3&lang=zh-CN")
	says(t, seen, "试算：已选 2 步，共 44 步", "55 小时 (44\u2060–\u206072)", "所选 2 步：55 小时", "这一步以第 1 步确定的来源为前提，而第 1 步没有勾选", "对所选 2 步作出决定", "按所选步骤起草通知")
	_, seen = s.page("/plan?page=3&lang=zh-CN")
	says(t, seen, "这一步须先有法律依据，默认不勾选", "受统计法约束")
	// Ticking on the second page keeps what was ticked on the first.
	res := s.get("/plan?shown=21-40&rest=1-5,30,44&on=22&on=23&on=44&on=x&page=2")
	if got := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || got != "/plan?page=2&steps=1-5%2C22-23%2C44#what-if" {
		t.Errorf("%d to %s", res.StatusCode, got)
	}
}

func TestPlanDecisions(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	form := url.Values{"steps": {"1,3"}, "run": {"17"}, "decision": {"accepted"}, "effective": {"2026-08-01"}, "by": {"王主任"}, "note": {"<b>会议</b>"}}
	res := s.post("/plan", form)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/plan?saved=accepted#decided" {
		t.Fatalf("%d to %q", res.StatusCode, res.Header.Get("Location"))
	}
	if len(c.decisions) != 3 {
		t.Fatalf("%d decisions for the lines of two steps", len(c.decisions))
	}
	d := c.decisions[2]
	if d.Line.ID != c.plan[3].ID || d.Decision != queries.DecisionAccepted || d.By != "王主任" || d.Note != "<b>会议</b>" || !d.Effective.Equal(time.Date(2026, 8, 1, 0, 0, 0, 0, time.UTC)) || !d.Decided.Equal(now) {
		t.Errorf("%+v", d)
	}
	_, seen := s.page("/plan?saved=accepted&lang=zh-CN")
	says(t, seen, "已记录采纳", "已采纳，2026-08-01 起执行（王主任）", "已采纳且可以核对的 1 行：承诺一年省 90 小时", "实际一年省 40 小时", "执行 1 期，满 2 期后核对", "撤回决定", "已作出的决定（3 行）", "采纳，2026-08-01 起执行（王主任，2026-07-06 09:30） <b>会议</b>")
	_, seen = s.page("/plan/notice?lang=zh-CN")
	says(t, seen, "关于精简报表填报项目的通知", "农业农村局：", "2 张报表的 3 个填报事项", "一、停止填报的项目（2 项）", "二、确定为唯一来源的项目（1 项）", "2026-08-01", "（来源 × 0.0001）", "实施前需要落实")
	_, seen = s.page("/plan/notice?steps=44&lang=zh-CN")
	says(t, seen, "征求意见稿", "应急管理局：", "停止单独填报的报表（1 张）", "整张报表", "待定", "由你单位向其他部门提供数据的项目（1 项）")
	// The next analysis does not propose again what was decided; it can still be withdrawn.
	if res := s.post("/plan", url.Values{"line": {c.plan[1].ID}, "decision": {"withdrawn"}, "by": {"王主任"}}); res.StatusCode != http.StatusSeeOther || len(queries.NewestDecisions(c.decisions)) != 2 {
		t.Errorf("one line withdrawn: %d, %v", res.StatusCode, c.decisions)
	}
	form.Set("decision", "withdrawn")
	form.Del("effective")
	if res := s.post("/plan", form); res.StatusCode != http.StatusSeeOther || len(queries.NewestDecisions(c.decisions)) != 0 {
		t.Errorf("withdrawn: %d, %v", res.StatusCode, c.decisions)
	}
}

func TestWrongDecisionsAreRefused(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	for name, x := range map[string]struct {
		change []string
		code   int
		says   string
	}{
		"another plan":    {[]string{"run", "16"}, 409, "方案已经更新"},
		"no steps":        {[]string{"steps", "99,x"}, 400, "没有选择步骤"},
		"nobody":          {[]string{"by", ""}, 400, "没有填写决定人"},
		"no day":          {[]string{"effective", ""}, 400, "执行日期不对"},
		"no such day":     {[]string{"effective", "2026-02-30"}, 400, "执行日期不对"},
		"too far":         {[]string{"effective", "2126-01-01"}, 400, "执行日期不对"},
		"decision":        {[]string{"decision", "maybe"}, 400, "提交的内容不完整"},
		"a line that was": {[]string{"line", "ffffffffffffffffffff"}, 409, "方案已经更新"},
		"a short line":    {[]string{"line", "1"}, 400, "方案已经更新"},
	} {
		form := url.Values{"steps": {"1"}, "run": {"17"}, "decision": {"accepted"}, "effective": {"2026-08-01"}, "by": {"王主任"}}
		form.Set(x.change[0], x.change[1])
		res := s.post("/plan", form, "Accept-Language", "zh")
		if body := text(t, res); res.StatusCode != x.code || !strings.Contains(body, x.says) {
			t.Errorf("%s: %d, without %q", name, res.StatusCode, x.says)
		}
	}
	if len(c.decisions) != 0 {
		t.Errorf("kept: %v", c.decisions)
	}
}

// What a person decided shows at once, though readings are shared.
func TestDecisionsShowAtOnce(t *testing.T) {
	c := county()
	o := options(t, c)
	o.Refresh = time.Hour
	s := open(t, o).enter()
	s.page("/plan?lang=zh-CN")
	s.post("/plan", url.Values{"steps": {"2"}, "run": {"17"}, "decision": {"rejected"}, "by": {"李科长"}})
	_, seen := s.page("/plan?lang=zh-CN")
	says(t, seen, "不采纳（李科长）")
}

func TestOtherPagesLeadToDuplicates(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	for path, want := range map[string]string{
		"/": `href="/plan"`, "/systems/env": `href="/duplicates/f1/f2"`, "/findings/" + c.findings[0].ID: `href="/duplicates/f1/f2"`,
		"/findings/" + c.items[0].ID: `href="/items/` + c.items[0].ID,
	} {
		if body := text(t, s.get(path, "Accept-Language", "zh")); !strings.Contains(body, want) {
			t.Errorf("%s does not lead on by %s", path, want)
		}
	}
}

// A province has thousands of forms: every page stays small.
func TestPagesOfAProvinceStaySmall(t *testing.T) {
	c := county()
	for i := range 5000 {
		id := fmt.Sprintf("form-%04d", i)
		c.names.Forms[id], c.names.FormSystems[id] = fmt.Sprintf("某某专项工作情况统计调度月报表（第 %d 号）", i), "env"
		form := queries.Form{ID: id, Title: c.names.Forms[id], System: "env", Cycle: "month"}
		for k := range 60 {
			form.Fields = append(form.Fields, queries.Field{ID: fmt.Sprint("field", k), Label: fmt.Sprintf("本月开展某某工作的次数（第 %d 类）", k), Type: "integer"})
		}
		c.forms[id] = form
		for k := 1; k <= 12; k++ {
			o := c.overlaps[0]
			o.A, o.B = id, fmt.Sprintf("form-%04d", (i/12*12+k)%5000)
			if o.A < o.B {
				c.overlaps = append(c.overlaps, o)
			}
		}
		l := c.plan[1]
		for range 8 {
			l.ID, l.Step, l.Form = fmt.Sprintf("%020d", len(c.plan)), uint32(45+i), id
			c.plan = append(c.plan, l)
		}
		item := c.items[1]
		item.ID = fmt.Sprint("many", i)
		c.items = append(c.items, item)
	}
	for k := range 60 {
		m := c.matches[0]
		m.FormA, m.FormB, m.FieldA, m.FieldB = "form-0001", "form-0002", fmt.Sprint("field", k), fmt.Sprint("field", k)
		c.matches = append(c.matches, m)
	}
	o := options(t, c)
	o.Refresh = 0
	s := open(t, o).enter()
	for _, path := range []string{"/duplicates", "/items", "/plan", "/plan?steps=1-4000&page=40", "/duplicates?group=9", "/duplicates/form-0001/form-0002", "/duplicates/form-0001/form-0002?open=field7"} {
		body := text(t, s.get(path, "Accept-Language", "zh"))
		if len(body) > 150_000 {
			t.Errorf("%s has %d bytes", path, len(body))
		}
		if strings.Contains(path, "open=") != strings.Contains(body, "有力支持") {
			t.Errorf("%s: the evidence of many fields is shown for the one asked for", path)
		}
	}
}
