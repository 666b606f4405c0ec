// Package queries is everything that talks to ClickHouse: the embedded engine or a server behind one client, the schema,
// the typed reads and writes, and the records that the other packages exchange. SQL lives in .sql files.
package queries

import (
	"context"
	"crypto/tls"
	"embed"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
	"github.com/cenkalti/backoff/v5"

	"github.com/jianfu/jianfu/queries/engine"
)

//go:embed sql/*.sql
var statements embed.FS

// Config says where ClickHouse is: a folder for the embedded engine, or the URL of a server.
type Config struct {
	Embedded string // data folder
	URL      string // clickhouse://user:password@host:9440/database?secure=true, or http(s)://
	Database string // jianfu unless given
}

// Store is one open database. It is safe for concurrent use.
type Store struct {
	conn     driver.Conn
	options  clickhouse.Options
	engine   *engine.Engine
	Database string
}

// Open connects, and brings the schema up to date. On an embedded folder that another process owns, it reaches the owner
// through the folder's socket.
func Open(ctx context.Context, c Config) (*Store, error) {
	s := &Store{Database: c.Database}
	if s.Database == "" {
		s.Database = "jianfu"
	}
	var err error
	if c.Embedded != "" {
		err = s.openEmbedded(ctx, c.Embedded)
	} else {
		err = s.openServer(c)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// OpenEngine opens a database of an engine that is already running in this process.
func OpenEngine(ctx context.Context, e *engine.Engine, database string) (*Store, error) {
	s := &Store{Database: database}
	if err := s.connect(embeddedOptions(e.Transport())); err != nil {
		return nil, err
	}
	if err := s.migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// openEmbedded becomes the owner of the folder or a guest of the owner. Between the two an owner may just be starting or
// ending, so both are tried for a while.
func (s *Store) openEmbedded(ctx context.Context, dir string) error {
	attempt := func() (struct{}, error) {
		e, err := engine.Open(ctx, dir)
		if err == nil {
			s.engine = e
			return struct{}{}, s.connect(embeddedOptions(e.Transport()))
		}
		if !errors.Is(err, engine.ErrBusy) {
			return struct{}{}, backoff.Permanent(fmt.Errorf("unable to open the embedded ClickHouse in %s: %w", dir, err))
		}
		t, err := engine.Dial(dir)
		if err != nil {
			return struct{}{}, backoff.Permanent(err)
		}
		if err := s.connect(embeddedOptions(t)); err != nil {
			return struct{}{}, err
		}
		if err := s.conn.Ping(ctx); err != nil {
			return struct{}{}, errors.Join(fmt.Errorf("unable to reach the process that owns %s: %w", filepath.Join(dir, "jianfu.lock"), err), s.conn.Close())
		}
		return struct{}{}, nil
	}
	_, err := backoff.Retry(ctx, attempt, backoff.WithBackOff(backoff.NewConstantBackOff(200*time.Millisecond)), backoff.WithMaxElapsedTime(15*time.Second))
	return err
}

func embeddedOptions(t http.RoundTripper) clickhouse.Options {
	return clickhouse.Options{
		Protocol:      clickhouse.HTTP,
		Addr:          []string{"jianfu:0"},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return t, nil },
	}
}

func (s *Store) openServer(c Config) error {
	options, err := clickhouse.ParseDSN(c.URL)
	if err != nil {
		return fmt.Errorf("unable to read clickhouse.url: %w", err)
	}
	if options.Auth.Database != "" && c.Database == "" {
		s.Database = options.Auth.Database
	}
	if options.TLS != nil {
		options.TLS.MinVersion = tls.VersionTLS12
	}
	return s.connect(*options)
}

func (s *Store) connect(options clickhouse.Options) error {
	options.Auth.Database = ""
	options.MaxOpenConns = 16
	options.ConnMaxLifetime = 24 * time.Hour
	if options.Settings == nil {
		options.Settings = clickhouse.Settings{}
	}
	options.Settings["async_insert"] = 0
	options.Settings["optimize_on_insert"] = 0 // a batch has no duplicates within itself, so collapsing it would be wasted
	options.Settings["max_partitions_per_insert_block"] = 0
	options.Settings["allow_suspicious_low_cardinality_types"] = 1
	s.options = options
	conn, err := clickhouse.Open(&options)
	if err != nil {
		return fmt.Errorf("unable to connect to ClickHouse: %w", err)
	}
	s.conn = conn
	return nil
}

// Close ends the connections, and the engine if this process owns it.
func (s *Store) Close() error {
	var err error
	if s.conn != nil {
		err = s.conn.Close()
	}
	if s.engine != nil {
		err = errors.Join(err, s.engine.Close())
	}
	return err
}

// statement is the text of queries/sql/<name>.sql.
func statement(name string) string {
	text, err := statements.ReadFile("sql/" + name + ".sql")
	if err != nil {
		// A missing file is a fault of the build, caught by the first test that runs the query.
		return "SELECT throwIf(1, 'queries/sql/" + name + ".sql is missing')"
	}
	return string(text)
}

// Params are the values of a query's {name:Type} places: strings, numbers, times, and slices of them.
type Params map[string]any

func (s *Store) with(ctx context.Context, params Params) context.Context {
	options := []clickhouse.QueryOption{}
	if len(params) > 0 {
		values := make(clickhouse.Parameters, len(params))
		for name, v := range params {
			values[name] = literal(v)
		}
		options = append(options, clickhouse.WithParameters(values))
	}
	return clickhouse.Context(ctx, options...)
}

// exec runs a statement of queries/sql that gives no rows.
func (s *Store) exec(ctx context.Context, name string, params Params) error {
	if err := s.conn.Exec(s.with(ctx, params), statement(name)); err != nil {
		return fmt.Errorf("unable to run %s: %w", name, err)
	}
	return nil
}

// Query runs queries/sql/<name>.sql and streams its rows.
func (s *Store) Query(ctx context.Context, name string, params Params) (driver.Rows, error) {
	rows, err := s.conn.Query(s.with(ctx, params), statement(name))
	if err != nil {
		return nil, fmt.Errorf("unable to run %s: %w", name, err)
	}
	return rows, nil
}

// Each runs queries/sql/<name>.sql and calls row for every row; row reads it with Scan. Memory does not grow with the result.
func (s *Store) Each(ctx context.Context, name string, params Params, row func(scan func(...any) error) error) (err error) {
	rows, err := s.Query(ctx, name, params)
	if err != nil {
		return err
	}
	defer func() {
		if closing := rows.Close(); err == nil && closing != nil {
			err = fmt.Errorf("unable to read %s: %w", name, closing)
		}
	}()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fmt.Errorf("unable to read a row of %s: %w", name, err)
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("unable to read %s: %w", name, err)
	}
	return nil
}

// Code is ClickHouse's code of an error, 0 for other errors.
func Code(err error) int {
	var ex *clickhouse.Exception
	if errors.As(err, &ex) {
		return int(ex.Code)
	}
	var own *engine.Error
	if errors.As(err, &own) {
		return own.Code
	}
	return 0
}

// literal writes a parameter in the text form of ClickHouse's HTTP parameters.
func literal(v any) string {
	switch v := v.(type) {
	case string:
		return strings.NewReplacer("\\", "\\\\", "\t", "\\t", "\n", "\\n").Replace(v)
	case time.Time:
		return v.UTC().Format("2006-01-02 15:04:05")
	case []string:
		return "[" + joinQuoted(v) + "]"
	case []uint64:
		var b strings.Builder
		b.WriteByte('[')
		for i, x := range v {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%d", x)
		}
		b.WriteByte(']')
		return b.String()
	case bool:
		if v {
			return "1"
		}
		return "0"
	default:
		return fmt.Sprint(v)
	}
}

func joinQuoted(values []string) string {
	quoted := make([]string, len(values))
	for i, v := range values {
		quoted[i] = "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`, "\n", `\n`, "\t", `\t`).Replace(v) + "'"
	}
	return strings.Join(quoted, ",")
}

// Drop deletes the whole database. Tests use it.
func (s *Store) Drop(ctx context.Context) error {
	if err := s.conn.Exec(s.with(ctx, Params{"database": s.Database}), "DROP DATABASE {database:Identifier} SYNC"); err != nil {
		return fmt.Errorf("unable to drop the database %s: %w", s.Database, err)
	}
	return nil
}
