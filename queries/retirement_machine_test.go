package queries_test

import (
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// retirementModel is the process as the rules tell it, written down a second time: where a verb leads from a state, of a
// system that is to end. A verb that is not there is refused.
var retirementModel = map[string]map[string][]string{
	"suggested":       {"notify": {"notified"}, "accept": {"accepted"}, "dispute": {"disputed"}, "exempt": {"exemption_asked"}},
	"notified":        {"accept": {"accepted"}, "dispute": {"disputed"}, "exempt": {"exemption_asked"}},
	"disputed":        {"grant": {"kept"}, "refuse": {"notified", "accepted"}},
	"exemption_asked": {"grant": {"exempt"}, "refuse": {"notified", "accepted"}},
	"accepted":        {"announce": {"announced"}, "reopen": {"reopened"}},
	"announced":       {"freeze": {"frozen"}, "reopen": {"reopened"}},
	"frozen":          {"read-only": {"read_only"}, "reopen": {"reopened"}},
	"read_only":       {"archive": {"archived"}, "reopen": {"reopened"}},
	"archived":        {"off": {"off"}, "reopen": {"reopened"}},
	"off":             {"check": {"done", "reopened"}, "reopen": {"reopened"}},
	"done":            {"reopen": {"reopened"}},
	"kept":            {"reopen": {"reopened"}},
	"exempt":          {"reopen": {"reopened"}},
	"withdrawn":       {"reopen": {"reopened"}},
	"reopened":        {"notify": {"notified"}, "accept": {"accepted"}, "dispute": {"disputed"}, "exempt": {"exemption_asked"}, "grant": {"kept"}, "resume": nil},
}

// clockMoves is where the clock may lead from a state.
var clockMoves = map[string][]string{
	"": {"suggested"}, "suggested": {"withdrawn"}, "notified": {"withdrawn"}, "disputed": {"withdrawn"}, "exemption_asked": {"withdrawn"},
	"reopened": {"withdrawn"}, "withdrawn": {"suggested"}, "frozen": {"reopened"}, "read_only": {"reopened"}, "archived": {"reopened"},
	"off": {"done", "reopened"}, "done": {"reopened"}, "exempt": {"reopened"}, "kept": {"reopened"},
}

// process drives one case by random commands of people and days of the clock.
type process struct {
	t       *rapid.T
	c       queries.RetirementCase
	today   time.Time
	current queries.Assessment
	traffic queries.RetirementTraffic
	eager   bool // takes the next step of the process where there is one, so that its end is often reached
}

// add stores events as the table would, and checks what holds whatever happened.
func (p *process) add(events []queries.RetirementEvent) {
	before := p.c
	all := append(slices.Clone(before.Events), events...)
	folded, err := queries.FoldRetirements(all)
	if err != nil {
		p.t.Fatalf("%v after %s", err, before.State)
	}
	if len(folded) > 0 {
		p.c = folded[0]
	}
	state, since := before.State, before.Since
	for _, e := range events {
		if e.From != state {
			p.t.Fatalf("%s starts from %s, not %s", e.Kind, e.From, state)
		}
		if e.From != e.To {
			if e.Effective.Before(since) {
				p.t.Fatalf("%s on %s, before %s", e.Kind, e.Effective, since)
			}
			if e.From == "done" || e.From == "kept" || e.From == "withdrawn" {
				if e.Kind != queries.EventReopened && e.Kind != queries.EventOpened {
					p.t.Fatalf("a closed case was opened by %s", e.Kind)
				}
			}
			if e.By == queries.ByClock && !slices.Contains(clockMoves[e.From], e.To) {
				p.t.Fatalf("the clock led from %s to %s", e.From, e.To)
			}
			since = e.Effective
		}
		if e.Effective.After(p.today) {
			p.t.Fatalf("%s takes effect on %s, and it is %s", e.Kind, e.Effective, p.today)
		}
		state = e.To
	}
	if p.c.State != state || int(p.c.Last) != len(all) || !p.c.Closed() && p.c.State == queries.RetirementDone {
		p.t.Fatalf("folded to %s with %d events, want %s with %d", p.c.State, p.c.Last, state, len(all))
	}
}

func (p *process) tick() {
	day := queries.Day{Today: p.today, Current: p.current, Traffic: p.traffic, Looked: true, Level: "county", Policy: retirementPolicy}
	events, err := p.c.Tick(day)
	if err != nil {
		p.t.Fatal(err)
	}
	p.add(events)
	again, err := p.c.Tick(day)
	if err != nil || len(again) > 0 {
		p.t.Fatalf("a second run on %s added %+v, %v", p.today, again, err)
	}
}

func (p *process) person() {
	verb := rapid.SampledFrom(queries.RetirementVerbs()).Draw(p.t, "verb")
	if possible := p.c.Possible(); len(possible) > 0 && rapid.IntRange(0, 9).Draw(p.t, "sensible") > 1 {
		verb = rapid.SampledFrom(possible).Draw(p.t, "possible")
		if p.eager {
			verb = possible[0]
		}
	}
	cmd := queries.RetirementCommand{
		System: "s", Verb: verb, By: rapid.SampledFrom([]string{"王", "王", "王", ""}).Draw(p.t, "by"), Basis: rapid.SampledFrom([]string{"文件", "文件", "文件", ""}).Draw(p.t, "basis"),
		To: rapid.SampledFrom([]string{"", "notified", "accepted", "off"}).Draw(p.t, "to"), Note: "备注", Today: p.today, Policy: retirementPolicy,
	}
	if rapid.Bool().Draw(p.t, "dated") {
		cmd.Effective = p.today.AddDate(0, 0, rapid.IntRange(-20, 2).Draw(p.t, "effective"))
	}
	if verb == "exempt" || verb == "grant" || rapid.Bool().Draw(p.t, "limited") {
		cmd.Until = p.today.AddDate(0, 0, rapid.SampledFrom([]int{-5, 20, 90, 300, 500}).Draw(p.t, "until"))
	}
	from, before := p.c.State, p.c.Before
	events, err := p.c.Decide(cmd, p.current, &p.traffic)
	leads, known := retirementModel[from][verb]
	if verb == "resume" {
		leads = []string{before}
		known = known && slices.Contains([]string{"accepted", "announced", "frozen", "read_only", "archived", "off", "done"}, before)
	}
	if verb == "note" {
		leads, known = []string{from}, from != ""
	}
	var refused *queries.RetirementRefusal
	switch {
	case err == nil && !known:
		p.t.Fatalf("%s was taken in %q", verb, from)
	case err == nil:
		if to := events[len(events)-1].To; !slices.Contains(leads, to) {
			p.t.Fatalf("%s led from %s to %s", verb, from, to)
		}
		if cmd.By == "" {
			p.t.Fatalf("%s by nobody", verb)
		}
		p.add(events)
	case !errors.As(err, &refused):
		p.t.Fatalf("%s in %s: %v", verb, from, err)
	case known == (refused.Code == queries.RefusedState):
		p.t.Fatalf("%s in %q was refused as %s", verb, from, refused.Code)
	case slices.Contains(refused.Possible, verb) != known:
		p.t.Fatalf("%s in %q: offered %v", verb, from, refused.Possible)
	}
}

// Whatever people and the clock do, in whatever order: no step is skipped, days run forward, closed cases stay closed unless
// they are opened again, and a second run of a day adds nothing.
func TestRetirementProcessKeepsItsRules(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := &process{t: t, c: queries.RetirementCase{System: "s"}, today: day("2025-01-01"), current: retire("s", "2025-01-01"), eager: rapid.Bool().Draw(t, "eager")}
		for range rapid.IntRange(1, 60).Draw(t, "steps") {
			p.today = p.today.AddDate(0, 0, rapid.SampledFrom([]int{0, 0, 1, 3, 10, 40, 100}).Draw(t, "days"))
			what := rapid.IntRange(0, 11).Draw(t, "what")
			if p.eager && what < 3 && p.c.State != queries.RetirementOff {
				what = 5
			}
			switch what {
			case 0:
				p.current = retire("s", p.today.Format(time.DateOnly))
			case 1:
				p.current = queries.Assessment{System: "s", AsOf: p.today, Seen: rapid.SampledFrom([]string{queries.SeenUsed, queries.SeenNotCovered, queries.SeenStale}).Draw(t, "seen")}
				p.current.Suggestion.Action = queries.SuggestKeep
			case 2:
				p.traffic = queries.RetirementTraffic{After: p.today, Until: p.today.AddDate(1, 0, 0), LastDay: p.today}
				switch rapid.IntRange(0, 3).Draw(t, "traffic") {
				case 0:
					p.traffic.Actions, p.traffic.Days = 9, 3
				case 1:
					p.traffic.Machines = 100
				case 2:
					p.traffic.Substitutes = []queries.Substitute{{Form: "f", Share: 0.9}}
				}
			case 3, 4:
				p.tick()
			default:
				p.person()
			}
			if p.c.State == "" {
				p.tick()
			}
		}
	})
}

