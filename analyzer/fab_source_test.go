package analyzer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

const crossSource = "fab-cross-source"

// again is a form of another department that asks the first fields of a sheet, and some of its own.
func (w *world) again(s *sheet, id string, shared int) *sheet {
	out := w.honest(id, flows(6)...)
	for u := range out.values {
		for m := range out.values[u] {
			copy(out.values[u][m][:shared], s.values[u][m][:shared])
		}
	}
	return out
}

func spread(n, of int) []int {
	var out []int
	for i := range n {
		out = append(out, 1+i*(of-1)/n)
	}
	return out
}

func TestCrossSourceNamesTheFormThatDeparts(t *testing.T) {
	w := newWorld(40, 24)
	first := w.honest("first", flows(6)...)
	second := w.again(first, "second", 3)
	for _, m := range spread(8, 24) { // a third of the periods
		for f := range 3 {
			second.values[4][m][f] = math.Round(second.values[4][m][f] * 1.6)
			first.values[9][m][f] = math.Round(first.values[9][m][f] * 0.4)
		}
		second.values[13][m][1] = math.Round(second.values[13][m][1] * 1.5) // one field of three
	}
	w.hand(first)
	w.hand(second)
	all := fabricationFindings(t, w.input(t), crossSource)
	readable(t, all)
	want := map[string]string{unitCode(4): "second", unitCode(9): "first", unitCode(13): "second"}
	for _, f := range all {
		if f.Status != "open" {
			continue
		}
		unit := f.Subject.Units[0]
		if len(f.Subject.Forms) == 2 && unit == unitCode(13) { // one field may not tell which side departs
			delete(want, unit)
			continue
		}
		if want[unit] != f.Subject.Forms[0] || len(f.Subject.Forms) != 1 {
			t.Errorf("%s %v: want %s", unit, f.Subject.Forms, want[unit])
		}
		delete(want, unit)
		d := f.Evidence.Detail
		if d["innocent_open"] != false || d["sustained"] != true || d["beyond_peers"] != true || *f.Q > 1e-3 || len(f.Evidence.Look) == 0 || d["one_way"] != 8 {
			t.Errorf("%s: %+v, q %v", unit, d, *f.Q)
		}
	}
	if len(want) > 0 {
		t.Errorf("not found: %v", want)
	}
}

// What makes two honest sources differ: delay, rounding, revision, definitions, cut-off days, units of measure, surveys of
// one's own, an odd slip.
func TestCrossSourceIsSilentOnHonestSources(t *testing.T) {
	pairs := 0
	for seed := range 4 {
		w := newWorld(50, 24)
		for range seed {
			w.rng.Uint64()
		}
		first := w.honest("first", flows(6)...)
		plain, delayed, other, counted := w.again(first, "plain", 4), w.again(first, "delayed", 4), w.again(first, "other", 4), w.honest("counted", flows(6)...)
		for u := range w.units {
			for m := range w.months {
				v, source := plain.values[u][m], first.values[u][m]
				slips := 0.01
				if u%10 == 3 {
					slips = 0.06 // careless
				}
				for f := range 4 {
					if w.rng.Float64() < slips {
						v[f] = honestSlip(w.rng.IntN(4), v[f])
					}
					if u == 5 { // rounds here, not there
						v[f] = math.Round(v[f]/10) * 10
					}
					if u == 8 { // a period late
						delayed.values[u][m][f] = first.values[u][max(0, m-1)][f]
					}
					if u == 12 { // resident people, not registered ones
						other.values[u][m][f] = math.Round(source[f] * 1.3)
					}
					if u == 15 { // another cut-off day: what is missing comes in the next period
						d := math.Round(source[f] * 0.2)
						if m%2 == 1 {
							d = -math.Round(first.values[u][m-1][f] * 0.2)
						}
						other.values[u][m][f] = source[f] - d
					}
					counted.values[u][m][f] = math.Round(source[f] * math.Exp(0.1*w.rng.NormFloat64())) // a survey of its own
				}
			}
		}
		for _, s := range []*sheet{first, plain, delayed, other, counted} {
			w.hand(s)
			pairs += w.units
		}
		in := w.input(t)
		all := fabricationFindings(t, in, crossSource)
		readable(t, all)
		for _, f := range all {
			if f.Status == "open" {
				t.Logf("world %d: %v q %v, open %v", seed, f.Subject, *f.Q, f.Evidence.Detail["innocent_open"])
			}
		}
		for _, item := range analyzer.VerifyList(all, in.Policy) {
			if item.Recommended {
				t.Errorf("world %d: %s %s is recommended", seed, item.Unit, item.Form)
			}
		}
		if testing.Short() {
			break
		}
	}
	t.Logf("%d pairs of unit and form", pairs)
}

// A register holds 34 visits, the monthly report says 50.
func TestCrossSourceCountsTheRegister(t *testing.T) {
	w := newWorld(30, 12)
	report := w.honest("report", figure{"visits", "flow", 30, false, 6}, figure{"meetings", "flow", 20, false, 6})
	w.record(map[string]any{"type": "system", "id": "sys-register", "name": "台账", "owner": "局", "level": "county"})
	w.record(map[string]any{"type": "form", "id": "register", "system": "sys-register", "title": "走访台账", "cycle": "month", "per": "record", "fields": []map[string]any{{"id": "what", "label": "事项", "type": "text"}}})
	for u := range w.units {
		for m := range w.months {
			for i := range int(report.values[u][m][0]) {
				day := w.month(m).AddDate(0, 0, i%28)
				w.record(map[string]any{
					"type": "submission", "form": "register", "unit": unitCode(u), "period": day.Format(time.DateOnly), "submitted_at": day.Add(time.Duration(8+i) * time.Hour).Format(time.RFC3339),
					"subject": fmt.Sprint(u, "-", i), "reporter": "x", "values": map[string]any{"what": fmt.Sprint("visit ", i)},
				})
			}
			if u == 6 && m%2 == 1 {
				report.values[u][m][0] = math.Round(report.values[u][m][0]*1.5) + 4
			}
		}
	}
	w.hand(report)
	all := fabricationFindings(t, w.input(t), crossSource)
	readable(t, all)
	found := slices.DeleteFunc(slices.Clone(all), func(f queries.Finding) bool { return f.Status != "open" })
	if len(found) != 1 || found[0].Subject.Units[0] != unitCode(6) || !slices.Equal(found[0].Subject.Forms, []string{"report"}) {
		t.Fatalf("%+v", found)
	}
	if d := found[0].Evidence.Detail; d["register"] != true || d["differing"] != 6 || d["verification_ratio"].(float64) < 1.4 {
		t.Errorf("%+v", d)
	}
}
