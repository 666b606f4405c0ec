package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

const retirementsPerPage = 50

// today is the local day of the clock.
func (s *server) today() time.Time {
	now := s.Clock().In(s.Zone)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)
}

// retirementCases reads all cases, the most overdue first.
func (s *server) retirementCases(ctx context.Context) ([]queries.RetirementCase, error) {
	all, err := s.reader(ctx).RetirementCases(ctx)
	if err != nil {
		return nil, err
	}
	all = slices.Clone(all)
	queries.SortRetirements(all, s.today())
	return all, nil
}

// retirementSavings reads what was saved, by system.
func (s *server) retirementSavings(ctx context.Context, cases []queries.RetirementCase) (map[string]queries.RetirementSaving, error) {
	all, err := s.reader(ctx).RetirementSavings(ctx, cases)
	if err != nil {
		return nil, err
	}
	out := map[string]queries.RetirementSaving{}
	for _, x := range all {
		out[x.System] = x
	}
	return out, nil
}

// board is the list of cases under the conditions of the request.
func (s *server) board(w http.ResponseWriter, r *http.Request) (page.Retirements, error) {
	v, names, err := s.view(w, r, "retirements")
	if err != nil {
		return page.Retirements{}, err
	}
	p := page.Retirements{View: v, Called: names, Today: s.today()}
	if p.All, err = s.retirementCases(r.Context()); err != nil {
		return p, err
	}
	if p.Saving, err = s.retirementSavings(r.Context(), p.All); err != nil {
		return p, err
	}
	p.Shown = slices.DeleteFunc(slices.Clone(p.All), func(c queries.RetirementCase) bool {
		return !page.FitsRetirement(c, names, p.Today, "state", v.Query.Get("state")) || !page.FitsRetirement(c, names, p.Today, "owner", v.Query.Get("owner"))
	})
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: retirementsPerPage, Total: len(p.Shown)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	p.Rows = p.Shown[max(0, p.Paging.From()-1):p.Paging.To()]
	return p, nil
}

// retirements shows how the retirement of all systems stands.
func (s *server) retirements(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.board(w, r)
	if err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// retirementsCSV writes the whole list under the same conditions, for spreadsheets.
func (s *server) retirementsCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.board(w, r)
	if err != nil {
		return nil, err
	}
	var body bytes.Buffer
	body.WriteString("\ufeff")
	out := csv.NewWriter(&body)
	out.UseCRLF = true
	rows := [][]string{page.RetirementHead(p.View)}
	for _, c := range p.Shown {
		line := p.Line(c)
		for i, cell := range line {
			if _, err := strconv.ParseFloat(cell, 64); err != nil {
				line[i] = neutral(cell)
			}
		}
		rows = append(rows, line)
	}
	if err := out.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("unable to write the list of retirements: %w", err)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="jianfu-retirements.csv"`)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
	return nil, nil
}

// retirement shows one case with its plan, its history and what can be done next.
func (s *server) retirement(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "retirements")
	if err != nil {
		return nil, err
	}
	all, err := s.retirementCases(r.Context())
	if err != nil {
		return nil, err
	}
	at := slices.IndexFunc(all, func(c queries.RetirementCase) bool { return c.System == r.PathValue("id") })
	if at < 0 {
		return nil, queries.ErrNotFound
	}
	saving, err := s.retirementSavings(r.Context(), all)
	if err != nil {
		return nil, err
	}
	p := s.card(v, names, all[at], "case", 0)
	p.Decided = v.Query.Get("saved")
	if x, ok := saving[p.System]; ok {
		p.Saving = &x
	}
	return p.Page(), nil
}

func (s *server) card(v component.View, names *queries.NameTable, c queries.RetirementCase, place string, n int) page.Retirement {
	return page.Retirement{
		View: v, RetirementCase: c, Called: names, Policy: s.Retirement, Today: s.today(), Writable: s.Writer != nil, Place: place, Key: strconv.Itoa(n),
	}
}

// retire keeps what a person decides about the retirement of a system, on the state that he saw.
func (s *server) retire(r *http.Request) (string, error) {
	form := r.PostForm
	by, note, err := signed(r.Context(), form)
	if err != nil {
		return "", err
	}
	cmd := queries.RetirementCommand{
		System: r.PathValue("id"), Verb: form.Get("verb"), By: by, Note: note, To: form.Get("to"), Now: s.Clock(), Today: s.today(), Policy: s.Retirement,
	}
	if !slices.Contains(queries.RetirementVerbs(), cmd.Verb) {
		return "", refusal{http.StatusBadRequest, "form"}
	}
	if err := s.answers(r, cmd.System, cmd.Verb); err != nil {
		return "", err
	}
	if cmd.Basis, err = line(form, "basis", longestNote); err != nil {
		return "", err
	}
	if cmd.Effective, err = s.day(form, "effective"); err != nil {
		return "", err
	}
	if cmd.Until, err = s.day(form, "until"); err != nil {
		return "", err
	}
	// The number of the newest event that the person saw makes sure that he decided on what is there.
	last, err := strconv.ParseUint(form.Get("last"), 10, 32)
	if err != nil || last == 0 {
		return "", refusal{http.StatusBadRequest, "form"}
	}
	cmd.Last = uint32(last)
	_, err = s.Writer.Retire(r.Context(), cmd)
	s.reads.drop(readRetirements, readSavings)
	var refused *queries.RetirementRefusal
	switch {
	case errors.Is(err, queries.ErrStaleRetirement):
		return "", refusal{http.StatusConflict, "stale_case"}
	case errors.As(err, &refused) && refused.Code == queries.RefusedState:
		return "", refusal{http.StatusConflict, "retire_" + refused.Code}
	case errors.As(err, &refused):
		return "", refusal{http.StatusBadRequest, "retire_" + refused.Code}
	case err != nil:
		return "", err
	}
	if form.Get("back") == "inbox" {
		names, err := s.names(r.Context())
		if err != nil {
			return "", err
		}
		return "/inbox?" + url.Values{"owner": {names.Owners[cmd.System]}, "saved": {cmd.Verb}, "system": {cmd.System}}.Encode() + "#decided", nil
	}
	return page.RetirementPath(cmd.System) + "?saved=" + url.QueryEscape(cmd.Verb) + "#decided", nil
}

// answers refuses a decision on a system that whoever asks may not see, and, of an owner, what is for the office to decide.
func (s *server) answers(r *http.Request, system, verb string) error {
	all, err := s.reader(r.Context()).RetirementCases(r.Context())
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(all, func(c queries.RetirementCase) bool { return c.System == system }) {
		return queries.ErrNotFound
	}
	if page.OwnerOnly(access.Of(r.Context())) && !page.OwnerVerb(verb) {
		return refusal{http.StatusForbidden, "forbidden"}
	}
	return nil
}

// day is a date that was typed, zero where the control was left empty.
func (s *server) day(form url.Values, name string) (time.Time, error) {
	text := strings.TrimSpace(form.Get(name))
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.Parse(time.DateOnly, text)
	if err != nil || day.Year() < 2000 || day.After(s.today().AddDate(20, 0, 0)) {
		return time.Time{}, refusal{http.StatusBadRequest, "day"}
	}
	return day, nil
}
