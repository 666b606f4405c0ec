package analyzer_test

import (
	"testing"

	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// duplicates runs both detectors over a county and measures them against what was planted.
func duplicates(t *testing.T, s simulated) (found []queries.Finding, rows map[string]demo.Row) {
	t.Helper()
	for _, id := range []string{"dup-form", "dup-item"} {
		found = append(found, named(id, findings(t, s, id))...)
	}
	readable(t, found)
	rows = map[string]demo.Row{}
	for _, row := range demo.Score(s.truth, found, nil).Rows {
		if row.Family == "duplicate" && row.Detector != "" {
			t.Logf("%s: planted %d, found %d, precision %.3f, recall %.3f, wrong %v, missed %v",
				row.Detector, row.Planted, row.Found, row.Precision, row.Recall, row.Wrong, row.Missed)
			rows[row.Detector] = row
		}
	}
	return found, rows
}

func TestDuplicatesOfCounties(t *testing.T) {
	if testing.Short() {
		t.Skip("builds counties")
	}
	for seed := range uint64(3) {
		s := simulate(t, demo.Options{Villages: 40, Fraud: demo.DefaultFraud, Seed: 70 + seed})
		_, rows := duplicates(t, s)
		for id, row := range rows {
			if row.Precision < 0.95 || row.Recall < 0.9 {
				t.Errorf("seed %d, %s: precision %.3f, recall %.3f", seed, id, row.Precision, row.Recall)
			}
		}
	}
}
