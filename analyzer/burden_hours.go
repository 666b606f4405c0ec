package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// burdenHours reckons the hours that reporting takes: respondents x submissions x active time (US Paperwork Reduction Act;
// Standard Cost Model), observed where start times exist, else estimated from the fields.
type burdenHours struct{}

// Meta implements Detector.
func (burdenHours) Meta() Meta { return Meta{ID: "burden-hours", Family: "burden", Version: 1} }

// Detect implements Detector. It stores the hours by form, unit and month for the pages, and gives one finding for every
// form and one for every department that asks.
func (d burdenHours) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	model, err := reckonBurden(ctx, in, limits)
	if err != nil {
		return nil, err
	}
	forms, err := in.Store.BurdenByForm(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of forms: %w", err)
	}
	months, err := in.Store.BurdenByMonth(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of months: %w", err)
	}
	burdens := formBurdens(forms, months, model, in, limits)
	total := 0.0
	for _, b := range burdens {
		total += b.hours
	}
	var out []queries.Finding
	asked := map[string]bool{}
	for _, b := range burdens {
		asked[b.form.ID] = true
		if b.hours >= limits["min_hours"] {
			out = append(out, formBurdenFinding(b, total, in, limits))
		}
	}
	out = append(out, ownerFindings(burdens, total, in, limits)...)
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
		From: in.Window.To.AddDate(0, -int(limits["months"]), 1), Least: limits["least_seconds"],
	}
	if m.Recent.Before(m.From) {
		m.From = m.Recent
	}
	durations, err := in.Store.FormDurations(ctx, m.From, m.To, m.Least, limits["most_minutes"]*60)
	if err != nil {
		return m, fmt.Errorf("unable to read how long forms take: %w", err)
	}
	fences := map[string]float64{}
	for _, d := range durations {
		if float64(d.Timed) >= limits["min_timed"] {
			fences[d.Form] = fence(d.Quartiles, limits)
		}
	}
	means, err := in.Store.FormMeans(ctx, m.From, m.To, m.Least, fences)
	if err != nil {
		return m, fmt.Errorf("unable to read how long forms take on average: %w", err)
	}
	m.Forms = formPaces(durations, means, in.Registry, limits)
	units, err := in.Store.SetBurdenForms(ctx, m)
	if err != nil {
		return m, fmt.Errorf("unable to store how long forms take: %w", err)
	}
	if err := in.Store.SetBurden(ctx, m, unitPaces(units, limits)); err != nil {
		return m, fmt.Errorf("unable to store the hours of reporting: %w", err)
	}
	return m, nil
}

// formBurden is what one form costs over the window.
type formBurden struct {
	queries.FormBurden
	form   queries.Form
	owner  string
	pace   queries.FormPace
	hours  float64
	doubt  float64 // standard deviation of the hours
	months []queries.FormMonth
}

func (b formBurden) interval() (low, high float64) { return queries.HoursInterval(b.hours, b.doubt) }

func formBurdens(forms []queries.FormBurden, months []queries.FormMonth, m queries.BurdenModel, in Input, limits map[string]float64) []formBurden {
	paces := map[string]queries.FormPace{}
	for _, p := range m.Forms {
		paces[p.Form] = p
	}
	byForm := map[string][]queries.FormMonth{}
	for _, x := range months {
		byForm[x.Form] = append(byForm[x.Form], x)
	}
	out := make([]formBurden, 0, len(forms))
	for _, f := range forms {
		b := formBurden{FormBurden: f, pace: paces[f.Form], hours: f.Observed + f.Filled + f.Estimated, months: byForm[f.Form]}
		b.form, _ = in.Registry.Form(f.Form)
		b.form.ID = f.Form
		system, _ := in.Registry.System(b.form.System)
		b.owner = system.Owner
		// What was observed may still hold pauses, what was filled in varies as the form does, what was estimated may be
		// wrong for the whole form.
		filled := b.pace.Spread * b.Filled / math.Sqrt(math.Max(1, float64(b.Submissions-b.Timed)))
		b.doubt = math.Hypot(limits["observed_spread"]*(b.Observed+b.Filled), filled)
		if !b.pace.Observed {
			b.doubt = b.pace.Spread * b.Estimated
		}
		out = append(out, b)
	}
	return out
}

// ownerFindings adds up what each department asks.
func ownerFindings(burdens []formBurden, total float64, in Input, limits map[string]float64) []queries.Finding {
	byOwner := map[string][]formBurden{}
	for _, b := range burdens {
		if b.owner != "" {
			byOwner[b.owner] = append(byOwner[b.owner], b)
		}
	}
	var out []queries.Finding
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		list := byOwner[owner]
		slices.SortFunc(list, func(a, b formBurden) int {
			return cmp.Or(cmp.Compare(b.hours, a.hours), cmp.Compare(a.form.ID, b.form.ID))
		})
		if f := ownerBurdenFinding(owner, list, total, in, limits); *f.Effect > 0 {
			out = append(out, f)
		}
	}
	return out
}
