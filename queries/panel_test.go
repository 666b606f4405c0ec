package queries_test

import (
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// handed is one submission of a test: of form f, for a month of 2026.
type handed struct {
	unit     string
	month    int
	hour     int // after 12 May
	layout   string
	numbers  []float64
	reporter uint64
}

func handIn(t *testing.T, s *queries.Store, all ...handed) {
	t.Helper()
	for i, h := range all {
		var packed []byte
		for _, x := range h.numbers {
			packed = queries.PackNumbers(packed, x)
		}
		start := time.Date(2026, time.Month(h.month), 1, 0, 0, 0, 0, time.UTC)
		_, err := s.Write(t.Context(), queries.Batch{Source: "import", Submissions: &queries.SubmissionColumns{
			Form: []string{"f"}, Unit: []string{h.unit}, Period: []string{start.Format("2006-01")}, PeriodStart: []time.Time{start},
			SubmittedAt: []time.Time{time.Date(2026, 5, 12, h.hour, 0, 0, 0, time.UTC)}, StartedAt: []time.Time{time.Unix(0, 0)},
			Reporter: []uint64{h.reporter}, Channel: []string{"web"}, Subject: []uint64{0}, Lat: []float64{0}, Lon: []float64{0},
			Layout: []string{h.layout}, Numbers: []string{string(packed)}, Texts: []string{""}, Key: []uint64{uint64(i + 1)},
		}})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func date(month, day int) time.Time {
	return time.Date(2026, time.Month(month), day, 0, 0, 0, 0, time.UTC)
}

func TestPanelGivesTheNewestRevisionInTheOrderAskedFor(t *testing.T) {
	s := querytest.New(t)
	handIn(
		t, s,
		handed{"u1", 3, 1, "a\x00b", []float64{1, 2}, 7},
		handed{"u1", 4, 1, "a\x00b", []float64{3, 4}, 7},
		handed{"u1", 4, 9, "a\x00b\x00c", []float64{5, 6, 0.25}, 8}, // corrected, when the form had grown
		handed{"u1", 4, 5, "a\x00b", []float64{9, 9}, 7},
		handed{"u2", 1, 2, "a\x00b\x00c", []float64{7, math.NaN(), 1}, 7}, // for a period before the span, handed in within it
	)
	var got []queries.PanelRow
	err := s.Panel(t.Context(), "f", []string{"c", "a", "b", "unknown"}, date(3, 1), date(5, 31), func(r queries.PanelRow) error {
		r.Numbers = append([]float64(nil), r.Numbers...)
		got = append(got, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	nan := math.NaN()
	at := func(hour int) time.Time { return time.Date(2026, 5, 12, hour, 0, 0, 0, time.UTC) }
	want := []queries.PanelRow{
		{Unit: "u1", Start: date(3, 1), Period: "2026-03", Records: 1, Submitted: at(1), Reporter: 7, Channel: "web", Numbers: []float64{nan, 1, 2, nan}},
		{Unit: "u1", Start: date(4, 1), Period: "2026-04", Records: 3, Submitted: at(9), Reporter: 8, Channel: "web", Numbers: []float64{0.25, 5, 6, nan}},
		{Unit: "u2", Start: date(1, 1), Period: "2026-01", Records: 1, Submitted: at(2), Reporter: 7, Channel: "web", Numbers: []float64{1, 7, nan, nan}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Fatal(diff)
	}
	shapes, err := s.PanelShapes(t.Context(), date(3, 1), date(5, 31))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]queries.PanelShape{"f": {Submissions: 5, Pairs: 3, Units: 2, Periods: 3}}, shapes); diff != "" {
		t.Fatal(diff)
	}
	shapes, err = s.PanelShapes(t.Context(), date(6, 1), date(6, 30))
	if err != nil || len(shapes) > 0 {
		t.Fatal(shapes, err)
	}
}

func TestFirstDigitsByMode(t *testing.T) {
	s := querytest.New(t)
	handIn(
		t, s,
		handed{"u1", 3, 1, "a\x00b", []float64{0.29, 7}, 7},
		handed{"u1", 4, 1, "a\x00b", []float64{0.29, 1000}, 7},
		handed{"u1", 5, 1, "a\x00b", []float64{2.9, -5}, 7},
		handed{"u2", 3, 1, "a\x00b", []float64{99.99, 0}, 7},
	)
	extremes, err := s.Extremes(t.Context(), date(1, 1), date(12, 31))
	if err != nil {
		t.Fatal(err)
	}
	if len(extremes) != 2 || extremes[0].N != 4 || extremes[0].Low != 0.29 || extremes[0].High != 99.99 || extremes[0].Whole != 0 || extremes[0].Tenths != 1 ||
		extremes[1].N != 2 || extremes[1].Low != 7 || extremes[1].High != 1000 || extremes[1].Whole != 2 {
		t.Fatalf("%+v", extremes)
	}
	for mode, want := range map[queries.DigitMode]map[int]uint64{
		queries.AllNumbers: {29: 3, 99: 1}, queries.ChangedNumbers: {29: 2, 99: 1}, queries.NewestNumbers: {29: 1, 99: 1},
	} {
		parts, err := s.FirstDigits(t.Context(), []queries.DigitField{{Extreme: extremes[0], Mode: mode}}, date(1, 1), date(12, 31))
		if err != nil {
			t.Fatal(err)
		}
		got, low, high := map[int]uint64{}, uint64(0), uint64(0)
		for _, p := range parts {
			for i, n := range p.FirstTwo {
				if n > 0 {
					got[10+i] += n
				}
			}
			low, high = low+p.AtLow, high+p.AtHigh
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", mode, diff)
		}
		if high != 1 || mode == queries.AllNumbers && low != 2 {
			t.Errorf("%s: %d at the least, %d at the greatest", mode, low, high)
		}
	}
	parts, err := s.FirstDigits(t.Context(), []queries.DigitField{{Extreme: extremes[1], Mode: queries.AllNumbers}}, date(1, 1), date(12, 31))
	if err != nil || len(parts) != 1 || parts[0].FirstTwo[70-10] != 1 || parts[0].FirstTwo[0] != 1 {
		t.Fatalf("%+v %v", parts, err)
	}
	if parts, err := s.FirstDigits(t.Context(), nil, date(1, 1), date(12, 31)); err != nil || parts != nil {
		t.Fatal(parts, err)
	}
}
