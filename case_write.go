package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

func (p *program) caseListCommand() *cobra.Command {
	var state, assignee, unit, format string
	c := &cobra.Command{
		Use:   "list [--state STATE] [--assignee NAME] [--unit CODE] [--format table|ndjson]",
		Short: "列出 / list cases by number",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case format != "table" && format != "ndjson":
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			case state != "" && !slices.Contains(queries.CaseStates, state):
				return usageError{fmt.Errorf("--state %q is not one of %s", state, strings.Join(queries.CaseStates, ", "))}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				all, err := s.Cases(c.Context())
				if err != nil {
					return err
				}
				if len(all) == 0 {
					fmt.Fprintln(p.err, r.word("cases.cli.none"))
				}
				var within []string
				if unit != "" {
					names, err := s.ReadNames(c.Context())
					if err != nil {
						return err
					}
					within = names.Below(unit)
				}
				rows := slices.DeleteFunc(all, func(x queries.Case) bool {
					return state != "" && x.State != state || assignee != "" && x.Assignee != assignee && x.AssigneeName != assignee ||
						unit != "" && !slices.ContainsFunc(x.Units, func(u string) bool { return slices.Contains(within, u) })
				})
				if format == "ndjson" {
					return writeNDJSON(p.out, caseRows(rows))
				}
				return r.listCases(p.out, rows)
			})
		},
	}
	c.Flags().StringVar(&state, "state", "", "one state: "+strings.Join(queries.CaseStates, ", "))
	c.Flags().StringVar(&assignee, "assignee", "", "those assigned to an account or a name")
	c.Flags().StringVar(&unit, "unit", "", "those about a unit or units below it")
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	return c
}

func caseRows(all []queries.Case) []interchange.Case {
	var out []interchange.Case
	for _, c := range all {
		out = append(out, interchange.CaseOf(c))
	}
	return out
}

func (r *reader) listCases(w io.Writer, rows []queries.Case) error {
	out := bufio.NewWriter(w)
	for _, c := range rows {
		state := r.word("cases.state." + c.State)
		if c.Verdict != "" {
			state += "：" + r.word("status."+c.Verdict)
		}
		line := fmt.Sprintf("%s  %s  %s  %s", c.ID, pad(state, 18), r.caseMatter(c), c.AssigneeName)
		fmt.Fprintln(out, strings.TrimRight(line, " "))
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("unable to write the cases: %w", err)
	}
	return nil
}

// caseMatter is what a case is about, in a line.
func (r *reader) caseMatter(c queries.Case) string {
	switch {
	case c.Unit != "" && c.Form != "":
		return r.text(queries.Message{Key: "cases.about_row", Params: map[string]any{"unit": c.Unit, "form": c.Form}})
	case len(c.Said) > 0 && c.Said[0].Message.Key != "":
		return r.text(c.Said[0].Message)
	}
	return strings.Join(c.Findings, " ")
}

func (p *program) caseShowCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "show CASE [--format table|ndjson]",
		Short: "查看 / one case with its findings and everything that was done",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, ids []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				x, err := s.Case(c.Context(), ids[0])
				if err != nil {
					return p.caseError(c.Context(), s, ids[0], err)
				}
				if format == "ndjson" {
					return writeNDJSON(p.out, x.Events)
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				if err := r.listCases(p.out, []queries.Case{x}); err != nil {
					return err
				}
				for _, f := range x.Said {
					if _, err := fmt.Fprintf(p.out, "    %s  %s\n", f.ID, r.text(f.Message)); err != nil {
						return fmt.Errorf("unable to write the case: %w", err)
					}
				}
				for _, e := range x.Events {
					if _, err := fmt.Fprintf(p.out, "  %d %s\n", e.Number, r.caseEvent(e)); err != nil {
						return fmt.Errorf("unable to write the case: %w", err)
					}
				}
				return nil
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, or ndjson: the events")
	return c
}

// caseEvent is one event in a line.
func (r *reader) caseEvent(e queries.CaseEvent) string {
	words := r.word("cases.event." + e.Kind)
	switch {
	case e.Kind == queries.CaseEventDecided:
		words = r.bundle.Text(r.language, "cases.event.decided", "verdict", "status."+e.Verdict)
	case e.Kind == queries.CaseEventAssigned && !e.Due.IsZero():
		words = r.bundle.Text(r.language, "cases.event.assigned_due", "name", e.AssigneeName, "date", interchange.Date(e.Due))
	case e.Kind == queries.CaseEventAssigned:
		words = r.bundle.Text(r.language, "cases.event.assigned", "name", e.AssigneeName)
	case e.Resolved:
		words = r.word("cases.event.closed_resolved")
	case e.File != nil:
		words = r.bundle.Text(r.language, "cases.event.attached", "name", e.File.Name) + " " + e.File.SHA256
	}
	return strings.TrimRight(strings.Join([]string{e.Case, interchange.Date(e.Recorded), words, e.Name, strings.ReplaceAll(e.Text, "\n", " ")}, "  "), " ")
}

func (p *program) caseFileCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "file SHA256 --out FILE",
		Short: "取出附件 / write an attachment to a file, checked against its hash",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, sums []string) error {
			if to == "" {
				return usageError{fmt.Errorf("--out is missing: say where the file goes")}
			}
			return p.open(c.Context(), func(_ *config, s *queries.Store) error { return p.writeCaseFile(c.Context(), s, sums[0], to) })
		},
	}
	c.Flags().StringVar(&to, "out", "", "file to write; - is standard output")
	return c
}

func (p *program) writeCaseFile(ctx context.Context, s *queries.Store, sum, to string) error {
	content, err := s.CaseFile(ctx, sum)
	if err != nil {
		return fmt.Errorf("unable to find the attachment %s: %w", sum, err)
	}
	if to == "-" {
		_, err = p.out.Write(content)
	} else {
		err = os.WriteFile(to, content, 0o600)
	}
	if err != nil {
		return fmt.Errorf("unable to write the attachment %s: %w", sum, err)
	}
	return nil
}
