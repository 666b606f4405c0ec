package analyzer

import (
	"math"
	"strings"
	"testing"
)

func TestArithmetic(t *testing.T) {
	figures := map[string]float64{"a": 6, "b": 3, "c": 2, "合计": 11, "x-y": 4, "rate": 50}
	known := func(id string) int {
		if _, ok := figures[id]; ok {
			return 0
		}
		return -1
	}
	of := func(t *term) float64 {
		v, ok := figures[t.field]
		if !ok {
			return math.NaN()
		}
		if t.before {
			return v - 1
		}
		return v
	}
	for text, want := range map[string][2]float64{
		"合计 = a + b + c":                        {11, 11},
		"a = a_{t-1} + b - c":                   {6, 6},
		"a_t = a_{t-1}+b_t-c_t":                 {6, 6},
		"rate = 100*b/a within rounding":        {50, 50},
		"b <= a":                                {3, 6},
		"`x-y` ≥ -c * (b + 1)":                  {4, -8},
		"a == 2×b":                              {6, 6},
		"a - b - c = 12 ÷ b ÷ (c + c)":          {1, 1},
		"rate[t] = rate[t-1] + missing":         {50, math.NaN()},
		"a = b / (c - 2)":                       {6, math.NaN()},
		"((((((a)))))) = ((((((b)))))) + 3 - 0": {6, 6},
	} {
		r, err := parseArithmetic(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		_ = r.bind(known)
		for i, got := range []float64{r.left.value(of), r.right.value(of)} {
			if got != want[i] && !(math.IsNaN(got) && math.IsNaN(want[i])) {
				t.Errorf("%s: side %d is %v, want %v", text, i, got, want[i])
			}
		}
	}
}

func TestArithmeticFaults(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "character 1: a field, a number or a bracket is expected",
		"total":               "character 6: a comparison is expected",
		"a = b +":             "character 8: a field",
		"合计 = (a + b":         "character 12: a closing bracket",
		"a = b c":             `character 7: "c" is not expected here`,
		"a = b within reason": `"within" is followed by "rounding"`,
		"a = 3":               "needs two fields",
		"a = 1.2.3 + b":       `"1.2.3" is no number`,
		"a = `b":              "character 5: a field",
		"a < b":               "character 3: a comparison is expected",
		"a = " + strings.Repeat("(", 60) + "b" + strings.Repeat(")", 60): "nested too deeply",
		"a = b" + strings.Repeat(" ", 2000):                              "2000 bytes",
	} {
		if _, err := parseArithmetic(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	r, err := parseArithmetic("total = a + nobody")
	if err != nil {
		t.Fatal(err)
	}
	if err := r.bind(func(id string) int { return strings.Index(id, "y") * -1 }); err == nil || !strings.Contains(err.Error(), `"nobody"`) {
		t.Errorf("an unknown field is not named: %v", err)
	}
}

func FuzzArithmetic(f *testing.F) {
	for _, seed := range []string{
		"total = a + b + c", "a <= b", "rate = 100*a/b within rounding", "stock_t = stock_{t-1} + in_t - out_t", "`x y`[t-1] ≥ -3 × (合计 ÷ 2)",
		"a = ((b", "= =", "_{t-1}", "1.5.2", "a=`",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := parseArithmetic(text)
		if err != nil {
			return
		}
		if len(r.fields()) == 0 {
			t.Errorf("%q was read without fields", text)
		}
		r.left.value(func(*term) float64 { return 1 })
		r.right.value(func(*term) float64 { return 1 })
	})
}
