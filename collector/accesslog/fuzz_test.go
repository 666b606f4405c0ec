package accesslog

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/collector"
)

// seed adds the lines of the given files to the corpus, beside the ones written here.
func seed(f *testing.F, files []string, lines ...string) {
	for _, name := range files {
		text, err := os.ReadFile(filepath.Join(shared, "formats", name))
		if err != nil {
			continue // the corpus written here remains
		}
		for line := range bytes.Lines(text) {
			f.Add(bytes.TrimRight(line, "\r\n"))
		}
	}
	for _, line := range lines {
		f.Add([]byte(line))
	}
}

// fuzz checks what must hold of every line that a parser reads: the parts lie in the line or are plausible, and nothing of
// the line is changed.
func fuzz(f *testing.F, make func() parser) {
	f.Fuzz(func(t *testing.T, line []byte) {
		before := bytes.Clone(line)
		var r record
		reason := make().parse(line, &r)
		if !bytes.Equal(before, line) {
			t.Fatal("the parser changed the line")
		}
		if reason != "" {
			if !utf8.ValidString(reason) && utf8.Valid(line) {
				t.Fatalf("reason %q", reason)
			}
			return
		}
		if r.status > 999 {
			t.Errorf("status %d", r.status)
		}
		if len(r.path) > 0 && len(r.method) == 0 {
			t.Errorf("path %q without a method", r.path)
		}
		name := template(r.path)
		if !utf8.ValidString(name) || !strings.HasPrefix(name, "/") || len(name) > templateBytes+2*segmentBytes+16 {
			t.Errorf("template(%q) = %q", r.path, name)
		}
		if again := template([]byte(name)); !strings.Contains(name, "%") && again != name {
			t.Errorf("template(%q) = %q", name, again)
		}
	})
}

var fuzzZone = time.FixedZone("CST", 8*3600)

func FuzzCombined(f *testing.F) {
	seed(f, []string{"common.log", "common_complete.log", "common_vhost.log", "gandi.log", "ovh.log", "icecast2.log", "logs_to_tests.log"},
		strings.TrimSpace(lineOf(1)), `[::1]:80 ::1 - a b [10/Feb/2012:16:42:07 -0500] "GET \"x\" HTTP/1.0" 200 - "\"" "a\\" 0.01`,
		`1.1.1.1, 2.2.2.2 - - [2012-02-10T16:42:07+08:00] "-" 408 0`)
	fuzz(f, func() parser { return &combined{clock: clock{location: fuzzZone}} })
}

func FuzzJSONLine(f *testing.F) {
	seed(f, []string{"caddy_json.log", "nginx_json.log", "traefik_json.log"},
		`{"time":1e9,"path":"/a","status":200,"request_time":"0.1"}`, `{"time":"x","request":"GET / HTTP/1.1","request":{"uri":1}}`)
	fuzz(f, func() parser { return newJSONLine(clock{location: fuzzZone}, map[string]string{"path": "a.b"}) })
}

func FuzzBalancer(f *testing.F) {
	seed(f, []string{"elb.log", "alb.log"})
	fuzz(f, func() parser { return &balancer{clock: clock{location: fuzzZone}} })
}

func FuzzStorage(f *testing.F) {
	seed(f, []string{"s3.log"})
	fuzz(f, func() parser { return &storage{clock: clock{location: fuzzZone}} })
}

func FuzzHAProxy(f *testing.F) {
	seed(f, []string{"haproxy.log"})
	fuzz(f, func() parser { return &haproxy{clock: clock{location: fuzzZone}} })
}

func FuzzPattern(f *testing.F) {
	re := regexp.MustCompile(`^(?P<ip>\S*) (?P<time>[^|]*)\|(?P<method>\S*) (?P<path>\S*) (?P<status>\d*) (?P<duration_s>\S*)`)
	seed(f, nil, "1.2.3.4 2026-01-01 00:00:00|GET /a 200 0.3")
	fuzz(f, func() parser { return &pattern{clock: clock{location: fuzzZone}, re: re, names: re.SubexpNames()} })
}

func FuzzW3C(f *testing.F) {
	for _, name := range []string{"iis.log", "iis_custom.log", "netscaler.log", "incapsula_w3c.log", "shoutcast.log", "amazon_cloudfront_web.log"} {
		text, err := os.ReadFile(filepath.Join(shared, "formats", name))
		if err != nil {
			continue
		}
		header := ""
		for line := range strings.Lines(string(text)) {
			if strings.HasPrefix(line, "#Fields:") {
				header = strings.TrimSpace(line)
			} else if !strings.HasPrefix(line, "#") {
				f.Add(header, strings.TrimSpace(line))
			}
		}
	}
	f.Add("#Fields: date time cs-uri-stem", "2026-01-01 00:00:00 /a")
	f.Add("#Fields:\tdate\ttime cs-uri", "2026-01-01\t00:00:00\thost/a")
	f.Fuzz(func(t *testing.T, header, line string) {
		p := newW3C(nil, fuzzZone)
		p.header([]byte(header))
		var r record
		if reason := p.parse([]byte(line), &r); reason != "" {
			return
		}
		if r.status > 999 || len(r.path) > 0 && len(r.method) == 0 || !utf8.ValidString(template(r.path)) {
			t.Errorf("%+v", r)
		}
	})
}

// FuzzLines gives whole files to a worker: every line that is neither blank nor a comment is stored or rejected.
func FuzzLines(f *testing.F) {
	entries, err := os.ReadDir(filepath.Join(shared, "formats"))
	if err == nil {
		for _, e := range entries {
			if text, err := os.ReadFile(filepath.Join(shared, "formats", e.Name())); err == nil {
				f.Add(text)
			}
		}
	}
	f.Add([]byte("\xef\xbb\xbf" + lineOf(1) + "\r\n \n#Fields: date time cs-uri-stem\n2026-01-01 00:00:00 /a\n\x00\x00" + lineOf(2) + "x\x00y"))
	d := collector.Deps{
		ID: "fuzz", Log: zerolog.Nop(), Now: time.Now, Location: fuzzZone,
		Pseudonym: collector.NewPseudonymizer([]byte("0123456789abcdef0123456789abcdef")),
	}
	s, err := configuration{Path: collector.FilePatterns{"x"}, System: "portal"}.compile(d)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		want := 0
		for number, line := range bytes.Split(data, []byte("\n")) {
			line = bytes.TrimSuffix(line, []byte("\r"))
			if number == 0 {
				line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			}
			line = bytes.TrimLeft(line, "\x00")
			blank := len(line) < 80 && len(bytes.TrimSpace(line)) == 0
			if len(line) > 0 && line[0] != '#' && !blank {
				want++
			}
		}
		r := newWorker(s, d).parse(&job{data: data, lines: uint64(bytes.Count(data, []byte("\n")) + 1), firstLine: 1, key: 1, sequence: 1})
		if r.block.Len()+len(r.rejected) != want {
			t.Fatalf("stored %d and rejected %d of %d lines", r.block.Len(), len(r.rejected), want)
		}
		for i := range r.block.Len() {
			if !utf8.ValidString(r.block.Object[i]) || r.block.Action[i] == "" || r.block.Traffic[i] == "" || r.block.System[i] != "portal" {
				t.Errorf("%+v", r.block)
			}
		}
		for _, rejected := range r.rejected {
			if rejected.Line == 0 || rejected.Kind == "" || len(rejected.Reason) < 10 {
				t.Errorf("%+v", rejected)
			}
		}
	})
}
