package analyzer

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// digitModel counts the last digits of every form once, for all detectors that read them: of panels from the figures
// themselves, of forms about persons, households or payments from counts that the store makes.
type digitModel struct {
	panels *panelModel

	mutex   sync.Mutex
	in      Input
	forms   map[string]*digitForm
	reasons map[string]queries.Message
	records map[string]*digitForm
}

// digitForm is the last digits of one form, by unit and field.
type digitForm struct {
	form    queries.Form
	panel   *panel // nil for a form of records
	columns []int  // of the panel
	fields  []string
	pooled  []digitCell
	units   []*digitUnit
	copied  int // figures left out that repeat the period before
	rounds  int // fields left out because the form rounds
}

// digitCell is how often figures end in each digit, and in a doubled pair such as 44. Pairs that end in 0 or 5 are left out of
// the latter: rounding makes 00.
type digitCell struct {
	last           [10]float64
	doubled, pairs float64
}

func (c *digitCell) n() float64 {
	n := 0.0
	for _, k := range c.last {
		n += k
	}
	return n
}

func (c *digitCell) add(ending uint8, n float64) {
	c.last[ending%10] += n
	if ending%5 == 0 {
		return
	}
	c.pairs += n
	if ending/10 == ending%10 {
		c.doubled += n
	}
}

// digitUnit is the last digits of one unit in one form.
type digitUnit struct {
	form        *digitForm
	unit        string
	cells       []digitCell // by field
	halves      [2][10]float64
	seen        []digitSeen // of a panel, by period
	summary     TerminalSummary
	first, last time.Time
}

// digitSeen is one figure: its column among those of the form, and its last two digits.
type digitSeen struct {
	period, field int32
	ending        uint8
}

// mostlyRound is the share of last digits 0 and 5 over all units from which the form itself rounds.
const mostlyRound = 0.6

// of gives the last digits of a form, or the reason why they are not read.
func (m *digitModel) of(ctx context.Context, in Input, form queries.Form, limits map[string]float64) (*digitForm, queries.Message, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.forms == nil || m.in != in {
		m.in, m.forms, m.reasons, m.records = in, map[string]*digitForm{}, map[string]queries.Message{}, nil
	}
	if f, reason := m.forms[form.ID], m.reasons[form.ID]; f != nil || reason.Key != "" {
		return f, reason, nil
	}
	tests, err := digitThresholds(in.Policy.Of(terminalDetector))
	if err != nil {
		return nil, queries.Message{}, err
	}
	p, reason, err := m.panels.of(ctx, in, form, limits)
	if err != nil {
		return nil, reason, err
	}
	var counted *digitForm
	switch {
	case reason.Key == "fab.reason.records":
		if m.records == nil {
			if err := m.readRecords(ctx, tests); err != nil {
				return nil, reason, err
			}
		}
		if counted = m.records[form.ID]; counted != nil {
			reason = queries.Message{}
		} else {
			reason = fabReason("no_flows", map[string]any{"form": form.ID, "n": 0})
		}
	case reason.Key == "":
		if counted = countPanel(p, tests); len(counted.columns) == 0 {
			counted, reason = nil, fabReason("no_flows", map[string]any{"form": form.ID, "n": 0})
		}
	}
	m.forms[form.ID], m.reasons[form.ID] = counted, reason
	return counted, reason, nil
}

