package analyzer

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// offFormFinding writes down when one form is answered, and whether its own due days are the cause.
func offFormFinding(f *offForm, restDue bool, in Input, calendar *workdays, limits map[string]float64) queries.Finding {
	effect := f.share() - f.typical
	out := queries.Finding{
		ID: queries.FindingID("burden-off-hours", f.form.ID), Subject: queries.Subject{Forms: []string{f.form.ID}, Systems: systemOf(f.form)},
		Score: f.share(), Effect: &effect, N: uint64(f.sent), P: f.p, Q: f.q, Severity: byHours(f.hours(), limits),
	}
	key := "offhours.form"
	params := map[string]any{
		"form": f.form.ID, "owner": f.owner, "n": f.sent, "off": f.off(), "share": f.share(), "typical": f.typical, "hours": f.hours(),
		"dues": f.dues, "rest": f.onRest,
	}
	kinds := []string{"behaviour"}
	switch {
	case restDue && !f.departs:
		key, kinds = "offhours.due", []string{"due"}
		out.P, out.Q = nil, nil
		effect, out.Score = float64(f.onRest)/float64(f.dues), float64(f.onRest)/float64(f.dues)
	case restDue:
		kinds = append(kinds, "due")
		out.Explanations = append(out.Explanations, queries.Message{Key: "offhours.explain.cause_due", Params: params})
	}
	out.Evidence = offEvidence(queries.Message{Key: key, Params: params}, f.offCounts, f.typical, limits)
	out.Evidence.Chart = clockChart(f.clock)
	out.Evidence.Detail["kinds"], out.Evidence.Detail["owner"], out.Evidence.Detail["hours"] = kinds, f.owner, f.hours()
	out.Evidence.Detail["due_days"], out.Evidence.Detail["due_on_days_off"] = f.dues, f.onRest
	if f.form.Cycle == "day" {
		out.Explanations = append(out.Explanations, queries.Message{Key: "offhours.explain.daily"})
	}
	if f.departs {
		weekendOnly := !restDue && f.form.Cycle != "day" && f.weekend+f.holiday >= limits["weekend_only"]*f.off() && f.dark <= (1-limits["weekend_only"])*(f.sent+f.synced)
		burst := f.burst(int(limits["burst_days"]))
		short := burst >= limits["burst_share"] && float64(f.last-f.first) >= 3*limits["burst_days"]
		out.Evidence.Detail["burst_share"] = burst
		switch {
		case weekendOnly:
			out.Severity = "low"
			out.Explanations = append(out.Explanations, queries.Message{Key: "offhours.explain.weekend", Params: map[string]any{"share": (f.weekend + f.holiday) / f.off()}})
		case short:
			out.Severity = "low"
			out.Explanations = append(out.Explanations, queries.Message{Key: "offhours.explain.burst", Params: map[string]any{"share": burst, "days": limits["burst_days"]}})
		}
	}
	if f.synced > 0 {
		out.Explanations = append(out.Explanations, queries.Message{Key: "offhours.explain.synced", Params: map[string]any{"n": f.synced}})
	}
	out.Explanations = append(out.Explanations, queries.Message{Key: "offhours.explain.duty"}, queries.Message{Key: "offhours.explain.choice"}, calendar.calendarNote(in.Window))
	return out
}

// offEvidence is the table that forms, departments and the county share.
func offEvidence(message queries.Message, c offCounts, typical float64, limits map[string]float64) queries.Evidence {
	share := func(x float64) string { return fmt.Sprintf("%.1f%%", 100*x/math.Max(c.sent, 1)) }
	night := fmt.Sprintf("%02.0f:00–%02.0f:00", limits["night_from"], limits["night_to"])
	return queries.Evidence{
		Message: message,
		Table: &queries.Table{Columns: []string{"offhours.column.when", "offhours.column.count", "offhours.column.share"}, Rows: [][]any{
			{"offhours.when.all", c.sent, share(c.sent)},
			{"offhours.when.night", c.night, share(c.night)},
			{"offhours.when.weekend", c.weekend, share(c.weekend)},
			{"offhours.when.holiday", c.holiday, share(c.holiday)},
			{"offhours.when.off", c.off(), share(c.off())},
			{"offhours.when.typical", "", fmt.Sprintf("%.1f%%", 100*typical)},
		}},
		Detail: map[string]any{
			"submissions": c.sent, "night": c.night, "weekend": c.weekend, "holiday": c.holiday, "synced": c.synced, "share": c.share(), "typical": typical, "night_hours": night,
		},
	}
}

