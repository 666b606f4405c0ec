package accesslog

import "bytes"

// balancer reads the access logs of Amazon's classic (elb) and application load balancers (alb), whose words are separated
// by spaces and quoted where they hold some.
//
//	elb: time name client:port backend:port 3 durations status backend-status received sent "request" "agent" …
//	alb: type time name client:port target:port 3 durations status target-status received sent "request" "agent" …
type balancer struct {
	clock clock
	words [][]byte
}

func (p *balancer) parse(line []byte, r *record) string {
	p.words = splitQuoted(line, p.words[:0], 16)
	words := p.words
	if len(words) > 0 && len(words[0]) < 8 {
		words = words[1:] // the type of an application load balancer's line
	}
	if len(words) < 13 {
		return "is no line of an Amazon load balancer"
	}
	when, ok := p.clock.iso(words[0])
	if !ok {
		return "is no line of an Amazon load balancer"
	}
	request := words[11]
	if len(request) == 0 || request[0] == '-' {
		return "tells of a TCP connection without a request, which is no use of a system"
	}
	status, ok := statusOf(words[7])
	if !ok {
		return "has no status of three digits"
	}
	r.time, r.status = when, status
	r.ip = withoutPort(words[2])
	for _, part := range words[4:7] {
		r.duration += milliseconds(part, 1000)
	}
	r.setRequest(request)
	r.agent, r.hasAgent = dash(words[12]), true
	return ""
}

// storage reads the server access logs of S3.
//
//	owner bucket [time] address requester request-id operation key "request" status error sent size total turnaround "referrer" "agent"
type storage struct {
	clock clock
	words [][]byte
}

func (p *storage) parse(line []byte, r *record) string {
	p.words = splitQuoted(line, p.words[:0], 20)
	words := p.words
	// The time holds a space, so that it counts as two words.
	if len(words) < 18 || len(words[2]) != 21 || words[2][0] != '[' || len(words[3]) != 6 || words[3][5] != ']' {
		return "is no line of S3"
	}
	when, ok := p.clock.common(line[bytes.IndexByte(line, '[')+1:][:26])
	if !ok {
		return "has a time that is not of the form 10/Feb/2012:16:42:07 -0500"
	}
	status, ok := statusOf(words[10])
	if !ok {
		return "has no status of three digits"
	}
	r.time, r.status = when, status
	r.host, r.ip, r.user = words[1], words[4], dash(words[5])
	r.setRequest(words[9])
	r.duration = milliseconds(words[14], 1)
	r.agent, r.hasAgent = dash(words[17]), true
	return ""
}

// haproxy reads HAProxy's HTTP log, with or without the syslog header in front.
//
//	… client:port [time] frontend backend/server timers status bytes … "request"
type haproxy struct {
	clock clock
}

func (p *haproxy) parse(line []byte, r *record) string {
	// The line's own time is the first bracket that follows a client address, not haproxy[6801].
	bracket := timeBracket(line)
	if bracket < 0 {
		return "is no line of HAProxy"
	}
	before := bytes.TrimRight(line[:bracket], " ")
	r.ip = withoutPort(before[bytes.LastIndexByte(before, ' ')+1:])
	rest := line[bracket+1:]
	end := bytes.IndexByte(rest, ']')
	if end < 0 || len(r.ip) == 0 {
		return "is no line of HAProxy"
	}
	when, ok := p.clock.common(rest[:end])
	if !ok {
		return "has a time that is not of the form 25/Sep/2018:06:05:27.584"
	}
	_, rest = token(rest[end+1:]) // frontend
	_, rest = token(rest)         // backend/server
	timers, rest := token(rest)
	status, rest := token(rest)
	code, ok := statusOf(status)
	quote := bytes.IndexByte(rest, '"')
	if !ok || quote < 0 || bytes.Count(timers, []byte("/")) < 3 {
		return "is no HTTP line of HAProxy"
	}
	r.time, r.status = when, code
	r.duration = milliseconds(bytes.TrimPrefix(timers[bytes.LastIndexByte(timers, '/')+1:], []byte("+")), 1)
	r.setRequest(rest[quote+1 : closingQuote(rest, quote+1)])
	return ""
}

// splitQuoted appends up to max words of the line; quotes keep spaces together and are taken off.
func splitQuoted(line []byte, words [][]byte, max int) [][]byte {
	for i := 0; i < len(line) && len(words) < max; {
		switch line[i] {
		case ' ', '\t':
			i++
		case '"':
			end := closingQuote(line, i+1)
			words = append(words, line[i+1:end])
			i = end + 1
		default:
			end := i
			for end < len(line) && line[end] != ' ' && line[end] != '\t' {
				end++
			}
			words = append(words, line[i:end])
			i = end
		}
	}
	return words
}
