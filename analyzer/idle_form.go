package analyzer

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// idleForm looks for forms that are collected and never read, and for forms that nobody fills in any more.
type idleForm struct{ uses *useModel }

// Meta implements Detector.
func (idleForm) Meta() Meta { return Meta{ID: "idle-form", Family: "unused", Version: 1} }

// formLife is what is known of the life of one form.
type formLife struct {
	form     queries.Form
	system   *judgedUse
	known    bool // whether any submission is stored
	sources  []queries.FormDelivery
	sent     uint64    // submissions in the days over which reads are looked for
	firstIn  time.Time // the first of them
	last     time.Time // the newest submission
	periods  uint64
	machine  bool // an interface hands it over
	months   []queries.FormMonth
	reading  queries.FormReading // of the form
	others   uint64              // reads of other forms of the system, by others than their writers
	unnamed  uint64              // reads by others that name no form, exports and interface calls above all
	named    bool                // whether views of the system name forms at all
	overlaps []queries.FormOverlap
	hours    queries.Hours
}

// formVerdict is the answer for one form: a verdict, a reason why there is none, or neither for a form in use.
type formVerdict struct {
	verdict string // write-only, unused, superseded, declining
	reason  string
	silence int
	need    int
	into    string  // the form that took its place
	before  float64 // units a month before and after the fall
	now     float64
}

// Detect implements Detector.
func (d idleForm) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	lives, err := d.lives(ctx, in, limits)
	if err != nil {
		return nil, err
	}
	living := map[string]bool{}
	to := queries.DayNumber(in.Window.To)
	for _, l := range lives {
		living[l.form.ID] = l.known && to-queries.DayNumber(l.last) < neededSilence(l.form.Cycle, limits)
	}
	var out []queries.Finding
	for _, l := range lives {
		v := l.judge(to, limits, living)
		subject := queries.Subject{Systems: []string{l.form.System}, Forms: []string{l.form.ID}}
		switch {
		case v.verdict != "":
			out = append(out, l.finding(v, in, limits))
		case v.reason != "":
			m := queries.Message{Key: "idleforms.reason." + v.reason, Params: map[string]any{"form": l.form.ID, "system": l.form.System, "n": l.sent, "least": int(limits["min_submissions"])}}
			out = append(out, NotAssessed(d.Meta().ID, subject, m, l.form.ID))
		}
	}
	return out, nil
}

// judge decides what the life of a form amounts to on a day. Missing data is never "unused": the sources of the form must have
// delivered other things meanwhile, and the logs must show reads before their absence says anything.
func (l *formLife) judge(to int, limits map[string]float64, living map[string]bool) formVerdict {
	if !l.known {
		return formVerdict{reason: "no_data"}
	}
	v := formVerdict{silence: to - queries.DayNumber(l.last), need: neededSilence(l.form.Cycle, limits)}
	if l.system != nil && l.system.verdict.verdict == "unused" {
		v.reason = "system_idle"
		return v
	}
	if v.silence >= v.need {
		return l.judgeSilence(v, to, limits, living)
	}
	if l.declines(&v, to, limits) {
		v.verdict = "declining"
		return v
	}
	return l.judgeReads(v, to, limits)
}

// judgeSilence judges a form that nobody hands in any more.
func (l *formLife) judgeSilence(v formVerdict, to int, limits map[string]float64, living map[string]bool) formVerdict {
	written := 0
	if !l.reading.LastWritten.IsZero() {
		written = queries.DayNumber(l.reading.LastWritten)
	}
	switch {
	case !l.form.Declared:
		v.reason = "not_registered"
	case to-written < v.need:
		v.reason = "written_elsewhere" // logs show that it is filled in: the submissions do not reach the store
	case !l.sourceAlive(to, limits):
		v.reason = "source_silent"
	case l.form.Cycle == "adhoc" || cycleDays[l.form.Cycle] == 0 && l.periods < 3 || l.periods < 2:
		v.reason = "asked_once"
	case l.restedLastYear(to):
		v.reason = "season"
	default:
		v.verdict = "unused"
		if v.into = l.successor(living, limits); v.into != "" {
			v.verdict = "superseded"
		}
	}
	if season, ok := l.season(); ok && v.verdict != "" {
		// Out of season only the last season counts.
		if from, _ := season.last(to); !season.has(to) && queries.DayNumber(l.last) >= from {
			v.verdict, v.reason = "", "season"
		}
	}
	return v
}

func (l *formLife) season() (yearSeason, bool) {
	if l.system == nil {
		return yearSeason{}, false
	}
	return seasonOf(l.system.system)
}

