package demo

import (
	"fmt"
	"time"
)

// world is the county as it is, whoever asks: places, facts and people.
type world struct {
	seed     uint64
	calendar *calendar
	towns    []place
	villages []place
	months   map[string][][]float64 // item -> village -> month
	weeks    map[string][][]float64 // item -> village -> week, of weekly items
	people   [][]resident           // village -> people of concern
	clerks   map[int]*person        // town -> its shared clerk (代办员), where it has one: an honest arrangement
	holidays map[string]bool        // MM-DD days on which offices are closed every year
}

func newWorld(o Options, items []item) (*world, error) {
	w := &world{
		seed: o.Seed, calendar: newCalendar(o.AsOf), months: map[string][][]float64{}, weeks: map[string][][]float64{},
		clerks: map[int]*person{}, holidays: map[string]bool{},
	}
	for _, d := range []string{"01-01", "05-01", "05-02", "05-03", "10-01", "10-02", "10-03", "10-04", "10-05", "10-06", "10-07"} {
		w.holidays[d] = true
	}
	w.towns, w.villages = newPlaces(o.Seed, o.Villages)
	for i := range items {
		if err := w.fill(&items[i]); err != nil {
			return nil, err
		}
	}
	w.people = newPeople(w)
	w.appointClerks()
	return w, nil
}

// fill makes the series of one item for all villages. Items stand in the catalogue after the items they are made of.
func (w *world) fill(it *item) error {
	months := make([][]float64, len(w.villages))
	for v := range w.villages {
		var monthly, weekly [][]float64
		for _, p := range it.parts {
			series, known := w.months[p]
			if !known || it.weekly && w.weeks[p] == nil {
				return fmt.Errorf("unable to make item %s of %s, which does not stand before it in the catalogue", it.id, p)
			}
			monthly = append(monthly, series[v])
			if it.weekly {
				weekly = append(weekly, w.weeks[p][v])
			}
		}
		if !it.weekly {
			months[v] = it.monthly(w, v, monthly)
			continue
		}
		weeks := it.weeks(w, v, weekly)
		w.weeks[it.id] = append(w.weeks[it.id], weeks)
		months[v] = w.monthsOfWeeks(weeks)
	}
	w.months[it.id] = months
	return nil
}

// value is an item over a period: the sum of a flow, the last state of anything else.
func (w *world) value(it *item, village int, p period, cycle string) float64 {
	if cycle == "week" {
		if it.weekly {
			return w.weeks[it.id][village][p.first]
		}
		m := max(w.monthIndex(p.end), 0)
		return w.months[it.id][village][m]
	}
	series := w.months[it.id][village]
	if it.measure() != "flow" {
		return series[p.last]
	}
	sum := 0.0
	for m := p.first; m <= p.last; m++ {
		sum += series[m]
	}
	return it.round(sum)
}

// appointClerks gives every fourth town a clerk who enters forms for all its villages with one account.
func (w *world) appointClerks() {
	s := newStream(w.seed, "clerks")
	for town := range w.towns {
		if town%4 == 2 || len(w.towns) < 3 && town == 0 {
			w.clerks[town] = &person{name: personName(s), phone: phoneNumber(s), account: "dbf" + w.towns[town].code[6:9]}
		}
	}
}

// officeDay says whether offices are open.
func (w *world) officeDay(t time.Time) bool {
	return t.Weekday() != time.Saturday && t.Weekday() != time.Sunday && !w.holidays[t.Format("01-02")]
}
