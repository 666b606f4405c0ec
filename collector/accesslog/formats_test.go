package accesslog

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// form is what a file of the folder of formats must amount to. What is left out is not compared.
type form struct {
	config    string // beyond path and system
	stored    int
	rejected  int
	reason    string // part of that of the first rejected line
	times     []string
	statuses  []uint16
	objects   []string
	actions   []string
	traffics  []string
	clients   []string
	durations []uint32
}

// afternoon is the time of most lines of the folder.
const afternoon = "2012-02-10T16:42:07-05:00"

var forms = map[string]form{
	"alb.log": {
		stored: 1, times: []string{"2020-01-01T00:55:04Z"}, statuses: []uint16{200}, objects: []string{"/path/index.html"},
		clients: []string{"chrome"}, durations: []uint32{103},
	},
	"amazon_cloudfront_rtmp.log": {
		stored: 2, times: []string{"2010-03-12T23:51:20Z", "2010-03-12T23:51:21Z"}, statuses: []uint16{0, 0},
	},
	"amazon_cloudfront_web.log": {
		stored: 1, times: []string{"2014-05-23T01:13:11Z"}, statuses: []uint16{200}, objects: []string{"/view/my/file.html"},
		clients: []string{"chrome"}, durations: []uint32{1},
	},
	"caddy_json.log": {
		stored: 3, times: []string{"2023-12-23T23:17:54Z", "2023-12-23T23:17:54Z", "2023-12-23T23:17:55Z"},
		statuses: []uint16{200, 200, 200}, traffics: []string{"business", "static", "static"},
		objects:   []string{"/beta", "/beta/assets/index-mMaLXldj.css", "/beta/assets/index-HIcRLzdf.js"},
		durations: []uint32{1, 1, 243},
	},
	"common.log": {stored: 1, times: []string{afternoon}, statuses: []uint16{301}, objects: []string{"/"}, clients: []string{""}},
	"common.log.bz2": {
		stored: 1, times: []string{"2012-02-19T16:42:07-07:00"}, statuses: []uint16{200}, objects: []string{"/"}, actions: []string{"submit"},
	},
	"common.log.gz": {
		stored: 1, times: []string{"2012-02-10T16:42:07-07:00"}, statuses: []uint16{200}, objects: []string{"/form"}, actions: []string{"submit"},
	},
	"common_complete.log":      {stored: 1, times: []string{afternoon}, statuses: []uint16{301}, objects: []string{"/"}, clients: []string{"chrome"}},
	"common_encoding_big5.log": {stored: 1, times: []string{afternoon}, statuses: []uint16{301}, objects: []string{"/\uFFFDݦ\uFFFDc\uFFFDD"}},
	"common_vhost.log":         {stored: 1, times: []string{afternoon}, statuses: []uint16{301}, objects: []string{"/"}},
	"custom_regex_custom_date.log": {
		rejected: 1, reason: "set format or pattern",
	},
	"custom_regex_custom_date.log, with a pattern": {
		config: `format: custom, time_format: "January - 2, 2006:15:04:05", timezone: UTC,
			pattern: '^(?P<ip>\S+) - (?P<user>\S+) \[(?P<time>[^\]]+)\] "(?P<request>[^"]*)" (?P<status>\d+)'`,
		stored: 1, times: []string{"2012-02-10T16:42:07Z"}, statuses: []uint16{301}, objects: []string{"/"},
	},
	"elb.log": {
		stored: 1, rejected: 1, reason: "TCP connection", times: []string{"2015-05-13T23:39:43Z"}, statuses: []uint16{200},
		objects: []string{"/path/index.html"}, clients: []string{"chrome"}, durations: []uint32{2},
	},
	"gandi.log": {
		stored: 2, times: []string{afternoon, afternoon}, statuses: []uint16{301, 200}, objects: []string{"/", "/"},
		clients: []string{"chrome", "firefox"},
	},
	"haproxy.log": {
		config: "timezone: UTC", stored: 1, times: []string{"2018-09-25T06:05:27Z"}, statuses: []uint16{200}, objects: []string{"/user"},
		actions: []string{"submit"}, durations: []uint32{72},
	},
	"icecast2.log": {stored: 1, times: []string{afternoon}, statuses: []uint16{301}, objects: []string{"/"}, clients: []string{"chrome"}},
	"iis.log": {
		stored: 1, times: []string{"2012-04-01T00:00:13Z"}, statuses: []uint16{200}, objects: []string{"/foo/bar"},
		clients: []string{"firefox"}, durations: []uint32{1687},
	},
	"iis_custom.log": {
		stored: 3, times: []string{"2012-08-15T17:00:00+08:00", "2012-08-15T17:00:00+08:00", "2012-08-15T17:00:00+08:00"},
		statuses: []uint16{200, 301, 404}, objects: []string{"/Products/theProduct", "/Topic/hw43061", "/hello/world/{id}"},
		durations: []uint32{109, 0, 359},
	},
	"incapsula_w3c.log": {
		stored: 2, times: []string{"2017-06-28T07:26:35Z", "2017-06-26T18:21:17Z"}, statuses: []uint16{200, 0},
		objects: []string{"/page.php", "/rss/news"},
	},
	"logs_to_tests.log": {
		stored: 4, times: []string{"2013-02-05T07:01:26Z", "2013-02-05T07:01:41Z", "2013-02-05T07:01:46Z", "2013-10-29T00:48:46+01:00"},
		statuses: []uint16{200, 200, 200, 403}, objects: []string{"/piwik.php", "/piwik.php", "/piwik.php", "/"},
	},
	"ncsa_extended.log": {stored: 1, times: []string{afternoon}, statuses: []uint16{301}, objects: []string{"/"}, clients: []string{"chrome"}},
	"netscaler.log": {
		stored: 1, times: []string{"2012-08-16T11:55:13Z"}, statuses: []uint16{302}, objects: []string{"/Citrix/XenApp/Wan/auth/login.jsp"},
		actions: []string{"login"}, clients: []string{"ie"},
	},
	"nginx_json.log": {
		stored: 2, times: []string{"2013-10-10T16:52:00+02:00", "2013-10-10T16:52:00+02:00"}, statuses: []uint16{200, 200},
		objects: []string{"/piwik.php", "/piwik.php"}, clients: []string{"chrome", "chrome"},
	},
	"ovh.log":       {stored: 1, times: []string{afternoon}, statuses: []uint16{301}, objects: []string{"/"}, clients: []string{"chrome"}},
	"s3.log":        {stored: 1, times: []string{afternoon}, statuses: []uint16{200}, objects: []string{"/index"}, clients: []string{"chrome"}, durations: []uint32{10}},
	"shoutcast.log": {stored: 1, times: []string{"2015-12-07T10:37:05Z"}, statuses: []uint16{200}, objects: []string{"/stream"}},
	"splitted_date_and_time.log": {
		stored: 1, times: []string{"2015-12-07T10:37:05Z"}, statuses: []uint16{200}, objects: []string{"/stream"},
	},
	"static_ignores.log": {
		stored: 4, statuses: []uint16{200, 200, 200, 200}, traffics: []string{"business", "static", "static", "static"},
		objects: []string{"/", "/robots.txt", "/image.png", "/font.woff2"},
	},
	"traefik_json.log": {
		stored: 1, times: []string{"2023-08-11T11:39:21Z"}, statuses: []uint16{200}, objects: []string{"/my/app/auth"},
		traffics: []string{"health"}, clients: []string{"monitor"}, durations: []uint32{10002},
	},
}

