package queries

import (
	"context"
	"time"
)

// UsageDay is how a system was used on one local day. Meaningful actions are business reads, writes, approvals and exports
// that succeeded; Writes and Handled (approvals, exports, downloads, interface calls) are parts of them.
type UsageDay struct {
	System                      string
	Day                         int // days since 1970-01-01
	Meaningful, Writes, Handled uint64
	Logins, Others              uint64
	Machines, Vendor            uint64 // heartbeats, health checks, crawlers, static files; accounts that maintain the system
}

// DayNumber counts days since 1970-01-01.
func DayNumber(t time.Time) int { return int(t.Unix() / 86400) }

// DayOf is the day of a number.
func DayOf(number int) time.Time { return time.Unix(int64(number)*86400, 0).UTC() }

// UsageDays reads the days [from, to] on which a system showed any event, by system and day.
func (s *Store) UsageDays(ctx context.Context, from, to time.Time) ([]UsageDay, error) {
	var out []UsageDay
	err := s.Each(ctx, "usage.Days", days(from, to), func(scan func(...any) error) error {
		var u UsageDay
		var day time.Time
		err := scan(&u.System, &day, &u.Meaningful, &u.Writes, &u.Handled, &u.Logins, &u.Others, &u.Machines, &u.Vendor)
		u.Day = DayNumber(day)
		out = append(out, u)
		return err
	})
	return out, err
}

func days(from, to time.Time) Params {
	return Params{"from": from.Format(time.DateOnly), "to": to.Format(time.DateOnly)}
}

// Delivery is the days on which a source delivered events of a system, of any kind, in order.
type Delivery struct {
	Source, System string
	Days           []uint16 // since 1970-01-01
}

// Deliveries reads which source delivered what when.
func (s *Store) Deliveries(ctx context.Context, from, to time.Time) ([]Delivery, error) {
	var out []Delivery
	err := s.Each(ctx, "usage.Deliveries", days(from, to), func(scan func(...any) error) error {
		var d Delivery
		err := scan(&d.Source, &d.System, &d.Days)
		out = append(out, d)
		return err
	})
	return out, err
}

// SourceKinds gives the kind of every source that has run.
func (s *Store) SourceKinds(ctx context.Context) (map[string]string, error) {
	kinds := map[string]string{}
	err := s.Each(ctx, "usage.SourceKinds", nil, func(scan func(...any) error) error {
		var source, kind string
		err := scan(&source, &kind)
		kinds[source] = kind
		return err
	})
	return kinds, err
}

// Span is the days [From, To] of a system that a question is about, as days since 1970-01-01.
type Span struct {
	System   string
	From, To int
}

func spans(all []Span) Params {
	date := func(n int) string { return DayOf(n).Format(time.DateOnly) }
	return Params{
		"systems": column(all, func(x Span) string { return x.System }),
		"from":    column(all, func(x Span) string { return date(x.From) }), "to": column(all, func(x Span) string { return date(x.To) }),
	}
}

// Reach is how many distinct people and units a system served over a span.
type Reach struct {
	Active, Seen, Units uint64  // people with a meaningful action, people with any, units with a meaningful action
	Monthly             uint64  // people with a meaningful action in the last 30 days
	DailyMean           float64 // of those 30 days
}

// Reach reads the reach of systems, each over its own span, from the daily rollup. Events without an actor count as one person.
func (s *Store) Reach(ctx context.Context, of []Span) (map[string]Reach, error) {
	out := map[string]Reach{}
	if len(of) == 0 {
		return out, nil
	}
	err := s.Each(ctx, "usage.Reach", spans(of), func(scan func(...any) error) error {
		var system string
		var r Reach
		err := scan(&system, &r.Active, &r.Seen, &r.Units, &r.Monthly, &r.DailyMean)
		out[system] = r
		return err
	})
	return out, err
}

