package web_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// keeper keeps filters in memory.
type keeper map[[3]string]queries.SavedFilter

func (k keeper) SavedFilters(_ context.Context, account string) ([]queries.SavedFilter, error) {
	return slices.SortedFunc(func(yield func(queries.SavedFilter) bool) {
		for f := range maps.Values(k) {
			if f.Account == account && !yield(f) {
				return
			}
		}
	}, func(a, b queries.SavedFilter) int { return strings.Compare(a.Path+a.Name, b.Path+b.Name) }), nil
}

func (k keeper) SaveFilter(_ context.Context, f queries.SavedFilter) error {
	k[[3]string{f.Account, f.Path, f.Name}] = f
	return nil
}

func (k keeper) RemoveFilter(_ context.Context, f queries.SavedFilter) error {
	delete(k, [3]string{f.Account, f.Path, f.Name})
	return nil
}

// post sends a form as a page of this site does.
func (s *site) keep(t *testing.T, form url.Values) *http.Response {
	t.Helper()
	r := httptest.NewRequest(http.MethodPost, "http://127.0.0.1:8080/filters", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return s.do(r)
}

func TestFiltersAreKeptAndForgotten(t *testing.T) {
	kept, o := keeper{}, options(t, county())
	o.Filters = kept
	s := open(t, o).enter()
	hostile := `高<b>"&`
	res := s.keep(t, url.Values{"path": {"/findings"}, "name": {hostile}, "query": {"severity=high&page=3&lang=en&status="}, "action": {"save"}})
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/findings?severity=high" {
		t.Fatalf("%d %s", res.StatusCode, res.Header.Get("Location"))
	}
	body := text(t, s.get("/findings?severity=high&lang=zh-CN"))
	parse(t, body)
	if !strings.Contains(body, `<a href="/findings?severity=high" aria-current="true">高&lt;b&gt;`) {
		t.Errorf("the list does not show what was kept")
	}
	if strings.Contains(text(t, s.get("/systems")), "高&lt;b") {
		t.Error("another list shows it")
	}
	s.keep(t, url.Values{"path": {"/findings"}, "name": {hostile}, "query": {""}, "action": {"remove"}})
	if len(kept) != 0 || strings.Contains(text(t, s.get("/findings")), "高&lt;b") {
		t.Errorf("it is still kept: %v", kept)
	}
}

func TestFiltersAreRefused(t *testing.T) {
	kept, o := keeper{}, options(t, county())
	o.Filters = kept
	s := open(t, o).enter()
	for name, form := range map[string]url.Values{
		"no name":            {"path": {"/findings"}, "query": {"severity=high"}},
		"no conditions":      {"path": {"/findings"}, "name": {"a"}, "query": {"page=2"}},
		"another host":       {"path": {"//example.org"}, "name": {"a"}, "query": {"q=1"}},
		"no list":            {"path": {"/methods"}, "name": {"a"}, "query": {"q=1"}},
		"a long name":        {"path": {"/findings"}, "name": {strings.Repeat("长", 61)}, "query": {"q=1"}},
		"a long query":       {"path": {"/findings"}, "name": {"a"}, "query": {"q=" + strings.Repeat("x", 3000)}},
		"a query that is no": {"path": {"/findings"}, "name": {"a"}, "query": {"%zz"}},
	} {
		if res := s.keep(t, form); res.StatusCode != http.StatusBadRequest {
			t.Errorf("%s: %d", name, res.StatusCode)
		}
	}
	for i := range 51 {
		res := s.keep(t, url.Values{"path": {"/findings"}, "name": {strings.Repeat("x", i+1)}, "query": {"q=1"}})
		if want := map[bool]int{true: http.StatusSeeOther, false: http.StatusBadRequest}[i < 50]; res.StatusCode != want {
			t.Errorf("number %d: %d", i+1, res.StatusCode)
		}
	}
	if len(kept) != 50 {
		t.Errorf("%d are kept", len(kept))
	}
}

// Columns and density are part of the address, and filters do not lose them.
func TestColumnsAndDensity(t *testing.T) {
	s := open(t, options(t, county())).enter()
	body := text(t, s.get("/findings?show=1&show=3&dense=1&severity=high"))
	parse(t, body)
	if !strings.Contains(body, `class="list dense no-2 no-4 no-5 no-6 no-7`) {
		t.Error("the choice of columns does not show")
	}
	form := body[strings.Index(body, `class="filters"`):]
	form = form[:strings.Index(form, "</form>")]
	for _, want := range []string{`name="show" value="1"`, `name="show" value="3"`, `name="dense" value="1"`} {
		if !strings.Contains(form, want) {
			t.Errorf("the filters lose %s", want)
		}
	}
	if body := text(t, s.get("/findings")); strings.Contains(body, " no-2") || strings.Contains(body, "list dense") {
		t.Error("something is hidden without a choice")
	}
}
