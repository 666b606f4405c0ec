package sqldb

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/collector"
)

// TestWrongColumns names every column that is not there, with the nearest one.
func TestWrongColumns(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		s := db.source(t, "query: SELECT id, changed, village FROM "+table+"\nwatermark: chnged\nkey: idd\nmapping: {record: submission, form: f, unit: vilage, period: {value: 2026-07}, submitted_at: changed}")
		for _, err := range []error{s.Check(t.Context()), s.Collect(t.Context(), nil, &memory{})} {
			for _, want := range []string{`(is "changed" meant?)`, `key: the query yields no column "idd" (is "id" meant?)`, `no column "vilage" (is "village" meant?)`} {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%q is not in:\n%v", want, err)
				}
			}
		}
		s = db.source(t, "query: SELECT id, nothing FROM "+table+"\n"+mapping)
		if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "unable to run the query") {
			t.Errorf("a wrong query: %v", err)
		}
	})
}

// TestKeyMustBeUnique ends with an error instead of losing rows at the border of a page.
func TestKeyMustBeUnique(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		db.insert(t, table, "2026-07-01 08:00:00", until(11)...)
		db.exec(t, "UPDATE "+table+" SET village = 'v1' WHERE id > 9")
		s := db.source(t, "query: SELECT * FROM "+table+"\nwatermark: changed\nkey: village\nbatch: 10\n"+mapping)
		if err := s.Collect(t.Context(), nil, &memory{}); err == nil || !strings.Contains(err.Error(), "key: two rows have the same watermark and key") {
			t.Errorf("error %v", err)
		}
	})
}

// TestWithoutWatermark reads the whole query each time; with a key page by page.
func TestWithoutWatermark(t *testing.T) {
	for _, key := range []string{"", "key: id"} {
		each(t, func(t *testing.T, db *database) {
			table := db.table(t)
			db.insert(t, table, "", until(25)...)
			s := db.source(t, strings.Replace("query: SELECT * FROM "+table+"\nbatch: 10\n"+key+mapping, "  record:", "  id: id\n  record:", 1))
			m := &memory{}
			expect(t, "first read", collect(t, s, m), lines(until(25)...))
			if key != "" && m.marks != 3 {
				t.Errorf("%d marks for three pages", m.marks)
			}
			db.exec(t, "DELETE FROM "+table+" WHERE id = 3")
			expect(t, "second read", collect(t, s, m), lines(append(until(25)[:2], until(25)[3:]...)...))
			if err := s.Check(t.Context()); err != nil {
				t.Errorf("check: %v", err)
			}
		})
	}
}

// TestUsageIdentity reads the same events twice: their positions must be the same, and different events' different.
func TestUsageIdentity(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		db.insert(t, table, "2026-07-01 08:00:00", until(50)...)
		for _, key := range []string{"", "key: id"} {
			s := db.source(t, "query: SELECT * FROM "+table+"\n"+key+"\nmapping: {record: usage, system: s, time: changed, actor: id, action: {value: view}, unit: village}")
			a, b := &memory{}, &memory{}
			collect(t, s, a)
			collect(t, s, b)
			distinct := map[uint64]bool{}
			for i, p := range a.events {
				distinct[p] = true
				if p != b.events[i] {
					t.Fatalf("event %d has the identities %d and %d", i, p, b.events[i])
				}
			}
			if len(distinct) != 50 {
				t.Errorf("%s: %d identities of 50 events", key, len(distinct))
			}
		}
	})
}

