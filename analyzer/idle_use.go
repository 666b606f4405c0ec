package analyzer

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// systemUse is what the detectors of unused systems know of one system.
type systemUse struct {
	system   queries.System
	cycle    string // declared, that of its forms, or learnt; empty when unknown
	learnt   bool   // whether the cycle was learnt from the gaps between bursts of use
	need     int    // days without use that make it unused
	plain    int    // the same without what was learnt
	seen     bool   // whether any event of it is stored
	coverage usageCoverage
	days     []queries.UsageDay // with any event, in order, up to the day that is judged
	reach    queries.Reach      // over the last need days of coverage
	recent   int                // the last days of coverage over which visits are read
	sessions queries.Visits
	unknown  float64 // share of people's events of those days that do not tell who acted
	people   uint64  // events by people in those days
	pages    []queries.PageNote
	sent     queries.Sent // into its forms within need days
	moved    movedUse
	overlap  formOverlap
}

// loadUse reads the use of all systems, those included that no registry declares but logs name.
func loadUse(ctx context.Context, in Input, limits map[string]float64) ([]*systemUse, error) {
	to := in.Window.To
	from := to.AddDate(0, 0, -int(limits["lookback_days"]))
	run := uint64(time.Now().UnixNano())
	if _, err := in.Store.CountUse(ctx, run, from, to); err != nil {
		return nil, err
	}
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
	all, bySystem := listUse(in.Registry.Systems(), days)
	forms := in.Registry.Forms()
	own, gateways := deliveredDays(deliveries, kinds)
	for _, u := range all {
		u.recent = int(limits["unused_days"])
		u.coverage, u.seen = coverageOf(own[u.system.ID], gateways, u.monitored(), limits)
	}
	if err := loadPeople(ctx, in, run, all, bySystem, limits); err != nil {
		return nil, err
	}
	for _, u := range all {
		u.takeCycle(forms, limits)
	}
	if err := loadReach(ctx, in, all, limits); err != nil {
		return nil, err
	}
	if err := loadSent(ctx, in, all, forms); err != nil {
		return nil, err
	}
	if err := loadMoved(ctx, in, all, limits); err != nil {
		return nil, err
	}
	overlaps, err := in.Store.FormOverlaps(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read which forms overlap: %w", err)
	}
	takeOverlaps(all, forms, overlaps, limits)
	return all, nil
}

// listUse arranges days by system: the declared systems in the order of ids, then those that only logs name.
func listUse(systems []queries.System, days []queries.UsageDay) ([]*systemUse, map[string]*systemUse) {
	bySystem := map[string]*systemUse{}
	var all []*systemUse
	add := func(s queries.System) *systemUse {
		u := &systemUse{system: s}
		bySystem[s.ID] = u
		all = append(all, u)
		return u
	}
	for _, s := range systems {
		add(s)
	}
	for _, d := range days {
		u := bySystem[d.System]
		if u == nil {
			u = add(queries.System{ID: d.System, Name: d.System, UsageCovered: true})
		}
		u.days = append(u.days, d)
	}
	return all, bySystem
}

