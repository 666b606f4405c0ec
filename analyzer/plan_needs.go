package analyzer

import (
	"math"

	"github.com/jianfu/jianfu/queries"
)

// apart says that the law keeps the data of two forms apart: it binds one of them to its purpose, or both collect data about
// persons on different legal grounds for different departments (个人信息保护法 第六条、第二十三条).
func (p *planner) apart(l *planLink) bool { return l.law != "" || p.ownGrounds(l.from.form, l.to.form) }

func (p *planner) ownGrounds(from, to int) bool {
	x, y := &p.forms[from], &p.forms[to]
	return x.personal() && y.personal() && p.otherOwner(from, to) && x.Basis != "" && y.Basis != "" && x.Basis != y.Basis
}

func (p *planner) otherOwner(from, to int) bool {
	x, y := &p.forms[from].system, &p.forms[to].system
	return x.Owner != y.Owner && x.Owner != "" && y.Owner != ""
}

// needs is what has to be done before a line can be followed.
func (p *planner) needs(l *planLink) []queries.Message {
	out := p.legalNeeds(l)
	add := func(key string, params map[string]any) {
		out = append(out, queries.Message{Key: "plan.need." + key, Params: params})
	}
	from, to := &p.forms[l.from.form], &p.forms[l.to.form]
	if l.drop {
		out = append(out, p.formNeeds(to)...)
	}
	if from.System != to.System {
		add("interface", map[string]any{"system_source": from.System, "system": to.System})
	}
	if len(l.codes) > 0 {
		add("codes", map[string]any{"n": len(l.codes)})
	}
	if l.factor > 0 {
		add("factor", map[string]any{"of_source": p.at(l.from).UnitOf, "of": p.at(l.to).UnitOf, "factor": l.factor})
	}
	switch l.join {
	case joinSum, joinLast, joinUnits, joinRecords, joinCount:
		add("rule."+string(l.join), map[string]any{"cycle_source": from.cycle, "cycle": to.cycle})
	default:
		if l.relation == RelationComputed {
			add("rule.computed", nil)
		}
	}
	switch {
	case math.IsNaN(l.agreement):
		add("check", nil)
	case l.agreement < p.limits["settled_agreement"]:
		add("reconcile", map[string]any{"agreement": l.agreement})
	}
	if l.late > 0 {
		add("later", map[string]any{"days": math.Ceil(l.late), "form_source": from.ID})
	}
	if rest := (1 - l.units) * float64(to.use.Units); rest >= 1 {
		add("rest", map[string]any{"n": math.Round(rest), "of": to.use.Units, "form_source": from.ID})
	}
	if len(out) == 0 {
		add("none", nil)
	}
	return out
}

// legalNeeds are the legal grounds that handing data on takes.
func (p *planner) legalNeeds(l *planLink) []queries.Message {
	from, to := &p.forms[l.from.form], &p.forms[l.to.form]
	params := map[string]any{"owner_source": from.system.Owner, "owner": to.system.Owner, "form_source": from.ID, "form": to.ID}
	switch {
	case l.law != "":
		params["law"] = l.law
		return []queries.Message{{Key: "plan.need.legal.law", Params: params}}
	case p.ownGrounds(l.from.form, l.to.form):
		params["basis_source"], params["basis"] = from.Basis, to.Basis
		return []queries.Message{{Key: "plan.need.legal.grounds", Params: params}}
	case from.personal() && to.personal() && p.otherOwner(l.from.form, l.to.form):
		return []queries.Message{{Key: "plan.need.legal.persons", Params: params}}
	}
	return nil
}

// formNeeds are the approvals that asking less on a form takes.
func (p *planner) formNeeds(f *dupForm) []queries.Message {
	var out []queries.Message
	if f.Basis != "" {
		out = append(out, queries.Message{Key: "plan.need.basis", Params: map[string]any{"form": f.ID, "basis": f.Basis, "owner": f.system.Owner}})
	}
	if f.Approved {
		out = append(out, queries.Message{Key: "plan.need.approval", Params: map[string]any{"form": f.ID}})
	}
	if levelOf(f.system.Level) > 0 {
		out = append(out, queries.Message{Key: "plan.need.upper", Params: map[string]any{"form": f.ID, "level": f.system.Level}})
	}
	return out
}

// mergeNeeds is what ending a form takes.
func (p *planner) mergeNeeds(form, absorbing int, apart *planLink) []queries.Message {
	out := p.formNeeds(&p.forms[form])
	if p.apart(apart) {
		out = append(p.legalNeeds(apart), out...)
	}
	return append(out, queries.Message{Key: "plan.need.end", Params: map[string]any{"form": p.forms[form].ID}})
}
