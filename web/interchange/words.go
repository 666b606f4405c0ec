// Package interchange is the JSON that comes out of Jianfu: one type an object of docs/interchange.md and docs/api.md, for the
// command line and the API alike, with the texts in the reader's language.
package interchange

import (
	"math"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

// Words renders what is stored in one language.
type Words struct {
	Bundle   *locale.Bundle
	Language string
	Names    locale.Names
}

// Text is a message in the reader's language.
func (w Words) Text(m queries.Message) string { return w.Bundle.Render(w.Language, m, w.Names) }

// Word is a text without parameters.
func (w Words) Word(key string) string { return w.Bundle.Text(w.Language, key) }

// Called is the name of a thing, or its id where it has none.
func (w Words) Called(kind, id string) string {
	if name := w.Names(kind, id); name != "" {
		return name
	}
	return id
}

func (w Words) texts(all []queries.Message) []string {
	out := make([]string, len(all))
	for i, m := range all {
		out[i] = w.Text(m)
	}
	return out
}

// Neutral keeps spreadsheet programs from reading a text as a formula.
func Neutral(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// Cents rounds to two decimals.
func Cents(x float64) float64 { return math.Round(100*x) / 100 }

// Known is a figure, nil where it is not known: JSON has no NaN and no infinity.
func Known(x float64) *float64 {
	if math.IsNaN(x) || math.IsInf(x, 0) {
		return nil
	}
	return &x
}

// Date is a day, empty for the zero time.
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

// Moment is a time of day of RFC 3339 in UTC, empty for the zero time.
func Moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// filled is a list that JSON writes as [] where it is empty.
func filled[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

func span(h queries.Hours) [2]float64 { return [2]float64{Cents(h.Low), Cents(h.High)} }

// cell is a figure in a spreadsheet, an empty cell where it is not known.
func cell(x *float64) any {
	if x == nil {
		return ""
	}
	return *x
}
