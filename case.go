package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

func (p *program) caseCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "case",
		Short: "核查事项 / findings as cases: who looks into what, and what they concluded",
		Long: `A case is a finding, several about one matter, or one form of one unit of the verification list that somebody looks into. It
is opened, assigned, commented, documented, decided (verified, explained or false_alarm, with the reason) and closed, and can be
reopened. Its findings take the status that follows, and keep it through later analyses. Nothing of its history is ever changed;
docs/cases.md has the whole of it.`,
		Example: `  jianfu case open --embedded ./data --unit 990101001001 --form pop-month --by 王主任
  jianfu case assign --embedded ./data 2026-0001 --to 李科长 --due 2026-08-15 --by 王主任
  jianfu case decide --embedded ./data 2026-0001 --verdict verified --reason 与原始台账不符 --by 李科长
  jianfu case list --embedded ./data --state decided --format ndjson`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.caseListCommand(), p.caseShowCommand(), p.caseOpenCommand(), p.caseAttachCommand(), p.caseFileCommand())
	for _, v := range caseVerbs {
		c.AddCommand(p.caseActCommand(v))
	}
	return c
}

// caseVerb is one thing that a person can do with a case and that needs no file.
type caseVerb struct {
	name, use, short string
	flags            func(c *cobra.Command, cmd *queries.CaseCommand, due *string)
}

var caseVerbs = []caseVerb{
	{"assign", "assign CASE --to NAME [--due DATE] [--text TEXT] --by NAME", "分派 / say who looks into it", func(c *cobra.Command, cmd *queries.CaseCommand, due *string) {
		c.Flags().StringVar(&cmd.Assignee, "to", "", "account or name; needed")
		c.Flags().StringVar(due, "due", "", "day by which it is to be decided, such as 2026-08-15")
		c.Flags().StringVar(&cmd.Text, "text", "", "what is asked")
	}},
	{"comment", "comment CASE --text TEXT --by NAME", "记录 / add a comment", func(c *cobra.Command, cmd *queries.CaseCommand, _ *string) {
		c.Flags().StringVar(&cmd.Text, "text", "", "the comment; needed")
	}},
	{
		"decide", "decide CASE --verdict " + strings.Join(queries.CaseVerdicts, "|") + " --reason TEXT --by NAME", "作出结论 / decide", func(c *cobra.Command, cmd *queries.CaseCommand, _ *string) {
			c.Flags().StringVar(&cmd.Verdict, "verdict", "", strings.Join(queries.CaseVerdicts, ", ")+"; needed")
			c.Flags().StringVar(&cmd.Text, "reason", "", "what was looked at and what was found; needed")
		},
	},
	{"close", "close CASE [--resolved] [--reason TEXT] --by NAME", "办结 / nothing is left to be done", func(c *cobra.Command, cmd *queries.CaseCommand, _ *string) {
		c.Flags().BoolVar(&cmd.Resolved, "resolved", false, "what was verified has been put right")
		c.Flags().StringVar(&cmd.Text, "reason", "", "needed where nothing was decided")
	}},
	{"reopen", "reopen CASE --reason TEXT --by NAME", "重新打开 / look at it again", func(c *cobra.Command, cmd *queries.CaseCommand, _ *string) {
		c.Flags().StringVar(&cmd.Text, "reason", "", "why; needed")
	}},
}

func (p *program) caseActCommand(v caseVerb) *cobra.Command {
	cmd := queries.CaseCommand{Verb: v.name}
	due := ""
	c := &cobra.Command{
		Use: v.use, Short: v.short, Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, ids []string) error {
			day, err := dateFlag("--due", due)
			if err != nil {
				return usageError{err}
			}
			cmd.Case, cmd.Account, cmd.Due, cmd.Now = ids[0], cliAccount(), day, time.Now()
			return p.open(c.Context(), func(conf *config, s *queries.Store) error { return p.actOnCase(c.Context(), conf, s, cmd) })
		},
	}
	v.flags(c, &cmd, &due)
	caseSigned(c, &cmd.Name, &cmd.Last)
	return c
}

// caseSigned are the flags of everything that is done under a name.
func caseSigned(c *cobra.Command, name *string, last *uint32) {
	c.Flags().StringVar(name, "by", "", "who does it; needed")
	if last != nil {
		c.Flags().Uint32Var(last, "last", 0, "number of the newest event that you saw: refuse if others have changed the case since")
	}
}

