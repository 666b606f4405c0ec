package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/account"
)

func (p *program) accountCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "account",
		Short: "账号 / accounts of people: who may sign in to the pages, and what they see",
		Long: `As soon as one account exists, the pages ask for name and password. Roles: inspector, leader, owner, operator, security,
auditor; operator, security and auditor stand alone. A change takes effect in a running service within two seconds and ends the
open sessions of the account. docs/accounts.md has the whole of it.`,
		Example: `  jianfu account add chen --role security --generate
  jianfu account add wang --title 王主任 --role leader --division 990101 --generate
  jianfu account add li --role owner --system smart --generate
  jianfu account list`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.accountAddCommand(), p.accountListCommand(), p.accountResetCommand(), p.accountAbleCommand(true), p.accountAbleCommand(false), p.accountRolesCommand())
	return c
}

// book opens the accounts of a store.
func (c *config) book(s *queries.Store) (*account.Book, error) {
	key, err := account.LoadKey(c.State)
	if err != nil {
		return nil, err
	}
	return account.New(account.Options{Store: s, Key: key, Idle: c.Accounts.idle, Absolute: c.Accounts.absolute}), nil
}

// linked replaces what was given as the subject with what accounts are linked by.
func (c *config) linked(a queries.Account) (queries.Account, error) {
	if a.Subject != "" && c.Accounts.OIDC.Issuer == "" {
		return a, usageError{errors.New("--subject needs an identity provider: accounts.oidc of the configuration names none")}
	}
	if a.Subject != "" {
		a.Subject = c.Accounts.OIDC.options().Subject(a.Subject)
	}
	return a, nil
}

// changeAccount lets a command change one account; the change is in the audit trail before it is made.
func (p *program) changeAccount(ctx context.Context, action, name string, isNew bool, change func(c *config, b *account.Book, a queries.Account) (queries.Account, error)) error {
	return p.open(ctx, func(c *config, s *queries.Store) error {
		b, err := c.book(s)
		if err != nil {
			return err
		}
		a, err := b.Account(ctx, name)
		switch {
		case err == nil && isNew:
			return fmt.Errorf("unable to add the account %s: it exists already; 'jianfu account roles' or 'reset' changes it", name)
		case errors.Is(err, account.ErrUnknown) && isNew:
			a = queries.Account{Name: name}
		case errors.Is(err, account.ErrUnknown):
			return fmt.Errorf("there is no account %s; 'jianfu account list' shows all", name)
		case err != nil:
			return err
		}
		if a, err = change(c, b, a); err != nil {
			return err
		}
		if err := account.Valid(a); err != nil {
			return usageError{err}
		}
		if err := p.recordAudit(ctx, c, s, action, "account "+name, strings.Join(a.Roles, ",")); err != nil {
			return err
		}
		_, err = b.Save(ctx, a, "cli")
		return err
	})
}

func rightsFlags(c *cobra.Command, a *queries.Account) {
	c.Flags().StringVar(&a.Title, "title", "", "name of the person, such as 王主任")
	c.Flags().StringVar(&a.Email, "email", "", "where notices go")
	c.Flags().StringVar(&a.Subject, "subject", "", "who the person is at the identity provider of the configuration (accounts.oidc); empty for nobody")
	c.Flags().StringSliceVar(&a.Roles, "role", nil, "inspector, leader, owner, operator, security, auditor; several where duties allow")
	c.Flags().StringSliceVar(&a.Divisions, "division", nil, "code of a unit, with all below it; * for all")
	c.Flags().StringSliceVar(&a.Systems, "system", nil, "id of a system that the account answers for; * for all")
}

// withRights replaces what was given on the command line.
func (conf *config) withRights(c *cobra.Command, a, given queries.Account) (queries.Account, error) {
	given, err := conf.linked(given)
	if err != nil {
		return a, err
	}
	for flag, set := range map[string]func(){
		"title": func() { a.Title = given.Title }, "role": func() { a.Roles = given.Roles },
		"division": func() { a.Divisions = given.Divisions }, "system": func() { a.Systems = given.Systems },
		"email": func() { a.Email = given.Email }, "subject": func() { a.Subject = given.Subject },
	} {
		if c.Flags().Changed(flag) {
			set()
		}
	}
	return a, nil
}

func (p *program) accountAddCommand() *cobra.Command {
	var given queries.Account
	var generate bool
	c := &cobra.Command{
		Use:   "add NAME --role ROLE [--division CODE] [--system ID] [--generate | --subject SUBJECT]",
		Short: "新增账号 / add an account",
		Long:  "Asks for a password, or reads it from the first line of standard input. --generate makes one, prints it, and has it changed at the first sign-in. With --subject, the person signs in at the identity provider.",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			return p.changeAccount(c.Context(), "account.add", names[0], true, func(conf *config, b *account.Book, a queries.Account) (queries.Account, error) {
				a, err := conf.withRights(c, a, given)
				if err == nil {
					err = account.Valid(a)
				}
				if err != nil {
					return a, usageError{err}
				}
				if a.Subject != "" && !generate {
					return a, nil // signs in at the identity provider alone
				}
				return p.newPassword(b, a, generate)
			})
		},
	}
	rightsFlags(c, &given)
	c.Flags().BoolVar(&generate, "generate", false, "make a one-time password and print it")
	return c
}

