package demo

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// PlanScore compares a merge plan with the truth.
type PlanScore struct {
	Lines     int      `json:"lines"`     // that drop, pre-fill or merge
	Right     int      `json:"right"`     // of them: what they drop is the same data as, or follows from, what they name
	Precision float64  `json:"precision"` // Right/Lines; 1 of an empty plan
	Promised  float64  `json:"promised"`  // hours a year
	True      float64  `json:"true"`      // hours a year that following the plan really saves
	Error     float64  `json:"error"`     // Promised/True - 1
	Covered   int      `json:"covered"`   // lines whose interval holds what they save, of Lines
	Asked     float64  `json:"asked"`     // hours on fields that are entered again, all but the most laborious of each item
	Reached   float64  `json:"reached"`   // of Asked: those on fields that the plan drops, pre-fills or merges
	Recall    float64  `json:"recall"`    // Reached/Asked; 1 where nothing is asked again
	Mappings  int      `json:"mappings"`  // code mappings that the lines give
	Exact     int      `json:"exact"`     // of Mappings
	Wrong     []string `json:"wrong"`     // lines that are not right, with the reason
	Left      []string `json:"left"`      // fields that are still entered again
}

// ScorePlan follows the plan line by line and measures what each really saves after those before it. An interval is missing
// where Low and High are both zero.
func ScorePlan(t *Truth, lines []queries.PlanLine) PlanScore {
	f := newFollower(t)
	out := PlanScore{Precision: 1, Recall: 1}
	for i := range lines {
		line := &lines[i]
		if line.Action == queries.ActionAuthority {
			continue
		}
		out.Lines++
		fault := f.fault(line)
		if fault == "" {
			out.Right++
		} else {
			out.Wrong = append(out.Wrong, fmt.Sprintf("%s %s from %s: %s", line.Action, refOf(line.Form, line.Field), refOf(line.FromForm, line.From), fault))
		}
		saved := f.follow(line)
		out.Promised += line.Hours.Mid
		out.True += saved
		// The bounds are printed to a decimal.
		if saved >= line.Hours.Low-0.05 && saved <= line.Hours.High+0.05 {
			out.Covered++
		}
		if len(line.Codes) > 0 {
			out.Mappings++
			if c := f.codes[pairKey(refOf(line.Form, line.Field), refOf(line.FromForm, line.From))]; c != nil && (c.maps(line.Codes, false) || c.maps(line.Codes, true)) {
				out.Exact++
			}
		}
	}
	if out.Lines > 0 {
		out.Precision = float64(out.Right) / float64(out.Lines)
	}
	if out.True > 0 {
		out.Error = out.Promised/out.True - 1
	} else if out.Promised > 0 {
		out.Error = math.Inf(1)
	}
	for _, c := range t.Savable {
		f.reach(&c, &out)
	}
	if out.Asked > 0 {
		out.Recall = min(out.Reached/out.Asked, 1)
	}
	return out
}

// refOf is "form.field", or the form alone.
func refOf(form, field string) string {
	if field == "" {
		return form
	}
	return form + "." + field
}

// follower remembers what lines of a plan have done.
type follower struct {
	truth   *Truth
	hours   map[string]FieldHours
	fields  map[string][]string // of each form
	same    map[string]string   // pairs of fields: how they are related
	item    map[string]int      // the cluster of a field, from 1
	follows map[string]bool     // "total <- of"
	apart   map[string]bool     // pairs of fields or forms that the law keeps apart
	merges  map[string]bool     // pairs of forms that may be merged
	codes   map[string]*Conflict
	gone    map[string]bool
	filled  map[string]bool
}

func newFollower(t *Truth) *follower {
	f := &follower{
		truth: t, hours: t.hoursOfFields(), fields: map[string][]string{}, same: map[string]string{}, item: map[string]int{}, follows: map[string]bool{},
		apart: map[string]bool{}, merges: map[string]bool{}, codes: map[string]*Conflict{}, gone: map[string]bool{}, filled: map[string]bool{},
	}
	for _, h := range t.FieldHours {
		f.fields[h.Form] = append(f.fields[h.Form], h.Form+"."+h.Field)
	}
	for _, p := range t.DuplicateFields {
		if p.Relation != "aggregate" && p.Relation != "stock" {
			f.same[pairKey(p.A, p.B)] = p.Relation
		}
	}
	for i, c := range t.Savable {
		for _, x := range c.Fields {
			f.item[x] = i + 1
		}
	}
	for _, a := range t.Aggregates {
		for _, of := range a.Of {
			f.follows[a.Total+" <- "+of] = true
		}
	}
	for _, trap := range t.Traps {
		if trap.Expect == expectLegal {
			f.apart[pairKey(trap.A, trap.B)] = true
		}
	}
	for _, p := range t.DuplicateForms {
		f.merges[pairKey(p.A, p.B)] = true
	}
	for i := range t.Conflicts {
		if c := &t.Conflicts[i]; c.Kind == conflictCodes {
			f.codes[pairKey(c.A, c.B)] = c
		}
	}
	return f
}

