package report

import (
	"context"
	"fmt"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// Reader is what a report reads. *queries.Store is one.
type Reader interface {
	ReadNames(ctx context.Context) (*queries.NameTable, error)
	ReadOverview(ctx context.Context) (*queries.Overview, error)
	ReadFindings(ctx context.Context, q queries.FindingQuery) (*queries.FindingPage, error)
	ReadSources(ctx context.Context) ([]queries.SourceRow, error)
	ReadVerifyList(ctx context.Context) ([]queries.VerifyItem, error)
	Cases(ctx context.Context) ([]queries.Case, error)
}

// Data is all that a report says.
type Data struct {
	Scope    Scope
	Called   *queries.NameTable
	Overview *queries.Overview
	Findings []queries.Finding // strongest first; not_assessed ones last
	Total    uint64            // of findings in scope, of which Findings may be the strongest
	Sources  []queries.SourceRow
	Verify   []queries.VerifyItem
}

// most is how many findings a report prints; its first page says when there are more.
const most = 2000

// Read gathers what a report says.
func Read(ctx context.Context, r Reader, scope Scope) (*Data, error) {
	d := &Data{Scope: scope}
	var err error
	if d.Called, err = r.ReadNames(ctx); err != nil {
		return nil, fmt.Errorf("unable to read names for the report: %w", err)
	}
	if err := scope.check(d.Called); err != nil {
		return nil, err
	}
	if d.Overview, err = r.ReadOverview(ctx); err != nil {
		return nil, fmt.Errorf("unable to read the overview for the report: %w", err)
	}
	if err := d.readFindings(ctx, r); err != nil {
		return nil, err
	}
	if d.Sources, err = r.ReadSources(ctx); err != nil {
		return nil, fmt.Errorf("unable to read sources for the report: %w", err)
	}
	if scope.System != "" || scope.Finding != "" {
		return d, nil
	}
	list, err := r.ReadVerifyList(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the verification list for the report: %w", err)
	}
	within, spoken := map[string]bool{}, map[string]bool{}
	for _, code := range d.units() {
		within[code] = true
	}
	for _, f := range d.Findings {
		spoken[f.ID] = true
	}
	narrowed := scope.Department != "" || scope.Case != "" || !scope.From.IsZero() || !scope.To.IsZero()
	for _, item := range list {
		if !item.Recommended || scope.Unit != "" && !within[item.Unit] {
			continue
		}
		if narrowed && !anyOf(item.Findings, spoken) {
			continue
		}
		d.Verify = append(d.Verify, item)
	}
	return d, nil
}

func anyOf(ids []string, known map[string]bool) bool {
	for _, id := range ids {
		if known[id] {
			return true
		}
	}
	return false
}

// units are the codes of the scope's unit and all below it; none where the scope names no unit.
func (d *Data) units() []string {
	if d.Scope.Unit == "" {
		return nil
	}
	return d.Called.Below(d.Scope.Unit)
}

// readFindings reads page by page, because the store does not know all the conditions of a scope, and keeps the strongest.
func (d *Data) readFindings(ctx context.Context, r Reader) error {
	q := queries.FindingQuery{System: d.Scope.System, Units: d.units(), NotAssessed: true, Limit: most}
	if d.Scope.Finding != "" {
		q.IDs = []string{d.Scope.Finding}
	}
	if d.Scope.Case != "" {
		all, err := r.Cases(ctx)
		if err != nil {
			return fmt.Errorf("unable to read the case of the report: %w", err)
		}
		at := slices.IndexFunc(all, func(c queries.Case) bool { return c.ID == d.Scope.Case })
		if at < 0 {
			return fmt.Errorf("unable to report on case %s: %w", d.Scope.Case, queries.ErrNotFound)
		}
		if d.Scope.Finding == "" {
			q.IDs = all[at].Findings
		}
		if !slices.Contains(all[at].Findings, d.Scope.Finding) && d.Scope.Finding != "" || len(q.IDs) == 0 {
			return nil
		}
	}
	for {
		found, err := r.ReadFindings(ctx, q)
		if err != nil {
			return fmt.Errorf("unable to read findings for the report: %w", err)
		}
		for _, f := range found.Rows {
			if !d.Scope.holds(d.Called, f) {
				continue
			}
			d.Total++
			if len(d.Findings) < most {
				d.Findings = append(d.Findings, f)
			}
		}
		q.Offset += uint64(len(found.Rows))
		if len(found.Rows) == 0 || len(q.IDs) > 0 || q.Offset >= found.Total {
			break
		}
	}
	if d.Scope.Finding != "" && len(d.Findings) == 0 {
		return fmt.Errorf("unable to report on finding %s: %w", d.Scope.Finding, queries.ErrNotFound)
	}
	return nil
}

// WithoutIndividuals leaves out what may not be shown to a leader: the list of places to verify, what is said of the data of
// single units being doubtful, and what names a person, even by a pseudonym.
func (d *Data) WithoutIndividuals() {
	d.Verify = nil
	kept := slices.DeleteFunc(slices.Clone(d.Findings), func(f queries.Finding) bool {
		return f.Family == "fabrication" && len(f.Subject.Units) > 0 || len(f.Subject.Reporters) > 0
	})
	d.Total -= uint64(len(d.Findings) - len(kept))
	d.Findings = kept
}
