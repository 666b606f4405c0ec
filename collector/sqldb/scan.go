package sqldb

import (
	"context"
	"errors"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/collector"
)

// run is one call of Collect.
type run struct {
	*Source
	session   *session
	builder   *builder
	state     *state
	out       collector.Sink
	writer    *collector.RowWriter
	from      *value  // where a new scan begins
	total     int64   // rows to read, 0 when unknown
	warned    bool    // about watermarks in the future
	latest    float64 // ordinal of a time that can have come
	highest   value   // the highest watermark when its ordinal was read
	highestAt float64
	hash      []byte // scratch
}

// Collect reads what is new: with a watermark the rows behind it and those of the overlap, otherwise all rows.
func (s *Source) Collect(ctx context.Context, from collector.Checkpoint, out collector.Sink) error {
	st, err := decodeState(from, s.fingerprint())
	if err != nil {
		return err
	}
	n, err := s.connect(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if err := n.close(); err != nil && ctx.Err() == nil {
			s.deps.Log.Warn().Str("source", s.deps.ID).Err(redact(err, n.secrets)).Msg("closing the connection failed")
		}
	}()
	b, err := s.prepare(ctx, n)
	if err != nil {
		return err
	}
	r := &run{Source: s, session: n, builder: b, state: st, out: out, writer: s.mapper.Writer(out, n.origin), latest: float64(s.deps.Now().Add(24 * time.Hour).UnixMicro())}
	if len(b.order.columns) == 0 {
		return r.readWhole(ctx)
	}
	if err := r.start(ctx); err != nil {
		return err
	}
	if err := r.readPages(ctx); err != nil {
		return err
	}
	if err := r.rejectUnusable(ctx); err != nil {
		return err
	}
	return r.finish(ctx)
}

