package analyzer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// paper is a form of a test with what is written into it. Answer gives a number, a text or nil for a unit, the number of the
// period and the number of the record.
type paper struct {
	form    queries.Form
	units   []string
	periods []string
	records int // a unit and period
	subject func(unit, record int) uint64
	answer  func(field string, unit, period, record int) any
	channel string                     // web where empty
	late    int                        // days after the third of the next month
	rows    func(unit, period int) int // in place of records
}

// office is a store that papers are handed in to.
type office struct {
	t        testing.TB
	store    *queries.Store
	registry *queries.Registry
	key      uint64
}

func newOffice(t testing.TB) *office {
	t.Helper()
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	return &office{t: t, store: store, registry: registry}
}

// fields makes fields from "id label type option…" lines; options are stock, flow, rate, key, header, unit=亩.
func fields(lines ...string) []queries.Field {
	var out []queries.Field
	for i, line := range lines {
		words := strings.Fields(line)
		f := queries.Field{ID: words[0], Label: words[1], Position: uint16(i), Target: math.NaN(), Declared: true}
		if words[1] == "-" {
			f.Label = words[0]
		}
		for n, word := range words[2:] {
			switch {
			case n == 0 && word != "-":
				f.Type = word
			case word == "key" || word == "header" || word == "payload":
				f.Role = word
			case word == "stock" || word == "flow" || word == "rate":
				f.Measure = word
			case strings.HasPrefix(word, "unit="):
				f.UnitOf = strings.TrimPrefix(word, "unit=")
			}
		}
		out = append(out, f)
	}
	return out
}

func (o *office) hand(papers ...paper) {
	o.t.Helper()
	b := &queries.SubmissionColumns{}
	for _, p := range papers {
		p.form.Declared = true
		if p.form.Per == "" {
			p.form.Per = "unit"
		}
		o.registry.DeclareForm(p.form)
		var names []string
		for _, f := range p.form.Fields {
			names = append(names, f.ID)
		}
		for period, name := range p.periods {
			for unit, code := range p.units {
				records := max(1, p.records)
				if p.rows != nil {
					records = p.rows(unit, period)
				}
				for record := range records {
					o.fill(b, p, strings.Join(names, "\x00"), name, code, unit, period, record)
				}
			}
		}
	}
	if err := o.registry.Save(o.t.Context()); err != nil {
		o.t.Fatal(err)
	}
	if _, err := o.store.Write(o.t.Context(), queries.Batch{Source: "test", Submissions: b}); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) fill(b *queries.SubmissionColumns, p paper, layout, name, code string, unit, period, record int) {
	start := startOf(o.t, name)
	o.key++
	var numbers []byte
	texts := make([]string, len(p.form.Fields))
	for i, f := range p.form.Fields {
		number := math.NaN()
		switch v := p.answer(f.ID, unit, period, record).(type) {
		case float64:
			number = v
		case int:
			number = float64(v)
		case string:
			texts[i] = v
		}
		numbers = queries.PackNumbers(numbers, number)
	}
	subject := uint64(0)
	if p.subject != nil {
		subject = p.subject(unit, record)
	}
	sent := start.AddDate(0, 1, 3+p.late)
	channel := p.channel
	if channel == "" {
		channel = "web"
	}
	b.Form, b.Unit, b.Period, b.PeriodStart = append(b.Form, p.form.ID), append(b.Unit, code), append(b.Period, name), append(b.PeriodStart, start)
	b.SubmittedAt, b.StartedAt = append(b.SubmittedAt, sent), append(b.StartedAt, sent.Add(-5*time.Minute))
	b.Reporter, b.Channel, b.Subject = append(b.Reporter, uint64(unit+1)), append(b.Channel, channel), append(b.Subject, subject)
	b.Lat, b.Lon, b.Layout = append(b.Lat, math.NaN()), append(b.Lon, math.NaN()), append(b.Layout, layout)
	b.Numbers, b.Texts, b.Key = append(b.Numbers, string(numbers)), append(b.Texts, strings.Join(texts, "\x00")), append(b.Key, o.key)
}

func startOf(t testing.TB, period string) time.Time {
	t.Helper()
	for _, layout := range []string{"2006-01-02", "2006-01", "2006"} {
		if at, err := time.Parse(layout, period); err == nil {
			return at
		}
	}
	t.Fatalf("period %s", period)
	return time.Time{}
}

// villages and towns of a test: ten villages in each town.
func places(registry *queries.Registry, n int) (villages, towns []string) {
	for i := range n {
		town := fmt.Sprintf("3301%02d000000", i/10)
		if i%10 == 0 {
			registry.DeclareUnit(queries.Unit{Code: town, Name: fmt.Sprintf("第%d镇", i/10), Kind: "town", Declared: true})
			towns = append(towns, town)
		}
		village := fmt.Sprintf("3301%02d%03d200", i/10, i)
		registry.DeclareUnit(queries.Unit{Code: village, Name: fmt.Sprintf("第%d村", i), Parent: town, Kind: "village", Declared: true})
		villages = append(villages, village)
	}
	return villages, towns
}

func months(from string, n int) []string {
	at, _ := time.Parse("2006-01", from)
	var out []string
	for i := range n {
		out = append(out, at.AddDate(0, i, 0).Format("2006-01"))
	}
	return out
}

// count is a number that depends on nothing but its name, unit and period.
func count(name string, unit, period, most int) int {
	seed := uint64(unit)<<32 | uint64(uint32(period))
	for _, r := range name {
		seed = seed*1_000_003 + uint64(r)
	}
	return rand.New(rand.NewPCG(seed, 7)).IntN(most)
}

func (o *office) input() analyzer.Input {
	o.t.Helper()
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		o.t.Fatal(err)
	}
	to := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	return analyzer.Input{Store: o.store, Registry: o.registry, Policy: policy, Window: analyzer.Window{From: to.AddDate(-1, 0, 1), To: to, AsOf: to}}
}
