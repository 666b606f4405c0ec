package queries

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Synonym is what a person decided about two labels: that they ask for the same data, or that they do not. The pair is
// unordered. Two labels that are the same to the letter can be told apart only field by field: such a verdict names both
// fields and holds for them alone. Its keys are those of the files that `jianfu synonyms` exports and imports.
type Synonym struct {
	A      string    `json:"a"` // label as written
	B      string    `json:"b"`
	Same   bool      `json:"same"`
	FieldA string    `json:"field_a,omitempty"` // "form.field" that gave rise to it
	FieldB string    `json:"field_b,omitempty"`
	By     string    `json:"by,omitempty"` // who decided
	Note   string    `json:"note,omitempty"`
	At     time.Time `json:"at"` // when; the newest verdict on a pair counts
}

// labelMost is the length in runes from which a text is no label.
const labelMost = 500

// Normalised is the synonym with trimmed labels in their stored order, or an error that says what is wrong with it.
func (v Synonym) Normalised() (Synonym, error) {
	v.A, v.B = strings.TrimSpace(v.A), strings.TrimSpace(v.B)
	for _, label := range []string{v.A, v.B} {
		switch {
		case label == "":
			return v, errors.New("a label is empty: a synonym needs two")
		case !utf8.ValidString(label):
			return v, fmt.Errorf("the label %q is not UTF-8", label)
		case utf8.RuneCountInString(label) > labelMost:
			return v, fmt.Errorf("the label %.40q… is longer than %d characters", label, labelMost)
		}
	}
	if v.A == v.B && (v.Same || v.FieldA == "" || v.FieldB == "" || v.FieldA == v.FieldB) {
		return v, fmt.Errorf("both labels are %q: a synonym needs two different ones, or two fields that are not the same", v.A)
	}
	if v.A > v.B || v.A == v.B && v.FieldA > v.FieldB {
		v.A, v.B, v.FieldA, v.FieldB = v.B, v.A, v.FieldB, v.FieldA
	}
	return v, nil
}

// SaveSynonym stores a verdict on a pair of labels. A verdict without a time is of now; one that is older than the stored
// verdict on the same pair changes nothing.
func (s *Store) SaveSynonym(ctx context.Context, v Synonym) error {
	return s.SaveSynonyms(ctx, []Synonym{v})
}

// SaveSynonyms stores all verdicts, or none when one of them is faulty.
func (s *Store) SaveSynonyms(ctx context.Context, all []Synonym) error {
	if len(all) == 0 {
		return nil
	}
	rows := make([]Synonym, len(all))
	now := time.Now().UTC()
	for i, v := range all {
		v, err := v.Normalised()
		if err != nil {
			return fmt.Errorf("unable to save a synonym: %w", err)
		}
		if v.At.IsZero() {
			v.At = now
		}
		rows[i] = v
	}
	return s.insert(ctx, "synonyms.Insert", columns(
		column(rows, func(v Synonym) string { return v.A }), column(rows, func(v Synonym) string { return v.B }),
		column(rows, func(v Synonym) bool { return v.Same }),
		column(rows, func(v Synonym) string { return v.FieldA }), column(rows, func(v Synonym) string { return v.FieldB }),
		column(rows, func(v Synonym) string { return v.By }), column(rows, func(v Synonym) string { return v.Note }),
		column(rows, func(v Synonym) time.Time { return v.At })))
}

// RemoveSynonym forgets every verdict on the labels of v, in whichever order they are given. Of two labels that are the same it
// forgets the verdict on the two fields of v, or all where v names none.
func (s *Store) RemoveSynonym(ctx context.Context, v Synonym) error {
	a, b := strings.TrimSpace(v.A), strings.TrimSpace(v.B)
	params := Params{"a": min(a, b), "b": max(a, b), "field_a": "", "field_b": ""}
	if a == b {
		params["field_a"], params["field_b"] = min(v.FieldA, v.FieldB), max(v.FieldA, v.FieldB)
	}
	return s.exec(ctx, "synonyms.Delete", params)
}

// Synonyms reads the newest verdict on every pair of labels, the newest pair first.
func (s *Store) Synonyms(ctx context.Context) ([]Synonym, error) {
	var out []Synonym
	err := s.Each(ctx, "synonyms.List", nil, func(scan func(...any) error) error {
		var v Synonym
		err := scan(&v.A, &v.B, &v.Same, &v.FieldA, &v.FieldB, &v.By, &v.Note, &v.At)
		out = append(out, v)
		return err
	})
	return out, err
}
