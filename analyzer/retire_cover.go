package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// takeover is what one system asks of what another one asks.
type takeover struct {
	fields map[[2]string]bool // form and field of the system that is covered
	forms  map[[2]string]bool // pairs of forms
	law    string             // that keeps some of the data to their purpose, so that they do not count; empty for none
}

// feed is data of one form that follow from, or are filled in from, those of another.
type feed struct {
	from, form string // forms
	how        string // derived, prefill
	fields     int
}

// levelRank orders the levels of government from below.
var levelRank = map[string]int{"town": 1, "county": 2, "city": 3, "province": 4, "central": 5}

// compare reads what the newest comparison of forms says: which system asks what another one asks, and which forms feed others.
func (s *suggester) compare(ctx context.Context) error {
	matches, err := s.in.Store.FieldMatches(ctx, "", "")
	if err != nil {
		return fmt.Errorf("unable to read which fields match: %w", err)
	}
	lines, err := s.in.Store.PlanLines(ctx)
	if err != nil {
		return fmt.Errorf("unable to read the merge plan: %w", err)
	}
	fed := map[[3]string]int{}
	for _, m := range matches {
		a, b := s.system[m.FormA], s.system[m.FormB]
		if a == b || a == "" || b == "" {
			continue
		}
		switch m.Kind {
		case "payload", "identity":
			s.note(a, b, m.FormA, m.FieldA, m.FormB)
			s.note(b, a, m.FormB, m.FieldB, m.FormA)
		case "derived": // A follows from B: a system that holds B need not ask A
			s.note(a, b, m.FormA, m.FieldA, m.FormB)
			fed[[3]string{m.FormB, m.FormA, "derived"}]++
		}
	}
	for _, l := range lines {
		if l.Action != queries.ActionAuthority {
			s.planned[s.system[l.Form]] = s.planned[s.system[l.Form]].Plus(l.Hours)
		}
		if l.Action == queries.ActionPrefill && l.FromForm != "" && s.system[l.FromForm] != s.system[l.Form] {
			fed[[3]string{l.FromForm, l.Form, "prefill"}]++
		}
	}
	for k, n := range fed {
		from := s.system[k[0]]
		s.feeds[from] = append(s.feeds[from], feed{k[0], k[1], k[2], n})
	}
	for _, list := range s.feeds {
		slices.SortFunc(list, func(x, y feed) int {
			return cmp.Or(cmp.Compare(y.fields, x.fields), cmp.Compare(x.form, y.form), cmp.Compare(x.from, y.from), cmp.Compare(x.how, y.how))
		})
	}
	return nil
}

// note records that another system's form has a field of a system's form. Where a law keeps the data of either form to their
// purpose, and not those of the other, they do not stand for each other.
func (s *suggester) note(system, other, form, field, otherForm string) {
	if s.covers[system] == nil {
		s.covers[system] = map[string]*takeover{}
	}
	c := s.covers[system][other]
	if c == nil {
		c = &takeover{fields: map[[2]string]bool{}, forms: map[[2]string]bool{}}
		s.covers[system][other] = c
	}
	if law := s.borders[form]; law != s.borders[otherForm] {
		c.law = cmp.Or(law, s.borders[otherForm])
		return
	}
	c.fields[[2]string{form, field}] = true
	c.forms[[2]string{form, otherForm}] = true
}

// payload are the fields of a form that ask for data, with the effort they take.
func (s *suggester) payload(f queries.Form) map[string]float64 {
	out := map[string]float64{}
	if known := s.asked[f.ID]; len(known) > 0 {
		for _, x := range known {
			if x.Kind == "payload" {
				out[x.Field] = x.Hours.Mid
			}
		}
		return out
	}
	for _, x := range f.Fields {
		if (x.Role == "" || x.Role == "payload") && !slices.Contains(f.Prefilled, x.ID) {
			out[x.ID] = 0
		}
	}
	return out
}

