package analyzer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// world is a small hand-made county: forms whose every submission a test writes down.
type world struct {
	lines   bytes.Buffer
	rng     *rand.Rand
	units   int
	months  int
	asOf    time.Time
	systems map[string]bool
}

// figure is a field of a world's form.
type figure struct {
	id, measure string
	mean        float64
	quota       bool // the same for all
	noise       float64
}

// sheet is the figures of one form by unit, month and field, as honest units report them; tests change them at will.
type sheet struct {
	id        string
	fields    []figure
	prefilled []string
	values    [][][]float64
	clerk     func(unit, month int) string
	late      func(unit, month int) time.Duration // after the usual time
	channel   string
}

func newWorld(units, months int) *world {
	w := &world{rng: stats.NewRand(7, "world"), units: units, months: months, asOf: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC), systems: map[string]bool{}}
	for u := range units {
		w.record(map[string]any{"type": "unit", "code": unitCode(u), "name": "村" + unitCode(u), "kind": "village", "parent": fmt.Sprintf("town%d", u/10)})
	}
	return w
}

func unitCode(u int) string { return fmt.Sprintf("9901%02d", u) }

func (w *world) record(r map[string]any) {
	line, err := json.Marshal(r)
	if err != nil {
		panic(err)
	}
	w.lines.Write(append(line, '\n'))
}

func (w *world) month(m int) time.Time {
	return time.Date(w.asOf.Year(), w.asOf.Month(), 1, 0, 0, 0, 0, time.UTC).AddDate(0, m-w.months+1, 0)
}

// flows are n counts with means around 15 to 90.
func flows(n int) []figure {
	out := make([]figure, n)
	for i := range out {
		out[i] = figure{id: fmt.Sprintf("f%d", i), measure: "flow", mean: 15 * math.Pow(1.3, float64(i)), noise: 6}
	}
	return out
}

// honest fills a sheet: every unit has a level of its own, and counts are negative binomial around it.
func (w *world) honest(id string, fields ...figure) *sheet {
	s := &sheet{id: id, fields: fields}
	for range w.units {
		level := make([]float64, len(fields))
		for f := range level {
			level[f] = fields[f].mean * math.Exp(0.45*w.rng.NormFloat64())
		}
		rows := make([][]float64, w.months)
		for m := range rows {
			rows[m] = make([]float64, len(fields))
			for f, x := range fields {
				switch {
				case x.quota:
					rows[m][f] = x.mean
				case x.measure == "stock" && m > 0:
					rows[m][f] = rows[m-1][f]
					if w.rng.Float64() < 0.15 {
						rows[m][f]++
					}
				case x.measure == "stock":
					rows[m][f] = math.Round(level[f])
				default:
					rate := distuv.Gamma{Alpha: x.noise, Beta: x.noise / level[f], Src: w.rng}.Rand()
					rows[m][f] = distuv.Poisson{Lambda: rate, Src: w.rng}.Rand()
				}
			}
		}
		s.values = append(s.values, rows)
	}
	return s
}

// hand writes a sheet's form and submissions.
func (w *world) hand(s *sheet) {
	system := "sys-" + s.id
	w.record(map[string]any{"type": "system", "id": system, "name": system, "owner": "局", "level": "county"})
	var fields []map[string]any
	for _, f := range s.fields {
		d := map[string]any{"id": f.id, "label": f.id, "type": "integer"}
		if f.measure != "" {
			d["measure"] = f.measure
		}
		fields = append(fields, d)
	}
	w.record(map[string]any{"type": "form", "id": s.id, "system": system, "title": "表" + s.id, "cycle": "month", "per": "unit", "prefilled": s.prefilled, "fields": fields})
	for m := range w.months {
		for u := range w.units {
			if s.values[u][m] == nil {
				continue
			}
			values := map[string]any{}
			for f := range s.fields {
				values[s.fields[f].id] = s.values[u][m][f]
			}
			at := w.month(m).AddDate(0, 0, 20).Add(time.Duration(w.rng.IntN(200000)) * time.Second)
			if s.late != nil {
				at = w.month(m).AddDate(0, 0, 20).Add(s.late(u, m))
			}
			reporter := "clerk of " + unitCode(u)
			if s.clerk != nil {
				reporter = s.clerk(u, m)
			}
			r := map[string]any{"type": "submission", "form": s.id, "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "submitted_at": at.Format(time.RFC3339), "reporter": reporter, "values": values}
			if s.channel != "" {
				r["channel"] = s.channel
			}
			w.record(r)
		}
	}
}

// linesSource reads records from memory.
type linesSource struct {
	lines     []byte
	pseudonym *collector.Pseudonymizer
}

func (l linesSource) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	_, err := ndjson.Read(ctx, bytes.NewReader(l.lines), "world", ndjson.Options{Source: "import", Pseudonym: l.pseudonym}, out)
	return err
}

func (linesSource) Check(context.Context) error { return nil }

// input stores the world and gives the year that ends with its last month, or all of it if that is longer.
func (w *world) input(t testing.TB) analyzer.Input {
	t.Helper()
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), store)
	if err != nil {
		t.Fatal(err)
	}
	runner := &collector.Runner{
		Store: store, Registry: registry, Pseudonym: collector.NewPseudonymizer([]byte("a key for tests, 32 bytes long..")),
		Log: zerolog.Nop(), Locks: t.TempDir(),
	}
	result, err := runner.Run(t.Context(), collector.Job{ID: "import", Kind: "import", Source: linesSource{w.lines.Bytes(), runner.Pseudonym}})
	if err != nil || result.Rejected > 0 {
		t.Fatalf("%d records were refused: %v", result.Rejected, err)
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	return analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: w.month(0), To: w.asOf, AsOf: w.asOf}}
}

// fabricationFindings runs one detector, or all of suspicious data where id is empty.
func fabricationFindings(t testing.TB, in analyzer.Input, id string) []queries.Finding {
	t.Helper()
	var out []queries.Finding
	for _, d := range analyzer.Detectors() {
		if meta := d.Meta(); meta.Family == "fabrication" && (id == "" || id == meta.ID) {
			found, err := d.Detect(t.Context(), in)
			if err != nil {
				t.Fatal(err)
			}
			for i := range found {
				found[i].Detector, found[i].Family = meta.ID, meta.Family
				if found[i].Status == "" {
					found[i].Status = "open"
				}
			}
			out = append(out, found...)
		}
	}
	return out
}

// about gives the open findings of a detector about a form.
func about(all []queries.Finding, detector, form string) []queries.Finding {
	var out []queries.Finding
	for _, f := range all {
		if f.Detector == detector && f.Subject.Forms[0] == form && f.Status == "open" {
			out = append(out, f)
		}
	}
	return out
}
