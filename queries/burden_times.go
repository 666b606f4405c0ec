package queries

import (
	"context"
	"time"
)

// FormDurations is how long one form takes where the start is known: quartiles of seconds over plausible times. Started
// counts all that have a start; of them Backwards ended before they began, Zeros as they began, and Minutes took whole
// minutes.
type FormDurations struct {
	Form                               string
	Submissions                        uint64
	Units                              uint64
	Answered                           float64 // mean number of values
	Timed                              uint64
	Quartiles                          [3]float64 // NaN without timed submissions
	Started, Backwards, Zeros, Minutes uint64
}

// FormDurations reads the durations of the submissions of a model's days. Those under its least or over its most seconds
// are no working time.
func (s *Store) FormDurations(ctx context.Context, m BurdenModel) ([]FormDurations, error) {
	params := m.window()
	params["least"], params["most"] = m.Least, m.Most
	var out []FormDurations
	err := s.Each(ctx, "burden.Durations", params, func(scan func(...any) error) error {
		var d FormDurations
		var quartiles []float64
		err := scan(&d.Form, &d.Submissions, &d.Units, &d.Answered, &d.Timed, &quartiles, &d.Started, &d.Backwards, &d.Zeros, &d.Minutes)
		copy(d.Quartiles[:], quartiles)
		out = append(out, d)
		return err
	})
	return out, err
}

// FormMean is the mean and standard deviation of a form's times within its bounds, in seconds.
type FormMean struct {
	Timed           uint64
	Mean, Deviation float64
}

// FormMeans reads the means of the start times of forms, each within the bounds of its pace.
func (s *Store) FormMeans(ctx context.Context, m BurdenModel, bounds []FormPace) (map[string]FormMean, error) {
	return s.formMeans(ctx, "burden.Means", m.window(), bounds)
}

func (s *Store) formMeans(ctx context.Context, name string, params Params, bounds []FormPace) (map[string]FormMean, error) {
	out := map[string]FormMean{}
	if len(bounds) == 0 {
		return out, nil
	}
	milliseconds := func(seconds float64) uint64 { return uint64(seconds * 1000) }
	params["forms"] = column(bounds, func(f FormPace) string { return f.Form })
	params["leasts"] = column(bounds, func(f FormPace) uint64 { return milliseconds(f.Least) })
	params["fences"] = column(bounds, func(f FormPace) uint64 { return milliseconds(f.Fence) })
	err := s.Each(ctx, name, params, func(scan func(...any) error) error {
		var form string
		var m FormMean
		err := scan(&form, &m.Timed, &m.Mean, &m.Deviation)
		out[form] = m
		return err
	})
	return out, err
}

// Visited is how often the usage logs show that a form was opened and sent.
type Visited struct{ Sent, Opened uint64 }

// VisitedForms counts the openings and sendings of forms in the usage logs of the local days [from, to].
func (s *Store) VisitedForms(ctx context.Context, from, to time.Time, forms []string) (map[string]Visited, error) {
	out := map[string]Visited{}
	if len(forms) == 0 {
		return out, nil
	}
	params := days(from, to)
	params["forms"] = forms
	err := s.Each(ctx, "burden.Visited", params, func(scan func(...any) error) error {
		var form string
		var v Visited
		err := scan(&form, &v.Sent, &v.Opened)
		out[form] = v
		return err
	})
	return out, err
}

// SetVisits stores for a run what the usage logs of the analysed window show of the work on forms, up to most seconds each.
// Of all people every of-th counts.
func (s *Store) SetVisits(ctx context.Context, m BurdenModel, forms []string, of uint64) error {
	params := days(m.Recent, m.To)
	params["run"], params["forms"], params["of"], params["most"] = m.Run, forms, max(1, of), uint64(m.Most)
	return s.exec(ctx, "burden.SetVisits", params)
}

// VisitDurations reads the quartiles of the times that SetVisits stored.
func (s *Store) VisitDurations(ctx context.Context, m BurdenModel) ([]FormDurations, error) {
	var out []FormDurations
	err := s.Each(ctx, "burden.VisitTimes", Params{"run": m.Run, "least": m.Least}, func(scan func(...any) error) error {
		var d FormDurations
		var quartiles []float64
		err := scan(&d.Form, &d.Timed, &quartiles)
		copy(d.Quartiles[:], quartiles)
		out = append(out, d)
		return err
	})
	return out, err
}

// VisitMeans reads their means, each form within the bounds of its pace.
func (s *Store) VisitMeans(ctx context.Context, m BurdenModel, bounds []FormPace) (map[string]FormMean, error) {
	return s.formMeans(ctx, "burden.VisitMeans", Params{"run": m.Run}, bounds)
}
