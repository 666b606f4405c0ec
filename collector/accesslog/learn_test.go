package accesslog

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTemplate(t *testing.T) {
	for path, want := range map[string]string{
		"":                               "/",
		"/":                              "/",
		"//a//b/":                        "/a/b",
		"/form/17/submit":                "/form/{id}/submit",
		"/form/330102001001/submit":      "/form/{id}/submit",
		"/api/v2/items/a3f5c9d2e1b04477": "/api/v2/items/{id}",
		"/u/123e4567-e89b-12d3-a456-426614174000/edit": "/u/{id}/edit",
		"/2024-05-01/list":                  "/{id}/list",
		"/report/2024_Q1":                   "/report/2024_Q1",
		"/files/report-20240501.xlsx":       "/files/{id}.xlsx",
		"/js/jquery-1.9.1.min.js":           "/js/jquery-1.9.1.min.js",
		"/user/zhang@example.com":           "/user/{id}",
		"/a;jsessionid=9A8B7C/b":            "/a",
		"/%E6%8A%A5%E8%A1%A8/12":            "/报表/{id}",
		"/%B1%A8%B1%ED/12":                  "/报表/{id}", // GB18030
		"/a%2Fb":                            "/a%2Fb",
		"/a%0Ab":                            "/a%0Ab",
		"/a%zzb":                            "/a%zzb",
		"/\xff\xfe":                         "/\uFFFD",
		"/form/submit":                      "/form/submit",
		"/deadbeef/facade":                  "/deadbeef/facade", // words of hex letters are words
		"/1/2/3/4/5/6/7/8/9/10/11/12/13/14": strings.Repeat("/{id}", 12) + "/{rest}",
		"/" + strings.Repeat("x", 70):       "/{id}",
	} {
		if got := template([]byte(path)); got != want {
			t.Errorf("template(%q) = %q, expected %q", path, got, want)
		}
	}
}

func TestActions(t *testing.T) {
	for request, want := range map[string]string{
		"GET /":                           "view",
		"GET /login":                      "login",
		"POST /sys/userLogin.do":          "login",
		"GET /cas/logout":                 "login",
		"POST /form/{id}/submit":          "submit",
		"GET /form/{id}/submit":           "view", // the page to fill in
		"POST /form":                      "submit",
		"POST /task/saveReport":           "submit",
		"POST /report/list":               "view", // many systems query by POST
		"POST /report/queryReportList.do": "view",
		"POST /data/report":               "submit",
		"POST /user/add":                  "create",
		"POST /user/update":               "update",
		"PUT /user/{id}":                  "update",
		"PATCH /user/{id}":                "update",
		"DELETE /user/{id}":               "other",
		"POST /user/delete":               "other",
		"HEAD /":                          "other",
		"OPTIONS /form/save":              "other",
		"GET /stat/exportExcel":           "export",
		"GET /attachment/download":        "download",
		"GET /notice/{id}.pdf":            "download",
		"POST /flow/audit":                "approve",
		"POST /流程/审批通过":                   "approve",
		"POST /报表/填报":                     "submit",
		"GET /heartbeat":                  "heartbeat",
		"POST /im/keepAlive":              "heartbeat",
	} {
		method, object, _ := strings.Cut(request, " ")
		if got := actionOf(method, object); got != want {
			t.Errorf("%s is %s, expected %s", request, got, want)
		}
	}
}

