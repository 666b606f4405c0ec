package queries

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// What a measure or a comparison is about.
const (
	ScopeAll        = "all"
	ScopeDepartment = "department"
	ScopeSystem     = "system"
	ScopeForm       = "form"
)

// Scope is a part of the burden: all of it, or that of a department (by name), a system or a form (by id).
type Scope struct {
	Kind    string `json:"kind"`
	Subject string `json:"subject,omitempty"`
}

// Measure is something that was done to lower the burden, with what was announced of it.
type Measure struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Effective time.Time `json:"effective"` // first day on which it holds
	Scope
	Claimed string    `json:"claimed,omitempty"` // as ParseClaim reads it; empty where nothing was announced
	Source  string    `json:"source,omitempty"`  // where it was announced
	By      string    `json:"by,omitempty"`      // who recorded it
	Updated time.Time `json:"updated"`
}

// measureMost is the length in runes of the texts of a measure.
const measureMost = 200

// Checked is the measure with trimmed texts, its claim in full and its id, or an error that says what is wrong with it.
func (m Measure) Checked() (Measure, error) {
	for _, text := range []*string{&m.Name, &m.Subject, &m.Claimed, &m.Source, &m.By} {
		*text = strings.TrimSpace(*text)
		if !utf8.ValidString(*text) || utf8.RuneCountInString(*text) > measureMost {
			return m, fmt.Errorf("a text of the measure is not UTF-8 or longer than %d characters", measureMost)
		}
	}
	switch {
	case m.Name == "":
		return m, errors.New("the measure has no name")
	case m.Effective.IsZero():
		return m, errors.New("the measure has no day from which it holds")
	case m.Kind == "" || m.Kind == ScopeAll:
		m.Scope = Scope{Kind: ScopeAll}
	case m.Kind != ScopeDepartment && m.Kind != ScopeSystem && m.Kind != ScopeForm:
		return m, fmt.Errorf("a measure is about all, a department, a system or a form, not about %q", m.Kind)
	case m.Subject == "":
		return m, fmt.Errorf("the measure does not say which %s it is about", m.Kind)
	}
	claim, err := ParseClaim(m.Claimed)
	if err != nil {
		return m, err
	}
	if claim != nil {
		m.Claimed = claim.String()
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{m.Name, m.Effective.Format(time.DateOnly), m.Kind, m.Subject}, "\x00")))
	m.ID = hex.EncodeToString(sum[:])[:12]
	return m, nil
}

// SaveMeasure records a measure and gives it its id. One of the same name, day and scope takes the place of the earlier.
func (s *Store) SaveMeasure(ctx context.Context, m Measure) (Measure, error) {
	m, err := m.Checked()
	if err != nil {
		return m, fmt.Errorf("unable to record the measure: %w", err)
	}
	if m.Updated.IsZero() {
		m.Updated = time.Now().UTC()
	}
	return m, s.insertMeasure(ctx, m, false)
}

func (s *Store) insertMeasure(ctx context.Context, m Measure, removed bool) error {
	return s.insert(ctx, "measures.Insert", columns([]string{m.ID}, []string{m.Name}, []time.Time{m.Effective}, []string{m.Kind}, []string{m.Subject},
		[]string{m.Claimed}, []string{m.Source}, []string{m.By}, []bool{removed}, []time.Time{m.Updated}))
}

// Measures reads the measures that were recorded, the newest day first.
func (s *Store) Measures(ctx context.Context) ([]Measure, error) {
	var out []Measure
	err := s.Each(ctx, "measures.List", nil, func(scan func(...any) error) error {
		var m Measure
		err := scan(&m.ID, &m.Name, &m.Effective, &m.Kind, &m.Subject, &m.Claimed, &m.Source, &m.By, &m.Updated)
		out = append(out, m)
		return err
	})
	return out, err
}

// leastPrefix is how many characters of an id name it.
const leastPrefix = 4

// RemoveMeasure takes a measure off the list, by its id or the beginning of it, and gives it back. ErrNotFound where there is
// none, or more than one.
func (s *Store) RemoveMeasure(ctx context.Context, id string) (Measure, error) {
	all, err := s.Measures(ctx)
	if err != nil {
		return Measure{}, err
	}
	var found []Measure
	for _, m := range all {
		if m.ID == id || len(id) >= leastPrefix && strings.HasPrefix(m.ID, id) {
			found = append(found, m)
		}
	}
	if len(found) != 1 {
		return Measure{}, fmt.Errorf("unable to remove the measure %q, which %d measures match: %w", id, len(found), ErrNotFound)
	}
	m := found[0]
	m.Updated = time.Now().UTC()
	return m, s.insertMeasure(ctx, m, true)
}
