package queries

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"
)

// UnitPage is one unit with what it handed in and how its figures compare with those of its peers.
type UnitPage struct {
	Unit
	From, To   time.Time // first and last of Days
	Days       []UnitDay // with any submission, in order
	Forms      []UnitForm
	Peers      []string        // codes
	Sized      bool            // the peers are of a like population too, not only of one kind
	Indicators []UnitIndicator // the farthest from the peers first
	Courses    []UnitCourse
}

// UnitDay is how much a unit handed in on one local day.
type UnitDay struct {
	Day         time.Time
	Submissions uint64
}

// UnitForm is a form that a unit handed in within a year.
type UnitForm struct {
	Form                 string
	Submissions, Periods uint64
	Last                 time.Time
}

// UnitIndicator is the mean of a field within a year, and the 5th, 25th, 50th, 75th and 95th percentile of the means of the
// peers.
type UnitIndicator struct {
	Form, Field string
	N           uint64 // numbers of the unit
	Own         float64
	Peers       uint64 // that report the field
	Spread      []float64
}

// Distance is how far the unit lies from the median of its peers, in their standard deviations as the middle half tells it
// (0.7413 interquartile ranges for a normal distribution); 0 where the peers do not differ.
func (i UnitIndicator) Distance() float64 {
	if len(i.Spread) != 5 {
		return 0
	}
	d := (i.Own - i.Spread[2]) / (0.7413 * (i.Spread[3] - i.Spread[1]))
	if math.IsNaN(d) || math.IsInf(d, 0) {
		return 0
	}
	return d
}

// UnitCourse is a field by period: the unit's values, not a number where it has none, and the percentiles of its peers, a
// row each.
type UnitCourse struct {
	Form, Field string
	Periods     []string
	Own         []float64
	Spread      [][]float64
}

// How peers of a unit are chosen, and how many of its fields are shown by period.
const (
	fewestPeers  = 8
	sizeFactor   = 2.0
	coursesShown = 6
)

// ReadUnit reads one unit over the last year of the analysed window, or ErrNotFound. The courses are those of the fields
// named first, then of the fields farthest from the peers.
func (s *Store) ReadUnit(ctx context.Context, code string, first [][2]string) (*UnitPage, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	unit, ok := registry.Unit(code)
	if !ok {
		return nil, ErrNotFound
	}
	h, err := s.horizon(ctx)
	if err != nil {
		return nil, err
	}
	p := &UnitPage{Unit: unit, To: h.to}
	if p.To.IsZero() {
		p.To = h.data
	}
	p.To = time.Date(p.To.Year(), p.To.Month(), p.To.Day(), 0, 0, 0, 0, time.UTC)
	p.From = p.To.AddDate(0, 0, 1-yearShown)
	p.Peers, p.Sized = peersOf(unit, registry.Units())
	if err := s.unitSubmissions(ctx, p); err != nil || len(p.Forms) == 0 || len(p.Peers) < fewestPeers {
		return p, err
	}
	if err := s.unitIndicators(ctx, p); err != nil {
		return nil, err
	}
	return p, s.unitCourses(ctx, p, first)
}

// peersOf are the units of the same kind, and where enough of them are there, only those of at least half and at most twice
// the population.
func peersOf(unit Unit, units []Unit) (peers []string, sized bool) {
	var near []string
	for _, u := range units {
		if u.Kind != unit.Kind || u.Code == unit.Code {
			continue
		}
		peers = append(peers, u.Code)
		a, b := float64(unit.Population), float64(u.Population)
		if a > 0 && b*sizeFactor >= a && b <= a*sizeFactor {
			near = append(near, u.Code)
		}
	}
	if len(near) >= fewestPeers {
		peers, sized = near, true
	}
	slices.Sort(peers)
	return peers, sized
}

func (s *Store) unitSubmissions(ctx context.Context, p *UnitPage) error {
	params := days(p.From, p.To)
	params["unit"] = p.Code
	err := s.Each(ctx, "read.UnitDays", params, func(scan func(...any) error) error {
		var d UnitDay
		err := scan(&d.Day, &d.Submissions)
		p.Days = append(p.Days, d)
		return err
	})
	if err != nil {
		return err
	}
	return s.Each(ctx, "read.UnitForms", params, func(scan func(...any) error) error {
		var f UnitForm
		err := scan(&f.Form, &f.Submissions, &f.Periods, &f.Last)
		p.Forms = append(p.Forms, f)
		return err
	})
}

// unitScope are the parameters of what compares a unit with its peers.
func unitScope(p *UnitPage) Params {
	params := days(p.From, p.To)
	params["unit"], params["units"] = p.Code, append([]string{p.Code}, p.Peers...)
	return params
}

func (s *Store) unitIndicators(ctx context.Context, p *UnitPage) error {
	params := unitScope(p)
	params["forms"] = column(p.Forms, func(f UnitForm) string { return f.Form })
	err := s.Each(ctx, "read.UnitIndicators", params, func(scan func(...any) error) error {
		var i UnitIndicator
		err := scan(&i.Form, &i.Field, &i.N, &i.Own, &i.Peers, &i.Spread)
		if i.Peers >= fewestPeers {
			p.Indicators = append(p.Indicators, i)
		}
		return err
	})
	slices.SortStableFunc(p.Indicators, func(a, b UnitIndicator) int {
		return cmp.Compare(math.Abs(b.Distance()), math.Abs(a.Distance()))
	})
	return err
}

func (s *Store) unitCourses(ctx context.Context, p *UnitPage, first [][2]string) error {
	wanted := make([][2]string, 0, coursesShown)
	want := func(field [2]string) {
		if len(wanted) < coursesShown && !slices.Contains(wanted, field) {
			wanted = append(wanted, field)
		}
	}
	known := map[[2]string]bool{}
	for _, i := range p.Indicators {
		known[[2]string{i.Form, i.Field}] = true
	}
	for _, f := range first {
		if known[f] {
			want(f)
		}
	}
	for _, i := range p.Indicators {
		want([2]string{i.Form, i.Field})
	}
	if len(wanted) == 0 {
		return nil
	}
	params := unitScope(p)
	params["forms"] = column(wanted, func(f [2]string) string { return f[0] })
	params["fields"] = column(wanted, func(f [2]string) string { return f[1] })
	at := map[[2]string]*UnitCourse{}
	err := s.Each(ctx, "read.UnitCourses", params, func(scan func(...any) error) error {
		var form, field, period string
		var start time.Time
		var own float64
		var spread []float64
		if err := scan(&form, &field, &start, &period, &own, &spread); err != nil {
			return err
		}
		c := at[[2]string{form, field}]
		if c == nil {
			c = &UnitCourse{Form: form, Field: field, Spread: make([][]float64, 5)}
			at[[2]string{form, field}] = c
		}
		c.Periods, c.Own = append(c.Periods, period), append(c.Own, own)
		for i := range c.Spread {
			c.Spread[i] = append(c.Spread[i], spread[i])
		}
		return nil
	})
	for _, f := range wanted {
		if c := at[f]; c != nil {
			p.Courses = append(p.Courses, *c)
		}
	}
	return err
}
