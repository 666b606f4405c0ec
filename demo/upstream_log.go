package demo

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"time"

	"github.com/klauspost/compress/gzip"
)

// logGroup is one access log, of one or several systems.
type logGroup struct {
	folder  string
	systems []int
	json    bool // one JSON object a line, dated by name; else combined with the virtual host in front, numbered
	plain   bool // without the virtual host
}

func (c *County) logGroups() []logGroup {
	gateway, cloud := logGroup{folder: "gateway"}, logGroup{folder: "cloud", json: true}
	var own []logGroup
	for i := range c.systems {
		switch c.systems[i].logs {
		case gatewayLogs:
			gateway.systems = append(gateway.systems, i)
		case cloudLogs:
			cloud.systems = append(cloud.systems, i)
		case ownLogs:
			own = append(own, logGroup{folder: c.systems[i].base, systems: []int{i}, plain: true})
		}
	}
	return append([]logGroup{gateway, cloud}, own...)
}

// logJobs rotates every log by the month: the newest file is open, the one before it plain, the older ones packed.
func (c *County) logJobs() []job {
	var jobs []job
	for _, g := range c.logGroups() {
		var files [][]line
		for m := warmMonths; m < allMonths; m++ {
			from := c.world.calendar.months[m]
			to := from.AddDate(0, 1, 0)
			if m == allMonths-1 {
				to = c.world.calendar.endOfAll()
			}
			if lines := c.linesOf(g, from.Unix(), to.Unix()); len(lines) > 0 {
				files = append(files, lines)
			}
		}
		for i, lines := range files {
			jobs = append(jobs, func() error { return c.writeLog(g, lines, len(files)-1-i) })
		}
	}
	return jobs
}

// line is an event of a log with its system.
type line struct {
	system int
	event  *event
}

func (c *County) linesOf(g logGroup, from, to int64) []line {
	var out []line
	for _, s := range g.systems {
		events := c.usage[s]
		first := sort.Search(len(events), func(i int) bool { return events[i].time >= from })
		for i := first; i < len(events) && events[i].time < to; i++ {
			out = append(out, line{s, &events[i]})
		}
	}
	slices.SortStableFunc(out, func(a, b line) int { return cmp.Compare(a.event.time, b.event.time) })
	return out
}

// logName is the name of the file that is so many rotations old.
func (g logGroup) logName(age int, last time.Time) string {
	name := "access.log"
	switch {
	case g.json && age == 0:
		return "access.json"
	case g.json:
		name = "access.json-" + last.AddDate(0, 0, 1).Format("20060102")
	case age > 0:
		name += "." + strconv.Itoa(age)
	}
	if age > 1 {
		name += ".gz"
	}
	return name
}

func (c *County) writeLog(g logGroup, lines []line, age int) error {
	last := time.Unix(lines[len(lines)-1].event.time, 0).In(beijing)
	path := filepath.Join(c.Options.Dir, logFolder, g.folder, g.logName(age, last))
	return c.writeFile(path, last, func(f *os.File) error {
		var to io.Writer = f
		var packed *gzip.Writer
		if age > 1 {
			var err error
			if packed, err = gzip.NewWriterLevel(f, gzip.BestSpeed); err != nil {
				return err
			}
			to = packed
		}
		out := bufio.NewWriterSize(to, 1<<17)
		var b []byte
		for _, l := range lines {
			if g.json {
				b = c.jsonLine(b[:0], l)
			} else {
				b = c.combinedLine(b[:0], l, !g.plain)
			}
			if _, err := out.Write(b); err != nil {
				return err
			}
		}
		if err := out.Flush(); err != nil {
			return err
		}
		if packed != nil {
			return packed.Close()
		}
		return nil
	})
}

// combinedLine is nginx's combined format, with the virtual host in front and the response time at the end.
func (c *County) combinedLine(b []byte, l line, host bool) []byte {
	e := l.event
	if host {
		b = append(append(b, c.systems[l.system].host...), ' ')
	}
	b = c.appendAddress(b, e)
	b = append(b, " - "...)
	b = append(b, c.userOf(e)...)
	b = append(b, " ["...)
	b = time.Unix(e.time, 0).In(beijing).AppendFormat(b, "02/Jan/2006:15:04:05 -0700")
	b = append(b, `] "`...)
	b = append(append(b, e.method()...), ' ')
	b = c.appendTarget(b, l)
	b = append(b, ` HTTP/1.1" `...)
	b = strconv.AppendUint(b, uint64(e.status), 10)
	b = append(b, ' ')
	b = strconv.AppendUint(b, uint64(e.detail%20000), 10)
	b = append(b, ` "-" "`...)
	b = append(b, agents[e.client]...)
	b = append(b, `" `...)
	b = strconv.AppendFloat(b, float64(e.ms)/1000, 'f', 3, 64)
	return append(b, '\n')
}

// jsonLine is the JSON format that cloud platforms configure nginx with.
func (c *County) jsonLine(b []byte, l line) []byte {
	e := l.event
	b = append(b, `{"time_iso8601":"`...)
	b = time.Unix(e.time, 0).In(beijing).AppendFormat(b, time.RFC3339)
	b = append(b, `","remote_addr":"`...)
	b = c.appendAddress(b, e)
	b = append(append(b, `","remote_user":"`...), c.userOf(e)...)
	b = append(append(b, `","http_host":"`...), c.systems[l.system].host...)
	b = append(append(b, `","request_method":"`...), e.method()...)
	b = append(b, `","request_uri":"`...)
	b = c.appendTarget(b, l)
	b = append(b, `","status":`...)
	b = strconv.AppendUint(b, uint64(e.status), 10)
	b = append(b, `,"request_time":`...)
	b = strconv.AppendFloat(b, float64(e.ms)/1000, 'f', 3, 64)
	b = append(append(b, `,"http_user_agent":"`...), agents[e.client]...)
	return append(b, "\"}\n"...)
}

func (c *County) userOf(e *event) string {
	if e.account < 0 {
		return "-"
	}
	return c.accounts.list[e.account].name
}

// appendAddress: every account has its address in the government network; machines of the outside come from the addresses
// that RFC 5737 keeps for documentation.
func (c *County) appendAddress(b []byte, e *event) []byte {
	switch {
	case e.account >= 0:
		return fmt.Appendf(b, "10.21.%d.%d", e.account/250, e.account%250+2)
	case e.action == doBot:
		return fmt.Appendf(b, "203.0.113.%d", e.detail%250+1)
	}
	return append(b, "10.21.0.1"...)
}

// appendTarget is path and query; people's requests for a form carry the code of their unit.
func (c *County) appendTarget(b []byte, l line) []byte {
	b = append(b, c.pathOf(l.system, l.event)...)
	if e := l.event; e.account >= 0 && e.form >= 0 {
		if unit := c.accounts.list[e.account].unit; unit != "" {
			b = append(append(b, "?org="...), unit...)
		}
	}
	return b
}
