package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// formPaces says what one submission of each form takes. Where enough start times exist it is the mean of the plausible
// times. Elsewhere it is the sum of the seconds that the policy gives each field, times how much longer the forms with
// start times take than their own sums: the estimate is calibrated on what was observed in the same place, and apart for
// forms filled in once a period and forms with a record a person or thing, which become routine.
func formPaces(durations []queries.FormDurations, means map[string]queries.FormMean, registry *queries.Registry, limits map[string]float64) []queries.FormPace {
	var all, records, periods []float64
	sums, record := make([]float64, len(durations)), make([]bool, len(durations))
	for i, d := range durations {
		form, _ := registry.Form(d.Form)
		sums[i], record[i] = fieldSeconds(form, d.Answered, limits), form.Per == "record"
		m := means[d.Form]
		if float64(m.Timed) < limits["min_timed"] {
			continue
		}
		ratio := math.Log(m.Mean / sums[i])
		all = append(all, ratio)
		if record[i] {
			records = append(records, ratio)
		} else {
			periods = append(periods, ratio)
		}
	}
	out := make([]queries.FormPace, 0, len(durations))
	for i, d := range durations {
		m := means[d.Form]
		if float64(m.Timed) >= limits["min_timed"] {
			out = append(out, queries.FormPace{Form: d.Form, Fence: fence(d.Quartiles, limits), Seconds: m.Mean, Spread: m.Deviation / m.Mean, Observed: true})
			continue
		}
		alike := periods
		if record[i] {
			alike = records
		}
		if float64(len(alike)) < limits["min_calibration_forms"] {
			alike = all
		}
		factor, spread := calibrate(alike, limits)
		out = append(out, queries.FormPace{Form: d.Form, Seconds: sums[i] * factor, Spread: spread})
	}
	return out
}

// calibrate gives the factor from the policy's seconds to observed ones, the median of the forms' ratios, and the spread of
// the forms around it. With few forms to learn from, both are the policy's.
func calibrate(logRatios []float64, limits map[string]float64) (factor, spread float64) {
	if float64(len(logRatios)) < limits["min_calibration_forms"] {
		return 1, limits["estimate_spread"]
	}
	median, mad := stats.MedianMAD(logRatios)
	off := make([]float64, len(logRatios))
	for i, r := range logRatios {
		off[i] = math.Abs(r - median)
	}
	slices.Sort(off)
	// The wider of two estimates: that of the middle half, and the 90th percentile read as 1.645 standard deviations.
	spread = math.Max(1.4826*mad, stats.QuantileSorted(off, 0.9)/1.645)
	return math.Exp(median), math.Max(spread, limits["least_spread"])
}

// fence is the longest time that counts as work: the upper fence of Tukey on the scale of logarithms, on which working
// times are close to symmetric. What lies beyond is a page left open.
func fence(quartiles [3]float64, limits map[string]float64) float64 {
	low, high := math.Log(quartiles[0]), math.Log(quartiles[2])
	return math.Min(limits["most_minutes"]*60, math.Exp(high+limits["fence"]*math.Max(high-low, limits["least_iqr"])))
}

// fieldSeconds adds up what the fields of a form take after the policy. A form of which no field is known counts its values.
func fieldSeconds(form queries.Form, answered float64, limits map[string]float64) float64 {
	total := limits["base_seconds"]
	if len(form.Fields) == 0 {
		return total + answered*limits["unknown_seconds"]
	}
	for _, f := range form.Fields {
		total += secondsOf(form, f, limits)
	}
	return total
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

// unitPaces keeps the paces of units that rest on enough submissions, drawn towards one the less there are.
func unitPaces(all []queries.UnitPace, limits map[string]float64) []queries.UnitPace {
	var out []queries.UnitPace
	for _, u := range all {
		if n := float64(u.Timed); n >= limits["min_pace"] {
			u.Pace = 1 + (u.Pace-1)*n/(n+limits["min_pace"])
			out = append(out, u)
		}
	}
	return out
}