// loadPeople reads what people do in the systems. What pages are taken for is learnt from visits, and visits are cut by what
// pages are taken for; what is learnt does not depend on how they are cut, so a second round settles it.
func loadPeople(ctx context.Context, in Input, run uint64, all []*systemUse, bySystem map[string]*systemUse, limits map[string]float64) error {
	to := in.Window.To
	from := to.AddDate(0, 0, -int(limits["lookback_days"]))
	spans := spansOf(all, func(u *systemUse) int { return u.recent })
	pages, err := in.Store.Pages(ctx, from, to, spans)
	if err != nil {
		return fmt.Errorf("unable to read the pages of systems: %w", err)
	}
	visits, err := in.Store.Visits(ctx, spans)
	if err != nil {
		return fmt.Errorf("unable to read the visits to systems: %w", err)
	}
	var roles map[string]*pagesOf
	for range 3 {
		roles = takePages(pages, visits, in.Policy.Usage, limits)
		if err := in.Store.SetRoles(ctx, run, rolesOf(roles)); err != nil {
			return fmt.Errorf("unable to keep what pages are taken for: %w", err)
		}
		cut, err := in.Store.CountVisits(ctx, run, spans, hashes(roles))
		if err != nil {
			return err
		}
		if cut == 0 {
			break
		}
		if visits, err = in.Store.Visits(ctx, spans); err != nil {
			return fmt.Errorf("unable to read the visits to systems: %w", err)
		}
	}
	whole := make([]queries.Span, len(all))
	for i, u := range all {
		whole[i] = queries.Span{System: u.system.ID, From: queries.DayNumber(from), To: queries.DayNumber(to)}
	}
	if err := in.Store.SumUse(ctx, run, whole, hashes(roles)); err != nil {
		return err
	}
	used, err := in.Store.UseDays(ctx, from, to)
	if err != nil {
		return fmt.Errorf("unable to read the use of pages: %w", err)
	}
	for _, d := range used {
		if u := bySystem[d.System]; u != nil {
			u.refine(d)
		}
	}
	for _, u := range all {
		u.sessions = visits[u.system.ID]
		if p := roles[u.system.ID]; p != nil {
			u.pages = p.notes
		}
		if u.people > 0 {
			u.unknown /= float64(u.people)
		}
	}
	return nil
}

// refine puts what pages are taken for in the place of what actions say. Days whose events have expired stay as they are.
func (u *systemUse) refine(d queries.UseDay) {
	i, found := slices.BinarySearchFunc(u.days, d.Day, func(x queries.UsageDay, day int) int { return x.Day - day })
	if !found || u.days[i].Business != d.Events {
		return
	}
	x := &u.days[i]
	x.Meaningful, x.Writes, x.Handled = d.Meaningful, d.Writes, d.Handled
	if u.seen && d.Day > u.coverage.mark-u.recent && d.Day <= u.coverage.mark {
		u.people += d.People
		u.unknown += float64(d.Unknown)
	}
}

// spansOf is the last days of coverage of every system that was seen.
func spansOf(all []*systemUse, days func(*systemUse) int) []queries.Span {
	var out []queries.Span
	for _, u := range all {
		if u.seen {
			out = append(out, queries.Span{System: u.system.ID, From: u.coverage.mark - days(u) + 1, To: u.coverage.mark})
		}
	}
	return out
}

// loadReach reads whom the systems serve, each over the days without use that would make it unused, and who reads what is
// submitted over a year.
func loadReach(ctx context.Context, in Input, all []*systemUse, limits map[string]float64) error {
	reach, err := in.Store.Reach(ctx, spansOf(all, func(u *systemUse) int { return u.need }), int(limits["write_only_days"]))
	if err != nil {
		return fmt.Errorf("unable to read the reach of systems: %w", err)
	}
	for _, u := range all {
		u.reach = reach[u.system.ID]
	}
	return nil
}

// loadSent counts what arrived in the forms of the systems through any channel: logs may not show it.
func loadSent(ctx context.Context, in Input, all []*systemUse, forms []queries.Form) error {
	to := queries.DayNumber(in.Window.To)
	need, system := map[string]int{}, map[string]*systemUse{}
	for _, u := range all {
		system[u.system.ID] = u
	}
	for _, f := range forms {
		if u := system[f.System]; u != nil {
			need[f.ID] = to - u.need + 1
		}
	}
	sent, err := in.Store.SentSince(ctx, need, in.Window.To)
	if err != nil {
		return fmt.Errorf("unable to count the submissions of systems: %w", err)
	}
	for _, f := range forms {
		u, s := system[f.System], sent[f.ID]
		if u == nil {
			continue
		}
		u.sent.Count += s.Count
		if s.Last.After(u.sent.Last) {
			u.sent.Last = s.Last
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

// monitored lists the days on which heartbeats or health checks were seen.
func (u *systemUse) monitored() []int {
	var out []int
	for _, d := range u.days {
		if d.Monitors > 0 {
			out = append(out, d.Day)
		}
	}
	return out
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
