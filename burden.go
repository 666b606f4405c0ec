package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

// burdenQuery is what `jianfu burden` was asked.
type burdenQuery struct{ by, from, to, unit, format string }

func (p *program) burdenCommand() *cobra.Command {
	var q burdenQuery
	c := &cobra.Command{
		Use:   "burden (-c FILE | --embedded DIR) [--by unit|department|system|form|month|level] [--from MONTH --to MONTH] [--unit CODE] [--format table|ndjson|csv|xlsx]",
		Short: "填报工时 / the hours that reporting takes, before and after measures",
		Long: `Lists the hours that reporting took, with 90 % intervals and what they are worth (policy burden-hours.tariff_yuan), as the newest
analysis reckoned them: over its window, or over whole months with --from and --to. Hours are observed from start times or usage
logs, filled in from the mean of the form, or estimated from its fields; each row says which.`,
		Example: `  jianfu burden --embedded ./data --by department
  jianfu burden --embedded ./data --by unit --unit 990101 --format csv
  jianfu burden --embedded ./data compare --at 2026-01-01 --department 民政局 --claimed -57.1%
  jianfu burden --embedded ./data measure add 精简报表 --effective 2026-01-01 --department 民政局 --claimed 91:39`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			write, ok := tableFormats[q.format]
			if !ok {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson, csv, xlsx", q.format)}
			}
			ask, err := q.parse()
			if err != nil {
				return usageError{err}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				table, err := p.burdenTable(c.Context(), conf, s, ask, q.unit)
				if err != nil {
					return err
				}
				return write(p.out, table)
			})
		},
	}
	c.Flags().StringVar(&q.by, "by", "department", strings.Join(queries.BurdenBy(), ", "))
	c.Flags().StringVar(&q.from, "from", "", "first month, such as 2026-01; the analysed window unless given")
	c.Flags().StringVar(&q.to, "to", "", "last month; the last one kept unless given")
	c.Flags().StringVar(&q.unit, "unit", "", "only this unit and those below it")
	c.Flags().StringVar(&q.format, "format", "table", "table, ndjson, csv or xlsx")
	c.AddCommand(p.burdenCompareCommand(), p.burdenMeasureCommand())
	return c
}

func (q burdenQuery) parse() (queries.BurdenQuery, error) {
	out := queries.BurdenQuery{By: q.by}
	if !slices.Contains(queries.BurdenBy(), q.by) {
		return out, fmt.Errorf("--by %q is not one of %s", q.by, strings.Join(queries.BurdenBy(), ", "))
	}
	var err error
	if q.from == "" && q.to != "" {
		return out, errors.New("--to needs --from: the first month")
	}
	if q.from == "" {
		return out, nil
	}
	if out.From, err = parseMonth("--from", q.from); err != nil {
		return out, err
	}
	out.To = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC)
	if q.to != "" {
		if out.To, err = parseMonth("--to", q.to); err != nil {
			return out, err
		}
	}
	if out.To.Before(out.From) {
		return out, fmt.Errorf("--to %s lies before --from %s", q.to, q.from)
	}
	return out, nil
}

// parseMonth reads a month, or the month of a day.
func parseMonth(flag, text string) (time.Time, error) {
	for _, layout := range []string{"2006-01", time.DateOnly} {
		if t, err := time.Parse(layout, text); err == nil {
			return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC), nil
		}
	}
	return time.Time{}, fmt.Errorf("%s %q is not a month such as 2026-01", flag, text)
}

func (p *program) burdenTable(ctx context.Context, conf *config, s *queries.Store, ask queries.BurdenQuery, unit string) (listing, error) {
	r, err := newReader(ctx, conf, s)
	if err != nil {
		return listing{}, err
	}
	if unit != "" {
		names, err := s.ReadNames(ctx)
		if err != nil {
			return listing{}, err
		}
		if ask.Units = names.Below(unit); len(ask.Units) == 0 {
			return listing{}, usageError{fmt.Errorf("--unit %q is not the code of a unit", unit)}
		}
	}
	run, err := s.BurdenRun(ctx)
	if err != nil {
		return listing{}, err
	}
	if run.Run == 0 {
		fmt.Fprintln(p.err, "no hours have been reckoned yet; run 'jianfu analyze' first")
	}
	rows, err := s.BurdenRows(ctx, ask)
	if err != nil {
		return listing{}, err
	}
	from, to := run.Days(ask)
	out := listing{header: interchange.BurdenHeader, title: r.bundle.Text(r.language, "burden.cli.title", "from", from.Format(time.DateOnly), "to", to.Format(time.DateOnly), "tariff", run.Tariff)}
	for _, x := range rows {
		row := r.words().Burden(ask.By, x, run.Tariff)
		row.From, row.To = from.Format(time.DateOnly), to.Format(time.DateOnly)
		out.rows = append(out.rows, row)
		out.cells = append(out.cells, row.Cells())
		change := "-"
		if row.Change != nil {
			change = fmt.Sprintf("%+.1f%%", 100**row.Change)
		}
		out.lines = append(out.lines, []string{
			row.Name, hoursSpan(x.Hours), fmt.Sprintf("%.0f", row.Yuan), fmt.Sprintf("%.1f%%", 100*row.Share), fmt.Sprint(row.Submissions),
			fmt.Sprint(row.Forms), change, r.word("burden.cli.method." + row.Method),
		})
	}
	out.columns = nil
	for _, key := range []string{ask.By, "hours", "yuan", "share", "submissions", "forms", "change", "method"} {
		out.columns = append(out.columns, r.word("burden.cli.column."+key))
	}
	return out, nil
}
