package analyzer_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

const multivariate = "fab-multivariate"

// laboratory writes the data set of one unit: participants with mean and standard deviation of response times in two conditions.
// Genuine ones differ from one another in level, effect and noise; invented ones have effects too large, dispersion too even and
// associations too weak, each in its own way.
func (w *world) laboratory(code string, rng *rand.Rand, n int, genuine bool) {
	level, effect, within, wobble, link := 650+40*rng.NormFloat64(), 60+12*rng.NormFloat64(), 180+20*rng.NormFloat64(), 0.3, 0.75
	if !genuine {
		effect *= 1.8 + rng.Float64()
		wobble = 0.05 + 0.2*rng.Float64()
		link = 0.6 * rng.Float64()
	}
	between := 80 + 8*rng.NormFloat64()
	for i := range n {
		person := rng.NormFloat64()
		other := link*person + math.Sqrt(1-link*link)*rng.NormFloat64()
		sd1, sd2 := within*math.Exp(wobble*rng.NormFloat64()), within*1.15*math.Exp(wobble*rng.NormFloat64())
		w.record(map[string]any{
			"type": "submission", "form": "stroop", "unit": code, "period": "2026-05", "id": fmt.Sprint(code, i), "reporter": code,
			"submitted_at": w.asOf.Add(-time.Duration(i) * time.Minute).Format(time.RFC3339),
			"values": map[string]any{
				"m1": math.Round(level + between*person), "m2": math.Round(level + effect + between*other),
				"sd1": math.Round(sd1), "sd2": math.Round(sd2), "group": []string{"a", "b"}[i%2],
			},
		})
	}
}

func laboratories(genuine, invented int, size func(i int) int) *world {
	w := newWorld(1, 1)
	w.record(map[string]any{"type": "system", "id": "lab", "name": "lab", "owner": "局", "level": "county"})
	var fields []map[string]any
	for _, id := range []string{"m1", "m2", "sd1", "sd2"} {
		fields = append(fields, map[string]any{"id": id, "label": id, "type": "number"})
	}
	fields = append(fields, map[string]any{"id": "group", "label": "组", "type": "code"})
	w.record(map[string]any{"type": "form", "id": "stroop", "system": "lab", "title": "记录", "cycle": "adhoc", "per": "record", "fields": fields})
	rng := stats.NewRand(11, "laboratories")
	for i := range genuine {
		w.laboratory(fmt.Sprintf("G%03d", i), rng, size(i), true)
	}
	for i := range invented {
		w.laboratory(fmt.Sprintf("X%03d", i), rng, size(i), false)
	}
	return w
}

func sizeBetween25And100(i int) int { return 25 + (i*37)%76 }

// auroc is the share of pairs of an invented and a genuine unit that scores order rightly, ties one half (Mann & Whitney 1947).
func auroc(found []queries.Finding, genuine, invented int) float64 {
	score := map[string]float64{}
	for _, f := range found {
		if f.Status == "open" {
			score[f.Subject.Units[0]] = f.Score
		}
	}
	right := 0.0
	for g := range genuine {
		for x := range invented {
			switch a, b := score[fmt.Sprintf("X%03d", x)], score[fmt.Sprintf("G%03d", g)]; {
			case a > b:
				right++
			case a == b:
				right += 0.5
			}
		}
	}
	return right / float64(genuine*invented)
}

func TestMultivariateOrdersInventedDataSets(t *testing.T) {
	for _, c := range []struct {
		name              string
		genuine, invented int
		reference         []string
		least             float64
	}{
		{"few among many", 60, 8, nil, 0.95},
		{"a third, no reference", 60, 30, nil, 0.95},
		{"half, with a reference", 40, 40, []string{"G0"}, 0.95},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := laboratories(c.genuine, c.invented, sizeBetween25And100).input(t)
			in.Policy.Verify.Reference = c.reference
			found := fabricationFindings(t, in, multivariate)
			readable(t, found)
			flagged, wrong := 0, 0
			for _, f := range found {
				if f.P != nil || f.Q != nil || f.Evidence.Detail["family"] != "" {
					t.Errorf("%v has a p or a family", f.Subject)
				}
				flagged++
				if f.Subject.Units[0][0] == 'G' {
					wrong++
				}
			}
			got := auroc(found, c.genuine, c.invented)
			t.Logf("AUROC %.3f, %d flagged, %d of them genuine", got, flagged, wrong)
			// Data sets collected once are put in an order, not accused: one genuine unit in fifteen may be named, low in it.
			if got < c.least || 15*wrong > c.genuine {
				t.Errorf("AUROC %.3f, want %.2f; %d genuine units are named", got, c.least, wrong)
			}
			for _, item := range analyzer.VerifyList(found, in.Policy) {
				if item.Recommended {
					t.Errorf("%s is recommended by triage alone", item.Unit)
				}
			}
		})
	}
}

func TestMultivariateIsSilentOnGenuineAndSmallData(t *testing.T) {
	in := laboratories(150, 0, sizeBetween25And100).input(t)
	if found := fabricationFindings(t, in, multivariate); len(found) > 1 {
		t.Errorf("%d of 150 genuine units are named", len(found))
	}
	in = laboratories(40, 20, func(int) int { return 12 }).input(t)
	found := fabricationFindings(t, in, multivariate)
	readable(t, found)
	if len(found) != 1 || found[0].Reason.Key != "fab.reason.multi_records" {
		t.Errorf("units with 12 records: %v", found)
	}
}
