package analyzer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// diary is what a county wrote: declarations, and submissions by day.
type diary struct {
	county       *demo.County
	declarations []byte
	days         map[string][]byte
	forms        map[string]map[string]bool // that were handed in on a day
	rest         []byte                     // of a line
}

func diaryOf(t *testing.T, o demo.Options) *diary {
	t.Helper()
	county, err := demo.Build(t.Context(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	d := &diary{county: county, days: map[string][]byte{}, forms: map[string]map[string]bool{}}
	if err := county.Interchange(d); err != nil {
		t.Fatal(err)
	}
	return d
}

// Write takes what the county writes.
func (d *diary) Write(p []byte) (int, error) {
	d.rest = append(d.rest, p...)
	end := bytes.LastIndexByte(d.rest, '\n') + 1
	for line := range bytes.Lines(d.rest[:end]) {
		switch {
		case bytes.HasPrefix(line, []byte(`{"type":"usage"`)):
		case bytes.HasPrefix(line, []byte(`{"type":"submission"`)):
			var s struct {
				Form      string `json:"form"`
				Submitted string `json:"submitted_at"`
			}
			if err := json.Unmarshal(line, &s); err != nil {
				return 0, err
			}
			day := s.Submitted[:len(time.DateOnly)]
			if d.forms[day] == nil {
				d.forms[day] = map[string]bool{}
			}
			d.forms[day][s.Form] = true
			d.days[day] = append(d.days[day], line...)
		default:
			d.declarations = append(d.declarations, line...)
		}
	}
	d.rest = slices.Clone(d.rest[end:])
	return len(p), nil
}

// recordSource reads interchange records.
type recordSource struct {
	records   []byte
	pseudonym *collector.Pseudonymizer
}

// Check implements collector.Source.
func (recordSource) Check(context.Context) error { return nil }

// Collect implements collector.Source.
func (s recordSource) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	_, err := ndjson.Read(ctx, bytes.NewReader(s.records), "county", ndjson.Options{Source: "import", Pseudonym: s.pseudonym}, out)
	return err
}

// fed is a store that records are handed in to day by day.
type fed struct {
	simulated
	runner *collector.Runner
}

func feedable(t *testing.T, county *demo.County) *fed {
	t.Helper()
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return &fed{
		simulated: simulated{input: analyzer.Input{Store: store, Registry: registry, Policy: policy}, truth: county.Truth(), county: county},
		runner: &collector.Runner{
			Store: store, Registry: registry, Pseudonym: collector.NewPseudonymizer([]byte("a key for tests, 32 bytes long..")),
			Log: zerolog.Nop(), Locks: t.TempDir(),
		},
	}
}

// feed hands in the records of the days [from, to] and gives the forms of their submissions.
func (f *fed) feed(t *testing.T, d *diary, from, to string) map[string]bool {
	t.Helper()
	records, forms := slices.Clone(d.declarations), map[string]bool{}
	for _, day := range slices.Sorted(maps.Keys(d.days)) {
		if day >= from && day <= to {
			records = append(records, d.days[day]...)
			maps.Copy(forms, d.forms[day])
		}
	}
	result, err := f.runner.Run(t.Context(), collector.Job{ID: "import", Kind: "import", Source: recordSource{records, f.runner.Pseudonym}})
	if err != nil || int(result.Rejected) > len(d.county.Truth().Refused) {
		t.Fatalf("%d records were refused: %v", result.Rejected, err)
	}
	return forms
}

// analyse gives what is said of duplicates on a day.
func (f *fed) analyse(t *testing.T, day time.Time) []queries.Finding {
	t.Helper()
	f.input.Window = analyzer.Window{From: day.AddDate(0, 0, 1-f.input.Policy.Window), To: day, AsOf: day}
	findings(t, f.simulated, "burden-hours")
	return allDuplicates(t, f.simulated)
}

// allDuplicates runs every detector of the family, each beginning anew.
func allDuplicates(t *testing.T, s simulated) []queries.Finding {
	t.Helper()
	var out []queries.Finding
	for _, d := range analyzer.Detectors() {
		if m := d.Meta(); m.Family == "duplicate" {
			found, err := d.Detect(t.Context(), s.input)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, named(m.ID, found)...)
		}
	}
	return out
}

// keptOf lists when each row of the evidence was made, by part and form.
func keptOf(t *testing.T, s *queries.Store) map[string]string {
	t.Helper()
	var b strings.Builder
	if err := s.SQL(t.Context(), "SELECT part, form, made FROM evidence FINAL ORDER BY part, form", "TSV", &b); err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for line := range strings.Lines(b.String()) {
		part := strings.Split(strings.TrimSpace(line), "\t")
		out[part[0]+" "+part[1]] = part[2]
	}
	return out
}

// remade are the forms whose part was made anew between two looks.
func remade(before, after map[string]string, part string) []string {
	var out []string
	for key, made := range after {
		if form, of := strings.CutPrefix(key, part+" "); of && before[key] != made {
			out = append(out, form)
		}
	}
	slices.Sort(out)
	return out
}

func sameFindings(t *testing.T, what string, want, got []queries.Finding) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateNaNs(), cmpopts.EquateEmpty(), cmpopts.EquateApprox(1e-9, 1e-12)); diff != "" {
		t.Errorf("%s: -anew +incremental\n%s", what, diff)
	}
}

// A day's records are added to a county that was analysed the day before: what comes out must be what a store that was never
// analysed before gives, and only the forms with new records may have been read again.
func TestDayByDay(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a county")
	}
	d := diaryOf(t, demo.Options{Villages: 24, Fraud: demo.DefaultFraud, Seed: 81})
	last := d.county.AsOf()
	const days = 2
	daily := feedable(t, d.county)
	for ago := days; ago >= 0; ago-- {
		today := time.Date(last.Year(), last.Month(), last.Day()-ago, 0, 0, 0, 0, time.UTC)
		name := today.Format(time.DateOnly)
		if ago == days {
			daily.feed(t, d, "", name)
			daily.analyse(t, today)
			continue
		}
		before := keptOf(t, daily.input.Store)
		forms := daily.feed(t, d, name, name)
		got := daily.analyse(t, today)
		after := keptOf(t, daily.input.Store)
		if again, want := remade(before, after, "values"), slices.Sorted(maps.Keys(forms)); !slices.Equal(again, want) {
			t.Errorf("%s: %v were read again, %v have new records", name, again, want)
		}
		anew := feedable(t, d.county)
		anew.feed(t, d, "", name)
		sameFindings(t, name, anew.analyse(t, today), got)
		t.Logf("%s: %d of %d forms had new records, %d had their rows compared again, %d findings",
			name, len(forms), len(anew.input.Registry.Forms()), len(remade(before, after, "meetings")), len(got))
	}
}

// detectorsOf gives the detectors of an id, which begin anew.
func detectorsOf(id string) []analyzer.Detector {
	return slices.DeleteFunc(analyzer.Detectors(), func(d analyzer.Detector) bool { return d.Meta().ID != id })
}
