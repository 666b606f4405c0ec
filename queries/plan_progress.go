package queries

import (
	"context"
	"math"
	"time"
)

const (
	progressDays = 60  // that have to pass, and at least one period, before anything is said
	progressRows = 20  // submissions with start times on either side from which times are compared
	askedShare   = 0.1 // of the answers before, from which a field is still asked
	progressYear = 365
	leastSeconds = 3 // a shorter time is a machine's
)

// measurement is what was counted for one line.
type measurement struct{ sent, answered, sentBefore, answeredBefore, season uint64 }

// timing is what submissions of a form took before a day and since, in seconds.
type timing struct {
	nBefore, n                                uint64
	before, deviationBefore, after, deviation float64
}

// formDay is a form and the day from which something is no longer asked.
type formDay struct {
	form string
	day  int
}

func formDayOf(d PlanDecision) formDay { return formDay{d.Line.Form, DayNumber(d.Effective)} }

type measurements struct {
	until  time.Time
	cycles map[string]string
	lines  map[string]measurement
	times  map[formDay]timing
}

func (s *Store) measurements(ctx context.Context, accepted []PlanDecision) (*measurements, error) {
	newest, err := s.NewestDay(ctx, time.Now())
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation("Asia/Shanghai")
	if err != nil {
		return nil, err
	}
	newest = newest.In(zone)
	m := &measurements{
		until:  time.Date(newest.Year(), newest.Month(), newest.Day(), 0, 0, 0, 0, time.UTC),
		cycles: map[string]string{}, lines: map[string]measurement{}, times: map[formDay]timing{},
	}
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	for _, f := range registry.Forms() {
		m.cycles[f.ID] = f.Cycle
	}
	get := func(f func(PlanDecision) string) []string { return column(accepted, f) }
	params := Params{
		"to": m.until.Format(time.DateOnly), "ids": get(func(d PlanDecision) string { return d.Line.ID }),
		"forms": get(func(d PlanDecision) string { return d.Line.Form }), "fields": get(func(d PlanDecision) string { return d.Line.Field }),
		"days": get(func(d PlanDecision) string { return d.Effective.Format(time.DateOnly) }), "least": leastSeconds,
	}
	err = s.Each(ctx, "plan.Answers", params, func(scan func(...any) error) error {
		var id string
		var x measurement
		err := scan(&id, &x.sent, &x.answered, &x.sentBefore, &x.answeredBefore, &x.season)
		m.lines[id] = x
		return err
	})
	if err != nil {
		return nil, err
	}
	delete(params, "ids")
	delete(params, "fields")
	err = s.Each(ctx, "plan.Times", params, func(scan func(...any) error) error {
		var at formDay
		var day time.Time
		var t timing
		err := scan(&at.form, &day, &t.nBefore, &t.before, &t.deviationBefore, &t.n, &t.after, &t.deviation)
		at.day = DayNumber(day)
		m.times[at] = t
		return err
	})
	return m, err
}

// progress judges each line.
func (m *measurements) progress(accepted []PlanDecision) []PlanProgress {
	ended := map[formDay]bool{}
	promised := map[formDay]float64{} // of the lines of a form that are no longer asked, which share what its times save
	for _, d := range accepted {
		if d.Line.Action == ActionMerge {
			ended[formDayOf(d)] = true
		} else {
			promised[formDayOf(d)] += m.due(d)
		}
	}
	out := make([]PlanProgress, len(accepted))
	for i, d := range accepted {
		x := m.lines[d.Line.ID]
		p := PlanProgress{Decision: d, Until: m.until, Submissions: x.sent, Answered: x.answered}
		elapsed := max(0, int(m.until.Sub(d.Effective).Hours()/24)+1)
		length := cycleDays(m.cycles[d.Line.Form])
		p.Periods, p.Needed = uint32(elapsed/length), uint32(max(1, (progressDays+length-1)/length))
		switch {
		case d.Effective.After(m.until):
			p.State = ProgressPlanned
		case p.Periods < p.Needed:
			p.State = ProgressEarly
		default:
			m.measure(&p, ended[formDayOf(d)], promised[formDayOf(d)])
			p.SoFar = p.Saved.Mid * float64(elapsed) / progressYear
		}
		out[i] = p
	}
	return out
}

