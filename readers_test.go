package main

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/web/locale"
)

// TestReadersInABrowser lets the people of a county go their whole ways through the pages in a real browser: in Chinese and in
// English, and once more without scripts. What one of them does, the next finds.
func TestReadersInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	needEngine(t)
	chromium := installed(t, "chromium", "chromium-browser", "google-chrome")
	texts, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	for _, round := range []struct {
		name, lang string
		scripts    bool
	}{{"Chinese", locale.Chinese, true}, {"English", locale.English, true}, {"without scripts", locale.Chinese, false}} {
		t.Run(round.name, func(t *testing.T) {
			config := county(ctx, t)
			owned := suggested(ctx, t, config, 3)
			staff(ctx, t, config, owned)
			base := strings.TrimSuffix(servePage(ctx, t, config), "/")
			for _, journey := range []struct {
				name string
				goes func(p *person, config string, owned []string)
			}{
				{"inspector", inspectorJourney},
				{"leader", leaderJourney},
				{"owner", ownerJourney},
				{"operator", operatorJourney},
				{"security", securityJourney},
				{"auditor", auditorJourney},
			} {
				t.Run(journey.name, func(t *testing.T) {
					ctx, cancel := context.WithTimeout(ctx, 3*time.Minute)
					defer cancel()
					begin := time.Now()
					p := &person{browser: openBrowser(ctx, t, chromium), base: base, lang: round.lang, scripts: round.scripts, texts: texts}
					for _, domain := range []string{"Page", "Network", "Runtime", "Log"} {
						if err := p.call(domain+".enable", nil, nil); err != nil {
							t.Fatal(err)
						}
					}
					if err := p.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": !round.scripts}, nil); err != nil {
						t.Fatal(err)
					}
					p.resize(1440)
					journey.goes(p, config, owned)
					for _, e := range p.events {
						if trouble := troubleOf(e, base); trouble != "" {
							t.Error(trouble)
						}
					}
					t.Logf("%.1f s", time.Since(begin).Seconds())
				})
			}
		})
	}
}

// suggested gives systems whose end was suggested to their owners and is not answered.
func suggested(ctx context.Context, t *testing.T, config string, n int) []string {
	t.Helper()
	out, err := jianfu(ctx, t, "retirement", "list", "-c", config, "--format", "ndjson").Output()
	if err != nil {
		t.Fatalf("%v\n%s", err, stderr(err))
	}
	var all []string
	for line := range strings.Lines(string(out)) {
		var one struct{ System, State string }
		if err := json.Unmarshal([]byte(line), &one); err != nil {
			t.Fatal(err)
		}
		if one.State == "suggested" {
			all = append(all, one.System)
		}
	}
	if len(all) <= n {
		t.Fatalf("the county suggests the end of %v only", all)
	}
	return all[:n]
}

// An inspector signs in with password and code, takes up a finding from the verification list, has it looked into as a case,
// decides it, and takes the report and the evidence along.
func inspectorJourney(p *person, config string, _ []string) {
	p.signsIn("li")
	p.setsUpFactor()
	p.signsOut()
	p.signsIn("li")
	p.goes(`.rail a[href="/verify"]`)
	p.reads("verify.note")
	row := "document.querySelectorAll('.list tbody tr')[0].querySelector('td.main a')"
	if p.scripts {
		for _, key := range []string{"j", "j", "k"} {
			p.press(key, 0)
		}
		p.becomes("return String(document.activeElement === "+row+")", "true")
		p.act("window.left = true")
		p.press("Enter", 0)
		p.loaded()
	} else {
		p.goes(".list tbody tr td.main a")
	}
	p.reads("verify.case.why", "look.title", "finding.explanations")
	p.goes(".clue .sentence a")
	p.reads("finding.evidence", "finding.hash")
	p.types("#k-text", "请按现场核查单核对台账")
	p.goes(`form[action="/cases"] button`)
	p.reads("cases.saved.open")
	number := strings.TrimPrefix(p.act("return location.pathname"), "/cases/")

	p.opens("details.answer:has(#s-me)")
	p.click("#s-me")
	p.picks("#s-due", time.Now().AddDate(0, 0, 14).Format(time.DateOnly))
	p.types("#s-text", "实地查看垃圾转运台账")
	p.goes("form:has(#s-me) button")
	p.reads("cases.saved.assign")
	p.sees("实地查看垃圾转运台账")

	p.types("#t-text", "已电话联系镇办公室。<b>周三</b>到村。")
	p.goes("form:has(#t-text) button")
	p.reads("cases.saved.comment")
	p.sees("<b>周三</b>")

	note := filepath.Join(p.t.TempDir(), "现场核查单.txt")
	write(p.t, note, "台账与上报数相差 12 吨\n")
	p.uploads("#a-file", note)
	p.types("#a-text", "核查单原件")
	p.goes("form:has(#a-file) button")
	p.reads("cases.saved.attach")
	begins(p.t, p.takes(".attached a"), "台账与上报数相差 12 吨")

	p.click("#d-verified")
	p.refused("form:has(#d-text) button", "#d-text")
	p.types("#d-text", "转运台账与上报数不符，经办人说明系估填")
	p.goes("form:has(#d-text) button")
	p.reads("cases.saved.decide")
	p.sees("经办人说明系估填", "李敏")

	begins(p.t, p.takes(`a[href^="/report.pdf"]`), "%PDF-")
	begins(p.t, p.takes(`a[href^="/report.docx"]`), "PK")
	begins(p.t, p.takes(`a[href^="/report.xlsx"]`), "PK")
	pack := p.takes(`a[href^="/evidence.zip"]`)
	if out, err := jianfu(p.ctx, p.t, "verify-evidence", pack).CombinedOutput(); err != nil {
		p.t.Errorf("verify-evidence: %v\n%s", err, out)
	}
	p.goes(`a[href^="/report?case="]`)
	p.sees(number, "经办人说明系估填")

	p.open(p.base + "/cases?view=decided")
	p.sees(number)
	p.signsOut()
}

