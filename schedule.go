package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
)

func (p *program) serveCommand() *cobra.Command {
	var link bool
	c := &cobra.Command{
		Use:   "serve (-c FILE | --embedded DIR) [--link]",
		Short: "采集、分析并提供页面 / collect and analyse on a schedule, and serve the pages",
		Long: `Runs every source that has a schedule, the analysis (key "analyze", 03:30 daily unless set), the reminders and
checks of retirements (key "retirement", 08:30 daily unless set) and the web pages, until it
is ended by SIGINT or SIGTERM. The address of the pages is printed at start. While there is no account, it carries an access
token; afterwards the pages ask for name and password, unless --link is given on a machine of one person.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				p.verbose = true
				return p.serve(c.Context(), conf, s, link)
			})
		},
	}
	c.Flags().BoolVar(&link, "link", false, "print an address that opens the pages although there are accounts; only on a loopback address")
	return c
}

// serve runs the one table of everything that happens by the clock, and the pages, until the context ends.
func (p *program) serve(ctx context.Context, c *config, s *queries.Store, link bool) (err error) {
	log := p.log()
	if err := s.SetRetention(ctx, c.Keep["usage"], c.Keep["submissions"]); err != nil {
		return err
	}
	runner, err := p.runner(ctx, c, s, log)
	if err != nil {
		return err
	}
	table := cron.New(cron.WithLocation(c.zone), cron.WithChain(cron.SkipIfStillRunning(cronLog{log}), cron.Recover(cronLog{log})))
	for _, source := range c.sources {
		if source.Schedule == "" {
			continue
		}
		built, err := c.build(source, runner.Pseudonym, log)
		if err != nil {
			return err
		}
		job := collector.Job{ID: source.ID, Kind: source.Kind.Name, Source: built, Stream: source.Kind.Stream}
		if _, err := table.AddFunc(source.Schedule, func() { runLogged(ctx, runner, job, log) }); err != nil {
			return fmt.Errorf("unable to schedule %s: %w", source.ID, err)
		}
	}
	if c.Analyze != "" {
		_, err := table.AddFunc(c.Analyze, func() {
			if _, err := analyzer.Run(ctx, s, c.policy, time.Now().In(c.zone), log); err != nil {
				log.Error().Err(err).Msg("analysis failed")
				return
			}
			advanceLogged(ctx, c, s, log)
		})
		if err != nil {
			return fmt.Errorf("unable to schedule the analysis: %w", err)
		}
	}
	if c.Retire != "" {
		if _, err := table.AddFunc(c.Retire, func() { advanceLogged(ctx, c, s, log) }); err != nil {
			return fmt.Errorf("unable to schedule the retirements of systems: %w", err)
		}
	}
	if err := s.SettleCases(ctx); err != nil {
		return err
	}
	trail, closing, err := c.trail(ctx, s, log)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, closing()) }()
	if c.Audit.Verify != "" {
		if _, err := table.AddFunc(c.Audit.Verify, func() { verifyAuditLogged(ctx, c, s, trail, log) }); err != nil {
			return fmt.Errorf("unable to schedule the verification of the audit trail: %w", err)
		}
	}
	if err := c.scheduleNotices(ctx, table, s, trail, log); err != nil {
		return err
	}
	table.Start()
	defer func() { <-table.Stop().Done() }()
	return p.servePages(ctx, c, s, runner, trail, link, log)
}

// advanceLogged lets the clock do its part of the retirement of systems.
func advanceLogged(ctx context.Context, c *config, s *queries.Store, log zerolog.Logger) {
	now := time.Now()
	events, err := advanceRetirements(ctx, c, s, now, dayIn(now, c.zone))
	event := log.Info()
	if err != nil {
		event = log.Error().Err(err)
	}
	event.Int("events", len(events)).Str("kinds", eventCounts(events)).Msg("retirements brought up to date")
}

func runLogged(ctx context.Context, runner *collector.Runner, job collector.Job, log zerolog.Logger) {
	result, err := runner.Run(ctx, job)
	event := log.Info()
	if err != nil {
		event = log.Error().Err(err)
	}
	event.Str("source", job.ID).Uint64("usage", result.Usage).Uint64("submissions", result.Submissions).
		Uint64("known", result.Known).Uint64("quarantined", result.Rejected).Uint32("retries", result.Retries).Msg("source collected")
}

// servePages listens and prints the address. Until there are accounts, the address carries an access token.
func (p *program) servePages(ctx context.Context, c *config, s *queries.Store, runner *collector.Runner, trail web.Trail, link bool, log zerolog.Logger) error {
	token := web.NewToken()
	var detectors []web.Detector
	for _, d := range analyzer.Detectors() {
		m := d.Meta()
		detectors = append(detectors, web.Detector{ID: m.ID, Family: m.Family, Version: m.Version, Evidence: m.Evidence, Thresholds: c.policy.Of(m.ID)})
	}
	var sources []web.Source
	for _, source := range c.sources {
		sources = append(sources, web.Source{ID: source.ID, Kind: source.Kind.Name})
	}
	signing, err := c.packageKey()
	if err != nil {
		return err
	}
	accounts, err := c.book(s)
	if err != nil {
		return err
	}
	pages, err := web.New(web.Options{
		Accounts: accounts, Link: link, Provider: c.Accounts.provider(), Address: c.address, Proxies: c.proxies,
		Reader: s, Writer: s, Filters: s, Detectors: detectors, Sources: sources, Token: token, Listen: c.Listen, Language: c.Language, Zone: c.zone, Log: log,
		Records: &recordsHandler{runner: runner, log: log}, RecordsToken: c.Token, Holiday: c.policy.Holiday, Retirement: c.retirement(), Silence: c.silence(),
		Trail: trail, Outbox: c.outbox(s, trail), Audits: s, Tokens: s, Ready: s.Ready, Version: s.DataVersion, MetricsToken: c.MetricsToken,
		EvidenceKey: signing, Program: thisProgram(),
	})
	if err != nil {
		return err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("unable to listen on %s: %w", c.Listen, err)
	}
	known, err := accounts.Any(ctx)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	if host, _, _ := net.SplitHostPort(listener.Addr().String()); !net.ParseIP(host).IsLoopback() {
		if link {
			return errors.Join(usageError{fmt.Errorf("--link is for a machine of one person: listen on 127.0.0.1 and not on %s", c.Listen)}, listener.Close())
		}
		if !c.encrypted() {
			log.Warn().Str("listen", c.Listen).Msg("the pages are reachable from other machines, and what is typed travels unencrypted; put a proxy with TLS in front and set url to its https address")
		}
	}
	server := web.NewServer(pages)
	if known && !link {
		fmt.Fprintf(p.out, "http://%s/\n", listener.Addr())
	} else {
		fmt.Fprintf(p.out, "http://%s/?token=%s\n", listener.Addr(), token)
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("unable to serve the pages: %w", err)
	case <-ctx.Done():
	}
	ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := server.Shutdown(ending); err != nil {
		return errors.Join(fmt.Errorf("unable to end all requests in time: %w", err), server.Close())
	}
	return nil
}

// recordsHandler is POST /api/v1/records: interchange records in the body. One request is stored at a time.
type recordsHandler struct {
	runner *collector.Runner
	log    zerolog.Logger
	mutex  sync.Mutex
}

// maxRecords bounds the body of one request.
const maxRecords = 1 << 30

// ServeHTTP answers with the counts of what was stored; the status is 200 even when lines went to quarantine.
func (h *recordsHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	source := &requestSource{body: http.MaxBytesReader(w, r.Body, maxRecords), pseudonym: h.runner.Pseudonym}
	once := *h.runner
	once.Attempts = 1
	result, err := once.Run(r.Context(), collector.Job{ID: "api", Kind: "api", Source: source})
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		http.Error(w, "the body is larger than 1 GiB; send it in parts", http.StatusRequestEntityTooLarge)
		return
	case err != nil:
		h.log.Error().Err(err).Msg("unable to store posted records")
		http.Error(w, "the records could not be stored; the server's log has the reason", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]uint64{
		"usage": result.Usage, "submissions": result.Submissions, "known": result.Known, "quarantined": result.Rejected,
	})
}

// requestSource reads the body of one request.
type requestSource struct {
	body interface {
		Read([]byte) (int, error)
	}
	pseudonym *collector.Pseudonymizer
}

// Collect implements collector.Source.
func (s *requestSource) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	_, err := ndjson.Read(ctx, s.body, "POST /api/v1/records", ndjson.Options{Source: "api", Pseudonym: s.pseudonym}, out)
	return err
}

// Check implements collector.Source.
func (s *requestSource) Check(context.Context) error { return nil }

// cronLog writes cron's messages to the log.
type cronLog struct{ zerolog.Logger }

// Info implements cron.Logger.
func (l cronLog) Info(message string, pairs ...any) { l.Debug().Fields(pairs).Msg(message) }

// Error implements cron.Logger.
func (l cronLog) Error(err error, message string, pairs ...any) {
	l.Logger.Error().Err(err).Fields(pairs).Msg(message)
}
