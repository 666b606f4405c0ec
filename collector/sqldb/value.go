package sqldb

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// value is one cell of a watermark or key column, written so that it survives a checkpoint exactly and can be handed back
// to the database as a parameter.
type value struct {
	Kind kind   `json:"k"`
	Text string `json:"v"`
}

type kind string

const (
	intKind     kind = "int"
	decimalKind kind = "decimal"
	floatKind   kind = "float"
	timeKind    kind = "time" // the text has one of timeLayouts
	textKind    kind = "text"
	bytesKind   kind = "bytes" // in hexadecimal
)

// timeLayouts are the texts that are understood as times where a watermark is one. All of them sort as the times do.
var timeLayouts = []string{
	"2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05", "2006-01-02", "2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05",
	"2006-01-02 15:04", "2006/01/02 15:04:05", "2006/01/02", "20060102150405", "20060102",
}

// textValue is the value of a text, which may be a time.
func textValue(text string) value {
	v := value{textKind, text}
	if _, _, ok := parseTime(text, time.UTC); ok {
		v.Kind = timeKind
	}
	return v
}

func parseTime(text string, location *time.Location) (time.Time, string, bool) {
	for _, layout := range timeLayouts {
		if bare, zoned := strings.CutSuffix(layout, "Z07:00"); len(text) < len(bare) || !zoned && len(text) > len(layout) && text[len(layout)] != '.' ||
			zoned && (len(text) == len(bare) || text[len(bare)] == '.' && text[len(text)-1] != 'Z' && text[len(text)-3] != ':') {
			continue // a parse that fails costs more than this look at the length
		}
		if t, err := time.ParseInLocation(layout, text, location); err == nil && t.Year() > 0 {
			return t, layout, true
		}
	}
	return time.Time{}, "", false
}

// valueOf covers the cells that mean the same in every database.
func valueOf(cell any) (value, error) {
	switch c := cell.(type) {
	case int64:
		return value{intKind, strconv.FormatInt(c, 10)}, nil
	case uint64:
		return value{intKind, strconv.FormatUint(c, 10)}, nil
	case float64:
		return value{floatKind, strconv.FormatFloat(c, 'g', -1, 64)}, nil
	case float32:
		return value{floatKind, strconv.FormatFloat(float64(c), 'g', -1, 64)}, nil
	case string:
		return textValue(c), nil
	case []byte:
		return value{bytesKind, hex.EncodeToString(c)}, nil
	case bool:
		return value{textKind, strconv.FormatBool(c)}, nil
	}
	return value{}, fmt.Errorf("a column of this type (%T) cannot order rows; choose another watermark or key, or cast it in the query", cell)
}

// native is the value as the drivers of MySQL and SQLite take it.
func (v value) native() (any, error) {
	switch v.Kind {
	case intKind:
		if n, err := strconv.ParseInt(v.Text, 10, 64); err == nil {
			return n, nil
		}
		return strconv.ParseUint(v.Text, 10, 64)
	case floatKind:
		return strconv.ParseFloat(v.Text, 64)
	case bytesKind:
		return hex.DecodeString(v.Text)
	}
	return v.Text, nil
}

// number says whether the value orders like a number.
func (v value) number() bool {
	return v.Kind == intKind || v.Kind == decimalKind || v.Kind == floatKind
}

// ordinal places a watermark on a line, to prune what is remembered: a number itself, or the microseconds of a time. Texts
// have none, because only the database knows their order.
func (v value) ordinal(location *time.Location) (float64, bool) {
	switch {
	case v.number():
		f, err := strconv.ParseFloat(v.Text, 64)
		return f, err == nil && !math.IsNaN(f)
	case v.Kind == timeKind:
		t, _, ok := parseTime(v.Text, location)
		return float64(t.UnixMicro()), ok
	}
	return 0, false
}

// before is the value less the overlap, in the same notation.
func (v value) before(o overlap) (value, error) {
	switch v.Kind {
	case intKind:
		n, ok := new(big.Int).SetString(v.Text, 10)
		if !ok {
			return v, fmt.Errorf("unable to read the watermark %q as a number", v.Text)
		}
		return value{intKind, n.Sub(n, big.NewInt(o.count)).String()}, nil
	case decimalKind, floatKind:
		r, ok := new(big.Rat).SetString(v.Text)
		if !ok {
			return v, fmt.Errorf("unable to read the watermark %q as a number", v.Text)
		}
		r.Sub(r, new(big.Rat).SetInt64(o.count))
		if v.Kind == floatKind {
			f, _ := r.Float64()
			return value{floatKind, strconv.FormatFloat(f, 'g', -1, 64)}, nil
		}
		_, fraction, _ := strings.Cut(v.Text, ".")
		return value{decimalKind, r.FloatString(len(fraction))}, nil
	case timeKind:
		t, layout, ok := parseTime(v.Text, time.UTC)
		if !ok {
			return v, fmt.Errorf("unable to read the watermark %q as a time", v.Text)
		}
		return value{timeKind, t.Add(-o.duration).Format(layout)}, nil
	}
	return v, nil
}

// overlap is how far behind the watermark rows are read again, because rows that were begun earlier may have been
// committed later: a duration for times, a count for numbers.
type overlap struct {
	duration time.Duration
	count    int64
	written  string // empty: the defaults
}

const (
	defaultOverlap      = 10 * time.Minute
	defaultOverlapCount = 1000
)

func parseOverlap(text string) (overlap, error) {
	o := overlap{duration: defaultOverlap, count: defaultOverlapCount, written: text}
	if text == "" {
		return o, nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
		o.count = n
		if n == 0 {
			o.duration = 0
		}
		return o, nil
	}
	days, isDays := strings.CutSuffix(text, "d")
	if n, err := strconv.Atoi(days); isDays && err == nil && n >= 0 && n < 10000 {
		o.duration = time.Duration(n) * 24 * time.Hour
		return o, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return o, fmt.Errorf("overlap: %q is not understood; write a duration such as 10m or 2d where the watermark is a time, a count such as 1000 where it is a number", text)
	}
	o.duration = d
	return o, nil
}

// fits tells whether the overlap is written in the watermark's measure.
func (o overlap) fits(v value) error {
	if o.written == "" || o.written == "0" {
		return nil
	}
	_, notANumber := strconv.ParseInt(o.written, 10, 64)
	switch {
	case v.Kind == timeKind && notANumber == nil:
		return fmt.Errorf("overlap: the watermark is a time (%s), so %s has no meaning; write a duration such as 10m", v.Text, o.written)
	case v.number() && notANumber != nil:
		return fmt.Errorf("overlap: the watermark is a number (%s), so %s has no meaning; write a count such as 1000", v.Text, o.written)
	case v.Kind == textKind || v.Kind == bytesKind:
		return fmt.Errorf("overlap: the watermark is a text (%.40q) that is no time, so nothing can be subtracted from it; choose a watermark that is a time or a number, or leave overlap out", v.Text)
	}
	return nil
}
