package simulate

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jianfu/jianfu/demo/evaluate"
)

// Files are the names of what Write opens, in the order in which they are to be imported.
func Files() []string {
	return []string{"registry.ndjson", "submissions.ndjson", "usage.ndjson", "visits.ndjson"}
}

// Write makes a county and writes its records in the interchange format to the files that open gives, each closed before the
// next is opened. The same options give the same bytes. It holds one form at a time in memory, and the visits of a few units.
func Write(ctx context.Context, o Options, open func(name string) (io.WriteCloser, error)) (*evaluate.Truth, error) {
	o, err := o.complete()
	if err != nil {
		return nil, err
	}
	c := newCounty(o)
	writers := map[string]func(context.Context, *bufio.Writer) error{
		"registry.ndjson": c.writeRegistry, "submissions.ndjson": c.writeForms, "usage.ndjson": c.writeUsage, "visits.ndjson": c.writeVisits,
	}
	for _, name := range Files() {
		if err := writeOne(ctx, name, open, writers[name]); err != nil {
			return nil, err
		}
	}
	return c.truth(), nil
}

func writeOne(ctx context.Context, name string, open func(string) (io.WriteCloser, error), write func(context.Context, *bufio.Writer) error) error {
	f, err := open(name)
	if err != nil {
		return err
	}
	w := bufio.NewWriterSize(f, 1<<20)
	if err := errors.Join(write(ctx, w), w.Flush(), f.Close()); err != nil {
		return fmt.Errorf("unable to write %s: %w", name, err)
	}
	return nil
}

