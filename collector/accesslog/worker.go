package accesslog

import (
	"bytes"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

const (
	// maxLine is the longest line that is parsed; longer ones are rejected.
	maxLine = 1 << 20
	// rawBytes is how much of a rejected line is kept.
	rawBytes = 64 << 10
	// cached is how many distinct values of a kind a worker remembers before it begins anew.
	cached = 1 << 15
)

// Times outside these are faults of a clock.
var earliest = time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC).Unix()

const latest = 24 * time.Hour // after now

// worker parses chunks of lines into blocks. What it learns about addresses, agents and paths it remembers, so that a line
// costs a few map lookups. It belongs to one goroutine.
type worker struct {
	settings *settings
	hash     *collector.Pseudonymizer
	source   string
	now      int64
	header   *w3c
	parsers  []parser
	last     int // the parser that read the line before
	record   record

	agents  map[string]*agent
	routes  map[string]*route
	callers map[string]*caller
	objects map[string]*object
	words   map[string]string
	key     []byte
}

func newWorker(s *settings, d collector.Deps) *worker {
	c := clock{location: s.location}
	w := &worker{
		settings: s, hash: d.Pseudonym, source: d.ID, now: d.Now().Unix(),
		header: newW3C(s.zone, s.location),
		agents: map[string]*agent{}, routes: map[string]*route{}, callers: map[string]*caller{},
		objects: map[string]*object{}, words: map[string]string{},
	}
	switch s.Format {
	case "auto":
		w.parsers = []parser{&combined{clock: c}, newJSONLine(c, s.Keys), &balancer{clock: c}, &haproxy{clock: c}, &storage{clock: c}}
	case "json", "nginx_json", "caddy", "traefik":
		w.parsers = []parser{newJSONLine(c, s.Keys)}
	case "elb", "alb":
		w.parsers = []parser{&balancer{clock: c}}
	case "s3":
		w.parsers = []parser{&storage{clock: c}}
	case "haproxy":
		w.parsers = []parser{&haproxy{clock: c}}
	case "custom":
		w.parsers = []parser{&pattern{clock: c, layout: s.TimeFormat, re: s.re, names: s.re.SubexpNames()}}
	case "w3c", "iis", "netscaler", "cloudfront", "incapsula":
		w.parsers = []parser{w.header}
	default:
		w.parsers = []parser{&combined{clock: c}}
	}
	return w
}

// result is what a chunk of lines amounts to.
type result struct {
	block    *queries.UsageColumns
	rejected []queries.Rejected
	objects  []noted // the templates that occur in the block
	invalid  int     // paths that are no UTF-8
}

// noted is a template and the class of the catalogue that it counts in.
type noted struct {
	name  string
	class int
}

// parse reads the complete lines of a chunk.
func (w *worker) parse(j *job) result {
	out := result{block: newBlock(int(j.lines))}
	w.header.header(j.fields)
	nul := bytes.IndexByte(j.data, 0) >= 0
	number := j.firstLine
	for rest := j.data; len(rest) > 0; number++ {
		line := rest
		if end := bytes.IndexByte(rest, '\n'); end >= 0 {
			line, rest = rest[:end], rest[end+1:]
		} else {
			rest = nil
		}
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		if number == 1 {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
		}
		if nul {
			// A log that was truncated under a server that does not append begins with NUL bytes.
			line = bytes.TrimLeft(line, "\x00")
		}
		if len(line) == 0 || line[0] == '#' && w.directive(line) || len(line) < 80 && len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		w.line(line, number, nul, j, &out)
	}
	return out
}

// directive takes a line that begins with #, which is a header or a comment in every format but a custom one.
func (w *worker) directive(line []byte) bool {
	w.header.header(line)
	return w.settings.Format != "custom"
}

func (w *worker) line(line []byte, number uint64, nul bool, j *job, out *result) {
	reject := func(kind, field, reason string) {
		out.rejected = append(out.rejected, queries.Rejected{
			Source: w.source, Origin: j.path, Line: number, Field: field, Kind: kind,
			Reason: fmt.Sprintf("line %d %s", number, reason), Raw: bytes.Clone(line[:min(len(line), rawBytes)]),
		})
	}
	switch {
	case len(line) > maxLine:
		reject("oversize", "", fmt.Sprintf("is longer than %d bytes", maxLine))
		return
	case nul && bytes.IndexByte(line, 0) >= 0:
		reject("encoding", "", "holds NUL bytes; the file was damaged, or is UTF-16: convert it to UTF-8")
		return
	}
	r := &w.record
	*r = record{}
	if reason := w.read(line, r); reason != "" {
		reject("malformed", "", reason)
		return
	}
	if r.time < earliest || r.time > w.now+int64(latest/time.Second) {
		wrong := "before 1990"
		if r.time > w.now {
			wrong = "more than a day in the future"
		}
		reject("clock", "time", fmt.Sprintf("tells the time %s, which is %s; set the clock of the server, or timezone in the source's configuration",
			time.Unix(r.time, 0).UTC().Format(time.RFC3339), wrong))
		return
	}
	if !utf8.Valid(r.path) {
		out.invalid++
	}
	w.row(r, j.key<<lineBits|number, j.sequence, out)
}

