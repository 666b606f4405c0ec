package queries_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

func TestClaims(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		text   string
		metric string
		before float64
		after  float64
		change float64
		again  string
	}{
		{"-57.1%", queries.ClaimHours, nan, nan, -0.571, "hours:-57.1%"},
		{"57.1％", queries.ClaimHours, nan, nan, -0.571, "hours:-57.1%"},
		{"−30 %", queries.ClaimHours, nan, nan, -0.3, "hours:-30%"},
		{"+5%", queries.ClaimHours, nan, nan, 0.05, "hours:+5%"},
		{"91:39", queries.ClaimForms, 91, 39, 39./91 - 1, "forms:91:39"},
		{"fields:1,849：904", queries.ClaimFields, 1849, 904, 904./1849 - 1, "fields:1849:904"},
		{"submissions:-20%", queries.ClaimSubmissions, nan, nan, -0.2, "submissions:-20%"},
		{"0%", queries.ClaimHours, nan, nan, 0, "hours:0%"},
	} {
		got, err := queries.ParseClaim(c.text)
		if err != nil || got == nil || got.Metric != c.metric || math.Abs(got.Change-c.change) > 1e-12 || got.String() != c.again {
			t.Errorf("%s: %+v, %v", c.text, got, err)
			continue
		}
		if !math.IsNaN(c.before) && (got.Before != c.before || got.After != c.after) {
			t.Errorf("%s: %+v", c.text, got)
		}
	}
	for _, text := range []string{"half", "57", "0:3", "-1:3", "3:", "%", "-120%", "hours:", "91:39:1", "NaN%", "Inf:3"} {
		if got, err := queries.ParseClaim(text); err == nil {
			t.Errorf("%q was taken as %+v", text, got)
		}
	}
	if got, err := queries.ParseClaim(" "); got != nil || err != nil {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestClaimsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := queries.Claim{Metric: rapid.SampledFrom([]string{"hours", "submissions", "forms", "fields"}).Draw(t, "metric"), Before: math.NaN(), After: math.NaN()}
		if rapid.Bool().Draw(t, "pair") {
			c.Before, c.After = float64(rapid.IntRange(1, 9999).Draw(t, "before")), float64(rapid.IntRange(0, 9999).Draw(t, "after"))
			c.Change = c.After/c.Before - 1
		} else {
			c.Change = float64(rapid.IntRange(-1000, 5000).Draw(t, "permille")) / 1000
		}
		back, err := queries.ParseClaim(c.String())
		if err != nil || back.Metric != c.Metric || math.Abs(back.Change-c.Change) > 1e-9 {
			t.Fatalf("%s became %+v, %v", c, back, err)
		}
	})
}

func FuzzParseClaim(f *testing.F) {
	for _, seed := range []string{"-57.1%", "91:39", "fields:1849:904", "", "%", ":", "hours:+1e309%", "forms:1:0", "１%"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		c, err := queries.ParseClaim(text)
		if err != nil || c == nil {
			return
		}
		if math.IsNaN(c.Change) || math.IsInf(c.Change, 0) || c.Change < -1 {
			t.Fatalf("%q is a change by %v", text, c.Change)
		}
		if _, err := queries.ParseClaim(c.String()); err != nil {
			t.Fatalf("%q became %q: %v", text, c, err)
		}
	})
}
