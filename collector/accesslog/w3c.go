package accesslog

import (
	"bytes"
	"strings"
	"time"
)

// w3c reads the extended log file format (https://www.w3.org/TR/WD-logfile) as written by IIS, Netscaler, CloudFront,
// Incapsula and SHOUTcast: a "#Fields:" line names the columns, which are separated by tabs or spaces. Times are UTC unless
// the columns are called date-local and time-local or a time zone is configured.
type w3c struct {
	clock  clock // of date and time
	local  clock // of date-local and time-local
	roles  []w3cRole
	seen   [w3cRoles]bool
	values [w3cRoles][]byte
	moment []byte
}

// fieldsMark begins the line that names the columns.
var fieldsMark = []byte("#Fields:")

// w3cRole is what a column means to us.
type w3cRole uint8

const (
	w3cOther w3cRole = iota
	w3cDate
	w3cTime
	w3cDateLocal
	w3cTimeLocal
	w3cAddress
	w3cUser
	w3cHost
	w3cHostHeader
	w3cMethod
	w3cStem
	w3cQuery
	w3cURI
	w3cStatus
	w3cAgent
	w3cCookie
	w3cForward
	w3cTaken
	w3cTakenMS
	w3cRoles
)

// w3cRoleOf knows the names that the servers give to the same thing; names are compared in lower case.
func w3cRoleOf(name string) w3cRole {
	switch strings.ToLower(name) {
	case "date":
		return w3cDate
	case "time":
		return w3cTime
	case "date-local":
		return w3cDateLocal
	case "time-local":
		return w3cTimeLocal
	case "c-ip":
		return w3cAddress
	case "cs-username", "cs-user", "c-username":
		return w3cUser
	case "cs(host)", "cs-host":
		return w3cHost
	case "x-host-header":
		return w3cHostHeader
	case "cs-method", "x-event":
		return w3cMethod
	case "cs-uri-stem":
		return w3cStem
	case "cs-uri-query":
		return w3cQuery
	case "cs-uri":
		return w3cURI
	case "sc-status", "c-status":
		return w3cStatus
	case "cs(user-agent)", "c-user-agent":
		return w3cAgent
	case "cs(cookie)":
		return w3cCookie
	case "x-forwarded-for", "s-xff", "cs(x-forwarded-for)":
		return w3cForward
	case "time-taken":
		return w3cTaken
	case "timetakenms", "time-taken-ms":
		return w3cTakenMS
	}
	return w3cOther
}

// newW3C reads with the given time zone. Without one, times are UTC as the format demands, and "local" times those of the
// source's own zone.
func newW3C(configured, source *time.Location) *w3c {
	utc := configured
	if utc == nil {
		utc = time.UTC
	}
	return &w3c{clock: clock{location: utc}, local: clock{location: source}}
}

// header takes the "#Fields:" line that is in force; none forgets the columns of the file before.
func (p *w3c) header(line []byte) {
	names, ok := bytes.CutPrefix(line, fieldsMark)
	if !ok && len(line) > 0 {
		return
	}
	p.roles, p.seen = p.roles[:0], [w3cRoles]bool{}
	for _, name := range bytes.Fields(names) {
		role := w3cRoleOf(string(bytes.TrimRight(name, "\u200b")))
		if p.seen[role] {
			role = w3cOther // the first of two columns of a meaning counts
		}
		p.seen[role] = true
		p.roles = append(p.roles, role)
	}
}

