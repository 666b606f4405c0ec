package web_test

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

func TestVerificationPagesInBothLanguages(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	paths := []string{
		"/verify?view=audit", "/verify?view=checked", "/verify?view=all&town=330199003000", "/verify?owner=农业农村局&family=copying", "/verify?form=f9",
		"/verify/330199003203/f1", "/verify/330199005202/f1?saved=1", "/verify/330199004203/f4", "/verify/330199006200/f4", "/verify/sheet", "/verify/sheet?view=audit",
		"/verify/sheet?unit=330199003203&form=f1", "/verify/sheet?form=f9", "/units/330199003203", "/units/330199003000", "/units/330199005202",
	}
	for _, f := range c.findings[len(c.findings)-5:] {
		paths = append(paths, "/findings/"+f.ID, "/report?finding="+f.ID)
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
				seen := words(parse(t, body))
				if key := loose.FindString(seen); key != "" {
					t.Errorf("the text %s is not translated", key)
				}
				for _, raw := range []string{"%!", "NaN", "0001-01-01", "map[", "造假"} {
					if strings.Contains(seen, raw) {
						t.Errorf("%q shows: %s", raw, seen)
					}
				}
			})
		}
	}
}

// The list tells apart what is recommended, what is merely in order, what was drawn by lot and what was checked.
func TestVerifyViews(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for path, want := range map[string][]string{
		"/verify":                      {"东岭乡下湾村", "清水乡上湾村", "勾稽矛盾", "82%", "1 处", "属实率 50%（9\u2060–\u206091%）", "2026-05-31"},
		"/verify?view=all":             {"柳河镇东村", "仅排序"},
		"/verify?view=audit":           {"白塔镇下湾村", "与线索无关", "随机抽查"},
		"/verify?view=checked":         {"云峰镇东村", "解释合理", "不属实", "属实"},
		"/verify?family=digits":        {"东岭乡下湾村"},
		"/verify?town=330199005000":    {"清水乡上湾村"},
		"/verify?view=all&owner=应急管理局": {"没有符合条件的线索"},
	} {
		seen := words(parse(t, text(t, s.get(path, "Accept-Language", "zh"))))
		for _, w := range want {
			if !strings.Contains(seen, w) {
				t.Errorf("%s does not say %q: %s", path, w, seen)
			}
		}
	}
	if seen := words(find(parse(t, text(t, s.get("/verify?town=330199005000", "Accept-Language", "zh"))), "tbody")); strings.Contains(seen, "东岭乡") {
		t.Error("the list is not narrowed to the town")
	}
}

