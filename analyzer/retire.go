package analyzer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// suggester knows what suggestions rest on, read once for all systems.
type suggester struct {
	in     Input
	limits map[string]float64
	days   *workdays
	to     int // day that is judged

	uses    map[string]judgedUse
	forms   map[string][]queries.Form // by system
	system  map[string]string         // of a form
	asked   map[string][]queries.FieldHours
	held    map[string]queries.HeldForm
	takers  map[string][]queries.Taker
	feeds   map[string][]feed // by the system that feeds
	covers  map[string]map[string]*takeover
	planned map[string]queries.Hours // that the merge plan saves in the forms of a system
	legal   []string                 // words of a basis that is law
	borders map[string]string        // law that keeps the data of a form to their purpose
	saving  savings
}

// suggestions proposes what should become of every system, once for all who ask.
func (m *useModel) suggestions(ctx context.Context, in Input) (map[string]queries.Suggestion, error) {
	all, err := m.of(ctx, in)
	if err != nil {
		return nil, err
	}
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.suggested == nil {
		if m.suggested, err = suggestAll(ctx, in, all); err != nil {
			return nil, err
		}
	}
	return m.suggested, nil
}

// suggestAll proposes what should become of every system, by its id. People decide.
func suggestAll(ctx context.Context, in Input, all []judgedUse) (map[string]queries.Suggestion, error) {
	s, err := newSuggester(ctx, in, all)
	if err != nil {
		return nil, err
	}
	out := make(map[string]queries.Suggestion, len(all))
	for _, u := range all {
		out[u.system.ID] = s.suggest(u)
	}
	return out, nil
}

func newSuggester(ctx context.Context, in Input, all []judgedUse) (*suggester, error) {
	s := &suggester{
		in: in, limits: in.Policy.Of("retirement"), days: workdaysOf(in), to: queries.DayNumber(in.Window.To),
		uses: map[string]judgedUse{}, forms: map[string][]queries.Form{}, system: map[string]string{}, asked: map[string][]queries.FieldHours{},
		takers: map[string][]queries.Taker{}, feeds: map[string][]feed{}, covers: map[string]map[string]*takeover{}, borders: map[string]string{}, planned: map[string]queries.Hours{},
	}
	borders, err := loadBorders()
	if err != nil {
		return nil, err
	}
	words, err := idleWords()
	if err != nil {
		return nil, err
	}
	s.legal = words["legal"]
	for _, u := range all {
		s.uses[u.system.ID] = u
	}
	for _, f := range in.Registry.Forms() {
		s.forms[f.System] = append(s.forms[f.System], f)
		s.system[f.ID] = f.System
		if law := lawOf(&f, borders); law != "" {
			s.borders[f.ID] = law
		}
	}
	asked, err := in.Store.FieldHours(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read what fields take: %w", err)
	}
	for _, f := range asked {
		s.asked[f.Form] = append(s.asked[f.Form], f)
	}
	if s.held, err = in.Store.HeldForms(ctx, in.Window.To); err != nil {
		return nil, err
	}
	if err := s.compare(ctx); err != nil {
		return nil, err
	}
	// Who relies on a system is looked for where something might become of it.
	var concerned []string
	for _, u := range all {
		if u.verdict.verdict != "" || u.forced.holds || len(s.covers[u.system.ID]) > 0 {
			concerned = append(concerned, u.system.ID)
		}
	}
	takers, err := in.Store.Takers(ctx, concerned, in.Window.From, in.Window.To, int(s.limits["max_dependants"]))
	if err != nil {
		return nil, err
	}
	for _, t := range takers {
		s.takers[t.System] = append(s.takers[t.System], t)
	}
	return s, s.loadSavings(ctx, all)
}

