package queries

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// RetirementTraffic is what was seen of a system, and of anything in its place, since a day of its retirement.
type RetirementTraffic struct {
	After       time.Time    `json:"after"`          // days after this one were looked at
	Until       time.Time    `json:"until,omitzero"` // newest day on which a source of the system's logs delivered anything; zero where it has none
	Writes      bool         `json:"writes"`         // only writes count: until a system is off it may be read
	Actions     uint64       `json:"actions"`        // of people, that succeeded
	Logins      uint64       `json:"logins"`
	Machines    uint64       `json:"machines"` // monitors, crawlers, heartbeats, accounts that maintain the system
	Days        uint64       `json:"days"`     // with what counts
	Submissions uint64       `json:"submissions"`
	Imported    uint64       `json:"imported"` // of them those that came by import or interface
	LastDay     time.Time    `json:"last_day,omitzero"`
	Substitutes []Substitute `json:"substitutes,omitempty"`
	least       uint64       // of actions or submissions that count as use again
	leastDays   uint64
}

// Substitute is a new form of the same department that asks what a form of the ended system asked.
type Substitute struct {
	Form   string    `json:"form"`
	System string    `json:"system"`
	Of     string    `json:"of"`    // the form of the ended system
	Share  float64   `json:"share"` // of what that form asked
	First  time.Time `json:"first"` // day of the first submission
}

// cause says why the case should be looked at again, empty where nothing speaks for it.
func (t RetirementTraffic) cause() string {
	switch {
	case t.Days >= max(1, t.leastDays) && max(t.Actions+t.Logins, t.Submissions) >= max(1, t.least):
		return CauseTraffic
	case len(t.Substitutes) > 0:
		return CauseSubstitute
	}
	return ""
}

// reaches says that the logs speak of the days up to a day.
func (t RetirementTraffic) reaches(day time.Time) bool { return !t.Until.Before(day) }

// reason puts what was seen into words.
func (t RetirementTraffic) reason() Message {
	day := func(d time.Time) string { return d.Format(time.DateOnly) }
	switch t.cause() {
	case CauseTraffic:
		key := "retirement.seen.traffic"
		if t.Submissions > t.Actions+t.Logins {
			key = "retirement.seen.submissions"
		}
		return Message{Key: key, Params: map[string]any{
			"actions": t.Actions, "logins": t.Logins, "days_n": t.Days, "after": day(t.After), "last": day(t.LastDay), "sent": t.Submissions, "imported": t.Imported,
		}}
	case CauseSubstitute:
		x := t.Substitutes[0]
		return Message{Key: "retirement.seen.substitute", Params: map[string]any{
			"form": x.Form, "form_of": x.Of, "share": x.Share, "first": day(x.First), "n": len(t.Substitutes),
		}}
	}
	if t.Until.IsZero() {
		return Message{Key: "retirement.seen.unseen", Params: map[string]any{"after": day(t.After)}}
	}
	return Message{Key: "retirement.seen.clean", Params: map[string]any{"after": day(t.After), "until": day(t.Until)}}
}

func (t RetirementTraffic) machines() Message {
	return Message{Key: "retirement.seen.machines", Params: map[string]any{"n": t.Machines, "after": t.After.Format(time.DateOnly)}}
}

// baseline is the day after which traffic speaks against the case as it stands: that of the switch-off, before it that of
// the freeze, or a later one on which a person found that what was seen did not matter. Zero where nothing is looked at.
func (c *RetirementCase) baseline() time.Time {
	if c.simplified() {
		return time.Time{}
	}
	var day time.Time
	switch c.State {
	case RetirementFrozen, RetirementReadOnly, RetirementArchived:
		day = c.lastDone(RetirementFrozen)
	case RetirementOff, RetirementDone:
		day = c.lastDone(RetirementOff)
	default:
		return time.Time{}
	}
	for _, e := range c.Events {
		if e.Kind == EventResumed {
			day = latest(day, e.Effective)
		}
	}
	return day
}

// retirementTraffic looks at the systems whose case has come to the freeze.
func (s *Store) retirementTraffic(ctx context.Context, cases []RetirementCase, p RetirementPolicy) (map[string]RetirementTraffic, error) {
	out := map[string]RetirementTraffic{}
	var systems, after []string
	for _, c := range cases {
		if day := c.baseline(); !day.IsZero() {
			systems, after = append(systems, c.System), append(after, day.Format(time.DateOnly))
			out[c.System] = RetirementTraffic{
				After: day, Writes: c.State != RetirementOff && c.State != RetirementDone, least: uint64(max(0, p.TrafficAfterOff)), leastDays: uint64(max(0, p.TrafficDays)),
			}
		}
	}
	if len(out) == 0 {
		return out, nil
	}
	if err := s.usedAgain(ctx, systems, after, out); err != nil {
		return nil, fmt.Errorf("unable to look at the traffic of retired systems: %w", err)
	}
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := s.sentAgain(ctx, registry, out); err != nil {
		return nil, fmt.Errorf("unable to look at the submissions of retired systems: %w", err)
	}
	if err := s.substitutes(ctx, registry, cases, p, out); err != nil {
		return nil, fmt.Errorf("unable to look for substitutes of retired systems: %w", err)
	}
	return out, nil
}

