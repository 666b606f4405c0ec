package page

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Pair is two forms side by side.
type Pair struct {
	component.View
	Called      *queries.NameTable
	Run         queries.DuplicateRun
	Forms       [2]queries.Form
	Overlap     *queries.FormOverlap // from the first to the second; nil where they share too little to say so
	Plan        []queries.PlanLine   // what the merge plan does between the two forms
	Rows        []PairRow
	Unlike      []PairRow // same or similar names, other answers
	Differences []queries.Difference
	Verdicts    []queries.Synonym
	Finding     string // id of the finding about the two forms, empty where there is none
	Writable    bool
}

// PairRow is a line of the comparison: a field of either form and the match between them. What only one form asks stands
// alone.
type PairRow struct {
	A, B   *queries.Field
	NA, NB int // places in the forms, from 1
	Match  *queries.FieldMatch
}

// LabelOf is what a field is called, by label or else by id.
func LabelOf(f queries.Field) string {
	if strings.TrimSpace(f.Label) != "" {
		return f.Label
	}
	return f.ID
}

// RowID is the anchor of a pair of fields.
func RowID(a, b string) string { return fmt.Sprintf("p-%x-%x", a, b) }

// Align lays two forms side by side: the fields of the first in order, each with its matches, what only the second asks
// after the field that it follows there. Pairs of unlike data are given apart.
func Align(a, b queries.Form, matches []queries.FieldMatch) (rows, unlike []PairRow) {
	placeB := map[string]int{}
	for i, f := range b.Fields {
		placeB[f.ID] = i
	}
	taken := map[int]bool{}
	for i := range a.Fields {
		row := PairRow{A: &a.Fields[i], NA: i + 1}
		alone := true
		for k := range matches {
			at, known := placeB[matches[k].FieldB]
			if matches[k].FieldA != row.A.ID || !known {
				continue
			}
			found := row
			found.B, found.NB, found.Match = &b.Fields[at], at+1, &matches[k]
			if matches[k].Kind == "unlike" {
				unlike = append(unlike, found)
				continue
			}
			rows, alone = append(rows, found), false
			taken[at] = true
		}
		if alone {
			rows = append(rows, row)
		}
	}
	after := 0
	for i := range b.Fields {
		if taken[i] {
			after = slices.IndexFunc(rows, func(r PairRow) bool { return r.NB == i+1 }) + 1
			continue
		}
		rows = slices.Insert(rows, after, PairRow{B: &b.Fields[i], NB: i + 1})
		after++
	}
	return beside(rows), unlike
}

// beside puts what stands alone on the left and what stands alone on the right between two matches into the same lines.
func beside(rows []PairRow) []PairRow {
	var out []PairRow
	for i := 0; i < len(rows); {
		end := i
		var left, right []PairRow
		for ; end < len(rows) && rows[end].Match == nil; end++ {
			if rows[end].A != nil {
				left = append(left, rows[end])
			} else {
				right = append(right, rows[end])
			}
		}
		for k := range max(len(left), len(right)) {
			var r PairRow
			if k < len(left) {
				r.A, r.NA = left[k].A, left[k].NA
			}
			if k < len(right) {
				r.B, r.NB = right[k].B, right[k].NB
			}
			out = append(out, r)
		}
		if end < len(rows) {
			out = append(out, rows[end])
			end++
		}
		i = end
	}
	return out
}

// alone says why fields stand without a line: keys and heads of forms are not compared, others have no partner.
func (p Pair) alone(r PairRow) string {
	content := func(f *queries.Field) bool { return f != nil && f.Role != "key" && f.Role != "header" }
	if content(r.A) || content(r.B) {
		return p.T("pair.only_here")
	}
	return p.T("pair.not_compared")
}

func (p Pair) title() string {
	a, b := p.Forms[0].ID, p.Forms[1].ID
	switch o := p.Overlap; {
	case o == nil && p.matched() == 0:
		return p.T("pair.title_none", "form_a", a, "form_b", b)
	case o == nil:
		return p.T("pair.title_few", "form_a", a, "form_b", b, "n", p.matched())
	case o.Share[0] >= o.Share[1]:
		return p.T("pair.title", "form_a", a, "form_b", b, "n", o.Shared[0], "of", o.Payload[0], "share", o.Share[0])
	default:
		return p.T("pair.title", "form_a", b, "form_b", a, "n", o.Shared[1], "of", o.Payload[1], "share", o.Share[1])
	}
}