func TestAgents(t *testing.T) {
	for header, want := range map[string]agent{
		"": {"", agentProgram},
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36":        {"chrome", agentPerson},
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36 Edg/120.0":          {"edge", agentPerson},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) AppleWebKit/605.1 Mobile/15E148 MicroMessenger/8.0.42":                     {"wechat", agentPerson},
		"Mozilla/5.0 (Linux; Android 13) AppleWebKit/537.36 Chrome/107.0 Mobile Safari/537.36 wxwork/4.1 MicroMessenger/7.0": {"wecom", agentPerson},
		"Mozilla/5.0 (Linux; U; Android 13) AppleWebKit/537.36 Chrome/100 Mobile DingTalk/7.0":                               {"dingtalk", agentPerson},
		"Mozilla/4.0+(compatible;+MSIE+7.0;+Windows+NT+5.1)":                                                                 {"ie", agentPerson},
		"okhttp/4.9.3":          {"app", agentPerson},
		"curl/8.0":              {"curl", agentProgram},
		"python-requests/2.31":  {"python", agentProgram},
		"Java/1.8.0_151":        {"java", agentProgram},
		"kube-probe/1.28":       {"monitor", agentHealth},
		"ELB-HealthChecker/2.0": {"monitor", agentHealth},
		"Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)": {"bot", agentBot},
		"Mozilla/5.0+(compatible;+Googlebot/2.1;++http://www.google.com/bot.html)":            {"bot", agentBot},
		"something of its own": {"other", agentProgram},
	} {
		if got := agentOf(header); got != want {
			t.Errorf("agentOf(%q) = %v, expected %v", header, got, want)
		}
	}
}

// read collects the given lines under a configuration.
func read(t *testing.T, config string, lines ...string) []event {
	t.Helper()
	path := filepath.Join(t.TempDir(), "access.log")
	write(t, path, []byte(strings.Join(lines, "\n")+"\n"))
	m := &memory{}
	collect(t, sourceOf(t, "{path: '"+path+"', "+config+"}"), m)
	if len(m.rejected) > 0 {
		t.Fatalf("rejected %+v", m.rejected)
	}
	return m.events
}

const browser = "Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36"

func hit(host, address, user, request string, status int, agent string) string {
	return fmt.Sprintf(`%s %s - %s [01/Mar/2026:08:00:00 +0800] "%s HTTP/1.1" %d 5 "-" "%s"`, host, address, user, request, status, agent)
}

