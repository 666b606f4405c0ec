// Package demo simulates a county: its villages, what departments ask of them, how they answer and how the systems above
// are used, with planted truth and honest look-alikes (docs/demo.md). The upstream systems it writes are real in form:
// log files, spreadsheets, databases, an HTTP server and a drop folder, so that the collectors of production read them.
package demo

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Options say which county is built. The same options always give the same county.
type Options struct {
	Dir      string    // folder for the upstream systems; empty builds the county in memory only
	Seed     uint64    // any number
	Fraud    float64   // share of villages that invent data, 0..0.5; 0 leaves only the honest look-alikes
	AsOf     time.Time // last day of the simulation; zero: 2026-06-30
	Villages int       // villages and communities, at least 24; 0: 150
	Reworded bool      // the forms ask the same in other words, codes and order, drawn by the seed
}

// The size of the county when the options are silent.
const (
	DefaultFraud    = 0.07
	DefaultVillages = 150
	MinVillages     = 24
)

// County is a built county. It does not change after Build, and its methods may be called from several goroutines.
type County struct {
	Options     Options
	world       *world
	accounts    *directory
	systems     []systemSpec
	forms       []*form
	periods     [][]period     // by form
	submissions [][]submission // by form, ordered by time of submission
	usage       [][]event      // by system, ordered by time
	truth       *Truth
}

// Build simulates the county and, where Options.Dir is set, writes its upstream systems there. Progress, which may be nil,
// is told how many of how many steps are done; it is called from one goroutine at a time.
func Build(ctx context.Context, o Options, progress func(done, total int)) (*County, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	items, err := itemCatalogue()
	if err != nil {
		return nil, err
	}
	c := &County{Options: o, systems: systemCatalogue()}
	turnKnobs(o.Seed, c.systems)
	specs := formCatalogue()
	swapForms(specs, c.systems)
	if c.forms, err = compileForms(specs, c.systems, items); err != nil {
		return nil, err
	}
	if o.Reworded {
		if err := reword(c.forms, o.Seed); err != nil {
			return nil, err
		}
	}
	if err := linkFollowers(c.forms); err != nil {
		return nil, fmt.Errorf("unable to read the catalogue of forms: %w", err)
	}
	if c.world, err = newWorld(o, items); err != nil {
		return nil, err
	}
	c.accounts = newDirectory(c.world, c.systems)
	for _, f := range c.forms {
		c.periods = append(c.periods, c.world.periodsOf(f))
	}
	plan := planFabrication(c.world, c.forms, o.Fraud)
	st := &steps{tell: progress, total: len(c.forms) + len(c.systems)}
	if o.Dir != "" {
		if err := prepareFolder(o.Dir); err != nil {
			return nil, err
		}
		st.total += upstreamSteps
	}
	if err := c.simulate(ctx, &plan, st); err != nil {
		return nil, fmt.Errorf("unable to simulate the county: %w", err)
	}
	c.truth = c.tellTruth(&plan)
	if o.Dir == "" {
		return c, nil
	}
	if err := c.saveTruth(); err != nil {
		return nil, err
	}
	if err := c.writeUpstreams(ctx, st); err != nil {
		return nil, err
	}
	return c, nil
}

func (o Options) complete() (Options, error) {
	var faults []error
	if o.AsOf.IsZero() {
		o.AsOf = time.Date(2026, 6, 30, 0, 0, 0, 0, beijing)
	}
	o.AsOf = time.Date(o.AsOf.Year(), o.AsOf.Month(), o.AsOf.Day(), 0, 0, 0, 0, beijing)
	if o.AsOf.Year() < 2022 || o.AsOf.Year() > 2060 {
		faults = append(faults, fmt.Errorf("the as-of date %s is outside 2022 to 2060", o.AsOf.Format(time.DateOnly)))
	}
	if o.Villages == 0 {
		o.Villages = DefaultVillages
	}
	if o.Villages < MinVillages || o.Villages > 5000 {
		faults = append(faults, fmt.Errorf("%d villages: a county needs %d to 5000", o.Villages, MinVillages))
	}
	if !(o.Fraud >= 0 && o.Fraud <= 0.5) {
		faults = append(faults, fmt.Errorf("a share of %v of villages that invent data: it must lie between 0 and 0.5", o.Fraud))
	}
	if err := errors.Join(faults...); err != nil {
		return o, fmt.Errorf("unable to build the county: %w", err)
	}
	return o, nil
}

// Truth is what was planted.
func (c *County) Truth() *Truth { return c.truth }

// AsOf is the last day of the simulation.
func (c *County) AsOf() time.Time { return c.Options.AsOf }

// Counts are the numbers of systems, forms, villages, submissions and usage events.
type Counts struct {
	Systems, Forms, Villages, Submissions, Usage int
}

// Counts says how large the county is.
func (c *County) Counts() Counts {
	n := Counts{Systems: len(c.systems), Forms: len(c.forms), Villages: len(c.world.villages)}
	for _, s := range c.submissions {
		n.Submissions += len(s)
	}
	for _, u := range c.usage {
		n.Usage += len(u)
	}
	return n
}