// Every state can be reached by what people and the clock can do, and no other is.
func TestEveryStateIsReached(t *testing.T) {
	type place struct{ state, before, cause string }
	reached, states := map[place]bool{}, map[string]bool{}
	queue := []queries.RetirementCase{{System: "s"}}
	for len(queue) > 0 {
		c := queue[0]
		queue = queue[1:]
		today := day("2025-01-01").AddDate(0, 0, 100*len(c.Events))
		follow := func(events []queries.RetirementEvent, err error) {
			if err != nil || len(events) == 0 {
				return
			}
			folded, err := queries.FoldRetirements(append(slices.Clone(c.Events), events...))
			if err != nil {
				t.Fatal(err)
			}
			next := folded[0]
			if at := (place{next.State, next.Before, next.Cause}); !reached[at] {
				reached[at], states[next.State] = true, true
				queue = append(queue, next)
			}
		}
		for _, verb := range c.Possible() {
			for _, to := range []string{"notified", "accepted"} {
				clean := queries.RetirementTraffic{Until: today}
				follow(c.Decide(queries.RetirementCommand{
					System: "s", Verb: verb, By: "王", Basis: "文件", Note: "备注", To: to, Until: today.AddDate(0, 0, 50), Today: today, Policy: retirementPolicy,
				}, queries.Assessment{}, &clean))
			}
		}
		for _, current := range []queries.Assessment{retire("s", today.Format(time.DateOnly)), {System: "s", AsOf: today, Seen: queries.SeenUsed}} {
			for _, traffic := range []queries.RetirementTraffic{{Until: today}, {Until: today, Actions: 9, Days: 3}, {Until: today, Substitutes: []queries.Substitute{{Form: "f"}}}} {
				follow(c.Tick(queries.Day{Today: today, Current: current, Traffic: traffic, Looked: true, Policy: retirementPolicy}))
			}
		}
	}
	want := slices.Sorted(slices.Values(queries.RetirementStates))
	if got := slices.Sorted(maps.Keys(states)); !slices.Equal(got, want) {
		t.Errorf("reached %v, of %v", got, want)
	}
}

