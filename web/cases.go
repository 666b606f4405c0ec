package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

// longestComment is how many characters a comment or a reason of a case may have.
const longestComment = 2000

// cases lists what people look into, narrowed by the parameters of the address, the most urgent first.
func (s *server) cases(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "cases")
	if err != nil {
		return nil, err
	}
	all, err := s.reader(r.Context()).Cases(r.Context())
	if err != nil {
		return nil, err
	}
	p := page.Cases{View: v, Called: names, Today: s.today(), Counts: map[string]int{}, Tally: queries.TallyCases(all), Any: len(all) > 0}
	p.Shown = v.Query.Get("view")
	if !slices.Contains(page.CaseViews, p.Shown) {
		p.Shown = "active"
	}
	p.Units, p.Owners = caseChoices(all, names)
	rows := narrowCases(all, v.Query, names)
	for _, view := range page.CaseViews {
		for _, c := range rows {
			if page.InCaseView(view, c, v.Who) {
				p.Counts[view]++
			}
		}
	}
	rows = slices.DeleteFunc(rows, func(c queries.Case) bool { return !page.InCaseView(p.Shown, c, v.Who) })
	if err := s.orderCases(r.Context(), rows, p.Today); err != nil {
		return nil, err
	}
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: pageSize, Total: len(rows)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	p.Rows = rows[max(0, p.Paging.From()-1):p.Paging.To()]
	return p.Page(), nil
}

// narrowCases keeps the cases that fit the conditions of an address.
func narrowCases(all []queries.Case, asked url.Values, names *queries.NameTable) []queries.Case {
	var within []string
	unit, owner, family := asked.Get("unit"), asked.Get("owner"), asked.Get("family")
	if unit != "" {
		within = withinUnits(names, unit)
	}
	return slices.DeleteFunc(slices.Clone(all), func(c queries.Case) bool {
		return unit != "" && !slices.ContainsFunc(c.Units, func(u string) bool { _, found := slices.BinarySearch(within, u); return found }) ||
			owner != "" && !slices.Contains(page.CaseOwners(c, names), owner) || family != "" && c.Family != family
	})
}

// caseChoices are what the list can be narrowed to: the units above those that cases are about, and departments.
func caseChoices(all []queries.Case, names *queries.NameTable) (units, owners []page.Choice) {
	towns, departments := map[string]string{}, map[string]bool{}
	for _, c := range all {
		for _, u := range c.Units {
			if town := names.Parents[u]; names.Units[town] != "" {
				towns[town] = names.Units[town]
			}
		}
		for _, o := range page.CaseOwners(c, names) {
			departments[o] = true
		}
	}
	for _, code := range slices.Sorted(maps.Keys(towns)) {
		units = append(units, page.Choice{ID: code, Name: towns[code]})
	}
	for _, o := range slices.Sorted(maps.Keys(departments)) {
		owners = append(owners, page.Choice{ID: o, Name: o})
	}
	return units, owners
}

// orderCases puts first what is overdue, then what is grave, then what stands first on the verification list, then what waits
// longest.
func (s *server) orderCases(ctx context.Context, rows []queries.Case, today time.Time) error {
	list, err := s.reader(ctx).ReadVerifyList(ctx)
	if err != nil {
		return err
	}
	priority := map[[2]string]int{}
	for _, i := range list {
		priority[[2]string{i.Unit, i.Form}] = i.Priority
	}
	rank := func(c queries.Case) int {
		if p := priority[[2]string{c.Unit, c.Form}]; p > 0 {
			return p
		}
		return len(list) + 1
	}
	late := func(c queries.Case) int {
		if page.CaseLate(c, today) {
			return 0
		}
		return 1
	}
	severity := func(c queries.Case) int {
		at := slices.Index(component.Severities, c.Severity)
		if at < 0 {
			return len(component.Severities)
		}
		return at
	}
	slices.SortStableFunc(rows, func(a, b queries.Case) int {
		return cmp.Or(cmp.Compare(late(a), late(b)), cmp.Compare(severity(a), severity(b)), cmp.Compare(rank(a), rank(b)), a.Opened.Compare(b.Opened))
	})
	return nil
}

