package demo

import (
	"fmt"
	"math"
	"testing"
)

// flowsOf are the answers that a fabricator would invent.
func flowsOf(f *form, sub *submission) (out []float64) {
	for i := range f.fields {
		if f.flow(i) {
			out = append(out, sub.values[i].number)
		}
	}
	return out
}

// byPeriod are the submissions of a unit to a form, by period.
func (c *County) byPeriod(form, village int) map[int32]*submission {
	out := map[int32]*submission{}
	for i := range c.submissions[form] {
		if sub := &c.submissions[form][i]; int(sub.unit) == village {
			out[sub.period] = sub
		}
	}
	return out
}

func same(a, b []float64) int {
	n := 0
	for i := range a {
		if a[i] == b[i] {
			n++
		}
	}
	return n
}

func TestWhatIsPlantedIsInTheData(t *testing.T) {
	c := build(t, Options{Villages: 80, Fraud: 0.25, Seed: 3})
	kinds := map[string]int{}
	for _, lie := range c.truth.Fabricated {
		if !lie.Required {
			continue
		}
		kinds[lie.Kind]++
		form, village := c.formIndex(lie.Form), c.villageIndex(lie.Unit)
		f := c.forms[form]
		mine := c.byPeriod(form, village)
		var theirs map[int32]*submission
		if lie.Source != "" {
			theirs = c.byPeriod(form, c.villageIndex(lie.Source))
		}
		exact, near, invented := 0, 0, 0
		var last []float64
		for p := range c.periods[form] {
			sub := mine[int32(p)]
			if sub == nil {
				continue
			}
			flows := flowsOf(f, sub)
			if sub.invented {
				invented++
				model := last
				if theirs != nil {
					model = flowsOf(f, theirs[int32(p)])
					if theirs[int32(p)].submitted >= sub.submitted {
						t.Errorf("%s %s: copied before it was there", lie.Unit, lie.Form)
					}
				}
				if model != nil && lie.Kind != kindHumanDigits {
					switch same(flows, model) {
					case len(flows):
						exact++
					case len(flows) - 1, len(flows) - 2:
						near++
					}
				}
			}
			last = flows
		}
		if invented != len(lie.Periods) {
			t.Errorf("%s %s: %d periods are invented, %d are told", lie.Unit, lie.Form, invented, len(lie.Periods))
		}
		switch {
		case lie.Kind == kindCopyForward && exact < invented*8/10:
			t.Errorf("%s %s: %d of %d repeat the period before", lie.Unit, lie.Form, exact, invented)
		case lie.Kind == kindCrossUnit && exact+near < invented || lie.Kind == kindJitterCopy && near < invented*8/10:
			t.Errorf("%s %s (%s): %d exact and %d near of %d", lie.Unit, lie.Form, lie.Kind, exact, near, invented)
		}
	}
	for _, kind := range []string{kindCopyForward, kindJitterCopy, kindCrossUnit, kindHumanDigits} {
		if kinds[kind] == 0 {
			t.Errorf("nothing of the kind %s is planted", kind)
		}
	}
}

func TestWithoutFraudNothingIsPlanted(t *testing.T) {
	c := build(t, Options{Villages: 60})
	if len(c.truth.Fabricated) != 0 || len(c.truth.Pooled) != 0 {
		t.Errorf("%d cases and %d pooled fields are planted", len(c.truth.Fabricated), len(c.truth.Pooled))
	}
	for f := range c.forms {
		repeats := map[int32]int{}
		last := map[int32]string{}
		if c.forms[f].spec.per == "record" || len(flowsOf(c.forms[f], &submission{values: make([]value, len(c.forms[f].fields))})) < 6 {
			continue
		}
		for i := range c.submissions[f] {
			sub := &c.submissions[f][i]
			if sub.invented {
				t.Fatalf("%s: something is invented", c.forms[f].spec.id)
			}
			flows := fmt.Sprint(flowsOf(c.forms[f], sub))
			if last[sub.unit] == flows {
				repeats[sub.unit]++
			}
			last[sub.unit] = flows
		}
		for unit, n := range repeats {
			if n > 3 {
				t.Errorf("%s: honest village %d repeats itself %d times", c.forms[f].spec.id, unit, n)
			}
		}
	}
}

// cramersV is the effect size of last digits that are not uniform.
func cramersV(counts [10]int) (v float64, n int) {
	for _, k := range counts {
		n += k
	}
	chi2 := 0.0
	for _, k := range counts {
		e := float64(n) / 10
		chi2 += (float64(k) - e) * (float64(k) - e) / e
	}
	return math.Sqrt(chi2 / float64(n) / 9), n
}

func TestHumanDigitsAreUneven(t *testing.T) {
	c := build(t, Options{Villages: 80, Fraud: 0.25, Seed: 3})
	form := c.formIndex("ny-jg-w")
	lying := map[int32]bool{}
	for _, lie := range c.truth.Fabricated {
		if lie.Form == "ny-jg-w" {
			lying[int32(c.villageIndex(lie.Unit))] = true
		}
	}
	digits := map[int32]*[10]int{}
	var honest [10]int
	for i := range c.submissions[form] {
		sub := &c.submissions[form][i]
		for k := range c.forms[form].fields {
			if x := sub.values[k].number; c.forms[form].flow(k) && x >= 100 {
				d := int(math.Mod(x, 10))
				if !lying[sub.unit] {
					honest[d]++
					continue
				}
				if digits[sub.unit] == nil {
					digits[sub.unit] = &[10]int{}
				}
				digits[sub.unit][d]++
			}
		}
	}
	if v, n := cramersV(honest); n < 5000 || v > 0.02 {
		t.Errorf("honest last digits of %d numbers: Cramér's V %.3f", n, v)
	}
	if len(digits) == 0 {
		t.Fatal("nobody invents prices")
	}
	for unit, counts := range digits {
		if v, n := cramersV(*counts); v < 0.06 {
			t.Errorf("village %d: last digits of %d numbers with Cramér's V %.3f", unit, n, v)
		}
	}
}

// firstTwo is the mean absolute deviation of the first two digits from Benford's law.
func firstTwo(amounts []float64) float64 {
	var counts [100]float64
	for _, x := range amounts {
		for x >= 100 {
			x /= 10
		}
		for x < 10 {
			x *= 10
		}
		counts[int(x)]++
	}
	sum := 0.0
	for d := 10; d < 100; d++ {
		sum += math.Abs(counts[d]/float64(len(amounts)) - math.Log10(1+1/float64(d)))
	}
	return sum / 90
}

func TestSplitAmountsLeaveTheLaw(t *testing.T) {
	amounts := func(c *County, name string) (out []float64) {
		form, field := c.find(t, name)
		for i := range c.submissions[form] {
			out = append(out, c.submissions[form][i].values[field].number)
		}
		return out
	}
	honest, fraud := build(t, Options{Villages: 60}), build(t, Options{Villages: 60, Fraud: 0.1})
	usual, split := firstTwo(amounts(honest, "ny-yg-l.je")), firstTwo(amounts(fraud, "ny-yg-l.je"))
	reference := firstTwo(amounts(fraud, "ny-zc-l.je"))
	if usual > 0.0025 || reference > 0.0025 || split < 0.005 {
		t.Errorf("mean deviation %.4f without, %.4f with splitting, %.4f in the ledger beside it", usual, split, reference)
	}
}
