package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// burdenShortNotice looks for demands that leave no time: due within fewer working days than the policy wants, answered by
// nearly everybody within hours, repeated without a plan, or asked again for the same period (临时加码).
type burdenShortNotice struct{}

// Meta implements Detector.
func (burdenShortNotice) Meta() Meta {
	return Meta{ID: "burden-short-notice", Family: "burden", Version: 1}
}

// notice is what is known of the demands of one form.
type notice struct {
	form   queries.Form
	owner  string
	demand demandHours
	rounds []demanded

	answers       float64 // units times demands
	judged, short int     // demands with a due day, and those due too soon
	least         float64 // working days that the policy wants
	timed, urgent int     // demands that people answered, and those answered by nearly everybody at once
	again         int     // demands that most units had to answer on several days
	onDue, after  float64 // share of submissions on the due day and after it
	hours         float64 // median hours from the first answer to nine units in ten
	kinds         []string
}

// demanded is one demand: one period of a form.
type demanded struct {
	queries.DemandRound
	opens, due int // day numbers; due is 0 where no due day is known
	workdays   int // between the demand and the due day
	hours      float64
	short      bool
	urgent     bool
	again      bool
}

// Detect implements Detector.
func (d burdenShortNotice) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	hours, err := hoursOfForms(ctx, in)
	if err != nil {
		return nil, err
	}
	rounds, err := in.Store.DemandRounds(ctx, in.Window.From, in.Window.To, in.Policy.Timezone)
	if err != nil {
		return nil, fmt.Errorf("unable to read how forms were answered: %w", err)
	}
	zone, err := time.LoadLocation(in.Policy.Timezone)
	if err != nil {
		return nil, fmt.Errorf("unable to use the policy's timezone: %w", err)
	}
	byForm := map[string][]queries.DemandRound{}
	for _, r := range rounds {
		byForm[r.Form] = append(byForm[r.Form], r)
	}
	calendar := workdaysOf(in)
	var out []queries.Finding
	var adHoc []notice
	for _, form := range in.Registry.Forms() {
		n := noticeOf(form, byForm[form.ID], hours[form.ID], calendar, zone, limits)
		n.owner = in.ownerOf(form.ID)
		if n.form.Cycle == "adhoc" && len(n.rounds) > 0 {
			adHoc = append(adHoc, n)
		}
		switch {
		case len(n.kinds) > 0:
			out = append(out, noticeFinding(n, in, calendar, limits))
		case n.judged == 0 && (n.form.Cycle != "adhoc" || n.timed == 0):
			out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Forms: []string{form.ID}, Systems: systemOf(form)}, noticeReason(n), form.ID))
		}
	}
	return append(out, ownerNotices(adHoc, in, calendar, limits)...), nil
}

// demands is how often a unit was asked: a demand whose answers stand under several days counts once.
func (n notice) demands() float64 { return n.answers / float64(max(1, n.demand.units)) }

// noticeReason says why a form's notice cannot be judged.
func noticeReason(n notice) queries.Message {
	key := "shortnotice.reason.no_due_day"
	switch {
	case n.form.Cycle == "adhoc" && n.form.Per == "record":
		key = "shortnotice.reason.log"
	case len(n.rounds) == 0:
		key = "shortnotice.reason.no_demand"
	case n.form.DueDays < 0:
		key = "shortnotice.reason.due_before_end"
	}
	return queries.Message{Key: key, Params: map[string]any{"form": n.form.ID}}
}

// minNotice is the working days that the policy wants for a cycle.
func minNotice(cycle string, limits map[string]float64) float64 {
	least, known := limits["min_days_"+cycle]
	if !known {
		return limits["min_days_adhoc"]
	}
	return least
}

// noticeOf judges the demands of one form.
func noticeOf(form queries.Form, all []queries.DemandRound, demand demandHours, calendar *workdays, zone *time.Location, limits map[string]float64) notice {
	n := notice{form: form, demand: demand, least: minNotice(form.Cycle, limits)}
	if form.Cycle == "adhoc" && form.Per == "record" {
		return n // a log of what happens: nobody demands its records
	}
	// A period that only few units answered is an event of theirs, or people late with it, not a demand on all.
	reach := math.Max(limits["min_units"], limits["min_unit_share"]*float64(demand.units))
	var took []float64
	var sent, onDue, after float64
	for _, x := range all {
		if float64(x.Units) < reach {
			continue
		}
		r := roundOf(form, x, calendar, zone, n.least, limits)
		if r.due != 0 {
			n.judged++
			sent, onDue, after = sent+float64(x.Submissions), onDue+float64(x.OnDue), after+float64(x.Overdue)
		}
		if r.short {
			n.short++
		}
		if float64(x.Answered) >= reach {
			n.timed++
			took = append(took, r.hours)
			if r.urgent {
				n.urgent++
			}
		}
		if r.again {
			n.again++
		}
		n.answers += float64(x.Units)
		n.rounds = append(n.rounds, r)
	}
	if sent > 0 {
		n.onDue, n.after = onDue/sent, after/sent
	}
	if len(took) > 0 {
		slices.Sort(took)
		n.hours = took[len(took)/2]
	}
	n.kinds = noticeKinds(n, limits)
	return n
}

