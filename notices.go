package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/gofrs/flock"
	"github.com/robfig/cron/v3"
	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
	"github.com/jianfu/jianfu/web/notify"
)

func (p *program) noticesCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "notices",
		Short: "通知 / notices by mail and to the groups of robots",
		Long: `serve tells people by the schedule of notify.digest what waits for them, and sends in between what waits in the outbox. These
commands show and do the same by hand. docs/notices.md says how each channel is set up.`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.noticesListCommand(), p.noticesPreviewCommand(), p.noticesSendCommand(), p.noticesRetryCommand(), p.noticesTestCommand())
	return c
}

// digested is one recipient with what it is to be told.
type digested struct {
	channel, recipient, account string
	message                     notify.Message
}

// digests are what waits for every recipient of the configuration: accounts with an address, where there is mail, and robots.
func (c *config) digests(ctx context.Context, s *queries.Store, log zerolog.Logger) ([]digested, error) {
	words, err := web.NewDigests(web.Options{Reader: s, Audits: s, Address: c.address, Listen: c.Listen, Language: c.Language, Zone: c.zone, Retirement: c.retirement(), Log: log})
	if err != nil {
		return nil, err
	}
	var out []digested
	if c.Notify.Mail != nil {
		book, err := c.book(s)
		if err != nil {
			return nil, err
		}
		all, err := book.Accounts(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range all {
			if a.Email == "" || a.Disabled {
				continue
			}
			who, err := book.Principal(ctx, a.Name)
			if err != nil {
				return nil, err
			}
			m, err := words.Of(ctx, who, c.Language)
			if err != nil {
				return nil, fmt.Errorf("unable to write the digest of %s: %w", a.Name, err)
			}
			out = append(out, digested{mailChannel, a.Email, a.Name, m})
		}
	}
	for _, r := range c.Notify.Robots {
		m, err := words.Of(ctx, r.principal(), r.Language)
		if err != nil {
			return nil, fmt.Errorf("unable to write the digest of %s: %w", r.ID, err)
		}
		out = append(out, digested{r.ID, r.ID, "", m})
	}
	return out, nil
}

// outbox opens what waits to be sent. Whatever is sent or given up is in the audit trail.
func (c *config) outbox(s *queries.Store, trail web.Trail) *notify.Outbox {
	return &notify.Outbox{
		Store: s, Channels: c.Notify.channels(), Quiet: c.Notify.quiet, Clock: time.Now,
		Sent: func(ctx context.Context, n queries.Notice) error {
			to := n.Channel
			if n.Account != "" {
				to += " " + n.Account
			}
			return trail.Record(ctx, queries.AuditEntry{At: time.Now(), Account: "clock", Action: "notice." + n.State, Object: to, Detail: n.ID})
		},
	}
}

// errDelivering says that another process delivers.
var errDelivering = errors.New("another process is sending notices")

// delivering lets one process at a time deliver, so that nothing is sent twice.
func (c *config) delivering(f func() error) (err error) {
	lock := flock.New(filepath.Join(c.State, "notices.lock"), flock.SetPermissions(0o600))
	held, err := lock.TryLock()
	if err != nil {
		return fmt.Errorf("unable to lock the outbox: %w", err)
	}
	if !held {
		return errDelivering
	}
	defer func() { err = errors.Join(err, lock.Unlock()) }()
	return f()
}

// queueDigests puts into the outbox what is new for every recipient.
func (c *config) queueDigests(ctx context.Context, s *queries.Store, box *notify.Outbox, log zerolog.Logger) (queued int, err error) {
	all, err := c.digests(ctx, s, log)
	if err != nil {
		return 0, err
	}
	for _, d := range all {
		if !d.message.Urges() {
			continue
		}
		fresh, err := box.Queue(ctx, d.channel, d.recipient, d.account, d.message)
		if err != nil {
			return queued, err
		}
		if fresh {
			queued++
		}
	}
	return queued, nil
}

// scheduleNotices adds digests and deliveries to the table of everything that happens by the clock.
func (c *config) scheduleNotices(ctx context.Context, table *cron.Cron, s *queries.Store, trail web.Trail, log zerolog.Logger) error {
	if c.Notify.Mail == nil && len(c.Notify.Robots) == 0 {
		return nil
	}
	box := c.outbox(s, trail)
	job := func(name string, f func() error) func() {
		return func() {
			if err := c.delivering(f); err != nil && !errors.Is(err, errDelivering) && ctx.Err() == nil {
				log.Error().Err(err).Msg(name)
			}
		}
	}
	digest := job("unable to write digests", func() error {
		queued, err := c.queueDigests(ctx, s, box, log)
		log.Info().Int("queued", queued).Msg("digests written")
		return err
	})
	if _, err := table.AddFunc(c.Notify.Digest, digest); err != nil {
		return fmt.Errorf("unable to schedule the digests: %w", err)
	}
	deliver := job("unable to send notices", func() error {
		tally, err := box.Deliver(ctx)
		if tally.Sent+tally.Dead > 0 {
			log.Info().Int("sent", tally.Sent).Int("waiting", tally.Waiting).Int("given_up", tally.Dead).Msg("notices sent")
		}
		return err
	})
	if _, err := table.AddFunc("* * * * *", deliver); err != nil {
		return fmt.Errorf("unable to schedule the notices: %w", err)
	}
	return nil
}

func (p *program) noticesListCommand() *cobra.Command {
	var state, format string
	c := &cobra.Command{
		Use:   "list [--state " + strings.Join(queries.NoticeStates, "|") + "] [--format table|ndjson]",
		Short: "列出 / list notices, the newest first",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			if state != "" && !slices.Contains(queries.NoticeStates, state) {
				return usageError{fmt.Errorf("--state %q is not one of %s", state, strings.Join(queries.NoticeStates, ", "))}
			}
			return p.open(c.Context(), func(_ *config, s *queries.Store) error {
				all, err := s.Notices(c.Context(), queries.NoticeQuery{State: state})
				if err != nil {
					return err
				}
				return p.printNotices(all, format)
			})
		},
	}
	c.Flags().StringVar(&state, "state", "", "only those in one state")
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	return c
}

