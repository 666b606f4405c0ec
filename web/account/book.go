package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// Store keeps the accounts. *queries.Store is one.
type Store interface {
	Accounts(ctx context.Context) ([]queries.Account, error)
	SaveAccount(ctx context.Context, a queries.Account) error
}

// Options of a Book. Store is required; the rest has the defaults of docs/accounts.md where zero.
type Options struct {
	Store    Store
	Key      Key
	Idle     time.Duration // after which a session that nobody uses ends; 30 minutes
	Absolute time.Duration // after which every session ends; 12 hours
	Clock    func() time.Time
}

// Book is all accounts, and who is signed in.
type Book struct {
	store    Store
	key      Key
	clock    func() time.Time
	sessions *sessions
	throttle *throttle
	hashing  chan struct{} // as many passwords are hashed at a time: each takes 64 MiB

	mutex sync.Mutex
	read  time.Time
	all   map[string]queries.Account
	steps map[string]int64 // last used step of time of a second factor
}

// Why somebody is not signed in. The text is the same whatever was wrong.
var (
	ErrRefused = errors.New("the name, the password or the code is wrong")
	ErrUnknown = queries.ErrNotFound
)

// ErrWait says that there were too many tries.
type ErrWait struct{ For time.Duration }

func (e ErrWait) Error() string {
	return fmt.Sprintf("too many tries: wait %s", e.For.Round(time.Second))
}

// fresh is how long what was read of the store counts: what the command line changes takes effect within it.
const fresh = time.Second

// New makes a book.
func New(o Options) *Book {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	return &Book{
		store: o.Store, key: o.Key, clock: o.Clock, hashing: make(chan struct{}, 2), steps: map[string]int64{},
		sessions: &sessions{idle: cmp.Or(o.Idle, 30*time.Minute), absolute: cmp.Or(o.Absolute, 12*time.Hour), clock: o.Clock, open: map[[32]byte]*Session{}},
		throttle: &throttle{clock: o.Clock, failures: map[string]failure{}, addresses: map[string]*address{}},
	}
}

func (b *Book) accounts(ctx context.Context) (map[string]queries.Account, error) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if b.all != nil && b.clock().Sub(b.read) < fresh {
		return b.all, nil
	}
	list, err := b.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	all := make(map[string]queries.Account, len(list))
	for _, a := range list {
		all[a.Name] = a
	}
	b.all, b.read = all, b.clock()
	return all, nil
}

// Any says that there is an account: from then on nobody enters without one.
func (b *Book) Any(ctx context.Context) (bool, error) {
	all, err := b.accounts(ctx)
	return len(all) > 0, err
}

// Accounts lists all accounts by name.
func (b *Book) Accounts(ctx context.Context) ([]queries.Account, error) {
	all, err := b.accounts(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]queries.Account, 0, len(all))
	for _, a := range all {
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b queries.Account) int { return strings.Compare(a.Name, b.Name) })
	return out, nil
}

// Account gives one account, disabled or not, or ErrUnknown.
func (b *Book) Account(ctx context.Context, name string) (queries.Account, error) {
	all, err := b.accounts(ctx)
	if err != nil {
		return queries.Account{}, err
	}
	a, ok := all[name]
	if !ok {
		return a, ErrUnknown
	}
	return a, nil
}

// Principal gives what an account may do now, or queries.ErrNotFound where there is none or it is disabled.
func (b *Book) Principal(ctx context.Context, name string) (*access.Principal, error) {
	a, err := b.Account(ctx, name)
	if err != nil {
		return nil, err
	}
	if a.Disabled {
		return nil, ErrUnknown
	}
	return principal(a), nil
}

func principal(a queries.Account) *access.Principal {
	p := &access.Principal{Account: a.Name, Name: cmp.Or(a.Title, a.Name), Divisions: a.Divisions, Systems: a.Systems}
	for _, r := range a.Roles {
		p.Roles = append(p.Roles, access.Role(r))
	}
	return p
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,31}$`)

// Valid says what is wrong with an account's name, roles and bounds, before it is kept.
func Valid(a queries.Account) error {
	switch {
	case !nameForm.MatchString(a.Name) || a.Name == "local" || a.Name == "clock":
		return fmt.Errorf("%q is no name of an account: use 2 to 32 of a-z, 0-9, dot, hyphen and underscore, not local or clock", a.Name)
	case len(a.Roles) == 0:
		return fmt.Errorf("the account %s has no role: give one of %s", a.Name, roleList())
	}
	var roles []access.Role
	for _, r := range a.Roles {
		if !slices.Contains(access.Roles, access.Role(r)) {
			return fmt.Errorf("%q is no role: use one of %s", r, roleList())
		}
		roles = append(roles, access.Role(r))
	}
	if one, other, conflict := access.Conflict(roles); conflict {
		return fmt.Errorf("the roles %s and %s must not be held by one account: operating, security and auditing are separated (GB/T 22239 level 3)", one, other)
	}
	p := principal(a)
	if p.Is(access.Inspector, access.Leader) && len(a.Divisions) == 0 {
		return fmt.Errorf("the account %s is bound to no division and would see nothing: give codes of units, or * for all", a.Name)
	}
	if p.Is(access.Owner) && len(a.Systems) == 0 {
		return fmt.Errorf("the account %s answers for no system: give ids of systems, or * for all", a.Name)
	}
	return nil
}

func roleList() string {
	words := make([]string, len(access.Roles))
	for i, r := range access.Roles {
		words[i] = string(r)
	}
	return strings.Join(words, ", ")
}

// Save keeps an account as it is given, after Valid. Sessions that began before end by themselves.
func (b *Book) Save(ctx context.Context, a queries.Account, by string) (queries.Account, error) {
	if err := Valid(a); err != nil {
		return a, err
	}
	all, err := b.accounts(ctx)
	if err != nil {
		return a, err
	}
	for _, other := range all {
		if a.Subject != "" && other.Subject == a.Subject && other.Name != a.Name {
			return a, fmt.Errorf("unable to keep the account %s: %s is linked to %q already", a.Name, other.Name, a.Subject)
		}
	}
	now := b.clock().UTC().Truncate(time.Microsecond)
	if a.Created.IsZero() {
		a.Created = now
	}
	// Two changes within the clock's grain must not share a version.
	if !now.After(a.Changed) {
		now = a.Changed.Add(time.Microsecond)
	}
	a.Changed, a.ChangedBy = now, by
	if err := b.store.SaveAccount(ctx, a); err != nil {
		return a, err
	}
	b.mutex.Lock()
	b.all = nil
	b.mutex.Unlock()
	return a, nil
}

// Password gives an account a new password, after Check.
func (b *Book) Password(a queries.Account, password string, mustChange bool) (queries.Account, error) {
	if err := Check(password, a.Name); err != nil {
		return a, err
	}
	b.hashing <- struct{}{}
	defer func() { <-b.hashing }()
	hash, err := Hash(password)
	if err != nil {
		return a, err
	}
	a.Password, a.MustChange = hash, mustChange
	return a, nil
}
