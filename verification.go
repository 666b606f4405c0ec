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
	"github.com/jianfu/jianfu/web/locale"
)

func (p *program) verificationCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "verification",
		Short: "核查 / what to look at on site, what was found, and how good the list is",
		Long: `The list of 'jianfu verify-list' says where to look first; this is what comes after it: a check sheet for one place, the
random audit sample of the month, the outcomes that people record, and how what was expected compares with what was found.
Outcomes are only ever added; a machine only suggests. docs/verification.md has the whole of it.`,
		Example: `  jianfu verification sheet --embedded ./data --unit 9901010001 --form mz-yb
  jianfu verification record --embedded ./data --unit 9901010001 --form mz-yb --outcome confirmed --reason 原始台账缺失 --by 王主任
  jianfu verification calibration --embedded ./data`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.verificationRecordCommand(), p.verificationListCommand(), p.verificationSampleCommand(), p.verificationCalibrationCommand(), p.verificationSheetCommand())
	return c
}

func (p *program) verificationRecordCommand() *cobra.Command {
	var o queries.VerifyOutcome
	c := &cobra.Command{
		Use:   "record --unit U --form F --outcome " + strings.Join(queries.VerifyOutcomes, "|") + " --reason TEXT --by NAME [--period P]",
		Short: "登记核查结果 / record what a check found",
		Long: `Keeps what a check of one form of one unit found: confirmed (属实), explained (解释合理: what was seen is there and has an innocent
cause), not_confirmed (不属实: the data are right) or unreachable (无法核查). The findings of the row take the status that answers them
and come up again only with new data. A later outcome corrects an earlier one; none is deleted.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if !slices.Contains(queries.VerifyOutcomes, o.Outcome) {
				return usageError{fmt.Errorf("--outcome %q is not one of %s", o.Outcome, strings.Join(queries.VerifyOutcomes, ", "))}
			}
			for _, need := range [][2]string{{"--unit", o.Unit}, {"--form", o.Form}, {"--reason", o.Reason}, {"--by", o.By}} {
				if strings.TrimSpace(need[1]) == "" {
					return usageError{fmt.Errorf("%s is missing", need[0])}
				}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				if err := s.RecordOutcome(c.Context(), o); err != nil {
					return err
				}
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.out, "%s  %s  %s\n", r.word("check.outcome."+o.Outcome), r.called("unit", o.Unit), r.called("form", o.Form))
				return err
			})
		},
	}
	c.Flags().StringVar(&o.Unit, "unit", "", "code of the unit")
	c.Flags().StringVar(&o.Form, "form", "", "id of the form")
	c.Flags().StringVar(&o.Outcome, "outcome", "", strings.Join(queries.VerifyOutcomes, ", "))
	c.Flags().StringVar(&o.Reason, "reason", "", "what was looked at and what was found")
	c.Flags().StringVar(&o.By, "by", "", "who checked")
	c.Flags().StringVar(&o.Period, "period", "", "months that were checked, such as 2026-01/2026-06; those of the list unless given")
	return c
}

// listCommand is a command that writes a listing in one of the formats of tables.
func (p *program) listCommand(use, short string, read func(context.Context, *config, *queries.Store, *reader) (listing, error)) *cobra.Command {
	var format string
	c := &cobra.Command{
		Use: use + " [--format table|ndjson|csv|xlsx]", Short: short, Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			write, ok := tableFormats[format]
			if !ok {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson, csv, xlsx", format)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				t, err := read(c.Context(), conf, s, r)
				if err != nil {
					return err
				}
				return write(p.out, t)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, ndjson, csv or xlsx")
	return c
}

func (p *program) verificationListCommand() *cobra.Command {
	return p.listCommand("list", "核查结果 / the outcomes, oldest first", func(ctx context.Context, _ *config, s *queries.Store, r *reader) (listing, error) {
		all, err := s.Outcomes(ctx)
		return r.outcomes(all), err
	})
}

func (p *program) verificationSampleCommand() *cobra.Command {
	return p.listCommand("sample", "随机抽查 / the random audit sample of the newest month", func(ctx context.Context, _ *config, s *queries.Store, r *reader) (listing, error) {
		rows, err := s.AuditSample(ctx)
		return r.sample(rows), err
	})
}

func (p *program) verificationCalibrationCommand() *cobra.Command {
	return p.listCommand("calibration", "核查校准 / what was expected against what was found", func(ctx context.Context, conf *config, s *queries.Store, r *reader) (listing, error) {
		c, err := s.Calibration(ctx, conf.policy.VerifyPrior())
		return r.calibration(c), err
	})
}

func (p *program) verificationSheetCommand() *cobra.Command {
	var unit, form, language string
	c := &cobra.Command{
		Use:   "sheet --unit U --form F [--language zh-CN|en]",
		Short: "现场核查单 / what to look at on site for one form of one unit",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			switch {
			case unit == "" || form == "":
				return usageError{errors.New("--unit and --form are needed; 'jianfu verify-list' shows them")}
			case language != "" && !slices.Contains(locale.Languages(), language):
				return usageError{fmt.Errorf("--language %q is not one of %s", language, strings.Join(locale.Languages(), ", "))}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				r, err := newReader(c.Context(), conf, s)
				if err != nil {
					return err
				}
				if language != "" {
					r.language = language
				}
				return p.sheet(c.Context(), s, r, conf.zone, unit, form)
			})
		},
	}
	c.Flags().StringVar(&unit, "unit", "", "code of the unit")
	c.Flags().StringVar(&form, "form", "", "id of the form")
	c.Flags().StringVar(&language, "language", "", "zh-CN or en; that of the configuration unless given")
	return c
}

// sheet prints the check sheet of a row of the list, or of the audit sample.
func (p *program) sheet(ctx context.Context, s *queries.Store, r *reader, zone *time.Location, unit, form string) error {
	rows, err := s.ReadVerifyList(ctx)
	if err != nil {
		return err
	}
	drawn, err := s.AuditSample(ctx)
	if err != nil {
		return err
	}
	rows = append(rows, drawn...)
	i := slices.IndexFunc(rows, func(v queries.VerifyItem) bool { return v.Unit == unit && v.Form == form })
	if i < 0 {
		return fmt.Errorf("there is nothing to check for the unit %q and the form %q: they are neither on the verification list nor in the audit sample", unit, form)
	}
	byID := map[string]queries.Finding{}
	err = s.Findings(ctx, queries.FindingFilter{Unit: unit, Family: "fabrication", All: true}, func(f queries.Finding) error {
		byID[f.ID] = f
		return nil
	})
	if err != nil {
		return err
	}
	var findings []queries.Finding
	for _, id := range rows[i].Findings {
		if f, ok := byID[id]; ok {
			findings = append(findings, f)
		}
	}
	return r.writeSheet(p.out, rows[i], findings, time.Now().In(zone))
}
