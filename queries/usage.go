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
	Business                    uint64 // events of people, failed ones too, heartbeats not
	Pulls                       uint64 // interface calls that succeeded, whatever pages are taken for
	Monitors                    uint64 // heartbeats and health checks, a part of Machines
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
		err := scan(&u.System, &day, &u.Meaningful, &u.Writes, &u.Handled, &u.Logins, &u.Others, &u.Business, &u.Pulls, &u.Monitors, &u.Machines, &u.Vendor)
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
