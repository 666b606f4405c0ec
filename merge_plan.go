package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/master"
)

func (p *program) mergePlanCommand() *cobra.Command {
	var format, master string
	c := &cobra.Command{
		Use:   "merge-plan (-c FILE | --embedded DIR) [--format table|ndjson|csv|xlsx] [--master FILE.xlsx]",
		Short: "一表通方案 / fields to drop or pre-fill, forms to merge, hours saved",
		Long: `Lists the merge plan of the newest analysis: which fields need not be asked and where their data are, which can be filled in
beforehand, which forms can end, and which form is the one source of each data item. Lines of one step concern one form and are
decided together; the steps that save most come first.

Decisions are remembered. Accepted lines are not proposed again, and after the day from which they hold, what they promised is
measured against what was saved.`,
		Example: `  jianfu merge-plan --embedded ./data
  jianfu merge-plan --embedded ./data --master 一表通.xlsx
  jianfu merge-plan --embedded ./data accept 1 2 --effective 2026-08-01 --by 王主任
  jianfu merge-plan --embedded ./data progress`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			write, ok := planFormats[format]
			if !ok {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson, csv, xlsx", format)}
			}
			if master != "" && c.Flags().Changed("format") {
				return usageError{errors.New("give --format (the plan) or --master (the proposed forms), not both")}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				if master != "" {
					return p.masterForms(c.Context(), conf, s, master)
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				lines, err := s.PlanLines(c.Context())
				if err != nil {
					return err
				}
				if len(lines) == 0 {
					if err := p.noPlan(c.Context(), s); err != nil {
						return err
					}
				}
				return write(p.out, r, lines)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, ndjson, csv or xlsx")
	c.Flags().StringVar(&master, "master", "", "write the proposed master forms to this workbook, as XLSForm and as templates")
	c.AddCommand(
		p.decideCommand("accept", "同意 / accept steps or lines: they are taken as done from their day on", queries.DecisionAccepted),
		p.decideCommand("reject", "不同意 / reject steps or lines: they are not proposed again", queries.DecisionRejected),
		p.decideCommand("withdraw", "撤回 / withdraw an earlier decision", queries.DecisionWithdrawn),
		p.progressCommand(),
	)
	return c
}

// noPlan says why there is nothing to list.
func (p *program) noPlan(ctx context.Context, s *queries.Store) error {
	run, err := s.DuplicateRun(ctx)
	if err != nil {
		return err
	}
	if run.Run == 0 {
		fmt.Fprintln(p.err, "no forms have been compared yet; run 'jianfu analyze' first")
	} else {
		fmt.Fprintf(p.err, "%d forms with %d fields were compared as of %s; there is nothing to drop, pre-fill or merge that was not decided already\n",
			run.Forms, run.Fields, run.AsOf.Format(time.DateOnly))
	}
	return nil
}

func (p *program) decideCommand(name, short, decision string) *cobra.Command {
	var effective, by, note string
	use := name + " STEP|LINE|FORM… [--by NAME] [--note TEXT]"
	if decision == queries.DecisionAccepted {
		use += " [--effective DATE]"
	}
	c := &cobra.Command{
		Use: use, Short: short,
		Long: `Names are numbers of steps, ids of lines (the first six characters are enough) or ids of forms, as 'jianfu merge-plan' and
'jianfu merge-plan progress' list them.`,
		Args: arguments(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				now := time.Now()
				choice := queries.PlanChoice{Names: names, Decision: decision, By: by, Note: note, Now: now, Effective: dayIn(now, conf.zone)}
				if effective != "" {
					day, err := time.Parse(time.DateOnly, effective)
					if err != nil {
						return usageError{fmt.Errorf("--effective %q is not a date such as 2026-08-01", effective)}
					}
					choice.Effective = day
				}
				return p.decide(c.Context(), conf, s, choice)
			})
		},
	}
	if decision == queries.DecisionAccepted {
		c.Flags().StringVar(&effective, "effective", "", "day from which it holds, such as 2026-08-01; today unless given")
	}
	c.Flags().StringVar(&by, "by", "", "who decided")
	c.Flags().StringVar(&note, "note", "", "why, or the number of the document")
	return c
}

// dayIn is the local day of a moment.
func dayIn(t time.Time, zone *time.Location) time.Time {
	t = t.In(zone)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC)
}

func (p *program) decide(ctx context.Context, conf *config, s *queries.Store, choice queries.PlanChoice) error {
	made, err := s.ChoosePlan(ctx, choice)
	if errors.Is(err, queries.ErrNoSuchLine) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	r, err := newReader(ctx, conf, s)
	if err != nil {
		return err
	}
	total := queries.Hours{}
	for _, d := range made {
		total = total.Plus(d.Line.Hours)
		if _, err := fmt.Fprintf(p.out, "%s  %s  %s\n", d.Line.ID[:8], pad(r.word("plan.action."+d.Line.Action), 12), r.target(d.Line)); err != nil {
			return err
		}
	}
	fmt.Fprintf(p.err, "%s: %d lines, %s hours a year\n", choice.Decision, len(made), hoursText(total))
	return nil
}

func (p *program) progressCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "progress [--format table|ndjson]",
		Short: "成效 / what became of accepted lines: promised against saved",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				all, err := s.PlanProgress(c.Context())
				if err != nil {
					return err
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				return writeProgress(p.out, r, all, format)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	return c
}

// masterForms writes the proposed master forms.
func (p *program) masterForms(ctx context.Context, conf *config, s *queries.Store, path string) error {
	if !strings.EqualFold(filepath.Ext(path), ".xlsx") {
		return usageError{fmt.Errorf("--master %q: the forms are written as .xlsx", path)}
	}
	forms, err := master.Read(ctx, s)
	if err != nil {
		return err
	}
	if len(forms) == 0 {
		return errors.New("unable to propose master forms: nothing is known of what forms take; run 'jianfu analyze' first")
	}
	run, err := s.DuplicateRun(ctx)
	if err != nil {
		return err
	}
	r, err := newReader(ctx, conf, s)
	if err != nil {
		return err
	}
	err = writeFile(path, func(w io.Writer) error {
		return master.Workbook(w, forms, master.Options{Bundle: r.bundle, Language: r.language, Names: r.names, AsOf: run.AsOf})
	})
	if err != nil {
		return err
	}
	questions, replaced := 0, 0
	for _, f := range forms {
		questions, replaced = questions+len(f.Questions), replaced+len(f.Replaced)
	}
	fmt.Fprintf(p.err, "%d master forms with %d questions in place of %d forms: %s\n", len(forms), questions, replaced, path)
	return nil
}

func (r *reader) word(key string) string { return r.bundle.Text(r.language, key) }

// target is what a line is about: a field, or a whole form.
func (r *reader) target(line queries.PlanLine) string {
	form := "《" + r.called("form", line.Form) + "》"
	if r.language == locale.English {
		form = "“" + r.called("form", line.Form) + "”"
	}
	if line.Field == "" {
		return form
	}
	return form + " " + r.called("field", line.Form+"."+line.Field)
}

func hoursText(h queries.Hours) string {
	return fmt.Sprintf("%.1f (%.1f–%.1f)", h.Mid, h.Low, h.High)
}
