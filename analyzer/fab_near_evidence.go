package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where too many are near copies, one about the form.
func (form *nearJudged) findings(in Input, tests int) []queries.Finding {
	limits := form.limits
	flagged := map[int]*nearUnit{}
	copying, beyond := 0, 0.0
	for _, u := range form.units {
		significant := u.q <= limits["max_q"] && float64(len(u.hits)) >= limits["min_copied"]
		if significant && u.share() >= limits["min_effect"] {
			copying++
		}
		if significant && u.share()-u.usual >= limits["min_effect"] {
			// One that the detectors of exact copies name is left to them, and is nobody's comparable peer.
			if float64(u.unseen()) >= limits["min_unseen"] {
				flagged[u.unit] = u
			}
			continue
		}
		beyond = math.Max(beyond, u.share())
	}
	var out []queries.Finding
	everywhere := above(copying, len(form.units), limits)
	if everywhere || len(form.events) > 0 {
		out = append(out, form.aboveFinding(copying, everywhere))
	}
	if everywhere {
		return out
	}
	clerks := map[uint64]int{}
	for unit := range flagged {
		clerks[form.circumstances(unit).clerk]++
	}
	done := map[int]bool{}
	for _, u := range form.units {
		if flagged[u.unit] == nil || done[u.unit] {
			continue
		}
		var pair *nearUnit
		if other, n := form.source(u); 2*n > len(u.hits) {
			switch form.copier(u, other) {
			case u.unit:
				done[other] = true // what makes the source look alike is the copy
			case other:
				continue // the other one is named, if it shows the sign often enough
			default:
				pair = &nearUnit{unit: other}
				done[other] = true
			}
		}
		out = append(out, form.finding(u, pair, in, tests, beyond, clerks))
	}
	return out
}

// unseen is how many of the hits the detectors of exact copies do not see.
func (u *nearUnit) unseen() int {
	n := 0
	for _, h := range u.hits {
		exact := float64(h.exact) >= u.form.limits["exact_share"]*float64(h.of)
		if !exact || h.kind != nearPrevious && h.kind != nearOther {
			n++
		}
	}
	return n
}

// source is the other unit that most of a unit's hits of the same period come from, -1 for none, and how many.
func (form *nearJudged) source(u *nearUnit) (unit, n int) {
	from := map[int]int{}
	for _, h := range u.hits {
		if h.kind == nearOther {
			from[int(form.rows[h.source].unit)]++
		}
	}
	unit = -1
	for v, k := range from {
		if k > n || k == n && v < unit {
			unit, n = v, k
		}
	}
	return unit, n
}

// copier tells which of two units that are like each other copied: that for whom the figures are the less usual, and that
// which handed in later; -1 where it cannot be told or the two contradict each other.
func (form *nearJudged) copier(a *nearUnit, b int) int {
	var history, time float64 // for a
	k := len(form.watched)
	for _, h := range a.hits {
		if h.kind != nearOther || int(form.rows[h.source].unit) != b {
			continue
		}
		strange := 0.0
		for i := range k {
			x, y := form.figures[h.row*k+i], form.figures[h.source*k+i]
			if x != x || y != y {
				continue
			}
			da, db := float64(x-form.centre[h.row*k+i]), float64(y-form.centre[h.source*k+i])
			strange += (da*da - db*db) / 2
		}
		history += math.Max(-historyCap, math.Min(historyCap, strange))
		switch gap := form.rows[h.row].submitted.Sub(form.rows[h.source].submitted).Seconds(); {
		case gap > sameSitting:
			time += math.Log(laterOdds / (1 - laterOdds))
		case gap < -sameSitting:
			time -= math.Log(laterOdds / (1 - laterOdds))
		}
	}
	least := form.limits["decide"]
	switch weight := decide(history, time, least); {
	case weight > 0:
		return a.unit
	case weight < 0:
		return b
	}
	return -1
}

// mainKind is where most of a unit's hits come from.
func (u *nearUnit) mainKind() nearKind {
	var n [nearKinds]int
	best := nearPrevious
	for _, h := range u.hits {
		n[h.kind]++
		if n[h.kind] > n[best] {
			best = h.kind
		}
	}
	return best
}

