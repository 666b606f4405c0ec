package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/locale"
)

// ownerOf is a system owner who answers for some systems.
func ownerOf(systems ...string) *access.Principal {
	return &access.Principal{Account: "zhang", Name: "张科长", Roles: []access.Role{access.Owner}, Systems: systems}
}

func TestAnOwnerSeesOnlyItsOwnSystems(t *testing.T) {
	_, o := retiringCounty(t)
	h := open(t, o).handler
	for lang, want := range map[string][]string{
		"zh-CN": {"您有 1 个系统待办理", "智慧村务平台", "=旧台账(1)", "我主管的全部系统（2 个）", "将送达的函", "同意", "有异议", "申请保留", "张科长"},
		"en":    {"Your systems: 1 system waiting", "智慧村务平台", "All systems of this account (2)", "The letter as it is sent", "Agree", "Dispute", "Ask for an exemption"},
	} {
		w := as(h, ownerOf("waits", "ended"), "GET", "/inbox?lang="+lang, "")
		if w.Code != http.StatusOK {
			t.Fatal(w.Code)
		}
		seen := words(parse(t, w.Body.String()))
		says(t, seen, want...)
		for _, other := range []string{"老年助餐系统", "学习打卡"} {
			if strings.Contains(seen, other) {
				t.Errorf("%s shows %s, which others answer for", lang, other)
			}
		}
	}
	for _, path := range []string{"/retirements/late", "/systems/late", "/systems/late/letter", "/systems/late/letter.docx", "/retirements/late/files/none"} {
		if w := as(h, ownerOf("waits"), "GET", path, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s of another owner: %d", path, w.Code)
		}
	}
	answer := url.Values{"verb": {"accept"}, "last": {"2"}, "effective": {"2026-07-06"}}
	if w := as(h, ownerOf("waits"), "POST", "/retirements/late", answer.Encode()); w.Code != http.StatusNotFound {
		t.Errorf("an answer for another owner: %d", w.Code)
	}
	answer.Set("verb", "grant")
	if w := as(h, ownerOf("waits"), "POST", "/retirements/waits", answer.Encode()); w.Code != http.StatusForbidden {
		t.Errorf("an owner who grants its own request: %d", w.Code)
	}
	leader := &access.Principal{Account: "l", Roles: []access.Role{access.Leader}, Divisions: []string{"*"}}
	answer.Set("verb", "accept")
	if w := as(h, leader, "POST", "/retirements/waits", answer.Encode()); w.Code != http.StatusForbidden {
		t.Errorf("a leader who answers for an owner: %d", w.Code)
	}
	shown := as(h, leader, "GET", "/inbox?owner=民政局&lang=zh-CN", "").Body.String()
	says(t, words(parse(t, shown)), "由民政局用自己的账号答复。")
	if strings.Contains(shown, `value="dispute"`) {
		t.Error("a leader is offered the owner's answers")
	}
}

func TestAnOwnerOfNoSystemIsTaughtWhatToDo(t *testing.T) {
	_, o := retiringCounty(t)
	h := open(t, o).handler
	for _, x := range []struct {
		who  *access.Principal
		lang string
		want []string
	}{
		{ownerOf(), "zh-CN", []string{"您的账号还没有绑定系统", "安全管理员", "zhang"}},
		{ownerOf(), "en", []string{"Your account is bound to no system yet", "security administrator", "zhang"}},
		{ownerOf("no-case"), "zh-CN", []string{"您主管的 1 个系统目前都没有下线、整合或精简建议", "未评估"}},
		{ownerOf("no-case"), "en", []string{"Nothing is suggested for your 1 system", "not assessed"}},
	} {
		if x.who.Systems != nil {
			registry, err := queries.OpenRegistry(t.Context(), o.Reader.(*queries.Store))
			if err != nil {
				t.Fatal(err)
			}
			registry.DeclareSystem(queries.System{ID: "no-case", Name: "新系统", Owner: "民政局", Level: "county", Declared: true})
			if err := registry.Save(t.Context()); err != nil {
				t.Fatal(err)
			}
			h = open(t, o).handler
		}
		w := as(h, x.who, "GET", "/inbox?lang="+x.lang, "")
		seen := words(parse(t, w.Body.String()))
		says(t, seen, x.want...)
		if strings.Contains(seen, "jianfu analyze") {
			t.Error("an owner is told to type a command")
		}
	}
}

