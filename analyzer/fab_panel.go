package analyzer

import (
	"context"
	"math"
	"slices"
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

	prefilled, constant, derived, rates int // numeric fields set aside, and why
}

type panelPeriod struct {
	name  string
	start time.Time
}

type panelRow struct {
	unit, period int32
	submitted    time.Time
	reporter     uint64
	channel      string
}

// row is the number of the row of a unit and period, -1 for none.
func (p *panel) row(unit, period int) int { return int(p.grid[unit*len(p.periods)+period]) }

func (p *panel) value(row, field int) float64 { return p.values[row*len(p.fields)+field] }

// fabReason is a key of web/locale for why a form was not assessed.
func fabReason(key string, params map[string]any) queries.Message {
	return queries.Message{Key: "fab.reason." + key, Params: params}
}

// panels calls judge with every form that has one submission a unit and period, and notAssessed with every other form and
// the reason. Shared thresholds: min_units, min_periods.
func panels(ctx context.Context, in Input, limits map[string]float64, judge func(*panel) error, notAssessed func(queries.Form, queries.Message)) error {
	shapes, err := in.Store.PanelShapes(ctx, in.Window.From, in.Window.To)
	if err != nil {
		return err
	}
	for _, form := range in.Registry.Forms() {
		if reason := panelObstacle(form, shapes[form.ID], limits); reason.Key != "" {
			notAssessed(form, reason)
			continue
		}
		p, err := loadPanel(ctx, in, form)
		if err != nil {
			return err
		}
		if err := judge(p); err != nil {
			return err
		}
	}
	return nil
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
func loadPanel(ctx context.Context, in Input, form queries.Form) (*panel, error) {
	p := &panel{form: form}
	var ids []string
	for _, f := range form.Fields {
		switch {
		case !numericField(f):
		case slices.Contains(form.Prefilled, f.ID):
			p.prefilled++
		default:
			ids = append(ids, f.ID)
			p.fields = append(p.fields, panelField{Field: f})
		}
	}
	starts := map[time.Time]string{}
	var startOf []time.Time
	towns := map[string]int{}
	err := in.Store.Panel(ctx, form.ID, ids, in.Window.From, in.Window.To, func(r queries.PanelRow) error {
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
		p.rows = append(p.rows, panelRow{unit: int32(len(p.units) - 1), submitted: r.Submitted, reporter: r.Reporter, channel: r.Channel})
		p.values = append(p.values, r.Numbers...)
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
	derived := p.derivedFields()
	keep := make([]bool, len(p.fields))
	for f := range p.fields {
		x := &p.fields[f]
		x.learn(p, f)
		switch {
		case x.known == 0:
		case derived[f]:
			p.derived++
		case x.Measure == "rate" || x.UnitOf == "%" || !math.IsNaN(x.Target):
			p.rates++
		case x.modeShare > constantShare || x.usualRepeats > constantShare && x.Measure != "stock":
			p.constant++
		default:
			keep[f] = true
		}
	}
	var fields []panelField
	for f := range p.fields {
		if keep[f] {
			fields = append(fields, p.fields[f])
		}
	}
	values := make([]float64, 0, len(p.rows)*len(fields))
	for r := range p.rows {
		for f := range p.fields {
			if keep[f] {
				values = append(values, p.value(r, f))
			}
		}
	}
	p.fields, p.values = fields, values
}
