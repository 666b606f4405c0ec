package queries

import (
	"context"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
	"time"
)

// DeclareSystem merges a system into the registry. What was declared is never overwritten by what was merely learnt.
func (r *Registry) DeclareSystem(v System) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	old, exists := r.systems[v.ID]
	if exists && (old.Declared && !v.Declared || reflect.DeepEqual(old, v)) {
		return
	}
	r.systems[v.ID] = v
	r.changedSystems[v.ID] = true
}

// DeclareUnit merges a unit into the registry.
func (r *Registry) DeclareUnit(v Unit) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	old, exists := r.units[v.Code]
	if exists && (old.Declared && !v.Declared || old == v) {
		return
	}
	r.units[v.Code] = v
	r.name(v)
	r.changedUnits[v.Code] = true
}

// DeclareForm merges a form and its fields into the registry. Fields keep the positions they have; new ones follow.
func (r *Registry) DeclareForm(v Form) {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	v.ApprovedKnown = v.ApprovedKnown || v.Approved
	old, exists := r.forms[v.ID]
	switch {
	case !exists:
		f := v
		f.Fields = nil
		r.forms[v.ID] = &f
		r.changedForms[v.ID] = true
	case !old.Declared || v.Declared:
		f := v
		f.Fields = old.Fields
		if !sameForm(f, *old) {
			r.forms[v.ID] = &f
			r.changedForms[v.ID] = true
		}
	}
	for _, field := range v.Fields {
		r.declareField(v.ID, field)
	}
}

func sameForm(a, b Form) bool {
	a.Fields, b.Fields = nil, nil
	if len(a.Prefilled) == 0 && len(b.Prefilled) == 0 {
		a.Prefilled, b.Prefilled = nil, nil
	}
	return reflect.DeepEqual(a, b)
}

func (r *Registry) declareField(form string, v Field) {
	v.Form = form
	f := r.forms[form]
	i := slices.IndexFunc(f.Fields, func(x Field) bool { return x.ID == v.ID })
	if i < 0 {
		v.Position = uint16(len(f.Fields))
		f.Fields = append(slices.Clip(f.Fields), v)
		r.changedFields[[2]string{form, v.ID}] = true
		return
	}
	old := f.Fields[i]
	v.Position = old.Position
	if old.Declared && !v.Declared || sameField(old, v) {
		return
	}
	f.Fields = slices.Clone(f.Fields)
	f.Fields[i] = v
	r.changedFields[[2]string{form, v.ID}] = true
}

func sameField(a, b Field) bool {
	sameTarget := a.Target == b.Target || math.IsNaN(a.Target) && math.IsNaN(b.Target)
	codes := maps.Equal(a.Codes, b.Codes)
	a.Target, b.Target, a.Codes, b.Codes = 0, 0, nil, nil
	return sameTarget && codes && reflect.DeepEqual(a, b)
}

// Layout gives the fields of a form in the order of the arrays of submissions, after adding those that are seen for the
// first time. An unknown form, and its unknown fields, are registered as undeclared.
func (r *Registry) Layout(form string, seen []Field) []Field {
	r.mutex.RLock()
	f := r.forms[form]
	if f != nil {
		fields := f.Fields
		r.mutex.RUnlock()
		missing := false
		for _, s := range seen {
			if !slices.ContainsFunc(fields, func(x Field) bool { return x.ID == s.ID }) {
				missing = true
				break
			}
		}
		if !missing {
			return fields
		}
	} else {
		r.mutex.RUnlock()
	}
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if r.forms[form] == nil {
		r.forms[form] = &Form{ID: form, Title: form}
		r.changedForms[form] = true
	}
	for _, s := range seen {
		if !slices.ContainsFunc(r.forms[form].Fields, func(x Field) bool { return x.ID == s.ID }) {
			r.declareField(form, s)
		}
	}
	return r.forms[form].Fields
}

// Save stores what changed since the last call. It comes before the batch that needs it: a form without submissions does no
// harm, a submission without its form would.
func (r *Registry) Save(ctx context.Context) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	for _, save := range []func(context.Context) error{r.saveSystems, r.saveUnits, r.saveForms, r.saveFields} {
		if err := save(ctx); err != nil {
			return err
		}
	}
	return nil
}

// day is a date for ClickHouse, whose first day stands for "unknown".
func day(t time.Time) time.Time {
	if t.IsZero() {
		return time.Unix(0, 0).UTC()
	}
	return t
}

func orEmpty(v []string) []string {
	if v == nil {
		return []string{}
	}
	return v
}

// column collects one property of all records.
func column[R, T any](all []R, get func(R) T) []T {
	out := make([]T, len(all))
	for i, r := range all {
		out[i] = get(r)
	}
	return out
}

