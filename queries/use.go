package queries

import (
	"context"
	"fmt"
	"time"
)

// The roles of pages: what they are taken for where that is not what their action says.
const (
	RoleLanding    uint8 = 2 // what a log-in shows
	RoleWork       uint8 = 3 // counts as meaningful although its action would not
	RolePoints     uint8 = 4 // points, check-ins, rankings
	RoleBackground uint8 = 5 // what pages do by themselves, and what is kept alive or maintained
)

// Page is one page of one system: a path template asked for in one way.
type Page struct {
	System, Object string
	Hash           uint64 // of the object
	Action         string
	Formed         bool   // whether it belongs to a form
	Done, Recent   uint64 // successful requests in all, and within the system's last days
	Unknown        uint64 // requests that do not tell who
}

// PageRole is what a page is taken for.
type PageRole struct {
	System, Object, Action string
	Formed                 bool
	Role                   uint8
}

// CountUse brings the daily counts of all systems for the days [from, to] up to date: it counts those days of a system again
// whose events changed since, month by month, so that memory does not grow with the store. It says how many there were.
func (s *Store) CountUse(ctx context.Context, run uint64, from, to time.Time) (int, error) {
	if err := s.exec(ctx, "use.DropDue", Params{"run": run}); err != nil {
		return 0, err
	}
	params := days(from, to)
	params["run"] = run
	if err := s.exec(ctx, "use.DueDays", params); err != nil {
		return 0, err
	}
	return s.countDue(ctx, run, "use.CountDays")
}

// countDue counts what is due, the oldest month first.
func (s *Store) countDue(ctx context.Context, run uint64, count string) (n int, err error) {
	var months [][2]time.Time // first and last day that is due in them
	err = s.Each(ctx, "use.DueMonths", Params{"run": run}, func(scan func(...any) error) error {
		var month, first, last time.Time
		var size uint64
		err := scan(&month, &first, &last, &size)
		months, n = append(months, [2]time.Time{first, last}), n+int(size)
		return err
	})
	if err != nil {
		return n, err
	}
	for _, m := range months {
		params := Params{"run": run, "first": m[0].Format(time.DateOnly), "last": m[1].Format(time.DateOnly)}
		if err := s.exec(ctx, count, params); err != nil {
			return n, fmt.Errorf("unable to count the use of %s: %w", m[0].Format("2006-01"), err)
		}
	}
	return n, s.exec(ctx, "use.DropDue", Params{"run": run})
}

// Pages reads what was asked for in the days [since, until], and how much of that within each system's own span.
func (s *Store) Pages(ctx context.Context, since, until time.Time, of []Span) ([]Page, error) {
	if len(of) == 0 {
		return nil, nil
	}
	params := spans(of)
	params["since"], params["until"] = since.Format(time.DateOnly), until.Format(time.DateOnly)
	var out []Page
	err := s.Each(ctx, "use.Pages", params, func(scan func(...any) error) error {
		var p Page
		err := scan(&p.System, &p.Object, &p.Hash, &p.Action, &p.Formed, &p.Done, &p.Recent, &p.Unknown)
		out = append(out, p)
		return err
	})
	return out, err
}

// SetRoles says what the pages of all systems are taken for; a page that is not listed is what its action says. Roles of earlier
// runs are dropped.
func (s *Store) SetRoles(ctx context.Context, run uint64, all []PageRole) error {
	if err := s.exec(ctx, "use.DropRoles", Params{"run": run}); err != nil || len(all) == 0 {
		return err
	}
	return s.insert(ctx, "use.SetRoles", columns(repeat(run, len(all)), column(all, func(p PageRole) string { return p.System }),
		column(all, func(p PageRole) string { return p.Object }), column(all, func(p PageRole) string { return p.Action }),
		column(all, func(p PageRole) bool { return p.Formed }), column(all, func(p PageRole) uint8 { return p.Role })))
}