// A leader sees on one screen how much is asked and by whom, goes down from the county to a village and from a department to a
// form, compares months, prints, and never meets a person.
func leaderJourney(p *person, _ string, _ []string) {
	p.signsIn("wang")
	p.reads("overview.hours", "overview.twice", "overview.stop", "overview.askers", "overview.late", "overview.to_verify", "overview.coverage")
	if p.there(`a[href="/verify"], a[href="/cases"]`) {
		p.t.Error("the leader is offered pages about single persons' work")
	}
	// Another month.
	shown := p.act("return document.querySelector('h1').textContent")
	before := p.act("return document.querySelectorAll('#f-month option')[1].value")
	p.picks("#f-month", before)
	if !p.scripts {
		p.goes(".face-choice button")
	}
	p.becomes("return new URLSearchParams(location.search).get('month')", before)
	p.becomes("return document.querySelector('#f-month').value", before)
	if p.act("return document.querySelector('h1').textContent") == shown {
		p.t.Error("another month says the same: " + shown)
	}
	// Department, its systems, a system.
	p.goes(".rail a[href='/departments']")
	p.goes(".list tbody td.main a")
	p.reads("departments.report")
	begins(p.t, p.takes(`a[href^="/report.pdf"]`), "%PDF-")
	p.goes(`main a[href^="/systems/"]`)
	p.reads("systems.tests")
	// County, town, village.
	p.goes(".rail a[href='/burden']")
	p.reads("burden.page.hours")
	seen := map[string]bool{}
	for range 2 {
		p.goes(`main td a[href^="/burden?unit="]`)
		place := p.act("return location.search")
		if seen[place] {
			p.t.Error("one place leads to itself: " + place)
		}
		seen[place] = true
		p.reads("burden.page.hours")
	}
	// Department, system, form within the hours.
	p.goes(".rail a[href='/burden']")
	p.opens(".btree > details")
	p.opens(".btree > details details")
	p.opens(".btree > details details details")
	p.goes(`.btree a[href^="/findings?form="]`)
	p.reads("nav.findings")
	for _, closed := range []string{"/verify", "/cases", "/audit", "/accounts"} {
		p.open(p.base + closed)
		p.reads("fault.forbidden.title")
	}
	p.open(p.base + "/")
	p.prints()
	p.signsOut()
}

// The owner of three systems answers for each of them in another way, and sees how it goes on.
func ownerJourney(p *person, _ string, owned []string) {
	p.signsIn("zhang")
	p.goes(`.rail a[href="/retirements"]`)
	for _, system := range owned {
		if !p.there(`a[href="/retirements/` + system + `"]`) {
			p.t.Errorf("%s is not among the owner's systems", system)
		}
	}
	p.open(p.base + "/inbox")
	p.reads("inbox.note")
	if p.there(`main .list td.main a`) { // of several departments, the one in question
		p.goes(`main .list td.main a`)
	}
	p.opens("details.letter-fold")
	p.goes(`main a[href$="/letter"]`)
	if !p.there(".letter") {
		p.t.Error("the letter is not there")
	}
	for i, answer := range []struct{ verb, needs string }{{"accept", ""}, {"dispute", "basis"}, {"exempt", "basis"}} {
		p.open(p.base + "/retirements/" + owned[i])
		form := `form:has(input[name="verb"][value="` + answer.verb + `"])`
		p.opens(`details.answer:has(input[name="verb"][value="` + answer.verb + `"])`)
		if answer.verb == "exempt" {
			p.picks(form+` [name="until"]`, time.Now().AddDate(0, 5, 0).Format(time.DateOnly))
		}
		if answer.needs != "" {
			p.refused(form+" button", form+` [name="`+answer.needs+`"]`)
			p.types(form+` [name="`+answer.needs+`"]`, "《森林防火条例》第二十四条")
		}
		p.types(form+` [name="note"]`, "经党组会研究")
		p.goes(form + " button")
		p.sees("经党组会研究", "张科长")
		p.reads("retirement.event." + map[string]string{"accept": "accepted", "dispute": "disputed", "exempt": "exemption_asked"}[answer.verb])
	}
	// What the browser let through is refused by the service.
	p.open(p.base + "/retirements/" + owned[0])
	p.reads("retirement.plan_title")
	p.open(p.base + "/findings?family=fabrication")
	if p.there(`.list tbody tr`) {
		p.t.Error("an owner sees what units are suspected of")
	}
	p.open(p.base + "/verify")
	p.reads("fault.forbidden.title")
	p.signsOut()
}

