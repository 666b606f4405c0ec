package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/jianfu/jianfu/web"
)

// The sizes of screens on which every page is looked at, in CSS pixels: telephone, tablet, desk, wall.
var screens = []int{390, 768, 1440, 1920}

// firstPageMost is how much a reader's first page may transfer, with everything that it loads, in bytes.
const firstPageMost = 150_000

// TestEveryPageInABrowser opens every page that the table of addresses knows, of a simulated county, in a real browser: in both
// languages, light and dark, on four screens. No page may break a rule of WCAG 2.2 AA that axe-core can check, write an
// error to the console, be wider than its screen, or ask another host for anything.
func TestEveryPageInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("takes minutes")
	}
	needEngine(t)
	chromium := installed(t, "chromium", "chromium-browser", "google-chrome")
	axe := axeCore(t)
	ctx, cancel := context.WithTimeout(t.Context(), 12*time.Minute)
	defer cancel()
	config := county(ctx, t)
	base, token, _ := strings.Cut(servePage(ctx, t, config), "/?token=")
	pages, refused := everyPage(ctx, t, base, token)
	b := openBrowser(ctx, t, chromium)
	for _, domain := range []string{"Page", "Network", "Runtime", "Log"} {
		if err := b.call(domain+".enable", nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	b.open(base + "/gate-of-a-stranger")
	look(t, b, axe, base, "the gate")
	b.open(base + "/?token=" + token)
	firstPage(t, b, base)
	for _, pattern := range sortedKeys(pages) {
		lookTwice(t, b, axe, base, pages[pattern])
	}
	t.Logf("%d pages", len(pages))
	b.resize(1440)
	keyboard(t, b, base)
	withoutScripts(t, b, base)
	everyRole(ctx, t, b, axe, config, base, refused)
}

// lookTwice looks at a page in both languages.
func lookTwice(t *testing.T, b *browser, axe, base, address string) {
	t.Helper()
	for _, lang := range []string{"zh-CN", "en"} {
		link := address + "?lang=" + lang
		if strings.Contains(address, "?") {
			link = address + "&lang=" + lang
		}
		b.events = nil
		b.open(base + link)
		look(t, b, axe, base, link)
	}
}

// axeCore is the text of axe-core, which 'npm ci' in testdata/browser installs.
func axeCore(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("testdata/browser/node_modules/axe-core/axe.min.js")
	if err != nil && os.Getenv("CI") == "" {
		t.Skip("axe-core is not installed; run npm ci in testdata/browser")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

// everyPage follows the links of the site from page to page and gives one address for every pattern of the table that
// answers with a page, and the addresses that are refused to the person at the machine itself.
func everyPage(ctx context.Context, t *testing.T, base, token string) (pages map[string]string, refused []string) {
	t.Helper()
	table := http.NewServeMux()
	var missing []string
	for _, pattern := range web.Patterns() {
		table.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
		if strings.HasPrefix(pattern, "GET /") {
			missing = append(missing, pattern)
		}
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Jar: jar}
	get := func(address string) (contentType, body string) {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, base+address, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		raw, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode == http.StatusForbidden {
			refused = append(refused, address)
			return "", ""
		}
		if answer.StatusCode >= http.StatusInternalServerError {
			t.Errorf("%s answers %s", address, answer.Status)
		}
		return answer.Header.Get("Content-Type"), string(raw)
	}
	get("/?token=" + token)
	openCase(ctx, t, client, base, get)
	queue := []string{"/", "/nothing-here"}
	for _, pattern := range missing {
		if !strings.Contains(pattern, "{") {
			queue = append(queue, strings.TrimPrefix(pattern, "GET "))
		}
	}
	pages = map[string]string{}
	tried := map[string]int{}
	for len(queue) > 0 {
		address := queue[0]
		queue = queue[1:]
		u, err := url.Parse(address)
		if err != nil || u.Host != "" || !strings.HasPrefix(u.Path, "/") {
			continue
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.EscapedPath(), nil)
		if err != nil {
			continue
		}
		_, pattern := table.Handler(request)
		// Two addresses of a kind are read for their links; one of them is looked at.
		if tried[pattern]++; tried[pattern] > 2 {
			continue
		}
		missing = slices.DeleteFunc(missing, func(p string) bool { return p == pattern })
		u.Fragment = ""
		contentType, body := get(u.String())
		if !strings.HasPrefix(contentType, "text/html") {
			continue
		}
		if pages[pattern] == "" {
			pages[pattern] = u.String()
		}
		queue = append(queue, linksOf(t, body)...)
	}
	for _, pattern := range missing {
		if !unlinked[pattern] && !strings.Contains(pattern, " /api/") {
			t.Errorf("no link leads to %s", pattern)
		}
	}
	return pages, refused
}

// unlinked are the addresses that no page leads to: files that somebody must attach first.
var unlinked = map[string]bool{"GET /cases/{id}/files/{sum}": true, "GET /retirements/{id}/files/{sum}": true}

// openCase opens a case about the first finding, so that there is one to look at.
func openCase(ctx context.Context, t *testing.T, client *http.Client, base string, get func(string) (string, string)) {
	t.Helper()
	_, body := get("/findings?family=fabrication")
	for _, address := range linksOf(t, body) {
		id, ok := strings.CutPrefix(address, "/findings/")
		if !ok {
			continue
		}
		form := url.Values{"finding": {id}, "by": {"王主任"}, "text": {"请核查"}}
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/cases", strings.NewReader(form.Encode()))
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Errorf("opening a case about %s: %s", id, answer.Status)
		}
		return
	}
	t.Error("there is no finding to open a case about")
}

// linksOf gives the addresses to which a page leads.
func linksOf(t *testing.T, body string) []string {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for n := range doc.Descendants() {
		if n.Data != "a" {
			continue
		}
		for _, a := range n.Attr {
			if a.Key == "href" && !strings.HasPrefix(a.Val, "#") {
				out = append(out, a.Val)
			}
		}
	}
	return out
}

// look checks the page that stands in the browser.
func look(t *testing.T, b *browser, axe, base, name string) {
	t.Helper()
	for _, e := range b.events {
		if trouble := troubleOf(e, base); trouble != "" {
			t.Errorf("%s: %s", name, trouble)
		}
	}
	b.act(axe + "\n; window.axe = axe")
	// Every page is opened twice, in two languages: between them they are seen by axe-core small and large, light and dark.
	dark := map[int]bool{390: strings.Contains(name, "lang=en"), 1440: !strings.Contains(name, "lang=en")}
	for _, folded := range []bool{true, false} {
		if !folded {
			// What is folded up is there too, but for what covers the rest where it opens.
			b.act("document.querySelectorAll('details:not(.drawer,.account,.help,.columns)').forEach(d => d.open = true)")
		}
		for _, width := range screens {
			b.resize(width)
			if wide := b.act(overflow); wide != "" {
				t.Errorf("%s at %d pixels: %s", name, width, wide)
			}
			night, chosen := dark[width]
			if folded || !chosen {
				continue
			}
			scheme := "light"
			if night {
				scheme = "dark"
			}
			media := map[string]any{"features": []map[string]string{{"name": "prefers-color-scheme", "value": scheme}}}
			if err := b.call("Emulation.setEmulatedMedia", media, nil); err != nil {
				t.Fatal(err)
			}
			if found := b.act(violations); found != "" {
				t.Errorf("%s at %d pixels, %s:\n%s", name, width, scheme, found)
			}
		}
	}
}

// overflow names what is wider than the screen.
const overflow = `const root = document.documentElement
	if (root.scrollWidth <= root.clientWidth) return ''
	const wide = [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest('.scroll, .wide, .visually-hidden, .skip'))
	return 'the page is ' + root.scrollWidth + ' wide: ' + wide.slice(0, 3).map(e => e.tagName.toLowerCase() + '.' + e.className).join(', ')`

// violations runs axe-core by the rules of WCAG 2.2 A and AA.
const violations = `const found = await axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'], resultTypes: ['violations']})
	return found.violations.map(v => v.id + ': ' + v.help + '\n' + v.nodes.slice(0, 3).map(n => '    ' + n.target.join(' ') + ' ' + n.html.slice(0, 160) + ' ' + (n.any[0] || n.all[0] || n.none[0]).message).join('\n')).join('\n')`

// troubleOf says what is wrong with an event of the page, if anything.
func troubleOf(e event, base string) string {
	var p struct {
		Type    string
		Request struct{ URL string }
		Entry   struct{ Level, Text, URL string }
		Detail  struct{ Text string } `json:"exceptionDetails"`
	}
	if err := json.Unmarshal(e.Params, &p); err != nil {
		return err.Error()
	}
	switch e.Method {
	case "Network.requestWillBeSent":
		if !strings.HasPrefix(p.Request.URL, base+"/") && !strings.HasPrefix(p.Request.URL, "data:") {
			return "asks another host: " + p.Request.URL
		}
	case "Runtime.exceptionThrown":
		return "a script fails: " + p.Detail.Text
	case "Runtime.consoleAPICalled":
		if p.Type == "error" || p.Type == "warning" {
			return "the console: " + string(e.Params)
		}
	case "Log.entryAdded":
		// A page that says that nothing is there does so with its status too.
		if (p.Entry.Level == "error" || p.Entry.Level == "warning") && !strings.Contains(p.Entry.Text, "status of 4") {
			return "the console: " + p.Entry.Text + " " + p.Entry.URL
		}
	}
	return ""
}

// firstPage measures what the first page transfers to a browser that has seen nothing before.
func firstPage(t *testing.T, b *browser, base string) {
	t.Helper()
	if err := b.call("Network.clearBrowserCache", nil, nil); err != nil {
		t.Fatal(err)
	}
	b.events = nil
	b.open(base + "/")
	time.Sleep(200 * time.Millisecond)
	b.act("return ''") // reads the last events
	total := 0.0
	for _, e := range b.events {
		var p struct{ EncodedDataLength float64 }
		if e.Method == "Network.loadingFinished" && json.Unmarshal(e.Params, &p) == nil {
			total += p.EncodedDataLength
		}
	}
	t.Logf("the first page transfers %.0f bytes", total)
	if total == 0 || total > firstPageMost {
		t.Errorf("the first page transfers %.0f bytes, at most %d are allowed", total, firstPageMost)
	}
}

func (b *browser) resize(width int) {
	b.t.Helper()
	size := map[string]any{"width": width, "height": 1000, "deviceScaleFactor": 1, "mobile": false}
	if err := b.call("Emulation.setDeviceMetricsOverride", size, nil); err != nil {
		b.t.Fatal(err)
	}
}

func sortedKeys(m map[string]string) []string {
	var out []string
	for key := range m {
		out = append(out, key)
	}
	slices.Sort(out)
	return out
}

// press sends a key to the page, as a keyboard does.
func (b *browser) press(key string, modifiers int) {
	b.t.Helper()
	text := ""
	if len(key) == 1 && modifiers == 0 {
		text = key
	}
	codes := map[string]int{"Enter": 13, "Escape": 27, "Tab": 9, "ArrowDown": 40}
	if key == "Enter" {
		text = "\r"
	}
	for _, kind := range []string{"keyDown", "keyUp"} {
		event := map[string]any{"type": kind, "key": key, "modifiers": modifiers}
		if code := codes[key]; code != 0 {
			event["windowsVirtualKeyCode"] = code
		}
		if kind == "keyDown" && text != "" {
			event["text"] = text
		}
		if err := b.call("Input.dispatchKeyEvent", event, nil); err != nil {
			b.t.Fatal(err)
		}
	}
}

// becomes waits until a script in the page answers with a value.
func (b *browser) becomes(script, want string) {
	b.t.Helper()
	got := ""
	for range 100 {
		if got = b.act(script); got == want {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Errorf("%s is %q, not %q", script, got, want)
}

// keyboard goes through the pages by keys alone: the skip link, a list, the palette of search, the table of keys.
func keyboard(t *testing.T, b *browser, base string) {
	t.Helper()
	const control = 2
	b.open(base + "/findings?lang=zh-CN")
	b.press("Tab", 0)
	b.becomes("return document.activeElement.className", "skip")
	b.act("document.activeElement.blur()")
	b.press("j", 0)
	b.press("j", 0)
	b.press("k", 0)
	b.press("j", 0)
	b.becomes("return String(document.activeElement === document.querySelectorAll('.list tbody tr')[1].querySelector('a'))", "true")
	b.becomes("return getComputedStyle(document.activeElement).outlineStyle", "solid")
	b.act("window.left = true")
	b.press("Enter", 0)
	b.loaded()
	b.becomes("return String(/^.findings.[0-9a-f]+$/.test(location.pathname))", "true")
	b.press("?", 0)
	b.becomes("return String(document.getElementById('keys').open)", "true")
	b.press("Escape", 0)
	b.becomes("return String(document.getElementById('keys').open)", "false")
	b.press("k", control)
	b.becomes("return document.activeElement.id", "palette-q")
	for _, letter := range "mzj" {
		b.press(string(letter), 0)
	}
	b.becomes("return String([...document.querySelectorAll('#palette-found .hit-name')].some(e => e.textContent === '民政局'))", "true")
	b.press("ArrowDown", 0)
	b.becomes("return String(document.activeElement.matches('#palette-found .hits a'))", "true")
	b.act("window.left = true")
	b.press("Enter", 0)
	b.loaded()
	// Single keys can be turned off.
	b.open(base + "/findings?lang=zh-CN")
	b.act("const on = document.getElementById('keys-on'); on.checked = false; on.dispatchEvent(new Event('change'))")
	b.press("j", 0)
	b.becomes("return document.activeElement.tagName", "BODY")
	b.act("const on = document.getElementById('keys-on'); on.checked = true; on.dispatchEvent(new Event('change'))")
	// A list follows its filter without a new page.
	b.act("window.same = true; const f = document.getElementById('f-severity'); f.value = 'high'; f.dispatchEvent(new Event('change', {bubbles: true}))")
	b.becomes("return location.search + ' ' + window.same", "?severity=high true")
	b.becomes("return String([...document.querySelectorAll('.list .severity')].every(e => e.textContent.trim() === '高'))", "true")
}

// withoutScripts does with scripts turned off what the scripts make easier.
func withoutScripts(t *testing.T, b *browser, base string) {
	t.Helper()
	if err := b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": true}, nil); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.call("Emulation.setScriptExecutionDisabled", map[string]any{"value": false}, nil) }()
	for address, want := range map[string]string{
		"/search?q=mzj&lang=zh-CN":                      "民政局",
		"/findings?severity=high&lang=zh-CN":            "程度：高",
		"/findings?show=1&show=2&dense=1&lang=en":       "Display",
		"/help?lang=zh-CN":                              "怎么看折线图",
		"/units?q=" + url.QueryEscape("村") + "&lang=en": "Units",
	} {
		b.open(base + address)
		b.sees(want)
	}
	if got := b.act("return getComputedStyle(document.querySelector('#keys')).display + ' ' + (window.htmx === undefined)"); got != "none true" {
		t.Errorf("without scripts: %s", got)
	}
}
