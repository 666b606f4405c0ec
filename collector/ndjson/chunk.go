package ndjson

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// result is what a chunk of lines was read into. Declarations count from their place on: they come out before the
// submissions that follow them and after those that precede them.
type result struct {
	segments []segment
	values   []queries.Value
	ends     []int // of each submission's values in values
	subs     []queries.Submission
	rejected []queries.Rejected // lines are counted from the beginning of the chunk, from 1

	bytes int64
	lines uint64 // line ends
	left  bool   // the last line, which has no end, was left unread
	count Counts
}

// segment is a stretch of the chunk: declarations, then everything up to the next declaration.
type segment struct {
	declared collector.Declarations
	from, to int // in subs
	usage    *queries.UsageColumns
}

// open is the segment that takes events and submissions.
func (r *result) open() *segment {
	if len(r.segments) == 0 {
		r.segments = append(r.segments, segment{})
	}
	return &r.segments[len(r.segments)-1]
}

// declarations is where a declaration goes: a segment in which nothing precedes it.
func (r *result) declarations() *collector.Declarations {
	s := r.open()
	if s.to > s.from || s.usage != nil {
		r.segments = append(r.segments, segment{from: s.to, to: s.to})
		s = r.open()
	}
	return &s.declared
}

func (r *result) events() *queries.UsageColumns {
	s := r.open()
	if s.usage == nil {
		s.usage = &queries.UsageColumns{}
	}
	return s.usage
}

func (r *result) addSubmission(s queries.Submission, end int) {
	r.subs = append(r.subs, s)
	r.ends = append(r.ends, end)
	r.open().to = len(r.subs)
}

func (r *result) reset() {
	clear(r.segments)
	clear(r.values)
	clear(r.subs)
	clear(r.rejected)
	*r = result{
		segments: r.segments[:0], values: r.values[:0], ends: r.ends[:0], subs: r.subs[:0], rejected: r.rejected[:0],
	}
}

// chunk reads all lines of a chunk. The last line may lack its end.
func (d *decoder) chunk(c *chunk, out *result) {
	if c.oversize > 0 {
		out.bytes, out.lines, out.count.Lines = c.oversize, 1, 1
		out.reject(c.source, c.origin, 1, string(c.data), tooLong)
		return
	}
	text := string(c.data) // the records' texts are parts of it
	out.bytes = int64(len(text))
	clean := utf8.ValidString(text) && strings.IndexByte(text, 0) < 0
	d.values = out.values
	if c.first {
		text = strings.TrimPrefix(text, "\uFEFF")
	}
	for len(text) > 0 {
		line, rest, ended := strings.Cut(text, "\n")
		text = rest
		number := out.lines + 1
		if ended {
			out.lines++
		}
		whole := len(line)
		line = strings.TrimRight(line, " \t\r")
		if line == "" {
			continue
		}
		err := d.checked(line, clean, out)
		if err != nil && !ended && c.tail == tryTail && cutOff(err) {
			out.bytes -= int64(whole)
			out.left = true
			break
		}
		out.count.Lines++
		if err != nil {
			out.reject(c.source, c.origin, number, line, err)
		}
	}
	out.values = d.values
	d.values = nil
	from := 0
	for i, end := range out.ends {
		out.subs[i].Values = out.values[from:end:end]
		from = end
	}
	for _, s := range out.segments {
		out.count.Systems += uint64(len(s.declared.Systems))
		out.count.Units += uint64(len(s.declared.Units))
		out.count.Forms += uint64(len(s.declared.Forms))
		if s.usage != nil {
			out.count.Usage += uint64(s.usage.Len())
		}
	}
	out.count.Submissions += uint64(len(out.subs))
}

// checked reads a line whose characters are proven first.
func (d *decoder) checked(line string, clean bool, out *result) error {
	if len(line) > mostLine {
		return tooLong
	}
	if !clean {
		if i := strings.IndexByte(line, 0); i >= 0 {
			return &encoding{fmt.Sprintf("the line holds a NUL byte at byte %d; the file was damaged, or is not a text file", i+1)}
		}
		if !utf8.ValidString(line) {
			return &encoding{fmt.Sprintf("the line is not UTF-8 at byte %d; convert the file to UTF-8 (it may be GB18030)", invalidAt(line)+1)}
		}
	}
	return d.line(line, out)
}

// cutOff tells a line that is not all there yet from one that is complete and wrong.
func cutOff(err error) bool {
	var f *fault
	return !errors.As(err, &f)
}

func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError && !strings.HasPrefix(s[i:], "\uFFFD") {
			return i
		}
	}
	return len(s)
}

// mostLine is the longest line that is read, in bytes.
const mostLine = 16 << 20

var tooLong = &fault{kind: "oversize", reason: "the line is longer than 16 MiB and was passed over; a record is one line, so look for missing line ends"}

// mostRaw is how much of a rejected line is kept.
const mostRaw = 64 << 10

func (r *result) reject(source, origin string, line uint64, raw string, err error) {
	kind, field, reason := explain(err)
	r.rejected = append(r.rejected, queries.Rejected{
		Source: source, Origin: origin, Line: line, Field: field, Reason: reason, Kind: kind, Raw: []byte(raw[:min(len(raw), mostRaw)]),
	})
	r.count.Rejected++
}
