package accesslog

import (
	"bytes"
	"net/netip"
)

// record is one request as a line of a log tells it. Its slices point into the line.
type record struct {
	time     int64 // seconds since 1970, UTC
	ip       []byte
	user     []byte
	host     []byte
	method   []byte
	path     []byte // without the query
	query    []byte
	agent    []byte
	cookie   []byte
	forward  []byte // X-Forwarded-For
	status   uint16 // 0 when the line does not tell
	duration uint32 // milliseconds
	// hasAgent says that the format carries the client program, so that an empty one is worth noting.
	hasAgent bool
}

// parser reads the lines of one format. An empty reason says that the line was read; otherwise it is the end of a sentence
// that begins with "line N".
type parser interface {
	parse(line []byte, r *record) (reason string)
}

// methodGet stands in where a log tells the path and no method.
var methodGet = []byte("GET")

// setRequest splits a request line such as "GET /path?query HTTP/1.1". A request that is none, as clients send that speak
// TLS to a plain port, leaves the method empty.
func (r *record) setRequest(request []byte) {
	space := bytes.IndexByte(request, ' ')
	if space <= 0 || space > 24 || !isMethod(request[:space]) {
		return
	}
	target := request[space+1:]
	if end := bytes.LastIndexByte(target, ' '); end >= 0 && bytes.HasPrefix(target[end+1:], []byte("HTTP")) {
		target = target[:end]
	}
	r.method = request[:space]
	r.setTarget(target)
}

// setTarget takes a path with or without query, or a whole URL, whose host then counts where the line names no other.
func (r *record) setTarget(target []byte) {
	if len(target) > 0 && target[0] != '/' {
		if scheme := bytes.Index(target, []byte("://")); scheme > 0 && scheme < 8 {
			rest := target[scheme+3:]
			end := bytes.IndexAny(rest, "/?")
			if end < 0 {
				end = len(rest)
			}
			if len(r.host) == 0 {
				r.host = withoutPort(rest[:end])
			}
			target = rest[end:]
		}
	}
	if q := bytes.IndexByte(target, '?'); q >= 0 {
		target, r.query = target[:q], target[q+1:]
	}
	if len(target) == 0 {
		target = []byte("/")
	}
	r.path = target
}

func isMethod(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

// withoutPort cuts ":8080" off a host name or an address.
func withoutPort(host []byte) []byte {
	colon := bytes.LastIndexByte(host, ':')
	if colon < 0 || bytes.IndexByte(host, ':') != colon && host[0] != '[' {
		return host // no port, or a bare IPv6 address
	}
	if host[0] == '[' && host[colon-1] != ']' {
		return host
	}
	return host[:colon]
}

// client is the address that the request came from. Behind a proxy that names the client, that is the one named.
func (r *record) client() []byte {
	if len(r.forward) == 0 || len(r.forward) == 1 && r.forward[0] == '-' {
		return r.ip
	}
	if addr, err := netip.ParseAddr(string(r.ip)); err == nil && !addr.IsPrivate() && !addr.IsLoopback() {
		return r.ip
	}
	first := r.forward
	if comma := bytes.IndexByte(first, ','); comma >= 0 {
		first = first[:comma]
	}
	first = bytes.TrimSpace(first)
	if _, err := netip.ParseAddr(string(first)); err != nil {
		return r.ip
	}
	return first
}

// number reads decimal digits, and says whether there was nothing else.
func number(b []byte) (uint64, bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	var n uint64
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + uint64(c-'0')
	}
	return n, true
}

// statusOf reads a status of three digits; anything else is no status.
func statusOf(b []byte) (uint16, bool) {
	if len(b) != 3 {
		return 0, false
	}
	n, ok := number(b)
	return uint16(n), ok
}

// milliseconds reads a decimal number of units of the given length, e.g. "0.012" seconds with perUnit 1000.
func milliseconds(b []byte, perUnit float64) uint32 {
	whole, fraction, _ := bytes.Cut(b, []byte("."))
	n, ok := number(whole)
	if !ok {
		return 0
	}
	value := float64(n)
	if len(fraction) > 0 {
		f, ok := number(fraction)
		if !ok {
			return 0
		}
		scale := 1.0
		for range fraction {
			scale *= 10
		}
		value += float64(f) / scale
	}
	value *= perUnit
	if value >= 1<<32 {
		return 1<<32 - 1
	}
	return uint32(value + 0.5)
}

// dash is the sign of most formats for "nothing".
func dash(b []byte) []byte {
	if len(b) == 1 && b[0] == '-' {
		return nil
	}
	return b
}
