package sqldb

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// typed are tables whose columns have the types of the field, and what their values become.
var typed = map[string]struct {
	columns, values string
	want            map[string]string
	refused         []string
}{
	"postgres": {
		`id INT PRIMARY KEY, small SMALLINT, big BIGINT, code BIGINT, exact NUMERIC(30,10), long NUMERIC(30,10), money NUMERIC(12,2),
		 real4 REAL, real8 DOUBLE PRECISION, yes BOOLEAN, day DATE, local TIMESTAMP, instant TIMESTAMPTZ, clock TIME, doc JSONB,
		 uid UUID, list TEXT[], empty TEXT, nothing TEXT, face BYTEA`,
		`1, -7, 9007199254740991, 433025199003078515, 0.1, 12345678901234567.1234567891, 15.20, 0.1, 0.1, TRUE, '2026-07-01',
		 '2026-07-01 08:00:00.5', '2026-07-01 08:00:00+00', '08:30', '{"a": 1}', '6f4c2d1e-0000-4000-8000-000000000001',
		 '{x,y}', '', NULL, '\x0102'`,
		map[string]string{
			"small": "-7", "big": "9007199254740991", "code": `"433025199003078515"`, "exact": "0.1", "long": `"12345678901234567.1234567891"`, "money": "15.2",
			"real4": "0.1", "real8": "0.1", "yes": `"true"`, "day": `"2026-07-01"`, "local": `"2026-07-01T08:00:00.5+08:00"`,
			"instant": `"2026-07-01T16:00:00+08:00"`, "clock": `"08:30:00"`, "doc": `"{"a": 1}"`,
			"uid": `"6f4c2d1e-0000-4000-8000-000000000001"`, "list": `"{x,y}"`, "empty": "-", "nothing": "-",
		},
		[]string{"face"},
	},
	"mysql": {
		`id INT PRIMARY KEY, small TINYINT, big BIGINT UNSIGNED, exact DECIMAL(30,10), far DECIMAL(30,10), money DECIMAL(12,2), real4 FLOAT,
		 real8 DOUBLE, yes BOOLEAN, day DATE, local DATETIME(1), instant TIMESTAMP NULL, clock TIME, doc JSON, kind ENUM('a','b'),
		 zero DATETIME, empty VARCHAR(9), nothing TEXT, face BLOB, bits BINARY(2)`,
		`1, -7, 18446744073709551615, 0.1, 12345678901234567.1234567891, 15.20, 0.1, 0.1, TRUE, '2026-07-01', '2026-07-01 08:00:00.5',
		 CONVERT_TZ('2026-07-01 08:00:00', '+00:00', @@session.time_zone), '08:30', '{"a": 1}', 'b', '0000-00-00', '', NULL, 'xy', 'xy'`,
		map[string]string{
			"small": "-7", "big": `"18446744073709551615"`, "exact": "0.1", "far": `"12345678901234567.1234567891"`, "money": "15.2", "real4": "0.1",
			"real8": "0.1", "yes": "1", "day": `"2026-07-01"`, "local": `"2026-07-01T08:00:00.5+08:00"`,
			"instant": `"2026-07-01T16:00:00+08:00"`, "clock": `"08:30:00"`, "doc": `"{"a": 1}"`, "kind": `"b"`,
			"zero": `"0000-00-00 00:00:00"`, "empty": "-", "nothing": "-",
		},
		[]string{"face", "bits"},
	},
	"sqlite": {
		`id INTEGER PRIMARY KEY, small INT, code INT, exact NUMERIC, yes BOOLEAN, day DATE, local DATETIME, drift INT, doc TEXT, empty TEXT, untyped, face BLOB`,
		`1, -7, 433025199003078515, 0.1, TRUE, '2026-07-01', '2026-07-01 08:00:00', 'many', '{"a": 1}', '', NULL, x'0102'`,
		map[string]string{
			"small": "-7", "code": `"433025199003078515"`, "exact": "0.1", "yes": "1", "day": `"2026-07-01"`, "local": `"2026-07-01 08:00:00"`,
			"drift": `"many"`, "doc": `"{"a": 1}"`, "empty": "-", "untyped": "-",
		},
		[]string{"face"},
	},
}

