package demo

import (
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// claim is what a finding says about two fields.
type claim struct {
	a, b     string
	relation string
	codes    map[string]string // a's to b's
	implied  bool              // by standing in one list, not told by itself
}

// sameData says that the claim is that both fields hold the same data, rather than that one follows from the other or could
// be filled in beforehand.
func (c *claim) sameData() bool { return slices.Contains(sameRelations, c.relation) }

var (
	sameRelations    = []string{"", "equal", "recode", "scale", "same"}
	derivedRelations = []string{"aggregate", "computed", "sum", "count", "last", "units", "records", "derived"}
)

// claims reads the pairs of a finding: from its detail, where each pair says how it is related, else from its subject.
func claims(f *queries.Finding) []claim {
	var out []claim
	told := map[string]bool{}
	for _, p := range pairsOf(f.Evidence.Detail["pairs"]) {
		a, _ := p["a"].(string)
		b, _ := p["b"].(string)
		relation, _ := p["relation"].(string)
		if a != "" && b != "" {
			told[pairKey(a, b)] = true
			out = append(out, claim{a: a, b: b, relation: relation, codes: codesOf(p["codes"])})
		}
	}
	var alone []string
	for _, pair := range f.Subject.Fields {
		switch {
		case pair[1] == "":
			alone = append(alone, pair[0])
		case !told[pairKey(pair[0], pair[1])]:
			told[pairKey(pair[0], pair[1])] = true
			out = append(out, claim{a: pair[0], b: pair[1]})
		}
	}
	listOnly := len(out) == 0
	for _, group := range append(groups(out), alone) {
		for i, a := range group {
			for _, b := range group[i+1:] {
				if formOf(a) != formOf(b) && !told[pairKey(a, b)] {
					told[pairKey(a, b)] = true
					out = append(out, claim{a: a, b: b, implied: !listOnly})
				}
			}
		}
	}
	return out
}

// groups are the fields that claims of the same data connect.
func groups(list []claim) [][]string {
	of := map[string]int{}
	var out [][]string
	for i := range list {
		c := &list[i]
		if !c.sameData() {
			continue
		}
		x, knownA := of[c.a]
		y, knownB := of[c.b]
		switch {
		case knownA && knownB && x != y:
			for _, field := range out[y] {
				of[field] = x
			}
			out[x], out[y] = append(out[x], out[y]...), nil
		case knownA && !knownB:
			out[x], of[c.b] = append(out[x], c.b), x
		case knownB && !knownA:
			out[y], of[c.a] = append(out[y], c.a), y
		case !knownA:
			of[c.a], of[c.b] = len(out), len(out)
			out = append(out, []string{c.a, c.b})
		}
	}
	return out
}

// pairsOf reads a list of objects, as a detector makes it or as it comes back from the store.
func pairsOf(detail any) []map[string]any {
	switch list := detail.(type) {
	case []map[string]any:
		return list
	case []any:
		var out []map[string]any
		for _, x := range list {
			if p, isObject := x.(map[string]any); isObject {
				out = append(out, p)
			}
		}
		return out
	}
	return nil
}

func codesOf(detail any) map[string]string {
	switch codes := detail.(type) {
	case map[string]string:
		return codes
	case map[string]any:
		out := map[string]string{}
		for from, to := range codes {
			if text, isText := to.(string); isText {
				out[from] = text
			}
		}
		return out
	}
	return nil
}

// fieldPairs are the pairs that must and that may be said to hold the same data.
func (t *Truth) fieldPairs() (demanded, allowed map[string]bool) {
	demanded, allowed = map[string]bool{}, map[string]bool{}
	for _, p := range t.DuplicateFields {
		switch {
		case p.Required:
			demanded[pairKey(p.A, p.B)] = true
		case p.Relation != "aggregate" && p.Relation != "stock":
			allowed[pairKey(p.A, p.B)] = true
		}
	}
	return demanded, allowed
}

// pairRow measures the pairs of fields that both detectors of duplicates say to hold the same data. A group of three needs
// only two of its pairs told.
func (t *Truth) pairRow(findings []queries.Finding) Row {
	row := Row{Detector: "field-pairs"}
	demanded, allowed := t.fieldPairs()
	told, implied := map[string]bool{}, map[string]bool{}
	for i := range findings {
		for _, c := range claims(&findings[i]) {
			if !c.sameData() {
				continue
			}
			implied[pairKey(c.a, c.b)] = true
			if !c.implied {
				told[pairKey(c.a, c.b)] = true
			}
		}
	}
	row.claims(told, demanded, allowed)
	row.caught(demanded, implied)
	return row
}

// caught counts again what was caught, from a wider set of what was said.
func (r *Row) caught(demanded, said map[string]bool) {
	r.Caught, r.Missed = 0, nil
	for _, d := range sorted(demanded) {
		if said[d] {
			r.Caught++
		} else {
			r.Missed = append(r.Missed, d)
		}
	}
}

// aggregateRow measures what is said to add up to something else, or to follow from it.
func (t *Truth) aggregateRow(findings []queries.Finding) Row {
	row := Row{Detector: "aggregates"}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range findings {
		for _, c := range claims(&findings[i]) {
			if slices.Contains(derivedRelations, c.relation) {
				said[pairKey(c.a, c.b)] = true
			}
		}
	}
	for _, a := range t.Aggregates {
		for _, of := range a.Of {
			if a.Required {
				demanded[pairKey(a.Total, of)] = true
			} else {
				allowed[pairKey(a.Total, of)] = true
			}
		}
	}
	// A part goes along with its total in other forms too, and one may follow from the other.
	for _, trap := range t.Traps {
		if trap.Expect == expectAggregate {
			allowed[pairKey(trap.A, trap.B)] = true
		}
	}
	row.claims(said, demanded, allowed)
	return row
}

// codeRow measures code mappings: each must be told and be exact. A code that fewer than codesSeen answers gave may be left
// out, but not be told wrongly.
func (t *Truth) codeRow(findings []queries.Finding) Row {
	row := Row{Detector: "code-mapping"}
	planted := map[string]*Conflict{}
	for i := range t.Conflicts {
		if c := &t.Conflicts[i]; c.Kind == conflictCodes {
			planted[pairKey(c.A, c.B)] = c
		}
	}
	exact, wrong := map[string]bool{}, map[string]bool{}
	for i := range findings {
		for _, c := range claims(&findings[i]) {
			key := pairKey(c.a, c.b)
			switch conflict := planted[key]; {
			case len(c.codes) == 0:
			case conflict != nil && conflict.exact(&c):
				exact[key] = true
			default:
				wrong[key] = true
			}
		}
	}
	maps.DeleteFunc(exact, func(key string, _ bool) bool { return wrong[key] })
	row.Found, row.Right, row.Wrong = len(exact)+len(wrong), len(exact), sorted(wrong)
	demanded := map[string]bool{}
	for key, c := range planted {
		demanded[key] = c.Required
	}
	maps.DeleteFunc(demanded, func(_ string, required bool) bool { return !required })
	row.Planted = len(demanded)
	row.caught(demanded, exact)
	return row
}

// codesSeen is the number of answers from which a code has to be in a mapping: fewer may be slips of the pen.
const codesSeen = 10

func (c *Conflict) exact(said *claim) bool { return c.maps(said.codes, said.a == c.B) }

// maps says that a mapping, from a's codes to b's or turned the other way round, is the planted one.
func (c *Conflict) maps(codes map[string]string, turned bool) bool {
	mapped := map[string]bool{}
	for from, to := range codes {
		if turned {
			from, to = to, from
		}
		if c.Codes[from] != to {
			return false
		}
		mapped[from] = true
	}
	for code := range c.Codes {
		if c.Seen[code] >= codesSeen && !mapped[code] {
			return false
		}
	}
	return true
}

// conflictRow counts findings: one is right if it names a pair of fields that are kept by different standards and, where it
// says by which kind of difference, that one.
func (t *Truth) conflictRow(findings []queries.Finding) Row {
	row := Row{Detector: "std-conflict", Found: len(findings)}
	planted := map[string][]string{}
	demanded, seen := map[string]bool{}, map[string]bool{}
	for _, c := range t.Conflicts {
		key := pairKey(c.A, c.B)
		planted[key] = append(planted[key], c.Kind)
		if c.Required {
			demanded[key] = true
		}
	}
	for i := range findings {
		kind, _ := findings[i].Evidence.Detail["kind"].(string)
		right := false
		var names []string
		for _, c := range claims(&findings[i]) {
			key := pairKey(c.a, c.b)
			names = append(names, key)
			if kinds := planted[key]; len(kinds) > 0 && (kind == "" || slices.Contains(kinds, kind)) {
				right, seen[key] = true, true
			}
		}
		if right {
			row.Right++
		} else {
			row.Wrong = append(row.Wrong, strings.TrimSpace(kind+" "+strings.Join(names, ", ")))
		}
	}
	row.Planted = len(demanded)
	row.caught(demanded, seen)
	return row
}

// entryRow measures pairs of forms in which the same was entered twice.
func (t *Truth) entryRow(findings []queries.Finding) Row {
	row := Row{Detector: "dup-entry"}
	said, demanded, allowed := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for i := range findings {
		for _, key := range formsOf(&findings[i]) {
			said[key] = true
		}
	}
	for _, e := range t.DuplicateEntries {
		if e.Required {
			demanded[pairKey(e.A, e.B)] = true
		} else {
			allowed[pairKey(e.A, e.B)] = true
		}
	}
	row.claims(said, demanded, allowed)
	return row
}

// formsOf are the pairs of forms that a finding speaks of.
func formsOf(f *queries.Finding) []string {
	forms := slices.Clone(f.Subject.Forms)
	if len(forms) < 2 {
		for _, pair := range f.Subject.Fields {
			for _, field := range pair {
				if form := formOf(field); form != "" && !slices.Contains(forms, form) {
					forms = append(forms, form)
				}
			}
		}
	}
	var out []string
	for i, a := range forms {
		for _, b := range forms[i+1:] {
			out = append(out, pairKey(a, b))
		}
	}
	return out
}

// entryTolerance is how far the hours of a second entry may be from those really spent.
const entryTolerance = 0.25

// entryHours compares what the findings say about one pair of forms with what was planted: entries and hours.
func (t *Truth) entryHours(findings []queries.Finding) Row {
	row := Row{Detector: "dup-entry-hours"}
	planted := map[string]DuplicateEntry{}
	for _, e := range t.DuplicateEntries {
		planted[pairKey(e.A, e.B)] = e
	}
	for i := range findings {
		keys := formsOf(&findings[i])
		hours, given := yearlyHours(findings[i])
		if len(keys) != 1 || !given {
			continue
		}
		want, known := planted[keys[0]]
		if !known {
			continue
		}
		row.Found++
		row.Planted++
		if math.Abs(hours-want.Hours) <= entryTolerance*want.Hours {
			row.Right++
			row.Caught++
		} else {
			row.Wrong = append(row.Wrong, compared(keys[0], hours, want.Hours))
		}
	}
	return row
}
