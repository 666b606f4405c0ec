package queries

import (
	"context"
	"time"
)

// FormContent stands for all that is stored of a form within a span of periods: two that are equal hold the same
// submissions. Answers counts their values, which arrive a little later than the submissions themselves.
type FormContent struct {
	Submissions, Answers uint64
	Hash                 uint64    // sum over the identities of the submissions
	Oldest               time.Time // first day of the oldest period
}

// FormContents reads the contents of the given forms, or of all where none is given, for periods that start within [start, to].
func (s *Store) FormContents(ctx context.Context, forms []string, start, to time.Time) (map[string]FormContent, error) {
	out := map[string]FormContent{}
	params := Params{"start": start.Format(time.DateOnly), "to": to.Format(time.DateOnly), "forms": forms}
	err := s.Each(ctx, "evidence.Contents", params, func(scan func(...any) error) error {
		var form string
		var c FormContent
		err := scan(&form, &c.Submissions, &c.Answers, &c.Hash, &c.Oldest)
		out[form] = c
		return err
	})
	return out, err
}

// EvidenceRow is what an analysis keeps of a form for the next one. What is packed is the analyzer's business; Print is a hash
// of everything that it was made of.
type EvidenceRow struct {
	Form   string
	Part   string
	Print  uint64
	Oldest time.Time // first day that it speaks of
	Packed string
}

// EvidenceRows streams the rows of a part that have one of the prints, by form, of several of a form the newest last.
func (s *Store) EvidenceRows(ctx context.Context, part string, prints []uint64, each func(EvidenceRow) error) error {
	return s.Each(ctx, "evidence.Read", Params{"part": part, "prints": prints}, func(scan func(...any) error) error {
		e := EvidenceRow{Part: part}
		if err := scan(&e.Form, &e.Print, &e.Packed); err != nil {
			return err
		}
		return each(e)
	})
}

// KeepEvidence stores rows, each in the place of what was kept of its form and part before.
func (s *Store) KeepEvidence(ctx context.Context, rows []EvidenceRow) error {
	if len(rows) == 0 {
		return nil
	}
	return s.insert(ctx, "evidence.Insert", columns(
		column(rows, func(e EvidenceRow) string { return e.Form }), column(rows, func(e EvidenceRow) string { return e.Part }),
		column(rows, func(e EvidenceRow) uint64 { return e.Print }), column(rows, func(e EvidenceRow) time.Time { return e.Oldest }),
		column(rows, func(e EvidenceRow) string { return e.Packed }), repeat(time.Now().UTC(), len(rows))))
}

// ForgetEvidence removes what is kept of all forms but the given ones.
func (s *Store) ForgetEvidence(ctx context.Context, but []string) error {
	params := Params{"forms": but}
	var others uint64
	err := s.Each(ctx, "evidence.Others", params, func(scan func(...any) error) error { return scan(&others) })
	if err != nil || others == 0 {
		return err
	}
	return s.exec(ctx, "evidence.Forget", params)
}
