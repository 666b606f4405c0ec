package web_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/jianfu/jianfu/web/locale"
)

// parse reads a page and checks what holds for all of them.
func parse(t *testing.T, body string) *html.Node {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	ids, headings, charts := map[string]bool{}, 0, 0
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
				t.Errorf("<%s %s> is forbidden by the policy", n.Data, a.Key)
			}
			if a.Key == "id" {
				if ids[a.Val] {
					t.Errorf("the id %s stands twice", a.Val)
				}
				ids[a.Val] = true
			}
			if (a.Key == "href" || a.Key == "src") && (strings.Contains(a.Val, "://") || strings.HasPrefix(a.Val, "javascript:")) {
				t.Errorf("<%s> leads outside: %s", n.Data, a.Val)
			}
		}
		switch n.Data {
		case "h1":
			headings++
		case "script":
			if !strings.HasPrefix(attr(n, "src"), "/static/") || n.FirstChild != nil {
				t.Error("a script within the page, or of another host")
			}
		case "svg":
			charts += checkSVG(t, n)
		case "input", "select":
			checkLabel(t, doc, n)
		}
	}
	if headings != 1 {
		t.Errorf("%d first headings", headings)
	}
	if charts > 0 && !strings.Contains(body, "<figcaption>") {
		t.Error("a chart without a caption")
	}
	return doc
}

// checkSVG wants a name for every picture that speaks, and silence from the others. It returns 1 for a chart of evidence.
func checkSVG(t *testing.T, n *html.Node) int {
	t.Helper()
	if attr(n, "aria-hidden") == "true" {
		return 0
	}
	title, desc := false, false
	for c := range n.ChildNodes() {
		title, desc = title || c.Data == "title", desc || c.Data == "desc"
	}
	if !title || attr(n, "role") != "img" {
		t.Errorf("an svg %q without title and role", attr(n, "class"))
	}
	if !strings.Contains(attr(n, "class"), "chart-") {
		return 0
	}
	if !desc {
		t.Error("a chart without a description")
	}
	// The table behind the chart is in the same figure.
	for p := n.Parent; p != nil; p = p.Parent {
		if p.Data == "figure" {
			if find(p, "table") == nil && !inReport(p) {
				t.Error("a chart without its table")
			}
			return 1
		}
	}
	t.Error("a chart outside a figure")
	return 1
}

func inReport(n *html.Node) bool {
	for p := n; p != nil; p = p.Parent {
		if p.Data == "article" {
			return true
		}
	}
	return false
}

func checkLabel(t *testing.T, doc *html.Node, n *html.Node) {
	t.Helper()
	if attr(n, "type") == "hidden" {
		return
	}
	for l := range doc.Descendants() {
		if l.Data == "label" && attr(l, "for") == attr(n, "id") && attr(n, "id") != "" {
			return
		}
	}
	t.Errorf("the control %s has no label", attr(n, "name"))
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func find(n *html.Node, tag string) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && c.Data == tag {
			return c
		}
	}
	return nil
}

