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

// filled writes submissions of a form by a unit, each taking so many seconds; 0 seconds: no start is known.
func filled(form, unit string, day time.Time, seconds ...int) *queries.SubmissionColumns {
	c := &queries.SubmissionColumns{}
	for i, s := range seconds {
		at := day.Add(time.Duration(i) * time.Hour)
		start := time.Unix(0, 0)
		if s > 0 {
			start = at.Add(-time.Duration(s) * time.Second)
		}
		c.Form, c.Unit, c.Period = append(c.Form, form), append(c.Unit, unit), append(c.Period, day.Format("2006-01"))
		c.PeriodStart = append(c.PeriodStart, time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC))
		c.SubmittedAt, c.StartedAt = append(c.SubmittedAt, at), append(c.StartedAt, start)
		c.Reporter, c.Channel, c.Subject = append(c.Reporter, 1), append(c.Channel, "web"), append(c.Subject, 0)
		c.Lat, c.Lon, c.Layout = append(c.Lat, 0), append(c.Lon, 0), append(c.Layout, "a\x00b")
		c.Numbers = append(c.Numbers, string(queries.PackNumbers(queries.PackNumbers(nil, 1), 2)))
		c.Texts, c.Key = append(c.Texts, ""), append(c.Key, uint64(len(c.Key))+uint64(at.Unix())*uint64(len(form)+7*len(unit)))
	}
	return c
}

// burdenStore holds a form f with known starts, one of them a pause, and a form g without any.
func burdenStore(t *testing.T) (*queries.Store, queries.BurdenModel) {
	t.Helper()
	s := querytest.New(t)
	may, june := time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 30, 15, 0, 0, 0, time.UTC)
	for i, c := range []*queries.SubmissionColumns{
		filled("f", "u1", may, 100, 200, 300, 5000, 0), filled("f", "unit2", may, 400, 600), filled("g", "u1", may, 0, 0),
		filled("f", "u1", june, 200, 300), // the second is handed in on 1 July, local time
		filled("f", "u1", may.AddDate(-1, 0, 0), 7),
	} {
		if _, err := s.Write(t.Context(), queries.Batch{Source: string(rune('a' + i)), Submissions: c}); err != nil {
			t.Fatal(err)
		}
	}
	return s, queries.BurdenModel{
		Run: 7, From: time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC),
		Recent: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), Least: 10, Most: 7200, Skew: 0.05, Batch: 50, Moment: 2, Noise: 0.3, Unpaced: 0.25,
		Forms: []queries.FormPace{
			{Form: "f", Method: queries.BurdenObserved, Least: 10, Fence: 1000, Seconds: 300, Spread: 0.5},
			{Form: "g", Method: queries.BurdenEstimated, Seconds: 60, Spread: 0.5, Common: 0.4},
		},
	}
}

