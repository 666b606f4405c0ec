// Package evaluate measures findings and verification lists against the truth of a county: which units fabricated which forms,
// and which honest circumstances look like it. It needs the truth file and the findings only, not what made either of them.
package evaluate

import (
	"slices"
)

// Format is what the key "format" of a truth file says, and Version the version that this package reads and writes.
const (
	Format  = "jianfu-truth"
	Version = 1
)

// Truth is what is known about a county. docs/evaluation.md describes the file.
type Truth struct {
	Format  string   `json:"format"`
	Version int      `json:"version"`
	Seed    uint64   `json:"seed,omitempty"`
	From    string   `json:"from,omitempty"`  // first day of the data
	AsOf    string   `json:"as_of,omitempty"` // day on which the data is complete
	Share   float64  `json:"share,omitempty"` // of units that fabricate
	Units   []string `json:"units"`           // codes of all units that are judged
	Forms   []string `json:"forms"`           // ids of all forms that are judged
	HeldOut []string `json:"held_out_kinds,omitempty"`

	Bad        []Bad       `json:"bad"`
	LookAlikes []LookAlike `json:"look_alikes"`
}

// Bad is a unit that fabricates a form.
type Bad struct {
	Unit        string   `json:"unit"`
	Form        string   `json:"form"`
	Kind        string   `json:"kind"`
	Intensity   float64  `json:"intensity"`             // share of the unit's submissions of the form that are touched, 0..1
	Shape       string   `json:"shape,omitempty"`       // contiguous or scattered
	Source      string   `json:"source,omitempty"`      // the unit that is copied
	Periods     []string `json:"periods,omitempty"`     // in which submissions are touched
	Fields      []string `json:"fields,omitempty"`      // that are touched; none: all that the unit fills in
	Submissions int      `json:"submissions,omitempty"` // touched
	Of          int      `json:"of,omitempty"`          // submissions of the unit
}

// LookAlike is an honest circumstance that a careless method reports. Without units it concerns all units, without forms
// all forms.
type LookAlike struct {
	Kind    string   `json:"kind"`
	Units   []string `json:"units,omitempty"`
	Forms   []string `json:"forms,omitempty"`
	Periods []string `json:"periods,omitempty"`
	Why     string   `json:"why,omitempty"`
}

// Pair is one form of one unit.
type Pair struct {
	Unit string `json:"unit"`
	Form string `json:"form"`
}

// heldOut says whether a kind is reported apart from the others.
func (t *Truth) heldOut(kind string) bool { return slices.Contains(t.HeldOut, kind) }

// covers says whether the circumstance concerns the pair.
func (l *LookAlike) covers(p Pair) bool {
	return (len(l.Units) == 0 || slices.Contains(l.Units, p.Unit)) && (len(l.Forms) == 0 || slices.Contains(l.Forms, p.Form))
}
