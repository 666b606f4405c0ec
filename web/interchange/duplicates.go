package interchange

import (
	"encoding/json"

	"github.com/jianfu/jianfu/queries"
)

// Overlap is a pair of forms that ask for the same data.
type Overlap struct {
	A          string     `json:"a"`
	TitleA     string     `json:"title_a"`
	B          string     `json:"b"`
	TitleB     string     `json:"title_b"`
	Share      [2]float64 `json:"share"`   // of A's payload that B has, and the other way round
	Shared     [2]uint32  `json:"shared"`  // payload fields in common
	Payload    [2]uint32  `json:"payload"` // payload fields in all
	Rows       uint64     `json:"rows"`
	Agreement  *float64   `json:"agreement"`
	Score      float64    `json:"score"`
	Suggestion string     `json:"suggestion"` // merge or prefill
	Hours      [2]float64 `json:"hours_per_year"`
}

// Overlap writes a pair of forms.
func (w Words) Overlap(o queries.FormOverlap) Overlap {
	return Overlap{
		o.A, w.Called("form", o.A), o.B, w.Called("form", o.B), o.Share, o.Shared, o.Payload, o.Rows, Known(o.Agreement), o.Score, o.Suggestion, span(o.Hours),
	}
}

// Match is a pair of fields that hold the same data, with the keys of "match" of docs/interchange.md.
type Match struct {
	A         string            `json:"a"` // "form.field"
	LabelA    string            `json:"label_a"`
	B         string            `json:"b"`
	LabelB    string            `json:"label_b"`
	Score     float64           `json:"score"`
	Relation  string            `json:"relation"`
	Kind      string            `json:"kind"`
	Agreement *float64          `json:"agreement"`
	Baseline  *float64          `json:"baseline"`
	Rows      uint64            `json:"rows"`
	Join      string            `json:"join"`
	Factor    *float64          `json:"factor"` // b = factor x a
	Codes     map[string]string `json:"codes"`
	Why       json.RawMessage   `json:"why"`
}

// Match writes a pair of fields.
func (w Words) Match(m queries.FieldMatch) Match {
	a, b := m.FormA+"."+m.FieldA, m.FormB+"."+m.FieldB
	out := Match{
		A: a, LabelA: w.Called("field", a), B: b, LabelB: w.Called("field", b), Score: m.Score, Relation: m.Relation, Kind: m.Kind, Agreement: Known(m.Agreement),
		Baseline: Known(m.Baseline), Rows: m.Rows, Join: m.Join, Codes: m.Codes, Why: json.RawMessage("{}"),
	}
	if out.Codes == nil {
		out.Codes = map[string]string{}
	}
	if m.Factor != 0 {
		out.Factor = &m.Factor
	}
	if json.Valid([]byte(m.Why)) {
		out.Why = json.RawMessage(m.Why)
	}
	return out
}

// Pair is two forms side by side.
type Pair struct {
	Forms   [2]Form    `json:"forms"`
	Overlap *Overlap   `json:"overlap"`
	Matches []Match    `json:"matches"`
	Plan    []PlanLine `json:"plan"`
}

// ItemField is a field under which a data item is asked.
type ItemField struct {
	Field     string     `json:"field"` // "form.field"
	Label     string     `json:"label"`
	Member    bool       `json:"member"`
	Relation  string     `json:"relation"`
	Agreement *float64   `json:"agreement"`
	Rows      uint64     `json:"rows"`
	Complete  *float64   `json:"complete"`
	Delay     *float64   `json:"delay_days"`
	Units     uint64     `json:"units"`
	Sent      *float64   `json:"submissions_per_year"`
	Hours     [2]float64 `json:"hours_per_year"`
}

// Item is a data item that more than one form asks for.
type Item struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Definition string      `json:"definition"`
	CodeSet    string      `json:"code_set"`
	Source     string      `json:"source"` // "form.field" of the proposed authoritative source
	Reasons    []string    `json:"reasons"`
	Agreement  *float64    `json:"agreement"`
	Rows       uint64      `json:"rows"`
	Hours      [2]float64  `json:"hours_per_year"`
	Saved      [2]float64  `json:"saved_per_year"`
	Fields     []ItemField `json:"fields"`
}

// Item writes a data item.
func (w Words) Item(i queries.DataItem) Item {
	out := Item{
		ID: i.ID, Name: i.Name, Definition: w.Text(i.Definition), CodeSet: i.CodeSet, Source: i.SourceForm + "." + i.Source, Reasons: w.texts(i.Reasons),
		Agreement: Known(i.Agreement), Rows: i.Rows, Hours: span(i.Hours), Saved: span(i.Saved), Fields: []ItemField{},
	}
	for _, f := range i.Fields {
		out.Fields = append(out.Fields, ItemField{
			f.Form + "." + f.Field, f.Label, f.Member, f.Relation, Known(f.Agreement), f.Rows, Known(f.Complete), Known(f.Delay), f.Units, Known(f.Submissions), span(f.Hours),
		})
	}
	return out
}
