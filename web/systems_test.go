package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"github.com/jianfu/jianfu/queries"
)

// systemNames are the systems that a list shows, in order.
func systemNames(t *testing.T, body string) []string {
	t.Helper()
	var out []string
	for n := range parse(t, body).Descendants() {
		if n.Data == "td" && strings.Contains(attr(n, "class"), "main") {
			out = append(out, words(find(n, "a")))
		}
	}
	return out
}

func TestSystemsNeedingADecisionStandFirst(t *testing.T) {
	s := open(t, options(t, county())).enter()
	names := systemNames(t, text(t, s.get("/systems", "Accept-Language", "zh")))
	if len(names) != 12 || names[0] != "智慧村务云平台" || names[1] != "云上学习打卡小程序" {
		t.Fatalf("%v", names)
	}
	// What could not be judged stands before what is fine.
	if slices.Index(names, "森林防火巡护") > slices.Index(names, "民政综合服务平台") {
		t.Errorf("%v", names)
	}
	seen := words(parse(t, text(t, s.get("/systems", "Accept-Language", "zh"))))
	for _, want := range []string{
		"12 个上游系统，2 个判为", "4 个未评估", "216 万元", "643 小时", "90% 区间 560–734", "疑似打卡式使用", "日志已中断，覆盖 97%", "暂不判断", "并入民政综合服务平台", "年省 612 小时", "待主管单位答复，2026-07-21 前", "96 / 320（30%）", "1,875 元",
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("the list does not say %q: %s", want, seen)
		}
	}
}

func TestSystemsFilterAndSort(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for query, want := range map[string][]string{
		"verdict=open":                         {"智慧村务云平台", "云上学习打卡小程序"},
		"verdict=forced":                       {"云上学习打卡小程序"},
		"seen=stale":                           {"农业农村统计直报"},
		"seen=not_covered&sort=name":           {"新时代文明实践志愿服务信息管理与积分兑换一体化应用平台", "森林防火巡护"},
		"verdict=unknown&owner=林业局":            {"森林防火巡护"},
		"suggestion=merge":                     {"智慧村务云平台"},
		"case=notified":                        {"智慧村务云平台"},
		"q=打卡":                                 {"云上学习打卡小程序"},
		"verdict=open&sort=hours":              {"云上学习打卡小程序", "智慧村务云平台"},
		"verdict=open&sort=saved":              {"智慧村务云平台", "云上学习打卡小程序"},
		"verdict=open&order=asc&sort=last_use": {"智慧村务云平台", "云上学习打卡小程序"},
	} {
		got := systemNames(t, text(t, s.get("/systems?"+query, "Accept-Language", "zh")))
		if query == "seen=not_covered&sort=name" {
			slices.Sort(got)
			slices.Sort(want)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: %v", query, got)
		}
	}
	// Unknown numbers stand last, whichever way the list is sorted.
	for _, order := range []string{"", "&order=asc"} {
		got := systemNames(t, text(t, s.get("/systems?sort=active"+order, "Accept-Language", "zh")))
		if last := got[10:]; !slices.Contains(last, "森林防火巡护") || len(got) != 12 {
			t.Errorf("%s: %v", order, got)
		}
	}
}

func TestFiveHundredSystemsArePaged(t *testing.T) {
	c := county()
	for i := range 500 {
		row := c.systems[i%12]
		row.ID = "x" + strconv.Itoa(i)
		c.systems = append(c.systems, row)
	}
	s := open(t, options(t, c)).enter()
	body := text(t, s.get("/systems?page=11", "Accept-Language", "zh"))
	if got := systemNames(t, body); len(got) != 12 {
		t.Errorf("the last page has %d", len(got))
	}
	first := text(t, s.get("/systems"))
	if len(first) > 300_000 {
		t.Errorf("a page of %d bytes", len(first))
	}
}

