package web

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/page"
)

// post lets the action of a page keep what was decided, so that pages and API refuse and keep the same. It gives the address
// of the page that would show it.
func (c *call) post(action post, form url.Values) (address string, err error) {
	r := c.Request.Clone(c.ctx())
	r.Form, r.PostForm = form, form
	return action(r)
}

// outcomeBody is what a check on site found.
type outcomeBody struct {
	Outcome string `json:"outcome"`
	Reason  string `json:"reason"`
	By      string `json:"by,omitempty"` // only while there are no accounts
}

func apiRecordOutcome(c *call) (any, error) {
	var b outcomeBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	if _, err := c.post(c.server.recordOutcome, url.Values{"outcome": {b.Outcome}, "note": {b.Reason}, "by": {b.By}}); err != nil {
		return nil, err
	}
	return apiVerifyOne(c)
}

func apiDuplicates(c *call) (any, error) {
	all, err := c.reader.FormOverlaps(c.ctx())
	if err != nil {
		return nil, err
	}
	return listed(c, sortOverlaps(narrowed(all, c.URL.Query(), c.names), c.get("sort"), c.get("order") == "asc"), c.words.Overlap)
}

func apiPair(c *call) (any, error) {
	forms, err := c.reader.ReadForms(c.ctx())
	if err != nil {
		return nil, err
	}
	a, knownA := forms[c.PathValue("a")]
	b, knownB := forms[c.PathValue("b")]
	if !knownA || !knownB || a.ID == b.ID {
		return nil, queries.ErrNotFound
	}
	out := interchange.Pair{Forms: [2]interchange.Form{interchange.FormOf(a), interchange.FormOf(b)}, Matches: []interchange.Match{}, Plan: []interchange.PlanLine{}}
	overlaps, err := c.reader.FormOverlaps(c.ctx())
	if err != nil {
		return nil, err
	}
	for _, o := range overlaps {
		if o.A == b.ID && o.B == a.ID {
			o = turnedOverlap(o)
			o.A, o.B = a.ID, b.ID
		}
		if o.A == a.ID && o.B == b.ID {
			x := c.words.Overlap(o)
			out.Overlap = &x
		}
	}
	matches, err := c.server.matches(c.ctx(), a, b)
	if err != nil {
		return nil, err
	}
	for _, m := range matches {
		out.Matches = append(out.Matches, c.words.Match(m))
	}
	plan, err := c.reader.PlanLines(c.ctx())
	for _, l := range plan {
		if l.Form == a.ID && l.FromForm == b.ID || l.Form == b.ID && l.FromForm == a.ID {
			out.Plan = append(out.Plan, c.words.PlanLine(l))
		}
	}
	return out, err
}

// verdictBody is what a person says about two fields of two forms.
type verdictBody struct {
	FieldA  string `json:"field_a"`
	FieldB  string `json:"field_b"`
	Verdict string `json:"verdict"` // same, different, withdraw
	Note    string `json:"note,omitempty"`
	By      string `json:"by,omitempty"`
}

func apiJudgePair(c *call) (any, error) {
	var b verdictBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	form := url.Values{"field_a": {b.FieldA}, "field_b": {b.FieldB}, "verdict": {b.Verdict}, "note": {b.Note}, "by": {b.By}}
	if _, err := c.post(c.server.judgePair, form); err != nil {
		return nil, err
	}
	return apiPair(c)
}

func apiItems(c *call) (any, error) {
	all, err := c.reader.DataItems(c.ctx())
	if err != nil {
		return nil, err
	}
	owner, text := c.get("owner"), strings.ToLower(c.get("q"))
	var rows []page.ItemRow
	of := map[string]queries.DataItem{}
	for _, item := range all {
		row := page.RowOf(item, c.names)
		if (owner == "" || slices.Contains(row.Owners, owner)) && (text == "" || namesItem(item, text)) {
			rows = append(rows, row)
			of[item.ID] = item
		}
	}
	sortItems(rows, cmp.Or(c.get("sort"), "saved"), c.get("order") == "asc")
	return listed(c, rows, func(r page.ItemRow) interchange.Item { return c.words.Item(of[r.ID]) })
}

func apiItem(c *call) (any, error) {
	all, err := c.reader.DataItems(c.ctx())
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(i queries.DataItem) bool { return i.ID == c.PathValue("id") })
	if at < 0 {
		return nil, queries.ErrNotFound
	}
	return c.words.Item(all[at]), nil
}

