package analyzer

import (
	"context"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// panel is what the units handed in over the periods of one form, the newest revision of each.
type panel struct {
	form    queries.Form
	fields  []panelField
	units   []string
	towns   []int // of each unit: the place above it, by number
	periods []panelPeriod
	rows    []panelRow
	values  []float64 // row by row, in the order of fields; NaN where there is no number
	grid    []int32   // row of (unit, period), unit by unit; -1 where nothing was handed in
	every   everyField

	prefilled, constant, derived, rates int // numeric fields set aside, and why
}

// everyField is what a form's rows hold in all of its numeric fields, those included that tell nothing about who filled
// them in: rates, targets, totals and pre-filled figures.
type everyField struct {
	fields    []queries.Field
	prefilled []bool
	derived   []bool // given by other fields: see derivedFields
	values    []float64
}

// raw is a number of any numeric field of the form; NaN where there is none.
func (p *panel) raw(row, field int) float64 { return p.every.values[row*len(p.every.fields)+field] }

type panelPeriod struct {
	name  string
	start time.Time
}

type panelRow struct {
	unit, period       int32
	submitted, started time.Time // started is zero where the upstream does not tell
	reporter           uint64    // 0 when unknown
	channel            string
	revisions          int // submissions for the period beside this one
}

// row is the number of the row of a unit and period, -1 for none.
func (p *panel) row(unit, period int) int { return int(p.grid[unit*len(p.periods)+period]) }

func (p *panel) value(row, field int) float64 { return p.values[row*len(p.fields)+field] }

// fabReason is a key of web/locale for why a form was not assessed.
func fabReason(key string, params map[string]any) queries.Message {
	return queries.Message{Key: "fab.reason." + key, Params: params}
}

// panelModel is the panels of all forms, read and learnt once for all detectors of one analysis.
type panelModel struct {
	mutex  sync.Mutex
	in     Input
	shapes map[string]queries.PanelShape
	panels map[string]*panel
}

// each calls judge with every form that has one submission a unit and period, and notAssessed with every other form and the
// reason. Panels are shared: judge must not change them. Shared thresholds: min_units, min_periods.
func (m *panelModel) each(ctx context.Context, in Input, limits map[string]float64, judge func(*panel) error, notAssessed func(queries.Form, queries.Message)) error {
	for _, form := range in.Registry.Forms() {
		p, reason, err := m.of(ctx, in, form, limits)
		switch {
		case err != nil:
			return err
		case reason.Key != "":
			notAssessed(form, reason)
		default:
			if err := judge(p); err != nil {
				return err
			}
		}
	}
	return nil
}

// of gives the panel of one form, or the reason why there is none.
func (m *panelModel) of(ctx context.Context, in Input, form queries.Form, limits map[string]float64) (*panel, queries.Message, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	from, to := in.verifySpan()
	if m.panels == nil || m.in != in {
		shapes, err := in.Store.PanelShapes(ctx, from, to)
		if err != nil {
			return nil, queries.Message{}, err
		}
		m.in, m.shapes, m.panels = in, shapes, map[string]*panel{}
	}
	if reason := panelObstacle(form, m.shapes[form.ID], limits); reason.Key != "" {
		return nil, reason, nil
	}
	if m.panels[form.ID] == nil {
		p, err := loadPanel(ctx, in, form, from, to)
		if err != nil {
			return nil, queries.Message{}, err
		}
		m.panels[form.ID] = p
	}
	return m.panels[form.ID], queries.Message{}, nil
}

// verifySpan is the days whose data the detectors of suspicious data judge: longer than the window, because habits show over
// years and numbers of one year are often too few.
func (in Input) verifySpan() (from, to time.Time) {
	days := max(in.Policy.Verify.Window, in.Policy.Window)
	return in.Window.To.AddDate(0, 0, 1-days), in.Window.To
}

// manyPerPair submissions a unit and period, on average, are no revisions: the form is about persons or entries.
const manyPerPair = 1.5

// panelObstacle says why the submissions of a form cannot be compared over periods and units, or nothing.
func panelObstacle(form queries.Form, shape queries.PanelShape, limits map[string]float64) queries.Message {
	params := map[string]any{"form": form.ID}
	switch {
	case shape.Pairs == 0:
		return fabReason("no_data", params)
	case form.Per == "record" || form.Per != "unit" && (shape.About > 0 || float64(shape.Submissions) > manyPerPair*float64(shape.Pairs)):
		return fabReason("records", params)
	case float64(shape.Units) < limits["min_units"]:
		params["n"], params["need"] = shape.Units, limits["min_units"]
		return fabReason("few_units", params)
	case float64(shape.Periods) < limits["min_periods"]:
		params["n"], params["need"] = shape.Periods, limits["min_periods"]
		return fabReason("few_periods", params)
	}
	return queries.Message{}
}

// numericField says whether a field may hold counts or amounts: by its type, or unless that is declared by its values.
func numericField(f queries.Field) bool {
	switch f.Type {
	case "integer", "number", "":
		return f.Role == "" || f.Role == "payload"
	}
	return false
}

// loadPanel reads a form and learns how its fields behave.
func loadPanel(ctx context.Context, in Input, form queries.Form, from, to time.Time) (*panel, error) {
	p := &panel{form: form}
	var ids []string
	for _, f := range form.Fields {
		if numericField(f) {
			ids = append(ids, f.ID)
			p.every.fields = append(p.every.fields, f)
			p.every.prefilled = append(p.every.prefilled, slices.Contains(form.Prefilled, f.ID))
		}
	}
	starts := map[time.Time]string{}
	var startOf []time.Time
	towns := map[string]int{}
	err := in.Store.Panel(ctx, form.ID, ids, from, to, func(r queries.PanelRow) error {
		if len(p.units) == 0 || p.units[len(p.units)-1] != r.Unit {
			p.units = append(p.units, r.Unit)
			above := r.Unit
			if u, ok := in.Registry.Unit(r.Unit); ok {
				above = u.Parent
			}
			town, ok := towns[above]
			if !ok {
				town = len(towns)
				towns[above] = town
			}
			p.towns = append(p.towns, town)
		}
		starts[r.Start] = r.Period
		startOf = append(startOf, r.Start)
		p.rows = append(p.rows, panelRow{
			unit: int32(len(p.units) - 1), submitted: r.Submitted, started: r.Started, reporter: r.Reporter, channel: r.Channel, revisions: int(r.Records) - 1,
		})
		p.every.values = append(p.every.values, r.Numbers...)
		return nil
	})
	if err != nil {
		return nil, err
	}
	for start, name := range starts {
		p.periods = append(p.periods, panelPeriod{name, start})
	}
	slices.SortFunc(p.periods, func(a, b panelPeriod) int { return a.start.Compare(b.start) })
	p.grid = make([]int32, len(p.units)*len(p.periods))
	for i := range p.grid {
		p.grid[i] = -1
	}
	for i := range p.rows {
		at, _ := slices.BinarySearchFunc(p.periods, startOf[i], func(a panelPeriod, t time.Time) int { return a.start.Compare(t) })
		p.rows[i].period = int32(at)
		p.grid[int(p.rows[i].unit)*len(p.periods)+at] = int32(i)
	}
	p.keepInformative()
	return p, nil
}

// constantShare is the share of equal values, or the usual share of repeats, from which a field is a quota, a standard or
// otherwise tells nothing about who filled it in.
const constantShare = 0.5

// keepInformative drops the fields that say nothing about who filled them in, and learns the others.
func (p *panel) keepInformative() {
	p.watch(func(f int) bool { return !p.every.prefilled[f] })
	derived := p.derivedFields()
	p.every.derived = make([]bool, len(p.every.fields))
	keep := map[string]bool{}
	for f := range p.fields {
		x := &p.fields[f]
		x.learn(p, f)
		switch {
		case x.known == 0:
		case derived[f]:
			p.derived++
			at := slices.IndexFunc(p.every.fields, func(e queries.Field) bool { return e.ID == x.ID })
			p.every.derived[at] = true
		case x.Measure == "rate" || x.UnitOf == "%" || !math.IsNaN(x.Target):
			p.rates++
		case x.modeShare > constantShare || x.usualRepeats > constantShare && x.Measure != "stock":
			p.constant++
		default:
			keep[x.ID] = true
		}
	}
	learnt := p.fields
	p.watch(func(f int) bool { return keep[p.every.fields[f].ID] })
	p.fields = slices.DeleteFunc(learnt, func(x panelField) bool { return !keep[x.ID] })
	for _, is := range p.every.prefilled {
		if is {
			p.prefilled++
		}
	}
}

// watch takes some of the numeric fields, in their order, for those that the panel speaks of.
func (p *panel) watch(takes func(field int) bool) {
	var at []int
	p.fields = nil
	for f, x := range p.every.fields {
		if takes(f) {
			at = append(at, f)
			p.fields = append(p.fields, panelField{Field: x})
		}
	}
	p.values = make([]float64, 0, len(p.rows)*len(at))
	for r := range p.rows {
		for _, f := range at {
			p.values = append(p.values, p.raw(r, f))
		}
	}
}
