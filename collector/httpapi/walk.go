package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/valyala/fastjson"
	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
)

// walk is one call of Collect.
type walk struct {
	*client
	state  *state
	out    collector.Sink
	writer *collector.RowWriter
	flat   *flattener
	parser fastjson.Parser

	pages    int
	restarts int
	resumed  bool            // the next page is asked for from a stored checkpoint
	before   before          // the page before
	full     int             // records of the longest page
	visited  map[uint64]bool // cursors and links of this run
	marked   bool            // a record had the watermark
}

// before is what is remembered of a page.
type before struct {
	hash  uint64
	count int
}

// page is one answer, understood.
type page struct {
	records []*fastjson.Value
	total   int64 // -1 unknown
	cursor  string
	link    string
	more    string // true, false or empty
	hash    uint64 // of the records
	date    time.Time
	missing bool // the server says that there is no such page
}

// maxRestarts bounds how often a walk begins again because the list moved under it.
const maxRestarts = 2

// stalePosition is the age at which a position counted in pages or records is no longer trusted: the list has moved.
const stalePosition = time.Hour

// Collect reads what is new: all pages, from the watermark on where there is one.
func (s *Source) Collect(ctx context.Context, from collector.Checkpoint, out collector.Sink) error {
	st, err := s.decodeState(from)
	if err != nil {
		return err
	}
	c, err := s.newClient()
	if err != nil {
		return err
	}
	defer c.close()
	w := &walk{
		client: c, state: st, out: out, flat: newFlattener(), visited: map[uint64]bool{},
		writer: s.mapper.Writer(out, s.base.Scheme+"://"+s.base.Host+s.base.Path),
	}
	if st.Scan == nil || w.stale(st.Scan) {
		w.begin()
	} else {
		w.resumed = st.Scan.At != w.first()
	}
	for {
		done, err := w.step(ctx)
		var d *doubtful
		if errors.As(err, &d) {
			w.state.Scan = nil
			return errors.Join(err, w.mark(ctx))
		}
		if err != nil {
			return err
		}
		if done {
			return w.finish(ctx)
		}
	}
}

func (w *walk) stale(s *scan) bool {
	counted := w.config.Paging.Kind == "page" || w.config.Paging.Kind == "offset"
	return counted && w.deps.Now().Sub(time.Unix(s.Marked, 0)) > stalePosition
}

func (w *walk) first() position {
	if kind := w.config.Paging.Kind; kind == "page" || kind == "offset" {
		return position{Number: *w.config.Paging.First}
	}
	return position{}
}

// begin starts a new scan from the watermark.
func (w *walk) begin() {
	now := w.deps.Now()
	s := &scan{At: w.first(), Started: mark{Time: now.UTC()}, Total: -1}
	if w.config.Watermark.Param != "" {
		switch {
		case !w.state.High.isZero():
			s.Since = w.write(w.state.High.less(w.overlap))
		case !w.start.isZero():
			s.Since = w.write(w.start)
		}
		if w.config.Watermark.Until != "" {
			s.Until = w.write(mark{Time: now})
		}
	}
	w.state.Scan = s
	w.resumed = false
	w.before, w.full = before{}, 0
	w.visited = map[uint64]bool{}
}

// restart begins the walk again; identity makes what was read before one with what will be read.
func (w *walk) restart(why string) error {
	if w.restarts++; w.restarts > maxRestarts {
		return fmt.Errorf("%s, again and again; run at a quieter hour, or choose another way of paging", why)
	}
	w.deps.Log.Warn().Str("source", w.deps.ID).Str("reason", why).Msg("walking through the list from its beginning again")
	w.begin()
	return nil
}

// step reads one page and moves on; done says that nothing follows.
func (w *walk) step(ctx context.Context) (done bool, err error) {
	if w.pages++; w.pages > w.config.Paging.MaxPages {
		return false, permanent("more than paging.max_pages (%d) pages; raise it if there are so many", w.config.Paging.MaxPages)
	}
	p, err := w.fetch(ctx)
	var refused *statusError
	if w.resumed && errors.As(err, &refused) && refused.status != http.StatusUnauthorized && refused.status != http.StatusForbidden {
		return false, w.restart(fmt.Sprintf("the stored position is answered with %d", refused.status))
	}
	if err != nil {
		return false, err
	}
	if p, err = w.confirm(ctx, p); err != nil {
		return false, err
	}
	s := w.state.Scan
	if w.resumed && len(p.records) == 0 && s.At.Number == 0 {
		return false, w.restart("the stored cursor is answered with an empty page, as one that has expired would be")
	}
	w.resumed = false
	if p.total >= 0 && s.Total > p.total {
		return false, w.restart(fmt.Sprintf("the total shrank from %d to %d while pages were read, so records moved to pages read already", s.Total, p.total))
	}
	s.Total = p.total
	repeated, err := w.repeated(p)
	if err != nil {
		return false, err
	}
	if repeated || len(p.records) == 0 {
		return true, nil
	}
	if err := w.emit(ctx, p); err != nil {
		return false, err
	}
	return w.advance(ctx, p)
}

