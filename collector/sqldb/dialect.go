package sqldb

import (
	"context"
	"database/sql"
	"strings"
	"time"
)

// dialect is what differs between the databases.
type dialect interface {
	// open prepares the connection without making it. With an error, the texts that must not be shown are returned too.
	open(c Config, baseDir string, location *time.Location) (upstream, error)
	// session settles a fresh connection: read-only, and the time zone.
	session(ctx context.Context, conn *sql.Conn, location *time.Location) error
	// limit sets the time a statement may take within a transaction, or on the connection where the database knows no
	// other way; 0 is none.
	limit(ctx context.Context, tx *sql.Tx, timeout time.Duration) error
	// quote makes a name an identifier.
	quote(name string) string
	// list is what stands between SELECT and FROM to read the columns of the query, which is called q.
	list(columns []column) string
	// usable is the condition under which a row's watermark has a place in the order, empty where every one has.
	usable(c column, class string) string
	// parameter is the place holder of the nth parameter, and its value as the driver takes it.
	parameter(n int, v value) (string, any, error)
	// value reads the cell of a watermark or key.
	value(cell any, c column) (value, error)
	// cell turns what the driver returns into a cell of a collector.Row.
	cell(cell any, c column, location *time.Location) any
}

// upstream is a database that can be connected to.
type upstream struct {
	db      *sql.DB
	origin  string   // names it in rejections
	secrets []string // texts that are never shown
}

// column is one column of the query as the database describes it.
type column struct {
	name string
	kind string // the database's name of its type; empty where it is not known
}

// standardZone is the location's time without summer time: a session in it tells the same instant by the same digits all
// the year.
func standardZone(location *time.Location) *time.Location {
	_, winter := time.Date(2026, 1, 1, 0, 0, 0, 0, location).Zone()
	_, summer := time.Date(2026, 7, 1, 0, 0, 0, 0, location).Zone()
	return time.FixedZone("", min(winter, summer))
}

func doubled(name, quote string) string {
	return quote + strings.ReplaceAll(name, quote, quote+quote) + quote
}

// qualified lists columns of q.
func qualified(d dialect, columns []column) string {
	names := make([]string, len(columns))
	for i, c := range columns {
		names[i] = "q." + d.quote(c.name)
	}
	return strings.Join(names, ", ")
}
