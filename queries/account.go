package queries

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Account is an account of one person. Its secrets are kept so that the store gives nothing away: a hash of the password, the sealed
// secret of the second factor, and hashes of recovery codes.
type Account struct {
	Name      string   // by which a person signs in, in lower case
	Title     string   // as people call the person: 王主任
	Roles     []string // of web/access
	Divisions []string // codes of units, "*" for all; the account sees these and all below
	Systems   []string // that an owner answers for, "*" for all
	Email     string   // where notices go; none where empty

	Password   string   // argon2id in PHC form; empty where the account signs in elsewhere
	MustChange bool     // the password was given by somebody else and is good for one sign-in
	Factor     string   // sealed secret of the time-based codes; empty for none
	Recovery   []string // SHA-256 of codes that stand in for the second factor once
	Subject    string   // issuer and subject at an identity provider, separated by a space; empty for none

	Disabled  bool
	Created   time.Time
	Changed   time.Time // to the microsecond: the version of the account
	ChangedBy string
}

// SaveAccount keeps an account from now on. Changed is set where zero.
func (s *Store) SaveAccount(ctx context.Context, a Account) error {
	if a.Name == "" || a.Created.IsZero() {
		return errors.New("unable to keep an account without name and day of creation")
	}
	if a.Changed.IsZero() {
		a.Changed = time.Now()
	}
	err := s.insert(ctx, "accounts.Insert", columns(
		[]string{a.Name}, []string{a.Title}, [][]string{orEmpty(a.Roles)}, [][]string{orEmpty(a.Divisions)}, [][]string{orEmpty(a.Systems)}, []string{a.Email},
		[]string{a.Password}, []bool{a.MustChange}, []string{a.Factor}, [][]string{orEmpty(a.Recovery)}, []string{a.Subject}, []bool{a.Disabled},
		[]time.Time{a.Created.UTC()}, []time.Time{a.Changed.UTC()}, []string{a.ChangedBy}))
	if err != nil {
		return fmt.Errorf("unable to keep the account %s: %w", a.Name, err)
	}
	return nil
}

// Accounts reads all accounts as they are now, by name, the disabled ones too.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) {
	var out []Account
	err := s.Each(ctx, "accounts.List", nil, func(scan func(...any) error) error {
		var a Account
		err := scan(&a.Name, &a.Title, &a.Roles, &a.Divisions, &a.Systems, &a.Email, &a.Password, &a.MustChange, &a.Factor, &a.Recovery, &a.Subject, &a.Disabled,
			&a.Created, &a.Changed, &a.ChangedBy)
		out = append(out, a)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read the accounts: %w", err)
	}
	return out, nil
}
