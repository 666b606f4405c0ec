package analyzer

import (
	"context"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// findings are those of a form's units or, where too many of them catch up in one go, one about the form; and one about its
// deadline, where everybody files on the last day.
func (f *burstForm) findings(ctx context.Context, in Input, limits map[string]float64, tests int, overloaded *overloadMonths) ([]queries.Finding, error) {
	var out []queries.Finding
	var flagged []*burstUnit
	for _, u := range f.units {
		if u.q <= limits["max_q"] {
			flagged = append(flagged, u)
		}
	}
	if f.due >= 10*int(limits["min_units"]) && float64(f.onDue) >= limits["deadline_share"]*float64(f.due) {
		out = append(out, f.aboveFinding("deadline", f.onDue, f.due))
	}
	if above(len(flagged), len(f.units), limits) {
		return append(out, f.aboveFinding("above", len(flagged), len(f.units))), nil
	}
	clerks := map[uint64]int{}
	for _, u := range flagged {
		clerks[u.around.clerk]++
	}
	busy := 0
	for _, u := range flagged {
		crowded, err := overloaded.share(ctx, u)
		if err != nil {
			return nil, err
		}
		if crowded >= 0.5 {
			busy++
		}
		found, err := u.finding(ctx, in, limits, tests, clerks[u.around.clerk], crowded)
		if err != nil {
			return nil, err
		}
		out = append(out, found)
	}
	if busy >= int(limits["above_units"]) && 2*busy > len(flagged) {
		out = append(out, f.aboveFinding("overload", busy, len(flagged)))
	}
	return out, nil
}

// finding writes one unit down.
func (u *burstUnit) finding(ctx context.Context, in Input, limits map[string]float64, tests, sameClerk int, crowded float64) (queries.Finding, error) {
	effect := u.sign.share() - u.sign.usual
	byClerk := u.around.clerkUnits >= sharedClerk && 2*sameClerk >= u.around.clerkUnits
	unbegun := u.sign.id == "entered" && 2*u.waived.unbegun > int(u.sign.of)
	open := byClerk || u.newcomer || crowded >= 0.5 || unbegun
	f := queries.Finding{
		ID: queries.FindingID(burstDetector, u.unit, u.form.form.ID), Subject: fabSubject(u.form.form, u.unit),
		Score: math.Min(1, 0.5+effect/2), P: figure(u.p), Q: figure(u.q), Effect: &effect, N: u.sign.of, Severity: fabSeverity(u.sign.share(), u.q, open),
	}
	if byClerk {
		f.Subject.Reporters = []string{reporterName(u.around.clerk)}
	}
	key := "fab.burst.unit"
	switch {
	case u.sign.id == "entered":
		key = "fab.burst.records"
	case 2*u.dark > len(u.at):
		key = "fab.burst.night"
	}
	sustained := len(u.at)
	if u.sign.id == "entered" {
		sustained = u.sittings
	}
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"unit": u.unit, "form": u.form.form.ID, "n": u.sign.hits, "of": u.sign.of, "share": u.sign.share(), "peers": u.sign.usual, "most": u.most, "dark": u.dark,
		}},
		Detail: map[string]any{
			"family": "timing", "deterministic": false, "beyond_peers": u.sign.share() > u.sign.most, "sustained": float64(sustained) >= limits["sustained"],
			"innocent_open": open, "tests": tests, "hits": u.sign.hits, "of": u.sign.of, "sittings": u.sittings, "most": u.most, "at_night": u.dark,
			"peers_median": u.sign.usual, "peers_most": u.sign.most, "overloaded": crowded,
		},
	}
	f.Explanations = u.explanations(byClerk, sameClerk, crowded, unbegun)
	if u.sign.id == "entered" {
		f.Evidence.Chart = u.form.funnel()
		return f, u.showRecords(ctx, in, &f)
	}
	u.showPeriods(&f, in)
	return f, nil
}