func TestMap(t *testing.T) {
	config := `system: portal, params: {unit: [orgCode, org], form: formId}, vendor: [ops, 10.9.0.0/16, 10.8.0.1], map: [
		{host: "*.forms.gov.cn", path: "^/(?P<unit>\\d{12})/(?P<form>f\\d+)", method: [post], action: submit},
		{host: "*.forms.gov.cn", system: forms},
		{path: /oa/, system: oa, form: oa-form, unit: "330102"},
		{path: "/*/checkin", action: other, traffic: business},
		{path: "^/sys/(?P<system>\\w+)/"},
		{path: /internal, traffic: vendor}]`
	cases := []struct {
		line                                        string
		system, form, unit, action, traffic, object string
	}{
		{hit("a.forms.gov.cn", "10.0.0.1", "-", "POST /330102001001/f7", 200, browser), "portal", "f7", "330102001001", "submit", "business", "/{id}/f7"},
		{hit("A.Forms.Gov.CN:8443", "10.0.0.1", "-", "GET /330102001001/f7", 200, browser), "forms", "", "", "view", "business", "/{id}/f7"},
		{hit("x", "10.0.0.1", "-", "GET /oa/list", 200, browser), "oa", "oa-form", "330102", "view", "business", "/oa/list"},
		{hit("x", "10.0.0.1", "-", "POST /points/checkin", 200, browser), "portal", "", "", "other", "business", "/points/checkin"},
		{hit("x", "10.0.0.1", "-", "GET /sys/water/x", 200, browser), "water", "", "", "view", "business", "/sys/water/x"},
		{hit("x", "10.0.0.1", "-", "GET /internal/x", 200, browser), "portal", "", "", "view", "vendor", "/internal/x"},
		{hit("x", "10.0.0.1", "-", "GET /fill?formId=f9&orgCode=330102002", 200, browser), "portal", "f9", "330102002", "view", "business", "/fill"},
		{hit("x", "10.0.0.1", "-", "GET /fill?org=%3Cscript%3E", 200, browser), "portal", "", "", "view", "business", "/fill"},
		{hit("x", "10.0.0.1", "-", "GET /fill?org=330102003", 404, browser), "portal", "", "", "view", "business", "/fill"},
		{hit("x", "10.0.0.1", "ops", "GET /fill", 200, browser), "portal", "", "", "view", "vendor", "/fill"},
		{hit("x", "10.9.3.4", "-", "GET /fill", 200, browser), "portal", "", "", "view", "vendor", "/fill"},
		{hit("x", "10.8.0.1", "-", "GET /fill", 200, browser), "portal", "", "", "view", "vendor", "/fill"},
		{hit("x", "10.0.0.1", "-", "GET /app.js", 200, browser), "portal", "", "", "view", "static", "/app.js"},
		{hit("x", "10.0.0.1", "-", "GET /actuator/info", 200, browser), "portal", "", "", "view", "health", "/actuator/info"},
		{hit("x", "10.0.0.1", "-", "GET /status", 200, browser), "portal", "", "", "view", "health", "/status"},
		{hit("x", "10.0.0.1", "-", "GET /order/status", 200, browser), "portal", "", "", "view", "business", "/order/status"},
		{hit("x", "10.0.0.1", "-", "GET /", 200, "kube-probe/1.28"), "portal", "", "", "view", "health", "/"},
		{hit("x", "10.0.0.1", "-", "GET /page", 200, "curl/8.0"), "portal", "", "", "view", "bot", "/page"},
		{hit("x", "10.0.0.1", "sync", "GET /page", 200, "curl/8.0"), "portal", "", "", "view", "business", "/page"},
		{hit("x", "10.0.0.1", "-", "GET /api/forms/3", 200, "curl/8.0"), "portal", "", "", "api", "business", "/api/forms/{id}"},
		{hit("x", "10.0.0.1", "-", "POST /api/forms/3", 200, browser), "portal", "", "", "submit", "business", "/api/forms/{id}"},
		{hit("x", "10.0.0.1", "-", "GET /page", 200, "-"), "portal", "", "", "view", "bot", "/page"},
		{hit("x", "10.0.0.1", "-", `\x16\x03\x01`, 400, "-"), "portal", "", "", "other", "bot", "{invalid}"},
	}
	var lines []string
	for _, c := range cases {
		lines = append(lines, c.line)
	}
	for i, e := range read(t, config, lines...) {
		c := cases[i]
		got := []string{e.System, e.Form, e.Unit, e.Action, e.Traffic, e.Object}
		want := []string{c.system, c.form, c.unit, c.action, c.traffic, c.object}
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s\n got %q\nwant %q", c.line, got, want)
		}
	}
}

func TestActors(t *testing.T) {
	hash := func(raw string) uint64 {
		return sourceOf(t, "{path: x, system: x}").deps.Pseudonym.Hash(raw)
	}
	line := func(address, user string) string { return hit("x", address, user, "GET /", 200, browser) }
	for config, want := range map[string][3]uint64{
		"system: x":                  {hash("zhang"), hash("1.2.3.4 " + browser), hash("5.6.7.8 " + browser)},
		"system: x, actor: user":     {hash("zhang"), 0, 0},
		"system: x, actor: ip":       {hash("1.2.3.4"), hash("1.2.3.4"), hash("5.6.7.8")},
		"system: x, actor: ip_agent": {hash("1.2.3.4 " + browser), hash("1.2.3.4 " + browser), hash("5.6.7.8 " + browser)},
	} {
		events := read(t, config, line("1.2.3.4", "zhang"), line("1.2.3.4", "-"), line("5.6.7.8", "-"))
		if got := [3]uint64{events[0].Actor, events[1].Actor, events[2].Actor}; got != want {
			t.Errorf("%s: %v, expected %v", config, got, want)
		}
	}
	cookies := read(t, "system: x, actor: 'cookie:SID', timezone: UTC", `{"time":"2026-03-01 08:00:00","ip":"1.2.3.4","path":"/","cookie":"a=b; SID=s7"}`,
		`{"time":"2026-03-01 08:00:00","ip":"1.2.3.4","path":"/","user":"li"}`)
	if cookies[0].Actor != hash("s7") || cookies[1].Actor != hash("li") || !cookies[0].Time.Equal(time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)) {
		t.Errorf("cookies: %+v", cookies)
	}
	// nginx's "main" format ends with the forwarded address, which counts where the peer is a proxy of the house.
	proxied := read(t, "system: x, actor: ip", line("10.0.0.9", "-")+` "1.2.3.4, 10.0.0.7"`, line("8.8.8.8", "-")+` "1.2.3.4"`, line("10.0.0.9", "-")+` "-"`)
	if proxied[0].Actor != hash("1.2.3.4") || proxied[1].Actor != hash("8.8.8.8") || proxied[2].Actor != hash("10.0.0.9") {
		t.Errorf("forwarded: %+v", proxied)
	}
}

