package sqldb

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "modernc.org/sqlite" // the driver's package offers no other way in
)

// sqlite is a SQLite file, opened read-only.
type sqlite struct{}

func (sqlite) open(c Config, baseDir string, _ *time.Location) (upstream, error) {
	path := strings.TrimPrefix(c.DSN, "sqlite://")
	if strings.HasPrefix(path, "file:") || strings.Contains(path, "?") {
		return upstream{}, fmt.Errorf("dsn: %q is written as a URL; write the path of the file alone", path)
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(baseDir, path)
	}
	path, err := filepath.Abs(path)
	if err != nil {
		return upstream{}, fmt.Errorf("dsn: unable to find the file: %w", err)
	}
	if info, err := os.Stat(path); err != nil {
		return upstream{}, fmt.Errorf("dsn: unable to find the file: %w", err)
	} else if info.IsDir() {
		return upstream{}, fmt.Errorf("dsn: %s is a folder; write the path of a SQLite file", path)
	}
	address := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"mode": {"ro"}, "_pragma": {"query_only(1)", "busy_timeout(10000)"},
	}.Encode()}
	db, err := sql.Open("sqlite", address.String())
	if err != nil {
		return upstream{}, fmt.Errorf("dsn: unable to open %s: %w", path, err)
	}
	return upstream{db: db, origin: path}, nil
}

func (sqlite) session(context.Context, *sql.Conn, *time.Location) error { return nil }

// limit has nothing to set: the source's own watch interrupts a statement that hangs.
func (sqlite) limit(context.Context, *sql.Tx, time.Duration) error { return nil }

func (sqlite) quote(name string) string { return doubled(name, `"`) }

// list writes every column as an expression: the driver would read times from columns declared as such, and their text
// as it is stored would be lost, by which SQLite orders them.
func (d sqlite) list(columns []column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = "+q." + d.quote(c.name) + " AS " + d.quote(c.name)
	}
	return strings.Join(names, ", ")
}

// usable leaves out what is of another type than most watermarks: any column may hold anything, numbers sort before
// texts, and a single stray one would hide everything after it.
func (d sqlite) usable(c column, class string) string {
	name := "q." + d.quote(c.name)
	switch class {
	case "integer", "real":
		return "typeof(" + name + ") IN ('integer', 'real')"
	case "text":
		return "typeof(" + name + ") = 'text' AND " + name + " <> ''"
	case "blob":
		return "typeof(" + name + ") = 'blob'"
	}
	return ""
}

func (sqlite) parameter(_ int, v value) (string, any, error) {
	native, err := v.native()
	return "?", native, err
}

func (sqlite) value(cell any, _ column) (value, error) { return valueOf(cell) }

func (sqlite) cell(cell any, _ column, _ *time.Location) any { return cell }