// read tries the parser that read the line before, and then the others.
func (w *worker) read(line []byte, r *record) string {
	if w.settings.Format != "custom" {
		line = unwrap(line)
	}
	if w.settings.Format == "auto" && len(w.header.roles) > 0 {
		reason := w.header.parse(line, r)
		if reason == "" {
			return ""
		}
		if _, other := w.others(line, r, -1); other {
			return ""
		}
		return reason
	}
	reason := w.parsers[w.last].parse(line, r)
	if reason == "" || len(w.parsers) == 1 {
		return reason
	}
	if found, ok := w.others(line, r, w.last); ok {
		w.last = found
		return ""
	}
	if line[0] == '{' {
		*r = record{}
		return w.parsers[1].parse(line, r)
	}
	if w.last > 0 {
		return reason // of the format that the lines before had
	}
	return reason + ", and fits no other known format; set format or pattern in the source's configuration"
}

// others tries all parsers but one.
func (w *worker) others(line []byte, r *record, but int) (int, bool) {
	for i, p := range w.parsers {
		if i == but {
			continue
		}
		*r = record{}
		if p.parse(line, r) == "" {
			return i, true
		}
	}
	*r = record{}
	return 0, false
}

// row appends the event to the block.
func (w *worker) row(r *record, position, sequence uint64, out *result) {
	route, agent := w.route(r), w.agent(r.agent)
	caller := w.caller(r)
	traffic := trafficOf(route, agent, caller, r.hasAgent)
	class := classOf(traffic, r.status)
	if route.object.noted[class] != sequence {
		route.object.noted[class] = sequence
		out.objects = append(out.objects, noted{route.object.name, class})
	}
	unit, form := route.unit, route.form
	if len(r.query) > 0 && r.status < 400 {
		if unit == "" && len(w.settings.Params.Unit) > 0 {
			unit = w.intern(parameter(r.query, w.settings.Params.Unit))
		}
		if form == "" && len(w.settings.Params.Form) > 0 {
			form = w.intern(parameter(r.query, w.settings.Params.Form))
		}
	}
	b := out.block
	b.System = append(b.System, route.system)
	b.Time = append(b.Time, time.Unix(r.time, 0).UTC())
	b.Actor = append(b.Actor, caller.actor)
	b.Unit = append(b.Unit, unit)
	b.Action = append(b.Action, actionFor(route, agent))
	b.Traffic = append(b.Traffic, string(traffic))
	b.Object = append(b.Object, route.object.name)
	b.Form = append(b.Form, form)
	b.Status = append(b.Status, r.status)
	b.Duration = append(b.Duration, r.duration)
	b.Client = append(b.Client, agent.family)
	b.Position = append(b.Position, position)
}

// classOf is the class of the catalogue that a request counts in: 0 for what people's work consists of.
func classOf(traffic queries.Traffic, status uint16) int {
	if traffic == queries.Business && status < 400 {
		return 0
	}
	return 1
}

func (w *worker) route(r *record) *route {
	w.key = append(append(append(append(append(w.key[:0], r.method...), 0), r.host...), 0), r.path...)
	if found, ok := w.routes[string(w.key)]; ok {
		return found
	}
	if len(w.routes) >= cached {
		clear(w.routes)
	}
	made := w.settings.routeOf(r.host, r.method, r.path, w.object)
	w.routes[string(w.key)] = made
	return made
}

func (w *worker) object(name string) *object {
	if found, ok := w.objects[name]; ok {
		return found
	}
	if len(w.objects) >= cached {
		clear(w.objects)
	}
	made := &object{name: name}
	w.objects[name] = made
	return made
}

func (w *worker) agent(header []byte) *agent {
	if found, ok := w.agents[string(header)]; ok {
		return found
	}
	if len(w.agents) >= cached {
		clear(w.agents)
	}
	made := agentOf(string(header))
	w.agents[string(header)] = &made
	return &made
}

func (w *worker) caller(r *record) *caller {
	address := r.ip
	if len(r.forward) > 0 {
		address = r.client()
	}
	w.key = append(append(append(append(w.key[:0], r.user...), 0), address...), 0)
	if len(r.user) == 0 || w.settings.Actor == "ip_agent" {
		w.key = append(w.key, r.agent...)
	}
	if w.settings.cookie != "" {
		w.key = append(append(w.key, 0), r.cookie...)
	}
	if found, ok := w.callers[string(w.key)]; ok {
		return found
	}
	if len(w.callers) >= cached {
		clear(w.callers)
	}
	made := w.settings.callerOf(w.hash, address, r.user, r.agent, r.cookie)
	w.callers[string(w.key)] = made
	return made
}

func (w *worker) intern(text string) string {
	if found, ok := w.words[text]; ok {
		return found
	}
	if len(w.words) >= cached {
		clear(w.words)
	}
	made := strings.Clone(text)
	w.words[made] = made
	return made
}

func newBlock(lines int) *queries.UsageColumns {
	return &queries.UsageColumns{
		System: make([]string, 0, lines), Time: make([]time.Time, 0, lines), Actor: make([]uint64, 0, lines),
		Unit: make([]string, 0, lines), Action: make([]string, 0, lines), Traffic: make([]string, 0, lines),
		Object: make([]string, 0, lines), Form: make([]string, 0, lines), Status: make([]uint16, 0, lines),
		Duration: make([]uint32, 0, lines), Client: make([]string, 0, lines), Position: make([]uint64, 0, lines),
	}
}
