package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

// scopeFlags say what a measure or a comparison is about: at most one of them.
type scopeFlags struct{ department, system, form string }

func (f *scopeFlags) register(c *cobra.Command) {
	c.Flags().StringVar(&f.department, "department", "", "only what this department asks")
	c.Flags().StringVar(&f.system, "system", "", "only this system, by its id")
	c.Flags().StringVar(&f.form, "form", "", "only this form, by its id")
}

func (f *scopeFlags) scope() (queries.Scope, error) {
	scope, given := queries.Scope{Kind: queries.ScopeAll}, 0
	for kind, subject := range map[string]string{queries.ScopeDepartment: f.department, queries.ScopeSystem: f.system, queries.ScopeForm: f.form} {
		if subject != "" {
			scope, given = queries.Scope{Kind: kind, Subject: subject}, given+1
		}
	}
	if given > 1 {
		return scope, errors.New("give one of --department, --system and --form")
	}
	return scope, nil
}

// known says whether there is such a department, system or form.
func known(ctx context.Context, s *queries.Store, scope queries.Scope) error {
	names, err := s.ReadNames(ctx)
	if err != nil {
		return err
	}
	found := scope.Kind == queries.ScopeAll
	switch scope.Kind {
	case queries.ScopeSystem:
		_, found = names.Systems[scope.Subject]
	case queries.ScopeForm:
		_, found = names.Forms[scope.Subject]
	case queries.ScopeDepartment:
		for _, owner := range names.Owners {
			found = found || owner == scope.Subject
		}
	}
	if !found {
		return usageError{fmt.Errorf("there is no %s %q; 'jianfu burden --by %s' lists them", scope.Kind, scope.Subject, scope.Kind)}
	}
	return nil
}

func parseDay(flag, text string) (time.Time, error) {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return day, usageError{fmt.Errorf("%s %q is not a date such as 2026-01-01", flag, text)}
	}
	return day, nil
}

func (p *program) burdenCompareCommand() *cobra.Command {
	var at, claimed, format string
	var flags scopeFlags
	c := &cobra.Command{
		Use:   "compare --at DATE [--department NAME|--system ID|--form ID] [--claimed -57.1%|91:39|fields:1849:904] [--format table|ndjson]",
		Short: "前后对比，核算声称的减负 / before against after, and whether what was claimed holds",
		Long: `Compares the whole months since a day with the same months of the year before, of the units that reported in both: hours with
their interval, submissions, forms and fields in use. A claim is a percentage (of hours, unless it begins with submissions:, forms: or
fields:), or two numbers, before and after (of forms, unless it begins otherwise). It is supported, not supported, or it cannot be
told, with the reason.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			if at == "" {
				return usageError{errors.New("--at is missing: the day from which the measure holds, such as 2026-01-01")}
			}
			day, err := parseDay("--at", at)
			if err != nil {
				return err
			}
			scope, errScope := flags.scope()
			claim, errClaim := queries.ParseClaim(claimed)
			if err := errors.Join(errScope, errClaim); err != nil {
				return usageError{err}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				if err := known(c.Context(), s, scope); err != nil {
					return err
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				change, err := s.CompareBurden(c.Context(), day, scope, claim)
				if err != nil {
					return err
				}
				return r.writeChange(p.out, change, format)
			})
		},
	}
	c.Flags().StringVar(&at, "at", "", "day from which the measure holds, such as 2026-01-01")
	c.Flags().StringVar(&claimed, "claimed", "", "what was announced: -57.1%, 91:39, fields:1849:904, submissions:-30%")
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	flags.register(c)
	return c
}

func (r *reader) writeChange(w io.Writer, c queries.BurdenChange, format string) error {
	out := bufio.NewWriter(w)
	if format == "ndjson" {
		e := json.NewEncoder(out)
		e.SetEscapeHTML(false)
		if err := e.Encode(interchange.ChangeOf(c)); err != nil {
			return fmt.Errorf("unable to write the comparison: %w", err)
		}
		return out.Flush()
	}
	for _, line := range r.changeLines(c) {
		fmt.Fprintln(out, line)
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("unable to write the comparison: %w", err)
	}
	return nil
}

// changeLines is a comparison for people.
func (r *reader) changeLines(c queries.BurdenChange) []string {
	text := func(key string, pairs ...any) string { return r.bundle.Text(r.language, "burden."+key, pairs...) }
	var out []string
	if !c.Before.From.IsZero() {
		out = append(out, text("compare.months", "from", c.After.From, "to", c.After.To, "before_from", c.Before.From, "before_to", c.Before.To, "months", c.Months, "n", c.Units))
		for _, side := range []struct {
			key string
			queries.BurdenSide
		}{{"before", c.Before}, {"after", c.After}} {
			out = append(out, text("compare."+side.key, "hours", side.Hours.Mid, "low", side.Hours.Low, "high", side.Hours.High, "submissions", side.Submissions,
				"n_forms", side.Forms, "n_fields", side.Fields, "method", r.word("burden.cli.method."+side.Method)))
		}
		out = append(out, text("compare.change", "change", percent(c.Change.Mid), "low", percent(c.Change.Low), "high", percent(c.Change.High)))
	}
	if c.Shifted > 0 && len(c.Rose) > 0 {
		out = append(out, text("compare.shifted", "hours", c.Shifted))
		for _, f := range c.Rose {
			out = append(out, fmt.Sprintf("    %s  %.0f → %.0f", r.called("form", f.Form), f.Before, f.After))
		}
	}
	if c.Claim != nil {
		out = append(out, text("compare.claim", "claim", r.claimWords(*c.Claim), "found", percent(c.Found.Mid), "low", percent(c.Found.Low), "high", percent(c.Found.High)),
			text("verdict."+c.Verdict))
	}
	for _, reason := range c.Reasons {
		out = append(out, "  - "+text("why."+reason))
	}
	return out
}

func percent(x float64) string { return fmt.Sprintf("%+.1f%%", 100*x) }

func (r *reader) claimWords(c queries.Claim) string {
	words := r.word("burden.metric."+c.Metric) + " " + percent(c.Change)
	if c.Before == c.Before { // NaN where only the change was announced
		words += fmt.Sprintf(" (%g → %g)", c.Before, c.After)
	}
	return words
}
