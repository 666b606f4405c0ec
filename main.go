// Jianfu audits the reporting burden that departments put on villages, communities and townships. This file is the wiring:
// it opens what a command needs and hands it on; docs/architecture.md says which room does what.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/accesslog"
	"github.com/jianfu/jianfu/collector/httpapi"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/collector/spreadsheet"
	"github.com/jianfu/jianfu/collector/sqldb"
	"github.com/jianfu/jianfu/queries"
)

// The exit codes of docs/interchange.md.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitQuarantined = 3
)

// errQuarantined ends a command that did its work and put records into quarantine.
var errQuarantined = errors.New("some records are in quarantine; 'jianfu quarantine list' shows them with the reasons")

// usageError is a wrong call of a command.
type usageError struct{ error }

// kinds is the registry of source kinds: one line a kind.
func kinds() []collector.Kind {
	return []collector.Kind{accesslog.Kind(), httpapi.Kind(), ndjson.Kind(), spreadsheet.Kind(), sqldb.Kind()}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program, for main and for the tests of the command line.
func run(ctx context.Context, arguments []string, in io.Reader, out, progress io.Writer) int {
	p := &program{in: in, out: out, err: progress}
	root := p.command()
	root.SetArgs(arguments)
	root.SetIn(in)
	root.SetOut(out)
	root.SetErr(progress)
	err := root.ExecuteContext(ctx)
	var wrong usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, errQuarantined):
		fmt.Fprintln(progress, "jianfu:", err)
		return exitQuarantined
	case errors.As(err, &wrong):
		fmt.Fprintf(progress, "jianfu: %s\nSee 'jianfu --help'.\n", err)
		return exitUsage
	}
	fmt.Fprintln(progress, "jianfu:", err)
	return exitFailed
}

// program is what all commands share.
type program struct {
	in       io.Reader
	out, err io.Writer
	file     string // -c
	embedded string // --embedded
	verbose  bool
}

func (p *program) command() *cobra.Command {
	root := &cobra.Command{
		Use:   "jianfu",
		Short: "减负：审计基层填报负担 / audits the reporting burden on the grassroots",
		Long: `减负从各上游系统采集使用日志和填报记录，找出重复填报、闲置系统和需要核查的数据，并给出依据。
Jianfu collects the usage logs and form submissions of upstream systems, and finds duplicate reporting, unused
systems and data that deserves verification, with the evidence.

First steps:
  jianfu demo                                a simulated county, collected, analysed and served
  jianfu import --embedded ./data FILE…      take records of the interchange format (docs/interchange.md)
  jianfu analyze --embedded ./data           judge them
  jianfu findings --embedded ./data          read the findings
  jianfu serve -c jianfu.yaml                collect and analyse on a schedule, and serve the pages

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 done with records in quarantine.`,
		SilenceErrors: true, SilenceUsage: true,
		Args: func(_ *cobra.Command, arguments []string) error {
			if len(arguments) > 0 {
				return usageError{fmt.Errorf("there is no command %q", arguments[0])}
			}
			return nil
		},
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.PersistentFlags().StringVarP(&p.file, "config", "c", "", "configuration file; jianfu.yaml of the working folder unless given")
	root.PersistentFlags().StringVar(&p.embedded, "embedded", "", "data folder of the embedded ClickHouse, in place of a configuration")
	root.PersistentFlags().BoolVarP(&p.verbose, "verbose", "v", false, "log every step to standard error")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{err} })
	root.AddCommand(
		p.demoCommand(), p.simulateCommand(), p.evaluateCommand(), p.serveCommand(), p.collectCommand(), p.importCommand(), p.analyzeCommand(), p.findingsCommand(),
		p.verifyListCommand(), p.mergePlanCommand(), p.matchCommand(), p.digitsCommand(), p.reportCommand(), p.evidenceCommand(), p.verifyEvidenceCommand(), p.letterCommand(), p.checkCommand(), p.sqlCommand(), p.verifyAuditCommand(),
		p.quarantineCommand(), p.synonymsCommand(), p.burdenCommand(), p.retirementCommand(), p.caseCommand(), p.accountCommand(), p.tokenCommand(), p.noticesCommand(), p.verificationCommand(),
	)
	return root
}

// arguments wraps a check of arguments so that its error counts as wrong usage.
func arguments(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(c *cobra.Command, all []string) error {
		if err := check(c, all); err != nil {
			return usageError{err}
		}
		return nil
	}
}

// usualConfig is the configuration that is taken where neither -c nor --embedded is given.
const usualConfig = "jianfu.yaml"

// config loads the file of -c, or makes one from --embedded.
func (p *program) config() (*config, error) {
	switch {
	case p.file != "" && p.embedded != "":
		return nil, usageError{errors.New("give -c FILE or --embedded DIR, not both")}
	case p.file != "":
		return loadConfig(p.file, kinds())
	case p.embedded != "":
		return embeddedConfig(p.embedded)
	}
	if _, err := os.Stat(usualConfig); err == nil {
		return loadConfig(usualConfig, kinds())
	}
	return nil, usageError{errors.New("give -c FILE (a configuration) or --embedded DIR (a data folder); there is no jianfu.yaml in this folder")}
}

// log writes for people on a terminal, and JSON elsewhere.
func (p *program) log() zerolog.Logger {
	level := zerolog.WarnLevel
	if p.verbose {
		level = zerolog.InfoLevel
	}
	w := p.err
	if f, ok := p.err.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		w = zerolog.ConsoleWriter{Out: p.err}
	}
	return zerolog.New(w).Level(level).With().Timestamp().Logger()
}

// open gives a command its configuration and store, and closes the store after it.
func (p *program) open(ctx context.Context, use func(c *config, s *queries.Store) error) (err error) {
	c, err := p.config()
	if err != nil {
		return err
	}
	s, err := queries.Open(ctx, c.store())
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return use(c, s)
}

// runner builds what runs sources on a store.
func (p *program) runner(ctx context.Context, c *config, s *queries.Store, log zerolog.Logger) (*collector.Runner, error) {
	registry, err := queries.OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(c.State, 0o700); err != nil {
		return nil, fmt.Errorf("unable to make the state folder: %w", err)
	}
	key, err := collector.OpenKey(filepath.Join(c.State, "pseudonym.key"))
	if err != nil {
		return nil, err
	}
	return &collector.Runner{Store: s, Registry: registry, Pseudonym: key, Log: log, Locks: filepath.Join(c.State, "locks")}, nil
}
