package main

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

func (p *program) retirementListCommand() *cobra.Command {
	var state, department, format string
	c := &cobra.Command{
		Use:   "list [--state STATE] [--department NAME] [--format table|ndjson|csv|xlsx]",
		Short: "列出 / list all cases, the overdue first",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			write, ok := retirementFormats[format]
			switch {
			case !ok:
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson, csv, xlsx", format)}
			case state != "" && !slices.Contains(queries.RetirementStates, state):
				return usageError{fmt.Errorf("--state %q is not one of %s", state, strings.Join(queries.RetirementStates, ", "))}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				cases, err := s.RetirementCases(c.Context())
				if err != nil {
					return err
				}
				registry, err := queries.OpenRegistry(c.Context(), s)
				if err != nil {
					return err
				}
				owners := map[string]string{}
				for _, x := range registry.Systems() {
					owners[x.ID] = x.Owner
				}
				if len(cases) == 0 {
					fmt.Fprintln(p.err, "nothing has been suggested; run 'jianfu analyze' first, or 'jianfu retirement remind' after it")
				}
				today := dayIn(time.Now(), conf.zone)
				queries.SortRetirements(cases, today)
				var rows []interchange.Retirement
				for _, x := range cases {
					if (state == "" || x.State == state) && (department == "" || owners[x.System] == department) {
						rows = append(rows, r.words().Retirement(x, owners[x.System], today))
					}
				}
				return write(p.out, r, rows)
			})
		},
	}
	c.Flags().StringVar(&state, "state", "", "one state, such as notified")
	c.Flags().StringVar(&department, "department", "", "systems of one department")
	c.Flags().StringVar(&format, "format", "table", "table, ndjson, csv or xlsx")
	return c
}

// retirementFormats write lists of cases.
var retirementFormats = map[string]func(io.Writer, *reader, []interchange.Retirement) error{
	"ndjson": func(w io.Writer, _ *reader, rows []interchange.Retirement) error { return writeNDJSON(w, rows) },
	"table": func(w io.Writer, r *reader, rows []interchange.Retirement) error {
		out := bufio.NewWriter(w)
		width := 0
		for _, x := range rows {
			width = max(width, len([]rune(x.System)))
		}
		for _, x := range rows {
			due := ""
			switch {
			case x.Days == nil:
			case x.Overdue:
				due = r.bundle.Text(r.language, "retirement.list.overdue", "step", r.word("retirement.step."+x.Step), "n", -*x.Days, "date", x.Due)
			default:
				due = r.bundle.Text(r.language, "retirement.list.due", "step", r.word("retirement.step."+x.Step), "n", *x.Days, "date", x.Due)
			}
			if x.Escalated {
				due += " " + r.word("retirement.list.escalated")
			}
			line := fmt.Sprintf("%s  %s  %s  %s  %s", pad(x.System, width), pad(r.word("retirement.state."+x.State), 12), r.called("system", x.System), x.Owner, due)
			fmt.Fprintln(out, strings.TrimRight(line, " "))
		}
		return out.Flush()
	},
	"csv": func(w io.Writer, _ *reader, rows []interchange.Retirement) error {
		c := csv.NewWriter(w)
		err := c.Write(interchange.RetirementHeader)
		for _, x := range rows {
			var cells []string
			for _, v := range x.Cells() {
				cells = append(cells, fmt.Sprint(v))
			}
			err = errors.Join(err, c.Write(cells))
		}
		c.Flush()
		return errors.Join(err, c.Error())
	},
	"xlsx": func(w io.Writer, _ *reader, rows []interchange.Retirement) (err error) {
		f := excelize.NewFile()
		defer func() { err = errors.Join(err, f.Close()) }()
		header := make([]any, len(interchange.RetirementHeader))
		for i, h := range interchange.RetirementHeader {
			header[i] = h
		}
		err = f.SetSheetRow("Sheet1", "A1", &header)
		for i, x := range rows {
			cells := x.Cells()
			err = errors.Join(err, f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+2), &cells))
		}
		if err != nil {
			return fmt.Errorf("unable to write the cases: %w", err)
		}
		_, err = f.WriteTo(w)
		return err
	},
}

// writeNDJSON writes one JSON object a line.
func writeNDJSON[T any](w io.Writer, rows []T) error {
	out := bufio.NewWriter(w)
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	for _, x := range rows {
		if err := e.Encode(x); err != nil {
			return fmt.Errorf("unable to write: %w", err)
		}
	}
	return out.Flush()
}

