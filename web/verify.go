package web

import (
	"cmp"
	"context"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

// strongestRead is how many findings of a row are looked up for its sentence: those that a later analysis has withdrawn are
// passed over.
const strongestRead = 2

func (s *server) outcomes(ctx context.Context) ([]queries.VerifyOutcome, error) {
	return s.reader(ctx).Outcomes(ctx)
}

// verifyItems are the rows of the list in their order, then those of the audit sample that are not on it, then those that
// were checked and have left it since.
func (s *server) verifyItems(ctx context.Context) ([]queries.VerifyItem, error) {
	list, err := s.reader(ctx).ReadVerifyList(ctx)
	if err != nil {
		return nil, err
	}
	sample, err := s.reader(ctx).AuditSample(ctx)
	if err != nil {
		return nil, err
	}
	outcomes, err := s.outcomes(ctx)
	if err != nil {
		return nil, err
	}
	out := slices.Clone(list)
	known := make(map[[2]string]bool, len(list))
	for _, i := range list {
		known[[2]string{i.Unit, i.Form}] = true
	}
	for _, i := range sample {
		if pair := [2]string{i.Unit, i.Form}; !known[pair] {
			known[pair] = true
			out = append(out, i)
		}
	}
	for _, o := range newestOutcomes(outcomes) {
		if !known[[2]string{o.Unit, o.Form}] {
			out = append(out, queries.VerifyItem{
				Unit: o.Unit, Form: o.Form, Period: o.Period, Families: o.Families, Findings: o.Findings, Expected: o.Expected, Outcome: &o,
			})
		}
	}
	return out, nil
}

// newestOutcomes are the last outcome of every unit and form, in the order in which these were first checked.
func newestOutcomes(all []queries.VerifyOutcome) []queries.VerifyOutcome {
	at := map[[2]string]int{}
	var out []queries.VerifyOutcome
	for _, o := range all {
		pair := [2]string{o.Unit, o.Form}
		if i, ok := at[pair]; ok {
			out[i] = o
			continue
		}
		at[pair] = len(out)
		out = append(out, o)
	}
	return out
}

// narrowVerify keeps the rows that fit the conditions of an address.
func narrowVerify(all []queries.VerifyItem, asked url.Values, names *queries.NameTable) []queries.VerifyItem {
	var within []string
	if town := asked.Get("town"); town != "" {
		within = names.Below(town)
	}
	fits := func(name, value string) bool { return asked.Get(name) == "" || asked.Get(name) == value }
	return slices.DeleteFunc(slices.Clone(all), func(i queries.VerifyItem) bool {
		if asked.Get("town") != "" {
			if _, found := slices.BinarySearch(within, i.Unit); !found {
				return true
			}
		}
		family := asked.Get("family")
		return !fits("unit", i.Unit) || !fits("form", i.Form) || !fits("owner", names.Owners[names.FormSystems[i.Form]]) ||
			family != "" && !slices.Contains(i.Families, family)
	})
}

// verifyList is the list under the conditions of the request, without its sentences.
func (s *server) verifyList(w http.ResponseWriter, r *http.Request) (page.Verify, []queries.VerifyItem, error) {
	v, names, err := s.view(w, r, "verify")
	if err != nil {
		return page.Verify{}, nil, err
	}
	p := page.Verify{View: v, Called: names, Shown: v.Query.Get("view"), Counts: map[string]int{}}
	if !slices.Contains(page.VerifyViews, p.Shown) {
		p.Shown = page.VerifyViews[0]
	}
	all, err := s.verifyItems(r.Context())
	if err != nil {
		return p, nil, err
	}
	outcomes, err := s.outcomes(r.Context())
	if err != nil {
		return p, nil, err
	}
	newest := newestOutcomes(outcomes)
	p.Tally, p.Calibration = page.TallyOf(newest), page.CalibrationOf(newest)
	p.Towns, p.Owners, p.Forms = verifyChoices(all, names)
	rows := narrowVerify(all, v.Query, names)
	for _, view := range page.VerifyViews {
		for _, i := range rows {
			if page.InVerifyView(view, i) {
				p.Counts[view]++
			}
		}
	}
	rows = slices.DeleteFunc(rows, func(i queries.VerifyItem) bool { return !page.InVerifyView(p.Shown, i) })
	p.Found = len(rows)
	return p, rows, nil
}

// verifyChoices are what the list can be narrowed to.
func verifyChoices(all []queries.VerifyItem, names *queries.NameTable) (towns, owners, forms []page.Choice) {
	of := map[string]map[string]string{"town": {}, "owner": {}, "form": {}}
	for _, i := range all {
		if town := names.Parents[i.Unit]; names.Units[town] != "" {
			of["town"][town] = names.Units[town]
		}
		if owner := names.Owners[names.FormSystems[i.Form]]; owner != "" {
			of["owner"][owner] = owner
		}
		of["form"][i.Form] = cmp.Or(names.Forms[i.Form], i.Form)
	}
	sorted := func(which string) []page.Choice {
		var out []page.Choice
		for _, id := range slices.Sorted(maps.Keys(of[which])) {
			out = append(out, page.Choice{ID: id, Name: of[which][id]})
		}
		return out
	}
	return sorted("town"), sorted("owner"), sorted("form")
}

// verifyRows gives rows their strongest sentence.
func (s *server) verifyRows(ctx context.Context, items []queries.VerifyItem) ([]page.VerifyRow, error) {
	var ids []string
	for _, item := range items {
		ids = append(ids, item.Findings[:min(strongestRead, len(item.Findings))]...)
	}
	slices.Sort(ids)
	found, err := s.findingsByID(ctx, slices.Compact(ids))
	if err != nil {
		return nil, err
	}
	rows := make([]page.VerifyRow, len(items))
	for i, item := range items {
		rows[i].VerifyItem = item
		for _, id := range item.Findings[:min(strongestRead, len(item.Findings))] {
			if f, ok := found[id]; ok && rows[i].Strongest == nil {
				rows[i].Strongest = &f
			}
		}
	}
	return rows, nil
}

// verify lists the units and forms worth verifying: the recommended ones, the whole order, the random sample, or those that
// were checked.
func (s *server) verify(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	p, rows, err := s.verifyList(w, r)
	if err != nil {
		return nil, err
	}
	p.Paging = component.Paging{Page: pageNumber(p.Query), Size: pageSize, Total: len(rows)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	from := min((p.Paging.Page-1)*pageSize, len(rows))
	if p.Rows, err = s.verifyRows(r.Context(), rows[from:min(from+pageSize, len(rows))]); err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// verifyItem is one row of the list, of the sample or of what was checked, or queries.ErrNotFound.
func (s *server) verifyItem(ctx context.Context, unit, form string) (queries.VerifyItem, error) {
	all, err := s.verifyItems(ctx)
	if err != nil {
		return queries.VerifyItem{}, err
	}
	at := slices.IndexFunc(all, func(i queries.VerifyItem) bool { return i.Unit == unit && i.Form == form })
	if at < 0 {
		return queries.VerifyItem{}, queries.ErrNotFound
	}
	return all[at], nil
}

// verifyCase shows one form of one unit.
func (s *server) verifyCase(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "verify")
	if err != nil {
		return nil, err
	}
	item, err := s.verifyItem(r.Context(), r.PathValue("unit"), r.PathValue("form"))
	if err != nil {
		return nil, err
	}
	p := page.VerifyCase{View: v, VerifyItem: item, Called: names, Writable: s.Writer != nil, Saved: v.Query.Get("saved") != ""}
	if p.Findings, err = s.caseFindings(r.Context(), item); err != nil {
		return nil, err
	}
	if p.Above, err = s.causesAbove(r.Context(), item); err != nil {
		return nil, err
	}
	outcomes, err := s.outcomes(r.Context())
	if err != nil {
		return nil, err
	}
	for _, o := range outcomes {
		if o.Unit == item.Unit && o.Form == item.Form {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	looksInto := func(c queries.Case) bool { return c.Unit == item.Unit && c.Form == item.Form }
	if p.Looked, err = s.caseAbout(r.Context(), looksInto); err != nil {
		return nil, err
	}
	if p.History, err = s.reader(r.Context()).VerifyHistory(r.Context(), item.Unit, item.Form); err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// caseFindings are the findings of a row that are still there, in their order.
func (s *server) caseFindings(ctx context.Context, item queries.VerifyItem) ([]queries.Finding, error) {
	found, err := s.findingsByID(ctx, item.Findings)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	for _, id := range item.Findings {
		if f, ok := found[id]; ok {
			out = append(out, f)
		}
	}
	return out, nil
}

const causesShown = 6

// causesAbove are what lies above a unit: findings about the form as a whole, and that more is asked of the unit than it can
// do.
func (s *server) causesAbove(ctx context.Context, item queries.VerifyItem) ([]queries.Finding, error) {
	about, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{Family: "fabrication", Form: item.Form, Limit: 200})
	if err != nil {
		return nil, err
	}
	asked, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{Family: "burden", Detector: "burden-overload", Units: []string{item.Unit}, Limit: 2})
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	for _, f := range slices.Concat(asked.Rows, about.Rows) {
		above, _ := f.Evidence.Detail["above"].(bool)
		if (above || f.Detector == "burden-overload") && len(out) < causesShown {
			out = append(out, f)
		}
	}
	return out, nil
}

// recordOutcome keeps what a check on site found.
func (s *server) recordOutcome(r *http.Request) (string, error) {
	by, reason, err := signed(r.Context(), r.PostForm)
	if err != nil {
		return "", err
	}
	account := access.Of(r.Context()).Account
	outcome := r.PostForm.Get("outcome")
	switch {
	case !slices.Contains(queries.VerifyOutcomes, outcome):
		return "", refusal{http.StatusBadRequest, "no_outcome"}
	case reason == "":
		return "", refusal{http.StatusBadRequest, "no_reason"}
	}
	item, err := s.verifyItem(r.Context(), r.PathValue("unit"), r.PathValue("form"))
	if err != nil {
		return "", err
	}
	o := queries.VerifyOutcome{Unit: item.Unit, Form: item.Form, Outcome: outcome, Reason: reason, By: by, Account: account, At: s.Clock(), Expected: math.NaN()}
	if err := s.Writer.RecordOutcome(r.Context(), o); err != nil {
		return "", err
	}
	s.reads.drop(readOutcomes, readVerify, readSample, readOverview, readCases, readFindings)
	return page.VerifyPath(item.Unit, item.Form) + "?saved=1#outcome", nil
}
