package demo

import (
	"time"
)

// Truth is what was planted in a county, and what looks like it and is not. It is what the findings of an analysis of the
// county are measured against.
type Truth struct {
	Version int     `json:"version"`
	County  string  `json:"county"`
	Seed    uint64  `json:"seed"`
	Fraud   float64 `json:"fraud"` // share of villages that invent data
	From    string  `json:"from"`  // first day
	AsOf    string  `json:"as_of"` // last day

	DuplicateForms  []FormPair  `json:"duplicate_forms"`
	DuplicateFields []FieldPair `json:"duplicate_fields"`
	Traps           []Trap      `json:"traps"`
	Aggregates      []Aggregate `json:"aggregates"`
	Conflicts       []Conflict  `json:"conflicts"`

	DuplicateEntries []DuplicateEntry `json:"duplicate_entries"`
	FieldHours       []FieldHours     `json:"field_hours"`
	Savable          []Cluster        `json:"savable"`

	Systems    []SystemUse  `json:"systems"`
	IdleForms  []IdleForm   `json:"idle_forms"`
	IdleFields []IdleField  `json:"idle_fields"`
	Rules      []RuleCase   `json:"rules"`    // of burden-*, policy-* and pi-*
	Owners     []OwnerMonth `json:"owners"`   // hours by department and month
	Measures   []Measure    `json:"measures"` // to lower the burden
	Refused    []string     `json:"refused"`  // fields ("form.field") with biometric data, which is refused on arrival
	Fabricated []Fabricated `json:"fabricated"`
	Pooled     []Pooled     `json:"pooled"`
	Burden     []Burden     `json:"burden"`
	FormHours  []FormHours  `json:"form_hours"`
	LookAlikes []LookAlike  `json:"look_alikes"`
}

// FormPair is two forms that ask the same data. Redundancy is the share of the payload fields of A that B has, and the
// other way round.
type FormPair struct {
	A        string     `json:"a"`
	B        string     `json:"b"`
	Share    [2]float64 `json:"share"`
	Required bool       `json:"required"` // false: saying so is right, not saying so is no fault
	Why      string     `json:"why"`
}

// FieldPair is two fields ("form.field") that hold the same data item. Relation is equal, recode or scale, where B's value
// is A's for the same unit (or person) and period, aggregate where one is the sum of the other over months or villages, or
// stock where one is the other at another time.
type FieldPair struct {
	A        string  `json:"a"`
	B        string  `json:"b"`
	Relation string  `json:"relation"`
	Factor   float64 `json:"factor"` // of scale: b = factor x a; else 1
	Required bool    `json:"required"`
	Why      string  `json:"why"`
}

// SystemUse is how a system is really used. Verdict is used, unused, underused, declining, forced,
// write-only, superseded, not_covered or waived.
type SystemUse struct {
	System    string `json:"system"`
	Verdict   string `json:"verdict"`
	Idle      bool   `json:"idle"`   // idle-system should name it
	Forced    bool   `json:"forced"` // idle-forced should name it
	Successor string `json:"successor,omitempty"`
	Why       string `json:"why"`

	Owner    string   `json:"owner"`
	Verdicts []string `json:"verdicts,omitempty"` // that are right too
	Seen     []string `json:"seen"`               // what may be told of its use: used, no_use_seen, not_covered, stale
	Actions  []string `json:"actions"`            // that may be suggested
	Into     []string `json:"into,omitempty"`     // systems that it may be merged into
	Change   string   `json:"change,omitempty"`   // day on which use fell at once
}

// Fabricated is a unit that invents the data of a form.
type Fabricated struct {
	Unit      string   `json:"unit"`
	Form      string   `json:"form"`
	Kind      string   `json:"kind"`             // copy-forward, jitter-copy, cross-unit or human-digits
	Source    string   `json:"source,omitempty"` // the unit that is copied
	Detectors []string `json:"detectors"`        // that should see it
	Periods   []string `json:"periods"`          // in which it did
	Of        int      `json:"of"`               // periods in which it reported
	Values    int      `json:"values"`           // invented numbers of at least 100, over the last twelve months
	Required  bool     `json:"required"`         // false: too few periods, or numbers, of the last twelve months to be seen
}

// Pooled is a field whose values, taken together over all units, depart from what they should follow.
type Pooled struct {
	Form     string `json:"form"`
	Field    string `json:"field"`
	Detector string `json:"detector"`
	Why      string `json:"why"`
}

// Burden is the time that a unit's people really spent on forms.
type Burden struct {
	Unit      string  `json:"unit"`
	Kind      string  `json:"kind"`       // town, village or community
	Hours     float64 `json:"hours"`      // over the last twelve months
	HoursAll  float64 `json:"hours_all"`  // over the whole simulation
	Recorded  float64 `json:"recorded"`   // share of HoursAll in systems that record start times
	Submitted int     `json:"submitted"`  // submissions over the last twelve months
	Duplicate float64 `json:"duplicated"` // hours of the last twelve months on fields that another form asked too
}

// FormHours is the time that all units together really spent on a form over the last twelve months.
type FormHours struct {
	Form        string  `json:"form"`
	Hours       float64 `json:"hours"`
	Submissions int     `json:"submissions"`
	Recorded    bool    `json:"recorded"` // whether its system records start times
}

// LookAlike is something honest that a careless detector would report. Subject is a system, form, field, unit, pair "a|b"
// or "unit|form".
type LookAlike struct {
	Detector string `json:"detector"`
	Subject  string `json:"subject"`
	Why      string `json:"why"`
}

