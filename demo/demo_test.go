package demo

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// built are the counties that several tests read.
var built struct {
	sync.Mutex
	counties map[Options]*County
}

// build makes a county in memory, once for all tests that ask for the same.
func build(t *testing.T, o Options) *County {
	t.Helper()
	built.Lock()
	defer built.Unlock()
	if c := built.counties[o]; c != nil {
		return c
	}
	c := buildAnew(t, o)
	if built.counties == nil {
		built.counties = map[Options]*County{}
	}
	built.counties[o] = c
	return c
}

func buildAnew(t *testing.T, o Options) *County {
	t.Helper()
	c, err := Build(context.Background(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// fingerprint is the hash of all records of a county.
func fingerprint(t *testing.T, c *County) [32]byte {
	t.Helper()
	h := sha256.New()
	if err := c.Interchange(h); err != nil {
		t.Fatal(err)
	}
	return [32]byte(h.Sum(nil))
}

func TestSameOptionsGiveTheSameCounty(t *testing.T) {
	o := Options{Villages: MinVillages, Fraud: 0.2, Seed: 7}
	first, second := buildAnew(t, o), buildAnew(t, o)
	if fingerprint(t, first) != fingerprint(t, second) {
		t.Error("two counties of the same options differ")
	}
	if truthText(t, first) != truthText(t, second) {
		t.Error("two truths of the same options differ")
	}
	o.Seed = 8
	if truthText(t, first) == truthText(t, buildAnew(t, o)) {
		t.Error("another seed gives the same county")
	}
}

func truthText(t *testing.T, c *County) string {
	t.Helper()
	text, err := json.Marshal(c.Truth())
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestFraudChangesNobodyElse(t *testing.T) {
	honest, fraud := build(t, Options{Villages: 60}), build(t, Options{Villages: 60, Fraud: 0.1})
	inventing := map[formUnit]bool{}
	for _, f := range fraud.truth.Fabricated {
		inventing[formUnit{fraud.formIndex(f.Form), fraud.villageIndex(f.Unit)}] = true
	}
	for f := range honest.forms {
		if honest.forms[f].spec.who == "labour" {
			continue // its amounts are split everywhere
		}
		a, b := honest.submissions[f], fraud.submissions[f]
		if len(a) != len(b) && len(inventing) == 0 {
			t.Fatalf("form %s: %d and %d submissions", honest.forms[f].spec.id, len(a), len(b))
		}
		byKey := map[[3]int32][]value{}
		for i := range a {
			byKey[[3]int32{a[i].unit, a[i].period, a[i].number}] = a[i].values
		}
		for i := range b {
			if inventing[formUnit{f, int(b[i].unit)}] {
				continue
			}
			if !slices.Equal(byKey[[3]int32{b[i].unit, b[i].period, b[i].number}], b[i].values) {
				t.Fatalf("form %s: an honest village reports something else", honest.forms[f].spec.id)
			}
		}
	}
}

func TestSizeIsThatOfACounty(t *testing.T) {
	if testing.Short() {
		t.Skip("builds a whole county")
	}
	n := build(t, Options{Fraud: DefaultFraud}).Counts()
	if n.Systems < 24 || n.Forms < 40 || n.Villages != 150 {
		t.Errorf("%+v: too few systems, forms or villages", n)
	}
	if n.Submissions < 100_000 || n.Submissions > 300_000 || n.Usage < 1_000_000 || n.Usage > 3_000_000 {
		t.Errorf("%+v: too few or too many records", n)
	}
}

func TestInterchangeIsOneJSONObjectALine(t *testing.T) {
	c := build(t, Options{Fraud: 0.1, Villages: 60})
	var out bytes.Buffer
	if err := c.Interchange(&out); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		// Usage is by far the most, and decoding it the slowest part.
		if bytes.HasPrefix(lines.Bytes(), []byte(`{"type":"usage"`)) {
			counts["usage"]++
			if !json.Valid(lines.Bytes()) {
				t.Fatalf("no JSON: %s", lines.Text())
			}
			continue
		}
		var r map[string]any
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		kind, _ := r["type"].(string)
		counts[kind]++
	}
	n := c.Counts()
	for _, events := range c.usage {
		for i := range events {
			if events[i].action == doStatic {
				n.Usage--
			}
		}
	}
	want := map[string]int{"system": n.Systems, "unit": n.Villages + len(c.world.towns) + 2, "form": n.Forms, "usage": n.Usage, "submission": n.Submissions}
	for kind, n := range want {
		if counts[kind] != n {
			t.Errorf("%d records of type %s, want %d", counts[kind], kind, n)
		}
	}
}

func TestBadOptionsAreRefused(t *testing.T) {
	busy := t.TempDir()
	if err := os.WriteFile(filepath.Join(busy, "thesis.docx"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		options Options
		says    string
	}{
		{Options{Villages: 3}, "villages"},
		{Options{Fraud: 0.9}, "between 0 and 0.5"},
		{Options{Fraud: -1}, "between 0 and 0.5"},
		{Options{AsOf: time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC)}, "as-of"},
		{Options{Dir: busy, Villages: MinVillages}, "other files"},
	} {
		_, err := Build(context.Background(), test.options, nil)
		if err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%+v: error %v, want one with %q", test.options, err, test.says)
		}
	}
	if _, err := os.Stat(filepath.Join(busy, "thesis.docx")); err != nil {
		t.Error("a file of somebody else is gone")
	}
}

func TestACancelledBuildStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Build(ctx, Options{Villages: MinVillages}, nil); err == nil {
		t.Error("a cancelled build succeeds")
	}
}

func TestPeriodsOfAnyDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		asOf := time.Date(2022, 1, 1, 0, 0, 0, 0, beijing).AddDate(0, 0, rapid.IntRange(0, 9000).Draw(t, "day"))
		c := newCalendar(asOf)
		if n := len(c.periods("month")); n != windowMonths {
			t.Fatalf("%d months", n)
		}
		for _, cycle := range []string{"week", "month", "quarter", "half", "year"} {
			seen := map[string]bool{}
			for _, p := range c.periods(cycle) {
				if seen[p.name] || p.end.Before(p.start) || p.end.After(asOf) {
					t.Fatalf("%s %+v with an end on %s", cycle, p, asOf)
				}
				seen[p.name] = true
				if cycle != "week" && (!c.months[p.first].Equal(p.start) || !c.months[p.last].AddDate(0, 1, -1).Equal(p.end)) {
					t.Fatalf("%s %+v is not of the months %d to %d", cycle, p, p.first, p.last)
				}
			}
			if len(seen) == 0 {
				t.Fatalf("no period of the cycle %s", cycle)
			}
		}
	})
}

func TestResidentIDsHaveTheRightCheckDigit(t *testing.T) {
	// 11010519491231002X is the example that GB 11643 itself gives.
	if d := checkDigit("11010519491231002"); d != 'X' {
		t.Errorf("check digit %c, want X", d)
	}
	c := build(t, Options{Villages: 60})
	seen := map[string]bool{}
	for _, people := range c.world.people {
		for _, p := range people {
			if seen[p.id] {
				t.Errorf("two people are %s", p.id)
			}
			seen[p.id] = true
			if len(p.id) != 18 || !strings.HasPrefix(p.id, "990121") || p.id[17] != checkDigit(p.id[:17]) || (p.id[16]%2 == 1) != (p.sex == "男") {
				t.Errorf("%s (%s) is no identifier", p.id, p.sex)
			}
		}
	}
}

func (c *County) villageIndex(code string) int {
	return slices.IndexFunc(c.world.villages, func(p place) bool { return p.code == code })
}
