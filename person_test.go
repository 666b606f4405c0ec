package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"github.com/jianfu/jianfu/web/locale"
)

// person is somebody at a browser: he reads in one language, with scripts or without, and uses mouse and keyboard.
type person struct {
	*browser
	base, lang string
	scripts    bool
	texts      *locale.Bundle
	downloads  string
	secret     string    // of the second factor
	code       time.Time // the step of time of the last code, since each counts once
}

// says is what the pages say for a key in the person's language.
func (p *person) says(key string, pairs ...any) string { return p.texts.Text(p.lang, key, pairs...) }

// reads checks that the page says what stands under the keys.
func (p *person) reads(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.sees(strings.Join(strings.Fields(p.says(key)), " "))
	}
}

// there says whether the page has something that a selector finds.
func (p *person) there(selector string) bool {
	p.t.Helper()
	return p.act("return String(!!document.querySelector("+quoted(selector)+"))") == "true"
}

func quoted(text string) string {
	raw, _ := json.Marshal(text)
	return string(raw)
}

// click presses the mouse on the first thing that a selector finds; what covers it or hides it takes the click, as with a hand.
func (p *person) click(selector string) {
	p.t.Helper()
	// Browsers fold sections open for what they scroll to; people open them first.
	place := p.act(`const e = document.querySelector(` + quoted(selector) + `)
		if (!e) return 'nothing'
		e.scrollIntoView({block: 'center', behavior: 'instant'})
		const r = e.getClientRects()[0]
		if (!r) return 'hidden'
		const x = r.left + Math.min(r.width / 2, 40), y = r.top + r.height / 2
		const at = document.elementFromPoint(x, y)
		if (at !== e && !e.contains(at) && !(at && at.contains(e))) return 'covered by ' + (at && at.outerHTML.slice(0, 120))
		return x + ' ' + y`)
	var x, y float64
	if _, err := fmt.Sscan(place, &x, &y); err != nil {
		p.t.Fatalf("%s: nobody can click on %s: %s", p.act("return location.pathname"), selector, place)
	}
	for _, kind := range []string{"mouseMoved", "mousePressed", "mouseReleased"} {
		event := map[string]any{"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1}
		if kind == "mouseMoved" {
			event = map[string]any{"type": kind, "x": x, "y": y}
		}
		if err := p.call("Input.dispatchMouseEvent", event, nil); err != nil {
			p.t.Fatal(err)
		}
	}
}

// goes clicks and waits for the page that comes.
func (p *person) goes(selector string) {
	p.t.Helper()
	p.act("window.left = true")
	p.click(selector)
	p.loaded()
}

// opens unfolds what is folded.
func (p *person) opens(selector string) {
	p.t.Helper()
	if p.act("return String(document.querySelector("+quoted(selector)+").open)") != "true" {
		p.click(selector + " > summary")
	}
}

// types writes into a field, in place of what stands there.
func (p *person) types(selector, text string) {
	p.t.Helper()
	p.click(selector)
	p.act("const e = document.querySelector(" + quoted(selector) + "); e.focus(); e.select && e.select()")
	if err := p.call("Input.insertText", map[string]any{"text": text}, nil); err != nil {
		p.t.Fatal(err)
	}
	if got := p.act("return document.querySelector(" + quoted(selector) + ").value"); got != text {
		p.t.Fatalf("%s holds %q, not %q", selector, got, text)
	}
}

// picks chooses an entry or a day, for which browsers open windows of their own.
func (p *person) picks(selector, value string) {
	p.t.Helper()
	p.act("const e = document.querySelector(" + quoted(selector) + "); e.value = " + quoted(value) + "; e.dispatchEvent(new Event('change', {bubbles: true}))")
	if got := p.act("return document.querySelector(" + quoted(selector) + ").value"); got != value {
		p.t.Fatalf("%s cannot be %q", selector, value)
	}
}

// refused checks that the browser keeps a form back, at the field that a selector finds.
func (p *person) refused(button, field string) {
	p.t.Helper()
	before := p.act("return location.href")
	p.click(button)
	time.Sleep(100 * time.Millisecond)
	if got := p.act("return String(document.querySelector(" + quoted(field) + ").validity.valid) + ' ' + location.href"); got != "false "+before {
		p.t.Errorf("%s was not refused for %s: %s", button, field, got)
	}
}

// signsIn goes from nothing to the first page of the person.
func (p *person) signsIn(name string) {
	p.t.Helper()
	p.open(p.base + "/?lang=" + p.lang)
	p.reads("accounts.signin.title")
	p.types("#name", name)
	p.types("#password", password)
	if p.secret != "" {
		p.goes("form.stacked button")
		p.reads("accounts.signin.refused") // without the code
		p.types("#password", password)
		p.types("#code", p.nextCode())
	}
	p.goes("form.stacked button")
	if p.there("#password") {
		p.t.Fatalf("%s cannot sign in: %s", name, p.act("return document.body.textContent"))
	}
	if lang := p.act("return document.documentElement.lang"); lang != p.lang {
		p.t.Errorf("the page is in %s, not in %s", lang, p.lang)
	}
}

func (p *person) signsOut() {
	p.t.Helper()
	p.opens("details.account")
	p.goes(`form[action="/signout"] button`)
	p.reads("accounts.signin.title")
	p.open(p.base + "/findings")
	p.reads("accounts.signin.title")
}

// setsUpFactor gives the account a second factor, as a telephone would.
func (p *person) setsUpFactor() {
	p.t.Helper()
	p.opens("details.account")
	p.goes(`.account-body a[href="/account"]`)
	p.goes(`a[href^="/account?factor=new"]`)
	p.secret = p.act("return document.querySelector('#factor input[name=secret]').value")
	p.types("#factor #code", p.nextCode())
	p.types("#factor-now", password)
	p.goes("#factor button")
	p.reads("accounts.own.codes")
}

// nextCode is a code of the second factor that was not used before.
func (p *person) nextCode() string {
	p.t.Helper()
	now := time.Now().Truncate(30 * time.Second)
	if !now.After(p.code) {
		now = p.code.Add(30 * time.Second) // a clock may be one step ahead
	}
	p.code = now
	code, err := totp.GenerateCode(p.secret, now)
	if err != nil {
		p.t.Fatal(err)
	}
	return code
}

// takes clicks on a link to a file and gives where it was kept.
func (p *person) takes(selector string) string {
	p.t.Helper()
	if p.downloads == "" {
		p.downloads = p.t.TempDir()
	}
	before, _ := filepath.Glob(filepath.Join(p.downloads, "*"))
	if err := p.call("Browser.setDownloadBehavior", map[string]any{"behavior": "allow", "downloadPath": p.downloads}, nil); err != nil {
		p.t.Fatal(err)
	}
	p.click(selector)
	for p.ctx.Err() == nil {
		found, _ := filepath.Glob(filepath.Join(p.downloads, "*"))
		for _, path := range found {
			if len(found) > len(before) && !strings.Contains(strings.Join(before, "\n"), path) && !strings.HasSuffix(path, ".crdownload") && !strings.Contains(filepath.Base(path), ".org.chromium.") {
				return path
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	p.t.Fatalf("%s gives no file", selector)
	return ""
}

// begins says how a file begins.
func begins(t *testing.T, path, with string) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(raw), with) {
		t.Errorf("%s begins with %.20q, not with %q", filepath.Base(path), raw, with)
	}
}
