package export

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

type row struct {
	A string  `json:"a"`
	N float64 `json:"n"`
}

// Cells implements Row.
func (r row) Cells() []any { return []any{r.A, r.N, uint64(7), nil, true} }

func TestFormats(t *testing.T) {
	for format, want := range map[string]string{
		NDJSON: "{\"a\":\"甲<\",\"n\":0.5}\n{\"a\":\"乙,\",\"n\":1}\n",
		CSV:    "\ufeffa,n,seven,nothing,yes\r\n甲<,0.5,7,,true\r\n\"乙,\",1,7,,true\r\n",
	} {
		var b bytes.Buffer
		w, err := New(format, &b, []string{"a", "n", "seven", "nothing", "yes"})
		if err == nil {
			err = errors.Join(w.Write(row{"甲<", 0.5}), w.Write(row{"乙,", 1}), w.Close())
		}
		if err != nil || b.String() != want {
			t.Errorf("%s: %q, %v", format, b.String(), err)
		}
	}
	if _, err := New("pdf", nil, nil); err == nil {
		t.Error("pdf is no format")
	}
}

// TestLongTablesGoOnInTheNextSheet makes sheets of four lines.
func TestLongTablesGoOnInTheNextSheet(t *testing.T) {
	var b bytes.Buffer
	x, err := newSheets(&b, []string{"a", "n"})
	if err != nil {
		t.Fatal(err)
	}
	x.most = 4
	for i := range 8 {
		if err := x.Write(row{fmt.Sprint("r", i), float64(i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := x.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil || len(rows) < 2 || rows[0][0] != "a" {
			t.Fatalf("%s: %v %v", sheet, rows, err)
		}
		for _, r := range rows[1:] {
			names = append(names, r[0])
		}
	}
	if got := strings.Join(names, " "); got != "r0 r1 r2 r3 r4 r5 r6 r7" || len(f.GetSheetList()) != 3 {
		t.Errorf("%v: %s", f.GetSheetList(), got)
	}
}

func TestDiscardLeavesNothing(t *testing.T) {
	var b bytes.Buffer
	for _, format := range Formats {
		w, err := New(format, &b, []string{"a"})
		if err == nil {
			err = w.Discard()
		}
		if err != nil || b.Len() != 0 {
			t.Errorf("%s: %d bytes, %v", format, b.Len(), err)
		}
	}
}
