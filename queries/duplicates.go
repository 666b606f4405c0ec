package queries

import "time"

// Hours is an amount of working time of a year with its 90 % interval, all in hours.
type Hours struct{ Mid, Low, High float64 }

// Plus adds two amounts. The bounds are added too, which supposes that the errors go together: the interval is rather too
// wide than too narrow.
func (h Hours) Plus(o Hours) Hours { return Hours{h.Mid + o.Mid, h.Low + o.Low, h.High + o.High} }

// Duplicates is everything that the comparison of all forms found, neutral of language.
type Duplicates struct {
	Run       DuplicateRun
	Overlaps  []FormOverlap
	Matches   []FieldMatch
	Items     []DataItem
	PlanLines []PlanLine
}

// DuplicateRun says what was compared. The zero value means that nothing was compared yet.
type DuplicateRun struct {
	Run      uint64
	AsOf     time.Time
	Forms    uint64
	Fields   uint64 // payload fields of all forms
	Compared uint64 // of them those that could be compared, by label or by values
	Hours    Hours  // that all forms take in a year
}

// FormOverlap is two forms that share payload. A is the one that asks more of what the other has. Shares are by the effort
// that filling in takes, 0..1.
type FormOverlap struct {
	A, B       string
	Share      [2]float64 // of A's payload that B has, and the other way round
	Shared     [2]uint32  // payload fields in common
	Payload    [2]uint32  // payload fields in all
	Rows       uint64     // joined rows, the most of any pair of fields
	Agreement  float64    // mean over the joined pairs; NaN where no rows could be joined
	Score      float64    // mean probability of the pairs
	Suggestion string     // merge or prefill
	Hours      Hours      // that following the suggestion saves in a year
}

// FieldMatch is a judged pair of fields. Relation is one of INTERCHANGE (equal, recode, scale, aggregate, computed). Kind says
// what the pair means for the forms:
//
//	payload    asked twice
//	identity   a name or sex beside an identifier: can be pre-filled
//	prefilled  one side is filled in by its system
//	derived    one follows from the other: sums, later stocks, units above, coarser codes
//	unlike     same name, other values: a matter of definition or of standards
type FieldMatch struct {
	FormA, FieldA, FormB, FieldB string
	Relation, Kind               string
	Score                        float64
	Agreement, Baseline          float64 // NaN where no rows could be joined
	Rows                         uint64
	Join                         string            // period, subject, newest, record, sum, last, units, records, count; empty where none
	Factor                       float64           // b = factor x a, 0 where there is none
	Codes                        map[string]string // a's code to b's
	Why                          string            // JSON of the components, as of jianfu match
}

// DataItem is a cluster of fields that hold the same data, at most one of a form.
type DataItem struct {
	ID         string
	Name       string
	Definition Message // empty where nothing is known
	CodeSet    string  // standard code set such as "GB/T 2261.1", empty where none is known
	SourceForm string  // the proposed authoritative source
	Source     string  // its field
	Reasons    []Message
	Agreement  float64 // mean over the pairs whose rows were joined, NaN without
	Rows       uint64
	Hours      Hours // that all members take in a year
	Saved      Hours // of them those that asking once would save
	Fields     []DataItemField
}

// DataItemField is one form's question for an item. Member is false for fields that only follow from the item.
type DataItemField struct {
	Form, Field, Label string
	Member             bool
	Relation           string  // to the source; empty for the source itself
	Agreement          float64 // with the source, NaN where no rows could be joined
	Rows               uint64
	Complete           float64 // share of submissions that answer it
	Delay              float64 // median days from the period's end to the submission
	Units              uint64
	Submissions        float64 // a year
	Hours              Hours
}

// The actions of a plan line, as of docs/interchange.md.
const (
	ActionDrop      = "drop_field"
	ActionPrefill   = "prefill_field"
	ActionMerge     = "merge_forms"
	ActionAuthority = "authoritative_source"
)

// PlanLine is one line of the merge plan. Lines of the same Step are decided together; steps are in the order in which they
// save most. Hours are those that the line saves after all lines before it are done.
type PlanLine struct {
	ID       string // depends on action, form, field and source only
	Step     uint32 // 1 first
	Action   string
	Form     string
	Field    string
	FromForm string
	From     string // field
	Relation string
	Item     string // id of the data item, empty where none
	Hours    Hours
	Units    uint64    // that fill in the form
	Needs    []Message // what has to be done first: legal basis, interface, code mapping
	Codes    map[string]string
	Factor   float64
}

// PlanDecision is what a person decided about a line of the plan.
type PlanDecision struct {
	Line      PlanLine  // as it was promised; Step, Item, Units, Needs, Codes and Factor are not kept
	Decision  string    // accepted, rejected, withdrawn
	Effective time.Time // from which day on the field is no longer to be asked
	By, Note  string
	Decided   time.Time
	Before    float64 // hours that the field or form took in the year before
}