// TestLateRowInInterruptedScan writes a row behind the position of a scan that is interrupted for a long time. The scan
// that follows must look back to where the first one began, not only to where it ended.
func TestLateRowInInterruptedScan(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		for i := range 30 {
			db.insert(t, table, fmt.Sprintf("2026-07-01 08:%02d:00", i), i+1)
		}
		config := "query: SELECT * FROM " + table + "\nwatermark: changed\nkey: id\nbatch: 10\noverlap: 15m\n" + mapping
		s := db.source(t, strings.Replace(config, "  record:", "  id: id\n  record:", 1))
		m := &memory{stopAt: 6} // the third page is not marked
		if err := s.Collect(t.Context(), nil, m); !errors.Is(err, errStop) {
			t.Fatal(err)
		}
		db.insert(t, table, "2026-07-01 08:18:30", 100) // behind the position, less than 15 minutes before the highest
		for i := range 30 {
			db.insert(t, table, fmt.Sprintf("2026-07-05 08:%02d:00", i), 200+i)
		}
		m.stopAt = 0
		before := len(m.stored)
		if err := s.Collect(t.Context(), m.mark, m); err != nil {
			t.Fatal(err)
		}
		if got := len(m.stored) - before; got != 40 {
			t.Errorf("the scan went on with %d rows, want 10 old and 30 new", got)
		}
		expect(t, "the late row", collect(t, s, m), lines(100))
		expect(t, "nothing more", collect(t, s, m), nil)
	})
}

// TestWatermarkDrift mixes types in a SQLite column: strays are rejected, and hide nothing.
func TestWatermarkDrift(t *testing.T) {
	db := open(t, "sqlite")
	db.exec(t, "CREATE TABLE d (id INTEGER PRIMARY KEY, w, village TEXT, households)")
	for id := range 20 {
		db.exec(t, "INSERT INTO d VALUES (?, ?, 'v', ?)", id+1, 100+id, float64(id)+1.5)
	}
	db.exec(t, "INSERT INTO d VALUES (50, 'yesterday', 'v', 1), (51, x'00', 'v', 1), (52, NULL, 'v', 1)")
	s := db.source(t, strings.Replace("query: SELECT * FROM d\nwatermark: w\nkey: id\noverlap: 5\nbatch: 10\n"+mapping, "  record:", "  id: id\n  record:", 1))
	m := &memory{}
	expect(t, "first read", collect(t, s, m), lines(until(20)...))
	var kinds []string
	for _, r := range m.rejected {
		kinds = append(kinds, r.Kind)
	}
	if got := strings.Join(kinds, " "); got != "type type malformed" {
		t.Errorf("rejected: %s", got)
	}
	db.exec(t, "INSERT INTO d VALUES (21, 105, 'v', 21.5), (22, 120, 'v', 22.5)")
	expect(t, "a row after strays, and one too late", collect(t, s, m), lines(22))
	if err := db.source(t, "query: SELECT * FROM d\nwatermark: w\noverlap: 5m\n"+mapping).Check(t.Context()); err == nil || !strings.Contains(err.Error(), "write a count such as 1000") {
		t.Errorf("check: %v", err)
	}
}

// TestSlowLookIsSeldom looks for rows without a watermark again only when the pause that the last look earned is over.
func TestSlowLookIsSeldom(t *testing.T) {
	db := open(t, "sqlite")
	table := db.table(t)
	db.insert(t, table, "2026-07-01 08:00:00", 1)
	s := db.source(t, "query: SELECT * FROM "+table+"\nwatermark: changed\nkey: id\n"+mapping).(*Source)
	m := &memory{}
	collect(t, s, m)
	st, err := decodeState(m.mark, s.fingerprint())
	if err != nil {
		t.Fatal(err)
	}
	st.LookTook = 3000
	if m.mark, err = st.encode(); err != nil {
		t.Fatal(err)
	}
	db.insert(t, table, "", 2)
	collect(t, s, m)
	if len(m.rejected) != 0 {
		t.Error("looked again at once")
	}
	now := s.deps.Now().Add(301 * time.Second)
	s.deps.Now = func() time.Time { return now }
	collect(t, s, m)
	if len(m.rejected) != 1 {
		t.Errorf("%d rejected after the pause", len(m.rejected))
	}
}

// TestTextWatermark pages along texts that are no times, and asks for a key where there is none.
func TestTextWatermark(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		db.insert(t, table, "2026-07-01 08:00:00", until(30)...)
		config := strings.Replace("query: SELECT * FROM "+table+"\nwatermark: village\nbatch: 10\n"+mapping, "  record:", "  id: id\n  record:", 1)
		m := &memory{}
		s := db.source(t, config+"key: id\n")
		expect(t, "first read", collect(t, s, m), lines(until(30)...))
		db.exec(t, "INSERT INTO "+table+" (id, village, households) VALUES (31, 'v6', 31.5), (32, 'v7', 32.5)")
		expect(t, "the same watermark and a higher one", collect(t, s, m), lines(31, 32))
		if err := db.source(t, config).Collect(t.Context(), nil, &memory{}); err == nil || !strings.Contains(err.Error(), "so a key is needed") {
			t.Errorf("without a key: %v", err)
		}
	})
}

