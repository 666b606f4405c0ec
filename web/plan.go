package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

const stepsPerPage = 20

func (s *server) planLines(ctx context.Context) ([]queries.PlanLine, error) {
	return s.reader(ctx).PlanLines(ctx)
}

func (s *server) planDecisions(ctx context.Context) ([]queries.PlanDecision, error) {
	return s.reader(ctx).PlanDecisions(ctx)
}

// plan shows what to drop, pre-fill and merge, in the order in which it saves most, what ticking steps would save, and what
// became of those accepted.
func (s *server) plan(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "duplicates")
	if err != nil {
		return nil, err
	}
	lines, err := s.planLines(r.Context())
	if err != nil {
		return nil, err
	}
	most := mostStep(lines)
	if v.Query.Has("shown") {
		http.Redirect(w, r, ticking(v.Query, most), http.StatusSeeOther)
		return nil, nil
	}
	p := page.Plan{View: v, Called: names, Writable: s.Writer != nil, Chosen: page.ParseSteps(v.Query.Get("steps"), most)}
	p.WhatIf = v.Query.Has("steps")
	if !p.WhatIf {
		p.Chosen = page.FreeSteps(lines)
	}
	if p.Run, err = s.duplicateRun(r.Context()); err != nil {
		return nil, err
	}
	overview, err := s.reader(r.Context()).ReadOverview(r.Context())
	if err != nil {
		return nil, err
	}
	p.Units = overview.Reporting
	decisions, err := s.planDecisions(r.Context())
	if err != nil {
		return nil, err
	}
	p.Decided = queries.NewestDecisions(decisions)
	slices.Reverse(p.Decided)
	p.Steps = page.StepsOf(lines, p.Decided, p.Chosen)
	if p.Progress, err = s.reader(r.Context()).PlanProgress(r.Context()); err != nil {
		return nil, err
	}
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: stepsPerPage, Total: len(p.Steps)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	p.Shown = p.Steps[max(0, p.Paging.From()-1):p.Paging.To()]
	if one, err := strconv.Atoi(v.Query.Get("step")); err == nil {
		p.Only = uint32(one)
		p.Shown = slices.DeleteFunc(slices.Clone(p.Steps), func(t page.PlanStep) bool { return t.Step != p.Only })
		if len(p.Shown) == 0 {
			return nil, queries.ErrNotFound
		}
	}
	return p.Page(), nil
}

func mostStep(lines []queries.PlanLine) uint32 {
	var most uint32
	for _, l := range lines {
		most = max(most, l.Step)
	}
	return most
}

// ticking is the address that stands for the boxes a reader ticked: those of the page shown, and the rest as it was.
func ticking(asked url.Values, most uint32) string {
	shown := page.ParseSteps(asked.Get("shown"), most)
	chosen := page.ParseSteps(asked.Get("rest"), most)
	for n := range shown {
		delete(chosen, n)
	}
	for _, text := range asked["on"] {
		if n, err := strconv.ParseUint(text, 10, 32); err == nil && shown[uint32(n)] {
			chosen[uint32(n)] = true
		}
	}
	query := url.Values{"steps": {page.FormatSteps(chosen)}}
	if n := pageNumber(asked); n > 1 {
		query.Set("page", strconv.Itoa(n))
	}
	return "/plan?" + query.Encode() + "#what-if"
}

// decidePlan keeps what a person decides about steps of the plan he saw, or about single lines.
func (s *server) decidePlan(r *http.Request) (string, error) {
	form := r.PostForm
	by, note, err := signed(r.Context(), form)
	if err != nil {
		return "", err
	}
	choice := queries.PlanChoice{Decision: form.Get("decision"), By: by, Note: note, Now: s.Clock(), Names: form["line"]}
	if choice.Effective, err = s.effective(form); err != nil {
		return "", err
	}
	if form.Has("steps") {
		run, err := s.duplicateRun(r.Context())
		if err != nil {
			return "", err
		}
		if form.Get("run") != strconv.FormatUint(run.Run, 10) {
			return "", refusal{http.StatusConflict, "stale_plan"}
		}
		lines, err := s.planLines(r.Context())
		if err != nil {
			return "", err
		}
		chosen := page.ParseSteps(form.Get("steps"), mostStep(lines))
		for _, l := range lines {
			if chosen[l.Step] {
				choice.Names = append(choice.Names, l.ID)
			}
		}
	}
	if len(choice.Names) == 0 {
		return "", refusal{http.StatusBadRequest, "no_steps"}
	}
	if slices.ContainsFunc(choice.Names, func(id string) bool { return len(id) < 6 }) {
		return "", refusal{http.StatusBadRequest, "stale_plan"}
	}
	_, err = s.Writer.ChoosePlan(r.Context(), choice)
	if errors.Is(err, queries.ErrNoSuchLine) {
		return "", refusal{http.StatusConflict, "stale_plan"}
	}
	s.reads.drop(readDecisions, readProgress)
	return "/plan?saved=" + choice.Decision + "#decided", err
}

// effective is the day from which a decision holds: asked for where something is accepted, today elsewhere.
func (s *server) effective(form url.Values) (time.Time, error) {
	today := s.Clock().In(s.Zone)
	switch form.Get("decision") {
	case queries.DecisionAccepted:
	case queries.DecisionRejected, queries.DecisionWithdrawn:
		return time.Date(today.Year(), today.Month(), today.Day(), 0, 0, 0, 0, time.UTC), nil
	default:
		return time.Time{}, refusal{http.StatusBadRequest, "form"}
	}
	day, err := time.Parse(time.DateOnly, strings.TrimSpace(form.Get("effective")))
	if err != nil || day.Year() < 2000 || day.After(today.AddDate(10, 0, 0)) {
		return time.Time{}, refusal{http.StatusBadRequest, "effective"}
	}
	return day, nil
}

// notice is the notice to departments about what was accepted, or a draft of it about ticked steps.
func (s *server) notice(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "duplicates")
	if err != nil {
		return nil, err
	}
	decisions, err := s.planDecisions(r.Context())
	if err != nil {
		return nil, err
	}
	lines, err := s.planLines(r.Context())
	if err != nil {
		return nil, err
	}
	n := page.Notice{View: v, Called: names, Draft: v.Query.Has("steps")}
	needs := map[string][]queries.Message{}
	chosen := page.ParseSteps(v.Query.Get("steps"), mostStep(lines))
	for _, l := range lines {
		needs[l.ID] = l.Needs
		if n.Draft && chosen[l.Step] {
			n.Add(page.NoticeLine{PlanLine: l})
		}
	}
	for _, d := range queries.NewestDecisions(decisions) {
		if !n.Draft && d.Decision == queries.DecisionAccepted {
			l := d.Line
			l.Needs = needs[l.ID]
			n.Add(page.NoticeLine{PlanLine: l, Effective: d.Effective})
		}
	}
	n.Narrow(v.Query.Get("owner"))
	return n.Page(), nil
}