// put inserts the changed records of one table and merges them with the rows they replace, so that a plain SELECT sees
// each record once. The registry is small; this costs milliseconds.
func (r *Registry) put(ctx context.Context, table string, all ...any) error {
	if err := r.store.insert(ctx, "registry.Set"+table, columns(all...)); err != nil {
		return fmt.Errorf("unable to store the registry: %w", err)
	}
	return r.store.exec(ctx, "registry.Merge"+table, nil)
}

func (r *Registry) saveSystems(ctx context.Context) error {
	var v []System
	for _, id := range slices.Sorted(maps.Keys(r.changedSystems)) {
		v = append(v, r.systems[id])
	}
	if len(v) == 0 {
		return nil
	}
	err := r.put(ctx, "Systems",
		column(v, func(s System) string { return s.ID }), column(v, func(s System) string { return s.Name }),
		column(v, func(s System) string { return s.Owner }), column(v, func(s System) string { return s.Level }),
		column(v, func(s System) string { return s.Kind }), column(v, func(s System) time.Time { return day(s.Launched) }),
		column(v, func(s System) float64 { return s.AnnualCost }), column(v, func(s System) uint64 { return s.EntitledUsers }),
		column(v, func(s System) string { return s.Cycle }), column(v, func(s System) []string { return orEmpty(s.Season) }),
		column(v, func(s System) string { return s.Successor }), column(v, func(s System) string { return s.Waiver.Rule }),
		column(v, func(s System) string { return s.Waiver.Basis }), column(v, func(s System) time.Time { return day(s.Waiver.Until) }),
		column(v, func(s System) bool { return s.UsageCovered }), column(v, func(s System) bool { return s.Filed }),
		column(v, func(s System) bool { return s.FiledKnown }), column(v, func(s System) bool { return s.Declared }),
		repeat(time.Now(), len(v)))
	if err == nil {
		clear(r.changedSystems)
	}
	return err
}

func (r *Registry) saveUnits(ctx context.Context) error {
	var v []Unit
	for _, code := range slices.Sorted(maps.Keys(r.changedUnits)) {
		v = append(v, r.units[code])
	}
	if len(v) == 0 {
		return nil
	}
	err := r.put(ctx, "Units",
		column(v, func(u Unit) string { return u.Code }), column(v, func(u Unit) string { return u.Name }),
		column(v, func(u Unit) string { return u.Parent }), column(v, func(u Unit) string { return u.Kind }),
		column(v, func(u Unit) uint64 { return u.Population }), column(v, func(u Unit) uint64 { return u.Staff }),
		column(v, func(u Unit) bool { return u.Declared }), repeat(time.Now(), len(v)))
	if err == nil {
		clear(r.changedUnits)
	}
	return err
}

func (r *Registry) saveForms(ctx context.Context) error {
	var v []*Form
	for _, id := range slices.Sorted(maps.Keys(r.changedForms)) {
		v = append(v, r.forms[id])
	}
	if len(v) == 0 {
		return nil
	}
	err := r.put(ctx, "Forms",
		column(v, func(f *Form) string { return f.ID }), column(v, func(f *Form) string { return f.System }),
		column(v, func(f *Form) string { return f.Title }), column(v, func(f *Form) string { return f.Cycle }),
		column(v, func(f *Form) int32 { return f.DueDays }), column(v, func(f *Form) string { return f.Basis }),
		column(v, func(f *Form) bool { return f.Approved }), column(v, func(f *Form) bool { return f.ApprovedKnown }),
		column(v, func(f *Form) string { return f.Per }),
		column(v, func(f *Form) []string { return orEmpty(f.Prefilled) }), column(v, func(f *Form) bool { return f.Declared }),
		repeat(time.Now(), len(v)))
	if err == nil {
		clear(r.changedForms)
	}
	return err
}

func (r *Registry) saveFields(ctx context.Context) error {
	var v []Field
	for id := range r.changedFields {
		f := r.forms[id[0]]
		i := slices.IndexFunc(f.Fields, func(x Field) bool { return x.ID == id[1] })
		v = append(v, f.Fields[i])
	}
	if len(v) == 0 {
		return nil
	}
	err := r.put(ctx, "Fields",
		column(v, func(f Field) string { return f.Form }), column(v, func(f Field) string { return f.ID }),
		column(v, func(f Field) uint16 { return f.Position }), column(v, func(f Field) string { return f.Label }),
		column(v, func(f Field) string { return f.Type }), column(v, func(f Field) string { return f.Measure }),
		column(v, func(f Field) string { return f.UnitOf }), column(v, func(f Field) map[string]string {
			if f.Codes == nil {
				return map[string]string{}
			}
			return f.Codes
		}),
		column(v, func(f Field) string { return f.Role }), column(v, func(f Field) float64 { return f.Target }),
		column(v, func(f Field) bool { return f.Required }), column(v, func(f Field) bool { return f.Declared }),
		repeat(time.Now(), len(v)))
	if err == nil {
		clear(r.changedFields)
	}
	return err
}