// truthVersion is that of the layout of Truth.
const truthVersion = 3

// tellTruth writes down what was planted, from the county as it came out.
func (c *County) tellTruth(plan *fabricationPlan) *Truth {
	t := &Truth{
		Version: truthVersion, County: countyName, Seed: c.Options.Seed, Fraud: c.Options.Fraud,
		From: c.world.calendar.start.Format(time.DateOnly), AsOf: c.Options.AsOf.Format(time.DateOnly),
	}
	c.pairs(t)
	c.aggregates(t)
	c.traps(t)
	c.conflicts(t)
	c.entries(t)
	c.fieldHours(t)
	t.savable(c.ended())
	c.uses(t)
	c.fabrications(t, plan)
	c.burdens(t)
	c.lookAlikes(t, plan)
	c.idleForms(t)
	c.idleFields(t)
	c.rules(t)
	c.measures(t)
	return t
}

// Below so many invented periods, or for last digits so many invented numbers, of the last twelve months a case is too slight
// to be demanded of a detector (METHODS.md, section 3: last digits may speak from 100 numbers on).
const (
	fewPeriods = 5
	fewNumbers = 100
)

var detectorsOf = map[string][]string{
	kindCopyForward: {"fab-copy-forward"}, kindJitterCopy: {"fab-copy-forward"}, kindCrossUnit: {"fab-cross-unit"}, kindHumanDigits: {"fab-terminal-digit"},
}

func (c *County) fabrications(t *Truth, plan *fabricationPlan) {
	yearAgo := c.Options.AsOf.AddDate(-1, 0, 1).Unix()
	for _, lie := range plan.sorted() {
		f := c.forms[lie.form]
		periods := c.periods[lie.form]
		fab := Fabricated{Unit: c.world.villages[lie.village].code, Form: f.spec.id, Kind: lie.kind, Detectors: detectorsOf[lie.kind]}
		if lie.kind == kindCrossUnit {
			fab.Source = c.world.villages[lie.source].code
		}
		recent := 0
		for i := range c.submissions[lie.form] {
			sub := &c.submissions[lie.form][i]
			if int(sub.unit) != lie.village {
				continue
			}
			fab.Of++
			if !sub.invented {
				continue
			}
			fab.Periods = append(fab.Periods, periods[sub.period].name)
			if sub.submitted >= yearAgo {
				recent++
				fab.Values += f.largeNumbers(sub)
			}
		}
		fab.Required = recent >= fewPeriods && (lie.kind != kindHumanDigits || fab.Values >= fewNumbers)
		t.Fabricated = append(t.Fabricated, fab)
	}
	if plan.splitBelow {
		t.Pooled = append(t.Pooled, Pooled{
			Form: "ny-yg-l", Field: "je", Detector: "fab-benford",
			Why: "amounts are paid in parts below the tender limit of 5,000 yuan all over the county: the limit is to be questioned before any village",
		})
	}
}

// largeNumbers counts the flows of a submission whose last digit means anything.
func (f *form) largeNumbers(sub *submission) int {
	n := 0
	for i := range f.fields {
		if f.flow(i) && sub.values[i].number >= 100 {
			n++
		}
	}
	return n
}

func (c *County) burdens(t *Truth) {
	yearAgo := c.Options.AsOf.AddDate(-1, 0, 1).Unix()
	shared := c.sharedTime(t)
	add := func(places []place, towns bool) {
		out := make([]Burden, len(places))
		recorded := make([]float64, len(places))
		for i := range places {
			out[i].Unit, out[i].Kind = places[i].code, places[i].kind
		}
		for f, form := range c.forms {
			if (form.spec.only == "towns") != towns {
				continue
			}
			for i := range c.submissions[f] {
				sub := &c.submissions[f][i]
				b, hours := &out[sub.unit], float64(sub.active)/3600
				b.HoursAll += hours
				if sub.started != 0 {
					recorded[sub.unit] += hours
				}
				if sub.submitted >= yearAgo {
					b.Hours += hours
					b.Duplicate += hours * shared[f]
					b.Submitted++
				}
			}
		}
		for i := range out {
			if out[i].HoursAll > 0 {
				out[i].Recorded = recorded[i] / out[i].HoursAll
			}
		}
		t.Burden = append(t.Burden, out...)
	}
	add(c.world.villages, false)
	add(c.world.towns, true)
	for f, form := range c.forms {
		h := FormHours{Form: form.spec.id, Recorded: c.tellsStart(form)}
		for i := range c.submissions[f] {
			if sub := &c.submissions[f][i]; sub.submitted >= yearAgo {
				h.Hours += float64(sub.active) / 3600
				h.Submissions++
			}
		}
		t.FormHours = append(t.FormHours, h)
	}
}

// sharedTime is the share of each form's time that goes into fields which another form asks in the same cycle too.
func (c *County) sharedTime(t *Truth) []float64 {
	twice := map[string]bool{}
	for _, p := range t.DuplicateFields {
		if p.Required {
			twice[p.A], twice[p.B] = true, true
		}
	}
	out := make([]float64, len(c.forms))
	for i, f := range c.forms {
		all, part := 0.0, 0.0
		for k := range f.fields {
			seconds := secondsOf(&f.fields[k])
			all += seconds
			if twice[f.spec.id+"."+f.fields[k].id] {
				part += seconds
			}
		}
		out[i] = part / all
	}
	return out
}
