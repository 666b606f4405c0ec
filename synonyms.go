package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

// synonymActions are the sub-commands of synonyms with the number of words that each takes.
var synonymActions = map[string][2]int{"list": {0, 0}, "add": {2, 2}, "reject": {2, 2}, "remove": {2, 2}, "export": {0, 1}, "import": {1, 1}}

func (p *program) synonymsCommand() *cobra.Command {
	var v queries.Synonym
	var format string
	c := &cobra.Command{
		Use:   "synonyms [list|add A B|reject A B|remove A B|export [FILE]|import FILE] (-c FILE | --embedded DIR)",
		Short: "同义标签 / which labels people found to ask for the same data, or not",
		Long: `Keeps what people decided about pairs of labels; the analysis and its duplicates follow it from the next run on.

add says that two labels ask for the same data, reject that they do not, remove forgets what was said. Two fields of one and
the same label are rejected with --field-a and --field-b, and for them alone. list shows the newest verdict on each pair;
export writes all of them to a file or to standard output, import takes such a file (or -), and of two verdicts on one pair
the newer counts. Nothing leaves the store but by export. Files are ndjson or csv, after their name or --format.`,
		Example: "  jianfu synonyms add 便民服务次数 代办服务件数 --by 王敏 --embedded ./data\n" +
			"  jianfu synonyms export 同义标签.csv --embedded ./data\n  jianfu match a.xlsx b.xlsx --synonyms 同义标签.csv",
		Args: arguments(cobra.MaximumNArgs(3)),
		RunE: func(c *cobra.Command, words []string) error {
			if len(words) == 0 {
				words = []string{"list"}
			}
			count, ok := synonymActions[words[0]]
			switch n := len(words) - 1; {
			case !ok:
				return usageError{fmt.Errorf("synonyms %q is not one of list, add, reject, remove, export, import", words[0])}
			case n < count[0] || n > count[1]:
				return usageError{fmt.Errorf("synonyms %s takes %s, not %d", words[0], map[int]string{0: "no words", 1: "one file", 2: "two labels"}[count[1]], n)}
			case !slices.Contains([]string{"", "table", "ndjson", "csv"}, format):
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson, csv", format)}
			}
			return p.open(c.Context(), func(_ *config, s *queries.Store) error {
				return p.synonyms(c.Context(), s, words, v, format)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "", "table, ndjson or csv; of files it follows from the name")
	c.Flags().StringVar(&v.By, "by", "", "of add and reject: who decided")
	c.Flags().StringVar(&v.Note, "note", "", "of add and reject: why")
	c.Flags().StringVar(&v.FieldA, "field-a", "", "of add and reject: the field that the first label is of, such as mz-1.dbhs")
	c.Flags().StringVar(&v.FieldB, "field-b", "", "of add and reject: the field that the second label is of")
	return c
}

func (p *program) synonyms(ctx context.Context, s *queries.Store, words []string, v queries.Synonym, format string) error {
	switch words[0] {
	case "add", "reject":
		v.A, v.B, v.Same = words[1], words[2], words[0] == "add"
		if _, err := v.Normalised(); err != nil {
			return usageError{err}
		}
		return s.SaveSynonym(ctx, v)
	case "remove":
		all, err := s.Synonyms(ctx)
		if err != nil {
			return err
		}
		a, b := strings.TrimSpace(words[1]), strings.TrimSpace(words[2])
		if !slices.ContainsFunc(all, func(v queries.Synonym) bool { return v.A == min(a, b) && v.B == max(a, b) }) {
			return fmt.Errorf("unable to forget %q and %q: nothing was said of them; 'jianfu synonyms list' shows what was", a, b)
		}
		return s.RemoveSynonym(ctx, queries.Synonym{A: a, B: b})
	case "import":
		return p.importSynonyms(ctx, s, words[1], format)
	}
	all, err := s.Synonyms(ctx)
	if err != nil {
		return err
	}
	if words[0] == "list" && (format == "" || format == "table") {
		for _, v := range all {
			if _, err := fmt.Fprintln(p.out, synonymLine(v)); err != nil {
				return fmt.Errorf("unable to write the synonyms: %w", err)
			}
		}
		return nil
	}
	if len(words) == 1 || words[1] == "-" {
		return writeSynonyms(p.out, all, format)
	}
	if format == "" {
		format = formatOf(words[1])
	}
	var text bytes.Buffer
	if err := writeSynonyms(&text, all, format); err != nil {
		return err
	}
	if err := os.WriteFile(words[1], text.Bytes(), 0o600); err != nil {
		return fmt.Errorf("unable to export the synonyms: %w", err)
	}
	fmt.Fprintf(p.err, "%s: %d verdicts\n", words[1], len(all))
	return nil
}

func synonymLine(v queries.Synonym) string {
	sign := "≠"
	if v.Same {
		sign = "="
	}
	line := v.At.Format(time.DateOnly) + "  " + v.A + " " + sign + " " + v.B
	if v.A == v.B {
		line += "  (" + v.FieldA + ", " + v.FieldB + ")"
	}
	for _, more := range []string{v.By, v.Note} {
		if more != "" {
			line += "  " + more
		}
	}
	return line
}

func (p *program) importSynonyms(ctx context.Context, s *queries.Store, path, format string) error {
	all, err := readSynonymFile(path, format, p.in)
	if err != nil {
		return err
	}
	before, err := s.Synonyms(ctx)
	if err != nil {
		return err
	}
	if err := s.SaveSynonyms(ctx, all); err != nil {
		return err
	}
	after, err := s.Synonyms(ctx)
	if err != nil {
		return err
	}
	changed := 0
	for _, v := range after {
		if !slices.Contains(before, v) {
			changed++
		}
	}
	fmt.Fprintf(p.err, "%s: %d verdicts read, %d pairs of labels new or changed\n", path, len(all), changed)
	return nil
}

func formatOf(path string) string {
	if strings.EqualFold(filepath.Ext(path), ".csv") {
		return "csv"
	}
	return "ndjson"
}

// readSynonymFile reads verdicts from a file, or from standard input where the path is "-".
func readSynonymFile(path, format string, input io.Reader) ([]queries.Synonym, error) {
	if format == "" || format == "table" {
		format = formatOf(path)
	}
	if path != "-" {
		f, err := os.Open(path)
		if err != nil {
			return nil, fmt.Errorf("unable to read the synonyms: %w", err)
		}
		defer f.Close()
		input = f
	}
	read := readSynonymLines
	if format == "csv" {
		read = readSynonymTable
	}
	all, err := read(input)
	if err != nil {
		return nil, fmt.Errorf("unable to read the synonyms of %s: %w", path, err)
	}
	return all, nil
}

// readSynonymLines reads ndjson. Nothing is taken from a file that has a fault.
func readSynonymLines(input io.Reader) ([]queries.Synonym, error) {
	var out []queries.Synonym
	lines := bufio.NewScanner(input)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		line := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), []byte("\ufeff")))
		if len(line) == 0 {
			continue
		}
		var v struct {
			queries.Synonym
			Same *bool `json:"same"`
		}
		decode := json.NewDecoder(bytes.NewReader(line))
		decode.DisallowUnknownFields()
		err := decode.Decode(&v)
		if err == nil && decode.More() {
			err = errors.New("more than one object in a line")
		}
		if err == nil && v.Same == nil {
			err = errors.New(`the key "same" is missing: true or false`)
		}
		if err == nil {
			v.Synonym.Same = *v.Same
			_, err = v.Normalised()
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, v.Synonym)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	return out, nil
}

