package accesslog

import (
	"bytes"
	"slices"

	"github.com/valyala/fastjson"
)

// unwrap takes off what log collectors put around the lines of a server: the header of syslog, the stamp of a container
// runtime (CRI) and Docker's JSON object. Lines without any are returned as they are.
func unwrap(line []byte) []byte {
	switch c := line[0]; {
	case c == '{':
		return withoutDocker(line)
	case c == '<' || c >= 'A' && c <= 'S':
		return withoutSyslog(line)
	case c >= '0' && c <= '9' && len(line) > 20 && line[10] == 'T':
		return withoutSyslog(withoutCRI(line))
	}
	return line
}

// withoutCRI cuts off "2026-03-01T08:00:00.000000000+08:00 stdout F ".
func withoutCRI(line []byte) []byte {
	for _, mark := range []string{" stdout F ", " stderr F "} {
		if at := bytes.Index(line[:min(len(line), 64)], []byte(mark)); at > 0 {
			return line[at+len(mark):]
		}
	}
	return line
}

// syslogWords is how many words of a syslog header stand before the tag, at most: <13>Mar 1 08:00:00 host.
const syslogWords = 5

// withoutSyslog cuts off "Mar  1 08:00:00 host nginx[17]: ", with a priority in front or not, with an ISO time or not.
func withoutSyslog(line []byte) []byte {
	stamp := line
	if stamp[0] == '<' {
		end := bytes.IndexByte(stamp[:min(len(stamp), 6)], '>')
		if end < 0 || end+1 == len(stamp) {
			return line
		}
		stamp = stamp[end+1:]
	}
	month := len(stamp) > 16 && monthOf(stamp[:3]) != 0 && stamp[3] == ' '
	iso := len(stamp) > 20 && stamp[10] == 'T' && stamp[13] == ':'
	if !month && !iso {
		return line
	}
	tag := bytes.Index(stamp[:min(len(stamp), 256)], []byte(": "))
	if tag < 0 || len(bytes.Fields(stamp[:tag])) > syslogWords || slices.Contains(stamp[:tag], '"') {
		return line
	}
	if rest := bytes.TrimLeft(stamp[tag+2:], " "); len(rest) > 0 {
		return rest
	}
	return line
}

// withoutDocker takes the line out of {"log":"…\n","stream":"stdout","time":"…"}.
func withoutDocker(line []byte) []byte {
	if !bytes.HasPrefix(line, []byte(`{"log":"`)) {
		return line
	}
	inner := fastjson.GetBytes(line, "log")
	if inner = bytes.TrimRight(inner, "\r\n"); len(inner) == 0 {
		return line
	}
	return inner
}