func (p *program) printNotices(all []queries.Notice, format string) error {
	if format == "ndjson" {
		out := json.NewEncoder(p.out)
		for _, n := range all {
			if err := out.Encode(n); err != nil {
				return fmt.Errorf("unable to print the notices: %w", err)
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tCREATED\tCHANNEL\tRECIPIENT\tSTATE\tTRIES\tSUBJECT\tERROR")
	for _, n := range all {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\t%s\n", n.ID, n.Created.Format("2006-01-02 15:04"), n.Channel, n.Recipient, n.State, n.Attempts, n.Subject, n.Error)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("unable to print the notices: %w", err)
	}
	return nil
}

func (p *program) noticesPreviewCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "preview",
		Short: "预览 / print what would be sent now, and send nothing",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				all, err := conf.digests(c.Context(), s, p.log())
				if err != nil {
					return err
				}
				for _, d := range all {
					if err := printDigest(p.out, d); err != nil {
						return err
					}
				}
				return nil
			})
		},
	}
}

func printDigest(w io.Writer, d digested) error {
	if !d.message.Urges() {
		_, err := fmt.Fprintf(w, "%s %s: –\n\n", d.channel, d.recipient)
		return err
	}
	_, err := fmt.Fprintf(w, "%s %s: %s\n%s\n", d.channel, d.recipient, d.message.Subject, d.message.Plain())
	return err
}

// withOutbox opens the outbox for a command; the trail is written beside a running service.
func (p *program) withOutbox(ctx context.Context, f func(c *config, s *queries.Store, box *notify.Outbox) error) error {
	return p.open(ctx, func(c *config, s *queries.Store) error {
		trail, closing, err := c.trail(ctx, s, p.log())
		if err != nil {
			return err
		}
		err = c.delivering(func() error { return f(c, s, c.outbox(s, trail)) })
		return errors.Join(err, closing())
	})
}

func (p *program) noticesSendCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "send",
		Short: "发送 / write the digests and send what waits, now",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withOutbox(c.Context(), func(conf *config, s *queries.Store, box *notify.Outbox) error {
				queued, err := conf.queueDigests(c.Context(), s, box, p.log())
				if err != nil {
					return err
				}
				tally, err := box.Deliver(c.Context())
				fmt.Fprintf(p.out, "queued %d, sent %d, waiting %d, given up %d\n", queued, tally.Sent, tally.Waiting, tally.Dead)
				return err
			})
		},
	}
}

func (p *program) noticesRetryCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "retry [ID…]",
		Short: "重发 / try notices again that were given up; all of them unless named",
		RunE: func(c *cobra.Command, ids []string) error {
			return p.withOutbox(c.Context(), func(_ *config, _ *queries.Store, box *notify.Outbox) error {
				n, err := box.Retry(c.Context(), ids...)
				if err != nil {
					return err
				}
				fmt.Fprintf(p.out, "queued %d\n", n)
				return nil
			})
		},
	}
}

func (p *program) noticesTestCommand() *cobra.Command {
	var to string
	c := &cobra.Command{
		Use:   "test CHANNEL [--to ACCOUNT]",
		Short: "试发 / send one message to a robot's group, or by mail to an account",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			return p.testNotice(c.Context(), names[0], to)
		},
	}
	c.Flags().StringVar(&to, "to", "", "account that has an address, for the channel mail")
	return c
}

func (p *program) testNotice(ctx context.Context, name, to string) error {
	return p.open(ctx, func(c *config, s *queries.Store) error {
		channel := c.Notify.channels()[name]
		if channel == nil {
			return usageError{fmt.Errorf("the configuration has no channel %q; it is mail or the id of a robot under notify", name)}
		}
		recipient := name
		if name == mailChannel {
			book, err := c.book(s)
			if err != nil {
				return err
			}
			a, err := book.Account(ctx, to)
			if err != nil || a.Email == "" {
				return usageError{fmt.Errorf("there is no account %q with an address of mail; say which with --to", to)}
			}
			recipient = a.Email
		}
		if err := p.recordAudit(ctx, c, s, "notice.test", name+" "+to, ""); err != nil {
			return err
		}
		text, err := web.TestNotice(c.Language)
		if err != nil {
			return err
		}
		return channel.Send(ctx, recipient, notify.Message{ID: "test-" + web.NewToken(), Subject: text, Lines: []notify.Line{{Text: text}}})
	})
}
