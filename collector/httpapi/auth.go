package httpapi

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"

	"github.com/valyala/fastjson"
)

// authorize adds the credentials to a request, logging in first where that is needed.
func (c *client) authorize(ctx context.Context, u *url.URL, header http.Header) error {
	a := c.config.Auth
	switch {
	case a.Bearer != "":
		header.Set("Authorization", "Bearer "+a.Bearer)
	case a.Basic != nil:
		r := http.Request{Header: http.Header{}}
		r.SetBasicAuth(a.Basic.User, a.Basic.Password)
		header.Set("Authorization", r.Header.Get("Authorization"))
	case a.Header != nil:
		header.Set(a.Header.Name, a.Header.Value)
	case a.Query != nil:
		setQuery(u, a.Query.Name, a.Query.Value)
	case a.Login != nil:
		if c.held == "" {
			if err := c.logIn(ctx); err != nil {
				return err
			}
		}
		if a.Login.Param != "" {
			setQuery(u, a.Login.Param, c.held)
		} else {
			header.Set(a.Login.Header, *a.Login.Prefix+c.held)
		}
	}
	return nil
}

func setQuery(u *url.URL, name, value string) {
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
}

// logIn gets a token, which is held until the server refuses it.
func (c *client) logIn(ctx context.Context) error {
	l := c.config.Auth.Login
	u := *c.login
	for name, value := range l.Query {
		setQuery(&u, name, value)
	}
	header := http.Header{"Accept": {"application/json"}}
	for name, value := range l.Headers {
		header.Set(name, value)
	}
	var body []byte
	if l.Method == http.MethodPost {
		var err error
		if body, err = encodeBody(l.Body, l.Encoding, header); err != nil {
			return permanent("auth.login.body: %w", err)
		}
	}
	a, err := c.do(ctx, l.Method, &u, header, body)
	if err != nil {
		return err
	}
	if a.status != http.StatusOK && a.status != http.StatusCreated {
		return c.fail(ctx, &u, permanent("the login is answered with %d%s; check auth.login", a.status, quoted(a.body)))
	}
	var parser fastjson.Parser
	v, err := parser.ParseBytes(a.body)
	if err != nil {
		return c.fail(ctx, &u, permanent("the login is not answered with JSON%s", quoted(a.body)))
	}
	token := c.token.text(v)
	if token == "" {
		return c.fail(ctx, &u, permanent("the answer to the login has no token at auth.login.token_path %q; its members are %v", c.token, c.token.keys(v)))
	}
	c.held = token
	return nil
}

// secretName fits parameters that carry credentials, although they are not written under auth.
var secretName = regexp.MustCompile(`(?i)token|key|secret|auth|cookie|passw|sign`)

// secrets are the texts that never appear in a message.
func (s *Source) secrets() []string {
	a := s.config.Auth
	all := []string{a.Bearer, s.held}
	if a.Basic != nil {
		all = append(all, a.Basic.Password)
	}
	for _, h := range []*NameText{a.Header, a.Query} {
		if h != nil {
			all = append(all, h.Value, url.QueryEscape(h.Value))
		}
	}
	for _, more := range []map[string]string{s.config.Headers, s.config.Query} {
		for name, value := range more {
			if secretName.MatchString(name) {
				all = append(all, value, url.QueryEscape(value))
			}
		}
	}
	if a.Login != nil {
		for _, value := range a.Login.Body {
			if text, ok := value.(string); ok {
				all = append(all, text)
			}
		}
		for _, more := range []map[string]string{a.Login.Query, a.Login.Headers} {
			for _, value := range more {
				all = append(all, value)
			}
		}
	}
	return slices.DeleteFunc(all, func(secret string) bool { return len(secret) < 4 })
}
