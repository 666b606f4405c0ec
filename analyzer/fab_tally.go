package analyzer

import (
	"math"
	"slices"
)

// tally is how many of a unit's submissions show a sign, of those that could be judged.
type tally struct{ hits, of int }

func (t tally) share() float64 { return float64(t.hits) / math.Max(1, float64(t.of)) }

// priorUnits is the weight of the other forms in the rate of honest signs of one form, in units.
const priorUnits = 20

// mistakeOdds is the odds of a sign among units that show none or one. Among honest units signs are binomial, and for n
// submissions one is n times the odds as frequent as none: those who do it again, with two or more, do not enter. Prior odds
// weigh as much as priorUnits.
func mistakeOdds(units []tally, prior, weight float64) float64 {
	ones, exposure := weight*prior, weight
	for _, u := range units {
		switch u.hits {
		case 0:
			exposure += float64(u.of)
		case 1:
			ones++
		}
	}
	if exposure == 0 {
		return prior
	}
	return ones / exposure
}

// honestRate is the share of submissions in which honest units of a form show the sign by mistake or for reasons unknown to
// the model, at the least a given one; where most units show it repeatedly, it is the share of all but the top ones.
func honestRate(units []tally, runOdds, least float64) float64 {
	mean, several := 0.0, 0
	var shares []float64
	for _, u := range units {
		mean += float64(u.of) / float64(len(units))
		shares = append(shares, u.share())
		if u.hits > 1 {
			several++
		}
	}
	odds := mistakeOdds(units, runOdds, priorUnits*mean)
	rate := math.Max(least, odds/(1+odds))
	if 2*several > len(units) {
		slices.Sort(shares)
		kept := shares[:max(1, int(float64(len(shares))*(1-trimmedTop)))]
		total := 0.0
		for _, s := range kept {
			total += s
		}
		rate = math.Max(rate, total/float64(len(kept)))
	}
	return math.Min(0.95, rate)
}