// suggest follows the verdict: an unused system is retired, or merged where another one holds its data; one that people left is
// merged into where they went; one that nobody reads or that people are made to open is simplified, or retired where nothing of
// worth is left. A system that is waived, or of which too little is known, is kept.
func (s *suggester) suggest(u judgedUse) queries.Suggestion {
	out := queries.Suggestion{Action: queries.SuggestKeep, People: u.reach.YearPeople, Units: u.reach.YearUnits}
	verdict := u.verdict.verdict
	if u.forced.holds {
		verdict = "forced"
	}
	for _, f := range s.forms[u.system.ID] {
		out.Units = max(out.Units, s.held[f.ID].Units)
	}
	refused := s.successors(u, &out)
	out.Dependants = s.dependants(u)
	id := map[string]any{"system": u.system.ID}
	because := func(key string, params map[string]any) {
		out.Because = append(out.Because, queries.Message{Key: "retire.because." + key, Params: params})
	}
	best, found := s.best(out.Successors)
	merge := func(least float64) bool {
		if !found || best.Share < least && !best.Declared && best.System != u.moved.to {
			return false
		}
		out.Action, out.Into = queries.SuggestMerge, best.System
		return true
	}
	detector := Meta{ID: "idle-system", Family: "unused"}
	if verdict == "forced" {
		detector.ID = "idle-forced"
	}
	if w, waived := s.in.waiverOf(u.system, detector); waived {
		because("waived", map[string]any{"system": u.system.ID, "basis": w.basis})
		return out
	}
	switch verdict {
	case "":
		if u.verdict.reason.Key != "" {
			out.Because = append(out.Because, u.verdict.reason)
			return out
		}
		if !s.wholly(u, best, found) {
			because("used", id)
			return out
		}
		out.Action, out.Into = queries.SuggestMerge, best.System
		because("replaceable", id)
	case "unused":
		because("unused", map[string]any{"system": u.system.ID, "days": u.verdict.silence, "need": u.need})
		if !merge(s.limits["merge_share"]) {
			out.Action = queries.SuggestRetire
		}
	case "superseded":
		because("superseded", map[string]any{"system": u.system.ID, "into": u.moved.to})
		if !merge(0) {
			out.Action = queries.SuggestSimplify
		}
	case "write-only":
		because("write_only", id)
		out.Action = queries.SuggestSimplify
		if based := s.withBasis(u.system.ID); len(based) > 0 {
			because("legal_basis", map[string]any{"n": len(based), "form": based[0]})
		} else if !merge(s.limits["whole_share"]) {
			out.Action = queries.SuggestRetire
		}
	case "forced":
		because("forced", id)
		out.Action = queries.SuggestSimplify
		if s.nothingLeft(u) {
			out.Action = queries.SuggestRetire
			because("nothing_left", id)
		}
	default: // declining, underused
		because(verdict, id)
		if !merge(s.limits["merge_share"]) {
			out.Action = queries.SuggestSimplify
		}
	}
	if out.Action == queries.SuggestMerge {
		because("successor", map[string]any{"into": best.System, "share": best.Share, "n": best.Forms})
		if best.Declared {
			because("declared", map[string]any{"into": best.System})
		}
		if best.System == u.moved.to && u.moved.people > 0 {
			because("moved", map[string]any{"into": best.System, "n": u.moved.people, "of": u.moved.of})
		}
	} else {
		out.Because = append(out.Because, refused...)
	}
	if h := s.planned[u.system.ID]; out.Action == queries.SuggestSimplify && verdict != "write-only" && h.Mid > 0 {
		because("plan", map[string]any{"hours": h.Mid})
	}
	if n := len(out.Dependants); n > 0 {
		because("dependants", map[string]any{"n": n})
	}
	out.Move = s.toMove(u.system.ID, out.Into)
	out.Hours, out.Yuan = s.saved(u, verdict, &out)
	out.Steps = s.plan(u, &out)
	return out
}

// suggestionWords says in a sentence what is suggested.
func suggestionWords(s queries.Suggestion) queries.Message {
	m := queries.Message{Key: "retire.suggestion." + s.Action}
	if s.Action == queries.SuggestMerge {
		m.Params = map[string]any{"into": s.Into}
	}
	return m
}

// tellSavings notes for scripts what following a suggestion saves in a year.
func tellSavings(detail map[string]any, s queries.Suggestion) {
	detail["hours_saved"], detail["yuan_saved"] = [2]float64{s.Hours.Low, s.Hours.High}, [2]float64{s.Yuan.Low, s.Yuan.High}
}

// withBasis are the forms of a system whose registered basis is law. A notice of the department that asks is none, and the list
// of approved forms says that a form may be asked, not that anybody needs it.
func (s *suggester) withBasis(system string) []string {
	var out []string
	for _, f := range s.forms[system] {
		if s.lawful(f) {
			out = append(out, f.ID)
		}
	}
	return out
}

func (s *suggester) lawful(f queries.Form) bool {
	return slices.ContainsFunc(s.legal, func(word string) bool { return strings.Contains(f.Basis, word) })
}

// nothingLeft says whether a system that people are made to open serves for nothing else: no form of it is handed in, nobody
// takes anything out of it, and hardly any visit does more than arrive.
func (s *suggester) nothingLeft(u judgedUse) bool {
	for _, f := range s.forms[u.system.ID] {
		if s.living(f) {
			return false
		}
	}
	return len(s.takers[u.system.ID]) == 0 && u.forced.empty >= s.limits["nothing_left"]
}
