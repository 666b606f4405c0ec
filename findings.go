package main

import (
	"bufio"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/rivo/uniseg"
	"github.com/spf13/cobra"
	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/locale"
)

func (p *program) analyzeCommand() *cobra.Command {
	var asOf string
	c := &cobra.Command{
		Use:   "analyze (-c FILE | --embedded DIR) [--as-of DATE]",
		Short: "分析 / judge what was collected",
		Long: `Runs every detector over the policy's window and stores the findings. A second run updates findings instead of
repeating them. Without --as-of the window ends with the newest day that holds data.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				return p.analyze(c.Context(), conf, s, asOf)
			})
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "the day that the analysis speaks for, such as 2026-06-30")
	return c
}

func (p *program) analyze(ctx context.Context, c *config, s *queries.Store, asOf string) error {
	var day time.Time
	var err error
	if asOf == "" {
		day, err = s.NewestDay(ctx, time.Now())
	} else {
		day, err = time.ParseInLocation(time.DateOnly, asOf, c.zone)
		if err != nil {
			err = usageError{fmt.Errorf("--as-of %q is not a date such as 2026-06-30", asOf)}
		}
	}
	if err != nil {
		return err
	}
	run, err := analyzer.Run(ctx, s, c.policy, day, p.log())
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "analysis as of %s, policy %s: %d findings, %d subjects not assessed, %s\n",
		run.AsOf.Format(time.DateOnly), run.Policy, run.Findings, run.NotAssessed, run.Finished.Sub(run.Started).Round(10*time.Millisecond))
	events, err := advanceRetirements(ctx, c, s, time.Now(), run.AsOf)
	if len(events) > 0 {
		fmt.Fprintf(p.err, "retirements of systems: %s\n", eventCounts(events))
	}
	return err
}

// reader renders findings for people.
type reader struct {
	bundle   *locale.Bundle
	language string
	names    locale.Names
}

func newReader(ctx context.Context, c *config, s *queries.Store) (*reader, error) {
	bundle, err := locale.Load()
	if err != nil {
		return nil, err
	}
	names, err := s.ReadNames(ctx)
	if err != nil {
		return nil, err
	}
	return &reader{bundle, c.Language, names.Name}, nil
}

func (r *reader) text(m queries.Message) string { return r.bundle.Render(r.language, m, r.names) }

func (r *reader) words() interchange.Words {
	return interchange.Words{Bundle: r.bundle, Language: r.language, Names: r.names}
}

func (p *program) findingsCommand() *cobra.Command {
	var filter queries.FindingFilter
	var format string
	c := &cobra.Command{
		Use:   "findings (-c FILE | --embedded DIR) [--family F] [--detector D] [--format table|ndjson|csv|xlsx]",
		Short: "列出问题线索 / list the findings",
		Long:  "Lists the findings of the newest analysis to standard output. What could not be judged is listed with --all only, with the reason.",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			write, ok := findingFormats[format]
			if !ok {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson, csv, xlsx", format)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				out := bufio.NewWriter(p.out)
				finish, each := write(out)
				err = s.Findings(c.Context(), filter, func(f queries.Finding) error { return each(r.words().Finding(f)) })
				return errors.Join(err, finish(), out.Flush())
			})
		},
	}
	c.Flags().StringVar(&filter.Family, "family", "", "duplicate, unused, fabrication, burden, standard, privacy or policy")
	c.Flags().StringVar(&filter.Detector, "detector", "", "one detector, such as dup-form")
	c.Flags().StringVar(&filter.Unit, "unit", "", "findings that name this unit")
	c.Flags().StringVar(&filter.System, "system", "", "findings that name this system")
	c.Flags().StringVar(&format, "format", "table", "table, ndjson, csv or xlsx")
	c.Flags().BoolVar(&filter.All, "all", false, "with not_assessed and resolved ones")
	return c
}

// findingFormats write findings one by one; finish ends the document.
var findingFormats = map[string]func(io.Writer) (finish func() error, each func(interchange.Finding) error){
	"ndjson": func(w io.Writer) (func() error, func(interchange.Finding) error) {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		return func() error { return nil }, func(r interchange.Finding) error { return e.Encode(r) }
	},
	"table": func(w io.Writer) (func() error, func(interchange.Finding) error) {
		n := 0
		finish := func() error {
			_, err := fmt.Fprintf(w, "%d\n", n)
			return err
		}
		return finish, func(r interchange.Finding) error {
			n++
			text := r.Evidence.Text
			if r.Status == "not_assessed" {
				text = r.Reason
			}
			_, err := fmt.Fprintf(w, "%s  %s %s %s  %s\n", r.ID[:8], pad(r.Severity, 6), pad(r.Detector, 20), pad(strconv.FormatFloat(r.Score, 'f', 2, 64), 5), text)
			return err
		}
	},
	"csv": func(w io.Writer) (func() error, func(interchange.Finding) error) {
		c := csv.NewWriter(w)
		err := c.Write(interchange.FindingHeader)
		finish := func() error {
			c.Flush()
			return errors.Join(err, c.Error())
		}
		return finish, func(r interchange.Finding) error {
			cells := make([]string, len(interchange.FindingHeader))
			for i, v := range r.Cells() {
				cells[i] = fmt.Sprint(v)
			}
			return c.Write(cells)
		}
	},
	"xlsx": func(w io.Writer) (func() error, func(interchange.Finding) error) {
		f := excelize.NewFile()
		sheet, err := f.NewStreamWriter("Sheet1")
		line := 1
		put := func(cells []any) error {
			if err != nil {
				return err
			}
			at, err := excelize.CoordinatesToCellName(1, line)
			if err != nil {
				return err
			}
			line++
			return sheet.SetRow(at, cells)
		}
		header := make([]any, len(interchange.FindingHeader))
		for i, h := range interchange.FindingHeader {
			header[i] = h
		}
		headErr := put(header)
		finish := func() error {
			if err := errors.Join(err, headErr); err != nil {
				return err
			}
			if err := sheet.Flush(); err != nil {
				return err
			}
			if _, err := f.WriteTo(w); err != nil {
				return err
			}
			return f.Close()
		}
		return finish, func(r interchange.Finding) error { return put(r.Cells()) }
	},
}

// pad fills to a width on screen, where a Chinese character takes two places.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-uniseg.StringWidth(s)))
}

func (p *program) verifyListCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "verify-list (-c FILE | --embedded DIR) [--format table|ndjson]",
		Short: "核查清单 / units and forms worth verifying, in order of priority",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				items, err := s.ReadVerifyList(c.Context())
				if err != nil {
					return err
				}
				e := json.NewEncoder(p.out)
				for _, v := range items {
					if format == "ndjson" {
						err = e.Encode(v)
					} else {
						mark := "  "
						if v.Recommended {
							mark = "核"
						}
						_, err = fmt.Fprintf(p.out, "%4d %s %s %s %s %s\n", v.Priority, mark, pad(r.called("unit", v.Unit), 28), pad(r.called("form", v.Form), 36),
							pad(v.Period, 24), strings.Join(v.Families, " "))
					}
					if err != nil {
						return fmt.Errorf("unable to write the list: %w", err)
					}
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	return c
}

// called is the name of a thing, or its id where it has none.
func (r *reader) called(kind, id string) string { return r.words().Called(kind, id) }

// writeFile writes beside the target and renames, so that a reader never sees half a file.
func writeFile(path string, write func(io.Writer) error) (err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".jianfu-*")
	if err != nil {
		return fmt.Errorf("unable to write %s: %w", path, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	w := bufio.NewWriter(f)
	if err := errors.Join(write(w), w.Flush(), f.Chmod(0o640), f.Close()); err != nil {
		return fmt.Errorf("unable to write %s: %w", path, err)
	}
	if err := os.Rename(f.Name(), path); err != nil {
		return fmt.Errorf("unable to write %s: %w", path, err)
	}
	return nil
}

func (p *program) sqlCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "sql (-c FILE | --embedded DIR) 'SELECT …' [--format FORMAT]",
		Short: "只读查询 / read-only SQL on the store, for operators",
		Long: `Runs one read-only statement and writes the result in any output format of ClickHouse. Tables:
systems units forms fields usage_events submissions answers quarantine findings checkpoints.`,
		Example: "  jianfu sql --embedded ./data 'SELECT system, count() FROM usage_events GROUP BY system' --format PrettyCompact",
		Args:    arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, query []string) error {
			return p.open(c.Context(), func(_ *config, s *queries.Store) error {
				return s.SQL(c.Context(), query[0], format, p.out)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "TSV", "output format of ClickHouse, such as TSV, CSV, JSONEachRow, PrettyCompact")
	return c
}
