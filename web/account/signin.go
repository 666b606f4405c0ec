package account

import (
	"context"
	"crypto/sha256"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// nobody is a hash that no password matches: unknown names take as long as known ones.
const nobody = "$argon2id$v=19$m=65536,t=3,p=2$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"

// Attempt is one try to sign in.
type Attempt struct {
	Name, Password string
	Code           string // of the second factor, or one of the recovery codes
	Address, Agent string
}

// SignIn opens a session and gives the value for the browser. ErrRefused says that something was wrong, and not what; ErrWait that
// there were too many tries.
func (b *Book) SignIn(ctx context.Context, t Attempt) (value string, a queries.Account, err error) {
	t.Name = strings.ToLower(strings.TrimSpace(t.Name))
	if wait := b.throttle.wait(t.Name, t.Address); wait > 0 {
		return "", a, ErrWait{wait}
	}
	a, err = b.Account(ctx, t.Name)
	if err != nil && err != ErrUnknown {
		return "", a, err
	}
	hash := nobody
	if err == nil && !a.Disabled && a.Password != "" {
		hash = a.Password
	}
	right, err := b.password(ctx, t.Password, hash)
	if err != nil {
		return "", a, err
	}
	if right {
		right, a, err = b.second(ctx, a, t.Code)
		if err != nil {
			return "", a, err
		}
	}
	if !right {
		b.throttle.failed(t.Name)
		return "", queries.Account{Name: t.Name}, ErrRefused
	}
	b.throttle.succeeded(t.Name)
	return b.Begin(a, t.Address, t.Agent), a, nil
}

func (b *Book) password(ctx context.Context, password, hash string) (bool, error) {
	select {
	case b.hashing <- struct{}{}:
		defer func() { <-b.hashing }()
	case <-ctx.Done():
		return false, ctx.Err()
	}
	if len(password) > 4*most {
		password = "" // nobody's; what is longer is not even hashed
	}
	return matches(password, hash)
}

// second checks the second factor, where there is one. A code counts once, a recovery code is used up.
func (b *Book) second(ctx context.Context, a queries.Account, code string) (bool, queries.Account, error) {
	if a.Factor == "" {
		return true, a, nil
	}
	if hash := recoveryHash(code); slices.Contains(a.Recovery, hash) {
		a.Recovery = slices.DeleteFunc(slices.Clone(a.Recovery), func(h string) bool { return h == hash })
		a, err := b.Save(ctx, a, a.Name)
		return err == nil, a, err
	}
	secret, err := b.key.open(a.Factor, a.Name)
	if err != nil {
		return false, a, err
	}
	return b.once(a.Name, code, secret), a, nil
}

// once says that a code is right and was not used before.
func (b *Book) once(name, code, secret string) bool {
	at, ok := step(code, secret, b.clock())
	if !ok {
		return false
	}
	b.mutex.Lock()
	defer b.mutex.Unlock()
	if at <= b.steps[name] {
		return false
	}
	b.steps[name] = at
	return true
}

// Confirm sets up a second factor, after a first code was right, and gives codes for the day on which the telephone is lost.
func (b *Book) Confirm(a queries.Account, secret, code string) (queries.Account, []string, error) {
	if _, err := SameFactor(a.Name, secret); err != nil || !b.once(a.Name, code, secret) {
		return a, nil, ErrRefused
	}
	sealed, err := b.key.seal(secret, a.Name)
	if err != nil {
		return a, nil, err
	}
	codes, hashes := NewRecovery()
	a.Factor, a.Recovery = sealed, hashes
	return a, codes, nil
}

// Right says whether a password is the account's: asked again before the account itself is changed.
func (b *Book) Right(ctx context.Context, a queries.Account, password string) (bool, error) {
	if wait := b.throttle.wait(a.Name, "account "+a.Name); wait > 0 {
		return false, ErrWait{wait}
	}
	ok, err := b.password(ctx, password, a.Password)
	if err == nil && !ok {
		b.throttle.failed(a.Name)
	}
	return ok, err
}

// Begin opens a session of an account that has shown who it is.
func (b *Book) Begin(a queries.Account, address, agent string) (value string) {
	if len(agent) > 200 {
		agent = agent[:200]
	}
	return b.sessions.begin(Session{Account: a.Name, Version: a.Changed, Address: address, Agent: strings.ToValidUTF8(agent, "")})
}

// localName is the account of the person at the machine itself.
const localName = "local"

// BeginLocal opens a session of the person at the machine itself.
func (b *Book) BeginLocal(address, agent string) (value string) {
	return b.Begin(queries.Account{Name: localName}, address, agent)
}

// Who says who holds a session, nil for nobody. MustChange is true where the password has to be changed before anything else.
func (b *Book) Who(ctx context.Context, value string, local bool) (who *access.Principal, mustChange bool, err error) {
	one := b.sessions.find(value)
	if one == nil {
		return nil, false, nil
	}
	if one.Account == localName {
		if !local {
			return nil, false, nil
		}
		return access.Local(""), false, nil
	}
	a, err := b.Account(ctx, one.Account)
	if err == ErrUnknown || err == nil && (a.Disabled || !a.Changed.Equal(one.Version)) {
		b.End(value)
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return principal(a), a.MustChange, nil
}

// End ends one session.
func (b *Book) End(value string) {
	key := sha256.Sum256([]byte(value))
	b.sessions.end(func(k [32]byte, _ *Session) bool { return k == key })
}

// EndOther ends one session of an account by its id, or all others than that of value where the id is empty.
func (b *Book) EndOther(name, id, value string) {
	key := sha256.Sum256([]byte(value))
	b.sessions.end(func(k [32]byte, s *Session) bool {
		return s.Account == name && (id == "" && k != key || id != "" && s.ID == id)
	})
}

// Sessions lists the open sessions of an account, the newest first.
func (b *Book) Sessions(name string) []Session { return b.sessions.of(name) }

// Here is the id of the session that a value opens; empty for none.
func (b *Book) Here(value string) string {
	if one := b.sessions.find(value); one != nil {
		return one.ID
	}
	return ""
}
