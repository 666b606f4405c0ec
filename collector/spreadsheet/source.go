package spreadsheet

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

var noTarget, noPlace = math.NaN(), math.NaN()

// Kind is the source kind spreadsheet: folders of workbooks and texts of values.
func Kind() collector.Kind {
	return collector.Kind{Name: "spreadsheet", New: newSource}
}

// suffixes are the names that are taken from a folder. Old workbooks are taken too, so that they are seen to be refused.
var suffixes = []string{".xlsx", ".xlsm", ".xltx", ".xls", ".et", ".csv", ".tsv", ".csv.gz", ".tsv.gz", ".csv.zst", ".csv.bz2"}

type source struct {
	collector.Deps
	config config
	except []string
	fields map[string]string
	codes  map[string]string // of units, by name
	quiet  time.Duration     // how long nobody may have written to a file before it is read

	markRows uint64 // how many rows may come between two marks
}

func newSource(d collector.Deps, decode func(into any) error) (collector.Source, error) {
	s := &source{Deps: d, fields: make(map[string]string), quiet: 2 * time.Second, markRows: 1 << 15}
	if err := decode(&s.config); err != nil {
		return nil, err
	}
	if err := s.config.check(); err != nil {
		return nil, err
	}
	for _, name := range s.config.Except {
		s.except = append(s.except, normalizeName(name))
	}
	for name, id := range s.config.Fields {
		s.fields[normalizeName(name)] = id
	}
	if s.Location == nil {
		s.Location = time.Local
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	return s, nil
}

// Check implements collector.Source: it reads the first file and maps its first row.
func (s *source) Check(ctx context.Context) error {
	if err := s.readUnits(); err != nil {
		return err
	}
	files, err := s.config.Path.List(s.BaseDir, suffixes...)
	if err != nil || len(files) == 0 {
		return err
	}
	first := &firstRow{}
	w := &writer{source: s, out: first, path: files[0], changed: s.Now(), declared: make(map[string]bool)}
	err = w.file(ctx)
	if errors.Is(err, errEnough) {
		err = nil
	}
	if err == nil && first.reason != "" {
		err = fmt.Errorf("unable to understand %s: %s", files[0], first.reason)
	}
	return err
}

// Collect implements collector.Source. Files that cannot be opened are told after all others have been read.
func (s *source) Collect(ctx context.Context, from collector.Checkpoint, out collector.Sink) error {
	if err := s.readUnits(); err != nil {
		return backoff.Permanent(err)
	}
	st, err := loadState(from, s.fingerprint())
	if err != nil {
		return err
	}
	files, err := s.config.Path.List(s.BaseDir, suffixes...)
	if err != nil {
		return backoff.Permanent(err)
	}
	due, total, busy := st.due(files, s.Now(), s.quiet)
	if busy {
		// Somebody may still be copying: half a workbook is a broken one.
		select {
		case <-time.After(s.quiet):
		case <-ctx.Done():
			return ctx.Err()
		}
		due, total, _ = st.due(files, s.Now(), s.quiet)
	}
	var unreadable []error
	done := int64(0)
	declared := make(map[string]bool)
	for i, f := range due {
		out.Progress(done, total)
		err := s.file(ctx, st, f, declared, out)
		switch {
		case errors.Is(err, errUnreadable):
			unreadable = append(unreadable, err)
		case err != nil:
			return err
		}
		done += f.Size
		// A checkpoint lists every file: where they are many, only some are marked.
		if len(st.Files) <= 500 || i%50 == 49 || i == len(due)-1 {
			if err := st.mark(ctx, out); err != nil {
				return err
			}
		}
	}
	out.Progress(total, total)
	if len(unreadable) > 0 {
		return backoff.Permanent(errors.Join(unreadable...))
	}
	return nil
}

var errUnreadable = errors.New("check that the file may be read by this program")

// file reads one file that is new or has changed, or the rest of it.
func (s *source) file(ctx context.Context, st *state, f entry, declared map[string]bool, out collector.Sink) error {
	hash, err := hashFile(f.Path)
	if err != nil {
		return fmt.Errorf("unable to read %s: %w; %w", f.Path, err, errUnreadable)
	}
	if known := st.Files[f.Path]; known.Hash == hash {
		f.Rows, f.Done = known.Rows, known.Done
	}
	f.Hash = hash
	if !f.Done {
		w := &writer{
			source: s, out: out, path: f.Path, changed: time.Unix(0, f.Modified), skip: f.Rows, declared: declared,
			mark: func(rows uint64) error {
				f.Rows = rows
				st.Files[f.Path] = f
				return st.mark(ctx, out)
			},
		}
		if err := w.file(ctx); err != nil {
			return err
		}
		f.Done = true
	}
	st.Files[f.Path] = f
	return nil
}

// Replay implements collector.Replayer: it reads the row again where it stands, because its meaning depends on the titles and
// headers above it.
func (s *source) Replay(ctx context.Context, q queries.Quarantined, out collector.Sink) error {
	if err := s.readUnits(); err != nil {
		return err
	}
	path, sheet := q.Origin, ""
	info, err := os.Stat(path)
	if i := strings.LastIndexByte(path, '#'); err != nil && i >= 0 {
		path, sheet = path[:i], path[i+1:]
		info, err = os.Stat(path)
	}
	if err != nil {
		return out.Reject(ctx, queries.Rejected{
			Source: s.ID, Origin: q.Origin, Line: q.Line, Field: q.Field, Kind: q.Kind, Raw: q.Raw,
			Reason: "the file is not there any more (" + err.Error() + "); bring it back, or drop the row",
		})
	}
	w := &writer{
		source: s, out: out, path: path, changed: info.ModTime(), declared: make(map[string]bool), only: &rowAt{sheet, q.Line},
	}
	return w.file(ctx)
}

// fingerprint changes with the configuration: rows that could not be mapped before may be now, so that all files are read
// again.
func (s *source) fingerprint() string {
	text, err := json.Marshal(s.describe())
	if err != nil {
		return ""
	}
	return hashText(string(text))
}

// describe spells out the configuration with its patterns, and with the codes of the units.
func (s *source) describe() any {
	c := &s.config
	patterns := []string{c.File.String(), c.Title.String()}
	for _, p := range c.places() {
		patterns = append(patterns, p.Title.String(), p.File.String(), p.Sheet.String())
	}
	return []any{c, patterns, s.codes}
}

func (p pattern) String() string {
	if p.re == nil {
		return ""
	}
	return p.re.String()
}

// readUnits reads the table of the units' names and codes.
func (s *source) readUnits() error {
	s.codes = s.config.Units.codes
	if s.config.Units.path == "" {
		return nil
	}
	path := s.config.Units.path
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.BaseDir, path)
	}
	tables, err := ReadTables(path, Options{})
	if err != nil {
		return fmt.Errorf("unable to read the units: %w", err)
	}
	s.codes = make(map[string]string)
	for _, t := range tables {
		code, name := -1, -1
		for c, header := range t.Header {
			switch {
			case code < 0 && (codeColumn.MatchString(header) || header == "code" || header == "代码"):
				code = c
			case name < 0 && (unitColumn.MatchString(header) || header == "name" || header == "名称"):
				name = c
			}
		}
		if code < 0 || name < 0 {
			return fmt.Errorf("unable to read the units of %s: expected the columns code (代码) and name (名称), found %q", path, t.Header)
		}
		for _, cells := range t.Rows {
			s.codes[cells[name]] = cells[code]
		}
	}
	return nil
}

