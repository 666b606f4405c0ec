package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

func (p *program) retirementCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "retirement",
		Short: "系统下线 / the retirement of systems: suggestions, answers, steps, checks",
		Long: `The process by which a system ends: the analysis suggests it, a person puts it before the owner, the owner agrees, disputes or
asks for an exemption, and what was agreed is announced and carried out step by step, until a check some time after it was
switched off. Every step is kept with who decided it, on what basis, and from which day. The machine only suggests, reminds,
checks and reopens; docs/retirement-process.md has the whole of it.`,
		Example: `  jianfu retirement list --embedded ./data
  jianfu retirement notify --embedded ./data szcw --by 王主任
  jianfu retirement exempt --embedded ./data szcw --by 李科长 --basis 《森林防火条例》第二十四条 --until 2027-03-31
  jianfu retirement due --embedded ./data --format ndjson`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.retirementListCommand(), p.retirementShowCommand(), p.retirementDueCommand(), p.retirementRemindCommand())
	for _, v := range retirementVerbs {
		c.AddCommand(p.retireCommand(v))
	}
	return c
}

// retirementVerb is one thing that a person can decide.
type retirementVerb struct {
	name, short   string
	until, target bool
}

var retirementVerbs = []retirementVerb{
	{name: "notify", short: "送达 / put the suggestion before the owner"},
	{name: "accept", short: "同意 / the owner agrees; --until names the day to be off by", until: true},
	{name: "dispute", short: "有异议 / the owner says the suggestion is wrong; --basis holds the evidence"},
	{name: "exempt", short: "申请保留 / the owner asks to keep the system; --basis and --until are needed", until: true},
	{name: "grant", short: "准予 / uphold a dispute or grant an exemption", until: true},
	{name: "refuse", short: "不予 / turn a dispute or an exemption down", target: true},
	{name: "announce", short: "公告 / users have been told"},
	{name: "freeze", short: "停止新填报 / nothing new can be submitted"},
	{name: "read-only", short: "转为只读 / the system can be read only"},
	{name: "archive", short: "归档 / its data are kept elsewhere"},
	{name: "off", short: "关停 / it is switched off"},
	{name: "check", short: "复查 / check that nobody uses it or anything in its place"},
	{name: "resume", short: "恢复原步骤 / what reopened the case did not hold"},
	{name: "reopen", short: "重新启动 / look at the case again"},
	{name: "note", short: "备注 / add a note"},
}

func (p *program) retireCommand(v retirementVerb) *cobra.Command {
	var by, note, basis, until, effective, target string
	use := v.name + " SYSTEM --by NAME [--basis TEXT] [--note TEXT] [--effective DATE]"
	if v.until {
		use += " [--until DATE]"
	}
	c := &cobra.Command{
		Use: use, Short: v.short, Args: arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				now := time.Now()
				cmd := queries.RetirementCommand{
					System: names[0], Verb: v.name, By: by, Basis: basis, Note: note, To: target, Now: now, Today: dayIn(now, conf.zone), Policy: conf.retirement(),
				}
				var err1, err2 error
				cmd.Until, err1 = dateFlag("--until", until)
				cmd.Effective, err2 = dateFlag("--effective", effective)
				if err := errors.Join(err1, err2); err != nil {
					return usageError{err}
				}
				return p.retire(c.Context(), conf, s, cmd)
			})
		},
	}
	c.Flags().StringVar(&by, "by", "", "who decided; needed")
	c.Flags().StringVar(&basis, "basis", "", "evidence, legal basis or reason")
	c.Flags().StringVar(&note, "note", "", "remarks, or the number of the document")
	c.Flags().StringVar(&effective, "effective", "", "day of the decision, such as 2026-08-01; today unless given")
	if v.until {
		c.Flags().StringVar(&until, "until", "", "day until which it holds, or by which the system is off")
	}
	if v.target {
		c.Flags().StringVar(&target, "to", queries.RetirementNotified, "notified (the owner answers again) or accepted (the suggestion stands)")
	}
	return c
}

// dateFlag reads a day; an empty text is none.
func dateFlag(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, fmt.Errorf("%s %q is not a date such as 2026-08-01", name, text)
	}
	return day, nil
}

