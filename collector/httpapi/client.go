package httpapi

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/cenkalti/backoff/v5"
	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/time/rate"
)

// client makes requests with everything that holds for all of them: rate, retries, time and size limits, redirects.
type client struct {
	*Source
	retrying *retryablehttp.Client
	inner    *http.Client
	limiter  *rate.Limiter
}

// answer is a response that was read whole.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// firstWait is the time before the first retry; it doubles with each further one.
const firstWait = time.Second

// newClient builds a client for one run; close ends its idle connections.
func (s *Source) newClient() (*client, error) {
	transport := s.transport
	if transport == nil {
		roots, err := s.roots()
		if err != nil {
			return nil, err
		}
		plain := http.DefaultTransport.(*http.Transport).Clone()
		plain.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12, RootCAs: roots}
		plain.MaxConnsPerHost = 2
		transport = plain
	}
	limit := rate.Inf
	if s.config.Rate > 0 {
		limit = rate.Limit(s.config.Rate)
	}
	c := &client{Source: s, limiter: rate.NewLimiter(limit, 1)}
	c.inner = &http.Client{Transport: transport, Timeout: s.config.Timeout, CheckRedirect: s.redirect}
	c.retrying = &retryablehttp.Client{
		HTTPClient: c.inner, RetryWaitMin: firstWait, RetryWaitMax: s.config.MaxWait, RetryMax: s.config.Retries,
		CheckRetry: s.again, Backoff: s.wait, ErrorHandler: s.giveUp,
		PrepareRetry: func(r *http.Request) error { return c.limiter.Wait(r.Context()) },
	}
	return c, nil
}

func (c *client) close() { c.inner.CloseIdleConnections() }

// roots are the system's certificates and those of the configuration: many offices have an authority of their own.
func (s *Source) roots() (*x509.CertPool, error) {
	if s.config.CA == "" {
		return nil, nil
	}
	file := s.config.CA
	if !filepath.IsAbs(file) {
		file = filepath.Join(s.deps.BaseDir, file)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("ca: unable to read the certificates: %w", err)
	}
	pool, err := x509.SystemCertPool()
	if err != nil {
		pool = x509.NewCertPool()
	}
	if !pool.AppendCertsFromPEM(text) {
		return nil, fmt.Errorf("ca: %s holds no certificate in PEM", file)
	}
	return pool, nil
}

// permanent is an error that another try would only repeat.
func permanent(format string, args ...any) error {
	return backoff.Permanent(fmt.Errorf(format, args...))
}

func isPermanent(err error) bool {
	var p *backoff.PermanentError
	return errors.As(err, &p)
}

// trusted tells whether credentials may be sent to a host: the configured one, over a connection no weaker, or an allowed one.
func (s *Source) trusted(u *url.URL) bool {
	if u.Scheme != "https" && u.Scheme != s.base.Scheme {
		return false
	}
	return u.Host == s.base.Host || slices.Contains(s.config.AllowHosts, u.Host)
}

func (s *Source) redirect(r *http.Request, via []*http.Request) error {
	switch {
	case len(via) > 5:
		return permanent("more than five redirects; correct the url")
	case !s.trusted(r.URL) && (s.login == nil || r.URL.Host != s.login.Host || r.URL.Scheme != s.login.Scheme):
		return permanent("redirected to %s://%s, which is another host or not encrypted; credentials are not sent there: correct the url, or list the host in allow_hosts", r.URL.Scheme, r.URL.Host)
	case r.Method != via[0].Method:
		return permanent("redirected to %s, by which a %s becomes a %s; write that address as url", r.URL.Path, via[0].Method, r.Method)
	}
	return nil
}