// What is refused is said beside the control, with all that was typed, and nothing is kept.
func TestARefusedAnswerKeepsWhatWasTyped(t *testing.T) {
	store, o := retiringCounty(t)
	h := open(t, o).handler
	form := func(change ...string) string {
		f := url.Values{"verb": {"exempt"}, "last": {"2"}, "effective": {"2026-07-06"}, "until": {"2026-12-31"}, "basis": {"国防动员法第三条 <b>"}, "note": {"县办发〔2026〕7号"}, "back": {"inbox"}}
		for i := 0; i+1 < len(change); i += 2 {
			f.Set(change[i], change[i+1])
		}
		return f.Encode()
	}
	for name, x := range map[string]struct {
		body, field, zh, en string
		code                int
	}{
		"no basis":    {form("basis", " "), "basis", "没有填写依据", "The basis is missing", 400},
		"no last day": {form("until", ""), "until", "没有填写期限", "The last day is missing", 400},
		"too far":     {form("until", "2029-01-01"), "until", "超过最长 366 天", "At most 366 days", 400},
		"in the past": {form("until", "2026-07-01"), "until", "期限不能早于", "must come after", 400},
		"no day":      {form("effective", "昨天"), "effective", "日期不正确", "not a date", 400},
		"to come":     {form("effective", "2026-09-01"), "effective", "还没有到", "has not come", 400},
		"before":      {form("effective", "2026-06-01"), "effective", "早于上一步（2026-06-20）", "before the last step (2026-06-20)", 400},
		"too long":    {form("note", strings.Repeat("长", 501)), "note", "最多 500 个字", "At most 500 characters", 400},
		"stale":       {form("last", "1"), "", "状态已经变化", "state of this system has changed", 409},
	} {
		for lang, want := range map[string]string{"zh-CN": x.zh, "en": x.en} {
			for _, back := range []string{"inbox", "case"} {
				body := strings.Replace(x.body, "back=inbox", "back="+back, 1)
				w := as(h, ownerOf("waits"), "POST", "/retirements/waits?lang="+lang, body)
				page := w.Body.String()
				seen := words(parse(t, page))
				if w.Code != x.code || !strings.Contains(seen, want) {
					t.Errorf("%s in %s on %s: %d, without %q", name, lang, back, w.Code, want)
				}
				if strings.Contains(page, "<b>") && strings.Contains(page, "第三条 <b>") {
					t.Error("markup came through")
				}
				if x.field != "" && (!strings.Contains(page, `exempt-`+x.field+`-wrong`) || !strings.Contains(page, `aria-invalid="true"`)) {
					t.Errorf("%s: nothing beside %s", name, x.field)
				}
				if name != "too long" && !strings.Contains(page, `value="县办发〔2026〕7号"`) {
					t.Errorf("%s in %s on %s: the note has to be typed again", name, lang, back)
				}
				if name != "no basis" && !strings.Contains(page, "国防动员法第三条 &lt;b&gt;</textarea>") {
					t.Errorf("%s in %s on %s: the basis has to be typed again", name, lang, back)
				}
			}
		}
	}
	c, err := store.RetirementCase(t.Context(), "waits")
	if err != nil || c.Last != 2 {
		t.Fatalf("%d events were kept, %v", c.Last, err)
	}
}