// SumUse brings the daily sums up to date, each system within its own span. Rules is, by system, the hash of what its pages are
// taken for: days that were summed up with other rules are summed up again.
func (s *Store) SumUse(ctx context.Context, run uint64, of []Span, rules map[string]uint64) error {
	if len(of) == 0 {
		return nil
	}
	params := spans(of)
	params["run"], params["rules"] = run, column(of, func(x Span) uint64 { return rules[x.System] })
	if err := s.exec(ctx, "use.DueSums", params); err != nil {
		return err
	}
	_, err := s.countDue(ctx, run, "use.CountSums")
	return err
}

// UseDay is what people did in a system on one local day, with its pages taken for what their roles say.
type UseDay struct {
	System                      string
	Day                         int
	Events                      uint64 // counted for this day; fewer than usage_daily has where events have expired
	Meaningful, Writes, Handled uint64
	People, Unknown             uint64 // events by people, and of them those that do not tell who
	Background                  uint64 // what pages did by themselves
}

// UseDays reads the sums of the days [from, to] by system and day.
func (s *Store) UseDays(ctx context.Context, from, to time.Time) ([]UseDay, error) {
	var out []UseDay
	err := s.Each(ctx, "use.Days", days(from, to), func(scan func(...any) error) error {
		var u UseDay
		var day time.Time
		err := scan(&u.System, &day, &u.Events, &u.Meaningful, &u.Writes, &u.Handled, &u.People, &u.Unknown, &u.Background)
		u.Day = DayNumber(day)
		out = append(out, u)
		return err
	})
	return out, err
}

// Reach is whom a system serves over a span, and over the year that ends with it. People who are not known are in no number.
type Reach struct {
	Active, Units uint64  // people and units with a meaningful action in the span
	Monthly       uint64  // people in its last 30 days
	DailyMean     float64 // of those 30 days
	YearUnits     uint64
	YearPeople    uint64
	Readers       Readers // in the year
}

// Readers says whether what is submitted into a system is read.
type Readers struct {
	Writers, Written uint64 // people who submitted, and what
	Read             uint64 // reads, exports, approvals and interface calls
	Others           uint64 // people who did any of that and submitted nothing
	Unknown          uint64 // events that do not tell who acted
}

// Reach reads the reach of systems, each over its own span; year is how many days a year has.
func (s *Store) Reach(ctx context.Context, of []Span, year int) (map[string]Reach, error) {
	out := map[string]Reach{}
	if len(of) == 0 {
		return out, nil
	}
	params := spans(of)
	params["year"] = column(of, func(x Span) string { return DayOf(x.To - year + 1).Format(time.DateOnly) })
	err := s.Each(ctx, "use.Reach", params, func(scan func(...any) error) error {
		var system string
		var r Reach
		err := scan(&system, &r.Active, &r.Units, &r.Monthly, &r.DailyMean, &r.YearUnits, &r.YearPeople,
			&r.Readers.Writers, &r.Readers.Written, &r.Readers.Read, &r.Readers.Others, &r.Readers.Unknown)
		out[system] = r
		return err
	})
	return out, err
}

// ForgetUse drops all that was counted; the next analysis counts it again.
func (s *Store) ForgetUse(ctx context.Context) error {
	for _, name := range []string{"use.ForgetDays", "use.ForgetSums", "use.ForgetVisits"} {
		if err := s.exec(ctx, name, nil); err != nil {
			return err
		}
	}
	return nil
}

// DeepDays counts the meaningful actions of systems a day, by the number of the day, as the newest analysis took their pages for.
func (s *Store) DeepDays(ctx context.Context, systems []string, from, to time.Time) (map[string]map[int]uint64, error) {
	out := map[string]map[int]uint64{}
	if len(systems) == 0 {
		return out, nil
	}
	params := days(from, to)
	params["systems"] = systems
	err := s.Each(ctx, "use.DeepDays", params, func(scan func(...any) error) error {
		var system string
		var day time.Time
		var n uint64
		err := scan(&system, &day, &n)
		if out[system] == nil {
			out[system] = map[int]uint64{}
		}
		out[system][DayNumber(day)] = n
		return err
	})
	return out, err
}
