package web

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// scoped is what one principal may read: the only way from a handler to the store. Every method of Reader is overridden,
// which a test checks, so that a new reading without a rule is found.
type scoped struct {
	Reader
	who *access.Principal
}

// reader is the reader of whoever asks.
func (s *server) reader(ctx context.Context) Reader {
	return scoped{Reader: s.shared, who: access.Of(ctx)}
}

// whole says that the principal reads everything that is about units and systems; for these nothing is copied.
func (r scoped) whole() bool { return r.who.Is(access.Inspector) && r.who.Everywhere() }

// county says that the principal reads what is about no unit in particular: forms, duplicates, the plan.
func (r scoped) county() bool { return r.who.Is(access.Inspector, access.Leader) }

// reads says that the principal reads anything of what was found.
func (r scoped) reads() bool { return r.who.Is(access.Inspector, access.Leader, access.Owner) }

// owns says that a system is one that the principal answers for.
func (r scoped) owns(system string) bool {
	return r.who.Is(access.Owner) && (slices.Contains(r.who.Systems, access.Everything) || slices.Contains(r.who.Systems, system))
}

// within are the units that the principal may see, nil for all of them.
func (r scoped) within(ctx context.Context) (map[string]bool, error) {
	if !r.county() {
		return map[string]bool{}, nil
	}
	names, err := r.Reader.ReadNames(ctx)
	if err != nil {
		return nil, err
	}
	return unitsOf(r.who, names), nil
}

// sees says that a unit is among those within.
func sees(within map[string]bool, unit string) bool { return within == nil || within[unit] }

// only keeps of a list what may be seen, without touching the list that others share.
func only[T any](all []T, may func(T) bool) []T {
	var out []T
	for _, one := range all {
		if may(one) {
			out = append(out, one)
		}
	}
	return out
}

// ReadNames gives the names of systems and forms to all who read findings, since findings name other systems than their own,
// and of units those within the divisions and the ones above them. Owners read which units use their systems.
func (r scoped) ReadNames(ctx context.Context) (*queries.NameTable, error) {
	all, err := r.Reader.ReadNames(ctx)
	if err != nil || r.reads() && (r.who.Is(access.Owner) || r.who.Everywhere()) {
		return all, err
	}
	out := *all
	out.Units, out.Parents = map[string]string{}, map[string]string{}
	if !r.reads() {
		out.Systems, out.Forms, out.Fields, out.Owners, out.FormSystems = map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}, map[string]string{}
		if r.who.Is(access.Operator) {
			out.Systems = all.Systems
		}
		return &out, nil
	}
	for unit := range unitsOf(r.who, all) {
		for at, depth := unit, 0; at != "" && depth < 10; at, depth = all.Parents[at], depth+1 {
			out.Units[at] = cmp.Or(all.Units[at], at)
			if parent := all.Parents[at]; parent != "" {
				out.Parents[at] = parent
			}
		}
	}
	return &out, nil
}

// scope is which findings the principal may see: inspectors those of their divisions, leaders none about what units reported,
// owners those about their systems.
func (r scoped) scope(ctx context.Context) (queries.FindingScope, error) {
	if r.whole() {
		return queries.FindingScope{}, nil
	}
	f := queries.FindingScope{Bound: true, Data: r.who.Is(access.Inspector), Places: r.county(), Everywhere: r.who.Everywhere()}
	names, err := r.Reader.ReadNames(ctx)
	if err != nil {
		return f, err
	}
	if f.Places && !f.Everywhere {
		f.Units = slices.Sorted(maps.Keys(unitsOf(r.who, names)))
	}
	if r.who.Is(access.Owner) {
		f.AllSystems = slices.Contains(r.who.Systems, access.Everything)
		f.Systems = r.who.Systems
		for form, system := range names.FormSystems {
			if r.owns(system) {
				f.Forms = append(f.Forms, form)
			}
		}
		slices.Sort(f.Forms)
	}
	return f, nil
}

