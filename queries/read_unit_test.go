package queries_test

import (
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// A unit is compared with units of its kind and a like population, by the year and by period.
func TestReadUnit(t *testing.T) {
	s := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	registry.DeclareForm(queries.Form{ID: "f1", Title: "月报", Cycle: "month", Declared: true})
	for i := range 14 {
		u := queries.Unit{Code: fmt.Sprintf("9901%02d", i), Kind: "village", Population: 1000, Declared: true}
		switch i {
		case 11:
			u.Population = 9000
		case 12:
			u.Kind = "town"
		}
		registry.DeclareUnit(u)
	}
	if err := registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := &queries.SubmissionColumns{}
	for month := range 3 {
		for unit := range 13 {
			value := float64(10 * (unit + 1))
			if unit == 0 {
				value = 500 + float64(month)
			}
			start := time.Date(2026, time.Month(1+month), 1, 0, 0, 0, 0, time.UTC)
			c.Form, c.Unit, c.Period = append(c.Form, "f1"), append(c.Unit, fmt.Sprintf("9901%02d", unit)), append(c.Period, start.Format("2006-01"))
			c.PeriodStart, c.SubmittedAt = append(c.PeriodStart, start), append(c.SubmittedAt, start.AddDate(0, 1, 2))
			c.StartedAt, c.Reporter, c.Channel = append(c.StartedAt, time.Unix(0, 0)), append(c.Reporter, 5), append(c.Channel, "web")
			c.Subject, c.Lat, c.Lon, c.Layout = append(c.Subject, 0), append(c.Lat, 0), append(c.Lon, 0), append(c.Layout, "a\x00b")
			c.Numbers = append(c.Numbers, string(queries.PackNumbers(queries.PackNumbers(nil, value), math.NaN())))
			c.Texts, c.Key = append(c.Texts, ""), append(c.Key, uint64(1000+100*month+unit))
		}
	}
	if _, err := s.Write(t.Context(), queries.Batch{Source: "x", Submissions: c}); err != nil {
		t.Fatal(err)
	}
	p, err := s.ReadUnit(t.Context(), "990100", [][2]string{{"f1", "a"}, {"f1", "none"}})
	if err != nil {
		t.Fatal(err)
	}
	if len(p.Peers) != 11 || !p.Sized || len(p.Days) != 3 || p.Days[0].Submissions != 1 || len(p.Forms) != 1 || p.Forms[0].Periods != 3 {
		t.Errorf("%+v", p)
	}
	if len(p.Indicators) != 1 || p.Indicators[0].Own != 501 || p.Indicators[0].N != 3 || p.Indicators[0].Peers != 10 || p.Indicators[0].Spread[2] != 65 {
		t.Errorf("%+v", p.Indicators)
	}
	// (501 - 65) / (0.7413 * (87.5 - 42.5))
	if d := p.Indicators[0].Distance(); math.Abs(d-13.0701) > 1e-3 {
		t.Errorf("%v", d)
	}
	if len(p.Courses) != 1 || len(p.Courses[0].Periods) != 3 || p.Courses[0].Periods[2] != "2026-03" || p.Courses[0].Own[2] != 502 || p.Courses[0].Spread[2][0] != 65 {
		t.Errorf("%+v", p.Courses)
	}
	// A town without its like, and a unit that never reported, have nobody to be compared with.
	if p, err = s.ReadUnit(t.Context(), "990112", nil); err != nil || len(p.Indicators) != 0 || len(p.Forms) != 1 {
		t.Errorf("%v %+v", err, p)
	}
	if p, err = s.ReadUnit(t.Context(), "990113", nil); err != nil || len(p.Forms) != 0 || len(p.Courses) != 0 {
		t.Errorf("%v %+v", err, p)
	}
	if _, err = s.ReadUnit(t.Context(), "none", nil); !errors.Is(err, queries.ErrNotFound) {
		t.Error(err)
	}
}