func TestSystemsExport(t *testing.T) {
	c := county()
	c.systems[1].Name = `=HYPERLINK("http://evil")`
	c.systems[1].Owner = "@cmd"
	s := open(t, options(t, c)).enter()
	res := s.get("/systems.csv?verdict=open", "Accept-Language", "zh")
	body := text(t, res)
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil || len(records) != 3 || !strings.HasPrefix(body, "\ufeff") || len(records[0]) != len(records[1]) {
		t.Fatalf("%v %v", records, err)
	}
	at := func(head string) string { return records[1][slices.Index(records[0], head)] }
	if at("系统编号") != "smart" || at("年省工时（小时）") != "612" || at("每位使用者年费用（元）") != "" || at("最近实际使用") != "2026-03-04" || at("办理状态") != "待主管单位答复" {
		t.Errorf("%v", records)
	}
	for _, record := range records {
		for _, cell := range record {
			if cell != "" && strings.ContainsRune("=+@", rune(cell[0])) {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	res = s.get("/systems.xlsx", "Accept-Language", "zh")
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.GetRows("Sheet1")
	if err != nil || len(rows) != 13 || rows[1][0] != "smart" || rows[1][1] != `'=HYPERLINK("http://evil")` || !strings.Contains(res.Header.Get("Content-Disposition"), "jianfu-systems.xlsx") {
		t.Errorf("%v %v", rows, err)
	}
	if formula, err := book.GetCellFormula("Sheet1", "B2"); err != nil || formula != "" {
		t.Errorf("a formula %q %v", formula, err)
	}
}

// The page of one system says what was found, what it rests on, whom it concerns and what happens when.
func TestTheSystemStatesItsCase(t *testing.T) {
	s := open(t, options(t, county())).enter()
	doc := parse(t, text(t, s.get("/systems/smart", "Accept-Language", "zh")))
	seen := words(doc)
	for _, want := range []string{
		"疑似闲置", "使用日志覆盖完整，97% 的天数有采集", "判断截至 2026-06-30", "计算于", "建议并入民政综合服务平台", "612 小时（540", "88 人，41 个单位",
		"每周实际操作由 58 次降到 0 次", "31 名原使用人已转到民政综合服务平台办理", "自 2026-03-04 起 118 天没有实际使用", "日志和登记信息都看不出来，请主管单位答复", "网格化社会治理平台", "接口程序：curl", "82%", "登记指定、报表内容重叠",
		"11/14", "主管单位答复", "2026-07-21", "已于 2026-06-30 完成", "办理：待主管单位答复", "柳河镇", "整合建议书",
	} {
		if !strings.Contains(strings.ReplaceAll(seen, " / ", "/"), want) && !strings.Contains(seen, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if body := text(t, s.get("/systems/smart")); !strings.Contains(body, `href="/retirements/smart"`) || !strings.Contains(body, `href="/systems/smart/letter"`) {
		t.Error("no way to the case or the letter")
	}
	if body := text(t, s.get("/systems/civil")); strings.Contains(body, `href="/systems/civil/letter"`) {
		t.Error("a letter about a system to be kept")
	}
}

// Days whose log was not collected are told apart from days without use, in the picture and in the table behind it.
func TestTheCalendarTellsGaps(t *testing.T) {
	s := open(t, options(t, county())).enter()
	doc := parse(t, text(t, s.get("/systems/smart", "Accept-Language", "zh")))
	count := map[string]int{}
	var section *html.Node
	for n := range doc.Descendants() {
		if attr(n, "id") == "calendar" {
			section = n
		}
	}
	for n := range find(section, "svg").Descendants() {
		if n.Data == "rect" {
			count[attr(n, "class")]++
		}
	}
	if count["unseen"] != 11 || count["l0"] == 0 || count["l1"] == 0 || count["l4"] == 0 || count["unseen"]+count["l0"]+count["l1"]+count["l2"]+count["l3"]+count["l4"] != 365 {
		t.Errorf("%v", count)
	}
	if seen := words(find(section, "table")); !strings.Contains(seen, "未采集的天数") || !strings.Contains(seen, "2025-12") {
		t.Errorf("the table: %s", seen)
	}
	uncovered := words(parse(t, text(t, s.get("/systems/forest", "Accept-Language", "zh"))))
	if !strings.Contains(uncovered, "看不到这个系统的使用情况") || strings.Contains(uncovered, "疑似") {
		t.Errorf("a system without logs: %s", uncovered)
	}
}

func TestLettersOverHTTP(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	doc := parse(t, text(t, s.get("/systems/smart/letter", "Accept-Language", "zh")))
	if got := words(find(doc, "h1")); got != "智慧村务云平台整合建议书" {
		t.Errorf("%s", got)
	}
	// The case asks for an answer by its own day.
	if seen := words(doc); !strings.Contains(seen, "请于 2026-07-21 前答复") || !strings.Contains(seen, "大数据局：") {
		t.Errorf("%s", seen)
	}
	kept := words(parse(t, text(t, s.get("/systems/civil/letter", "Accept-Language", "zh"))))
	if !strings.Contains(kept, "建议是保留") || !strings.Contains(kept, "民政综合服务平台没有需要发出的建议书") {
		t.Errorf("%s", kept)
	}
	res := s.get("/systems/smart/letter.docx", "Accept-Language", "zh")
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err != nil {
		t.Error(err)
	}
	if got := res.Header.Get("Content-Disposition"); !strings.HasPrefix(got, `attachment; filename="jianfu-letter-smart.docx"; filename*=UTF-8''%E6%99%BA`) {
		t.Error(got)
	}
	if res := s.get("/systems/civil/letter.docx"); res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/systems/civil/letter" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
}

// What the registry and the logs bring is text, never markup.
func TestSystemsEscape(t *testing.T) {
	const hostile = `<script>alert(1)</script>"'&`
	c := county()
	c.systems[1].Name, c.systems[1].Owner = hostile, hostile
	c.systems[1].Assessment.Suggestion.Dependants[0] = queries.Dependant{Kind: "machine", ID: hostile, Why: queries.Message{Key: hostile}}
	c.systems[1].Assessment.Use.Pages = []queries.PageNote{{Object: hostile, Action: hostile, As: hostile, Why: hostile}}
	s := open(t, options(t, c)).enter()
	for _, path := range []string{"/systems", "/systems/smart", "/systems/smart/letter"} {
		body := text(t, s.get(path))
		parse(t, body)
		if strings.Contains(body, "<script>") {
			t.Errorf("%s: markup came through", path)
		}
	}
}