func (p *w3c) parse(line []byte, r *record) string {
	switch {
	case len(p.roles) == 0:
		return "has no #Fields: line before it that names its columns"
	case !p.seen[w3cDate] && !p.seen[w3cDateLocal], !p.seen[w3cTime] && !p.seen[w3cTimeLocal]:
		return "has a #Fields: line without date and time; switch both on in the server's logging settings"
	case !p.seen[w3cStem] && !p.seen[w3cURI]:
		return "has a #Fields: line without cs-uri-stem; switch it on in the server's logging settings"
	}
	if count := p.split(line); count < len(p.roles) {
		return "has fewer columns than its #Fields: line"
	}
	v := &p.values
	clock, day, moment := &p.clock, v[w3cDate], v[w3cTime]
	if !p.seen[w3cDate] || !p.seen[w3cTime] {
		clock, day, moment = &p.local, v[w3cDateLocal], v[w3cTimeLocal]
	}
	p.moment = append(append(append(p.moment[:0], day...), ' '), moment...)
	when, ok := clock.iso(p.moment)
	if !ok {
		return "has a date and time that are not of the form 2012-04-01 00:00:13"
	}
	r.time = when
	if status := dash(v[w3cStatus]); len(status) > 0 {
		if r.status, ok = statusOf(status); !ok {
			return "has a status that is not of three digits"
		}
	}
	r.ip, r.user, r.forward = dash(v[w3cAddress]), dash(v[w3cUser]), dash(v[w3cForward])
	r.host = dash(v[w3cHostHeader])
	if len(r.host) == 0 {
		r.host = dash(v[w3cHost])
	}
	if len(r.host) > 0 {
		r.host = withoutPort(r.host)
	}
	r.agent, r.hasAgent = dash(v[w3cAgent]), p.seen[w3cAgent]
	r.cookie = dash(v[w3cCookie])
	p.setPath(r)
	p.setDuration(r)
	return ""
}

func (p *w3c) setPath(r *record) {
	v := &p.values
	r.method = dash(v[w3cMethod])
	if len(r.method) > 0 && !isMethod(r.method) {
		r.method = methodGet // a streaming server's event, such as play
	}
	if stem := dash(v[w3cStem]); len(stem) > 0 {
		r.setTarget(stem)
	} else if uri := dash(v[w3cURI]); len(uri) > 0 {
		if slash := bytes.IndexByte(uri, '/'); slash > 0 && !bytes.Contains(uri, []byte("://")) {
			r.host, uri = withoutPort(uri[:slash]), uri[slash:]
		}
		r.setTarget(uri)
	}
	if query := dash(v[w3cQuery]); len(query) > 0 {
		r.query = query
	}
	if len(r.method) == 0 && len(r.path) > 0 {
		r.method = methodGet
	}
}

// setDuration takes time-taken as seconds where it has a fraction (CloudFront) and as milliseconds otherwise (IIS).
func (p *w3c) setDuration(r *record) {
	if taken := p.values[w3cTakenMS]; len(taken) > 0 {
		r.duration = milliseconds(taken, 1)
	} else if taken := p.values[w3cTaken]; bytes.IndexByte(taken, '.') >= 0 {
		r.duration = milliseconds(taken, 1000)
	} else {
		r.duration = milliseconds(taken, 1)
	}
}

// split cuts the line into the columns and returns their number. With a tab in the line, tabs separate, so that values may
// be empty or hold spaces; otherwise runs of spaces do.
func (p *w3c) split(line []byte) int {
	p.values = [w3cRoles][]byte{}
	tabs := bytes.IndexByte(line, '\t') >= 0
	column := 0
	for i := 0; i <= len(line) && column < len(p.roles); {
		for !tabs && i < len(line) && line[i] == ' ' {
			i++
		}
		if i == len(line) && !tabs {
			break
		}
		var value []byte
		if i < len(line) && line[i] == '"' {
			end := quoteEnd(line, i+1)
			value, i = line[i+1:end], end+1
		} else {
			end := i
			for end < len(line) && line[end] != '\t' && (tabs || line[end] != ' ') {
				end++
			}
			value, i = line[i:end], end
		}
		p.values[p.roles[column]] = value
		column++
		i++
	}
	return column
}

// quoteEnd is the place of the quote that closes a value: one that a separator or the end of the line follows.
func quoteEnd(line []byte, from int) int {
	for at := from; at < len(line); at++ {
		if line[at] == '"' && (at+1 == len(line) || line[at+1] == ' ' || line[at+1] == '\t') {
			return at
		}
	}
	return len(line)
}
