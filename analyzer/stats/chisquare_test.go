package stats

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestChiSquareTail(t *testing.T) {
	// For an even number of degrees of freedom the tail is exp(-x/2) sum_{i < df/2} (x/2)^i / i!, worked out apart; equal
	// to scipy.stats.chi2.sf(x, df). 16.918978 is the tabulated 5 % point of nine degrees of freedom.
	for _, c := range []struct {
		x    float64
		df   int
		want float64
	}{
		{7.651742698949989, 8, 0.468206381300367},
		{13.36, 8, 0.10004884239390455},
		{100, 8, 4.269159205144935e-18},
		{16.918977604620448, 9, 0.05},
		{0, 3, 1},
	} {
		near(t, "ChiSquareTail", ChiSquareTail(c.x, c.df), c.want, 1e-10)
	}
	if !math.IsNaN(ChiSquareTail(1, 0)) {
		t.Error("no degrees of freedom must give NaN")
	}
}

func TestGoodnessOfFit(t *testing.T) {
	// A die thrown 60 times: (1+4+1+1+4+1)/10 = 1.2; scipy.stats.chisquare([11,8,9,11,12,9]) statistic 1.2, p 0.9449.
	r := GoodnessOfFit([]float64{11, 8, 9, 11, 12, 9}, Uniform(6))
	near(t, "statistic", r.Statistic, 1.2, 1e-12)
	near(t, "p", r.P, 0.944873, 1e-5)
	near(t, "V", r.CramersV, math.Sqrt(1.2/(60*5)), 1e-12)
	if r.DF != 5 {
		t.Errorf("df = %d", r.DF)
	}
	one := GoodnessOfFit([]float64{50, 0, 0}, Uniform(3))
	near(t, "V of a constant", one.CramersV, 1, 1e-12)
	if empty := GoodnessOfFit([]float64{0, 0}, Uniform(2)); !math.IsNaN(empty.P) {
		t.Error("nothing observed must give NaN")
	}
}

func TestIndependence(t *testing.T) {
	// 2 x 2: n (ad - bc)² / (row and column sums) = 100·200²/(30·70·40·60).
	r := Independence([][]float64{{10, 20}, {30, 40}})
	near(t, "statistic", r.Statistic, 0.7936507936507936, 1e-12)
	near(t, "p", r.P, 0.37299848361348714, 1e-10) // erfc(sqrt(x/2))
	near(t, "V", r.CramersV, math.Sqrt(0.007936507936507936), 1e-12)
	perfect := Independence([][]float64{{5, 0, 0}, {0, 7, 0}, {0, 0, 9}, {0, 0, 0}})
	near(t, "V of a perfect association", perfect.CramersV, 1, 1e-12)
	if perfect.DF != 4 {
		t.Errorf("empty rows must not count: df = %d", perfect.DF)
	}
	if flat := Independence([][]float64{{3, 4}}); !math.IsNaN(flat.P) {
		t.Error("one row must give NaN")
	}
}

func TestIndependenceTransposes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows, cols := rapid.IntRange(2, 5).Draw(t, "rows"), rapid.IntRange(2, 5).Draw(t, "cols")
		table, turned := make([][]float64, rows), make([][]float64, cols)
		for j := range turned {
			turned[j] = make([]float64, rows)
		}
		for i := range table {
			for j := range cols {
				x := float64(rapid.IntRange(0, 30).Draw(t, "count"))
				table[i] = append(table[i], x)
				turned[j][i] = x
			}
		}
		a, b := Independence(table), Independence(turned)
		if a.DF != b.DF || math.Abs(a.Statistic-b.Statistic) > 1e-9 {
			t.Fatalf("%+v, transposed %+v", a, b)
		}
		if !math.IsNaN(a.P) && (a.P < 0 || a.P > 1 || a.CramersV < 0 || a.CramersV > 1+1e-12) {
			t.Fatalf("%+v", a)
		}
	})
}
