package demo

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"time"
)

// Interchange writes the whole county in the interchange format (docs/interchange.md): systems, units and forms first, then
// usage, then submissions, each in order of time.
func (c *County) Interchange(w io.Writer) error {
	out := newRecordWriter(w)
	c.declare(out)
	for i := range c.systems {
		c.writeUsage(out, i, 0, math.MaxInt64)
	}
	for f := range c.forms {
		c.writeSubmissions(out, f, 0, math.MaxInt64)
	}
	if err := out.close(); err != nil {
		return fmt.Errorf("unable to write the county: %w", err)
	}
	return nil
}

// recordWriter writes lines and remembers the first error.
type recordWriter struct {
	buffer *bufio.Writer
	line   []byte
	err    error
}

func newRecordWriter(w io.Writer) *recordWriter {
	return &recordWriter{buffer: bufio.NewWriterSize(w, 1<<18)}
}

func (r *recordWriter) object(v any) {
	line, err := json.Marshal(v)
	if err != nil {
		r.fail(err)
		return
	}
	r.line = append(r.line[:0], line...)
	r.flush()
}

func (r *recordWriter) flush() {
	r.line = append(r.line, '\n')
	if _, err := r.buffer.Write(r.line); err != nil {
		r.fail(err)
	}
	r.line = r.line[:0]
}

func (r *recordWriter) fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

func (r *recordWriter) close() error {
	if err := r.buffer.Flush(); err != nil {
		r.fail(err)
	}
	return r.err
}

// key appends "name": to the line that is being built.
func (r *recordWriter) key(name string) {
	if r.line[len(r.line)-1] != '{' {
		r.line = append(r.line, ',')
	}
	r.line = strconv.AppendQuote(r.line, name)
	r.line = append(r.line, ':')
}

func (r *recordWriter) text(name, s string) {
	r.key(name)
	r.line = appendText(r.line, s)
}

func (r *recordWriter) clock(name string, at int64) {
	r.key(name)
	r.line = append(r.line, '"')
	r.line = time.Unix(at, 0).In(beijing).AppendFormat(r.line, time.RFC3339)
	r.line = append(r.line, '"')
}

