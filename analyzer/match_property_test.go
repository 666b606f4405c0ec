package analyzer

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var drawnValue = rapid.OneOf(
	rapid.SampledFrom([]string{
		"", "4", "4.0", "-0", "1,234.50", "007", "2024年3月5日", "2024/3/5", "20240305", "3/5/2024 00:00:00", "13:05", "N/A",
		"１２", "Ｍ", "男", "國家", "45%", ".5", "5 Jan 2024", "2024-02", "http://X.org", "a@b.cn", "529931199003071234", "010-1234567",
	}),
	rapid.String(),
	rapid.StringMatching(`[0-9.,/\-: 年月日]{1,12}`),
)

func TestCanonicalIsIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := drawnValue.Draw(t, "value")
		once, format := Canonical(value)
		twice, again := Canonical(once)
		if once != twice {
			t.Fatalf("%q becomes %q, then %q", value, once, twice)
		}
		if once != "" && format != again {
			t.Fatalf("%q is %s, its canonical form %q is %s", value, format, once, again)
		}
	})
}

func TestProfileIgnoresOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(drawnValue).Draw(t, "values")
		shuffled := slices.Clone(values)
		rand.New(rand.NewPCG(uint64(len(values)), 1)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		p, q := NewProfiler(), NewProfiler()
		for i := range values {
			p.Add(values[i])
			q.Add(shuffled[i])
		}
		if diff := cmp.Diff(p.Profile(), q.Profile()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestProfilerSamples(t *testing.T) {
	p, q := NewProfiler(), NewProfiler()
	for i := range 60_000 {
		p.AddCanonical("p"+string(rune(0x4e00+i%20000))+string(rune('a'+i/20000)), FormatText, 1)
		if i >= 30_000 {
			q.AddCanonical("p"+string(rune(0x4e00+i%20000))+string(rune('a'+i/20000)), FormatText, 1)
		}
	}
	a, b := p.Profile(), q.Profile()
	if len(a.Hashes) > 2*hashesAtMost || a.Shift == 0 {
		t.Fatalf("%d hashes at shift %d", len(a.Hashes), a.Shift)
	}
	if math.Abs(float64(a.Distinct)/60_000-1) > 0.05 {
		t.Errorf("estimated %d distinct values of 60000", a.Distinct)
	}
	o := newPostings([]*Profile{a, b}, nil).compareValues(a, b)
	if math.Abs(o.containment-1) > 1e-9 {
		t.Errorf("containment %.3f of a part in the whole", o.containment)
	}
}

func drawTable(t *rapid.T, name string) []Column {
	labels := rapid.SliceOfN(rapid.OneOf(
		rapid.SampledFrom([]string{"姓名", "户主姓名", "身份证号", "联系电话", "first_name", "LastName", "耕地面积(亩)", "年末人口", "age", "xm", "备注"}),
		rapid.String(),
	), 1, 6).Draw(t, name)
	rows := rapid.IntRange(0, 30).Draw(t, name+" rows")
	columns := ColumnsFromTable(name, labels, nil)
	for i := range columns {
		if rows > 0 {
			columns[i].Values = rapid.SliceOfN(drawnValue, rows, rows).Draw(t, "values")
		}
	}
	return columns
}

// Scores are probabilities, do not depend on the direction, and nothing is matched to its own table.
func TestMatchIsSymmetric(t *testing.T) {
	m, err := NewMatcher()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		a, b := drawTable(t, "a"), drawTable(t, "b")
		opts := MatchOptions{Floor: 1e-6, PerColumn: 100}
		there, err := m.Match(context.Background(), a, b, opts)
		if err != nil {
			t.Fatal(err)
		}
		back, err := m.Match(context.Background(), b, a, opts)
		if err != nil {
			t.Fatal(err)
		}
		scores := map[[2]ColumnRef]float64{}
		for _, x := range there {
			if !(x.Score >= 0 && x.Score <= 1) || x.RefA.Table != 0 || x.RefB.Table != 1 {
				t.Fatalf("%+v", x)
			}
			scores[[2]ColumnRef{{0, x.RefA.Column}, {1, x.RefB.Column}}] = x.Score
		}
		for _, x := range back {
			want := scores[[2]ColumnRef{{0, x.RefB.Column}, {1, x.RefA.Column}}]
			if math.Abs(want-x.Score) > 2e-3 {
				t.Fatalf("%s and %s: %.4f there, %.4f back", x.A, x.B, want, x.Score)
			}
		}
	})
}

// The marginals are probabilities of a matching: those of one column sum to at most one, and a lone pair keeps its odds.
func TestMarginals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, columns := rapid.IntRange(1, 6).Draw(t, "rows"), rapid.IntRange(1, 6).Draw(t, "columns")
		var edges []edge
		for i := range rows {
			for j := range columns {
				edges = append(edges, edge{int32(i), int32(j), rapid.Float64Range(-40, 40).Draw(t, "log-odds")})
			}
		}
		sumA, sumB := map[int32]float64{}, map[int32]float64{}
		for k, p := range marginals(edges) {
			if math.IsNaN(p) || p < 0 || p > 1 {
				t.Fatalf("probability %v", p)
			}
			sumA[edges[k].a] += p
			sumB[edges[k].b] += p
		}
		for _, sums := range []map[int32]float64{sumA, sumB} {
			for _, sum := range sums {
				if sum > 1.001 {
					t.Fatalf("a column has partners of total probability %v", sum)
				}
			}
		}
	})
	if p := marginals([]edge{{0, 0, 2}})[0]; math.Abs(p-1/(1+math.Exp(-2))) > 1e-6 {
		t.Errorf("a lone pair of log-odds 2 has probability %v", p)
	}
	if p := marginals([]edge{{0, 0, 9}, {0, 1, 9}}); p[0] > 0.5 || p[1] > 0.5 {
		t.Errorf("two equal candidates have %v", p)
	}
}

func FuzzParseLabel(f *testing.F) {
	for _, s := range []string{
		"1、户主姓名*", "（二）家庭收入（万元）", "prospect_frstnm", "HTTPServerID", "Q12. Age (years)", "①其中：女性", "戶籍地址", "((", "單位：畝", "", "\x00", "第三项",
	} {
		f.Add(s)
	}
	words, err := loadLexicon()
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, s string) {
		l := words.parse(s)
		n := newNamer([]*label{l})
		score := n.score(l, l)
		if l.plain != "" && score != 1 {
			t.Errorf("%q is like itself by %v", s, score)
		}
		for _, g := range l.bigrams {
			if g.count < 1 {
				t.Errorf("%q: bigram counted %d times", s, g.count)
			}
		}
	})
}

func FuzzCanonical(f *testing.F) {
	for _, s := range []string{"4.0", "2024年3月5日 13:00", "1,23", "0010-1", "Jan 2, 2006", "￥1", "İ", "ﬁ ", "٣"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _ := Canonical(s)
		if twice, _ := Canonical(once); twice != once {
			t.Errorf("%q becomes %q, then %q", s, once, twice)
		}
	})
}