// TestFormats reads every file of the folder: each line is stored or rejected, and what is stored is right.
func TestFormats(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join(shared, "formats"))
	if err != nil {
		t.Skip(err)
	}
	for _, e := range entries {
		if _, ok := forms[e.Name()]; !ok {
			t.Errorf("%s: nothing is expected of this file", e.Name())
		}
	}
	for name, want := range forms {
		t.Run(name, func(t *testing.T) {
			file, _, _ := strings.Cut(name, ",")
			text, err := os.ReadFile(filepath.Join(shared, "formats", file))
			if err != nil {
				t.Skip(err)
			}
			path := filepath.Join(t.TempDir(), file)
			write(t, path, text)
			aged(t, path, 2*time.Hour)
			m := &memory{}
			collect(t, sourceOf(t, "{path: '"+path+"', system: portal, "+want.config+"}"), m)
			want.check(t, m)
		})
	}
}

func (f form) check(t *testing.T, m *memory) {
	t.Helper()
	if len(m.events) != f.stored || len(m.rejected) != f.rejected {
		t.Fatalf("stored %d and rejected %d lines, expected %d and %d: %v", len(m.events), len(m.rejected), f.stored, f.rejected, m.rejected)
	}
	if f.rejected > 0 && !strings.Contains(m.rejected[0].Reason, f.reason) {
		t.Errorf("reason %q does not tell %q", m.rejected[0].Reason, f.reason)
	}
	for i, e := range m.events {
		if e.Actor == 0 || e.System != "portal" {
			t.Errorf("event %d has no actor or system: %+v", i, e)
		}
		if len(f.times) > 0 {
			if when, err := time.Parse(time.RFC3339, f.times[i]); err != nil || !when.Equal(e.Time) {
				t.Errorf("event %d happened at %v, expected %s", i, e.Time, f.times[i])
			}
		}
		same(t, i, "status", e.Status, f.statuses)
		same(t, i, "object", e.Object, f.objects)
		same(t, i, "action", e.Action, f.actions)
		same(t, i, "traffic", e.Traffic, f.traffics)
		same(t, i, "client", e.Client, f.clients)
		same(t, i, "duration", e.Duration, f.durations)
	}
}

func same[T comparable](t *testing.T, i int, what string, got T, want []T) {
	t.Helper()
	if len(want) > 0 && got != want[i] {
		t.Errorf("event %d has %s %v, expected %v", i, what, got, want[i])
	}
}

// TestFormatsByName reads the same files with their format named instead of told by itself.
func TestFormatsByName(t *testing.T) {
	named := map[string]string{
		"alb.log": "alb", "amazon_cloudfront_web.log": "cloudfront", "caddy_json.log": "caddy", "common.log": "common",
		"common_complete.log": "vhost", "elb.log": "elb", "gandi.log": "gandi", "haproxy.log": "haproxy", "icecast2.log": "icecast",
		"iis.log": "iis", "incapsula_w3c.log": "incapsula", "ncsa_extended.log": "combined", "netscaler.log": "netscaler",
		"nginx_json.log": "nginx_json", "ovh.log": "ovh", "s3.log": "s3", "shoutcast.log": "w3c", "traefik_json.log": "traefik",
	}
	for _, format := range formats {
		if format != "auto" && format != "custom" && format != "json" && !slices.Contains(slices.Collect(maps.Values(named)), format) {
			t.Errorf("format %s has no file", format)
		}
	}
	for file, format := range named {
		t.Run(format, func(t *testing.T) {
			text, err := os.ReadFile(filepath.Join(shared, "formats", file))
			if err != nil {
				t.Skip(err)
			}
			path := filepath.Join(t.TempDir(), file)
			write(t, path, text)
			aged(t, path, 2*time.Hour)
			m, want := &memory{}, forms[file]
			collect(t, sourceOf(t, "{path: "+path+", system: portal, format: "+format+", "+want.config+"}"), m)
			want.check(t, m)
		})
	}
}
