package queries

import "context"

// strongest is how many findings stand on the first page under each heading.
const strongest = 5

// ReadOverview reads what the first page shows.
func (s *Store) ReadOverview(ctx context.Context) (*Overview, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	o := &Overview{Families: map[string]map[string]uint64{}, Units: uint64(len(registry.Units())), Forms: uint64(len(registry.Forms()))}
	for _, system := range registry.Systems() {
		o.Systems++
		if system.UsageCovered {
			o.Covered++
		}
	}
	h, err := s.horizon(ctx)
	if err != nil {
		return nil, err
	}
	o.DataTo, o.Analysed, o.From, o.To = h.data, h.analysed, h.from, h.to
	if err := s.burden(ctx, registry, h, o); err != nil {
		return nil, err
	}
	err = s.Each(ctx, "read.FamilyStatus", nil, func(scan func(...any) error) error {
		var family, status string
		var n uint64
		if err := scan(&family, &status, &n); err != nil {
			return err
		}
		if o.Families[family] == nil {
			o.Families[family] = map[string]uint64{}
		}
		o.Families[family][status] = n
		return nil
	})
	if err != nil {
		return nil, err
	}
	if o.Stop, err = s.strongestOpen(ctx, []string{"unused", "duplicate"}); err != nil {
		return nil, err
	}
	sources, err := s.ReadSources(ctx)
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		o.Sources++
		o.Quarantine += source.Quarantined
		if source.Error != "" {
			o.Broken = append(o.Broken, source.ID)
		}
	}
	return o, nil
}

// strongestOpen takes turns between families, so that one with many findings does not hide the other.
func (s *Store) strongestOpen(ctx context.Context, families []string) ([]Finding, error) {
	lists := make([][]Finding, len(families))
	for i, family := range families {
		rows, err := s.findings(ctx, "read.Findings", FindingScope{}.into(Params{
			"family": family, "detector": "", "severity": "", "status": "open", "system": "", "form": "", "units": []string{}, "text": "",
			"text_ids": []string{}, "ids": []string{}, "not_assessed": false, "sort": "", "ascending": false, "limit": uint64(strongest), "offset": uint64(0),
		}))
		if err != nil {
			return nil, err
		}
		lists[i] = rows
	}
	var out []Finding
	for turn := 0; len(out) < strongest && turn < strongest; turn++ {
		for _, list := range lists {
			if turn < len(list) && len(out) < strongest {
				out = append(out, list[turn])
			}
		}
	}
	return out, nil
}
