package notify

import (
	"fmt"
	"time"
)

// Quiet is a time of the day in which nothing is sent; the zero value is never.
type Quiet struct {
	from, to time.Duration // since midnight; from may be later than to
	zone     *time.Location
}

// ParseQuiet reads 20:00-08:00. Nothing is never quiet.
func ParseQuiet(text string, zone *time.Location) (Quiet, error) {
	if text == "" {
		return Quiet{}, nil
	}
	var a, b, c, d int
	if n, err := fmt.Sscanf(text, "%d:%d-%d:%d", &a, &b, &c, &d); err != nil || n != 4 || fmt.Sprintf("%02d:%02d-%02d:%02d", a, b, c, d) != text ||
		a > 23 || c > 23 || b > 59 || d > 59 || a < 0 || b < 0 || c < 0 || d < 0 || a*60+b == c*60+d {
		return Quiet{}, fmt.Errorf("%q is not a time of the day; write 20:00-08:00", text)
	}
	return Quiet{from: time.Duration(a*60+b) * time.Minute, to: time.Duration(c*60+d) * time.Minute, zone: zone}, nil
}

// At says whether a moment is quiet.
func (q Quiet) At(t time.Time) bool {
	if q.zone == nil {
		return false
	}
	t = t.In(q.zone)
	at := time.Duration(t.Hour()*60+t.Minute()) * time.Minute
	if q.from < q.to {
		return q.from <= at && at < q.to
	}
	return q.from <= at || at < q.to
}
