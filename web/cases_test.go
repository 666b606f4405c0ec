package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

func TestCasePagesInBothLanguages(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	paths := []string{
		"/cases", "/cases?view=mine", "/cases?view=decided", "/cases?view=closed", "/cases?view=all&page=7", "/cases?view=all&unit=330199003000", "/cases?view=all&owner=农业农村局&family=duplicate",
		"/cases?view=all&family=privacy", "/departments", "/departments/农业农村局", "/departments/宣传部", "/verify/330199003203/f1", "/units/330199003203",
	}
	for _, x := range c.matters {
		paths = append(paths, "/cases/"+x.ID, "/cases/"+x.ID+"?saved=decide", "/findings/"+append(x.Findings, c.findings[0].ID)[0])
	}
	for _, path := range paths {
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
			if key := loose.FindString(strings.ReplaceAll(seen, ".md", "")); key != "" || strings.Contains(seen, "cases.") || strings.Contains(seen, "departments.") {
				t.Errorf("%s %s: a text is not translated: %s %s", lang, path, key, seen)
			}
			if strings.Contains(seen, "%!") || strings.Contains(seen, "NaN") || strings.Contains(seen, "0001-01-01") {
				t.Errorf("%s: a raw value shows: %s", path, seen)
			}
		}
	}
	for path, code := range map[string]int{"/cases/2026-9999": 404, "/departments/none": 404, "/cases/2026-0001/files/" + strings.Repeat("0", 64): 404} {
		if res := s.get(path); res.StatusCode != code {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
}

func TestNoCasesSayWhatToDo(t *testing.T) {
	s := open(t, options(t, empty())).enter()
	for path, want := range map[string]string{"/cases": "还没有立项的核查事项", "/departments": "还没有登记系统和主管单位"} {
		if body := text(t, s.get(path, "Accept-Language", "zh")); !strings.Contains(body, want) {
			t.Errorf("%s does not say %s", path, want)
		}
	}
}

// The list puts first what is overdue, and then what is grave.
func TestCaseListIsInOrder(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	body := text(t, s.get("/cases?view=all", "Accept-Language", "zh"))
	first := strings.Index(body, "/cases/2026-0001")
	for _, x := range c.matters[1:] {
		if at := strings.Index(body, "/cases/"+x.ID); at < first {
			t.Errorf("%s stands at %d, the overdue case at %d", x.ID, at, first)
		}
	}
	if !strings.Contains(body, "已逾期 5 天") {
		t.Error("the overdue case does not say so")
	}
}

func TestCaseIsWorkedOn(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	id, path := "2026-0001", "/cases/2026-0001"
	last := func() string { return strconv.FormatUint(uint64(c.matters[0].Last), 10) }
	for name, x := range map[string]struct {
		path string
		form url.Values
		code int
	}{
		"nobody":        {path, url.Values{"verb": {"comment"}, "text": {"x"}}, http.StatusBadRequest},
		"no text":       {path, url.Values{"verb": {"comment"}, "by": {"王"}}, http.StatusBadRequest},
		"odd verb":      {path, url.Values{"verb": {"delete"}, "by": {"王"}, "last": {last()}}, http.StatusBadRequest},
		"no state":      {path, url.Values{"verb": {"decide"}, "by": {"王"}, "text": {"x"}, "verdict": {"verified"}}, http.StatusBadRequest},
		"no verdict":    {path, url.Values{"verb": {"decide"}, "by": {"王"}, "text": {"x"}, "last": {last()}}, http.StatusBadRequest},
		"no reason":     {path, url.Values{"verb": {"decide"}, "by": {"王"}, "verdict": {"verified"}, "last": {last()}}, http.StatusBadRequest},
		"not possible":  {path, url.Values{"verb": {"reopen"}, "by": {"王"}, "text": {"x"}, "last": {last()}}, http.StatusConflict},
		"too long":      {path, url.Values{"verb": {"comment"}, "by": {"王"}, "text": {strings.Repeat("长", 2001)}}, http.StatusBadRequest},
		"no such case":  {"/cases/2026-0099", url.Values{"verb": {"comment"}, "by": {"王"}, "text": {"x"}}, http.StatusNotFound},
		"no such thing": {"/cases", url.Values{"by": {"王"}, "finding": {"nope"}}, http.StatusNotFound},
	} {
		if res := s.post(x.path, x.form); res.StatusCode != x.code {
			t.Errorf("%s: %d, want %d", name, res.StatusCode, x.code)
		}
	}
	if len(c.matters[0].Events) != 4 || len(c.matters) != 4 {
		t.Fatalf("refused things were kept: %+v", c.matters[0].Events)
	}
	if res := s.post(path, url.Values{"verb": {"comment"}, "by": {"王"}, "text": {"x"}}, "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("another site: %d", res.StatusCode)
	}
	seen := last()
	res := s.post(path, url.Values{"verb": {"comment"}, "by": {" 王 "}, "text": {"一行\r\n二行 <b>&"}})
	if res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(res.Header.Get("Location"), path+"?saved=comment") {
		t.Fatal(res.StatusCode, res.Header.Get("Location"))
	}
	if e := c.matters[0].Events[4]; e.Text != "一行\n二行 <b>&" || e.Name != "王" || e.Account != "local" {
		t.Errorf("%+v", e)
	}
	// A decision on what the person saw before the comment is refused, says what came, and keeps what was typed.
	decision := url.Values{"verb": {"decide"}, "by": {"王"}, "text": {"与台账不符，差 12 户"}, "verdict": {"verified"}, "last": {seen}}
	res = s.post(path, decision, "Accept-Language", "zh")
	body := text(t, res)
	if res.StatusCode != http.StatusConflict || !strings.Contains(body, "已被他人改动") || !strings.Contains(body, "二行 &lt;b&gt;&amp;") || strings.Count(body, "与台账不符，差 12 户") != 1 {
		t.Errorf("a stale decision: %d", res.StatusCode)
	}
	if doc := parse(t, body); !strings.Contains(body, `value="verified" required checked`) {
		t.Errorf("the typed decision is lost: %s", words(doc))
	}
	decision.Set("last", last())
	if res = s.post(path, decision); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.StatusCode)
	}
	if c.matters[0].Verdict != queries.CaseVerified {
		t.Errorf("%+v", c.matters[0])
	}
	finding := c.matters[0].Findings[0]
	if body = text(t, s.get("/findings/"+finding, "Accept-Language", "zh")); !strings.Contains(body, "与台账不符，差 12 户") || !strings.Contains(body, "/cases/"+id) {
		t.Error("the page of the finding does not show the decision")
	}
	if body = text(t, s.get("/units/330199003203", "Accept-Language", "zh")); !strings.Contains(body, "/cases/"+id) {
		t.Error("the dossier of the unit does not show the case")
	}
	res = s.post(path, url.Values{"verb": {"close"}, "by": {"王"}, "resolved": {"1"}, "last": {last()}})
	if res.StatusCode != http.StatusSeeOther || c.matters[0].Status() != "resolved" {
		t.Errorf("%d %+v", res.StatusCode, c.matters[0])
	}
}

