package web

import (
	"encoding/base64"
	"encoding/binary"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"
)

// parameter is one parameter of a query. Its sentence is the text api.param.<name>.
type parameter struct {
	name string
	kind string // string, integer, date, month, boolean
	enum []string
}

func words(names ...string) []parameter {
	out := make([]parameter, len(names))
	for i, name := range names {
		out[i] = parameter{name: name, kind: "string"}
	}
	return out
}

func oneOf(name string, values ...string) parameter {
	return parameter{name: name, kind: "string", enum: values}
}

// The parameters that every operation and every list has.
var (
	language  = oneOf("lang", "zh-CN", "en")
	paging    = []parameter{{name: "limit", kind: "integer"}, {name: "cursor", kind: "string"}}
	ascending = oneOf("order", "asc", "desc")
)

// list gives the parameters of a list: its own, and those of paging.
func list(own ...[]parameter) []parameter {
	return slices.Concat(append(own, paging)...)
}

// queryFault says what is wrong with what was asked: a text under api.fault with its parameters.
type queryFault struct {
	key   string
	pairs []any
}

func (e *queryFault) Error() string { return "refused: " + e.key }

const (
	fewestRows, manyRows, mostRows = 1, 50, shareable
	longestAddress                 = 16 << 10
)

// checkQuery refuses what an operation does not know: a filter with a typing error would otherwise be a wrong answer.
func checkQuery(raw string, known []parameter) error {
	if len(raw) > longestAddress {
		return &queryFault{"query_long", []any{"n", longestAddress}}
	}
	asked, err := url.ParseQuery(raw)
	if err != nil {
		return &queryFault{"query", []any{"reason", err.Error()}}
	}
	for name, values := range asked {
		p := language
		if at := slices.IndexFunc(known, func(p parameter) bool { return p.name == name }); at >= 0 {
			p = known[at]
		}
		switch {
		case p.name != name:
			return &queryFault{"unknown_parameter", []any{"name", name, "known", namesOfParameters(known)}}
		case len(values) > 1:
			return &queryFault{"repeated_parameter", []any{"name", name}}
		}
		if err := p.check(values[0]); err != nil {
			return err
		}
	}
	return nil
}

func namesOfParameters(known []parameter) string {
	var out []string
	for _, p := range known {
		out = append(out, p.name)
	}
	return strings.Join(append(out, language.name), ", ")
}

func (p parameter) check(value string) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	fits := true
	switch p.kind {
	case "integer":
		n, err := strconv.Atoi(value)
		fits = err == nil && n >= fewestRows && n <= mostRows
	case "date":
		_, err := time.Parse(time.DateOnly, value)
		fits = err == nil
	case "month":
		_, err := time.Parse("2006-01", value)
		fits = err == nil
	case "boolean":
		fits = value == "true" || value == "false"
	}
	switch {
	case len(p.enum) > 0 && !slices.Contains(p.enum, value):
		return &queryFault{"parameter_value", []any{"name", p.name, "value", value, "known", strings.Join(p.enum, ", ")}}
	case !fits:
		return &queryFault{"parameter_kind", []any{"name", p.name, "value", value, "kind", p.kind}}
	case len(value) > 4*longestAsk && p.name != "cursor":
		return &queryFault{"parameter_long", []any{"name", p.name, "n", longestAsk}}
	}
	return nil
}

// place is where the next page of a list begins: within the list of one analysis under one set of conditions.
type place struct {
	offset   uint64
	analysed int64  // seconds since 1970
	asked    uint64 // hash of the address and the conditions
}

const placeBytes = 24

// cursor is the place as callers hold it.
func (p place) cursor() string {
	raw := binary.BigEndian.AppendUint64(nil, p.offset)
	raw = binary.BigEndian.AppendUint64(raw, uint64(p.analysed))
	raw = binary.BigEndian.AppendUint64(raw, p.asked)
	return base64.RawURLEncoding.EncodeToString(raw)
}

// parseCursor reads a cursor; ok is false for what no place was written as.
func parseCursor(text string) (p place, ok bool) {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil || len(raw) != placeBytes {
		return place{}, false
	}
	p = place{binary.BigEndian.Uint64(raw), int64(binary.BigEndian.Uint64(raw[8:])), binary.BigEndian.Uint64(raw[16:])}
	return p, p.offset <= 1<<40
}

// askedHash is the hash of what was asked, without where in it.
func askedHash(u *url.URL) uint64 {
	asked := u.Query()
	for _, name := range []string{"cursor", "limit", language.name} {
		asked.Del(name)
	}
	return xxhash.Sum64String(u.Path + "?" + asked.Encode())
}

// page is where the page that was asked begins, and how many rows it holds at most.
func (c *call) page() (from, limit uint64, err error) {
	limit = manyRows
	if n, err := strconv.ParseUint(c.get("limit"), 10, 32); err == nil {
		limit = n
	}
	text := c.get("cursor")
	if text == "" {
		return 0, limit, nil
	}
	p, ok := parseCursor(text)
	switch {
	case !ok || p.asked != askedHash(c.URL):
		return 0, 0, &queryFault{"cursor", nil}
	case p.analysed != c.analysed.Unix():
		return 0, 0, refusal{410, "stale_cursor"}
	}
	return p.offset, limit, nil
}

// listOf is one page of a list.
type listOf[T any] struct {
	Data     []T     `json:"data"`
	Total    uint64  `json:"total"`    // of all pages
	Next     *string `json:"next"`     // cursor of the next page, null after the last one
	Analysed string  `json:"analysed"` // when the newest analysis ran
}

// listed is one page of rows that were read in whole.
func listed[T, U any](c *call, all []T, write func(T) U) (any, error) {
	from, limit, err := c.page()
	if err != nil {
		return nil, err
	}
	total := uint64(len(all))
	from = min(from, total)
	return listedPage(c, all[from:min(from+limit, total)], from, total, write), nil
}

// listedPage is one page of rows that were read alone.
func listedPage[T, U any](c *call, rows []T, from, total uint64, write func(T) U) listOf[U] {
	out := listOf[U]{Data: make([]U, len(rows)), Total: total}
	for i, row := range rows {
		out.Data[i] = write(row)
	}
	if !c.analysed.IsZero() {
		out.Analysed = c.analysed.UTC().Format(time.RFC3339)
	}
	if next := from + uint64(len(rows)); next < total && len(rows) > 0 {
		text := place{next, c.analysed.Unix(), askedHash(c.URL)}.cursor()
		out.Next = &text
	}
	return out
}
