package httpapi

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestConfigFaults(t *testing.T) {
	_, err := build(`
url: ftp://host
method: GTE
encoding: xml
body: {a: 1}
records: a..b
status: {ok: ["0"]}
auth: {bearer: x, basic: {password: y}, login: {url: "", method: PUT}}
paging: {kind: pag, in: bdy, total_path: ".", cursor_path: c, next_path: n, size: -1, after_last: stop, confirm: 99}
watermark: {column: c, format: iso, overlap: x}
rate: -1
timeout: 1ms
retries: -1
max_response: 1
mapping: {record: submission}
`, time.Now)
	if err == nil {
		t.Fatal("no fault")
	}
	for _, want := range []string{
		"url: is no address", `method: "GTE" is unknown (is "GET" meant?)`, `encoding: "xml"`, "records:", "status.path: is missing", "auth: holds several ways",
		"auth.basic.user", "auth.login.url", "auth.login.method", "auth.login.token_path", `paging.kind: "pag" is unknown (is "page" meant?)`,
		`paging.in: "bdy" is unknown (is "body" meant?)`, "paging.total_path", "paging.cursor_path: belongs", "paging.next_path: belongs", "paging.size",
		"paging.after_last", "paging.confirm", "watermark.param", "watermark.format", "watermark.overlap", "rate:", "timeout", "retries", "max_response", "mapping.form: is missing",
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	lines := strings.Split(err.Error(), "\n")
	if slices.Sort(lines); len(slices.Compact(lines)) < 25 {
		t.Errorf("only %d faults at once", len(lines))
	}
	if _, err := build("url: http://h\nunknown: 1\n"+mapping, time.Now); err == nil || !strings.Contains(err.Error(), "unknown") {
		t.Errorf("an unknown key: %v", err)
	}
}