func (p Pair) note() string {
	if p.Overlap == nil {
		return p.T("duplicates.note", "date", p.Date(p.Run.AsOf))
	}
	if math.IsNaN(p.Overlap.Agreement) {
		return p.T("pair.note_unseen", "date", p.Date(p.Run.AsOf))
	}
	return p.T("pair.note", "rows", p.Overlap.Rows, "agreement", p.Overlap.Agreement, "date", p.Date(p.Run.AsOf))
}

func (p Pair) matched() int {
	n := 0
	for _, r := range p.Rows {
		if r.Match != nil {
			n++
		}
	}
	return n
}

// manyMatches is from how many matches on a page shows the evidence only of the field that a reader asks for.
const manyMatches = 30

func (p Pair) opened(r PairRow) bool { return p.Query.Get("open") == r.A.ID }

func (p Pair) inFull(r PairRow) bool { return p.matched() <= manyMatches || p.opened(r) }

// facts of one of the two forms.
func (p Pair) facts(i int) [][2]string {
	f := p.Forms[i]
	basis := orWord(f.Basis, p.T("word.not_declared"))
	if f.Approved {
		basis = p.T("pair.approved", "basis", basis)
	}
	out := [][2]string{
		{p.T("column.owner"), ownerOfForm(p.View, p.Called, f.ID)},
		{p.T("column.system"), orWord(p.Name("system", f.System), p.T("word.not_declared"))},
		{p.T("column.cycle"), orWord(p.Known("cycle."+f.Cycle, f.Cycle), p.T("word.not_declared"))},
		{p.T("pair.basis"), basis},
	}
	if o := p.Overlap; o != nil {
		out = append(out, [2]string{p.T("pair.in_other"), p.T("pair.shared", "n", o.Shared[i], "of", o.Payload[i], "share", o.Share[i])})
	}
	return out
}

// Relation names how two fields hang together.
func Relation(v component.View, m queries.FieldMatch) string {
	word := m.Relation
	switch {
	case m.Kind == "unlike":
		word = "unlike"
	case m.Kind == "identity" || m.Kind == "prefilled":
		word = m.Kind
	}
	return v.Known("pair.relation."+word, v.Known("relation."+word, word))
}

// relationNote says in a line what turns one side into the other, empty where nothing needs to.
func (p Pair) relationNote(m queries.FieldMatch) string {
	switch {
	case m.Factor != 0:
		return p.T("pair.factor", "factor", m.Factor)
	case len(m.Codes) > 0:
		codes := sortedCodes(m.Codes)
		return p.T("pair.codes", "list", codes[:min(4, len(codes))], "n", len(codes))
	case m.Kind == "derived" && p.Has("pair.derived."+m.Join):
		return p.T("pair.derived." + m.Join)
	case m.Kind == "identity" || m.Kind == "prefilled":
		return p.T("pair." + m.Kind)
	}
	return ""
}

func sortedCodes(codes map[string]string) []string {
	out := make([]string, 0, len(codes))
	for _, from := range slices.Sorted(maps.Keys(codes)) {
		out = append(out, from+" → "+codes[from])
	}
	return out
}

// agreed says how the real values of two fields agree.
func (p Pair) agreed(m queries.FieldMatch) string {
	switch {
	case m.Rows == 0 || m.Join == "" && m.Kind != "unlike" || math.IsNaN(m.Agreement):
		return p.T("pair.not_joined")
	default:
		return p.T("pair.agreed", "agreement", m.Agreement, "rows", m.Rows)
	}
}

// about is the small print of a field: type, unit of measure, part in the form.
func (p Pair) about(form int, f *queries.Field) string {
	var words []string
	switch {
	case f.Role != "" && p.Has("role."+f.Role):
		words = append(words, p.T("role."+f.Role))
	case slices.Contains(p.Forms[form].Prefilled, f.ID):
		words = append(words, p.T("role.prefilled"))
	}
	if f.Type != "" {
		words = append(words, p.Known("type."+f.Type, f.Type))
	}
	if f.UnitOf != "" {
		words = append(words, f.UnitOf)
	}
	if f.Measure != "" {
		words = append(words, p.Known("measure."+f.Measure, f.Measure))
	}
	return strings.Join(words, " · ")
}

// differing are the rows of real submissions in which a pair of fields disagrees.
func (p Pair) differing(m queries.FieldMatch) []queries.Difference {
	var out []queries.Difference
	for _, d := range p.Differences {
		if d.FieldA == m.FieldA && d.FieldB == m.FieldB {
			out = append(out, d)
		}
	}
	return out
}

// differences are the matched pairs of fields whose rows disagree somewhere.
func (p Pair) differences() []PairRow {
	var out []PairRow
	for _, r := range p.Rows {
		if r.Match != nil && len(p.differing(*r.Match)) > 0 {
			out = append(out, r)
		}
	}
	return out
}

