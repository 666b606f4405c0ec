package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// loggedTimes is what the usage logs show of forms without start times: from the last opening of the form by a person to
// its sending. Forms with start times tell how far such times can be believed.
type loggedTimes struct {
	forms  map[string]formTime
	bias   float64 // times from logs over those from start times
	spread float64 // doubt about it, as a standard deviation of the logarithm
}

// readLogs reads the usage logs of the forms that have no start times, and of a few that have them for comparison. It reads
// no logs where every form has start times.
func readLogs(ctx context.Context, in Input, m queries.BurdenModel, durations []queries.FormDurations, starts map[string]formTime, limits map[string]float64) (loggedTimes, error) {
	out := loggedTimes{forms: map[string]formTime{}, bias: 1, spread: limits["log_spread"]}
	var ids []string
	missing := false
	for _, d := range durations {
		ids = append(ids, d.Form)
		missing = missing || starts[d.Form].Timed == 0
	}
	if !missing {
		return out, nil
	}
	visited, err := in.Store.VisitedForms(ctx, m.Recent, m.To, ids)
	if err != nil {
		return out, fmt.Errorf("unable to read how often forms were opened: %w", err)
	}
	forms, events := logForms(durations, starts, visited, limits)
	if len(forms) == 0 {
		return out, nil
	}
	of := uint64(math.Ceil(float64(events) / limits["most_log_events"]))
	if err := in.Store.SetVisits(ctx, m, forms, of); err != nil {
		return out, fmt.Errorf("unable to read the work on forms from the usage logs: %w", err)
	}
	seen, err := in.Store.VisitDurations(ctx, m)
	if err != nil {
		return out, fmt.Errorf("unable to read the work on forms from the usage logs: %w", err)
	}
	var bounds []queries.FormPace
	for _, d := range seen {
		if float64(d.Timed) >= limits["min_timed"] {
			bounds = append(bounds, queries.FormPace{Form: d.Form, Least: limits["least_seconds"], Fence: fence(d.Quartiles, limits)})
		}
	}
	means, err := in.Store.VisitMeans(ctx, m, bounds)
	if err != nil {
		return out, fmt.Errorf("unable to read the work on forms from the usage logs: %w", err)
	}
	return judgeLogs(timesOf(bounds, means, limits), starts, limits), nil
}

// logForms picks the forms whose logs are read: all without start times that were opened and sent often enough, and those
// with start times that were sent most.
func logForms(durations []queries.FormDurations, starts map[string]formTime, visited map[string]queries.Visited, limits map[string]float64) (forms []string, events uint64) {
	var both []queries.FormDurations
	for _, d := range durations {
		v := visited[d.Form]
		switch {
		case float64(min(v.Sent, v.Opened)) < limits["min_timed"]:
		case starts[d.Form].Timed > 0:
			both = append(both, d)
		default:
			forms, events = append(forms, d.Form), events+v.Sent+v.Opened
		}
	}
	if len(forms) == 0 {
		return nil, 0
	}
	slices.SortFunc(both, func(a, b queries.FormDurations) int {
		return cmp.Or(cmp.Compare(visited[b.Form].Sent, visited[a.Form].Sent), cmp.Compare(a.Form, b.Form))
	})
	for _, d := range both[:min(len(both), int(limits["check_log_forms"]))] {
		forms, events = append(forms, d.Form), events+visited[d.Form].Sent+visited[d.Form].Opened
	}
	return forms, events
}

// judgeLogs compares logs with start times where forms have both. Where they differ from form to form, logs say nothing.
func judgeLogs(logged, starts map[string]formTime, limits map[string]float64) loggedTimes {
	out := loggedTimes{forms: map[string]formTime{}, bias: 1, spread: limits["log_spread"]}
	var ratios []float64
	for form, t := range logged {
		if s, both := starts[form]; both {
			ratios = append(ratios, math.Log(t.Mean/s.Mean))
		} else {
			out.forms[form] = t
		}
	}
	if float64(len(ratios)) >= limits["min_log_forms"] {
		out.bias = math.Exp(stats.Median(ratios))
		out.spread = math.Max(robustSpread(ratios), limits["observed_spread"])
		if out.spread > limits["most_log_spread"] {
			clear(out.forms)
		}
	}
	return out
}