// cliAccount is under which account the command line acts.
func cliAccount() string {
	if u, err := user.Current(); err == nil && u.Username != "" {
		return "cli:" + u.Username
	}
	return "cli"
}

// caseError turns what cannot be done into a wrong call of the command.
func (p *program) caseError(ctx context.Context, s *queries.Store, id string, err error) error {
	var refused *queries.CaseRefusal
	switch {
	case errors.Is(err, queries.ErrNotFound) && id != "":
		all, read := s.Cases(ctx)
		if read != nil {
			return read
		}
		var ids []string
		for _, c := range all {
			ids = append(ids, c.ID)
		}
		return usageError{fmt.Errorf("there is no case %q%s", id, collector.Nearest(id, ids))}
	case errors.Is(err, queries.ErrNotFound) || errors.As(err, &refused):
		return usageError{err}
	}
	return err
}

func (p *program) actOnCase(ctx context.Context, conf *config, s *queries.Store, cmd queries.CaseCommand) error {
	e, err := s.ActOnCase(ctx, cmd)
	if err != nil {
		return p.caseError(ctx, s, cmd.Case, err)
	}
	return p.caseDone(ctx, conf, s, e)
}

// caseDone says what was done, and how the case stands.
func (p *program) caseDone(ctx context.Context, conf *config, s *queries.Store, e queries.CaseEvent) error {
	r, err := newReader(ctx, conf, s)
	if err != nil {
		return err
	}
	if _, err := fmt.Fprintln(p.out, r.caseEvent(e)); err != nil {
		return fmt.Errorf("unable to write: %w", err)
	}
	c, err := s.Case(ctx, e.Case)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "%s: %s; possible are %s\n", c.ID, c.State, strings.Join(c.Possible(), ", "))
	return nil
}

func (p *program) caseOpenCommand() *cobra.Command {
	var o queries.CaseOpening
	c := &cobra.Command{
		Use:   "open (--finding ID… | --unit CODE --form ID) --by NAME [--text TEXT]",
		Short: "立项 / open a case about findings, or about one form of one unit",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if (o.Unit == "") != (o.Form == "") || len(o.Findings) > 0 && o.Unit != "" {
				return usageError{errors.New("give --finding, once or more often, or --unit and --form")}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				o.Account, o.Now = cliAccount(), time.Now().In(conf.zone)
				x, err := s.OpenCase(c.Context(), o)
				if err != nil {
					return p.caseError(c.Context(), s, "", err)
				}
				return p.caseDone(c.Context(), conf, s, x.Events[0])
			})
		},
	}
	c.Flags().StringArrayVar(&o.Findings, "finding", nil, "id of a finding; may be given more than once")
	c.Flags().StringVar(&o.Unit, "unit", "", "code of a unit")
	c.Flags().StringVar(&o.Form, "form", "", "id of a form")
	c.Flags().StringVar(&o.Text, "text", "", "a note")
	caseSigned(c, &o.Name, nil)
	return c
}

func (p *program) caseAttachCommand() *cobra.Command {
	cmd := queries.CaseCommand{Verb: "attach"}
	c := &cobra.Command{
		Use:   "attach CASE FILE [--text TEXT] --by NAME",
		Short: "附件 / keep a file with a case, 20 MB at most",
		Args:  arguments(cobra.ExactArgs(2)),
		RunE: func(c *cobra.Command, arguments []string) error {
			info, err := os.Stat(arguments[1])
			switch {
			case err != nil:
				return usageError{fmt.Errorf("unable to attach %s: %w", arguments[1], err)}
			case info.Size() > queries.MostAttached:
				return usageError{fmt.Errorf("unable to attach %s: %w", arguments[1], queries.ErrTooLarge)}
			}
			content, err := os.ReadFile(arguments[1])
			if err != nil {
				return fmt.Errorf("unable to attach %s: %w", arguments[1], err)
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				cmd.Case, cmd.Account, cmd.Now = arguments[0], cliAccount(), time.Now()
				if _, err := s.Case(c.Context(), cmd.Case); err != nil {
					return p.caseError(c.Context(), s, cmd.Case, err)
				}
				kept, err := s.SaveCaseFile(c.Context(), arguments[1], content)
				if err != nil {
					return p.caseError(c.Context(), s, cmd.Case, err)
				}
				cmd.File = &kept
				return p.actOnCase(c.Context(), conf, s, cmd)
			})
		},
	}
	c.Flags().StringVar(&cmd.Text, "text", "", "what it is")
	caseSigned(c, &cmd.Name, nil)
	return c
}
