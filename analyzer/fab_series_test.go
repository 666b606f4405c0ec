package analyzer_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/analyzer/stats"
)

// station is the hourly readings of one measuring station in one year, NaN where there is none.
type station struct {
	name string
	days [][24]float64
}

// stations reads the hourly PM2.5 of all stations of Beijing and Shenyang, one unit a station and year: those of a city and
// year stand beside each other and go strongly together.
func stations(t testing.TB) []*station {
	t.Helper()
	var out []*station
	for _, city := range []string{"Beijing", "Shenyang"} {
		raw, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "series", "pm25_"+city+"PM20100101_20151231.csv"))
		if errors.Is(err, fs.ErrNotExist) {
			t.Skip("the series are not there")
		}
		if err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		byName := map[string]*station{}
		for _, line := range lines[1:] {
			year, _ := strconv.Atoi(line[1])
			month, _ := strconv.Atoi(line[2])
			day, _ := strconv.Atoi(line[3])
			hour, _ := strconv.Atoi(line[4])
			for c, name := range lines[0] {
				v, err := strconv.ParseFloat(line[c], 64)
				if !strings.HasPrefix(name, "PM_") || err != nil {
					continue
				}
				key := fmt.Sprint(city, name, year)
				if byName[key] == nil {
					byName[key] = &station{name: key, days: make([][24]float64, 366)}
					for d := range byName[key].days {
						for h := range 24 {
							byName[key].days[d][h] = math.NaN()
						}
					}
					out = append(out, byName[key])
				}
				byName[key].days[time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).YearDay()-1][hour] = v
			}
		}
	}
	out = slices.DeleteFunc(out, func(s *station) bool { // stations that stood still for most of the year
		known := 0
		for d := range s.days {
			for _, v := range s.days[d] {
				if !math.IsNaN(v) {
					known++
				}
			}
		}
		return known < 4000
	})
	slices.SortFunc(out, func(a, b *station) int { return strings.Compare(a.name, b.name) })
	return out
}

// seriesShape is a way to hand in a station's year: rows of figures, one a period.
type seriesShape struct {
	cycle   string
	periods int
	start   func(t int) time.Time
	name    func(t int) string
	row     func(s *station, t int) []float64
}

func seriesShapes() map[string]seriesShape {
	first := time.Date(2025, 6, 1, 0, 0, 0, 0, time.UTC)
	month := func(t int) time.Time { return time.Date(2025, time.Month(6+t), 1, 0, 0, 0, 0, time.UTC) }
	mean := func(s *station, from, to, hour, hours int) float64 {
		total, n := 0.0, 0.0
		for d := from; d < to; d++ {
			for h := hour; h < hour+hours; h++ {
				if v := s.days[d][h]; !math.IsNaN(v) {
					total, n = total+v, n+1
				}
			}
		}
		return math.Round(total / n)
	}
	return map[string]seriesShape{
		"hours": {
			"day", 360, func(t int) time.Time { return first.AddDate(0, 0, t) }, func(t int) string { return first.AddDate(0, 0, t).Format(time.DateOnly) },
			func(s *station, t int) []float64 { return slices.Clone(s.days[t][:]) },
		},
		"noons": {
			"month", 12, month, func(t int) string { return month(t).Format("2006-01") },
			func(s *station, t int) []float64 {
				out := make([]float64, 28)
				for d := range out {
					out[d] = s.days[30*t+d][12]
				}
				return out
			},
		},
		"diurnal": {
			"month", 12, month, func(t int) string { return month(t).Format("2006-01") },
			func(s *station, t int) []float64 {
				out := make([]float64, 24)
				for h := range out {
					out[h] = mean(s, 30*t, 30*t+30, h, 1)
				}
				return out
			},
		},
		"weeks": {
			"week", 52, func(t int) time.Time { return time.Date(2025, 6, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*t) },
			func(t int) string {
				year, week := time.Date(2025, 6, 2, 0, 0, 0, 0, time.UTC).AddDate(0, 0, 7*t).ISOWeek()
				return fmt.Sprintf("%d-W%02d", year, week)
			},
			func(s *station, t int) []float64 {
				out := make([]float64, 28)
				for q := range out {
					out[q] = mean(s, 7*t+q/4, 7*t+q/4+1, q%4*6, 6)
				}
				return out
			},
		},
	}
}

