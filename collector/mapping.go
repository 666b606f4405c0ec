package collector

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// Row is one row of an upstream table, or one JSON object laid flat. A cell is nil, bool, int64, float64, string,
// json.Number (a number kept as it is written), time.Time (an instant) or []byte (binary data, which is refused).
type Row struct {
	Columns []string
	Cells   []any
}

// RowMapping is the `mapping` block of sources that read rows: which column becomes which key of the record.
type RowMapping struct {
	Record string `yaml:"record"` // submission or usage

	Form   RowOperand `yaml:"form"`
	Unit   RowOperand `yaml:"unit"`
	ID     RowOperand `yaml:"id"`
	Period RowOperand `yaml:"period"`
	Cycle  string     `yaml:"cycle"` // of a period that is computed from a date

	SubmittedAt RowOperand   `yaml:"submitted_at"`
	StartedAt   RowOperand   `yaml:"started_at"`
	Reporter    RowOperand   `yaml:"reporter"`
	Subject     RowOperand   `yaml:"subject"`
	Channel     RowOperand   `yaml:"channel"`
	Lat         RowOperand   `yaml:"lat"`
	Lon         RowOperand   `yaml:"lon"`
	Values      ValueColumns `yaml:"values"` // all columns without another role when empty
	Except      []string     `yaml:"except"` // columns that are no values

	System     RowOperand        `yaml:"system"`
	Time       RowOperand        `yaml:"time"`
	Actor      RowOperand        `yaml:"actor"`
	Action     RowOperand        `yaml:"action"`
	Actions    map[string]string `yaml:"actions"` // the upstream's word for an action -> ours
	Object     RowOperand        `yaml:"object"`
	Status     RowOperand        `yaml:"status"`
	DurationMS RowOperand        `yaml:"duration_ms"`
	Client     RowOperand        `yaml:"client"`
}

// RowFault says why a row does not become a record: what Rejected needs besides the place of the row.
type RowFault struct {
	Field  string
	Reason string
	Kind   string // of queries.Rejected
}

// RowMapper turns rows into records. It is used by one goroutine at a time.
type RowMapper struct {
	config    RowMapping
	location  *time.Location
	earliest  time.Time
	now       func() time.Time
	pseudonym *Pseudonymizer
	seed      uint64
	source    string

	roles    map[string]*RowOperand
	reserved map[string]bool // columns that have a role, or are no values
	columns  []string        // the layout that the places below belong to
	places   map[string]int
	values   []valuePlace
	scratch  []byte
}

type valuePlace struct {
	field string
	place int // -1: the row has no such column
}

// clockTolerance is how far ahead of ours the clock of an upstream may be.
const clockTolerance = 24 * time.Hour

// maxCellText bounds the text of one cell, in bytes.
const maxCellText = 1 << 20

// NewRowMapper checks the mapping and returns all its faults at once. Columns of the upstream that serve the reading alone
// (watermarks, say) are named as reserved: they become values only where the mapping asks for them.
func NewRowMapper(config RowMapping, d Deps, reserved ...string) (*RowMapper, error) {
	m := &RowMapper{
		config: config, location: d.Location, now: d.Now, pseudonym: d.Pseudonym, source: d.ID,
		earliest: time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC),
		seed:     d.Pseudonym.Hash("identity of mapped rows"),
		reserved: map[string]bool{},
	}
	m.roles = m.config.roles()
	if err := m.config.prepare(m.roles); err != nil {
		return nil, err
	}
	for _, name := range slices.Concat(reserved, config.Except) {
		m.reserved[name] = true
	}
	for _, operand := range m.roles {
		for _, name := range operand.Columns {
			m.reserved[name] = true
		}
	}
	return m, nil
}

// Usage tells whether rows become usage events; otherwise they become submissions.
func (m *RowMapper) Usage() bool { return m.config.Record == "usage" }

// bind finds the places of the mapped columns, once per layout.
func (m *RowMapper) bind(columns []string) {
	if len(columns) == len(m.columns) && (len(columns) == 0 || &columns[0] == &m.columns[0]) {
		return
	}
	if m.places != nil && slices.Equal(columns, m.columns) {
		m.columns = columns
		return
	}
	m.columns = columns
	m.places = make(map[string]int, len(columns))
	for i, name := range columns {
		m.places[name] = i
	}
	m.values = m.values[:0]
	if len(m.config.Values) > 0 {
		for _, v := range m.config.Values {
			place, ok := m.places[v.Column]
			if !ok {
				place = -1
			}
			m.values = append(m.values, valuePlace{v.Field, place})
		}
		return
	}
	for i, name := range columns {
		if !m.reserved[name] {
			m.values = append(m.values, valuePlace{name, i})
		}
	}
}

