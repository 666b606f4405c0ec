package collector

import (
	"bytes"
	"context"
	"encoding/json"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

var shanghai = time.FixedZone("CST", 8*3600)

func rowDeps() Deps {
	return Deps{
		ID: "src", Pseudonym: NewPseudonymizer(bytes.Repeat([]byte{7}, 32)), Location: shanghai,
		Now: func() time.Time { return time.Date(2026, 8, 1, 0, 0, 0, 0, shanghai) },
	}
}

func mapperOf(t testing.TB, text string, reserved ...string) *RowMapper {
	t.Helper()
	m, err := NewRowMapper(mappingOf(t, text), rowDeps(), reserved...)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func mappingOf(t testing.TB, text string) RowMapping {
	t.Helper()
	var c RowMapping
	if err := yaml.UnmarshalWithOptions([]byte(text), &c, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestMapSubmission(t *testing.T) {
	m := mapperOf(t, `
record: submission
form: village_monthly
unit: {columns: [county, village]}
period: month
cycle: month
submitted_at: filed
started_at: opened
reporter: who
channel: {column: via, map: {"1": web, "2": app}}
lat: y
lon: x
id: no
except: [note]
`, "updated_at")
	row := Row{
		Columns: []string{"no", "county", "village", "month", "filed", "opened", "who", "via", "y", "x", "note", "updated_at", "people", "income", "card", "leader", "blank", "seen", "photo"},
		Cells: []any{
			int64(17), "431225", json.Number("101"), "2026-07-31", "2026-07-31 17:00:00", int64(1785488400), "张三", "2",
			json.Number("26.5"), 109.5, "n", "2026-07-31 17:00:00", int64(1203), json.Number("15.20"),
			int64(433025199003078515), true, "  ", time.Date(2026, 7, 31, 9, 0, 0, 0, time.UTC),
			[]byte{1},
		},
	}
	s, refused, fault := m.Submission(row, nil)
	if fault != nil {
		t.Fatal(fault)
	}
	want := queries.Submission{
		ID: "17", Form: "village_monthly", Unit: "431225/101", Period: "2026-07", Reporter: "张三", Channel: "app",
		SubmittedAt: time.Date(2026, 7, 31, 17, 0, 0, 0, shanghai), StartedAt: time.Unix(1785488400, 0), Lat: 26.5, Lon: 109.5,
		Values: []queries.Value{
			{Field: "people", Number: 1203, Kind: queries.NumberValue},
			{Field: "income", Number: 15.2, Kind: queries.NumberValue},
			{Field: "card", Text: "433025199003078515", Kind: queries.TextValue},
			{Field: "leader", Text: "true", Kind: queries.TextValue},
			{Field: "blank"},
			{Field: "seen", Text: "2026-07-31T17:00:00+08:00", Kind: queries.TextValue},
		},
	}
	if d := cmp.Diff(want, s, cmpopts.EquateApproxTime(0)); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]string{"photo"}, refused); d != "" {
		t.Error(d)
	}
}

const usageMapping = `
record: usage
system: portal
time: at
actor: who
action: {column: what}
actions: {新增: create, "*": other}
status: code
duration_ms: ms
`

func TestMapUsage(t *testing.T) {
	m := mapperOf(t, usageMapping)
	columns := []string{"at", "who", "what", "code", "ms"}
	block := &queries.UsageColumns{}
	for _, cells := range [][]any{
		{"2026-07-01 08:00:00.5", "u1", "新增", int64(200), 12.6},
		{"2026-07-01 08:00:00.5", "u1", "LOGIN", nil, nil},
		{"2026-07-01 08:00:00.7", "u1", "新增", int64(200), 12.6},
		{"2026-07-01 08:00:00.5", "u1", "新增", int64(200), 12.6},
		{"2026-07-01 08:00:00.5", "", "归档", "404", "x"},
	} {
		fault := m.Event(Row{columns, cells}, block)
		if bad := cells[4] == "x"; bad != (fault != nil) {
			t.Errorf("%v: fault %v", cells, fault)
		}
	}
	if block.Len() != 4 || len(block.Position) != 4 || len(block.Client) != 4 {
		t.Fatalf("%d events, %d positions", block.Len(), len(block.Position))
	}
	if block.Position[0] != block.Position[3] || block.Position[0] == block.Position[2] || block.Position[0] == block.Position[1] {
		t.Errorf("identities %v: only the first and the last event are the same", block.Position)
	}
	if d := cmp.Diff([]string{"create", "login", "create", "create"}, block.Action); d != "" {
		t.Error(d)
	}
	if block.Duration[0] != 13 || block.Status[0] != 200 || block.Actor[0] != rowDeps().Pseudonym.Hash("u1") {
		t.Errorf("duration %d, status %d, actor %d", block.Duration[0], block.Status[0], block.Actor[0])
	}
	if !block.Time[0].Equal(time.Date(2026, 7, 1, 8, 0, 0, 0, shanghai)) {
		t.Errorf("time %v", block.Time[0])
	}
}

func TestMapFaults(t *testing.T) {
	columns := []string{"unit", "period", "at", "a", "via"}
	good := []any{"1", "2026-07", "2026-07-31", "x", nil}
	for name, c := range map[string]struct {
		place       int
		cell        any
		kind, field string
	}{
		"null unit":        {0, nil, "malformed", "unit"},
		"blank unit":       {0, " ", "malformed", "unit"},
		"binary unit":      {0, []byte("x"), "type", "unit"},
		"period in words":  {1, "七月", "malformed", "period"},
		"no such day":      {1, "2026-02-30", "malformed", "period"},
		"time in words":    {2, "yesterday", "type", "submitted_at"},
		"null time":        {2, nil, "malformed", "submitted_at"},
		"the epoch":        {2, "1970-01-01 00:00:00", "clock", "submitted_at"},
		"the zero date":    {2, "0000-00-00 00:00:00", "clock", "submitted_at"},
		"the future":       {2, "2026-08-03", "clock", "submitted_at"},
		"not UTF-8":        {3, "\xd5\xc5", "encoding", "a"},
		"NUL":              {3, "a\x00b", "encoding", "a"},
		"a long text":      {3, strings.Repeat("x", maxCellText+1), "oversize", "a"},
		"not a number":     {3, math.NaN(), "type", "a"},
		"unknown type":     {3, struct{}{}, "type", "a"},
		"unknown channel":  {4, "fax", "unmapped", "channel"},
		"constant channel": {4, "web", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			m := mapperOf(t, "{record: submission, form: f, unit: unit, period: period, submitted_at: at, channel: via}")
			cells := append([]any{}, good...)
			cells[c.place] = c.cell
			_, _, fault := m.Submission(Row{columns, cells}, nil)
			if fault == nil {
				fault = &RowFault{}
			}
			if fault.Kind != c.kind || fault.Field != c.field {
				t.Errorf("got %+v, want kind %q, field %q", fault, c.kind, c.field)
			}
		})
	}
}

func TestMappingConfigFaults(t *testing.T) {
	for text, want := range map[string][]string{
		"{}":                   {"mapping.record: is missing"},
		"{record: submision}":  {`(is "submission" meant?)`},
		"{record: submission}": {"mapping.form: is missing", "mapping.unit: is missing", "mapping.period: is missing", "mapping.submitted_at: is missing"},
		"{record: usage, system: s, time: t, action: {value: vew}, actions: {a: logn}, lat: y, cycle: month}": {
			`mapping.action: "vew" is unknown (is "view" meant?)`, `mapping.actions.a: "logn" is unknown (is "login" meant?)`,
			"mapping.lat: does not belong to a usage record", "cycle, values and except belong to submissions",
		},
		"{record: submission, form: f, unit: u, period: {value: 2026-13}, submitted_at: t, cycle: mnth, values: {a: x}, except: [y], actions: {a: view}}": {
			`mapping.period: "2026-13" is no period`, `mapping.cycle: "mnth" is unknown (is "month" meant?)`, "mapping.except: means nothing", "mapping.actions: belongs to usage",
		},
	} {
		_, err := NewRowMapper(mappingOf(t, text), rowDeps())
		if err == nil {
			t.Errorf("%s: no fault", text)
			continue
		}
		for _, w := range want {
			if !strings.Contains(err.Error(), w) {
				t.Errorf("%s: %q is not in:\n%v", text, w, err)
			}
		}
	}
	for _, text := range []string{
		"form: {column: a, value: b}", "form: {}", "form: {colum: a}", "form: [[a]]", "values: 3", "values: {a: [b]}", "unknown: 1",
	} {
		var c RowMapping
		if err := yaml.UnmarshalWithOptions([]byte(text), &c, yaml.Strict()); err == nil {
			t.Errorf("%s: is accepted as %+v", text, c)
		}
	}
}

func TestCheckColumns(t *testing.T) {
	m := mapperOf(t, "{record: submission, form: kind, unit: unit_cod, period: period, submitted_at: web, values: {b: bb, a: aa}}")
	columns := []string{"kind", "unit_code", "period", "bb"}
	err := m.CheckColumns(columns, false)
	for _, want := range []string{`is "unit_code" meant?`, `"kind" is a column too`, `no column "web"`, "{value: web}", `no column "aa"`} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not in:\n%v", want, err)
		}
	}
	if err := m.CheckColumns([]string{"unit_cod", "period", "web"}, true); err != nil {
		t.Errorf("an object may leave out values: %v", err)
	}
	if got := m.config.Values; got[0].Field != "b" || got[1].Field != "a" {
		t.Errorf("fields lost their order: %v", got)
	}
}

