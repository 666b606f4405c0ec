package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// client asks as a collector does; it repeats what is answered with 429, and counts that.
type client struct {
	t     *testing.T
	base  string
	spec  *systemSpec
	token string
	busy  int
}

func (c *client) get(address string) map[string]any {
	c.t.Helper()
	for range 5 {
		status, header, body := c.once(address)
		switch {
		case status == http.StatusTooManyRequests:
			if header.Get("Retry-After") != "1" {
				c.t.Errorf("Retry-After is %q", header.Get("Retry-After"))
			}
			c.busy++
			continue
		case status == http.StatusUnauthorized && c.spec.data == byToken:
			c.login()
			continue
		case status != http.StatusOK:
			c.t.Fatalf("%s: %d %s", address, status, body)
		}
		var answer map[string]any
		if err := json.Unmarshal(body, &answer); err != nil {
			c.t.Fatalf("%s: %v", address, err)
		}
		return answer
	}
	c.t.Fatalf("%s: never answered", address)
	return nil
}

func (c *client) once(address string) (int, http.Header, []byte) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	switch c.spec.data {
	case byNextLink:
		r.SetBasicAuth("jianfu", c.spec.apiKey())
	case byToken:
		r.Header.Set("Authorization", "Bearer "+c.token)
	default:
		r.Header.Set("X-Api-Key", c.spec.apiKey())
	}
	return c.do(r)
}

func (c *client) do(r *http.Request) (int, http.Header, []byte) {
	c.t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, body
}

func (c *client) login() {
	c.t.Helper()
	form := url.Values{"grant_type": {"client_credentials"}, "client_id": {"jianfu"}, "client_secret": {c.spec.apiKey()}}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, c.base+"/"+c.spec.base+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, _, body := c.do(r)
	var answer struct {
		Token string `json:"access_token"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Token == "" {
		c.t.Fatalf("no token in %s", body)
	}
	c.token = answer.Token
}

// walk reads a list to its end and returns the number of its records that are different.
func (c *client) walk(path string) int {
	c.t.Helper()
	seen := map[string]bool{}
	note := func(list any) int {
		records, ok := list.([]any)
		if !ok {
			c.t.Fatalf("%s: no list in the answer", path)
		}
		for _, r := range records {
			text, err := json.Marshal(r)
			if err != nil {
				c.t.Fatal(err)
			}
			seen[string(text)] = true
		}
		return len(records)
	}
	switch c.spec.data {
	case byOffset:
		for offset := 0; ; offset += 150 {
			a := c.get(fmt.Sprintf("%s%s?offset=%d&limit=150", c.base, path, offset))
			if note(a["items"]) == 0 {
				return len(seen)
			}
		}
	case byCursor:
		cursor := ""
		for {
			a := c.get(c.base + path + "?limit=170&cursor=" + cursor)
			note(a["data"])
			if a["has_more"] != true {
				return len(seen)
			}
			cursor, _ = a["next_cursor"].(string)
		}
	case byNextLink:
		next := c.base + path + "?top=190"
		for next != "" {
			a := c.get(next)
			note(a["value"])
			next, _ = a["@odata.nextLink"].(string)
		}
		return len(seen)
	}
	for page := 1; ; page++ {
		a := c.get(fmt.Sprintf("%s%s?page=%d&size=160", c.base, path, page))
		data, _ := a["data"].(map[string]any)
		if note(data["list"]) == 0 {
			return len(seen)
		}
	}
}

func TestEveryInterfaceTellsEverything(t *testing.T) {
	c := build(t, Options{Villages: 60})
	srv := httptest.NewServer(c.Handler())
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()
	styles, busy := map[string]int{}, 0
	for f, form := range c.forms {
		spec := &c.systems[form.system]
		switch spec.data {
		case byPage, byOffset, byCursor, byNextLink, byToken:
		default:
			continue
		}
		styles[spec.data]++
		cl := &client{t: t, base: srv.URL, spec: spec}
		if n := cl.walk("/" + spec.base + "/openapi/forms/" + form.spec.id + "/records"); n != len(c.submissions[f]) {
			t.Errorf("%s by %s: %d records, want %d", form.spec.id, spec.data, n, len(c.submissions[f]))
		}
		busy += cl.busy
	}
	if len(styles) != 5 || busy == 0 {
		t.Errorf("styles %v, %d answers of 429", styles, busy)
	}
}

func TestInterfacesRefuse(t *testing.T) {
	c := build(t, Options{Villages: 60})
	srv := httptest.NewServer(c.Handler())
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()
	system := func(id string) *systemSpec { return &c.systems[c.systemIndex(id)] }
	stranger := *system("mz-shjz")
	stranger.id = "somebody"
	for _, test := range []struct {
		spec *systemSpec
		path string
		want int
	}{
		{&stranger, "/shjz/openapi/forms/mz-jz-m/records", http.StatusUnauthorized},
		{system("xf-fh"), "/xfxc/openapi/forms/xf-fh-m/records", http.StatusUnauthorized}, // without a token
		{system("mz-shjz"), "/shjz/openapi/forms/jy-fns-m/records", http.StatusNotFound},  // of another system
		{system("mz-shjz"), "/shjz/openapi/forms/mz-jz-m/records?page=0", http.StatusBadRequest},
		{system("mz-shjz"), "/shjz/openapi/forms/mz-jz-m/records?size=99999", http.StatusBadRequest},
		{system("mz-shjz"), "/shjz/openapi/forms/mz-jz-m/records?since=yesterday", http.StatusBadRequest},
		{system("cl-fw"), "/cjr/openapi/forms/cl-cj-p/records?cursor=zzz", http.StatusBadRequest},
	} {
		cl := &client{t: t, base: srv.URL, spec: test.spec}
		if got, _, body := cl.once(srv.URL + test.path); got != test.want {
			t.Errorf("%s: %d %s, want %d", test.path, got, body, test.want)
		}
	}
}

func TestSinceLeavesOutWhatIsOlder(t *testing.T) {
	c := build(t, Options{Villages: 60})
	srv := httptest.NewServer(c.Handler())
	defer srv.Close()
	defer http.DefaultClient.CloseIdleConnections()
	form := c.formIndex("sthj-rj-m")
	since := c.Options.AsOf.AddDate(0, -1, 0)
	want := 0
	for i := range c.submissions[form] {
		if c.submissions[form][i].submitted >= since.Unix() {
			want++
		}
	}
	cl := &client{t: t, base: srv.URL, spec: &c.systems[c.forms[form].system]}
	a := cl.get(srv.URL + "/rjhj/openapi/forms/sthj-rj-m/records?limit=2000&since=" + url.QueryEscape(since.Format(time.DateTime)))
	items, _ := a["items"].([]any)
	if len(items) != want || want == 0 || a["total"] != float64(want) {
		t.Errorf("%d records of a total of %v, want %d", len(items), a["total"], want)
	}
}

func TestServeEndsWithItsContext(t *testing.T) {
	c := build(t, Options{Villages: 60})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Serve(ctx, l) }()
	resp, err := http.Get("http://" + l.Addr().String() + "/nowhere")
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
