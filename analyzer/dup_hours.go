package analyzer

import (
	"context"
	"fmt"
	"math"

	"github.com/jianfu/jianfu/queries"
)

// formCost is what a form takes in a year.
type formCost struct {
	hours, doubt float64 // doubt is a standard deviation
	seconds      float64 // of all its fields after the policy, to share the hours among them
	estimated    bool    // nothing was observed
}

// formCosts takes the hours that burden-hours reckoned for the window. Forms that it has not seen are estimated from their
// fields alone.
func formCosts(ctx context.Context, in Input, d *dupData) ([]formCost, error) {
	burdens, err := in.Store.BurdenByForm(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of forms: %w", err)
	}
	known := map[string]queries.FormBurden{}
	for _, b := range burdens {
		known[b.Form] = b
	}
	limits := in.Policy.Of("burden-hours")
	year := 12 / windowMonths(in.Window)
	out := make([]formCost, len(d.forms))
	for i := range d.forms {
		f := &d.forms[i]
		c := formCost{}
		for k := range f.fields {
			c.seconds += f.fields[k].seconds
		}
		if b, reckoned := known[f.ID]; reckoned {
			c.hours = (b.Observed + b.Filled + b.Estimated) * year
			c.doubt = year * math.Hypot(limits["observed_spread"]*(b.Observed+b.Filled), limits["estimate_spread"]*b.Estimated)
			c.estimated = b.Observed == 0
		} else {
			c.hours = float64(f.use.Recent) * (limits["base_seconds"] + c.seconds) / 3600 * year
			c.doubt, c.estimated = limits["estimate_spread"]*c.hours, true
		}
		out[i] = c
	}
	return out, nil
}

// saving is the hours of a year that a form no longer takes when some of its fields are dropped or pre-filled.
type saving struct{ hours, low, high float64 }

// without reckons what is saved on fields of a form: all of their time where they are dropped, else their time less that of
// a look at the pre-filled value. A form of which nothing is left saves all it takes.
func (c formCost) without(f *dupForm, fields map[int]bool, drop, whole bool, limits map[string]float64) saving {
	share := 0.0
	for i := range f.fields {
		if fields[i] {
			share += f.fields[i].seconds
			if !drop {
				share -= math.Min(limits["prefilled_seconds"], f.fields[i].seconds)
			}
		}
	}
	share /= math.Max(c.seconds, 1)
	if whole {
		share = 1
	}
	low, high := queries.HoursInterval(c.hours, c.doubt)
	return saving{hours: share * c.hours, low: share * low, high: share * high}
}

func (s saving) plus(t saving) saving {
	return saving{s.hours + t.hours, s.low + t.low, s.high + t.high}
}
