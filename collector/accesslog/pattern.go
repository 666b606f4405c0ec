package accesslog

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// patternGroups are the names that a pattern's groups may have.
var patternGroups = []string{"time", "ip", "user", "host", "method", "path", "query", "request", "status", "agent", "cookie", "forwarded_for", "duration_s", "duration_ms"}

// pattern reads lines by a regular expression with named groups, for formats that are not built in.
type pattern struct {
	clock  clock
	layout string // Go layout of the time; empty: every known form
	re     *regexp.Regexp
	names  []string
}

// checkPattern tells what is wrong with a pattern's groups.
func checkPattern(re *regexp.Regexp) error {
	names := re.SubexpNames()
	for _, name := range names {
		if name != "" && !slices.Contains(patternGroups, name) {
			return fmt.Errorf("pattern: unknown group %q; the groups are %s", name, strings.Join(patternGroups, ", "))
		}
	}
	if !slices.Contains(names, "time") {
		return fmt.Errorf("pattern: the group (?P<time>…) is missing")
	}
	if !slices.Contains(names, "path") && !slices.Contains(names, "request") {
		return fmt.Errorf("pattern: one of the groups (?P<path>…) and (?P<request>…) is needed")
	}
	return nil
}

func (p *pattern) parse(line []byte, r *record) string {
	match := p.re.FindSubmatchIndex(line)
	if match == nil {
		return "does not fit the configured pattern"
	}
	for i, name := range p.names {
		if name == "" || match[2*i] < 0 {
			continue
		}
		value := dash(line[match[2*i]:match[2*i+1]])
		switch name {
		case "time":
			var ok bool
			if r.time, ok = p.when(value); !ok {
				return "has a time that does not fit time_format"
			}
		case "ip":
			r.ip = value
		case "forwarded_for":
			r.forward = value
		case "user":
			r.user = value
		case "host":
			r.host = value
		case "method":
			r.method = value
		case "path":
			r.setTarget(value)
		case "query":
			r.query = value
		case "request":
			r.setRequest(value)
		case "status":
			r.status, _ = statusOf(value)
		case "agent":
			r.agent, r.hasAgent = value, true
		case "cookie":
			r.cookie = value
		case "duration_s":
			r.duration = milliseconds(value, 1000)
		case "duration_ms":
			r.duration = milliseconds(value, 1)
		}
	}
	if len(r.method) == 0 && len(r.path) > 0 {
		r.method = methodGet
	}
	return ""
}

func (p *pattern) when(value []byte) (int64, bool) {
	if p.layout == "" {
		return p.clock.any(value)
	}
	t, err := time.ParseInLocation(p.layout, string(value), p.clock.location)
	return t.Unix(), err == nil
}