// TestTypes reads every type, in a scan with parameters and in a whole reading without: drivers use two protocols for them.
func TestTypes(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		c := typed[db.driver]
		table := fmt.Sprintf("types_%d", tableSeq.Add(1))
		db.exec(t, fmt.Sprintf("CREATE TABLE %s (%s)", table, c.columns))
		t.Cleanup(func() { db.exec(t, "DROP TABLE "+table) })
		db.exec(t, fmt.Sprintf("INSERT INTO %s VALUES (%s)", table, c.values))
		for _, key := range []string{"key: id", "watermark: id\nkey: small", ""} {
			s := db.source(t, fmt.Sprintf("query: SELECT * FROM %s\n%s\nmapping: {record: submission, id: id, form: f, unit: {value: u}, period: {value: 2026-07}, submitted_at: {value: 2026-07-01}}", table, key))
			m := &memory{}
			for range 2 { // the second time from a checkpoint
				collect(t, s, m)
			}
			got := map[string]string{}
			for _, v := range m.full[0].Values {
				got[v.Field] = show(v)
			}
			want := c.want
			if strings.Contains(key, "small") {
				want = map[string]string{}
				for name, text := range c.want {
					if name != "small" {
						want[name] = text
					}
				}
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("%s (-want +got):\n%s", key, d)
			}
			var refused []string
			for _, r := range m.rejected {
				if r.Kind != "refused" || len(r.Raw) > 0 {
					t.Errorf("rejected: %+v", r)
				}
				refused = append(refused, r.Field)
			}
			slices.Sort(refused)
			slices.Sort(c.refused)
			if d := cmp.Diff(c.refused, slices.Compact(refused)); d != "" {
				t.Errorf("%s: refused (-want +got):\n%s", key, d)
			}
		}
	})
}

func show(v queries.Value) string {
	switch v.Kind {
	case queries.NumberValue:
		return strings.TrimSuffix(strings.TrimRight(fmt.Sprintf("%f", v.Number), "0"), ".")
	case queries.TextValue:
		return `"` + v.Text + `"`
	}
	return "-"
}

