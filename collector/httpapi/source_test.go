package httpapi

import (
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ways are the ways to walk through the same list.
var ways = map[string]string{
	"page":               "url: %s/page\npaging: {kind: page, size: 10}",
	"page with total":    "url: %s/page\npaging: {kind: page, size: 10, total_path: data.total}",
	"page in a body":     "url: %s/page\nmethod: POST\nbody: {filter: {kind: village}}\npaging: {kind: page, in: body, size: 10}",
	"offset":             "url: %s/offset\npaging: {kind: offset, size: 10}",
	"offset, no size":    "url: %s/offset\npaging: {kind: offset}",
	"cursor":             "url: %s/cursor\npaging: {kind: cursor, size: 10, cursor_path: data.next_cursor}",
	"cursor in a body":   "url: %s/cursor\nmethod: POST\npaging: {kind: cursor, in: body, size: 10, cursor_path: data.next_cursor, total_path: data.total}",
	"link header":        "url: %s/link\nquery: {size: \"10\"}\npaging: {kind: next_link}",
	"link in the answer": "url: %s/link\npaging: {kind: next_link, size: 10, next_path: data.next, total_path: data.total}",
	"one answer":         "url: %s/none\npaging: {kind: none, total_path: data.total}",
	"without paging":     "url: %s/none",
}

func (a *api) config(way string) string { return fmt.Sprintf(way, a.URL) + "\nrecords: data.items" }

func TestWays(t *testing.T) {
	for name, way := range ways {
		for _, records := range []int{0, 1, 10, 95, 100} {
			t.Run(fmt.Sprintf("%s/%d", name, records), func(t *testing.T) {
				a := newAPI(t, records)
				s := source(t, a.config(way))
				if err := s.Check(t.Context()); err != nil {
					t.Errorf("check: %v", err)
				}
				m := &memory{}
				collect(t, s, m)
				if d := cmp.Diff(a.all(), m.distinct()); d != "" || len(m.stored) != records {
					t.Errorf("%d records (-want +got):\n%s", len(m.stored), d)
				}
			})
		}
	}
}

// TestInterruptions stops the sink at many moments of a run and goes on from the last mark.
func TestInterruptions(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, 95)
			s := source(t, a.config(way))
			for seed := range 50 {
				m := &memory{}
				for stop := 1 + seed%23; ; stop += 1 + seed/10 {
					m.calls, m.stopAt = 0, stop
					err := s.Collect(t.Context(), m.mark, m)
					if err == nil {
						break
					}
					if !errors.Is(err, errStop) {
						t.Fatal(err)
					}
				}
				if d := cmp.Diff(a.all(), m.distinct()); d != "" || len(m.stored) != 95 {
					t.Fatalf("seed %d: %d records (-want +got):\n%s", seed, len(m.stored), d)
				}
			}
		})
	}
}

