package queries

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2"
)

//go:embed schema/*.sql
var schema embed.FS

// migrate makes the database and applies the schema files that it has not seen. Applied files are checksummed: one that was
// edited afterwards is an error, because databases made before and after would differ silently.
func (s *Store) migrate(ctx context.Context) error {
	if err := s.conn.Exec(s.with(ctx, Params{"database": s.Database}), "CREATE DATABASE IF NOT EXISTS {database:Identifier}"); err != nil {
		return fmt.Errorf("unable to make the database %s: %w", s.Database, err)
	}
	// From here on every connection of the pool starts in the database.
	options := s.options
	options.Auth.Database = s.Database
	conn, err := clickhouse.Open(&options)
	if err != nil {
		return fmt.Errorf("unable to connect to the database %s: %w", s.Database, err)
	}
	if err := s.conn.Close(); err != nil {
		return fmt.Errorf("unable to close the first connection: %w", err)
	}
	s.conn, s.options = conn, options
	if err := s.exec(ctx, "schema.Create", nil); err != nil {
		return err
	}
	applied := map[string]string{}
	err = s.Each(ctx, "schema.Applied", nil, func(scan func(...any) error) error {
		var file, sum string
		if err := scan(&file, &sum); err != nil {
			return err
		}
		applied[file] = sum
		return nil
	})
	if err != nil {
		return err
	}
	files, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return fmt.Errorf("unable to list the schema: %w", err)
	}
	slices.Sort(files)
	for _, file := range files {
		text, err := schema.ReadFile(file)
		if err != nil {
			return fmt.Errorf("unable to read the schema: %w", err)
		}
		digest := sha256.Sum256(text)
		sum := hex.EncodeToString(digest[:])
		switch applied[file] {
		case sum:
			continue
		case "":
		default:
			return fmt.Errorf("unable to use this database: %s was changed after it was applied; restore the file and put the change into a new one", file)
		}
		for _, one := range split(string(text)) {
			if err := s.conn.Exec(ctx, one); err != nil {
				return fmt.Errorf("unable to apply %s: %w", file, err)
			}
		}
		if err := s.exec(ctx, "schema.Record", Params{"file": file, "sum": sum}); err != nil {
			return err
		}
	}
	return nil
}

// split cuts a schema file into statements, each of which ends with a semicolon at the end of a line.
func split(text string) []string {
	var out []string
	for part := range strings.SplitSeq(text, ";\n") {
		if strings.TrimSpace(part) != "" {
			out = append(out, part)
		}
	}
	return out
}