// TestReadOnly tries to write through the source's own connection.
func TestReadOnly(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		db.insert(t, table, "2026-07-01 08:00:00", 1)
		s := db.source(t, "query: SELECT * FROM "+table+"\n"+mapping).(*Source)
		n, err := s.connect(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer n.close()
		for name, run := range map[string]func(string) error{
			"session": func(q string) error { _, err := n.conn.ExecContext(t.Context(), q); return err },
			"read": func(q string) error {
				st := (&statement{dialect: s.dialect}).write(q)
				return n.read(t.Context(), st, false, func([]any) error { return nil })
			},
		} {
			if err := run("DELETE FROM " + table); err == nil {
				t.Errorf("%s: the table was written", name)
			}
		}
	})
}

// TestConnectionLoss cuts the connection in the middle of a run, and goes on from the last mark.
func TestConnectionLoss(t *testing.T) {
	kill := map[string]string{
		"postgres": "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'jianfu'",
		"mysql":    "",
	}
	for driver, statement := range kill {
		t.Run(driver, func(t *testing.T) {
			db := open(t, driver)
			table := db.table(t)
			for i, id := range until(60) {
				db.insert(t, table, fmt.Sprintf("2026-07-01 08:00:%02d", i/3), id)
			}
			s := db.source(t, strings.Replace("query: SELECT * FROM "+table+"\nwatermark: changed\nkey: id\nbatch: 10\n"+mapping, "  record:", "  id: id\n  record:", 1))
			m := &cutting{memory: &memory{}, cut: func() {
				if driver == "mysql" {
					var ids []int
					rows, err := db.admin.Query("SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'root'")
					if err != nil {
						t.Fatal(err)
					}
					for rows.Next() {
						var id int
						if err := rows.Scan(&id); err != nil {
							t.Fatal(err)
						}
						ids = append(ids, id)
					}
					rows.Close()
					for _, id := range ids {
						db.exec(t, fmt.Sprintf("KILL %d", id))
					}
					return
				}
				db.exec(t, statement)
			}}
			err := s.Collect(t.Context(), nil, m)
			if err == nil || strings.Contains(err.Error(), db.dsn) {
				t.Fatalf("error %v", err)
			}
			m.cut = nil
			m.pending = nil
			if err := s.Collect(t.Context(), m.mark, m); err != nil {
				t.Fatal(err)
			}
			got := lines()
			got = append(got, m.stored...)
			if len(got) != 60 {
				t.Errorf("%d rows", len(got))
			}
		})
	}
}

// cutting calls cut after the third mark.
type cutting struct {
	*memory
	cut func()
}

func (c *cutting) Mark(ctx context.Context, p collector.Checkpoint) error {
	err := c.memory.Mark(ctx, p)
	if c.cut != nil && c.marks == 3 {
		c.cut()
	}
	return err
}

// TestCancel ends a run whose context is cancelled while the sink is at work.
func TestCancel(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		db.insert(t, table, "2026-07-01 08:00:00", until(30)...)
		s := db.source(t, "query: SELECT * FROM "+table+"\nwatermark: changed\nkey: id\nbatch: 10\n"+mapping)
		ctx, cancel := context.WithCancelCause(t.Context())
		m := &cutting{memory: &memory{marks: 2}, cut: func() { cancel(errStop) }}
		if err := s.Collect(ctx, nil, m); !errors.Is(err, errStop) {
			t.Errorf("error %v", err)
		}
	})
}