func clockChart(clock [24]uint64) *queries.Chart {
	c := &queries.Chart{Kind: "bars", Title: queries.Message{Key: "offhours.chart"}}
	values := make([]float64, len(clock))
	for hour, n := range clock {
		c.X, values[hour] = append(c.X, fmt.Sprintf("%02d", hour)), float64(n)
	}
	c.Series = []queries.Series{{Name: queries.Message{Key: "offhours.series"}, Values: values}}
	return c
}

// offGroup is all forms of one department.
type offGroup struct {
	offCounts
	owner string
	forms []*offForm
}

func (g offGroup) hours() (sum float64) {
	for _, f := range g.forms {
		sum += f.hours()
	}
	return sum
}

func groupByOwner(forms []*offForm) []*offGroup {
	byOwner := map[string]*offGroup{}
	for _, f := range forms {
		if f.owner == "" {
			continue
		}
		if byOwner[f.owner] == nil {
			byOwner[f.owner] = &offGroup{owner: f.owner}
		}
		byOwner[f.owner].add(f.offCounts)
		byOwner[f.owner].forms = append(byOwner[f.owner].forms, f)
	}
	out := make([]*offGroup, 0, len(byOwner))
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		g := byOwner[owner]
		slices.SortFunc(g.forms, func(a, b *offForm) int {
			return cmp.Or(cmp.Compare(b.off(), a.off()), cmp.Compare(a.form.ID, b.form.ID))
		})
		out = append(out, g)
	}
	return out
}

// offOwners finds departments several of whose forms are answered outside working time.
func offOwners(forms []*offForm, in Input, calendar *workdays, limits map[string]float64) []queries.Finding {
	groups := groupByOwner(forms)
	if float64(len(groups)) <= limits["min_peers"] {
		return nil
	}
	k, n, p := make([]float64, len(groups)), make([]float64, len(groups)), make([]float64, len(groups))
	for i, g := range groups {
		k[i], n[i] = g.off(), g.sent
	}
	typical := make([]float64, len(groups))
	for i := range groups {
		var peers stats.BetaBinomial
		typical[i], peers = honestPeers(without(k, i), without(n, i))
		p[i] = peers.Upper(int(k[i]), int(n[i]))
	}
	q := stats.BenjaminiHochberg(p)
	var out []queries.Finding
	for i, g := range groups {
		several := 0
		for _, f := range g.forms {
			if f.departs {
				several++
			}
		}
		// One form has its own finding; a department is charged for what it does throughout.
		if several < 2 || g.share() < limits["min_share"] || g.share()-typical[i] < limits["min_excess"] || q[i] > limits["max_q"] {
			continue
		}
		f := offGroupFinding("owner", g, typical[i], in, calendar, limits)
		f.P, f.Q = &p[i], &q[i]
		out = append(out, f)
	}
	return out
}

// offEverywhere speaks where most of the county works outside working time: then no form stands out from its peers.
func offEverywhere(forms []*offForm, in Input, calendar *workdays, limits map[string]float64) []queries.Finding {
	all := &offGroup{forms: forms}
	for _, f := range forms {
		all.add(f.offCounts)
	}
	if all.sent < limits["min_submissions"] || all.share() < limits["county_share"] || float64(len(forms)) <= limits["min_peers"] {
		return nil
	}
	return []queries.Finding{offGroupFinding("all", all, limits["county_share"], in, calendar, limits)}
}

func offGroupFinding(kind string, g *offGroup, typical float64, in Input, calendar *workdays, limits map[string]float64) queries.Finding {
	var ids []string
	for _, f := range g.forms {
		ids = append(ids, f.form.ID)
	}
	effect := g.share() - typical
	out := queries.Finding{
		ID: queries.FindingID("burden-off-hours", kind, g.owner), Subject: queries.Subject{Forms: ids, Systems: systemsBehind(in, ids)},
		Score: g.share(), Effect: &effect, N: uint64(g.sent), Severity: byHours(g.hours(), limits),
	}
	params := map[string]any{"owner": g.owner, "forms": len(ids), "n": g.sent, "off": g.off(), "share": g.share(), "typical": typical, "hours": g.hours()}
	out.Evidence = offEvidence(queries.Message{Key: "offhours." + kind, Params: params}, g.offCounts, typical, limits)
	out.Evidence.Detail["kinds"], out.Evidence.Detail["owner"], out.Evidence.Detail["hours"] = []string{kind}, g.owner, g.hours()
	out.Explanations = []queries.Message{{Key: "offhours.explain.duty"}, {Key: "offhours.explain.choice"}, calendar.calendarNote(in.Window)}
	return out
}
