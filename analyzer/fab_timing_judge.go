package analyzer

import (
	"cmp"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// judgeVisits gives every unit the p of its strongest sign, paid for all signs that were looked at and corrected over all
// units and forms, and returns how many units were judged.
func judgeVisits(forms []*visitForm, limits map[string]float64) int {
	var all []*visitUnit
	for _, form := range forms {
		bySign := map[string][]*visitSign{}
		for _, u := range form.units {
			u.p = 1
			for i := range u.signs {
				bySign[u.signs[i].id] = append(bySign[u.signs[i].id], &u.signs[i])
			}
		}
		for _, signs := range bySign {
			compareSigns(signs, limits)
		}
		for _, u := range form.units {
			if len(u.signs) == 0 {
				continue
			}
			// Firm signs go before those that have an innocent explanation open; then the least p, then the greatest share.
			u.worst = 0
			for i := range u.signs {
				if u.signs[i].before(u.signs[u.worst], limits) {
					u.worst = i
				}
			}
			u.p = math.Min(1, u.signs[u.worst].p*float64(len(u.signs)))
			all = append(all, u)
		}
	}
	p := make([]float64, len(all))
	for i, u := range all {
		p[i] = u.p
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	return len(all)
}

// before says which of two signs speaks louder.
func (s visitSign) before(o visitSign, limits map[string]float64) bool {
	firm := func(x visitSign) int {
		switch {
		case x.p > limits["max_q"]:
			return 0
		case x.open != "":
			return 1
		}
		return 2
	}
	return cmp.Or(-cmp.Compare(firm(s), firm(o)), cmp.Compare(s.p, o.p), -cmp.Compare(s.share(), o.share())) < 0
}

// keptShare is the share of units whose signs show what is usual: the others may be those that are looked for.
const keptShare = 0.85

// compareSigns holds one sign of every unit of a form against those of the others. Honest units differ, so that their counts
// are beta-binomial (Skellam 1948); the most striking units are counted as striking as the last of the others, so that they
// do not set the baseline, and neither the mean nor the correlation within a unit is taken for less than thresholds say.
// The p of a sign that does not exceed the usual by the least effect is 1: it is not reported whatever its p.
func compareSigns(signs []*visitSign, limits map[string]float64) {
	shares := make([]float64, len(signs))
	for i, s := range signs {
		shares[i] = s.share()
	}
	slices.Sort(shares)
	usual, top := stats.QuantileSorted(shares, 0.5), stats.QuantileSorted(shares, keptShare)
	k, n := make([]float64, len(signs)), make([]float64, len(signs))
	for i, s := range signs {
		n[i] = float64(s.of)
		k[i] = math.Min(s.share(), top) * n[i]
	}
	null := stats.FitBetaBinomial(k, n)
	null.Mean = math.Max(null.Mean, limits["least_rate"])
	null.Rho = math.Min(0.9, math.Max(null.Rho, limits["least_correlation"]))
	most := 0.0
	for _, s := range signs {
		s.usual, s.p = usual, 1
		if len(signs) < int(limits["min_units"]) || s.share()-usual < limits["min_effect"] || float64(s.hits) < limits["min_hits"] {
			most = math.Max(most, s.share())
			continue
		}
		s.p = null.Upper(int(s.hits), int(s.of))
	}
	for _, s := range signs {
		s.most = most
	}
}
