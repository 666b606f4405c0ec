package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/queries"
)

// dependants are those who rely on a system: who takes data out of it, which forms are fed by it, and which of its own forms are
// still handed in.
func (s *suggester) dependants(u judgedUse) []queries.Dependant {
	id := u.system.ID
	var out []queries.Dependant
	for _, t := range s.takers[id] {
		d := queries.Dependant{Kind: t.Kind, ID: t.ID, Events: t.Events, Last: t.Last}
		key := "exports"
		if t.Kind == "machine" {
			key = "pulls"
		}
		d.Why = queries.Message{Key: "retire.depends." + key, Params: map[string]any{"n": t.Events, "people": t.People, "last": t.Last.Format("2006-01-02")}}
		out = append(out, d)
	}
	systems := map[string]int{}
	for _, f := range s.feeds[id] {
		held := s.held[f.form]
		out = append(out, queries.Dependant{
			Kind: "form", ID: f.form, Events: held.Submissions, Last: held.Sent,
			Why: queries.Message{Key: "retire.depends." + f.how, Params: map[string]any{"form": f.from, "n": f.fields}},
		})
		other := s.system[f.form]
		at, seen := systems[other]
		if !seen {
			systems[other] = len(out)
			out = append(out, queries.Dependant{Kind: "system", ID: other, Why: queries.Message{Key: "retire.depends.system", Params: map[string]any{"n": f.fields}}})
			at = len(out) - 1
		} else {
			out[at].Why.Params["n"] = out[at].Why.Params["n"].(int) + f.fields
		}
		out[at].Events += held.Submissions
		if held.Sent.After(out[at].Last) {
			out[at].Last = held.Sent
		}
	}
	for _, f := range s.forms[id] {
		if h := s.held[f.ID]; s.living(f) {
			out = append(out, queries.Dependant{
				Kind: "form", ID: f.ID, Events: h.Submissions, Last: h.Sent,
				Why: queries.Message{Key: "retire.depends.living", Params: map[string]any{"units": h.Units, "last": h.Sent.Format("2006-01-02")}},
			})
		}
	}
	return out
}

// living says whether a form is still handed in: within max(unused_days, cycle_factor x its cycle).
func (s *suggester) living(f queries.Form) bool {
	h, known := s.held[f.ID]
	return known && h.Submissions > 0 && s.to-queries.DayNumber(h.Sent) < neededSilence(f.Cycle, s.in.Policy.Of("idle-system"))
}

// toMove lists what a system holds, and how many of its fields the successor holds already.
func (s *suggester) toMove(system, into string) []queries.DataToMove {
	var out []queries.DataToMove
	c := s.covers[system][into]
	for _, f := range s.forms[system] {
		h := s.held[f.ID]
		if h.Submissions == 0 {
			continue
		}
		m := queries.DataToMove{Form: f.ID, Submissions: h.Submissions, From: h.From, To: h.To}
		for field := range s.payload(f) {
			m.Fields++
			if c != nil && c.fields[[2]string{f.ID, field}] {
				m.Covered++
			}
		}
		out = append(out, m)
	}
	return out
}

// kept is how many records have to be archived.
func kept(all []queries.DataToMove) (records, missing uint64) {
	for _, m := range all {
		records += m.Submissions
		missing += m.Fields - m.Covered
	}
	return records, missing
}

// timesHours multiplies an amount.
func timesHours(h queries.Hours, by float64) queries.Hours {
	if math.IsNaN(by) {
		by = 0
	}
	return queries.Hours{Mid: h.Mid * by, Low: h.Low * by, High: h.High * by}
}
