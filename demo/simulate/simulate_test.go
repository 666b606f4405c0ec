package simulate

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/demo/evaluate"
)

// memory keeps the files of a county.
type memory map[string]*bytes.Buffer

type kept struct{ *bytes.Buffer }

func (kept) Close() error { return nil }

func (m memory) open(name string) (io.WriteCloser, error) {
	m[name] = &bytes.Buffer{}
	return kept{m[name]}, nil
}

func make1(t *testing.T, o Options) (memory, *evaluate.Truth) {
	t.Helper()
	m := memory{}
	truth, err := Write(t.Context(), o, m.open)
	if err != nil {
		t.Fatal(err)
	}
	return m, truth
}

var smallCounty = Options{Seed: 3, Units: 40, Months: 26, Forms: 10, Fields: 14, Visits: 6000, Share: 0.35, LookAlikes: LookAlikes(), Kinds: slices.Concat(Kinds(), HeldOut())}

type line struct {
	Type, Form, Unit, Period, Code, ID, Subject string
	Submitted                                   string `json:"submitted_at"`
	Started                                     string `json:"started_at"`
	Lat, Lon                                    *float64
	Values                                      map[string]any
}

func linesOf(t *testing.T, m memory) []line {
	t.Helper()
	var out []line
	for _, name := range Files() {
		for i, text := range bytes.Split(bytes.TrimSpace(m[name].Bytes()), []byte("\n")) {
			var l line
			if len(text) == 0 {
				continue
			}
			if err := json.Unmarshal(text, &l); err != nil {
				t.Fatalf("%s:%d: %v: %s", name, i+1, err, text)
			}
			out = append(out, l)
		}
	}
	return out
}

func TestSameSeedSameCounty(t *testing.T) {
	sum := func(o Options) [32]byte {
		m, truth := make1(t, o)
		h := sha256.New()
		for _, name := range Files() {
			h.Write(m[name].Bytes())
		}
		text, err := json.Marshal(truth)
		if err != nil {
			t.Fatal(err)
		}
		h.Write(text)
		return [32]byte(h.Sum(nil))
	}
	first := sum(smallCounty)
	if sum(smallCounty) != first {
		t.Error("the same options gave another county")
	}
	other := smallCounty
	other.Seed++
	if sum(other) == first {
		t.Error("another seed gave the same county")
	}
}

func TestTruthIsReadable(t *testing.T) {
	_, truth := make1(t, smallCounty)
	text, err := json.Marshal(truth)
	if err != nil {
		t.Fatal(err)
	}
	read, err := evaluate.ReadTruth(bytes.NewReader(text), "truth.json")
	if err != nil {
		t.Fatal(err)
	}
	if len(read.Bad) != len(truth.Bad) || len(read.LookAlikes) != len(truth.LookAlikes) {
		t.Error("the truth changed on the way")
	}
	kinds, alikes := map[string]bool{}, map[string]bool{}
	for _, b := range truth.Bad {
		kinds[b.Kind] = true
		if b.Submissions == 0 || b.Of < b.Submissions {
			t.Errorf("%+v touches %d of %d submissions", b, b.Submissions, b.Of)
		}
	}
	for _, l := range truth.LookAlikes {
		alikes[l.Kind] = true
	}
	for _, kind := range smallCounty.Kinds {
		if !kinds[kind] {
			t.Errorf("nobody does %s; there are %v", kind, slices.Sorted(maps.Keys(kinds)))
		}
	}
	for _, kind := range LookAlikes() {
		if !alikes[kind] && kind != "shared-clerk" && kind != "batch-import" { // three towns may have neither
			t.Errorf("no %s", kind)
		}
	}
}

// What is not said to be touched is the same as in the county without fabrication.
func TestOnlyWhatIsSaidIsTouched(t *testing.T) {
	honest := smallCounty
	honest.Share = 0
	m, truth := make1(t, smallCounty)
	h, _ := make1(t, honest)
	newest := func(all []line) map[string]string {
		out := map[string]string{}
		for _, l := range all {
			if l.Type == "submission" && strings.HasPrefix(l.Form, "form") {
				text, err := json.Marshal(l.Values)
				if err != nil {
					t.Fatal(err)
				}
				out[l.Unit+" "+l.Form+" "+l.Period] = string(text)
			}
		}
		return out
	}
	before, after := newest(linesOf(t, h)), newest(linesOf(t, m))
	said, changed := map[string]bool{}, map[string]int{}
	for _, b := range truth.Bad {
		for _, p := range b.Periods {
			said[b.Unit+" "+b.Form+" "+p] = true
		}
	}
	if len(before) != len(after) {
		t.Fatalf("%d submissions, %d without fabrication", len(after), len(before))
	}
	opening := 0
	for key, text := range after {
		if text == before[key] {
			continue
		}
		changed[strings.Join(strings.Fields(key)[:2], " ")]++
		if !said[key] {
			opening++ // the opening stock follows the closing stock of the period before
		}
	}
	bad := map[string]bool{}
	for _, b := range truth.Bad {
		bad[b.Unit+" "+b.Form] = true
		if strings.HasPrefix(b.Form, "form") && changed[b.Unit+" "+b.Form] == 0 {
			t.Errorf("%+v changed nothing", b)
		}
	}
	for pair := range changed {
		if !bad[pair] {
			t.Errorf("%s changed and is not in the truth", pair)
		}
	}
	if opening > len(after)/10 {
		t.Errorf("%d submissions changed that nobody is said to have touched", opening)
	}
}