func (u *burstUnit) explanations(byClerk bool, sameClerk int, crowded float64, unbegun bool) []queries.Message {
	yes := func(is bool, otherwise string) string {
		if is {
			return "open"
		}
		return otherwise
	}
	out := []queries.Message{
		fabExplain("burst_import", outcomeOf(u.waived.imported, "excluded"), map[string]any{"n": u.waived.imported}),
		fabExplain("burst_clerk", yes(byClerk, outcomeOf(max(0, u.around.clerkUnits-sharedClerk+1), "unlikely")), map[string]any{"n": u.around.clerkUnits, "same": sameClerk}),
		fabExplain("burst_overload", yes(crowded >= 0.5, "unlikely"), nil),
	}
	if u.sign.id == "entered" {
		return append(out, fabExplain("offline", yes(unbegun, "excluded"), map[string]any{"n": u.waived.unbegun}))
	}
	return append(out,
		fabExplain("burst_revised", outcomeOf(u.waived.revised, "excluded"), map[string]any{"n": u.waived.revised}),
		fabExplain("burst_event", outcomeOf(u.waived.event, "excluded"), map[string]any{"n": u.waived.event}),
		fabExplain("burst_new", yes(u.newcomer, "unlikely"), nil),
	)
}

// showPeriods adds the periods handed in together, their picture and what to look at.
func (u *burstUnit) showPeriods(f *queries.Finding, in Input) {
	p := u.form.panel
	first, last := len(p.periods), 0
	table := &queries.Table{Columns: []string{"fab.column.period", "fab.column.submitted", "fab.column.channel", "fab.column.reporter"}}
	chart := &queries.Chart{Kind: "strip", Title: queries.Message{Key: "fab.chart.burst", Params: map[string]any{"unit": u.unit}}}
	marked := map[int]bool{}
	for _, r := range u.at {
		row := &p.rows[r]
		marked[r] = true
		name := p.periods[row.period].name
		first, last = min(first, int(row.period)), max(last, int(row.period))
		table.Rows = append(table.Rows, []any{name, clock(row.submitted), row.channel, pseudonym(row.reporter)})
		if len(f.Evidence.Look) < 10 {
			f.Evidence.Look = append(f.Evidence.Look, queries.Look{Period: name, Date: row.submitted.In(localZone).Format(time.RFC3339), Reporter: pseudonym(row.reporter)})
		}
	}
	unit, _ := slices.BinarySearch(p.units, u.unit)
	rows := map[uint64]int{}
	for t := range p.periods {
		r := p.row(unit, t)
		if r < 0 {
			continue
		}
		reporter := p.rows[r].reporter
		if _, known := rows[reporter]; !known {
			rows[reporter] = len(chart.Rows)
			chart.Rows = append(chart.Rows, pseudonym(reporter))
		}
		chart.Points = append(chart.Points, queries.Point{X: float64(p.rows[r].submitted.Unix()), Y: float64(rows[reporter]), Label: p.periods[t].name, Marked: marked[r]})
	}
	f.Evidence.Table, f.Evidence.Chart = table, chart
	f.From, f.To = periodSpan(p.periods, first, last, in.Window)
}

// showRecords adds the records to ask about.
func (u *burstUnit) showRecords(ctx context.Context, in Input, f *queries.Finding) error {
	from, to := in.verifySpan()
	visits, err := in.Store.VisitRecords(ctx, u.form.form.ID, u.unit, from, to, visitsShown)
	if err != nil {
		return err
	}
	slices.SortStableFunc(visits, func(a, b queries.Visit) int { return a.Ended.Compare(b.Ended) })
	for i := 1; i < len(visits) && len(f.Evidence.Look) < 10; i++ {
		v, before := &visits[i], &visits[i-1]
		gap := v.Ended.Sub(before.Ended).Seconds()
		if v.Reporter != before.Reporter || gap < 10 || gap > 120 || !v.Begun.IsZero() && v.Begun.Unix()%300 != 0 && v.Begun.Before(before.Ended.Add(-5*time.Second)) {
			continue
		}
		f.Evidence.Look = append(f.Evidence.Look, queries.Look{
			Date: v.Ended.In(localZone).Format(time.RFC3339), Value: &gap, Household: pseudonym(v.Subject), Reporter: pseudonym(v.Reporter),
		})
	}
	return nil
}

