package evaluate_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/demo/evaluate"
	"github.com/jianfu/jianfu/demo/simulate"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// The trial takes minutes to an hour and runs on request only (`make trial`): TRIAL_SEEDS and TRIAL_HONEST are ranges of seeds
// such as 1-20, the first of counties in which 5 % of the units fabricate, the second of counties in which nobody does;
// TRIAL_HELD_OUT is a range of seeds whose kinds are those that nothing is tuned by.

func TestTrialBad(t *testing.T) {
	trial(t, "TRIAL_SEEDS", func(seed uint64) simulate.Options {
		return large(simulate.Options{Seed: seed})
	})
}

func TestTrialHeldOut(t *testing.T) {
	trial(t, "TRIAL_HELD_OUT", func(seed uint64) simulate.Options {
		return large(simulate.Options{Seed: 1000 + seed, Kinds: simulate.HeldOut()})
	})
}

// large is a county of 200 units, or of TRIAL_UNITS, ten of which fabricate.
func large(o simulate.Options) simulate.Options {
	o.Units = 200
	if n, err := strconv.Atoi(os.Getenv("TRIAL_UNITS")); err == nil {
		o.Units = n
	}
	o.Months, o.Forms, o.Fields, o.Visits, o.Share, o.LookAlikes = 36, 8, 20, 20*36*o.Units, 10/float64(o.Units), simulate.LookAlikes()
	return o
}

func TestTrialHonest(t *testing.T) {
	trial(t, "TRIAL_HONEST", func(seed uint64) simulate.Options {
		return simulate.Options{Seed: 5000 + seed, Units: 60, Months: 24, Forms: 4, Fields: 12, Visits: 30_000, LookAlikes: simulate.LookAlikes()}
	})
}

// trial makes one county after the other and scores all of them together: their units are kept apart by the seed.
func trial(t *testing.T, variable string, options func(seed uint64) simulate.Options) {
	first, last, ok := seeds(os.Getenv(variable))
	if !ok {
		t.Skipf("%s names no seeds, such as 1-20", variable)
	}
	joined := &evaluate.Truth{HeldOut: simulate.HeldOut()}
	found, list := []evaluate.Claim{}, []evaluate.Claim{}
	top := map[int][2]int{}
	rank := 0
	for seed := first; seed <= last; seed++ {
		t.Run(strconv.FormatUint(seed, 10), func(t *testing.T) {
			begin := time.Now()
			truth, findings, items, slow := analysed(t, options(seed))
			took := time.Since(begin)
			own := evaluate.Score(truth, evaluate.OfFindings(findings), evaluate.OfVerifyList(items))
			right := own.Recommended - len(own.Wrong)
			tellEvidence(t, own, findings)
			t.Logf("%d of %d recommended are right, %d of %d missed; %s; %s", right, own.Recommended, len(own.Missed), own.Bad, took.Round(100*time.Millisecond), slow)
			for _, k := range []int{5, 10, 20} {
				k := min(k, own.Bad)
				for _, m := range own.Measures {
					if m.Name == fmt.Sprintf("precision_at_%d", k) && m.Of > 0 {
						top[k] = [2]int{top[k][0] + m.Count, top[k][1] + m.Of}
					}
				}
			}
			label := fmt.Sprintf("seed %d ", options(seed).Seed)
			apart(joined, truth, label)
			for _, c := range evaluate.OfFindings(findings) {
				c.Unit = label + c.Unit
				found = append(found, c)
			}
			for _, c := range evaluate.OfVerifyList(items) {
				c.Unit, c.Score, c.Priority = label+c.Unit, 2-float64(c.Priority)/1e6, 0 // counties take turns, before findings alone
				if c.Recommended {
					c.Score++
				}
				list = append(list, c)
			}
			rank++
		})
	}
	report := evaluate.Score(joined, found, list)
	var out strings.Builder
	if err := report.Write(&out, "en", true); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d counties; precision at k %v\n%s%s", rank, top, byDetector(joined, found), out.String())
}

// tellEvidence prints what was said about pairs that were missed, and about those recommended wrongly.
func tellEvidence(t *testing.T, r *evaluate.Report, findings []queries.Finding) {
	tell := func(what, unit, form string) {
		for _, f := range findings {
			if f.Status != "open" || !slices.Equal(f.Subject.Units, []string{unit}) || !slices.Equal(f.Subject.Forms, []string{form}) {
				continue
			}
			number := func(x *float64) string {
				if x == nil {
					return "-"
				}
				return fmt.Sprintf("%.2g", *x)
			}
			d := f.Evidence.Detail
			what += fmt.Sprintf("\n  %s p %s q %s effect %s score %.2f n %d deterministic %v beyond %v sustained %v open %v",
				f.Detector, number(f.P), number(f.Q), number(f.Effect), f.Score, f.N, d["deterministic"], d["beyond_peers"], d["sustained"], d["innocent_open"])
		}
		t.Log(what)
	}
	for _, w := range r.Wrong {
		tell(fmt.Sprint("WRONG ", w.Unit, " ", w.Form, " ", w.LookAlikes), w.Unit, w.Form)
	}
	for _, b := range r.Missed {
		tell(fmt.Sprintf("missed %s %s %s %.2f %s", b.Unit, b.Form, b.Kind, b.Intensity, b.Shape), b.Unit, b.Form)
	}
}

