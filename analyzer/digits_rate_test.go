package analyzer

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// completion draws counts against denominators, a share of the rates invented as whole percentages.
func completion(n int, invented float64, rng *rand.Rand) (values, denominators []string) {
	for range n {
		d := 200 + rng.IntN(4000)
		rate := 0.55 + 0.4*rng.Float64()
		if rng.Float64() < invented {
			rate = math.Round(100*rate) / 100
		}
		values = append(values, strconv.Itoa(int(math.Round(rate*float64(d)))))
		denominators = append(denominators, strconv.Itoa(d))
	}
	return values, denominators
}

func TestIntegerRate(t *testing.T) {
	for _, c := range []struct {
		name     string
		invented float64
		n        int
		verdict  string
	}{{"honest", 0, 2000, DigitConforms}, {"invented", 0.15, 2000, DigitDeparts}, {"few", 0.5, 50, DigitNotAssessed}} {
		values, denominators := completion(c.n, c.invented, stats.NewRand(9, c.name))
		r := runDigits(t, DigitInput{Values: values, Denominators: denominators})[DigitIntegerRate]
		if r.Verdict != c.verdict {
			t.Errorf("%s: %s, %s", c.name, r.Verdict, r.Reason)
		}
	}
	// Effect is observed less expected; denominators below 100, rates above 99 % and fractions are left out.
	r := runDigits(t, DigitInput{
		Values:       []string{"500", "501", "50", "999", "12.5", "x", "300"},
		Denominators: []string{"1000", "1000", "60", "1000", "1000", "1000", "1000"},
		Language:     "en",
	})[DigitIntegerRate]
	if r.N != 3 || value(r.Statistic) != 2 || math.Abs(value(r.Effect)-(2-0.3)) > 0.01 || !strings.Contains(r.Reason, "2 rows with a denominator below 100") {
		t.Errorf("n %d, observed %v, effect %v: %s", r.N, value(r.Statistic), value(r.Effect), r.Reason)
	}
	if _, there := runDigits(t, DigitInput{Values: []string{"1"}})[DigitIntegerRate]; there {
		t.Error("without denominators there is no rate")
	}
	hundreds := make([]string, 200)
	parts := make([]string, 200)
	for i := range hundreds {
		hundreds[i], parts[i] = "100", strconv.Itoa(30+i%60)
	}
	if r := runDigits(t, DigitInput{Values: parts, Denominators: hundreds, Language: "en"})[DigitIntegerRate]; r.Verdict != DigitNotAssessed || !strings.Contains(r.Reason, "necessity") {
		t.Errorf("denominators of 100: %s, %s", r.Verdict, r.Reason)
	}
}

func TestTargetBunching(t *testing.T) {
	for _, c := range []struct {
		name    string
		target  string
		rates   bool
		draw    func(rng *rand.Rand) float64
		verdict string
	}{
		{"honest", "95", false, func(rng *rand.Rand) float64 { return 94 + 3*rng.NormFloat64() }, DigitConforms},
		{"lifted over the bar", "95", false, func(rng *rand.Rand) float64 {
			x := 94 + 3*rng.NormFloat64()
			if x > 93 && x < 95 && rng.IntN(2) == 0 {
				x = 95.05 + rng.Float64()
			}
			return x
		}, DigitDeparts},
		{"set to the bar", "95", false, func(rng *rand.Rand) float64 {
			x := 94 + 3*rng.NormFloat64()
			if x > 92 && x < 95 && rng.IntN(4) == 0 {
				x = 95
			}
			return x
		}, DigitDeparts},
		{"honest rates", "0.9", true, func(rng *rand.Rand) float64 { return 0.89 + 0.03*rng.NormFloat64() }, DigitConforms},
		{"lifted rates", "90%", true, func(rng *rand.Rand) float64 {
			x := 0.89 + 0.03*rng.NormFloat64()
			if x > 0.87 && x < 0.9 && rng.IntN(2) == 0 {
				x = 0.902 + 0.01*rng.Float64()
			}
			return x
		}, DigitDeparts},
		{"nobody near", "500", false, func(rng *rand.Rand) float64 { return 94 + 3*rng.NormFloat64() }, DigitNotAssessed},
	} {
		rng := stats.NewRand(10, c.name)
		in := DigitInput{Target: c.target, Language: "en"}
		for range 2000 {
			x := c.draw(rng)
			if !c.rates {
				in.Values = append(in.Values, strconv.FormatFloat(x, 'f', 2, 64))
				continue
			}
			d := 500 + rng.IntN(3000)
			in.Values = append(in.Values, strconv.Itoa(int(math.Round(x*float64(d)))))
			in.Denominators = append(in.Denominators, strconv.Itoa(d))
		}
		r := runDigits(t, in)[DigitTargetBunching]
		if r.Verdict != c.verdict || r.N != 2000 {
			t.Errorf("%s: %s, n %d, effect %.3f: %s", c.name, r.Verdict, r.N, value(r.Effect), r.Reason)
		}
		if c.verdict == DigitDeparts && (value(r.Effect) < value(r.Threshold) || value(r.P) > 0.01 || !strings.Contains(r.Reason, "the target itself")) {
			t.Errorf("%s: effect %v, threshold %v, p %v: %s", c.name, value(r.Effect), value(r.Threshold), value(r.P), r.Reason)
		}
	}
}

func TestRoundTargetsAreNotBunching(t *testing.T) {
	// A tenth rounds to fives everywhere; the target 95 is no more popular than 90 or 85.
	rng := stats.NewRand(11, "rounders")
	in := DigitInput{Target: "95", Language: "en"}
	for range 3000 {
		x := 95 + 8*rng.NormFloat64()
		if rng.IntN(10) == 0 {
			x = math.Round(x/5) * 5
		}
		in.Values = append(in.Values, strconv.FormatFloat(x, 'f', 1, 64))
	}
	if r := runDigits(t, in)[DigitTargetBunching]; r.Verdict != DigitConforms {
		t.Errorf("%s: %s", r.Verdict, r.Reason)
	}
}

func BenchmarkDigits(b *testing.B) {
	values := lognormal(1_000_000, 1.6, 1)
	values2, denominators := completion(1_000_000, 0, stats.NewRand(1, "benchmark"))
	column := func(in DigitInput) *digitSample {
		c, err := readDigitColumn(in)
		if err != nil {
			b.Fatal(err)
		}
		return c.sample(digitGroup{})
	}
	money := column(DigitInput{Values: values, Thresholds: DefaultDigitThresholds(), Target: "1000"})
	rates := column(DigitInput{Values: values2, Denominators: denominators, Thresholds: DefaultDigitThresholds(), Target: "80"})
	for name, test := range map[string]func(){
		DigitBenfordFirstTwo: func() {
			JudgeBenford(DigitBenfordFirstTwo, money.benfordSummary(), money.in.Thresholds, money.rng(""))
		},
		DigitTerminalDigit:                func() { JudgeTerminalDigit(money.terminalSummary(), money.in.Thresholds) },
		DigitIntegerRate:                  func() { rates.integerRate() },
		DigitTargetBunching:               func() { money.targetBunching() },
		DigitTargetBunching + "-of-rates": func() { rates.targetBunching() },
		DigitNumberBunching: func() {
			if _, err := money.numberBunching(context.Background()); err != nil {
				b.Fatal(err)
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				test()
			}
		})
	}
	b.Run("read", func(b *testing.B) {
		for b.Loop() {
			column(DigitInput{Values: values, Thresholds: DefaultDigitThresholds()})
		}
	})
}