func TestCopiesAreCopies(t *testing.T) {
	o := smallCounty
	o.Kinds, o.Intensity, o.Visits = []string{CopyForward, NeighbourCopy}, Intensity{Low: 1, High: 1}, -1
	m, truth := make1(t, o)
	values := map[string]map[string]any{}
	when := map[string]string{}
	for _, l := range linesOf(t, m) {
		if l.Type == "submission" {
			values[l.Unit+" "+l.Form+" "+l.Period] = l.Values
			when[l.Unit+" "+l.Form+" "+l.Period] = l.Submitted
		}
	}
	for _, b := range truth.Bad {
		if b.Kind != NeighbourCopy {
			continue
		}
		same, of, early := 0, 0, 0
		for _, p := range b.Periods {
			own, source := values[b.Unit+" "+b.Form+" "+p], values[b.Source+" "+b.Form+" "+p]
			for field, v := range own {
				if of++; source[field] == v {
					same++
				}
			}
			if when[b.Unit+" "+b.Form+" "+p] < when[b.Source+" "+b.Form+" "+p] {
				early++
			}
		}
		if float64(same) < 0.6*float64(of) {
			t.Errorf("%+v: only %d of %d figures are those of the source", b, same, of)
		}
		if early > 1 { // a later correction of the source's own
			t.Errorf("%s copied %d times what was not there yet", b.Unit, early)
		}
	}
}

// Totals, rates and stocks follow from their parts in nearly all honest submissions, and in fabricated ones too.
func TestArithmeticHolds(t *testing.T) {
	o, err := smallCounty.complete()
	if err != nil {
		t.Fatal(err)
	}
	c := newCounty(o)
	for _, f := range c.forms {
		n := len(f.fields)
		values := make([]float64, len(f.periods)*n)
		c.honest(f, 5, values)
		for p := range f.periods {
			row := values[p*n : (p+1)*n]
			for k, x := range f.fields {
				switch {
				case math.IsNaN(row[k]) || row[k] < 0:
					t.Fatalf("%s %s: %g", f.id, x.label, row[k])
				case x.gen == closingField && row[k] != row[x.parts[0]]+row[x.parts[1]]-row[x.parts[2]]:
					t.Errorf("%s: stocks do not add up: %v", f.id, row)
				case x.gen == rateField && (row[k] > 100 || math.Abs(row[k]-100*row[x.parts[0]]/row[x.parts[1]]) > 0.06):
					t.Errorf("%s: rate %g of %g in %g", f.id, row[k], row[x.parts[0]], row[x.parts[1]])
				}
			}
		}
	}
}

func TestWrongOptions(t *testing.T) {
	for _, o := range []Options{
		{Units: 3}, {Months: 1}, {Forms: 900}, {Fields: 1}, {Share: 0.9}, {Share: 0.1, Kinds: []string{}}, {Kinds: []string{"theft"}}, {LookAlikes: []string{"rain"}},
	} {
		if _, err := o.complete(); err == nil {
			t.Errorf("%+v is accepted", o)
		}
	}
	for _, s := range []string{"", "0", "1.1", "0.5..0.3", "..", "a,b", "0.3..", "NaN"} {
		if i, err := ParseIntensity(s); err == nil {
			t.Errorf("%q is read as %+v", s, i)
		}
	}
	if i, err := ParseIntensity("0.3, 0.6"); err != nil || len(i.List) != 2 {
		t.Error(i, err)
	}
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		_, err := Write(b.Context(), Options{Visits: 200_000, Share: 0.05, LookAlikes: LookAlikes()}, func(string) (io.WriteCloser, error) { return discard{}, nil })
		if err != nil {
			b.Fatal(err)
		}
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
func (discard) Close() error                { return nil }
