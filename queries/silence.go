package queries

import "time"

// Silence says from when a source counts as one that fell silent.
type Silence struct {
	Days   int     // without a record
	Pauses float64 // times the longest pause that the source is known for
}

// Of tells for how many days a source has brought nothing, up to the newest record of any source, and whether that is more than
// the policy and its own pauses explain. A source that never brought anything has no gap.
func (p Silence) Of(s SourceRow, newest time.Time) (gap int, silent bool) {
	if p.Days <= 0 || s.LastRecord.IsZero() || s.LastRecord.Unix() <= 0 {
		return 0, false
	}
	gap = int(newest.Sub(s.LastRecord).Hours() / 24)
	return gap, gap >= p.Days && float64(gap) > p.Pauses*float64(longestPause(s.Days))
}

// longestPause is the longest stretch of days without rows between two days that have some.
func longestPause(all []SourceDay) int {
	longest, since := 0, -1
	for i, d := range all {
		if d.Rows == 0 {
			continue
		}
		if since >= 0 {
			longest = max(longest, i-since-1)
		}
		since = i
	}
	return longest
}
