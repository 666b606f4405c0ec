package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

func month(n int) time.Time { return time.Date(2026, time.Month(n), 1, 0, 0, 0, 0, time.UTC) }

func look(n int, family string, p float64) queries.VerifyLook {
	return queries.VerifyLook{Unit: "u", Form: "f", Family: family, Month: month(n), P: p}
}

// What suffices at a first look does not at a later one, unless an earlier look was as clear.
func TestVerifyListCountsEarlierLooks(t *testing.T) {
	all := []queries.Finding{clue{"u", "f", "copying", 1e-4, 0.01, nil, ""}.finding(0), clue{"u", "f", "target", 1e-4, 0.01, nil, ""}.finding(1)}
	empty := queries.VerifyLook{Month: month(2), P: 1}
	for _, c := range []struct {
		name  string
		looks []queries.VerifyLook
		want  bool
	}{
		{"first look", nil, true},
		{"a look before found nothing", []queries.VerifyLook{empty}, false},
		{"a first look before was as clear", []queries.VerifyLook{empty, look(2, "copying", 1e-4), look(2, "target", 1e-4)}, true},
		{"it was for one family", []queries.VerifyLook{empty, look(2, "copying", 1e-4)}, false},
		{"a look of this month is this one", []queries.VerifyLook{look(3, "copying", 1e-9)}, true},
		{"a later look does not count", []queries.VerifyLook{look(9, "copying", 1)}, true},
		{"a look that is forgotten", []queries.VerifyLook{{Month: month(3 - 36), P: 1}}, true},
	} {
		items, looks := verifyList(all, verifyPolicy(t), verifyPast{month: month(3), looks: c.looks})
		if items[0].Recommended != c.want {
			t.Errorf("%s: recommended %v", c.name, items[0].Recommended)
		}
		if len(looks) != 2 || looks[0].P != 1e-4 || !looks[0].Month.Equal(month(3)) {
			t.Errorf("%s: the look itself is kept uncorrected: %+v", c.name, looks)
		}
	}
}

// An innocent cause that turns up takes back what earlier looks said.
func TestVerifyListForgetsWhatIsExplainedNow(t *testing.T) {
	all := []queries.Finding{clue{"u", "f", "copying", 1e-9, 1e-6, []string{"innocent_open"}, ""}.finding(0), clue{"u", "f", "target", 1e-9, 1e-6, nil, ""}.finding(1)}
	items, looks := verifyList(all, verifyPolicy(t), verifyPast{month: month(3), looks: []queries.VerifyLook{look(2, "copying", 1e-12)}})
	if items[0].Recommended || len(looks) != 1 || looks[0].Family != "target" {
		t.Fatalf("%+v %+v", items, looks)
	}
}

func TestVerifyListIsAnsweredUntilDataAreNew(t *testing.T) {
	strong := []string{"beyond_peers", "sustained"}
	outcome := queries.VerifyOutcome{Unit: "u", Form: "f", Period: "2026-01/2026-06", Outcome: queries.OutcomeConfirmed, Findings: []string{"u/f/copying/0"}, Families: []string{"copying"}, Recommended: true}
	for _, c := range []struct {
		name    string
		outcome func(o *queries.VerifyOutcome)
		finding func(f *queries.Finding)
		want    bool
	}{
		{"checked", nil, nil, false},
		{"could not be checked", func(o *queries.VerifyOutcome) { o.Outcome = queries.OutcomeUnreachable }, nil, true},
		{"a month more of the same", nil, func(f *queries.Finding) { f.To = f.To.AddDate(0, 1, 0) }, false},
		{"a quarter more of the same", nil, func(f *queries.Finding) { f.To = f.To.AddDate(0, 0, 92) }, true},
		{"another finding on the same data", nil, func(f *queries.Finding) { f.ID = "other" }, false},
		{"another finding on newer data", nil, func(f *queries.Finding) { f.ID, f.To = "other", f.To.AddDate(0, 1, 0) }, true},
	} {
		f, o := clue{"u", "f", "copying", 1e-12, 1e-9, strong, ""}.finding(0), outcome
		if c.outcome != nil {
			c.outcome(&o)
		}
		if c.finding != nil {
			c.finding(&f)
		}
		items, _ := verifyList([]queries.Finding{f}, verifyPolicy(t), verifyPast{outcomes: []queries.VerifyOutcome{o}})
		if items[0].Recommended != c.want {
			t.Errorf("%s: recommended %v", c.name, items[0].Recommended)
		}
	}
}

func TestCheckedUntil(t *testing.T) {
	at := time.Date(2026, 8, 3, 23, 0, 0, 0, time.UTC)
	for period, want := range map[string]string{"2026-01/2026-06": "2026-06-30", "2026-02": "2026-02-28", "2025": "2025-12-31", "2026-05-04": "2026-05-04", "": "2026-08-03", "last spring": "2026-08-03"} {
		if got := checkedUntil(queries.VerifyOutcome{Period: period, At: at}).Format(time.DateOnly); got != want {
			t.Errorf("%q ends %s, want %s", period, got, want)
		}
	}
}

