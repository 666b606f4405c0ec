package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/jianfu/jianfu/queries"
)

// ProviderOptions name an identity provider of OpenID Connect and how this service is registered there.
type ProviderOptions struct {
	Issuer                 string // https://id.example.gov.cn
	ClientID, ClientSecret string
	Redirect               string // the address of the callback, as it is registered at the provider
	Claim                  string // of the ID token, by which an account is found; sub where empty
	Label                  string // what the provider is called on the page
	Clock                  func() time.Time
}

// Provider lets people sign in at an identity provider, by the authorization code flow with PKCE (OpenID Connect Core 1.0, section
// 3.1; RFC 7636). Who signs in there enters only where an account is linked to that very subject.
type Provider struct {
	ProviderOptions
	client *http.Client

	mutex    sync.Mutex
	config   *oauth2.Config // after the provider was reached for the first time
	verifier *oidc.IDTokenVerifier
	begun    map[string]begun // by state
}

// begun is a sign-in that went to the provider and has not come back.
type begun struct {
	browser         [32]byte // hash of the cookie: only the browser that began may end it
	nonce, verifier string
	next            string
	at              time.Time
}

const (
	mostBegun  = 10_000           // the oldest makes room
	longestWay = 10 * time.Minute // to the provider and back
)

// NewProvider makes a provider. It is reached when somebody first signs in, so that the service starts without it.
func NewProvider(o ProviderOptions) *Provider {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Claim == "" {
		o.Claim = "sub"
	}
	return &Provider{ProviderOptions: o, client: &http.Client{Timeout: 10 * time.Second}, begun: map[string]begun{}}
}

// Subject is how an account is linked to what the claim says at this provider.
func (o ProviderOptions) Subject(claim string) string { return o.Issuer + " " + claim }

// discover asks the provider for its addresses and keys, once.
func (p *Provider) discover(ctx context.Context) (*oauth2.Config, *oidc.IDTokenVerifier, error) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	if p.config != nil {
		return p.config, p.verifier, nil
	}
	// Keys are fetched again whenever the provider changes them, long after this request.
	found, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), p.client), p.Issuer)
	if err != nil {
		return nil, nil, fmt.Errorf("unable to reach the identity provider %s: %w", p.Issuer, err)
	}
	p.verifier = found.Verifier(&oidc.Config{ClientID: p.ClientID, Now: p.Clock})
	p.config = &oauth2.Config{
		ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: found.Endpoint(), RedirectURL: p.Redirect,
		Scopes: []string{oidc.ScopeOpenID, "profile", "email"},
	}
	return p.config, p.verifier, nil
}

// Begin gives the address at the provider to go to, and a value that the browser has to bring back in a cookie.
func (p *Provider) Begin(ctx context.Context, next string) (address, browser string, err error) {
	config, _, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	state, browser := rand.Text(), rand.Text()
	one := begun{browser: sha256.Sum256([]byte(browser)), nonce: rand.Text(), verifier: oauth2.GenerateVerifier(), next: next, at: p.Clock()}
	p.mutex.Lock()
	p.prune()
	p.begun[state] = one
	p.mutex.Unlock()
	return config.AuthCodeURL(state, oidc.Nonce(one.nonce), oauth2.S256ChallengeOption(one.verifier)), browser, nil
}

// prune makes room for another sign-in. The caller holds the lock.
func (p *Provider) prune() {
	var oldest string
	for state, one := range p.begun {
		if p.Clock().Sub(one.at) > longestWay {
			delete(p.begun, state)
		} else if oldest == "" || one.at.Before(p.begun[oldest].at) {
			oldest = state
		}
	}
	if len(p.begun) >= mostBegun {
		delete(p.begun, oldest)
	}
}

// take ends the sign-in that a state stands for: it counts once, whatever comes of it.
func (p *Provider) take(state, browser string) (begun, bool) {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	one, ok := p.begun[state]
	delete(p.begun, state)
	hash := sha256.Sum256([]byte(browser))
	return one, ok && p.Clock().Sub(one.at) <= longestWay && subtle.ConstantTimeCompare(one.browser[:], hash[:]) == 1
}

// Finish exchanges the code that the provider gave and says who signed in, as accounts are linked to it, and where to go on. What
// is wrong with the request, the code or the token is ErrRefused, with the reason.
func (p *Provider) Finish(ctx context.Context, browser, state, code string) (subject, next string, err error) {
	one, ok := p.take(state, browser)
	if !ok {
		return "", "", fmt.Errorf("%w: this sign-in did not begin in this browser, is over, or took more than %s", ErrRefused, longestWay)
	}
	config, verifier, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	tokens, err := config.Exchange(oidc.ClientContext(ctx, p.client), code, oauth2.VerifierOption(one.verifier))
	var denied *oauth2.RetrieveError
	if errors.As(err, &denied) && denied.Response.StatusCode < http.StatusInternalServerError {
		return "", "", fmt.Errorf("%w: the identity provider does not accept the code: %s", ErrRefused, denied.ErrorCode)
	}
	if err != nil {
		return "", "", fmt.Errorf("unable to exchange the code at the identity provider: %w", err)
	}
	raw, _ := tokens.Extra("id_token").(string)
	token, err := verifier.Verify(ctx, raw)
	if err != nil {
		return "", "", fmt.Errorf("%w: the ID token is not valid: %w", ErrRefused, err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(one.nonce)) != 1 {
		return "", "", fmt.Errorf("%w: the ID token belongs to another sign-in", ErrRefused)
	}
	value, err := p.claim(token)
	if err != nil {
		return "", "", err
	}
	return p.Subject(value), one.next, nil
}

// claim reads the claim by which accounts are found. An address of mail counts only where the provider has verified it.
func (p *Provider) claim(token *oidc.IDToken) (string, error) {
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return "", fmt.Errorf("%w: the claims of the ID token cannot be read: %w", ErrRefused, err)
	}
	value, _ := claims[p.Claim].(string)
	if verified, _ := claims["email_verified"].(bool); p.Claim == "email" && !verified {
		value = ""
	}
	if value == "" {
		return "", fmt.Errorf("%w: the ID token has no claim %s", ErrRefused, p.Claim)
	}
	return value, nil
}

// Linked gives the account that is linked to a subject, ErrRefused where there is none or it is disabled.
func (b *Book) Linked(ctx context.Context, subject string) (queries.Account, error) {
	all, err := b.accounts(ctx)
	if err != nil {
		return queries.Account{}, err
	}
	for _, a := range all {
		if subject != "" && a.Subject == subject && !a.Disabled {
			return a, nil
		}
	}
	return queries.Account{}, fmt.Errorf("%w: no account is linked to %q", ErrRefused, subject)
}
