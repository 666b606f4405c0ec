package queries

import (
	"errors"
	"slices"
	"time"
)

// ErrNotFound says that nothing is stored under an id.
var ErrNotFound = errors.New("not found")

// FindingQuery narrows, orders and pages the list of findings. Empty fields do not narrow.
type FindingQuery struct {
	Family, Detector, Severity, Status string
	System                             string
	Form                               string
	Units                              []string // any of these codes
	Text                               string   // in the evidence, case-insensitive
	TextIDs                            []string // ids whose names hold Text: any of these systems, forms or units
	IDs                                []string // these findings only; no facets are counted
	NotAssessed                        bool     // list not_assessed rows too, where Status is empty
	Sort                               string   // severity, score, n, period or detector; severity where empty
	Ascending                          bool
	Limit, Offset                      uint64
	Scope                              FindingScope // what the reader may see
}

// FindingScope bounds the findings that a reader may see. The zero scope bounds nothing; a bound one lets through what one of its parts does.
type FindingScope struct {
	Bound      bool
	Data       bool     // findings about suspicious data (family fabrication) whose units are all within
	Places     bool     // other findings about no unit in particular, or about any unit within
	Everywhere bool     // all units are within
	Units      []string // the units within
	AllSystems bool     // findings about any system or form, other than about suspicious data
	Systems    []string // such findings about any of these systems
	Forms      []string // and about any of these forms
}

// into sets the parameters of a scope.
func (f FindingScope) into(params Params) Params {
	list := func(ids []string) []string { return append([]string{}, ids...) }
	params["bound"], params["data"], params["places"], params["everywhere"] = f.Bound, f.Data, f.Places, f.Everywhere
	params["within"], params["all_systems"], params["own_systems"], params["own_forms"] = list(f.Units), f.AllSystems, list(f.Systems), list(f.Forms)
	return params
}

// FindingPage is one page of a list of findings.
type FindingPage struct {
	Rows  []Finding
	Total uint64 // of all pages
	// Facets counts the findings under the query without the facet's own condition: family, detector, severity, status.
	Facets map[string]map[string]uint64
}

// NameTable holds what things are called. A unit of the lowest level carries its parent's name before its own.
type NameTable struct {
	Systems, Units, Forms, Fields map[string]string
	Parents                       map[string]string // unit code to its parent's code
	Owners                        map[string]string // system to its department
	FormSystems                   map[string]string // form to its system
	Place                         string            // name of the county or whatever else holds all units
}

// Name is what a thing is called, or empty. Kind is system, unit, form or field.
func (t *NameTable) Name(kind, id string) string {
	switch kind {
	case "system":
		return t.Systems[id]
	case "unit":
		return t.Units[id]
	case "form":
		return t.Forms[id]
	case "field":
		return t.Fields[id]
	}
	return ""
}

// Below are the codes of a unit and of all units below it, sorted.
func (t *NameTable) Below(codes ...string) []string {
	meant := make(map[string]bool, len(codes))
	for _, code := range codes {
		meant[code] = true
	}
	var out []string
	for code := range t.Units {
		// A tree of division codes is a handful of levels deep; the bound guards against a unit that is its own ancestor.
		for at, depth := code, 0; at != "" && depth < 10; at, depth = t.Parents[at], depth+1 {
			if meant[at] {
				out = append(out, code)
				break
			}
		}
	}
	slices.Sort(out)
	return out
}

// Overview is what the first page shows.
type Overview struct {
	// Hours is what reporting takes of one unit in one month over the analysed window, with its 90 % interval.
	Hours, Low, High float64
	Months           []BurdenMonth // up to two years, oldest first
	Askers           []Asker       // departments by hours, most first
	Reporting        uint64        // units that reported in the analysed window
	From, To         time.Time     // the analysed window
	Systems          uint64
	Covered          uint64 // systems whose usage logs are collected
	Forms            uint64
	Units            uint64
	Families         map[string]map[string]uint64 // findings by family and status
	Stop             []Finding                    // strongest open findings about unused systems and duplicate reporting
	Sources          uint64
	Broken           []string // sources whose last run failed
	Quarantine       uint64
	Analysed         time.Time // last run of the analyzer; zero when it has not run
	DataTo           time.Time // newest submission or usage event
}

// BurdenMonth is what all units together reported in one month.
type BurdenMonth struct {
	Month       time.Time
	Submissions uint64
	Units       uint64 // that reported
	Hours       float64
}

// Asker is a department with what it asks for.
type Asker struct {
	Owner       string
	Systems     uint64
	Forms       uint64
	Submissions uint64
	Hours       float64 // of one unit in one month
}

// SystemRow is one system with how it is used.
type SystemRow struct {
	System
	Forms       uint64
	Submissions uint64          // of the last 365 days of data
	Events      uint64          // meaningful actions of the last 90 days of data
	People      uint64          // distinct actors of the last 90 days of data
	FirstSeen   time.Time       // first usage event of any kind
	LastUse     time.Time       // last meaningful action; zero when none was seen
	LastEvent   time.Time       // last usage event of any kind
	Weeks       []float64       // meaningful actions a week, the last 26 weeks of data, oldest first
	Verdict     *Finding        // strongest finding of the detectors of unused systems, not_assessed included
	Hours       float64         // that its forms take of all units in a year, as the last analysis reckoned them
	Assessment  *Assessment     // nil before an analysis
	Case        *RetirementCase // of its retirement; nil where there is none
}

// SystemPage is one system in full.
type SystemPage struct {
	SystemRow
	WeekStarts []time.Time // of Weeks
	Actions    []ActionCount
	FormRows   []FormRow
	From, To   time.Time   // first and last of Days
	Days       []SystemDay // with any event, in order
	Units      []SystemUnit
}

// ActionCount is how often an action was seen in the last 90 days of data.
type ActionCount struct {
	Action string
	Events uint64
	People uint64
}

// FormRow is one form with how it is filled in.
type FormRow struct {
	Form
	FieldCount  uint64
	Submissions uint64 // of the last 365 days of data
	Units       uint64
	LastSeen    time.Time
	Minutes     float64 // mean time of a submission as the last analysis reckoned it; 0 before one
}

// SourceRow is one source with its health.
type SourceRow struct {
	ID          string
	Kind        string
	Runs        uint64
	LastRun     time.Time
	LastSuccess time.Time
	LastRecord  time.Time // newest record of the days shown, by the record's own time
	Error       string    // of the last run, empty when it succeeded
	Days        []SourceDay
	Quarantined uint64
	Reasons     []ReasonCount
}

// SourceDay is what a source brought for one day, whenever it was collected, and how often it ran well on that day.
type SourceDay struct {
	Day  time.Time
	Rows uint64
	Runs uint64
}

// ReasonCount is how many pieces of input were refused for one reason.
type ReasonCount struct {
	Kind   string
	Reason string
	Count  uint64
	Last   time.Time
	Origin string // where the last one came from
	Line   uint64
}

// UnitRow is one unit with what it is asked for.
type UnitRow struct {
	Unit
	Submissions float64 // a month
	Forms       uint64
	Hours       float64 // a month
	Low, High   float64 // 90 % interval of Hours
	Findings    uint64  // open findings that name it
}
