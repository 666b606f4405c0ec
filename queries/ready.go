package queries

import (
	"context"
	"fmt"
	"io/fs"
)

// Ready says whether the store answers and its schema is the one that this program was built with.
func (s *Store) Ready(ctx context.Context) error {
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return fmt.Errorf("unable to list the schema: %w", err)
	}
	missing := make(map[string]bool, len(files))
	for _, file := range files {
		missing[file] = true
	}
	err = s.Each(ctx, "schema.Applied", nil, func(scan func(...any) error) error {
		var file, sum string
		err := scan(&file, &sum)
		delete(missing, file)
		return err
	})
	if err == nil && len(missing) > 0 {
		err = fmt.Errorf("unable to use the database: %d files of the schema are not applied; start the program again", len(missing))
	}
	return err
}

// LastAnalysis is the newest run of the analyzer, a zero one where there was none.
func (s *Store) LastAnalysis(ctx context.Context) (Analysis, error) {
	var a Analysis
	err := s.Each(ctx, "read.LastAnalysis", nil, func(scan func(...any) error) error {
		return scan(&a.Run, &a.AsOf, &a.From, &a.To, &a.Policy, &a.Started, &a.Finished, &a.Findings, &a.NotAssessed)
	})
	return a, err
}

// DataVersion is a number that is another one after anything was added to, changed in or removed from what pages show. It takes
// the numbers of the newest block and mutation of every partition (system.parts), which merges leave as they are. The audit trail,
// accounts, tokens and saved filters do not count.
func (s *Store) DataVersion(ctx context.Context) (version uint64, err error) {
	err = s.Each(ctx, "read.DataVersion", nil, func(scan func(...any) error) error { return scan(&version) })
	return version, err
}
