package analyzer

import (
	"context"

	"github.com/jianfu/jianfu/queries"
)

// burstRecords counts for every form of records, unit by unit, those entered one after the other at a desk. Clerks' accounts
// are set aside as fab-timing does.
func burstRecords(ctx context.Context, in Input, limits map[string]float64) ([]*burstForm, error) {
	from, to := in.verifySpan()
	shapes, err := in.Store.VisitShapes(ctx, from, to)
	if err != nil {
		return nil, err
	}
	byForm := map[string][]queries.VisitShape{}
	for _, s := range shapes {
		byForm[s.Form] = append(byForm[s.Form], s)
	}
	var out []*burstForm
	for _, form := range in.Registry.Forms() {
		if form.Per == "unit" || len(byForm[form.ID]) == 0 {
			continue
		}
		f := &burstForm{form: form}
		var entries []queries.VisitEntries
		var weeks uint64
		for _, chunk := range visitChunks(byForm[form.ID], limits) {
			units := make([]string, len(chunk))
			for i, s := range chunk {
				units[i] = s.Unit
			}
			part, err := in.Store.VisitEntries(ctx, form.ID, units, from, to)
			if err != nil {
				return nil, err
			}
			for _, e := range part {
				weeks = max(weeks, e.Weeks)
			}
			entries = append(entries, part...)
		}
		f.addEntries(entries, weeks, limits)
		if len(f.units) >= int(limits["min_units"]) {
			out = append(out, f)
		}
	}
	return out, nil
}

// addEntries adds the accounts of each unit up; entries are ordered by unit.
func (f *burstForm) addEntries(entries []queries.VisitEntries, weeks uint64, limits map[string]float64) {
	for i := 0; i < len(entries); {
		u := &burstUnit{form: f, unit: entries[i].Unit}
		located := uint64(0)
		last := i
		for last < len(entries) && entries[last].Unit == u.unit {
			located += entries[last].Located
			last++
		}
		for _, e := range entries[i:last] {
			blind := e.Located*50 <= e.Records && e.Late*5 < e.Records && e.Weeks >= 5
			if e.Desk*10 >= e.Records*8 || blind && (located > 0 && e.Weeks*5 >= weeks*2 || e.Weekdays <= 2) {
				u.waived.imported++
				continue
			}
			u.sign.hits, u.sign.of = u.sign.hits+e.Entered, u.sign.of+e.Records
			u.sittings += int(e.Sittings)
			u.most = max(u.most, int(e.Longest))
			u.waived.unbegun += int(e.Unbegun)
		}
		u.sign.id = "entered"
		if float64(u.sign.of) >= limits["min_visits"] {
			f.units = append(f.units, u)
		}
		i = last
	}
}
