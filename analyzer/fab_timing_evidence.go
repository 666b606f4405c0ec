package analyzer

import (
	"context"
	"math"

	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where too many of them show signs, one about the form.
func (f *visitForm) findings(ctx context.Context, in Input, limits map[string]float64, tests int) ([]queries.Finding, error) {
	var flagged []*visitUnit
	judged := 0
	for _, u := range f.units {
		if len(u.signs) > 0 {
			judged++
		}
		if len(u.signs) > 0 && u.q <= limits["max_q"] {
			flagged = append(flagged, u)
		}
	}
	if above(len(flagged), judged, limits) {
		return []queries.Finding{f.aboveFinding(len(flagged), judged)}, nil
	}
	var out []queries.Finding
	for _, u := range flagged {
		found, err := u.finding(ctx, in, limits, tests)
		if err != nil {
			return nil, err
		}
		out = append(out, found)
	}
	return out, nil
}

// visitsShown is how many of a unit's newest visits are read for the picture and the list for the inspector.
const visitsShown = 20000

// contradiction says whether what stands in the records cannot be: dozens of households, found far apart at other times, at
// exactly one point on many days; or an account faster than anybody, again and again, and not by two people sharing it.
func (u *visitUnit) contradiction(limits map[string]float64) bool {
	if u.q > limits["max_q"] {
		return false
	}
	sign := u.signs[u.worst]
	least := limits["certain"]
	switch sign.id {
	case "point":
		return u.form.at.decimals == 6 && sign.open == "" && u.clerks == 0 && float64(u.homes.SharedMoved) >= least && float64(u.points.LargestHomes) >= least &&
			float64(u.points.LargestDay) >= limits["certain_days"]
	case "speed":
		return sign.open == "" && float64(sign.hits) >= least
	}
	return false
}

// finding writes one unit down.
func (u *visitUnit) finding(ctx context.Context, in Input, limits map[string]float64, tests int) (queries.Finding, error) {
	sign := u.signs[u.worst]
	from, to := in.verifySpan()
	visits, err := in.Store.VisitRecords(ctx, u.form.form.ID, u.shape.Unit, from, to, visitsShown)
	if err != nil {
		return queries.Finding{}, err
	}
	marks := u.mark(visits, sign.id, limits)
	first, last, days := marks.span(visits)
	effect := sign.share() - sign.usual
	certain := u.contradiction(limits)
	open := sign.open != "" && !certain
	f := queries.Finding{
		ID: queries.FindingID(timingDetector, u.shape.Unit, u.form.form.ID), Subject: fabSubject(u.form.form, u.shape.Unit),
		Score: math.Min(1, 0.5+effect/2), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: sign.of,
		Severity: fabSeverity(sign.share(), u.q, open),
	}
	if !first.IsZero() {
		f.From, f.To = dayOf(first), dayOf(last)
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.timing.unit." + sign.id, Params: map[string]any{
			"unit": u.shape.Unit, "form": u.form.form.ID, "n": sign.hits, "of": sign.of, "share": sign.share(), "peers": sign.usual,
			"bound": u.bound(sign.id, limits), "homes": u.points.LargestHomes, "visits": u.points.Largest, "days": u.points.LargestDay,
		}},
		Table: u.table(), Chart: u.chart(visits, marks), Look: marks.looks(visits, u, sign),
		Detail: map[string]any{
			"family": "timing", "deterministic": certain, "beyond_peers": sign.share() > sign.most, "sustained": float64(days) >= limits["sustained"],
			"innocent_open": open, "tests": tests, "sign": sign.id, "signs": len(u.signs), "hits": sign.hits, "visits": sign.of,
			"peers_median": sign.usual, "peers_most": sign.most, "days": days, "clerks": u.clerks, "moved_homes": u.homes.SharedMoved,
		},
	}
	f.Explanations = u.explanations(sign)
	return f, nil
}

