package httpapi

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sort"
	"strconv"
	"sync"
	"testing"
)

// api is an upstream with a list of records and, on demand, the faults that such upstreams have.
type api struct {
	*httptest.Server
	t testing.TB

	mu       sync.Mutex
	records  []record
	size     int // largest page that it gives
	requests []request
	// before may answer a request in the place of the list; it returns whether it did.
	before func(w http.ResponseWriter, r request) bool
	// after may change an answer of the list.
	after func(body map[string]any, r request)
}

type record struct {
	ID      string         `json:"id"`
	Updated string         `json:"updated,omitempty"`
	Data    map[string]any `json:"data"`
}

// request is one that the upstream got: parameters of the address and of the body together.
type request struct {
	*http.Request
	number int // from 1
	form   url.Values
}

func newAPI(t testing.TB, records int) *api {
	a := &api{t: t, size: 1000}
	a.add(records)
	a.Server = httptest.NewServer(a)
	t.Cleanup(a.Close)
	return a
}

func (a *api) add(records int) {
	for range records {
		id := len(a.records) + 1
		a.records = append(a.records, record{ID: strconv.Itoa(id), Data: map[string]any{"n": id}})
	}
}

// all is what a sink must hold in the end.
func (a *api) all() []string {
	var lines []string
	for _, r := range a.records {
		lines = append(lines, fmt.Sprintf("%s:n=%v", r.ID, r.Data["n"]))
	}
	sort.Strings(lines)
	return lines
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	q := request{Request: r, number: len(a.requests) + 1, form: r.URL.Query()}
	if body, err := io.ReadAll(r.Body); err == nil && len(body) > 0 {
		var members map[string]any
		if err := json.Unmarshal(body, &members); err != nil {
			a.t.Errorf("body %s: %v", body, err)
		}
		flatten(q.form, "", members)
	}
	a.requests = append(a.requests, q)
	if a.before != nil && a.before(w, q) {
		return
	}
	a.list(w, q)
}

func flatten(into url.Values, prefix string, members map[string]any) {
	for name, value := range members {
		if inner, ok := value.(map[string]any); ok {
			flatten(into, prefix+name+".", inner)
			continue
		}
		into.Set(prefix+name, fmt.Sprint(value))
	}
}

func (r request) number64(name string, otherwise int) int {
	if n, err := strconv.Atoi(r.form.Get(name)); err == nil {
		return n
	}
	return otherwise
}

// list answers /page, /offset, /cursor, /link and /none.
func (a *api) list(w http.ResponseWriter, r request) {
	found := a.records
	if since := r.form.Get("since"); since != "" {
		found = nil
		for _, rec := range a.records {
			if rec.Updated >= since {
				found = append(found, rec)
			}
		}
	}
	size := min(r.number64("size", r.number64("limit", 20)), a.size)
	from := 0
	switch r.URL.Path {
	case "/page", "/link":
		from = (r.number64("page", 1) - 1) * size
	case "/offset":
		from = r.number64("offset", 0)
	case "/cursor":
		if c := r.form.Get("cursor"); c != "" {
			if _, err := fmt.Sscanf(c, "after-%d", &from); err != nil {
				from = len(found) // as many do with a cursor that they do not know
			}
		}
	case "/none":
		size = len(found)
	}
	from = min(max(from, 0), len(found))
	to := min(from+size, len(found))
	body := map[string]any{"code": 0, "data": map[string]any{"items": append([]record{}, found[from:to]...), "total": len(found)}}
	data := body["data"].(map[string]any)
	if to < len(found) {
		data["next_cursor"] = fmt.Sprintf("after-%d", to)
		q := r.URL.Query()
		q.Set("page", strconv.Itoa(r.number64("page", 1)+1))
		data["next"] = "/link?" + q.Encode()
		w.Header().Add("Link", fmt.Sprintf(`</link?page=1>; rel="first", <%s%s>; rel="next last"`, a.URL, data["next"]))
	}
	if a.after != nil {
		a.after(body, r)
	}
	w.Header().Set("Content-Type", "application/json")
	if err := json.NewEncoder(w).Encode(body); err != nil {
		a.t.Log(err)
	}
}

// items replaces the records of an answer.
func items(body map[string]any, records []record) {
	body["data"].(map[string]any)["items"] = records
}
