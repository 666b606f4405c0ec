package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabTerminalDigit looks for units whose last digits are not those of their peers.
type fabTerminalDigit struct{ panels *panelModel }

const terminalDetector = "fab-terminal-digit"

// Meta implements Detector.
func (fabTerminalDigit) Meta() Meta {
	return Meta{ID: terminalDetector, Family: "fabrication", Version: 1, Evidence: "digits"}
}

// terminalForm is the last digits of one form, by unit and field.
type terminalForm struct {
	form    queries.Form
	fields  []string
	periods []panelPeriod
	pooled  [][10]float64 // of each field, over all units
	units   []*terminalUnit
	judged  []*terminalUnit
	copied  int // values left out that repeat the period before
	rounds  int // fields left out because the form rounds
}

// terminalUnit is the last digits of one unit in one form.
type terminalUnit struct {
	form     *terminalForm
	unit     string
	byField  [][10]float64
	halves   [2][10]float64 // of the first and the second half of the periods
	summary  TerminalSummary
	expected [10]float64 // shares, as peers have them in the same fields
	fit      stats.ChiSquare
	z, few   float64 // scores of the chi-square, and of too few figures that end in 0 or 5
	p, q     float64
	round    bool // the departure is nothing but a liking for round figures
	first    int  // period
	last     int
}

// Detect implements Detector.
func (d fabTerminalDigit) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(terminalDetector)
	thresholds, err := digitThresholds(limits)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(terminalDetector, fabSubject(form), reason, form.ID))
	}
	var forms []*terminalForm
	var all []*terminalUnit
	err = d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reason := lastDigits(p, limits, thresholds)
		if reason.Key != "" {
			silent(p.form, reason)
			return nil
		}
		form.judge(thresholds)
		forms, all = append(forms, form), append(all, form.judged...)
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	p := make([]float64, len(all))
	for i, u := range all {
		p[i] = u.p
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	for _, form := range forms {
		out = append(out, form.findings(in, limits, thresholds, len(all))...)
	}
	return out, nil
}

// ownThresholds are those of a detector's section of the policy that are not of the digit tests.
var ownThresholds = []string{"min_units", "min_periods", "max_q", "above_share", "above_units", "min_effect"}

// digitThresholds takes the thresholds of the digit tests from a detector's section of the policy.
func digitThresholds(limits map[string]float64) (DigitThresholds, error) {
	tests := map[string]float64{}
	for name, value := range limits {
		if !slices.Contains(ownThresholds, name) {
			tests[name] = value
		}
	}
	return DefaultDigitThresholds().Apply(tests)
}

// mostlyRound is the share of last digits 0 and 5 over all units from which the form itself rounds.
const mostlyRound = 0.6

// lastDigits counts the last digits of the flows of a form. A figure that repeats the period before belongs to
// fab-copy-forward and is left out, as are small figures.
func lastDigits(p *panel, limits map[string]float64, t DigitThresholds) (*terminalForm, queries.Message) {
	form := &terminalForm{form: p.form, periods: p.periods}
	params := map[string]any{"form": p.form.ID, "need": t.DigitMinimum}
	type column struct{ field, at int }
	var columns []column
	for f := range p.fields {
		switch {
		case !p.fields[f].flow():
		case p.rounds(f):
			form.rounds++
		default:
			columns = append(columns, column{f, len(columns)})
			form.fields = append(form.fields, p.fields[f].ID)
		}
	}
	if len(columns) == 0 {
		params["n"] = 0
		return nil, fabReason("no_flows", params)
	}
	form.pooled = make([][10]float64, len(columns))
	distinct := map[uint64]bool{}
	for u, code := range p.units {
		unit := &terminalUnit{form: form, unit: code, byField: make([][10]float64, len(columns)), first: -1}
		clear(distinct)
		total := 0.0
		for _, col := range columns {
			x := &p.fields[col.field]
			before := math.NaN()
			for period := range p.periods {
				r := p.row(u, period)
				if r < 0 || math.IsNaN(p.value(r, col.field)) {
					continue
				}
				v := math.Round(math.Abs(p.value(r, col.field)) * x.scale)
				repeat := p.value(r, col.field) == before
				before = p.value(r, col.field)
				if v < 10 || v > 1<<53 || v < t.LargeValue && !(x.expected(u, period) >= t.LargeMean) {
					continue
				}
				if repeat {
					form.copied++
					continue
				}
				digit := int(math.Mod(v, 10))
				unit.byField[col.at][digit]++
				form.pooled[col.at][digit]++
				unit.halves[2*period/len(p.periods)][digit]++
				unit.summary.Last[digit]++
				unit.summary.TwoDigits++
				if v >= t.LargeValue {
					unit.summary.Large++
				}
				total += v
				distinct[uint64(v)] = true
				if unit.first < 0 || period < unit.first {
					unit.first = period
				}
				unit.last = max(unit.last, period)
			}
		}
		unit.summary.Distinct = uint64(len(distinct))
		unit.summary.Mean = total / math.Max(1, float64(unit.summary.N()))
		form.units = append(form.units, unit)
	}
	most := 0
	for _, u := range form.units {
		most = max(most, u.summary.N())
		if JudgeTerminalDigit(u.summary, t).Verdict != DigitNotAssessed {
			form.judged = append(form.judged, u)
		}
	}
	params["n"] = most
	if len(form.judged) == 0 {
		return nil, fabReason("few_digits", params)
	}
	if params["n"], params["need"] = len(form.units), limits["min_units"]; len(form.units) < int(limits["min_units"]) {
		return nil, fabReason("few_units", params)
	}
	return form, queries.Message{}
}

