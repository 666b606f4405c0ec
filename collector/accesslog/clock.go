package accesslog

import (
	"bytes"
	"time"
)

// clock reads the times of log lines. It remembers the day it computed last, because neighbouring lines share it.
type clock struct {
	location *time.Location
	day      [11]byte
	zone     [5]byte
	midnight int64 // of day in zone
	minute   [16]byte
	start    int64 // of minute in location
}

// common reads 10/Feb/2012:16:42:07 -0500, also with a fraction of the second, and without a zone.
func (c *clock) common(b []byte) (int64, bool) {
	if len(b) < 20 || b[2] != '/' || b[6] != '/' || b[11] != ':' || b[14] != ':' || b[17] != ':' {
		return 0, false
	}
	hour, ok1 := two(b[12:])
	minute, ok2 := two(b[15:])
	second, ok3 := two(b[18:])
	if !ok1 || !ok2 || !ok3 || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	rest := skipFraction(b[20:])
	if len(rest) != 6 || rest[0] != ' ' {
		if len(rest) > 0 {
			return 0, false
		}
		year, month, day, ok := commonDate(b)
		if !ok {
			return 0, false
		}
		return time.Date(year, month, day, hour, minute, second, 0, c.location).Unix(), true
	}
	if c.midnight == 0 || !bytes.Equal(c.day[:], b[:11]) || !bytes.Equal(c.zone[:], rest[1:]) {
		year, month, day, ok := commonDate(b)
		offset, okZone := zoneOffset(rest[1:])
		if !ok || !okZone {
			return 0, false
		}
		copy(c.day[:], b)
		copy(c.zone[:], rest[1:])
		c.midnight = time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() - offset
	}
	return c.midnight + int64(hour*3600+minute*60+second), true
}

func commonDate(b []byte) (int, time.Month, int, bool) {
	day, ok := two(b)
	month := monthOf(b[3:6])
	year, okYear := number(b[7:11])
	if !ok || !okYear || month == 0 || day == 0 || day > daysIn(month, int(year)) {
		return 0, 0, 0, false
	}
	return int(year), month, day, true
}

func monthOf(b []byte) time.Month {
	const names = "JanFebMarAprMayJunJulAugSepOctNovDec"
	for m := range 12 {
		if names[m*3] == b[0] && names[m*3+1] == b[1] && names[m*3+2] == b[2] {
			return time.Month(m + 1)
		}
	}
	return 0
}

func daysIn(month time.Month, year int) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// iso reads 2006-01-02T15:04:05 with a space or T between, an optional fraction, and an optional zone (Z, +08:00, +0800).
// Slashes may separate the date. Without a zone the time is that of the location.
func (c *clock) iso(b []byte) (int64, bool) {
	if len(b) < 19 || (b[10] != 'T' && b[10] != ' ' && b[10] != '_') || b[13] != ':' || b[16] != ':' {
		return 0, false
	}
	second, ok := two(b[17:])
	if !ok || second > 60 {
		return 0, false
	}
	rest := bytes.TrimLeft(skipFraction(b[19:]), " ")
	if len(rest) == 0 {
		if c.start != 0 && bytes.Equal(c.minute[:], b[:16]) {
			return c.start + int64(second), true
		}
		start, ok := isoMinute(b, c.location)
		if !ok {
			return 0, false
		}
		copy(c.minute[:], b)
		c.start = start
		return start + int64(second), true
	}
	start, ok := isoMinute(b, time.UTC)
	if !ok {
		return 0, false
	}
	if len(rest) == 1 && (rest[0] == 'Z' || rest[0] == 'z') {
		return start + int64(second), true
	}
	offset, ok := zoneOffset(rest)
	return start + int64(second) - offset, ok
}

func isoMinute(b []byte, location *time.Location) (int64, bool) {
	if b[4] != b[7] || (b[4] != '-' && b[4] != '/') {
		return 0, false
	}
	year, ok1 := number(b[:4])
	month, ok2 := two(b[5:])
	day, ok3 := two(b[8:])
	hour, ok4 := two(b[11:])
	minute, ok5 := two(b[14:])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 ||
		day > daysIn(time.Month(month), int(year)) {
		return 0, false
	}
	return time.Date(int(year), time.Month(month), day, hour, minute, 0, 0, location).Unix(), true
}

// unix reads a number of seconds, milliseconds, microseconds or nanoseconds since 1970, told apart by its size.
func unix(b []byte) (int64, bool) {
	whole, _, _ := bytes.Cut(b, []byte("."))
	if len(whole) > 19 {
		return 0, false
	}
	if len(whole) == 19 {
		whole = whole[:10] // nanoseconds
	}
	n, ok := number(whole)
	if !ok || len(whole) < 6 {
		return 0, false
	}
	for n > 1e11 {
		n /= 1000
	}
	return int64(n), true
}

// any reads every form that this package knows.
func (c *clock) any(b []byte) (int64, bool) {
	if t, ok := c.iso(b); ok {
		return t, true
	}
	if t, ok := c.common(b); ok {
		return t, true
	}
	if t, ok := unix(b); ok {
		return t, true
	}
	for _, layout := range []string{time.RFC1123Z, time.RFC1123, time.RFC850, time.ANSIC, "2006-1-2 15:04:05", "2006/1/2 15:04:05", "20060102150405"} {
		if t, err := time.ParseInLocation(layout, string(b), c.location); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

func two(b []byte) (int, bool) {
	high, low := b[0]-'0', b[1]-'0'
	return int(high)*10 + int(low), high <= 9 && low <= 9
}

func skipFraction(b []byte) []byte {
	if len(b) == 0 || b[0] != '.' && b[0] != ',' {
		return b
	}
	i := 1
	for i < len(b) && b[i] >= '0' && b[i] <= '9' {
		i++
	}
	return b[i:]
}

// zoneOffset reads +0800, +08:00 or +08 as seconds east of Greenwich.
func zoneOffset(b []byte) (int64, bool) {
	if len(b) < 3 || b[0] != '+' && b[0] != '-' {
		return 0, false
	}
	hours, ok := two(b[1:])
	minutes := 0
	rest := b[3:]
	if len(rest) == 3 && rest[0] == ':' {
		rest = rest[1:]
	}
	switch len(rest) {
	case 0:
	case 2:
		var okMinutes bool
		minutes, okMinutes = two(rest)
		ok = ok && okMinutes
	default:
		return 0, false
	}
	if !ok || hours > 18 || minutes > 59 {
		return 0, false
	}
	offset := int64(hours*3600 + minutes*60)
	if b[0] == '-' {
		offset = -offset
	}
	return offset, true
}
