package accesslog

import (
	"bytes"
)

// combined reads the family of the common log format: common, combined, both with a virtual host in front, with the host in
// the place of the identity (OVH), with the duration after the time (Gandi), and with further fields at the end (nginx's
// "main" with the forwarded address, Icecast's duration).
//
//	[host[:port]] address identity user [10/Feb/2012:16:42:07 -0500] "GET / HTTP/1.0" 301 368 ["referrer" ["agent" …]]
type combined struct {
	clock clock
}

func (p *combined) parse(line []byte, r *record) string {
	bracket := timeBracket(line)
	if bracket < 0 {
		return "has no time in square brackets"
	}
	if !r.setOrigin(line[:bracket]) {
		return "does not begin with an address, an identity and a user name"
	}
	rest := line[bracket+1:]
	end := bytes.IndexByte(rest, ']')
	if end < 0 {
		return "has no closing bracket after the time"
	}
	when, ok := p.clock.common(rest[:end])
	if !ok {
		if when, ok = p.clock.iso(rest[:end]); !ok {
			return "has a time that is not of the form 10/Feb/2012:16:42:07 -0500"
		}
	}
	r.time = when
	rest = rest[end+1:]
	quote := bytes.IndexByte(rest, '"')
	if quote < 0 {
		return "has no request in quotes"
	}
	if quote > 1 && !r.setGap(rest[:quote]) {
		return "has unknown fields between the time and the request"
	}
	rest = rest[quote+1:]
	close := requestEnd(rest)
	if close < 0 {
		return "has no status of three digits after the request"
	}
	r.setRequest(rest[:close])
	r.status, _ = statusOf(rest[close+2 : close+5])
	r.setTrailer(rest[close+5:])
	return ""
}

// timeBracket is the place of the bracket before the time. A host name can be an IPv6 address in brackets, which is at the
// beginning of the line or follows no space.
func timeBracket(line []byte) int {
	from := 0
	for {
		at := bytes.IndexByte(line[from:], '[')
		if at < 0 {
			return -1
		}
		at += from
		if at > 0 && line[at-1] == ' ' && at+1 < len(line) && line[at+1] >= '0' && line[at+1] <= '9' {
			return at
		}
		from = at + 1
	}
}

// setOrigin reads what stands before the time. User names may hold spaces, and a proxy may give a list of addresses.
func (r *record) setOrigin(prefix []byte) bool {
	prefix = bytes.TrimRight(prefix, " ")
	first, rest := token(prefix)
	if len(first) == 0 {
		return false
	}
	if first[len(first)-1] == ',' {
		address := first[:len(first)-1]
		for len(first) > 0 && first[len(first)-1] == ',' {
			first, rest = token(rest)
		}
		first = address
	}
	second, rest := token(rest)
	if len(second) == 1 && second[0] == '-' || len(rest) == 0 {
		r.ip, r.user = first, dash(rest)
		return true
	}
	third, last := token(rest)
	if len(last) == 0 {
		// Three words: the second is an identity, or with OVH the host.
		r.ip, r.user = first, dash(third)
		if bytes.IndexByte(second, '.') > 0 {
			r.host = second
		}
		return true
	}
	r.host, r.ip, r.user = withoutPort(first), second, dash(last)
	return true
}

// setGap reads Gandi's " (0 s) " between the time and the request.
func (r *record) setGap(gap []byte) bool {
	gap = bytes.TrimSpace(gap)
	if len(gap) == 0 {
		return true
	}
	seconds, ok := bytes.CutSuffix(gap, []byte(" s)"))
	if !ok || seconds[0] != '(' {
		return false
	}
	r.duration = milliseconds(seconds[1:], 1000)
	return true
}

// requestEnd is the place of the quote that ends the request: the first that a status follows, because not every server
// escapes the quotes that clients send.
func requestEnd(b []byte) int {
	from := 0
	for {
		at := bytes.IndexByte(b[from:], '"')
		if at < 0 {
			return -1
		}
		at += from
		if at+5 <= len(b) && b[at+1] == ' ' && (at+5 == len(b) || b[at+5] == ' ') {
			if _, ok := statusOf(b[at+2 : at+5]); ok {
				return at
			}
		}
		from = at + 1
	}
}

// setTrailer reads what follows the status: the size, then referrer, agent and forwarded address in quotes. A bare decimal
// number is the duration in seconds, as nginx's $request_time is commonly appended.
func (r *record) setTrailer(b []byte) {
	quoted := 0
	for i := 0; i < len(b); i++ {
		switch c := b[i]; {
		case c == '"':
			end := closingQuote(b, i+1)
			value := b[i+1 : end]
			switch quoted {
			case 1:
				r.agent, r.hasAgent = dash(value), true
			case 2:
				r.forward = value
			}
			quoted++
			i = end
		case c == ' ':
		default:
			end := i + 1
			for end < len(b) && b[end] != ' ' {
				end++
			}
			if r.duration == 0 && bytes.IndexByte(b[i:end], '.') > 0 {
				r.duration = milliseconds(b[i:end], 1000)
			}
			i = end
		}
	}
}

// closingQuote is the place of the next quote that no backslash escapes, or the end of the line that was cut.
func closingQuote(b []byte, from int) int {
	for from < len(b) {
		at := bytes.IndexByte(b[from:], '"')
		if at < 0 {
			return len(b)
		}
		at += from
		slashes := 0
		for at-slashes-1 >= 0 && b[at-slashes-1] == '\\' {
			slashes++
		}
		if slashes%2 == 0 {
			return at
		}
		from = at + 1
	}
	return len(b)
}

// token is the first word and what follows it.
func token(b []byte) (word, rest []byte) {
	i := 0
	for i < len(b) && b[i] == ' ' {
		i++
	}
	b = b[i:]
	end := bytes.IndexByte(b, ' ')
	if end < 0 {
		return b, nil
	}
	return b[:end], bytes.TrimLeft(b[end:], " ")
}