func TestFormDurations(t *testing.T) {
	s, m := burdenStore(t)
	got, err := s.FormDurations(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	want := []queries.FormDurations{
		{Form: "f", Submissions: 9, Units: 2, Answered: 2, Timed: 7, Quartiles: [3]float64{200, 300, 500}, Started: 8, Minutes: 2},
		{Form: "g", Submissions: 2, Units: 1, Answered: 2, Quartiles: [3]float64{math.NaN(), math.NaN(), math.NaN()}},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs()); diff != "" {
		t.Fatal(diff)
	}
	means, err := s.FormMeans(t.Context(), m, m.Forms[:1])
	if err != nil {
		t.Fatal(err)
	}
	// 100, 200, 300, 400, 600, 200: the pause and the seven seconds are left out.
	wantMeans := map[string]queries.FormMean{"f": {Timed: 6, Mean: 300, Deviation: math.Sqrt(160000. / 5)}}
	if diff := cmp.Diff(wantMeans, means, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Fatal(diff)
	}
}

func TestBurdenIsReckonedAndReplaced(t *testing.T) {
	s, m := burdenStore(t)
	ctx := t.Context()
	for run := range uint64(2) {
		m.Run = 7 + run
		paces, err := s.SetBurdenForms(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		want := []queries.UnitPace{{Unit: "u1", Timed: 4, Pace: 800. / 1200}, {Unit: "unit2", Timed: 2, Pace: 1000. / 600}}
		if diff := cmp.Diff(want, paces, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
			t.Fatal(diff)
		}
		if err := s.SetBurden(ctx, m, []queries.UnitPace{{Unit: "u1", Pace: 2, Doubt: 0.1}}); err != nil {
			t.Fatal(err)
		}
	}
	if got := ask(t, s, "SELECT uniqExact(run), max(run) FROM burden_monthly"); got != "1\t8" {
		t.Error(got)
	}
	forms, err := s.BurdenByForm(ctx)
	if err != nil {
		t.Fatal(err)
	}
	// u1's pause and its missing start take the form's 300 seconds at its pace of 2, and so do the 60 of g.
	wantForms := []queries.FormBurden{
		{Form: "f", Submissions: 8, Timed: 6, Units: 2, Observed: 1800. / 3600, Filled: 1200. / 3600},
		{Form: "g", Submissions: 2, Units: 1, Estimated: 240. / 3600},
	}
	if diff := cmp.Diff(wantForms, forms, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Fatal(diff)
	}
	units, err := s.BurdenByUnit(ctx)
	if err != nil {
		t.Fatal(err)
	}
	wantUnits := []queries.UnitBurden{
		{
			Unit: "u1", Submissions: 8, Timed: 4, Forms: 2, Observed: 800. / 3600, Filled: 1200. / 3600, Estimated: 240. / 3600, Paced: true,
			Doubt: root(0.5*1200/3600/math.Sqrt2, 0.3*240/3600/math.Sqrt2, 0.3*240/3600, 0.4*240/3600, 0.1*1440/3600),
		},
		{Unit: "unit2", Submissions: 2, Timed: 2, Forms: 1, Observed: 1000. / 3600},
	}
	if diff := cmp.Diff(wantUnits, units, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Fatal(diff)
	}
	months, err := s.BurdenByMonth(ctx)
	if err != nil {
		t.Fatal(err)
	}
	month := func(y int, m time.Month) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }
	wantMonths := []queries.FormMonth{
		{Form: "f", Month: month(2025, 5), Submissions: 1, Units: 1, Hours: 600. / 3600},
		{Form: "f", Month: month(2026, 5), Submissions: 7, Units: 2, Hours: 2800. / 3600},
		{Form: "f", Month: month(2026, 6), Submissions: 1, Units: 1, Hours: 200. / 3600},
		{Form: "g", Month: month(2026, 5), Submissions: 2, Units: 1, Hours: 240. / 3600},
	}
	if diff := cmp.Diff(wantMonths, months, cmpopts.EquateApprox(1e-9, 0)); diff != "" {
		t.Fatal(diff)
	}
}

// What an interface hands over takes nobody's time, unless somebody's time is known.
func TestWhatMachinesHandOverTakesNobodysTime(t *testing.T) {
	s := querytest.New(t)
	day := time.Date(2026, 5, 10, 0, 0, 0, 0, time.UTC)
	c := filled("f", "u1", day, 0, 0, 300)
	for i := range c.Channel {
		c.Channel[i] = "api"
	}
	if _, err := s.Write(t.Context(), queries.Batch{Source: "a", Submissions: c}); err != nil {
		t.Fatal(err)
	}
	m := queries.BurdenModel{Run: 1, From: day, To: day, Recent: day, Least: 10, Most: 7200, Batch: 50, Forms: []queries.FormPace{{Form: "f", Method: queries.BurdenObserved, Least: 10, Fence: 1000, Seconds: 300}}}
	if _, err := s.SetBurdenForms(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if err := s.SetBurden(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	forms, err := s.BurdenByForm(t.Context())
	if err != nil || len(forms) != 1 || forms[0].Submissions != 3 || forms[0].Filled != 0 || math.Abs(forms[0].Observed-300./3600) > 1e-9 {
		t.Errorf("%+v, %v", forms, err)
	}
}

// root is the root of the sum of squares.
func root(parts ...float64) float64 {
	sum := 0.0
	for _, p := range parts {
		sum += p * p
	}
	return math.Sqrt(sum)
}

func TestIntervalsWidenWithDoubt(t *testing.T) {
	known, guessed := queries.UnitBurden{Observed: 100}, queries.UnitBurden{Estimated: 100, Doubt: 20, Paced: true}
	a, b := known.Interval()
	c, d := guessed.Interval()
	if !(c < a && a < 100 && 100 < b && b < d) {
		t.Fatal(a, b, c, d)
	}
	if low, high := (queries.UnitBurden{}).Interval(); low != 0 || high != 0 {
		t.Fatal(low, high)
	}
}

func TestUnitsThatReportedInAMonthCountOnce(t *testing.T) {
	s, m := burdenStore(t)
	if _, err := s.SetBurdenForms(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if err := s.SetBurden(t.Context(), m, nil); err != nil {
		t.Fatal(err)
	}
	month := func(y int, m time.Month) time.Time { return time.Date(y, m, 1, 0, 0, 0, 0, time.UTC) }
	for _, c := range []struct {
		units []string
		want  []queries.MonthUnits
	}{
		{nil, []queries.MonthUnits{{month(2025, 5), 1}, {month(2026, 5), 2}, {month(2026, 6), 1}}},
		{[]string{"unit2", "nobody"}, []queries.MonthUnits{{month(2026, 5), 1}}},
	} {
		p, err := s.ReadBurden(t.Context(), c.units)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, p.Reporting); diff != "" {
			t.Errorf("%v: %s", c.units, diff)
		}
	}
}
