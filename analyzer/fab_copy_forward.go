package analyzer

import (
	"context"
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabCopyForward looks for units that hand in last period's figures again.
type fabCopyForward struct{ panels *panelModel }

// Meta implements Detector.
func (fabCopyForward) Meta() Meta {
	return Meta{ID: "fab-copy-forward", Family: "fabrication", Version: 1, Evidence: "copying"}
}

// copyForm is what a form shows about copying: the transitions of every unit, and what is usual among them.
type copyForm struct {
	panel                    *panel
	form                     queries.Form
	periods                  []panelPeriod
	fields                   []int // watched
	units                    []*copyUnit
	watched                  int  // fields
	stocks                   bool // only stocks could be watched
	prefilled, constant, set int  // fields set aside
	events                   []int
	usual                    []float64 // of each period: the units' median share of repeated figures
	rate                     float64   // of copied transitions among honest units
	median                   float64   // of the units' shares of copied transitions
}

// copyUnit is one unit and form.
type copyUnit struct {
	form        *copyForm
	unit        string
	transitions []copyTransition
	copied      int
	p, q        float64
	at          int // number of the unit in the panel
	imported    int // of the copied transitions: by import or interface
	batch       int // handed in within an hour of the one before
}

// copyTransition compares a submission with the one before.
type copyTransition struct {
	period        int
	before, now   int // rows
	repeated, of  int
	chance        float64 // of being called copied if nothing was
	copied, event bool    // event: so many units repeat in this period that the system is the likely cause
}

func (u *copyUnit) judged() int {
	n := 0
	for _, t := range u.transitions {
		if !t.event {
			n++
		}
	}
	return n
}

func (u *copyUnit) share() float64 { return float64(u.copied) / math.Max(1, float64(u.judged())) }

// Detect implements Detector.
func (d fabCopyForward) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	var out []queries.Finding
	var forms []*copyForm
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Systems: []string{form.System}, Forms: []string{form.ID}}, reason, form.ID))
	}
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		form, reason := copyTransitions(p, limits)
		if reason.Key != "" {
			silent(p.form, reason)
			return nil
		}
		forms = append(forms, form)
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	for _, form := range forms {
		form.setAsideEvents(limits)
	}
	tests := judgeCopies(forms, limits)
	for _, form := range forms {
		out = append(out, form.findings(in, limits, tests)...)
	}
	return out, nil
}

// watchedFields are the flows or, where a form has too few, the stocks that move for most units.
func watchedFields(p *panel, limits map[string]float64) (watched []int, stocks bool) {
	for f := range p.fields {
		if p.fields[f].flow() {
			watched = append(watched, f)
		}
	}
	if len(watched) >= int(limits["min_fields"]) {
		return watched, false
	}
	watched = watched[:0]
	for f := range p.fields {
		if p.fields[f].repeatHigh <= constantShare {
			watched = append(watched, f)
		}
	}
	return watched, true
}

// copyTransitions compares every submission of a form with the unit's one before.
func copyTransitions(p *panel, limits map[string]float64) (*copyForm, queries.Message) {
	params := map[string]any{"form": p.form.ID, "need": limits["min_fields"]}
	watched, stocks := watchedFields(p, limits)
	if params["n"] = len(watched); len(watched) < int(limits["min_fields"]) {
		return nil, fabReason("few_fields", params)
	}
	form := &copyForm{
		panel: p, fields: watched, form: p.form, periods: p.periods, watched: len(watched), stocks: stocks,
		prefilled: p.prefilled, constant: p.constant + p.derived, set: p.rates,
	}
	shares := make([][]float64, len(p.periods))
	chances := make([]float64, 0, len(watched))
	for u, code := range p.units {
		unit := &copyUnit{form: form, unit: code, at: u}
		p.eachTransition(u, func(before, now int) {
			t := copyTransition{period: int(p.rows[now].period), before: before, now: now}
			chances = chances[:0]
			large := stocks
			for _, f := range watched {
				chance, expected := p.repeatChance(u, before, now, f)
				if !(expected >= limits["min_support"]) {
					continue
				}
				large = large || expected >= limits["min_expected"]
				chances = append(chances, chance)
				if p.value(before, f) == p.value(now, f) {
					t.repeated++
				}
			}
			if t.of = len(chances); t.of < int(limits["min_fields"]) || !large {
				return
			}
			least, chance := leastCopied(chances, limits)
			t.copied, t.chance = t.repeated >= least, chance
			if t.copied {
				unit.note(p, before, now)
			}
			unit.transitions = append(unit.transitions, t)
			shares[t.period] = append(shares[t.period], float64(t.repeated)/float64(t.of))
		})
		if len(unit.transitions)+1 >= int(limits["min_periods"]) {
			form.units = append(form.units, unit)
		}
	}
	if params["n"], params["need"] = len(form.units), limits["min_units"]; len(form.units) < int(limits["min_units"]) {
		return nil, fabReason("small_counts", params)
	}
	for _, s := range shares {
		form.usual = append(form.usual, stats.Median(s))
	}
	return form, queries.Message{}
}

