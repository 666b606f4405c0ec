package analyzer

import (
	"context"
	"sync"

	"github.com/jianfu/jianfu/queries"
)

// useModel is what is known of the use of all systems, read once for all detectors that speak of it.
type useModel struct {
	mutex sync.Mutex
	in    Input
	all   []judgedUse

	suggested map[string]queries.Suggestion // by system, nil until somebody asks
}

// judgedUse is one system with its verdict.
type judgedUse struct {
	*systemUse
	verdict useVerdict
	forced  forcedSigns
}

// of judges the systems of a window, or gives what was judged of it before.
func (m *useModel) of(ctx context.Context, in Input) ([]judgedUse, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.all != nil && m.in == in {
		return m.all, nil
	}
	limits := in.Policy.Of("idle-system")
	uses, err := loadUse(ctx, in, limits)
	if err != nil {
		return nil, err
	}
	forced := in.Policy.Of("idle-forced")
	all := make([]judgedUse, len(uses))
	for i, u := range uses {
		all[i] = judgedUse{u, judgeUse(u, in.Window, limits, forced), forcedUse(u, forced)}
	}
	m.in, m.all, m.suggested = in, all, nil
	return all, nil
}

// Keep stores what was seen and judged of every system, for the pages and commands that show more than findings.
func (d idleSystem) Keep(ctx context.Context, in Input, run queries.Analysis) error {
	all, err := d.uses.of(ctx, in)
	if err != nil {
		return err
	}
	suggestions, err := d.uses.suggestions(ctx, in)
	if err != nil {
		return err
	}
	out := make([]queries.Assessment, len(all))
	for i, u := range all {
		out[i] = assess(u, in)
		out[i].Suggestion = suggestions[u.system.ID]
	}
	return in.Store.SaveAssessments(ctx, run.Run, out)
}
