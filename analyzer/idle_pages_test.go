package analyzer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// pageCase is one page of a test: requests, of them first after a log-in, often asked for, and asked for at constant intervals.
type pageCase struct {
	object, action       string
	done                 uint64
	first, often, polled uint64
}

func TestPagesAreTakenForWhatTheyAre(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	login := pageCase{object: "/login", action: "login", done: 1000}
	for _, c := range []struct {
		name   string
		pages  []pageCase
		nights uint64 // of 100 days on which somebody came
		want   map[string]string
	}{
		{"a first page by its name", []pageCase{login, {object: "/index", action: "view", done: 1000}, {object: "/save", action: "submit", done: 900}}, 0, map[string]string{"/index": "landing"}},
		{"a first page by habit", []pageCase{login, {object: "/my/todo", action: "view", done: 1000, first: 960}, {object: "/save", action: "submit", done: 900}}, 0, map[string]string{"/my/todo": "landing"}},
		{"first, but people hardly ever go on: it may be the work", []pageCase{login, {object: "/board", action: "view", done: 1000, first: 990}, {object: "/save", action: "submit", done: 100}}, 0, map[string]string{}},
		{"first in half of the visits only", []pageCase{login, {object: "/list", action: "view", done: 900, first: 500}, {object: "/save", action: "submit", done: 900}}, 0, map[string]string{}},
		{"the only page, seen once with a log-in", []pageCase{login, {object: "/index", action: "view", done: 1000}}, 0, map[string]string{"/index": "landing"}},
		{"the only page, read again and again", []pageCase{login, {object: "/index", action: "view", done: 4000}}, 0, map[string]string{"/index": "work"}},
		{"asks for itself beside other work", []pageCase{login, {object: "/msg/latest", action: "view", done: 9000, often: 8000, polled: 7900}, {object: "/save", action: "submit", done: 900}}, 0, map[string]string{"/msg/latest": "background"}},
		{"the only page asks for itself by day", []pageCase{login, {object: "/queue", action: "view", done: 9000, often: 8000, polled: 7900}}, 3, map[string]string{"/queue": "work"}},
		{"the only page asks for itself day and night", []pageCase{login, {object: "/queue", action: "view", done: 9000, often: 8000, polled: 7900}}, 90, map[string]string{"/queue": "background"}},
		{"people work fast but not evenly", []pageCase{{object: "/case/show", action: "view", done: 9000, often: 8000, polled: 300}}, 0, map[string]string{}},
		{"submissions at constant intervals are still submissions", []pageCase{{object: "/save", action: "submit", done: 9000, often: 8000, polled: 7900}}, 0, map[string]string{}},
		{"points", []pageCase{login, {object: "/app/daka", action: "submit", done: 900}, {object: "/save", action: "submit", done: 900}}, 0, map[string]string{"/app/daka": "points"}},
		{"kept alive, maintained", []pageCase{{object: "/api/keepalive", action: "other", done: 900}, {object: "/druid/sql.html", action: "view", done: 900}, {object: "/save", action: "submit", done: 900}}, 0, map[string]string{"/api/keepalive": "background", "/druid/sql.html": "background"}},
		{"words that only look alike", []pageCase{{object: "/shopping/list", action: "view", done: 900}, {object: "/monitor/family", action: "view", done: 900}, {object: "/appoint/save", action: "submit", done: 900}, {object: "/mainroad/show", action: "view", done: 900}}, 0, map[string]string{}},
	} {
		var pages []queries.Page
		habits := queries.Habits{First: map[uint64]uint64{}, Often: map[uint64]uint64{}, Polled: map[uint64]uint64{}, Days: 100, Nights: c.nights}
		for i, p := range c.pages {
			hash := uint64(i + 1)
			pages = append(pages, queries.Page{System: "s", Object: p.object, Hash: hash, Action: p.action, Done: p.done, Recent: p.done})
			habits.First[hash], habits.Often[hash], habits.Polled[hash] = p.first, p.often, p.polled
			if p.action == "login" {
				habits.Entered = p.done
			}
		}
		got := map[string]string{}
		for _, n := range takePages(pages, map[string]queries.Visits{"s": {Habits: habits}}, policy.Usage, policy.Of("idle-system"))["s"].notes {
			got[n.Object] = n.As
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
		for object, as := range c.want {
			if got[object] != as {
				t.Errorf("%s: %s is taken for %q, not %q", c.name, object, got[object], as)
			}
		}
	}
}

// A first page that is the only one is work where people come back to it every few days, not where all are made to look in at once.
func TestTheOnlyPageIsReadByThoseWhoComeBack(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	pages := []queries.Page{{System: "s", Object: "/index", Hash: 1, Action: "view", Done: 900}, {System: "s", Object: "/login", Hash: 2, Action: "login", Done: 900}}
	for _, c := range []struct {
		visits queries.Visits
		want   string
	}{
		{queries.Visits{Count: 900, People: 10, Hours: []uint64{200, 200, 200, 300}}, "work"},
		{queries.Visits{Count: 900, People: 10, Hours: []uint64{0, 800, 100}}, "landing"},
		{queries.Visits{Count: 90, People: 60, Hours: []uint64{30, 30, 30}}, "landing"},
	} {
		notes := takePages(pages, map[string]queries.Visits{"s": c.visits}, policy.Usage, policy.Of("idle-system"))["s"].notes
		if len(notes) != 1 || notes[0].As != c.want {
			t.Errorf("%+v: %+v, not %s", c.visits, notes, c.want)
		}
	}
}

func TestLocalRulesComeFirst(t *testing.T) {
	path := filepath.Join(t.TempDir(), "policy.yaml")
	text := "version: local-1\nusage:\n  rules:\n    - {as: background, path: ^/notice/count}\n  systems:\n    study:\n      - {as: work, path: /points/quiz}\n      - {as: work, actions: [other]}\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	policy, err := LoadPolicy(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		page queries.Page
		want uint8
	}{
		{queries.Page{System: "study", Object: "/points/quiz", Action: "submit"}, queries.RoleWork},
		{queries.Page{System: "study", Object: "/points/rank", Action: "view"}, queries.RolePoints},
		{queries.Page{System: "study", Object: "/dial", Action: "other"}, queries.RoleWork},
		{queries.Page{System: "other", Object: "/points/quiz", Action: "submit"}, queries.RolePoints},
		{queries.Page{System: "other", Object: "/notice/count", Action: "view"}, queries.RoleBackground},
		{queries.Page{System: "other", Object: "/index", Action: "view", Formed: true}, 0},
		{queries.Page{System: "other", Object: "/index", Action: "login"}, 0},
		{queries.Page{System: "other", Object: "/forms/rs-jf-m/save", Action: "view"}, 0},
		{queries.Page{System: "other", Object: "/app/jf/mine", Action: "view"}, queries.RolePoints},
		{queries.Page{System: "other", Object: "/forms/points-2026/save", Action: "submit", Formed: true}, 0},
	} {
		if got := policy.Usage.role(c.page); got != c.want {
			t.Errorf("%+v: %d, not %d", c.page, got, c.want)
		}
	}
}

func TestFaultsInUsageRulesAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"word":       {"version: a\nusage:\n  rules:\n    - {as: nothing, path: /a}\n", ":4: usage.rules[0].as: \"nothing\""},
		"expression": {"version: a\nusage:\n  rules:\n    - as: work\n      path: '(a'\n", ":5: usage.rules[0].path: this is no regular expression"},
		"everything": {"version: a\nusage:\n  systems:\n    zst:\n      - {as: work}\n", ":5: usage.systems.zst[0].path: the rule fits every page"},
		"action":     {"version: a\nusage:\n  systems:\n    zst:\n      - {as: work, actions: [watch]}\n", ":5: usage.systems.zst[0].actions: there is no action \"watch\""},
		"key":        {"version: a\nusage:\n  rules:\n    - {as: work, paht: /a}\n", "paht"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "policy.yaml")
			if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := LoadPolicy(path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "policy.yaml") {
				t.Errorf("got %v, want the file and %q", err, c.want)
			}
		})
	}
}
