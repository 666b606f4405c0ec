package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
	"golang.org/x/text/encoding/htmlindex"
)

// position is a place in the upstream's list: the number of a page, an offset, a cursor or a link.
type position struct {
	Number int64  `json:"number,omitempty"`
	Cursor string `json:"cursor,omitempty"`
	Link   string `json:"link,omitempty"`
}

// parameters are what a request asks for beyond the configured rest.
type parameters struct {
	query map[string]string
	body  map[string]any
}

func (p *parameters) set(in, name string, value any) {
	if in == "body" {
		p.body[name] = value
	} else {
		p.query[name] = fmt.Sprint(value)
	}
}

// parametersAt are those of one page.
func (s *Source) parametersAt(at position, since, until string) parameters {
	p := parameters{map[string]string{}, map[string]any{}}
	g := s.config.Paging
	switch g.Kind {
	case "page":
		p.set(g.In, g.PageParam, at.Number)
	case "offset":
		p.set(g.In, g.OffsetParam, at.Number)
	case "cursor":
		if at.Cursor != "" {
			p.set(g.In, g.CursorParam, at.Cursor)
		}
	}
	if g.Size > 0 && g.Kind != "none" {
		p.set(g.In, g.SizeParam, g.Size)
	}
	w := s.config.Watermark
	for name, text := range map[string]string{w.Param: since, w.Until: until} {
		if name == "" || text == "" {
			continue
		}
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && w.In == "body" {
			p.set(w.In, name, n)
		} else {
			p.set(w.In, name, text)
		}
	}
	return p
}

// ask requests one page. A token that has expired is replaced once.
func (c *client) ask(ctx context.Context, at position, since, until string) (*answer, error) {
	for try := 0; ; try++ {
		a, u, err := c.request(ctx, at, since, until)
		if err != nil {
			return nil, err
		}
		expired := a.status == http.StatusUnauthorized || c.expiredInside(a)
		if !expired || c.config.Auth.Login == nil || try > 0 {
			return a, c.checkStatus(ctx, u, a)
		}
		c.held = ""
	}
}

func (c *client) request(ctx context.Context, at position, since, until string) (*answer, *url.URL, error) {
	u := *c.base
	header := http.Header{"Accept": {"application/json"}, "User-Agent": {"jianfu"}}
	var body []byte
	if at.Link != "" {
		link, err := url.Parse(at.Link)
		if err != nil {
			return nil, nil, permanent("unable to read the link to the next page: %w", err)
		}
		u = *link
	} else {
		p := c.parametersAt(at, since, until)
		q := u.Query()
		for _, more := range []map[string]string{c.config.Query, p.query} {
			for name, value := range more {
				q.Set(name, value)
			}
		}
		u.RawQuery = q.Encode()
		if c.config.Method == http.MethodPost {
			var err error
			if body, err = encodeBody(withParameters(c.config.Body, p.body), c.config.Encoding, header); err != nil {
				return nil, nil, permanent("body: %w", err)
			}
		}
	}
	for name, value := range c.config.Headers {
		header.Set(name, value)
	}
	if err := c.authorize(ctx, &u, header); err != nil {
		return nil, nil, err
	}
	method := c.config.Method
	if at.Link != "" {
		method = http.MethodGet
	}
	a, err := c.do(ctx, method, &u, header, body)
	return a, &u, err
}

// withParameters copies a body and sets parameters in it at dotted paths.
func withParameters(body, set map[string]any) map[string]any {
	body = maps.Clone(body)
	if body == nil {
		body = map[string]any{}
	}
	for _, name := range slices.Sorted(maps.Keys(set)) {
		first, rest, nested := strings.Cut(name, ".")
		if !nested {
			body[name] = set[name]
			continue
		}
		inner, _ := body[first].(map[string]any)
		body[first] = withParameters(inner, map[string]any{rest: set[name]})
	}
	return body
}

func encodeBody(body map[string]any, encoding string, header http.Header) ([]byte, error) {
	if encoding == "form" {
		header.Set("Content-Type", "application/x-www-form-urlencoded")
		form := url.Values{}
		for name, value := range body {
			switch value.(type) {
			case map[string]any, []any:
				return nil, fmt.Errorf("%s is nested, which a form cannot hold; write encoding: json", name)
			}
			form.Set(name, fmt.Sprint(value))
		}
		return []byte(form.Encode()), nil
	}
	header.Set("Content-Type", "application/json")
	if body == nil {
		body = map[string]any{}
	}
	return json.Marshal(body)
}

func (c *client) checkStatus(ctx context.Context, u *url.URL, a *answer) error {
	switch {
	case a.status >= 200 && a.status < 300:
		return nil
	case a.status == http.StatusUnauthorized || a.status == http.StatusForbidden:
		return &statusError{a.status, c.fail(ctx, u, permanent("the server refuses access (%d)%s; check auth", a.status, quoted(a.body)))}
	}
	return &statusError{a.status, c.fail(ctx, u, permanent("the server answers %d%s; check url, query and paging", a.status, quoted(a.body)))}
}

// statusError is an answer that is neither success nor worth another try.
type statusError struct {
	status int
	err    error
}

func (e *statusError) Error() string { return e.err.Error() }
func (e *statusError) Unwrap() error { return e.err }

// expiredInside tells whether an answer says inside that the token has expired.
func (c *client) expiredInside(a *answer) bool {
	if len(c.status) == 0 || len(c.config.Status.Expired) == 0 {
		return false
	}
	var parser fastjson.Parser
	v, err := parser.ParseBytes(a.body)
	return err == nil && slices.Contains(c.config.Status.Expired, c.status.text(v))
}

// decode makes the body UTF-8 where the server names another encoding, and takes off a byte-order mark.
func (a *answer) decode() ([]byte, error) {
	body := a.body
	if _, parameters, err := mime.ParseMediaType(a.header.Get("Content-Type")); err == nil {
		charset := strings.ToLower(parameters["charset"])
		if charset != "" && charset != "utf-8" && charset != "utf8" {
			encoding, err := htmlindex.Get(charset)
			if err != nil {
				return nil, fmt.Errorf("the answer is in the encoding %q, which is not known", charset)
			}
			if body, err = encoding.NewDecoder().Bytes(body); err != nil {
				return nil, fmt.Errorf("the answer is not in the encoding that it names (%s): %w", charset, err)
			}
		}
	}
	return bytes.TrimPrefix(body, []byte("\ufeff")), nil
}