// A suggestion goes away when the system is used, not when its logs do.
func TestRetirementIsNotWithdrawnBySilence(t *testing.T) {
	c := queries.RetirementCase{System: "s"}
	for _, step := range []struct {
		seen string
		want int
	}{{queries.SeenStale, 0}, {queries.SeenNotCovered, 0}, {queries.SeenUsed, 1}} {
		fresh := c
		opened, err := fresh.Tick(queries.Day{Today: day("2025-01-01"), Current: retire("s", "2025-01-01"), Policy: retirementPolicy})
		if err != nil {
			t.Fatal(err)
		}
		folded, err := queries.FoldRetirements(opened)
		if err != nil {
			t.Fatal(err)
		}
		later := queries.Assessment{System: "s", AsOf: day("2025-01-05"), Seen: step.seen}
		got, err := folded[0].Tick(queries.Day{Today: day("2025-01-05"), Current: later, Policy: retirementPolicy})
		if err != nil || len(got) != step.want {
			t.Errorf("%s: %+v, %v", step.seen, got, err)
		}
	}
}

// A system that is only to be simplified is announced and checked, never frozen or switched off.
func TestSimplifiedSystemIsNotSwitchedOff(t *testing.T) {
	p := &process{c: queries.RetirementCase{System: "s"}}
	said := retire("s", "2025-01-01")
	said.Suggestion.Action = queries.SuggestSimplify
	events, err := p.c.Tick(queries.Day{Today: day("2025-01-01"), Current: said, Policy: retirementPolicy})
	for _, verb := range []string{"", "accept", "announce", "freeze", "check"} {
		if verb != "" {
			events, err = p.c.Decide(queries.RetirementCommand{
				System: "s", Verb: verb, By: "王", Basis: "已取消打卡要求", Today: day("2025-02-01"), Policy: retirementPolicy,
			}, said, nil)
		}
		if verb == "freeze" {
			if err == nil {
				t.Error("a simplified system was frozen")
			}
			continue
		}
		if err != nil {
			t.Fatal(verb, err)
		}
		folded, err := queries.FoldRetirements(append(p.c.Events, events...))
		if err != nil {
			t.Fatal(err)
		}
		p.c = folded[0]
	}
	if p.c.State != queries.RetirementDone {
		t.Error(p.c.State)
	}
}
