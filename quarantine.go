package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/queries"
)

func (p *program) quarantineCommand() *cobra.Command {
	var source, format string
	c := &cobra.Command{
		Use:   "quarantine [list|replay|drop] (-c FILE | --embedded DIR) [--source ID]",
		Short: "隔离区 / input that could not be stored, with the reasons",
		Long: `list shows what is in quarantine. replay reads it again, after the cause has been mended: a newer version, a corrected
mapping, a declared unit. drop settles it without storing it; the rows stay on record as dropped.`,
		Args: arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, words []string) error {
			word := "list"
			if len(words) == 1 {
				word = words[0]
			}
			act, ok := map[string]func(context.Context, *config, *queries.Store) error{
				"list": func(ctx context.Context, _ *config, s *queries.Store) error {
					return p.listQuarantine(ctx, s, source, format)
				},
				"replay": func(ctx context.Context, conf *config, s *queries.Store) error { return p.replay(ctx, conf, s, source) },
				"drop":   func(ctx context.Context, _ *config, s *queries.Store) error { return p.drop(ctx, s, source) },
			}[word]
			if !ok {
				return usageError{fmt.Errorf("quarantine %q is not one of list, replay, drop", word)}
			}
			return p.open(c.Context(), func(conf *config, s *queries.Store) error { return act(c.Context(), conf, s) })
		},
	}
	c.Flags().StringVar(&source, "source", "", "only what came from this source")
	c.Flags().StringVar(&format, "format", "table", "of list: table or ndjson")
	return c
}

func (p *program) listQuarantine(ctx context.Context, s *queries.Store, source, format string) error {
	e := json.NewEncoder(p.out)
	return s.Quarantine(ctx, source, "open", func(q queries.Quarantined) error {
		if format == "ndjson" {
			return e.Encode(struct {
				queries.Quarantined
				Raw string `json:"raw"`
			}{q, string(q.Raw)})
		}
		place := q.Origin
		if q.Line > 0 {
			place = fmt.Sprintf("%s:%d", q.Origin, q.Line)
		}
		_, err := fmt.Fprintf(p.out, "%s  %s  %s: %s\n", q.Source, q.Kind, place, q.Reason)
		return err
	})
}

func bySource(ctx context.Context, s *queries.Store, source string) (map[string][]queries.Quarantined, error) {
	all := map[string][]queries.Quarantined{}
	err := s.Quarantine(ctx, source, "open", func(q queries.Quarantined) error {
		all[q.Source] = append(all[q.Source], q)
		return nil
	})
	return all, err
}

func (p *program) drop(ctx context.Context, s *queries.Store, source string) error {
	all, err := bySource(ctx, s, source)
	if err != nil {
		return err
	}
	for id, rows := range all {
		keys := make([]uint64, len(rows))
		for i, q := range rows {
			keys[i] = q.Key
		}
		if err := s.SettleQuarantine(ctx, id, keys, "dropped"); err != nil {
			return err
		}
		fmt.Fprintf(p.err, "%s: %d dropped\n", id, len(keys))
	}
	return nil
}

// replay reads what is in quarantine again. What is refused again stays; sources without single lines (tables, pages,
// workbooks) read their upstream again by themselves, and are named.
func (p *program) replay(ctx context.Context, c *config, s *queries.Store, source string) error {
	all, err := bySource(ctx, s, source)
	if err != nil {
		return err
	}
	log := p.log()
	runner, err := p.runner(ctx, c, s, log)
	if err != nil {
		return err
	}
	runner.Attempts = 1
	left := false
	for id, rows := range all {
		reader, kind, err := p.replayer(c, id, runner, log)
		if err != nil {
			return err
		}
		if reader == nil {
			fmt.Fprintf(p.err, "%s: mend the cause and run 'jianfu collect %s'; it reads its upstream again\n", id, id)
			left = true
			continue
		}
		r := &replaySource{rows: rows, reader: reader}
		result, err := runner.Run(ctx, collector.Job{ID: id, Kind: kind, Source: r})
		if err != nil {
			return err
		}
		if err := s.SettleQuarantine(ctx, id, r.stored, "replayed"); err != nil {
			return err
		}
		fmt.Fprintf(p.err, "%s: %d replayed, %d stay in quarantine\n", id, len(r.stored), len(rows)-len(r.stored))
		p.tell(id, result)
		left = left || len(r.stored) < len(rows)
	}
	if left {
		return errQuarantined
	}
	return nil
}

