package stats_test

import (
	"math"
	"testing"

	"gonum.org/v1/gonum/mat"
	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// stackloss are the three explanatory columns of Brownlee's (1965) stack loss data, whose rows 1 to 4 and 21 are known outliers.
var stackloss = [][]float64{
	{80, 27, 89},
	{80, 27, 88},
	{75, 25, 90},
	{62, 24, 87},
	{62, 22, 87},
	{62, 23, 87},
	{62, 24, 93},
	{62, 24, 93},
	{58, 23, 87},
	{58, 18, 80},
	{58, 18, 89},
	{58, 17, 88},
	{58, 18, 82},
	{58, 19, 93},
	{50, 18, 89},
	{50, 18, 86},
	{50, 19, 72},
	{50, 19, 79},
	{50, 20, 80},
	{56, 20, 82},
	{70, 20, 91},
}

// sklearn.covariance.ledoit_wolf(X).
func TestLedoitWolfOfStackloss(t *testing.T) {
	got, shrinkage := stats.LedoitWolf(stackloss)
	want := []float64{71.70363692, 17.19204117, 18.64458437, 17.19204117, 15.50250025, 5.02428189, 18.64458437, 5.02428189, 29.7099626}
	for i, w := range want {
		if math.Abs(got.At(i/3, i%3)-w) > 1e-6 {
			t.Errorf("element %d: %v, want %v", i, got.At(i/3, i%3), w)
		}
	}
	if math.Abs(shrinkage-0.20326921460911673) > 1e-12 {
		t.Errorf("shrinkage %v", shrinkage)
	}
}

func TestLedoitWolfIsDefiniteWithMoreColumnsThanRows(t *testing.T) {
	rng := stats.NewRand(2, "wide")
	rows := make([][]float64, 8)
	for i := range rows {
		rows[i] = make([]float64, 40)
		for j := range rows[i] {
			rows[i][j] = rng.NormFloat64()
		}
	}
	cov, _ := stats.LedoitWolf(rows)
	if _, err := stats.NewScatter(make([]float64, 40), cov); err != nil {
		t.Error(err)
	}
}

// cloud draws rows with a fifth far off.
func cloud(t *rapid.T) [][]float64 {
	rng := stats.NewRand(rapid.Uint64().Draw(t, "seed"), "cloud")
	rows := make([][]float64, rapid.IntRange(12, 18).Draw(t, "n"))
	for i := range rows {
		a, b := rng.NormFloat64(), rng.NormFloat64()
		rows[i] = []float64{a, b + 0.5*a}
		if i%5 == 0 {
			rows[i][0] += 30
		}
	}
	return rows
}

func TestWrap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		z := rapid.Float64Range(-10, 10).Draw(t, "z")
		w := stats.Wrap(z)
		if w != -stats.Wrap(-z) || math.Abs(w) > 1.54 || math.Abs(z) <= 1.49 && w != z || math.Abs(z) > 4 && w != 0 {
			t.Errorf("wrapping %v gives %v", z, w)
		}
	})
	if jump := math.Abs(stats.Wrap(1.4999999) - stats.Wrap(1.5000001)); jump > 1e-4 {
		t.Errorf("wrapping jumps by %v", jump)
	}
}

func TestScatterRefusesAPlane(t *testing.T) {
	if _, err := stats.NewScatter([]float64{0, 0}, mat.NewSymDense(2, []float64{1, 1, 1, 1})); err == nil {
		t.Error("a singular matrix is accepted")
	}
}

// sklearn.ensemble.IsolationForest(n_estimators=2000, random_state=0, max_samples=21).fit(X): -score_samples(X).
func TestIsolationForestOfStackloss(t *testing.T) {
	want := []float64{
		.5882, .5956, .5696, .4493, .4445, .4271, .4818, .4818, .4518, .4761, .426, .486, .4492, .4954, .4821, .4801, .5909, .4875, .5091, .4833, .548,
	}
	f := stats.NewIsolationForest(stackloss, 2000, 21, stats.NewRand(1, "forest"))
	for i, row := range stackloss {
		if got := f.Score(row); math.Abs(got-want[i]) > 0.012 {
			t.Errorf("row %d: %.4f, want %.4f", i+1, got, want[i])
		}
	}
}

// Trees cut between the least and greatest, so that no linear change of a column's units matters.
func TestIsolationForestIgnoresUnits(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := cloud(t)
		scaled := make([][]float64, len(rows))
		for i, r := range rows {
			scaled[i] = []float64{4 * r[0], 8 * r[1]}
		}
		a := stats.NewIsolationForest(rows, 50, 0, stats.NewRand(5, "forest"))
		b := stats.NewIsolationForest(scaled, 50, 0, stats.NewRand(5, "forest"))
		for i := range rows {
			if x, y := a.Score(rows[i]), b.Score(scaled[i]); math.Abs(x-y) > 1e-9 {
				t.Errorf("row %d: %v and %v", i, x, y)
			}
		}
	})
}
