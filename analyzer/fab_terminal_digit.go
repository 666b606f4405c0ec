package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabTerminalDigit looks for units whose last digits are not those of their peers.
type fabTerminalDigit struct{ digits *digitModel }

const terminalDetector = "fab-terminal-digit"

// Meta implements Detector.
func (fabTerminalDigit) Meta() Meta {
	return Meta{ID: terminalDetector, Family: "fabrication", Version: 2, Evidence: "digits"}
}

// terminalForm is the last digits of one form, and the units that have enough of them.
type terminalForm struct {
	*digitForm
	judged []*terminalUnit
}

// terminalUnit is what the last digits of one unit show.
type terminalUnit struct {
	*digitUnit
	expected [10]float64   // shares, as peers have them in the same fields
	honest   [][10]float64 // by field: shares of an honest unit that rounds as this one does
	fit      stats.ChiSquare
	tests    []terminalTest
	p, q     float64
}

// terminalTest is one look at a unit's last digits: by how much it departs by figure, what chance adds to that, the score, which
// is standard normal for honest units, and its p.
type terminalTest struct {
	effect, sd, score, p float64
}

// The looks at the last digits, in the order of terminalUnit.tests.
const (
	terminalEven    = iota // all ten digits, against those of peers
	terminalFew            // too few that end in 0 or 5
	terminalLiking         // the digits that people make up
	terminalDoubled        // too few doubled digits
	terminalMixture        // some submissions are made up, others are not
	terminalTests
)

