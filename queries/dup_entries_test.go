package queries_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// Two monthly forms of two villages: what was typed twice is counted by month, with codes mapped, units converted and dates
// compared as dates; what a machine handed over is counted apart.
func TestRepeatedEntries(t *testing.T) {
	store := querytest.New(t)
	b := &queries.SubmissionColumns{}
	day := func(month, day int) time.Time { return time.Date(2026, time.Month(month), day, 2, 0, 0, 0, time.UTC) }
	key := uint64(0)
	hand := func(form, unit string, month int, sent time.Time, channel string, reporter uint64, fields []string, values ...any) {
		key++
		var numbers []byte
		texts := make([]string, len(values))
		for i, v := range values {
			number := math.NaN()
			switch v := v.(type) {
			case float64:
				number = v
			case string:
				texts[i] = v
			}
			numbers = queries.PackNumbers(numbers, number)
		}
		start := day(month, 1)
		b.Form, b.Unit, b.Period, b.PeriodStart = append(b.Form, form), append(b.Unit, unit), append(b.Period, start.Format("2006-01")), append(b.PeriodStart, start)
		b.SubmittedAt, b.StartedAt = append(b.SubmittedAt, sent), append(b.StartedAt, time.Time{})
		b.Reporter, b.Channel, b.Subject = append(b.Reporter, reporter), append(b.Channel, channel), append(b.Subject, 0)
		b.Lat, b.Lon, b.Layout = append(b.Lat, math.NaN()), append(b.Lon, math.NaN()), append(b.Layout, strings.Join(fields, "\x00"))
		b.Numbers, b.Texts, b.Key = append(b.Numbers, string(numbers)), append(b.Texts, strings.Join(texts, "\x00")), append(b.Key, key)
	}
	a, z := []string{"n", "grade", "area", "on"}, []string{"days", "mj", "dj", "shu"}
	for _, unit := range []string{"v1", "v2"} {
		for month := 1; month <= 3; month++ {
			reporter := uint64(unit[1])
			hand("a", unit, month, day(month+1, 3), "web", reporter, a, float64(month), "Ａ", 15.0, "2026-03-05")
			channel, shu, area := "web", float64(month), 1.0
			if unit == "v2" && month == 3 {
				channel = "api"
			}
			if unit == "v2" && month == 1 {
				shu, area = 99, 1.04 // another number, and an area that rounding does not explain
			}
			hand("z", unit, month, day(month+1, 8), channel, reporter, z, "2026年3月5日", area, "01", shu)
		}
	}
	// A correction on the next day: still one row, with the newer value and the first time.
	hand("z", "v1", 2, day(3, 9), "web", 'x', z, "2026年3月5日", 1.0, "02", 2.0)
	if _, err := store.Write(t.Context(), queries.Batch{Source: "test", Submissions: b}); err != nil {
		t.Fatal(err)
	}
	pair := queries.EntryPair{
		FormA: "a", FormB: "z", By: "period", Cycle: "month",
		Fields: []queries.EntryField{
			{A: "n", B: "shu", Kind: "equal", Factor: 1},
			{A: "grade", B: "dj", Kind: "recode", Factor: 1, Codes: map[string]string{"a": "01"}},
			{A: "area", B: "mj", Kind: "scale", Factor: 1.0 / 15},
			{A: "on", B: "days", Kind: "date", Factor: 1},
			{A: "on", B: "nowhere", Kind: "equal", Factor: 1},
		},
	}
	// The same forms once more the other way round, with another mapping, so that pairs keep to themselves.
	back := queries.EntryPair{FormA: "z", FormB: "a", By: "period", Cycle: "month", Fields: []queries.EntryField{{A: "dj", B: "grade", Kind: "recode", Factor: 1, Codes: map[string]string{"02": "a"}}}}
	all, err := store.RepeatedEntries(t.Context(), []queries.EntryPair{pair, back}, day(1, 1), day(1, 1), day(6, 30))
	if err != nil {
		t.Fatal(err)
	}
	got := all[0]
	if turned := all[1][len(all[1])-1]; turned.Joined != 5 || turned.Repeated != 1 || turned.LaterB != 0 || turned.SameA[0] != 1 {
		t.Errorf("the other way round: %+v", turned)
	}
	if len(got) != 4 {
		t.Fatalf("%d rows instead of three months and the whole: %+v", len(got), got)
	}
	whole := got[3]
	if !whole.Month.IsZero() || whole.Joined != 5 || whole.Repeated != 5 || whole.Machine != 1 || whole.LaterB != 5 || whole.Units != 2 || whole.Reporters != 2 || whole.OnePerson != 5 {
		t.Errorf("whole: %+v", whole)
	}
	for i, want := range []uint64{4, 4, 4, 5, 0} {
		if whole.SameB[i] != want {
			t.Errorf("field %d: %d equal values instead of %d", i, whole.SameB[i], want)
		}
	}
	if whole.FilledB[0] != 5 || whole.FilledB[4] != 0 || whole.Days != [3]float64{5, 5, 5} {
		t.Errorf("filled %v, days %v", whole.FilledB, whole.Days)
	}
	if len(whole.Examples) != 5 || whole.Examples[0].Values != 4 || whole.Examples[4].Unit != "v2" || whole.Examples[4].A != "2026-02-03" || whole.Examples[4].B != "2026-02-08" {
		t.Errorf("examples: %+v", whole.Examples)
	}
	if got[0].Month.Format(time.DateOnly) != "2026-02-01" || got[2].Repeated != 1 {
		t.Errorf("months: %+v", got[:3])
	}
}
