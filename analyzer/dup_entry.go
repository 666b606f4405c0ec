package analyzer

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// dupEntries looks for values that were typed again: two forms were told the same of the same unit and period, or person.
type dupEntries struct{ shared *duplicates }

// Meta implements Detector.
func (dupEntries) Meta() Meta { return Meta{ID: "dup-entry", Family: "duplicate", Version: 1} }

// entryPair is two forms whose rows are laid side by side.
type entryPair struct {
	a, b   int
	fields []fieldPair
	chance []float64 // by field: share of rows that would agree by chance
	asked  queries.EntryPair
}

// entryTally is what came of an entryPair. Arrays are by field and, within, by the form that came later: a, b.
type entryTally struct {
	*entryPair
	months []queries.Entries
	whole  queries.Entries
	again  [][2]float64  // values entered again, without what agrees by chance
	hours  queries.Hours // of the window that entering them again took
	once   float64       // the part of the hours that no other pair of forms counts
	others int           // other pairs of forms that speak of some of the same entries
}

// Detect implements Detector.
func (d dupEntries) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of("dup-entry")
	found, err := d.shared.of(ctx, in)
	if err != nil {
		return nil, err
	}
	entry, err := found.entryHours(ctx, in)
	if err != nil {
		return nil, err
	}
	pairs, unseen := found.entryPairs(limits)
	var tallies []*entryTally
	for _, some := range found.entryChunks(pairs) {
		counted, err := found.tally(ctx, in, some, entry)
		if err != nil {
			return nil, fmt.Errorf("unable to count what forms were told twice: %w", err)
		}
		for _, t := range counted {
			if t.values() >= limits["min_values"] {
				tallies = append(tallies, t)
			}
		}
	}
	countOnce(tallies, entry)
	var out []queries.Finding
	for _, t := range tallies {
		out = append(out, found.entryFinding(t, in, limits))
	}
	for _, p := range unseen {
		a, b := found.forms[p[0]].Form, found.forms[p[1]].Form
		out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Forms: []string{a.ID, b.ID}, Systems: systemsOf(a, b)},
			queries.Message{Key: "dup.reason.entry_unseen", Params: map[string]any{"form_a": a.ID, "form_b": b.ID}}, min(a.ID, b.ID), max(a.ID, b.ID)))
	}
	return out, nil
}

// entryPairs gathers the fields that both forms really ask, whose rows were joined and whose answers differ enough for
// agreement to mean anything. Unseen are the pairs of forms of which labels alone speak.
func (d *dupFound) entryPairs(limits map[string]float64) (pairs []entryPair, unseen [][2]int) {
	joiner := newJoiner(d.dupData)
	for _, p := range d.formPairs() {
		if d.needsBasis(p.a, p.b) != "" || d.needsBasis(p.b, p.a) != "" {
			continue // The law has these data collected apart: entering them twice is what it asks for.
		}
		byJoin := map[joinKind][]fieldPair{}
		typed := 0
		for _, fp := range p.pairs {
			if d.at(fp.a).kind != payloadField || d.at(fp.b).kind != payloadField {
				continue
			}
			typed++
			if al := fp.match.Why.Alignment; fp.join != "" && float64(al.N)*(1-d.chance(&fp)) >= limits["min_expected"] {
				byJoin[fp.join] = append(byJoin[fp.join], fp)
			}
		}
		var best joinKind
		for _, kind := range []joinKind{joinPeriod, joinSubject, joinNewest, joinRecord} {
			if len(byJoin[kind]) > len(byJoin[best]) {
				best = kind
			}
		}
		switch {
		case typed == 0:
		case p.joined == 0:
			unseen = append(unseen, [2]int{p.a, p.b})
		case best != "":
			pairs = append(pairs, d.entryPair(p, best, byJoin[best], joiner))
		}
	}
	return pairs, unseen
}

func (d *dupFound) entryPair(p *formPair, join joinKind, fields []fieldPair, joiner *joiner) entryPair {
	a, b := &d.forms[p.a], &d.forms[p.b]
	out := entryPair{a: p.a, b: p.b, fields: fields, asked: queries.EntryPair{FormA: a.ID, FormB: b.ID, By: "period", Cycle: a.cycle}}
	if join == joinSubject || join == joinNewest {
		out.asked.By = "subject"
		if a.byPerson && b.byPerson {
			out.asked.By = "person"
			out.asked.KeyA, out.asked.KeyB = a.fields[a.identifier()].ID, b.fields[b.identifier()].ID
		}
		if join == joinNewest {
			out.asked.By = "newest_" + out.asked.By
		}
	}
	if join == joinRecord {
		out.asked.By = "record"
		w := joiner.recordWay(p.a, p.b)[0]
		out.asked.KeyA, out.asked.KeyB = a.fields[w.x.column].ID, b.fields[w.y.column].ID
	}
	for i := range fields {
		fp := &fields[i]
		f := queries.EntryField{A: d.at(fp.a).ID, B: d.at(fp.b).ID, Kind: "equal", Factor: 1}
		switch {
		case fp.relation == RelationRecode:
			f.Kind, f.Codes = "recode", fp.mapping()
		case fp.relation == RelationScale:
			f.Kind, f.Factor = "scale", fp.factor()
		case d.at(fp.a).kindOfValue() == "date":
			f.Kind = "date"
		}
		out.asked.Fields = append(out.asked.Fields, f)
		out.chance = append(out.chance, d.chance(fp))
	}
	return out
}

// mapping is the code mapping from a to b in canonical values.
func (p *fieldPair) mapping() map[string]string {
	if !p.turned {
		return p.match.Why.Codes
	}
	out := make(map[string]string, len(p.match.Why.Codes))
	for from, to := range p.match.Why.Codes {
		out[to] = from
	}
	return out
}

