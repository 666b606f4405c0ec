package analyzer

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// bandShares are the widths of the bands that begin at the target, in standard deviations within a unit; the narrowest is a
// single figure, the target itself.
var bandShares = [...]float64{0, 1. / 16, 1. / 8, 1. / 4, 1. / 2}

// localWidths is by how many times a band the neighbourhood is widened in which a unit's own density is looked for.
const localWidths = 6

// judge works out the p of every unit, or says why the form cannot be judged.
func (form *targetForm) judge(limits map[string]float64) queries.Message {
	params := map[string]any{"form": form.form.ID, "n": len(form.fields), "need": limits["min_units"]}
	key := "no_target"
	byUnit := map[string]*targetUnit{}
	judged := form.fields[:0:0]
	for _, field := range form.fields {
		field.units = slices.DeleteFunc(field.units, func(s *targetSeries) bool { return float64(len(s.values)) < limits["min_values"] })
		switch {
		case float64(len(field.units)) < limits["min_units"]:
			key, params["n"] = "few_units", len(field.units)
			continue
		case !field.twoSided(limits["least_side"]):
			key = "target_side"
			continue
		case !field.measure():
			key = "target_coarse"
			continue
		}
		judged = append(judged, field)
		field.judge()
		for _, s := range field.units {
			u := byUnit[s.unit]
			if u == nil {
				u = &targetUnit{unit: s.unit}
				byUnit[s.unit] = u
				form.units = append(form.units, u)
			}
			u.series = append(u.series, s)
		}
	}
	form.fields = judged
	if len(judged) == 0 {
		return fabReason(key, params)
	}
	form.addUp()
	for _, u := range form.units {
		p := make([]float64, len(u.series))
		for f, s := range u.series {
			p[f] = s.p
		}
		u.p = stats.CauchyCombination(p, nil)
		if len(u.series) > 1 {
			// The better of two ways to look at several fields.
			u.p = math.Min(1, 2*math.Min(u.p, u.together.p))
		}
		slices.SortStableFunc(u.series, func(a, b *targetSeries) int { return compareP(a.p, b.p) })
	}
	return queries.Message{}
}

// twoSided says whether figures lie on both sides of the target: what all reach, or a cap such as 100 %, parts nobody.
func (x *targetField) twoSided(least float64) bool {
	below, above, n := 0, 0, 0
	for _, s := range x.units {
		split, _ := slices.BinarySearch(s.values, x.target)
		after, _ := slices.BinarySearch(s.values, x.target+1)
		below, above, n = below+split, above+len(s.values)-after, n+len(s.values)
	}
	return float64(below) >= least*float64(n) && float64(above) >= least*float64(n)
}

// measure learns the usual spread within a unit and the bands; false for figures so coarse that they cannot but be equal.
func (x *targetField) measure() bool {
	var spreads []float64
	for _, s := range x.units {
		_, mad := stats.MedianMAD(floats(s.values))
		spreads = append(spreads, 1.4826*mad)
	}
	x.spread = stats.Median(spreads)
	for _, share := range bandShares {
		width := max(1, int64(math.Round(share*x.spread)))
		if n := len(x.bands); n == 0 || x.bands[n-1].width < width {
			x.bands = append(x.bands, targetBand{width: width})
		}
	}
	for b := range x.bands {
		band := &x.bands[b]
		in, n := 0, 0
		for _, s := range x.units {
			in, n = in+s.within(x.target, band.width), n+len(s.values)
		}
		band.peers = float64(in) / float64(n)
		band.placed = x.crowdedUsually(band.width)
		band.middle = stats.QuantileSorted(x.crowds[band.width], 0.5)
	}
	return x.spread >= 2
}

// crowdedUsually is the 90th percentile of what units crowd into a band of a width around their median.
func (x *targetField) crowdedUsually(width int64) float64 {
	if _, known := x.crowds[width]; !known {
		var all []float64
		for _, s := range x.units {
			all = append(all, s.crowded(width))
		}
		slices.Sort(all)
		if x.crowds == nil {
			x.crowds = map[int64][]float64{}
		}
		x.crowds[width] = all
	}
	return stats.QuantileSorted(x.crowds[width], 0.9)
}

// roundedShare of a unit's figures other than the target must be multiples of a step for it to round to it.
const roundedShare = 0.8

// step is what the unit rounds to, in units of the last place.
func (s *targetSeries) step() int64 {
	for _, step := range []int64{1000, 500, 100, 50, 10, 5} {
		even, n := 0, 0
		for _, v := range s.values {
			if v == s.field.target {
				continue
			}
			n++
			if v%step == 0 {
				even++
			}
		}
		if n >= leastTargetMass && float64(even) >= roundedShare*float64(n) {
			return step
		}
	}
	return 1
}

func floats(values []int64) []float64 {
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = float64(v)
	}
	return out
}

// within counts the figures in [from, from + width).
func (s *targetSeries) within(from, width int64) int {
	a, _ := slices.BinarySearch(s.values, from)
	b, _ := slices.BinarySearch(s.values, from+width)
	return b - a
}

// leastWindow is the narrowest window around a unit's median that its density is read from, in units of the last place.
const leastWindow = 3

