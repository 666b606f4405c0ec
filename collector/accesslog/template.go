package accesslog

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// The bounds of a path template.
const (
	templateBytes    = 200
	templateSegments = 12
	segmentBytes     = 64
)

// template turns a path into what it addresses: percent-escapes decoded, path parameters dropped, and every segment that is
// an identifier replaced by {id}, so that /form/17/submit and /form/18/submit are one object.
func template(path []byte) string {
	if semicolon := bytes.IndexByte(path, ';'); semicolon >= 0 {
		path = path[:semicolon] // ;jsessionid=…
	}
	path = readable(path)
	out := make([]byte, 0, min(len(path)+8, templateBytes+segmentBytes))
	segments := 0
	for len(path) > 0 {
		var segment []byte
		if slash := bytes.IndexByte(path, '/'); slash >= 0 {
			segment, path = path[:slash], path[slash+1:]
		} else {
			segment, path = path, nil
		}
		if len(segment) == 0 {
			continue
		}
		if segments == templateSegments || len(out) >= templateBytes {
			out = append(out, "/{rest}"...)
			break
		}
		segments++
		out = appendSegment(append(out, '/'), segment)
	}
	if len(out) == 0 {
		return "/"
	}
	return string(out)
}

// appendSegment writes a segment, or {id} for it; the extension of a file is kept.
func appendSegment(out, segment []byte) []byte {
	if bytes.IndexByte(segment, '@') > 0 { // an address of somebody
		return append(out, "{id}"...)
	}
	stem, extension := segment, []byte(nil)
	if dot := bytes.LastIndexByte(segment, '.'); dot > 0 && len(segment)-dot <= 6 && letters(segment[dot+1:]) {
		stem, extension = segment[:dot], segment[dot:]
	}
	if !identifies(stem) {
		return append(out, segment...)
	}
	return append(append(out, "{id}"...), extension...)
}

// identifies says whether a segment names one thing of many: a number, a date, a hash, a UUID or a long token.
func identifies(s []byte) bool {
	digits, hexes, letterCount, separators := 0, 0, 0, 0
	for _, c := range s {
		switch {
		case c >= '0' && c <= '9':
			digits++
			hexes++
		case c >= 'a' && c <= 'f', c >= 'A' && c <= 'F':
			hexes++
			letterCount++
		case c == '-' || c == '_' || c == '.' || c == ',' || c == ':' || c == '~':
			separators++
		default:
			letterCount++
		}
	}
	switch {
	case len(s) > segmentBytes:
		return true
	case digits == 0:
		return false
	case digits+separators == len(s): // numbers, dates, coordinates
		return true
	case digits >= 6:
		return true
	case hexes+separators == len(s) && hexes >= 8: // hashes and UUIDs
		return true
	case len(s) >= 20 && digits >= 3 && separators == 0: // base64 tokens
		return true
	}
	return false
}

func letters(b []byte) bool {
	for _, c := range b {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return false
		}
	}
	return len(b) > 0
}

// readable decodes percent-escapes where the result is text: UTF-8, or GB18030 as older Chinese systems write it. Bytes that
// are no text become replacement characters, and control characters stay escaped.
func readable(path []byte) []byte {
	if bytes.IndexByte(path, '%') >= 0 {
		decoded := unescape(path)
		if !utf8.Valid(decoded) {
			if text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(decoded); err == nil && printable(text) {
				decoded = text
			}
		}
		if printable(decoded) {
			path = decoded
		}
	}
	if utf8.Valid(path) {
		return path
	}
	return bytes.ToValidUTF8(path, []byte("\uFFFD"))
}

func printable(b []byte) bool {
	if !utf8.Valid(b) {
		return false
	}
	for _, r := range string(b) {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return true
}

// unescape decodes %XX, except for the slash, which would make another segment.
func unescape(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for i := 0; i < len(b); i++ {
		if b[i] == '%' && i+2 < len(b) {
			high, ok1 := hexDigit(b[i+1])
			low, ok2 := hexDigit(b[i+2])
			if c := high<<4 | low; ok1 && ok2 && c != '/' {
				out = append(out, c)
				i += 2
				continue
			}
		}
		out = append(out, b[i])
	}
	return out
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// The bounds of what is told apart within a source. Beyond them objects are only told by their first segment, and in the end
// not at all: a scanner or a template that is not understood must not fill the store's dictionaries.
const (
	distinctTemplates = 10_000
	distinctFirsts    = 1_000
)

// catalogue bounds the templates of a source. Requests that people's work consists of have a budget of their own, which
// no flood of failing or automatic requests can use up.
type catalogue struct {
	known  [2]map[string]struct{}
	firsts map[string]struct{}
}

func newCatalogue() *catalogue {
	return &catalogue{known: [2]map[string]struct{}{{}, {}}, firsts: map[string]struct{}{}}
}

// admit is the template, or what stands for it once the budget of its class is used up.
func (c *catalogue) admit(class int, object string) string {
	if _, ok := c.known[class][object]; ok {
		return object
	}
	if len(c.known[class]) < distinctTemplates {
		c.known[class][object] = struct{}{}
		return object
	}
	first := object
	if len(object) > 1 {
		if slash := strings.IndexByte(object[1:], '/'); slash >= 0 {
			first = object[:slash+1]
		} else {
			first = "" // a page at the top has no first segment to stand for it
		}
	}
	if _, ok := c.firsts[first]; !ok {
		if len(c.firsts) >= distinctFirsts {
			return "/{other}"
		}
		c.firsts[first] = struct{}{}
	}
	return first + "/{other}"
}
