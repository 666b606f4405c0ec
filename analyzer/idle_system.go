package analyzer

import (
	"context"

	"github.com/jianfu/jianfu/queries"
)

// idleSystem looks for systems that nobody really uses.
type idleSystem struct{ uses *useModel }

// Meta implements Detector.
func (idleSystem) Meta() Meta { return Meta{ID: "idle-system", Family: "unused", Version: 1} }

// Detect implements Detector.
func (d idleSystem) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of("idle-system")
	all, err := d.uses.of(ctx, in)
	if err != nil {
		return nil, err
	}
	suggestions, err := d.uses.suggestions(ctx, in)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	for _, judged := range all {
		u, v := judged.systemUse, judged.verdict
		subject := queries.Subject{Systems: []string{u.system.ID}}
		switch {
		case v.verdict != "":
			out = append(out, useFinding(u, v, in, limits, suggestions[u.system.ID]))
		case v.reason.Key != "":
			f := NotAssessed(d.Meta().ID, subject, v.reason, u.system.ID)
			answer := "not_assessed"
			if !u.system.UsageCovered || !u.seen || u.coverage.stale(queries.DayNumber(in.Window.To)) {
				answer = queries.SeenNotCovered
			}
			f.Evidence.Detail = map[string]any{"verdict": answer}
			if u.system.UsageCovered && u.seen {
				f.Evidence.Coverage = u.coverage.evidence(in.Window)
			}
			out = append(out, f)
		}
	}
	return out, nil
}
