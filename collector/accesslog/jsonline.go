package accesslog

import (
	"bytes"
	"strconv"

	"github.com/valyala/fastjson"
)

// jsonRole is what a key of a JSON line means to us.
type jsonRole uint8

const (
	jsonTime jsonRole = iota
	jsonAddress
	jsonForward
	jsonUser
	jsonHost
	jsonMethod
	jsonPath
	jsonQuery
	jsonRequest
	jsonStatus
	jsonAgent
	jsonCookie
	jsonSeconds
	jsonMilliseconds
	jsonNanoseconds
	jsonRoles
)

// jsonDefaults are the keys that servers and common log_format directives use, the preferred ones first. Dots lead into
// nested objects. Caddy: request.*; Traefik: names in capitals; the rest are nginx variables and the names people give them.
var jsonDefaults = [jsonRoles][]string{
	jsonTime: {
		"StartUTC", "time_iso8601", "@timestamp", "timestamp", "ts", "time_local", "msec", "time", "date", "datetime",
		"StartLocal", "start_time", "eventTime", "access_time", "request_date",
	},
	jsonAddress: {
		"request.client_ip", "request.remote_ip", "remote_addr", "client_ip", "clientip", "remote_ip", "ip", "ClientHost",
		"client", "remote_host", "remoteAddr", "remote",
	},
	jsonForward:      {"http_x_forwarded_for", "x_forwarded_for", "xff", "request.headers.X-Forwarded-For", "request_X-Forwarded-For"},
	jsonUser:         {"remote_user", "user_id", "user", "username", "userName", "auth_user", "ClientUsername"},
	jsonHost:         {"request.host", "http_host", "host", "server_name", "vhost", "domain", "RequestHost"},
	jsonMethod:       {"request.method", "request_method", "method", "RequestMethod", "verb"},
	jsonPath:         {"request.uri", "request_uri", "uri", "path", "url", "RequestPath"},
	jsonQuery:        {"query_string", "args", "query"},
	jsonRequest:      {"request"},
	jsonStatus:       {"DownstreamStatus", "status", "status_code", "statusCode", "response_status", "code", "response"},
	jsonAgent:        {"request.headers.User-Agent", "http_user_agent", "user_agent", "userAgent", "agent", "request_User-Agent"},
	jsonCookie:       {"http_cookie", "cookie", "request.headers.Cookie"},
	jsonSeconds:      {"request_time", "duration", "response_time"},
	jsonMilliseconds: {"duration_ms", "request_time_ms", "generation_time_milli", "elapsed", "time_taken"},
	jsonNanoseconds:  {"Duration"},
}

// jsonKeyNames are the names of the roles in the configuration's keys.
var jsonKeyNames = [jsonRoles]string{
	"time", "ip", "forwarded_for", "user", "host", "method", "path", "query", "request", "status", "agent", "cookie",
	"duration_s", "duration_ms", "duration_ns",
}

// jsonKey is a role and its rank among the keys of that role, 0 being the best.
type jsonKey struct {
	role jsonRole
	rank int
}

// jsonLine reads one JSON object a line.
type jsonLine struct {
	clock  clock
	keys   map[string]jsonKey
	nested map[string]bool // the objects worth looking into
	parser fastjson.Parser
	values [jsonRoles]*fastjson.Value
	ranks  [jsonRoles]int
	prefix []byte
	text   [jsonRoles][]byte
}

// newJSONLine knows the default keys, and the configured ones before them.
func newJSONLine(c clock, configured map[string]string) *jsonLine {
	p := &jsonLine{clock: c, keys: map[string]jsonKey{}, nested: map[string]bool{}}
	for role, names := range jsonDefaults {
		for rank, name := range names {
			p.add(name, jsonKey{jsonRole(role), rank + 1})
		}
	}
	for role, name := range jsonKeyNames {
		if key := configured[name]; key != "" {
			p.add(key, jsonKey{jsonRole(role), 0})
		}
	}
	return p
}

func (p *jsonLine) add(name string, key jsonKey) {
	p.keys[name] = key
	for i := range name {
		if name[i] == '.' {
			p.nested[name[:i]] = true
		}
	}
}

