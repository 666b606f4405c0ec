package httpapi

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jianfu/jianfu/collector"
)

// mark is a watermark: a time or, for the format number, a whole number. The zero mark is none.
type mark struct {
	Time   time.Time `json:"time,omitzero"`
	Number int64     `json:"number,omitempty"`
}

func (m mark) isZero() bool { return m.Time.IsZero() && m.Number == 0 }

func (m mark) after(o mark) bool { return m.Time.After(o.Time) || m.Number > o.Number }

// overlap is how far behind the watermark is asked again for what was committed late.
type overlap struct {
	duration time.Duration
	count    int64
}

func parseOverlap(text string, number bool) (overlap, error) {
	o := overlap{10 * time.Minute, 1000}
	if text == "" {
		return o, nil
	}
	if number {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || n < 0 {
			return o, fmt.Errorf("watermark.overlap: %q is no count; write a number such as 1000, because the watermark is a number", text)
		}
		o.count = n
		return o, nil
	}
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.Atoi(days); err == nil && n >= 0 && n < 10000 {
			o.duration = time.Duration(n) * 24 * time.Hour
			return o, nil
		}
	}
	d, err := time.ParseDuration(text)
	if text == "0" {
		d, err = 0, nil
	}
	if err != nil || d < 0 {
		return o, fmt.Errorf("watermark.overlap: %q is no duration; write one such as 10m or 2d", text)
	}
	o.duration = d
	return o, nil
}

// parseWatermark reads a watermark from a cell of a record, or the configuration.
func (s *Source) parseWatermark(cell any) (mark, error) {
	if s.config.Watermark.Format == "number" {
		n, err := strconv.ParseInt(strings.TrimSpace(fmt.Sprint(cell)), 10, 64)
		if err != nil || n < 0 {
			return mark{}, fmt.Errorf("%.40q is no whole number", fmt.Sprint(cell))
		}
		return mark{Number: n}, nil
	}
	if f, ok := cell.(float64); ok {
		cell = json.Number(strconv.FormatFloat(f, 'f', -1, 64))
	}
	at, err := collector.RowTime(cell, s.deps.Location)
	if err != nil {
		return mark{}, fmt.Errorf("%.40q is no time", fmt.Sprint(cell))
	}
	return mark{Time: at.UTC()}, nil
}

// less goes back by the overlap.
func (m mark) less(o overlap) mark {
	if m.Time.IsZero() {
		return mark{Number: max(m.Number-o.count, 0)}
	}
	return mark{Time: m.Time.Add(-o.duration)}
}

// write is the mark as the API wants it.
func (s *Source) write(m mark) string {
	at := m.Time.In(s.deps.Location)
	switch s.config.Watermark.Format {
	case "number":
		return strconv.FormatInt(m.Number, 10)
	case "datetime":
		return at.Format(time.DateTime)
	case "date":
		return at.Format(time.DateOnly)
	case "unix":
		return strconv.FormatInt(at.Unix(), 10)
	case "unix_ms":
		return strconv.FormatInt(at.UnixMilli(), 10)
	}
	return at.Format(time.RFC3339)
}
