package analyzer

import (
	"context"
	"fmt"
	"math"

	"github.com/jianfu/jianfu/queries"
)

// movedUse says that another system took over what a system was used for.
type movedUse struct {
	holds  bool
	to     string
	how    string  // declared, people
	people uint64  // who left and work there now
	of     uint64  // all who left
	drop   useDrop // how use fell
}

// loadMoved looks for the systems to which use moved: the successor that the registry declares, if it is used and this system
// has lost much of its use; else the one that takes in the people who left, if they go there more than others do.
func loadMoved(ctx context.Context, in Input, all []*systemUse, limits map[string]float64) error {
	to := queries.DayNumber(in.Window.To)
	used := map[string]bool{}
	for _, u := range all {
		last, ok := u.lastUse()
		used[u.system.ID] = u.seen && ok && to-last < u.need
	}
	var falls []queries.Fall
	fell := map[string]*systemUse{}
	var events uint64
	for _, u := range all {
		if !u.seen || u.coverage.stale(to) || !used[u.system.ID] {
			continue
		}
		events += u.sum(to-365, to, func(d queries.UsageDay) uint64 { return d.Business })
		d := dropOf(u, limits)
		if s := u.system.Successor; s != "" && used[s] && d.known && d.share >= limits["superseded_drop"] {
			u.moved = movedUse{holds: true, to: s, how: "declared", drop: d}
			continue
		}
		if d.holds {
			day := d.since
			if day == 0 {
				day = u.coverage.mark - 7*int(limits["decline_weeks"])
			}
			falls = append(falls, queries.Fall{System: u.system.ID, Fell: day, Last: u.coverage.mark})
			fell[u.system.ID] = u
			u.moved.drop = d
		}
	}
	// Of great stores one in sixteen people tells well enough how many go where.
	sample := uint64(1)
	if events > 20_000_000 {
		sample = 16
	}
	left, newcomers, err := in.Store.MovedPeople(ctx, falls, in.Window.To, sample)
	if err != nil {
		return fmt.Errorf("unable to read where people went: %w", err)
	}
	bySystem := map[string]*systemUse{}
	for _, u := range all {
		bySystem[u.system.ID] = u
	}
	for _, f := range falls {
		fell[f.System].moved.follow(left[f.System], newcomers, f, limits, func(system string) bool { return bySystem[system].seenSince(f.Fell - 91) })
	}
	return nil
}

// seenSince says whether people who are first seen in a system after a day began to use it then: its logs reach back a month
// further, or begin with its launch.
func (u *systemUse) seenSince(day int) bool {
	if u == nil || !u.seen || cycleDays[u.cycle] > cycleDays["month"] || len(u.system.Season) > 0 {
		return false // whoever comes with a season did not begin then
	}
	launched := u.system.Launched
	return u.coverage.first <= day-30 || !launched.IsZero() && u.coverage.first-queries.DayNumber(launched) <= 31
}

// follow looks for the system that took in the people who left. A system that everybody begins to use does not count: the share of
// those who left must be at least twice that of all others.
func (m *movedUse) follow(left queries.Leavers, newcomers queries.Newcomers, f queries.Fall, limits map[string]float64, known func(string) bool) {
	if float64(left.People) < limits["superseded_people"] {
		return
	}
	for system, people := range left.To {
		share := float64(people) / float64(left.People)
		others := math.Max(0, float64(newcomers.Between(system, f.Fell-91, f.Fell+60))-float64(people))
		base := others / math.Max(1, float64(newcomers.People)-float64(left.People))
		if !known(system) || share < limits["superseded_share"] || share < 2*base || people < m.people || people == m.people && system > m.to {
			continue
		}
		m.holds, m.to, m.how, m.people, m.of = true, system, "people", people, left.People
	}
}