// bound is the figure that a sign was counted with: seconds, days, metres or kilometres an hour.
func (u *visitUnit) bound(sign string, limits map[string]float64) float64 {
	at := u.form.at
	switch sign {
	case "run":
		return float64(visitSeconds[at.run])
	case "quick":
		return float64(visitSeconds[at.quick])
	case "late":
		return float64(visitLags[at.lag])
	case "tight":
		return visitSpreads[at.tight]
	case "displaced":
		return limits["far"]
	case "speed":
		return 3.6 * limits["speed"]
	case "crowd":
		return limits["visits_day"]
	case "rounded":
		return float64(at.decimals - 1)
	}
	return 0
}

func (u *visitUnit) explanations(sign visitSign) []queries.Message {
	outcome := func(key, found string, n int) string {
		if sign.open == key {
			return "open"
		}
		return outcomeOf(n, found)
	}
	uploaded, _ := u.sum(func(p queries.VisitPace) uint64 { return p.Uploaded })
	shuttled, _ := u.sum(func(p queries.VisitPace) uint64 { return p.Shuttled })
	unlocated := u.shape.Visits - min(u.shape.Visits, u.shape.Located)
	register := "absent"
	switch {
	case sign.open == "register":
		register = "open"
	case u.homes.Same > 0 || u.points.Shared > 0:
		register = "unlikely"
	}
	out := []queries.Message{
		fabExplain("offline", outcomeOf(int(uploaded), "excluded"), map[string]any{"n": uploaded}),
		fabExplain("paper", outcomeOf(u.clerks, "excluded"), map[string]any{"n": u.clerks, "desk": u.shape.Desk}),
		fabExplain("account", outcome("shared_account", "unlikely", int(shuttled)), map[string]any{"n": shuttled}),
		fabExplain("device_clock", outcome("clock", "excluded", u.clocks), map[string]any{"n": u.clocks}),
		fabExplain("building", register, map[string]any{"n": u.points.SharedPoints}),
		fabExplain("no_fix", outcomeOf(int(unlocated), "excluded"), map[string]any{"n": unlocated}),
	}
	for _, key := range []string{"typed_times", "old_phone", "met_elsewhere"} {
		if sign.open == key {
			out = append(out, fabExplain(key, "open", nil))
		}
	}
	return out
}

// table shows all signs of the unit beside what is usual.
func (u *visitUnit) table() *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.sign", "fab.column.hits", "fab.column.visits", "fab.column.share", "fab.column.usual_share", "fab.column.p"}}
	for _, s := range u.signs {
		t.Rows = append(t.Rows, []any{"fab.timing.sign." + s.id, s.hits, s.of, rounded(100*s.share(), 1), rounded(100*s.usual, 1), s.p})
	}
	return t
}

// aboveFinding says that signs are so common that the form, its app or what is asked of visitors is to be questioned.
func (f *visitForm) aboveFinding(flagged, judged int) queries.Finding {
	effect := float64(flagged) / float64(judged)
	return queries.Finding{
		ID: queries.FindingID(timingDetector, "above", f.form.ID), Subject: fabSubject(f.form),
		Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(judged), Severity: "medium",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.timing.above", Params: map[string]any{"form": f.form.ID, "n": flagged, "of": judged, "share": effect}},
			Chart:   f.funnel(),
			Detail: map[string]any{
				"family": "timing", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true,
				"above": true, "units_flagged": flagged, "units_judged": judged,
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

// funnel shows every unit's strongest sign by its number of visits, with the limits within which 99 % of honest units lie.
func (f *visitForm) funnel() *queries.Chart {
	var signs []visitSign
	var units []string
	for _, u := range f.units {
		if len(u.signs) > 0 {
			signs, units = append(signs, u.signs[u.worst]), append(units, u.shape.Unit)
		}
	}
	return signFunnel(signs, units, queries.Message{Key: "fab.chart.timing_funnel", Params: map[string]any{"form": f.form.ID}})
}
