package queries

import (
	"context"
	"time"
)

// FormSpan is where and when a form was filled in.
type FormSpan struct {
	Units   []string
	Periods []uint32 // by unit
	Days    []uint16 // first days of the periods in which any unit filled it in, since 1970-01-01, ascending
}

// FormSpans reads the spans of forms over periods that start within [start, to].
func (s *Store) FormSpans(ctx context.Context, forms []string, start, to time.Time) (map[string]FormSpan, error) {
	out := map[string]FormSpan{}
	if len(forms) == 0 {
		return out, nil
	}
	params := Params{"forms": forms, "start": start.Format(time.DateOnly), "to": to.Format(time.DateOnly)}
	err := s.Each(ctx, "plan.Spans", params, func(scan func(...any) error) error {
		var form string
		var span FormSpan
		err := scan(&form, &span.Units, &span.Periods, &span.Days)
		out[form] = span
		return err
	})
	return out, err
}

// EstimateSpreads reads how doubtful the hours of forms without start times are, as the last analysis calibrated them: standard
// deviations as a share.
func (s *Store) EstimateSpreads(ctx context.Context) (map[string]float64, error) {
	out := map[string]float64{}
	err := s.Each(ctx, "plan.Spreads", nil, func(scan func(...any) error) error {
		var form string
		var spread float64
		err := scan(&form, &spread)
		out[form] = spread
		return err
	})
	return out, err
}
