// Package simulate writes counties in the interchange format, in which chosen units fabricate chosen forms in known ways, and
// the truth about them. Its honest processes are mixtures that no detector fits: an analysis that relies on one model of
// honest counts fails here. docs/evaluation.md describes the kinds and the circumstances.
package simulate

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The ways in which units fabricate.
const (
	CopyForward       = "copy-forward"       // the period before again
	JitterCopy        = "jitter-copy"        // the period before again, some figures changed a little
	NeighbourCopy     = "neighbour-copy"     // another unit's figures of the same period
	Interpolation     = "interpolation"      // figures on a line between two honest periods
	SmoothRandom      = "smooth-random"      // the usual figure with too little chance around it
	HumanDigits       = "human-digits"       // figures out of the head
	PullToTarget      = "pull-to-target"     // what missed the target is lifted just over it
	Inflation         = "inflation"          // achievements multiplied
	Suppression       = "suppression"        // what looks bad left out
	BackFilledVisits  = "back-filled-visits" // visits entered at the desk afterwards
	MockCoordinates   = "mock-coordinates"   // visits with coordinates that no receiver measured
	TemplateCopy      = "template-copy"      // last year's same period times a factor
	ProportionalSplit = "proportional-split" // a yearly figure divided by fixed shares
	QuestionnaireCopy = "questionnaire-copy" // a record again, with another subject
)

// Kinds are those that are tuned against; HeldOut are those that are not, and are reported apart.
func Kinds() []string {
	return []string{
		CopyForward, JitterCopy, NeighbourCopy, Interpolation, SmoothRandom, HumanDigits, PullToTarget, Inflation, Suppression, BackFilledVisits, MockCoordinates,
	}
}

// HeldOut are the kinds that no threshold was ever chosen by.
func HeldOut() []string { return []string{TemplateCopy, ProportionalSplit, QuestionnaireCopy} }

// LookAlikes are the honest circumstances that a careless method reports.
func LookAlikes() []string {
	return []string{
		"prefilled", "quotas", "shared-clerk", "offline-sync", "batch-import", "merger", "campaign", "holiday", "shock", "small-counts",
		"rounding-form", "rounding-habit", "one-target", "steady-payments", "apartments", "new-clerk",
	}
}

// Options say what county to make. The zero value of each takes the default that its comment gives.
type Options struct {
	Seed       uint64
	Units      int       // villages and communities; 200
	Months     int       // 36
	Forms      int       // with one submission a unit and period; 6
	Fields     int       // of each of them; 20
	Visits     int       // records of household visits, all together; 20 a unit and month; negative for none
	Share      float64   // of units that fabricate; 0 for none
	Intensity  Intensity // 0.3..1
	Kinds      []string  // Kinds()
	LookAlikes []string  // nil for none
	Until      time.Time // the month after the last; July 2026
}

// Intensity is the share of a unit's submissions that are touched: one of the values of List, or any from Low to High.
type Intensity struct {
	Low, High float64
	List      []float64
}

// ParseIntensity reads "0.3..1" or "0.3,0.6,1".
func ParseIntensity(s string) (Intensity, error) {
	share := func(text string) (float64, error) {
		x, err := strconv.ParseFloat(strings.TrimSpace(text), 64)
		if err != nil || !(x > 0 && x <= 1) {
			return 0, fmt.Errorf("intensity %q: %q is not a share above 0 and up to 1", s, text)
		}
		return x, nil
	}
	if from, to, isRange := strings.Cut(s, ".."); isRange {
		low, err1 := share(from)
		high, err2 := share(to)
		if err := errors.Join(err1, err2); err != nil {
			return Intensity{}, err
		}
		if low > high {
			return Intensity{}, fmt.Errorf("intensity %q: the first share is greater than the second", s)
		}
		return Intensity{Low: low, High: high}, nil
	}
	var out Intensity
	for _, text := range strings.Split(s, ",") {
		x, err := share(text)
		if err != nil {
			return Intensity{}, err
		}
		out.List = append(out.List, x)
	}
	return out, nil
}

func (i Intensity) draw(s stream) float64 {
	if len(i.List) > 0 {
		return pick(s, i.List)
	}
	return i.Low + (i.High-i.Low)*s.Float64()
}

// ParseList reads names out of known ones, separated by commas; "all" is all of them and "none" none.
func ParseList(s string, known []string) ([]string, error) {
	switch strings.TrimSpace(s) {
	case "all":
		return slices.Clone(known), nil
	case "none", "":
		return nil, nil
	}
	var out []string
	for _, name := range strings.Split(s, ",") {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("%q is not one of %s", name, strings.Join(known, ", "))
		}
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out, nil
}

// complete fills in defaults and says what is out of range.
func (o Options) complete() (Options, error) {
	set := func(value *int, usual int) {
		if *value == 0 {
			*value = usual
		}
	}
	set(&o.Units, 200)
	set(&o.Months, 36)
	set(&o.Forms, 6)
	set(&o.Fields, 20)
	set(&o.Visits, 20*o.Units*o.Months)
	o.Visits = max(o.Visits, 0)
	if o.Intensity.High == 0 && len(o.Intensity.List) == 0 {
		o.Intensity = Intensity{Low: 0.3, High: 1}
	}
	if o.Kinds == nil {
		o.Kinds = Kinds()
	}
	if o.Until.IsZero() {
		o.Until = time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	}
	for _, f := range []struct {
		name        string
		value       int
		least, most int
	}{{"units", o.Units, 6, 5000}, {"months", o.Months, 3, 120}, {"forms", o.Forms, 1, 200}, {"fields", o.Fields, 3, 500}, {"visits", o.Visits, 0, 100_000_000}} {
		if f.value < f.least || f.value > f.most {
			return o, fmt.Errorf("%s: %d is not from %d to %d", f.name, f.value, f.least, f.most)
		}
	}
	if !(o.Share >= 0 && o.Share <= 0.5) {
		return o, fmt.Errorf("share: %g is not from 0 to 0.5", o.Share)
	}
	if o.Share > 0 && len(o.Kinds) == 0 {
		return o, errors.New("kinds: none is given, but units are to fabricate")
	}
	known := slices.Concat(Kinds(), HeldOut())
	for _, k := range o.Kinds {
		if !slices.Contains(known, k) {
			return o, fmt.Errorf("kinds: %q is not one of %s", k, strings.Join(known, ", "))
		}
	}
	for _, k := range o.LookAlikes {
		if !slices.Contains(LookAlikes(), k) {
			return o, fmt.Errorf("look-alikes: %q is not one of %s", k, strings.Join(LookAlikes(), ", "))
		}
	}
	return o, nil
}

func (o *Options) alike(kind string) bool { return slices.Contains(o.LookAlikes, kind) }
