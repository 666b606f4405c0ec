package web_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/locale"
)

var updateDigests = flag.Bool("update-digests", false, "write testdata/notices anew, to be read before it is committed")

// digestCounty is the canned county with a suggestion for a system inside and one outside.
func digestCounty(t *testing.T) *canned {
	t.Helper()
	c := county()
	var events []queries.RetirementEvent
	for _, system := range []string{insideSystem, outsideSystem} {
		events = append(events, queries.RetirementEvent{System: system, Number: 1, Recorded: now, By: queries.ByClock, Kind: queries.EventOpened, To: queries.RetirementSuggested, Effective: now})
	}
	cases, err := queries.FoldRetirements(events)
	if err != nil {
		t.Fatal(err)
	}
	c.cases = cases
	return c
}

// TestDigests compares what every role is told of the canned county, in both languages, with what was read and found right.
func TestDigests(t *testing.T) {
	digests, err := web.NewDigests(options(t, digestCounty(t)))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range access.Roles {
		for _, lang := range []string{locale.Chinese, locale.English} {
			m, err := digests.Of(t.Context(), principal(role, "everything"), lang)
			if err != nil {
				t.Fatal(err)
			}
			got := m.Subject + "\n\n" + m.Plain()
			file := filepath.Join("testdata", "notices", string(role)+"."+lang+".txt")
			if *updateDigests {
				if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil || string(want) != got {
				t.Errorf("%s in %s: %v\n%s", role, lang, err, got)
			}
			if (role == access.Security || role == access.Auditor) == m.Urges() {
				t.Errorf("%s: urges %v\n%s", role, m.Urges(), got)
			}
			if strings.Contains(got, "⟦") || strings.Contains(got, "notify.") {
				t.Errorf("a text is missing: %s", got)
			}
		}
	}
}

// TestDigestsNameNobody puts a mark into every name of a unit and a person: no digest has it, whoever it is for. Owners are told of
// their systems alone.
func TestDigestsNameNobody(t *testing.T) {
	const mark = "ZZZ"
	c := digestCounty(t)
	for code, name := range c.names.Units {
		c.names.Units[code] = mark + name
	}
	c.names.Place = "青山县"
	for i := range c.matters {
		c.matters[i].AssigneeName, c.matters[i].Assignee = mark, "a"
		c.matters[i].Reason = mark
		for k := range c.matters[i].Events {
			c.matters[i].Events[k].Text = mark
		}
	}
	digests, err := web.NewDigests(options(t, c))
	if err != nil {
		t.Fatal(err)
	}
	for _, role := range access.Roles {
		for scope := range scopes {
			m, err := digests.Of(t.Context(), principal(role, scope), locale.Chinese)
			if err != nil {
				t.Fatal(err)
			}
			text := m.Subject + m.Plain()
			if strings.Contains(text, mark) {
				t.Errorf("%s (%s) is told who: %s", role, scope, text)
			}
			other := c.names.Systems[outsideSystem]
			if scope == "inside" && (role == access.Owner || role == access.Leader) && strings.Contains(text, other) {
				t.Errorf("%s is told of the system of others: %s", role, text)
			}
		}
	}
}

// faultyTrail is a trail whose newest verification found a fault.
type faultyTrail struct{ sound, faulty uint64 }

func (f faultyTrail) AuditEntries(_ context.Context, q queries.AuditQuery) (*queries.AuditPage, error) {
	seq := f.sound
	if q.Action == queries.AuditFaulty {
		seq = f.faulty
	}
	out := &queries.AuditPage{}
	if seq > 0 {
		out.Rows = []queries.AuditLink{{Seq: seq, AuditEntry: queries.AuditEntry{At: time.Now()}}}
	}
	return out, nil
}

func TestAuditorsAreToldOfAFault(t *testing.T) {
	for _, one := range []struct {
		trail faultyTrail
		want  bool
	}{{faultyTrail{}, false}, {faultyTrail{sound: 7}, false}, {faultyTrail{sound: 7, faulty: 9}, true}, {faultyTrail{sound: 12, faulty: 9}, false}} {
		o := options(t, county())
		o.Audits = one.trail
		digests, err := web.NewDigests(o)
		if err != nil {
			t.Fatal(err)
		}
		m, err := digests.Of(t.Context(), principal(access.Auditor, "everything"), locale.Chinese)
		if err != nil || m.Urges() != one.want {
			t.Errorf("%+v: %v %v", one.trail, m, err)
		}
	}
}
