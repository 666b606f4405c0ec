package demo

import (
	"math"
	"strconv"
	"time"
)

// knobs are what the seed decides about a system's use: the pattern stays, its course is another in every county.
type knobs struct {
	busy  float64 // how much those who ask do
	pulse int64   // seconds between the signs of life that machines ask for
	fall  int     // days before the as-of date on which use fell, or began to fall, or people moved away
	span  int     // days a slow fall takes, or a hole in the log, or a silence
	level float64 // share of use that is left
	few   int     // people who still come
	rate  float64 // how often they do
	hour  float64 // of the day at which people are made to log in
}

// turnKnobs draws the course of every system.
func turnKnobs(seed uint64, systems []systemSpec) {
	for i := range systems {
		spec := &systems[i]
		key := spec.id
		if spec.pair != "" {
			key = spec.pair
		}
		s := newStream(seed, "knobs", key)
		k := knobs{
			busy: 0.7 + 0.6*s.Float64(), pulse: int64(s.between(15, 60)) * 60, few: s.between(3, 6), rate: 0.09 + 0.07*s.Float64(),
			hour: []float64{7.5, 8, 8.5}[s.IntN(3)], fall: s.between(150, 250), span: s.between(30, 60), level: 0.1 + 0.1*s.Float64(),
		}
		switch spec.use {
		case declining:
			k.fall, k.level = s.between(300, 345), 0.01+0.02*s.Float64()
		case fading:
			k.fall, k.span, k.level = s.between(330, 370), s.between(260, 300), 0.05+0.1*s.Float64()
		case dropped:
			k.fall = s.between(130, 230)
		case halved:
			k.fall, k.level = s.between(140, 240), 0.5
		case superseded:
			k.span, k.level = s.between(40, 80), 0
		case replaced:
			k.fall = s.between(190, 270)
		case silent:
			k.span = s.between(100, 150)
		case gapped:
			k.fall, k.span = s.between(190, 290), 42
		case fresh:
			spec.launched = []string{"-32", "-38", "-45", "-52"}[s.IntN(4)]
		case underused:
			spec.entitled = s.between(320, 600)
		}
		if spec.entitled < 100 && spec.entitled > 0 {
			spec.entitled = max(4, int(math.Round(float64(spec.entitled)*(0.8+0.4*s.Float64()))))
		}
		if spec.small {
			k.busy *= 0.35
		}
		spec.knobs = k
	}
}

// swapForms gives the forms that come and go with a system the days on which they do.
func swapForms(forms []formSpec, systems []systemSpec) {
	byID := map[string]*systemSpec{}
	for i := range systems {
		byID[systems[i].id] = &systems[i]
	}
	for i := range forms {
		f, s := &forms[i], byID[forms[i].system]
		if s == nil {
			continue
		}
		switch {
		case f.swap < 0:
			f.end = s.knobs.fall
		case f.swap == 1:
			f.start = s.knobs.fall - 1
		case f.swap == 2:
			f.start = s.knobs.fall + 95
		}
		if f.since {
			f.start = s.daysOld()
		}
	}
}

// activity is the share of its former use that a system has on a day.
func (s *systemSpec) activity(asOf, day time.Time) float64 {
	k := &s.knobs
	since := float64(k.fall) - asOf.Sub(day).Hours()/24 // days since the fall
	if since <= 0 {
		return 1
	}
	switch s.use {
	case declining:
		return max(k.level, math.Pow(10, -since/152))
	case fading:
		return max(k.level, 1-(1-k.level)*since/float64(k.span))
	case dropped, halved:
		return k.level
	case superseded:
		return max(0, 1-since/float64(k.span))
	}
	return 1
}

// daysOld is how many days before the as-of date a system was launched, where its launch is told so; else 0.
func (s *systemSpec) daysOld() int {
	days, err := strconv.Atoi(s.launched)
	if err != nil {
		return 0
	}
	return -days
}

// movedAway is the day on which the fall was over.
func (s *systemSpec) movedAway(asOf time.Time) time.Time {
	return asOf.AddDate(0, 0, s.knobs.span-s.knobs.fall)
}
