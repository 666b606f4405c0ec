package sqldb

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBefore(t *testing.T) {
	o, err := parseOverlap("90m")
	if err != nil {
		t.Fatal(err)
	}
	o.count = 1000
	for _, c := range []struct{ v, want value }{
		{value{intKind, "5"}, value{intKind, "-995"}},
		{value{intKind, "18446744073709551615"}, value{intKind, "18446744073709550615"}},
		{value{decimalKind, "1234567890123456789.250"}, value{decimalKind, "1234567890123455789.250"}},
		{value{floatKind, "1000.5"}, value{floatKind, "0.5"}},
		{textValue("2026-07-01 00:30:00.25"), value{timeKind, "2026-06-30 23:00:00"}},
		{textValue("2026-07-01"), value{timeKind, "2026-06-30"}},
		{textValue("2026-07-01T00:30:00+08:00"), value{timeKind, "2026-06-30T23:00:00+08:00"}},
		{textValue("20260701003000"), value{timeKind, "20260630230000"}},
		{textValue("abc"), value{textKind, "abc"}},
	} {
		if got, err := c.v.before(o); err != nil || got != c.want {
			t.Errorf("%v: %v, %v; want %v", c.v, got, err, c.want)
		}
	}
	for _, v := range []value{{intKind, "x"}, {decimalKind, "x"}, {timeKind, "x"}} {
		if got, err := v.before(o); err == nil {
			t.Errorf("%v: %v", v, got)
		}
	}
}

// TestBeforeIsBefore holds for any time and overlap: the result is in the same notation, and not after.
func TestBeforeIsBefore(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "at"), rapid.Int64Range(0, 999999999).Draw(t, "ns")).UTC()
		v := textValue(at.Format(rapid.SampledFrom(timeLayouts).Draw(t, "layout")))
		o := overlap{duration: time.Duration(rapid.Int64Range(0, 1e15).Draw(t, "overlap"))}
		back, err := v.before(o)
		if err != nil {
			t.Fatal(err)
		}
		a, ok := back.ordinal(time.UTC)
		b, ok2 := v.ordinal(time.UTC)
		if !ok || !ok2 || a > b || b-a < float64(o.duration.Microseconds())-1 {
			t.Fatalf("%v less %s is %v", v, o.duration, back)
		}
	})
}

func TestParseOverlap(t *testing.T) {
	for text, want := range map[string]overlap{
		"": {defaultOverlap, defaultOverlapCount, ""}, "0": {0, 0, "0"}, "2d": {48 * time.Hour, defaultOverlapCount, "2d"}, "5m": {5 * time.Minute, defaultOverlapCount, "5m"}, "50": {defaultOverlap, 50, "50"},
	} {
		if got, err := parseOverlap(text); err != nil || got != want {
			t.Errorf("%q: %v, %v; want %v", text, got, err, want)
		}
	}
	for _, text := range []string{"-1", "x", "-5m", "d", "99999d"} {
		if got, err := parseOverlap(text); err == nil {
			t.Errorf("%q is read as %v", text, got)
		}
	}
}

func TestSeen(t *testing.T) {
	s := newSeen()
	for i := range 2 * maxSeen {
		s.add(float64(i), uint64(i))
	}
	if len(s.entries) > maxSeen || len(s.hashes) != len(s.entries) || !s.has(2*maxSeen-1) || s.has(0) {
		t.Errorf("%d entries, %d hashes", len(s.entries), len(s.hashes))
	}
	s.add(math.Inf(1), 1)
	s.forget(2*maxSeen - 10)
	text, err := s.MarshalText()
	if err != nil {
		t.Fatal(err)
	}
	again := newSeen()
	if err := again.UnmarshalText(text); err != nil || len(again.entries) != 11 || !again.has(1) || !again.has(2*maxSeen-10) {
		t.Errorf("%d entries, %v", len(again.entries), err)
	}
}

func FuzzSeen(f *testing.F) {
	f.Add([]byte("AAAAAAAAAAAAAAAAAAAAAA=="))
	f.Add([]byte("x"))
	f.Fuzz(func(t *testing.T, text []byte) {
		s := newSeen()
		if err := s.UnmarshalText(text); err == nil && len(s.entries) != len(s.hashes) {
			t.Errorf("%d entries, %d hashes", len(s.entries), len(s.hashes))
		}
	})
}

func FuzzFirstWord(f *testing.F) {
	for _, seed := range []string{"SELECT 1", "-- x\n/* y */ (with a", "/*", "--"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) { firstWord(query) })
}

func FuzzState(f *testing.F) {
	f.Add([]byte(`{"query":"q","high":{"k":"time","v":"2026-07-01"},"at":[{"k":"int","v":"1"}],"seen":""}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := decodeState(text, "q")
		if err != nil {
			return
		}
		if _, err := s.encode(); err != nil {
			t.Error(err)
		}
		if s.High != nil {
			s.High.ordinal(time.UTC)
			_, _ = s.High.before(overlap{duration: time.Minute, count: 5})
			_, _ = s.High.native()
		}
	})
}
