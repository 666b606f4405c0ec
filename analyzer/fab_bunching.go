package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabNumberBunching looks for units whose figures repeat exactly more often than their heads and tails explain.
type fabNumberBunching struct{ panels *panelModel }

const bunchingDetector = "fab-number-bunching"

// Meta implements Detector.
func (fabNumberBunching) Meta() Meta {
	return Meta{ID: bunchingDetector, Family: "fabrication", Version: 1, Evidence: "digits"}
}

// bunchedForm is the repeats in one form.
type bunchedForm struct {
	form      queries.Form
	panel     *panel // nil for a form of records
	standards int    // values left out that several units share
	units     []*bunchedUnit
	pools     []queries.Repeats // of a form of records: fields, all units together
	spread    stats.EmpiricalNull
}

// bunchedUnit is the repeats of one unit, over the fields of a form: pairs are counted once.
type bunchedUnit struct {
	unit                     string
	n, pairs, expected, size float64 // size: the variance of pairs
	fields                   []string
	repeated                 []repeatedValue // of a panel, the most frequent first
	score, p, q              float64
}

// repeatedValue is a figure that one unit reports several times.
type repeatedValue struct {
	field   int
	value   float64
	periods []int
	usual   float64 // times expected
}

// add takes up the figures of one field.
func (u *bunchedUnit) add(field string, r queries.Repeats) {
	mean, sd := stats.ExpectedPairs(float64(r.N), r.Heads, r.Tails)
	u.n += float64(r.N)
	u.pairs += r.Pairs / 2
	u.expected += mean / 2
	u.size += sd * sd / 4
	u.fields = append(u.fields, field)
}

// excess is the pairs beyond expectation, as a share of the figures or, where equal figures are common, of the pairs expected.
func (u *bunchedUnit) excess() float64 { return (u.pairs - u.expected) / math.Max(u.n, u.expected) }

// Detect implements Detector.
func (d fabNumberBunching) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(bunchingDetector)
	var out []queries.Finding
	var forms []*bunchedForm
	var records []queries.Form
	reasons := map[string]queries.Message{}
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		forms = append(forms, bunchedPanel(p, limits))
		return ctx.Err()
	}, func(form queries.Form, reason queries.Message) {
		if reason.Key == "fab.reason.records" {
			records = append(records, form)
			return
		}
		reasons[form.ID] = reason
	})
	if err != nil {
		return nil, err
	}
	counted, err := d.bunchedRecords(ctx, in, records, limits)
	if err != nil {
		return nil, err
	}
	var all []*bunchedUnit
	judged := forms[:0:0]
	for _, form := range append(forms, counted...) {
		if reason := form.judge(limits); reason.Key != "" {
			reasons[form.form.ID] = reason
			continue
		}
		judged, all = append(judged, form), append(all, form.units...)
	}
	p := make([]float64, len(all))
	for i, u := range all {
		p[i] = u.p
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	for _, form := range judged {
		out = append(out, form.findings(in, limits, len(all))...)
	}
	for _, form := range in.Registry.Forms() {
		if reason, ok := reasons[form.ID]; ok {
			out = append(out, NotAssessed(bunchingDetector, fabSubject(form), reason, form.ID))
		}
	}
	return out, nil
}

// tailSize splits a figure, in units of its last place, into head and tail.
const tailSize = 100

// bunchedPanel counts repeats in the free flows of a panel. What repeats the period before belongs to fab-copy-forward.
func bunchedPanel(p *panel, limits map[string]float64) *bunchedForm {
	form := &bunchedForm{form: p.form, panel: p}
	units := make([]*bunchedUnit, len(p.units))
	for u, code := range p.units {
		units[u] = &bunchedUnit{unit: code}
	}
	for f := range p.fields {
		if !p.fields[f].flow() || p.rounds(f) {
			continue
		}
		figures := make([]map[uint64][]int, len(p.units))
		reporting, around := map[uint64]int{}, map[uint64]int{}
		for u := range p.units {
			figures[u] = p.figuresOf(u, f)
			for v := range figures[u] {
				reporting[v]++
				around[v/tailSize]++
			}
		}
		standard := func(v uint64) bool {
			n := float64(reporting[v])
			return n >= limits["standard_units"] && n >= 3*float64(around[v/tailSize])/tailSize+2
		}
		for v := range reporting {
			if standard(v) {
				form.standards++
			}
		}
		for u := range p.units {
			units[u].take(p, f, figures[u], standard)
		}
	}
	form.units = units
	return form
}

// figuresOf are the positive figures of a unit in units of the last place, with their periods.
func (p *panel) figuresOf(unit, field int) map[uint64][]int {
	out := map[uint64][]int{}
	before := math.NaN()
	for t := range p.periods {
		r := p.row(unit, t)
		if r < 0 || math.IsNaN(p.value(r, field)) {
			continue
		}
		x := p.value(r, field)
		repeats := x == before
		before = x
		if v := math.Round(x * p.fields[field].scale); !repeats && v > 0 && v < 1<<53 {
			out[uint64(v)] = append(out[uint64(v)], t)
		}
	}
	return out
}

