package stats

import (
	"encoding/csv"
	"math"
	"os"
	"path/filepath"
	"testing"
)

// near fails unless got is within the relative tolerance of want, absolute where want is zero.
func near(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	scale := math.Abs(want)
	if scale == 0 {
		scale = 1
	}
	if math.IsNaN(got) || math.Abs(got-want) > tolerance*scale {
		t.Errorf("%s = %.17g, want %.17g within %g", what, got, want, tolerance)
	}
}

// sharedColumn reads a column of the public test data, which is not part of the project; without it the test is skipped.
func sharedColumn(t testing.TB, file, column string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "digits", file))
	if err != nil {
		t.Skipf("the public test data are absent: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, name := range rows[0] {
		if name != column {
			continue
		}
		values := make([]string, 0, len(rows)-1)
		for _, row := range rows[1:] {
			values = append(values, row[i])
		}
		return values
	}
	t.Fatalf("%s has no column %q", file, column)
	return nil
}

func sharedNumbers(t testing.TB, file, column string) []Decimal {
	t.Helper()
	var numbers []Decimal
	for _, cell := range sharedColumn(t, file, column) {
		d, ok := ParseDecimal(cell)
		if !ok {
			t.Fatalf("%s: cell %q is no number", file, cell)
		}
		numbers = append(numbers, d)
	}
	return numbers
}

// evenlySpread reports whether p-values look uniform: the Kolmogorov distance stays below the critical value at 0.1 %.
func evenlySpread(t *testing.T, what string, p []float64) {
	t.Helper()
	sorted := sortedCopy(p)
	n := float64(len(sorted))
	var distance float64
	for i, x := range sorted {
		distance = math.Max(distance, math.Max(float64(i+1)/n-x, x-float64(i)/n))
	}
	if limit := 1.95 / math.Sqrt(n); distance > limit {
		t.Errorf("%s: %d p-values under the null are %.3f away from uniform, at most %.3f is allowed", what, len(p), distance, limit)
	}
}
