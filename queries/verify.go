package queries

import (
	"context"
	"fmt"
)

// VerifyItem is one (unit, form) of the verification list. Its keys are those of docs/interchange.md.
type VerifyItem struct {
	Unit        string   `json:"unit"`
	Form        string   `json:"form"`
	Period      string   `json:"period"`
	Priority    int      `json:"priority"` // 1 first
	Families    []string `json:"families"` // families of evidence that speak
	Findings    []string `json:"findings"` // ids
	Recommended bool     `json:"recommended"`
}

// SaveVerifyList replaces the verification list.
func (s *Store) SaveVerifyList(ctx context.Context, run Analysis, items []VerifyItem) error {
	if len(items) > 0 {
		err := s.insert(ctx, "verify.Insert", columns(
			column(items, func(v VerifyItem) string { return v.Unit }), column(items, func(v VerifyItem) string { return v.Form }),
			column(items, func(v VerifyItem) string { return v.Period }), column(items, func(v VerifyItem) uint32 { return uint32(v.Priority) }),
			column(items, func(v VerifyItem) []string { return orEmpty(v.Families) }), column(items, func(v VerifyItem) []string { return orEmpty(v.Findings) }),
			column(items, func(v VerifyItem) bool { return v.Recommended }), repeat(run.Run, len(items))))
		if err != nil {
			return err
		}
	}
	if err := s.exec(ctx, "verify.DeleteOlder", Params{"run": run.Run}); err != nil {
		return fmt.Errorf("unable to replace the verification list: %w", err)
	}
	return nil
}

// ReadVerifyList reads the list in order of priority.
func (s *Store) ReadVerifyList(ctx context.Context) ([]VerifyItem, error) {
	var out []VerifyItem
	err := s.Each(ctx, "verify.List", nil, func(scan func(...any) error) error {
		var v VerifyItem
		var priority uint32
		err := scan(&v.Unit, &v.Form, &v.Period, &priority, &v.Families, &v.Findings, &v.Recommended)
		v.Priority = int(priority)
		out = append(out, v)
		return err
	})
	return out, err
}
