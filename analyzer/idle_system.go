package analyzer

import (
	"context"
	"fmt"
	"slices"

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
	var out []queries.Finding
	for _, judged := range all {
		u, v := judged.systemUse, judged.verdict
		subject := queries.Subject{Systems: []string{u.system.ID}}
		switch {
		case v.verdict != "":
			out = append(out, useFinding(u, v, in, limits))
		case v.reason.Key != "":
			f := NotAssessed(d.Meta().ID, subject, v.reason, u.system.ID)
			if u.seen {
				f.Evidence.Coverage = u.coverage.evidence(in.Window)
			}
			out = append(out, f)
		}
	}
	return out, nil
}

// readersOf asks who reads, for the systems into which people submit and from which nobody approves, exports or pulls.
func readersOf(ctx context.Context, in Input, all []*systemUse, limits map[string]float64) (map[string]queries.Readers, error) {
	var ids []string
	days := int(limits["write_only_days"])
	to := queries.DayNumber(in.Window.To)
	for _, u := range all {
		if !u.seen || u.coverage.days(to-days+1, to) < days*9/10 {
			continue
		}
		writes := u.sum(to-days+1, to, func(d queries.UsageDay) uint64 { return d.Writes })
		handled := u.sum(to-days+1, to, func(d queries.UsageDay) uint64 { return d.Handled })
		if handled == 0 && float64(writes) >= limits["write_only_submissions"] {
			ids = append(ids, u.system.ID)
		}
	}
	readers, err := in.Store.Readers(ctx, ids, queries.DayOf(to-days+1), in.Window.To)
	if err != nil {
		return nil, fmt.Errorf("unable to read who reads what is submitted: %w", err)
	}
	return readers, nil
}

// waivedBy says whether a system is exempt from a detector on the day that is judged: by its id, by the family, or by a
// waiver that names no rule. A waiver without a date does not end.
func waivedBy(s queries.System, detector string, w Window) bool {
	if s.Waiver.Rule == "" && s.Waiver.Basis == "" || !s.Waiver.Until.IsZero() && s.Waiver.Until.Before(w.To) {
		return false
	}
	return slices.Contains([]string{"", "unused", detector}, s.Waiver.Rule)
}
