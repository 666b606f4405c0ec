package httpapi

import (
	"net/http"
	"strings"
	"time"
)

// retryAfter reads the header of that name: seconds, or an HTTP date (RFC 9110, section 10.2.3).
func retryAfter(header string, now time.Time) (time.Duration, bool) {
	header = strings.TrimSpace(header)
	if header == "" {
		return 0, false
	}
	const longest = 10 * 365 * 24 * 3600 // seconds; more is an hour of no meaning, and less than a Duration holds
	seconds, digits := 0, true
	for _, c := range []byte(header) {
		if c < '0' || c > '9' {
			digits = false
			break
		}
		seconds = min(seconds*10+int(c-'0'), longest)
	}
	if digits {
		return time.Duration(seconds) * time.Second, true
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0, false
	}
	return max(at.Sub(now), 0), true
}

// nextLink finds the target of the first link with the relation "next" in Link headers (RFC 8288); empty when there is none.
func nextLink(headers []string) string {
	for _, header := range headers {
		for rest := header; rest != ""; {
			var target string
			var relations []string
			target, relations, rest = oneLink(rest)
			for _, r := range relations {
				if strings.EqualFold(r, "next") {
					return target
				}
			}
		}
	}
	return ""
}

// oneLink reads one <target>; name=value; name="value" up to the comma, and returns its target, its relations and the rest.
func oneLink(text string) (target string, relations []string, rest string) {
	text = strings.TrimLeft(text, " \t,")
	if !strings.HasPrefix(text, "<") {
		return "", nil, ""
	}
	end := strings.IndexByte(text, '>')
	if end < 0 {
		return "", nil, ""
	}
	target, text = strings.TrimSpace(text[1:end]), text[end+1:]
	for {
		text = strings.TrimLeft(text, " \t")
		if !strings.HasPrefix(text, ";") {
			return target, relations, text
		}
		var name, value string
		name, value, text = parameter(text[1:])
		if strings.EqualFold(name, "rel") && relations == nil { // only the first one counts
			relations = strings.Fields(value)
		}
	}
}

// parameter reads name, name=token or name="quoted" and returns what follows.
func parameter(text string) (name, value, rest string) {
	end := strings.IndexAny(text, "=;,")
	if end < 0 {
		return strings.TrimSpace(text), "", ""
	}
	name, rest = strings.TrimSpace(text[:end]), text[end:]
	if rest[0] != '=' {
		return name, "", rest
	}
	rest = strings.TrimLeft(rest[1:], " \t")
	if !strings.HasPrefix(rest, `"`) {
		end := strings.IndexAny(rest, ";,")
		if end < 0 {
			end = len(rest)
		}
		return name, strings.TrimSpace(rest[:end]), rest[end:]
	}
	var b strings.Builder
	for i := 1; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && i+1 < len(rest):
			i++
			b.WriteByte(rest[i])
		case rest[i] == '"':
			return name, b.String(), rest[i+1:]
		default:
			b.WriteByte(rest[i])
		}
	}
	return name, b.String(), ""
}
