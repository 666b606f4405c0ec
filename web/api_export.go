package web

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/export"
	"github.com/jianfu/jianfu/web/interchange"
)

// The trailers of an export. A file without them was cut off.
const (
	trailerRows     = "Jianfu-Rows"
	trailerComplete = "Jianfu-Complete"
)

// stalled is how long a caller may take nothing before it is taken for gone.
const stalled = time.Minute

func (s *server) exportOperations() []operation {
	format := oneOf("format", export.Formats...)
	days := []parameter{format, {name: "from", kind: "date"}, {name: "to", kind: "date"}}
	months := []parameter{format, oneOf("by", queries.BurdenBy()...), {name: "unit", kind: "string"}, {name: "from", kind: "month"}, {name: "to", kind: "month"}}
	media := []string{export.Media[export.NDJSON], export.Media[export.CSV], export.Media[export.XLSX]}
	return []operation{
		download("exportFindings", "/exports/findings", systems, append(words("family", "detector", "severity", "status", "system", "form", "unit", "q"), format), media, exportFindings),
		download("exportSubmissions", "/exports/submissions/{form}", inspector, append(words("unit"), days...), media, exportSubmissions),
		download("exportUsage", "/exports/usage", systems, append(words("system"), days...), media, exportUsage),
		download("exportBurden", "/exports/burden", readers, months, media, exportBurden),
	}
}

// onTheWay is the answer of an export: it knows whether anything has left, and drops callers that take nothing.
type onTheWay struct {
	w    http.ResponseWriter
	left bool
}

// Write implements io.Writer.
func (o *onTheWay) Write(b []byte) (int, error) {
	o.left = true
	deadline := time.Now().Add(stalled)
	if err := http.NewResponseController(o.w).SetWriteDeadline(deadline); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return 0, fmt.Errorf("unable to bound the time of a write: %w", err)
	}
	return o.w.Write(b)
}

// export writes what each gives as it comes. What fails before the first byte is a problem as everywhere. What fails later
// breaks the connection, because the status has been sent: the caller sees an unexpected end, and no trailers.
func (c *call) export(name string, header []string, each func(write func(export.Row) error) error) error {
	format := cmp.Or(c.get("format"), export.NDJSON)
	h := c.w.Header()
	h.Set("Content-Type", export.Media[format])
	h.Set("Content-Disposition", fmt.Sprintf(`attachment; filename="jianfu-%s.%s"`, name, format))
	h.Set("Trailer", trailerRows+", "+trailerComplete)
	out := &onTheWay{w: c.w}
	var rows uint64
	w, err := export.New(format, out, header)
	if err == nil {
		err = each(func(r export.Row) error {
			rows++
			return w.Write(r)
		})
		if err == nil {
			err = w.Close()
		} else {
			err = errors.Join(err, w.Discard())
		}
	}
	switch {
	case err == nil:
		h.Set(trailerRows, strconv.FormatUint(rows, 10))
		h.Set(trailerComplete, "true")
		return nil
	case !out.left:
		h.Del("Content-Disposition")
		h.Del("Trailer")
		return err
	case errors.Is(err, context.Canceled):
		c.server.Log.Debug().Err(err).Str("export", name).Msg("caller went away")
	default:
		c.server.Log.Error().Err(err).Str("export", name).Uint64("rows", rows).Msg("unable to end an export")
	}
	panic(http.ErrAbortHandler)
}

func exportFindings(c *call) error {
	q := findingQuery(c.URL.Query(), c.names)
	return c.export("findings", interchange.FindingHeader, func(write func(export.Row) error) error {
		return c.reader.EachFinding(c.ctx(), q, func(f queries.Finding) error { return write(c.words.Finding(f)) })
	})
}

// day is a checked parameter.
func (c *call) day(name string) time.Time {
	t, _ := time.Parse(time.DateOnly, c.get(name))
	return t
}

func exportSubmissions(c *call) error {
	forms, err := c.reader.ReadForms(c.ctx())
	if err != nil {
		return err
	}
	form, known := forms[c.PathValue("form")]
	if !known {
		return queries.ErrNotFound
	}
	q := queries.SubmissionQuery{Form: form.ID, From: c.day("from"), To: c.day("to")}
	if unit := c.get("unit"); unit != "" {
		if q.Units = c.names.Below(unit); len(q.Units) == 0 {
			return queries.ErrNotFound
		}
	}
	told := interchange.Told(form)
	return c.export("submissions", interchange.SubmissionHeader(told), func(write func(export.Row) error) error {
		return c.reader.EachSubmission(c.ctx(), q, func(x *queries.SentForm) error { return write(interchange.SubmissionOf(form.ID, told, x)) })
	})
}

func exportUsage(c *call) error {
	q := queries.UsageQuery{From: c.day("from"), To: c.day("to")}
	if system := c.get("system"); system != "" {
		q.Systems = []string{system}
	}
	return c.export("usage", interchange.UsageHeader, func(write func(export.Row) error) error {
		return c.reader.EachUsageSum(c.ctx(), q, func(d queries.UsageSum) error { return write(interchange.UsageDayOf(d)) })
	})
}

func exportBurden(c *call) error {
	all, err := c.burdenRows()
	if err != nil {
		return err
	}
	return c.export("burden", interchange.BurdenHeader, func(write func(export.Row) error) error {
		for _, x := range all {
			if err := write(x); err != nil {
				return err
			}
		}
		return nil
	})
}