// rounds says whether everyone rounds in a field, as its form must ask for.
func (p *panel) rounds(field int) bool {
	round, n := 0, 0
	for r := range p.rows {
		if v := math.Round(p.value(r, field) * p.fields[field].scale); v > 0 {
			n++
			if math.Mod(v, 5) == 0 {
				round++
			}
		}
	}
	return float64(round) >= mostlyRound*float64(n)
}

// peersNeeded is how many times as many digits as the unit's own the peers must have in a field to set its baseline; else
// digits should be even.
const peersNeeded = 10

// judge compares every unit with its peers in the same fields: all ten digits by chi-square and, because those who invent
// figures avoid 0 and 5 (Mosimann, Wiseman & Edelman 1995), whether these two are too few. The two p-values are combined by
// the Cauchy combination, which stays valid though they depend on each other.
func (form *terminalForm) judge(t DigitThresholds) {
	var z, few []float64
	for _, u := range form.judged {
		u.expect()
		counts, n := u.summary.counts(), float64(u.summary.N())
		u.fit = stats.GoodnessOfFit(counts, u.expected[:])
		// Wilson & Hilferty (1931): the cube root of a chi-square over its degrees of freedom is nearly normal.
		k := 2. / (9 * float64(u.fit.DF))
		u.z = (math.Cbrt(u.fit.Statistic/float64(u.fit.DF)) - (1 - k)) / math.Sqrt(k)
		share := u.expected[0] + u.expected[5]
		u.few = (n*share - 0.5 - counts[0] - counts[5]) / math.Sqrt(n*share*(1-share))
		z, few = append(z, u.z), append(few, u.few)
		u.round = u.onlyRound(t)
	}
	for _, u := range form.judged {
		u.p = stats.CauchyCombination([]float64{math.Max(u.fit.P, peerP(u.z, z)), math.Max(stats.NormalTail(u.few), peerP(u.few, few))}, nil)
	}
}

// enoughPeers is how many units show how far honest units differ in ways that the model does not know.
const enoughPeers = 20

// peerP is the p of a score under the spread that the units themselves show; 0 where too few of them show it.
func peerP(z float64, all []float64) float64 {
	if len(all) < enoughPeers {
		return 0
	}
	return stats.FitEmpiricalNull(all).UpperP(z)
}

// expect mixes the peers' last digits of each field in the proportion in which the unit has them.
func (u *terminalUnit) expect() {
	total := 0.0
	for f, own := range u.byField {
		n, peers := 0.0, 0.0
		for d := range own {
			n += own[d]
			peers += u.form.pooled[f][d] - own[d]
		}
		total += n
		for d := range own {
			share := 0.1
			if peers >= peersNeeded*math.Max(n, 30) {
				share = (u.form.pooled[f][d] - own[d] + 1) / (peers + 10)
			}
			u.expected[d] += n * share
		}
	}
	for d := range u.expected {
		u.expected[d] /= total
	}
}

// onlyRound says whether the unit has more round figures than its peers and its other digits are theirs: rounding, which is
// no invention.
func (u *terminalUnit) onlyRound(t DigitThresholds) bool {
	counts, n := u.summary.counts(), float64(u.summary.N())
	if counts[0]+counts[5] <= n*(u.expected[0]+u.expected[5]) {
		return false
	}
	var rest, shares []float64
	left := 1 - u.expected[0] - u.expected[5]
	for d, c := range counts {
		if d != 0 && d != 5 {
			rest, shares = append(rest, c), append(shares, u.expected[d]/left)
		}
	}
	return stats.GoodnessOfFit(rest, shares).P > t.Alpha
}

// effect is Cramér's V without what chance adds to it (Bergsma 2013): the root of (chi2 - df) / (df n), 0 for less than that.
func (u *terminalUnit) effect() float64 {
	df := float64(u.fit.DF)
	return math.Sqrt(math.Max(0, u.fit.Statistic-df) / (df * float64(u.summary.N())))
}

// sustained says whether both halves of the periods depart by themselves.
func (u *terminalUnit) sustained() bool {
	for _, half := range u.halves {
		if fit := stats.GoodnessOfFit(half[:], u.expected[:]); !(fit.P <= 0.05) {
			return false
		}
	}
	return true
}
