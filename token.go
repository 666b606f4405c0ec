package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/account"
	"github.com/jianfu/jianfu/web/token"
)

func (p *program) tokenCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "token",
		Short: "接口令牌 / tokens by which programs use the API",
		Long:  "A token can do no more than its account, and ends with it. Its secret is printed once and kept nowhere. docs/api.md has the whole of it.",
		Example: `  jianfu token add wang --name 县大数据平台 --ability read,export --days 180
  jianfu token list
  jianfu token revoke 3f2a91c07d`,
		Args: arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(p.tokenAddCommand(), p.tokenListCommand(), p.tokenRevokeCommand())
	return c
}

func (p *program) tokenAddCommand() *cobra.Command {
	var t queries.Token
	var days int
	c := &cobra.Command{
		Use:   "add ACCOUNT --name TEXT [--ability read,write,export] [--days N] [--role ROLE] [--division CODE] [--system ID]",
		Short: "签发 / issue a token, and print it",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, names []string) error {
			t.Account = names[0]
			t.Expires = time.Now().AddDate(0, 0, min(max(days, 0), 367))
			return p.addToken(c.Context(), t)
		},
	}
	c.Flags().StringVar(&t.Name, "name", "", "what the token is for")
	c.Flags().StringSliceVar(&t.Abilities, "ability", []string{queries.TokenRead}, "read, write (decide), export")
	c.Flags().IntVar(&days, "days", int(token.Usual.Hours()/24), "how long it is good for, at most 366")
	c.Flags().StringSliceVar(&t.Roles, "role", nil, "only these roles of the account")
	c.Flags().StringSliceVar(&t.Divisions, "division", nil, "only these divisions of the account")
	c.Flags().StringSliceVar(&t.Systems, "system", nil, "only these systems of the account")
	return c
}

func (p *program) addToken(ctx context.Context, t queries.Token) error {
	return p.open(ctx, func(c *config, s *queries.Store) error {
		b, err := c.book(s)
		if err != nil {
			return err
		}
		a, err := b.Account(ctx, t.Account)
		switch {
		case errors.Is(err, account.ErrUnknown) || err == nil && a.Disabled:
			return fmt.Errorf("there is no account %s in use; 'jianfu account list' shows all", t.Account)
		case err != nil:
			return err
		}
		made, text, err := token.Issue(t, a.Roles, "cli", time.Now())
		if err != nil {
			return usageError{err}
		}
		if err := p.recordAudit(ctx, c, s, "token.add", "token "+made.ID, made.Account); err != nil {
			return err
		}
		if err := s.SaveToken(ctx, made); err != nil {
			return err
		}
		_, err = fmt.Fprintln(p.out, text)
		return err
	})
}

func (p *program) tokenListCommand() *cobra.Command {
	var of, format string
	c := &cobra.Command{
		Use:   "list [--account NAME] [--format table|ndjson]",
		Short: "列出 / list all tokens, without their secrets",
		Args:  arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if format != "table" && format != "ndjson" {
				return usageError{fmt.Errorf("--format %q is not one of table, ndjson", format)}
			}
			return p.open(c.Context(), func(_ *config, s *queries.Store) error {
				all, err := s.Tokens(c.Context(), of)
				if err != nil {
					return err
				}
				return p.printTokens(all, format)
			})
		},
	}
	c.Flags().StringVar(&of, "account", "", "only those of one account")
	c.Flags().StringVar(&format, "format", "table", "table or ndjson")
	return c
}

func (p *program) printTokens(all []queries.Token, format string) error {
	if format == "ndjson" {
		out := json.NewEncoder(p.out)
		for _, t := range all {
			if err := out.Encode(t); err != nil {
				return fmt.Errorf("unable to print the tokens: %w", err)
			}
		}
		return nil
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tACCOUNT\tNAME\tABILITIES\tEXPIRES\tSTATE")
	for _, t := range all {
		state := "in force"
		switch {
		case !t.Revoked.IsZero():
			state = "revoked"
		case !t.Valid(time.Now()):
			state = "over"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID, t.Account, t.Name, strings.Join(t.Abilities, ","), t.Expires.Format(time.DateOnly), state)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("unable to print the tokens: %w", err)
	}
	return nil
}

func (p *program) tokenRevokeCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "revoke ID",
		Short: "吊销 / revoke a token, at once",
		Args:  arguments(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, ids []string) error {
			return p.open(c.Context(), func(conf *config, s *queries.Store) error {
				if err := p.recordAudit(c.Context(), conf, s, "token.revoke", "token "+ids[0], ""); err != nil {
					return err
				}
				_, err := s.RevokeToken(c.Context(), "", ids[0], "cli", time.Now())
				if errors.Is(err, queries.ErrNotFound) {
					return fmt.Errorf("there is no token %s; 'jianfu token list' shows all", ids[0])
				}
				return err
			})
		},
	}
}
