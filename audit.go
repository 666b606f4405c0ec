package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"os/user"
	"strconv"
	"time"

	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
)

// auditConfig is the block "audit" of the configuration: where the trail is anchored, and when it is verified.
type auditConfig struct {
	Anchor  string `yaml:"anchor"`  // file; audit.anchor of the state folder unless given
	Key     string `yaml:"key"`     // base64, as ${NAME} or file:PATH; audit.key of the state folder unless given
	Webhook string `yaml:"webhook"` // URL that receives the anchors
	Syslog  string `yaml:"syslog"`  // udp://host:514 or tcp://host:601
	Verify  string `yaml:"verify"`  // schedule of the verification; "off" for none

	key []byte
}

// usualVerification is daily, when nobody waits for pages.
const usualVerification = "15 4 * * *"

func (a *auditConfig) check(path func(string) string, f *faults) {
	if a.Anchor != "" {
		a.Anchor = path(a.Anchor)
	}
	if a.Key != "" {
		var err error
		if a.key, err = base64.StdEncoding.DecodeString(a.Key); err != nil || len(a.key) != 32 {
			f.add(nil, "audit.key: it must be 32 bytes in base64, as 'openssl rand -base64 32' makes them")
		}
	}
	switch a.Verify {
	case "":
		a.Verify = usualVerification
	case "off":
		a.Verify = ""
	default:
		if _, err := cron.ParseStandard(a.Verify); err != nil {
			f.add(nil, "audit.verify: %q is not a schedule (%s); write \"15 4 * * *\", @daily or off", a.Verify, err)
		}
	}
}

// auditOptions says where the trail of a configuration is kept.
func (c *config) auditOptions(log zerolog.Logger) queries.AuditOptions {
	return queries.AuditOptions{
		Folder: c.State, Anchor: c.Audit.Anchor, Key: c.Audit.key, Webhook: c.Audit.Webhook, Syslog: c.Audit.Syslog,
		Failed: func(err error) { log.Warn().Err(err).Msg("anchors of the audit trail wait to be sent again") },
	}
}

// brokenTrail is a trail that cannot be opened: nothing can be recorded, so nothing that must be recorded happens.
type brokenTrail struct{ cause error }

// Record implements web.Trail.
func (b brokenTrail) Record(context.Context, queries.AuditEntry) error { return b.cause }

// trail opens the trail for the pages. One that was tampered with keeps the pages from showing evidence, and does not keep the
// service from starting: sources are collected, and what is wrong is logged.
func (c *config) trail(ctx context.Context, s *queries.Store, log zerolog.Logger) (trail web.Trail, closing func() error, err error) {
	opened, err := queries.OpenAuditTrail(ctx, s, c.auditOptions(log))
	var fault *queries.AuditFault
	switch {
	case errors.As(err, &fault):
		log.Error().Err(err).Msg("the pages show no evidence until the audit trail is sound; 'jianfu verify-audit' says what is wrong")
		return brokenTrail{err}, func() error { return nil }, nil
	case err != nil:
		return nil, nil, err
	}
	return opened, opened.Close, nil
}

// recordAudit records what somebody does by the command line, in the same chain as a service that is running.
func (p *program) recordAudit(ctx context.Context, c *config, s *queries.Store, action, object, detail string) (err error) {
	trail, err := queries.OpenAuditTrail(ctx, s, c.auditOptions(p.log()))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, trail.Close()) }()
	name := "cli"
	if u, err := user.Current(); err == nil {
		name += ":" + u.Username
	}
	return trail.Record(ctx, queries.AuditEntry{At: time.Now(), Account: name, Action: action, Object: object, Detail: detail})
}

// verifyAuditLogged is the scheduled verification: the log and the trail itself keep what it found.
func verifyAuditLogged(ctx context.Context, c *config, s *queries.Store, trail web.Trail, log zerolog.Logger) {
	e := queries.AuditEntry{Account: "clock"}
	r, err := queries.VerifyAudit(ctx, s, c.auditOptions(log), "")
	var fault *queries.AuditFault
	switch {
	case errors.As(err, &fault):
		e.Action, e.Object, e.Detail = queries.AuditFaulty, strconv.FormatUint(fault.Seq, 10), fault.Code
		log.Error().Err(err).Msg("the audit trail is not sound")
	case err != nil:
		log.Error().Err(err).Msg("unable to verify the audit trail")
		return
	default:
		e.Action, e.Object, e.Detail = queries.AuditSound, strconv.FormatUint(r.Count, 10), fmt.Sprintf("%x", r.Last.Hash)
		log.Info().Uint64("entries", r.Count).Msg("the audit trail is sound")
	}
	e.At = time.Now()
	if err := trail.Record(ctx, e); err != nil {
		log.Error().Err(err).Msg("unable to write the audit trail")
	}
}

func (p *program) verifyAuditCommand() *cobra.Command {
	var remote string
	c := &cobra.Command{
		Use:   "verify-audit [-c FILE] [--anchor FILE]",
		Short: "校验审计记录 / check the audit trail against its key and its anchors",
		Long: `Walks the whole chain of the audit trail, checks every number, hash and link, and compares it with the anchor file outside the
database, so that any entry that was changed, removed (the newest too), inserted or moved is found. With --anchor it is also
compared with a copy of the anchor file that was kept on another machine, which tells a trail that was begun anew together with
its anchor. The first fault ends it with exit code 1. docs/audit.md has the whole of it.`,
		Example: `  jianfu verify-audit -c jianfu.yaml
  jianfu verify-audit -c jianfu.yaml --anchor /mnt/log-server/audit.anchor`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				return p.verifyAudit(c.Context(), conf, s, remote)
			})
		},
	}
	c.Flags().StringVar(&remote, "anchor", "", "copy of the anchor file from another machine")
	return c
}

func (p *program) verifyAudit(ctx context.Context, c *config, s *queries.Store, remote string) error {
	r, err := queries.VerifyAudit(ctx, s, c.auditOptions(p.log()), remote)
	var fault *queries.AuditFault
	if errors.As(err, &fault) {
		reader, wordsErr := newReader(ctx, c, s)
		if wordsErr != nil {
			return errors.Join(err, wordsErr)
		}
		fmt.Fprintf(p.out, "✗ %d  %s\n", fault.Seq, reader.word("audit.fault."+fault.Code))
		return err
	}
	if err != nil {
		return err
	}
	when := func(t time.Time) string { return t.In(c.zone).Format("2006-01-02 15:04:05") }
	fmt.Fprintf(p.out, "✓ %d  %s – %s  %x\n", r.Count, when(r.First.At), when(r.Last.At), r.Last.Hash)
	if r.Pending > 0 {
		fmt.Fprintf(p.out, "  %d entries at the end are stored and not yet anchored, as a crash leaves them; the next record anchors them\n", r.Pending)
	}
	return nil
}