// TestWrapped reads lines that log collectors put something around.
func TestWrapped(t *testing.T) {
	inner := `10.0.0.1 - zhang [01/Mar/2026:08:00:00 +0800] "GET /form/7 HTTP/1.1" 200 5 "-" "` + browser + `" 0.250 10.0.0.7:8080`
	for i, e := range read(t, "system: x",
		inner,
		"Mar  1 08:00:00 gateway nginx: "+inner,
		"<190>Mar  1 08:00:00 gateway nginx[71]: "+inner,
		"2026-03-01T08:00:00.123456+08:00 gateway nginx: "+inner,
		"2026-03-01T08:00:00.123456789+08:00 stdout F "+inner,
		`{"log":"`+strings.ReplaceAll(inner, `"`, `\"`)+`\n","stream":"stdout","time":"2026-03-01T00:00:00Z"}`,
	) {
		want := sourceOf(t, "{path: x, system: x}").deps.Pseudonym.Hash("zhang")
		if e.Actor != want || e.Object != "/form/{id}" || e.Duration != 250 || e.Time.Unix() != 1772323200 {
			t.Errorf("line %d: %+v", i+1, e)
		}
	}
}

// TestCatalogueBounds floods a source with distinct paths: people's work keeps its names, and the rest is bounded.
func TestCatalogueBounds(t *testing.T) {
	var lines []string
	letters := func(n int) string {
		s := ""
		for range 4 {
			s += string(rune('a' + n%26))
			n /= 26
		}
		return s
	}
	lines = append(lines, hit("x", "10.0.0.1", "-", "GET /office/page", 200, browser))
	for n := range 15_000 {
		lines = append(lines, hit("x", "10.0.0.2", "-", "GET /scan/"+letters(n), 404, browser))
	}
	for n := range 12_000 {
		lines = append(lines, hit("x", "10.0.0.1", "-", "GET /"+letters(n)+"/page", 200, browser))
	}
	lines = append(lines, hit("x", "10.0.0.1", "-", "GET /office/page", 200, browser))
	objects := map[string]int{}
	events := read(t, "system: x", lines...)
	for _, e := range events {
		objects[e.Object]++
	}
	if len(objects) > 2*distinctTemplates+distinctFirsts+1 {
		t.Errorf("%d objects", len(objects))
	}
	if objects["/office/page"] != 2 || objects["/scan/{other}"] == 0 || objects["/{other}"] == 0 {
		t.Errorf("work %d, scan %d, other %d", objects["/office/page"], objects["/scan/{other}"], objects["/{other}"])
	}
}