func TestRowTime(t *testing.T) {
	want := time.Date(2026, 7, 15, 9, 30, 0, 0, shanghai)
	day := time.Date(2026, 7, 15, 0, 0, 0, 0, shanghai)
	for _, c := range []struct {
		cell any
		want time.Time
	}{
		{"2026-07-15T09:30:00+08:00", want},
		{"2026-07-15T01:30:00Z", want},
		{"2026-07-15 09:30:00", want},
		{"2026-07-15 01:30:00+00", want},
		{"2026-07-15 09:30:00.000", want},
		{"2026/7/15 9:30", want},
		{"2026年7月15日 09:30", want},
		{"2026-07-15 09:30:00 +0800 CST", want},
		{int64(1784079000), want},
		{json.Number("1784079000000"), want},
		{"1784079000", want},
		{float64(1784079000), want},
		{"20260715093000", want},
		{int64(20260715093000), want},
		{int64(1784079000000000), want},
		{"2026-07-15", day},
		{"20260715", day},
		{int64(20260715), day},
		{"2026.7.15", day},
		{" 2026年7月15日 ", day},
	} {
		got, err := RowTime(c.cell, shanghai)
		if err != nil || !got.Equal(c.want) {
			t.Errorf("%v: got %v, %v; want %v", c.cell, got, err, c.want)
		}
	}
	for _, cell := range []any{"", "x", "2026-13-01", int64(5), -1.0, true, []byte("2026-07-15"), math.NaN(), "99999999999999999999"} {
		if got, err := RowTime(cell, shanghai); err == nil {
			t.Errorf("%v is read as %v", cell, got)
		}
	}
}

