package analyzer

import (
	"fmt"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/jianfu/jianfu/queries"
)

// mostHolidays is the longest span of days that one line may free: more is a slip of the pen.
const mostHolidays = 31

// checkHolidays reads the days of a policy file and reports every fault with its line.
func checkHolidays(name string, text []byte, all []Holiday) []error {
	var faults []error
	for i := range all {
		h := &all[i]
		fault := func(key, format string, args ...any) {
			faults = append(faults, fmt.Errorf("%s:%d: holidays[%d].%s: %s", name, lineOf(text, i, key), i, key, fmt.Sprintf(format, args...)))
		}
		first, err := time.Parse(time.DateOnly, h.Day)
		if err != nil {
			fault("day", "%q is not a day; write it as 2026-10-01", h.Day)
			continue
		}
		last := first
		if h.To != "" {
			if last, err = time.Parse(time.DateOnly, h.To); err != nil {
				fault("to", "%q is not a day; write it as 2026-10-07, or leave it out for a single day", h.To)
				continue
			}
		}
		h.first, h.last = queries.DayNumber(first), queries.DayNumber(last)
		if h.last < h.first || h.last-h.first >= mostHolidays {
			fault("to", "%s to %s is no holiday; give a last day within %d days of the first", h.Day, h.To, mostHolidays)
		}
	}
	return faults
}

// lineOf finds the line of one entry's key, or of the entry; 0 where the text has neither.
func lineOf(text []byte, i int, key string) int {
	file, err := parser.ParseBytes(text, 0)
	if err != nil {
		return 0
	}
	for _, path := range []string{fmt.Sprintf("$.holidays[%d].%s", i, key), fmt.Sprintf("$.holidays[%d]", i)} {
		at, err := yaml.PathString(path)
		if err != nil {
			continue
		}
		if node, err := at.FilterFile(file); err == nil && node != nil {
			return node.GetToken().Position.Line
		}
	}
	return 0
}
