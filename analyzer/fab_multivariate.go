package analyzer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// fabMultivariate looks for units whose records are, taken together, unlike those of all others. It only orders: it has no p.
type fabMultivariate struct{}

// Meta implements Detector.
func (fabMultivariate) Meta() Meta {
	return Meta{ID: "fab-multivariate", Family: "fabrication", Version: 1}
}

// Detect implements Detector.
func (d fabMultivariate) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	from, to := in.verifySpan()
	all, err := in.Store.FormSizes(ctx, from, to)
	if err != nil {
		return nil, err
	}
	byForm := map[string]map[string]queries.FormSize{}
	for at, n := range all {
		if byForm[at.Form] == nil {
			byForm[at.Form] = map[string]queries.FormSize{}
		}
		byForm[at.Form][at.Unit] = n
	}
	var out []queries.Finding
	for _, form := range in.Registry.Forms() {
		found, reason, err := d.form(ctx, in, form, byForm, limits)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
		if reason.Key != "" {
			out = append(out, NotAssessed(d.Meta().ID, queries.Subject{Systems: []string{form.System}, Forms: []string{form.ID}}, reason, form.ID))
		}
	}
	return out, nil
}

// form judges one form, by the records of its units or, where every unit has one, by the figures themselves.
func (d fabMultivariate) form(ctx context.Context, in Input, form queries.Form, byForm map[string]map[string]queries.FormSize, limits map[string]float64) ([]queries.Finding, queries.Message, error) {
	sizes := byForm[form.ID]
	if len(sizes) == 0 {
		return nil, fabReason("no_data", map[string]any{"form": form.ID}), nil
	}
	once := collectedOnce(sizes) || len(byForm) == 1
	single := singleRecords(sizes)
	least, need := limits["min_records"], limits["min_units"]
	if single {
		least, need = 1, limits["single_units"]
	}
	records := map[string]uint64{}
	for unit, n := range sizes {
		if float64(n.Records) >= least && (!single || n.Records == 1) {
			records[unit] = n.Records
		}
	}
	if float64(len(records)) < need {
		return nil, fabReason("multi_records", map[string]any{"form": form.ID, "units": len(sizes), "n": len(records), "need": need, "records": least}), nil
	}
	table, err := sampleRecords(ctx, in, form, records, limits)
	if err != nil {
		return nil, queries.Message{}, err
	}
	table.once, table.single = once, single
	if numbers, _ := table.columns(); single && float64(len(numbers)) < limits["single_fields"] {
		return nil, fabReason("multi_features", map[string]any{"form": form.ID, "n": len(numbers), "need": limits["single_fields"]}), nil
	}
	return d.judge(ctx, in, table, limits)
}

// usualShare of the units is what most units do.
const usualShare = 0.8

// singleRecords says whether units have one record each.
func singleRecords(sizes map[string]queries.FormSize) bool {
	n := 0
	for _, s := range sizes {
		n += boolInt(s.Records == 1)
	}
	return float64(n) >= usualShare*float64(len(sizes))
}

// collectedOnce says whether the records of a unit are of one time, as those of an experiment or a survey are, and no running report.
func collectedOnce(sizes map[string]queries.FormSize) bool {
	n := 0
	for _, s := range sizes {
		n += boolInt(s.Days == 0)
	}
	return float64(n) >= usualShare*float64(len(sizes))
}

// mostSampled is how many records of a form are read in all.
const mostSampled = 60_000