// countPanel counts the last digits of the flows of a panel. A figure that repeats the period before belongs to
// fab-copy-forward and is left out, as are small figures, and figures that hardly move: their last digits stay what they were.
func countPanel(p *panel, t DigitThresholds) *digitForm {
	form := &digitForm{form: p.form, panel: p}
	for f := range p.fields {
		switch {
		case !p.fields[f].flow():
		case p.rounds(f):
			form.rounds++
		default:
			form.columns = append(form.columns, f)
			form.fields = append(form.fields, p.fields[f].ID)
		}
	}
	form.pooled = make([]digitCell, len(form.columns))
	distinct := map[uint64]bool{}
	before := make([]float64, len(form.columns))
	moves := make([]bool, len(form.columns))
	for u, code := range p.units {
		unit := &digitUnit{form: form, unit: code, cells: make([]digitCell, len(form.columns))}
		clear(distinct)
		total := 0.0
		for i, f := range form.columns {
			before[i], moves[i] = math.NaN(), p.moves(u, f)
		}
		for period := range p.periods {
			r := p.row(u, period)
			if r < 0 {
				continue
			}
			for i, f := range form.columns {
				x, value := &p.fields[f], p.value(r, f)
				if math.IsNaN(value) || !moves[i] {
					continue
				}
				v := math.Round(math.Abs(value) * x.scale)
				repeat := value == before[i]
				before[i] = value
				if v < 10 || v > 1<<53 || v < t.LargeValue && !(x.expected(u, period) >= t.LargeMean) {
					continue
				}
				if repeat {
					form.copied++
					continue
				}
				ending := uint8(math.Mod(v, 100))
				unit.add(i, ending, 1)
				unit.seen = append(unit.seen, digitSeen{int32(period), int32(i), ending})
				unit.halves[2*period/len(p.periods)][ending%10]++
				unit.summary.TwoDigits++
				if v >= t.LargeValue {
					unit.summary.Large++
				}
				total += v
				distinct[uint64(v)] = true
				if unit.first.IsZero() {
					unit.first = p.periods[period].start
				}
				unit.last = p.periods[period].start
			}
		}
		unit.summary.Distinct = uint64(len(distinct))
		unit.summary.Mean = total / math.Max(1, float64(unit.summary.N()))
		form.units = append(form.units, unit)
	}
	return form
}

// leastMove is the median change from period to period, in units of the last place, from which a last digit is free: with
// less, the digit of this period is tied to that of the one before.
const leastMove = 4

// moves says whether the figures of a unit change enough from period to period for their last digits to be free.
func (p *panel) moves(unit, field int) bool {
	var changes []float64
	p.eachTransition(unit, func(before, now int) {
		if d := math.Abs(p.value(now, field) - p.value(before, field)); d > 0 {
			changes = append(changes, d*p.fields[field].scale)
		}
	})
	return len(changes) > 0 && stats.Median(changes) >= leastMove
}

func (u *digitUnit) add(field int, ending uint8, n float64) {
	u.cells[field].add(ending, n)
	u.form.pooled[field].add(ending, n)
	u.summary.Last[ending%10] += uint64(n)
}

// readRecords counts the last digits of all forms that are about persons, households or payments.
func (m *digitModel) readRecords(ctx context.Context, t DigitThresholds) error {
	in := m.in
	from, to := in.verifySpan()
	m.records = map[string]*digitForm{}
	extremes, err := in.Store.Extremes(ctx, from, to)
	if err != nil {
		return err
	}
	fields := recordFields(in, m.panels.shapes, extremes)
	endings, err := in.Store.LastDigits(ctx, fields, t.LargeValue, from, to)
	if err != nil {
		return err
	}
	for first := 0; first < len(endings); {
		last := first
		for last < len(endings) && endings[last].Form == endings[first].Form {
			last++
		}
		if form, ok := in.Registry.Form(endings[first].Form); ok {
			if counted := countRecords(form, endings[first:last], t); len(counted.fields) > 0 {
				m.records[form.ID] = counted
			}
		}
		first = last
	}
	return nil
}

// recordFields are the free amounts and counts of forms with many submissions a unit and period, each with its last place.
func recordFields(in Input, shapes map[string]queries.PanelShape, extremes []queries.Extreme) []queries.ScaledField {
	var out []queries.ScaledField
	for _, e := range extremes {
		form, ok := in.Registry.Form(e.Form)
		if !ok || panelObstacle(form, shapes[form.ID], nil).Key != "fab.reason.records" {
			continue
		}
		at := slices.IndexFunc(form.Fields, func(f queries.Field) bool { return f.ID == e.Field })
		if at < 0 || !poolable(form, form.Fields[at]) {
			continue
		}
		out = append(out, queries.ScaledField{Form: e.Form, Field: e.Field, Scale: placesScale(e)})
	}
	return out
}

