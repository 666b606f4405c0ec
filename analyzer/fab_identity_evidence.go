package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// stands says whether a unit's contradictions are certain: as many of them as a rule demands that no innocent cause explains,
// in a considerable share of what it handed in, and not of the number that honest units have.
func (form *identityForm) stands(u *identityUnit, limits map[string]float64) bool {
	if u.reading || u.q > limits["max_q"] || float64(len(u.standing)) < limits["standing_share"]*float64(u.rows) {
		return false
	}
	need := limits["standing_learnt"]
	for _, b := range u.breaks {
		if b.cause == "" && b.rule.declared {
			need = limits["standing_declared"]
		}
	}
	return float64(len(u.standing)) >= need && form.rate <= limits["peers_most"]
}

// findings are those of a form's units or, where contradictions are common, one about the form.
func (form *identityForm) findings(in Input, limits map[string]float64, tests int) []queries.Finding {
	p := form.panel
	var flagged []*identityUnit
	beyond := 0.0
	for _, u := range form.units {
		if len(u.periods) >= int(limits["least_breaks"]) && u.q <= limits["max_q"] || form.stands(u, limits) {
			flagged = append(flagged, u)
			continue
		}
		beyond = math.Max(beyond, u.share())
	}
	if above(len(flagged), len(form.units), limits) {
		f := aboveDigits(identityDetector, "fab.identity.above", p.form, "consistency", len(flagged), len(form.units))
		f.Evidence.Table = form.ruleTable()
		return []queries.Finding{f}
	}
	clerks := clerksOf(p, len(flagged), func(i int) string { return flagged[i].unit })
	var out []queries.Finding
	for _, u := range flagged {
		out = append(out, form.finding(u, in, limits, tests, beyond, clerks))
	}
	return out
}

// worst are a unit's contradictions, those that stand and are largest first.
func (u *identityUnit) worst() []identityBreak {
	out := slices.DeleteFunc(slices.Clone(u.breaks), func(b identityBreak) bool { return b.cause == "rounding" })
	slices.SortStableFunc(out, func(a, b identityBreak) int {
		return cmp.Or(-compareBool(a.cause == "", b.cause == ""), -compareFloat(math.Abs(a.diff()), math.Abs(b.diff())))
	})
	return out
}

func (form *identityForm) finding(u *identityUnit, in Input, limits map[string]float64, tests int, beyond float64, clerks clerkCount) queries.Finding {
	p := form.panel
	circumstances, clerk := clerks.of(u.unit)
	worst := u.worst()
	main := worst[0].rule
	stands := form.stands(u, limits)
	open := clerk || u.reading || len(u.standing) == 0
	slices.Sort(u.periods)
	share := u.share()
	var relative []float64
	for _, b := range worst {
		relative = append(relative, math.Abs(b.diff())/math.Max(1e-9, math.Max(math.Abs(b.left), math.Abs(b.right))))
	}
	size := stats.Median(relative)
	subject := fabSubject(p.form, u.unit)
	for _, id := range main.fields() {
		subject.Fields = append(subject.Fields, [2]string{p.form.ID + "." + id, ""})
	}
	f := queries.Finding{
		ID: queries.FindingID(identityDetector, u.unit, p.form.ID), Subject: subject,
		Score: fabScore(u.p, share), P: figure(u.p), Q: figure(u.q), Effect: &share, N: uint64(u.rows), Severity: fabSeverity(share, u.q, open),
	}
	f.From, f.To = periodSpan(p.periods, u.periods[0], u.periods[len(u.periods)-1], in.Window)
	f.Evidence = queries.Evidence{
		Message: queries.Message{Key: "fab.identity.unit", Params: map[string]any{
			"unit": u.unit, "form": p.form.ID, "n": len(u.periods), "of": u.rows, "rule": main.text, "held": main.held, "all": main.all,
			"version": main.version, "size": size, "origin": queries.Message{Key: "fab.identity.origin." + originOf(main)},
		}},
		Table: form.breakTable(worst), Chart: form.chart(u, worst[0].rule), Look: form.look(worst),
		Detail: map[string]any{
			"family": "consistency", "deterministic": stands && !open, "beyond_peers": share > beyond, "sustained": len(u.standing) >= int(limits["standing_learnt"]),
			"innocent_open": open, "tests": tests, "breaks": len(u.breaks), "periods": len(u.periods), "standing": len(u.standing), "rules": len(form.rules),
			"rule": main.text, "rule_version": main.version, "rule_kind": main.kind, "rule_held": main.held, "rule_all": main.all,
			"peers_rate": form.rate, "peers_most": beyond, "median_size": size,
		},
	}
	reading := "absent"
	if u.reading {
		reading = "open"
	}
	f.Explanations = append([]queries.Message{
		fabExplain("identity_rounding", outcomeOf(u.causes["rounding"], "excluded"), map[string]any{"n": u.causes["rounding"]}),
		fabExplain("identity_missing", "excluded", nil),
		fabExplain("identity_typo", outcomeOf(u.causes["typo"], "unlikely"), map[string]any{"n": u.causes["typo"]}),
		fabExplain("identity_blank", outcomeOf(u.causes["blank"], "unlikely"), map[string]any{"n": u.causes["blank"]}),
		fabExplain("identity_unit", outcomeOf(u.causes["unit"], "unlikely"), map[string]any{"n": u.causes["unit"]}),
		fabExplain("identity_revised", outcomeOf(u.causes["revised"], "unlikely"), map[string]any{"n": u.causes["revised"]}),
		fabExplain("identity_reading", reading, map[string]any{"n": u.causes["reading"]}),
		fabExplain("identity_careless", "excluded", map[string]any{"share": form.rate}),
	}, circumstances...)
	return f
}

