package web

import (
	"context"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/page"
)

// verifyCounts says how many places wait for a check and what became of those that were checked, of the units given or of
// all. Only counts leave it, so that a leader, who sees no finding about a single place, sees how the checks go.
func (s *server) verifyCounts(ctx context.Context, names *queries.NameTable, units []string) (waiting int, tally page.Tally, err error) {
	return scoped{Reader: s.shared, who: access.Of(ctx)}.verifyCounts(ctx, names, units)
}

func (r scoped) verifyCounts(ctx context.Context, names *queries.NameTable, units []string) (waiting int, tally page.Tally, err error) {
	var mine []string
	everywhere := r.who.Everywhere()
	if !everywhere && r.who != nil && len(r.who.Divisions) > 0 {
		mine = names.Below(r.who.Divisions...)
	}
	within := func(unit string) bool {
		return (everywhere || slices.Contains(mine, unit)) && (len(units) == 0 || slices.Contains(units, unit))
	}
	list, err := r.Reader.ReadVerifyList(ctx)
	if err != nil {
		return 0, tally, err
	}
	for _, i := range list {
		if i.Recommended && i.Outcome == nil && within(i.Unit) {
			waiting++
		}
	}
	outcomes, err := r.Reader.Outcomes(ctx)
	if err != nil {
		return 0, tally, err
	}
	outcomes = slices.DeleteFunc(slices.Clone(newestOutcomes(outcomes)), func(o queries.VerifyOutcome) bool { return !within(o.Unit) })
	return waiting, page.TallyOf(outcomes), nil
}
