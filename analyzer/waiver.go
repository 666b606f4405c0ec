package analyzer

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// waiver exempts one system, one form or all systems of one department from a rule. Exactly one of system, form and owner is
// set. It is in force on the days from to until; a zero until does not end, a zero from has begun.
type waiver struct {
	rule                string // a detector, a family, a beginning such as policy-*, or empty for everything asked from above
	system, form, owner string
	basis               string
	from, until         time.Time
	by                  string // who granted it, where that is known
}

// Waivers are the exemptions that people granted, beside those of the registry and of the policy file.
type Waivers struct{ granted []waiver }

// LoadWaivers reads the exemptions that were granted to owners who asked for them.
func LoadWaivers(ctx context.Context, store *queries.Store) (*Waivers, error) {
	exemptions, err := store.Exemptions(ctx)
	if err != nil {
		return nil, err
	}
	w := &Waivers{}
	for _, e := range exemptions {
		w.granted = append(w.granted, waiver{rule: e.Rule, system: e.System, basis: e.Basis, from: e.From, until: e.Until, by: e.By})
	}
	return w, nil
}

// waivers brings all sources together.
func (in Input) waivers() []waiver {
	var all []waiver
	if in.Waivers != nil {
		all = append(all, in.Waivers.granted...)
	}
	for _, w := range in.Policy.Waivers {
		all = append(all, w.waiver())
	}
	if in.Registry == nil {
		return all
	}
	for _, s := range in.Registry.Systems() {
		if w := s.Waiver; w.Rule != "" || w.Basis != "" {
			all = append(all, waiver{rule: w.Rule, system: s.ID, basis: w.Basis, until: w.Until})
		}
	}
	return all
}

// saysNoWaiver are explanations that ask for a waiver.
var saysNoWaiver = []string{"rules.explain.emergency", "idle.explain.standby", "forced.explain.emergency"}

// strayWaivers names what the policy's waivers exempt and nobody knows: a slip of the pen exempts nobody.
func (in Input) strayWaivers() []string {
	owners := map[string]bool{}
	for _, s := range in.Registry.Systems() {
		owners[s.Owner] = true
	}
	var out []string
	for _, w := range in.Policy.Waivers {
		_, system := in.Registry.System(w.System)
		_, form := in.Registry.Form(w.Form)
		if !system && !form && !owners[w.Owner] {
			out = append(out, cmp.Or(w.System, w.Form, w.Owner))
		}
	}
	return out
}

// verdictOf are rules that only repeat the verdict of another detector: who is exempt from that one is exempt from them.
var verdictOf = map[string]string{"policy-low-use": "idle-system"}

// answers says whether a waiver speaks of a detector. One that names no rule speaks of all that is asked from above; doubts about
// the data of villages are no demand that a system could be exempt from, so they have to be named.
func (w waiver) answers(meta Meta) bool {
	switch {
	case w.rule == "" || w.rule == "*":
		return meta.Family != "fabrication"
	case w.rule == meta.ID || w.rule == meta.Family || w.rule == verdictOf[meta.ID]:
		return true
	}
	beginning, ok := strings.CutSuffix(w.rule, "*")
	return ok && beginning != "" && strings.HasPrefix(meta.ID, beginning)
}

// A waiver's standing on the day that is judged, the strongest first.
const (
	waiverInForce = iota
	waiverEnded
	waiverUnfounded // names a rule of policy without a basis
	waiverToCome
)

func (w waiver) standing(meta Meta, to time.Time) int {
	switch {
	case w.basis == "" && meta.Family == "policy":
		return waiverUnfounded
	case !w.until.IsZero() && w.until.Before(to):
		return waiverEnded
	case w.from.After(to):
		return waiverToCome
	}
	return waiverInForce
}

// waivedThing is a form or a system that a finding is about.
type waivedThing struct{ form, system, owner string }

// best is the waiver that decides about a thing: one in force before one that ended, and of those the latest.
func best(all []waiver, thing waivedThing, meta Meta, to time.Time) (w waiver, standing int, found bool) {
	for _, x := range all {
		concerns := x.form != "" && x.form == thing.form || x.system != "" && x.system == thing.system || x.owner != "" && x.owner == thing.owner
		if !concerns || !x.answers(meta) {
			continue
		}
		s := x.standing(meta, to)
		if !found || s < standing || s == standing && later(x, w) {
			w, standing, found = x, s, true
		}
	}
	return w, standing, found
}

