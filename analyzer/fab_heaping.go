package analyzer

import (
	"context"
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabHeaping looks for units with more or fewer round figures than their peers have in the same fields.
type fabHeaping struct{ digits *digitModel }

const heapingDetector = "fab-heaping"

// Meta implements Detector.
func (fabHeaping) Meta() Meta {
	return Meta{ID: heapingDetector, Family: "fabrication", Version: 1, Evidence: "digits"}
}

// heapedForm is the round figures of one form.
type heapedForm struct {
	*digitForm
	judged  []*heapedUnit
	between float64 // standard deviation of the shares between units, beyond chance
}

// heapedUnit is the share of one unit's figures that end in 0 or 5.
type heapedUnit struct {
	*digitUnit
	n, share       float64
	expected, sd   float64 // share among peers in the same fields, and what chance adds
	myers          float64 // half the sum of the deviations of all ten shares from the peers', 0 to 1
	between, score float64
	p, q           float64
	expectedDigits [10]float64
}

func (u *heapedUnit) excess() float64 { return u.share - u.expected }

// Detect implements Detector.
func (d fabHeaping) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(heapingDetector)
	thresholds, err := digitThresholds(limits)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	var forms []*heapedForm
	var all []*heapedUnit
	for _, form := range in.Registry.Forms() {
		counted, reason, err := d.digits.of(ctx, in, form, limits)
		if err != nil {
			return nil, err
		}
		var h *heapedForm
		if reason.Key == "" {
			h, reason = heapedOf(counted, limits, thresholds)
		}
		if reason.Key != "" {
			out = append(out, NotAssessed(heapingDetector, fabSubject(form), reason, form.ID))
			continue
		}
		h.judge()
		forms, all = append(forms, h), append(all, h.judged...)
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
		out = append(out, form.findings(in, limits, len(all))...)
	}
	return out, nil
}

// heapedOf takes the units of a form that have enough figures whose last digits are free, or says why there are none.
func heapedOf(counted *digitForm, limits map[string]float64, t DigitThresholds) (*heapedForm, queries.Message) {
	form := &heapedForm{digitForm: counted}
	most := 0
	for _, u := range counted.units {
		most = max(most, u.summary.N())
		if JudgeHeaping(u.summary, evenHeaping, t).Verdict != DigitNotAssessed {
			form.judged = append(form.judged, &heapedUnit{digitUnit: u})
		}
	}
	params := map[string]any{"form": counted.form.ID, "need": t.DigitMinimum, "n": most}
	if len(form.judged) == 0 {
		return nil, fabReason("few_digits", params)
	}
	if params["n"], params["need"] = len(form.judged), limits["min_units"]; len(form.judged) < int(limits["min_units"]) {
		return nil, fabReason("few_units", params)
	}
	return form, queries.Message{}
}

// judge compares every unit with its peers, in both directions: too few round figures betray invention as too many betray
// estimates. Everybody rounds by habits of his own, so that the spread of the units' scores sets the scale.
func (form *heapedForm) judge() {
	var effects, sds []float64
	round := func(c *digitCell) float64 { return c.last[0] + c.last[5] }
	for _, u := range form.judged {
		u.n = float64(u.summary.N())
		var variance float64
		for f := range u.cells {
			n := u.cells[f].n()
			if n == 0 {
				continue
			}
			p := u.digitUnit.expected(f, round, evenHeaping)
			u.share += round(&u.cells[f]) / u.n
			u.expected += n * p / u.n
			variance += n * p * (1 - p)
		}
		u.expectedDigits = u.shares()
		for d, c := range u.summary.Last {
			u.myers += math.Abs(float64(c)/u.n-u.expectedDigits[d]) / 2
		}
		u.sd = math.Sqrt(variance) / u.n
		effects, sds = append(effects, u.excess()), append(sds, u.sd)
	}
	// Habits of rounding spread to one side, and farther than a normal distribution: for too many round figures no spread is
	// taken for chance.
	form.between = betweenUnits(effects, sds, 0)
	few := betweenUnits(effects, sds, 1)
	scores := make([]float64, len(form.judged))
	for i, u := range form.judged {
		u.between = few
		if u.excess() > 0 {
			u.between = form.between
		}
		u.score = u.excess() / math.Hypot(u.sd, u.between)
		scores[i] = u.score
	}
	null := stats.FitEmpiricalNull(scores)
	for _, u := range form.judged {
		// Who does not round where others do is not suspicious because his figures end as figures do.
		if u.share < u.expected && u.expected > evenHeaping {
			u.expected = math.Max(u.share, evenHeaping)
			u.score = u.excess() / math.Hypot(u.sd, u.between)
		}
		z := math.Min(math.Abs(u.score), math.Abs(u.score-null.Mean)/null.SD)
		u.p = math.Min(1, 2*stats.NormalTail(math.Max(0, z-0.5/(u.n*u.sd))))
	}
}
