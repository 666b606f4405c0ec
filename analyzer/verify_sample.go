package analyzer

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// auditSample draws at random among the pairs of unit and form that were not recommended, so that people can find out how
// much the list misses. Pairs are drawn in strata of the unit's kind and of whether there is any evidence: half of the sample
// goes to pairs with some, where misses are likelier, and within either half to kinds by their size. The lot is a hash of
// the month, the unit and the form, so that a month draws the same pairs whatever order they come in.
func auditSample(pairs []queries.ReportedPair, items []queries.VerifyItem, skip map[[2]string]bool, kind func(unit string) string, month time.Time, size int) []queries.AuditRow {
	listed := map[[2]string]bool{}
	out := map[[2]string]bool{}
	for _, v := range items {
		pair := [2]string{v.Unit, v.Form}
		listed[pair], out[pair] = true, v.Recommended
	}
	strata := map[string][]queries.AuditRow{}
	total := map[bool]int{}
	for _, p := range pairs {
		pair := [2]string{p.Unit, p.Form}
		if out[pair] || skip[pair] {
			continue
		}
		band := "none"
		if listed[pair] {
			band = "some"
		}
		stratum := cmp.Or(kind(p.Unit), "other") + "/" + band
		strata[stratum] = append(strata[stratum], queries.AuditRow{
			Unit: p.Unit, Form: p.Form, Month: month, Stratum: stratum, Period: months(p.From, p.To),
		})
		total[listed[pair]]++
	}
	some := min(total[true], max(size/2, size-total[false]))
	var sample []queries.AuditRow
	for _, band := range []struct {
		name string
		n    int
	}{{"/some", some}, {"/none", min(total[false], size-some)}} {
		for stratum, n := range allot(strata, band.name, band.n) {
			sample = append(sample, draw(strata[stratum], n)...)
		}
	}
	slices.SortFunc(sample, func(a, b queries.AuditRow) int {
		return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Form, b.Form))
	})
	return sample
}

// allot divides n draws among the strata of a band by their size, by largest remainders, one at least as far as n reaches.
func allot(strata map[string][]queries.AuditRow, band string, n int) map[string]int {
	var names []string
	total := 0
	for _, name := range slices.Sorted(maps.Keys(strata)) {
		if len(name) > len(band) && name[len(name)-len(band):] == band {
			names = append(names, name)
			total += len(strata[name])
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(len(strata[b]), len(strata[a])) })
	out := map[string]int{}
	left := n
	for _, name := range names {
		if left > 0 {
			out[name] = 1
			left--
		}
	}
	for ; left > 0; left-- {
		best, most := "", math.Inf(-1)
		for _, name := range names {
			short := float64(len(strata[name]))*float64(n)/float64(total) - float64(out[name])
			if out[name] < len(strata[name]) && short > most {
				best, most = name, short
			}
		}
		if best == "" {
			break
		}
		out[best]++
	}
	return out
}

// draw takes the n rows of a stratum that the lot puts first.
func draw(rows []queries.AuditRow, n int) []queries.AuditRow {
	lot := func(a queries.AuditRow) []byte {
		sum := sha256.Sum256([]byte(a.Month.Format("2006-01") + "\x00" + a.Unit + "\x00" + a.Form))
		return sum[:]
	}
	slices.SortFunc(rows, func(a, b queries.AuditRow) int { return bytes.Compare(lot(a), lot(b)) })
	out := slices.Clone(rows[:min(n, len(rows))])
	for i := range out {
		out[i].Population, out[i].Drawn = len(rows), len(out)
	}
	return out
}