// words is the text that a reader sees.
func words(n *html.Node) string {
	var b strings.Builder
	for c := range n.Descendants() {
		if c.Type == html.TextNode && c.Parent.Data != "style" {
			b.WriteString(c.Data + " ")
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// loose finds keys of texts that were never translated: word.word, as no sentence of ours has them.
var loose = regexp.MustCompile(`\b(nav|column|status|severity|family|overview|finding|findings|systems|sources|verify|units|methods|report|filter|fault|word|help|canned|duplicates|pair|items|plan|notice|decide|why|dup|letter|idle|retirement|verdict|unit|look|sheet|chart|evidence_family|search|guide|keys|role|account)\.[a-z_]+\b`)

func TestEveryPageInBothLanguages(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	paths := []string{
		"/", "/findings", "/findings?family=fabrication&severity=high", "/findings?status=not_assessed", "/findings?q=zzz", "/findings?page=3", "/verify", "/verify?view=all",
		"/systems", "/systems?verdict=open&sort=saved", "/systems?verdict=unknown&seen=stale", "/systems?owner=民政局&suggestion=keep&q=zzz", "/systems?case=notified&page=9", "/systems/smart/letter", "/systems/study/letter", "/systems/civil/letter", "/systems/grid/letter", "/units", "/units?q=柳河", "/sources", "/methods", "/help", "/search", "/search?q=柳河&kind=unit", "/search?q=月报", "/search?q=zzzzz", "/report", "/report?unit=330199003000", "/report?system=env",
		"/duplicates", "/duplicates?owner=农业农村局", "/duplicates?q=zzz", "/duplicates?form=f3&sort=share&order=asc", "/duplicates/f1/f2", "/duplicates/f2/f1", "/duplicates/f3/f4",
		"/duplicates/f1/f4", "/items", "/items?q=zzz", "/items?owner=农业农村局&sort=name&page=2", "/items/item03", "/items/" + c.items[0].ID, "/plan", "/plan?steps=2-3", "/plan?steps=", "/plan?page=3",
		"/plan?step=2", "/plan/notice", "/plan/notice?steps=1-44", "/burden", "/burden?unit=330199003000", "/burden?unit=330199003201",
	}
	for _, f := range c.findings[:9] {
		paths = append(paths, "/findings/"+f.ID, "/report?finding="+f.ID)
	}
	for _, system := range c.systems {
		paths = append(paths, "/systems/"+system.ID)
	}
	for _, path := range paths {
		for _, lang := range locale.Languages() {
			t.Run(lang+path, func(t *testing.T) {
				separator := "?"
				if strings.Contains(path, "?") {
					separator = "&"
				}
				res := s.get(path + separator + "lang=" + lang)
				body := text(t, res)
				if res.StatusCode != http.StatusOK {
					t.Fatalf("%d", res.StatusCode)
				}
				doc := parse(t, body)
				seen := words(doc)
				if key := loose.FindString(strings.ReplaceAll(seen, ".md", "")); key != "" {
					t.Errorf("the text %s is not translated", key)
				}
				if strings.Contains(seen, "%!") || strings.Contains(seen, "NaN") || strings.Contains(seen, "0001-01-01") {
					t.Errorf("a raw value shows: %s", seen)
				}
				if got := attr(find(doc, "html"), "lang"); got != lang {
					t.Errorf("lang=%s", got)
				}
			})
		}
	}
}

func TestEmptyCountySaysWhatToDo(t *testing.T) {
	s := open(t, options(t, empty())).enter()
	for path, want := range map[string]string{
		"/": "jianfu demo", "/findings": "jianfu analyze", "/systems": "jianfu import", "/sources": "jianfu check", "/verify": "先运行分析", "/units": "接入报表数据并运行分析后", "/report": "范围内没有线索",
		"/duplicates": "jianfu analyze", "/items": "jianfu analyze", "/plan": "jianfu analyze", "/plan/notice": "还没有采纳的步骤", "/burden": "还没有填报工时",
	} {
		res := s.get(path, "Accept-Language", "zh-CN")
		body := text(t, res)
		parse(t, body)
		if res.StatusCode != http.StatusOK || !strings.Contains(body, want) {
			t.Errorf("%s: %d, without %q", path, res.StatusCode, want)
		}
	}
}

func TestTheFindingStatesItsCase(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	doc := parse(t, text(t, s.get("/findings/"+c.findings[2].ID, "Accept-Language", "zh")))
	if got := words(find(doc, "h1")); got != "东岭乡下湾村《农村人居环境整治月报表》连续 7 期 8 个流量指标与上期完全相同；同类村同期重复率中位数 4%" {
		t.Errorf("the sentence: %s", got)
	}
	seen := words(doc)
	for _, want := range []string{
		"待核查", "数据期间", "2026-01-01 至 2026-06-30", "样本数 56", "效应量 0.96", "q 值（校正后） <0.0001", "覆盖完整，97%", "预填：该表没有预填项，已排除。",
		"不能证明没有重新统计", "规则第 1 版", "阈值政策版本：2026-06", "相同指标数", "东岭乡下湾村", "证据校验值",
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

func TestLanguageChoice(t *testing.T) {
	s := open(t, options(t, county())).enter()
	lang := func(path string, header ...string) string {
		return attr(find(parse(t, text(t, s.get(path, header...))), "html"), "lang")
	}
	for _, c := range []struct{ name, path, accept, want string }{
		{"configured", "/", "", "zh-CN"},
		{"browser", "/", "en-US,en;q=0.9", "en"},
		{"unknown browser", "/", "fr", "zh-CN"},
		{"address before browser", "/?lang=zh-CN", "en", "zh-CN"},
		{"unknown in the address", "/?lang=xx", "en", "en"},
	} {
		if got := lang(c.path, "Accept-Language", c.accept); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
	s.cookies = append(s.cookies, s.get("/?lang=en").Cookies()...)
	if got := lang("/findings", "Accept-Language", "zh"); got != "en" {
		t.Errorf("the choice was forgotten: %s", got)
	}
}

// What a reader types is text: it never becomes markup, and it comes back as it was typed.
func TestFiltersEscape(t *testing.T) {
	s := open(t, options(t, county())).enter()
	hostile := `"><script>alert(1)</script>&'%_`
	query := url.Values{"q": {hostile}, "unit": {hostile}, "family": {hostile}, "system": {hostile}, "sort": {hostile}, "status": {hostile}, "form": {hostile}}
	for _, path := range []string{"/findings", "/units", "/verify", "/report", "/systems"} {
		res := s.get(path + "?" + query.Encode())
		body := text(t, res)
		parse(t, body)
		if strings.Contains(body, "<script>") {
			t.Errorf("%s: markup came through", path)
		}
	}
	doc := parse(t, text(t, s.get("/findings?"+query.Encode())))
	for n := range doc.Descendants() {
		if n.Data == "input" && attr(n, "name") == "q" && attr(n, "id") != "palette-q" && attr(n, "value") != hostile {
			t.Errorf("came back as %q", attr(n, "value"))
		}
	}
}

func TestFiltersReachTheReader(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	c.asked = nil
	s.get("/findings?" + url.Values{
		"family": {"fabrication"}, "detector": {"fab-benford"}, "severity": {"high"}, "status": {"open"}, "system": {"env"}, "unit": {"柳河镇"}, "q": {"村务"},
		"sort": {"n"}, "order": {"asc"}, "page": {"1"},
	}.Encode())
	if len(c.asked) != 1 {
		t.Fatalf("%d readings", len(c.asked))
	}
	q := c.asked[0]
	if q.Family != "fabrication" || q.Detector != "fab-benford" || q.Severity != "high" || q.Status != "open" || q.System != "env" || q.Sort != "n" || !q.Ascending || q.Text != "村务" {
		t.Errorf("%+v", q)
	}
	if len(q.Units) != 9 || !slices.Contains(q.Units, "330199001000") || !slices.Contains(q.Units, "330199001207") {
		t.Errorf("a town means itself and its villages: %v", q.Units)
	}
	if !slices.Equal(q.TextIDs, []string{"smart"}) {
		t.Errorf("a name means its id: %v", q.TextIDs)
	}
}

func TestPagingAndSorting(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	rows := func(path string) int {
		doc := parse(t, text(t, s.get(path)))
		n := -1 // the head
		for d := range doc.Descendants() {
			if d.Data == "tr" {
				n++
			}
		}
		return n
	}
	if got := rows("/findings"); got != 50 {
		t.Errorf("first page: %d", got)
	}
	if got := rows("/findings?page=3"); got != 33 {
		t.Errorf("last page: %d", got)
	}
	for _, beyond := range []string{"99", "-1", "x", "99999999999999999999"} {
		if got := rows("/findings?page=" + beyond); got != 33 && got != 50 {
			t.Errorf("page %s: %d", beyond, got)
		}
	}
	body := text(t, s.get("/findings?family=duplicate&sort=n&page=2"))
	for _, want := range []string{`href="/findings?family=duplicate&amp;sort=n"`, `aria-current="page"`, `aria-sort="descending"`, `href="/findings?family=duplicate&amp;order=asc&amp;sort=n"`} {
		if !strings.Contains(body, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestCSV(t *testing.T) {
	c := county()
	c.names.Systems["env"] = "=HYPERLINK(\"http://evil\")"
	s := open(t, options(t, c)).enter()
	res := s.get("/findings.csv?family=fabrication", "Accept-Language", "en")
	body := text(t, res)
	if res.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(body, "\ufeff") {
		t.Fatalf("%v", res.Header)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil || len(records) != 11 {
		t.Fatalf("%d records, %v", len(records), err)
	}
	for _, record := range records {
		for _, cell := range record {
			if cell != "" && strings.ContainsRune("=+@", rune(cell[0])) {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	if all := text(t, s.get("/findings.csv")); strings.Count(all, "\r\n") != 134 {
		t.Errorf("the whole list has %d lines", strings.Count(all, "\r\n"))
	}
}

func TestUnknownThingsAreNotFound(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for _, path := range []string{"/findings/none", "/systems/none", "/systems/none/letter", "/systems/none/letter.docx", "/nowhere", "/duplicates/f1/none", "/duplicates/f1/f1", "/items/none", "/plan?step=99", "/report?unit=none", "/report?system=none", "/report?finding=none"} {
		res := s.get(path)
		if res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
		parse(t, text(t, res))
	}
}

// Not assessed and no problem are different answers, and neither is silence.
func TestStatesAreToldApart(t *testing.T) {
	s := open(t, options(t, county())).enter()
	doc := parse(t, text(t, s.get("/systems", "Accept-Language", "zh")))
	got := map[string]string{}
	for n := range doc.Descendants() {
		if n.Data != "tr" || find(n, "td") == nil {
			continue
		}
		for d := range n.Descendants() {
			if strings.Contains(attr(d, "class"), "tag ") {
				got[words(find(n, "a"))] = words(d)
			}
		}
	}
	for system, want := range map[string]string{"智慧村务云平台": "疑似闲置", "森林防火巡护": "未评估", "民政综合服务平台": "未见问题"} {
		if got[system] != want {
			t.Errorf("%s is called %q, want %q", system, got[system], want)
		}
	}
}

func TestSourcesShowGaps(t *testing.T) {
	c := county()
	o := options(t, c)
	s := open(t, o).enter()
	body := text(t, s.get("/sources", "Accept-Language", "zh"))
	for _, want := range []string{"password authentication failed", "2026-05-26：没有数据，同星期通常 640 条", "2026-07-03：没有成功采集", "隔离 37 条", "格式不符", "/var/log/nginx/access.log.2.gz:8841"} {
		if !strings.Contains(body, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Index(body, "civil-db") > strings.Index(body, "gateway") {
		t.Error("what needs attention does not stand first")
	}
}

// TestManySourcesAreLines wants a county's hundred sources on a page of bearable length, each one click away from its days.
func TestManySourcesAreLines(t *testing.T) {
	c := county()
	for i := range 90 {
		one := c.sources[len(c.sources)-1]
		one.ID, one.Error, one.Quarantined, one.Reasons = fmt.Sprintf("db%02d", i), "", 0, nil
		one.LastRun, one.LastSuccess = now, now
		c.sources = append(c.sources, one)
	}
	s := open(t, options(t, c)).enter()
	body := text(t, s.get("/sources", "Accept-Language", "zh"))
	if n := strings.Count(body, `class="card source"`); n == 0 || n > 8 || !strings.Contains(body, "password authentication failed") || !strings.Contains(body, "/sources?source=db42") || len(body) > 200_000 {
		t.Errorf("%d cards, %d bytes", n, len(body))
	}
	one := text(t, s.get("/sources?source=db42", "Accept-Language", "zh"))
	if strings.Count(one, `class="card source"`) != 1 || !strings.Contains(one, "db42") || strings.Contains(one, "db41") {
		t.Errorf("one source:\n%s", one)
	}
	if res := s.get("/sources?source=none"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a source that is none: %d", res.StatusCode)
	}
}

func TestReadingsAreShared(t *testing.T) {
	c := county()
	o := options(t, c)
	o.Refresh = 0
	s := open(t, o).enter()
	for range 5 {
		s.get("/findings?family=unused")
	}
	if len(c.asked) != 1 {
		t.Errorf("%d readings for one page", len(c.asked))
	}
}