// take counts the repeats of one field: large enough for heads to differ, standards left out.
func (u *bunchedUnit) take(p *panel, field int, figures map[uint64][]int, standard func(uint64) bool) {
	heads, tails := map[uint64]int{}, map[uint64]int{}
	var r queries.Repeats
	var repeated []repeatedValue
	for v, periods := range figures {
		if standard(v) {
			continue
		}
		m := len(periods)
		r.N += uint64(m)
		r.Pairs += float64(m * (m - 1))
		heads[v/tailSize] += m
		tails[v%tailSize] += m
		if v >= bunchingMedianHead*tailSize {
			r.Large += uint64(m)
		}
		if m > 1 {
			repeated = append(repeated, repeatedValue{field: field, value: float64(v) / p.fields[field].scale, periods: periods})
		}
	}
	if r.N < 4 || 2*r.Large < r.N {
		return
	}
	r.Heads, r.Tails = blockSums(heads), blockSums(tails)
	for i := range repeated {
		v := uint64(math.Round(repeated[i].value * p.fields[field].scale))
		repeated[i].usual = float64(heads[v/tailSize]) * float64(tails[v%tailSize]) / float64(r.N)
	}
	u.repeated = append(u.repeated, repeated...)
	u.add(p.fields[field].ID, r)
}

func blockSums(sizes map[uint64]int) [2]float64 {
	all := make([]int, 0, len(sizes))
	for _, m := range sizes {
		all = append(all, m)
	}
	return stats.BlockSums(all)
}

// bunchedRecords reads the repeats of forms about persons, households or payments from the store, by unit and pooled.
func (d fabNumberBunching) bunchedRecords(ctx context.Context, in Input, records []queries.Form, limits map[string]float64) ([]*bunchedForm, error) {
	if len(records) == 0 {
		return nil, nil
	}
	from, to := in.verifySpan()
	extremes, err := in.Store.Extremes(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var fields []queries.ScaledField
	sizes := map[[2]string]queries.Extreme{}
	for _, e := range extremes {
		sizes[[2]string{e.Form, e.Field}] = e
	}
	for _, f := range recordFields(in, d.panels.shapes, extremes) {
		if sizes[[2]string{f.Form, f.Field}].Percentiles[1]*f.Scale >= bunchingMedianHead*tailSize {
			fields = append(fields, f)
		}
	}
	byForm := map[string]*bunchedForm{}
	out := make([]*bunchedForm, len(records))
	for i, form := range records {
		out[i] = &bunchedForm{form: form}
		byForm[form.ID] = out[i]
	}
	for _, pooled := range []bool{false, true} {
		repeats, err := in.Store.Repeats(ctx, fields, limits["standard_units"], pooled, from, to)
		if err != nil {
			return nil, err
		}
		for _, r := range repeats {
			form := byForm[r.Form]
			if form == nil || r.N < 4 || 2*r.Large < r.N {
				continue
			}
			if pooled {
				form.pools = append(form.pools, r)
				continue
			}
			at := slices.IndexFunc(form.units, func(u *bunchedUnit) bool { return u.unit == r.Unit })
			if at < 0 {
				at = len(form.units)
				form.units = append(form.units, &bunchedUnit{unit: r.Unit})
			}
			form.units[at].add(r.Field, r)
		}
	}
	return out, nil
}

// judge gives every unit its p: the greatest of the Poisson tail, of the normal with the exact permutation variance, and of
// what the spread of the units allows.
func (form *bunchedForm) judge(limits map[string]float64) queries.Message {
	params := map[string]any{"form": form.form.ID, "need": limits["min_numbers"]}
	most, expected := 0.0, 0.0
	form.units = slices.DeleteFunc(form.units, func(u *bunchedUnit) bool {
		most = math.Max(most, u.n)
		return u.n < limits["min_numbers"]
	})
	for _, u := range form.units {
		expected += u.expected
	}
	params["n"] = int(most)
	switch {
	case len(form.units) == 0:
		return fabReason("few_splits", params)
	case len(form.units) < int(limits["min_units"]):
		params["n"], params["need"] = len(form.units), limits["min_units"]
		return fabReason("few_units", params)
	case expected < 1:
		return fabReason("no_repeats", params)
	}
	// Peers repeat more than permutations do where prices end in 9 or contracts in 000: theirs is the measure.
	var observed, total float64
	for _, u := range form.units {
		observed, total = observed+u.pairs, total+u.expected
	}
	var scores []float64
	for _, u := range form.units {
		others := (observed - u.pairs) / math.Max(1e-9, total-u.expected)
		if others > 1 && total-u.expected >= bunchingLeastExpected {
			u.expected *= others
			u.size *= others
		}
		u.score = (u.pairs - u.expected) / math.Sqrt(math.Max(u.size, math.Max(0.25, u.expected)))
		scores = append(scores, u.score)
	}
	form.spread = stats.FitEmpiricalNull(scores)
	for _, u := range form.units {
		tail := stats.NormalTail(u.score)
		if u.expected < 1e6 && u.pairs < 1e6 {
			tail = math.Max(tail, stats.PoissonUpperMidP(int(u.pairs), u.expected))
		}
		u.p = math.Max(tail, peerP(u.score, scores))
	}
	return queries.Message{}
}
