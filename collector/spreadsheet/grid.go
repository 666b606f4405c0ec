package spreadsheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/jianfu/jianfu/collector"
)

// book is an open file: one sheet for csv, several for a workbook.
type book struct {
	sheets []*sheet
	closer io.Closer
}

func (b *book) Close() error { return b.closer.Close() }

// sheet is a grid of cells that is read once, row by row. Rows without content are passed over.
type sheet struct {
	name   string
	merges []merge
	rows   func(yield func(row) error) error
}

// row is one row of a sheet. Its cells are as typed; a fault says why the row cannot be used.
type row struct {
	line  int // from 1
	cells []string
	fault *Fault
}

// merge is a range of merged cells, from 0, both ends included.
type merge struct{ top, left, bottom, right int }

// mostColumns bounds the width of a table.
const mostColumns = 2000

var errTooWide = fmt.Errorf("the table has more than %d columns; split it, or delete the columns that are not needed", mostColumns)

// FormatError says that a file is no table that can be read. Its text says what to do.
type FormatError struct {
	Kind   string // of queries.Rejected: archive, encoding, oversize or malformed
	Reason string
}

func (e *FormatError) Error() string { return e.Reason }

func refuse(kind, format string, args ...any) error {
	return &FormatError{Kind: kind, Reason: fmt.Sprintf(format, args...)}
}

var (
	zipMagic = []byte("PK\x03\x04")
	cfbMagic = []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
)

// openBook tells a file's format by its content: legacy systems write csv and web pages into files named xls.
func openBook(path string) (*book, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("unable to open %s: %w", path, err)
	}
	b, err := readBook(path, f)
	if err != nil {
		if closing := f.Close(); closing != nil {
			return nil, errors.Join(err, closing)
		}
		return nil, err
	}
	return b, nil
}

func readBook(path string, f *os.File) (*book, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("unable to read %s: %w", path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("unable to read %s: it is not a regular file", path)
	}
	head := make([]byte, 4096)
	n, err := f.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("unable to read %s: %w", path, err)
	}
	head = head[:n]
	switch {
	case bytes.HasPrefix(head, zipMagic):
		sheets, err := openWorkbook(f, info.Size())
		return &book{sheets: sheets, closer: f}, err
	case bytes.HasPrefix(head, cfbMagic):
		return nil, explainCFB(f, info.Size())
	case n == 0:
		return nil, refuse("malformed", "the file is empty; export it again")
	case bytes.HasPrefix(bytes.ToLower(bytes.TrimLeft(head, " \t\r\n\xef\xbb\xbf")), []byte("<")):
		return nil, refuse("malformed", "the file is a web page or XML, whatever its name says; open it and save it as xlsx or csv")
	}
	s, err := openText(func() (io.ReadCloser, error) {
		r, _, err := collector.Decompress(io.NewSectionReader(f, 0, info.Size()))
		if errors.Is(err, collector.ErrArchive) {
			return nil, refuse("archive", "%s", err)
		}
		return r, err
	})
	if err != nil {
		return nil, err
	}
	return &book{sheets: []*sheet{s}, closer: f}, nil
}

// explainCFB tells what a file in the old container of Office is: an encrypted workbook or one of the old format.
func explainCFB(f io.ReaderAt, size int64) error {
	encrypted := []byte("E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00a\x00c\x00k\x00a\x00g\x00e\x00")
	content, err := io.ReadAll(io.NewSectionReader(f, 0, min(size, 64<<20)))
	if err != nil {
		return fmt.Errorf("unable to read the file: %w", err)
	}
	if bytes.Contains(content, encrypted) {
		return refuse("archive", "the workbook is encrypted; remove its password and save it again")
	}
	return refuse("archive", "the workbook is in the old format xls (or et); open it and save it as xlsx")
}