// Thirty-six monthly analyses of two years of data each, in which nobody invents anything: six families for each of 1,000 pairs,
// their statistics rolling means over noise that units share between families.
func TestVerifyListOverThreeYearsWithoutFraud(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates three years of analyses")
	}
	const worlds, months, window, units, forms = 40, 36, 24, 200, 5
	policy := verifyPolicy(t)
	families := []string{"copying", "digits", "target", "dynamics", "consistency", "timing"}
	rng := rand.New(rand.NewPCG(36, 1))
	spoke, naive, recommended := 0, 0, 0
	for range worlds {
		// Sums over the window for every pair and family, moved on month by month.
		noise := make([][]float64, months+window)
		for m := range noise {
			noise[m] = make([]float64, units*forms*len(families))
			for i := range noise[m] {
				noise[m][i] = rng.NormFloat64()
			}
		}
		sum := make([]float64, len(noise[0]))
		for m := range window {
			for i, x := range noise[m] {
				sum[i] += x
			}
		}
		var past verifyPast
		ever, everNaive := map[string]bool{}, false
		speak := false
		for m := range months {
			past.month = month(1 + m)
			byFamily := make([][]float64, len(families))
			for i, s := range sum {
				byFamily[i%len(families)] = append(byFamily[i%len(families)], stats.NormalTail(s/math.Sqrt(window)))
			}
			var all []queries.Finding
			for k, p := range byFamily {
				for pair, q := range stats.BenjaminiHochberg(p) {
					if p[pair] > 1e-3 {
						continue
					}
					f := clue{fmt.Sprint(pair / forms), fmt.Sprint(pair % forms), families[k], p[pair], q, []string{"beyond_peers", "sustained"}, ""}.finding(0)
					f.Evidence.Detail["tests"] = len(p)
					everNaive = everNaive || q <= 0.05/6
					all = append(all, f)
				}
			}
			items, looks := verifyList(all, policy, past)
			past.looks = append(append(past.looks, queries.VerifyLook{Month: past.month, P: 1}), looks...)
			for _, v := range items {
				if v.Recommended {
					ever[v.Unit] = true
				}
			}
			cases := verifyCases(all)
			remember(cases, past, stats.Spending{First: 0.5, Memory: 36})
			correct(cases, testsByFamily(all))
			for _, c := range cases {
				for _, e := range c.families {
					speak = speak || e.q <= 0.05/6
				}
			}
			for i := range sum {
				sum[i] += noise[m+window][i] - noise[m][i]
			}
		}
		recommended += len(ever)
		if speak {
			spoke++
		}
		if everNaive {
			naive++
		}
	}
	t.Logf("of %d worlds: some family spoke in %d, without memory in %d; %d of %d units recommended", worlds, spoke, naive, recommended, worlds*units)
	if share := float64(recommended) / (worlds * units); share > 0.002 {
		t.Errorf("%v of honest units were recommended at some time", share)
	}
	if spoke > 6 { // 5 % of 40 worlds are 2; 7 and more have a probability of 0.3 %
		t.Errorf("some family spoke at some time in %d of %d worlds without fraud", spoke, worlds)
	}
	if naive <= spoke {
		t.Errorf("without memory %d of %d worlds, with it %d: the simulation shows nothing", naive, worlds, spoke)
	}
}

// A smaller p never takes a recommendation back, and never moves a pair of equal stakes down.
func TestVerifyListIsMonotoneInP(t *testing.T) {
	policy := verifyPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		var clues []clue
		for range rapid.IntRange(1, 12).Draw(t, "n") {
			p := math.Pow(10, -rapid.Float64Range(2, 12).Draw(t, "p"))
			flags := []string{"beyond_peers", "sustained"}
			if rapid.Bool().Draw(t, "plain") {
				flags = nil
			}
			clues = append(clues, clue{
				rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "unit"), "f", rapid.SampledFrom([]string{"copying", "digits", "target", "timing"}).Draw(t, "family"), p, math.Min(1, p*50), flags, "",
			})
		}
		build := func() []queries.Finding {
			var all []queries.Finding
			for i, c := range clues {
				f := c.finding(i)
				f.Evidence.Detail["tests"] = 500
				all = append(all, f)
			}
			return all
		}
		at := func(items []queries.VerifyItem, unit string) int {
			return slices.IndexFunc(items, func(v queries.VerifyItem) bool { return v.Unit == unit })
		}
		i := rapid.IntRange(0, len(clues)-1).Draw(t, "which")
		before := VerifyList(build(), policy)
		clues[i].p /= 1000
		after := VerifyList(build(), policy)
		was, is := before[at(before, clues[i].unit)], after[at(after, clues[i].unit)]
		if was.Recommended && !is.Recommended {
			t.Fatalf("%+v was recommended", was)
		}
		for k, v := range after {
			if v.Priority != k+1 {
				t.Fatalf("priority %d at place %d", v.Priority, k+1)
			}
		}
	})
}