func (p *jsonLine) parse(line []byte, r *record) string {
	if len(line) == 0 || line[0] != '{' {
		return "is no JSON object"
	}
	value, err := p.parser.ParseBytes(line)
	if err != nil {
		return "is no valid JSON: " + jsonFault(err)
	}
	object, err := value.Object()
	if err != nil {
		return "is no JSON object"
	}
	p.values = [jsonRoles]*fastjson.Value{}
	p.prefix = p.prefix[:0]
	p.visit(object)
	when, ok := p.when()
	if !ok {
		if p.values[jsonTime] == nil {
			return "has no key with the time; name it under keys in the source's configuration, e.g. keys: {time: ts}"
		}
		return "has a time that is not understood"
	}
	r.time = when
	if p.values[jsonRequest] == nil && p.values[jsonPath] == nil {
		return "has no key with the path; name it under keys in the source's configuration, e.g. keys: {path: uri}"
	}
	if status := p.string(jsonStatus); len(dash(status)) > 0 {
		if r.status, ok = statusOf(status); !ok && string(status) != "0" {
			return "has a status that is not of three digits"
		}
	}
	r.ip, r.forward, r.user = p.address(), dash(p.string(jsonForward)), dash(p.string(jsonUser))
	if r.host = dash(p.string(jsonHost)); len(r.host) > 0 {
		r.host = withoutPort(r.host)
	}
	r.setRequest(p.string(jsonRequest))
	if path := p.string(jsonPath); len(path) > 0 {
		if r.method = dash(p.string(jsonMethod)); !isMethod(r.method) {
			r.method = nil
		}
		query := r.query
		r.setTarget(path)
		if len(r.query) == 0 {
			r.query = query
		}
		if len(r.method) == 0 {
			r.method = methodGet
		}
	}
	if query := dash(p.string(jsonQuery)); len(query) > 0 {
		r.query = query
	}
	r.agent, r.hasAgent = dash(p.string(jsonAgent)), p.values[jsonAgent] != nil
	r.cookie = dash(p.string(jsonCookie))
	r.duration = p.duration()
	return ""
}

// visit notes the best value of every role, going into the objects that may hold one.
func (p *jsonLine) visit(object *fastjson.Object) {
	depth := len(p.prefix)
	object.Visit(func(name []byte, value *fastjson.Value) {
		p.prefix = append(p.prefix[:depth], name...)
		if value.Type() == fastjson.TypeObject {
			if p.nested[string(p.prefix)] {
				p.prefix = append(p.prefix, '.')
				inner, _ := value.Object()
				p.visit(inner)
			}
			return
		}
		key, known := p.keys[string(p.prefix)]
		if !known || value.Type() == fastjson.TypeNull {
			return
		}
		if value.Type() == fastjson.TypeArray { // headers are lists
			list, _ := value.Array()
			if len(list) == 0 {
				return
			}
			value = list[0]
		}
		if p.values[key.role] == nil || key.rank < p.ranks[key.role] {
			p.values[key.role], p.ranks[key.role] = value, key.rank
		}
	})
	p.prefix = p.prefix[:depth]
}

// string is the text of a role's value, empty when there is none. It lives until the next line.
func (p *jsonLine) string(role jsonRole) []byte {
	value := p.values[role]
	if value == nil {
		return nil
	}
	switch value.Type() {
	case fastjson.TypeString:
		text, _ := value.StringBytes()
		return text
	case fastjson.TypeNumber:
		p.text[role] = value.MarshalTo(p.text[role][:0])
		return p.text[role]
	}
	return nil
}

func (p *jsonLine) when() (int64, bool) {
	text := p.string(jsonTime)
	if len(text) == 0 {
		return 0, false
	}
	if bytes.ContainsAny(text, "eE") && p.values[jsonTime].Type() == fastjson.TypeNumber {
		f, err := p.values[jsonTime].Float64()
		if err != nil || f < 0 || f >= 1e18 {
			return 0, false
		}
		text = strconv.AppendInt(p.text[jsonTime][:0], int64(f), 10)
		p.text[jsonTime] = text
	}
	return p.clock.any(text)
}

// address takes off the port that some servers leave at the client's address.
func (p *jsonLine) address() []byte {
	address := dash(p.string(jsonAddress))
	if len(address) == 0 {
		return nil
	}
	return withoutPort(address)
}

func (p *jsonLine) duration() uint32 {
	for i, perUnit := range [...]float64{1000, 1, 1e-6} { // seconds, milliseconds, nanoseconds
		role := jsonSeconds + jsonRole(i)
		if p.values[role] == nil {
			continue
		}
		if f, err := strconv.ParseFloat(string(p.string(role)), 64); err == nil && f >= 0 {
			return uint32(min(f*perUnit+0.5, 1<<32-1))
		}
	}
	return 0
}

// jsonFault shortens the parser's message, which repeats the rest of the line.
func jsonFault(err error) string {
	text := err.Error()
	if at := bytes.Index([]byte(text), []byte("; unparsed tail")); at >= 0 {
		text = text[:at]
	}
	if len(text) > 120 {
		text = text[:120]
	}
	return text
}