// later says whether a waiver lasts longer than another.
func later(a, b waiver) bool {
	return !b.until.IsZero() && (a.until.IsZero() || a.until.After(b.until))
}

// waiverOf is the waiver in force that exempts a system from a detector.
func (in Input) waiverOf(s queries.System, meta Meta) (waiver, bool) {
	w, standing, found := best(in.waivers(), waivedThing{system: s.ID, owner: s.Owner}, meta, in.Window.To)
	return w, found && standing == waiverInForce
}

// honouring applies waivers to what a detector finds. It is the one place that does.
type honouring struct{ Detector }

func honourWaivers(all []Detector) []Detector {
	out := make([]Detector, len(all))
	for i, d := range all {
		out[i] = honouring{d}
	}
	return out
}

// Detect implements Detector.
func (h honouring) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	found, err := h.Detector.Detect(ctx, in)
	if all := in.waivers(); err == nil && len(all) > 0 {
		for i := range found {
			in.honour(&found[i], h.Meta(), all)
		}
	}
	return found, err
}

// Keep implements Keeper.
func (h honouring) Keep(ctx context.Context, in Input, run queries.Analysis) error {
	if keeper, more := h.Detector.(Keeper); more {
		return keeper.Keep(ctx, in, run)
	}
	return nil
}

// honour marks a finding as waived where everything it is about is exempt, and says so; where a waiver ended, does not count or
// covers a part only, the finding stays and says that.
func (in Input) honour(f *queries.Finding, meta Meta, all []waiver) {
	if f.Status == "not_assessed" {
		return
	}
	subject := f.Subject
	if meta.Family == "unused" {
		subject.Systems = subject.Systems[:min(1, len(subject.Systems))] // the others took over from it
	}
	things := in.thingsOf(subject)
	exempt := 0
	said := map[waiver]bool{}
	var notes []queries.Message
	for _, thing := range things {
		w, standing, found := best(all, thing, meta, in.Window.To)
		if !found || standing == waiverToCome {
			continue
		}
		if standing == waiverInForce {
			exempt++
		}
		if !said[w] {
			said[w] = true
			notes = append(notes, w.explain(standing, thing))
		}
	}
	if exempt > 0 && exempt == len(things) {
		f.Status = "waived"
		f.Explanations = slices.DeleteFunc(slices.Clone(f.Explanations), func(m queries.Message) bool { return slices.Contains(saysNoWaiver, m.Key) })
	} else if exempt > 0 {
		notes = append(notes, queries.Message{Key: "waiver.explain.partly", Params: map[string]any{"n": exempt, "all": len(things)}})
	}
	// A new slice: detectors may share one between their findings.
	f.Explanations = slices.Concat(notes, f.Explanations)
}

func (w waiver) explain(standing int, thing waivedThing) queries.Message {
	params := map[string]any{"system": cmp.Or(thing.system, thing.form), "basis": w.basis}
	if !w.until.IsZero() {
		params["until"] = w.until.Format(time.DateOnly)
	}
	if w.by != "" {
		params["by"] = w.by
	}
	switch {
	case standing == waiverUnfounded:
		return queries.Message{Key: "waiver.explain.no_basis", Params: params}
	case standing == waiverEnded:
		return queries.Message{Key: "waiver.explain.ended", Params: params}
	case w.basis == "":
		return queries.Message{Key: "waiver.explain.basis_missing", Params: params}
	case w.until.IsZero():
		return queries.Message{Key: "waiver.explain.no_expiry", Params: params}
	case w.by != "":
		return queries.Message{Key: "waiver.explain.granted", Params: params}
	}
	return queries.Message{Key: "waiver.explain.in_force", Params: params}
}

// thingsOf lists the forms of a subject, and the systems of which it names no form.
func (in Input) thingsOf(s queries.Subject) []waivedThing {
	var out []waivedThing
	covered := map[string]bool{}
	owner := func(system string) string {
		if in.Registry == nil {
			return ""
		}
		v, _ := in.Registry.System(system)
		return v.Owner
	}
	for _, id := range s.Forms {
		system := ""
		if in.Registry != nil {
			f, _ := in.Registry.Form(id)
			system = f.System
		}
		covered[system] = true
		out = append(out, waivedThing{id, system, owner(system)})
	}
	for _, id := range s.Systems {
		if !covered[id] {
			out = append(out, waivedThing{"", id, owner(id)})
		}
	}
	return out
}
