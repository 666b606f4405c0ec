package queries

import "context"

// ReadNames reads what everything is called.
func (s *Store) ReadNames(ctx context.Context) (*NameTable, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	return namesOf(registry), nil
}

func namesOf(registry *Registry) *NameTable {
	t := &NameTable{
		Systems: map[string]string{}, Units: map[string]string{}, Forms: map[string]string{}, Fields: map[string]string{},
		Parents: map[string]string{}, Owners: map[string]string{}, FormSystems: map[string]string{},
	}
	for _, v := range registry.Systems() {
		t.Systems[v.ID], t.Owners[v.ID] = orID(v.Name, v.ID), v.Owner
	}
	for _, v := range registry.Forms() {
		t.Forms[v.ID], t.FormSystems[v.ID] = orID(v.Title, v.ID), v.System
		for _, f := range v.Fields {
			t.Fields[v.ID+"."+f.ID] = orID(f.Label, f.ID)
		}
	}
	units := registry.Units()
	own, below, kinds := make(map[string]string, len(units)), map[string][]string{}, make(map[string]string, len(units))
	for _, v := range units {
		own[v.Code], t.Parents[v.Code], kinds[v.Code] = orID(v.Name, v.Code), v.Parent, v.Kind
	}
	for _, v := range units {
		t.Units[v.Code] = own[v.Code]
		parent, known := own[v.Parent]
		// Villages of different towns share names, so the town stands before the village.
		if known && (v.Kind == "village" || v.Kind == "community") {
			t.Units[v.Code] = parent + own[v.Code]
		}
		if !known {
			below[""] = append(below[""], v.Code)
		} else {
			below[v.Parent] = append(below[v.Parent], v.Code)
		}
	}
	// What is audited is the county below its province and city where only one is known, else the root. The bound guards
	// against a unit that is its own ancestor.
	at := ""
	for depth := 0; len(below[at]) == 1 && kinds[at] != "county" && depth < 10; depth++ {
		if at != "" && kinds[below[at][0]] != "county" && kinds[below[at][0]] != "city" {
			break
		}
		at = below[at][0]
	}
	t.Place = own[at]
	return t
}

func orID(name, id string) string {
	if name == "" {
		return id
	}
	return name
}
