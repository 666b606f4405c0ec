package analyzer

import (
	"fmt"
	"math"

	"github.com/jianfu/jianfu/queries"
)

// forcedFinding writes down the signs of forced use.
func forcedFinding(u *systemUse, f forcedSigns, in Input, suggested queries.Suggestion) queries.Finding {
	effect := f.empty
	out := queries.Finding{
		ID: queries.FindingID("idle-forced", u.system.ID), Subject: queries.Subject{Systems: []string{u.system.ID}},
		From: queries.DayOf(u.coverage.mark - u.recent + 1), To: queries.DayOf(u.coverage.mark), Status: "open", Severity: "medium",
		Score: 0.4*f.empty + 0.2*float64(f.count), Effect: &effect, N: u.sessions.Count,
	}
	if f.count == 3 || f.empty >= 0.8 {
		out.Severity = "high"
	}
	params := map[string]any{
		"system": u.system.ID, "n": u.sessions.Count, "people": u.sessions.People, "empty": f.empty, "spike": f.spike, "hour": f.hour,
		"points": f.points, "recent": u.recent, "visits": f.visits,
	}
	key := "forced.message"
	detail := map[string]any{
		"verdict": "forced", "suggestion": suggested.Action, "empty_share": f.empty, "login_only_share": perSession(u.sessions.LoginOnly, u.sessions.Count),
		"one_endpoint_share": f.single, "visits_per_person": f.visits, "spike_share": f.spike, "spike_hour": f.hour, "points_share": f.points,
		"depth": f.depth, "weekend_ratio": f.weekend, "signs": f.count,
	}
	tellSavings(detail, suggested)
	reach := any("idle.answer.unknown")
	if !math.IsNaN(f.reach) {
		key, params["reach"], detail["reach"] = "forced.message_reach", f.reach, f.reach
		reach = fmt.Sprintf("%d / %d", u.sessions.People, u.system.EntitledUsers)
	}
	share := func(x float64) string { return fmt.Sprintf("%.0f%%", 100*x) }
	table := &queries.Table{Columns: []string{"idle.column.measure", "idle.column.value"}, Rows: [][]any{
		{"forced.measure.sessions", u.sessions.Count},
		{"forced.measure.empty", share(f.empty)},
		{"forced.measure.single", share(f.single)},
		{"forced.measure.depth", f.depth},
		{"forced.measure.reach", reach},
		{"forced.measure.visits", f.visits},
		{"forced.measure.spike", fmt.Sprintf("%s (%02d:00–%02d:59)", share(f.spike), f.hour, f.hour)},
		{"forced.measure.points", share(f.points)},
		{"forced.measure.weekend", share(f.weekend)},
	}}
	hours := make([]string, len(u.sessions.Hours))
	counts := make([]float64, len(u.sessions.Hours))
	for h, n := range u.sessions.Hours {
		hours[h], counts[h] = fmt.Sprintf("%02d", h), float64(n)
	}
	out.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: params}, Table: table, Coverage: u.coverage.evidence(in.Window), Detail: detail,
		Chart: &queries.Chart{
			Kind: "bars", Title: queries.Message{Key: "forced.chart", Params: map[string]any{"spike": f.spike, "hour": f.hour}}, X: hours,
			Series: []queries.Series{{Name: queries.Message{Key: "forced.series.sessions"}, Values: counts}},
		},
	}
	out.Explanations = []queries.Message{
		{Key: "forced.explain.reading", Params: map[string]any{"depth": f.depth}},
		{Key: "forced.explain.shift", Params: map[string]any{"spike": f.spike}},
		{Key: "forced.explain.emergency"},
	}
	return out
}
