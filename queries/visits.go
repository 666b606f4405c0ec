package queries

import (
	"context"
	"time"
)

// VisitShape says what the records of one form and unit tell about visits to households, persons or places.
type VisitShape struct {
	Form, Unit string
	Visits     uint64
	About      uint64 // with a subject
	Begun      uint64 // with the time at which they were begun
	Located    uint64 // with coordinates
	Named      uint64 // with a reporter
	Desk       uint64 // by web page, import or interface
}

// VisitShapes reads the shape of every form and unit with records about somebody that were handed in on the local days [from, to].
func (s *Store) VisitShapes(ctx context.Context, from, to time.Time) ([]VisitShape, error) {
	var out []VisitShape
	err := s.Each(ctx, "visits.Shapes", days(from, to), func(scan func(...any) error) error {
		var v VisitShape
		err := scan(&v.Form, &v.Unit, &v.Visits, &v.About, &v.Begun, &v.Located, &v.Named, &v.Desk)
		out = append(out, v)
		return err
	})
	return out, err
}

// VisitScope is the visits of some units of a form that were handed in on the local days [From, To], and what is counted in
// them. The slices Bounds (seconds), Lags (days) and Spreads (metres) ascend.
type VisitScope struct {
	Form     string
	Units    []string
	From, To time.Time
	Bounds   []uint64  // seconds from one beginning to the next, and from beginning to end
	At       int       // place in Bounds, from 0, of what makes a sitting
	Lags     []uint64  // days from beginning to handing in
	Spreads  []float64 // scatter of fixes
	Speed    float64   // metres a second that nobody exceeds
	Margin   float64   // metres by which two fixes may be wrong together
	Clock    float64   // seconds by which two times may be wrong together
	Homes    uint64    // households that make a point shared
	Dense    uint64    // households that make a place crowded
	Days     uint64    // and days
	Crowd    uint64    // visits of one account that nobody makes on one day
	Far      float64   // metres from a household's usual place that are far
}

func (v VisitScope) params() Params {
	p := days(v.From, v.To)
	p["form"], p["units"], p["bounds"], p["at"], p["lags"], p["spreads"] = v.Form, v.Units, v.Bounds, v.At+1, v.Lags, numberList(v.Spreads)
	p["crowd"], p["dense"] = v.Crowd, v.Dense
	p["speed"], p["margin"], p["clock"], p["homes"], p["days"], p["far"] = v.Speed, v.Margin, v.Clock, v.Homes, v.Days, v.Far
	return p
}

// VisitPace is how the visits of one account in one unit follow one another, those whose beginning is known.
type VisitPace struct {
	Unit                 string
	Reporter             uint64
	Visits, Days         uint64
	Most, Usual          uint64   // visits on one day
	Run                  []uint64 // by Bounds: in runs of three or more, each begun so soon after the one before
	Quick                []uint64 // by Bounds: begun and handed in within so many seconds
	Sittings             uint64   // days with a run
	SittingWeeks, Weeks  uint64   // weeks with a run, and with visits
	Weekdays             uint64   // different days of the week with visits
	Longest              uint64   // most visits in runs on one day
	Uploaded             uint64   // handed in together after working without a network
	Overlaps             uint64   // begun before the one before was handed in
	Fast, Shuttled       uint64   // faster than anybody moves; of them such as two people with one account make
	Regular              uint64   // begun after the same pause as the one before, to a second
	FiveMinutes, Minutes uint64   // begun on whole five minutes, on whole minutes
	Night                uint64   // begun from 22 to 5 o'clock
	Late                 []uint64 // by Lags
	Desk, Located        uint64
	Crowded              uint64 // on days with more visits than anybody makes
}

// VisitPaces reads the pace of every account of the scope.
func (s *Store) VisitPaces(ctx context.Context, scope VisitScope) ([]VisitPace, error) {
	var out []VisitPace
	err := s.Each(ctx, "visits.Paces", scope.params(), func(scan func(...any) error) error {
		var v VisitPace
		err := scan(&v.Unit, &v.Reporter, &v.Visits, &v.Days, &v.Most, &v.Usual, &v.Run, &v.Quick, &v.Sittings, &v.SittingWeeks, &v.Weeks, &v.Weekdays, &v.Longest,
			&v.Uploaded, &v.Overlaps, &v.Fast, &v.Shuttled, &v.Regular, &v.FiveMinutes, &v.Minutes, &v.Night, &v.Late, &v.Desk, &v.Located, &v.Crowded)
		out = append(out, v)
		return err
	})
	return out, err
}

// VisitPoints is which exact coordinates the visits of one unit repeat.
type VisitPoints struct {
	Unit                     string
	Located, Points          uint64
	Rounded4, Rounded5       uint64 // visits whose coordinates have at most four, five decimals
	SharedPoints, Shared     uint64 // points of several households on several days, and the visits there
	SharedDesk               uint64 // of them by web page, import or interface
	Largest                  uint64 // visits at the greatest of them
	LargestHomes, LargestDay uint64 // its households and days
	Lat, Lon                 float64
	MiddleLat, MiddleLon     float64 // median of the points
}

