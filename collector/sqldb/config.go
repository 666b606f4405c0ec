package sqldb

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/collector"
)

// Config is the source's part of the configuration.
type Config struct {
	Driver    string               `yaml:"driver"`    // postgres, mysql or sqlite
	DSN       string               `yaml:"dsn"`       // how to connect; a file for sqlite
	Query     string               `yaml:"query"`     // one SELECT
	Watermark string               `yaml:"watermark"` // column that grows with every new or changed row
	Key       Names                `yaml:"key"`       // columns that tell rows of one watermark apart
	Overlap   string               `yaml:"overlap"`   // a duration or count, see parseOverlap
	Batch     int                  `yaml:"batch"`     // rows a page
	Timeout   time.Duration        `yaml:"timeout"`   // of one statement
	Mapping   collector.RowMapping `yaml:"mapping"`
}

// Names is one name or a list of names.
type Names []string

// UnmarshalYAML reads name and [name, name].
func (n *Names) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if err := unmarshal(&one); err == nil {
		*n = Names{one}
		return nil
	}
	return unmarshal((*[]string)(n))
}

const (
	defaultBatch   = 5000
	defaultTimeout = 5 * time.Minute
	maxIdentifier  = 128
)

// driverNames are the drivers, each with the other names that people write for it.
var driverNames = map[string][]string{
	"postgres": {"postgresql", "pg", "pgx", "kingbase", "kingbasees", "opengauss", "gaussdb"},
	"mysql":    {"mariadb", "oceanbase", "tidb"},
	"sqlite":   {"sqlite3"},
}

// validate fills in the defaults and returns all faults at once.
func (c *Config) validate() (dialect, overlap, error) {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	known, err := c.dialect()
	if err != nil {
		faults = append(faults, err)
	}
	if c.DSN == "" {
		fault("dsn: is missing; write how to connect, e.g. postgres://reader:${PASSWORD}@host:5432/name, reader:${PASSWORD}@tcp(host:3306)/name, or the path of a SQLite file")
	}
	c.Query = strings.TrimRight(strings.TrimSpace(c.Query), "; \t\r\n")
	switch first := strings.ToUpper(firstWord(c.Query)); first {
	case "SELECT", "WITH":
	case "":
		fault("query: is missing; write one SELECT that yields a row for every submission or usage event")
	default:
		fault("query: begins with %s; write one SELECT (or WITH … SELECT), because upstreams are only read", first)
	}
	for _, name := range slices.Concat([]string{c.Watermark}, c.Key) {
		if len(name) > maxIdentifier || strings.ContainsAny(name, "\x00\n\r") {
			fault("watermark, key: %.40q is no name of a column", name)
		}
	}
	if slices.Contains(c.Key, "") {
		fault("key: a name is empty; write the unique column, or a list of columns that are unique together")
	}
	if c.Watermark != "" && slices.Contains(c.Key, c.Watermark) {
		fault("key: %s is the watermark already; leave it out of the key", c.Watermark)
	}
	lag, err := parseOverlap(strings.TrimSpace(c.Overlap))
	if err != nil {
		faults = append(faults, err)
	}
	if c.Watermark == "" && c.Overlap != "" {
		fault("overlap: means nothing without a watermark; name the watermark column, or leave overlap out")
	}
	if c.Batch == 0 {
		c.Batch = defaultBatch
	}
	if c.Batch < 10 || c.Batch > 100_000 {
		fault("batch: %d is out of range; write 10 to 100000 rows, or leave it out for %d", c.Batch, defaultBatch)
	}
	if c.Timeout == 0 {
		c.Timeout = defaultTimeout
	}
	if c.Timeout < time.Second {
		fault("timeout: %s is too short; write a duration such as 5m", c.Timeout)
	}
	return known, lag, errors.Join(faults...)
}

func (c *Config) dialect() (dialect, error) {
	switch c.Driver {
	case "postgres":
		return postgres{}, nil
	case "mysql":
		return mysqlDialect{}, nil
	case "sqlite":
		return sqlite{}, nil
	case "":
		return nil, errors.New("driver: is missing; write postgres, mysql or sqlite")
	}
	for name, others := range driverNames {
		if slices.Contains(others, strings.ToLower(c.Driver)) || strings.EqualFold(c.Driver, name) {
			return nil, fmt.Errorf("driver: %q is written %s here", c.Driver, name)
		}
	}
	return nil, fmt.Errorf("driver: %q is unknown; write postgres (also Kingbase, openGauss), mysql (also MariaDB, OceanBase) or sqlite", c.Driver)
}

// firstWord is the first word of a statement, after comments.
func firstWord(query string) string {
	for {
		query = strings.TrimLeft(query, " \t\r\n(")
		switch {
		case strings.HasPrefix(query, "--"):
			_, query, _ = strings.Cut(query, "\n")
		case strings.HasPrefix(query, "/*"):
			_, query, _ = strings.Cut(query, "*/")
		default:
			end := strings.IndexFunc(query, func(r rune) bool { return r < 'A' || r > 'Z' && r < 'a' || r > 'z' })
			if end < 0 {
				end = len(query)
			}
			return query[:end]
		}
	}
}
