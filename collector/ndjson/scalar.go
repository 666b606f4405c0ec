package ndjson

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The readers of scalars take one member of a record and the path it is named by in a fault.

// text reads a text. Numbers are taken as they are written, because codes and ids are often exported as numbers. Null is
// the empty text.
func (m member) asText(field string) (string, error) {
	switch {
	case m.kind == kindString:
		return m.text, nil
	case m.kind == kindNull:
		return "", nil
	case m.kind == kindNumber && !strings.ContainsAny(m.text, ".eE"):
		return m.text, nil
	}
	return "", wrong(field, m.found(), "a text")
}

func (m member) asEnum(field string, values []string) (string, error) {
	if m.kind == kindNull || m.kind == kindString && (m.text == "" || slices.Contains(values, m.text)) {
		return m.text, nil
	}
	return "", wrong(field, m.found(), oneOf(values)+suggest(m.text, values))
}

// asNumber reads a number from its literal or from a text that holds one; NaN stands for null.
func (m member) asNumber(field string) (float64, error) {
	switch m.kind {
	case kindNull:
		return math.NaN(), nil
	case kindNumber, kindString:
		if n, err := strconv.ParseFloat(m.text, 64); err == nil && !math.IsInf(n, 0) && !math.IsNaN(n) {
			return n, nil
		}
	}
	return 0, wrong(field, m.found(), "a number")
}

// asCount reads a whole number from low to high; absent and null are 0.
func (m member) asCount(field string, low, high int64) (int64, error) {
	n, err := m.asNumber(field)
	if math.IsNaN(n) {
		return 0, err
	}
	if err != nil || n != math.Trunc(n) || n < float64(low) || n > float64(high) {
		return 0, wrong(field, m.found(), "a whole number from "+strconv.FormatInt(low, 10)+" to "+strconv.FormatInt(high, 10))
	}
	return int64(n), nil
}

func (m member) asBool(field string) (bool, error) {
	if m.kind == kindBool || m.kind == kindNull {
		return m.text == "true", nil
	}
	return false, wrong(field, m.found(), "true or false")
}

// asDate reads a date as 2026-07-15; the zero time stands for none.
func (m member) asDate(field string) (time.Time, error) {
	if m.kind == kindNull || m.kind == kindString && m.text == "" {
		return time.Time{}, nil
	}
	if m.kind == kindString {
		if t, err := time.Parse(time.DateOnly, m.text); err == nil {
			return t, nil
		}
	}
	return time.Time{}, wrong(field, m.found(), "a date such as 2026-07-15")
}

// asTime reads a time after RFC 3339 and checks that it may have happened.
func (d *decoder) asTime(m member, field string) (time.Time, error) {
	if m.kind == kindNull {
		return time.Time{}, nil
	}
	if m.kind != kindString {
		return time.Time{}, wrong(field, m.found(), "a time after RFC 3339 such as 2026-07-15T09:30:00+08:00")
	}
	t, err := time.Parse(time.RFC3339Nano, m.text)
	if err != nil {
		return time.Time{}, wrong(field, m.found(), "a time after RFC 3339, with its zone, such as 2026-07-15T09:30:00+08:00")
	}
	if t.Before(d.earliest) || t.After(d.latest) {
		return time.Time{}, &fault{
			kind: "clock", field: field,
			reason: field + " is " + m.found() + ", before 1990 or more than a day in the future; correct the clock of the upstream or the export",
		}
	}
	return t, nil
}