func TestRowPeriodIsValid(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		day := time.Unix(rapid.Int64Range(631152000, 4070908800).Draw(t, "day"), 0).UTC()
		for _, cycle := range cyclesOfPeriods {
			if p := RowPeriod(day, cycle); day.Year() > 1990 && !ValidPeriod(p) {
				t.Fatalf("%s of %v is %q", cycle, day, p)
			}
		}
	})
	for cycle, want := range map[string]string{"day": "2026-01-01", "week": "2026-W01", "month": "2026-01", "quarter": "2026Q1", "half": "2026H1", "year": "2026"} {
		if got := RowPeriod(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), cycle); got != want {
			t.Errorf("%s: %s, want %s", cycle, got, want)
		}
	}
}

// TestExactFloat holds a decimal against its way through a float64: either it comes back, or it is kept as text.
func TestExactFloat(t *testing.T) {
	for text, want := range map[string]bool{"0.1": true, "15.20": true, "9007199254740993": false, "110101199003078515": false, "1e3": true, "123456789012345.6": true, "0.1234567890123456789": false, "x": false, "1e999": false} {
		if _, exact := exactFloat(text); exact != want {
			t.Errorf("%s: exact %v, want %v", text, exact, want)
		}
	}
}

type sinkOfRows struct {
	Sink
	submissions []queries.Submission
	rejected    []queries.Rejected
	events      int
}

