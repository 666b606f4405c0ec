package analyzer

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabNearDuplicate looks for submissions that are nearly another one: an earlier one of the unit's own or another unit's, with
// every figure moved a little or all multiplied by one factor, and records of one form that repeat each other.
type fabNearDuplicate struct{ panels *panelModel }

const nearDetector = "fab-near-duplicate"

// Meta implements Detector.
func (fabNearDuplicate) Meta() Meta {
	return Meta{ID: nearDetector, Family: "fabrication", Version: 1, Evidence: "copying"}
}

// nearUnit is one unit and form.
type nearUnit struct {
	form   *nearJudged
	unit   int
	hits   []nearHit // by period
	judged int
	p, q   float64
	usual  float64 // median share among its peers by kind and size
}

func (u *nearUnit) share() float64 { return float64(len(u.hits)) / math.Max(1, float64(u.judged)) }

// nearJudged is what is kept of a form after the search.
type nearJudged struct {
	*nearForm
	units  []*nearUnit
	strata []int
	events []int
	rate   float64 // of near copies among honest units
}

// Detect implements Detector.
func (d fabNearDuplicate) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(nearDetector)
	var out []queries.Finding
	var many []queries.Form
	silent := func(form queries.Form, reason queries.Message) {
		if reason.Key == "fab.reason.records" {
			many = append(many, form)
			return
		}
		out = append(out, NotAssessed(nearDetector, fabSubject(form), reason, form.ID))
	}
	normal := newNormalTable()
	var forms []*nearJudged
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reason := nearCompare(in, p, normal, limits)
		if reason.Key != "" {
			silent(p.form, reason)
			return nil
		}
		forms = append(forms, form)
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	tests := judgeNear(forms, limits)
	for _, form := range forms {
		out = append(out, form.findings(in, tests)...)
	}
	records, err := nearRecords(ctx, in, many, limits)
	if err != nil {
		return nil, err
	}
	return append(out, records...), nil
}

// nearCompare finds the near copies of one form.
func nearCompare(in Input, p *panel, normal *normalTable, limits map[string]float64) (*nearJudged, queries.Message) {
	var watched []int
	for f := range p.fields {
		if p.fields[f].flow() {
			watched = append(watched, f)
		}
	}
	if len(watched) < int(limits["min_fields"]) {
		return nil, fabReason("few_fields", map[string]any{"form": p.form.ID, "n": len(watched), "need": limits["min_fields"]})
	}
	n := newNearForm(p, watched, normal, limits)
	n.learnNull(stats.NewRand(1, "near "+p.form.ID))
	if usual := n.null[nearPrevious].inflation; usual > correlated {
		steps := n.differences()
		if steps.learnNull(stats.NewRand(1, "steps "+p.form.ID)); steps.null[nearPrevious].known() && steps.null[nearPrevious].inflation < usual {
			n = steps
		}
	}
	form := &nearJudged{nearForm: n, strata: p.strata(in)}
	hits, judged := n.search()
	form.events = n.setAsideEvents(&hits)
	byUnit := map[int32]*nearUnit{}
	for r := range p.rows {
		u := p.rows[r].unit
		if byUnit[u] == nil {
			byUnit[u] = &nearUnit{form: form, unit: int(u)}
		}
		if judged[r] && !slices.Contains(form.events, int(p.rows[r].period)) {
			byUnit[u].judged++
		}
	}
	for _, h := range hits {
		u := byUnit[p.rows[h.row].unit]
		u.hits = append(u.hits, h)
	}
	for u := range p.units {
		if x := byUnit[int32(u)]; x != nil && x.judged >= int(limits["min_judged"]) {
			slices.SortFunc(x.hits, func(a, b nearHit) int { return cmp.Compare(p.rows[a.row].period, p.rows[b.row].period) })
			form.units = append(form.units, x)
		}
	}
	if len(form.units) < int(limits["min_units"]) {
		return nil, fabReason("small_counts", map[string]any{"form": p.form.ID, "n": len(form.units), "need": limits["min_units"]})
	}
	form.learnUsual()
	return form, queries.Message{}
}

// setAsideEvents drops the hits of periods in which so many units are like another
// submission, or so many of one town like other units, that the system or the town is the likely cause.
func (n *nearForm) setAsideEvents(hits *[]nearHit) (events []int) {
	inPeriod, rows := make([]int, len(n.periods)), make([]int, len(n.periods))
	type place struct{ town, period int }
	inTown, townRows := map[place]int{}, map[place]int{}
	for r := range n.rows {
		rows[n.rows[r].period]++
		townRows[place{n.towns[n.rows[r].unit], int(n.rows[r].period)}]++
	}
	at := func(h nearHit) place { return place{n.towns[n.rows[h.row].unit], int(n.rows[h.row].period)} }
	for _, h := range *hits {
		inPeriod[n.rows[h.row].period]++
		if h.kind >= nearOther {
			inTown[at(h)]++
		}
	}
	for t, k := range inPeriod {
		if k >= 5 && float64(k) >= n.limits["period_share"]*float64(rows[t]) {
			events = append(events, t)
		}
	}
	*hits = slices.DeleteFunc(*hits, func(h nearHit) bool {
		place := at(h)
		return slices.Contains(events, place.period) || h.kind >= nearOther && inTown[place] >= 3 && 2*inTown[place] >= townRows[place]
	})
	return events
}

// learnUsual finds what is usual among the peers of every unit.
func (form *nearJudged) learnUsual() {
	byStratum := map[int][]float64{}
	for _, u := range form.units {
		byStratum[form.strata[u.unit]] = append(byStratum[form.strata[u.unit]], u.share())
	}
	for _, u := range form.units {
		u.usual = stats.Median(byStratum[form.strata[u.unit]])
	}
}

func (form *nearJudged) tallies() []tally {
	out := make([]tally, len(form.units))
	for i, u := range form.units {
		out[i] = tally{len(u.hits), u.judged}
	}
	return out
}

// judgeNear gives every unit its p, corrected over all units and forms, and returns how many there are.
func judgeNear(forms []*nearJudged, limits map[string]float64) int {
	var everyone []tally
	for _, form := range forms {
		everyone = append(everyone, form.tallies()...)
	}
	odds := mistakeOdds(everyone, 0, 0)
	var all []*nearUnit
	var p []float64
	for _, form := range forms {
		form.rate = honestRate(form.tallies(), odds, limits["least_rate"])
		for _, u := range form.units {
			u.p = 1
			if len(u.hits) > 0 {
				u.p = stats.BinomialUpperMidP(len(u.hits), u.judged, form.rate)
			}
			all, p = append(all, u), append(p, u.p)
		}
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	return len(all)
}
