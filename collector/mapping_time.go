package collector

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// rowLayouts are the ways in which upstreams write times as text. Fractions of a second are read with any of them.
var rowLayouts = []string{
	time.RFC3339, "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05Z07", "2006-01-02 15:04:05 Z07:00", "2006-01-02 15:04:05 -0700",
	"2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05 -0700 MST",
	"2006-01-02 15:04:05", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04",
	"2006/01/02 15:04:05", "2006/1/2 15:04:05", "2006/1/2 15:04", "2006-1-2 15:04:05",
	"2006年1月2日 15时04分05秒", "2006年1月2日 15:04:05", "2006年1月2日 15:04",
	"2006-01-02", "2006/01/02", "2006/1/2", "2006-1-2", "2006.1.2", "2006年1月2日",
	"2006-01", "2006/01", "2006年1月",
}

// RowTime reads a time from a cell of a row: an instant, a text in one of the usual layouts (in the given location unless it
// names its zone), compact digits (20260715, 20260715093000), or seconds or milliseconds since 1970 told apart by their size.
// The error says what was found.
func RowTime(cell any, location *time.Location) (time.Time, error) {
	switch c := cell.(type) {
	case time.Time:
		return c, nil
	case string:
		return textTime(strings.TrimSpace(c), location)
	case int64:
		return numberTime(float64(c), strconv.FormatInt(c, 10), location)
	case json.Number:
		if f, err := strconv.ParseFloat(string(c), 64); err == nil {
			return numberTime(f, string(c), location)
		}
	case float64:
		return numberTime(c, strconv.FormatFloat(c, 'f', -1, 64), location)
	}
	return time.Time{}, fmt.Errorf("is %s; expected a time such as 2026-07-15 09:30:00", shortened(fmt.Sprint(cell)))
}

func textTime(text string, location *time.Location) (time.Time, error) {
	if t, ok := plainTime(text, location); ok {
		return t, nil
	}
	for _, layout := range rowLayouts {
		if t, err := time.ParseInLocation(layout, text, location); err == nil {
			return t, nil
		}
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && len(text) >= 6 {
		return numberTime(f, text, location)
	}
	return time.Time{}, fmt.Errorf("is %q; expected a time such as 2026-07-15 09:30:00", shortened(text))
}

// plainTime reads the most frequent ways, 2026-07-15 and 2026-07-15 09:30:00 with or without a fraction, some twenty times as
// fast as trying layouts.
func plainTime(text string, location *time.Location) (time.Time, bool) {
	if len(text) != 10 && (len(text) < 19 || len(text) > 29) {
		return time.Time{}, false
	}
	year, ok1 := digits(text, 0, 4)
	month, ok2 := digits(text, 5, 7)
	day, ok3 := digits(text, 8, 10)
	if !ok1 || !ok2 || !ok3 || text[4] != '-' || text[7] != '-' || month < 1 || month > 12 || day < 1 || day > daysOf(year, month) {
		return time.Time{}, false
	}
	if len(text) == 10 {
		return time.Date(year, time.Month(month), day, 0, 0, 0, 0, location), true
	}
	hour, ok1 := digits(text, 11, 13)
	minute, ok2 := digits(text, 14, 16)
	second, ok3 := digits(text, 17, 19)
	if !ok1 || !ok2 || !ok3 || text[10] != ' ' && text[10] != 'T' || text[13] != ':' || text[16] != ':' || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	nanosecond := 0
	if len(text) > 19 {
		fraction, ok := digits(text, 20, len(text))
		if !ok || text[19] != '.' || len(text) == 20 {
			return time.Time{}, false
		}
		nanosecond = fraction
		for range 29 - len(text) {
			nanosecond *= 10
		}
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, nanosecond, location), true
}

// numberTime reads compact digits and Unix times. A date of eight digits (19900101 to 20991231) as seconds since 1970 would
// be a day of that year's summer, so that the two cannot be confused in practice.
func numberTime(f float64, text string, location *time.Location) (time.Time, error) {
	for _, layout := range []string{"20060102150405", "200601021504", "20060102", "200601"} {
		if len(text) == len(layout) && text[0] <= '2' {
			if t, err := time.ParseInLocation(layout, text, location); err == nil && t.Year() >= 1900 && t.Year() < 2200 {
				return t, nil
			}
		}
	}
	switch {
	case f >= 1e8 && f < 1e11:
		seconds, fraction := math.Modf(f)
		return time.Unix(int64(seconds), int64(fraction*1e6)*1000).In(location), nil
	case f >= 1e11 && f < 1e14:
		return time.UnixMicro(int64(f * 1000)).In(location), nil
	case f >= 1e14 && f < 1e17:
		return time.UnixMicro(int64(f)).In(location), nil
	}
	return time.Time{}, fmt.Errorf("is %s; expected a time such as 2026-07-15 09:30:00, or seconds since 1970", shortened(text))
}

// RowPeriod is the period of the interchange format that a day belongs to, by cycle: day, week (ISO 8601), month, quarter,
// half or year.
func RowPeriod(t time.Time, cycle string) string {
	switch cycle {
	case "day":
		return t.Format(time.DateOnly)
	case "week":
		year, week := t.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case "month":
		return t.Format("2006-01")
	case "quarter":
		return fmt.Sprintf("%04dQ%d", t.Year(), (int(t.Month())+2)/3)
	case "half":
		return fmt.Sprintf("%04dH%d", t.Year(), (int(t.Month())+5)/6)
	}
	return t.Format("2006")
}
