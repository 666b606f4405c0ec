package sqldb

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/go-sql-driver/mysql"
)

// mysqlDialect is MySQL and MariaDB.
type mysqlDialect struct{}

func (mysqlDialect) open(c Config, _ string, location *time.Location) (upstream, error) {
	dsn, err := mysqlDSN(c.DSN)
	if err != nil {
		return upstream{secrets: []string{c.DSN}}, err
	}
	config, err := mysql.ParseDSN(dsn)
	if err != nil {
		return upstream{secrets: []string{c.DSN, dsn}}, fmt.Errorf("dsn: unable to understand it; write user:password@tcp(host:3306)/name: %w", err)
	}
	secrets := []string{c.DSN, dsn, config.Passwd}
	// Times come as text, because the zero date and the zone of each column must stay visible.
	config.ParseTime = false
	config.MultiStatements, config.AllowAllFiles, config.InterpolateParams = false, false, false
	config.Logger = &mysql.NopLogger{}
	if config.Timeout == 0 {
		config.Timeout = 30 * time.Second
	}
	if config.Params == nil {
		config.Params = map[string]string{}
	}
	config.Params["time_zone"] = "'" + time.Date(2026, 1, 1, 0, 0, 0, 0, standardZone(location)).Format("-07:00") + "'"
	connector, err := mysql.NewConnector(config)
	if err != nil {
		return upstream{secrets: secrets}, fmt.Errorf("dsn: unable to use it: %w", err)
	}
	return upstream{sql.OpenDB(connector), config.Addr + "/" + config.DBName, secrets}, nil
}

// mysqlDSN takes the URL form as well, which people know from other databases.
func mysqlDSN(dsn string) (string, error) {
	if !strings.HasPrefix(dsn, "mysql://") && !strings.HasPrefix(dsn, "mariadb://") {
		return dsn, nil
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return "", errors.New("dsn: is no URL; write mysql://user:password@host:3306/name with special characters of the password escaped as %XX, or user:password@tcp(host:3306)/name")
	}
	config := mysql.NewConfig()
	config.User, config.Net, config.DBName = u.User.Username(), "tcp", strings.TrimPrefix(u.Path, "/")
	config.Passwd, _ = u.User.Password()
	config.Addr = u.Host
	if u.Port() == "" {
		config.Addr += ":3306"
	}
	text := config.FormatDSN()
	if u.RawQuery != "" {
		text += map[bool]string{true: "&", false: "?"}[strings.Contains(text, "?")] + u.RawQuery
	}
	return text, nil
}

func (mysqlDialect) session(ctx context.Context, conn *sql.Conn, _ *time.Location) error {
	_, err := conn.ExecContext(ctx, "SET SESSION TRANSACTION READ ONLY")
	return err
}

// limit tries the variable of MySQL and that of MariaDB; a server that knows neither has no such limit, and the source's
// own watch ends a statement that hangs.
func (mysqlDialect) limit(ctx context.Context, tx *sql.Tx, timeout time.Duration) error {
	const unknownVariable = 1193
	for _, s := range []struct {
		statement string
		value     any
	}{{"SET SESSION max_execution_time = ?", timeout.Milliseconds()}, {"SET SESSION max_statement_time = ?", timeout.Seconds()}} {
		_, err := tx.ExecContext(ctx, s.statement, s.value)
		var answer *mysql.MySQLError
		if err == nil || !errors.As(err, &answer) || answer.Number != unknownVariable {
			return err
		}
	}
	return nil
}

func (mysqlDialect) quote(name string) string { return doubled(name, "`") }

func (d mysqlDialect) list(columns []column) string { return qualified(d, columns) }

func (d mysqlDialect) usable(c column, _ string) string {
	switch c.kind {
	case "DATE", "DATETIME", "TIMESTAMP":
		return "YEAR(q." + d.quote(c.name) + ") > 0"
	}
	return ""
}

// parameter casts decimals, because MySQL would compare a text with a decimal as floating-point numbers.
func (mysqlDialect) parameter(_ int, v value) (string, any, error) {
	native, err := v.native()
	if v.Kind == decimalKind {
		return "CAST(? AS DECIMAL(65,30))", native, err
	}
	return "?", native, err
}

func (d mysqlDialect) value(cell any, c column) (value, error) {
	if raw, ok := cell.([]byte); ok && !binaryType(c.kind) {
		text := string(raw)
		switch {
		case c.kind == "DECIMAL":
			return value{decimalKind, text}, nil
		case strings.HasSuffix(c.kind, "INT"):
			return value{intKind, text}, nil
		}
		return textValue(text), nil
	}
	return valueOf(cell)
}

func binaryType(kind string) bool {
	return strings.HasSuffix(kind, "BLOB") || strings.HasSuffix(kind, "BINARY") || kind == "BIT" || kind == "GEOMETRY" || kind == "VECTOR"
}

// cell reads texts by the type of their column. DATETIME has no zone; TIMESTAMP has the session's.
func (mysqlDialect) cell(cell any, c column, location *time.Location) any {
	switch t := cell.(type) {
	case uint64:
		return json.Number(strconv.FormatUint(t, 10))
	case float32:
		return json.Number(strconv.FormatFloat(float64(t), 'g', -1, 32))
	case []byte:
		if binaryType(c.kind) {
			return t
		}
		text := string(t)
		switch {
		case c.kind == "DECIMAL" || strings.HasSuffix(c.kind, "INT") || c.kind == "FLOAT" || c.kind == "DOUBLE" || c.kind == "YEAR":
			return json.Number(text)
		case c.kind == "DATETIME":
			if at, err := time.ParseInLocation(time.DateTime, text, location); err == nil {
				return at
			}
		case c.kind == "TIMESTAMP":
			if at, err := time.ParseInLocation(time.DateTime, text, standardZone(location)); err == nil {
				return at.In(location)
			}
		}
		return text
	}
	return cell
}