// handIn posts a form with a file, as a browser does.
func handIn(t *testing.T, h http.Handler, who *access.Principal, path string, form url.Values, name string, content []byte) *httptest.ResponseRecorder {
	t.Helper()
	var body bytes.Buffer
	m := multipart.NewWriter(&body)
	for key, values := range form {
		for _, v := range values {
			if err := m.WriteField(key, v); err != nil {
				t.Fatal(err)
			}
		}
	}
	part, err := m.CreateFormFile("file", name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", path, &body)
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", m.FormDataContentType())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r.WithContext(access.With(r.Context(), who)))
	return w
}

// The file that comes with a dispute is kept with it, read again by the owner and by those who decide, and by nobody else.
func TestADisputeBringsItsEvidence(t *testing.T) {
	store, o := retiringCounty(t)
	h := open(t, o).handler
	who := ownerOf("waits")
	form := url.Values{"verb": {"dispute"}, "last": {"2"}, "effective": {"2026-07-06"}, "basis": {""}, "back": {"inbox"}}
	evidence := []byte("%PDF-1.4 二季度纸质登记")
	file := queries.DescribeFile("../登记本 6月.pdf", evidence)
	w := handIn(t, h, who, "/retirements/waits?lang=zh-CN", form, "../登记本 6月.pdf", evidence)
	says(t, words(parse(t, w.Body.String())), "没有填写依据", "附件没有保存，请重新选择文件")
	if _, err := store.CaseFile(t.Context(), file.SHA256); w.Code != http.StatusBadRequest || err == nil {
		t.Fatalf("a refused answer left its file: %d, %v", w.Code, err)
	}
	form.Set("basis", "纸质登记本仍在使用")
	if w = handIn(t, h, who, "/retirements/waits", form, "../登记本 6月.pdf", evidence); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code)
	}
	where, _, _ := strings.Cut(w.Header().Get("Location"), "#")
	for lang, want := range map[string][]string{
		"zh-CN": {"已记录：有异议。", "2026-07-06 张科长：主管单位提出异议", "依据：纸质登记本仍在使用", file.Name, "上级单位在 2026-07-21 前作出决定"},
		"en":    {"Recorded: Dispute.", "2026-07-06, 张科长: Owner disputes", file.Name, "the office decides by 2026-07-21"},
	} {
		says(t, words(parse(t, as(h, who, "GET", where+"&lang="+lang, "").Body.String())), want...)
	}
	path := "/retirements/waits/files/" + file.SHA256
	got := as(h, who, "GET", path, "")
	if got.Code != http.StatusOK || !bytes.Equal(got.Body.Bytes(), evidence) || !strings.HasPrefix(got.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("%d, %q", got.Code, got.Header())
	}
	for name, x := range map[string]struct {
		who  *access.Principal
		path string
		code int
	}{
		"who decides":        {&access.Principal{Account: "i", Roles: []access.Role{access.Inspector}, Divisions: []string{"*"}}, path, 200},
		"another owner":      {ownerOf("late"), path, 404},
		"under another name": {who, "/retirements/late/files/" + file.SHA256, 404},
		"an operator":        {&access.Principal{Account: "o", Roles: []access.Role{access.Operator}}, path, 403},
	} {
		if w := as(h, x.who, "GET", x.path, ""); w.Code != x.code {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

// After each step the card says what was done and what comes next.
func TestTheCardShowsProgress(t *testing.T) {
	_, o := retiringCounty(t)
	h := open(t, o).handler
	for i, verb := range []string{"accept", "announce", "freeze"} {
		form := url.Values{"verb": {verb}, "last": {string(rune('2' + i))}, "effective": {"2026-07-06"}, "back": {"inbox"}}
		if w := as(h, ownerOf("waits"), "POST", "/retirements/waits", form.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", verb, w.Code)
		}
	}
	for _, lang := range locale.Languages() {
		seen := words(parse(t, as(h, ownerOf("waits"), "GET", "/inbox?lang="+lang, "").Body.String()))
		want := []string{"2026-07-06 张科长：主管单位同意", "已完成 3 步", "转为只读"}
		if lang == "en" {
			want = []string{"2026-07-06, 张科长: Owner agrees", "3 of 7 steps"}
		}
		says(t, seen, want...)
	}
}
