package evaluate

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b float64) bool { return math.Abs(a-b) < 1e-6 }

// statsmodels 0.13: proportion_confint(count, nobs, method='wilson').
func TestWilson(t *testing.T) {
	for _, c := range []struct {
		count, of int
		low, high float64
	}{{19, 20, 0.7638688065532577, 0.9911185511992044}, {0, 50, 0, 0.07134759913335874}} {
		if low, high := Wilson(c.count, c.of); !near(low, c.low) || !near(high, c.high) {
			t.Errorf("%d of %d: %g to %g", c.count, c.of, low, high)
		}
	}
	if low, high := Wilson(0, 0); !math.IsNaN(low) || !math.IsNaN(high) {
		t.Error("nothing has an interval")
	}
}

var (
	someBad    = []bool{true, false, true, true, false, false, true, false, false, false, true, false}
	someScores = []float64{9, 8, 7, 7, 6, 5, 5, 4, 3, 3, 1, 0}
)

func someScored() []scored {
	out := make([]scored, len(someBad))
	for i := range out {
		out[i] = scored{unit: i, score: someScores[i], bad: someBad[i]}
	}
	return out
}

// scikit-learn 1.2: roc_auc_score and average_precision_score; the standard error is DeLong's, from the placement values by
// definition in numpy.
func TestRankingFigures(t *testing.T) {
	var bad, honest []float64
	for _, s := range someScored() {
		if s.bad {
			bad = append(bad, s.score)
		} else {
			honest = append(honest, s.score)
		}
	}
	area, deviation := delong(bad, honest)
	if !near(area, 0.7) || !near(deviation, 0.17804684853180874) {
		t.Errorf("area %g, standard error %g", area, deviation)
	}
	if m := averagePrecision(someScored()); !near(*m.Value, 0.7051948051948052) || *m.Low > *m.Value || *m.High < *m.Value {
		t.Errorf("%g (%g to %g)", *m.Value, *m.Low, *m.High)
	}
}

// The area is the share of pairs in the right order, whatever the scores are.
func TestAreaIsTheShareOfPairs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		bad := rapid.SliceOfN(rapid.Float64Range(0, 5), 1, 20).Draw(t, "bad")
		honest := rapid.SliceOfN(rapid.Float64Range(0, 5), 1, 20).Draw(t, "honest")
		for i := range bad {
			bad[i] = math.Round(bad[i])
		}
		for i := range honest {
			honest[i] = math.Round(honest[i])
		}
		right := 0.0
		for _, a := range bad {
			for _, b := range honest {
				switch {
				case a > b:
					right++
				case a == b:
					right += 0.5
				}
			}
		}
		if area, _ := delong(bad, honest); !near(area, right/float64(len(bad)*len(honest))) {
			t.Fatalf("%g of %v before %v", area, bad, honest)
		}
	})
}

func county() *Truth {
	return &Truth{
		Format: Format, Version: Version, Units: []string{"a", "b", "c", "d"}, Forms: []string{"f", "g"}, HeldOut: []string{"template-copy"},
		Bad: []Bad{
			{Unit: "a", Form: "f", Kind: "copy-forward", Intensity: 0.9},
			{Unit: "b", Form: "f", Kind: "copy-forward", Intensity: 0.35},
			{Unit: "b", Form: "g", Kind: "template-copy", Intensity: 0.5},
		},
		LookAlikes: []LookAlike{{Kind: "holiday"}, {Kind: "shared-clerk", Units: []string{"c"}}, {Kind: "quotas", Forms: []string{"g"}}},
	}
}

func (r *Report) measure(name string) Measure {
	return r.Measures[slices.IndexFunc(r.Measures, func(m Measure) bool { return m.Name == name })]
}

