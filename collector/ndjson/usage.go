package ndjson

import (
	"encoding/binary"
	"math"
	"strings"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// event is one usage record as it was written.
type event struct {
	system, actor, unit, action, object, form, client, id string

	at               time.Time
	status, duration int64
}

// usage reads a usage event into the columns of the chunk.
func (d *decoder) usage(out *result) error {
	var e event
	for i := range d.members {
		m := &d.members[i]
		var err error
		switch m.key {
		case "system":
			e.system, err = m.asText(m.key)
		case "time":
			e.at, err = d.asTime(*m, m.key)
		case "actor":
			e.actor, err = m.asText(m.key)
		case "unit":
			e.unit, err = m.asText(m.key)
		case "action":
			e.action, err = m.asEnum(m.key, queries.Actions)
		case "object":
			e.object, err = m.asText(m.key)
		case "form":
			e.form, err = m.asText(m.key)
		case "status":
			e.status, err = m.asCount(m.key, 0, math.MaxUint16)
		case "duration_ms":
			e.duration, err = m.asDuration(m.key)
		case "client":
			e.client, err = m.asText(m.key)
		case "id":
			e.id, err = m.asText(m.key)
		}
		if err != nil {
			return err
		}
	}
	switch {
	case e.system == "":
		return d.missing("system", "the system's id")
	case e.at.IsZero():
		return d.missing("time", "a time after RFC 3339 such as 2026-07-15T09:30:00+08:00")
	case e.action == "":
		return d.missing("action", oneOf(queries.Actions))
	}
	d.append(out.events(), &e)
	return nil
}

func (d *decoder) append(c *queries.UsageColumns, e *event) {
	traffic := collector.TrafficOf(e.action, e.actor, e.object, e.client)
	actor := d.pseudonym.Hash(e.actor)
	c.System = append(c.System, d.intern(e.system))
	c.Time = append(c.Time, e.at)
	c.Actor = append(c.Actor, actor)
	c.Unit = append(c.Unit, d.intern(e.unit))
	c.Action = append(c.Action, d.intern(e.action))
	c.Traffic = append(c.Traffic, string(traffic))
	c.Object = append(c.Object, d.intern(template(e.object)))
	c.Form = append(c.Form, d.intern(e.form))
	c.Status = append(c.Status, uint16(e.status))
	c.Duration = append(c.Duration, uint32(e.duration))
	c.Client = append(c.Client, d.intern(clientFamily(e.client)))
	c.Position = append(c.Position, d.identity(e, actor))
}

// identity is the hash of what makes the event the same event: its system and id, or its content where it has no id. The
// order of keys, white space and the zone of the time do not matter. The hash is seeded with a secret and sees the
// pseudonym only, so that nobody can find the actor by trying.
func (d *decoder) identity(e *event, actor uint64) uint64 {
	b := d.scratch[:0]
	put := func(s string) {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	put(e.system)
	if put(e.id); e.id == "" {
		b = binary.LittleEndian.AppendUint64(b, uint64(inUTC(e.at)))
		b = binary.LittleEndian.AppendUint64(b, actor)
		put(e.unit)
		put(e.action)
		put(e.object)
		put(e.form)
		put(e.client)
		b = binary.AppendVarint(b, e.status)
		b = binary.AppendVarint(b, e.duration)
	}
	d.scratch = b
	return xxh3.HashSeed(b, d.seed)
}

// asDuration reads milliseconds; parts of one are rounded.
func (m member) asDuration(field string) (int64, error) {
	n, err := m.asNumber(field)
	if math.IsNaN(n) {
		return 0, err
	}
	if err != nil || n < 0 || n > math.MaxUint32 {
		return 0, wrong(field, m.found(), "milliseconds from 0 to 4294967295")
	}
	return min(int64(math.Round(n)), math.MaxUint32), nil
}

// template replaces the parts of a path that name one thing among many, so that equal pages count together and no
// identifier of a person stays in the path. A query is cut off. In an object that is no path only long runs of digits go.
func template(object string) string {
	if object == "" {
		return ""
	}
	if object[0] != '/' {
		return maskDigits(object)
	}
	if i := strings.IndexAny(object, "?#"); i >= 0 {
		object = object[:i]
	}
	if !strings.ContainsAny(object, "0123456789") {
		return object
	}
	parts := strings.Split(object, "/")
	for i, part := range parts {
		if isIdentifier(part) {
			parts[i] = "{id}"
		}
	}
	return strings.Join(parts, "/")
}

// isIdentifier tells a part of a path that is a number, a UUID, a hash or another key from a name such as v2 or step3.
func isIdentifier(part string) bool {
	digits, hex := 0, 0
	for _, c := range []byte(part) {
		switch {
		case c >= '0' && c <= '9':
			digits++
			hex++
		case c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F' || c == '-':
			hex++
		}
	}
	return digits > 0 && (digits == len(part) || digits >= 6 || hex == len(part) && len(part) >= 16)
}

// maskDigits replaces runs of 11 digits or more: telephone numbers, accounts and resident ids.
func maskDigits(s string) string {
	const long = 11
	var b strings.Builder
	run := 0
	for i := 0; i <= len(s); i++ {
		if i < len(s) && s[i] >= '0' && s[i] <= '9' {
			run++
			continue
		}
		if run >= long {
			b.WriteString("{id}")
		} else {
			b.WriteString(s[i-run : i])
		}
		run = 0
		if i < len(s) {
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

// families are the words by which a browser's user agent is told, the more special first.
var families = [...][2]string{
	{"MicroMessenger", "wechat"},
	{"wxwork", "wecom"},
	{"DingTalk", "dingtalk"},
	{"Lark", "feishu"},
	{"Edg", "edge"},
	{"MSIE", "ie"},
	{"Trident", "ie"},
	{"Firefox", "firefox"},
	{"Chrome", "chrome"},
	{"Safari", "safari"},
}

// clientFamily reduces a user agent to its family; a short name stays as it is.
func clientFamily(client string) string {
	if strings.HasPrefix(client, "Mozilla/") {
		if strings.Contains(client, "wxwork") {
			return "wecom"
		}
		for _, f := range families {
			if strings.Contains(client, f[0]) {
				return f[1]
			}
		}
		return "other"
	}
	if i := strings.IndexByte(client, '/'); i > 0 {
		client = strings.ToLower(client[:i])
	}
	return shorten(client)
}
