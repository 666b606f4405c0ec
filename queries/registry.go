package queries

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// Registry is what is known of systems, units, forms and fields, in memory. It is safe for concurrent use; the values it
// hands out are copies.
type Registry struct {
	store *Store
	mutex sync.RWMutex

	systems map[string]System
	units   map[string]Unit
	forms   map[string]*Form // with fields in layout order
	byName  map[string]string

	changedSystems, changedUnits, changedForms map[string]bool
	changedFields                              map[[2]string]bool
}

// OpenRegistry reads the registry from the store.
func OpenRegistry(ctx context.Context, s *Store) (*Registry, error) {
	r := &Registry{store: s}
	return r, r.Reload(ctx)
}

// Reload reads it again, for what other processes declared meanwhile: two that gave positions to the same new field would
// otherwise disagree. While changes wait to be saved it does nothing.
func (r *Registry) Reload(ctx context.Context) error {
	r.mutex.Lock()
	defer r.mutex.Unlock()
	if len(r.changedSystems)+len(r.changedUnits)+len(r.changedForms)+len(r.changedFields) > 0 {
		return nil
	}
	systems, units, forms := map[string]System{}, map[string]Unit{}, map[string]*Form{}
	err := r.store.Each(ctx, "registry.Systems", nil, func(scan func(...any) error) error {
		var v System
		err := scan(&v.ID, &v.Name, &v.Owner, &v.Level, &v.Kind, &v.Launched, &v.AnnualCost, &v.EntitledUsers, &v.Cycle, &v.Season,
			&v.Successor, &v.Waiver.Rule, &v.Waiver.Basis, &v.Waiver.Until, &v.UsageCovered, &v.Filed, &v.FiledKnown, &v.Declared)
		v.Launched, v.Waiver.Until = known(v.Launched), known(v.Waiver.Until)
		systems[v.ID] = v
		return err
	})
	if err != nil {
		return err
	}
	err = r.store.Each(ctx, "registry.Units", nil, func(scan func(...any) error) error {
		var v Unit
		err := scan(&v.Code, &v.Name, &v.Parent, &v.Kind, &v.Population, &v.Staff, &v.Declared)
		units[v.Code] = v
		return err
	})
	if err != nil {
		return err
	}
	err = r.store.Each(ctx, "registry.Forms", nil, func(scan func(...any) error) error {
		var v Form
		err := scan(&v.ID, &v.System, &v.Title, &v.Cycle, &v.DueDays, &v.Basis, &v.Approved, &v.ApprovedKnown, &v.Per, &v.Prefilled, &v.Declared)
		forms[v.ID] = &v
		return err
	})
	if err != nil {
		return err
	}
	err = r.store.Each(ctx, "registry.Fields", nil, func(scan func(...any) error) error {
		var v Field
		err := scan(&v.Form, &v.ID, &v.Position, &v.Label, &v.Type, &v.Measure, &v.UnitOf, &v.Codes, &v.Role, &v.Target, &v.Required, &v.Declared)
		if f := forms[v.Form]; f != nil {
			f.Fields = append(f.Fields, v)
		}
		return err
	})
	if err != nil {
		return err
	}
	r.systems, r.units, r.forms, r.byName = systems, units, forms, map[string]string{}
	for _, code := range slices.Sorted(maps.Keys(units)) {
		r.name(units[code])
	}
	r.changedSystems, r.changedUnits, r.changedForms, r.changedFields = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[[2]string]bool{}
	return nil
}

// known turns ClickHouse's first day into "unknown".
func known(t time.Time) time.Time {
	if t.Unix() <= 0 {
		return time.Time{}
	}
	return t
}

// name remembers a unit's name as long as it is unambiguous.
func (r *Registry) name(u Unit) {
	if u.Name == "" {
		return
	}
	if code, taken := r.byName[u.Name]; taken && code != u.Code {
		r.byName[u.Name] = ""
		return
	}
	r.byName[u.Name] = u.Code
}

// UnitCode finds the division code of a unit that an upstream calls by name; ok is false when no unit, or more than one,
// has that name.
func (r *Registry) UnitCode(nameOrCode string) (code string, ok bool) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	if _, ok := r.units[nameOrCode]; ok {
		return nameOrCode, true
	}
	code = r.byName[nameOrCode]
	return code, code != ""
}

// System, Unit and Form give one record; ok is false when it is not known.
func (r *Registry) System(id string) (v System, ok bool) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	v, ok = r.systems[id]
	return v, ok
}

// Unit gives one unit by its code.
func (r *Registry) Unit(code string) (v Unit, ok bool) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	v, ok = r.units[code]
	return v, ok
}

// Form gives one form with its fields in layout order.
func (r *Registry) Form(id string) (v Form, ok bool) {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	f, ok := r.forms[id]
	if !ok {
		return Form{}, false
	}
	v = *f
	v.Fields = slices.Clone(f.Fields)
	return v, true
}

// Systems, Units and Forms list everything in the order of ids.
func (r *Registry) Systems() []System {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	return sorted(r.systems)
}

// Units lists all units in the order of codes.
func (r *Registry) Units() []Unit {
	r.mutex.RLock()
	defer r.mutex.RUnlock()
	return sorted(r.units)
}

// Forms lists all forms with their fields, in the order of ids.
func (r *Registry) Forms() []Form {
	r.mutex.RLock()
	ids := slices.Sorted(maps.Keys(r.forms))
	r.mutex.RUnlock()
	out := make([]Form, 0, len(ids))
	for _, id := range ids {
		if f, ok := r.Form(id); ok {
			out = append(out, f)
		}
	}
	return out
}

func sorted[V any](m map[string]V) []V {
	out := make([]V, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}

// Field gives one field of a form.
func (r *Registry) Field(form, field string) (Field, bool) {
	f, ok := r.Form(form)
	if !ok {
		return Field{}, false
	}
	for _, v := range f.Fields {
		if v.ID == field {
			return v, true
		}
	}
	return Field{}, false
}