func (s *sinkOfRows) Submissions(_ context.Context, rows []queries.Submission) error {
	for _, r := range rows {
		r.Values = append([]queries.Value{}, r.Values...)
		s.submissions = append(s.submissions, r)
	}
	return nil
}

func (s *sinkOfRows) Usage(_ context.Context, block *queries.UsageColumns) error {
	s.events += block.Len()
	return nil
}

func (s *sinkOfRows) Reject(_ context.Context, r queries.Rejected) error {
	s.rejected = append(s.rejected, r)
	return nil
}

// TestWriterKeepsRowsApart writes more rows than one block and looks at every value: blocks reuse their memory.
func TestWriterKeepsRowsApart(t *testing.T) {
	m := mapperOf(t, "{record: submission, form: f, unit: u, period: p, submitted_at: t, values: {a: n, b: n, c: n}}")
	out := &sinkOfRows{}
	w := m.Writer(out, "table t")
	columns := []string{"u", "p", "t", "n"}
	const rows = 3*writerBlock + 17
	for i := range int64(rows) {
		row := Row{columns, []any{i, "2026-07", "2026-07-01", i}}
		if i%1000 == 5 {
			row.Cells[1] = "?"
		}
		if err := w.Write(t.Context(), row, uint64(i)+1); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := len(out.submissions) + len(out.rejected); got != rows || len(out.rejected) != 13 {
		t.Fatalf("%d rows, %d of them rejected", got, len(out.rejected))
	}
	for _, s := range out.submissions {
		for _, v := range s.Values {
			if text, _ := json.Marshal(v.Number); string(text) != s.Unit {
				t.Fatalf("unit %s holds %v", s.Unit, v)
			}
		}
	}
	r := out.rejected[1]
	if r.Line != 1006 || r.Field != "p" || r.Origin != "table t" || r.Source != "src" || !json.Valid(r.Raw) {
		t.Errorf("rejected: %+v, raw %s", r, r.Raw)
	}
}

func FuzzRowTime(f *testing.F) {
	for _, seed := range []string{"2026-07-15 09:30:00", "2026-02-28T23:59:59.000000001", "2026-07-15 09:30:00.5", "1784079000", "20260715", "2026年7月15日", "9e99", "-1", "NaN"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		at, err := RowTime(text, shanghai)
		if quick, ok := plainTime(text, shanghai); ok {
			slow, err := time.ParseInLocation("2006-01-02T15:04:05", strings.Replace(text+"T00:00:00"[:max(0, 19-len(text))], " ", "T", 1), shanghai)
			if err != nil || !slow.Equal(quick) {
				t.Errorf("%q: %v, but by its layout %v, %v", text, quick, slow, err)
			}
		}
		if err == nil && RowPeriod(at, "month") == "" {
			t.Errorf("%q has no month", text)
		}
	})
}

func FuzzRow(f *testing.F) {
	f.Add("1", "2026-07", "2026-07-31", "12.5", int64(3), 0.5)
	f.Add("", "七月", "0000-00-00", "\xff", int64(-1), math.Inf(1))
	m := mapperOf(f, "{record: submission, form: f, unit: u, period: p, submitted_at: t}")
	columns := []string{"u", "p", "t", "a", "b", "c"}
	f.Fuzz(func(t *testing.T, unit, period, at, a string, b int64, c float64) {
		row := Row{columns, []any{unit, period, at, json.Number(a), b, c}}
		s, _, fault := m.Submission(row, nil)
		if fault == nil && (s.Unit == "" || !ValidPeriod(s.Period) || s.SubmittedAt.IsZero() || len(s.Values) != 3) {
			t.Errorf("%+v is accepted", s)
		}
		if !json.Valid(row.raw()) {
			t.Errorf("the raw row is no JSON: %s", row.raw())
		}
	})
}
