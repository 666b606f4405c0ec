package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/spreadsheet"
	"github.com/jianfu/jianfu/web/locale"
)

func (p *program) matchCommand() *cobra.Command {
	var format, synonyms string
	var all bool
	c := &cobra.Command{
		Use:   "match A B [--format table|ndjson] [--synonyms FILE]",
		Short: "比对两张表 / which fields of two tables or forms hold the same data",
		Long: `Compares every column of A with every column of B: labels, formats, values and, where rows can be joined, what they say of
the same subject. A and B are tables (xlsx, csv), blank forms with labels only, or form definitions: an XLSForm, or a table that lists
fields with their types. The best pairs come first; ndjson has all candidates with every component of the judgement, the table
those that count as matched. --synonyms takes what people decided about labels, as 'jianfu synonyms export' writes it.`,
		Example: "  jianfu match 民政月报.xlsx 卫健月报.csv\n  jianfu match a.csv b.csv --format ndjson | head -20",
		Args:    arguments(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, files []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			return p.match(c.Context(), files[0], files[1], synonyms, format, all)
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	c.Flags().StringVar(&synonyms, "synonyms", "", "what people decided about labels: ndjson or csv")
	c.Flags().BoolVar(&all, "all", false, "in the table too, list pairs that do not count as matched")
	return c
}

// matched is the least score of a pair that counts as matched.
const matched = 0.5

func (p *program) match(ctx context.Context, a, b, synonyms, format string, all bool) error {
	left, right, err := p.readColumns(ctx, a, b)
	if err != nil {
		return err
	}
	matcher, err := analyzer.NewMatcher()
	if err != nil {
		return err
	}
	if synonyms != "" {
		verdicts, err := readSynonymFile(synonyms, "", p.in)
		if err != nil {
			return err
		}
		matcher.Learn(verdicts)
	}
	pairs, err := matcher.Match(ctx, left, right, analyzer.MatchOptions{Floor: -1})
	if err != nil {
		return err
	}
	out := bufio.NewWriter(p.out)
	encode := json.NewEncoder(out)
	encode.SetEscapeHTML(false)
	widthA, widthB := 0, 0
	for _, m := range pairs {
		widthA, widthB = max(widthA, min(len(m.A), 40)), max(widthB, min(len(m.B), 40))
	}
	for _, m := range pairs {
		switch {
		case format == "ndjson":
			err = encode.Encode(m)
		case all || m.Score >= matched || m.Why.Derived != nil:
			line := fmt.Sprintf("%.2f  %s  %s  %s  %s", m.Score, pad(string(m.Relation), 10), pad(m.A, widthA), pad(m.B, widthB), relationNote(m.Why))
			_, err = fmt.Fprintln(out, strings.TrimRight(line, " "))
		}
		if err != nil {
			return fmt.Errorf("unable to write the pairs: %w", err)
		}
	}
	return out.Flush()
}

func (p *program) digitsCommand() *cobra.Command {
	var column, denominator, by, target, format, sheet string
	c := &cobra.Command{
		Use:   "digits FILE --column C [--denominator D] [--target T] [--by G] [--format table|ndjson]",
		Short: "数字检验 / digit, repetition, rate and target tests on a column",
		Long: `Tests the numbers of a column: first digits (Benford), last digits, rounding, repeated values, whole percentages (with
--denominator) and bunching at a target (with --target). A test speaks only where its preconditions hold; the verdict follows the
size of the effect, not the p-value alone.`,
		Example: "  jianfu digits payments.csv --column Amount\n  jianfu digits 报表.xlsx --column 完成数 --denominator 任务数 --target 95% --by 乡镇",
		Args:    arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, files []string) error {
			switch {
			case column == "":
				return usageError{errors.New("--column is missing: name the column to test")}
			case format != "table" && format != "ndjson":
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			tables, err := spreadsheet.ReadTables(files[0], spreadsheet.Options{Sheet: sheet})
			if err != nil {
				return fmt.Errorf("unable to read %s: %w", files[0], err)
			}
			in, err := digitInput(files[0], tables, column, denominator, by)
			if err != nil {
				return err
			}
			in.Target = target
			if format == "table" {
				in.Language = locale.Chinese
			}
			results, err := analyzer.Digits(c.Context(), in)
			if err != nil {
				return err
			}
			return writeDigits(p.out, results, format)
		},
	}
	c.Flags().StringVar(&column, "column", "", "header of the column to test")
	c.Flags().StringVar(&denominator, "denominator", "", "header of the column that the values are a part of")
	c.Flags().StringVar(&by, "by", "", "header of the column by which rows are grouped")
	c.Flags().StringVar(&target, "target", "", "number or rate that the values are held to, such as 95%")
	c.Flags().StringVar(&sheet, "sheet", "", "sheet of a workbook; the first that has the column unless given")
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	return c
}

// digitInput takes the columns out of the first table that has the one to test.
func digitInput(path string, tables []spreadsheet.Table, column, denominator, by string) (analyzer.DigitInput, error) {
	var in analyzer.DigitInput
	var headers []string
	for _, t := range tables {
		headers = append(headers, t.Header...)
		if t.Column(column) < 0 {
			continue
		}
		take := func(name string) ([]string, error) {
			if name == "" {
				return nil, nil
			}
			i := t.Column(name)
			if i < 0 {
				return nil, fmt.Errorf("unable to find the column %q in %s%s", name, filepath.Base(path), collector.Nearest(name, t.Header))
			}
			values := make([]string, len(t.Rows))
			for j, row := range t.Rows {
				if i < len(row) {
					values[j] = row[i]
				}
			}
			return values, nil
		}
		var err1, err2, err3 error
		in.Values, err1 = take(column)
		in.Denominators, err2 = take(denominator)
		in.Groups, err3 = take(by)
		return in, errors.Join(err1, err2, err3)
	}
	return in, fmt.Errorf("unable to find the column %q in %s%s", column, filepath.Base(path), collector.Nearest(column, headers))
}

func writeDigits(w io.Writer, results []analyzer.DigitResult, format string) error {
	out := bufio.NewWriter(w)
	encode := json.NewEncoder(out)
	encode.SetEscapeHTML(false)
	number := func(x *float64) string {
		if x == nil {
			return "-"
		}
		return strconv.FormatFloat(*x, 'g', 5, 64)
	}
	for _, r := range results {
		var err error
		if format == "ndjson" {
			err = encode.Encode(r)
		} else {
			_, err = fmt.Fprintf(out, "%s %s n=%-8d 统计量=%s p=%s 效应=%s 阈值=%s\n    %s\n", pad(strings.TrimSpace(r.Group+" "+r.Test), 20), pad(r.Verdict, 12),
				r.N, number(r.Statistic), number(r.P), number(r.Effect), number(r.Threshold), r.Reason)
		}
		if err != nil {
			return fmt.Errorf("unable to write the results: %w", err)
		}
	}
	return out.Flush()
}