// CheckColumns tells whether a layout has what the mapping asks for: all missing columns at once, each with the nearest
// name. With lenient, only the columns of required roles count (JSON objects may leave out what is empty).
func (m *RowMapper) CheckColumns(columns []string, lenient bool) error {
	var faults []error
	missing := func(key, name string) {
		if slices.Contains(columns, name) {
			return
		}
		reason := fmt.Sprintf("mapping.%s: there is no column %q", key, name)
		if near := NearestName(name, columns); near != "" {
			reason += fmt.Sprintf(" (is %q meant?)", near)
		} else {
			reason += "; the columns are " + listNames(columns)
		}
		if key != "values" {
			reason += fmt.Sprintf("; a constant is written {value: %s}", name)
		}
		faults = append(faults, errors.New(reason))
	}
	for _, key := range roleOrder {
		operand := m.roles[key]
		if operand == nil || lenient && !slices.Contains(requiredRoles[m.config.Record], key) {
			continue
		}
		for _, name := range operand.Columns {
			missing(key, name)
		}
		if operand.plain && operand.Value != "" && slices.Contains(columns, operand.Value) {
			faults = append(faults, fmt.Errorf("mapping.%s: %q is a column too; write {column: %s} or {value: %s}", key, operand.Value, operand.Value, operand.Value))
		}
	}
	if !lenient {
		for _, v := range m.config.Values {
			missing("values", v.Column)
		}
	}
	return errors.Join(faults...)
}

// Submission maps a row to a filled-in form. Its values are appended to the given slice; columns that hold binary data
// are left out and named in refused.
func (m *RowMapper) Submission(row Row, values []queries.Value) (s queries.Submission, refused []string, fault *RowFault) {
	m.bind(row.Columns)
	r := rowReader{m: m, row: row}
	s = queries.Submission{
		Form: r.required("form"), Unit: r.required("unit"), Period: r.period(),
		SubmittedAt: r.instant("submitted_at", true), StartedAt: r.instant("started_at", false),
		ID: r.text("id"), Reporter: r.text("reporter"), Subject: r.text("subject"), Channel: r.channel(),
		Lat: r.coordinate("lat", 90), Lon: r.coordinate("lon", 180),
	}
	if math.IsNaN(s.Lat) != math.IsNaN(s.Lon) {
		s.Lat, s.Lon = math.NaN(), math.NaN()
	}
	first := len(values)
	for _, v := range m.values {
		if v.place < 0 {
			continue
		}
		cell := row.Cells[v.place]
		if _, binary := cell.([]byte); binary {
			refused = append(refused, v.field)
			continue
		}
		values = append(values, r.value(v.field, cell))
	}
	s.Values = values[first:len(values):len(values)]
	return s, refused, r.fault
}

// Event maps a row to a usage event and appends it to the block; a faulty row leaves the block as it was.
func (m *RowMapper) Event(row Row, block *queries.UsageColumns) *RowFault {
	m.bind(row.Columns)
	r := rowReader{m: m, row: row}
	system, at := r.required("system"), r.instant("time", true)
	name, unit, action := r.text("actor"), r.text("unit"), r.action()
	actor := m.pseudonym.Hash(name)
	object, form, client := r.text("object"), r.text("form"), r.text("client")
	status, duration := r.whole("status", math.MaxUint16), r.whole("duration_ms", math.MaxUint32)
	id := r.text("id")
	if r.fault != nil {
		return r.fault
	}
	block.System = append(block.System, system)
	block.Time = append(block.Time, at.Truncate(time.Second))
	block.Actor = append(block.Actor, actor)
	block.Unit = append(block.Unit, unit)
	block.Action = append(block.Action, action)
	block.Traffic = append(block.Traffic, string(TrafficOf(action, name, object, client)))
	block.Object = append(block.Object, object)
	block.Form = append(block.Form, form)
	block.Status = append(block.Status, uint16(status))
	block.Duration = append(block.Duration, uint32(duration))
	block.Client = append(block.Client, client)
	block.Position = append(block.Position, m.identity(id, at, actor, status, duration, system, unit, action, object, form, client))
	return nil
}
