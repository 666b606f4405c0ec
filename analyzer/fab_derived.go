package analyzer

import (
	"encoding/binary"
	"math"
	"slices"

	"github.com/cespare/xxhash/v2"
)

const (
	derivedSample = 12   // rows in which candidates are looked for
	derivedTries  = 3    // samples: one wrong sum in a sample hides it
	derivedHolds  = 0.95 // share of all rows in which the sum must be exact
	derivedRun    = 12   // neighbouring fields that a total may add up
)

// derivedFields marks fields that other fields give: the same figure again, the sum of two others, or of a run of
// neighbours. They repeat whenever their parts do and would count twice. Candidates come from hashed columns of a sample,
// so that the search is quadratic in the fields at most, and are then held against all rows.
func (p *panel) derivedFields() []bool {
	derived := make([]bool, len(p.fields))
	for try := range derivedTries {
		if rows := p.spreadRows(derivedSample, try, derivedTries); len(rows) >= 8 {
			p.deriveIn(rows, derived)
		}
	}
	return derived
}

// deriveIn marks the fields that others give in a sample of rows, and then in all of them.
func (p *panel) deriveIn(rows []int, derived []bool) {
	n := len(p.fields)
	columns := make([][]float64, n)
	byHash := map[uint64][]int{}
	for f := range columns {
		columns[f] = make([]float64, len(rows))
		different := map[float64]bool{}
		for i, r := range rows {
			columns[f][i] = p.value(r, f)
			different[columns[f][i]] = true
		}
		if h, ok := columnHash(columns[f]); ok && len(different) >= 5 {
			for _, g := range byHash[h] {
				derived[f] = derived[f] || p.adds(f, []int{g})
			}
			byHash[h] = append(byHash[h], f)
		}
	}
	try := func(sum []float64, parts ...int) {
		h, ok := columnHash(sum)
		if !ok {
			return
		}
		for _, f := range byHash[h] {
			if !derived[f] && !slices.Contains(parts, f) && p.adds(f, parts) {
				derived[f] = true
			}
		}
	}
	sum := make([]float64, len(rows))
	for a := range n {
		for b := a + 1; b < n; b++ {
			for i := range sum {
				sum[i] = columns[a][i] + columns[b][i]
			}
			try(sum, a, b)
		}
		copy(sum, columns[a])
		parts := []int{a}
		for b := a + 1; b < min(n, a+derivedRun); b++ {
			for i := range sum {
				sum[i] += columns[b][i]
			}
			parts = append(parts, b)
			try(sum, parts...)
		}
	}
}

// spreadRows are up to n rows, evenly spread, those of one of several samples.
func (p *panel) spreadRows(n, sample, of int) []int {
	n = min(n, len(p.rows)/of)
	out := make([]int, n)
	for i := range out {
		out[i] = (i*of + sample) * len(p.rows) / (n * of)
	}
	return out
}

func columnHash(column []float64) (uint64, bool) {
	d := xxhash.New()
	var word [8]byte
	varied := false
	for _, v := range column {
		if math.IsNaN(v) {
			return 0, false
		}
		varied = varied || v != column[0]
		binary.LittleEndian.PutUint64(word[:], uint64(int64(math.Round(v*1e4))))
		_, _ = d.Write(word[:])
	}
	return d.Sum64(), varied
}

// adds says whether a field is the sum of others in nearly all rows where it is more than one of them alone.
func (p *panel) adds(f int, parts []int) bool {
	holds, all := 0, 0
	for r := range p.rows {
		total, whole := 0.0, p.value(r, f)
		for _, g := range parts {
			total += p.value(r, g)
		}
		if math.IsNaN(total) || math.IsNaN(whole) {
			continue
		}
		all++
		if math.Abs(total-whole) < 1e-6*math.Max(1, math.Abs(whole)) {
			holds++
		}
	}
	return all > 0 && float64(holds) >= derivedHolds*float64(all)
}
