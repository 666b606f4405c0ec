package collector

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/jianfu/jianfu/queries"
)

// RowOperand says where a key of a record comes from: a column, several columns joined by "/", or a constant; its text may
// be translated by a map, where "*" stands for everything else. A plain text is the id itself for form and system, and the
// name of a column for all other keys.
type RowOperand struct {
	Columns []string
	Value   string
	Map     map[string]string
	plain   bool // written as a plain text, so that constants and columns can be confused
}

// IsSet tells whether the operand was configured.
func (o *RowOperand) IsSet() bool { return o != nil && (len(o.Columns) > 0 || o.Value != "") }

// UnmarshalYAML reads the three ways to write an operand: name, [name, name] and {column: name, map: {…}}.
func (o *RowOperand) UnmarshalYAML(unmarshal func(any) error) error {
	var written any
	if err := unmarshal(&written); err != nil {
		return err
	}
	switch written.(type) {
	case map[string]any:
		var long struct {
			Column  string            `yaml:"column"`
			Columns []string          `yaml:"columns"`
			Value   string            `yaml:"value"`
			Map     map[string]string `yaml:"map"`
		}
		if err := unmarshal(&long); err != nil {
			return err
		}
		if long.Column != "" {
			long.Columns = append([]string{long.Column}, long.Columns...)
		}
		if len(long.Columns) > 0 && long.Value != "" {
			return fmt.Errorf("column and value exclude each other; write {column: %s} or {value: %s}", long.Columns[0], long.Value)
		}
		if len(long.Columns) == 0 && long.Value == "" {
			return errors.New("expected {column: name}, {columns: [name, name]} or {value: constant}")
		}
		*o = RowOperand{Columns: long.Columns, Value: long.Value, Map: long.Map}
	case []any:
		return unmarshal(&o.Columns)
	default:
		o.plain = true
		return unmarshal(&o.Value)
	}
	return nil
}

// ValueColumns are the fields of a form in layout order, each with the column it is read from.
type ValueColumns []ValueColumn

// ValueColumn is one field and its column.
type ValueColumn struct{ Field, Column string }

// UnmarshalYAML reads {field id: column, …}, in the order written, or a list of columns that are named like the fields.
func (v *ValueColumns) UnmarshalYAML(unmarshal func(any) error) error {
	var names []string
	if err := unmarshal(&names); err == nil {
		for _, name := range names {
			*v = append(*v, ValueColumn{name, name})
		}
		return nil
	}
	var pairs yaml.MapSlice
	if err := unmarshal(&pairs); err != nil {
		return errors.New("expected {field id: column, …} or a list of columns")
	}
	for _, p := range pairs {
		switch p.Value.(type) {
		case string, int64, uint64, float64, bool:
			*v = append(*v, ValueColumn{fmt.Sprint(p.Key), fmt.Sprint(p.Value)})
		default:
			return fmt.Errorf("expected the name of a column for the field %v", p.Key)
		}
	}
	return nil
}

// roleOrder is the order in which faults are told.
var roleOrder = []string{
	"form", "system", "unit", "period", "submitted_at", "time", "action", "id", "started_at", "reporter",
	"subject", "channel", "lat", "lon", "actor", "object", "status", "duration_ms", "client",
}

var requiredRoles = map[string][]string{
	"submission": {"form", "unit", "period", "submitted_at"},
	"usage":      {"system", "time", "action"},
}

var rolesOf = map[string][]string{
	"submission": {"form", "unit", "period", "submitted_at", "id", "started_at", "reporter", "subject", "channel", "lat", "lon"},
	"usage":      {"system", "time", "action", "unit", "id", "form", "actor", "object", "status", "duration_ms", "client"},
}

// cyclesOfPeriods are the cycles that a period can be computed for.
var cyclesOfPeriods = []string{"day", "week", "month", "quarter", "half", "year"}

var channels = []string{"web", "app", "import", "api"}

// roles lists the operands that are set.
func (c *RowMapping) roles() map[string]*RowOperand {
	all := map[string]*RowOperand{
		"form": &c.Form, "system": &c.System, "unit": &c.Unit, "period": &c.Period, "submitted_at": &c.SubmittedAt,
		"time": &c.Time, "action": &c.Action, "id": &c.ID, "started_at": &c.StartedAt, "reporter": &c.Reporter,
		"subject": &c.Subject, "channel": &c.Channel, "lat": &c.Lat, "lon": &c.Lon, "actor": &c.Actor,
		"object": &c.Object, "status": &c.Status, "duration_ms": &c.DurationMS, "client": &c.Client,
	}
	for key, operand := range all {
		if !operand.IsSet() {
			delete(all, key)
		}
	}
	return all
}

