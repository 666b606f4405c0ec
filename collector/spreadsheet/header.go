package spreadsheet

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// header is where the names of the columns stand.
type header struct {
	line       int // of its first row, 0 when there is none
	begin, end int // lines of its first and last row; without a header begin is the first row and end the one before it
	rows       []row
	titles     [][]string // by row of the header and column: the text that covers it
	width      int
}

// findHeader looks for the first row that names the columns: it fills at least half as many columns as the fullest row,
// with more than one text, and these are neither numbers nor remarks. The rows below belong to it as long as cells are
// merged over them, or fill gaps that the row above left behind a group's name.
func findHeader(head []row, merges []merge, fixed int) header {
	most := 0
	for _, r := range head {
		most = max(most, countFilled(r.cells))
	}
	at := -1
	for i, r := range head {
		if fixed > 0 {
			if r.line >= fixed {
				at = i
				break
			}
			continue
		}
		if r.fault != nil || len(r.cells) == 0 || isMeta(r.cells) || isNote(r.cells) {
			continue
		}
		covered, texts := coverage(r, merges)
		if texts < min(2, most) || 2*covered < most {
			continue
		}
		if !mostlyNumbers(r.cells) {
			at = i
		}
		break // below the first full row there are only data
	}
	if at < 0 {
		return withoutHeader(head)
	}
	h := header{line: head[at].line, begin: head[at].line}
	last := at
	for last+1 < len(head) && (mergedInto(head[at:last+2], merges) || fillsGaps(head[at:last+2], merges)) {
		last++
	}
	if last+1 < len(head) && isMeasures(head[last+1].cells) {
		last++
	}
	h.rows = head[at : last+1]
	h.end = h.rows[len(h.rows)-1].line
	h.cover(merges)
	h.admit(head[last+1:])
	return h
}

// withoutHeader is the header of a sheet of mere numbers: its columns are called by their letters.
func withoutHeader(head []row) header {
	h := header{}
	for _, r := range head {
		if len(r.cells) > 0 && h.begin == 0 && mostlyNumbers(r.cells) {
			h.begin = r.line
		}
		h.width = max(h.width, len(r.cells))
	}
	if h.begin == 0 && len(head) > 0 {
		h.begin = head[0].line
	}
	h.end = h.begin - 1
	return h
}

// coverage counts the columns that a row covers with its merged cells, and its texts.
func coverage(r row, merges []merge) (covered, texts int) {
	for c, text := range r.cells {
		if text == "" {
			continue
		}
		texts++
		covered++
		for _, m := range merges {
			if m.top > r.line-1 {
				break
			}
			if m.top == r.line-1 && m.left == c {
				covered += m.right - m.left
			}
		}
	}
	return covered, texts
}

// mergedInto tells whether the last of some rows belongs to the header above it: a cell is merged down into it, or one
// above is merged across and it names the parts.
func mergedInto(rows []row, merges []merge) bool {
	top, at := rows[0].line-1, rows[len(rows)-1].line-1
	for _, m := range merges {
		if m.top > at {
			break
		}
		if m.top < top || m.top >= at {
			continue
		}
		if m.bottom >= at && m.bottom-m.top < 10 {
			return true
		}
		if m.right > m.left && m.bottom == at-1 {
			cells := part(rows[len(rows)-1].cells, m.left, m.right)
			if countFilled(cells) >= 2 && !mostlyNumbers(cells) {
				return true
			}
		}
	}
	return false
}

func part(cells []string, from, to int) []string {
	if from >= len(cells) {
		return nil
	}
	return cells[from:min(to+1, len(cells))]
}

// fillsGaps tells the same of texts without merged cells: the row has names only below a group's name and the gaps behind
// it.
func fillsGaps(rows []row, merges []merge) bool {
	if len(merges) > 0 {
		return false
	}
	above, cells := rows[len(rows)-2].cells, rows[len(rows)-1].cells
	if rows[len(rows)-1].line != rows[len(rows)-2].line+1 || anyNumber(cells) {
		return false
	}
	gaps := 0
	for c := range max(len(above), len(cells)) {
		has := c < len(cells) && cells[c] != ""
		switch {
		case c >= len(above) || above[c] == "":
			if has {
				gaps++
			}
		case (c+1 < len(above) && above[c+1] == "" || c+1 == len(above) && c+1 < len(cells)) != has:
			return false // a group needs names for its parts, and a column of its own has its name already
		}
	}
	return gaps > 0
}

