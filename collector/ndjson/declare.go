package ndjson

import (
	"fmt"
	"math"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// The enumerations of docs/interchange.md.
var (
	levels       = []string{"central", "province", "city", "county", "town"}
	systemKinds  = []string{"app", "mini_program", "website", "account", "group", "spreadsheet", "other"}
	systemCycles = []string{"day", "week", "month", "quarter", "half", "year", "season"}
	unitKinds    = []string{"city", "county", "town", "village", "community"}
	formCycles   = []string{"day", "week", "month", "quarter", "half", "year", "adhoc"}
	pers         = []string{"unit", "record"}
	fieldTypes   = []string{"text", "integer", "number", "date", "datetime", "code", "id", "phone", "bool", "geo", "photo", "biometric"}
	roles        = []string{"key", "header", "payload"}
	measures     = []string{"flow", "stock", "rate"}
)

func (d *decoder) system() (queries.System, error) {
	s := queries.System{UsageCovered: true, Declared: true}
	for _, m := range d.members {
		var err error
		switch m.key {
		case "id":
			s.ID, err = m.asText(m.key)
		case "name":
			s.Name, err = m.asText(m.key)
		case "owner":
			s.Owner, err = m.asText(m.key)
		case "level":
			s.Level, err = m.asEnum(m.key, levels)
		case "kind":
			s.Kind, err = m.asEnum(m.key, systemKinds)
		case "launched":
			s.Launched, err = m.asDate(m.key)
		case "annual_cost":
			s.AnnualCost, err = m.asNumber(m.key)
			if math.IsNaN(s.AnnualCost) {
				s.AnnualCost = 0
			}
		case "entitled_users":
			var n int64
			n, err = m.asCount(m.key, 0, 2e9)
			s.EntitledUsers = uint64(n)
		case "cycle":
			s.Cycle, err = m.asEnum(m.key, systemCycles)
		case "season":
			s.Season, err = d.season(m)
		case "successor":
			s.Successor, err = m.asText(m.key)
		case "waiver":
			s.Waiver, err = d.waiver(m)
		case "usage_covered":
			s.UsageCovered, err = m.asBool(m.key)
			s.UsageCovered = s.UsageCovered || m.kind == kindNull
		case "filed":
			s.Filed, err = m.asBool(m.key)
			s.FiledKnown = err == nil && m.kind != kindNull
		}
		if err != nil {
			return s, err
		}
	}
	return s, d.require([]required{
		{"id", s.ID, "the system's id"},
		{"name", s.Name, "the system's name"},
		{"owner", s.Owner, "the department that owns the system"},
		{"level", s.Level, oneOf(levels)},
	})
}

func (d *decoder) season(m member) ([]string, error) {
	if m.kind == kindNull {
		return nil, nil
	}
	const expected = `two days of the year such as ["06-01","09-30"]`
	if m.kind != kindArray {
		return nil, wrong("season", m.found(), expected)
	}
	days, err := d.texts(m, "season")
	if err != nil || len(days) == 0 {
		return nil, err
	}
	for _, day := range days {
		// 2024 is a leap year, in which every day of a year exists.
		if _, err := time.Parse(time.DateOnly, "2024-"+day); err != nil || len(days) != 2 {
			return nil, wrong("season", m.text, expected)
		}
	}
	return days, nil
}

func (d *decoder) waiver(m member) (queries.Waiver, error) {
	var w queries.Waiver
	err := d.nested(m, "waiver", func(m member, field string) (err error) {
		switch m.key {
		case "rule":
			w.Rule, err = m.asText(field)
		case "basis":
			w.Basis, err = m.asText(field)
		case "until":
			w.Until, err = m.asDate(field)
		}
		return err
	})
	return w, err
}

func (d *decoder) unit() (queries.Unit, error) {
	u := queries.Unit{Declared: true}
	for _, m := range d.members {
		var err error
		switch m.key {
		case "code":
			u.Code, err = m.asText(m.key)
		case "name":
			u.Name, err = m.asText(m.key)
		case "parent":
			u.Parent, err = m.asText(m.key)
		case "kind":
			u.Kind, err = m.asEnum(m.key, unitKinds)
		case "population":
			var n int64
			n, err = m.asCount(m.key, 0, 2e9)
			u.Population = uint64(n)
		case "staff":
			var n int64
			n, err = m.asCount(m.key, 0, 2e9)
			u.Staff = uint64(n)
		}
		if err != nil {
			return u, err
		}
	}
	return u, d.require([]required{
		{"code", u.Code, "the unit's division code"},
		{"name", u.Name, "the unit's name"},
		{"kind", u.Kind, oneOf(unitKinds)},
	})
}

func (d *decoder) form() (queries.Form, error) {
	f := queries.Form{Per: "unit", Declared: true}
	var fields *member
	for _, m := range d.members {
		var err error
		switch m.key {
		case "id":
			f.ID, err = m.asText(m.key)
		case "system":
			f.System, err = m.asText(m.key)
		case "title":
			f.Title, err = m.asText(m.key)
		case "cycle":
			f.Cycle, err = m.asEnum(m.key, formCycles)
		case "due_days":
			var n int64
			n, err = m.asCount(m.key, -3660, 3660)
			f.DueDays = int32(n)
		case "basis":
			f.Basis, err = m.asText(m.key)
		case "approved":
			f.Approved, err = m.asBool(m.key)
			f.ApprovedKnown = err == nil && m.kind != kindNull
		case "per":
			if f.Per, err = m.asEnum(m.key, pers); f.Per == "" {
				f.Per = "unit"
			}
		case "prefilled":
			f.Prefilled, err = d.texts(m, m.key)
		case "fields":
			fields = &m
		}
		if err != nil {
			return f, err
		}
	}
	err := d.require([]required{
		{"id", f.ID, "the form's id"},
		{"system", f.System, "the id of the form's system"},
		{"title", f.Title, "the form's title"},
		{"cycle", f.Cycle, oneOf(formCycles)},
	})
	if err != nil {
		return f, err
	}
	if fields == nil {
		return f, d.missing("fields", `a list of fields such as [{"id":"a","label":"户数"}]`)
	}
	f.Fields, err = d.fields(*fields, f.ID)
	return f, err
}

func (d *decoder) fields(m member, form string) ([]queries.Field, error) {
	if m.kind != kindArray {
		return nil, wrong("fields", m.found(), `a list of fields such as [{"id":"a","label":"户数"}]`)
	}
	var fields []queries.Field
	known := make(map[string]bool)
	err := d.each(m, func(i int, m member) error {
		at := fmt.Sprintf("fields[%d]", i)
		if i >= mostFields {
			return &fault{kind: "oversize", field: at, reason: fmt.Sprintf("the form has more than %d fields; split it", mostFields)}
		}
		field, err := d.field(m, at)
		if err != nil {
			return err
		}
		if known[field.ID] {
			return wrong(at+".id", fmt.Sprintf("%q a second time", field.ID), "an id of its own for every field")
		}
		known[field.ID] = true
		field.Form, field.Position = form, uint16(i)
		fields = append(fields, field)
		return nil
	})
	return fields, err
}

func (d *decoder) field(m member, at string) (queries.Field, error) {
	f := queries.Field{Target: math.NaN(), Declared: true}
	err := d.nested(m, at, func(m member, field string) (err error) {
		switch m.key {
		case "id":
			f.ID, err = m.asText(field)
		case "label":
			f.Label, err = m.asText(field)
		case "type":
			f.Type, err = m.asEnum(field, fieldTypes)
		case "unit":
			f.UnitOf, err = m.asText(field)
		case "codes":
			f.Codes, err = d.codes(m, field)
		case "role":
			f.Role, err = m.asEnum(field, roles)
		case "measure":
			f.Measure, err = m.asEnum(field, measures)
		case "target":
			f.Target, err = m.asNumber(field)
		case "required":
			f.Required, err = m.asBool(field)
		}
		return err
	})
	switch {
	case err != nil:
	case f.ID == "":
		err = &fault{kind: "malformed", field: at + ".id", reason: at + ".id is missing; expected the field's id"}
	case f.Label == "":
		err = &fault{kind: "malformed", field: at + ".label", reason: at + ".label is missing; expected the field's label as people read it"}
	}
	return f, err
}

func (d *decoder) codes(m member, at string) (map[string]string, error) {
	codes := make(map[string]string)
	err := d.nested(m, at, func(m member, field string) (err error) {
		codes[m.key], err = m.asText(field)
		return err
	})
	if len(codes) == 0 {
		return nil, err
	}
	return codes, err
}

// texts reads a list of texts.
func (d *decoder) texts(m member, at string) ([]string, error) {
	if m.kind == kindNull {
		return nil, nil
	}
	if m.kind != kindArray {
		return nil, wrong(at, m.found(), "a list of texts")
	}
	var texts []string
	err := d.each(m, func(i int, m member) error {
		text, err := m.asText(fmt.Sprintf("%s[%d]", at, i))
		texts = append(texts, text)
		return err
	})
	return texts, err
}

// each calls item for each item of a list.
func (d *decoder) each(m member, item func(i int, m member) error) error {
	c := cursor{s: m.text}
	i := 0
	return c.list(func() error {
		k, text, err := c.value(1)
		if err != nil {
			return err
		}
		i++
		return item(i-1, member{kind: k, text: text})
	})
}

// nested calls key for each key of an object inside a record; null is an object without keys.
func (d *decoder) nested(m member, at string, key func(m member, field string) error) error {
	if m.kind == kindNull {
		return nil
	}
	if m.kind != kindObject {
		return wrong(at, m.found(), "an object")
	}
	c := cursor{s: m.text}
	return c.object(func() error {
		name, err := c.str()
		if err != nil {
			return err
		}
		if err := c.colon(); err != nil {
			return err
		}
		k, text, err := c.value(1)
		if err != nil {
			return err
		}
		return key(member{name, k, text}, at+"."+name)
	})
}

// required is a key that must be there and not be empty.
type required struct{ key, value, expected string }

func (d *decoder) require(keys []required) error {
	for _, r := range keys {
		if r.value == "" {
			return d.missing(r.key, r.expected)
		}
	}
	return nil
}