// replayer finds what reads the lines of a source.
func (p *program) replayer(c *config, id string, runner *collector.Runner, log zerolog.Logger) (collector.Replayer, string, error) {
	lines := recordReplayer{ndjson.Options{Source: id, Pseudonym: runner.Pseudonym}}
	if id == "import" || id == "api" {
		return lines, id, nil
	}
	for _, s := range c.sources {
		if s.ID != id {
			continue
		}
		if s.Kind.Name == "ndjson" {
			return lines, s.Kind.Name, nil
		}
		built, err := c.build(s, runner.Pseudonym, log)
		if err != nil {
			return nil, "", err
		}
		reader, _ := built.(collector.Replayer)
		return reader, s.Kind.Name, nil
	}
	return nil, "", fmt.Errorf("unable to replay the quarantine of %s: the configuration has no such source", id)
}

// recordReplayer reads single records of the interchange format.
type recordReplayer struct{ options ndjson.Options }

// Replay implements collector.Replayer.
func (r recordReplayer) Replay(ctx context.Context, q queries.Quarantined, out collector.Sink) error {
	_, err := ndjson.Read(ctx, bytes.NewReader(q.Raw), q.Origin, r.options, out)
	return err
}

// replaySource feeds quarantined lines through their reader, one by one, so that each can be settled by itself.
type replaySource struct {
	rows   []queries.Quarantined
	reader collector.Replayer
	stored []uint64
}

// Collect implements collector.Source.
func (r *replaySource) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	for _, q := range r.rows {
		if len(q.Raw) == 0 {
			continue
		}
		watch := &watchedSink{Sink: out}
		if err := r.reader.Replay(ctx, q, watch); err != nil {
			return err
		}
		if !watch.refused {
			r.stored = append(r.stored, q.Key)
		}
	}
	return out.Mark(ctx, nil)
}

// Check implements collector.Source.
func (r *replaySource) Check(context.Context) error { return nil }

// watchedSink notes that a line was refused again; the line is in quarantine already.
type watchedSink struct {
	collector.Sink
	refused bool
}

// Reject implements collector.Sink.
func (w *watchedSink) Reject(context.Context, queries.Rejected) error {
	w.refused = true
	return nil
}

// Mark implements collector.Sink: the replay marks once, at its end.
func (w *watchedSink) Mark(context.Context, collector.Checkpoint) error { return nil }

func (p *program) checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check -c jianfu.yaml",
		Short: "检查配置和连通 / configuration and reach of every source",
		Long:  "Checks the configuration, the store and every source, and says of each fault what to do. Nothing is collected.",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				log := p.log()
				runner, err := p.runner(c.Context(), conf, s, log)
				if err != nil {
					return err
				}
				fmt.Fprintln(p.out, "ok    configuration and store")
				var failures []error
				for _, source := range conf.sources {
					built, err := conf.build(source, runner.Pseudonym, log)
					if err == nil {
						err = built.Check(c.Context())
					}
					if err != nil {
						fmt.Fprintf(p.out, "FAULT %s (%s): %s\n", source.ID, source.Kind.Name, err)
						failures = append(failures, err)
						continue
					}
					fmt.Fprintf(p.out, "ok    %s (%s)\n", source.ID, source.Kind.Name)
				}
				if len(failures) > 0 {
					return fmt.Errorf("%d of %d sources have a fault", len(failures), len(conf.sources))
				}
				return nil
			})
		},
	}
}
