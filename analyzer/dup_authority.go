package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// candidate is a form, or one field of it, that may be the one source of data which several forms ask. Field is -1 where the
// whole form is meant.
type candidate struct{ form, field int }

// ground is one criterion by which a source is proposed, the weightiest first: what is asked from further above, as those below
// cannot end it, the competent form (on the list of approved forms, with a legal basis), the one that comes in earliest, the most complete, the one that most units fill in, the most
// frequent.
type ground struct {
	key   string
	value func(d *dupFound, c candidate) float64 // the more the better; NaN where it is unknown
	near  func(best float64) float64             // what lies so near the best decides nothing
	alike func(d *dupFound, list []candidate) bool
}

func byMost(distance float64) func(float64) float64 { return func(float64) float64 { return distance } }

var grounds = []ground{
	{key: "law", value: func(d *dupFound, c candidate) float64 { return boolean(d.laws[c.form] == "") }, near: byMost(0)},
	{key: "level", value: func(d *dupFound, c candidate) float64 { return float64(levelOf(d.forms[c.form].system.Level)) }, near: byMost(0)},
	{key: "competence", value: func(d *dupFound, c candidate) float64 {
		return 2*boolean(d.forms[c.form].Approved) + boolean(d.forms[c.form].Basis != "")
	}, near: byMost(0)},
	{key: "timeliness", value: func(d *dupFound, c candidate) float64 {
		if f := &d.forms[c.form]; f.use.Submissions > 0 {
			return -f.use.Delay
		}
		return math.NaN()
	}, near: byMost(1), alike: (*dupFound).oneCycle},
	{key: "completeness", value: (*dupFound).completeness, near: byMost(0.02)},
	{
		key: "coverage", value: func(d *dupFound, c candidate) float64 { return float64(d.forms[c.form].use.Units) },
		near: func(best float64) float64 { return 0.05 * best },
	},
	{key: "frequency", value: func(d *dupFound, c candidate) float64 {
		if at := longer(d.forms[c.form].cycle); at > 0 {
			return -float64(at)
		}
		return math.NaN()
	}, near: byMost(0)},
}