// A case says why it is listed, what to look at, what was considered and what is not proven; nobody is accused.
func TestVerifyCaseStatesItsCase(t *testing.T) {
	s := open(t, options(t, county())).enter()
	seen := words(parse(t, text(t, s.get("/verify/330199003203/f1", "Accept-Language", "zh"))))
	for _, want := range []string{
		"2 类独立证据相互印证：照抄雷同、数字特征", "现场核对要点", "本月清运垃圾（吨） 12.5 12.5 2026-04", "同类单位", "2026-05-09 14:03", "预填：不能排除", "预填：没有发现",
		"不能证明没有重新统计", "上游原因", "《农村人居环境整治月报表》的 48 个单位中有 40 个", "还没有核查", "列入清单 2 次分析", "完全相同", "偶然波动的界限", "同类单位 5–95 百分位", "线索所指",
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Count(seen, "预填：不能排除") != 1 || strings.Index(seen, "预填：不能排除") > strings.Index(seen, "预填：没有发现") {
		t.Error("what is open does not stand first and once")
	}
}

func TestOutcomeIsRecorded(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	path := "/verify/330199003203/f1"
	send := func(path string, form url.Values, header ...string) *http.Response {
		return s.post(path, form, header...)
	}
	good := url.Values{"outcome": {"confirmed"}, "by": {" 张三 "}, "note": {"查了\n三期台账 <b>&"}}
	for name, x := range map[string]struct {
		path string
		form url.Values
		code int
	}{
		"no outcome":   {path, url.Values{"by": {"张三"}, "note": {"x"}}, http.StatusBadRequest},
		"odd outcome":  {path, url.Values{"outcome": {"guilty"}, "by": {"张三"}, "note": {"x"}}, http.StatusBadRequest},
		"no reason":    {path, url.Values{"outcome": {"confirmed"}, "by": {"张三"}, "note": {" \t"}}, http.StatusBadRequest},
		"nobody":       {path, url.Values{"outcome": {"confirmed"}, "note": {"x"}}, http.StatusBadRequest},
		"too long":     {path, url.Values{"outcome": {"confirmed"}, "by": {"张三"}, "note": {strings.Repeat("长", 501)}}, http.StatusBadRequest},
		"unknown unit": {"/verify/none/f1", good, http.StatusNotFound},
		"unknown form": {"/verify/330199003203/none", good, http.StatusNotFound},
	} {
		if res := send(x.path, x.form); res.StatusCode != x.code {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if res := send(path, good, "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("another site: %d", res.StatusCode)
	}
	if len(c.outcomes) != 4 {
		t.Fatalf("%d outcomes after refusals", len(c.outcomes))
	}
	res := send(path, good)
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), path+"?saved=1") {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	o := c.outcomes[4]
	if o.By != "张三" || o.Reason != "查了 三期台账 <b>&" || o.Outcome != queries.OutcomeConfirmed || !o.At.Equal(now) {
		t.Errorf("%+v", o)
	}
	body := text(t, s.get(path+"?saved=1", "Accept-Language", "zh"))
	if !strings.Contains(body, "查了 三期台账 &lt;b&gt;&amp;") || !strings.Contains(body, "核查结果已记录") {
		t.Error("the page does not show the outcome")
	}
	if seen := words(parse(t, text(t, s.get("/units/330199003203", "Accept-Language", "zh")))); !strings.Contains(seen, "查了 三期台账") {
		t.Error("the page of the unit does not show the outcome")
	}
}

func TestVerifyFilesAreSafe(t *testing.T) {
	c := county()
	c.names.Forms["f1"], c.names.Units["330199003203"] = `=HYPERLINK("http://evil")`, "@东村"
	c.outcomes[1].Reason = "-1+2"
	s := open(t, options(t, c)).enter()
	res := s.get("/verify.csv?view=all", "Accept-Language", "en")
	body := text(t, res)
	if res.Header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(body, "\ufeff") {
		t.Fatalf("%v", res.Header)
	}
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(body, "\ufeff"))).ReadAll()
	if err != nil || len(records) != 4 || len(records[0]) != len(records[1]) {
		t.Fatalf("%d records, %v", len(records), err)
	}
	dangerous := func(cell string) bool { return cell != "" && strings.ContainsRune("=+@-", rune(cell[0])) }
	for _, record := range records {
		for _, cell := range record {
			if dangerous(cell) {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader([]byte(text(t, s.get("/verify.xlsx?view=all", "Accept-Language", "zh")))))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Sheet1")
	if err != nil || len(rows) != 4 || rows[0][0] != "次序" || rows[1][0] != "1" {
		t.Fatalf("%v %v", rows, err)
	}
	for _, row := range rows {
		for _, cell := range row {
			if dangerous(cell) {
				t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
}

// What others typed into names is text on every page of verification.
func TestVerificationEscapes(t *testing.T) {
	hostile := `"><script>alert(1)</script>&'%_`
	c := county()
	c.names.Units["330199003203"], c.names.Forms["f1"], c.names.Fields["f1.a"] = hostile, hostile, hostile
	c.outcomes[1].Reason, c.outcomes[1].By = hostile, hostile
	s := open(t, options(t, c)).enter()
	query := "?" + url.Values{"town": {hostile}, "owner": {hostile}, "form": {hostile}, "family": {hostile}, "view": {hostile}, "page": {hostile}}.Encode()
	for _, path := range []string{
		"/verify", "/verify" + query, "/verify/sheet", "/verify/sheet" + query, "/verify/330199003203/f1", "/verify/330199005202/f1", "/units/330199003203", "/units/330199005202",
	} {
		body := text(t, s.get(path))
		parse(t, body)
		if strings.Contains(body, "<script>") {
			t.Errorf("%s: markup came through", path)
		}
	}
	for _, path := range []string{"/units/" + url.PathEscape(hostile), "/verify/" + url.PathEscape(hostile) + "/f1", "/verify/sheet?unit=none&form=f1"} {
		if res := s.get(path); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestUnitPage(t *testing.T) {
	s := open(t, options(t, county())).enter()
	seen := words(parse(t, text(t, s.get("/units/330199003203", "Accept-Language", "zh"))))
	for _, want := range []string{
		"东岭乡下湾村：每月填报", "同类（村）42 个单位中由高到低第", "1 处 排序的共 1 处", "没有发现要求的工时超过可用工时", "与同类单位相比", "本月清运垃圾（吨）", "+12.6",
		"近一年有 60 天报送，共 150 份", "填报的 2 张报表", "在清单上", "没有核查记录", "不涉及任何个人",
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("the page does not say %q: %s", want, seen)
		}
	}
	if strings.Contains(seen, "h:91c2") || strings.Contains(seen, "李四") {
		t.Error("the page of a unit names a person")
	}
	if town := words(parse(t, text(t, s.get("/units/330199003000", "Accept-Language", "zh")))); !strings.Contains(town, "还没有填报工时") || !strings.Contains(town, "仅排序") && !strings.Contains(town, "建议核查") {
		t.Errorf("the page of a town: %s", town)
	}
}