var codeAndName = regexp.MustCompile(`^(\d{6,12})[\s\-_]+\D`)

// unitCode gives the code of a unit that is written as code, name, or both. Names that nobody listed stay as they are.
func (s *source) unitCode(written string) string {
	if code, ok := s.codes[written]; ok {
		return code
	}
	if found := codeAndName.FindStringSubmatch(written); found != nil {
		return found[1]
	}
	if code, ok := s.codes[squeeze(written)]; ok {
		return code
	}
	if t := squeezeChinese(written); t != "" {
		return t
	}
	return written
}

// takes tells whether the sheet is to be read: those that explain a workbook are not, unless they are named.
func (s *source) takes(sheet string) bool {
	if len(s.config.Sheets) == 0 {
		return !explaining.MatchString(sheet)
	}
	for _, p := range s.config.Sheets {
		if ok, err := path.Match(p, sheet); ok && err == nil || p == sheet {
			return true
		}
	}
	return false
}

var explaining = regexp.MustCompile(`(?i)^(填[表报])?说明$|^目录$|^(数据)?字典$|^下拉|^(选项|代码表|枚举)$|^read ?me$|^instructions?$`)

// firstRow is a sink that ends reading at the first row.
type firstRow struct{ reason string }

var errEnough = errors.New("one row is enough")

// Usage implements collector.Sink.
func (f *firstRow) Usage(context.Context, *queries.UsageColumns) error { return nil }

// Submissions implements collector.Sink.
func (f *firstRow) Submissions(context.Context, []queries.Submission) error { return errEnough }

// Declare implements collector.Sink.
func (f *firstRow) Declare(context.Context, collector.Declarations) error { return nil }

// Reject implements collector.Sink.
func (f *firstRow) Reject(_ context.Context, r queries.Rejected) error {
	f.reason = fmt.Sprintf("%s, row %d: %s", strings.TrimPrefix(filepath.Base(r.Origin), "#"), r.Line, r.Reason)
	return errEnough
}

// Mark implements collector.Sink.
func (f *firstRow) Mark(context.Context, collector.Checkpoint) error { return nil }

// Progress implements collector.Sink.
func (f *firstRow) Progress(int64, int64) {}
