package queries

import (
	"context"
	"time"
)

// Fall is a system whose use fell: the day of the fall, and the last day that was seen.
type Fall struct {
	System     string
	Fell, Last int // days since 1970-01-01
}

// Leavers is how many people left a system when its use fell, and how many of them began to work in which other systems.
type Leavers struct {
	People uint64
	To     map[string]uint64
}

// Newcomers is how many people began to work in a system in which week, of one in Sample people.
type Newcomers struct {
	Sample uint64
	People uint64 // all who work anywhere
	Weeks  map[string]map[int]uint64
}

// Between counts those who began in a system within the days [from, to], scaled up to all people.
func (n Newcomers) Between(system string, from, to int) uint64 {
	var total uint64
	for week, people := range n.Weeks[system] {
		if week >= from-6 && week <= to {
			total += people
		}
	}
	return total * n.Sample
}

// MovedPeople finds where the people of systems went whose use fell. Sample is one in how many people the newcomers are counted of.
func (s *Store) MovedPeople(ctx context.Context, falls []Fall, to time.Time, sample uint64) (map[string]Leavers, Newcomers, error) {
	out, came := map[string]Leavers{}, Newcomers{Sample: sample, Weeks: map[string]map[int]uint64{}}
	if len(falls) == 0 {
		return out, came, nil
	}
	date := func(n int) string { return DayOf(n).Format(time.DateOnly) }
	since := falls[0].Fell
	for _, f := range falls {
		since = min(since, f.Fell)
	}
	params := Params{
		"systems": column(falls, func(f Fall) string { return f.System }), "fell": column(falls, func(f Fall) string { return date(f.Fell) }),
		"last": column(falls, func(f Fall) string { return date(f.Last) }), "since": date(since - 273), "to": to.Format(time.DateOnly), "sample": sample,
	}
	err := s.Each(ctx, "use.Moved", params, func(scan func(...any) error) error {
		var left, other string
		var people uint64
		err := scan(&left, &other, &people)
		l := out[left]
		if l.To == nil {
			l.To = map[string]uint64{}
		}
		if other == "" {
			l.People = people
		} else {
			l.To[other] = people
		}
		out[left] = l
		return err
	})
	if err != nil {
		return nil, came, err
	}
	err = s.Each(ctx, "use.Newcomers", params, func(scan func(...any) error) error {
		var system string
		var began time.Time
		var people uint64
		err := scan(&system, &began, &people)
		if system == "" {
			came.People = people * sample
			return err
		}
		if came.Weeks[system] == nil {
			came.Weeks[system] = map[int]uint64{}
		}
		came.Weeks[system][DayNumber(began)] = people
		return err
	})
	return out, came, err
}

// Sent is what arrived in a form.
type Sent struct {
	Count uint64
	Last  time.Time
}

// SentSince counts what arrived in forms, each from its own day on, up to a day.
func (s *Store) SentSince(ctx context.Context, from map[string]int, to time.Time) (map[string]Sent, error) {
	out := map[string]Sent{}
	if len(from) == 0 {
		return out, nil
	}
	var forms, first []string
	for form, day := range from {
		forms, first = append(forms, form), append(first, DayOf(day).Format(time.DateOnly))
	}
	err := s.Each(ctx, "use.Sent", Params{"forms": forms, "from": first, "to": to.Format(time.DateOnly)}, func(scan func(...any) error) error {
		var form string
		var v Sent
		err := scan(&form, &v.Count, &v.Last)
		out[form] = v
		return err
	})
	return out, err
}