// repeatChance is the probability that an honest unit repeats a figure: that two counts of the means expected are equal
// (at most the root of the product of each being equal to another of its kind, by the Cauchy-Schwarz inequality), but at
// least what peers show. Stocks and unknown measures have only the peers. Expected is the smaller of the two means in units
// of the last place, NaN where there is nothing to compare: both figures zero, or one of them missing.
func (p *panel) repeatChance(unit, before, now, field int) (chance, expected float64) {
	x := &p.fields[field]
	a, b := p.value(before, field), p.value(now, field)
	if math.IsNaN(a) || math.IsNaN(b) || a == 0 && b == 0 {
		return 0, math.NaN()
	}
	m1, m2 := x.expected(unit, int(p.rows[before].period)), x.expected(unit, int(p.rows[now].period))
	chance = x.repeatRate
	if x.Measure != "flow" {
		chance = math.Max(chance, x.repeatHigh)
	}
	if x.flow() {
		step := x.step[unit]
		chance = math.Max(chance, math.Sqrt(x.equalByChance(m1/step)*x.equalByChance(m2/step)))
	}
	return math.Min(0.95, math.Max(chance, 1e-6)), math.Min(m1, m2)
}

// leastCopied is how many figures must repeat before a submission is called copied: a share of them, and so many that
// chance alone hardly does it; more than there are if none suffices. The second value is that chance. Where Chernoff's bound
// is enough, the distribution is not worked out.
func leastCopied(chances []float64, limits map[string]float64) (int, float64) {
	k := max(int(limits["min_fields"]), int(math.Ceil(limits["min_share"]*float64(len(chances)))))
	mean := 0.0
	for _, c := range chances {
		mean += c
	}
	if x := float64(k); mean > 0 && x > mean {
		if bound := math.Exp(x - mean - x*math.Log(x/mean)); bound <= limits["max_chance"] {
			return k, bound
		}
	}
	for ; k <= len(chances); k++ {
		if chance := stats.PoissonBinomialUpper(k, chances); chance <= limits["max_chance"] {
			return k, chance
		}
	}
	return k, 0
}

// note counts a copied transition and the circumstances that may explain it.
func (u *copyUnit) note(p *panel, before, now int) {
	u.copied++
	a, b := &p.rows[before], &p.rows[now]
	if b.channel == "import" || b.channel == "api" {
		u.imported++
	}
	if gap := b.submitted.Sub(a.submitted); gap.Abs().Hours() < 1 {
		u.batch++
	}
}

// setAsideEvents leaves out periods in which so many units repeat that the system is the likely cause: last period's file
// imported again, or figures carried over by the form itself.
func (form *copyForm) setAsideEvents(limits map[string]float64) {
	for period := range form.periods {
		units, copied := 0, 0
		for _, u := range form.units {
			for _, t := range u.transitions {
				if t.period == period {
					units++
					if t.copied {
						copied++
					}
				}
			}
		}
		if copied < 5 || float64(copied) < limits["period_share"]*float64(units) {
			continue
		}
		form.events = append(form.events, period)
		for _, u := range form.units {
			for i := range u.transitions {
				if t := &u.transitions[i]; t.period == period {
					t.event = true
					if t.copied {
						u.copied--
					}
				}
			}
		}
	}
}

// judgeCopies gives every unit its p, corrected over all units and forms, and returns how many there are.
func judgeCopies(forms []*copyForm, limits map[string]float64) int {
	var all []*copyUnit
	var everyone []tally
	for _, form := range forms {
		everyone = append(everyone, form.tallies()...)
	}
	runOdds := mistakeOdds(everyone, 0, 0)
	for _, form := range forms {
		form.rate = honestRate(form.tallies(), runOdds, limits["least_rate"])
		var shares []float64
		for _, u := range form.units {
			shares = append(shares, u.share())
			chances := make([]float64, 0, len(u.transitions))
			for _, t := range u.transitions {
				if !t.event {
					chances = append(chances, math.Max(t.chance, form.rate))
				}
			}
			u.p = stats.PoissonBinomialUpperMidP(u.copied, chances)
			if math.IsNaN(u.p) || u.copied == 0 {
				u.p = 1
			}
			all = append(all, u)
		}
		form.median = stats.Median(shares)
	}
	p := make([]float64, len(all))
	for i, u := range all {
		p[i] = u.p
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	return len(all)
}

func (form *copyForm) tallies() []tally {
	out := make([]tally, len(form.units))
	for i, u := range form.units {
		out[i] = tally{u.copied, u.judged()}
	}
	return out
}
