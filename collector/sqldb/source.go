// Package sqldb reads submissions and usage events from the tables of PostgreSQL, MySQL or MariaDB, and SQLite: by a query,
// and page by page along a watermark column.
package sqldb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cenkalti/backoff/v5"
	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// Kind is the registry's line for this kind of source.
func Kind() collector.Kind { return collector.Kind{Name: "sqldb", New: newSource} }

// Source reads one query of one database.
type Source struct {
	config  Config
	deps    collector.Deps
	dialect dialect
	overlap overlap
	mapper  *collector.RowMapper
}

func newSource(d collector.Deps, decode func(into any) error) (collector.Source, error) {
	s := &Source{deps: d}
	if err := decode(&s.config); err != nil {
		return nil, err
	}
	var faults [2]error
	s.dialect, s.overlap, faults[0] = s.config.validate()
	if !s.config.Mapping.ID.IsSet() && len(s.config.Key) > 0 {
		// What is unique upstream is the record's identity: a row that is changed later replaces the record.
		s.config.Mapping.ID.Columns = s.config.Key
	}
	s.mapper, faults[1] = collector.NewRowMapper(s.config.Mapping, d, slices.Concat(s.config.Key, []string{s.config.Watermark})...)
	if err := errors.Join(faults[:]...); err != nil {
		return nil, err
	}
	return s, nil
}

// Replay maps a quarantined row again, as the mapping is now.
func (s *Source) Replay(ctx context.Context, q queries.Quarantined, out collector.Sink) error {
	return s.mapper.Replay(ctx, q, out)
}

// fingerprint changes with everything that decides which rows are read, and in which order.
func (s *Source) fingerprint() string {
	parts := slices.Concat([]string{s.config.Driver, s.config.Query, s.config.Watermark}, s.config.Key)
	return strconv.FormatUint(xxh3.HashString(strings.Join(parts, "\x00")), 16)
}

// Check connects, reads the columns and one row, and tells everything that is wrong at once.
func (s *Source) Check(ctx context.Context) error {
	n, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = n.close() }() // nothing was written that could be lost
	b, err := s.prepare(ctx, n)
	if err != nil {
		return err
	}
	if len(b.order.columns) == 0 {
		return n.failing("read the query", n.read(ctx, b.everything(), true, func([]any) error { return errEnough }))
	}
	err = n.read(ctx, b.page(nil, nil, 1), false, func(cells []any) error {
		at, err := b.position(cells)
		if err != nil || !b.order.marked {
			return err
		}
		return s.overlap.fits(at[0])
	})
	return n.failing("read the query in the order of watermark and key", err)
}

// permanent marks an error that another try would only repeat; nil stays nil.
func permanent(err error) error {
	if err == nil {
		return nil
	}
	return backoff.Permanent(err)
}

// errEnough ends a reading that has seen what it wanted.
var errEnough = errors.New("enough")

// failing is fail for errors that may be nil.
func (n *session) failing(what string, err error) error {
	if err == nil || errors.Is(err, errEnough) {
		return nil
	}
	return n.fail(what, err)
}

// prepare asks the database for the columns and finds those of the configuration among them.
func (s *Source) prepare(ctx context.Context, n *session) (*builder, error) {
	b := &builder{dialect: s.dialect, query: s.config.Query}
	columns, err := n.layout(ctx, b.layout())
	if err != nil {
		return nil, n.fail("run the query", err)
	}
	b.columns = columns
	b.names = make([]string, len(columns))
	names := b.names
	var faults []error
	for i, c := range columns {
		if slices.Contains(names[:i], c.name) {
			faults = append(faults, fmt.Errorf("query: yields two columns named %q; name one of them differently (AS …)", c.name))
		}
		names[i] = c.name
	}
	find := func(key, name string) {
		i := slices.Index(names, name)
		if i < 0 {
			faults = append(faults, fmt.Errorf("%s: the query yields no column %q%s", key, name, collector.Nearest(name, names)))
			return
		}
		b.order.columns = append(b.order.columns, columns[i])
		b.order.places = append(b.order.places, i)
	}
	if s.config.Watermark != "" {
		b.order.marked = true
		find("watermark", s.config.Watermark)
	}
	for _, name := range s.config.Key {
		find("key", name)
	}
	faults = append(faults, s.mapper.CheckColumns(names, false))
	return b, permanent(errors.Join(faults...))
}

// position is the place of a row in the order.
func (b *builder) position(cells []any) ([]value, error) {
	at := make([]value, len(b.order.columns))
	for i, c := range b.order.columns {
		v, err := b.dialect.value(cells[b.order.places[i]], c)
		if err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
		at[i] = v
	}
	return at, nil
}