// again decides whether to try once more.
func (s *Source) again(ctx context.Context, resp *http.Response, err error) (bool, error) {
	switch {
	case ctx.Err() != nil:
		return false, context.Cause(ctx)
	case isPermanent(err):
		return false, err
	case err != nil:
		return retryablehttp.ErrorPropagatedRetryPolicy(ctx, resp, err)
	case resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable:
		if asked, ok := retryAfter(resp.Header.Get("Retry-After"), s.deps.Now()); ok && asked > s.config.MaxWait {
			return false, permanent("the server asks to wait %s, longer than max_wait (%s); the next run will try again", asked.Round(time.Second), s.config.MaxWait)
		}
		return true, nil
	case resp.StatusCode == http.StatusRequestTimeout:
		return true, nil
	}
	return resp.StatusCode >= 500 && resp.StatusCode != http.StatusNotImplemented, nil
}

// wait is what the server asks for, or half to the whole of an exponentially growing time, so that sources that failed
// together do not come back together.
func (s *Source) wait(shortest, longest time.Duration, attempt int, resp *http.Response) time.Duration {
	if resp != nil && (resp.StatusCode == http.StatusTooManyRequests || resp.StatusCode == http.StatusServiceUnavailable) {
		if asked, ok := retryAfter(resp.Header.Get("Retry-After"), s.deps.Now()); ok {
			return asked + rand.N(250*time.Millisecond)
		}
	}
	grown := min(shortest<<min(attempt, 20), longest)
	return grown/2 + rand.N(grown/2+1)
}

// giveUp tells what the last try ended with.
func (s *Source) giveUp(resp *http.Response, err error, tries int) (*http.Response, error) {
	if resp == nil || err != nil {
		if resp != nil {
			resp.Body.Close()
		}
		if tries > 1 {
			err = fmt.Errorf("after %d tries: %w", tries, err)
		}
		return nil, err
	}
	defer resp.Body.Close()
	snippet, _ := io.ReadAll(io.LimitReader(resp.Body, 200)) // what cannot be read is left out of the message
	return nil, fmt.Errorf("after %d tries the server still answers %s%s", tries, resp.Status, quoted(snippet))
}

func quoted(body []byte) string {
	text := strings.Join(strings.Fields(strings.ToValidUTF8(string(body[:min(len(body), 200)]), "?")), " ")
	if text == "" {
		return ""
	}
	return ": " + text
}

// do sends one request, with retries, and reads the answer whole. A body that breaks off is a failed try.
func (c *client) do(ctx context.Context, method string, u *url.URL, header http.Header, body []byte) (*answer, error) {
	var raw any
	if body != nil {
		raw = body
	}
	r, err := retryablehttp.NewRequestWithContext(ctx, method, u.String(), raw)
	if err != nil {
		return nil, c.fail(ctx, u, permanent("%w", err))
	}
	r.Header = header.Clone()
	a := &answer{}
	r.SetResponseHandler(func(resp *http.Response) error {
		a.status, a.header = resp.StatusCode, resp.Header
		var b bytes.Buffer
		n, err := b.ReadFrom(io.LimitReader(resp.Body, c.config.MaxResponse+1))
		if err != nil {
			return fmt.Errorf("the answer broke off after %d bytes: %w", n, err)
		}
		if n > c.config.MaxResponse {
			return permanent("the answer is larger than max_response (%d bytes); ask for fewer records a page (paging.size), or raise it", c.config.MaxResponse)
		}
		a.body = b.Bytes()
		return resp.Body.Close()
	})
	if err := c.limiter.Wait(ctx); err != nil {
		return nil, c.fail(ctx, u, err)
	}
	if _, err := c.retrying.Do(r); err != nil {
		return nil, c.fail(ctx, u, err)
	}
	return a, nil
}

// fail names the address without its parameters, which may hold a token, and takes every secret out of the text.
func (c *client) fail(ctx context.Context, u *url.URL, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	stop := isPermanent(err)
	var outer *url.Error
	if errors.As(err, &outer) {
		err = outer.Err // its text would show the whole address
	}
	text := err.Error()
	for _, secret := range c.secrets() {
		text = strings.ReplaceAll(text, secret, "***")
	}
	err = fmt.Errorf("unable to read %s://%s%s: %s", u.Scheme, u.Host, u.Path, text)
	if stop {
		return backoff.Permanent(err)
	}
	return err
}
