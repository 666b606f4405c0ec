package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"maps"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

const pairsPerPage = 25

func (s *server) forms(ctx context.Context) (map[string]queries.Form, error) {
	return s.reader(ctx).ReadForms(ctx)
}

func (s *server) duplicateRun(ctx context.Context) (queries.DuplicateRun, error) {
	return s.reader(ctx).DuplicateRun(ctx)
}

func (s *server) overlaps(ctx context.Context) ([]queries.FormOverlap, error) {
	return s.reader(ctx).FormOverlaps(ctx)
}

// duplicates shows which forms ask for what others have: a matrix, and the pairs by what ending them saves.
func (s *server) duplicates(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "duplicates")
	if err != nil {
		return nil, err
	}
	v.Sort = "hours"
	p := page.Duplicates{View: v, Called: names}
	if p.Run, err = s.duplicateRun(r.Context()); err != nil {
		return nil, err
	}
	all, err := s.overlaps(r.Context())
	if err != nil {
		return nil, err
	}
	if p.Savable, err = s.savable(r.Context()); err != nil {
		return nil, err
	}
	if p.Forms, err = s.forms(r.Context()); err != nil {
		return nil, err
	}
	p.All = len(all)
	p.Owners, p.Systems = askersOf(all, names)
	shown := narrowed(all, v.Query, names)
	for _, o := range shown {
		p.Involved = append(p.Involved, o.A, o.B)
	}
	slices.Sort(p.Involved)
	p.Involved = slices.Compact(p.Involved)
	// Two forms that share only what can be added up have no content in common, so no cell.
	groups := matrices(clusters(slices.DeleteFunc(slices.Clone(shown), func(o queries.FormOverlap) bool { return likeness(o) <= 0 })))
	p.Groups = len(groups)
	if p.Group = number(v.Query, "group", len(groups)); len(groups) > 0 {
		p.Matrix = matrix(groups[p.Group-1], shown)
	}
	shown = sortOverlaps(shown, v.Query.Get("sort"), v.Query.Get("order") == "asc")
	p.Paging = component.Paging{Page: pageNumber(v.Query), Size: pairsPerPage, Total: len(shown)}
	p.Paging.Page = min(p.Paging.Page, p.Paging.Pages())
	p.Rows = shown[max(0, p.Paging.From()-1):p.Paging.To()]
	return p.Page(), nil
}

// number is a parameter from 1 to most.
func number(asked url.Values, name string, most int) int {
	n, err := strconv.Atoi(asked.Get(name))
	if err != nil {
		return 1
	}
	return max(1, min(n, most))
}

// narrowed keeps the overlaps of which at least one form is of the department, system or name asked for.
func narrowed(all []queries.FormOverlap, asked url.Values, names *queries.NameTable) []queries.FormOverlap {
	owner, system, form, text := asked.Get("owner"), asked.Get("system"), asked.Get("form"), strings.ToLower(strings.TrimSpace(asked.Get("q")))
	if owner == "" && system == "" && form == "" && text == "" {
		return all
	}
	fits := func(id string) bool {
		of := names.FormSystems[id]
		return (owner == "" || names.Owners[of] == owner) && (system == "" || of == system) && (form == "" || id == form) &&
			(text == "" || strings.Contains(strings.ToLower(names.Forms[id]), text))
	}
	return slices.DeleteFunc(slices.Clone(all), func(o queries.FormOverlap) bool { return !fits(o.A) && !fits(o.B) })
}

// askersOf are the departments and systems of the forms that overlap, by name.
func askersOf(all []queries.FormOverlap, names *queries.NameTable) (owners []string, systems []page.Choice) {
	departments, ids := map[string]bool{}, map[string]bool{}
	for _, o := range all {
		for _, form := range []string{o.A, o.B} {
			if system := names.FormSystems[form]; system != "" {
				ids[system] = true
				departments[names.Owners[system]] = true
			}
		}
	}
	delete(departments, "")
	for id := range ids {
		systems = append(systems, page.Choice{ID: id, Name: cmp.Or(names.Systems[id], id)})
	}
	slices.SortFunc(systems, func(a, b page.Choice) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID))
	})
	return slices.Sorted(maps.Keys(departments)), systems
}