// VisitPoints reads the points of every unit of the scope.
func (s *Store) VisitPoints(ctx context.Context, scope VisitScope) ([]VisitPoints, error) {
	var out []VisitPoints
	err := s.Each(ctx, "visits.Points", scope.params(), func(scan func(...any) error) error {
		var v VisitPoints
		err := scan(&v.Unit, &v.Located, &v.Points, &v.Rounded4, &v.Rounded5, &v.SharedPoints, &v.Shared, &v.SharedDesk, &v.Largest,
			&v.LargestHomes, &v.LargestDay, &v.Lat, &v.Lon, &v.MiddleLat, &v.MiddleLon)
		out = append(out, v)
		return err
	})
	return out, err
}

// VisitHomes is where the households of one unit were found at different visits.
type VisitHomes struct {
	Unit            string
	Homes           uint64
	Revisited       uint64  // found on several days
	Revisits        uint64  // their visits
	Displaced       uint64  // of these far from the household's usual place
	Same            uint64  // households with exactly the same coordinates on all days
	SharedRevisited uint64  // revisited households that were at a shared point
	SharedSame      uint64  // of them always at that point
	SharedMoved     uint64  // of them far from it at another visit
	Noise           float64 // median metres between two fixes of one household, in one direction; NaN when unknown
}

// VisitHomes reads the households of every unit of the scope.
func (s *Store) VisitHomes(ctx context.Context, scope VisitScope) ([]VisitHomes, error) {
	var out []VisitHomes
	err := s.Each(ctx, "visits.Homes", scope.params(), func(scan func(...any) error) error {
		var v VisitHomes
		err := scan(&v.Unit, &v.Homes, &v.Revisited, &v.Revisits, &v.Displaced, &v.Same, &v.SharedRevisited, &v.SharedSame, &v.SharedMoved, &v.Noise)
		out = append(out, v)
		return err
	})
	return out, err
}

// VisitSpots is how much fixes scatter where many households of one unit are close together.
type VisitSpots struct {
	Unit    string
	Tight   []uint64 // by Spreads: visits at crowded places whose fixes scatter no more
	Dense   uint64   // visits at crowded places
	Largest uint64   // visits at the most crowded one
}

// VisitSpots reads the crowded places of every unit of the scope.
func (s *Store) VisitSpots(ctx context.Context, scope VisitScope) ([]VisitSpots, error) {
	var out []VisitSpots
	err := s.Each(ctx, "visits.Spots", scope.params(), func(scan func(...any) error) error {
		var v VisitSpots
		err := scan(&v.Unit, &v.Tight, &v.Dense, &v.Largest)
		out = append(out, v)
		return err
	})
	return out, err
}

// Visit is one record about a household, person or place.
type Visit struct {
	Reporter, Subject uint64
	Channel           string
	Begun             time.Time // zero when unknown
	Ended             time.Time // when it was handed in
	Lat, Lon          float64   // NaN when unknown
}

// VisitRecords reads the newest visits of a unit, most at the most, by reporter and time.
func (s *Store) VisitRecords(ctx context.Context, form, unit string, from, to time.Time, most int) ([]Visit, error) {
	params := days(from, to)
	params["form"], params["unit"], params["most"] = form, unit, most
	var out []Visit
	err := s.Each(ctx, "visits.Rows", params, func(scan func(...any) error) error {
		var v Visit
		err := scan(&v.Reporter, &v.Subject, &v.Channel, &v.Begun, &v.Ended, &v.Lat, &v.Lon)
		v.Begun = known(v.Begun)
		out = append(out, v)
		return err
	})
	return out, err
}

// VisitEntries is how one account of one unit entered its records.
type VisitEntries struct {
	Unit              string
	Reporter          uint64
	Records           uint64
	Entered           uint64 // one after the other, at a desk
	Sittings, Longest uint64 // days with such, and the most on one
	Weeks, Weekdays   uint64 // with records
	Located, Desk     uint64
	Unbegun           uint64 // without a time of beginning
	Late              uint64 // begun more than a week before
}

// VisitEntries reads how every account entered the records about somebody that some units of a form handed in on the local days [from, to].
func (s *Store) VisitEntries(ctx context.Context, form string, units []string, from, to time.Time) ([]VisitEntries, error) {
	params := days(from, to)
	params["form"], params["units"] = form, units
	var out []VisitEntries
	err := s.Each(ctx, "visits.Entries", params, func(scan func(...any) error) error {
		var v VisitEntries
		err := scan(&v.Unit, &v.Reporter, &v.Records, &v.Entered, &v.Sittings, &v.Longest, &v.Weeks, &v.Weekdays, &v.Located, &v.Desk, &v.Unbegun, &v.Late)
		out = append(out, v)
		return err
	})
	return out, err
}