// fetch asks for the page at the position and reads its outline.
func (w *walk) fetch(ctx context.Context) (page, error) {
	s := w.state.Scan
	p := page{total: -1}
	a, err := w.ask(ctx, s.At, s.Since, s.Until)
	var refused *statusError
	if errors.As(err, &refused) && refused.status == http.StatusNotFound && w.config.Paging.AfterLast == "not_found" && s.At != w.first() {
		return page{total: s.Total, missing: true}, nil
	}
	if err != nil {
		return p, err
	}
	fail := func(format string, args ...any) (page, error) {
		return page{}, w.fail(ctx, w.base, permanent(format, args...))
	}
	body, err := a.decode()
	if err != nil {
		return fail("%w", err)
	}
	v, err := w.parser.ParseBytes(body)
	if err != nil {
		return fail("the answer is no JSON (Content-Type %q)%s; check url and auth: an expired session is often answered with a page to log in", a.header.Get("Content-Type"), quoted(body))
	}
	if err := w.inside(v); err != nil {
		return page{}, w.fail(ctx, w.base, err)
	}
	list := w.records.find(v)
	switch {
	case list == nil:
		return fail("the answer has nothing at records %q; the members there are %v", w.records, w.records.keys(v))
	case list.Type() == fastjson.TypeNull: // how some languages write an empty list
	case list.Type() != fastjson.TypeArray:
		return fail("records %q leads to %s, not to a list; the members there are %v", w.records, list.Type(), w.records.keys(v))
	default:
		p.records = list.GetArray()
	}
	p.hash = xxh3.Hash(list.MarshalTo(nil))
	if text := w.total.text(v); text != "" {
		if p.total, err = strconv.ParseInt(text, 10, 64); err != nil || p.total < 0 {
			return fail("paging.total_path %q leads to %q, which is no count", w.total, text)
		}
	} else if len(w.total) > 0 {
		return fail("the answer has no total at paging.total_path %q; the members there are %v", w.total, w.total.keys(v))
	}
	p.cursor, p.more = w.cursor.text(v), truth(w.more.text(v))
	if at, err := http.ParseTime(a.header.Get("Date")); err == nil {
		p.date = at
	}
	if p.link, err = w.linkOf(v, a, s.At); err != nil {
		return page{}, w.fail(ctx, w.base, err)
	}
	return p, nil
}

// truth reads the ways in which a truth value is written; anything else is none.
func truth(text string) string {
	switch strings.ToLower(text) {
	case "true", "1", "y", "yes":
		return "true"
	case "false", "0", "n", "no":
		return "false"
	}
	return ""
}

// inside reads the status that some APIs put into an answer of 200.
func (w *walk) inside(v *fastjson.Value) error {
	if len(w.status) == 0 {
		return nil
	}
	code := w.status.text(v)
	for _, ok := range w.config.Status.OK {
		if code == ok {
			return nil
		}
	}
	return fmt.Errorf("the answer's status is %q (status.path %q): %s", code, w.status, w.message.text(v))
}

// linkOf is the absolute address of the next page. Other hosts must be allowed, because credentials go with the request.
func (w *walk) linkOf(v *fastjson.Value, a *answer, at position) (string, error) {
	if w.config.Paging.Kind != "next_link" {
		return "", nil
	}
	text := nextLink(a.header.Values("Link"))
	if len(w.next) > 0 {
		text = w.next.text(v)
	}
	if text == "" {
		return "", nil
	}
	current := w.base
	if at.Link != "" {
		parsed, err := url.Parse(at.Link)
		if err != nil {
			return "", permanent("unable to read the stored link: %w", err)
		}
		current = parsed
	}
	next, err := current.Parse(text)
	if err != nil {
		return "", permanent("the link to the next page (%.100q) is no address", text)
	}
	if !w.trusted(next) {
		return "", permanent("the link to the next page leads to %s://%s, which is another host or not encrypted; list the host in allow_hosts if that is right", next.Scheme, next.Host)
	}
	return next.String(), nil
}

// emit maps the records of a page.
func (w *walk) emit(ctx context.Context, p page) error {
	s := w.state.Scan
	if w.before.hash == 0 && !p.date.IsZero() && s.Count == 0 && p.date.Before(s.Started.Time) {
		s.Started = mark{Time: p.date.UTC()}
	}
	for _, record := range p.records {
		s.Count++
		row, fault := w.flat.row(record)
		var err error
		if fault != nil {
			err = w.writer.Reject(ctx, row, uint64(s.Count), *fault)
		} else {
			w.watch(row)
			err = w.writer.Write(ctx, row, uint64(s.Count))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// watch moves the highest watermark. Times to come do not move it: everything before them would never be asked for again.
func (w *walk) watch(row collector.Row) {
	column := w.config.Watermark.Column
	if column == "" {
		return
	}
	for i, name := range row.Columns {
		if name != column || row.Cells[i] == nil {
			continue
		}
		m, err := w.parseWatermark(row.Cells[i])
		if err != nil || m.Time.After(w.deps.Now().Add(24*time.Hour)) {
			return
		}
		w.marked = true
		if m.after(w.state.Scan.High) {
			w.state.Scan.High = m
		}
		return
	}
}

// mark hands on what has gathered and stores the position of the next page.
func (w *walk) mark(ctx context.Context) error {
	if err := w.writer.Flush(ctx); err != nil {
		return err
	}
	if w.state.Scan != nil {
		w.state.Scan.Marked = w.deps.Now().Unix()
	}
	c, err := json.Marshal(w.state)
	if err != nil {
		return fmt.Errorf("unable to write the checkpoint of this source: %w", err)
	}
	return w.out.Mark(ctx, c)
}

// finish ends the scan. The next one asks for what is newer than the newest record, or than this scan's beginning where
// that is earlier: records may have come while it ran.
func (w *walk) finish(ctx context.Context) error {
	s := w.state.Scan
	if w.config.Watermark.Param != "" {
		switch column := w.config.Watermark.Column; {
		case column == "":
			w.state.High = s.Started
		case s.Count > 0 && !w.marked && s.High.isZero():
			return permanent("watermark.column: none of %d records has a usable %q; name the member that holds their time or number", s.Count, column)
		case s.High.after(w.state.High):
			w.state.High = s.High
			if !s.High.Time.IsZero() && s.High.Time.After(s.Started.Time) {
				w.state.High = s.Started
			}
		}
	}
	w.state.Scan = nil
	return w.mark(ctx)
}
