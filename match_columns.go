package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/collector/spreadsheet"
)

// columnFile is a file on its way to columns: the tables of a workbook one after the other, or the questions of an XLSForm.
type columnFile struct {
	ctx    context.Context
	path   string
	tables []*columnTable
	forms  map[string][][]string // rows of the sheets survey and choices, with their headers
	lists  map[string][][]string // rows of tables that may list fields, with their headers
	faults []string
	more   int // faults that are not told one by one

	sample *analyzer.RowSample // set in the second reading
	side   int
	next   int // the table that the second reading has come to
}

// columnTable is a table of it.
type columnTable struct {
	name    string
	columns *analyzer.TableColumns
	first   int // position of its first column among those of the file
	width   int
	used    []bool
	rows    [][]string // of the sample
}

const (
	faultsTold = 3
	formRows   = 20_000 // more rows are no form definition
)

func (f *columnFile) Begin(t *spreadsheet.Table) error {
	if f.sample != nil {
		return nil
	}
	first := 0
	if n := len(f.tables); n > 0 {
		first = f.tables[n-1].first + f.tables[n-1].width
	}
	f.tables = append(f.tables, &columnTable{
		name: t.Name, columns: analyzer.NewTableColumns(f.called(t.Name), t.Written), first: first, width: len(t.Header),
	})
	switch {
	case t.Name == "survey" || t.Name == "choices":
		f.forms[t.Name] = [][]string{t.Header}
	case analyzer.MayDefine(t.Header):
		f.lists[t.Name] = [][]string{t.Header}
	}
	return nil
}

// called is what a table is called: the name of a csv file stands for its only table. Titles such as 民政月报 tell the cycle.
func (f *columnFile) called(sheet string) string {
	if sheet != "" {
		return sheet
	}
	return strings.TrimSuffix(filepath.Base(f.path), filepath.Ext(f.path))
}

func (f *columnFile) Row(line int, cells []string) error {
	if line%1024 == 0 {
		if err := f.ctx.Err(); err != nil {
			return err
		}
	}
	if f.sample != nil {
		t := f.tables[f.next]
		column := f.sample.Column(f.side) - t.first
		if column >= 0 && column < len(cells) && f.sample.Keeps(cells[column]) {
			t.rows = append(t.rows, slices.Clone(cells))
		}
		return nil
	}
	t := f.tables[len(f.tables)-1]
	for _, kept := range []map[string][][]string{f.forms, f.lists} {
		if rows, is := kept[t.name]; is && len(rows) < formRows {
			kept[t.name] = append(rows, cells)
		}
	}
	t.columns.Add(cells)
	return nil
}

// Fault notes what could not be read, to be told once.
func (f *columnFile) Fault(t *spreadsheet.Table, fault spreadsheet.Fault) error {
	if f.sample != nil {
		return nil
	}
	if len(f.faults) == faultsTold {
		f.more++
		return nil
	}
	where := f.path
	if t.Name != "" {
		where += ", sheet " + t.Name
	}
	f.faults = append(f.faults, fmt.Sprintf("%s, row %d is left out: %s", where, fault.Line, fault.Reason))
	return nil
}

func (f *columnFile) End(_ *spreadsheet.Table, used []bool) error {
	if f.sample != nil {
		f.next++
		return nil
	}
	f.tables[len(f.tables)-1].used = used
	return nil
}

func (f *columnFile) read() error {
	if err := spreadsheet.EachTable(f.path, spreadsheet.Options{}, f); err != nil {
		return fmt.Errorf("unable to read %s: %w", f.path, err)
	}
	return nil
}

// all are the columns of all tables, used or not.
func (f *columnFile) all() (columns []analyzer.Column, rows int, large bool) {
	for _, t := range f.tables {
		columns = append(columns, t.columns.Columns()...)
		rows = max(rows, t.columns.Rows())
		large = large || t.columns.Large()
	}
	return columns, rows, large
}

// columns are what the file asks for.
func (f *columnFile) columns() ([]analyzer.Column, error) {
	if survey := f.forms["survey"]; survey != nil && slices.Contains(survey[0], "type") && slices.Contains(survey[0], "name") {
		return analyzer.ColumnsFromXLSForm(survey, f.forms["choices"]), nil
	}
	var columns []analyzer.Column
	for _, t := range f.tables {
		if rows := f.lists[t.name]; len(rows) > 0 && len(rows) < formRows {
			if fields, is := analyzer.ColumnsFromDefinition(f.called(t.name), rows[0], rows[1:]); is {
				columns = append(columns, fields...)
				continue
			}
		}
		if t.rows != nil && t.columns.Large() {
			t.columns.Sampled(t.rows)
		}
		for i, c := range t.columns.Columns() {
			if t.used[i] {
				columns = append(columns, c)
			}
		}
	}
	if len(columns) == 0 {
		return nil, fmt.Errorf("unable to read %s: no table was found in it", f.path)
	}
	return columns, nil
}

// readColumns reads the columns of two files. Files that are too large to be kept are read twice: for what their columns
// look like, and for rows of the same subjects.
func (p *program) readColumns(ctx context.Context, a, b string) (left, right []analyzer.Column, err error) {
	files := [2]*columnFile{}
	group, inner := errgroup.WithContext(ctx)
	for side, path := range []string{a, b} {
		files[side] = &columnFile{ctx: inner, path: path, forms: map[string][][]string{}, lists: map[string][][]string{}, side: side}
		group.Go(files[side].read)
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	for _, f := range files {
		for _, fault := range f.faults {
			fmt.Fprintln(p.err, fault)
		}
		if f.more > 0 {
			fmt.Fprintf(p.err, "%s: %d further rows are left out\n", f.path, f.more)
		}
	}
	if err := sampleLarge(ctx, files); err != nil {
		return nil, nil, err
	}
	if left, err = files[0].columns(); err != nil {
		return nil, nil, err
	}
	right, err = files[1].columns()
	return left, right, err
}

// sampleLarge reads large files again for the rows that are compared side by side.
func sampleLarge(ctx context.Context, files [2]*columnFile) error {
	x, rowsX, largeX := files[0].all()
	y, rowsY, largeY := files[1].all()
	if !largeX && !largeY {
		return nil
	}
	sample := analyzer.SampleRows(x, y, [2]int{rowsX, rowsY})
	if sample.Column(0) < 0 {
		return nil
	}
	group, inner := errgroup.WithContext(ctx)
	for side, large := range []bool{largeX, largeY} {
		if large {
			files[side].ctx, files[side].sample = inner, &sample
			group.Go(files[side].read)
		}
	}
	return group.Wait()
}

// relationNote says in short how one column follows from the other.
func relationNote(why analyzer.Why) string {
	switch {
	case why.Derived != nil && len(why.Derived.Parts) > 0:
		return why.Derived.Of + " = " + strings.Join(why.Derived.Parts, " + ")
	case why.Derived != nil:
		return strings.TrimSpace(why.Derived.Of + " = " + why.Derived.How + " " + why.Derived.Value)
	case why.Factor != 0:
		return fmt.Sprintf("b = %.6g × a", why.Factor)
	case len(why.Codes) > 0:
		var pairs []string
		for from, to := range why.Codes {
			pairs = append(pairs, from+"→"+to)
		}
		slices.Sort(pairs)
		if len(pairs) > 6 {
			pairs = append(pairs[:6], "…")
		}
		return strings.Join(pairs, " ")
	}
	return ""
}