// TestOrders scans along watermarks and keys of every type that tables use, three rows at a time, and again for late rows.
func TestOrders(t *testing.T) {
	type column struct{ kind, value string } // %02d is the row
	watermarks := map[string][]column{
		"postgres": {
			{"BIGINT", "%d"},
			{"NUMERIC(40,10)", "1234567890123456789.00%02d"},
			{"DOUBLE PRECISION", "0.%02d"},
			{"DATE", "'2026-07-%02d'"},
			{"TIMESTAMP", "'2026-07-01 08:%02d:00.000001'"},
			{"TIMESTAMPTZ", "'2026-07-01 08:%02d:00.000001+03'"},
			{"TEXT", "'2026-07-01 08:%02d:00'"},
		},
		"mysql": {
			{"BIGINT UNSIGNED", "184467440737095516%02d"},
			{"DECIMAL(40,10)", "1234567890123456789.00%02d"},
			{"DOUBLE", "0.%02d"},
			{"DATE", "'2026-07-%02d'"},
			{"DATETIME(6)", "'2026-07-01 08:%02d:00.000001'"},
			{"TIMESTAMP(6)", "'2026-07-01 08:%02d:00.000001'"},
			{"VARCHAR(40)", "'2026-07-01 08:%02d:00'"},
		},
		"sqlite": {
			{"INTEGER", "%d"},
			{"REAL", "0.%02d"},
			{"DATE", "'2026-07-%02d'"},
			{"DATETIME", "'2026-07-01 08:%02d:00'"},
			{"TEXT", "'2026-07-01T08:%02d:00Z'"},
			{"INTEGER", "17828640%02d"},
		},
	}
	keys := map[string][]column{
		"postgres": {{"INT", "%d"}, {"UUID", "'6f4c2d1e-0000-4000-8000-0000000000%02d'"}, {"TEXT", "'村%02d'"}, {"BYTEA", `'\xff%02d'`}, {"CHAR(6)", "'k%02d'"}},
		"mysql":    {{"INT", "%d"}, {"VARCHAR(40)", "'村%02d'"}, {"BINARY(2)", "x'ff%02d'"}, {"CHAR(6)", "'k%02d'"}, {"DATETIME", "'2026-01-01 00:00:%02d'"}},
		"sqlite":   {{"INT", "%d"}, {"TEXT", "'村%02d'"}, {"BLOB", "x'ff%02d'"}, {"REAL", "%d.5"}},
	}
	each(t, func(t *testing.T, db *database) {
		for i, w := range watermarks[db.driver] {
			for _, k := range []column{keys[db.driver][0], keys[db.driver][i%len(keys[db.driver])]} {
				t.Run(w.kind+" "+k.kind, func(t *testing.T) {
					table := fmt.Sprintf("orders_%d", tableSeq.Add(1))
					db.exec(t, fmt.Sprintf("CREATE TABLE %s (w %s NOT NULL, k %s NOT NULL, n INT)", table, w.kind, k.kind))
					t.Cleanup(func() { db.exec(t, "DROP TABLE "+table) })
					put := func(n, watermark int) {
						write := func(c column, n int) string {
							if strings.Contains(c.value, "%") {
								return fmt.Sprintf(c.value, n)
							}
							return c.value
						}
						db.exec(t, fmt.Sprintf("INSERT INTO %s VALUES (%s, %s, %d)", table, write(w, watermark), write(k, n), n))
					}
					var want []string
					for n := 10; n < 40; n++ {
						put(n, 10+n%7)
						want = append(want, fmt.Sprintf("%d:%d", n, n))
					}
					s := db.source(t, fmt.Sprintf("query: SELECT w, k, n, n AS id FROM %s\nwatermark: w\nkey: [k, n]\nbatch: 10\nmapping: {record: submission, id: id, form: f, unit: {value: u}, period: {value: 2026-07}, submitted_at: {value: 2026-07-01}, values: [n]}", table))
					if err := s.Check(t.Context()); err != nil {
						t.Fatal(err)
					}
					m := &memory{}
					expect(t, "first read", collect(t, s, m), want)
					expect(t, "nothing new", collect(t, s, m), nil)
					put(50, 16)
					put(51, 17)
					expect(t, "the same watermark and a higher one", collect(t, s, m), []string{"50:50", "51:51"})
				})
			}
		}
	})
}

// TestInstantsAreExact reads a time with a zone in a session of another zone.
func TestInstantsAreExact(t *testing.T) {
	db := open(t, "postgres")
	table := fmt.Sprintf("instants_%d", tableSeq.Add(1))
	db.exec(t, "CREATE TABLE "+table+" (id INT PRIMARY KEY, filed TIMESTAMPTZ)")
	t.Cleanup(func() { db.exec(t, "DROP TABLE "+table) })
	db.exec(t, "INSERT INTO "+table+" VALUES (1, '2026-06-30 23:30:00+00')")
	s := db.source(t, "query: SELECT id, filed, filed::date::text AS day FROM "+table+"\nmapping: {record: submission, form: f, unit: {value: u}, period: filed, cycle: month, submitted_at: filed, values: [day]}")
	m := &memory{}
	collect(t, s, m)
	got := m.full[0]
	if got.Period != "2026-07" || !got.SubmittedAt.Equal(time.Date(2026, 6, 30, 23, 30, 0, 0, time.UTC)) || got.Values[0].Text != "2026-07-01" {
		t.Errorf("period %s, submitted %v, day in the session's zone %q", got.Period, got.SubmittedAt, got.Values[0].Text)
	}
}
