package analyzer

import (
	"context"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabBurst looks for units that fill in many periods, or many records, in one go.
type fabBurst struct{ panels *panelModel }

const burstDetector = "fab-burst"

// Meta implements Detector.
func (fabBurst) Meta() Meta {
	return Meta{ID: burstDetector, Family: "fabrication", Version: 1, Evidence: "timing", After: "burden-overload"}
}

// burstForm is how the units of a form hand in.
type burstForm struct {
	form   queries.Form
	panel  *panel // nil for forms of records
	units  []*burstUnit
	events int // days on which so many units caught up that the system is the likely cause
	onDue  int // submissions on the day they are due or the day before
	due    int // submissions whose day due is known
}

// burstUnit is how one unit hands in.
type burstUnit struct {
	form     *burstForm
	unit     string
	sign     visitSign
	at       []int // rows of the panel handed in within an hour of another period's
	sittings int
	most     int // periods or records in one sitting
	dark     int // of at: at night
	waived   burstWaived
	around   circumstances
	newcomer bool // all in one sitting, by somebody who files nothing else
	p, q     float64
}

// burstWaived counts the periods that were not held against a unit.
type burstWaived struct{ imported, revised, event, unbegun int }

// Detect implements Detector.
func (d fabBurst) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(burstDetector)
	var out []queries.Finding
	var forms []*burstForm
	silent := func(form queries.Form, reason queries.Message) {
		if reason.Key != "fab.reason.records" { // forms of records are judged by their records below
			out = append(out, NotAssessed(burstDetector, fabSubject(form), reason, form.ID))
		}
	}
	err := d.panels.each(ctx, in, limits, func(p *panel) error {
		forms = append(forms, burstsOf(p, limits))
		return ctx.Err()
	}, silent)
	if err != nil {
		return nil, err
	}
	records, err := burstRecords(ctx, in, limits)
	if err != nil {
		return nil, err
	}
	forms = append(forms, records...)
	var all []*burstUnit
	for _, form := range forms {
		signs := make([]*visitSign, len(form.units))
		for i, u := range form.units {
			signs[i] = &u.sign
		}
		compareSigns(signs, limits)
		for _, u := range form.units {
			u.p = u.sign.p
			all = append(all, u)
		}
	}
	p := make([]float64, len(all))
	for i, u := range all {
		p[i] = u.p
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	overloaded := overloadMonths{in: in}
	for _, form := range forms {
		found, err := form.findings(ctx, in, limits, len(all), &overloaded)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// burstsOf counts for every unit of a panel the periods handed in with others.
func burstsOf(p *panel, limits map[string]float64) *burstForm {
	form := &burstForm{form: p.form, panel: p}
	together := make([][]int, len(p.units))
	caughtUp := map[time.Time]map[int]bool{}
	for u := range p.units {
		together[u] = p.handedInTogether(u)
		for _, r := range together[u] {
			day := dayOf(p.rows[r].submitted)
			if caughtUp[day] == nil {
				caughtUp[day] = map[int]bool{}
			}
			caughtUp[day][u] = true
		}
	}
	event := func(r int) bool {
		n := len(caughtUp[dayOf(p.rows[r].submitted)])
		return n >= int(limits["above_units"]) && float64(n) >= limits["event_share"]*float64(len(p.units))
	}
	for _, units := range caughtUp {
		if len(units) >= int(limits["above_units"]) && float64(len(units)) >= limits["event_share"]*float64(len(p.units)) {
			form.events++
		}
	}
	for u, code := range p.units {
		x := &burstUnit{form: form, unit: code, around: p.circumstances(u)}
		rows := 0
		for t := range p.periods {
			r := p.row(u, t)
			if r < 0 {
				continue
			}
			form.deadline(p, r)
			switch row := &p.rows[r]; {
			case row.channel == "import" || row.channel == "api":
				x.waived.imported++
			case row.revisions > 0:
				x.waived.revised++
			default:
				rows++
			}
		}
		for _, r := range together[u] {
			if event(r) {
				x.waived.event++
				rows--
				continue
			}
			x.at = append(x.at, r)
		}
		x.describe(p, limits)
		x.sign = visitSign{id: "burst", hits: uint64(len(x.at)), of: uint64(max(0, rows))}
		if rows >= int(limits["min_periods"]) {
			form.units = append(form.units, x)
		}
	}
	return form
}

// handedInTogether is the rows of a unit that were handed in within an hour of another period's, by people, and not sent
// together after they had been filled in on different days. Imports and corrections are left out.
func (p *panel) handedInTogether(unit int) []int {
	var rows []int
	for t := range p.periods {
		if r := p.row(unit, t); r >= 0 {
			if row := &p.rows[r]; row.channel != "import" && row.channel != "api" && row.revisions == 0 {
				rows = append(rows, r)
			}
		}
	}
	slices.SortFunc(rows, func(a, b int) int { return p.rows[a].submitted.Compare(p.rows[b].submitted) })
	near := func(i, j int) bool {
		if i < 0 || j >= len(rows) {
			return false
		}
		a, b := &p.rows[rows[i]], &p.rows[rows[j]]
		if b.submitted.Sub(a.submitted) >= batchGap {
			return false
		}
		return a.started.IsZero() || b.started.IsZero() || b.started.Sub(a.started).Abs() < batchGap
	}
	var out []int
	for i := range rows {
		if near(i-1, i) || near(i, i+1) {
			out = append(out, rows[i])
		}
	}
	return out
}

// describe counts the sittings.
func (u *burstUnit) describe(p *panel, limits map[string]float64) {
	others := map[uint64]bool{}
	seated := map[uint64]bool{}
	run := 0
	for i, r := range u.at {
		row := &p.rows[r]
		if i == 0 || row.submitted.Sub(p.rows[u.at[i-1]].submitted) >= batchGap {
			u.sittings++
			run = 0
		}
		run++
		u.most = max(u.most, run)
		if hour := float64(row.submitted.In(localZone).Hour()); hour >= limits["night_from"] || hour < limits["night_to"] {
			u.dark++
		}
		seated[row.reporter] = true
	}
	unit, _ := slices.BinarySearch(p.units, u.unit)
	for t := range p.periods {
		if r := p.row(unit, t); r >= 0 && !slices.Contains(u.at, r) {
			others[p.rows[r].reporter] = true
		}
	}
	u.newcomer = u.sittings == 1 && len(u.at) < 6
	for reporter := range seated {
		if reporter != 0 && len(others) > 0 && !others[reporter] && u.sittings == 1 {
			u.newcomer = true
		}
	}
}

// deadline counts a submission towards those on the day they are due.
func (f *burstForm) deadline(p *panel, r int) {
	row := &p.rows[r]
	if p.form.DueDays < 3 || int(row.period)+1 >= len(p.periods) {
		return
	}
	due := p.periods[row.period+1].start.AddDate(0, 0, int(p.form.DueDays)-1)
	left := due.Sub(dayOf(row.submitted)).Hours() / 24
	if left < 0 || left > 60 {
		return
	}
	f.due++
	if left <= 1 {
		f.onDue++
	}
}
