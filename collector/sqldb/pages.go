package sqldb

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
)

// pageBytes bounds the text of one page: it is cut short where its rows are large.
const pageBytes = 64 << 20

// page is a stretch of rows in order.
type page struct {
	rows  [][]any
	at    [][]value
	whole bool // nothing follows
}

// readPages reads page by page until the end, and marks after every page.
func (r *run) readPages(ctx context.Context) error {
	for {
		p, err := r.load(ctx)
		if err != nil {
			return err
		}
		if len(r.config.Key) == 0 && !p.whole {
			if p, err = r.wholeGroups(ctx, p); err != nil {
				return err
			}
		}
		for i, cells := range p.rows {
			if err := r.emit(ctx, cells, p.at[i]); err != nil {
				return err
			}
		}
		if len(p.rows) > 0 {
			r.state.At = p.at[len(p.rows)-1]
		}
		r.forget()
		if p.whole {
			return nil
		}
		if err := r.mark(ctx); err != nil {
			return err
		}
	}
}

// load reads the next page, and one row more to see whether the page ends between two rows that cannot be told apart.
func (r *run) load(ctx context.Context) (page, error) {
	p := page{whole: true}
	size := 0
	t := r.builder.page(r.from, r.state.At, r.config.Batch+1)
	err := r.query(ctx, "read the next rows", t, false, func(cells []any) error {
		at, err := r.builder.position(cells)
		if err != nil {
			return err
		}
		if n := len(p.at); n > 0 && len(r.config.Key) > 0 && slices.Equal(p.at[n-1], at) {
			return permanent(fmt.Errorf("key: two rows have the same watermark and key (%s); name columns that are unique together, or rows would be lost at the border of a page", texts(at)))
		}
		if len(p.rows) == r.config.Batch || size > pageBytes {
			p.whole = false
			return errEnough
		}
		p.rows, p.at = append(p.rows, slices.Clone(cells)), append(p.at, at)
		size += sizeOf(cells)
		return nil
	})
	return p, err
}

func texts(at []value) []string {
	out := make([]string, len(at))
	for i, v := range at {
		out[i] = v.Text
	}
	return out
}

func sizeOf(cells []any) int {
	size := 0
	for _, cell := range cells {
		switch c := cell.(type) {
		case string:
			size += len(c)
		case []byte:
			size += len(c)
		}
	}
	return size
}

// wholeGroups cuts a page before its last watermark, whose rows may go on behind the page, because without a key nothing
// tells them apart. If there is no other watermark in it, all rows of that one are read in one go.
func (r *run) wholeGroups(ctx context.Context, p page) (page, error) {
	last := p.at[len(p.at)-1][0]
	if last.Kind == textKind || last.Kind == bytesKind {
		return p, permanent(fmt.Errorf("key: the watermark %s is a text (%.40q), so a key is needed to page along it; name the unique column", r.config.Watermark, last.Text))
	}
	first := len(p.rows) - 1
	for first > 0 && r.equal(p.at[first-1][0], last) {
		first--
	}
	if first > 0 {
		return page{rows: p.rows[:first], at: p.at[:first]}, nil
	}
	err := r.query(ctx, "read the rows of one watermark", r.builder.group(last), true, func(cells []any) error {
		at, err := r.builder.position(cells)
		if err != nil {
			return err
		}
		return r.emit(ctx, cells, at)
	})
	r.state.At = []value{last}
	return page{}, err
}

// equal compares two watermarks of one column; 1 and 1.0 are the same.
func (r *run) equal(a, b value) bool {
	x, ok := a.ordinal(r.deps.Location)
	y, ok2 := b.ordinal(r.deps.Location)
	return a == b || ok && ok2 && x == y
}

// emit hands one row on, unless it was handed on before and is read again in the overlap.
func (r *run) emit(ctx context.Context, cells []any, at []value) error {
	r.state.Rows++
	row := r.row(cells)
	if r.builder.order.marked {
		ordinal := r.advance(at[0])
		hash := r.hashOf(row)
		if r.state.Seen.has(hash) {
			return nil
		}
		r.state.Seen.add(ordinal, hash)
	}
	return r.writer.Write(ctx, row, r.state.Rows)
}

// advance moves the highest watermark and returns the ordinal of this one. Times to come, and texts among times, do not
// move it: everything written afterwards would lie behind it and never be read.
func (r *run) advance(v value) float64 {
	st := r.state
	ordinal, ordered := v.ordinal(r.deps.Location)
	if !ordered {
		if st.High != nil && (st.High.Kind == timeKind || st.High.number()) {
			return math.Inf(1) // it stands after everything else, and is read again by every scan
		}
		if st.High == nil || st.High.Text != v.Text {
			st.Seen = newSeen() // without an overlap only the rows of the highest watermark are read again
			st.High = &v
		}
		return 0
	}
	if v.Kind == timeKind && ordinal > r.latest {
		if !r.warned {
			r.warned = true
			r.deps.Log.Warn().Str("source", r.deps.ID).Str("watermark", v.Text).Msg("watermarks lie in the future; their rows are read, and the watermark waits for the clock")
		}
		return ordinal
	}
	if st.High != nil && r.highest == *st.High && r.highestAt > ordinal {
		return ordinal
	}
	if st.High != nil && r.highest != *st.High {
		if high, ok := st.High.ordinal(r.deps.Location); ok && high > ordinal {
			return ordinal
		}
	}
	st.High, r.highest, r.highestAt = &v, v, ordinal
	return ordinal
}