// plain is how close the unit's other submissions are to the one before them: the median share of figures that are near, NaN
// where there are fewer than two.
func (u *nearUnit) plain() float64 {
	hit := map[int]bool{}
	for _, h := range u.hits {
		hit[h.row] = true
	}
	var shares []float64
	for t := range u.form.periods {
		r := u.form.row(u.unit, t)
		if r < 0 || hit[r] {
			continue
		}
		if b := u.form.before(u.unit, t); b >= 0 {
			if l, _ := u.form.compare(r, b, 1, true); l.of > 0 {
				shares = append(shares, float64(l.near)/float64(l.of))
			}
		}
	}
	if len(shares) < 2 {
		return math.NaN()
	}
	return stats.Median(shares)
}

// exactShare is the usual share of the figures of a hit that equal their source to the last digit.
func (u *nearUnit) exactShare() float64 {
	shares := make([]float64, len(u.hits))
	for i, h := range u.hits {
		shares[i] = float64(h.exact) / float64(h.of)
	}
	return stats.Median(shares)
}

// finding writes one unit down, or two where nothing tells who copied.
func (form *nearJudged) finding(u, pair *nearUnit, in Input, tests int, beyond float64, clerks map[uint64]int) queries.Finding {
	limits := form.limits
	c := form.circumstances(u.unit)
	explanations, byClerk := c.explain(clerks[c.clerk])
	near := make([]float64, len(u.hits))
	for i, h := range u.hits {
		near[i] = float64(h.near) / float64(h.of)
	}
	share, plain := stats.Median(near), u.plain()
	// A unit that hardly varies at all, or that is nearly as close in all its other submissions, may be steady by nature.
	steady := form.steady[u.unit] || share-plain < limits["contrast"]
	// Another unit's figures, or the very same ones again, are no steadiness: whoever copies most of the time hardly varies.
	kind := u.mainKind()
	if kind >= nearOther || u.exactShare() >= limits["exact_share"] {
		steady = false
	}
	stepped := form.stepped(u.unit)
	open := byClerk || steady || stepped || pair != nil
	effect := u.share() - u.usual
	units, key := []string{form.panel.units[u.unit]}, "fab.near.unit"
	if pair != nil {
		units, key = append(units, form.panel.units[pair.unit]), "fab.near.undecided"
	}
	f := queries.Finding{
		ID: queries.FindingID(nearDetector, append(slices.Clone(units), form.form.ID)...), Subject: fabSubject(form.form, units...),
		Score: math.Min(1, 0.5+effect/2), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: uint64(u.judged),
		Severity: fabSeverity(u.share(), u.q, open),
	}
	first, last := form.rows[u.hits[0].row].period, form.rows[u.hits[len(u.hits)-1].row].period
	f.From, f.To = periodSpan(form.periods, int(first), int(last), in.Window)
	if byClerk {
		f.Subject.Reporters = []string{reporterName(c.clerk)}
	}
	kinds := map[string]int{}
	for _, h := range u.hits {
		kinds[h.kind.name()]++
	}
	other, _ := form.source(u)
	params := map[string]any{
		"unit": units[0], "form": form.form.ID, "n": len(u.hits), "of": u.judged, "share": share, "peers": u.usual,
		"from": form.periods[first].name, "to": form.periods[last].name, "source": queries.Message{Key: "fab.near.source." + kind.name()},
	}
	if pair != nil {
		params["unit_b"] = units[1]
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: params}, Table: u.table(), Chart: u.chart(), Look: u.look(),
		Detail: map[string]any{
			"family": "copying", "deterministic": false, "beyond_peers": u.share() > beyond, "sustained": float64(len(u.hits)) >= limits["sustained"],
			"innocent_open": open, "tests": tests, "copied": len(u.hits), "judged": u.judged, "unseen": u.unseen(), "kind": kind.name(), "kinds": kinds,
			"near_share": share, "peers_rate": form.rate, "peers_most": beyond, "watched_fields": len(form.watched),
			"scale": form.null[kind].scale, "inflation": form.null[kind].inflation, "steady": steady,
		},
	}
	if plain == plain {
		f.Evidence.Detail["near_share_otherwise"] = plain
	}
	if other >= 0 {
		f.Evidence.Detail["other_unit"] = form.panel.units[other]
	}
	steadiness := "unlikely"
	switch {
	case kind >= nearOther:
		steadiness = "excluded"
	case steady:
		steadiness = "open"
	}
	f.Explanations = append([]queries.Message{
		fabExplain("prefilled", outcomeOf(form.prefilled, "excluded"), map[string]any{"n": form.prefilled}),
		fabExplain("constant", outcomeOf(form.constant+form.derived+form.panel.rates, "excluded"), map[string]any{"n": form.constant + form.derived + form.panel.rates}),
		fabExplain("few_items", "excluded", map[string]any{"n": len(form.watched)}),
		fabExplain("resting", steadiness, nil),
		fabExplain("step", openOr(stepped, "excluded"), nil),
		fabExplain("together", "excluded", map[string]any{"spread": math.Sqrt(form.null[kind].inflation)}),
		fabExplain("event", outcomeOf(len(form.events), "excluded"), map[string]any{"n": len(form.events)}),
		fabExplain("mistake", "excluded", map[string]any{"share": form.rate}),
	}, explanations...)
	if pair != nil {
		f.Explanations = append(f.Explanations, fabExplain("untold", "open", nil))
	}
	return f
}