// sampleRecords reads a sample of a form's records: at most sample_records of a unit, fewer where there are many units.
func sampleRecords(ctx context.Context, in Input, form queries.Form, sizes map[string]uint64, limits map[string]float64) (*recordTable, error) {
	t := &recordTable{form: form}
	var ids []string
	for _, f := range form.Fields {
		if describes(f) && !slices.Contains(form.Prefilled, f.ID) {
			t.fields = append(t.fields, f)
			ids = append(ids, f.ID)
		}
	}
	limit := max(uint64(limits["min_records"]), min(uint64(limits["sample_records"]), uint64(mostSampled/len(sizes))))
	from, to := in.verifySpan()
	err := in.Store.SampleRecords(ctx, form.ID, ids, sizes, limit, from, to, func(r queries.SampledRecord) error {
		if len(t.units) == 0 || t.units[len(t.units)-1].code != r.Unit {
			t.units = append(t.units, recordUnit{code: r.Unit, total: int(sizes[r.Unit]), numbers: make([][]float64, len(ids)), codes: make([][]string, len(ids))})
		}
		u := &t.units[len(t.units)-1]
		u.rows++
		for f := range ids {
			u.numbers[f] = append(u.numbers[f], r.Numbers[f])
			u.codes[f] = append(u.codes[f], strings.Clone(codeOf(r.Numbers[f], r.Texts[f])))
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("unable to sample the records of %s: %w", form.ID, err)
	}
	return t, nil
}

// describes says whether a field holds a figure or an answer, and not who or when.
func describes(f queries.Field) bool {
	if f.Role == "key" || f.Role == "header" {
		return false
	}
	switch f.Type {
	case "", "integer", "number", "bool", "code", "text":
		return true
	}
	return false
}

// judge describes the units of a form and orders those that stand out.
func (d fabMultivariate) judge(ctx context.Context, in Input, t *recordTable, limits map[string]float64) ([]queries.Finding, queries.Message, error) {
	params := map[string]any{"form": t.form.ID}
	var out []queries.Finding
	judged := 0
	for _, group := range t.groups(in) {
		declared := 0
		reference := make([]bool, len(group.units))
		for i, u := range group.units {
			if in.Policy.Verify.genuine(u.code) {
				reference[i] = true
				declared++
			}
		}
		if declared == 0 {
			for i := range reference {
				reference[i] = true
			}
		}
		need := limits["min_units"]
		if group.single {
			need = limits["single_units"]
		}
		if n := max(declared, len(group.units)*boolInt(declared == 0)); float64(n) < need {
			continue
		}
		features := group.features()
		if float64(len(features)) < limits["min_features"] {
			params["n"], params["need"] = len(features), limits["min_features"]
			return nil, fabReason("multi_features", params), nil
		}
		sizes := make([]int, len(group.units))
		for i, u := range group.units {
			sizes[i] = u.rows
		}
		s, reference, err := group.stand(features, reference, sizes, declared > 0, limits)
		if err != nil {
			continue // all features of the group lie in a plane: there is no distance
		}
		judged += len(group.units)
		out = append(out, group.findings(in, s, features, reference, declared)...)
		if err := ctx.Err(); err != nil {
			return nil, queries.Message{}, err
		}
	}
	if judged == 0 {
		params["units"], params["n"], params["need"], params["records"] = len(t.units), 0, limits["min_units"], limits["min_records"]
		return nil, fabReason("multi_records", params), nil
	}
	return out, queries.Message{}, nil
}

// stand measures the units and picks those that stand out. Without a declared reference the reference of a collection of data
// sets is its tightest part, grown by all that stand as near; that of a running report is all units, of which few can stand out.
func (t *recordTable) stand(features []feature, reference []bool, sizes []int, declared bool, limits map[string]float64) (*standing, []bool, error) {
	candidates := make([]bool, len(reference))
	for u, in := range reference {
		candidates[u] = !declared || !in
	}
	switch {
	case declared:
		s, err := standings(features, reference, sizes)
		if err == nil {
			s.pick(candidates, 1, limits["reference_z"])
		}
		return s, reference, err
	case t.once:
		s, reference, err := grown(features, core(features, sizes), sizes, limits["grown_z"])
		if err == nil {
			s.pick(candidates, limits["max_false"], limits["min_z"])
		}
		return s, reference, err
	}
	s, err := standings(features, reference, sizes)
	if err == nil {
		s.pick(candidates, limits["max_false"], limits["running_z"])
		s.few(max(int(limits["running_units"]), int(limits["running_share"]*float64(len(t.units)))))
	}
	return s, reference, err
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// genuine says whether a unit was declared to be of the genuine reference.
func (v VerifyPolicy) genuine(unit string) bool {
	return slices.ContainsFunc(v.Reference, func(prefix string) bool { return strings.HasPrefix(unit, prefix) })
}

// groups are the units of one kind (village, community, town), which are compared with one another: all of them where a genuine
// reference is declared, which says itself what is comparable.
func (t *recordTable) groups(in Input) []*recordTable {
	if len(in.Policy.Verify.Reference) > 0 && slices.ContainsFunc(t.units, func(u recordUnit) bool { return in.Policy.Verify.genuine(u.code) }) {
		return []*recordTable{t}
	}
	var kinds []string
	byKind := map[string]*recordTable{}
	for _, u := range t.units {
		kind := ""
		if known, ok := in.Registry.Unit(u.code); ok {
			kind = known.Kind
		}
		if byKind[kind] == nil {
			byKind[kind] = &recordTable{form: t.form, fields: t.fields, once: t.once, single: t.single}
			kinds = append(kinds, kind)
		}
		byKind[kind].units = append(byKind[kind].units, u)
	}
	out := make([]*recordTable, len(kinds))
	for i, k := range kinds {
		out[i] = byKind[k]
	}
	return out
}