func TestScore(t *testing.T) {
	list := []Claim{
		{Pair: Pair{"a", "f"}, Recommended: true, Priority: 1},
		{Pair: Pair{"c", "f"}, Recommended: true, Priority: 2},
		{Pair: Pair{"b", "g"}, Recommended: true, Priority: 3},
		{Pair: Pair{"b", "f"}, Priority: 4},
		{Pair: Pair{"town", "f"}, Recommended: true, Priority: 5},
	}
	findings := []Claim{{Pair: Pair{"c", "f"}, Recommended: true, Score: 1, Detector: "fab-burst"}, {Pair: Pair{"d", "f"}, Recommended: true, Score: 0.2, Detector: "fab-smooth"}}
	r := Score(county(), findings, list)
	for name, want := range map[string][2]int{
		"precision": {2, 3}, "recall": {1, 2}, "recall_from_0.3": {1, 2}, "recall_held_out": {1, 1}, "false_discovery": {1, 3},
		"honest_units_recommended": {1, 2}, "unit_precision": {2, 3}, "unit_recall": {2, 2}, "precision_at_5": {2, 3}, "precision_at_bad": {2, 3},
	} {
		if m := r.measure(name); m.Count != want[0] || m.Of != want[1] {
			t.Errorf("%s: %d of %d, want %v", name, m.Count, m.Of, want)
		}
	}
	if r.Recommended != 3 || r.Outside != 1 || len(r.Missed) != 1 || r.Missed[0].Unit != "b" {
		t.Errorf("%+v", r)
	}
	if len(r.Wrong) != 1 || !slices.Equal(r.Wrong[0].LookAlikes, []string{"holiday", "shared-clerk"}) || !slices.Equal(r.Wrong[0].Detectors, []string{"fab-burst"}) {
		t.Errorf("%+v", r.Wrong)
	}
	if m := r.measure("auroc"); !near(*m.Value, (5+4+4)/15.0) {
		t.Errorf("area %g", *m.Value)
	}
	for _, a := range r.LookAlikes {
		want := map[string][2]int{"holiday": {1, 5}, "shared-clerk": {1, 2}, "quotas": {0, 3}}[a.Kind]
		if a.Recommended.Count != want[0] || a.Recommended.Of != want[1] {
			t.Errorf("%s: %+v", a.Kind, a.Recommended)
		}
	}
	var text strings.Builder
	for _, language := range []string{"zh-CN", "en"} {
		if err := r.Write(&text, language, true); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []string{"0.667", "2/3", "copy-forward", "漏：b f", "missed: b f", "wrong: c f (fab-burst; holiday shared-clerk)"} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("%q is not in the table:\n%s", want, &text)
		}
	}
	for _, m := range r.Measures {
		if measureWords[m.Name][0] == "" || measureWords[m.Name][1] == "" {
			t.Errorf("%s has no name", m.Name)
		}
	}
}

// Without a list findings recommend; with an empty list nothing does.
func TestWithAndWithoutList(t *testing.T) {
	found := []Claim{{Pair: Pair{"a", "f"}, Recommended: true, Score: 0.9}}
	if r := Score(county(), found, nil); r.Recommended != 1 {
		t.Errorf("%d recommended without a list", r.Recommended)
	}
	r := Score(county(), found, []Claim{})
	if m := r.measure("precision"); r.Recommended != 0 || m.Value != nil {
		t.Errorf("%d recommended by an empty list", r.Recommended)
	}
	if m := r.measure("auroc"); *m.Value <= 0.5 {
		t.Error("the findings do not order")
	}
}

