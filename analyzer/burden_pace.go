package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// formTime is what one submission of a form takes where it was seen, within its bounds.
type formTime struct {
	bounds queries.FormPace
	queries.FormMean
}

// startBounds are the seconds between which start times of a form count as work, for forms with enough of them.
func startBounds(durations []queries.FormDurations, limits map[string]float64) []queries.FormPace {
	var out []queries.FormPace
	for _, d := range durations {
		if float64(d.Timed) < limits["min_timed"] || float64(d.Backwards) > limits["skew_form_share"]*float64(d.Started) {
			continue
		}
		least := limits["least_seconds"]
		// A clock without seconds shows a quarter of a minute as nothing three times of four, and as a minute else: only with
		// the zeros the mean is right. Zeros among long times are submissions that were sent later, with no start of their own.
		if float64(d.Minutes) >= limits["minute_share"]*float64(d.Started) && d.Quartiles[1] <= limits["minute_seconds"] {
			least = 0
		}
		out = append(out, queries.FormPace{Form: d.Form, Least: least, Fence: fence(d.Quartiles, limits)})
	}
	return out
}

// timesOf joins the means of forms with the bounds within which they were taken.
func timesOf(bounds []queries.FormPace, means map[string]queries.FormMean, limits map[string]float64) map[string]formTime {
	out := map[string]formTime{}
	for _, b := range bounds {
		if m := means[b.Form]; float64(m.Timed) >= limits["min_timed"] && m.Mean > 0 {
			out[b.Form] = formTime{b, m}
		}
	}
	return out
}

// formPaces says what one submission of each form takes: the mean of the plausible start times, else that of the usage logs,
// else the sum of the seconds that its fields take, as far as forms with times of the same place show them.
func formPaces(durations []queries.FormDurations, starts map[string]formTime, logs loggedTimes, in Input, limits map[string]float64) ([]queries.FormPace, error) {
	plan := in.Policy.Of("merge-plan")
	model := afterPolicy(limits, plan)
	parts := make([][]float64, len(durations))
	record := make([]bool, len(durations))
	var seen []timedForm
	for i, d := range durations {
		form, _ := in.Registry.Form(d.Form)
		parts[i], record[i] = model.formParts(form, d.Answered), form.Per == "record"
		if mean, known := meanOf(d.Form, starts, logs); known {
			seen = append(seen, timedForm{parts: parts[i], record: record[i], seconds: mean})
		}
	}
	if err := model.learn(seen, plan); err != nil {
		return nil, err
	}
	own := model.residual(seen, limits, plan)
	out := make([]queries.FormPace, len(durations))
	for i, d := range durations {
		p := queries.FormPace{Form: d.Form, Method: queries.BurdenEstimated, Bias: 1}
		if t, watched := starts[d.Form]; watched {
			p = t.bounds
			p.Method, p.Bias, p.Seconds, p.Spread = queries.BurdenObserved, 1, t.Mean, t.Deviation/t.Mean
		} else if t, logged := logs.forms[d.Form]; logged {
			p = t.bounds
			p.Method, p.Bias, p.Seconds, p.Spread, p.Common = queries.BurdenLogs, logs.bias, t.Mean/logs.bias, t.Deviation/t.Mean, logs.spread
		} else {
			p.Seconds, p.Common = model.total(parts[i], record[i])
			p.Spread = math.Hypot(own, p.Common)
			if len(seen) == 0 {
				p.Spread, p.Common = limits["estimate_spread"], limits["estimate_spread"]
			}
		}
		out[i] = p
	}
	return out, nil
}

// meanOf is what a form takes where it was seen.
func meanOf(form string, starts map[string]formTime, logs loggedTimes) (float64, bool) {
	if t, watched := starts[form]; watched {
		return t.Mean, true
	}
	if t, logged := logs.forms[form]; logged {
		return t.Mean / logs.bias, true
	}
	return 0, false
}

// fence is the longest time that counts as work: the upper fence of Tukey on the scale of logarithms, on which working
// times are close to symmetric. What lies beyond is a page left open.
func fence(quartiles [3]float64, limits map[string]float64) float64 {
	low, high := math.Log(quartiles[0]), math.Log(quartiles[2])
	return math.Min(limits["most_minutes"]*60, math.Exp(high+limits["fence"]*math.Max(high-low, limits["least_iqr"])))
}

// secondsOf is what one field takes after the policy.
func secondsOf(form queries.Form, f queries.Field, limits map[string]float64) float64 {
	return limits[secondsKind(form, f)]
}

// secondsKind names the kind of field by the policy's seconds for it.
func secondsKind(form queries.Form, f queries.Field) string {
	switch {
	case slices.Contains(form.Prefilled, f.ID):
		return "prefilled_seconds"
	case f.Role == "key" || f.Role == "header":
		return "key_seconds"
	case f.Type == "code" || f.Type == "bool" || f.Type == "date" || f.Type == "datetime":
		return "choice_seconds"
	case f.Type == "photo" || f.Type == "geo" || f.Type == "biometric":
		return "photo_seconds"
	case form.Per == "record" && (f.Type == "integer" || f.Type == "number"):
		return "noted_seconds"
	case f.Measure == "stock":
		return "stock_seconds"
	case f.Type == "integer" || f.Type == "number":
		return "number_seconds"
	case f.Type == "":
		return "unknown_seconds"
	}
	return "text_seconds"
}

// unitPaces keeps the paces of units that rest on enough submissions, drawn towards one the less there are, with what they
// are uncertain by; and says how far units are apart, for those of which nothing is known.
func unitPaces(all []queries.UnitPace, limits map[string]float64) (known []queries.UnitPace, apart float64) {
	var logs []float64
	for _, u := range all {
		if float64(u.Timed) >= 3*limits["min_pace"] {
			logs = append(logs, math.Log(u.Pace))
		}
	}
	apart = limits["pace_spread"]
	if float64(len(logs)) >= limits["min_pace"] {
		apart = math.Max(robustSpread(logs), limits["least_pace_spread"])
	}
	for _, u := range all {
		if n := float64(u.Timed); n >= limits["min_pace"] {
			u.Pace = 1 + (u.Pace-1)*n/(n+limits["min_pace"])
			u.Doubt = math.Hypot(limits["least_pace_spread"], 1/math.Sqrt(n/math.Pow(limits["submission_spread"], 2)+1/(apart*apart)))
			known = append(known, u)
		}
	}
	return known, apart
}

// robustSpread is a standard deviation that single values do not carry: the wider of that of the middle half, and the 90th
// percentile of the distances from the median read as 1.645 standard deviations.
func robustSpread(xs []float64) float64 {
	median, mad := stats.MedianMAD(xs)
	off := make([]float64, len(xs))
	for i, x := range xs {
		off[i] = math.Abs(x - median)
	}
	slices.Sort(off)
	return math.Max(1.4826*mad, stats.QuantileSorted(off, 0.9)/1.645)
}