// The pages that are no work: those of points, check-ins and rankings, in English, pinyin and Chinese, and those that
// everybody lands on after logging in. Regular expressions of RE2 over path templates.
const (
	pointsPage  = `(?i)(^|[^a-z])(points?|check-?in|clock-?in|punch|daka|qiandao|jifen|jf|paihang|paihangbang|leaderboard|ranking|online-?time|study-?time)([^a-z]|$)|积分|打卡|签到|排行|排名|在线时长`
	landingPage = `(?i)(^/?$|(^|/)(index|home|main|welcome|default|portal|desktop|workbench|shouye)(\.[a-z]+)?/?$|首页|主页)`
)

// Sessions is what people do in a system once they are there. A session ends with 30 minutes without an event.
type Sessions struct {
	Count       uint64
	Empty       uint64 // without any business action beyond the landing page and pages of points
	LoginOnly   uint64 // of them those that began with a log-in
	OneEndpoint uint64 // that asked for one page at most, log-ins not counted
	Points      uint64 // that touched a page of points, check-ins or rankings
	Deep        uint64 // business actions beyond the landing page
	People      uint64
	DeepPeople  uint64 // with any such action
	Weekend     uint64 // that began on a Saturday or Sunday
	Hours       []uint64
}

// Sessions reads the sessions of systems, each over its own span, from the events of known people.
func (s *Store) Sessions(ctx context.Context, of []Span) (map[string]Sessions, error) {
	out := map[string]Sessions{}
	if len(of) == 0 {
		return out, nil
	}
	params := spans(of)
	params["points"], params["landing"] = pointsPage, landingPage
	err := s.Each(ctx, "usage.Sessions", params, func(scan func(...any) error) error {
		var system string
		var v Sessions
		err := scan(&system, &v.Count, &v.Empty, &v.LoginOnly, &v.OneEndpoint, &v.Points, &v.Deep, &v.People, &v.DeepPeople, &v.Weekend, &v.Hours)
		out[system] = v
		return err
	})
	return out, err
}

// DeepDays counts meaningful actions a day without landing pages and pages of points, from the events themselves.
func (s *Store) DeepDays(ctx context.Context, systems []string, from, to time.Time) (map[string]map[int]uint64, error) {
	out := map[string]map[int]uint64{}
	if len(systems) == 0 {
		return out, nil
	}
	params := days(from, to)
	params["systems"], params["points"], params["landing"] = systems, pointsPage, landingPage
	err := s.Each(ctx, "usage.DeepDays", params, func(scan func(...any) error) error {
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

// Readers says whether what is submitted into a system is read.
type Readers struct {
	Writers, Written uint64 // people who submitted, and what
	Read             uint64 // reads, exports, approvals and interface calls
	ByOthers         uint64 // of them those by people who submitted nothing
	Unknown          uint64 // events that do not tell who acted
}

// Readers counts the reads of systems over the days [from, to].
func (s *Store) Readers(ctx context.Context, systems []string, from, to time.Time) (map[string]Readers, error) {
	out := map[string]Readers{}
	if len(systems) == 0 {
		return out, nil
	}
	params := days(from, to)
	params["systems"] = systems
	err := s.Each(ctx, "usage.Readers", params, func(scan func(...any) error) error {
		var system string
		var r Readers
		err := scan(&system, &r.Writers, &r.Written, &r.Read, &r.ByOthers, &r.Unknown)
		out[system] = r
		return err
	})
	return out, err
}

// Visits counts what kinds of events people leave in a system.
type Visits struct {
	Events  uint64
	Unknown uint64 // of them those that do not tell who acted
	Entries uint64 // log-ins, landing pages, pages of points and check-ins, and what is no business
	Deep    uint64 // business actions beyond them that succeeded
}

// Visits reads the visits of systems, each over its own span, from the events.
func (s *Store) Visits(ctx context.Context, of []Span) (map[string]Visits, error) {
	out := map[string]Visits{}
	if len(of) == 0 {
		return out, nil
	}
	params := spans(of)
	params["points"], params["landing"] = pointsPage, landingPage
	err := s.Each(ctx, "usage.Visits", params, func(scan func(...any) error) error {
		var system string
		var v Visits
		err := scan(&system, &v.Events, &v.Unknown, &v.Entries, &v.Deep)
		out[system] = v
		return err
	})
	return out, err
}
