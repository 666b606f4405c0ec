package queries

import (
	"context"
	"math"
	"time"
)

// BurdenCell is the hours of one form in one month of submission. The month in which the analysed window begins has two
// cells, of which one is recent.
type BurdenCell struct {
	Form                                string
	Month                               time.Time
	Recent                              bool
	Submissions, Timed, Units           uint64
	Observed, Logged, Filled, Estimated float64 // hours; logged ones are among the observed
}

// Hours is all hours of a cell.
func (c BurdenCell) Hours() float64 { return c.Observed + c.Filled + c.Estimated }

// BurdenCells reads the hours by form and month, as far back as the last analysis kept them: of all units, or of some.
func (s *Store) BurdenCells(ctx context.Context, units []string) ([]BurdenCell, error) {
	name, params := "burden.Cells", Params(nil)
	if len(units) > 0 {
		name, params = "burden.CellsOfUnits", Params{"units": units}
	}
	var out []BurdenCell
	err := s.Each(ctx, name, params, func(scan func(...any) error) error {
		var c BurdenCell
		err := scan(&c.Form, &c.Month, &c.Recent, &c.Submissions, &c.Timed, &c.Units, &c.Observed, &c.Logged, &c.Filled, &c.Estimated)
		out = append(out, c)
		return err
	})
	return out, err
}

// BurdenSum is hours of any set of cells, by how they are known, with their doubt.
type BurdenSum struct {
	Submissions, Timed                  uint64
	Forms                               int
	Observed, Logged, Filled, Estimated float64
	Doubt                               float64 // standard deviation of the hours
}

// Hours is all hours of a sum.
func (b BurdenSum) Hours() float64 { return b.Observed + b.Filled + b.Estimated }

// Span is the hours with their 90 % interval.
func (b BurdenSum) Span() Hours {
	low, high := HoursInterval(b.Hours(), b.Doubt)
	return Hours{Mid: b.Hours(), Low: low, High: high}
}

// Method says how most of the hours are known.
func (b BurdenSum) Method() string { return MethodOf(b.Observed, b.Logged, b.Filled, b.Estimated) }

// mostly is the share of hours from which one way of knowing them names all.
const mostly = 0.9

// MethodOf names how hours are known: observed, logs or estimated where nine tenths are, else mixed. Hours that were filled in from
// observed means count as observed.
func MethodOf(observed, logged, filled, estimated float64) string {
	all := observed + filled + estimated
	switch {
	case estimated >= mostly*all:
		return BurdenEstimated
	case estimated > (1-mostly)*all:
		return BurdenMixed
	case logged > 0 && logged >= mostly*observed:
		return BurdenLogs
	}
	return BurdenObserved
}

// SumBurden adds up cells. Hours of one form err together where they were estimated, and in part with those of other forms;
// hours that were filled in err each for itself; observed ones share the doubt about pauses.
func SumBurden(cells []BurdenCell, paces map[string]FormPace) BurdenSum {
	byForm := map[string]BurdenCell{}
	var order []string
	for _, c := range cells {
		sum, before := byForm[c.Form]
		if !before {
			order = append(order, c.Form)
		}
		sum.Submissions, sum.Timed = sum.Submissions+c.Submissions, sum.Timed+c.Timed
		sum.Observed, sum.Logged = sum.Observed+c.Observed, sum.Logged+c.Logged
		sum.Filled, sum.Estimated = sum.Filled+c.Filled, sum.Estimated+c.Estimated
		byForm[c.Form] = sum
	}
	out := BurdenSum{Forms: len(order)}
	var apart, together float64
	for _, form := range order {
		c, p := byForm[form], paces[form]
		out.Submissions, out.Timed = out.Submissions+c.Submissions, out.Timed+c.Timed
		out.Observed, out.Logged = out.Observed+c.Observed, out.Logged+c.Logged
		out.Filled, out.Estimated = out.Filled+c.Filled, out.Estimated+c.Estimated
		own, common := p.doubts(c)
		apart += own * own
		together += common
	}
	out.Doubt = math.Sqrt(apart + together*together + math.Pow(observedSpread*(out.Observed+out.Filled), 2))
	return out
}

// doubts are the standard deviations of the hours of a form's submissions: what is its own, and what it shares with others.
func (p FormPace) doubts(c BurdenCell) (own, common float64) {
	if p.Method == BurdenEstimated {
		return math.Sqrt(math.Max(0, p.Spread*p.Spread-p.Common*p.Common)) * c.Estimated, p.Common * c.Estimated
	}
	unseen := math.Max(1, float64(c.Submissions)-float64(c.Timed))
	return p.Spread * c.Filled / math.Sqrt(unseen), p.Common * (c.Logged + c.Filled)
}
