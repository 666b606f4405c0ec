package analyzer

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// digitData reads a column of the public test data, which is not part of the project; without it the test is skipped.
func digitData(t *testing.T, file, column string) []string {
	t.Helper()
	f, err := os.Open(filepath.Join("..", "..", "shared", "data", "digits", file))
	if err != nil {
		t.Skipf("the public test data are absent: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for i, name := range rows[0] {
		if name != column {
			continue
		}
		for _, row := range rows[1:] {
			values = append(values, row[i])
		}
		return values
	}
	t.Fatalf("%s has no column %q", file, column)
	return nil
}

// runDigits runs the tests and returns the results of all rows together by test.
func runDigits(t *testing.T, in DigitInput) map[string]DigitResult {
	t.Helper()
	results, err := Digits(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	byTest := map[string]DigitResult{}
	for _, r := range results {
		if strings.Contains(r.Reason, "%!") || strings.TrimSpace(r.Reason) == "" {
			t.Errorf("%s gives the reason %q", r.Test, r.Reason)
		}
		if r.Group == "" {
			byTest[r.Test] = r
		}
	}
	return byTest
}

func value(p *float64) float64 {
	if p == nil {
		return math.NaN()
	}
	return *p
}

func TestDigitsOfPublishedData(t *testing.T) {
	type row struct {
		test, verdict        string
		n                    int
		statistic, p, effect float64 // NaN where nothing is published
		reason               string
	}
	none := math.NaN()
	for _, c := range []struct {
		file, column string
		rows         []row
	}{
		{"benford_corporate_payment.csv", "Amount", []row{
			{DigitBenfordFirstTwo, DigitDeparts, 185083, 32100.90, none, 0.0023366, "begin with 50"},
			{DigitHeaping, DigitDeparts, 189347, none, none, none, "heaped"},
			{DigitNumberBunching, DigitDeparts, 189347, none, none, none, "most frequent value is 50.00 (6022 times)"},
		}},
		{"benford_census2009.csv", "pop.2009", []row{
			{DigitBenfordFirst, DigitConforms, 19509, 17.5236, 0.0251, none, ""},
			{DigitBenfordFirstTwo, DigitConforms, 19509, 107.156, 0.0922, 0.000613, ""},
			{DigitTerminalDigit, DigitConforms, 19509, 22.806, none, 0.0114, ""},
			{DigitHeaping, DigitConforms, 19509, none, none, none, ""},
			{DigitNumberBunching, DigitConforms, 19509, none, none, none, ""},
		}},
		{"benford_lakes_perimeter.csv", "perimeter.km", []row{
			{DigitBenfordFirst, DigitNotAssessed, 248607, none, none, none, "cut off at about 1 "},
			{DigitBenfordFirstTwo, DigitNotAssessed, 248607, 88110.8, none, 0.006013, "cut off at about 1 "},
		}},
		{"benford_sino_forest.csv", "value", []row{
			{DigitBenfordFirst, DigitNotAssessed, 772, 7.6517, 0.4682, none, "at least 1000 are needed"},
			{DigitBenfordFirstTwo, DigitNotAssessed, 772, none, none, none, "at least 1000 are needed"},
		}},
		{"jfa_sanitizer.csv", "value", []row{
			{DigitNumberBunching, DigitDeparts, 1600, 1.5225, none, none, "entropy 7.065769"},
			{DigitTerminalDigit, DigitDeparts, 1600, none, none, none, "last digit 9"},
			{DigitBenfordFirstTwo, DigitNotAssessed, 1600, none, none, none, "95th percentile"},
		}},
	} {
		got := runDigits(t, DigitInput{Values: digitData(t, c.file, c.column)})
		for _, want := range c.rows {
			r := got[want.test]
			if r.Verdict != want.verdict || r.N != want.n || !strings.Contains(r.Reason, want.reason) {
				t.Errorf("%s %s: %s, n %d, want %s, n %d, reason with %q\n%s", c.file, want.test, r.Verdict, r.N, want.verdict, want.n, want.reason, r.Reason)
			}
			for name, pair := range map[string][2]float64{
				"statistic": {value(r.Statistic), want.statistic}, "p": {value(r.P), want.p}, "effect": {value(r.Effect), want.effect},
			} {
				if !math.IsNaN(pair[1]) && !(math.Abs(pair[0]-pair[1]) <= 2e-3*math.Abs(pair[1])) {
					t.Errorf("%s %s: %s %v, published %v", c.file, want.test, name, pair[0], pair[1])
				}
			}
		}
	}
}

func TestBenfordAbstainsOnShortColumns(t *testing.T) {
	// Nigrini's bounds fire on every honest column of this length.
	for _, r := range runDigits(t, DigitInput{Values: lognormal(300, 2, 1), Language: "en"}) {
		if strings.HasPrefix(r.Test, "benford") && (r.Verdict != DigitNotAssessed || r.P == nil || r.Effect == nil) {
			t.Errorf("%s at n = 300: %s, %s", r.Test, r.Verdict, r.Reason)
		}
	}
}

// lognormal draws honest amounts with two decimals and a spread of sigma in natural logarithms.
func lognormal(n int, sigma float64, seed uint64) []string {
	rng := stats.NewRand(seed, "lognormal")
	values := make([]string, n)
	for i := range values {
		values[i] = strconv.FormatFloat(math.Exp(7+sigma*rng.NormFloat64()), 'f', 2, 64)
	}
	return values
}

// Honest columns may fail a test in about one of a hundred cases, not in the 93 of the published bounds.
func TestHonestColumnsConform(t *testing.T) {
	departs, assessed := map[string]int{}, map[string]int{}
	for seed := range uint64(60) {
		for _, r := range runDigits(t, DigitInput{Values: lognormal(1200, 1.6, seed), Seed: seed}) {
			if r.Verdict != DigitNotAssessed {
				assessed[r.Test]++
			}
			if r.Verdict == DigitDeparts {
				departs[r.Test]++
			}
		}
	}
	for _, test := range []string{DigitBenfordFirst, DigitBenfordFirstTwo, DigitTerminalDigit, DigitHeaping} {
		if assessed[test] < 55 {
			t.Errorf("%s assessed only %d of 60 honest columns", test, assessed[test])
		}
		if departs[test] > 4 {
			t.Errorf("%s finds a departure in %d of 60 honest columns", test, departs[test])
		}
	}
}

func TestLogUniformIsNoCutOff(t *testing.T) {
	// Ten to a uniform power follows the law exactly, abrupt as its ends are.
	rng := stats.NewRand(1, "log uniform")
	values := make([]string, 5000)
	for i := range values {
		values[i] = strconv.FormatFloat(math.Pow(10, 1+3*rng.Float64()), 'f', 3, 64)
	}
	if r := runDigits(t, DigitInput{Values: values})[DigitBenfordFirstTwo]; r.Verdict != DigitConforms {
		t.Errorf("%s: %s", r.Verdict, r.Reason)
	}
}

func TestBenfordFindsInventedDigits(t *testing.T) {
	// All leading digits alike, over five decades.
	rng := stats.NewRand(2, "invented")
	values := make([]string, 3000)
	for i := range values {
		values[i] = fmt.Sprintf("%de%d", 100+rng.IntN(900), rng.IntN(5))
	}
	got := runDigits(t, DigitInput{Values: values, Language: "en"})
	for _, test := range []string{DigitBenfordFirst, DigitBenfordFirstTwo} {
		if r := got[test]; r.Verdict != DigitDeparts || value(r.Effect) <= value(r.Threshold) {
			t.Errorf("%s: %s, %s", test, r.Verdict, r.Reason)
		}
	}
}

func TestBenfordSeesFloorsAndCaps(t *testing.T) {
	floor, cap := lognormal(3000, 2, 3), lognormal(3000, 2, 4)
	for i := range floor {
		if x, _ := strconv.ParseFloat(floor[i], 64); x < 300 {
			floor[i] = "300"
		}
		if x, _ := strconv.ParseFloat(cap[i], 64); x > 10000 {
			cap[i] = "10000"
		}
	}
	for name, values := range map[string][]string{"minimum 300": floor, "maximum 10000": cap} {
		if r := runDigits(t, DigitInput{Values: values, Language: "en"})[DigitBenfordFirstTwo]; r.Verdict != DigitNotAssessed || !strings.Contains(r.Reason, name) {
			t.Errorf("%s: %s, %s", name, r.Verdict, r.Reason)
		}
	}
	above := make([]string, 0, 3000) // only what reaches 1,000 is recorded
	rng := stats.NewRand(5, "pareto")
	for range 3000 {
		above = append(above, strconv.FormatFloat(1000*math.Pow(rng.Float64(), -1.4), 'f', 2, 64))
	}
	if r := runDigits(t, DigitInput{Values: above, Language: "en"})[DigitBenfordFirstTwo]; r.Verdict != DigitNotAssessed || !strings.Contains(r.Reason, "cut off at about 1000") {
		t.Errorf("floor of recording: %s, %s", r.Verdict, r.Reason)
	}
}

// counts draws Poisson-like whole numbers around a mean.
func counts(n int, mean float64, rng *rand.Rand, change func(int) int) []string {
	values := make([]string, n)
	for i := range values {
		x := max(1, int(mean+math.Sqrt(mean)*rng.NormFloat64()*3))
		if change != nil {
			x = change(x)
		}
		values[i] = strconv.Itoa(x)
	}
	return values
}

func TestTerminalDigitsAndHeaping(t *testing.T) {
	for _, c := range []struct {
		name              string
		values            func(rng *rand.Rand) []string
		terminal, heaping string
		reason            string // of heaping
	}{
		{"honest", func(rng *rand.Rand) []string { return counts(2000, 400, rng, nil) }, DigitConforms, DigitConforms, "no marked heaping"},
		{"rounded by people", func(rng *rand.Rand) []string {
			return counts(2000, 400, rng, func(x int) int {
				if rng.IntN(3) == 0 {
					return x / 10 * 10
				}
				return x
			})
		}, DigitDeparts, DigitDeparts, "figures are heaped"},
		{"round figures avoided", func(rng *rand.Rand) []string {
			return counts(2000, 400, rng, func(x int) int {
				if x%5 == 0 && rng.IntN(3) > 0 {
					return x + 1 + rng.IntN(4)
				}
				return x
			})
		}, DigitDeparts, DigitDeparts, "too few round figures"},
		{"rounded by the form", func(rng *rand.Rand) []string { return counts(2000, 400, rng, func(x int) int { return x / 10 * 10 }) }, DigitNotAssessed, DigitNotAssessed, "the form itself"},
		{"small counts", func(rng *rand.Rand) []string { return counts(2000, 8, rng, nil) }, DigitNotAssessed, DigitNotAssessed, "uneven by nature"},
		{"years", func(rng *rand.Rand) []string { return counts(2000, 400, rng, func(x int) int { return 2010 + x%6 }) }, DigitNotAssessed, DigitNotAssessed, "different numbers"},
		{"few", func(rng *rand.Rand) []string { return counts(60, 400, rng, nil) }, DigitNotAssessed, DigitNotAssessed, "at least 100 are needed"},
		{"none", func(*rand.Rand) []string { return []string{"0", "", "无"} }, DigitNotAssessed, DigitNotAssessed, "2 cells are no numbers"},
	} {
		got := runDigits(t, DigitInput{Values: c.values(stats.NewRand(6, c.name)), Language: "en"})
		if r := got[DigitTerminalDigit]; r.Verdict != c.terminal {
			t.Errorf("%s: terminal digit %s, %s", c.name, r.Verdict, r.Reason)
		}
		if r := got[DigitHeaping]; r.Verdict != c.heaping || !strings.Contains(r.Reason, c.reason) {
			t.Errorf("%s: heaping %s, %s", c.name, r.Verdict, r.Reason)
		}
	}
}

func TestTrailingZerosAreDigits(t *testing.T) {
	// Honest money loses its final zeros in text; without padding 10 % of the cells would lend their dimes.
	values := lognormal(3000, 1, 7)
	for i := range values {
		values[i] = strings.TrimSuffix(strings.TrimRight(values[i], "0"), ".")
	}
	if r := runDigits(t, DigitInput{Values: values})[DigitTerminalDigit]; r.Verdict != DigitConforms || r.N != 3000 {
		t.Errorf("%s, n %d: %s", r.Verdict, r.N, r.Reason)
	}
}

func TestFullCompletionIsNoHeap(t *testing.T) {
	// A fifth reach 100 %, honestly; the last digits of the others are even.
	rng := stats.NewRand(14, "completion")
	values := make([]string, 3000)
	for i := range values {
		x := 100.0
		if rng.IntN(5) > 0 {
			x = 60 + 39*rng.Float64()
		}
		values[i] = strconv.FormatFloat(x, 'f', 2, 64)
	}
	got := runDigits(t, DigitInput{Values: values, Language: "en"})
	for _, test := range []string{DigitTerminalDigit, DigitHeaping, DigitNumberBunching} {
		if r := got[test]; r.Verdict == DigitDeparts || r.N > 2500 || !strings.Contains(r.Reason, "at the floor or cap 100 were left out") {
			t.Errorf("%s: %s, n %d: %s", test, r.Verdict, r.N, r.Reason)
		}
	}
}

func TestNumberBunchingNeedsATail(t *testing.T) {
	rng := stats.NewRand(8, "whole")
	if r := runDigits(t, DigitInput{Values: counts(500, 60, rng, nil), Language: "en"})[DigitNumberBunching]; r.Verdict != DigitNotAssessed || r.Statistic == nil || r.P != nil {
		t.Errorf("small whole numbers: %s, %s", r.Verdict, r.Reason)
	}
	// Honest measurements of little more than nothing: the tail depends on the head.
	rain := make([]string, 3000)
	for i := range rain {
		rain[i] = strconv.FormatFloat(0.1+rng.ExpFloat64(), 'f', 1, 64)
	}
	if r := runDigits(t, DigitInput{Values: rain, Language: "en"})[DigitNumberBunching]; r.Verdict != DigitNotAssessed || !strings.Contains(r.Reason, "related") {
		t.Errorf("small measurements: %s, %s", r.Verdict, r.Reason)
	}
	copied := make([]string, 0, 2000)
	for i := range 2000 {
		if i%8 == 7 {
			copied = append(copied, copied[i-5])
			continue
		}
		copied = append(copied, strconv.Itoa(int(9000+1500*rng.NormFloat64())))
	}
	r := runDigits(t, DigitInput{Values: copied, Language: "en"})[DigitNumberBunching]
	if r.Verdict != DigitDeparts || value(r.P) > 0.01 {
		t.Errorf("copied whole numbers: %s, %s", r.Verdict, r.Reason)
	}
}

func TestDigitsByGroup(t *testing.T) {
	in := DigitInput{Values: lognormal(600, 1, 12)}
	for i := range in.Values {
		in.Groups = append(in.Groups, []string{"李家村", "", "东河镇"}[i%3])
	}
	results, err := Digits(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, r := range results {
		if len(order) == 0 || order[len(order)-1] != r.Group {
			order = append(order, r.Group)
		}
		if r.Group != "" && strings.HasPrefix(r.Test, "benford") && r.Verdict != DigitNotAssessed {
			t.Errorf("Benford's law judges %s alone", r.Group)
		}
		if r.Test == DigitTerminalDigit && r.N != map[string]int{"": 600, "李家村": 200, "东河镇": 200}[r.Group] {
			t.Errorf("group %q has n %d", r.Group, r.N)
		}
	}
	if got := strings.Join(order, ","); got != ",东河镇,李家村" {
		t.Errorf("order of the groups %q", got)
	}
}

func TestDigitResultJSON(t *testing.T) {
	results, err := Digits(context.Background(), DigitInput{Values: []string{"无", ""}, Target: "5", Denominators: []string{"", ""}})
	if err != nil {
		t.Fatal(err)
	}
	if len(results) != 7 {
		t.Fatalf("%d tests", len(results))
	}
	for _, r := range results {
		if r.Verdict != DigitNotAssessed || r.Reason == "" || r.N != 0 {
			t.Errorf("%s of nothing: %s %q", r.Test, r.Verdict, r.Reason)
		}
	}
	line, err := json.Marshal(results[2])
	if err != nil {
		t.Fatal(err)
	}
	want := `{"test":"terminal-digit","group":"","n":0,"statistic":null,"df":null,"p":null,"effect":null,"threshold":0.0333,"verdict":"not_assessed","reason":"` +
		results[2].Reason + `"}`
	if string(line) != want {
		t.Errorf("row %s\nwant %s", line, want)
	}
}

func TestDigitsIsDeterministic(t *testing.T) {
	in := DigitInput{Values: lognormal(1500, 2, 13), Seed: 5}
	first, err := Digits(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	second, err := Digits(context.Background(), in)
	if err != nil {
		t.Fatal(err)
	}
	a, _ := json.Marshal(first)
	b, _ := json.Marshal(second)
	if string(a) != string(b) {
		t.Errorf("two runs differ:\n%s\n%s", a, b)
	}
}

func TestDigitsLanguages(t *testing.T) {
	reasons := map[string]string{}
	for _, language := range []string{"zh-CN", "en", ""} {
		reasons[language] = runDigits(t, DigitInput{Values: []string{"7"}, Language: language})[DigitHeaping].Reason
	}
	if reasons[""] != reasons["zh-CN"]+" "+reasons["en"] || strings.ContainsRune(reasons["en"], '的') || !strings.ContainsRune(reasons["zh-CN"], '的') {
		t.Errorf("%q", reasons)
	}
}

func TestDigitThresholdsFromPolicy(t *testing.T) {
	changed, err := DefaultDigitThresholds().Apply(map[string]float64{"alpha": 0.05, "benford_minimum": 500})
	if err != nil || changed.Alpha != 0.05 || changed.BenfordMinimum != 500 || changed.MADFirstTwo != 0.0022 {
		t.Errorf("%+v, %v", changed, err)
	}
	if _, err := changed.Apply(map[string]float64{"alhpa": 1}); err == nil || !strings.Contains(err.Error(), "alpha, benford_minimum") {
		t.Errorf("a misspelt threshold: %v", err)
	}
	values := DefaultDigitThresholds().Map()
	if fields := reflect.TypeFor[DigitThresholds]().NumField(); len(values) != fields {
		t.Errorf("%d thresholds have names, %d exist", len(values), fields)
	}
	for i := range reflect.TypeFor[DigitThresholds]().NumField() {
		field := reflect.TypeFor[DigitThresholds]().Field(i)
		if got, want := values[field.Tag.Get("json")], reflect.ValueOf(DefaultDigitThresholds()).Field(i).Float(); got != want {
			t.Errorf("%s: %v, want %v", field.Name, got, want)
		}
	}
}

func TestDigitsRefuses(t *testing.T) {
	for name, in := range map[string]DigitInput{
		"denominators": {Values: []string{"1"}, Denominators: []string{}},
		"groups":       {Values: []string{"1"}, Groups: []string{"a", "b"}},
		"target":       {Values: []string{"1"}, Target: "high"},
	} {
		if _, err := Digits(context.Background(), in); err == nil {
			t.Errorf("bad %s are accepted", name)
		}
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Digits(ctx, DigitInput{Values: []string{"1"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
