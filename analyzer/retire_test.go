package analyzer

import (
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// retireWorld is two systems in use, a and b, and one that is judged, s, with a form of four fields.
type retireWorld struct {
	judged judgedUse
	other  queries.System // b
	idle   bool           // b is unused itself
	shared []string       // fields of s that b asks too
	law    string         // that keeps the form of s to its purpose
	basis  string
	sent   int // days ago that s's form came in last
	taken  bool
}

func (w retireWorld) suggester(t *testing.T) *suggester {
	t.Helper()
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	registry, err := queries.OpenRegistry(t.Context(), querytest.New(t))
	if err != nil {
		t.Fatal(err)
	}
	in := Input{Policy: policy, Registry: registry, Window: Window{From: asOf.AddDate(-1, 0, 1), To: asOf, AsOf: asOf}}
	limits := policy.Of("idle-system")
	form := queries.Form{ID: "fs", System: "s", Cycle: "month", Basis: w.basis}
	for _, id := range []string{"one", "two", "three", "four"} {
		form.Fields = append(form.Fields, queries.Field{Form: "fs", ID: id})
	}
	s := &suggester{
		in: in, limits: policy.Of("retirement"), days: workdaysOf(in), to: queries.DayNumber(asOf), uses: map[string]judgedUse{},
		forms:  map[string][]queries.Form{"s": {form}, "b": {{ID: "fb", System: "b", Cycle: "month"}}},
		system: map[string]string{"fs": "s", "fb": "b"}, asked: map[string][]queries.FieldHours{}, takers: map[string][]queries.Taker{},
		feeds: map[string][]feed{}, covers: map[string]map[string]*takeover{}, borders: map[string]string{}, planned: map[string]queries.Hours{},
		legal:  []string{"法》"},
		held:   map[string]queries.HeldForm{"fs": {Form: "fs", Submissions: 120, Units: 10, From: asOf.AddDate(-1, 0, 0), To: asOf, Sent: asOf.AddDate(0, 0, -w.sent)}},
		saving: savings{tariff: 40, year: map[string]queries.Hours{"fs": {Mid: 100, Low: 80, High: 130}}},
	}
	for _, id := range []string{"one", "two", "three", "four"} {
		s.asked["fs"] = append(s.asked["fs"], queries.FieldHours{Form: "fs", Field: id, Kind: "payload", Hours: queries.Hours{Mid: 20, Low: 15, High: 28}})
	}
	s.asked["fs"] = append(s.asked["fs"], queries.FieldHours{Form: "fs", Kind: "base", Hours: queries.Hours{Mid: 20, Low: 20, High: 20}})
	if w.law != "" {
		s.borders["fs"] = w.law
	}
	for _, id := range w.shared {
		s.note("s", "b", "fs", id, "fb")
	}
	if w.taken {
		s.takers["s"] = []queries.Taker{{System: "s", Kind: "machine", ID: "java", Events: 9, Last: asOf}}
	}
	b := judgedUse{systemUse: usePlan{system: w.other, actions: evenly(5), from: 400}.build(limits)}
	if w.idle {
		b.verdict.verdict = "unused"
	}
	s.uses["s"], s.uses["b"] = w.judged, b
	return s
}

func TestSuggestionFollowsTheVerdict(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	limits := policy.Of("idle-system")
	county := queries.System{ID: "b", Level: "county", UsageCovered: true}
	system := queries.System{ID: "s", Level: "county", AnnualCost: 1000, UsageCovered: true, Owner: "o"}
	judged := func(verdict string, change func(*judgedUse)) judgedUse {
		u := judgedUse{systemUse: usePlan{system: system, actions: evenly(3), from: 400}.build(limits)}
		u.verdict.verdict = verdict
		if change != nil {
			change(&u)
		}
		return u
	}
	declared := func(u *judgedUse) { u.system.Successor = "b" }
	all, three := []string{"one", "two", "three", "four"}, []string{"one", "two", "three"}
	for name, c := range map[string]struct {
		world  retireWorld
		action string
		hours  float64
		yuan   float64
		say    string // a reason that must be told
	}{
		"unused":                      {retireWorld{judged: judged("unused", nil), other: county}, "retire", 100, 5000, "unused"},
		"unused, held elsewhere":      {retireWorld{judged: judged("unused", nil), other: county, shared: three}, "merge", 60, 3400, "successor"},
		"unused, little held":         {retireWorld{judged: judged("unused", nil), other: county, shared: all[:1]}, "retire", 100, 5000, "unused"},
		"unused, declared":            {retireWorld{judged: judged("unused", declared), other: county}, "merge", 0, 1000, "declared"},
		"successor unused itself":     {retireWorld{judged: judged("unused", declared), other: county, shared: all, idle: true}, "retire", 100, 5000, "successor_idle"},
		"successor of a lower level":  {retireWorld{judged: judged("unused", nil), other: queries.System{ID: "b", Level: "town", UsageCovered: true}, shared: all}, "retire", 100, 5000, "successor_below"},
		"kept to its purpose":         {retireWorld{judged: judged("unused", nil), other: county, shared: all, law: "统计法"}, "retire", 100, 5000, "border"},
		"superseded":                  {retireWorld{judged: judged("superseded", func(u *judgedUse) { u.moved = movedUse{holds: true, to: "b", people: 7, of: 9} }), other: county, shared: all}, "merge", 100, 5000, "moved"},
		"nobody reads":                {retireWorld{judged: judged("write-only", nil), other: county, basis: "工作规范"}, "retire", 100, 5000, "write_only"},
		"nobody reads, law asks":      {retireWorld{judged: judged("write-only", nil), other: county, basis: "《统计法》"}, "simplify", 0, 0, "legal_basis"},
		"forced":                      {retireWorld{judged: judged("", func(u *judgedUse) { u.forced.holds, u.forced.empty = true, 0.9 }), other: county}, "simplify", 0, 0, "forced"},
		"forced, nothing left":        {retireWorld{judged: judged("", func(u *judgedUse) { u.forced.holds, u.forced.empty = true, 0.97 }), other: county, sent: 300}, "retire", 100, 5000, "nothing_left"},
		"forced, a machine fetches":   {retireWorld{judged: judged("", func(u *judgedUse) { u.forced.holds, u.forced.empty = true, 0.97 }), other: county, sent: 300, taken: true}, "simplify", 0, 0, "forced"},
		"declining, held elsewhere":   {retireWorld{judged: judged("declining", nil), other: county, shared: three}, "merge", 60, 3400, "declining"},
		"underused":                   {retireWorld{judged: judged("underused", nil), other: county, shared: all[:1]}, "simplify", 0, 0, "underused"},
		"in use":                      {retireWorld{judged: judged("", nil), other: county, shared: three}, "keep", 0, 0, "used"},
		"in use, all asked elsewhere": {retireWorld{judged: judged("", nil), other: county, shared: all}, "merge", 100, 5000, "replaceable"},
		"new":                         {retireWorld{judged: judged("", func(u *judgedUse) { u.verdict.reason.Key = "retire.because.new" }), other: county, shared: all}, "keep", 0, 0, "new"},
	} {
		t.Run(name, func(t *testing.T) {
			x := c.world.suggester(t).suggest(c.world.judged)
			if x.Action != c.action || x.Hours.Mid != c.hours || x.Yuan.Mid != c.yuan {
				t.Errorf("%s into %q, %v hours, %v yuan, because %v", x.Action, x.Into, x.Hours, x.Yuan, x.Because)
			}
			if !slices.ContainsFunc(x.Because, func(m queries.Message) bool { return m.Key == "retire.because."+c.say }) {
				t.Errorf("%s is not told: %v", c.say, x.Because)
			}
			if (x.Action == queries.SuggestKeep) != (len(x.Steps) == 0) || (x.Action == queries.SuggestMerge) != (x.Into == "b") {
				t.Errorf("%s into %q with %d steps", x.Action, x.Into, len(x.Steps))
			}
		})
	}
	w := retireWorld{judged: judged("unused", nil), other: county, shared: three}
	w.judged.system.Waiver = queries.Waiver{Rule: "idle-system", Basis: "emergency", Until: asOf.AddDate(1, 0, 0)}
	s := w.suggester(t)
	s.in.Registry.DeclareSystem(w.judged.system)
	if x := s.suggest(w.judged); x.Action != queries.SuggestKeep || x.Because[0].Key != "retire.because.waived" {
		t.Errorf("a waived system: %s %v", x.Action, x.Because)
	}
	if m := w.suggester(t).suggest(w.judged).Move; len(m) != 1 || m[0].Fields != 4 || m[0].Covered != 3 || m[0].Submissions != 120 {
		t.Errorf("to move: %+v", m)
	}
}

func TestPlanKeepsToWorkdaysAndOutOfSeason(t *testing.T) {
	policy, err := DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	u := judgedUse{systemUse: usePlan{system: queries.System{ID: "s", Season: []string{"07-01", "10-31"}, UsageCovered: true}, actions: none, from: 400}.build(policy.Of("idle-system"))}
	u.verdict.verdict = "unused"
	w := retireWorld{judged: u, other: queries.System{ID: "b"}}
	s := w.suggester(t)
	x := s.suggest(u)
	var names []string
	for i, step := range x.Steps {
		names = append(names, step.Step)
		if !s.days.works(queries.DayNumber(step.Day)) {
			t.Errorf("%s on %s, no workday", step.Step, step.Day.Format(time.DateOnly))
		}
		if season, _ := seasonOf(u.system); step.Step != "answer" && season.has(queries.DayNumber(step.Day)) {
			t.Errorf("%s on %s, in season", step.Step, step.Day.Format(time.DateOnly))
		}
		if i > 0 && !step.Day.After(x.Steps[i-1].Day) {
			t.Errorf("%s does not come after %s", step.Step, x.Steps[i-1].Step)
		}
	}
	if want := []string{"answer", "announce", "freeze", "read_only", "archive", "off", "check"}; !slices.Equal(names, want) {
		t.Error(names)
	}
	off, check := x.Steps[5].Day, x.Steps[6].Day
	if days := check.Sub(off).Hours() / 24; days < 90 {
		t.Errorf("checked %.0f days after the end", days)
	}
	if got := x.Steps[5].Needs.Params["until"]; got != off.AddDate(0, 6, 0).Format(time.DateOnly) {
		t.Error("logs are kept until", got)
	}
}