// sourceName is the period of the unit's own or the other unit that a hit comes from.
func (form *nearJudged) sourceName(h nearHit) string {
	period := form.periods[form.rows[h.source].period].name
	unit := form.panel.units[form.rows[h.source].unit]
	switch {
	case h.kind == nearOther:
		return unit
	case h.kind == nearRotated:
		return unit + " " + period
	}
	return period
}

func (u *nearUnit) table() *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.period", "fab.column.like", "fab.column.near", "fab.column.repeated_exactly", "fab.column.compared", "fab.column.factor"}}
	for _, h := range u.hits {
		t.Rows = append(t.Rows, []any{
			u.form.periods[u.form.rows[h.row].period].name, u.form.sourceName(h), h.near, h.exact, h.of, rounded(h.factor, 4),
		})
	}
	return t
}

// chart shows, field by field, how close the unit's figures are to the source of each period: 1 for equal.
func (u *nearUnit) chart() *queries.Chart {
	form, k := u.form, len(u.form.watched)
	c := &queries.Chart{Kind: "heat", Title: queries.Message{Key: "fab.chart.near", Params: map[string]any{"unit": form.panel.units[u.unit]}}}
	for _, h := range u.hits {
		c.X = append(c.X, form.periods[form.rows[h.row].period].name)
	}
	for i := range min(k, heatRows) {
		f := &form.fields[form.watched[i]]
		c.Rows = append(c.Rows, form.form.ID+"."+f.ID)
		cells := make([]float64, len(u.hits))
		for j, h := range u.hits {
			x, y := form.figures[h.row*k+i], form.figures[h.source*k+i]
			cells[j] = -1
			if x == x && y == y {
				v := form.value(h.source, form.watched[i]) * f.scale
				y *= float32(f.stabilised(v*h.factor) / f.stabilised(v))
				cells[j] = rounded(math.Max(0, 1-math.Abs(float64(x-y))), 2)
			}
		}
		c.Cells = append(c.Cells, cells)
	}
	return c
}

// look lists the figures that are large and closest to their source, those of the surest hits first.
func (u *nearUnit) look() []queries.Look {
	form := u.form
	hits := slices.Clone(u.hits)
	slices.SortStableFunc(hits, func(a, b nearHit) int { return cmp.Compare(a.p, b.p) })
	var out []queries.Look
	for _, h := range hits[:min(len(hits), lookItems/2)] {
		fields := slices.Clone(form.watched)
		slices.SortStableFunc(fields, func(a, b int) int { return -cmp.Compare(form.value(h.row, a), form.value(h.row, b)) })
		taken := 0
		for _, f := range fields {
			v, w := form.value(h.row, f), form.value(h.source, f)
			if math.IsNaN(v) || math.IsNaN(w) || taken == 2 {
				continue
			}
			taken++
			out = append(out, form.lookAt(h.row, f, &w, form.sourceName(h)))
		}
	}
	return out
}

// aboveFinding says that near copies are so common that the form, its target, its deadline or its system is to be questioned.
func (form *nearJudged) aboveFinding(copying int, everywhere bool) queries.Finding {
	key, effect := "fab.near.above", float64(copying)/float64(len(form.units))
	var periods []string
	for _, e := range form.events {
		periods = append(periods, form.periods[e].name)
	}
	if !everywhere {
		key, effect = "fab.near.event", float64(len(periods))/float64(len(form.periods))
	}
	return queries.Finding{
		ID: queries.FindingID(nearDetector, "above", form.form.ID), Subject: fabSubject(form.form),
		Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(len(form.units)), Severity: "medium",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: key, Params: map[string]any{
				"form": form.form.ID, "n": copying, "of": len(form.units), "share": effect, "periods": periods,
			}},
			Detail: map[string]any{
				"family": "copying", "deterministic": false, "beyond_peers": false, "sustained": everywhere, "innocent_open": true,
				"above": true, "units_flagged": copying, "units_judged": len(form.units),
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}
