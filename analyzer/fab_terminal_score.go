package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/queries"
)

// humanLast is how often people who make figures up end them in 0 to 9: seldom in 0 and 5, which look made up, often in 3, 7
// and 8 (Mosimann, Wiseman & Edelman 1995; Kubovy & Psotka 1976 on 7; Beber & Scacco 2012). Everybody has favourites of
// their own besides, which no table can hold: this is where the search for them begins.
var humanLast = [10]float64{.05, .09, .10, .125, .10, .06, .105, .14, .125, .105}

// liking is how much a unit's last digits look like those that people make up, by figure, and what chance adds to it: the
// locally most powerful test for a small share of invented figures among honest ones.
func (u *terminalUnit) liking() (effect, sd float64) {
	var sum, variance, figures float64
	for f := range u.cells {
		n := u.cells[f].n()
		if n == 0 {
			continue
		}
		var mean, square, own float64
		for d := range humanLast {
			p := u.honest[f][d]
			weight := humanLast[d]/p - 1
			if d%5 == 0 {
				weight = (humanLast[0]+humanLast[5])/(u.honest[f][0]+u.honest[f][5]) - 1
			}
			mean += p * weight
			square += p * weight * weight
			own += u.cells[f].last[d] * weight
		}
		sum += own - n*mean
		variance += n * (square - mean*mean)
		figures += n
	}
	return sum / figures, math.Sqrt(variance) / figures
}

// fewDoubled is by how much fewer of the figures than peers' end in a doubled digit, such as 44, and what chance adds: people
// who invent avoid them (Mosimann, Dahlberg, Davidian & Krueger 2002).
func (u *terminalUnit) fewDoubled() (effect, sd float64) {
	var missing, variance, pairs float64
	for f := range u.cells {
		c, all := &u.cells[f], &u.form.pooled[f]
		if c.pairs == 0 {
			continue
		}
		p := 0.1
		if peers := all.pairs - c.pairs; peers >= peersNeeded*math.Max(c.pairs, 30) {
			p = (all.doubled - c.doubled + 1) / (peers + 10)
		}
		missing += c.pairs*p - c.doubled
		variance += c.pairs * p * (1 - p)
		pairs += c.pairs
	}
	if pairs == 0 {
		return 0, 1
	}
	return missing / pairs, math.Sqrt(variance) / pairs
}

// mixtureShares are the shares of invented submissions that the mixture is tried with.
var mixtureShares = [...]float64{0.15, 0.35, 0.65, 0.95}

// mixturePrior is the weight of humanLast against a unit's own figures, in figures.
const mixturePrior = 30

// mixture is the logarithm of an e-value for "some of the unit's submissions are invented, whole": the likelihood ratio of
// every submission under digits learnt from the submissions before it, against the peers' digits, multiplied up, and averaged
// over shares of invented submissions and over both directions of time. Its mean over honest figures is 1 at most, so that
// exp(-x) is a p-value whatever is learnt (Ville's inequality; Grünwald, de Heide & Koolen 2024). 0 for records, whose
// submissions hold a figure or two each.
func (u *terminalUnit) mixture() float64 {
	if len(u.seen) == 0 {
		return 0
	}
	even := u.honest
	var logs []float64
	for _, share := range mixtureShares {
		for _, forward := range []bool{true, false} {
			logs = append(logs, u.grow(share, forward, even))
		}
	}
	most := logs[0]
	for _, x := range logs {
		most = math.Max(most, x)
	}
	total := 0.0
	for _, x := range logs {
		total += math.Exp(x - most)
	}
	return most + math.Log(total/float64(len(logs)))
}

// honestDigits is the shares of last digits in every field that an honest unit with this one's habit of rounding has: those of
// peers, with the unit's own share of zeros and fives where that is more than even digits or the peers have. Rounding is a
// habit, no invention, and so is not to round where others do.
func (u *terminalUnit) honestDigits() [][10]float64 {
	own := float64(u.summary.Last[0]+u.summary.Last[5]) / float64(u.summary.N())
	out := make([][10]float64, len(u.cells))
	for f := range out {
		for d := range out[f] {
			out[f][d] = math.Max(1e-4, u.digitUnit.expected(f, func(c *digitCell) float64 { return c.last[d] }, 0.1))
		}
		round := out[f][0] + out[f][5]
		share := math.Max(math.Min(round, evenHeaping), math.Min(own, 0.99))
		for d := range out[f] {
			if d == 0 || d == 5 {
				out[f][d] *= share / round
			} else {
				out[f][d] *= (1 - share) / (1 - round)
			}
		}
	}
	return out
}

// grow multiplies the likelihood ratios of a unit's submissions in one direction of time; the result is a logarithm.
func (u *terminalUnit) grow(share float64, forward bool, expected [][10]float64) float64 {
	var learnt [10]float64
	for d := range learnt {
		learnt[d] = mixturePrior * humanLast[d]
	}
	total, weight := 0.0, float64(mixturePrior)
	n := len(u.seen)
	at := func(i int) digitSeen {
		if forward {
			return u.seen[i]
		}
		return u.seen[n-1-i]
	}
	for first := 0; first < n; {
		last := first
		ratio := 0.0
		var here [10]float64
		for last < n && at(last).period == at(first).period {
			s := at(last)
			d := s.ending % 10
			if d%5 == 0 {
				// Submissions that are rounder than others are rounded, not invented.
				round := (learnt[0] + learnt[5]) / weight / (expected[s.field][0] + expected[s.field][5])
				ratio += math.Log(math.Min(1, round))
			} else {
				ratio += math.Log(learnt[d] / weight / expected[s.field][d])
			}
			here[d]++
			last++
		}
		invented := share * math.Exp(math.Min(ratio, 700))
		total += math.Log(1 - share + invented)
		posterior := invented / (1 - share + invented)
		for d := range learnt {
			learnt[d] += posterior * here[d]
			weight += posterior * here[d]
		}
		first = last
	}
	return total
}

// favourites are the digits that the unit has more often than peers, by how much more likely an invented figure has them.
func (u *terminalUnit) favourites() (ratio [10]float64) {
	n := float64(u.summary.N())
	for d := range ratio {
		ratio[d] = math.Log((float64(u.summary.Last[d]) + 3) / (n + 30) / math.Max(1e-4, u.expected[d]))
	}
	return ratio
}

// lookAt are the figures to look at first: of the periods in which the favourite digits are most frequent, those that end in
// them. Counts of records know no single figures.
func (u *terminalUnit) lookAt() []queries.Look {
	p := u.form.panel
	if p == nil {
		return nil
	}
	ratio := u.favourites()
	byPeriod := make([]float64, len(p.periods))
	for _, s := range u.seen {
		byPeriod[s.period] += ratio[s.ending%10]
	}
	var out []queries.Look
	unit := p.unitIndex(u.unit)
	for _, period := range topIndexes(byPeriod, 4) {
		listed := 0
		for _, s := range u.seen {
			if int(s.period) != period || ratio[s.ending%10] <= 0 || listed == 3 || len(out) == 10 {
				continue
			}
			value := p.value(p.row(unit, period), u.form.columns[s.field])
			out = append(out, queries.Look{Period: p.periods[period].name, Field: p.form.ID + "." + u.form.fields[s.field], Value: &value})
			listed++
		}
	}
	return out
}