func boolean(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// completeness is the share of submissions that answer the field, over all payload fields where the form is meant.
func (d *dupFound) completeness(c candidate) float64 {
	f := &d.forms[c.form]
	if f.use.Submissions == 0 {
		return math.NaN()
	}
	if c.field >= 0 {
		return f.fields[c.field].complete
	}
	sum, n := 0.0, 0
	for i := range f.fields {
		if f.fields[i].kind == payloadField {
			sum += f.fields[i].complete
			n++
		}
	}
	return sum / float64(max(1, n))
}

// oneCycle says that delays can be compared: they count from the start of the period.
func (d *dupFound) oneCycle(list []candidate) bool {
	return !slices.ContainsFunc(list, func(c candidate) bool { return d.forms[c.form].cycle != d.forms[list[0].form].cycle })
}

// choose proposes the source among candidates and names the ground that decided, "none" where no ground does. Each ground
// leaves those that are near the best of all that are left, so the answer does not depend on the order of the candidates.
func (d *dupFound) choose(list []candidate) (candidate, string) {
	left, decided := slices.Clone(list), "none"
	for _, g := range grounds {
		if kept := d.sift(g, left); len(kept) < len(left) {
			left, decided = kept, g.key
		}
	}
	best := slices.MinFunc(left, func(x, y candidate) int { return compareRefs(fieldRef(x), fieldRef(y)) })
	if len(left) > 1 {
		decided = "none"
	}
	return best, decided
}

func (d *dupFound) sift(g ground, list []candidate) []candidate {
	if g.alike != nil && !g.alike(d, list) {
		return list
	}
	best := math.Inf(-1)
	for _, c := range list {
		if v := g.value(d, c); !math.IsNaN(v) {
			best = math.Max(best, v)
		}
	}
	if math.IsInf(best, -1) {
		return list
	}
	var kept []candidate
	for _, c := range list {
		// What is unknown is not held against a candidate.
		if v := g.value(d, c); math.IsNaN(v) || v >= best-g.near(best) {
			kept = append(kept, c)
		}
	}
	return kept
}

// authority says which of two forms should be the source of data that both ask, and why.
func (d *dupFound) authority(a, b int) (better int, why queries.Message) {
	best, decided := d.choose([]candidate{{a, -1}, {b, -1}})
	return best.form, queries.Message{Key: "dup.authority." + decided, Params: map[string]any{"form": d.forms[best.form].ID}}
}

// source is the member that should be the item's one source, and the ground that decided.
func (d *dupFound) source(item *dataItem) (fieldRef, queries.Message) {
	best, decided := d.choose(candidates(item))
	return fieldRef(best), queries.Message{Key: "dup.authority." + decided, Params: map[string]any{"form": d.forms[best.form].ID}}
}

func candidates(item *dataItem) []candidate {
	out := make([]candidate, len(item.members))
	for i, r := range item.members {
		out[i] = candidate(r)
	}
	return out
}

// needsBasis names the law that keeps data from one form to the other, empty where none is known to.
func (d *dupFound) needsBasis(from, to int) string {
	if law := d.laws[from]; law != d.laws[to] {
		return law
	}
	return ""
}

// reasons tells every ground on which the source was proposed: the values of the source and of the best other member, and
// which ground decided.
func (d *dupFound) reasons(item *dataItem, source fieldRef) []queries.Message {
	_, why := d.source(item)
	out := []queries.Message{why}
	var others []candidate
	for _, c := range candidates(item) {
		if fieldRef(c) != source {
			others = append(others, c)
		}
	}
	second, _ := d.choose(others)
	for _, g := range grounds[1:] {
		own, other := g.value(d, candidate(source)), g.value(d, second)
		if g.key == "level" && own == other {
			continue // most forms are of one level, which is not worth a sentence
		}
		if g.alike != nil && !g.alike(d, []candidate{candidate(source), second}) {
			other = math.NaN()
		}
		out = append(out, d.reason(g, source, second, own, other))
	}
	for _, c := range others {
		if law := d.needsBasis(source.form, c.form); law != "" {
			out = append(out, d.lawReason("dup.source.law_out", source.form, c.form, law))
		} else if law := d.needsBasis(c.form, source.form); law != "" {
			out = append(out, d.lawReason("dup.source.law_in", c.form, source.form, law))
		}
	}
	return out
}

func (d *dupFound) lawReason(key string, from, to int, law string) queries.Message {
	return queries.Message{Key: key, Params: map[string]any{"form": d.forms[from].ID, "form_other": d.forms[to].ID, "law": law}}
}

func (d *dupFound) reason(g ground, source fieldRef, second candidate, own, other float64) queries.Message {
	x, y := &d.forms[source.form], &d.forms[second.form]
	params := map[string]any{"form": x.ID, "form_other": y.ID}
	switch g.key {
	case "competence":
		params["value"], params["value_other"] = competenceOf(x), competenceOf(y)
	case "level":
		params["level"], params["level_other"] = x.system.Level, y.system.Level
	case "frequency":
		params["cycle"], params["cycle_other"] = x.cycle, y.cycle
	case "timeliness":
		params["value"], params["value_other"] = -own, -other
	default:
		params["value"], params["value_other"] = own, other
	}
	if math.IsNaN(own) || math.IsNaN(other) {
		delete(params, "value")
		delete(params, "value_other")
		return queries.Message{Key: "dup.source." + g.key + "_unknown", Params: map[string]any{"form": x.ID, "form_other": y.ID}}
	}
	return queries.Message{Key: "dup.source." + g.key, Params: params}
}

func competenceOf(f *dupForm) queries.Message {
	switch {
	case f.Approved && f.Basis != "":
		return queries.Message{Key: "dup.competence.both", Params: map[string]any{"basis": f.Basis}}
	case f.Approved:
		return queries.Message{Key: "dup.competence.approved"}
	case f.Basis != "":
		return queries.Message{Key: "dup.competence.basis", Params: map[string]any{"basis": f.Basis}}
	}
	return queries.Message{Key: "dup.competence.none"}
}