// roundOf judges one demand. A periodic demand opens when its period is over; one without a plan on the first day it names, or
// with its first answer if that is earlier.
func roundOf(form queries.Form, x queries.DemandRound, calendar *workdays, zone *time.Location, least float64, limits map[string]float64) demanded {
	last := queries.DayNumber(lastOfPeriod(x.Start, x.Period))
	r := demanded{DemandRound: x, opens: last, hours: x.Most.Sub(x.First).Hours()}
	localDay := func(t time.Time) int {
		t = t.In(zone)
		return queries.DayNumber(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC))
	}
	if form.DueDays > 0 {
		r.due = last + int(form.DueDays)
	}
	if form.Cycle == "adhoc" {
		r.opens = queries.DayNumber(x.Start)
		if x.Answered > 0 {
			r.opens = min(r.opens, localDay(x.First))
		}
	}
	if r.due != 0 {
		r.workdays = calendar.between(r.opens+1, r.due)
		r.short = float64(r.workdays) < least
	}
	// Answers to a demand with a plan, or with time enough, lie close together because people answer at the end.
	if form.Cycle == "adhoc" && (r.due == 0 || r.short) && float64(x.Answered) >= limits["min_units"] {
		r.urgent = float64(calendar.between(r.opens+1, localDay(x.Most))) <= limits["urgent_days"]
	}
	r.again = form.Per != "record" && float64(x.Again) >= limits["min_again_share"]*float64(x.Units)
	return r
}

// lastOfPeriod is the last day of a period of docs/interchange.md.
func lastOfPeriod(start time.Time, period string) time.Time {
	switch {
	case len(period) == len("2026"):
		return start.AddDate(1, 0, -1)
	case len(period) == len("2026H1") && period[4] == 'H':
		return start.AddDate(0, 6, -1)
	case len(period) == len("2026Q3"):
		return start.AddDate(0, 3, -1)
	case len(period) == len("2026-07"):
		return start.AddDate(0, 1, -1)
	case len(period) == len("2026-W31"):
		return start.AddDate(0, 0, 6)
	}
	return start
}

// noticeKinds says what is wrong, the gravest first.
func noticeKinds(n notice, limits map[string]float64) []string {
	var kinds []string
	if n.judged > 0 && float64(n.short) >= limits["min_short_share"]*float64(n.judged) {
		kinds = append(kinds, "due_soon")
	}
	if n.timed > 0 && float64(n.urgent) >= limits["min_short_share"]*float64(n.timed) {
		kinds = append(kinds, "urgent")
	}
	if n.form.Cycle == "adhoc" && n.demands() > limits["max_adhoc"] {
		kinds = append(kinds, "repeated")
	}
	if float64(n.again) >= limits["min_again"] && float64(n.again) >= limits["min_short_share"]*float64(len(n.rounds)) {
		kinds = append(kinds, "again")
	}
	return kinds
}

// ownerNotices finds departments that send out one unplanned demand after the other, whichever form each has.
func ownerNotices(adHoc []notice, in Input, calendar *workdays, limits map[string]float64) []queries.Finding {
	byOwner := map[string][]notice{}
	for _, n := range adHoc {
		if n.owner != "" {
			byOwner[n.owner] = append(byOwner[n.owner], n)
		}
	}
	var out []queries.Finding
	for _, owner := range slices.Sorted(maps.Keys(byOwner)) {
		list := byOwner[owner]
		demands := 0.0
		for _, n := range list {
			demands += n.demands()
		}
		// One form that is sent out again and again has a finding of its own.
		if len(list) < 2 || demands <= limits["max_owner_adhoc"] {
			continue
		}
		slices.SortFunc(list, func(a, b notice) int {
			return cmp.Or(cmp.Compare(len(b.rounds), len(a.rounds)), cmp.Compare(a.form.ID, b.form.ID))
		})
		out = append(out, ownerNoticeFinding(owner, list, demands, in, calendar, limits))
	}
	return out
}
