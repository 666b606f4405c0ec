package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/account"
)

// demoAccountFile keeps the names and passwords of a demo's accounts; nobody else may read it.
const demoAccountFile = "accounts.txt"

// demoPeople are the readers of a demo, one a role. The system owner answers for the systems that owned gives.
func demoPeople(owned []string) []queries.Account {
	return []queries.Account{
		{Name: "inspector", Title: "李敏", Roles: []string{"inspector"}, Divisions: []string{"*"}},
		{Name: "leader", Title: "王主任", Roles: []string{"leader"}, Divisions: []string{"*"}},
		{Name: "owner", Title: "张科长", Roles: []string{"owner"}, Systems: owned},
		{Name: "operator", Title: "赵工", Roles: []string{"operator"}},
		{Name: "security", Title: "孙安全", Roles: []string{"security"}},
		{Name: "auditor", Title: "周审计", Roles: []string{"auditor"}},
	}
}

// demoAccounts adds the people of a demo with passwords of their own, and leaves those in a file.
func (p *program) demoAccounts(ctx context.Context, c *config, s *queries.Store, dir string, all []queries.Assessment) (string, error) {
	b, err := c.book(s)
	if err != nil {
		return "", err
	}
	owned, err := demoOwned(ctx, s, all)
	if err != nil {
		return "", err
	}
	var text strings.Builder
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	for _, a := range demoPeople(owned) {
		password := account.Generate()
		if a, err = b.Password(a, password, false); err != nil {
			return "", err
		}
		if err := p.recordAudit(ctx, c, s, "account.add", "account "+a.Name, strings.Join(a.Roles, ",")); err != nil {
			return "", err
		}
		if _, err := b.Save(ctx, a, "demo"); err != nil {
			return "", err
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", a.Name, password, a.Title)
	}
	if err := w.Flush(); err != nil {
		return "", fmt.Errorf("unable to list the accounts of the demo: %w", err)
	}
	file := filepath.Join(dir, demoAccountFile)
	if err := os.WriteFile(file, []byte(text.String()), 0o600); err != nil {
		return "", fmt.Errorf("unable to write the accounts of the demo: %w", err)
	}
	return file, nil
}

// demoOwned are the systems of the department that has the most verdicts to answer.
func demoOwned(ctx context.Context, s *queries.Store, all []queries.Assessment) ([]string, error) {
	names, err := s.ReadNames(ctx)
	if err != nil {
		return nil, err
	}
	verdicts := map[string]int{}
	for _, a := range all {
		if a.Verdict != "" {
			verdicts[names.Owners[a.System]]++
		}
	}
	var busiest string
	for department, n := range verdicts {
		if n > verdicts[busiest] || n == verdicts[busiest] && department < busiest {
			busiest = department
		}
	}
	var owned []string
	for system, department := range names.Owners {
		if department == busiest {
			owned = append(owned, system)
		}
	}
	slices.Sort(owned)
	return owned, nil
}