func TestReadClaims(t *testing.T) {
	text := `
{"detector":"fab-smooth","family":"fabrication","status":"open","score":0.4,"subject":{"units":["a"],"forms":["f"]}}
{"detector":"dup-form","family":"duplicate","status":"open","score":1,"subject":{"units":["a"],"forms":["f"]}}
{"detector":"fab-smooth","family":"fabrication","status":"not_assessed","score":0,"subject":{"units":["b"],"forms":["f"]}}
{"detector":"fab-copy-forward","family":"fabrication","score":0.9,"subject":{"units":[],"forms":["f"]}}
{"unit":"b","form":"g","priority":2,"recommended":false,"families":["copying"]}
{"unit":"c","form":"g","p":0.25}
`
	claims, err := ReadClaims(strings.NewReader(text), "x")
	want := []Claim{
		{Pair{"a", "f"}, true, 0, 0.4, "fab-smooth"}, {Pair{"b", "g"}, false, 2, 0, ""}, {Pair{"c", "g"}, true, 0, 0.75, ""},
	}
	if err != nil || !slices.Equal(claims, want) {
		t.Error(claims, err)
	}
	list, err := ReadClaims(strings.NewReader(` [{"unit":"a","form":"f"},{"unit":"b","form":"f"}]`), "x")
	if err != nil || len(list) != 2 {
		t.Error(list, err)
	}
	for text, want := range map[string]string{
		"{\"unit\":\"a\",\"form\":\"f\"}\n{\"unit\":3}": "x:2: unit: expected a text, not number",
		"\n\n{": "x:3: this is no JSON", `{"score":1}`: "x:1: the line has neither", "[1]": "x:1:", "[{}": "x:1:",
	} {
		if _, err := ReadClaims(strings.NewReader(text), "x"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

const goodTruth = `{
 "format": "jianfu-truth", "version": 1, "seed": 7, "share": 0.05,
 "units": ["a", "b"],
 "forms": ["f"],
 "bad": [
  {"unit": "a", "form": "f", "kind": "copy-forward", "intensity": 0.4, "periods": ["2026-01"]}
 ],
 "look_alikes": [
  {"kind": "merger", "units": ["b"]}
 ]
}`

func TestReadTruth(t *testing.T) {
	got, err := ReadTruth(strings.NewReader(goodTruth), "truth.json")
	if err != nil || len(got.Bad) != 1 || got.Bad[0].Intensity != 0.4 || got.LookAlikes[0].Units[0] != "b" {
		t.Fatal(got, err)
	}
	for _, c := range []struct{ old, new, want string }{
		{`"version": 1`, `"version": 2`, "truth.json:2: version: version 2 is not known"},
		{`jianfu-truth`, `truth`, `truth.json:2: format: "truth" is not`},
		{`"seed"`, `"sead"`, "truth.json:2: sead: this key is unknown"},
		{`"intensity": 0.4`, `"intensity": 4`, "truth.json:6: bad[0].intensity: 4 is not a share"},
		{`"intensity": 0.4`, `"intensity": "much"`, "truth.json:6: bad[0].intensity: expected a number, not string"},
		{`"unit": "a"`, `"unit": "x"`, `truth.json:6: bad[0].unit: "x" is not among the units`},
		{`"kind": "copy-forward", `, ``, "truth.json:6: bad[0].kind: this key is missing"},
		{`"periods"`, `"months"`, "truth.json:6: bad[0].months: this key is unknown"},
		{`["b"]}`, `["z"]}`, `truth.json:9: look_alikes[0].units: "z" is not among`},
		{`"forms": ["f"],`, ``, "forms: this key is missing"},
		{`["a", "b"]`, `["a", "a"]`, `truth.json:3: units: "a" is empty or stands twice`},
		{`["a", "b"]`, `[]`, "truth.json:3: units: the list is empty"},
		{`["a", "b"]`, `["a", 5]`, "truth.json:3: units: expected a text, not number"},
		{`"share": 0.05,`, `"share": 0.05 "x"`, "truth.json:2: this is no JSON"},
		{"\n]\n}", "", "the file ends too early"},
		{`"seed": 7`, `"seed": 7, "seed": 8`, "truth.json:2: seed: this key stands twice"},
	} {
		text := strings.Replace(goodTruth, c.old, c.new, 1)
		if text == goodTruth && c.old != "\n]\n}" {
			t.Fatalf("%q is not in the text", c.old)
		}
		if c.old == "\n]\n}" {
			text = goodTruth[:len(goodTruth)-6]
		}
		_, err := ReadTruth(strings.NewReader(text), "truth.json")
		var fault *SyntaxError
		if !errors.As(err, &fault) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s for %s: %v, want %q", c.new, c.old, err, c.want)
		}
	}
}

func FuzzReadTruth(f *testing.F) {
	f.Add(goodTruth)
	f.Add(`{"fabricated":[{"unit":"a","form":"f","kind":"x","periods":["1"],"of":2}],"burden":[{"unit":"a","kind":"village"}],"form_hours":[{"form":"f"}]}`)
	f.Add(`{"format":"jianfu-truth","version":1,"units":["a"],"forms":["f"],"bad":[{}]}`)
	f.Add(`[`)
	f.Fuzz(func(t *testing.T, text string) {
		truth, err := ReadTruth(strings.NewReader(text), "x")
		if err != nil {
			return
		}
		for _, b := range truth.Bad {
			if !slices.Contains(truth.Units, b.Unit) || !slices.Contains(truth.Forms, b.Form) || !(b.Intensity >= 0 && b.Intensity <= 1) {
				t.Errorf("%+v went through", b)
			}
		}
		if len(truth.Units)*len(truth.Forms) < 1000 {
			Score(truth, nil, nil)
		}
	})
}

func FuzzReadClaims(f *testing.F) {
	f.Add(`{"unit":"b","form":"g","priority":2,"recommended":false}`)
	f.Add(`[{"subject":{"units":["a"],"forms":["f"]},"score":1}]`)
	f.Fuzz(func(t *testing.T, text string) {
		claims, err := ReadClaims(strings.NewReader(text), "x")
		for _, c := range claims {
			if err == nil && c.Unit == "" && c.Form == "" && !strings.Contains(text, "subject") {
				t.Errorf("%+v went through", c)
			}
		}
	})
}