// chance is the share of rows that would agree if the rows of one form were shuffled; of mapped codes, after the mapping.
func (d *dupFound) chance(p *fieldPair) float64 {
	x, y := d.at(p.a).profile, d.at(p.b).profile
	if p.relation != RelationRecode || x == nil || y == nil {
		return p.match.Why.Alignment.Baseline
	}
	other := map[string]float64{}
	for _, v := range y.Top {
		other[v.Value] = float64(v.Count) / float64(max(1, y.Filled()))
	}
	sum := 0.0
	to := p.mapping()
	for _, v := range x.Top {
		sum += float64(v.Count) / float64(max(1, x.Filled())) * other[to[v.Value]]
	}
	return math.Min(sum, 1)
}

const (
	entryPairs = 64      // pairs of forms that are counted in one statement, at most
	entryRows  = 500_000 // submissions of theirs, unless one pair has more
)

// entryChunks parts the pairs so that the rows of each part fit into memory together.
func (d *dupFound) entryChunks(pairs []entryPair) [][]entryPair {
	var out [][]entryPair
	start, rows := 0, uint64(0)
	for i := range pairs {
		own := d.forms[pairs[i].a].use.Submissions + d.forms[pairs[i].b].use.Submissions
		if i > start && (i-start == entryPairs || rows+own > entryRows) {
			out = append(out, pairs[start:i])
			start, rows = i, 0
		}
		rows += own
	}
	if start < len(pairs) {
		out = append(out, pairs[start:])
	}
	return out
}

// tally counts in the store, exactly.
func (d *dupFound) tally(ctx context.Context, in Input, pairs []entryPair, entry func(fieldRef) queries.Hours) ([]*entryTally, error) {
	asked := make([]queries.EntryPair, len(pairs))
	for i := range pairs {
		asked[i] = pairs[i].asked
	}
	rows, err := in.Store.RepeatedEntries(ctx, asked, evidenceStart(in.Window.From), in.Window.From, in.Window.To)
	if err != nil {
		return nil, err
	}
	var out []*entryTally
	for k := range pairs {
		p, of := &pairs[k], rows[k]
		if len(of) == 0 {
			continue
		}
		t := &entryTally{entryPair: p, again: make([][2]float64, len(p.fields)), months: of[:len(of)-1], whole: of[len(of)-1]}
		for i := range p.fields {
			t.again[i] = p.beyondChance(t.whole, i)
			for side, r := range []fieldRef{p.fields[i].a, p.fields[i].b} {
				n, h := t.again[i][side], entry(r)
				t.hours = t.hours.Plus(queries.Hours{Mid: n * h.Mid, Low: n * h.Low, High: n * h.High})
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// entryHours gives the hours that answering a field once takes.
func (d *dupFound) entryHours(ctx context.Context, in Input) (func(fieldRef) queries.Hours, error) {
	costs, err := formCosts(ctx, in, d.dupData)
	if err != nil {
		return nil, err
	}
	model, err := newSecondsModel(ctx, in, d.dupData, in.Policy.Of("merge-plan"))
	if err != nil {
		return nil, err
	}
	years := windowMonths(in.Window) / 12
	forms := map[int][]queries.Hours{}
	return func(r fieldRef) queries.Hours {
		f := &d.forms[r.form]
		if forms[r.form] == nil {
			forms[r.form] = model.fieldHours(f, costs[r.form])
		}
		h, share := forms[r.form][r.field], years/float64(max(1, f.use.Recent))
		return queries.Hours{Mid: share * h.Mid, Low: share * h.Low, High: share * h.High}
	}, nil
}

// beyondChance is how many values of a field were entered again, a later and b later. Of n rows of which a share c agrees by
// chance, same = again + c (n - again).
func (p *entryPair) beyondChance(e queries.Entries, field int) [2]float64 {
	c := p.chance[field]
	count := func(filled, same []uint64) float64 {
		if field >= len(same) || c >= 1 {
			return 0
		}
		return math.Max(0, (float64(same[field])-c*float64(filled[field]))/(1-c))
	}
	return [2]float64{count(e.FilledA, e.SameA), count(e.FilledB, e.SameB)}
}

func (t *entryTally) values() float64 {
	sum := 0.0
	for _, n := range t.again {
		sum += n[0] + n[1]
	}
	return sum
}

// countOnce shares entries out that several pairs of forms count: what was entered a third time is a repetition of the first
// and of the second. A field's entries are those of the pair that counts most of them.
func countOnce(tallies []*entryTally, entry func(fieldRef) queries.Hours) {
	most, sum, pairs := map[fieldRef]float64{}, map[fieldRef]float64{}, map[fieldRef]int{}
	each := func(t *entryTally, do func(r fieldRef, n float64)) {
		for i := range t.fields {
			do(t.fields[i].a, t.again[i][0])
			do(t.fields[i].b, t.again[i][1])
		}
	}
	for _, t := range tallies {
		each(t, func(r fieldRef, n float64) {
			if n > 0 {
				most[r], sum[r] = math.Max(most[r], n), sum[r]+n
				pairs[r]++
			}
		})
	}
	for _, t := range tallies {
		each(t, func(r fieldRef, n float64) {
			if n > 0 {
				t.once += n * most[r] / sum[r] * entry(r).Mid
				t.others = max(t.others, pairs[r]-1)
			}
		})
	}
	slices.SortStableFunc(tallies, func(x, y *entryTally) int { return compareFloat(y.hours.Mid, x.hours.Mid) })
}
