package sqldb

import (
	"strconv"
	"strings"
)

// statement is one SELECT around the configured query. Values become parameters of the server, never part of the text.
type statement struct {
	dialect dialect
	text    strings.Builder
	args    []any
	err     error
}

func (t *statement) write(parts ...string) *statement {
	for _, p := range parts {
		t.text.WriteString(p)
	}
	return t
}

func (t *statement) value(v value) *statement {
	holder, arg, err := t.dialect.parameter(len(t.args)+1, v)
	if err != nil && t.err == nil {
		t.err = err
	}
	t.args = append(t.args, arg)
	return t.write(holder)
}

// from names the configured query q. The line break ends a comment on its last line.
func (t *statement) from(query string) *statement {
	return t.write(" FROM (\n", query, "\n) q")
}

// order is what a scan goes by: the watermark, if there is one, and the columns of the key.
type order struct {
	columns []column // the watermark first
	places  []int    // of those columns in a row
	marked  bool     // whether there is a watermark
	class   string   // SQLite's type of most watermarks
}

// builder makes the statements of one scan.
type builder struct {
	dialect dialect
	query   string
	columns []column
	names   []string // of the columns
	order   order
}

func (b *builder) begin() *statement { return &statement{dialect: b.dialect} }

func (b *builder) name(c column) string { return "q." + b.dialect.quote(c.name) }

// list names the first n columns of the order.
func (b *builder) list(n int, suffix string) string {
	names := make([]string, n)
	for i, c := range b.order.columns[:n] {
		names[i] = b.name(c) + suffix
	}
	return strings.Join(names, ", ")
}

// layout selects no row, for the names and types of the columns.
func (b *builder) layout() *statement {
	return b.begin().write("SELECT *").from(b.query).write(" WHERE 1 = 0")
}

// everything reads the query as it is.
func (b *builder) everything() *statement {
	return b.begin().write("SELECT ", b.dialect.list(b.columns)).from(b.query)
}

// usable writes the condition that a row has a place in the order.
func (b *builder) usable(t *statement) *statement {
	t.write(" WHERE ")
	for i, c := range b.order.columns {
		if i > 0 {
			t.write(" AND ")
		}
		t.write(b.name(c), " IS NOT NULL")
		if i == 0 && b.order.marked {
			if condition := b.dialect.usable(c, b.order.class); condition != "" {
				t.write(" AND ", condition)
			}
		}
	}
	return t
}

// unusable selects the rows that no page will show.
func (b *builder) unusable() *statement {
	t := b.everything().write(" WHERE ")
	for i, c := range b.order.columns {
		if i > 0 {
			t.write(" OR ")
		}
		t.write(b.name(c), " IS NULL")
		if i == 0 && b.order.marked {
			if condition := b.dialect.usable(c, b.order.class); condition != "" {
				t.write(" OR NOT (", condition, ")")
			}
		}
	}
	return t
}

// page selects the rows after a position, or from a watermark on where there is none, in order.
func (b *builder) page(from *value, after []value, limit int) *statement {
	t := b.usable(b.everything())
	switch {
	case len(after) > 0:
		b.after(t, after)
	case from != nil:
		t.write(" AND ", b.name(b.order.columns[0]), " >= ").value(*from)
	}
	return t.write(" ORDER BY ", b.list(len(b.order.columns), ""), " LIMIT ", strconv.Itoa(limit))
}

// after writes that a row comes after a position: (w, k) > (a, b), spelt out because not every database finds its index
// for the short form. The first condition alone bounds the part of the index that is read.
func (b *builder) after(t *statement, at []value) {
	columns := b.order.columns[:len(at)]
	t.write(" AND ", b.name(columns[0]), map[bool]string{true: " > ", false: " >= "}[len(at) == 1]).value(at[0])
	if len(at) == 1 {
		return
	}
	t.write(" AND (")
	for i := range columns {
		if i > 0 {
			t.write(" OR ")
		}
		t.write("(")
		for j := range i {
			t.write(b.name(columns[j]), " = ").value(at[j]).write(" AND ")
		}
		t.write(b.name(columns[i]), " > ").value(at[i]).write(")")
	}
	t.write(")")
}

// group selects all rows of one watermark.
func (b *builder) group(at value) *statement {
	return b.everything().write(" WHERE ", b.name(b.order.columns[0]), " = ").value(at)
}

// highest selects the highest watermark.
func (b *builder) highest() *statement {
	return b.usable(b.begin().write("SELECT ", b.dialect.list(b.order.columns[:1])).from(b.query)).
		write(" ORDER BY ", b.list(1, " DESC"), " LIMIT 1")
}

// count counts the rows from a watermark on, for the progress alone.
func (b *builder) count(from *value) *statement {
	t := b.begin().write("SELECT COUNT(*)").from(b.query)
	if from != nil {
		t.write(" WHERE ", b.name(b.order.columns[0]), " >= ").value(*from)
	}
	return t
}

// classes counts the types of the watermark in SQLite, the most frequent first.
func (b *builder) classes() *statement {
	name := b.name(b.order.columns[0])
	return b.begin().write("SELECT typeof(", name, ")").from(b.query).
		write(" WHERE ", name, " IS NOT NULL GROUP BY 1 ORDER BY COUNT(*) DESC, 1 LIMIT 1")
}
