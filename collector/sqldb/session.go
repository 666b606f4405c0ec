package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// session is one connection to the upstream, for one run.
type session struct {
	upstream
	dialect dialect
	conn    *sql.Conn
	timeout time.Duration
}

func (s *Source) connect(ctx context.Context) (*session, error) {
	u, err := s.dialect.open(s.config, s.deps.BaseDir, s.deps.Location)
	if err != nil {
		return nil, redact(err, u.secrets)
	}
	n := &session{upstream: u, dialect: s.dialect, timeout: s.config.Timeout}
	n.conn, err = u.db.Conn(ctx)
	if err == nil {
		err = s.dialect.session(ctx, n.conn, s.deps.Location)
	}
	if err != nil {
		return nil, n.fail("connect to the database", errors.Join(err, n.close()))
	}
	return n, nil
}

// close ends the connection. Its errors matter to nobody who has read all rows, and a broken connection has told its own.
func (n *session) close() error {
	if n.conn != nil {
		if err := n.conn.Close(); err != nil && !errors.Is(err, sql.ErrConnDone) {
			return errors.Join(err, n.db.Close())
		}
	}
	return n.db.Close()
}

// fail names what was tried, with passwords taken out.
func (n *session) fail(what string, err error) error {
	return redact(fmt.Errorf("unable to %s: %w", what, err), n.secrets)
}

// read runs one statement in a read-only transaction of its own and calls each with every row. The cells belong to each
// until it returns. No transaction stays open while nobody reads. Whole says that the statement reads without a limit,
// so that its length is no sign of trouble; then only silence is.
func (n *session) read(ctx context.Context, t *statement, whole bool, each func(cells []any) error) (err error) {
	if t.err != nil {
		return t.err
	}
	watched, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	watch := time.AfterFunc(n.timeout+n.timeout/4, func() {
		cancel(fmt.Errorf("the database gave nothing for %s; add an index on the watermark and key, or raise timeout", n.timeout))
	})
	defer watch.Stop()
	defer func() {
		if err != nil && ctx.Err() == nil && watched.Err() != nil {
			err = context.Cause(watched)
		}
	}()
	tx, err := n.conn.BeginTx(watched, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return err
	}
	defer func() {
		if e := tx.Rollback(); err == nil && e != nil && !errors.Is(e, sql.ErrTxDone) {
			err = e
		}
	}()
	limit := n.timeout
	if whole {
		limit = 0
	}
	if err := n.dialect.limit(watched, tx, limit); err != nil {
		return err
	}
	rows, err := tx.QueryContext(watched, t.text.String(), t.args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	return n.rows(rows, watch, whole, each)
}

func (n *session) rows(rows *sql.Rows, watch *time.Timer, whole bool, each func(cells []any) error) error {
	names, err := rows.Columns()
	if err != nil {
		return err
	}
	cells, places := make([]any, len(names)), make([]any, len(names))
	for i := range cells {
		places[i] = &cells[i]
	}
	for rows.Next() {
		if err := rows.Scan(places...); err != nil {
			return err
		}
		if whole {
			watch.Stop() // the sink may take its time
		}
		if err := each(cells); err != nil {
			return err
		}
		if whole {
			watch.Reset(n.timeout + n.timeout/4)
		}
	}
	return rows.Err()
}

// layout asks for the names and types of the query's columns.
func (n *session) layout(ctx context.Context, t *statement) ([]column, error) {
	tx, err := n.conn.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	defer func() { _ = tx.Rollback() }() // a transaction that read nothing has nothing to lose
	if err := n.dialect.limit(ctx, tx, n.timeout); err != nil {
		return nil, err
	}
	rows, err := tx.QueryContext(ctx, t.text.String())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	types, err := rows.ColumnTypes()
	if err != nil {
		return nil, err
	}
	columns := make([]column, len(types))
	for i, c := range types {
		columns[i] = column{c.Name(), strings.ToUpper(c.DatabaseTypeName())}
	}
	return columns, rows.Err()
}

// redacted is an error whose text has lost its secrets. What it wraps can still be asked for its kind.
type redacted struct {
	text string
	err  error
}

func (r *redacted) Error() string { return r.text }
func (r *redacted) Unwrap() error { return r.err }

func redact(err error, secrets []string) error {
	text := err.Error()
	for _, s := range secrets {
		if len(s) > 2 {
			text = strings.ReplaceAll(text, s, "***")
		}
	}
	return &redacted{text, err}
}
