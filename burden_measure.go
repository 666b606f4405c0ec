package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
)

func (p *program) burdenMeasureCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "measure add|list|remove",
		Short: "减负措施 / record what was done to lower the burden, with what was announced of it",
		Args:  arguments(cobra.NoArgs),
		RunE:  func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.addMeasureCommand(), p.listMeasuresCommand(), p.removeMeasureCommand())
	return c
}

func (p *program) addMeasureCommand() *cobra.Command {
	var effective string
	var m queries.Measure
	var flags scopeFlags
	c := &cobra.Command{
		Use:     "add NAME --effective DATE [--department NAME|--system ID|--form ID] [--claimed -57.1%|91:39] [--source TEXT] [--by NAME]",
		Short:   "登记 / record a measure; one of the same name, day and scope takes the place of the earlier",
		Example: "  jianfu burden --embedded ./data measure add 精简报表 --effective 2026-01-01 --department 民政局 --claimed 91:39 --source 民发〔2026〕1号",
		Args:    arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			if effective == "" {
				return usageError{errors.New("--effective is missing: the day from which the measure holds, such as 2026-01-01")}
			}
			day, err := parseDay("--effective", effective)
			if err != nil {
				return err
			}
			m.Name, m.Effective = names[0], day
			if m.Scope, err = flags.scope(); err != nil {
				return usageError{err}
			}
			if _, err := m.Checked(); err != nil {
				return usageError{err}
			}
			return p.open(c.Context(), func(_ *config, s *queries.Store) error {
				if err := known(c.Context(), s, m.Scope); err != nil {
					return err
				}
				saved, err := s.SaveMeasure(c.Context(), m)
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.out, "%s  %s  %s\n", saved.ID, saved.Effective.Format(time.DateOnly), saved.Name)
				return err
			})
		},
	}
	c.Flags().StringVar(&effective, "effective", "", "day from which it holds, such as 2026-01-01")
	c.Flags().StringVar(&m.Claimed, "claimed", "", "what was announced: -57.1%, 91:39, fields:1849:904, submissions:-30%")
	c.Flags().StringVar(&m.Source, "source", "", "where it was announced, such as the number of a document")
	c.Flags().StringVar(&m.By, "by", "", "who records it")
	flags.register(c)
	return c
}

func (p *program) listMeasuresCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "list [--format table|ndjson|csv|xlsx]",
		Short: "列出 / the measures with what became of them",
		Args:  arguments(cobra.NoArgs),
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
				all, err := s.Measures(c.Context())
				if err != nil {
					return err
				}
				t := listing{header: measureHeader}
				for _, key := range []string{"id", "effective", "measure", "about", "claimed", "found", "verdict"} {
					t.columns = append(t.columns, r.word("burden.cli.column."+key))
				}
				for _, m := range all {
					claim, err := queries.ParseClaim(m.Claimed)
					if err != nil {
						return err
					}
					change, err := s.CompareBurden(c.Context(), m.Effective, m.Scope, claim)
					if err != nil {
						return err
					}
					r.addMeasure(&t, m, change)
				}
				return write(p.out, t)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table, ndjson, csv or xlsx")
	return c
}

var measureHeader = []string{"id", "name", "effective", "kind", "subject", "claimed", "change", "change_low", "change_high", "verdict", "source", "by"}

func (r *reader) addMeasure(t *listing, m queries.Measure, c queries.BurdenChange) {
	day := m.Effective.Format(time.DateOnly)
	t.rows = append(t.rows, interchange.MeasureOf(m, c))
	t.cells = append(t.cells, []any{
		m.ID, interchange.Neutral(m.Name), day, m.Kind, interchange.Neutral(m.Subject), interchange.Neutral(m.Claimed), c.Found.Mid, c.Found.Low, c.Found.High, c.Verdict, interchange.Neutral(m.Source), interchange.Neutral(m.By),
	})
	about, claimed, verdict := m.Subject, "-", "-"
	switch m.Kind {
	case queries.ScopeAll:
		about = r.word("burden.scope_all")
	case queries.ScopeSystem, queries.ScopeForm:
		about = r.called(m.Kind, m.Subject)
	}
	if c.Claim != nil {
		claimed, verdict = r.claimWords(*c.Claim), r.word("burden.verdict."+c.Verdict)
	}
	found := "-"
	if c.Before.Hours.Mid > 0 {
		found = fmt.Sprintf("%s (%s, %s)", percent(c.Found.Mid), percent(c.Found.Low), percent(c.Found.High))
	}
	t.lines = append(t.lines, []string{m.ID, day, m.Name, about, claimed, found, verdict})
}

func (p *program) removeMeasureCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "remove ID",
		Short: "撤销 / take a measure off the list, by its id or the first characters of it",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, ids []string) error {
			return p.open(c.Context(), func(_ *config, s *queries.Store) error {
				m, err := s.RemoveMeasure(c.Context(), ids[0])
				if errors.Is(err, queries.ErrNotFound) {
					return usageError{err}
				}
				if err != nil {
					return err
				}
				_, err = fmt.Fprintf(p.out, "%s  %s\n", m.ID, m.Name)
				return err
			})
		},
	}
}
