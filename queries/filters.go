package queries

import (
	"context"
	"time"
)

// SavedFilter is the conditions of a list that an account keeps under a name.
type SavedFilter struct {
	Account string
	Path    string // of the list: /findings
	Name    string // unique within the account and the list
	Query   string // the parameters of the address, encoded
	At      time.Time
}

// SavedFilters reads the filters of an account, by list and name.
func (s *Store) SavedFilters(ctx context.Context, account string) ([]SavedFilter, error) {
	var out []SavedFilter
	err := s.Each(ctx, "filters.List", Params{"account": account}, func(scan func(...any) error) error {
		f := SavedFilter{Account: account}
		err := scan(&f.Path, &f.Name, &f.Query, &f.At)
		out = append(out, f)
		return err
	})
	return out, err
}

// SaveFilter keeps a filter; one of the same name is replaced.
func (s *Store) SaveFilter(ctx context.Context, f SavedFilter) error {
	return s.writeFilter(ctx, f, false)
}

// RemoveFilter forgets the filter of an account, a list and a name.
func (s *Store) RemoveFilter(ctx context.Context, f SavedFilter) error {
	f.Query = ""
	return s.writeFilter(ctx, f, true)
}

func (s *Store) writeFilter(ctx context.Context, f SavedFilter, removed bool) error {
	if f.At.IsZero() {
		f.At = time.Now().UTC()
	}
	rows := []SavedFilter{f}
	return s.insert(ctx, "filters.Insert", columns(
		column(rows, func(f SavedFilter) string { return f.Account }), column(rows, func(f SavedFilter) string { return f.Path }),
		column(rows, func(f SavedFilter) string { return f.Name }), column(rows, func(f SavedFilter) string { return f.Query }),
		column(rows, func(SavedFilter) bool { return removed }), column(rows, func(f SavedFilter) time.Time { return f.At })))
}