// caseByID is one case that the principal may look into, or queries.ErrNotFound.
func (s *server) caseByID(ctx context.Context, id string) (queries.Case, error) {
	all, err := s.reader(ctx).Cases(ctx)
	if err != nil {
		return queries.Case{}, err
	}
	at := slices.IndexFunc(all, func(c queries.Case) bool { return c.ID == id })
	if at < 0 {
		return queries.Case{}, queries.ErrNotFound
	}
	return all[at], nil
}

// caseShown shows one case: what it is about, what was done, and what can be done.
func (s *server) caseShown(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, err := s.casePage(w, r)
	if err != nil {
		return nil, err
	}
	p.Saved = v1(p.Query, "saved", append([]string{"open"}, queries.CaseVerbs...))
	return p.Page(), nil
}

// v1 is a parameter of the address where it is one of some words, else empty.
func v1(asked url.Values, name string, words []string) string {
	if word := asked.Get(name); slices.Contains(words, word) {
		return word
	}
	return ""
}

func (s *server) casePage(w http.ResponseWriter, r *http.Request) (page.Case, error) {
	v, names, err := s.view(w, r, "cases")
	if err != nil {
		return page.Case{}, err
	}
	ctx := r.Context()
	c, err := s.caseByID(ctx, r.PathValue("id"))
	if err != nil {
		return page.Case{}, err
	}
	p := page.Case{View: v, Case: c, Called: names, Today: s.today(), Writable: s.Writer != nil}
	found, err := s.findingsByID(ctx, c.Findings)
	if err != nil {
		return p, err
	}
	for _, id := range c.Findings {
		if f, ok := found[id]; ok {
			p.Current = append(p.Current, f)
		}
	}
	all, err := s.reader(ctx).Cases(ctx)
	if err != nil {
		return p, err
	}
	p.People = casePeople(all)
	list, err := s.reader(ctx).ReadVerifyList(ctx)
	if err != nil {
		return p, err
	}
	p.Listed = slices.ContainsFunc(list, func(i queries.VerifyItem) bool { return i.Unit == c.Unit && i.Form == c.Form && c.Unit != "" })
	return p, nil
}

// casePeople are those who had a case before, so that their names need not be typed again.
func casePeople(all []queries.Case) []page.Choice {
	names := map[string]string{}
	for _, c := range all {
		for _, e := range c.Events {
			if e.Assignee != "" {
				names[e.Assignee] = e.AssigneeName
			}
		}
	}
	var out []page.Choice
	for _, account := range slices.Sorted(maps.Keys(names)) {
		out = append(out, page.Choice{ID: account, Name: names[account]})
	}
	return out
}

// openCase opens a case about findings, or about a form of a unit, that the person may see.
func (s *server) openCase(r *http.Request) (string, error) {
	account, name, err := actor(r.Context(), r.PostForm)
	if err != nil {
		return "", err
	}
	o := queries.CaseOpening{Findings: r.PostForm["finding"], Unit: r.PostForm.Get("unit"), Form: r.PostForm.Get("form"), Account: account, Name: name, Now: s.Clock().In(s.Zone)}
	if o.Text, err = paragraph(r.PostForm, "text"); err != nil {
		return "", err
	}
	if err := s.mayOpen(r.Context(), o); err != nil {
		return "", err
	}
	c, err := s.Writer.OpenCase(r.Context(), o)
	s.forgetCases()
	var refused *queries.CaseRefusal
	switch {
	case errors.As(err, &refused) && refused.Code == queries.CaseRefusedAlready:
		return page.MatterPath(refused.Case), nil // somebody was faster: here is theirs
	case errors.As(err, &refused):
		return "", refusal{http.StatusBadRequest, "case_" + refused.Code}
	case err != nil:
		return "", err
	}
	return page.MatterPath(c.ID) + "?saved=open#decided", nil
}

// mayOpen checks that the person sees what the case would be about.
func (s *server) mayOpen(ctx context.Context, o queries.CaseOpening) error {
	if o.Unit != "" {
		_, err := s.verifyItem(ctx, o.Unit, o.Form)
		return err
	}
	found, err := s.findingsByID(ctx, o.Findings)
	if err != nil {
		return err
	}
	for _, id := range o.Findings {
		if _, ok := found[id]; !ok {
			return queries.ErrNotFound
		}
	}
	return nil
}

// forgetCases makes everybody see what has been done at once.
func (s *server) forgetCases() {
	s.reads.drop(readCases, readFindings, readOutcomes, readVerify, readSample, readOverview)
}

