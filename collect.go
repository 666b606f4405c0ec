package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/queries"
)

func (p *program) collectCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "collect -c jianfu.yaml [SOURCE…]",
		Short: "立即采集 / run sources once, now",
		Long:  "Runs the named sources once, or all of them. A source that fails does not stop the others; a second run goes on where the first ended.",
		RunE: func(c *cobra.Command, only []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error { return p.collect(c.Context(), conf, s, only) })
		},
	}
}

func (p *program) collect(ctx context.Context, c *config, s *queries.Store, only []string) error {
	for _, id := range only {
		if !slices.ContainsFunc(c.sources, func(s sourceConfig) bool { return s.ID == id }) {
			return usageError{fmt.Errorf("the configuration has no source %q", id)}
		}
	}
	log := p.log()
	runner, err := p.runner(ctx, c, s, log)
	if err != nil {
		return err
	}
	runner.Meter = collector.NewMeters(p.err)
	var failures []error
	quarantined := false
	for _, source := range c.sources {
		if len(only) > 0 && !slices.Contains(only, source.ID) {
			continue
		}
		built, err := c.build(source, runner.Pseudonym, log)
		if err != nil {
			return err
		}
		result, err := runner.Run(ctx, collector.Job{ID: source.ID, Kind: source.Kind.Name, Source: built, Stream: source.Kind.Stream})
		p.tell(source.ID, result)
		quarantined = quarantined || result.Rejected > 0
		if err != nil {
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	if len(failures) > 0 {
		return errors.Join(failures...)
	}
	if quarantined {
		return errQuarantined
	}
	return nil
}

func (p *program) tell(id string, r collector.Result) {
	fmt.Fprintf(p.err, "%s: %d usage events and %d submissions stored, %d known already, %d in quarantine\n",
		id, r.Usage, r.Submissions, r.Known, r.Rejected)
}

func (p *program) importCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "import (-c FILE | --embedded DIR) FILE…",
		Short: "导入交换格式文件 / take interchange files",
		Long: `Takes records of the interchange format (docs/interchange.md), one JSON object a line, plain or packed as gz, bz2 or zst;
"-" is standard input. Importing the same records again changes nothing. Lines that do not fit go to quarantine with the
reason and the exit code is 3.`,
		Example: "  jianfu import --embedded ./data records.ndjson.gz\n  cat records.ndjson | jianfu import --embedded ./data -",
		Args:    arguments(cobra.MinimumNArgs(1)),
		RunE: func(c *cobra.Command, files []string) error {
			for _, f := range files {
				if f == "-" {
					continue
				}
				if _, err := os.Stat(f); err != nil {
					return fmt.Errorf("unable to import %s: %w", f, err)
				}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				runner, err := p.runner(c.Context(), conf, s, p.log())
				if err != nil {
					return err
				}
				runner.Meter, runner.Attempts = collector.NewMeters(p.err), 1
				result, err := runner.Run(c.Context(), collector.Job{
					ID: "import", Kind: "import", Source: importer{files: files, stdin: p.in, pseudonym: runner.Pseudonym},
				})
				p.tell("import", result)
				if err == nil && result.Rejected > 0 {
					return errQuarantined
				}
				return err
			})
		},
	}
}

// importer reads files once. It has no checkpoint: the identity of each record keeps it from being stored twice.
type importer struct {
	files     []string
	stdin     io.Reader
	pseudonym *collector.Pseudonymizer
}

// Collect implements collector.Source.
func (i importer) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	options := ndjson.Options{Source: "import", Pseudonym: i.pseudonym}
	var failures []error
	for _, f := range i.files {
		var err error
		if f == "-" {
			_, err = ndjson.Read(ctx, i.stdin, "stdin", options, out)
		} else {
			_, err = ndjson.ReadFile(ctx, f, options, out)
		}
		if err != nil {
			failures = append(failures, err)
		}
		if ctx.Err() != nil {
			break
		}
	}
	return errors.Join(failures...)
}

// Check implements collector.Source.
func (i importer) Check(context.Context) error { return nil }