// seriesWorld hands the stations in as units of a form; fabricate changes the figures before.
func seriesWorld(t testing.TB, shape seriesShape, all []*station, fabricate func(rng *rand.Rand, figures [][][]float64) (late func(u, t int) bool)) analyzer.Input {
	t.Helper()
	w := newWorld(0, 12)
	w.record(map[string]any{"type": "system", "id": "air", "name": "空气", "owner": "局", "level": "county"})
	figures := make([][][]float64, len(all))
	width := 0
	for u, s := range all {
		w.record(map[string]any{"type": "unit", "code": s.name, "name": s.name, "kind": "village", "parent": s.name[:9]})
		for p := range shape.periods {
			figures[u] = append(figures[u], shape.row(s, p))
			width = len(figures[u][p])
		}
	}
	late := fabricate(stats.NewRand(3, "series"), figures)
	var fields []map[string]any
	for f := range width {
		fields = append(fields, map[string]any{"id": fmt.Sprintf("h%d", f), "label": fmt.Sprintf("读数%d", f), "type": "integer"})
	}
	w.record(map[string]any{"type": "form", "id": "air", "system": "air", "title": "读数", "cycle": shape.cycle, "per": "unit", "fields": fields})
	for u, s := range all {
		for p, row := range figures[u] {
			values := map[string]any{}
			for f, v := range row {
				if !math.IsNaN(v) {
					values[fmt.Sprintf("h%d", f)] = v
				}
			}
			if len(values) == 0 {
				continue
			}
			at := shape.start(p).Add(20*time.Hour + time.Duration(w.rng.IntN(3600))*time.Second)
			if late(u, p) {
				at = at.Add(3 * time.Hour)
			}
			w.record(map[string]any{"type": "submission", "form": "air", "unit": s.name, "period": shape.name(p), "submitted_at": at.Format(time.RFC3339), "reporter": s.name, "values": values})
		}
	}
	return w.input(t)
}

// known counts the readings.
func known(row []float64) (n int) {
	for _, v := range row {
		if v > 0 {
			n++
		}
	}
	return n
}

var copyDetectors = []string{copyForward, crossUnit, nearDuplicate}

func TestCopyingIsSilentOnMeasuringStations(t *testing.T) {
	if testing.Short() {
		t.Skip("stores four years of readings")
	}
	all := stations(t)
	for name, shape := range seriesShapes() {
		in := seriesWorld(t, shape, all, func(*rand.Rand, [][][]float64) func(int, int) bool { return func(int, int) bool { return false } })
		for _, id := range copyDetectors {
			found := fabricationFindings(t, in, id)
			readable(t, found)
			for _, f := range found {
				t.Log(name, len(all), id, f.Status, f.Reason.Key)
				if f.Status == "open" {
					t.Errorf("%s: %s names %v: %+v", name, id, f.Subject.Units, f.Evidence.Detail)
				}
			}
		}
	}
}

func TestCopyingIsFoundAmongMeasuringStations(t *testing.T) {
	if testing.Short() {
		t.Skip("stores many years of readings")
	}
	all := stations(t)
	fabrications := map[string]struct {
		least float64
		copy  func(rng *rand.Rand, figures [][][]float64, u, t int)
	}{
		"forward":   {0.95, func(_ *rand.Rand, x [][][]float64, u, t int) { x[u][t] = slices.Clone(x[u][t-1]) }},
		"neighbour": {0.95, func(_ *rand.Rand, x [][][]float64, u, t int) { x[u][t] = slices.Clone(x[(u+1)%len(x)][t]) }},
		"jitter": {0.8, func(rng *rand.Rand, x [][][]float64, u, t int) {
			x[u][t] = slices.Clone(x[u][t-1])
			for f, v := range x[u][t] {
				x[u][t][f] = math.Round(v * (1 + 0.05*(2*rng.Float64()-1)))
			}
		}},
	}
	shapes := seriesShapes()
	for _, kind := range []string{"forward", "neighbour", "jitter"} {
		for _, intensity := range []float64{0.1, 0.3, 0.6} {
			planted, caught, wrong := 0, 0, 0
			for _, name := range []string{"hours", "weeks", "noons"} {
				shape := shapes[name]
				bad := map[int]bool{2: true, 11: true, 17: true}
				copied, fabricated := map[[2]int]bool{}, map[int]int{}
				in := seriesWorld(t, shape, all, func(rng *rand.Rand, figures [][][]float64) func(int, int) bool {
					for _, u := range []int{2, 11, 17} {
						for p := 1; p < shape.periods; p++ {
							if rng.Float64() < intensity {
								fabrications[kind].copy(rng, figures, u, p)
								copied[[2]int{u, p}] = true
								if known(figures[u][p]) >= 10 { // a copy of a station that stood still shows little
									fabricated[u]++
								}
							}
						}
					}
					return func(u, p int) bool { return copied[[2]int{u, p}] }
				})
				named := map[string]string{} // by a finding of its own: a pair that nothing tells apart accuses nobody
				for _, id := range copyDetectors {
					for _, f := range about(fabricationFindings(t, in, id), id, "air") {
						if len(f.Subject.Units) == 1 {
							named[f.Subject.Units[0]] += fmt.Sprintf(" %s %v", id, f.Evidence.Detail)
						}
					}
				}
				for u, s := range all {
					switch {
					case bad[u]:
						if fabricated[u] < 4 {
							continue // missing readings left less than can be judged
						}
						planted++
						if named[s.name] != "" {
							caught++
						} else if intensity >= 0.3 {
							t.Logf("%s %v %s: %s is missed", kind, intensity, name, s.name)
						}
					case named[s.name] != "":
						wrong++
						t.Logf("%s %v %s: %s is named by%s", kind, intensity, name, s.name, named[s.name])
					}
				}
			}
			t.Logf("%s at %.0f %%: %d of %d found, %d wrong", kind, 100*intensity, caught, planted, wrong)
			if intensity >= 0.3 && float64(caught) < fabrications[kind].least*float64(planted) || wrong > 0 {
				t.Errorf("%s at %.0f %%: %d of %d found, %d wrong", kind, 100*intensity, caught, planted, wrong)
			}
		}
	}
}
