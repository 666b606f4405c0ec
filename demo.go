package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
)

// demoFolders are what a demo makes in its folder, and what the next one replaces.
var demoFolders = []string{"upstreams", "data", "jianfu.yaml", "truth.json", demoAccountFile}

// demoMark is the file that says a folder is a demo's own, so that --dir never empties anything else.
const demoMark = ".jianfu-demo"

func (p *program) demoCommand() *cobra.Command {
	var o demo.Options
	var percent float64
	var noServe, details bool
	var dir, listen string
	c := &cobra.Command{
		Use:   "demo [--fraud PERCENT] [--seed N] [--villages N] [--no-serve]",
		Short: "演示：模拟一个县 / a simulated county, collected, analysed and served",
		Long: `Builds a fictional county with real upstream systems (log files, workbooks, databases, an HTTP server, a drop folder),
collects them with the same collectors as production, analyses them, prints what was planted against what was found, and
serves the pages on this machine. docs/demo.md says what is planted.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if percent < 0 || percent > 50 {
				return usageError{fmt.Errorf("--fraud %g is not a percentage from 0 to 50", percent)}
			}
			o.Fraud = percent / 100
			return p.demo(c.Context(), o, dir, listen, noServe, details)
		},
	}
	c.Flags().Float64Var(&percent, "fraud", 100*demo.DefaultFraud, "share of villages that invent data, in per cent")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "another number is another county")
	c.Flags().IntVar(&o.Villages, "villages", demo.DefaultVillages, "villages and communities, at least 24; 30 take a third of the time")
	c.Flags().StringVar(&dir, "dir", "demo-data", "folder of the county; a former demo in it is replaced")
	c.Flags().StringVar(&listen, "listen", "127.0.0.1:8080", "address of the pages; 127.0.0.1:0 takes a free port")
	c.Flags().BoolVar(&noServe, "no-serve", false, "end after the comparison")
	c.Flags().BoolVar(&details, "details", false, "name what was missed and what was found wrongly")
	return c
}

func (p *program) demo(ctx context.Context, o demo.Options, dir, listen string, noServe, details bool) error {
	begin := time.Now()
	if err := emptyDemo(dir); err != nil {
		return err
	}
	o.Dir = filepath.Join(dir, "upstreams")
	say := func(format string, arguments ...any) {
		fmt.Fprintf(p.err, "[%5.1f s] %s\n", time.Since(begin).Seconds(), fmt.Sprintf(format, arguments...))
	}
	meter := collector.NewMeters(p.err)("county")
	county, err := demo.Build(ctx, o, func(done, total int) { meter.Set(int64(done), int64(total)) })
	meter.Done()
	if err != nil {
		return err
	}
	counts, err := json.Marshal(county.Counts())
	if err != nil {
		return fmt.Errorf("unable to count the county: %w", err)
	}
	say("the county is built: %s", counts)

	upstreams, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("unable to listen for the upstream systems: %w", err)
	}
	serving, stop := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- county.Serve(serving, upstreams) }()
	err = p.demoRun(ctx, county, dir, listen, "http://"+upstreams.Addr().String(), noServe, details, say)
	stop()
	return errors.Join(err, <-served)
}

// demoRun is everything that production does too, by the same code.
func (p *program) demoRun(ctx context.Context, county *demo.County, dir, listen, upstreams string, noServe, details bool, say func(string, ...any)) error {
	file := filepath.Join(dir, "jianfu.yaml")
	text := append(fmt.Appendf(nil, "clickhouse: {embedded: ./data}\nlisten: %s\n", listen), county.Config(upstreams)...)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return fmt.Errorf("unable to write the demo's configuration: %w", err)
	}
	c, err := loadConfig(file, kinds())
	if err != nil {
		return err
	}
	s, err := queries.Open(ctx, c.store())
	if err != nil {
		return err
	}
	defer s.Close()
	if err := p.collect(ctx, c, s, nil); err != nil && !errors.Is(err, errQuarantined) {
		return err
	}
	say("collected")
	if err := p.analyze(ctx, c, s, county.AsOf().Format(time.DateOnly)); err != nil {
		return err
	}
	var found []queries.Finding
	if err := s.Findings(ctx, queries.FindingFilter{}, func(f queries.Finding) error { found = append(found, f); return nil }); err != nil {
		return err
	}
	list, err := s.ReadVerifyList(ctx)
	if err != nil {
		return err
	}
	lines, err := s.PlanLines(ctx)
	if err != nil {
		return err
	}
	assessments, err := s.Assessments(ctx)
	if err != nil {
		return err
	}
	var refused []string
	err = s.Quarantine(ctx, "", "", func(q queries.Quarantined) error {
		if q.Kind == "refused" {
			refused = append(refused, q.Origin+"."+q.Field)
		}
		return nil
	})
	if err != nil {
		return err
	}
	report := demo.Score(county.Truth(), found, list)
	report.Assess(county.Truth(), assessments)
	report.Refuse(county.Truth(), refused)
	if len(lines) > 0 {
		plan := demo.ScorePlan(county.Truth(), lines)
		report.Plan = &plan
	}
	if err := report.Write(p.out, c.Language, details); err != nil {
		return fmt.Errorf("unable to print the comparison: %w", err)
	}
	say("done; the configuration is %s", file)
	if noServe {
		return nil
	}
	people, err := p.demoAccounts(ctx, c, s, dir, assessments)
	if err != nil {
		return err
	}
	say("the link below opens everything; to sign in as one of six people, take a name and password from %s", people)
	runner, err := p.runner(ctx, c, s, p.log())
	if err != nil {
		return err
	}
	trail, closing, err := c.trail(ctx, s, p.log())
	if err != nil {
		return err
	}
	defer closing()
	return p.servePages(ctx, c, s, runner, trail, true, p.log())
}

// emptyDemo removes a former demo from the folder, and refuses a folder that holds anything else.
func emptyDemo(dir string) error {
	mark := filepath.Join(dir, demoMark)
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, os.ErrNotExist) || err == nil && len(entries) == 0:
	case err != nil:
		return fmt.Errorf("unable to look into the demo's folder: %w", err)
	default:
		if _, err := os.Stat(mark); err != nil {
			return fmt.Errorf("unable to use %s for the demo: it holds other files; name an empty folder with --dir", dir)
		}
		for _, name := range demoFolders {
			if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
				return fmt.Errorf("unable to remove the former demo: %w", err)
			}
		}
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("unable to make the demo's folder: %w", err)
	}
	if err := os.WriteFile(mark, []byte("jianfu demo made this folder and may empty it\n"), 0o600); err != nil {
		return fmt.Errorf("unable to mark the demo's folder: %w", err)
	}
	return nil
}