// planEntry is a line of the plan with what a decision names it by.
type planEntry struct {
	ID   string `json:"id"`
	Step uint32 `json:"step"`
	interchange.PlanLine
	Units uint64 `json:"units"`
}

func apiPlan(c *call) (any, error) {
	all, err := c.reader.PlanLines(c.ctx())
	if err != nil {
		return nil, err
	}
	form, action := c.get("form"), c.get("action")
	all = slices.DeleteFunc(slices.Clone(all), func(l queries.PlanLine) bool {
		return form != "" && l.Form != form || action != "" && l.Action != action
	})
	return listed(c, all, func(l queries.PlanLine) planEntry { return planEntry{l.ID, l.Step, c.words.PlanLine(l), l.Units} })
}

func apiPlanDecisions(c *call) (any, error) {
	all, err := c.reader.PlanDecisions(c.ctx())
	if err != nil {
		return nil, err
	}
	all = queries.NewestDecisions(all)
	slices.Reverse(all)
	return listed(c, all, interchange.PlanDecisionOf)
}

// planBody is what is decided about lines of the plan.
type planBody struct {
	Decision  string   `json:"decision"` // accepted, rejected, withdrawn
	Lines     []string `json:"lines"`    // ids, or the first six characters or more of them
	Effective string   `json:"effective,omitempty"`
	Note      string   `json:"note,omitempty"`
	By        string   `json:"by,omitempty"`
}

func apiDecidePlan(c *call) (any, error) {
	var b planBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	form := url.Values{"decision": {b.Decision}, "line": b.Lines, "effective": {b.Effective}, "note": {b.Note}, "by": {b.By}}
	if _, err := c.post(c.server.decidePlan, form); err != nil {
		return nil, err
	}
	return apiPlanDecisions(c)
}

func apiPlanProgress(c *call) (any, error) {
	all, err := c.reader.PlanProgress(c.ctx())
	if err != nil {
		return nil, err
	}
	return listed(c, all, interchange.PlanProgressOf)
}

func apiRetirements(c *call) (any, error) {
	all, err := c.server.retirementCases(c.ctx())
	if err != nil {
		return nil, err
	}
	today := c.server.today()
	all = slices.DeleteFunc(slices.Clone(all), func(x queries.RetirementCase) bool {
		return !page.FitsRetirement(x, c.names, today, "state", c.get("state")) || !page.FitsRetirement(x, c.names, today, "owner", c.get("owner"))
	})
	return listed(c, all, func(x queries.RetirementCase) interchange.Retirement {
		return c.words.Retirement(x, c.names.Owners[x.System], today)
	})
}

func apiRetirement(c *call) (any, error) {
	all, err := c.server.retirementCases(c.ctx())
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(x queries.RetirementCase) bool { return x.System == c.PathValue("id") })
	if at < 0 {
		return nil, queries.ErrNotFound
	}
	return c.words.RetirementDetail(c.words.Retirement(all[at], c.names.Owners[all[at].System], c.server.today()), all[at]), nil
}

// retirementBody is what is decided about the retirement of a system.
type retirementBody struct {
	Verb      string `json:"verb"` // one of "possible" of the case
	Last      uint32 `json:"last"` // number of the newest event that the caller saw
	Basis     string `json:"basis,omitempty"`
	Note      string `json:"note,omitempty"`
	To        string `json:"to,omitempty"`
	Effective string `json:"effective,omitempty"`
	Until     string `json:"until,omitempty"`
	By        string `json:"by,omitempty"`
}

func apiRetire(c *call) (any, error) {
	var b retirementBody
	if err := c.decode(&b); err != nil {
		return nil, err
	}
	// The rights of the caller are those of what it can see: a case that is out of sight is not there.
	if _, err := apiRetirement(c); err != nil {
		return nil, err
	}
	form := url.Values{
		"verb": {b.Verb}, "last": {strconv.FormatUint(uint64(b.Last), 10)}, "basis": {b.Basis}, "note": {b.Note}, "to": {b.To}, "effective": {b.Effective},
		"until": {b.Until}, "by": {b.By},
	}
	if _, err := c.post(c.server.retire, form); err != nil {
		return nil, err
	}
	return apiRetirement(c)
}