// forget drops what no later scan will read again.
func (r *run) forget() {
	st := r.state
	if st.High == nil {
		return
	}
	oldest := math.Inf(1)
	for _, v := range []*value{st.High, st.Ceiling} {
		if v == nil {
			continue
		}
		start, err := v.before(r.overlap)
		if err != nil {
			return
		}
		if at, ok := start.ordinal(r.deps.Location); ok {
			oldest = min(oldest, at)
		}
	}
	if !math.IsInf(oldest, 1) {
		st.Seen.forget(oldest - math.Abs(oldest)*1e-15) // ordinals of very large numbers are rounded
	}
}

// row reads the cells as a row of the mapping. A binary key is written in hexadecimal, because it names the row.
func (r *run) row(cells []any) collector.Row {
	out := make([]any, len(cells))
	for i, cell := range cells {
		out[i] = r.dialect.cell(cell, r.builder.columns[i], r.deps.Location)
	}
	for i, place := range r.builder.order.places {
		if raw, binary := out[place].([]byte); binary && (i > 0 || !r.builder.order.marked) && len(raw) <= maxIdentifier {
			out[place] = fmt.Sprintf("%x", raw)
		}
	}
	return collector.Row{Columns: r.builder.names, Cells: out}
}

// hashOf hashes the content of a row. Numbers count as they are written, because a driver may return one column as
// different types, depending on how it asked.
func (r *run) hashOf(row collector.Row) uint64 {
	b := r.hash[:0]
	for _, cell := range row.Cells {
		switch c := cell.(type) {
		case nil:
			b = append(b, 0)
		case int64:
			b = append(strconv.AppendInt(append(b, 1), c, 10), 0)
		case json.Number:
			b = append(append(append(b, 1), c...), 0)
		case float64:
			b = binary.LittleEndian.AppendUint64(append(b, 2), math.Float64bits(c))
		case string:
			b = append(binary.AppendUvarint(append(b, 3), uint64(len(c))), c...)
		case []byte:
			b = append(binary.AppendUvarint(append(b, 4), uint64(len(c))), c...)
		case time.Time:
			b = binary.LittleEndian.AppendUint64(append(b, 5), uint64(c.UnixNano()))
		default:
			b = fmt.Append(append(b, 6), c, "\x00")
		}
	}
	r.hash = b
	return xxh3.Hash(b)
}

// readWhole reads the query as it is, where nothing orders it. The identity of the records makes repetitions one.
func (r *run) readWhole(ctx context.Context) error {
	r.state.Rows = 0
	if err := r.measure(ctx); err != nil {
		return err
	}
	err := r.query(ctx, "read the query", r.builder.everything(), true, func(cells []any) error {
		r.state.Rows++
		if r.state.Rows%1024 == 0 {
			r.out.Progress(int64(r.state.Rows), max(r.total, int64(r.state.Rows)))
		}
		return r.writer.Write(ctx, r.row(cells), r.state.Rows)
	})
	if err != nil {
		return err
	}
	return r.finish(ctx)
}

// rejectUnusable quarantines the rows that have no place in the order, each once. Looking for them may read the whole table,
// because few indexes help to find nulls: where it takes long it is done seldom, so that it costs the upstream at most a
// hundredth of its time.
func (r *run) rejectUnusable(ctx context.Context) error {
	st := r.state
	const always = 200 // milliseconds
	pause := min(time.Duration(st.LookTook)*time.Millisecond*100, 24*time.Hour)
	if st.LookTook > always && r.deps.Now().Sub(time.Unix(st.Looked, 0)) < pause {
		return nil
	}
	began, number := time.Now(), uint64(0)
	err := r.query(ctx, "read the rows without a watermark or key", r.builder.unusable(), true, func(cells []any) error {
		number++
		row := r.row(cells)
		hash := r.hashOf(row)
		if st.Unusable.has(hash) {
			return nil
		}
		st.Unusable.add(0, hash)
		return r.writer.Reject(ctx, row, number, r.whyUnusable(cells))
	})
	st.Looked, st.LookTook = r.deps.Now().Unix(), time.Since(began).Milliseconds()
	return err
}

func (r *run) whyUnusable(cells []any) collector.RowFault {
	for i, c := range r.builder.order.columns {
		if cells[r.builder.order.places[i]] == nil {
			what := "key"
			if i == 0 && r.builder.order.marked {
				what = "watermark"
			}
			return collector.RowFault{Field: c.name, Kind: "malformed", Reason: fmt.Sprintf("the %s %s is null, so the row has no place in the order of reading; fill it upstream, or give it a value in the query (COALESCE)", what, c.name)}
		}
	}
	c := r.builder.order.columns[0]
	if r.builder.order.class != "" {
		return collector.RowFault{Field: c.name, Kind: "type", Reason: fmt.Sprintf("the watermark %s is of another type than in most rows (%s), so the row has no place in the order of reading; correct it upstream", c.name, r.builder.order.class)}
	}
	return collector.RowFault{Field: c.name, Kind: "clock", Reason: fmt.Sprintf("the watermark %s is zero or infinite, so the row has no place in the order of reading; correct it upstream", c.name)}
}