// cycleDays is the length of a form's period; a month where it has none.
func cycleDays(cycle string) int {
	switch cycle {
	case "day":
		return 1
	case "week":
		return 7
	case "quarter":
		return 91
	case "half":
		return 182
	case "year":
		return progressYear
	}
	return 30
}

// due is what a line should save now: less where a part of the units still answers the field.
func (m *measurements) due(d PlanDecision) float64 {
	if d.Line.Action == ActionPrefill {
		return d.Line.Hours.Mid
	}
	low, high := m.leftInterval(d)
	return d.Line.Hours.Mid * (1 - math.Min(1, (low+high)/2))
}

// leftInterval is the 90 % interval of the share of what was asked before that is still asked: answers to the field by
// submission, or submissions of the form against the same days a year earlier; after Wilson (1927) for answers and from the square roots of
// counts, which have a standard deviation of one half, for submissions.
func (m *measurements) leftInterval(d PlanDecision) (low, high float64) {
	x := m.lines[d.Line.ID]
	if d.Line.Action == ActionMerge || x.sent == 0 {
		before := float64(x.season)
		if before == 0 {
			elapsed := m.until.Sub(d.Effective).Hours()/24 + 1
			before = float64(x.sentBefore) * math.Min(1, elapsed/progressYear)
		}
		if x.sent == 0 || before == 0 {
			return 0, 0
		}
		root := math.Sqrt(float64(x.sent))
		return math.Pow(math.Max(0, root-normal90/2), 2) / before, math.Pow(root+normal90/2, 2) / before
	}
	if x.answered == 0 {
		return 0, 0
	}
	before := 1.0
	if x.answeredBefore > 0 {
		before = float64(x.answeredBefore) / float64(x.sentBefore)
	}
	n, p := float64(x.sent), float64(x.answered)/float64(x.sent)
	centre, half := p+normal90*normal90/(2*n), normal90*math.Sqrt(p*(1-p)/n+normal90*normal90/(4*n*n))
	scale := (1 + normal90*normal90/n) * before
	return (centre - half) / scale, (centre + half) / scale
}

// measure fills in what was saved. Where the form's start times show what it took before and takes now, the lines of one day
// share the difference in proportion to their promises; elsewhere answers that are no longer given count with what they took.
func (m *measurements) measure(p *PlanProgress, ended bool, promised float64) {
	d := &p.Decision
	x := m.lines[d.Line.ID]
	low, high := m.leftInterval(*d)
	left := math.Min(1, (low+high)/2)
	p.State = ProgressMeasured
	if d.Line.Action != ActionPrefill && left >= askedShare {
		p.State = ProgressStillAsked
	}
	t := m.times[formDayOf(*d)]
	switch {
	case x.sentBefore == 0, x.sent == 0 && !ended:
		p.State = ProgressUnmeasured
	case d.Line.Action != ActionMerge && x.sent > 0 && t.n >= progressRows && t.nBefore >= progressRows && promised > 0:
		share := m.due(*d) / promised
		doubt := math.Hypot(t.deviationBefore/math.Sqrt(float64(t.nBefore)), t.deviation/math.Sqrt(float64(t.n)))
		hours := func(seconds float64) float64 { return share * seconds / 3600 * float64(x.sentBefore) }
		p.Timed = true
		p.Saved = Hours{hours(t.before - t.after), hours(t.before - t.after - normal90*doubt), hours(t.before - t.after + normal90*doubt)}
	case d.Line.Action == ActionPrefill && !(ended && x.sent == 0):
		p.State = ProgressUnmeasured
	default:
		before := d.Line.Hours
		if d.Line.Action != ActionMerge && d.Before > 0 && before.Mid > 0 {
			scale := d.Before / before.Mid
			before = Hours{d.Before, before.Low * scale, before.High * scale}
		}
		p.Saved = Hours{before.Mid * (1 - left), before.Low * math.Max(0, 1-high), before.High * math.Max(0, 1-low)}
	}
}