func (s *Store) usedAgain(ctx context.Context, systems, after []string, out map[string]RetirementTraffic) error {
	err := s.Each(ctx, "retirement.Use", Params{"systems": systems, "after": after}, func(scan func(...any) error) error {
		var system string
		var actions, writes, logins, machines, days, writeDays uint64
		var last, lastWrite time.Time
		if err := scan(&system, &actions, &writes, &logins, &machines, &days, &writeDays, &last, &lastWrite); err != nil {
			return err
		}
		t := out[system]
		t.Actions, t.Logins, t.Machines, t.Days, t.LastDay = actions, logins, machines, days, known(last)
		if t.Writes {
			t.Actions, t.Logins, t.Days, t.LastDay = writes, 0, writeDays, known(lastWrite)
		}
		out[system] = t
		return nil
	})
	if err != nil {
		return err
	}
	return s.Each(ctx, "retirement.Sources", Params{"systems": systems}, func(scan func(...any) error) error {
		var system string
		var newest time.Time
		if err := scan(&system, &newest); err != nil {
			return err
		}
		t := out[system]
		t.Until = known(newest)
		out[system] = t
		return nil
	})
}

func (s *Store) sentAgain(ctx context.Context, registry *Registry, out map[string]RetirementTraffic) error {
	var forms, after []string
	owner := map[string]string{}
	for _, f := range registry.Forms() {
		if t, ok := out[f.System]; ok {
			owner[f.ID] = f.System
			forms, after = append(forms, f.ID), append(after, t.After.Format(time.DateOnly))
		}
	}
	if len(forms) == 0 {
		return nil
	}
	return s.Each(ctx, "retirement.Sent", Params{"forms": forms, "after": after}, func(scan func(...any) error) error {
		var form string
		var sent, days, imported uint64
		var last time.Time
		if err := scan(&form, &sent, &days, &last, &imported); err != nil {
			return err
		}
		t := out[owner[form]]
		t.Submissions, t.Imported, t.Days, t.LastDay = t.Submissions+sent, t.Imported+imported, max(t.Days, days), latest(t.LastDay, last)
		out[owner[form]] = t
		return nil
	})
}

// substitutes looks for forms of the same department that were first sent after a system's freeze and ask what its forms
// asked: as the comparison of forms found, or by the very labels. A successor that the suggestion names is no substitute.
func (s *Store) substitutes(ctx context.Context, registry *Registry, cases []RetirementCase, p RetirementPolicy, out map[string]RetirementTraffic) error {
	systems, forms := map[string]System{}, map[string]Form{}
	for _, x := range registry.Systems() {
		systems[x.ID] = x
	}
	for _, f := range registry.Forms() {
		forms[f.ID] = f
	}
	first := map[string]time.Time{}
	err := s.Each(ctx, "retirement.FirstSent", nil, func(scan func(...any) error) error {
		var form string
		var day time.Time
		err := scan(&form, &day)
		first[form] = day
		return err
	})
	if err != nil {
		return err
	}
	overlaps, err := s.FormOverlaps(ctx)
	if err != nil {
		return err
	}
	shared := map[[2]string]float64{}
	for _, o := range overlaps {
		shared[[2]string{o.A, o.B}], shared[[2]string{o.B, o.A}] = o.Share[0], o.Share[1]
	}
	for _, c := range cases {
		t, looked := out[c.System]
		frozen, owner := latest(c.lastDone(RetirementFrozen), t.After), systems[c.System].Owner
		if !looked || owner == "" {
			continue
		}
		for _, f := range registry.Forms() {
			began := first[f.ID]
			if f.System == c.System || f.System == c.Assessment.Suggestion.Into || systems[f.System].Owner != owner || !began.After(frozen) {
				continue
			}
			best := Substitute{Form: f.ID, System: f.System, First: began}
			for _, ended := range registry.Forms() {
				if ended.System != c.System {
					continue
				}
				if share := max(shared[[2]string{ended.ID, f.ID}], labelShare(ended, f)); share > best.Share {
					best.Of, best.Share = ended.ID, share
				}
			}
			if best.Share >= p.SubstituteShare && best.Of != "" {
				t.Substitutes = append(t.Substitutes, best)
			}
		}
		slices.SortFunc(t.Substitutes, func(a, b Substitute) int {
			return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Form, b.Form))
		})
		out[c.System] = t
	}
	return nil
}

// labelShare is the share of a form's payload whose labels another form has too.
func labelShare(ended, other Form) float64 {
	labels := map[string]bool{}
	for _, f := range other.Fields {
		labels[strings.Join(strings.Fields(f.Label), "")] = true
	}
	asked, again := 0, 0
	for _, f := range ended.Fields {
		label := strings.Join(strings.Fields(f.Label), "")
		if f.Role == "key" || f.Role == "header" || label == "" {
			continue
		}
		asked++
		if labels[label] {
			again++
		}
	}
	if asked < 2 {
		return 0
	}
	return float64(again) / float64(asked)
}
