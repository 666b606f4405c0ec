package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// burdenHours reckons the hours that reporting takes: respondents x submissions x active time (US Paperwork Reduction Act;
// Standard Cost Model), observed where start times or usage logs show it, else estimated from the fields.
type burdenHours struct{}

// Meta implements Detector.
func (burdenHours) Meta() Meta { return Meta{ID: "burden-hours", Family: "burden", Version: 2} }

// Detect implements Detector. It stores the hours by form, unit and month for the pages, and gives one finding for every
// form, system, department that asks and unit that reports.
func (d burdenHours) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	model, err := reckonBurden(ctx, in, limits)
	if err != nil {
		return nil, err
	}
	r, err := readBurden(ctx, in, model, limits)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	asked := map[string]bool{}
	for _, b := range r.forms {
		asked[b.form.ID] = true
		if b.Hours() >= limits["min_hours"] {
			out = append(out, r.ofForm(b))
		}
	}
	out = append(out, r.groups("system", func(b formBurden) string { return b.form.System })...)
	out = append(out, r.groups("owner", func(b formBurden) string { return b.owner })...)
	units, err := r.ofUnits(ctx)
	if err != nil {
		return nil, err
	}
	out = append(out, units...)
	for _, f := range in.Registry.Forms() {
		if !asked[f.ID] {
			out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Forms: []string{f.ID}, Systems: systemOf(f)},
				queries.Message{Key: "burden.reason.no_submissions", Params: map[string]any{"form": f.ID}}, f.ID))
		}
	}
	return out, nil
}

// reckonBurden learns what submissions take and stores the hours.
func reckonBurden(ctx context.Context, in Input, limits map[string]float64) (queries.BurdenModel, error) {
	m := queries.BurdenModel{
		Run: uint64(time.Now().UnixNano()), Recent: in.Window.From, To: in.Window.To,
		From: in.Window.To.AddDate(0, -int(limits["months"]), 1), Least: limits["least_seconds"], Most: limits["most_minutes"] * 60,
		Skew: limits["skew_share"], Batch: uint64(limits["batch_submissions"]), Moment: limits["batch_seconds"],
		Noise: limits["submission_spread"], Unpaced: limits["pace_spread"], Tariff: limits["tariff_yuan"],
	}
	if m.Recent.Before(m.From) {
		m.From = m.Recent
	}
	if err := in.Store.SetBurdenDoubts(ctx, m); err != nil {
		return m, fmt.Errorf("unable to find start times that cannot be right: %w", err)
	}
	durations, err := in.Store.FormDurations(ctx, m)
	if err != nil {
		return m, fmt.Errorf("unable to read how long forms take: %w", err)
	}
	bounds := startBounds(durations, limits)
	means, err := in.Store.FormMeans(ctx, m, bounds)
	if err != nil {
		return m, fmt.Errorf("unable to read how long forms take on average: %w", err)
	}
	starts := timesOf(bounds, means, limits)
	logs, err := readLogs(ctx, in, m, durations, starts, limits)
	if err != nil {
		return m, err
	}
	if m.Forms, err = formPaces(durations, starts, logs, in, limits); err != nil {
		return m, err
	}
	units, err := in.Store.SetBurdenForms(ctx, m)
	if err != nil {
		return m, fmt.Errorf("unable to store how long forms take: %w", err)
	}
	units, m.Unpaced = unitPaces(units, limits)
	if err := in.Store.SetBurden(ctx, m, units); err != nil {
		return m, fmt.Errorf("unable to store the hours of reporting: %w", err)
	}
	return m, nil
}

// burdenReading is what the hours of a window say.
type burdenReading struct {
	in     Input
	limits map[string]float64
	paces  map[string]queries.FormPace
	forms  []formBurden
	total  float64
}

// formBurden is what one form costs over the window.
type formBurden struct {
	queries.BurdenSum
	units uint64
	form  queries.Form
	owner string
	cells []queries.BurdenCell // of the window
}

func readBurden(ctx context.Context, in Input, m queries.BurdenModel, limits map[string]float64) (*burdenReading, error) {
	cells, err := in.Store.BurdenCells(ctx, nil)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of months: %w", err)
	}
	forms, err := in.Store.BurdenByForm(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of forms: %w", err)
	}
	r := &burdenReading{in: in, limits: limits, paces: map[string]queries.FormPace{}}
	for _, p := range m.Forms {
		r.paces[p.Form] = p
	}
	byForm := map[string][]queries.BurdenCell{}
	for _, c := range cells {
		if c.Recent {
			byForm[c.Form] = append(byForm[c.Form], c)
		}
	}
	for _, f := range forms {
		b := formBurden{BurdenSum: queries.SumBurden(byForm[f.Form], r.paces), units: f.Units, cells: byForm[f.Form]}
		b.form, _ = in.Registry.Form(f.Form)
		b.form.ID = f.Form
		system, _ := in.Registry.System(b.form.System)
		b.owner = system.Owner
		r.forms = append(r.forms, b)
		r.total += b.Hours()
	}
	return r, nil
}

// groups adds up the forms of each system or department; those of none are left out.
func (r *burdenReading) groups(kind string, of func(formBurden) string) []queries.Finding {
	byName := map[string][]formBurden{}
	for _, b := range r.forms {
		if name := of(b); name != "" {
			byName[name] = append(byName[name], b)
		}
	}
	var out []queries.Finding
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		list := byName[name]
		slices.SortFunc(list, func(a, b formBurden) int {
			return cmp.Or(cmp.Compare(b.Hours(), a.Hours()), cmp.Compare(a.form.ID, b.form.ID))
		})
		if f := r.ofGroup(kind, name, list); *f.Effect > 0 {
			out = append(out, f)
		}
	}
	return out
}
