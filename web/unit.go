package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/page"
)

// cluesShown is how many findings of suspicious data a unit's page names.
const cluesShown = 60

// unit shows one unit: what is asked of it, how its figures compare, what was found and checked.
func (s *server) unit(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, names, err := s.view(w, r, "units")
	if err != nil {
		return nil, err
	}
	ctx, code := r.Context(), r.PathValue("code")
	if _, ok := names.Units[code]; !ok {
		return nil, queries.ErrNotFound
	}
	p := page.Unit{View: v, Called: names}
	if p.Fields, err = s.forms(ctx); err != nil {
		return nil, err
	}
	if err := s.unitFindings(ctx, &p, code); err != nil {
		return nil, err
	}
	data, err := s.reader(ctx).ReadUnit(ctx, code, fieldsOf(p.Clues))
	if err != nil {
		return nil, err
	}
	p.UnitPage = *data
	if err := s.unitBurden(ctx, &p); err != nil {
		return nil, err
	}
	if err := s.unitCases(ctx, &p, names); err != nil {
		return nil, err
	}
	return p.Page(), nil
}

// unitFindings reads what was found about a unit.
func (s *server) unitFindings(ctx context.Context, p *page.Unit, code string) error {
	clues, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{Family: "fabrication", Units: []string{code}, Limit: cluesShown})
	if err != nil {
		return err
	}
	p.Clues = clues.Rows
	overload, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{Detector: "burden-overload", Units: []string{code}, Limit: 3})
	if err != nil {
		return err
	}
	p.Overload = overload.Rows
	all, err := s.reader(ctx).ReadFindings(ctx, queries.FindingQuery{Units: []string{code}, Limit: 1})
	if err != nil {
		return err
	}
	p.Others = all.Total
	return nil
}

// fieldsOf are the fields that findings say to look at, as form and field.
func fieldsOf(findings []queries.Finding) [][2]string {
	var out [][2]string
	for _, f := range findings {
		for _, l := range f.Evidence.Look {
			form := ""
			if len(f.Subject.Forms) > 0 {
				form = f.Subject.Forms[0]
			}
			// A form's id may hold a dot itself, so the form that the finding names comes first.
			field, ok := strings.CutPrefix(l.Field, form+".")
			if !ok || form == "" {
				continue
			}
			if pair := [2]string{form, field}; !slices.Contains(out, pair) {
				out = append(out, pair)
			}
			break // one field of every finding
		}
	}
	return out
}

// unitBurden reads what reporting takes of a unit, and of those of its kind.
func (s *server) unitBurden(ctx context.Context, p *page.Unit) error {
	all, err := s.reader(ctx).ReadUnits(ctx)
	if err != nil {
		return err
	}
	for _, u := range all {
		if u.Kind == p.Kind {
			p.Alike = append(p.Alike, u)
		}
		if u.Code == p.Code {
			p.Row = &u
		}
	}
	hours, err := s.reader(ctx).ReadBurden(ctx, []string{p.Code})
	if err != nil {
		return err
	}
	p.BurdenPage = *hours
	return nil
}

// unitCases reads what of a unit and of those below it is on the verification list, and what was checked.
func (s *server) unitCases(ctx context.Context, p *page.Unit, names *queries.NameTable) error {
	all, err := s.verifyItems(ctx)
	if err != nil {
		return err
	}
	within := names.Below(p.Code)
	items := slices.DeleteFunc(all, func(i queries.VerifyItem) bool {
		_, found := slices.BinarySearch(within, i.Unit)
		return !found
	})
	if p.Cases, err = s.verifyRows(ctx, items); err != nil {
		return err
	}
	outcomes, err := s.outcomes(ctx)
	if err != nil {
		return err
	}
	for _, o := range outcomes {
		if o.Unit == p.Code {
			p.Outcomes = append(p.Outcomes, o)
		}
	}
	matters, err := s.reader(ctx).Cases(ctx)
	if err != nil {
		return err
	}
	for _, c := range matters {
		if slices.ContainsFunc(c.Units, func(u string) bool { _, found := slices.BinarySearch(within, u); return found }) {
			p.Matters = append(p.Matters, c)
		}
	}
	return nil
}
