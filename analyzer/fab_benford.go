package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabBenford holds the first two digits of a field, pooled over all units, against Benford's law. It never judges a unit.
type fabBenford struct{}

const benfordDetector = "fab-benford"

// Meta implements Detector.
func (fabBenford) Meta() Meta {
	return Meta{ID: benfordDetector, Family: "fabrication", Version: 1, Evidence: "digits"}
}

// benfordPool is the numbers of one field.
type benfordPool struct {
	form      queries.Form
	field     queries.Field
	mode      queries.DigitMode
	summary   BenfordSummary
	parts     []queries.DigitPart
	judgement DigitJudgement
	widening  float64 // of the bound, where numbers of a unit are alike
	q         float64
}

// Detect implements Detector.
func (d fabBenford) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(benfordDetector)
	thresholds, err := digitThresholds(limits)
	if err != nil {
		return nil, err
	}
	from, to := in.verifySpan()
	extremes, err := in.Store.Extremes(ctx, from, to)
	if err != nil {
		return nil, err
	}
	known := map[[2]string]queries.Extreme{}
	for _, e := range extremes {
		known[[2]string{e.Form, e.Field}] = e
	}
	var out []queries.Finding
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(benfordDetector, fabSubject(form), reason, form.ID))
	}
	pools := map[[2]string]*benfordPool{}
	best := map[string]string{} // form to the reason why none of its fields was asked for
	var asked []queries.DigitField
	for _, form := range in.Registry.Forms() {
		reason, asks := "no_fields", false
		for _, field := range form.Fields {
			e, ok := known[[2]string{form.ID, field.ID}]
			if !ok || !poolable(form, field) {
				continue
			}
			if reason = benfordObstacle(e, thresholds); reason != "" {
				continue
			}
			pool := &benfordPool{form: form, field: field, mode: digitMode(form, field)}
			pools[[2]string{form.ID, field.ID}] = pool
			asked = append(asked, queries.DigitField{Extreme: e, Mode: pool.mode})
			asks = true
		}
		if best[form.ID] = reason; asks {
			best[form.ID] = "benford_unfit"
		}
	}
	parts, err := in.Store.FirstDigits(ctx, asked, from, to)
	if err != nil {
		return nil, err
	}
	for _, part := range parts {
		pool := pools[[2]string{part.Form, part.Field}]
		pool.parts = append(pool.parts, part)
	}
	judged := judgePools(pools, known, asked, thresholds)
	spoke := map[string]bool{}
	for _, pool := range judged {
		spoke[pool.form.ID] = true
		if pool.judgement.Verdict == DigitDeparts && *pool.judgement.Effect > pool.bound() && pool.q <= limits["max_q"] {
			out = append(out, pool.finding(len(judged)))
		}
	}
	for _, form := range in.Registry.Forms() {
		if spoke[form.ID] {
			continue
		}
		silent(form, fabReason(best[form.ID], map[string]any{"form": form.ID, "need": thresholds.BenfordMinimum, "spread": thresholds.BenfordSpread}))
	}
	return out, nil
}

// smallShare of the numbers may have a single digit: a 7 counts as 70, and where many do the law cannot hold.
const smallShare = 0.05

// withinShare of the spread must already be there inside one period: what seasons alone spread is as narrow as each of them.
const withinShare = 0.5

// benfordObstacle says why a field cannot follow the law, or nothing. Percentile 5 must have two digits in units of the
// last place.
func benfordObstacle(e queries.Extreme, t DigitThresholds) string {
	place := 1.0
	switch n := (1 - smallShare) * float64(e.N); {
	case float64(e.Tenths) < n:
		place = 0.01
	case float64(e.Whole) < n:
		place = 0.1
	}
	switch {
	case float64(e.N) < t.BenfordMinimum:
		return "few_numbers"
	case e.Percentiles[1] < t.BenfordSpread*e.Percentiles[0], e.Within < withinShare*t.BenfordSpread:
		return "narrow"
	case e.Percentiles[0] < 10*place:
		return "single_digits"
	}
	return ""
}

// poolable says whether a field holds amounts or counts that people report freely.
func poolable(form queries.Form, f queries.Field) bool {
	return numericField(f) && f.Measure != "rate" && f.UnitOf != "%" && math.IsNaN(f.Target) && len(f.Codes) == 0 && !slices.Contains(form.Prefilled, f.ID)
}

// digitMode takes one number of every unit where figures stand for long, and leaves out copies elsewhere.
func digitMode(form queries.Form, f queries.Field) queries.DigitMode {
	switch {
	case form.Per == "record":
		return queries.AllNumbers
	case f.Measure == "stock":
		return queries.NewestNumbers
	}
	return queries.ChangedNumbers
}

// judgePools tests every pool that meets the preconditions and corrects their p.
func judgePools(pools map[[2]string]*benfordPool, known map[[2]string]queries.Extreme, asked []queries.DigitField, t DigitThresholds) []*benfordPool {
	var judged []*benfordPool
	var p []float64
	for _, a := range asked {
		key := [2]string{a.Form, a.Field}
		pool := pools[key]
		pool.sum(known[key])
		pool.judgement = JudgeBenford(DigitBenfordFirstTwo, pool.summary, t, stats.NewRand(0, benfordDetector+"\x00"+a.Form+"\x00"+a.Field))
		if pool.judgement.Verdict == DigitNotAssessed || pool.judgement.P == nil {
			continue
		}
		pool.widening = pool.designEffect()
		judged = append(judged, pool)
		// Pearson's statistic grows with the design effect as the variance of the counts does (Rao & Scott 1981).
		p = append(p, stats.ChiSquareTail(*pool.judgement.Statistic/pool.widening, *pool.judgement.DF))
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		judged[i].q = q
		judged[i].judgement.P = figure(p[i])
	}
	return judged
}

// sum adds up the groups of units.
func (b *benfordPool) sum(e queries.Extreme) {
	s := &b.summary
	s.Least, s.Most = e.Low, e.High
	var middle []float64
	for _, part := range b.parts {
		for i, c := range part.FirstTwo {
			s.FirstTwo[i] += c
		}
		s.AtLeast += part.AtLow
		s.AtMost += part.AtHigh
		middle = append(middle, part.Median)
	}
	s.P5, s.P50, s.P95 = e.Percentiles[0], stats.Median(middle), e.Percentiles[1]
}

// designEffect is by how much the counts of the groups of units vary more than counts of independent numbers would: 1 for
// independence, more where the numbers of one unit are alike.
func (b *benfordPool) designEffect() float64 {
	n := float64(b.summary.N())
	if len(b.parts) < 10 {
		return 1
	}
	var observed, expected float64
	for i, c := range b.summary.FirstTwo {
		share := float64(c) / n
		for _, part := range b.parts {
			size := float64(part.N)
			d := float64(part.FirstTwo[i]) - size*share
			observed += d * d
			expected += size * share * (1 - share)
		}
	}
	groups := float64(len(b.parts))
	return math.Max(1, observed/expected*groups/(groups-1))
}

// bound is the deviation that must be exceeded: that of independent numbers, and where the numbers of a unit are alike,
// what chance then gives.
func (b *benfordPool) bound() float64 {
	return math.Max(*b.judgement.Threshold, math.Sqrt(b.widening)*stats.ExpectedMAD(b.summary.N(), stats.BenfordFirstTwo())*chanceMargin)
}

// chanceMargin over the expected deviation is where one in a hundred honest pools lies: the deviation of ninety shares is
// an average and hardly varies.
const chanceMargin = 1.25
