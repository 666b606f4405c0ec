package analyzer

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// lives gathers what is known of all forms.
func (d idleForm) lives(ctx context.Context, in Input, limits map[string]float64) ([]*formLife, error) {
	uses, err := d.uses.of(ctx, in)
	if err != nil {
		return nil, err
	}
	from := in.Window.To.AddDate(0, 0, 1-int(limits["read_days"]))
	deliveries, err := in.Store.FormDeliveries(ctx, from, in.Window.To)
	if err != nil {
		return nil, err
	}
	months, err := in.Store.BurdenByMonth(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the submissions of forms by month: %w", err)
	}
	overlaps, err := in.Store.FormOverlaps(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read which forms overlap: %w", err)
	}
	asked, err := in.Store.FieldHours(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read what fields take: %w", err)
	}
	byForm, bySystem := map[string]*formLife{}, map[string]*judgedUse{}
	for i := range uses {
		bySystem[uses[i].system.ID] = &uses[i]
	}
	var out []*formLife
	for _, f := range in.Registry.Forms() {
		l := &formLife{form: f, system: bySystem[f.System]}
		byForm[f.ID] = l
		out = append(out, l)
	}
	for _, x := range deliveries {
		if l := byForm[x.Form]; l != nil {
			l.take(x)
		}
	}
	for _, m := range months {
		if l := byForm[m.Form]; l != nil {
			l.months = append(l.months, m)
		}
	}
	for _, o := range overlaps {
		for _, id := range []string{o.A, o.B} {
			if l := byForm[id]; l != nil {
				l.overlaps = append(l.overlaps, o)
			}
		}
	}
	for _, x := range asked {
		if l := byForm[x.Form]; l != nil {
			l.hours = l.hours.Plus(x.Hours)
		}
	}
	return out, d.readings(ctx, in, out, byForm, from)
}

func (l *formLife) take(d queries.FormDelivery) {
	l.known = true
	l.sources = append(l.sources, d)
	l.sent += d.InSpan
	l.periods = max(l.periods, d.Periods)
	l.machine = l.machine || d.ByMachine*2 > d.Submissions
	if d.Last.After(l.last) {
		l.last = d.Last
	}
	if !d.FirstIn.IsZero() && (l.firstIn.IsZero() || d.FirstIn.Before(l.firstIn)) {
		l.firstIn = d.FirstIn
	}
}

// readings reads who read what in the systems that have forms.
func (idleForm) readings(ctx context.Context, in Input, all []*formLife, byForm map[string]*formLife, from time.Time) error {
	ids := map[string][]string{} // forms by system
	var systems []string
	for _, l := range all {
		if l.known && l.system != nil && l.system.seen {
			if ids[l.form.System] == nil {
				systems = append(systems, l.form.System)
			}
			ids[l.form.System] = append(ids[l.form.System], l.form.ID)
		}
	}
	objects, err := in.Store.NamedObjects(ctx, systems, from, in.Window.To)
	if err != nil {
		return err
	}
	named := map[string]string{}
	for system, forms := range ids {
		for _, object := range objects[system] {
			if form := formInPath(object, forms); form != "" {
				named[object] = form
			}
		}
	}
	readings, err := in.Store.FormReadings(ctx, systems, named, from, in.Window.To)
	if err != nil {
		return err
	}
	read, unnamed, naming := map[string]uint64{}, map[string]uint64{}, map[string]bool{}
	for _, r := range readings {
		l := byForm[r.Form]
		switch {
		case r.Form == "":
			unnamed[r.System] += r.Read
		case l == nil || l.form.System != r.System:
			// A form that another system shows is read there.
			if l != nil {
				l.reading.Read += r.Read
			}
		default:
			r.Read += l.reading.Read
			l.reading = r
			read[r.System] += r.Read
			naming[r.System] = naming[r.System] || r.Views > 0
		}
	}
	for _, l := range all {
		l.others = read[l.form.System] - min(l.reading.Read, read[l.form.System])
		l.unnamed, l.named = unnamed[l.form.System], naming[l.form.System]
	}
	return nil
}

// formInPath finds the form that a path template names in one of its segments, with or without an extension.
func formInPath(object string, forms []string) string {
	path, _, _ := strings.Cut(object, "?")
	for _, segment := range strings.Split(path, "/") {
		bare, _, _ := strings.Cut(segment, ".")
		if bare != "" && slices.Contains(forms, bare) {
			return bare
		}
	}
	return ""
}