var synonymHeader = []string{"a", "b", "same", "field_a", "field_b", "by", "note", "at"}

// readSynonymTable reads csv with the columns of synonymHeader in any order, of which a, b and same must be there.
func readSynonymTable(input io.Reader) ([]queries.Synonym, error) {
	buffered := bufio.NewReader(input)
	if mark, err := buffered.Peek(3); err == nil && string(mark) == "\ufeff" {
		_, _ = buffered.Discard(3)
	}
	rows := csv.NewReader(buffered)
	header, err := rows.Read()
	if err != nil {
		return nil, fmt.Errorf("line 1: the header %s is missing: %w", strings.Join(synonymHeader, ","), err)
	}
	at := map[string]int{}
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if !slices.Contains(synonymHeader, name) {
			return nil, fmt.Errorf("line 1: there is no column %q%s", name, collector.Nearest(name, synonymHeader))
		}
		at[name] = i
	}
	for _, name := range synonymHeader[:3] {
		if _, ok := at[name]; !ok {
			return nil, fmt.Errorf("line 1: the column %q is missing", name)
		}
	}
	var out []queries.Synonym
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, err // names the line
		}
		v, err := synonymOf(func(name string) string {
			if i, ok := at[name]; ok {
				return strings.TrimSpace(plainCell(row[i]))
			}
			return ""
		})
		if err != nil {
			n, _ := rows.FieldPos(0)
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		out = append(out, v)
	}
}

func synonymOf(cell func(string) string) (queries.Synonym, error) {
	v := queries.Synonym{A: cell("a"), B: cell("b"), FieldA: cell("field_a"), FieldB: cell("field_b"), By: cell("by"), Note: cell("note")}
	switch same := strings.ToLower(cell("same")); same {
	case "true", "1", "yes", "是":
		v.Same = true
	case "false", "0", "no", "否":
	default:
		return v, fmt.Errorf("same: %q is not true or false", same)
	}
	if at := cell("at"); at != "" {
		var err error
		if v.At, err = time.Parse(time.RFC3339, at); err != nil {
			return v, fmt.Errorf("at: %q is not a time such as 2026-07-01T08:00:00+08:00", at)
		}
	}
	_, err := v.Normalised()
	return v, err
}

// plainCell undoes what keeps spreadsheet programs from reading a text as a formula.
func plainCell(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && interchange.Neutral(rest) == s {
		return rest
	}
	return s
}

func writeSynonyms(w io.Writer, all []queries.Synonym, format string) error {
	if format != "csv" {
		encode := json.NewEncoder(w)
		encode.SetEscapeHTML(false)
		for _, v := range all {
			if err := encode.Encode(v); err != nil {
				return fmt.Errorf("unable to write the synonyms: %w", err)
			}
		}
		return nil
	}
	out := csv.NewWriter(w)
	rows := [][]string{synonymHeader}
	for _, v := range all {
		rows = append(rows, []string{
			interchange.Neutral(v.A), interchange.Neutral(v.B), strconv.FormatBool(v.Same), interchange.Neutral(v.FieldA), interchange.Neutral(v.FieldB), interchange.Neutral(v.By), interchange.Neutral(v.Note),
			v.At.Format(time.RFC3339Nano),
		})
	}
	if err := out.WriteAll(rows); err != nil {
		return fmt.Errorf("unable to write the synonyms: %w", err)
	}
	return nil
}