// sourceAlive says whether what delivers the form still works: it has delivered other forms since, or a run of it went well.
func (l *formLife) sourceAlive(to int, limits map[string]float64) bool {
	for _, d := range l.sources {
		if d.Last != l.last {
			continue
		}
		for _, t := range []time.Time{d.SourceSent, d.SourceFinishedOK} {
			if !t.IsZero() && to-queries.DayNumber(t) <= int(limits["stale_days"]) && t.After(l.last) {
				return true
			}
		}
	}
	return false
}

// restedLastYear says whether the form rested in the same months of the year before too, and was handed in before them.
func (l *formLife) restedLastYear(to int) bool {
	until := queries.DayOf(to)
	first := time.Date(l.last.Year(), l.last.Month()+1, 1, 0, 0, 0, 0, time.UTC) // first whole month of silence
	var before, during bool
	for _, m := range l.months {
		switch {
		case m.Submissions == 0:
		case m.Month.Before(first.AddDate(-1, 0, 0)):
			before = true
		case m.Month.Before(time.Date(until.Year()-1, until.Month(), 1, 0, 0, 0, 0, time.UTC)):
			during = true
		}
	}
	return before && !during
}

// successor is a living form that asks the greater part of what this one asked.
func (l *formLife) successor(living map[string]bool, limits map[string]float64) string {
	best, into := 0.0, ""
	for _, o := range l.overlaps {
		other, share := o.B, o.Share[0]
		if o.B == l.form.ID {
			other, share = o.A, o.Share[1]
		}
		if living[other] && share >= limits["superseded_share"] && (share > best || share == best && other < into) {
			best, into = share, other
		}
	}
	return into
}

// declines says whether the units that hand in the form became fewer: in each of the last three whole months, against the same
// months of the year before and against the median of all months before.
func (l *formLife) declines(v *formVerdict, to int, limits map[string]float64) bool {
	if c := cycleDays[l.form.Cycle]; c == 0 || c > cycleDays["month"] || len(l.months) < 15 || l.form.Per == "record" {
		return false
	}
	at := map[time.Time]float64{}
	for _, m := range l.months {
		at[m.Month] = float64(m.Units)
	}
	day := queries.DayOf(to)
	end := time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, time.UTC)
	var earlier []float64
	for _, m := range l.months[1:] { // the first may be cut off
		if m.Month.Before(end.AddDate(0, -3, 0)) {
			earlier = append(earlier, float64(m.Units))
		}
	}
	slices.Sort(earlier)
	median := earlier[len(earlier)/2]
	v.before = median
	for i := 1; i <= 3; i++ {
		now, last := at[end.AddDate(0, -i, 0)], at[end.AddDate(-1, -i, 0)]
		if now > (1-limits["min_drop"])*math.Min(median, last) {
			return false
		}
		v.now += now / 3
	}
	return v.before >= limits["min_units"]
}

// judgeReads judges a form that is handed in: whether anybody reads it, where reads can be seen.
func (l *formLife) judgeReads(v formVerdict, to int, limits map[string]float64) formVerdict {
	first := 0
	if !l.firstIn.IsZero() {
		first = queries.DayNumber(l.firstIn)
	}
	from := max(first, to-int(limits["read_days"])+1)
	need := math.Max(limits["min_read_days"], limits["cycle_factor"]*cycleDays[l.form.Cycle])
	switch {
	case l.reading.Read > 0:
	case l.machine:
		v.reason = "machine"
	case l.system == nil || !l.system.system.UsageCovered || !l.system.seen:
		v.reason = "not_covered"
	case l.system.coverage.stale(to):
		v.reason = "stale"
	case float64(l.sent) < limits["min_submissions"]:
		v.reason = "few"
	case need > limits["read_days"]:
		v.reason = "cycle" // somebody may read it at the next year's end
	case float64(to-from+1) < need:
		v.reason = "new"
	case float64(l.system.coverage.days(from, to)) < limits["min_coverage"]*float64(to-from+1):
		v.reason = "not_covered"
	case l.reading.Unknown > 0 || l.system.unknown > limits["max_unknown_actors"]:
		v.reason = "unknown_actors"
	case l.others == 0 && !l.named:
		v.reason = "unnamed"
	case l.unnamed > 0 && float64(l.unnamed) >= limits["max_unnamed"]*float64(l.others+l.unnamed):
		v.reason = "unnamed_reads"
	default:
		v.verdict = "write-only"
	}
	return v
}