// actOnCase keeps what a person does with a case, on the state that they saw.
func (s *server) actOnCase(r *http.Request) (string, error) {
	form, id := r.PostForm, r.PathValue("id")
	if _, err := s.caseByID(r.Context(), id); err != nil {
		return "", err
	}
	account, name, err := actor(r.Context(), form)
	if err != nil {
		return "", err
	}
	cmd := queries.CaseCommand{
		Case: id, Verb: form.Get("verb"), Account: account, Name: name, Verdict: form.Get("verdict"), Resolved: form.Get("resolved") != "", Now: s.Clock(),
	}
	if !slices.Contains(queries.CaseVerbs, cmd.Verb) || cmd.Verb == "attach" {
		return "", refusal{http.StatusBadRequest, "form"}
	}
	if cmd.Text, err = paragraph(form, "text"); err != nil {
		return "", err
	}
	if cmd.Due, err = s.day(form, "due"); err != nil {
		return "", err
	}
	if cmd.Assignee, err = line(form, "assignee", longestName); err != nil {
		return "", err
	}
	if form.Get("me") != "" {
		cmd.Assignee, cmd.AssigneeName = account, name
	}
	if cmd.Verb != "comment" {
		last, err := strconv.ParseUint(form.Get("last"), 10, 32)
		if err != nil || last == 0 {
			return "", refusal{http.StatusBadRequest, "form"}
		}
		cmd.Last = uint32(last)
	}
	return s.act(r.Context(), cmd)
}

func (s *server) act(ctx context.Context, cmd queries.CaseCommand) (string, error) {
	if cmd.Assignee != "" && cmd.AssigneeName == "" {
		all, err := s.reader(ctx).Cases(ctx)
		if err != nil {
			return "", err
		}
		for _, p := range casePeople(all) {
			if p.ID == cmd.Assignee || p.Name == cmd.Assignee {
				cmd.Assignee, cmd.AssigneeName = p.ID, p.Name
			}
		}
	}
	_, err := s.Writer.ActOnCase(ctx, cmd)
	s.forgetCases()
	var refused *queries.CaseRefusal
	switch {
	case errors.As(err, &refused) && refused.Code == queries.CaseRefusedState:
		return "", refusal{http.StatusConflict, "case_" + refused.Code}
	case errors.As(err, &refused):
		return "", refusal{http.StatusBadRequest, "case_" + refused.Code}
	case err != nil:
		return "", err
	}
	return page.MatterPath(cmd.Case) + "?saved=" + cmd.Verb + "#decided", nil
}

// acceptCase is accept for what people do with a case: where somebody was faster, it shows the case as it is now, what came
// meanwhile, and what the person had written, so that nothing is typed twice.
func (s *server) acceptCase(action post) http.Handler {
	return s.accept(func(r *http.Request) (string, error) {
		address, err := action(r)
		var stale *queries.StaleCase
		if errors.As(err, &stale) {
			return "", conflict{stale, r}
		}
		return address, err
	})
}

// conflict is a decision on a case that others have changed meanwhile.
type conflict struct {
	*queries.StaleCase
	request *http.Request
}

// showConflict shows the case as it is now, with what the person had written.
func (s *server) showConflict(w http.ResponseWriter, c conflict) {
	p, err := s.casePage(w, c.request)
	if err != nil {
		s.answer(failing(err)).ServeHTTP(w, c.request)
		return
	}
	p.Meanwhile, p.Typed = c.Since, c.request.PostForm
	s.write(w, c.request, http.StatusConflict, p.Page())
}

// paragraph is text of several lines that a person typed, without what does not show.
func paragraph(form url.Values, name string) (string, error) {
	text := form.Get(name)
	if !utf8.ValidString(text) {
		return "", refusal{http.StatusBadRequest, "form"}
	}
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, strings.ReplaceAll(text, "\r\n", "\n")))
	if utf8.RuneCountInString(text) > longestComment {
		return "", refusal{http.StatusBadRequest, "too_long"}
	}
	return text, nil
}

// caseAbout is the newest case that looks into something, nil for none.
func (s *server) caseAbout(ctx context.Context, fits func(queries.Case) bool) (*queries.Case, error) {
	all, err := s.reader(ctx).Cases(ctx)
	if err != nil {
		return nil, err
	}
	for i := len(all) - 1; i >= 0; i-- {
		if fits(all[i]) {
			return &all[i], nil
		}
	}
	return nil, nil
}
