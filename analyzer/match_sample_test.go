package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"testing"
)

// A large table is known by its profiles and by rows of the same subjects, which are found again in the other table.
func TestMatchLargeTables(t *testing.T) {
	const n = 40_000
	read := func(table *TableColumns, from int, turned bool, sample *RowSample, side int) (kept [][]string) {
		for i := range n {
			subject := from + i
			random := rand.New(rand.NewPCG(uint64(subject), 41))
			income, sex := 3000+random.IntN(90000), random.IntN(2)
			row := []string{fmt.Sprintf("K%07d", subject), []string{"女", "男"}[sex], strconv.Itoa(income), strconv.Itoa(random.IntN(9))}
			if turned {
				row = []string{fmt.Sprintf("%.4f", float64(income)/10000), strconv.Itoa(2 - sex), row[0], strconv.Itoa(random.IntN(7))}
			}
			if sample == nil {
				table.Add(row)
			} else if sample.Keeps(row[sample.Column(side)]) {
				kept = append(kept, row)
			}
		}
		return kept
	}
	a := NewTableColumns("甲", []string{"编号", "性别", "收入(元)", "人口"})
	b := NewTableColumns("乙", []string{"年收入(万元)", "xb", "档案号", "分组"})
	a.whole, b.whole = 8000, 8000
	read(a, 0, false, nil, 0)
	read(b, n/2, true, nil, 1)
	if !a.Large() || a.Rows() != n {
		t.Fatalf("%d rows, large: %v", a.Rows(), a.Large())
	}
	sample := SampleRows(a.Columns(), b.Columns(), [2]int{a.Rows(), b.Rows()})
	if sample.Column(0) != 0 || sample.Column(1) != 2 {
		t.Fatalf("rows are chosen by columns %d and %d", sample.Column(0), sample.Column(1))
	}
	rowsA, rowsB := read(a, 0, false, &sample, 0), read(b, n/2, true, &sample, 1)
	if len(rowsA) > 2*sampleRows || len(rowsA) < sampleRows/4 {
		t.Errorf("%d rows are chosen", len(rowsA))
	}
	a.Sampled(rowsA)
	b.Sampled(rowsB)
	got := relations(matchOrFail(t, a.Columns(), b.Columns()))
	for pair, want := range map[[2]string]Relation{
		{"编号", "档案号"}: RelationEqual, {"性别", "xb"}: RelationRecode, {"收入(元)", "年收入(万元)"}: RelationScale,
	} {
		if m := got[pair]; m.Score < 0.9 || m.Relation != want {
			t.Errorf("%v: score %.2f, relation %s, want %s", pair, m.Score, m.Relation, want)
		}
	}
	if p := a.columns[0].Profile; math.Abs(float64(p.Distinct)/n-1) > 0.1 {
		t.Errorf("%d distinct keys of %d", p.Distinct, n)
	}
	if p := a.columns[3].Profile; p.Rows < profileRows || p.Rows > n/2 {
		t.Errorf("%d rows are profiled", p.Rows)
	}
}

func TestSampleRowsWithoutKey(t *testing.T) {
	a := ColumnsFromTable("甲", []string{"金额"}, [][]string{{"1.5"}, {"2.5"}})
	if s := SampleRows(a, a, [2]int{2, 2}); s.Column(0) != -1 || s.Column(1) != -1 {
		t.Errorf("rows are chosen by columns %d and %d", s.Column(0), s.Column(1))
	}
	if s := SampleRows(nil, a, [2]int{0, 2}); s.Column(0) != -1 {
		t.Error("rows of a table without columns are chosen")
	}
}
