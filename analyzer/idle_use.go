package analyzer

import (
	"context"
	"fmt"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// systemUse is what the detectors of unused systems know of one system.
type systemUse struct {
	system   queries.System
	cycle    string // declared, or that of its forms; empty when unknown
	need     int    // days without use that make it unused
	seen     bool   // whether any event of it is stored
	coverage usageCoverage
	days     []queries.UsageDay // with any event, in order, up to the day that is judged
	reach    queries.Reach      // over the last need days of coverage
	recent   int                // the last days of coverage over which visits and sessions are read
	visits   queries.Visits
	unknown  float64          // share of people's events of those days that do not tell who acted
	doubtful bool             // most of what the rollup counts as use is none
	sessions queries.Sessions // of the systems that are mostly entered and left
}

// loadUse reads the use of all systems, those included that no registry declares but logs name.
func loadUse(ctx context.Context, in Input, limits map[string]float64) ([]*systemUse, error) {
	to := in.Window.To
	from := to.AddDate(0, 0, -int(limits["lookback_days"]))
	days, err := in.Store.UsageDays(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("unable to read the use of systems: %w", err)
	}
	deliveries, err := in.Store.Deliveries(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("unable to read what sources delivered: %w", err)
	}
	kinds, err := in.Store.SourceKinds(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the kinds of sources: %w", err)
	}
	bySystem := map[string]*systemUse{}
	var all []*systemUse
	add := func(s queries.System) *systemUse {
		u := &systemUse{system: s}
		bySystem[s.ID] = u
		all = append(all, u)
		return u
	}
	for _, s := range in.Registry.Systems() {
		add(s)
	}
	for _, d := range days {
		u := bySystem[d.System]
		if u == nil {
			u = add(queries.System{ID: d.System, Name: d.System, UsageCovered: true})
		}
		u.days = append(u.days, d)
	}
	forms := in.Registry.Forms()
	own, gateways := deliveredDays(deliveries, kinds)
	for _, u := range all {
		u.cycle = useCycle(u.system, forms)
		u.need = neededSilence(u.cycle, limits)
		u.coverage, u.seen = coverageOf(own[u.system.ID], gateways, limits)
	}
	return all, loadPeople(ctx, in, all, limits)
}

// loadPeople reads what people do in the systems. Where most of what the rollup counts as use turns out to be landing pages
// and pages of points, the use is counted again from the events, without them. Sessions, which are costly to cut, are read
// only where enough of the events are entries.
func loadPeople(ctx context.Context, in Input, all []*systemUse, limits map[string]float64) error {
	var spans []queries.Span
	byID := map[string]*systemUse{}
	for _, u := range all {
		byID[u.system.ID] = u
		u.recent = int(limits["unused_days"])
		if u.seen {
			mark := u.coverage.mark
			spans = append(spans, queries.Span{System: u.system.ID, From: mark - u.recent + 1, To: mark})
		}
	}
	visits, err := in.Store.Visits(ctx, spans)
	if err != nil {
		return fmt.Errorf("unable to read the visits to systems: %w", err)
	}
	var doubtful []string
	var entered []queries.Span
	for _, span := range spans {
		u := byID[span.System]
		u.visits = visits[span.System]
		if u.visits.Events == 0 {
			continue
		}
		events := float64(u.visits.Events)
		u.unknown = float64(u.visits.Unknown) / events
		if float64(u.visits.Entries) >= limits["min_entries"]*events {
			entered = append(entered, span)
		}
		if float64(u.visits.Deep) < float64(u.recentSum(meaningful))/2 {
			u.doubtful = true
			doubtful = append(doubtful, span.System)
		}
	}
	sessions, err := in.Store.Sessions(ctx, entered)
	if err != nil {
		return fmt.Errorf("unable to read the sessions in systems: %w", err)
	}
	deep, err := in.Store.DeepDays(ctx, doubtful, in.Window.To.AddDate(0, 0, -int(limits["lookback_days"])), in.Window.To)
	if err != nil {
		return fmt.Errorf("unable to count the use of systems in doubt: %w", err)
	}
	for _, u := range all {
		u.sessions = sessions[u.system.ID]
		for i := range u.days {
			if u.doubtful {
				u.days[i].Meaningful = deep[u.system.ID][u.days[i].Day]
			}
		}
	}
	return nil
}

// loadReach reads whom the systems serve, each over the days without use that would make it unused.
func loadReach(ctx context.Context, in Input, all []*systemUse) error {
	var spans []queries.Span
	for _, u := range all {
		if u.seen {
			spans = append(spans, queries.Span{System: u.system.ID, From: u.coverage.mark - u.need + 1, To: u.coverage.mark})
		}
	}
	reach, err := in.Store.Reach(ctx, spans)
	if err != nil {
		return fmt.Errorf("unable to read the reach of systems: %w", err)
	}
	for _, u := range all {
		u.reach = reach[u.system.ID]
		if u.doubtful {
			u.reach.Active = u.sessions.DeepPeople
		}
	}
	return nil
}

func meaningful(d queries.UsageDay) uint64 { return d.Meaningful }

// sum adds up one count over the days [from, to].
func (u *systemUse) sum(from, to int, count func(queries.UsageDay) uint64) uint64 {
	var total uint64
	for _, d := range u.days {
		if d.Day >= from && d.Day <= to {
			total += count(d)
		}
	}
	return total
}

// lastUse is the last day with a meaningful action; ok is false when there was none.
func (u *systemUse) lastUse() (day int, ok bool) {
	for _, d := range slices.Backward(u.days) {
		if d.Meaningful > 0 {
			return d.Day, true
		}
	}
	return 0, false
}

// weekly counts meaningful actions in whole weeks that end on the last day seen, oldest first, and the first day of each.
func (u *systemUse) weekly() (counts []float64, starts []int) {
	weeks := (u.coverage.mark - u.coverage.first + 1) / 7
	begin := u.coverage.mark - 7*weeks + 1
	counts, starts = make([]float64, weeks), make([]int, weeks)
	for i := range starts {
		starts[i] = begin + 7*i
	}
	for _, d := range u.days {
		if i := (d.Day - begin) / 7; d.Day >= begin && i < weeks {
			counts[i] += float64(d.Meaningful)
		}
	}
	return counts, starts
}
