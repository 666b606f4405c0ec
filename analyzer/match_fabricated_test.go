package analyzer

import (
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
)

// fabricated cuts one table into two as Valentine does (Koutras et al., ICDE 2021): rows in two parts that share some, each
// with its own columns beside the common ones, no names, and values with spelling mistakes and rounding if noisy.
func fabricated(columns []Column, rowOverlap float64, noisy bool, seed uint64) (a, b []Column, want truth) {
	random := rand.New(rand.NewPCG(seed, 7))
	n := len(columns[0].Values)
	var rowsA, rowsB []int
	for r := range n {
		switch x := random.Float64(); {
		case x < rowOverlap:
			rowsA, rowsB = append(rowsA, r), append(rowsB, r)
		case x < rowOverlap+(1-rowOverlap)/2:
			rowsA = append(rowsA, r)
		default:
			rowsB = append(rowsB, r)
		}
	}
	random.Shuffle(len(rowsB), func(i, j int) { rowsB[i], rowsB[j] = rowsB[j], rowsB[i] })
	want = truth{}
	for _, i := range random.Perm(len(columns)) {
		c := columns[i]
		left := Column{ID: "column " + strconv.Itoa(len(a)+1), Table: "a"}
		right := Column{ID: "field " + strconv.Itoa(len(b)+1), Table: "b"}
		for _, r := range rowsA {
			left.Values = append(left.Values, c.Values[r])
		}
		for _, r := range rowsB {
			v := c.Values[r]
			if noisy {
				v = misspelt(v, random)
			}
			right.Values = append(right.Values, v)
		}
		switch x := random.Float64(); {
		case x < 0.7:
			want[[2]string{left.ID, right.ID}] = true
			a, b = append(a, left), append(b, right)
		case x < 0.85:
			a = append(a, left)
		default:
			b = append(b, right)
		}
	}
	random.Shuffle(len(b), func(i, j int) { b[i], b[j] = b[j], b[i] })
	return a, b, want
}

func misspelt(v string, random *rand.Rand) string {
	if random.Float64() > 0.4 || v == "" {
		return v
	}
	if number, err := strconv.ParseFloat(v, 64); err == nil {
		return strconv.FormatFloat(number*(0.99+0.02*random.Float64()), 'f', 1, 64)
	}
	runes := []rune(v)
	i := random.IntN(len(runes))
	if random.IntN(2) == 0 {
		return string(runes[:i]) + string(runes[i+1:])
	}
	return strings.ToUpper(string(runes[:i])) + "x" + string(runes[i:])
}

func TestMatchFabricated(t *testing.T) {
	if testing.Short() {
		t.Skip("cuts and matches 24 pairs of tables")
	}
	sources := []string{
		"matching/chembl_assays_target", "matching/tpcdi_prospect_source", "matching/tpcdi_prospect_target",
		"matching/wikidata_musicians_source", "matching/wikidata_musicians_target", "series/pm25_BeijingPM20100101_20151231",
	}
	for _, test := range []struct {
		name    string
		overlap float64
		noisy   bool
		recall  float64
	}{
		{"half the rows shared", 0.5, false, 0.9},
		{"half the rows shared, noisy values", 0.5, true, 0.8},
		{"no row shared", 0, false, 0.7},
		{"no row shared, noisy values", 0, true, 0.6},
	} {
		t.Run(test.name, func(t *testing.T) {
			sum, count := 0.0, 0
			for seed, source := range sources {
				columns := readTable(t, source+".csv")
				for i := range columns {
					columns[i].Values = columns[i].Values[:min(len(columns[i].Values), 4000)]
				}
				a, b, want := fabricated(columns, test.overlap, test.noisy, uint64(seed))
				recall, mrr := want.rank(matchOrFail(t, a, b))
				t.Logf("%s: %d true pairs of %d x %d, Recall@GT %.3f, MRR %.3f", source, len(want), len(a), len(b), recall, mrr)
				sum += recall
				count++
			}
			if mean := sum / float64(count); mean < test.recall {
				t.Errorf("mean Recall@GT %.3f, want %.2f", mean, test.recall)
			}
		})
	}
}
