package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// targetTogether is the figures of a unit in bands at the targets of all its fields, added up: little in each of several
// fields is much, and what honest units may have is better known of many figures than of few.
type targetTogether struct {
	p         float64
	at, below int // figures in the bands, and in bands as wide just below
	of        int
	usual     float64 // share that an honest unit may have there
}

func (t targetTogether) effect() float64 { return float64(t.at)/float64(max(1, t.of)) - t.usual }

// addUp gives every unit its p over all fields. An honest unit may have as much in the bands as the greatest of what its peers
// have there, what its own density on either side gives, what units usually crowd around their own median, and what it has at
// equally round figures, each over all fields. As one person fills in all of them, scores are held at the spread that the
// units show.
func (form *targetForm) addUp() {
	scores := make([]float64, len(form.units))
	sums := make([]targetTogether, len(form.units))
	for _, u := range form.units {
		u.together.p = 1
	}
	for b := range bandShares {
		for i, u := range form.units {
			sums[i] = u.inBands(b)
			n, usual := float64(sums[i].of), sums[i].usual
			scores[i] = (float64(sums[i].at) - n*usual) / math.Sqrt(n*usual*(1-usual))
		}
		for i, u := range form.units {
			sums[i].p = float64(len(bandShares)) * math.Max(stats.BinomialUpperMidP(sums[i].at, sums[i].of, sums[i].usual), peerP(scores[i], scores))
			if sums[i].p < u.together.p {
				u.together = sums[i]
			}
		}
	}
}

// inBands adds up a unit's figures in the bands of one share of the spread.
func (u *targetUnit) inBands(share int) targetTogether {
	var t targetTogether
	var peers, crowd, left, right, roundBelow, roundAbove float64
	density := make([][2]float64, localWidths)
	for _, s := range u.series {
		band := s.field.bands[min(share, len(s.field.bands)-1)]
		target, n := s.field.target, float64(len(s.values))
		t.of += len(s.values)
		t.at += s.within(target, band.width)
		t.below += s.within(target-band.width, band.width)
		peers += n * s.field.peersAt(s, band)
		middle := band.middle
		if step := s.step(); step > band.width {
			middle = math.Max(middle, s.field.crowdedUsually(step))
		}
		crowd += n * middle
		for i, reach := 0, band.width; i < localWidths; i, reach = i+1, 2*reach {
			scale := float64(band.width) / float64(reach)
			density[i][0] += scale * float64(s.within(target-reach, reach))
			density[i][1] += scale * float64(s.within(target+band.width, reach))
		}
		below, above := s.atRound(band.width)
		roundBelow, roundAbove = roundBelow+float64(below), roundAbove+float64(above)
	}
	for i, d := range density {
		// One figure more than there is, at the width at which it is counted.
		more := 1 / float64(int(1)<<i)
		left, right = math.Max(left, d[0]+more), math.Max(right, d[1]+more)
	}
	n := float64(t.of)
	most := math.Max(math.Max(peers, crowd), math.Max(math.Max(left, right), math.Max(roundBelow, roundAbove)))
	t.usual = math.Min(0.98, most/n)
	return t
}
