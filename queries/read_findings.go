package queries

import "context"

// ReadFindings reads one page of findings with its counts.
func (s *Store) ReadFindings(ctx context.Context, q FindingQuery) (*FindingPage, error) {
	params := Params{
		"family": q.Family, "detector": q.Detector, "severity": q.Severity, "status": q.Status, "system": q.System, "form": q.Form,
		"units": q.Units, "text": q.Text, "text_ids": q.TextIDs, "ids": q.IDs, "not_assessed": q.NotAssessed,
	}
	params = q.Scope.into(params)
	page := &FindingPage{Facets: map[string]map[string]uint64{}}
	if len(q.IDs) == 0 {
		err := s.Each(ctx, "read.FindingCounts", params, func(scan func(...any) error) error {
			var facet, value string
			var n uint64
			if err := scan(&facet, &value, &n); err != nil {
				return err
			}
			if facet == "total" {
				page.Total = n
				return nil
			}
			if page.Facets[facet] == nil {
				page.Facets[facet] = map[string]uint64{}
			}
			page.Facets[facet][value] = n
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	params["sort"], params["ascending"], params["limit"], params["offset"] = q.Sort, q.Ascending, q.Limit, q.Offset
	rows, err := s.findings(ctx, "read.Findings", params)
	if err != nil {
		return nil, err
	}
	page.Rows = rows
	if len(q.IDs) > 0 {
		page.Total = uint64(len(rows))
	}
	return page, nil
}

func (s *Store) findings(ctx context.Context, name string, params Params) ([]Finding, error) {
	var out []Finding
	err := s.Each(ctx, name, params, func(scan func(...any) error) error {
		f, err := scanFinding(scan)
		if err != nil {
			return err
		}
		out = append(out, f)
		return nil
	})
	return out, err
}