func originOf(rule *identityRule) string {
	if rule.declared {
		return "declared"
	}
	return "learnt"
}

// identityRows is how many contradictions a table lists.
const identityRows = 24

func (form *identityForm) breakTable(breaks []identityBreak) *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.period", "fab.column.rule", "fab.column.left", "fab.column.right", "fab.column.difference", "fab.column.cause"}}
	for _, b := range breaks[:min(len(breaks), identityRows)] {
		cause := "fab.cause." + cmp.Or(b.cause, "none")
		t.Rows = append(t.Rows, []any{form.panel.periods[b.period].name, b.rule.text, rounded(b.left, 4), rounded(b.right, 4), rounded(b.diff(), 4), cause})
	}
	return t
}

// ruleTable lists the rules of a form with how many submissions keep them.
func (form *identityForm) ruleTable() *queries.Table {
	t := &queries.Table{Columns: []string{"fab.column.rule", "fab.column.version", "fab.column.held", "fab.column.judged"}}
	for _, r := range form.rules[:min(len(form.rules), identityRows)] {
		t.Rows = append(t.Rows, []any{r.text, r.version, r.held, r.all})
	}
	return t
}

// chart shows both sides of the rule that is broken most gravely.
func (form *identityForm) chart(u *identityUnit, rule *identityRule) *queries.Chart {
	c := &queries.Chart{Kind: "line", Title: queries.Message{Key: "fab.chart.identity", Params: map[string]any{"unit": u.unit, "rule": rule.text}}}
	left, right := queries.Series{Name: queries.Message{Key: "fab.series.left"}}, queries.Series{Name: queries.Message{Key: "fab.series.right"}}
	for t, period := range form.panel.periods {
		if diff, sides := form.panel.differs(rule, u.at, t); !math.IsNaN(diff) {
			c.X = append(c.X, period.name)
			left.Values, right.Values = append(left.Values, rounded(sides[0], 4)), append(right.Values, rounded(sides[1], 4))
		}
	}
	c.Series = []queries.Series{left, right}
	return c
}

func (form *identityForm) look(breaks []identityBreak) []queries.Look {
	var out []queries.Look
	for _, b := range breaks[:min(len(breaks), 10)] {
		left, right := rounded(b.left, 4), rounded(b.right, 4)
		period := form.panel.periods[b.period].name
		look := queries.Look{Period: period, Value: &left, Compare: &right, With: period, Field: form.panel.form.ID + "." + b.rule.fields()[0]}
		if r := form.panel.rows[b.row].reporter; r != 0 {
			look.Reporter = reporterName(r)
		}
		out = append(out, look)
	}
	return out
}
