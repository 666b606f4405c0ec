package queries

import (
	"testing"
	"time"
)

func TestSilence(t *testing.T) {
	newest := time.Date(2026, 6, 30, 8, 0, 0, 0, time.UTC)
	ago := func(days int) time.Time { return newest.AddDate(0, 0, -days) }
	rows := func(counts ...uint64) []SourceDay {
		var out []SourceDay
		for i, n := range counts {
			out = append(out, SourceDay{Day: ago(len(counts) - i), Rows: n})
		}
		return out
	}
	for name, x := range map[string]struct {
		row    SourceRow
		gap    int
		silent bool
	}{
		"daily, and gone for a week": {SourceRow{LastRecord: ago(7), Days: rows(5, 5, 5)}, 7, true},
		"not yet a week":             {SourceRow{LastRecord: ago(6), Days: rows(5, 5, 5)}, 6, false},
		"pauses for five days":       {SourceRow{LastRecord: ago(9), Days: rows(5, 0, 0, 0, 0, 0, 5)}, 9, false},
		"twice its pause is over":    {SourceRow{LastRecord: ago(11), Days: rows(5, 0, 0, 0, 0, 0, 5)}, 11, true},
		"never brought anything":     {SourceRow{}, 0, false},
	} {
		if gap, silent := (Silence{Days: 7, Pauses: 2}).Of(x.row, newest); gap != x.gap || silent != x.silent {
			t.Errorf("%s: %d days, %v", name, gap, silent)
		}
	}
	if _, silent := (Silence{}).Of(SourceRow{LastRecord: ago(400)}, newest); silent {
		t.Error("silent without a policy")
	}
}
