package queries

import "context"

// Visits is what people do in a system once they are there. A visit ends with 30 minutes without an event, or with the day.
type Visits struct {
	Count       uint64
	Empty       uint64 // without any business action beyond the landing page and pages of points
	LoginOnly   uint64 // of them those with a log-in
	OneEndpoint uint64 // that asked for one page at most, log-ins not counted
	Points      uint64 // that touched a page of points, check-ins or rankings
	Deep        uint64 // business actions beyond the landing page
	People      uint64
	DeepPeople  uint64   // with any such action
	Weekend     uint64   // on a Saturday or Sunday
	Hours       []uint64 // by the hour in which they began
	Habits      Habits
}

// Habits is what the order and the rhythm of requests tell about pages, by the hash of their path.
type Habits struct {
	Days    uint64            // days with any request, summed over people
	Nights  uint64            // of them those with one between one and four o'clock at night
	Entered uint64            // log-ins that were followed by a page
	First   map[uint64]uint64 // that page
	Often   map[uint64]uint64 // requests on days on which one person made at least 20 of them
	Polled  map[uint64]uint64 // of them those at near-constant intervals
}

// CountVisits brings the visits to systems up to date, each within its own span. Rules is, by system, the hash of what its pages
// are taken for: visits that were cut with other rules are cut again.
func (s *Store) CountVisits(ctx context.Context, run uint64, of []Span, rules map[string]uint64) (int, error) {
	if len(of) == 0 {
		return 0, nil
	}
	params := spans(of)
	params["run"], params["rules"] = run, column(of, func(x Span) uint64 { return rules[x.System] })
	if err := s.exec(ctx, "use.DueVisits", params); err != nil {
		return 0, err
	}
	return s.countDue(ctx, run, "use.CountVisits")
}

// Visits reads the visits to systems, each over its own span.
func (s *Store) Visits(ctx context.Context, of []Span) (map[string]Visits, error) {
	out := map[string]Visits{}
	if len(of) == 0 {
		return out, nil
	}
	err := s.Each(ctx, "use.Visits", spans(of), func(scan func(...any) error) error {
		var system string
		var v Visits
		var first, often, polled [2][]uint64
		err := scan(&system, &v.Count, &v.Empty, &v.LoginOnly, &v.OneEndpoint, &v.Points, &v.Deep, &v.People, &v.DeepPeople, &v.Weekend, &v.Hours,

			&v.Habits.Days, &v.Habits.Nights, &v.Habits.Entered, &first[0], &first[1], &often[0], &often[1], &polled[0], &polled[1])
		v.Habits.First, v.Habits.Often, v.Habits.Polled = tally(first), tally(often), tally(polled)
		out[system] = v
		return err
	})
	return out, err
}

// tally turns two columns into a map.
func tally(pair [2][]uint64) map[uint64]uint64 {
	out := make(map[uint64]uint64, len(pair[0]))
	for i, key := range pair[0] {
		out[key] = pair[1][i]
	}
	return out
}
