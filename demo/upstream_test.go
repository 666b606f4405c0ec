package demo

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// lineForm is nginx's combined format, with a host before it where several share a log.
var lineForm = regexp.MustCompile(`^([a-z.]+ )?[\d.]+ - \S+ \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d \+0800\] "[A-Z]+ /\S* HTTP/1\.1" \d{3} \d+ "-" "[^"]+" \d+\.\d{3}$`)

func TestUpstreamsCanBeRead(t *testing.T) {
	dir := t.TempDir()
	last, total := 0, 0
	c, err := Build(context.Background(), Options{Villages: MinVillages, Dir: dir}, func(done, of int) {
		if done <= last || total != 0 && of != total {
			t.Errorf("progress goes from %d of %d to %d of %d", last, total, done, of)
		}
		last, total = done, of
	})
	if err != nil {
		t.Fatal(err)
	}
	if last == 0 || last != total {
		t.Errorf("progress ends at %d of %d", last, total)
	}
	t.Run("configuration", func(t *testing.T) { checkConfig(t, c) })
	t.Run("logs", func(t *testing.T) { checkLogs(t, c, filepath.Join(dir, logFolder)) })
	t.Run("databases", func(t *testing.T) { checkDatabases(t, c, filepath.Join(dir, tableFolder)) })
	t.Run("spreadsheets", func(t *testing.T) { checkSheets(t, c, filepath.Join(dir, sheetFolder)) })
	t.Run("drop", func(t *testing.T) { checkDrop(t, c, filepath.Join(dir, dropFolder)) })
	t.Run("truth", func(t *testing.T) {
		text, err := os.ReadFile(filepath.Join(dir, truthFile))
		if err != nil {
			t.Fatal(err)
		}
		var truth Truth
		if err := json.Unmarshal(text, &truth); err != nil || truth.Version != truthVersion || len(truth.Systems) != len(c.systems) {
			t.Errorf("truth of version %d with %d systems: %v", truth.Version, len(truth.Systems), err)
		}
	})
	t.Run("again", func(t *testing.T) {
		if err := prepareFolder(dir); err != nil {
			t.Error(err)
		}
		if left := filesOf(t, dir); len(left) != 0 {
			t.Errorf("%d files of the earlier county are left", len(left))
		}
	})
}

// linesOf reads a file, packed or not.
func readLines(t *testing.T, path string) []string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if strings.HasSuffix(path, ".gz") {
		unpacked, err := gzip.NewReader(bytes.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if text, err = io.ReadAll(unpacked); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	var out []string
	lines := bufio.NewScanner(bytes.NewReader(text))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		out = append(out, lines.Text())
	}
	return out
}

func filesOf(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func checkLogs(t *testing.T, c *County, dir string) {
	want := 0
	for i := range c.systems {
		switch c.systems[i].logs {
		case gatewayLogs, cloudLogs, ownLogs:
			want += len(c.usage[i])
		}
	}
	got, packed := 0, 0
	for _, path := range filesOf(t, dir) {
		if strings.HasSuffix(path, ".gz") {
			packed++
		}
		for n, line := range readLines(t, path) {
			got++
			if strings.Contains(path, "access.json") {
				if !json.Valid([]byte(line)) {
					t.Fatalf("%s, line %d: %s", path, n+1, line)
				}
			} else if !lineForm.MatchString(line) {
				t.Fatalf("%s, line %d: %s", path, n+1, line)
			}
		}
	}
	if got != want || packed < 30 {
		t.Errorf("%d lines, want %d; %d packed files", got, want, packed)
	}
}

func checkDatabases(t *testing.T, c *County, dir string) {
	for i := range c.systems {
		s := &c.systems[i]
		if s.data != inDatabase {
			continue
		}
		db, err := sql.Open("sqlite", filepath.Join(dir, s.base+".sqlite"))
		if err != nil {
			t.Fatal(err)
		}
		for f, form := range c.forms {
			if form.system != i {
				continue
			}
			var n int
			if err := db.QueryRow("SELECT count(*) FROM " + form.tableName()).Scan(&n); err != nil || n != len(c.submissions[f]) {
				t.Errorf("%s: %d rows, want %d: %v", form.spec.id, n, len(c.submissions[f]), err)
			}
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}
}

func checkSheets(t *testing.T, c *County, dir string) {
	rows := map[string]int{}
	for _, path := range filesOf(t, dir) {
		if filepath.Base(path) == unitTable {
			continue
		}
		system := filepath.Base(filepath.Dir(path))
		if strings.HasSuffix(path, ".csv") {
			rows[system] += checkCSV(t, path)
			continue
		}
		book, err := excelize.OpenFile(path)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		table, err := book.GetRows("Sheet1")
		if err != nil || !strings.Contains(table[0][0], "表") {
			t.Errorf("%s: title %v: %v", path, table[0], err)
		}
		for _, row := range table {
			if len(row) > 3 && (strings.HasPrefix(row[1], "990121") || len(row[0]) == 6 && strings.HasPrefix(row[0], "20")) {
				rows[system]++
			}
		}
		if err := book.Close(); err != nil {
			t.Error(err)
		}
	}
	for f, form := range c.forms {
		switch s := &c.systems[form.system]; s.data {
		case inCSV, inBook, inUnitBook:
			if rows[s.id] != len(c.submissions[f]) {
				t.Errorf("%s: %d rows, want %d", form.spec.id, rows[s.id], len(c.submissions[f]))
			}
		}
	}
}

func checkCSV(t *testing.T, path string) int {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	decoded, err := simplifiedchinese.GB18030.NewDecoder().Bytes(text)
	if err != nil || bytes.ContainsRune(decoded, '\uFFFD') || bytes.Equal(decoded, text) {
		t.Fatalf("%s is not GB18030: %v", path, err)
	}
	table, err := csv.NewReader(bytes.NewReader(decoded)).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	n := 0
	for _, row := range table[3:] {
		if row[0] != "合计" && !strings.HasPrefix(row[0], "注") {
			n++
		}
	}
	return n
}

func checkDrop(t *testing.T, c *County, dir string) {
	submissions, usage := 0, 0
	for _, path := range filesOf(t, dir) {
		for n, line := range readLines(t, path) {
			if !json.Valid([]byte(line)) {
				t.Fatalf("%s, line %d: %s", path, n+1, line)
			}
			if strings.HasPrefix(line, `{"type":"submission"`) {
				submissions++
			} else if strings.HasPrefix(line, `{"type":"usage"`) {
				usage++
			}
		}
	}
	for f, form := range c.forms {
		if c.systems[form.system].data == inDrop {
			submissions -= len(c.submissions[f])
		}
	}
	for i := range c.systems {
		if c.systems[i].logs == dropLogs {
			usage -= len(c.usage[i])
		}
	}
	if submissions != 0 || usage != 0 {
		t.Errorf("%d submissions and %d usage events more than there are", submissions, usage)
	}
}
