package stats

import (
	"math"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestParseDecimal(t *testing.T) {
	cases := []struct {
		text        string
		ok          bool
		negative    bool
		coefficient uint64
		places      int
	}{
		{"0", true, false, 0, 0},
		{"77.80", true, false, 7780, 2},
		{" -12.5 ", true, true, 125, 1},
		{"+7", true, false, 7, 0},
		{".5", true, false, 5, 1},
		{"5.", true, false, 5, 0},
		{"0.00120", true, false, 120, 5},
		{"1,234,567.80", true, false, 123456780, 2},
		{"￥１，２３４．５０", true, false, 123450, 2},
		{"¥ 88", true, false, 88, 0},
		{"-$3.10", true, true, 310, 2},
		{"(1,200)", true, true, 1200, 0},
		{"95.5%", true, false, 955, 1},
		{"9５％", true, false, 95, 0},
		{"−4", true, true, 4, 0},
		{"6e+05", true, false, 600000, 0},
		{"1.95E+08", true, false, 195000000, 0},
		{"1.5e-3", true, false, 15, 4},
		{"1.1000000000000001", true, false, 11, 1}, // binary noise of a spreadsheet
		{"0.30000000000000004", true, false, 3, 1},
		{"123456.12345678912345", true, false, 123456123456789, 9},
		{"999999999999999999", true, false, 999999999999999999, 0},
		{"1234567890123456789", false, false, 0, 0}, // 19 digits identify, they do not measure
		{"", false, false, 0, 0},
		{"-", false, false, 0, 0},
		{".", false, false, 0, 0},
		{"12人", false, false, 0, 0},
		{"2026-07-01", false, false, 0, 0},
		{"1,2", false, false, 0, 0},
		{"1234,567", false, false, 0, 0},
		{"12,34,567", false, false, 0, 0},
		{"1.2.3", false, false, 0, 0},
		{"NaN", false, false, 0, 0},
		{"1e", false, false, 0, 0},
		{"1e99", false, false, 0, 0},
		{"9e18", false, false, 0, 0},
		{"(-5)", false, false, 0, 0},
		{"--5", false, false, 0, 0},
	}
	for _, c := range cases {
		got, ok := ParseDecimal(c.text)
		if ok != c.ok {
			t.Errorf("ParseDecimal(%q) ok = %v", c.text, ok)
			continue
		}
		if want := (Decimal{c.negative, c.coefficient, c.places}); ok && got != want {
			t.Errorf("ParseDecimal(%q) = %+v, want %+v", c.text, got, want)
		}
	}
}

func TestDecimalDigits(t *testing.T) {
	cases := []struct {
		text            string
		first, firstTwo int
		units           uint64 // at two places
	}{
		{"7", 7, 70, 700},
		{"77.8", 7, 77, 7780},
		{"0.0305", 3, 30, 0},
		{"-1005.99", 1, 10, 100599},
		{"0", 0, 0, 0},
		{"0.29", 2, 29, 29}, // 0.29*100 in binary is 28.999999999999996
		{"1.10", 1, 11, 110},
	}
	for _, c := range cases {
		d, _ := ParseDecimal(c.text)
		if d.FirstDigit() != c.first || d.FirstTwoDigits() != c.firstTwo {
			t.Errorf("%s: first digits %d and %d, want %d and %d", c.text, d.FirstDigit(), d.FirstTwoDigits(), c.first, c.firstTwo)
		}
		units, ok := d.Units(2)
		if finer := c.text == "0.0305"; ok == finer || ok && units != c.units {
			t.Errorf("%s: Units(2) = %d, %v", c.text, units, ok)
		}
	}
}

func TestCommonPlaces(t *testing.T) {
	parse := func(cells ...string) (out []Decimal) {
		for _, c := range cells {
			d, ok := ParseDecimal(c)
			if !ok {
				t.Fatal(c)
			}
			out = append(out, d)
		}
		return out
	}
	if got := CommonPlaces(parse("36.08", "77.8", "59"), 1); got != 2 {
		t.Errorf("places of money = %d, want 2", got)
	}
	if got := CommonPlaces(parse("5.00", "7.00"), 1); got != 0 {
		t.Errorf("places of whole numbers printed with zeros = %d, want 0", got)
	}
	mixed := parse(strings.Split(strings.Repeat("1.1 ", 99)+"36641.1999999999", " ")...)
	if got := CommonPlaces(mixed, 0.95); got != 1 {
		t.Errorf("places with one cell of binary noise = %d, want 1", got)
	}
	if got := CommonPlaces(mixed, 1); got != 10 {
		t.Errorf("places that hold every cell = %d, want 10", got)
	}
	if got := CommonPlaces(nil, 1); got != 0 {
		t.Errorf("places of nothing = %d", got)
	}
}

// Scaling by ten moves the point and leaves the leading digits.
func TestLeadingDigitsDoNotScale(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		coefficient := rapid.Uint64Range(1, 1e14).Draw(t, "coefficient")
		text := strconv.FormatUint(coefficient, 10)
		plain, _ := ParseDecimal(text)
		for _, exponent := range []string{"e1", "e3", "e-1", "e-7"} {
			scaled, ok := ParseDecimal(text + exponent)
			if !ok || scaled.FirstTwoDigits() != plain.FirstTwoDigits() || scaled.FirstDigit() != plain.FirstDigit() {
				t.Fatalf("%s: %+v, unscaled %+v", text+exponent, scaled, plain)
			}
		}
	})
}

// What floating point prints shortest reads back exactly.
func TestDecimalOfRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(-1e12, 1e12).Draw(t, "cents")
		x := float64(cents) / 100
		d, ok := DecimalOf(x)
		if !ok || d.Float() != x {
			t.Fatalf("%v became %+v = %v", x, d, d.Float())
		}
		units, ok := d.Units(2)
		if !ok || units != uint64(max(cents, -cents)) {
			t.Fatalf("%v has %d cents", x, units)
		}
	})
	for _, x := range []float64{math.NaN(), math.Inf(1), 1e300} {
		if _, ok := DecimalOf(x); ok {
			t.Errorf("DecimalOf(%v) is a decimal", x)
		}
	}
}

func FuzzParseDecimal(f *testing.F) {
	for _, seed := range []string{"0", "77.80", "-1,234.5", "６e3", "(12)", "1e-18", "0.30000000000000004", "￥12％", "1,23", "9e18", "\xff", "-.5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		d, ok := ParseDecimal(text)
		if !ok {
			return
		}
		if d.Places < 0 || d.Coefficient >= 1e18 {
			t.Fatalf("%q gave %+v", text, d)
		}
		if digits := d.FirstTwoDigits(); d.IsZero() != (digits == 0) || !d.IsZero() && (digits < 10 || digits > 99 || digits/10 != d.FirstDigit()) {
			t.Fatalf("%q has first digits %d and %d", text, d.FirstDigit(), digits)
		}
		plain := strings.Trim(text, "0123456789.-") == "" && len(text) <= 15
		if exact, good := new(big.Rat).SetString(text); plain && good {
			want, _ := exact.Float64()
			if d.Float() != want {
				t.Fatalf("%q = %v, want %v", text, d.Float(), want)
			}
		}
	})
}