// An operator sees where data come from, and no finding.
func operatorJourney(p *person, _ string, _ []string) {
	p.signsIn("zhao")
	p.open(p.base + "/sources")
	p.sees("log-gateway", "register")
	p.open(p.base + "/findings")
	p.reads("fault.forbidden.title")
	p.signsOut()
}

// A security administrator adds an account, whose owner must change the password that was given.
func securityJourney(p *person, _ string, _ []string) {
	p.signsIn("sun")
	p.goes(`.rail a[href="/accounts"]`)
	p.sees("李敏", "王主任", "周审计")
	form := "form:has(#add-name)"
	p.types("#add-name", "chen")
	p.types("#add-title", "陈干事")
	p.click(form + ` input[name="role"][value="auditor"]`)
	p.click(form + ` input[name="role"][value="inspector"]`)
	p.goes(form + " button")
	if got := p.act("return document.querySelector('#add-title').value"); got != "陈干事" {
		p.t.Errorf("what was typed is lost: %q", got)
	}
	if !p.there(`[role="alert"]`) {
		p.t.Error("one account holds duties that exclude one another")
	}
	p.click("form:has(#add-name)" + ` input[name="role"][value="inspector"]`)
	p.goes(form + " button")
	given := p.act("return document.querySelector('[role=status] code').textContent")
	p.open(p.base + "/findings")
	p.reads("fault.forbidden.title")
	p.signsOut()
	p.types("#name", "chen")
	p.types("#password", given)
	p.goes("form.stacked button")
	p.reads("accounts.own.must_change")
	p.types("#now", given)
	p.types("#new", password)
	p.types("#again", password)
	p.goes("#password button")
	p.reads("accounts.own.saved.password")
}

// An auditor reads what the others did, and can change nothing.
func auditorJourney(p *person, _ string, _ []string) {
	p.signsIn("zhou")
	p.goes(`.rail a[href="/audit"]`)
	p.sees("zhou", "li")
	p.reads("audit.action.decision", "audit.action.export")
	begins(p.t, p.takes(`a[href^="/audit.csv"]`), "")
	p.open(p.base + "/cases")
	p.reads("fault.forbidden.title")
	p.signsOut()
}

// uploads chooses a file for an upload.
func (p *person) uploads(selector, path string) {
	p.t.Helper()
	var found struct{ Result struct{ ObjectID string } }
	err := p.call("Runtime.evaluate", map[string]any{"expression": "document.querySelector(" + quoted(selector) + ")"}, &found)
	if err == nil {
		err = p.call("DOM.setFileInputFiles", map[string]any{"files": []string{path}, "objectId": found.Result.ObjectID}, nil)
	}
	if err != nil {
		p.t.Fatal(err)
	}
}

// prints has the page on paper: A4, and without what only a screen needs.
func (p *person) prints() {
	p.t.Helper()
	if err := p.call("Emulation.setEmulatedMedia", map[string]any{"media": "print"}, nil); err != nil {
		p.t.Fatal(err)
	}
	for _, selector := range []string{".top", ".rail", "form.filters"} {
		if got := p.act("return getComputedStyle(document.querySelector(" + quoted(selector) + ")).display"); got != "none" {
			p.t.Errorf("%s is printed", selector)
		}
	}
	var paper struct{ Data []byte }
	if err := p.call("Page.printToPDF", map[string]any{"preferCSSPageSize": true}, &paper); err != nil {
		p.t.Fatal(err)
	}
	path := filepath.Join(p.t.TempDir(), "page.pdf")
	if err := os.WriteFile(path, paper.Data, 0o600); err != nil {
		p.t.Fatal(err)
	}
	begins(p.t, path, "%PDF-")
	if err := p.call("Emulation.setEmulatedMedia", map[string]any{"media": ""}, nil); err != nil {
		p.t.Fatal(err)
	}
}