// aboveFinding says that catching up is so common that the form, its deadline or the load is to be questioned.
func (f *burstForm) aboveFinding(key string, n, of int) queries.Finding {
	effect := float64(n) / float64(of)
	return queries.Finding{
		ID: queries.FindingID(burstDetector, key, f.form.ID), Subject: fabSubject(f.form),
		Score: math.Min(1, 0.5+effect/2), Effect: &effect, N: uint64(of), Severity: "medium",
		Evidence: queries.Evidence{
			Message: queries.Message{Key: "fab.burst." + key, Params: map[string]any{"form": f.form.ID, "n": n, "of": of, "share": effect}},
			Chart:   f.funnel(),
			Detail: map[string]any{
				"family": "timing", "deterministic": false, "beyond_peers": false, "sustained": true, "innocent_open": true,
				"above": true, "cause": key, "units_flagged": n, "units_judged": of, "events": f.events,
			},
			NotProof: queries.Message{Key: "fab.not_proof.above"},
		},
		Explanations: []queries.Message{fabExplain("above", "open", nil)},
	}
}

// funnel shows every unit's share by its number of submissions, with the limits within which 99 % of honest units lie.
func (f *burstForm) funnel() *queries.Chart {
	var signs []visitSign
	var units []string
	for _, u := range f.units {
		signs, units = append(signs, u.sign), append(units, u.unit)
	}
	return signFunnel(signs, units, queries.Message{Key: "fab.chart.burst_funnel", Params: map[string]any{"form": f.form.ID}})
}

// signFunnel shows the shares of units by their number of records.
func signFunnel(signs []visitSign, units []string, title queries.Message) *queries.Chart {
	c := &queries.Chart{Kind: "funnel", Unit: "%", Title: title, Bands: make([][]float64, 2)}
	var usual []float64
	largest := 0.0
	for i, s := range signs {
		usual = append(usual, s.share())
		largest = math.Max(largest, float64(s.of))
		c.Points = append(c.Points, queries.Point{X: float64(s.of), Y: rounded(100*s.share(), 1), Label: units[i], Marked: s.p < 1})
	}
	middle := stats.Median(usual)
	for i := 1; i <= 20; i++ {
		n := math.Max(1, largest*float64(i)/20)
		width := 2.576 * math.Sqrt(middle*(1-middle)/n) // 99 % of a normal variable
		c.Sizes = append(c.Sizes, n)
		c.Bands[0] = append(c.Bands[0], rounded(100*math.Max(0, middle-width), 2))
		c.Bands[1] = append(c.Bands[1], rounded(100*math.Min(1, middle+width), 2))
	}
	return c
}

// overloadMonths knows the months in which what a unit owed surely exceeded its staff's hours; read when first asked.
type overloadMonths struct {
	in     Input
	months map[string]map[time.Time]bool
}

// share is how many of a unit's periods handed in together lie in such months.
func (o *overloadMonths) share(ctx context.Context, u *burstUnit) (float64, error) {
	if len(u.at) == 0 {
		return 0, nil
	}
	if o.months == nil {
		o.months = map[string]map[time.Time]bool{}
		staff := map[string]float64{}
		for _, unit := range o.in.Registry.Units() {
			if unit.Staff > 0 {
				staff[unit.Code] = float64(unit.Staff)
			}
		}
		if len(staff) > 0 {
			all, err := overloadedMonths(ctx, o.in, workdaysOf(o.in), staff, slices.Sorted(maps.Keys(staff)), o.in.Policy.Of("burden-overload"))
			if err != nil {
				return 0, err
			}
			for _, month := range all {
				for _, l := range month.units {
					if l.low > l.capacity {
						if o.months[l.unit] == nil {
							o.months[l.unit] = map[time.Time]bool{}
						}
						o.months[l.unit][month.from] = true
					}
				}
			}
		}
	}
	n := 0
	for _, r := range u.at {
		day := dayOf(u.form.panel.rows[r].submitted)
		if o.months[u.unit][time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)] {
			n++
		}
	}
	return float64(n) / float64(len(u.at)), nil
}
