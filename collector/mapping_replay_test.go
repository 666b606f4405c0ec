package collector

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/jianfu/jianfu/queries"
)

// TestReplay rejects a row, corrects the mapping, and replays what lies in quarantine: the record must be the one that the
// upstream's row would have become.
func TestReplay(t *testing.T) {
	columns := []string{"who", "at", "what", "n", "z", "a", "f", "big"}
	row := Row{columns, []any{"u1", time.Date(2026, 7, 1, 8, 0, 0, 500, shanghai), "归档", int64(5), nil, "x", 0.25, int64(433025199003078515)}}
	wrong := mapperOf(t, "{record: submission, form: f, unit: who, period: {value: 2026-07}, submitted_at: at, channel: what}")
	right := mapperOf(t, "{record: submission, form: f, unit: who, period: {value: 2026-07}, submitted_at: at, channel: {column: what, map: {归档: web}}}")
	out := &sinkOfRows{}
	w := wrong.Writer(out, "table")
	if err := w.Write(t.Context(), row, 7); err != nil || len(out.rejected) != 1 {
		t.Fatalf("%d rejected, %v", len(out.rejected), err)
	}
	r := out.rejected[0]
	q := queries.Quarantined{Source: r.Source, Origin: r.Origin, Line: r.Line, Field: r.Field, Kind: r.Kind, Raw: r.Raw}
	if err := wrong.Replay(t.Context(), q, out); err != nil || len(out.rejected) != 2 || len(out.submissions) != 0 {
		t.Errorf("with the same mapping: %d rejected, %d stored, %v", len(out.rejected), len(out.submissions), err)
	}
	if err := right.Replay(t.Context(), q, out); err != nil || len(out.submissions) != 1 {
		t.Fatalf("%d stored, %v", len(out.submissions), err)
	}
	want, _, fault := right.Submission(row, nil)
	if fault != nil {
		t.Fatal(fault)
	}
	got := out.submissions[0]
	if !got.SubmittedAt.Equal(want.SubmittedAt) {
		t.Errorf("submitted at %v, want %v", got.SubmittedAt, want.SubmittedAt)
	}
	got.SubmittedAt, got.Lat, got.Lon = want.SubmittedAt, want.Lat, want.Lon
	if math.IsNaN(want.Lat) {
		got.Lat, got.Lon, want.Lat, want.Lon = 0, 0, 0, 0
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestReplayRefuses rejects again what cannot be read whole.
func TestReplayRefuses(t *testing.T) {
	m := mapperOf(t, "{record: submission, form: f, unit: u, period: {value: 2026-07}, submitted_at: {value: 2026-07-01}}")
	long := Row{[]string{"u", "a", "b"}, []any{"1", strings.Repeat("长", 20_000), []byte{1}}}
	for name, raw := range map[string][]byte{
		"nothing": nil, "no object": []byte("[1]"), "nested": []byte(`{"u": {"a": 1}}`), "cut": []byte(`{"u": "1"`), "a cut text": long.raw(),
	} {
		out := &sinkOfRows{}
		if err := m.Replay(t.Context(), queries.Quarantined{Kind: "oversize", Raw: raw}, out); err != nil || len(out.rejected) != 1 || len(out.submissions) != 0 {
			t.Errorf("%s: %d rejected, %d stored, %v", name, len(out.rejected), len(out.submissions), err)
		}
	}
	if len(long.raw()) > rawRow {
		t.Errorf("the raw row has %d bytes", len(long.raw()))
	}
}

func FuzzParseRow(f *testing.F) {
	f.Add([]byte(`{"a": 1, "b": null, "c": "x", "d": true}`))
	f.Add([]byte(`{"a": [`))
	m := mapperOf(f, "{record: submission, form: f, unit: a, period: {value: 2026-07}, submitted_at: {value: 2026-07-01}}")
	f.Fuzz(func(t *testing.T, text []byte) {
		row, err := parseRow(text)
		if err != nil {
			return
		}
		if len(row.Columns) != len(row.Cells) {
			t.Errorf("%d columns, %d cells", len(row.Columns), len(row.Cells))
		}
		m.Submission(row, nil)
	})
}
