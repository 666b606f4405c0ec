package web

import (
	"net/http"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/web/page"
)

// mostUrgent is how many places to verify the first page shows, each by its strongest finding.
const mostUrgent = 5

func (s *server) overview(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "overview")
	if err != nil {
		return nil, err
	}
	data, err := s.reader(r.Context()).ReadOverview(r.Context())
	if err != nil {
		return nil, err
	}
	p := page.Overview{View: v, Overview: *data}
	if p.Savable, err = s.savable(r.Context()); err != nil {
		return nil, err
	}
	list, err := s.reader(r.Context()).ReadVerifyList(r.Context())
	if err != nil {
		return nil, err
	}
	var first []string
	for _, i := range list {
		if !i.Recommended || i.Outcome != nil {
			continue
		}
		if p.Waiting++; len(first) < mostUrgent && len(i.Findings) > 0 {
			first = append(first, i.Findings[0])
		}
	}
	found, err := s.findingsByID(r.Context(), first)
	if err != nil {
		return nil, err
	}
	for _, id := range first {
		// One that a later analysis has withdrawn is passed over.
		if f, ok := found[id]; ok {
			p.Check = append(p.Check, f)
		}
	}
	outcomes, err := s.outcomes(r.Context())
	if err != nil {
		return nil, err
	}
	p.Tally = page.TallyOf(newestOutcomes(outcomes))
	return p.Page(), nil
}
