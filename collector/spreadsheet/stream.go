package spreadsheet

// Reader takes the tables of a file one after the other, row by row, for files that are too large to be kept.
type Reader interface {
	// Begin is told the header. Rows, totals and notes of the table are empty, and stay so.
	Begin(t *Table) error
	// Row takes the cells of a row, one for each name of the header. They belong to the reader.
	Row(line int, cells []string) error
	// Fault is told of a row or cell that could not be read.
	Fault(t *Table, f Fault) error
	// End is told which columns have a name of their own or a value.
	End(t *Table, used []bool) error
}

// EachTable reads all tables of a file as ReadTables does, without keeping them.
func EachTable(path string, o Options, r Reader) error {
	b, err := openBook(path)
	if err != nil {
		return err
	}
	defer b.Close()
	var names []string
	found := false
	for _, s := range b.sheets {
		names = append(names, s.name)
		if o.Sheet != "" && s.name != o.Sheet {
			continue
		}
		h := &passing{reader: r}
		if err := scan(s, o, h); err != nil {
			return atSheet(s.name, err)
		}
		if h.table == nil || h.rows == 0 && !h.table.blank(len(b.sheets) == 1) {
			continue
		}
		found = true
		if err := h.begun(); err != nil {
			return err
		}
		if err := r.End(h.table, h.used); err != nil {
			return err
		}
	}
	if o.Sheet != "" && !found {
		return refuse("malformed", "there is no sheet %q with data; there are %q", o.Sheet, names)
	}
	return nil
}

// passing is a handler that keeps nothing. A sheet without rows is begun at its end, if it is a form.
type passing struct {
	reader Reader
	table  *Table
	used   []bool
	rows   int
	told   bool
}

func (p *passing) begin(t *Table) error {
	p.table, p.used = t, make([]bool, len(t.Header))
	for c := range t.Header {
		p.used[c] = !t.unnamed(c)
	}
	return nil
}

func (p *passing) begun() error {
	if p.told {
		return nil
	}
	p.told = true
	return p.reader.Begin(p.table)
}

func (p *passing) row(line int, cells []string) error {
	if err := p.begun(); err != nil {
		return err
	}
	p.rows++
	for c, text := range cells {
		p.used[c] = p.used[c] || text != ""
	}
	return p.reader.Row(line, cells)
}

func (p *passing) total(Line) error { p.rows++; return nil }
func (p *passing) note(Line) error  { return nil }

func (p *passing) fault(f Fault) error {
	p.rows++
	return p.reader.Fault(p.table, f)
}
