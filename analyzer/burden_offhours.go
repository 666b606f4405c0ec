package analyzer

import (
	"context"
	"fmt"
	"maps"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// burdenOffHours looks for forms and departments whose demands are answered at night, on weekends and on statutory holidays,
// far more than others', or are due on days off. It speaks of demands, never of a unit or a person.
type burdenOffHours struct{}

// Meta implements Detector.
func (burdenOffHours) Meta() Meta { return Meta{ID: "burden-off-hours", Family: "burden", Version: 1} }

// offCounts is what people handed in, by when. What a telephone sent in one go after work is in Synced alone.
type offCounts struct {
	sent, night, weekend, holiday, synced float64
	dark                                  float64 // at night on any day, synced ones included
}

func (c offCounts) off() float64   { return c.night + c.weekend + c.holiday }
func (c offCounts) share() float64 { return c.off() / math.Max(c.sent, 1) }

func (c *offCounts) add(x offCounts) {
	c.sent, c.night, c.weekend, c.holiday, c.synced = c.sent+x.sent, c.night+x.night, c.weekend+x.weekend, c.holiday+x.holiday, c.synced+x.synced
	c.dark += x.dark
}

// offForm is when one form is answered.
type offForm struct {
	offCounts
	form         queries.Form
	owner        string
	demand       demandHours
	days         map[int]float64 // answers outside working time by day
	first, last  int             // days with any answer
	dues, onRest int             // due days, and those on days off
	clock        [24]uint64
	reason       string // why it is not judged
	departs      bool   // from its peers
	typical      float64
	p, q         *float64
}

// hours is what is done of it outside working time.
func (f offForm) hours() float64 { return f.off() * f.demand.each() }

// Detect implements Detector.
func (d burdenOffHours) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	calendar := workdaysOf(in)
	forms, err := readOffHours(ctx, in, calendar, limits)
	if err != nil {
		return nil, err
	}
	var judged []*offForm
	for _, f := range forms {
		if f.reason == "" {
			judged = append(judged, f)
		}
	}
	departures(judged, limits)
	var out []queries.Finding
	for _, f := range forms {
		restDue := float64(f.dues) >= limits["min_due_days"] && float64(f.onRest) >= limits["min_due_rest"]*float64(f.dues)
		switch {
		case f.departs || restDue && f.reason != "shifts":
			out = append(out, offFormFinding(f, restDue, in, calendar, limits))
		case f.reason != "":
			out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Forms: []string{f.form.ID}, Systems: systemOf(f.form)}, queries.Message{
				Key: "offhours.reason." + f.reason, Params: map[string]any{"form": f.form.ID, "n": f.sent, "least": limits["min_submissions"]},
			}, f.form.ID))
		}
	}
	out = append(out, offOwners(judged, in, calendar, limits)...)
	return append(out, offEverywhere(judged, in, calendar, limits)...), nil
}