// inOrder makes n pieces, several at once, and writes them in their order.
func inOrder(ctx context.Context, w *bufio.Writer, n int, piece func(i int) []byte) error {
	width := runtime.GOMAXPROCS(0)
	pieces := make([][]byte, width)
	for first := 0; first < n; first += width {
		group, ctx := errgroup.WithContext(ctx)
		for i := first; i < min(n, first+width); i++ {
			group.Go(func() error {
				if ctx.Err() == nil {
					pieces[i-first] = piece(i)
				}
				return ctx.Err()
			})
		}
		if err := group.Wait(); err != nil {
			return err
		}
		for i := first; i < min(n, first+width); i++ {
			if _, err := w.Write(pieces[i-first]); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeRegistry declares systems, units and forms.
func (c *county) writeRegistry(_ context.Context, w *bufio.Writer) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	var faults []error
	put := func(record map[string]any) { faults = append(faults, e.Encode(record)) }
	seen := map[string]bool{}
	system := func(id, owner, name string) {
		if !seen[id] {
			seen[id] = true
			put(map[string]any{"type": "system", "id": id, "name": name, "owner": owner, "level": "county", "kind": "website", "launched": "2021-03-01", "cycle": "month"})
		}
	}
	put(map[string]any{"type": "unit", "code": "990101", "name": "清江县", "kind": "county"})
	for _, t := range c.towns {
		put(map[string]any{"type": "unit", "code": t.code, "name": t.name, "parent": "990101", "kind": "town"})
	}
	for i := range c.units {
		u := &c.units[i]
		put(map[string]any{
			"type": "unit", "code": u.code, "name": u.name, "parent": c.towns[u.town].code, "kind": u.kind, "population": int(u.population), "staff": u.staff,
		})
	}
	for _, f := range c.forms {
		system(f.system, f.owner, themes[f.index%len(themes)]+"平台")
		put(f.declare())
	}
	if c.visits != nil {
		system(visitSystem, "县民政局", "入户走访应用")
		put(c.visits.declare())
		put(c.survey.declare())
	}
	return errors.Join(faults...)
}

func (f *form) declare() map[string]any {
	var fields []map[string]any
	var prefilled []string
	for i := range f.fields {
		x := &f.fields[i]
		d := map[string]any{"id": x.id, "label": x.label, "type": x.numberType(), "unit": x.unit, "measure": x.measure, "required": true}
		if x.target > 0 {
			d["target"] = x.target
		}
		if x.gen == registerField || x.gen == openingField {
			prefilled = append(prefilled, x.id)
		}
		fields = append(fields, d)
	}
	return map[string]any{
		"type": "form", "id": f.id, "system": f.system, "title": f.title, "cycle": f.cycle, "due_days": f.due, "approved": true, "per": "unit",
		"prefilled": prefilled, "fields": fields,
	}
}

// writeForms writes the submissions of all forms of one submission a unit and period.
func (c *county) writeForms(ctx context.Context, w *bufio.Writer) error {
	for _, f := range c.forms {
		t := &sheet{c: c, form: f, values: make([][]float64, len(c.units)), handed: make([][]bool, len(c.units))}
		if err := c.each(ctx, t.fill); err != nil {
			return err
		}
		cases := map[int]*fabrication{}
		for _, x := range c.cases {
			if x.form == f.index {
				cases[x.unit] = x
				t.fabricate(x)
			}
		}
		err := inOrder(ctx, w, len(c.units), func(u int) []byte { return t.lines(u, cases[u]) })
		if err != nil {
			return err
		}
	}
	return nil
}

// each calls of with every unit, several at once.
func (c *county) each(ctx context.Context, of func(u int)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for u := range c.units {
		group.Go(func() error {
			if ctx.Err() == nil {
				of(u)
			}
			return ctx.Err()
		})
	}
	return group.Wait()
}

// fill draws what an honest unit reports.
func (t *sheet) fill(u int) {
	t.values[u] = make([]float64, len(t.form.periods)*len(t.form.fields))
	t.handed[u] = make([]bool, len(t.form.periods))
	t.c.honest(t.form, u, t.values[u])
	s := newStream(t.c.Seed, "missing", t.form.id, t.c.units[u].code)
	for p := range t.form.periods {
		t.handed[u][p] = !t.c.missing(s, u, t.form.periods[p].month)
	}
}

// lines are the submissions of one unit.
func (t *sheet) lines(u int, x *fabrication) []byte {
	c, f := t.c, t.form
	s := newStream(c.Seed, "slips", f.id, c.units[u].code)
	entries := c.entries(f, u)
	var source []entry
	if x != nil && x.kind == NeighbourCopy {
		source = c.entries(f, x.source)
	}
	b := make([]byte, 0, len(f.periods)*(220+16*len(f.fields)))
	wrong := make([]float64, len(f.fields))
	for p := range f.periods {
		if !t.handed[u][p] {
			continue
		}
		e := entries[p]
		if source != nil && x.at[p] && !e.submitted.After(source[p].submitted) { // nobody copies what is not there yet
			e.submitted, e.started = source[p].submitted.Add(time.Duration(s.between(1200, 90_000))*time.Second), time.Time{}
		}
		row := t.row(u, p)
		if s.chance(0.004 * c.units[u].untidy) {
			copy(wrong, row)
			if f.slip(s, wrong) {
				b = t.line(b, u, p, e, wrong)
				if s.chance(0.5) {
					continue // nobody noticed
				}
				e.submitted, e.started = e.submitted.Add(time.Duration(s.between(3600, 260_000))*time.Second), time.Time{}
			}
		}
		b = t.line(b, u, p, e, row)
	}
	return b
}

func (t *sheet) line(b []byte, u, p int, e entry, row []float64) []byte {
	f := t.form
	b = append(b, `{"type":"submission","form":"`...)
	b = append(b, f.id...)
	b = append(b, `","unit":"`...)
	b = append(b, t.c.units[u].code...)
	b = append(b, `","period":"`...)
	b = append(b, f.periods[p].name...)
	b = append(b, `","submitted_at":"`...)
	b = e.submitted.AppendFormat(b, time.RFC3339)
	if !e.started.IsZero() {
		b = append(b, `","started_at":"`...)
		b = e.started.AppendFormat(b, time.RFC3339)
	}
	b = append(b, `","reporter":"`...)
	b = append(b, e.reporter...)
	b = append(b, `","channel":"`...)
	b = append(b, e.channel...)
	b = append(b, `","values":{`...)
	for k := range f.fields {
		if k > 0 {
			b = append(b, ',')
		}
		b = append(b, '"')
		b = append(b, f.fields[k].id...)
		b = append(b, `":`...)
		b = f.fields[k].appendNumber(b, row[k])
	}
	return append(b, "}}\n"...)
}

// writeUsage writes who uses the systems: reporters log in and submit, departments read and export.
func (c *county) writeUsage(ctx context.Context, w *bufio.Writer) error {
	return inOrder(ctx, w, len(c.forms), func(i int) []byte {
		f := c.forms[i]
		s := newStream(c.Seed, "usage", f.id)
		var b []byte
		put := func(at time.Time, actor, unit, action string) {
			b = append(b, `{"type":"usage","system":"`+f.system+`","time":"`...)
			b = at.AppendFormat(b, time.RFC3339)
			b = append(b, `","actor":"`+actor+`","unit":"`+unit+`","action":"`+action+`","object":"/`+f.id+`/`+action+`","form":"`+f.id+`","status":200,"duration_ms":`...)
			b = strconv.AppendInt(b, int64(s.lognormal(180, 0.6)), 10)
			b = append(b, "}\n"...)
		}
		for p := range f.periods {
			for u := range c.units {
				if ctx.Err() != nil || s.chance(0.5) { // half of them is enough to see that the system lives
					continue
				}
				at := workingTime(s, f.periods[p].end, s.within(0, float64(f.due)))
				put(at.Add(-time.Duration(s.between(60, 900))*time.Second), c.units[u].code+"-1", c.units[u].code, "login")
				put(at, c.units[u].code+"-1", c.units[u].code, "submit")
			}
			for range s.between(4, 12) {
				put(workingTime(s, f.periods[p].end, s.within(2, 20)), f.owner+strconv.Itoa(s.between(1, 3)), "990101", pick(s, []string{"view", "view", "view", "export"}))
			}
		}
		return b
	})
}
