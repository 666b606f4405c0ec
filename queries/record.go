package queries

import "time"

// System is an upstream system that asks the grassroots for data. Its keys are those of docs/interchange.md.
type System struct {
	ID            string    `json:"id"`
	Name          string    `json:"name"`
	Owner         string    `json:"owner"`
	Level         string    `json:"level"`
	Kind          string    `json:"kind"`
	Launched      time.Time `json:"launched"`       // zero when unknown
	AnnualCost    float64   `json:"annual_cost"`    // yuan
	EntitledUsers uint64    `json:"entitled_users"` // 0 when unknown
	Cycle         string    `json:"cycle"`
	Season        []string  `json:"season"` // two MM-DD dates, or none
	Successor     string    `json:"successor"`
	Waiver        Waiver    `json:"waiver"`
	UsageCovered  bool      `json:"usage_covered"` // whether its usage logs are collected
	Filed         bool      `json:"filed"`         // whether it was filed (备案) as an app of government
	FiledKnown    bool      `json:"filed_known"`   // false: nobody said whether it was
	Declared      bool      `json:"declared"`      // false when learnt from the data alone
}

// Waiver exempts a system from a rule on a stated basis until a date.
type Waiver struct {
	Rule  string    `json:"rule"`
	Basis string    `json:"basis"`
	Until time.Time `json:"until"`
}

// Unit is a place below that reports: a node of the tree of division codes.
type Unit struct {
	Code       string `json:"code"`
	Name       string `json:"name"`
	Parent     string `json:"parent"`
	Kind       string `json:"kind"`
	Population uint64 `json:"population"`
	Staff      uint64 `json:"staff"`
	Declared   bool   `json:"declared"`
}

// Form is one form of one system, with its fields in layout order.
type Form struct {
	ID            string   `json:"id"`
	System        string   `json:"system"`
	Title         string   `json:"title"`
	Cycle         string   `json:"cycle"`
	DueDays       int32    `json:"due_days"`
	Basis         string   `json:"basis"`
	Approved      bool     `json:"approved"`
	ApprovedKnown bool     `json:"approved_known"` // false: nobody said whether it is on the list of approved forms
	Per           string   `json:"per"`            // "unit" or "record"
	Prefilled     []string `json:"prefilled"`
	Declared      bool     `json:"declared"`
	Fields        []Field  `json:"fields"`
}

// Field is one column of a form. Position is its place in the arrays of submissions: it never changes once given,
// and new fields are appended.
type Field struct {
	Form     string            `json:"form"`
	ID       string            `json:"id"`
	Position uint16            `json:"position"`
	Label    string            `json:"label"`
	Type     string            `json:"type"`
	Measure  string            `json:"measure"`
	UnitOf   string            `json:"unit"` // unit of measure
	Codes    map[string]string `json:"codes"`
	Role     string            `json:"role"`
	Target   float64           `json:"target"` // NaN when the unit is held to none
	Required bool              `json:"required"`
	Declared bool              `json:"declared"`
}

// Submission is one filled-in form as a source reads it, before pseudonyms. Intake turns it into a stored row.
type Submission struct {
	ID          string
	Form        string
	Unit        string
	Period      string // 2026, 2026H1, 2026Q3, 2026-07, 2026-W31 or 2026-07-15
	SubmittedAt time.Time
	StartedAt   time.Time // zero when the upstream does not tell
	Reporter    string    // raw: hashed by intake
	Channel     string    // web, app, import, api or empty
	Subject     string    // raw key of the person, household or place reported on: hashed by intake
	Lat, Lon    float64   // NaN when absent
	Values      []Value
}

// Value is one answer. A value is numeric or text, never both.
type Value struct {
	Field  string
	Text   string
	Number float64
	Kind   ValueKind
}

// ValueKind says which part of a Value speaks.
type ValueKind uint8

// The kinds of value. A cell of a spreadsheet or csv is TextValue: intake makes it a number where the field's
// declared type, or the shape of the text, says so.
const (
	Absent ValueKind = iota
	TextValue
	NumberValue
)

// Traffic tells people's work from the noise of machines in usage logs.
type Traffic string

// The classes of traffic.
const (
	Business Traffic = "business"
	Static   Traffic = "static"
	Health   Traffic = "health"
	Bot      Traffic = "bot"
	Vendor   Traffic = "vendor"
)

// Actions of a usage event, as in docs/interchange.md.
var Actions = []string{"login", "view", "create", "update", "submit", "approve", "export", "download", "api", "heartbeat", "other"}

// UsageColumns is a block of usage events, column by column, all slices of equal length. Actor is already a keyed hash
// (0: unknown). Time has the resolution of a second. Position identifies the event within its source: the event's number
// in the stream, or the hash of its content or id where a record's identity is its content.
type UsageColumns struct {
	System   []string
	Time     []time.Time
	Actor    []uint64
	Unit     []string
	Action   []string
	Traffic  []string
	Object   []string // path template, e.g. /form/{id}/submit
	Form     []string
	Status   []uint16
	Duration []uint32 // milliseconds, 0 when unknown
	Client   []string // family of the client program, e.g. chrome, wechat, curl
	Position []uint64
}

// Len is the number of events.
func (c *UsageColumns) Len() int { return len(c.Time) }

// Rejected is one piece of input that could not be stored. Raw is cut to 64 KiB and never holds refused biometric data.
type Rejected struct {
	Source string
	Origin string // file, table or URL
	Line   uint64 // line, row or page number, 0 when it does not apply
	Field  string
	Reason string // one sentence in English: what is wrong and what to do
	Kind   string // malformed, encoding, clock, oversize, unmapped, refused, archive, type
	Raw    []byte
}