// readOffHours sorts the answers of the window by working time.
func readOffHours(ctx context.Context, in Input, calendar *workdays, limits map[string]float64) ([]*offForm, error) {
	hours, err := hoursOfForms(ctx, in)
	if err != nil {
		return nil, err
	}
	weekends, holidays := calendar.restDays(queries.DayNumber(in.Window.From)-queries.LongestOffline, queries.DayNumber(in.Window.To))
	all, err := in.Store.DemandDays(ctx, in.Window.From, in.Window.To, queries.OffTime{
		Zone: in.Policy.Timezone, NightFrom: int(limits["night_from"]), NightTo: int(limits["night_to"]),
		Rest: append(weekends, holidays...), Sync: int(limits["sync_burst"]),
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read on which days forms were handed in: %w", err)
	}
	clocks, err := in.Store.DemandClock(ctx, in.Window.From, in.Window.To, in.Policy.Timezone)
	if err != nil {
		return nil, fmt.Errorf("unable to read at which hours forms were handed in: %w", err)
	}
	rounds, err := in.Store.DemandRounds(ctx, in.Window.From, in.Window.To, in.Policy.Timezone)
	if err != nil {
		return nil, fmt.Errorf("unable to read how forms were answered: %w", err)
	}
	byID := map[string]*offForm{}
	for _, form := range in.Registry.Forms() {
		byID[form.ID] = &offForm{form: form, owner: in.ownerOf(form.ID), demand: hours[form.ID], days: map[int]float64{}, clock: clocks[form.ID]}
	}
	for _, day := range all {
		if f := byID[day.Form]; f != nil {
			f.addDay(day, calendar)
		}
	}
	for _, r := range rounds {
		f := byID[r.Form]
		if f == nil || f.form.DueDays <= 0 || f.form.Cycle == "day" {
			continue
		}
		if due := queries.DayNumber(lastOfPeriod(r.Start, r.Period)) + int(f.form.DueDays); due <= queries.DayNumber(in.Window.To) {
			f.dues++
			if !calendar.works(due) {
				f.onRest++
			}
		}
	}
	out := make([]*offForm, 0, len(byID))
	for _, id := range slices.Sorted(maps.Keys(byID)) {
		f := byID[id]
		switch {
		case f.demand.submissions > 0 && f.sent+f.synced == 0:
			f.reason = "machines"
		case f.sent < limits["min_submissions"]:
			f.reason = "few"
		case roundTheClock(f.clock, limits["shift_ratio"]):
			f.reason = "shifts"
		}
		out = append(out, f)
	}
	return out, nil
}

func (f *offForm) addDay(d queries.DemandDay, calendar *workdays) {
	day := queries.DayNumber(d.Day)
	synced := float64(d.Synced)
	c := offCounts{sent: float64(d.Sent) - synced, synced: synced, dark: float64(d.Nights)}
	off := 0.0
	switch calendar.kind(day) {
	case statutoryHoliday:
		off = c.sent
		c.holiday = off
	case weekendDay:
		off = c.sent
		c.weekend = off
	default:
		off = math.Max(0, float64(d.Nights)-synced)
		c.night = off
	}
	f.add(c)
	if off > 0 {
		f.days[day] += off
	}
	if f.first == 0 || day < f.first {
		f.first = day
	}
	f.last = max(f.last, day)
}

// roundTheClock says whether people answer in the small hours as they do by day: then they work in shifts.
func roundTheClock(clock [24]uint64, ratio float64) bool {
	var small, day float64
	for hour, n := range clock {
		switch {
		case hour < 6:
			small += float64(n) / 6
		case hour >= 9 && hour < 17:
			day += float64(n) / 8
		}
	}
	return day > 0 && small >= ratio*day
}

// departures finds the forms that are answered outside working time far more than the others: a share of its own size, an
// excess over the peers' median, and a small chance under the peers' own variation (beta-binomial, Benjamini-Hochberg).
func departures(forms []*offForm, limits map[string]float64) {
	p := make([]float64, len(forms))
	k, n := make([]float64, len(forms)), make([]float64, len(forms))
	for i, f := range forms {
		k[i], n[i] = f.off(), f.sent
	}
	few := float64(len(forms)) <= limits["min_peers"]
	for i, f := range forms {
		typical, peers := honestPeers(without(k, i), without(n, i))
		f.typical = typical
		p[i] = peers.Upper(int(k[i]), int(n[i]))
	}
	q := stats.BenjaminiHochberg(p)
	for i, f := range forms {
		switch {
		case few: // nothing to compare with: only what is far beyond any office
			f.departs = f.share() >= limits["high_share"]
		default:
			f.p, f.q = &p[i], &q[i]
			f.departs = f.share() >= limits["min_share"] && f.share()-f.typical >= limits["min_excess"] && q[i] <= limits["max_q"]
		}
	}
}

func without(xs []float64, i int) []float64 { return slices.Concat(xs[:i], xs[i+1:]) }

// honestPeers fits how the share varies among peers, without those far above the rest, which would hide one another: the
// median of the shares, and the beta-binomial of the peers up to 3.5 robust standard deviations above it.
func honestPeers(k, n []float64) (typical float64, peers stats.BetaBinomial) {
	shares := make([]float64, len(k))
	for i := range k {
		shares[i] = k[i] / math.Max(n[i], 1)
	}
	if len(shares) == 0 {
		return 0, peers
	}
	typical, mad := stats.MedianMAD(shares)
	bound := typical + math.Max(3.5*1.4826*mad, 0.05)
	var keptK, keptN []float64
	for i := range shares {
		if shares[i] <= bound {
			keptK, keptN = append(keptK, k[i]), append(keptN, n[i])
		}
	}
	return typical, stats.FitBetaBinomial(keptK, keptN)
}

// burst is the greatest share of the answers outside working time that lies within so many days in a row.
func (f offForm) burst(days int) float64 {
	all := slices.Sorted(maps.Keys(f.days))
	best, sum, from := 0.0, 0.0, 0
	for _, day := range all {
		sum += f.days[day]
		for all[from] <= day-days {
			sum -= f.days[all[from]]
			from++
		}
		best = math.Max(best, sum)
	}
	return best / math.Max(f.off(), 1)
}
