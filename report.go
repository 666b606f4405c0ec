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
	"github.com/jianfu/jianfu/web/report"
)

// reportFormats write a report, by the extension of the file.
var reportFormats = map[string]func(context.Context, io.Writer, *report.Data, report.Options) error{
	".html": func(_ context.Context, w io.Writer, d *report.Data, o report.Options) error {
		return report.HTML(w, d, o)
	},
	".htm": func(_ context.Context, w io.Writer, d *report.Data, o report.Options) error {
		return report.HTML(w, d, o)
	},
	".docx": func(_ context.Context, w io.Writer, d *report.Data, o report.Options) error {
		return report.Docx(w, d, o)
	},
	".xlsx": func(_ context.Context, w io.Writer, d *report.Data, o report.Options) error {
		return report.Xlsx(w, d, o)
	},
	".pdf": func(ctx context.Context, w io.Writer, d *report.Data, o report.Options) error {
		return report.PDF(ctx, w, d, o, report.NewPrinter())
	},
}

// reportScope are the flags by which reports and packages of evidence are narrowed.
type reportScope map[string]*string

func addReportScope(c *cobra.Command) reportScope {
	f := reportScope{}
	for name, help := range map[string]string{
		"from": "only findings whose data reach this day or later, such as 2026-01-01", "to": "only findings whose data begin on this day or earlier",
		"unit": "only what concerns this unit and those below it", "department": "only what concerns systems and forms of this department",
		"system": "only what concerns this system", "finding": "one finding", "case": "the findings of one case, such as 2026-0012",
	} {
		f[name] = c.Flags().String(name, "", help)
	}
	return f
}

func (f reportScope) scope() (report.Scope, error) {
	scope, err := report.ParseScope(func(name string) string { return *f[name] })
	if err != nil {
		return scope, usageError{err}
	}
	return scope, nil
}

func (p *program) reportCommand() *cobra.Command {
	var out, language, authority string
	c := &cobra.Command{
		Use:   "report (-c FILE | --embedded DIR) --out FILE.(html|pdf|docx|xlsx) [--from DAY --to DAY] [--unit CODE] [--department NAME] [--system ID] [--finding ID] [--case ID]",
		Short: "生成报告 / write a report",
		Long: `Writes what the newest analysis found: one page of summary, method and coverage, the findings by department and unit, the
hashes of the evidence, and what the report does not say. PDF needs a Chromium, Chrome or Edge on the PATH.`,
		Example: "  jianfu report --embedded ./data --out report.pdf --unit 990101\n  jianfu report -c jianfu.yaml --out 民政局.docx --department 县民政局 --from 2026-01-01",
		Args:    arguments(cobra.NoArgs),
	}
	flags := addReportScope(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		write, ok := reportFormats[strings.ToLower(filepath.Ext(out))]
		if !ok {
			return usageError{fmt.Errorf("--out %q: a report is written as .html, .pdf, .docx or .xlsx", out)}
		}
		if language != "" && !locale.Known(language) {
			return usageError{fmt.Errorf("--lang %q is not one of %s", language, strings.Join(locale.Languages(), ", "))}
		}
		scope, err := flags.scope()
		if err != nil {
			return err
		}
		return p.open(c.Context(), func(conf *config, s *queries.Store) error {
			data, err := report.Read(c.Context(), s, scope)
			if errors.Is(err, queries.ErrNotFound) {
				return usageError{err}
			}
			if err != nil {
				return err
			}
			if language == "" {
				language = conf.Language
			}
			if err := p.recordAudit(c.Context(), conf, s, "export", "jianfu report --out "+out, ""); err != nil {
				return err
			}
			options := report.Options{Language: language, Zone: conf.zone, Now: time.Now(), Authority: authority}
			return writeFile(out, func(w io.Writer) error { return write(c.Context(), w, data, options) })
		})
	}
	c.Flags().StringVar(&out, "out", "", "file to write; its ending says how: .html, .pdf, .docx or .xlsx")
	c.Flags().StringVar(&language, "lang", "", "zh-CN or en; the language of the configuration unless given")
	c.Flags().StringVar(&authority, "authority", "", "the body for which the report is made, for its cover; a blank unless given")
	return c
}
