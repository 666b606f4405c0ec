package web

import (
	"cmp"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/page"
)

// caseOperations are the part of the API about cases.
func (s *server) caseOperations() []operation {
	views := []parameter{oneOf("view", page.CaseViews...)}

	return []operation{
		get("listCases", "/cases", inspector, listOf[interchange.Case]{}, list(views, words("unit", "owner", "family")), apiCases),
		get("getCase", "/cases/{id}", audited(inspector, auditRead), interchange.Case{}, nil, apiCase),
		decide("openCase", "/cases", inspector, caseOpeningBody{}, interchange.Case{}, apiOpenCase),
		decide("actOnCase", "/cases/{id}/events", inspector, caseBody{}, interchange.Case{}, apiActOnCase),
	}
}

func apiCases(c *call) (any, error) {
	all, err := c.reader.Cases(c.ctx())
	if err != nil {
		return nil, err
	}
	who, view := access.Of(c.ctx()), cmp.Or(c.get("view"), "active")
	rows := slices.DeleteFunc(narrowCases(all, c.URL.Query(), c.names), func(x queries.Case) bool { return !page.InCaseView(view, x, who) })
	if err := c.server.orderCases(c.ctx(), rows, c.server.today()); err != nil {
		return nil, err
	}
	return listed(c, rows, interchange.CaseOf)
}

func apiCase(c *call) (any, error) { return c.caseNamed(c.PathValue("id")) }

func (c *call) caseNamed(id string) (any, error) {
	x, err := c.server.caseByID(c.ctx(), id)
	if err != nil {
		return nil, err
	}
	return interchange.CaseOf(x), nil
}

// caseOpeningBody is what a case is opened about: findings, or a form of a unit.
type caseOpeningBody struct {
	Findings []string `json:"findings,omitempty"`
	Unit     string   `json:"unit,omitempty"`
	Form     string   `json:"form,omitempty"`
	Text     string   `json:"text,omitempty"`
	By       string   `json:"by,omitempty"`
}

func apiOpenCase(c *call) (any, error) {
	var b caseOpeningBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	address, err := c.post(c.server.openCase, url.Values{"finding": b.Findings, "unit": {b.Unit}, "form": {b.Form}, "text": {b.Text}, "by": {b.By}})
	if err != nil {
		return nil, err
	}
	at, err := url.Parse(address)
	if err != nil {
		return nil, err
	}
	return c.caseNamed(path.Base(at.Path))
}

// caseBody is what is done to a case.
type caseBody struct {
	Verb     string `json:"verb"`
	Last     uint32 `json:"last,omitempty"` // number of the newest event that the caller saw; comments need none
	Verdict  string `json:"verdict,omitempty"`
	Text     string `json:"text,omitempty"`
	Due      string `json:"due,omitempty"`
	Assignee string `json:"assignee,omitempty"`
	Me       bool   `json:"me,omitempty"` // assign to who decides
	Resolved bool   `json:"resolved,omitempty"`
	By       string `json:"by,omitempty"`
}

func apiActOnCase(c *call) (any, error) {
	var b caseBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	form := url.Values{
		"verb": {b.Verb}, "last": {strconv.FormatUint(uint64(b.Last), 10)}, "verdict": {b.Verdict}, "text": {b.Text}, "due": {b.Due}, "assignee": {b.Assignee}, "by": {b.By},
	}
	if b.Me {
		form.Set("me", "1")
	}
	if b.Resolved {
		form.Set("resolved", "1")
	}
	if _, err := c.post(c.server.actOnCase, form); err != nil {
		return nil, err
	}
	return c.caseNamed(c.PathValue("id"))
}

// staleCase is what an API caller is told where somebody else acted on the case first.
var staleCase = refusal{http.StatusConflict, "stale_case"}