// query runs a statement for its rows. Errors of the sink, which each returns, stay as they are.
func (r *run) query(ctx context.Context, what string, t *statement, whole bool, each func(cells []any) error) error {
	var ofSink error
	err := r.session.read(ctx, t, whole, func(cells []any) error {
		ofSink = each(cells)
		return ofSink
	})
	switch {
	case ofSink != nil && !errors.Is(ofSink, errEnough):
		return ofSink
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	return r.session.failing(what, err)
}

// start settles where a new scan begins and up to where it is safe from late rows; a scan under way goes on.
func (r *run) start(ctx context.Context) error {
	st := r.state
	if r.builder.order.marked {
		if err := r.classify(ctx); err != nil {
			return err
		}
	}
	if r.builder.order.marked && len(st.At) == 0 {
		ceiling, err := r.ceiling(ctx)
		if err != nil || ceiling == nil {
			return err
		}
		if err := r.overlap.fits(*ceiling); err != nil {
			return permanent(err)
		}
		st.Ceiling = ceiling
		if err := r.lookBack(); err != nil {
			return err
		}
	}
	return r.measure(ctx)
}

// lookBack begins the scan the overlap behind the highest watermark. A table that ends before that was emptied or restored,
// and is read from its beginning.
func (r *run) lookBack() error {
	st := r.state
	if st.High == nil {
		return nil
	}
	from, err := st.High.before(r.overlap)
	if err != nil {
		return err
	}
	start, ok := from.ordinal(r.deps.Location)
	end, ok2 := st.Ceiling.ordinal(r.deps.Location)
	if ok && ok2 && end < start {
		r.deps.Log.Warn().Str("source", r.deps.ID).Str("was", st.High.Text).Str("is", st.Ceiling.Text).Msg("the highest watermark went back; reading from the beginning")
		st.High, st.Seen = nil, newSeen()
		return nil
	}
	r.from = &from
	return nil
}

// classify finds out of which type the watermark is where the database does not say.
func (r *run) classify(ctx context.Context) error {
	if _, ok := r.dialect.(sqlite); !ok {
		return nil
	}
	switch high := r.state.High; {
	case high == nil:
		return r.query(ctx, "look at the types of the watermark", r.builder.classes(), false, func(cells []any) error {
			r.builder.order.class, _ = cells[0].(string)
			return nil
		})
	case high.number():
		r.builder.order.class = "real"
	case high.Kind == bytesKind:
		r.builder.order.class = "blob"
	default:
		r.builder.order.class = "text"
	}
	return nil
}

// ceiling is the highest watermark, at most the present: a stray row of the year 2099 says nothing about what is settled.
func (r *run) ceiling(ctx context.Context) (*value, error) {
	var highest *value
	err := r.query(ctx, "read the highest watermark", r.builder.highest(), false, func(cells []any) error {
		v, err := r.dialect.value(cells[0], r.builder.order.columns[0])
		highest = &v
		return err
	})
	if err != nil || highest == nil || !r.future(*highest) {
		return highest, err
	}
	_, layout, _ := parseTime(highest.Text, r.deps.Location)
	zone := r.deps.Location
	if r.builder.order.columns[0].kind == "TIMESTAMPTZ" {
		zone = time.UTC
	}
	return &value{timeKind, r.deps.Now().In(zone).Format(layout)}, nil
}

// future tells whether a watermark is a time that cannot have come yet.
func (r *run) future(v value) bool {
	if v.Kind != timeKind {
		return false
	}
	at, ok := v.ordinal(r.deps.Location)
	return ok && at > r.latest
}

// measure counts the rows to come, as far as that is quick: it serves the progress bar alone.
func (r *run) measure(ctx context.Context) error {
	const quick = 3 * time.Second
	from := r.from
	if len(r.state.At) > 0 && r.builder.order.marked {
		from = &r.state.At[0]
	}
	session := *r.session
	session.timeout = min(quick, session.timeout)
	err := session.read(ctx, r.builder.count(from), false, func(cells []any) error {
		v, err := r.dialect.value(cells[0], column{kind: "BIGINT"})
		if err != nil {
			return err
		}
		r.total, err = strconv.ParseInt(v.Text, 10, 64)
		return err
	})
	if err == nil {
		r.total += int64(r.state.Rows)
		r.out.Progress(int64(r.state.Rows), r.total)
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	r.deps.Log.Debug().Str("source", r.deps.ID).Err(redact(err, r.session.secrets)).Msg("rows are not counted beforehand")
	return r.reconnect(ctx)
}

// reconnect replaces a connection that was given up in the middle of a statement.
func (r *run) reconnect(ctx context.Context) error {
	if r.session.conn.PingContext(ctx) == nil {
		return nil
	}
	n, err := r.connect(ctx)
	if err != nil {
		return err
	}
	old := *r.session
	*r.session = *n
	if err := old.close(); err != nil {
		r.deps.Log.Debug().Str("source", r.deps.ID).Err(redact(err, old.secrets)).Msg("closing the old connection failed")
	}
	return nil
}

// mark hands on what has gathered and tells how far the scan is.
func (r *run) mark(ctx context.Context) error {
	if err := r.writer.Flush(ctx); err != nil {
		return err
	}
	c, err := r.state.encode()
	if err != nil {
		return err
	}
	if err := r.out.Mark(ctx, c); err != nil {
		return err
	}
	r.out.Progress(int64(r.state.Rows), max(r.total, int64(r.state.Rows)))
	return nil
}

// finish ends the scan. The next one begins behind what was settled when this one began.
func (r *run) finish(ctx context.Context) error {
	st := r.state
	if st.High != nil && st.Ceiling != nil {
		high, ok := st.High.ordinal(r.deps.Location)
		ceiling, ok2 := st.Ceiling.ordinal(r.deps.Location)
		if ok && ok2 && ceiling < high {
			st.High = st.Ceiling
		}
	}
	st.Ceiling, st.At = nil, nil
	err := r.mark(ctx)
	st.Rows = 0
	return err
}
