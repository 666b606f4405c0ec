package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

func (s *server) synonyms(ctx context.Context) ([]queries.Synonym, error) {
	return s.reader(ctx).Synonyms(ctx)
}

// pair shows two forms side by side.
func (s *server) pair(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "duplicates")
	if err != nil {
		return nil, err
	}
	forms, err := s.forms(r.Context())
	if err != nil {
		return nil, err
	}
	a, knownA := forms[r.PathValue("a")]
	b, knownB := forms[r.PathValue("b")]
	if !knownA || !knownB || a.ID == b.ID {
		return nil, queries.ErrNotFound
	}
	v.Path = page.PairPath(a.ID, b.ID)
	p := page.Pair{View: v, Called: names, Forms: [2]queries.Form{a, b}, Writable: s.Writer != nil}
	if p.Run, err = s.duplicateRun(r.Context()); err != nil {
		return nil, err
	}
	all, err := s.overlaps(r.Context())
	if err != nil {
		return nil, err
	}
	for _, o := range all {
		switch {
		case o.A == a.ID && o.B == b.ID:
			p.Overlap = &o
		case o.A == b.ID && o.B == a.ID:
			o = turnedOverlap(o)
			p.Overlap = &o
		}
	}
	plan, err := s.planLines(r.Context())
	if err != nil {
		return nil, err
	}
	for _, l := range plan {
		if l.Action != queries.ActionAuthority && (l.Form == a.ID && l.FromForm == b.ID || l.Form == b.ID && l.FromForm == a.ID) {
			p.Plan = append(p.Plan, l)
		}
	}
	matches, err := s.matches(r.Context(), a, b)
	if err != nil {
		return nil, err
	}
	alike := slices.DeleteFunc(slices.Clone(matches), func(m queries.FieldMatch) bool { return m.Kind == "unlike" })
	p.Differences, err = s.reader(r.Context()).ReadDifferences(r.Context(), a, b, alike, p.Run.AsOf.AddDate(-2, 0, 0))
	if err != nil {
		return nil, err
	}
	if p.Verdicts, err = s.synonyms(r.Context()); err != nil {
		return nil, err
	}
	p.Rows, p.Unlike = page.Align(a, b, matches)
	id := queries.FindingID("dup-form", min(a.ID, b.ID), max(a.ID, b.ID))
	found, err := s.findingsByID(r.Context(), []string{id})
	if err != nil {
		return nil, err
	}
	if _, stored := found[id]; stored {
		p.Finding = id
	}
	return p.Page(), nil
}

func turnedOverlap(o queries.FormOverlap) queries.FormOverlap {
	o.Share[0], o.Share[1] = o.Share[1], o.Share[0]
	o.Shared[0], o.Shared[1] = o.Shared[1], o.Shared[0]
	o.Payload[0], o.Payload[1] = o.Payload[1], o.Payload[0]
	return o
}

// matches are the judged pairs of two forms, all from the first to the second.
func (s *server) matches(ctx context.Context, a, b queries.Form) ([]queries.FieldMatch, error) {
	all, err := s.reader(ctx).FieldMatches(ctx, a.ID, b.ID)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(all)
	for i := range out {
		if out[i].FormA != a.ID {
			out[i] = turnedMatch(out[i])
		}
	}
	slices.SortStableFunc(out, func(x, y queries.FieldMatch) int { return cmp.Compare(y.Score, x.Score) })
	return out, nil
}

// turnedMatch is a match from its second field to its first.
func turnedMatch(m queries.FieldMatch) queries.FieldMatch {
	m.FormA, m.FieldA, m.FormB, m.FieldB = m.FormB, m.FieldB, m.FormA, m.FieldA
	if m.Factor != 0 {
		m.Factor = 1 / m.Factor
		// The factors of units of measure are short numbers; the reciprocal is one again.
		if near := math.Round(m.Factor); near >= 1 && math.Abs(m.Factor-near) < 1e-9*near {
			m.Factor = near
		}
	}
	back := make(map[string]string, len(m.Codes))
	for from, to := range m.Codes {
		back[to] = from
	}
	m.Codes = back
	return m
}

// judgePair keeps what a person says about two fields of two forms: the same data, or not; or takes it back.
func (s *server) judgePair(r *http.Request) (string, error) {
	forms, err := s.forms(r.Context())
	if err != nil {
		return "", err
	}
	a, b := forms[r.PathValue("a")], forms[r.PathValue("b")]
	x, knownX := fieldOf(a, r.PostForm.Get("field_a"))
	y, knownY := fieldOf(b, r.PostForm.Get("field_b"))
	if !knownX || !knownY {
		return "", refusal{http.StatusBadRequest, "unknown_field"}
	}
	labelA, labelB := page.LabelOf(x), page.LabelOf(y)
	address := page.PairPath(a.ID, b.ID) + "?saved=" + r.PostForm.Get("verdict") + "#" + page.RowID(x.ID, y.ID)
	switch r.PostForm.Get("verdict") {
	case "withdraw":
		err = s.Writer.RemoveSynonym(r.Context(), queries.Synonym{A: labelA, B: labelB, FieldA: a.ID + "." + x.ID, FieldB: b.ID + "." + y.ID})
	case "same", "different":
		by, note, wrong := signed(r.Context(), r.PostForm)
		if wrong != nil {
			return "", wrong
		}
		if r.PostForm.Get("verdict") == "same" && strings.TrimSpace(labelA) == strings.TrimSpace(labelB) {
			return "", refusal{http.StatusBadRequest, "same_label"}
		}
		err = s.Writer.SaveSynonym(r.Context(), queries.Synonym{
			A: labelA, B: labelB, Same: r.PostForm.Get("verdict") == "same", FieldA: a.ID + "." + x.ID, FieldB: b.ID + "." + y.ID,
			By: by, Note: note, At: s.Clock(),
		})
	default:
		return "", refusal{http.StatusBadRequest, "form"}
	}
	s.reads.drop(readSynonyms)
	return address, err
}

func fieldOf(f queries.Form, id string) (queries.Field, bool) {
	at := slices.IndexFunc(f.Fields, func(x queries.Field) bool { return x.ID == id })
	if at < 0 {
		return queries.Field{}, false
	}
	return f.Fields[at], true
}