func (p *program) retire(ctx context.Context, conf *config, s *queries.Store, cmd queries.RetirementCommand) error {
	events, err := s.Retire(ctx, cmd)
	var refused *queries.RetirementRefusal
	switch {
	case errors.Is(err, queries.ErrNotFound):
		return p.noRetirement(ctx, s, cmd.System)
	case errors.As(err, &refused):
		return usageError{err}
	case err != nil:
		return err
	}
	r, err := newReader(ctx, conf, s)
	if err != nil {
		return err
	}
	for _, e := range events {
		if _, err := fmt.Fprintln(p.out, r.retirementEvent(e)); err != nil {
			return err
		}
	}
	c, err := s.RetirementCase(ctx, cmd.System)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "%s: %s%s\n", cmd.System, c.State, nextStep(c))
	return nil
}

// nextStep says what comes next and by when.
func nextStep(c queries.RetirementCase) string {
	if c.Due.IsZero() || c.Step == "" {
		return ""
	}
	return fmt.Sprintf("; next is %s by %s", c.Step, c.Due.Format(time.DateOnly))
}

// noRetirement says that there is no case of a system, and whether there is such a system at all.
func (p *program) noRetirement(ctx context.Context, s *queries.Store, system string) error {
	registry, err := queries.OpenRegistry(ctx, s)
	if err != nil {
		return err
	}
	var ids []string
	for _, x := range registry.Systems() {
		ids = append(ids, x.ID)
	}
	if slices.Contains(ids, system) {
		return usageError{fmt.Errorf("the retirement of %s was never suggested; 'jianfu retirement list' shows which were", system)}
	}
	return usageError{fmt.Errorf("there is no system %q%s", system, collector.Nearest(system, ids))}
}

// retirement is what the policy says of the process.
func (c *config) retirement() queries.RetirementPolicy {
	of := c.policy.Of("retirement")
	days := func(name string) int { return int(of[name]) }
	return queries.RetirementPolicy{
		AnswerDays: days("answer_days"), DecideDays: days("decide_days"), StepDays: days("step_days"), RemindDays: days("remind_days"),
		EscalateDays: days("escalate_days"), CheckDays: days("check_days"), MaxExemptDays: days("max_exempt_days"),
		TrafficAfterOff: days("traffic_after_off"), TrafficDays: days("traffic_days"), SubstituteShare: of["substitute_share"],
	}
}

// silence is what the policy says of sources that bring nothing any more.
func (c *config) silence() queries.Silence {
	of := c.policy.Of("sources")
	return queries.Silence{Days: int(of["silent_days"]), Pauses: of["silent_pauses"]}
}

func (p *program) retirementRemindCommand() *cobra.Command {
	var asOf string
	c := &cobra.Command{
		Use:   "remind [--as-of DATE]",
		Short: "按日推进 / open cases, remind, escalate, check and reopen, as the clock does",
		Long: `Does what 'jianfu serve' does after each analysis and by its schedule "retirement": opens a case for what the newest analysis
suggests, reminds of what is due, puts what stays undone before the level above, ends exemptions, checks what was switched off and
reopens what is used again. A second run on one day adds nothing.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				today := dayIn(time.Now(), conf.zone)
				if asOf != "" {
					day, err := dateFlag("--as-of", asOf)
					if err != nil {
						return usageError{err}
					}
					today = day
				}
				events, err := s.AdvanceRetirements(c.Context(), time.Now(), today, conf.retirement())
				if err != nil {
					return err
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				for _, e := range events {
					if _, err := fmt.Fprintln(p.out, r.retirementEvent(e)); err != nil {
						return err
					}
				}
				fmt.Fprintf(p.err, "%s: %s\n", today.Format(time.DateOnly), eventCounts(events))
				return nil
			})
		},
	}
	c.Flags().StringVar(&asOf, "as-of", "", "the day that it is, such as 2026-08-01; today unless given")
	return c
}

// eventCounts counts events by kind, in the order in which kinds appear.
func eventCounts(events []queries.RetirementEvent) string {
	if len(events) == 0 {
		return "nothing to do"
	}
	count := map[string]int{}
	var kinds, out []string
	for _, e := range events {
		if count[e.Kind]++; count[e.Kind] == 1 {
			kinds = append(kinds, e.Kind)
		}
	}
	for _, kind := range kinds {
		out = append(out, fmt.Sprintf("%d %s", count[kind], kind))
	}
	return strings.Join(out, ", ")
}

// advanceRetirements lets the clock do its part after an analysis.
func advanceRetirements(ctx context.Context, c *config, s *queries.Store, now, today time.Time) ([]queries.RetirementEvent, error) {
	events, err := s.AdvanceRetirements(ctx, now, today, c.retirement())
	if err != nil {
		return events, fmt.Errorf("unable to bring the retirements of systems up to date: %w", err)
	}
	return events, nil
}