// TestFaults lets the upstream go wrong in the ways that lose data silently. With want empty the walk must read everything.
func TestFaults(t *testing.T) {
	third := func(r request) bool { return r.number == 3 }
	from3 := func(r request) bool { return r.number >= 3 }
	empty := func(when func(request) bool) func(*api) {
		return func(a *api) {
			a.after = func(body map[string]any, r request) {
				if when(r) {
					items(body, nil)
					delete(body["data"].(map[string]any), "next_cursor")
				}
			}
		}
	}
	for name, c := range map[string]struct {
		way, more string
		fault     func(a *api)
		want      string
	}{
		"empty once, total":         {"page with total", "", empty(third), ""},
		"empty once, page full":     {"page", "", empty(third), ""},
		"empty once, offset":        {"offset", "", empty(third), ""},
		"empty once, cursor":        {"cursor", "", empty(third), ""},
		"empty for good, total":     {"page with total", "", empty(from3), "the total is 95 and only 20 records were read"},
		"empty for good, cursor":    {"cursor", "", empty(from3), "the page before pointed to it"},
		"null in the place of none": {"page", "", func(a *api) { a.after = func(b map[string]any, r request) { nullIfEmpty(b) } }, ""},
		"smaller pages than asked":  {"page with total", "", func(a *api) { a.size = 7 }, ""},
		"smaller pages, no total":   {"page", "", func(a *api) { a.size = 7 }, ""},
		"smaller pages, offset":     {"offset", "", func(a *api) { a.size = 7 }, ""},
		"the page is ignored": {"page", "", func(a *api) {
			a.after = func(b map[string]any, r request) { items(b, a.records[:10]) }
		}, "the paging seems to be ignored"},
		"the cursor is ignored": {"cursor", "", func(a *api) {
			a.after = func(b map[string]any, r request) {
				items(b, a.records[:10])
				b["data"].(map[string]any)["next_cursor"] = fmt.Sprint(r.number)
			}
		}, "the paging seems to be ignored"},
		"the cursor stands still": {"cursor", "", func(a *api) {
			a.after = func(b map[string]any, r request) { b["data"].(map[string]any)["next_cursor"] = "after-10" }
		}, "points to a page that was read already"},
		"the cursor ends early": {"cursor in a body", "", func(a *api) {
			a.after = func(b map[string]any, r request) {
				if from3(r) {
					delete(b["data"].(map[string]any), "next_cursor")
				}
			}
		}, "no page follows, though the total is 95"},
		"the last page repeats":             {"page", "after_last: repeat", clamp, ""},
		"the last page repeats, undeclared": {"page", "", clamp, "the paging seems to be ignored"},
		"the last page repeats, total":      {"page with total", "", clamp, ""},
		"404 behind the last page":          {"page", "after_last: not_found", missingBehind, ""},
		"404 undeclared":                    {"page", "", missingBehind, "the server answers 404"},
		"the total shrinks once": {"page with total", "", func(a *api) {
			a.after = func(b map[string]any, r request) {
				if r.number == 2 {
					b["data"].(map[string]any)["total"] = 80
				}
			}
		}, ""},
		"the total shrinks always": {"page with total", "", func(a *api) {
			a.after = func(b map[string]any, r request) { b["data"].(map[string]any)["total"] = 95 - r.number }
		}, "the total shrank from"},
		"more than max_pages": {"page", "max_pages: 4", nil, "more than paging.max_pages (4) pages"},
		"another host": {"link in the answer", "", func(a *api) {
			a.after = func(b map[string]any, r request) { b["data"].(map[string]any)["next"] = "https://elsewhere.example/x" }
		}, "leads to https://elsewhere.example, which is another host"},
		"a broken body": {"page", "", func(a *api) {
			a.before = func(w http.ResponseWriter, r request) bool {
				if third(r) {
					w.Header().Set("Content-Length", "5000")
					fmt.Fprint(w, `{"data": {"items": [`)
				}
				return third(r)
			}
		}, ""},
		"a page to log in": {"page", "", answers(200, "text/html", "<html>请登录</html>"), "the answer is no JSON (Content-Type \"text/html\"): <html>请登录</html>"},
		"no records":       {"page", "", answers(200, "", `{"data": {"rows": []}}`), `nothing at records "data.items"; the members there are [rows]`},
		"records no list":  {"page", "", answers(200, "", `{"data": {"items": {"a": 1}}}`), "leads to object, not to a list"},
		"no total":         {"page with total", "", answers(200, "", `{"data": {"items": []}}`), "no total at paging.total_path"},
		"refused":          {"page", "", answers(403, "", `{"msg": "no"}`), `the server refuses access (403): {"msg": "no"}`},
		"no such address":  {"page", "", answers(404, "", ""), "the server answers 404"},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, 95)
			config := a.config(ways[c.way])
			if c.more != "" {
				config = strings.Replace(config, "kind:", c.more+", kind:", 1)
			}
			if c.fault != nil {
				c.fault(a)
			}
			s := source(t, config)
			m := &memory{}
			err := s.Collect(t.Context(), nil, m)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Fatalf("%q is not in the error: %v", c.want, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(a.all(), m.distinct()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func nullIfEmpty(body map[string]any) {
	if data := body["data"].(map[string]any); len(data["items"].([]record)) == 0 {
		data["items"] = nil
	}
}

// clamp answers pages behind the last one with the last one, as a widespread Java library does.
func clamp(a *api) {
	a.after = func(body map[string]any, r request) {
		if r.number64("page", 1) > 10 {
			items(body, a.records[90:])
		}
	}
}

func missingBehind(a *api) {
	a.before = func(w http.ResponseWriter, r request) bool {
		if r.number64("page", 1) > 10 {
			http.Error(w, "Invalid page.", http.StatusNotFound)
			return true
		}
		return false
	}
}

func answers(status int, kind, text string) func(*api) {
	return func(a *api) {
		a.before = func(w http.ResponseWriter, _ request) bool {
			if kind != "" {
				w.Header().Set("Content-Type", kind)
			}
			w.WriteHeader(status)
			fmt.Fprint(w, text)
			return true
		}
	}
}

// TestStoredCursorExpires goes on from a mark whose cursor the upstream no longer knows.
func TestStoredCursorExpires(t *testing.T) {
	for name, before := range map[string]func(a *api) func(http.ResponseWriter, request) bool{
		"answered empty": func(a *api) func(http.ResponseWriter, request) bool {
			return func(w http.ResponseWriter, r request) bool {
				if r.number == 1 {
					fmt.Fprint(w, `{"data": {"items": []}}`)
					return true
				}
				return false
			}
		},
		"answered 410": func(a *api) func(http.ResponseWriter, request) bool {
			return func(w http.ResponseWriter, r request) bool {
				if r.number == 1 {
					w.WriteHeader(http.StatusGone)
					return true
				}
				return false
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := newAPI(t, 95)
			s := source(t, a.config(ways["cursor"]))
			m := &memory{stopAt: 6}
			if err := s.Collect(t.Context(), nil, m); !errors.Is(err, errStop) {
				t.Fatal(err)
			}
			a.requests, a.before = nil, before(a)
			m.stopAt = 0
			collect(t, s, m)
			if d := cmp.Diff(a.all(), m.distinct()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

// TestDoubtfulWalkBeginsAgain repairs the upstream after a walk that could not be believed: the next run must find what
// moved to pages that were read already.
func TestDoubtfulWalkBeginsAgain(t *testing.T) {
	a := newAPI(t, 95)
	s := source(t, a.config(ways["page with total"]))
	a.after = func(body map[string]any, r request) {
		if r.number64("page", 1) == 5 {
			items(body, nil)
		}
	}
	m := &memory{}
	if err := s.Collect(t.Context(), nil, m); err == nil || !strings.Contains(err.Error(), "begins at the first page") {
		t.Fatal(err)
	}
	a.after = nil
	a.records = append(a.records[50:], a.records[:50]...)
	collect(t, s, m)
	if d := cmp.Diff(a.all(), m.distinct()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestTLS(t *testing.T) {
	a := newAPI(t, 5)
	a.Close()
	a.Server = newTLS(t, a)
	s := source(t, a.config(ways["page"]))
	s.config.Retries = 1
	if err := s.Collect(t.Context(), nil, &memory{}); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("an unknown authority is accepted: %v", err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, certificate(a.Server), 0o600); err != nil {
		t.Fatal(err)
	}
	s = source(t, a.config(ways["page"])+"\nca: "+file)
	m := &memory{}
	collect(t, s, m)
	if len(m.stored) != 5 {
		t.Errorf("%d records", len(m.stored))
	}
}

// TestRecords looks at what single records may do wrong; the rest goes on.
func TestRecords(t *testing.T) {
	a := newAPI(t, 0)
	answers(200, "application/json; charset=GBK", "[{\"id\":1,\"data\":{\"n\":\"\xb4\xe5\"}}, 5, {\"id\":2}, {\"id\":3,\"a.b\":1,\"a\":{\"b\":2}}, "+
		`{"id":4,"data":{"n":9007199254740993}}, {"id":5,"data":{"n":["x",1]}}, {"id":6,"data":{"n":"a\u0000"}}]`)(a)
	s := source(t, fmt.Sprintf("url: %s", a.URL))
	m := &memory{}
	collect(t, s, m)
	want := []string{"1:n=村0", "2", "4:n=90071992547409930", `5:n=["x",1]0`}
	if d := cmp.Diff(want, m.distinct()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	var kinds []string
	for _, r := range m.rejected {
		kinds = append(kinds, fmt.Sprintf("%d %s", r.Line, r.Kind))
		if r.Origin != a.URL || r.Reason == "" || len(r.Raw) == 0 {
			t.Errorf("rejected: %+v", r)
		}
	}
	if d := cmp.Diff([]string{"2 malformed", "4 malformed", "7 encoding"}, kinds); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestLimits(t *testing.T) {
	a := newAPI(t, 95)
	s := source(t, a.config(ways["one answer"])+"\nmax_response: 1024")
	if err := s.Collect(t.Context(), nil, &memory{}); err == nil || !strings.Contains(err.Error(), "larger than max_response") {
		t.Errorf("a large answer: %v", err)
	}
	if len(a.requests) != 1 {
		t.Errorf("asked %d times for an answer that is too large", len(a.requests))
	}
	wide := map[string]any{}
	for i := range maxColumns + 1 {
		wide[fmt.Sprint(i)] = i
	}
	a.records[1].Data = wide
	m := &memory{}
	collect(t, source(t, a.config(ways["one answer"])), m)
	if len(m.stored) != 94 || len(m.rejected) != 1 || m.rejected[0].Kind != "oversize" {
		t.Errorf("a wide record: %d stored, rejected %d", len(m.stored), len(m.rejected))
	}
}
