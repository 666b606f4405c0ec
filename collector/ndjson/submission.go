package ndjson

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

var channels = []string{"web", "app", "import", "api"}

// answers reads the object of a submission's values into the chunk's slab.
func (d *decoder) answers() error {
	ordered := true // whether the keys so far are those of the record before
	return d.object(func() error {
		n := len(d.values) - d.valuesAt
		if n >= mostFields {
			return &fault{kind: "oversize", field: "values", reason: fmt.Sprintf("values holds more than %d fields; split the form", mostFields)}
		}
		raw, escaped, err := d.raw()
		if err != nil {
			return err
		}
		id := ""
		if n < len(d.layout) && d.layout[n].raw == raw {
			id = d.layout[n].id
		} else if id, err = d.learn(n, raw, escaped); err != nil {
			return err
		} else {
			ordered = false
		}
		if !ordered {
			for i := range d.values[d.valuesAt:] {
				if d.values[d.valuesAt+i].Field == id {
					return twice("values." + id)
				}
			}
		}
		if err := d.colon(); err != nil {
			return err
		}
		return d.answer(id)
	})
}

// learn puts a key at its place in the layout, so that the next record finds it there.
func (d *decoder) learn(n int, raw string, escaped bool) (string, error) {
	id := raw
	if escaped {
		var err error
		if id, err = d.unescape(raw); err != nil {
			return "", err
		}
	}
	if id == "" {
		return "", &fault{kind: "malformed", field: "values", reason: "values has an empty key; expected the id of a field"}
	}
	id = d.intern(id)
	if !escaped {
		raw = id
	}
	d.layout = append(d.layout[:n], slot{raw: strings.Clone(raw), id: id})
	return id, nil
}

func (d *decoder) answer(id string) error {
	v := queries.Value{Field: id}
	if b := d.next(); b == '-' || b >= '0' && b <= '9' {
		literal, err := d.number()
		if err != nil {
			return err
		}
		n, exact := smallNumber(literal)
		if !exact {
			if n, err = strconv.ParseFloat(literal, 64); err != nil {
				return wrong("values."+id, shorten(literal), "a number of at most 1.8e308")
			}
			if math.Abs(n) > 1<<53 && !strings.ContainsAny(literal, ".eE") {
				// A resident id or an account written as a number: as a float it would lose its last digits.
				v.Kind, v.Text = queries.TextValue, literal
				d.values = append(d.values, v)
				return nil
			}
		}
		v.Kind, v.Number = queries.NumberValue, n
		d.values = append(d.values, v)
		return nil
	}
	k, text, err := d.value(2)
	if err != nil {
		return err
	}
	switch k {
	case kindNull:
		v.Kind = queries.Absent
	case kindString, kindBool:
		v.Kind, v.Text = queries.TextValue, text
	default:
		return wrong("values."+id, k.String(), "a number, a text, true, false or null; give a nested value's parts fields of their own")
	}
	d.values = append(d.values, v)
	return nil
}

var tens = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// smallNumber converts a literal of up to 15 digits without exponent. Digits and power of ten are then exact as floats, so
// that one division rounds correctly (Clinger 1990).
func smallNumber(literal string) (float64, bool) {
	if len(literal) > 16 {
		return 0, false
	}
	negative := literal[0] == '-'
	if negative {
		literal = literal[1:]
	}
	if len(literal) > 15 {
		return 0, false
	}
	var mantissa int64
	point := -1
	for i := range len(literal) {
		switch b := literal[i]; {
		case b == '.':
			point = i
		case b >= '0' && b <= '9':
			mantissa = mantissa*10 + int64(b-'0')
		default:
			return 0, false
		}
	}
	n := float64(mantissa)
	if point >= 0 {
		n /= tens[len(literal)-point-1]
	}
	if negative {
		n = -n
	}
	return n, true
}

func (d *decoder) submission() (queries.Submission, error) {
	s := queries.Submission{Lat: math.NaN(), Lon: math.NaN()}
	answered := false
	for i := range d.members {
		m := &d.members[i]
		var err error
		switch m.key {
		case "id":
			s.ID, err = m.asText(m.key)
		case "form":
			s.Form, err = m.asText(m.key)
		case "unit":
			s.Unit, err = m.asText(m.key)
		case "period":
			s.Period, err = m.asText(m.key)
		case "submitted_at":
			s.SubmittedAt, err = d.asTime(*m, m.key)
		case "started_at":
			s.StartedAt, err = d.asTime(*m, m.key)
		case "reporter":
			s.Reporter, err = m.asText(m.key)
		case "channel":
			s.Channel, err = m.asEnum(m.key, channels)
		case "subject":
			s.Subject, err = m.asText(m.key)
		case "lat":
			s.Lat, err = m.asDegrees(m.key, 90)
		case "lon":
			s.Lon, err = m.asDegrees(m.key, 180)
		case "values":
			answered = m.kind == kindObject
			if !answered {
				err = wrong("values", m.found(), `an object such as {"field id": 12}`)
			}
		}
		if err != nil {
			return s, err
		}
	}
	return s, d.complete(&s, answered)
}

// complete checks what a submission must have, and interns what repeats.
func (d *decoder) complete(s *queries.Submission, answered bool) error {
	switch {
	case s.Form == "":
		return d.missing("form", "the form's id")
	case s.Unit == "":
		return d.missing("unit", "the unit's division code")
	case s.Period == "":
		return d.missing("period", "a period such as "+periods)
	case s.SubmittedAt.IsZero():
		return d.missing("submitted_at", "a time after RFC 3339 such as 2026-07-15T09:30:00+08:00")
	case !answered:
		return d.missing("values", `an object such as {"field id": 12}`)
	case !collector.ValidPeriod(s.Period):
		return wrong("period", strconv.Quote(shorten(s.Period)), "a period such as "+periods)
	}
	s.Form, s.Unit, s.Period, s.Channel = d.intern(s.Form), d.intern(s.Unit), d.intern(s.Period), d.intern(s.Channel)
	return nil
}

const periods = "2026, 2026H1, 2026Q3, 2026-07, 2026-W31 or 2026-07-15"

// asDegrees reads a latitude or longitude; NaN stands for null.
func (m member) asDegrees(field string, most float64) (float64, error) {
	n, err := m.asNumber(field)
	if err == nil && math.Abs(n) > most {
		err = wrong(field, m.found(), fmt.Sprintf("degrees from -%g to %g", most, most))
	}
	return n, err
}

// inUTC is what a content hash sees of a time: the same instant written in two zones is one instant.
func inUTC(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixNano()
}
