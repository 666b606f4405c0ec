package web

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

// burden shows where the hours go: by department, system, form and field, by month, by unit, and what measures changed.
func (s *server) burden(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "burden")
	if err != nil {
		return nil, err
	}
	unit := v.Query.Get("unit")
	if _, known := names.Units[unit]; unit != "" && !known {
		return nil, queries.ErrNotFound
	}
	data, err := s.burdenOf(r.Context(), names, unit)
	if err != nil {
		return nil, err
	}
	p := page.Burden{View: v, Called: names, BurdenPage: *data, Unit: unit}
	if p.Measures, err = s.reader(r.Context()).MeasureChanges(r.Context()); err != nil {
		return nil, err
	}
	decisions, err := s.planDecisions(r.Context())
	if err != nil {
		return nil, err
	}
	p.Accepted = acceptedDays(decisions)
	p.Prepare()
	return p.Page(), nil
}

// burdenOf reads the hours of a unit and all below it, or of everything.
func (s *server) burdenOf(ctx context.Context, names *queries.NameTable, unit string) (*queries.BurdenPage, error) {
	if unit == "" {
		return s.reader(ctx).ReadBurden(ctx, nil)
	}
	return s.reader(ctx).ReadBurden(ctx, names.Below(unit))
}

// acceptedDays counts the lines of the merge plan that were accepted, by the day from which they hold.
func acceptedDays(decisions []queries.PlanDecision) []page.AcceptedDay {
	count := map[time.Time]int{}
	for _, d := range queries.NewestDecisions(decisions) {
		if d.Decision == queries.DecisionAccepted && d.Line.Action != queries.ActionAuthority {
			count[d.Effective]++
		}
	}
	out := make([]page.AcceptedDay, 0, len(count))
	for day, n := range count {
		out = append(out, page.AcceptedDay{Day: day, Lines: n})
	}
	slices.SortFunc(out, func(a, b page.AcceptedDay) int { return a.Day.Compare(b.Day) })
	return out
}

// burdenCSV writes the hours by something, of all units or of one and those below it.
func (s *server) burdenCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "burden")
	if err != nil {
		return nil, err
	}
	q := queries.BurdenQuery{By: cmp.Or(v.Query.Get("by"), "form")}
	if !slices.Contains(queries.BurdenBy(), q.By) {
		return nil, queries.ErrNotFound
	}
	unit := v.Query.Get("unit")
	if unit != "" {
		if q.Units = names.Below(unit); len(q.Units) == 0 {
			return nil, queries.ErrNotFound
		}
	}
	data, err := s.burdenOf(r.Context(), names, unit)
	if err != nil {
		return nil, err
	}
	all, err := s.reader(r.Context()).BurdenRows(r.Context(), q)
	if err != nil {
		return nil, err
	}
	head := []string{}
	for _, key := range []string{"id", "name", "hours", "low", "high", "yuan", "share", "observed", "logged", "filled", "estimated", "method", "submissions", "forms", "units", "change"} {
		head = append(head, v.T("burden.csv."+key))
	}
	rows := [][]string{head}
	hours := func(x float64) string { return plainNumber(math.Round(x*100) / 100) }
	for _, x := range all {
		rows = append(rows, []string{
			neutral(x.ID), neutral(page.BurdenName(v, q.By, x.ID)), hours(x.Hours.Mid), hours(x.Hours.Low), hours(x.Hours.High), hours(x.Hours.Mid * data.Run.Tariff),
			plainNumber(x.Share), hours(x.Observed), hours(x.Logged), hours(x.Filled), hours(x.Estimated), v.T("burden.cli.method." + x.Method),
			strconv.FormatUint(x.Submissions, 10), strconv.FormatUint(x.Forms, 10), strconv.FormatUint(x.Units, 10), plainNumber(x.Change),
		})
	}
	var body bytes.Buffer
	body.WriteString("\ufeff")
	out := csv.NewWriter(&body)
	out.UseCRLF = true
	if err := out.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("unable to write the hours: %w", err)
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="jianfu-burden-`+q.By+`.csv"`)
	if _, err := w.Write(body.Bytes()); err != nil {
		s.Log.Debug().Err(err).Msg("reader went away")
	}
	return nil, nil
}