// prepare settles what plain texts mean and reports everything that is wrong.
func (c *RowMapping) prepare(roles map[string]*RowOperand) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	for key, operand := range roles {
		if operand.plain && key != "form" && key != "system" {
			operand.Columns, operand.Value = []string{operand.Value}, ""
		}
	}
	known, ok := rolesOf[c.Record]
	if !ok {
		if c.Record == "" {
			fault("mapping.record: is missing; write submission (filled-in forms) or usage (usage events)")
		} else {
			fault("mapping.record: %q is unknown%s; write submission or usage", c.Record, meant(c.Record, []string{"submission", "usage"}))
		}
		return errors.Join(faults...)
	}
	for _, key := range requiredRoles[c.Record] {
		if !roles[key].IsSet() {
			fault("mapping.%s: is missing; a %s needs it: name its column, or write {value: constant}", key, c.Record)
		}
	}
	for _, key := range roleOrder {
		if roles[key].IsSet() && !slices.Contains(known, key) {
			fault("mapping.%s: does not belong to a %s record; leave it out, or change mapping.record", key, c.Record)
		}
	}
	if c.Cycle != "" && !slices.Contains(cyclesOfPeriods, c.Cycle) {
		fault("mapping.cycle: %q is unknown%s; write one of %s", c.Cycle, meant(c.Cycle, cyclesOfPeriods), strings.Join(cyclesOfPeriods, ", "))
	}
	if c.Record == "usage" && (c.Cycle != "" || len(c.Values) > 0 || len(c.Except) > 0) {
		fault("mapping: cycle, values and except belong to submissions; leave them out, or change mapping.record")
	}
	if c.Record == "submission" && len(c.Actions) > 0 {
		fault("mapping.actions: belongs to usage records; leave it out, or change mapping.record")
	}
	if p := roles["period"]; p != nil && p.Value != "" && !ValidPeriod(p.Value) {
		fault("mapping.period: %q is no period; write one such as 2026, 2026H1, 2026Q3, 2026-07, 2026-W31 or 2026-07-15", p.Value)
	}
	faults = append(faults, c.checkValues()...)
	faults = append(faults, c.checkWords(roles)...)
	return errors.Join(faults...)
}

func (c *RowMapping) checkValues() []error {
	var faults []error
	seen := map[string]bool{}
	for _, v := range c.Values {
		if v.Field == "" || v.Column == "" {
			faults = append(faults, errors.New("mapping.values: a field or column has no name"))
		}
		if seen[v.Field] {
			faults = append(faults, fmt.Errorf("mapping.values: the field %q appears twice", v.Field))
		}
		seen[v.Field] = true
	}
	if len(c.Values) > 0 && len(c.Except) > 0 {
		faults = append(faults, errors.New("mapping.except: means nothing beside values, because only the columns named there are read; leave one of them out"))
	}
	return faults
}

// checkWords looks at constants and the right sides of maps where only certain words are known.
func (c *RowMapping) checkWords(roles map[string]*RowOperand) []error {
	var faults []error
	check := func(key, word string, words []string) {
		if !slices.Contains(words, word) {
			faults = append(faults, fmt.Errorf("mapping.%s: %q is unknown%s; write one of %s", key, word, meant(word, words), strings.Join(words, ", ")))
		}
	}
	for from, to := range c.Actions {
		check("actions."+from, to, queries.Actions)
	}
	for key, words := range map[string][]string{"action": queries.Actions, "channel": channels} {
		operand := roles[key]
		if operand == nil {
			continue
		}
		if operand.Value != "" {
			check(key, operand.Value, words)
		}
		for from, to := range operand.Map {
			check(key+".map."+from, to, words)
		}
	}
	if action := roles["action"]; action != nil && len(action.Map) > 0 && len(c.Actions) > 0 {
		faults = append(faults, errors.New("mapping.actions: is the same as action.map; write one of them"))
	}
	if action := roles["action"]; action != nil && len(action.Map) == 0 {
		action.Map = c.Actions
	}
	return faults
}
