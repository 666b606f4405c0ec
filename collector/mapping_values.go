package collector

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/queries"
)

// rowReader reads the roles of one row and keeps the first fault.
type rowReader struct {
	m     *RowMapper
	row   Row
	fault *RowFault
}

func (r *rowReader) fail(field, kind, format string, args ...any) {
	if r.fault == nil {
		r.fault = &RowFault{Field: field, Kind: kind, Reason: fmt.Sprintf(format, args...)}
	}
}

// cell is the cell of a column; nil when the row has no such column.
func (r *rowReader) cell(column string) any {
	if place, ok := r.m.places[column]; ok {
		return r.row.Cells[place]
	}
	return nil
}

// ownWords are the roles whose words are known: those need no translation.
var ownWords = map[string][]string{"action": queries.Actions, "channel": channels}

// text is the text of a role, empty when the role is not mapped or its cells are empty.
func (r *rowReader) text(key string) string {
	operand := r.m.roles[key]
	if operand == nil {
		return ""
	}
	text := operand.Value
	if len(operand.Columns) > 0 {
		text = r.joined(key, operand.Columns)
	}
	if len(operand.Map) == 0 || text == "" {
		return text
	}
	if word, ok := operand.Map[text]; ok {
		return word
	}
	if own := ownWords[key]; slices.Contains(own, strings.ToLower(text)) {
		return text
	}
	if word, ok := operand.Map["*"]; ok {
		return word
	}
	if ownWords[key] == nil { // the caller tells about those that have words of their own
		r.fail(key, "unmapped", "%s is %q, which mapping.%s.map does not know; add it, or \"*\" for everything else", key, shortened(text), key)
	}
	return text
}

// joined is empty as soon as one part is: half a key would make different things equal.
func (r *rowReader) joined(key string, columns []string) string {
	var whole string
	for i, column := range columns {
		part := r.plain(key, r.cell(column))
		if part == "" {
			return ""
		}
		if i == 0 {
			whole = part
		} else {
			whole += "/" + part
		}
	}
	return whole
}

// plain writes a cell as text.
func (r *rowReader) plain(key string, cell any) string {
	switch c := cell.(type) {
	case nil:
		return ""
	case string:
		if fault := textFault(c); fault != nil {
			r.fail(key, fault.Kind, "%s %s", key, fault.Reason)
			return ""
		}
		return strings.TrimSpace(c)
	case int64:
		return strconv.FormatInt(c, 10)
	case json.Number:
		return wholeText(string(c))
	case float64:
		return wholeText(strconv.FormatFloat(c, 'g', -1, 64))
	case bool:
		return strconv.FormatBool(c)
	case time.Time:
		return c.In(r.m.location).Format(time.RFC3339Nano)
	case []byte:
		r.fail(key, "type", "%s is read from a column of binary data; map a column of text", key)
	default:
		r.fail(key, "type", "%s is of a type that is not understood (%T); cast it in the query", key, cell)
	}
	return ""
}