func (p *program) retirementShowCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "show SYSTEM [--format table|ndjson]",
		Short: "查看 / one case: its plan, what can be done next, every event",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				x, err := s.RetirementCase(c.Context(), names[0])
				if errors.Is(err, queries.ErrNotFound) {
					return p.noRetirement(c.Context(), s, names[0])
				}
				if err != nil {
					return err
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				if format == "ndjson" {
					return writeNDJSON(p.out, x.Events)
				}
				return r.showRetirement(p.out, x)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, or ndjson: the events")
	return c
}

func (r *reader) showRetirement(w io.Writer, c queries.RetirementCase) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "%s  %s  %s\n", c.System, r.called("system", c.System), r.word("retirement.state."+c.State))
	for _, s := range c.Plan {
		done := ""
		if !s.Done.IsZero() {
			done = r.bundle.Text(r.language, "retirement.plan.done", "date", interchange.Date(s.Done), "by", s.By)
		}
		fmt.Fprintln(out, strings.TrimRight(fmt.Sprintf("    %s %s  %s", pad(r.word("retirement.step."+s.Step), 12), pad(interchange.Date(s.Planned), 10), done), " "))
	}
	fmt.Fprintf(out, "%s\n", r.bundle.Text(r.language, "retirement.possible", "list", strings.Join(c.Possible(), ", ")))
	for _, e := range c.Events {
		fmt.Fprintf(out, "    %s\n", r.retirementEvent(e))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("unable to write the case: %w", err)
	}
	return nil
}

// retirementEvent is one event in a line.
func (r *reader) retirementEvent(e queries.RetirementEvent) string {
	by := e.By
	if by == queries.ByClock {
		by = r.word("retirement.clock")
	}
	parts := []string{interchange.Date(e.Effective), r.called("system", e.System), r.word("retirement.event." + e.Kind), by}
	if e.Reason != nil {
		parts = append(parts, r.text(*e.Reason))
	}
	if !e.Until.IsZero() {
		parts = append(parts, r.bundle.Text(r.language, "retirement.until", "date", interchange.Date(e.Until)))
	}
	for _, text := range []string{e.Basis, e.Note} {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, "  ")
}

func (p *program) retirementDueCommand() *cobra.Command {
	var format, asOf string
	c := &cobra.Command{
		Use:   "due [--format table|ndjson] [--as-of DATE]",
		Short: "到期提醒 / who has to do what by when: what mail and robots send",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			day, err := dateFlag("--as-of", asOf)
			if err != nil {
				return usageError{err}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				if asOf == "" {
					day = dayIn(time.Now(), conf.zone)
				}
				cases, err := s.RetirementCases(c.Context())
				if err != nil {
					return err
				}
				registry, err := queries.OpenRegistry(c.Context(), s)
				if err != nil {
					return err
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				notices := queries.DueRetirements(cases, registry.Systems(), day, conf.retirement())
				return r.writeDue(p.out, notices, format)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	c.Flags().StringVar(&asOf, "as-of", "", "the day that it is, such as 2026-08-01; today unless given")
	return c
}

// dueRow is a notice with its text.
type dueRow struct {
	queries.RetirementNotice
	Due  string `json:"due"`
	Text string `json:"text"`
}

func (r *reader) writeDue(w io.Writer, notices []queries.RetirementNotice, format string) error {
	var rows []dueRow
	for _, n := range notices {
		rows = append(rows, dueRow{n, interchange.Date(n.Due), r.notice(n)})
	}
	if format == "ndjson" {
		return writeNDJSON(w, rows)
	}
	for _, x := range rows {
		if _, err := fmt.Fprintln(w, x.Text); err != nil {
			return fmt.Errorf("unable to write what is due: %w", err)
		}
	}
	return nil
}

// notice puts a notice into a sentence.
func (r *reader) notice(n queries.RetirementNotice) string {
	key := "retirement.notice.due"
	switch {
	case n.Step == "notify" || n.Step == "machines":
		key = "retirement.notice." + n.Step
	case n.To == "above":
		key = "retirement.notice.above"
	case n.Overdue:
		key = "retirement.notice.overdue"
	case n.Step == "expire":
		key = "retirement.notice.expire"
	}
	return r.bundle.Render(r.language, queries.Message{Key: key, Params: map[string]any{
		"system": n.System, "owner": n.Owner, "step": "retirement.step." + n.Step, "date": interchange.Date(n.Due), "n": max(n.Days, -n.Days), "level": n.Level,
	}}, r.names)
}