// Detect implements Detector.
func (d fabTerminalDigit) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(terminalDetector)
	thresholds, err := digitThresholds(limits)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	var forms []*terminalForm
	var all []*terminalUnit
	for _, form := range in.Registry.Forms() {
		counted, reason, err := d.digits.of(ctx, in, form, limits)
		if err != nil {
			return nil, err
		}
		var t *terminalForm
		if reason.Key == "" {
			t, reason = terminalOf(counted, limits, thresholds)
		}
		if reason.Key != "" {
			out = append(out, NotAssessed(terminalDetector, fabSubject(form), reason, form.ID))
			continue
		}
		t.judge(thresholds)
		forms, all = append(forms, t), append(all, t.judged...)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
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

// terminalOf takes the units of a form that have enough large figures, or says why none can be judged.
func terminalOf(counted *digitForm, limits map[string]float64, t DigitThresholds) (*terminalForm, queries.Message) {
	form := &terminalForm{digitForm: counted}
	most := 0
	for _, u := range counted.units {
		most = max(most, u.summary.N())
		if JudgeTerminalDigit(u.summary, t).Verdict != DigitNotAssessed {
			form.judged = append(form.judged, &terminalUnit{digitUnit: u})
		}
	}
	params := map[string]any{"form": counted.form.ID, "need": t.DigitMinimum, "n": most}
	if len(form.judged) == 0 {
		return nil, fabReason("few_digits", params)
	}
	if params["n"], params["need"] = len(counted.units), limits["min_units"]; len(counted.units) < int(limits["min_units"]) {
		return nil, fabReason("few_units", params)
	}
	return form, queries.Message{}
}

// judge compares every unit with its peers in the same fields, in five ways that are combined by the Cauchy combination,
// which stays valid though they depend on one another. Every p is held at what the spread of the units themselves allows:
// they differ in ways that no model knows, and those who invent are few.
func (form *terminalForm) judge(t DigitThresholds) {
	for _, u := range form.judged {
		u.look()
	}
	form.widen()
	scores := make([][]float64, terminalTests)
	for i := range scores {
		if i == terminalFew || i == terminalLiking || i == terminalDoubled {
			scores[i] = form.standardise(i)
			continue
		}
		for _, u := range form.judged {
			scores[i] = append(scores[i], u.tests[i].score)
		}
	}
	usual := stats.QuantileSorted(slices.Sorted(slices.Values(scores[terminalMixture])), 0.9)
	for _, u := range form.judged {
		p := make([]float64, terminalTests)
		for i := range u.tests {
			u.tests[i].p = math.Max(stats.NormalTail(u.tests[i].score), peerP(u.tests[i].score, scores[i]))
			if i == terminalMixture {
				u.tests[i].p = math.Exp(math.Min(0, math.Max(0, usual)-u.tests[i].score))
			}
			p[i] = u.tests[i].p
		}
		u.p = stats.CauchyCombination(p, nil)
	}
}

// widen scores the chi-squares. Units differ in habits that no model knows, which add to a chi-square in proportion to the
// number of figures: as much is taken off as brings the median unit to what chance gives.
func (form *terminalForm) widen() {
	var habits []float64
	for _, u := range form.judged {
		// The median of a chi-square over its degrees of freedom is (1 - 2/(9 df))³ (Wilson & Hilferty 1931).
		usual := math.Pow(1-2./(9*float64(u.fit.DF)), 3)
		habits = append(habits, (u.fit.Statistic/float64(u.fit.DF)/usual-1)/float64(u.summary.N()))
	}
	habit := math.Max(0, stats.Median(habits))
	for _, u := range form.judged {
		// The cube root of a chi-square over its degrees of freedom is nearly normal.
		k := 2. / (9 * float64(u.fit.DF))
		ratio := u.fit.Statistic / float64(u.fit.DF) / (1 + habit*float64(u.summary.N()))
		u.tests[terminalEven].score = (math.Cbrt(ratio) - (1 - k)) / math.Sqrt(k)
	}
}

// standardise scores the effects of one test by chance and by how much units differ, and gives all scores.
func (form *terminalForm) standardise(test int) []float64 {
	effects, sds := make([]float64, len(form.judged)), make([]float64, len(form.judged))
	for i, u := range form.judged {
		effects[i], sds[i] = u.tests[test].effect, u.tests[test].sd
	}
	between := betweenUnits(effects, sds, 1)
	for i, u := range form.judged {
		u.tests[test].score = effects[i] / math.Hypot(sds[i], between)
		sds[i] = u.tests[test].score
	}
	return sds
}

// betweenUnits is the standard deviation by which effects differ between units beyond what chance gives each: with it, the
// bulk of the scores has the spread of a standard normal, slack/√units more than that being chance.
func betweenUnits(effects, sds []float64, slack float64) float64 {
	scores := make([]float64, len(effects))
	spread := func(between float64) float64 {
		for i := range scores {
			scores[i] = effects[i] / math.Hypot(sds[i], between)
		}
		_, mad := stats.MedianMAD(scores)
		return 1.4826 * mad
	}
	most := 1 + slack/math.Sqrt(float64(len(effects)))
	if len(effects) == 0 || !(spread(0) > most) {
		return 0
	}
	low, high := 0.0, 1.0
	for range 40 {
		if middle := (low + high) / 2; spread(middle) > most {
			low = middle
		} else {
			high = middle
		}
	}
	return high
}

// peerP is the p of a score under the spread that the units themselves show, never narrower than that of independent figures.
func peerP(z float64, all []float64) float64 {
	null := stats.FitEmpiricalNull(all)
	null.Mean = math.Max(0, null.Mean)
	return null.UpperP(z)
}

// look works out what a unit's last digits show.
func (u *terminalUnit) look() {
	u.expected, u.honest = u.shares(), u.honestDigits()
	u.fit = u.fitDigits()
	counts, n := u.summary.counts(), float64(u.summary.N())
	u.tests = make([]terminalTest, terminalTests)
	share := math.Min(evenHeaping, u.expected[0]+u.expected[5])
	u.tests[terminalFew].effect, u.tests[terminalFew].sd = share-(counts[0]+counts[5]+0.5)/n, math.Sqrt(share*(1-share)/n)
	u.tests[terminalLiking].effect, u.tests[terminalLiking].sd = u.liking()
	u.tests[terminalDoubled].effect, u.tests[terminalDoubled].sd = u.fewDoubled()
	u.tests[terminalMixture].score = u.mixture()
}

// fitDigits compares the last digits with those of honest units, 0 and 5 taken together: which of the two people round to is a
// habit. Where the unit's share of round figures is a habit too, only the other digits are compared.
func (u *terminalUnit) fitDigits() stats.ChiSquare {
	counts, n := u.summary.counts(), float64(u.summary.N())
	var shares [10]float64
	for f := range u.cells {
		for d := range shares {
			shares[d] += u.cells[f].n() / n * u.honest[f][d]
		}
	}
	var rest, others []float64
	left := 1.0
	if round := counts[0] + counts[5]; round <= n*math.Min(evenHeaping, u.expected[0]+u.expected[5]) {
		rest, others = append(rest, round), append(others, shares[0]+shares[5])
	} else {
		left -= shares[0] + shares[5]
	}
	for d, c := range counts {
		if d%5 != 0 {
			rest, others = append(rest, c), append(others, shares[d]/left)
		}
	}
	return stats.GoodnessOfFit(rest, others)
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