// TestTimeout ends a statement that takes too long, and says what to do.
func TestTimeout(t *testing.T) {
	slow := map[string]string{
		"postgres": "SELECT 1 AS id, pg_sleep(20)::text AS w, 'v' AS village, 1 AS households",
		"mysql":    "SELECT 1 AS id, SLEEP(20) AS w, 'v' AS village, 1 AS households",
		"sqlite":   "WITH RECURSIVE c(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM c) SELECT MAX(id) AS id, 'v' AS village, 1 AS households FROM c",
	}
	each(t, func(t *testing.T, db *database) {
		if testing.Short() {
			t.Skip("takes seconds")
		}
		s := db.source(t, "query: "+slow[db.driver]+"\nkey: id\ntimeout: 1s\n"+mapping)
		began := time.Now()
		err := s.Collect(t.Context(), nil, &memory{})
		if err == nil || time.Since(began) > 15*time.Second {
			t.Errorf("after %s: %v", time.Since(began), err)
		}
	})
}

// TestOddNames quotes names that hold quotes, words of SQL and Chinese.
func TestOddNames(t *testing.T) {
	each(t, func(t *testing.T, db *database) {
		table := db.table(t)
		db.insert(t, table, "2026-07-01 08:00:00", until(25)...)
		q := map[string]string{"postgres": `"%s"`, "mysql": "`%s`", "sqlite": `"%s"`}[db.driver]
		odd := map[string]string{"postgres": `a""b`, "mysql": "a``b", "sqlite": `a""b`}[db.driver]
		name := map[string]string{"postgres": `a"b`, "mysql": "a`b", "sqlite": `a"b`}[db.driver]
		query := fmt.Sprintf("SELECT id AS "+q+", changed AS "+q+", village AS "+q+" FROM %s", odd, "更新 时间", "select", table)
		s := db.source(t, fmt.Sprintf("query: %q\nwatermark: 更新 时间\nkey: %q\nbatch: 10\nmapping: {record: submission, form: f, unit: select, period: {value: 2026-07}, submitted_at: 更新 时间}", query, name))
		m := &memory{}
		if got := collect(t, s, m); len(got) != 25 {
			t.Errorf("%d rows", len(got))
		}
	})
}

// TestChangedQuery starts again when the query asks for something else.
func TestChangedQuery(t *testing.T) {
	db := open(t, "sqlite")
	table := db.table(t)
	db.insert(t, table, "2026-07-01 08:00:00", until(5)...)
	config := strings.Replace("watermark: changed\n"+mapping, "  record:", "  id: id\n  record:", 1)
	m := &memory{}
	expect(t, "a part", collect(t, db.source(t, "query: SELECT * FROM "+table+" WHERE id < 3\n"+config), m), lines(1, 2))
	expect(t, "the whole", collect(t, db.source(t, "query: SELECT * FROM "+table+"\n"+config), m), lines(until(5)...))
	if err := db.source(t, "query: SELECT 1\n"+config).Collect(t.Context(), collector.Checkpoint("{"), &memory{}); err == nil {
		t.Error("a broken checkpoint is accepted")
	}
}

// TestManyRowsOfOneWindow outgrows what is remembered: nothing is lost, and what is emitted again has the same identity.
func TestManyRowsOfOneWindow(t *testing.T) {
	if testing.Short() {
		t.Skip("writes many rows")
	}
	db := open(t, "sqlite")
	table := db.table(t)
	db.exec(t, "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 30000) INSERT INTO "+table+" SELECT n, '2026-07-01 08:00:00', 'v', n + 0.5 FROM c")
	s := db.source(t, strings.Replace("query: SELECT * FROM "+table+"\nwatermark: changed\nkey: id\n"+mapping, "  record:", "  id: id\n  record:", 1))
	m := &memory{}
	collect(t, s, m)
	if len(m.stored) != 30000 || len(m.mark) > 250_000 {
		t.Errorf("%d rows, a checkpoint of %d bytes", len(m.stored), len(m.mark))
	}
	db.insert(t, table, "2026-07-01 08:00:00", 40000)
	distinct := map[string]bool{}
	for _, line := range collect(t, s, m) {
		distinct[line] = true
	}
	if !distinct["40000:40000.5"] || len(distinct) > 30001 {
		t.Errorf("%d rows in the second read", len(distinct))
	}
}