// share is how much of what a system asks another one asks too: by the hours of a year, or by the number of fields where nobody
// fills in anything any more.
func (s *suggester) share(system, other string) float64 {
	c := s.covers[system][other]
	if c == nil {
		return 0
	}
	var hours, of, n, all float64
	for _, f := range s.forms[system] {
		for field, effort := range s.payload(f) {
			of, all = of+effort, all+1
			if c.fields[[2]string{f.ID, field}] {
				hours, n = hours+effort, n+1
			}
		}
	}
	switch {
	case of > 0:
		return hours / of
	case all > 0:
		return n / all
	}
	return 0
}

// successors lists the systems that could take over, best first, and says why others cannot.
func (s *suggester) successors(u judgedUse, out *queries.Suggestion) (refused []queries.Message) {
	ids := map[string]bool{}
	for other := range s.covers[u.system.ID] {
		ids[other] = true
	}
	for _, other := range []string{u.system.Successor, u.moved.to} {
		if other != "" && other != u.system.ID {
			ids[other] = true
		}
	}
	for other := range ids {
		x := queries.Successor{System: other, Share: s.share(u.system.ID, other), Declared: other == u.system.Successor}
		if c := s.covers[u.system.ID][other]; c != nil {
			x.Forms = uint64(len(c.forms))
		}
		relevant := x.Declared || other == u.moved.to || x.Share >= s.limits["merge_share"]
		if c := s.covers[u.system.ID][other]; c != nil && c.law != "" && x.Share < s.limits["merge_share"] {
			refused = append(refused, refusal("border", other, c.law))
		}
		if why := s.unfit(u, other, x.Declared); why != "" {
			if relevant {
				refused = append(refused, refusal(why, other, ""))
			}
			continue
		}
		if x.Share > 0 || relevant {
			out.Successors = append(out.Successors, x)
		}
	}
	slices.SortFunc(out.Successors, func(x, y queries.Successor) int {
		return cmp.Or(-compareBools(x.System == u.moved.to, y.System == u.moved.to), -compareBools(x.Declared, y.Declared),
			cmp.Compare(y.Share, x.Share), cmp.Compare(x.System, y.System))
	})
	slices.SortFunc(refused, func(x, y queries.Message) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(fmt.Sprint(x.Params["into"]), fmt.Sprint(y.Params["into"])))
	})
	return refused
}

func refusal(why, into, law string) queries.Message {
	return queries.Message{Key: "retire.because." + why, Params: map[string]any{"into": into, "law": law}}
}

func compareBools(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}

// unfit says why a system cannot take over another one: it is idle itself, nothing shows that it is used, or it belongs to a
// lower level of government than those who ask. A declared successor whose use cannot be seen is not doubted.
func (s *suggester) unfit(u judgedUse, other string, declared bool) string {
	x, known := s.uses[other]
	if !known {
		return "successor_unknown"
	}
	if x.verdict.verdict != "" || x.forced.holds {
		return "successor_idle"
	}
	last, used := x.lastUse()
	if seen := used && s.to-last < x.need || x.sent.Count > 0; !seen && (!declared || x.seen && !x.coverage.stale(s.to)) {
		return "successor_idle"
	}
	if own, its := levelRank[u.system.Level], levelRank[x.system.Level]; own > 0 && its > 0 && its < own {
		return "successor_below"
	}
	return ""
}

// best is the first successor of a sorted list.
func (s *suggester) best(all []queries.Successor) (queries.Successor, bool) {
	if len(all) == 0 {
		return queries.Successor{}, false
	}
	return all[0], true
}

// wholly says whether a system in use asks nothing that another one in use does not ask. Of two that ask the same, the one with
// fewer people goes.
func (s *suggester) wholly(u judgedUse, best queries.Successor, found bool) bool {
	if !found || best.Share < s.limits["whole_share"] || math.IsNaN(best.Share) {
		return false
	}
	fields := 0
	for _, f := range s.forms[u.system.ID] {
		fields += len(s.payload(f))
	}
	if float64(fields) < s.limits["min_fields"] {
		return false
	}
	if s.share(best.System, u.system.ID) < s.limits["whole_share"] {
		return true
	}
	other := s.uses[best.System]
	return cmp.Or(cmp.Compare(u.reach.Active, other.reach.Active), cmp.Compare(other.system.ID, u.system.ID)) < 0
}