func TestConfigurationFaults(t *testing.T) {
	for config, parts := range map[string][]string{
		"{system: x}":             {"path is missing"},
		"{path: 'a[', system: x}": {"glob"},
		"{path: a}":               {"system: missing"},
		"{path: a, system: x, format: combnied, actor: usr, timezone: Mars/Base, max_unpacked_gib: -1}": {
			`"combined"`, `"user"`, "Asia/Shanghai", "max_unpacked_gib",
		},
		"{path: a, system: x, format: custom}":                  {"custom needs it"},
		"{path: a, system: x, pattern: '(?P<time>x'}":           {"pattern", "missing closing )"},
		"{path: a, system: x, pattern: '(?P<when>x)'}":          {`unknown group "when"`},
		"{path: a, system: x, pattern: '(?P<path>x)'}":          {"(?P<time>…) is missing"},
		"{path: a, system: x, pattern: '(?P<time>x)'}":          {"(?P<path>…)"},
		"{path: a, system: x, keys: {tme: t}}":                  {`"tme"`, `"time"`},
		"{path: a, system: x, vendor: 10.0.0.0/99}":             {"10.0.0.0/99"},
		"{path: a, system: x, vendr: y}":                        {"vendr"},
		"{path: a, system: x, map: [{path: forms, system: y}]}": {"map[0]", "must begin with /"},
		"{path: a, system: x, map: [{path: /a}, {path: /b, action: sumbit, traffic: busines}]}": {
			"map[0]: the rule says nothing", `"submit"`, `"business"`,
		},
		"{path: a, system: x, map: [{path: '^/(?P<town>x)'}, {path: '^/('}]}": {`unknown group "town"`, "map[1]"},
	} {
		_, err := newFrom(config)
		if err == nil {
			t.Errorf("%s was accepted", config)
			continue
		}
		for _, part := range parts {
			if !strings.Contains(err.Error(), part) {
				t.Errorf("%s: the fault %q does not tell %q", config, err, part)
			}
		}
	}
}

func TestDeclares(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	write(t, path, linesOf(0, 1))
	s, m := sourceOf(t, "{path: '"+path+"', system: a, map: [{path: /b, system: b}, {path: /c, system: a}]}"), &memory{}
	collect(t, s, m)
	collect(t, s, m)
	if len(m.declared) != 2 || m.declared[0].ID != "a" || m.declared[1].ID != "b" || !m.declared[0].UsageCovered || m.declared[0].Declared {
		t.Errorf("declared %+v", m.declared)
	}
	if Kind().Name != "accesslog" || !Kind().Stream {
		t.Errorf("kind %+v", Kind())
	}
}

func TestClock(t *testing.T) {
	c := clock{location: time.FixedZone("CST", 8*3600)}
	for text, want := range map[string]string{
		"10/Feb/2012:16:42:07 -0500":    "2012-02-10T21:42:07Z",
		"29/Feb/2024:00:00:00 +0800":    "2024-02-28T16:00:00Z",
		"25/Sep/2018:06:05:27.584":      "2018-09-24T22:05:27Z",
		"2012-04-01 00:00:13":           "2012-03-31T16:00:13Z",
		"2012/04/01 00:00:13":           "2012-03-31T16:00:13Z",
		"2012-04-01T00:00:13.5+08:00":   "2012-03-31T16:00:13Z",
		"2012-04-01T00:00:13 +0800":     "2012-03-31T16:00:13Z",
		"2012-04-01T00:00:13Z":          "2012-04-01T00:00:13Z",
		"1703373474.8155608":            "2023-12-23T23:17:54Z",
		"1703373474815":                 "2023-12-23T23:17:54Z",
		"1703373474815560800":           "2023-12-23T23:17:54Z",
		"Sat, 23 Dec 2023 23:17:54 GMT": "2023-12-23T23:17:54Z",
		"29/Feb/2023:00:00:00 +0800":    "",
		"10/Foo/2012:16:42:07 -0500":    "",
		"10/Feb/2012:24:42:07 -0500":    "",
		"10/Feb/2012:16:42:07 -05":      "",
		"2012-13-01 00:00:13":           "",
		"12":                            "",
		"":                              "",
		"yesterday":                     "",
	} {
		got, ok := c.any([]byte(text))
		if ok != (want != "") || ok && time.Unix(got, 0).UTC().Format(time.RFC3339) != want {
			t.Errorf("%q is %v (%t), expected %s", text, time.Unix(got, 0).UTC(), ok, want)
		}
	}
}