// byDetector is how many pairs each detector speaks of, how many of them are fabricated, and under which circumstances the
// others stand.
func byDetector(truth *evaluate.Truth, found []evaluate.Claim) string {
	bad, units := map[evaluate.Pair]string{}, map[string]bool{}
	for _, b := range truth.Bad {
		bad[evaluate.Pair{Unit: b.Unit, Form: b.Form}] = b.Kind
		units[b.Unit] = true
	}
	right, wrong, sibling := map[string]map[string]int{}, map[string]map[string]int{}, map[string]int{}
	count := map[string]int{}
	for _, c := range found {
		if right[c.Detector] == nil {
			right[c.Detector], wrong[c.Detector] = map[string]int{}, map[string]int{}
		}
		count[c.Detector]++
		if kind := bad[c.Pair]; kind != "" {
			right[c.Detector][kind]++
			continue
		}
		if units[c.Unit] {
			sibling[c.Detector]++
		}
		for i := range truth.LookAlikes {
			l := &truth.LookAlikes[i]
			if (len(l.Units) < len(truth.Units)/2 && slices.Contains(l.Units, c.Unit) || len(l.Forms) > 0 && len(l.Units) > 100 && slices.Contains(l.Forms, c.Form)) &&
				(len(l.Forms) == 0 || slices.Contains(l.Forms, c.Form)) && l.Kind != "holiday" {
				wrong[c.Detector][l.Kind]++
			}
		}
	}
	var out strings.Builder
	for _, d := range slices.Sorted(maps.Keys(count)) {
		n := 0
		for _, k := range right[d] {
			n += k
		}
		fmt.Fprintf(&out, "%-20s %4d pairs, %4d fabricated %v; others: %d of them of units that fabricate another form; %v\n", d, count[d], n, right[d], sibling[d], wrong[d])
	}
	return out.String()
}

// apart adds a county's truth to that of all, its units under a name of their own.
func apart(all, t *evaluate.Truth, label string) {
	rename := func(list []string) []string {
		out := make([]string, len(list))
		for i, unit := range list {
			out[i] = label + unit
		}
		return out
	}
	all.Units = append(all.Units, rename(t.Units)...)
	for _, form := range t.Forms {
		if !slices.Contains(all.Forms, form) {
			all.Forms = append(all.Forms, form)
		}
	}
	for _, b := range t.Bad {
		b.Unit = label + b.Unit
		all.Bad = append(all.Bad, b)
	}
	for _, l := range t.LookAlikes {
		if len(l.Units) == 0 {
			l.Units = t.Units
		}
		l.Units = rename(l.Units)
		all.LookAlikes = append(all.LookAlikes, l)
	}
}

func seeds(s string) (first, last uint64, ok bool) {
	from, to, isRange := strings.Cut(s, "-")
	if !isRange {
		to = from
	}
	first, err1 := strconv.ParseUint(from, 10, 64)
	last, err2 := strconv.ParseUint(to, 10, 64)
	return first, last, err1 == nil && err2 == nil && first <= last
}

// analysed makes a county, stores it and judges it with all detectors of suspicious data; slow names those that took a second.
func analysed(t *testing.T, o simulate.Options) (truth *evaluate.Truth, findings []queries.Finding, list []queries.VerifyItem, slow string) {
	t.Helper()
	var lines bytes.Buffer
	truth, err := simulate.Write(t.Context(), o, func(name string) (io.WriteCloser, error) {
		if name == "usage.ndjson" {
			return file{io.Discard}, nil
		}
		return file{&lines}, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	in := stored(t, &lines, truth)
	for _, d := range analyzer.Detectors() {
		meta := d.Meta()
		if meta.Family != "fabrication" {
			continue
		}
		begin := time.Now()
		said, err := d.Detect(t.Context(), in)
		if err != nil {
			t.Errorf("%s: %v", meta.ID, err)
			continue
		}
		if took := time.Since(begin); took > time.Second {
			slow += fmt.Sprintf("%s %.1f s ", meta.ID, took.Seconds())
		}
		for i := range said {
			said[i].Detector, said[i].Family = meta.ID, meta.Family
			if said[i].Status == "" {
				said[i].Status = "open"
			}
		}
		findings = append(findings, said...)
	}
	return truth, findings, analyzer.VerifyList(findings, in.Policy), slow
}

// file is a writer that needs no closing.
type file struct{ io.Writer }

func (file) Close() error { return nil }

// stored puts a county's records into a database of its own.
func stored(t *testing.T, lines io.Reader, truth *evaluate.Truth) analyzer.Input {
	t.Helper()
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	runner := &collector.Runner{
		Store: store, Registry: registry, Pseudonym: collector.NewPseudonymizer([]byte("a key for tests, 32 bytes long..")), Log: zerolog.Nop(), Locks: t.TempDir(),
	}
	result, err := runner.Run(t.Context(), collector.Job{ID: "import", Kind: "import", Source: reading{lines, runner.Pseudonym}})
	if err != nil || result.Rejected > 0 {
		t.Fatalf("%d records were refused: %v", result.Rejected, err)
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	asOf, err := time.Parse(time.DateOnly, truth.AsOf)
	if err != nil {
		t.Fatal(err)
	}
	return analyzer.Input{
		Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: asOf.AddDate(0, 0, 1-policy.Window), To: asOf, AsOf: asOf},
	}
}

// reading is a source of records in memory.
type reading struct {
	lines     io.Reader
	pseudonym *collector.Pseudonymizer
}

func (r reading) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	_, err := ndjson.Read(ctx, r.lines, "county", ndjson.Options{Source: "import", Pseudonym: r.pseudonym}, out)
	return err
}

func (reading) Check(context.Context) error { return nil }