// crowded is the share of the unit's figures in a band as wide around its own median, where an honest unit's figures are
// densest. The median is no choice among many places, as the fullest band would be, which chance alone fills.
func (s *targetSeries) crowded(width int64) float64 {
	window := max(width, leastWindow)
	n := len(s.values)
	in := s.within(s.values[n/2]-window/2, window)
	return float64(in) / float64(n) * float64(width) / float64(window)
}

// judge gives every unit its p. An honest unit may have as large a share of its figures in a band at the target as the
// greatest of four: its own density on either side, in narrow and wide neighbourhoods; its peers' share in the same band, for
// effort bunches and forms do; what honest units crowd into a band as wide around their own median, for some are steadier than
// others; and its own share at equally round figures. The scores are held at the spread that the units show.
func (x *targetField) judge() {
	scores := make([][]float64, len(x.bands))
	p := make([][]float64, len(x.units))
	usual := make([][]float64, len(x.units))
	for i, s := range x.units {
		p[i], usual[i] = make([]float64, len(x.bands)), make([]float64, len(x.bands))
		n := float64(len(s.values))
		for b, band := range x.bands {
			k := s.within(x.target, band.width)
			share := math.Max(band.placed, math.Max(x.peersAt(s, band), s.local(band.width)))
			if step := s.step(); step > band.width {
				// One figure of who rounds stands for all that are rounded to it.
				share = math.Max(share, x.crowdedUsually(step))
			}
			below, above := s.atRound(band.width)
			share = math.Min(0.98, math.Max(share, float64(max(below, above))/n))
			usual[i][b] = share
			p[i][b] = stats.BinomialUpperMidP(k, len(s.values), share)
			scores[b] = append(scores[b], (float64(k)-n*share)/math.Sqrt(n*share*(1-share)))
		}
	}
	for i, s := range x.units {
		s.p = math.Inf(1)
		for b, band := range x.bands {
			held := math.Max(p[i][b], peerP(scores[b][i], scores[b]))
			if k := s.within(x.target, band.width); k > 0 && held < s.p {
				s.p, s.band, s.at = held, b, k
				s.below = s.within(x.target-band.width, band.width)
				s.roundBelow, _ = s.atRound(band.width)
				s.usual, s.peers = usual[i][b], x.peersAt(s, band)
			}
		}
		// The best of several bands.
		s.p = math.Min(1, s.p*float64(len(x.bands)))
	}
}

// peersAt is the share of the other units' figures in a band at the target.
func (x *targetField) peersAt(s *targetSeries, band targetBand) float64 {
	n := 0
	for _, other := range x.units {
		n += len(other.values)
	}
	in := band.peers*float64(n) - float64(s.within(x.target, band.width))
	return math.Max(0, in) / math.Max(1, float64(n-len(s.values)))
}

// local is the share of a band that the unit's density to the left or right of it gives, the greatest over neighbourhoods of
// one to 32 times its width, each with one figure more than there is.
func (s *targetSeries) local(width int64) float64 {
	n, target, most := float64(len(s.values)), s.field.target, 0.0
	for i, reach := 0, width; i < localWidths; i, reach = i+1, 2*reach {
		side := max(s.within(target-reach, reach), s.within(target+width, reach))
		most = math.Max(most, float64(side+1)/n*float64(width)/float64(reach))
	}
	return most
}

// atRound is how many of the unit's figures lie in bands at the figures next below and next above that are as round as the
// target, the most over every measure of roundness: 94 and 96 for 95, 90 and 100. Who rounds does so everywhere.
func (s *targetSeries) atRound(width int64) (below, above int) {
	look := func(step int64) {
		if step > width {
			below = max(below, s.within(s.field.target-step, width))
			above = max(above, s.within(s.field.target+step, width))
		}
	}
	for unit := int64(1); s.field.target != 0 && s.field.target%unit == 0 && float64(unit) <= 6*s.field.spread; unit *= 10 {
		for _, times := range []int64{1, 2, 5} {
			if s.field.target%(times*unit) == 0 && float64(times*unit) <= 6*s.field.spread {
				look(times * unit)
			}
		}
	}
	return below, above
}

// effect is the share of figures in the band beyond what an honest unit may have there.
func (s *targetSeries) effect() float64 { return float64(s.at)/float64(len(s.values)) - s.usual }

// cliff says whether the figures stop short of the target: at most half as many lie just below as at it, nor at the next
// figure below that is as round.
func (s *targetSeries) cliff() bool { return 2*max(s.below, s.roundBelow) <= s.at }

// sustained says whether both halves of the periods have more figures in the band than an honest unit would.
func (s *targetSeries) sustained() bool {
	from := s.field.target
	to := from + s.field.bands[s.band].width
	var in, n [2]int
	for i, v := range s.values {
		half := 0
		if s.late[i] {
			half = 1
		}
		n[half]++
		if v >= from && v < to {
			in[half]++
		}
	}
	for half := range in {
		if in[half] < 2 || float64(in[half]) <= 1.25*s.usual*float64(n[half]) {
			return false
		}
	}
	return true
}
