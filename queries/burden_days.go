package queries

import "time"

// Days are the first and the last day that a list of hours is of.
func (r BurdenRun) Days(q BurdenQuery) (from, to time.Time) {
	from, to = r.Recent, r.Last
	switch {
	case !q.From.IsZero():
		if from = q.From; from.Before(r.First) {
			from = r.First
		}
		if end := q.To.AddDate(0, 1, -1); end.Before(to) {
			to = end
		}
	case q.By == "month":
		from = r.First
	}
	return from, to
}
