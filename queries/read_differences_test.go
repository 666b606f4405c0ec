package queries_test

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// answered is one submission of a test; a cell is a number or a text.
type answered struct {
	form, unit, period string
	subject            uint64
	cells              map[string]any
}

func sent(all ...answered) *queries.SubmissionColumns {
	c := &queries.SubmissionColumns{}
	for i, f := range all {
		start, _ := time.Parse("2006-01", f.period)
		if start.IsZero() {
			var year, quarter int
			fmt.Sscanf(f.period, "%dQ%d", &year, &quarter)
			start = time.Date(year, time.Month(3*quarter-2), 1, 0, 0, 0, 0, time.UTC)
		}
		var layout, texts []string
		var numbers []byte
		for _, name := range []string{"id", "n", "code", "money"} {
			if f.cells[name] == nil {
				continue
			}
			layout = append(layout, name)
			if x, ok := f.cells[name].(float64); ok {
				numbers, texts = queries.PackNumbers(numbers, x), append(texts, "")
			} else {
				numbers, texts = queries.PackNumbers(numbers, math.NaN()), append(texts, f.cells[name].(string))
			}
		}
		c.Form, c.Unit, c.Period, c.PeriodStart = append(c.Form, f.form), append(c.Unit, f.unit), append(c.Period, f.period), append(c.PeriodStart, start)
		c.SubmittedAt, c.StartedAt = append(c.SubmittedAt, start.AddDate(0, 1, i)), append(c.StartedAt, time.Unix(0, 0))
		c.Reporter, c.Channel, c.Subject = append(c.Reporter, 5), append(c.Channel, "web"), append(c.Subject, f.subject)
		c.Lat, c.Lon, c.Layout = append(c.Lat, 0), append(c.Lon, 0), append(c.Layout, strings.Join(layout, "\x00"))
		c.Numbers, c.Texts, c.Key = append(c.Numbers, string(numbers)), append(c.Texts, strings.Join(texts, "\x00")), append(c.Key, uint64(i+1))
	}
	return c
}

// Every way of setting rows side by side finds the rows that disagree, after codes and factors, newest first, and no others.
func TestReadDifferences(t *testing.T) {
	s := querytest.New(t)
	type cells = map[string]any
	_, err := s.Write(t.Context(), queries.Batch{Source: "import", ByContent: true, Submissions: sent(
		answered{"a", "v1", "2026-01", 0, cells{"n": 10.0, "code": "男", "money": 12345.0}},
		answered{"b", "v1", "2026-01", 0, cells{"n": 10.0, "code": "1", "money": 1.23}},
		answered{"a", "v2", "2026-01", 0, cells{"n": 11.0, "code": "女", "money": 20000.0}},
		answered{"b", "v2", "2026-01", 0, cells{"n": 12.0, "code": "2", "money": 3.0}},
		answered{"a", "v1", "2026-02", 0, cells{"n": 5.0, "code": "男", "money": 10000.0}},
		answered{"b", "v1", "2026-02", 0, cells{"n": 6.0, "code": "2", "money": 1.0}},
		answered{"a", "v1", "2026-03", 0, cells{"n": 1.0}},
		answered{"q", "v1", "2026Q1", 0, cells{"n": 17.0}},
		answered{"q", "v2", "2026Q1", 0, cells{"n": 11.0}}, // two of its months are missing: nothing can be said
		answered{"c", "v1", "2026-01", 7, cells{"id": "rid:aa", "code": " Ａ "}},
		answered{"d", "v1", "2026-01", 8, cells{"id": "rid:aa", "code": "a"}},
		answered{"c", "v2", "2026-01", 9, cells{"code": "x"}},
		answered{"d", "v2", "2026-02", 9, cells{"code": "y"}},
	)})
	if err != nil {
		t.Fatal(err)
	}
	read := func(a, b queries.Form, matches ...queries.FieldMatch) string {
		t.Helper()
		found, err := s.ReadDifferences(t.Context(), a, b, matches, time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			t.Fatal(err)
		}
		var out []string
		for _, d := range found {
			if (d.Subject != "") != (a.ID == "c") || strings.Contains(d.Subject, "aa") {
				t.Errorf("subject %q", d.Subject)
			}
			out = append(out, fmt.Sprintf("%s %s %s %s→%s/%s %d/%d", d.FieldA, d.Unit, d.Period, d.A, d.Expected, d.B, d.Different, d.Compared))
		}
		return strings.Join(out, "; ")
	}
	month, quarter := queries.Form{ID: "a", Cycle: "month"}, queries.Form{ID: "q", Cycle: "quarter"}
	other := queries.Form{ID: "b", Cycle: "month"}
	n := queries.FieldMatch{FieldA: "n", FieldB: "n", Join: "period"}
	for name, c := range map[string]struct {
		a, b queries.Form
		m    []queries.FieldMatch
		want string
	}{
		"equal":       {month, other, []queries.FieldMatch{n}, "n v1 2026-02 5→5/6 2/3; n v2 2026-01 11→11/12 2/3"},
		"codes":       {month, other, []queries.FieldMatch{{FieldA: "code", FieldB: "code", Join: "period", Codes: map[string]string{"男": "1", "女": "2"}}}, "code v1 2026-02 男→1/2 1/3"},
		"factor":      {month, other, []queries.FieldMatch{{FieldA: "money", FieldB: "money", Join: "period", Factor: 0.0001}}, "money v2 2026-01 20000→2/3 1/3"},
		"factor back": {other, month, []queries.FieldMatch{{FieldA: "money", FieldB: "money", Join: "period", Factor: 10000}}, "money v2 2026-01 3→30000/20000 1/3"},
		"two":         {month, other, []queries.FieldMatch{{FieldA: "money", FieldB: "money", Join: "period", Factor: 0.0001}, n}, "n v1 2026-02 5→5/6 2/3; money v2 2026-01 20000→2/3 1/3; n v2 2026-01 11→11/12 2/3"},
		"sum":         {quarter, month, []queries.FieldMatch{{FieldA: "n", FieldB: "n", Join: "sum"}}, "n v1 2026Q1 17→17/16 1/1"},
		"sum turned":  {month, quarter, []queries.FieldMatch{{FieldA: "n", FieldB: "n", Join: "sum"}}, "n v1 2026Q1 16→16/17 1/1"},
		"last":        {quarter, month, []queries.FieldMatch{{FieldA: "n", FieldB: "n", Join: "last"}}, "n v1 2026Q1 17→17/1 1/1"},
		"subject": {
			queries.Form{ID: "c", Fields: []queries.Field{{ID: "id", Type: "id"}}},
			queries.Form{ID: "d", Fields: []queries.Field{{ID: "id", Type: "id"}}},
			[]queries.FieldMatch{{FieldA: "code", FieldB: "code", Join: "subject"}},
			"",
		},
		"newest":  {queries.Form{ID: "c"}, queries.Form{ID: "d"}, []queries.FieldMatch{{FieldA: "code", FieldB: "code", Join: "newest"}}, "code v2 2026-01 x→x/y 1/1"},
		"records": {month, other, []queries.FieldMatch{{FieldA: "n", FieldB: "n", Join: "record"}}, ""},
		"no join": {month, other, []queries.FieldMatch{{FieldA: "n", FieldB: "n"}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := read(c.a, c.b, c.m...); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}