func (p *program) accountResetCommand() *cobra.Command {
	var generate bool
	c := &cobra.Command{
		Use:   "reset NAME [--generate]",
		Short: "重置密码和动态码 / a new password, and no second factor",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			return p.changeAccount(c.Context(), "account.reset", names[0], false, func(_ *config, b *account.Book, a queries.Account) (queries.Account, error) {
				a.Factor, a.Recovery = "", nil
				return p.newPassword(b, a, generate)
			})
		},
	}
	c.Flags().BoolVar(&generate, "generate", false, "make a one-time password and print it")
	return c
}

func (p *program) accountAbleCommand(enable bool) *cobra.Command {
	c := &cobra.Command{Use: "disable NAME", Short: "停用账号 / disable an account", Args: arguments(cobra.ExactArgs(1))}
	action := "account.disable"
	if enable {
		c.Use, c.Short, action = "enable NAME", "启用账号 / enable an account", "account.enable"
	}
	c.RunE = func(c *cobra.Command, names []string) error {
		return p.changeAccount(c.Context(), action, names[0], false, func(_ *config, _ *account.Book, a queries.Account) (queries.Account, error) {
			a.Disabled = !enable
			return a, nil
		})
	}
	return c
}

func (p *program) accountRolesCommand() *cobra.Command {
	var given queries.Account
	c := &cobra.Command{
		Use:   "roles NAME [--role ROLE] [--division CODE] [--system ID]",
		Short: "修改权限 / change roles, divisions and systems; what is not given stays",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			return p.changeAccount(c.Context(), "account.rights", names[0], false, func(conf *config, _ *account.Book, a queries.Account) (queries.Account, error) {
				return conf.withRights(c, a, given)
			})
		},
	}
	rightsFlags(c, &given)
	return c
}

// newPassword gives an account a password: one that is made and printed, or one that is typed or piped in.
func (p *program) newPassword(b *account.Book, a queries.Account, generate bool) (queries.Account, error) {
	if generate {
		password := account.Generate()
		a, err := b.Password(a, password, true)
		if err == nil {
			fmt.Fprintf(p.out, "%s  %s\n", a.Name, password)
		}
		return a, err
	}
	password, err := p.askPassword()
	if err != nil {
		return a, err
	}
	return b.Password(a, password, false)
}

// askPassword asks twice at a terminal, and reads one line elsewhere.
func (p *program) askPassword() (string, error) {
	f, ok := p.in.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		text, err := bufio.NewReader(io.LimitReader(p.in, 4096)).ReadString('\n')
		if text = strings.TrimRight(text, "\r\n"); text == "" {
			return "", usageError{errors.Join(errors.New("give the password on the first line of standard input, or --generate"), ignoreEOF(err))}
		}
		return text, nil
	}
	var both [2]string
	for i, question := range []string{"密码 / password: ", "再输一次 / again: "} {
		fmt.Fprint(p.err, question)
		raw, err := term.ReadPassword(int(f.Fd()))
		fmt.Fprintln(p.err)
		if err != nil {
			return "", fmt.Errorf("unable to read the password: %w", err)
		}
		both[i] = string(raw)
	}
	if both[0] != both[1] {
		return "", errors.New("the two passwords differ")
	}
	return both[0], nil
}

func ignoreEOF(err error) error {
	if errors.Is(err, io.EOF) {
		return nil
	}
	return err
}

// accountLine is an account as the command line shows it: nothing that is secret.
type accountLine struct {
	Name      string    `json:"name"`
	Title     string    `json:"title"`
	Roles     []string  `json:"roles"`
	Divisions []string  `json:"divisions"`
	Systems   []string  `json:"systems"`
	Subject   string    `json:"subject"`
	TOTP      bool      `json:"totp"`
	Disabled  bool      `json:"disabled"`
	Changed   time.Time `json:"changed"`
}

func (p *program) accountListCommand() *cobra.Command {
	var format string
	c := &cobra.Command{
		Use:   "list [--format table|ndjson]",
		Short: "列出账号 / list all accounts",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			return p.open(c.Context(), func(_ *config, s *queries.Store) error {
				all, err := s.Accounts(c.Context())
				if err != nil {
					return err
				}
				return p.printAccounts(all, format)
			})
		},
	}
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	return c
}

func (p *program) printAccounts(all []queries.Account, format string) error {
	if format == "ndjson" {
		out := json.NewEncoder(p.out)
		for _, a := range all {
			if err := out.Encode(accountLine{a.Name, a.Title, a.Roles, a.Divisions, a.Systems, a.Subject, a.Factor != "", a.Disabled, a.Changed}); err != nil {
				return fmt.Errorf("unable to print the accounts: %w", err)
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "NAME\tTITLE\tROLES\tDIVISIONS\tSYSTEMS\tTOTP\tSTATE")
	for _, a := range all {
		state := "active"
		if a.Disabled {
			state = "disabled"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%v\t%s\n", a.Name, a.Title, strings.Join(a.Roles, ","), strings.Join(a.Divisions, ","), strings.Join(a.Systems, ","), a.Factor != "", state)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("unable to print the accounts: %w", err)
	}
	return nil
}