// fault says what is wrong with a line, before it is followed; empty where it is right.
func (f *follower) fault(line *queries.PlanLine) string {
	target, source := refOf(line.Form, line.Field), refOf(line.FromForm, line.From)
	key := pairKey(target, source)
	lawful := slices.ContainsFunc(line.Needs, legalNeed)
	switch {
	case f.apart[key] && !lawful:
		return "the law keeps them apart, and the line does not say so"
	case line.Action == queries.ActionMerge:
		if !f.merges[key] {
			return "the forms do not ask the same"
		}
		return ""
	case f.gone[source]:
		return "its source is dropped"
	}
	derived := slices.Contains(derivedRelations, line.Relation)
	switch relation, same := f.same[key]; {
	case f.follows[target+" <- "+source]:
		if !derived {
			return "it adds up and is not the same"
		}
		return ""
	case !same && (f.item[target] == 0 || f.item[target] != f.item[source]):
		return "not the same data"
	case derived:
		return "it is the same and adds up to nothing"
	case same && line.Relation != "" && line.Relation != relation:
		return "the relation is " + relation
	case f.hours[target].Payload || line.Action == queries.ActionPrefill:
		return ""
	}
	return "it identifies a person: to be filled in beforehand, not dropped"
}

// follow does what a line says and gives the hours a year that this saves.
func (f *follower) follow(line *queries.PlanLine) float64 {
	target := refOf(line.Form, line.Field)
	switch line.Action {
	case queries.ActionDrop:
		return f.drop(target)
	case queries.ActionPrefill:
		if f.gone[target] || f.filled[target] {
			return 0
		}
		f.filled[target] = true
		return f.hours[target].Hours - f.hours[target].Look
	case queries.ActionMerge:
		// The form ends: opening it, its headers and what is asked elsewhere too are saved, the rest moves on.
		saved := f.drop(line.Form + ".")
		for _, x := range f.fields[line.Form] {
			if !f.hours[x].Payload || f.elsewhere(x) {
				saved += f.drop(x)
			}
		}
		return saved
	}
	return 0
}

func (f *follower) drop(field string) float64 {
	if f.gone[field] {
		return 0
	}
	f.gone[field] = true
	if f.filled[field] {
		return f.hours[field].Look
	}
	return f.hours[field].Hours
}

// elsewhere says that another form still asks the same.
func (f *follower) elsewhere(field string) bool {
	for _, p := range f.truth.DuplicateFields {
		if p.A == field && !f.gone[p.B] || p.B == field && !f.gone[p.A] {
			return true
		}
	}
	for _, a := range f.truth.Aggregates {
		if a.Total == field && formOf(a.Of[0]) != formOf(field) && !f.gone[a.Of[0]] {
			return true
		}
	}
	return false
}

// reach counts how much of what is entered again the plan reaches: of each item one field stays, the most laborious of
// those that the plan leaves.
func (f *follower) reach(c *Cluster, out *PlanScore) {
	kept, most, reached := "", -1.0, 0.0
	for _, x := range c.Fields {
		h := f.hours[x].Hours
		if f.gone[x] || f.filled[x] {
			reached += h
		} else if h > most {
			kept, most = x, h
		}
	}
	asked := c.Hours - max(most, 0)
	if kept == "" {
		asked, reached = c.Most, c.Most
	}
	out.Asked += asked
	out.Reached += reached
	for _, x := range c.Fields {
		if !f.gone[x] && !f.filled[x] && x != kept {
			out.Left = append(out.Left, x)
		}
	}
}

// ReadPlan reads a merge plan as `jianfu merge-plan --format ndjson` prints it (docs/interchange.md): one line an object.
func ReadPlan(r io.Reader) ([]queries.PlanLine, error) {
	var out []queries.PlanLine
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text := bytes.TrimSpace(lines.Bytes())
		if len(text) == 0 {
			continue
		}
		var l struct {
			Action, Form, Field, From, Relation string
			Hours                               [2]float64 `json:"hours_per_year"`
			Needs                               any
			Codes                               map[string]string
			Factor                              float64
		}
		if err := json.Unmarshal(text, &l); err != nil {
			return nil, fmt.Errorf("unable to read line %d of the plan: %w", n, err)
		}
		p := queries.PlanLine{
			Action: l.Action, Form: l.Form, Field: l.Field, FromForm: l.From, Relation: l.Relation, Codes: l.Codes, Factor: l.Factor,
			Hours: queries.Hours{Mid: (l.Hours[0] + l.Hours[1]) / 2, Low: l.Hours[0], High: l.Hours[1]},
		}
		if l.Action != queries.ActionMerge {
			if form := formOf(l.From); form != l.From {
				p.FromForm, p.From = form, l.From[len(form)+1:]
			}
		}
		switch needs := l.Needs.(type) {
		case string:
			p.Needs = []queries.Message{{Key: needs}}
		case []any:
			for _, x := range needs {
				p.Needs = append(p.Needs, queries.Message{Key: fmt.Sprint(x)})
			}
		}
		out = append(out, p)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("unable to read the plan: %w", err)
	}
	return out, nil
}

// ReadTruth reads what was planted in a county, as `jianfu demo` writes it beside the upstream systems.
func ReadTruth(r io.Reader) (*Truth, error) {
	t := &Truth{}
	if err := json.NewDecoder(r).Decode(t); err != nil {
		return nil, fmt.Errorf("unable to read what was planted: %w", err)
	}
	if t.Version != truthVersion {
		return nil, fmt.Errorf("unable to read what was planted: version %d, not %d", t.Version, truthVersion)
	}
	return t, nil
}
