package analyzer_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// crowdedStore holds submissions of 200 forms by 3,000 units over two years, two thirds of the forms with start times.
func crowdedStore(b *testing.B, submissions int) analyzer.Input {
	b.Helper()
	const forms, units = 200, 3000
	store := querytest.New(b)
	registry, err := queries.OpenRegistry(b.Context(), store)
	if err != nil {
		b.Fatal(err)
	}
	for s := range 40 {
		registry.DeclareSystem(queries.System{ID: fmt.Sprintf("s%d", s), Owner: fmt.Sprintf("o%d", s%20), Declared: true})
	}
	for f := range forms {
		registry.DeclareForm(queries.Form{ID: fmt.Sprintf("f%03d", f), System: fmt.Sprintf("s%d", f%40), Cycle: "month", Declared: true})
	}
	c := &queries.SubmissionColumns{}
	packed := string(queries.PackNumbers(nil, 1))
	for i := range submissions {
		f, u, turn := i%forms, i/forms%units, i/forms/units
		at := windowTo.AddDate(0, 0, -1-(turn*41+f)%720).Add(time.Duration(u%32000) * time.Second)
		started := at.Add(-time.Duration(100+(i*7919)%900) * time.Second)
		if f%3 == 0 {
			started = time.Unix(0, 0)
		}
		c.Form, c.Unit, c.Period = append(c.Form, fmt.Sprintf("f%03d", f)), append(c.Unit, fmt.Sprintf("9901%08d", u)), append(c.Period, at.Format("2006-01"))
		c.PeriodStart = append(c.PeriodStart, time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC))
		c.SubmittedAt, c.StartedAt, c.Reporter = append(c.SubmittedAt, at), append(c.StartedAt, started), append(c.Reporter, uint64(u+1))
		c.Channel, c.Subject, c.Lat, c.Lon = append(c.Channel, "web"), append(c.Subject, 0), append(c.Lat, 0), append(c.Lon, 0)
		c.Layout, c.Numbers, c.Texts, c.Key = append(c.Layout, "x0"), append(c.Numbers, packed), append(c.Texts, ""), append(c.Key, uint64(i)+1)
		if c.Len() == 600_000 || i == submissions-1 {
			if _, err := store.Write(b.Context(), queries.Batch{Source: "a", Submissions: c}); err != nil {
				b.Fatal(err)
			}
			c = &queries.SubmissionColumns{}
		}
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		b.Fatal(err)
	}
	return analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: windowTo.AddDate(-1, 0, 1), To: windowTo, AsOf: windowTo}}
}

// BenchmarkBurden reckons the hours of 3,000 units and 200 forms, and reads what the page shows.
// JIANFU_BENCH_SUBMISSIONS sets the number of submissions, 600,000 where unset.
func BenchmarkBurden(b *testing.B) {
	submissions := 600_000
	if text := os.Getenv("JIANFU_BENCH_SUBMISSIONS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			b.Fatal(err)
		}
		submissions = n
	}
	in := crowdedStore(b, submissions)
	b.Run("reckon", func(b *testing.B) {
		for b.Loop() {
			found := findings(b, simulated{input: in}, "burden-hours")
			b.ReportMetric(float64(len(found)), "findings")
		}
	})
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			if _, err := in.Store.ReadBurden(b.Context(), nil); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("town", func(b *testing.B) {
		var units []string
		for u := range 15 {
			units = append(units, fmt.Sprintf("9901%08d", 40*u))
		}
		for b.Loop() {
			if _, err := in.Store.ReadBurden(b.Context(), units); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("compare", func(b *testing.B) {
		for b.Loop() {
			if _, err := in.Store.CompareBurden(b.Context(), windowTo.AddDate(0, -6, 0), queries.Scope{Kind: queries.ScopeAll}, nil); err != nil {
				b.Fatal(err)
			}
		}
	})
}