// wholeText writes 1.1e3 and 1100.0 as 1100, because ids and codes are often exported as numbers; other numbers stay.
func wholeText(number string) string {
	if !strings.ContainsAny(number, ".eE") {
		return number
	}
	f, err := strconv.ParseFloat(number, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<53 {
		return number
	}
	return strconv.FormatInt(int64(f), 10)
}

func (r *rowReader) required(key string) string {
	text := r.text(key)
	if text == "" {
		r.empty(key)
	}
	return text
}

func (r *rowReader) empty(key string) {
	operand := r.m.roles[key]
	r.fail(key, "malformed", "%s is empty (column %s); correct the row upstream, or leave such rows out", key, strings.Join(operand.Columns, ", "))
}

// instant is a time that may have happened; the zero time when there is none and none is required.
func (r *rowReader) instant(key string, required bool) time.Time {
	operand := r.m.roles[key]
	if operand == nil {
		return time.Time{}
	}
	var cell any = operand.Value
	if len(operand.Columns) == 1 {
		cell = r.cell(operand.Columns[0])
	} else if len(operand.Columns) > 1 { // a date and a time of day in two columns
		cell = strings.ReplaceAll(r.joined(key, operand.Columns), "/", " ")
	}
	if text, ok := cell.(string); cell == nil || ok && strings.TrimSpace(text) == "" {
		if required {
			r.empty(key)
		}
		return time.Time{}
	}
	t, err := RowTime(cell, r.m.location)
	if err != nil {
		kind := "type"
		if text, ok := cell.(string); ok && strings.HasPrefix(text, "0000-00-00") { // MySQL's zero date
			kind = "clock"
		}
		r.fail(key, kind, "%s %v", key, err)
		return time.Time{}
	}
	if t.Before(r.m.earliest) || t.After(r.m.now().Add(clockTolerance)) {
		r.fail(key, "clock", "%s is %s, before 1990 or more than a day in the future; correct the clock of the upstream", key, t.Format(time.RFC3339))
		return time.Time{}
	}
	return t
}

func (r *rowReader) period() string {
	operand := r.m.roles["period"]
	if r.m.config.Cycle == "" || operand.Value != "" {
		text := r.required("period")
		if text != "" && !ValidPeriod(text) {
			r.fail("period", "malformed", "period is %q; expected one such as 2026, 2026H1, 2026Q3, 2026-07, 2026-W31 or 2026-07-15, or set mapping.cycle to compute it from a date", shortened(text))
		}
		return text
	}
	t := r.instant("period", true)
	if t.IsZero() {
		return ""
	}
	return RowPeriod(t.In(r.m.location), r.m.config.Cycle)
}

func (r *rowReader) channel() string {
	text := strings.ToLower(r.text("channel"))
	if text != "" && !slices.Contains(channels, text) {
		r.fail("channel", "unmapped", "channel is %q; translate it with mapping.channel.map to one of %s", shortened(text), strings.Join(channels, ", "))
	}
	return text
}

// action translates the upstream's word. Words of ours need no translation; all others must be known, because a wrong
// guess would make an unused system look used, or the reverse.
func (r *rowReader) action() string {
	text := r.required("action")
	if lower := strings.ToLower(text); slices.Contains(queries.Actions, lower) {
		return lower
	}
	if text != "" {
		r.fail("action", "unmapped", "action is %q, which is none of ours; translate it in mapping.actions (\"*\": other stands for everything else)", shortened(text))
	}
	return ""
}

// number reads a number from a role; NaN when there is none.
func (r *rowReader) number(key string) float64 {
	text := r.text(key)
	if text == "" {
		return math.NaN()
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		r.fail(key, "type", "%s is %q; expected a number", key, shortened(text))
		return math.NaN()
	}
	return f
}

func (r *rowReader) coordinate(key string, limit float64) float64 {
	f := r.number(key)
	if math.Abs(f) > limit {
		r.fail(key, "malformed", "%s is %g, which is no place on earth; expected degrees", key, f)
	}
	return f
}

func (r *rowReader) whole(key string, limit float64) uint64 {
	f := r.number(key)
	if math.IsNaN(f) {
		return 0
	}
	if f < 0 || f > limit {
		r.fail(key, "type", "%s is %g; expected a number from 0 to %.0f", key, f, limit)
		return 0
	}
	return uint64(math.Round(f))
}

// value is the answer in a cell. A number that a float64 cannot hold exactly (a resident id in a bigint, say) stays text.
func (r *rowReader) value(field string, cell any) queries.Value {
	v := queries.Value{Field: field}
	switch c := cell.(type) {
	case nil:
	case string:
		if fault := textFault(c); fault != nil {
			r.fail(field, fault.Kind, "%s %s", field, fault.Reason)
		} else if strings.TrimSpace(c) != "" {
			v.Kind, v.Text = queries.TextValue, c
		}
	case int64:
		if f := float64(c); math.Abs(f) < 1<<53 {
			v.Kind, v.Number = queries.NumberValue, f
		} else {
			v.Kind, v.Text = queries.TextValue, strconv.FormatInt(c, 10)
		}
	case float64:
		if math.IsNaN(c) || math.IsInf(c, 0) {
			r.fail(field, "type", "%s is %v, which is no number that can be stored; correct it upstream", field, c)
		}
		v.Kind, v.Number = queries.NumberValue, c
	case json.Number:
		if f, exact := exactFloat(string(c)); exact {
			v.Kind, v.Number = queries.NumberValue, f
		} else {
			v.Kind, v.Text = queries.TextValue, string(c)
		}
	case bool:
		v.Kind, v.Text = queries.TextValue, strconv.FormatBool(c)
	case time.Time:
		v.Kind, v.Text = queries.TextValue, c.In(r.m.location).Format(time.RFC3339Nano)
	default:
		r.fail(field, "type", "%s is of a type that is not understood (%T); cast it in the query", field, cell)
	}
	return v
}

// exactFloat tells whether a decimal number survives the way through a float64 and back.
func exactFloat(text string) (float64, bool) {
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return 0, false
	}
	if len(text) <= 15 && !strings.ContainsAny(text, "eE") { // at most 15 digits always survive
		return f, true
	}
	if len(text) > 400 {
		return f, false
	}
	written, ok := new(big.Rat).SetString(text)
	shortest, ok2 := new(big.Rat).SetString(strconv.FormatFloat(f, 'f', -1, 64))
	return f, ok && ok2 && written.Cmp(shortest) == 0
}

func textFault(text string) *RowFault {
	switch {
	case len(text) > maxCellText:
		return &RowFault{Kind: "oversize", Reason: fmt.Sprintf("holds %d bytes of text, more than %d; shorten it, or leave the column out", len(text), maxCellText)}
	case !utf8.ValidString(text):
		return &RowFault{Kind: "encoding", Reason: "is not valid UTF-8; set the encoding of the connection, or convert the column in the query"}
	case strings.IndexByte(text, 0) >= 0:
		return &RowFault{Kind: "encoding", Reason: "holds a NUL byte; remove it upstream or in the query"}
	}
	return nil
}

func shortened(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// identity hashes what makes a usage event itself: its id where it has one, its content otherwise. It is keyed, because
// the content holds what the pseudonyms hide.
func (m *RowMapper) identity(id string, at time.Time, actor, status, duration uint64, texts ...string) uint64 {
	b := bytes.NewBuffer(m.scratch[:0])
	if id != "" {
		b.WriteString(id)
	} else {
		var numbers [32]byte
		binary.LittleEndian.PutUint64(numbers[0:], uint64(at.UnixNano()))
		binary.LittleEndian.PutUint64(numbers[8:], actor)
		binary.LittleEndian.PutUint64(numbers[16:], status)
		binary.LittleEndian.PutUint64(numbers[24:], duration)
		b.Write(numbers[:])
		for _, text := range texts {
			b.WriteString(text)
			b.WriteByte(0)
		}
	}
	m.scratch = b.Bytes()
	return xxh3.HashSeed(m.scratch, m.seed)
}
