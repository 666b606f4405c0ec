package spreadsheet

import (
	"fmt"
	"regexp"
	"strings"
)

// A sheet in the layout pairs is a form as people fill it in: labels, each with its value to the right. It becomes a table
// of one row, whose header are the labels.

var labelled = regexp.MustCompile(`^([^:：]{1,40})[:：]\s*(.*)$`)

// pairsReader gathers labels and values.
type pairsReader struct {
	table  *Table
	merges map[[2]int]merge // by line and column of the first cell, from 0
	groups map[int]merge    // cells merged downwards that head the labels beside them, by their column
	taken  map[string]bool
	values []string
	line   int
}

// scanPairs reads a sheet of labels and values.
func scanPairs(s *sheet, h handler) error {
	p := &pairsReader{
		table:  &Table{Name: s.name, top: make(map[[2]int]string)},
		merges: make(map[[2]int]merge, len(s.merges)), groups: make(map[int]merge), taken: make(map[string]bool),
	}
	for _, m := range s.merges {
		p.merges[[2]int{m.top, m.left}] = m
	}
	var faults []Fault
	err := s.rows(func(r row) error {
		if r.fault != nil {
			faults = append(faults, *r.fault)
		}
		return p.row(r)
	})
	if err := h.begin(p.table); err != nil {
		return err
	}
	for _, f := range faults {
		if err := h.fault(f); err != nil {
			return err
		}
	}
	if err != nil || len(p.values) == 0 {
		return err
	}
	return h.row(p.line, p.values)
}

func (p *pairsReader) row(r row) error {
	at := r.line - 1
	for c, text := range r.cells {
		if text != "" && r.line <= topRows {
			p.table.top[[2]int{at, c}] = text
		}
	}
	group := ""
	filled := countFilled(r.cells)
	for c := 0; c < len(r.cells); {
		text := r.cells[c]
		span, merged := p.merges[[2]int{at, c}]
		if g, ok := p.groups[c]; ok && text == "" && at <= g.bottom {
			group = p.table.top[[2]int{g.top, c}]
			c = g.right + 1
			continue
		}
		if text == "" {
			c++
			continue
		}
		next := c + 1
		if merged {
			next = span.right + 1
		}
		if merged && span.bottom > at && countFilled(part(r.cells, next, len(r.cells)-1)) > 0 {
			p.groups[c] = span
			group, c = text, next
			continue
		}
		if found := labelled.FindStringSubmatch(text); found != nil && (found[2] != "" || filled == 1) {
			if err := p.add(r.line, group, found[1], found[2]); err != nil {
				return err
			}
			c = next
			continue
		}
		if filled == 1 && (next >= len(r.cells) && len(p.values) == 0 || merged && next-c >= 3) {
			p.remark(r) // a title, or the heading of a part
			return nil
		}
		value, after := "", next+1
		if next < len(r.cells) {
			value = r.cells[next]
		}
		if m, ok := p.merges[[2]int{at, next}]; ok {
			after = m.right + 1
		}
		if err := p.add(r.line, group, strings.TrimRight(text, ":："), value); err != nil {
			return err
		}
		c = after
	}
	return nil
}

func (p *pairsReader) remark(r row) {
	l := Line{r.line, r.cells}
	if len(p.values) == 0 {
		p.table.Above = append(p.table.Above, l)
	} else {
		p.table.Notes = append(p.table.Notes, l)
	}
}

func (p *pairsReader) add(line int, group, label, value string) error {
	name := normalizeName(label)
	if group = normalizeName(group); group != "" {
		name = group + "/" + name
	}
	if name == "" {
		return nil
	}
	for n, first := 2, name; p.taken[name]; n++ {
		name = fmt.Sprintf("%s_%d", first, n)
	}
	if len(p.values) >= mostColumns {
		return refuse("oversize", "%s", errTooWide)
	}
	p.taken[name] = true
	if len(p.values) == 0 {
		p.line, p.table.HeaderLine = line, line
	}
	p.table.Header = append(p.table.Header, name)
	p.table.columns = append(p.table.columns, len(p.table.columns))
	p.values = append(p.values, clean(value))
	return nil
}
