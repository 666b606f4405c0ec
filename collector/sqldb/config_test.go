package sqldb

import (
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigFaults(t *testing.T) {
	_, err := build("driver: MySQL\nquery: DELETE FROM t;\nwatermark: w\nkey: [w, \"\"]\noverlap: soon\nbatch: 1\ntimeout: 1ms\nmapping: {record: usage, system: s, time: t}")
	for _, want := range []string{
		`driver: "MySQL" is written mysql here`, "dsn: is missing", "query: begins with DELETE", "key: a name is empty", "key: w is the watermark already",
		"overlap: \"soon\"", "batch: 1 is out of range", "timeout: 1ms is too short", "mapping.action: is missing",
	} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	for config, want := range map[string]string{
		"driver: kingbase":  `driver: "kingbase" is written postgres here`,
		"driver: oracle":    "driver: \"oracle\" is unknown",
		"{}":                "driver: is missing",
		"overlap: 5m":       "overlap: means nothing without a watermark",
		"query: -- x":       "query: is missing",
		"key: \"a\\nb\"":    "is no name of a column",
		"columns: everyone": "unknown field",
	} {
		if _, err := build(config); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %q is not in:\n%v", config, want, err)
		}
	}
}

// TestSecretsStayOut provokes errors whose text would hold the password.
func TestSecretsStayOut(t *testing.T) {
	for driver, dsns := range map[string][]string{
		"postgres": {"postgres://u:s3cret-word@127.0.0.1:1/x?connect_timeout=2", "postgres://u:s3cret-word@[::1/x", "host=127.0.0.1 port=1 password=s3cret-word bad"},
		"mysql":    {"u:s3cret-word@tcp(127.0.0.1:1)/x", "mysql://u:s3cret-word@127.0.0.1:1/x", "mysql://u:s3cret-word@[::1/x", "u:s3cret-word@nonsense", "u:s3cret-word@tcp(h:1)/x?parseTime=maybe"},
	} {
		for _, dsn := range dsns {
			s, err := build(fmt.Sprintf("driver: %s\ndsn: %q\nquery: SELECT 1\n%s", driver, dsn, mapping))
			if err != nil {
				t.Fatal(err)
			}
			err = s.Check(t.Context())
			if err == nil || strings.Contains(err.Error(), "s3cret") {
				t.Errorf("%s: %v", driver, err)
			}
		}
	}
}

func TestSQLiteFile(t *testing.T) {
	folder := t.TempDir()
	for dsn, want := range map[string]string{"none.db": "unable to find the file", ".": "is a folder", "a.db?mode=rw": "write the path of the file alone"} {
		d := deps()
		d.BaseDir = folder
		s := &Source{config: Config{Driver: "sqlite", DSN: dsn}, deps: d, dialect: sqlite{}}
		if _, err := s.connect(t.Context()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", dsn, err)
		}
	}
	file := filepath.Join(folder, "不是 #1.db")
	if err := os.WriteFile(file, []byte(strings.Repeat("no database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := build(fmt.Sprintf("driver: sqlite\ndsn: %q\nquery: SELECT 1 AS village\n%s", file, strings.Replace(mapping, "{households: households}", "[village]", 1)))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err == nil || !strings.Contains(err.Error(), "not a database") {
		t.Errorf("a broken file: %v", err)
	}
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	admin, err := sql.Open("sqlite", file)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	if _, err := admin.Exec("CREATE TABLE t (a)"); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context()); err != nil {
		t.Errorf("a file with a name of signs: %v", err)
	}
}
