package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
)

// postgres is PostgreSQL, and what speaks its protocol.
type postgres struct{}

func (postgres) open(c Config, _ string, _ *time.Location) (upstream, error) {
	config, err := pgx.ParseConfig(c.DSN)
	if err != nil {
		return upstream{secrets: []string{c.DSN}}, fmt.Errorf("dsn: unable to understand it; write postgres://user:password@host:5432/name: %w", err)
	}
	if config.ConnectTimeout == 0 {
		config.ConnectTimeout = 30 * time.Second
	}
	if _, named := config.RuntimeParams["application_name"]; !named {
		config.RuntimeParams["application_name"] = "jianfu"
	}
	return upstream{stdlib.OpenDB(*config), config.Host + "/" + config.Database, []string{c.DSN, config.Password}}, nil
}

func (postgres) session(ctx context.Context, conn *sql.Conn, location *time.Location) error {
	zone := location.String()
	if _, err := time.LoadLocation(zone); err != nil || zone == "Local" || zone == "" {
		_, seconds := time.Date(2026, 1, 1, 0, 0, 0, 0, location).Zone()
		zone = strconv.FormatFloat(float64(seconds)/3600, 'f', -1, 64) // hours east of Greenwich
	}
	for name, text := range map[string]string{"TimeZone": zone, "default_transaction_read_only": "on"} {
		if _, err := conn.ExecContext(ctx, "SELECT set_config($1, $2, false)", name, text); err != nil {
			return err
		}
	}
	return nil
}

func (postgres) limit(ctx context.Context, tx *sql.Tx, timeout time.Duration) error {
	_, err := tx.ExecContext(ctx, "SELECT set_config('statement_timeout', $1, true)", strconv.FormatInt(timeout.Milliseconds(), 10))
	return err
}

func (postgres) quote(name string) string { return doubled(name, `"`) }

func (d postgres) list(columns []column) string { return qualified(d, columns) }

func (d postgres) usable(c column, _ string) string {
	switch c.kind {
	case "DATE", "TIMESTAMP", "TIMESTAMPTZ":
		return "isfinite(q." + d.quote(c.name) + ")"
	case "FLOAT4", "FLOAT8", "NUMERIC":
		return "q." + d.quote(c.name) + " <> 'NaN'"
	}
	return ""
}

// parameter hands every value over as text, which the server reads as the type of the column beside it.
func (postgres) parameter(n int, v value) (string, any, error) {
	text := v.Text
	if v.Kind == bytesKind {
		text = `\x` + text
	}
	return "$" + strconv.Itoa(n), text, nil
}

func (postgres) value(cell any, c column) (value, error) {
	switch t := cell.(type) {
	case time.Time:
		layout := map[string]string{"DATE": time.DateOnly, "TIMESTAMP": "2006-01-02 15:04:05.999999"}[c.kind]
		if layout == "" {
			layout = "2006-01-02 15:04:05.999999Z07:00"
		}
		return value{timeKind, t.UTC().Format(layout)}, nil
	case []byte:
		if c.kind != "BYTEA" {
			return textValue(string(t)), nil
		}
	case string:
		if c.kind == "NUMERIC" {
			return value{decimalKind, t}, nil
		}
	}
	return valueOf(cell)
}

func (postgres) cell(cell any, c column, location *time.Location) any {
	switch t := cell.(type) {
	case time.Time:
		switch c.kind {
		case "DATE":
			return t.Format(time.DateOnly)
		case "TIMESTAMP":
			return inLocation(t, location)
		}
	case []byte:
		if c.kind != "BYTEA" { // JSON
			return string(t)
		}
	case string:
		if c.kind == "NUMERIC" {
			return json.Number(t)
		}
	case float64:
		if c.kind == "FLOAT4" && !math.IsNaN(t) && !math.IsInf(t, 0) {
			return json.Number(strconv.FormatFloat(t, 'g', -1, 32))
		}
	}
	return cell
}

// inLocation takes the digits of a time without a zone as local.
func inLocation(t time.Time, location *time.Location) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), location)
}