func sortOverlaps(all []queries.FormOverlap, by string, ascending bool) []queries.FormOverlap {
	key := func(o queries.FormOverlap) float64 {
		switch by {
		case "share":
			return o.Share[0]
		case "agreement":
			if math.IsNaN(o.Agreement) {
				return -1
			}
			return o.Agreement
		default:
			return o.Hours.Mid
		}
	}
	out := slices.Clone(all)
	slices.SortStableFunc(out, func(x, y queries.FormOverlap) int {
		order := cmp.Compare(key(y), key(x))
		if ascending {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	return out
}

// matrix fills in the shares of the forms of some groups: row by column, how much of the row's payload the column has.
func matrix(groups []cluster, overlaps []queries.FormOverlap) page.Matrix {
	var m page.Matrix
	place := map[string]int{}
	for i, g := range groups {
		for k, form := range g.forms {
			place[form] = len(m.Forms)
			m.Forms = append(m.Forms, page.MatrixForm{ID: form, First: i > 0 && k == 0})
		}
	}
	for i := range m.Forms {
		m.Forms[i].Shares = slices.Repeat([]float64{math.NaN()}, len(m.Forms))
	}
	for _, o := range overlaps {
		a, shownA := place[o.A]
		b, shownB := place[o.B]
		if shownA && shownB {
			m.Forms[a].Shares[b], m.Forms[b].Shares[a] = o.Share[0], o.Share[1]
		}
	}
	return m
}

// savable is what a year would save: by the plan where there is one, else by asking every data item once.
func (s *server) savable(ctx context.Context) (queries.Hours, error) {
	lines, err := s.planLines(ctx)
	if err != nil {
		return queries.Hours{}, err
	}
	if steps := queries.PlanSteps(lines); len(steps) > 0 {
		return steps[len(steps)-1].After, nil
	}
	var sum queries.Hours
	all, err := s.dataItems(ctx)
	for _, i := range all {
		sum = sum.Plus(i.Saved)
	}
	return sum, err
}

// duplicatesCSV writes all pairs of forms under the same conditions.
func (s *server) duplicatesCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "duplicates")
	if err != nil {
		return nil, err
	}
	all, err := s.overlaps(r.Context())
	if err != nil {
		return nil, err
	}
	head := []string{}
	for _, key := range []string{
		"form_a", "title_a", "owner_a", "form_b", "title_b", "owner_b", "share_a", "share_b", "shared_a", "payload_a", "shared_b", "payload_b",
		"agreement", "rows", "suggestion", "hours", "hours_low", "hours_high",
	} {
		head = append(head, v.T("duplicates.csv."+key))
	}
	rows := [][]string{head}
	for _, o := range sortOverlaps(narrowed(all, v.Query, names), v.Query.Get("sort"), v.Query.Get("order") == "asc") {
		row := []string{}
		for _, form := range []string{o.A, o.B} {
			row = append(row, neutral(form), neutral(v.Name("form", form)), neutral(names.Owners[names.FormSystems[form]]))
		}
		for _, x := range []float64{
			o.Share[0], o.Share[1], float64(o.Shared[0]), float64(o.Payload[0]), float64(o.Shared[1]), float64(o.Payload[1]), o.Agreement, float64(o.Rows),
		} {
			row = append(row, plainNumber(x))
		}
		row = append(row, v.Known("duplicates.suggestion."+o.Suggestion, o.Suggestion))
		for _, x := range []float64{o.Hours.Mid, o.Hours.Low, o.Hours.High} {
			row = append(row, plainNumber(math.Round(x*10)/10))
		}
		rows = append(rows, row)
	}
	var body bytes.Buffer
	body.WriteString("\ufeff")
	out := csv.NewWriter(&body)
	out.UseCRLF = true
	if err := out.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("unable to write the list of overlaps: %w", err)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="jianfu-duplicates.csv"`)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
	return nil, nil
}

// plainNumber is a number for machines, empty where there is none.
func plainNumber(x float64) string {
	if math.IsNaN(x) {
		return ""
	}
	return strconv.FormatFloat(x, 'g', 6, 64)
}
