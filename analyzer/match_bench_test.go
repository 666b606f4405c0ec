package analyzer

import (
	"context"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// manyColumns draws labels from the words of the lexicon, with noise, so that they look like those of real forms.
func manyColumns(m *Matcher, n int, seed uint64) []Column {
	random := rand.New(rand.NewPCG(seed, 1))
	words := slices.Sorted(maps.Keys(m.words.basics))
	columns := make([]Column, n)
	for i := range columns {
		var label strings.Builder
		for range 2 + random.IntN(3) {
			label.WriteString(words[random.IntN(len(words))])
		}
		columns[i] = Column{Table: "t", ID: fmt.Sprintf("c%d", i), Label: label.String()}
	}
	return columns
}

func BenchmarkMatchThousandByThousand(b *testing.B) {
	m, err := NewMatcher()
	if err != nil {
		b.Fatal(err)
	}
	left, right := manyColumns(m, 1000, 1), manyColumns(m, 1000, 2)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Match(context.Background(), left, right, MatchOptions{}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkProfileValue(b *testing.B) {
	values := []string{"4.0", "张伟", "2024年3月5日", "13800138000", "United States of America", "12,345.60", "", "A-17", "Oral bioavailability in dog"}
	p := NewProfiler()
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		p.Add(values[i%len(values)])
		i++
	}
}

func BenchmarkNewMatcher(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := NewMatcher(); err != nil {
			b.Fatal(err)
		}
	}
}