// appendText is for the strings of this package, which hold no control characters.
func appendText(b []byte, s string) []byte {
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

func appendNumber(b []byte, x float64) []byte { return strconv.AppendFloat(b, x, 'f', -1, 64) }

// declare writes what is known about systems, units and forms.
func (c *County) declare(out *recordWriter) {
	for i := range c.systems {
		out.object(c.systemRecord(&c.systems[i]))
	}
	for _, u := range c.unitRecords() {
		out.object(u)
	}
	for _, f := range c.forms {
		out.object(c.formRecord(f))
	}
}

func (c *County) systemRecord(s *systemSpec) map[string]any {
	r := map[string]any{
		"type": "system", "id": s.id, "name": s.name, "owner": s.owner, "level": s.level, "kind": s.kind, "launched": s.since(c.Options.AsOf).Format(time.DateOnly),
		"annual_cost": s.cost, "entitled_users": c.entitled(s), "usage_covered": s.logs != noLogs,
	}
	if s.cycle != "" {
		r["cycle"] = s.cycle
	}
	if s.season != nil {
		r["season"] = s.season
	}
	if s.successor != "" {
		r["successor"] = s.successor
	}
	if s.mobile() && s.filing != "unknown" {
		r["filed"] = s.filing != "no"
	}
	if s.exempt.basis != "" {
		until := c.Options.AsOf.AddDate(0, s.exempt.months, 0).Format(time.DateOnly)
		r["waiver"] = map[string]any{"rule": s.exempt.rule, "basis": s.exempt.basis, "until": until}
	}
	return r
}

// entitled counts the accounts that may use a system: those of the departments, and of the villages where they report into it.
func (c *County) entitled(s *systemSpec) int {
	n := s.entitled
	if s.use == forced {
		return n + s.accountsPerVillage()*len(c.world.villages)
	}
	most := 0
	for _, f := range c.forms {
		if f.spec.system != s.id {
			continue
		}
		asked := 0
		for v := range c.world.villages {
			if c.inScope(f, v) {
				asked++
			}
		}
		most = max(most, asked)
	}
	return n + 2*most
}

// accountsPerVillage is how many of a village's officials are made to use a system that everyone is made to use.
func (s *systemSpec) accountsPerVillage() int {
	if s.kind == "mini_program" {
		return 1
	}
	return 2
}

func (c *County) unitRecords() []map[string]any {
	population := 0.0
	for i := range c.world.villages {
		population += c.world.villages[i].population
	}
	out := []map[string]any{
		{"type": "unit", "code": "990100000000", "name": "云山市", "kind": "city"},
		{"type": "unit", "code": countyCode, "name": countyName, "parent": "990100000000", "kind": "county", "population": population},
	}
	for _, places := range [][]place{c.world.towns, c.world.villages} {
		for i := range places {
			p := &places[i]
			out = append(out, map[string]any{"type": "unit", "code": p.code, "name": p.name, "parent": p.parent, "kind": p.kind, "population": p.population, "staff": p.staff})
		}
	}
	return out
}

func (c *County) formRecord(f *form) map[string]any {
	r := map[string]any{"type": "form", "id": f.spec.id, "system": f.spec.system, "title": f.spec.title, "cycle": f.spec.cycle, "due_days": f.spec.due, "per": f.spec.per}
	if !f.spec.unlisted {
		r["approved"] = !f.spec.offList
	}
	if f.spec.basis != "" {
		r["basis"] = f.spec.basis
	}
	var fields []map[string]any
	var prefilled []string
	for i := range f.fields {
		fd := &f.fields[i]
		d := map[string]any{"id": fd.id, "label": fd.label, "type": fd.kind()}
		if fd.source != fromNote && fd.source != fromBlank && fd.answered == 0 {
			d["required"] = true
		}
		for name, text := range map[string]string{"unit": fd.of, "role": fd.role(), "measure": fd.measure()} {
			if text != "" {
				d[name] = text
			}
		}
		if fd.codes != nil {
			codes := map[string]string{}
			for label, code := range fd.codes {
				codes[code] = label
			}
			d["codes"] = codes
		}
		if !math.IsNaN(fd.target) {
			d["target"] = fd.target
		}
		if fd.prefilled {
			prefilled = append(prefilled, fd.id)
		}
		fields = append(fields, d)
	}
	r["fields"] = fields
	if prefilled != nil {
		r["prefilled"] = prefilled
	}
	return r
}

// writeUsage writes the usage of one system of a span of time [from, to). The format has no word for files that come along
// with pages, and none for those who maintain a system, so the former are left out and the latter's deeds count as other.
func (c *County) writeUsage(out *recordWriter, system int, from, to int64) {
	for i := range c.usage[system] {
		e := &c.usage[system][i]
		if e.time < from || e.time >= to || e.action == doStatic {
			continue
		}
		out.line = append(out.line[:0], `{"type":"usage"`...)
		out.text("system", c.systems[system].id)
		out.clock("time", e.time)
		action := actionNames[e.action]
		if e.account >= 0 {
			a := &c.accounts.list[e.account]
			out.text("actor", a.name)
			if a.unit != "" {
				out.text("unit", a.unit)
			}
			if a.vendor {
				action = "other"
			}
		}
		out.text("action", action)
		out.text("object", c.pathOf(system, e))
		if e.form >= 0 {
			out.text("form", c.forms[e.form].spec.id)
		}
		out.key("status")
		out.line = strconv.AppendInt(out.line, int64(e.status), 10)
		out.key("duration_ms")
		out.line = strconv.AppendInt(out.line, int64(e.ms), 10)
		out.text("client", families[e.client])
		out.line = append(out.line, '}')
		out.flush()
	}
}

// writeSubmissions writes the submissions of one form handed in within [from, to).
func (c *County) writeSubmissions(out *recordWriter, form int, from, to int64) {
	f := c.forms[form]
	periods := c.periods[form]
	for i := range c.submissions[form] {
		sub := &c.submissions[form][i]
		if sub.submitted < from || sub.submitted >= to {
			continue
		}
		out.line = append(out.line[:0], `{"type":"submission"`...)
		out.text("form", f.spec.id)
		out.text("unit", c.units(f)[sub.unit].code)
		out.text("period", periods[sub.period].name)
		out.clock("submitted_at", sub.submitted)
		if sub.started != 0 {
			out.clock("started_at", sub.started)
		}
		out.text("reporter", sub.reporter.account)
		out.text("channel", sub.channel)
		if sub.subject != "" {
			out.text("subject", sub.subject)
		}
		out.key("values")
		out.line = f.appendValues(out.line, sub)
		out.line = append(out.line, '}')
		out.flush()
	}
}

// appendValues is the object of a submission's answers; blank answers are left out.
func (f *form) appendValues(b []byte, sub *submission) []byte {
	b = append(b, '{')
	for k := range f.fields {
		v := &sub.values[k]
		if v.absent {
			continue
		}
		if b[len(b)-1] != '{' {
			b = append(b, ',')
		}
		b = appendText(b, f.fields[k].id)
		b = append(b, ':')
		if f.fields[k].numeric() {
			b = appendNumber(b, v.number)
		} else {
			b = appendText(b, v.text)
		}
	}
	return append(b, '}')
}