// A case is opened from a finding once; who comes second is led to it.
func TestCaseIsOpenedFromAFinding(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	var free string
	for _, f := range c.findings {
		taken := f.Status == "not_assessed"
		for _, x := range c.matters {
			taken = taken || x.Holds(f.ID)
		}
		if !taken {
			free = f.ID
		}
	}
	for range 2 {
		res := s.post("/cases", url.Values{"finding": {free}, "by": {"王"}, "text": {"看看"}})
		if at := res.Header.Get("Location"); res.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/cases/2026-0005") {
			t.Fatal(res.StatusCode, at)
		}
	}
	if len(c.matters) != 5 {
		t.Errorf("%d cases", len(c.matters))
	}
}

// upload sends a file as a browser does.
func upload(t *testing.T, s *site, path, name string, content []byte) *http.Response {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, err := w.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.WriteField("by", "王"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, &body)
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", w.FormDataContentType())
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return s.do(r)
}

// What is attached comes back to the byte, and never as something that a browser would run.
func TestAttachments(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	page := []byte("<html><script>alert(1)</script>")
	if res := upload(t, s, "/cases/2026-0001/files", "../报告\r\n\".html", page); res.StatusCode != http.StatusSeeOther {
		t.Fatal(res.StatusCode)
	}
	file := c.matters[0].Events[4].File
	res := s.get("/cases/2026-0001/files/" + file.SHA256)
	h := res.Header
	if res.StatusCode != http.StatusOK || text(t, res) != string(page) || h.Get("Content-Type") != "application/octet-stream" ||
		!strings.HasPrefix(h.Get("Content-Disposition"), "attachment; filename") || strings.ContainsAny(h.Get("Content-Disposition"), "\r\n") ||
		h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%d %v", res.StatusCode, h)
	}
	if res := s.get("/cases/2026-0002/files/" + file.SHA256); res.StatusCode != http.StatusNotFound {
		t.Errorf("an attachment of another case: %d", res.StatusCode)
	}
	for name, code := range map[string]int{
		"/cases/2026-0003/files": http.StatusConflict, "/cases/2026-0099/files": http.StatusNotFound, // closed, and none
	} {
		if res := upload(t, s, name, "a.txt", []byte("x")); res.StatusCode != code {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	if res := upload(t, s, "/cases/2026-0001/files", "a.txt", nil); res.StatusCode != http.StatusBadRequest {
		t.Errorf("an empty file: %d", res.StatusCode)
	}
	for _, size := range []int{queries.MostAttached + 1, queries.MostAttached + 1<<20} {
		if res := upload(t, s, "/cases/2026-0001/files", "a.bin", make([]byte, size)); res.StatusCode != http.StatusRequestEntityTooLarge {
			t.Errorf("%d bytes: %d", size, res.StatusCode)
		}
	}
	if n := len(c.matters[0].Files()); n != 2 {
		t.Errorf("%d attachments", n)
	}
	body := text(t, s.get("/cases/2026-0001"))
	if !strings.Contains(body, file.SHA256) || strings.Contains(body, "../报告") {
		t.Error("the page does not list the attachment by its hash")
	}
}
