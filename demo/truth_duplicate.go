package demo

// Trap is a pair of forms or fields about which a careless comparison is wrong. Expect says what is right:
//
//	nothing     they are not the same data, whatever they look like
//	prefill     no payload, but it can be filled in beforehand
//	aggregate   one adds up to the other: no duplicate
//	stock       the same stock at another time: neither a duplicate nor a sum
//	definition  nearly the same thing by another definition: a matter of standards, no duplicate
//	legal       the same data, which the law keeps apart: nothing may be done without a legal basis
//	duplicate   a duplicate that looks like an innocent case
type Trap struct {
	Kind     string `json:"kind"`
	Detector string `json:"detector"` // dup-form: A and B are forms; dup-item: fields, "form.field"
	A        string `json:"a"`
	B        string `json:"b"`
	Expect   string `json:"expect"`
	Why      string `json:"why"`
}

// What is right to say about a trap.
const (
	expectNothing    = "nothing"
	expectPrefill    = "prefill"
	expectAggregate  = "aggregate"
	expectStock      = "stock"
	expectDefinition = "definition"
	expectLegal      = "legal"
	expectDuplicate  = "duplicate"
)

// Aggregate is a field that follows from others by adding up, counting or taking the last value.
type Aggregate struct {
	Total    string   `json:"total"`    // "form.field"
	Of       []string `json:"of"`       // the fields it follows from
	How      string   `json:"how"`      // sum, count, last or ratio
	Kind     string   `json:"kind"`     // period, units, records or parts
	Required bool     `json:"required"` // a year's data show it
}

// Conflict is the same item, or nearly the same, after different standards.
type Conflict struct {
	Kind     string            `json:"kind"` // codes, units, definition or values
	A        string            `json:"a"`    // "form.field"
	B        string            `json:"b"`
	Codes    map[string]string `json:"codes,omitempty"`  // of codes: a's value to b's
	Seen     map[string]int    `json:"seen,omitempty"`   // of codes: answers of a with each value, over the last twelve months
	Factor   float64           `json:"factor,omitempty"` // of units: b = factor x a
	Units    [2]string         `json:"units"`            // of measure
	Differ   float64           `json:"differ"`           // share of answers about the same that differ, after codes and factor
	Required bool              `json:"required"`
	Why      string            `json:"why"`
}

// The kinds of conflict.
const (
	conflictCodes      = "codes"
	conflictUnits      = "units"
	conflictDefinition = "definition"
	conflictValues     = "values"
)

// DuplicateEntry is what people of the same units entered for the same periods in two forms, over the last twelve months.
type DuplicateEntry struct {
	A        string      `json:"a"`
	B        string      `json:"b"`
	Fields   [][2]string `json:"fields"`  // a's and b's field ids
	Rows     int         `json:"rows"`    // pairs of submissions
	Entries  int         `json:"entries"` // values that were entered in both and say the same
	Units    int         `json:"units"`
	Hours    float64     `json:"hours"` // that the later of the two entries took
	Required bool        `json:"required"`
}

// FieldHours is the time that a field took all units together over the last twelve months. Field is empty for the time
// that goes into a form whatever it asks: to open it, to find one's way, to send it.
type FieldHours struct {
	Form    string  `json:"form"`
	Field   string  `json:"field"`
	Hours   float64 `json:"hours"`
	Look    float64 `json:"look"` // that would still go into looking at the value if it were filled in beforehand
	Payload bool    `json:"payload"`
}

// Cluster is the fields that hold one item and are entered one by one: all but one could be saved.
type Cluster struct {
	Fields []string `json:"fields"` // "form.field"
	Hours  float64  `json:"hours"`  // of all of them over the last twelve months
	Least  float64  `json:"least"`  // that asking once saves, where the most laborious field is kept
	Most   float64  `json:"most"`   // and where the least laborious is kept
}
