package analyzer

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// labelPairs are two wide forms made of a list of testdata: the labels of either side, and which of them ask for the same data.
func labelPairs(t *testing.T, name string) (left, right []string, want map[[2]string]bool) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		t.Fatal(err)
	}
	want = map[[2]string]bool{}
	for line := range strings.Lines(string(content)) {
		line = strings.TrimRight(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		a, b, ok := strings.Cut(line[1:], "\t")
		if !ok || line[0] != '=' && line[0] != '!' {
			t.Fatalf("%s: %q is no pair", name, line)
		}
		left, right = append(left, a), append(right, b)
		if line[0] == '=' {
			want[[2]string{a, b}] = true
		}
	}
	return left, right, want
}

// Labels that nobody looked at while the matcher was made. The bounds are a little below what is reached, so that a change
// that costs more than a pair or two shows.
func TestMatchHeldOutLabels(t *testing.T) {
	for _, test := range []struct {
		name               string
		f1, precision, mrr float64
	}{
		{"labels.zh.txt", 0.89, 0.97, 0.95},
		{"labels.en.txt", 0.86, 0.97, 0.94},
	} {
		t.Run(test.name, func(t *testing.T) {
			left, right, want := labelPairs(t, test.name)
			matches := matchOrFail(t, labelled("甲表", left...), labelled("乙表", right...))
			got := matched(matches)
			hits := 0
			for pair := range got {
				if want[pair] {
					hits++
				}
			}
			precision, coverage := float64(hits)/float64(len(got)), float64(hits)/float64(len(want))
			recall, mrr := truth(want).rank(matches)
			f1 := harmonic(precision, coverage)
			t.Logf("%d pairs of %d x %d: precision %.3f, recall %.3f, F1 %.3f (bigrams %.3f), Recall@GT %.3f, MRR %.3f",
				len(want), len(left), len(right), precision, coverage, f1, bigramF1(left, right, want), recall, mrr)
			if f1 < test.f1 || precision < test.precision || mrr < test.mrr {
				t.Errorf("F1 %.3f, precision %.3f, MRR %.3f; want %+v", f1, precision, mrr, test)
			}
		})
	}
}