// different is how many differing values all pairs have together.
func (p Pair) different() uint64 {
	var n uint64
	for _, r := range p.differences() {
		n += p.differing(*r.Match)[0].Different
	}
	return n
}

// whose says which row a difference is from.
func (p Pair) whose(d queries.Difference) string {
	if d.Subject != "" {
		return p.T("pair.subject", "hash", d.Subject, "unit", d.Unit)
	}
	return p.Name("unit", d.Unit)
}

// converted is what the first value stands for in the second form, where codes or units of measure differ.
func converted(d queries.Difference) string {
	if d.Expected == d.A {
		return ""
	}
	return d.Expected
}

// masked shows a stored value; of a pseudonym only its end.
func (p Pair) masked(value string) string {
	class, rest, found := strings.Cut(value, ":")
	if found && slices.Contains([]string{"rid", "rid-bad", "tel", "name", "key"}, class) && len(rest) > 6 {
		return p.T("pair.pseudonym", "hash", rest[len(rest)-6:])
	}
	if runes := []rune(value); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return value
}

// verdict is what a person decided about the labels of a pair, or about the two fields where the labels are the same; nil
// for nothing.
func (p Pair) verdict(r PairRow) *queries.Synonym {
	a, b := strings.TrimSpace(LabelOf(*r.A)), strings.TrimSpace(LabelOf(*r.B))
	x, y := p.Forms[0].ID+"."+r.A.ID, p.Forms[1].ID+"."+r.B.ID
	for i, v := range p.Verdicts {
		labels := v.A == a && v.B == b || v.A == b && v.B == a
		fields := v.FieldA == x && v.FieldB == y || v.FieldA == y && v.FieldB == x
		if labels && (a != b || fields) {
			return &p.Verdicts[i]
		}
	}
	return nil
}

func (p Pair) verdictWords(v *queries.Synonym) string {
	key := "pair.verdict.different"
	if v.Same {
		key = "pair.verdict.same"
	}
	return p.T(key, "by", v.By, "date", p.Moment(v.At))
}

// sameLabel says that both fields have one name: only that they are not the same data is worth saying then.
func sameLabel(r PairRow) bool {
	return strings.TrimSpace(LabelOf(*r.A)) == strings.TrimSpace(LabelOf(*r.B))
}

// saved tells what the reader just did.
func (p Pair) saved() string {
	if key := "pair.saved." + p.Query.Get("saved"); p.Has(key) {
		return p.T(key)
	}
	return ""
}

// steps is what the merge plan does between the two forms, a sentence for each kind of action: the plan looks at all forms
// at once and may decide otherwise than the pair alone would.
func (p Pair) steps() []string {
	var out []string
	for start := 0; start < len(p.Plan); {
		first, n, hours := p.Plan[start], 0, queries.Hours{}
		for ; start < len(p.Plan) && p.Plan[start].Action == first.Action && p.Plan[start].Form == first.Form; start++ {
			hours = hours.Plus(p.Plan[start].Hours)
			n++
		}
		out = append(out, p.T("pair.plan."+first.Action, "step", first.Step, "form", first.Form, "form_source", first.FromForm, "n", n, "hours", Amount(p.View, hours)))
	}
	return out
}

// saving is what the pair alone suggests.
func (p Pair) saving() string {
	o := p.Overlap
	if o == nil {
		return ""
	}
	// The overlap keeps which of the two should change, on whichever side it stands here.
	n := o.Shared[0]
	if o.A != p.Forms[0].ID {
		n = o.Shared[1]
	}
	suggestion := o.Suggestion
	if key := "pair.suggest." + suggestion; p.Has(key) {
		suggestion = p.T(key, "form", o.A, "form_source", o.B, "n", n)
	}
	return p.T("pair.saving", "suggestion", suggestion, "hours", Amount(p.View, o.Hours))
}

// probability writes the chance that two fields hold the same data without claiming certainty.
func probability(score float64) string {
	if score > 0.999 {
		return ">99.9%"
	}
	return locale.Percent(score, 1)
}

// pairWords names both fields of a pair, once where they are called the same.
func pairWords(r PairRow) string {
	if sameLabel(r) {
		return LabelOf(*r.A)
	}
	return LabelOf(*r.A) + " ↔ " + LabelOf(*r.B)
}

func codeRows(codes map[string]string) [][]string {
	out := make([][]string, 0, len(codes))
	for _, from := range slices.Sorted(maps.Keys(codes)) {
		out = append(out, []string{from, codes[from]})
	}
	return out
}