// ReadFindings narrows in the store, so that totals and facets are those of what may be seen.
func (r scoped) ReadFindings(ctx context.Context, q queries.FindingQuery) (*queries.FindingPage, error) {
	var err error
	if q.Scope, err = r.scope(ctx); err != nil {
		return nil, err
	}
	p, err := r.Reader.ReadFindings(ctx, q)
	if err != nil || !q.Scope.Bound {
		return p, err
	}
	out := *p
	if out.Rows, err = r.shown(ctx, p.Rows); err != nil {
		return nil, err
	}
	return &out, nil
}

// EachFinding gives the findings that the principal may see, as lists and pages do.
func (r scoped) EachFinding(ctx context.Context, q queries.FindingQuery, each func(queries.Finding) error) error {
	var err error
	if q.Scope, err = r.scope(ctx); err != nil {
		return err
	}
	within, err := r.within(ctx)
	if err != nil {
		return err
	}
	return r.Reader.EachFinding(ctx, q, func(f queries.Finding) error { return each(r.stripped(within, f)) })
}

// shown are findings without what the principal may not see of them.
func (r scoped) shown(ctx context.Context, rows []queries.Finding) ([]queries.Finding, error) {
	if r.whole() {
		return rows, nil
	}
	within, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]queries.Finding, len(rows))
	for i, f := range rows {
		out[i] = r.stripped(within, f)
	}
	return out, nil
}

// stripped is a finding without units outside and, for all but inspectors, without individuals.
func (r scoped) stripped(within map[string]bool, f queries.Finding) queries.Finding {
	if within != nil {
		f.Subject.Units = only(f.Subject.Units, func(unit string) bool { return within[unit] })
		f.Evidence.Table = rowsWithin(f.Evidence.Table, within)
	}
	if r.who.Is(access.Inspector) {
		return f
	}
	f.Subject.Reporters, f.Evidence.Look, f.Evidence.Detail = nil, nil, nil
	f.Evidence.Table = impersonal(f.Evidence.Table)
	f.Evidence.Message, f.Reason = withoutPersons(f.Evidence.Message), withoutPersons(f.Reason)
	return f
}

// individuals are the columns of tables and parameters of messages that speak of one person or household.
var individuals = []string{"reporter", "reporters", "actor", "actors", "subject", "subjects", "household", "person", "persons", "account", "user"}

func withoutPersons(m queries.Message) queries.Message {
	if m.Params == nil {
		return m
	}
	m.Params = maps.Clone(m.Params)
	maps.DeleteFunc(m.Params, func(name string, value any) bool {
		_, said := value.(string)
		return said && slices.Contains(individuals, name)
	})
	return m
}

// impersonal is a table without the columns that speak of one person or household.
func impersonal(t *queries.Table) *queries.Table {
	if t == nil || !slices.ContainsFunc(t.Columns, func(c string) bool { return slices.Contains(individuals, c) }) {
		return t
	}
	out := &queries.Table{}
	for _, c := range t.Columns {
		if !slices.Contains(individuals, c) {
			out.Columns = append(out.Columns, c)
		}
	}
	for _, row := range t.Rows {
		var kept []any
		for i, cell := range row {
			if i >= len(t.Columns) || !slices.Contains(individuals, t.Columns[i]) {
				kept = append(kept, cell)
			}
		}
		out.Rows = append(out.Rows, kept)
	}
	return out
}

// rowsWithin is a table without the rows about units outside.
func rowsWithin(t *queries.Table, within map[string]bool) *queries.Table {
	if t == nil {
		return nil
	}
	at := slices.Index(t.Columns, "unit")
	if at < 0 {
		return t
	}
	return &queries.Table{Columns: t.Columns, Rows: only(t.Rows, func(row []any) bool {
		if at >= len(row) {
			return true
		}
		unit, isCode := row[at].(string)
		return !isCode || within[unit]
	})}
}