// cover spreads texts over the cells that they are merged over, and groups over the gaps behind them.
func (h *header) cover(merges []merge) {
	for _, r := range h.rows {
		h.width = max(h.width, len(r.cells))
	}
	for _, m := range merges {
		if m.top+1 >= h.begin && m.top+1 <= h.end {
			h.width = max(h.width, min(m.right+1, mostColumns))
		}
	}
	h.titles = make([][]string, len(h.rows))
	for i, r := range h.rows {
		h.titles[i] = make([]string, h.width)
		copy(h.titles[i], r.cells)
		if len(merges) > 0 || i == len(h.rows)-1 {
			continue
		}
		for c := 1; c < h.width; c++ {
			below := h.rows[i+1].cells
			if h.titles[i][c] == "" && c < len(below) && below[c] != "" {
				h.titles[i][c] = h.titles[i][c-1]
			}
		}
	}
	for _, m := range merges {
		for i, r := range h.rows {
			if r.line-1 != m.top || m.left >= h.width {
				continue
			}
			text := h.titles[i][m.left]
			for j := i; j < len(h.rows) && h.rows[j].line-1 <= m.bottom; j++ {
				for c := m.left; c <= min(m.right, h.width-1); c++ {
					h.titles[j][c] = text
				}
			}
		}
	}
}

// admit widens the header by columns without a name that at least half of the rows below fill.
func (h *header) admit(rows []row) {
	counts := make(map[int]int)
	n := 0
	for _, r := range rows {
		if len(r.cells) == 0 {
			continue
		}
		n++
		for c := h.width; c < len(r.cells); c++ {
			if r.cells[c] != "" {
				counts[c]++
			}
		}
	}
	for c, count := range counts {
		if 2*count >= n {
			h.width = max(h.width, c+1)
		}
	}
}

// names gives every column a name of its own, and the same as it is written. The last result holds -1 for columns that are
// called by their letter.
func (h *header) names() (names, written []string, columns []int) {
	names, written, columns = make([]string, h.width), make([]string, h.width), make([]int, h.width)
	taken := make(map[string]int)
	for c := range names {
		columns[c] = c
		var parts []string
		as := ""
		for i := range h.titles {
			if c >= len(h.titles[i]) {
				continue
			}
			if text := normalizeName(h.titles[i][c]); text != "" && (len(parts) == 0 || parts[len(parts)-1] != text) {
				parts = append(parts, text)
				as = strings.TrimSpace(h.titles[i][c])
			}
		}
		name := joinParts(parts)
		if name == "" {
			name, columns[c] = columnName(c), -1
		}
		if taken[name]++; taken[name] > 1 {
			name = fmt.Sprintf("%s_%d", name, taken[name])
			taken[name]++
			as = ""
		}
		names[c], written[c] = name, name
		if len(parts) == 1 && as != "" {
			written[c] = as
		}
	}
	return names, written, columns
}

// joinParts joins the rows of a header. A unit of measure in brackets follows its name directly.
func joinParts(parts []string) string {
	var b strings.Builder
	for i, p := range parts {
		if i > 0 && !strings.HasPrefix(p, "(") {
			b.WriteByte('/')
		}
		b.WriteString(p)
	}
	return b.String()
}

// normalizeName brings a header to one form: NFKC, without line ends, the mark of required fields, or spaces that only
// stretch Chinese words.
func normalizeName(s string) string {
	s = strings.Trim(norm.NFKC.String(s), "* \t\r\n")
	words := strings.FieldsFunc(s, func(r rune) bool { return unicode.IsSpace(r) || isBlank(r) })
	var b strings.Builder
	for i, w := range words {
		if i > 0 && !(wideEnd(words[i-1]) && wideBegin(w)) {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func wideBegin(s string) bool { r := []rune(s); return r[0] > 0x2e80 || r[0] == '(' }
func wideEnd(s string) bool   { r := []rune(s); return r[len(r)-1] > 0x2e80 || r[len(r)-1] == ')' }

// repeats tells a row that is the header once more, as on every printed page.
func (h *header) repeats(cells []string) bool {
	for _, r := range h.rows {
		if countFilled(r.cells) >= 2 && equalCells(r.cells, cells) {
			return true
		}
	}
	return false
}

func equalCells(a, b []string) bool {
	for c := range max(len(a), len(b)) {
		if (c < len(a) && a[c] != "") != (c < len(b) && b[c] != "") || c < len(a) && c < len(b) && a[c] != b[c] {
			return false
		}
	}
	return true
}

var yearLike = regexp.MustCompile(`^(19|20)\d\d(年|-\d\d?)?$`)

// isNumber tells numbers from texts. Years are names of columns as often as numbers.
func isNumber(s string) bool {
	if s == "" || strings.Trim(s, "0123456789.eE+-") != "" {
		return false
	}
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}

func mostlyNumbers(cells []string) bool {
	n, texts := 0, 0
	for _, text := range cells {
		switch {
		case text == "":
		case isNumber(text) && !yearLike.MatchString(text) || dateLike.MatchString(text):
			n++
		default:
			texts++
		}
	}
	return n > texts
}

var dateLike = regexp.MustCompile(`^(19|20)\d\d[-/.年]\d\d?[-/.月]\d\d?`)

func anyNumber(cells []string) bool {
	for _, text := range cells {
		if isNumber(text) && !yearLike.MatchString(text) {
			return true
		}
	}
	return false
}
