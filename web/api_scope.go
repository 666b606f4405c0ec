package web

import (
	"context"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// EachSubmission gives submissions to inspectors, of the units of their divisions.
func (r scoped) EachSubmission(ctx context.Context, q queries.SubmissionQuery, each func(*queries.SentForm) error) error {
	if !r.who.Is(access.Inspector) {
		return nil
	}
	if !r.who.Everywhere() {
		names, err := r.ReadNames(ctx)
		if err != nil {
			return err
		}
		within := unitsOf(r.who, names)
		if len(q.Units) > 0 {
			q.Units = slices.DeleteFunc(slices.Clone(q.Units), func(unit string) bool { return !within[unit] })
		} else {
			for unit := range within {
				q.Units = append(q.Units, unit)
			}
			slices.Sort(q.Units)
		}
		if len(q.Units) == 0 {
			return nil
		}
	}
	return r.Reader.EachSubmission(ctx, q, each)
}

// EachUsageSum gives inspectors and leaders the use of all systems, and owners that of their own.
func (r scoped) EachUsageSum(ctx context.Context, q queries.UsageQuery, each func(queries.UsageSum) error) error {
	if !r.who.Is(access.Inspector, access.Leader) && !slices.Contains(r.who.Systems, access.Everything) {
		if len(q.Systems) == 0 {
			q.Systems = r.who.Systems
		}
		q.Systems = slices.DeleteFunc(slices.Clone(q.Systems), func(id string) bool { return !slices.Contains(r.who.Systems, id) })
		if len(q.Systems) == 0 {
			return nil
		}
	}
	return r.Reader.EachUsageSum(ctx, q, each)
}

// unitsOf are the units within the divisions of a principal, nil for all of them.
func unitsOf(who *access.Principal, names *queries.NameTable) map[string]bool {
	if who.Everywhere() {
		return nil
	}
	within := map[string]bool{}
	for _, unit := range names.Below(who.Divisions...) {
		within[unit] = true
	}
	return within
}