// countRecords takes up the counts of one form, without the fields in which everyone rounds or whose numbers are too small.
func countRecords(form queries.Form, endings []queries.Endings, t DigitThresholds) *digitForm {
	sums := map[string]*TerminalSummary{}
	for _, e := range endings {
		s := sums[e.Field]
		if s == nil {
			s = &TerminalSummary{}
			sums[e.Field] = s
		}
		s.Last[e.Ending%10] += e.N
		s.Large += e.Large
		s.Mean += e.Total
	}
	out := &digitForm{form: form}
	at := map[string]int{}
	for _, f := range form.Fields {
		s := sums[f.ID]
		if s == nil {
			continue
		}
		n := float64(s.N())
		switch {
		case float64(s.Last[0]+s.Last[5]) >= mostlyRound*n:
			out.rounds++
		case float64(s.Large) < mostlyLarge*n && s.Mean < t.LargeMean*n:
		default:
			at[f.ID] = len(out.fields)
			out.fields = append(out.fields, f.ID)
		}
	}
	out.pooled = make([]digitCell, len(out.fields))
	var unit *digitUnit
	for _, e := range endings {
		f, ok := at[e.Field]
		if !ok {
			continue
		}
		if unit == nil || unit.unit != e.Unit {
			unit = &digitUnit{form: out, unit: e.Unit, cells: make([]digitCell, len(out.fields)), first: e.First}
			out.units = append(out.units, unit)
		}
		unit.add(f, e.Ending, float64(e.N))
		unit.halves[0][e.Ending%10] += float64(e.N - e.Late)
		unit.halves[1][e.Ending%10] += float64(e.Late)
		unit.summary.TwoDigits += e.N
		unit.summary.Large += e.Large
		unit.summary.Distinct += e.Distinct
		unit.summary.Mean += e.Total
		unit.reaches(e.First, e.Last)
	}
	for _, u := range out.units {
		u.summary.Mean /= float64(u.summary.N())
	}
	return out
}

func (u *digitUnit) reaches(first, last time.Time) {
	if first.Before(u.first) {
		u.first = first
	}
	if last.After(u.last) {
		u.last = last
	}
}

// rounds says whether everyone rounds in a field, as its form must ask for.
func (p *panel) rounds(field int) bool {
	round, n := 0, 0
	for r := range p.rows {
		if v := math.Round(p.value(r, field) * p.fields[field].scale); v > 0 {
			n++
			if math.Mod(v, 5) == 0 {
				round++
			}
		}
	}
	return float64(round) >= mostlyRound*float64(n)
}

// peersNeeded is how many times as many digits as the unit's own the peers must have in a field to set its baseline; else
// digits should be even.
const peersNeeded = 10

// expected is the peers' share of one of a cell's counts in a field, or even where they have too few.
func (u *digitUnit) expected(field int, count func(*digitCell) float64, even float64) float64 {
	own, all := &u.cells[field], &u.form.pooled[field]
	peers := all.n() - own.n()
	if peers < peersNeeded*math.Max(own.n(), 30) {
		return even
	}
	return (count(all) - count(own) + 10*even) / (peers + 10)
}

// shares mixes the peers' last digits of each field in the proportion in which the unit has them.
func (u *digitUnit) shares() (expected [10]float64) {
	for f := range u.cells {
		n := u.cells[f].n()
		if n == 0 {
			continue
		}
		for d := range expected {
			expected[d] += n * u.expected(f, func(c *digitCell) float64 { return c.last[d] }, 0.1)
		}
	}
	for d := range expected {
		expected[d] /= math.Max(1, float64(u.summary.N()))
	}
	return expected
}

// subject names the unit, its form and the fields that were read.
func (u *digitUnit) subject() queries.Subject {
	s := fabSubject(u.form.form, u.unit)
	for f := range u.cells {
		if u.cells[f].n() > 0 {
			s.Fields = append(s.Fields, [2]string{u.form.form.ID + "." + u.form.fields[f], ""})
		}
	}
	return s
}

// span is the days that the unit's figures cover.
func (u *digitUnit) span(w Window) (from, to time.Time) {
	if p := u.form.panel; p != nil {
		last, _ := slices.BinarySearchFunc(p.periods, u.last, func(a panelPeriod, t time.Time) int { return a.start.Compare(t) })
		first, _ := slices.BinarySearchFunc(p.periods, u.first, func(a panelPeriod, t time.Time) int { return a.start.Compare(t) })
		return periodSpan(p.periods, first, last, w)
	}
	return u.first, w.To
}

// unitIndex is the number of a unit of the panel.
func (p *panel) unitIndex(code string) int {
	i, _ := slices.BinarySearch(p.units, code)
	return i
}
