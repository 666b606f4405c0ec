package demo

import (
	"slices"
	"time"
)

var patternTruth = map[usePattern]SystemUse{
	inUse:       {Verdict: "used", Why: "reported into and read"},
	seasonal:    {Verdict: "used", Why: "in use in its season only, as declared"},
	yearly:      {Verdict: "used", Why: "an annual return, used every January"},
	small:       {Verdict: "used", Why: "few people need it, and they use it"},
	fresh:       {Verdict: "used", Why: "launched weeks ago"},
	silent:      {Verdict: "not_covered", Why: "its log ends 120 days before the as-of date: nothing is known"},
	waived:      {Verdict: "waived", Why: "unused for long, exempt for emergencies"},
	pulseOnly:   {Verdict: "unused", Idle: true, Why: "only heartbeats of a screen and health checks"},
	machineOnly: {Verdict: "unused", Idle: true, Why: "only crawlers, scanners and the vendor's accounts"},
	loginOnly:   {Verdict: "unused", Idle: true, Why: "people log in now and then and do nothing"},
	replaced:    {Verdict: "unused", Idle: true, Why: "its successor took over eight months before the as-of date"},
	pollOnly:    {Verdict: "unused", Idle: true, Why: "only another machine asks whether it is there"},
	underused:   {Verdict: "underused", Idle: true, Why: "450 are entitled, five look in twice a month"},
	writeOnly:   {Verdict: "write-only", Idle: true, Why: "people report into it, and nobody but those who report ever reads"},
	superseded:  {Verdict: "superseded", Idle: true, Why: "people moved to its successor within months; few still log in"},
	dropped:     {Verdict: "declining", Idle: true, Why: "lost most of its use within a week"},
	fading:      {Verdict: "declining", Idle: true, Why: "lost most of its use over a year"},
	halved:      {Verdict: "used", Why: "lost half of its use within a week, and is in use"},
	collected:   {Verdict: "used", Why: "somebody of the county exports everything once a quarter"},
	dashboard:   {Verdict: "used", Why: "leaders look at its first page every day: that is what it is for"},
	hub:         {Verdict: "used", Why: "the machines of other systems pull from it"},
	periodic:    {Verdict: "used", Why: "a long cycle: used around each due day"},
	elsewhere:   {Verdict: "used", Why: "reports come in every month by another way than the one whose log is collected"},
	gapped:      {Verdict: "used", Why: "in use; its log has a hole of six weeks"},
	expired:     {Verdict: "unused", Idle: true, Why: "only signs of life of machines; its waiver has run out"},
	shop:        {Verdict: "used", Why: "reported into and read"},
	onDuty:      {Verdict: "used", Why: "people sign in for duty and do it"},
	declining:   {Verdict: "declining", Idle: true, Why: "fell by more than nine tenths within a year"},
	forced:      {Verdict: "forced", Forced: true, Why: "nearly everyone logs in at eight, collects points and leaves"},
}

// allActions are the suggestions for a system that is hardly used: which of them fits is for people to say.
var allActions = []string{"retire", "merge", "simplify"}

// actionsOf are the suggestions that fit a verdict.
var actionsOf = map[string][]string{
	"used": {"keep"}, "not_covered": {"keep"}, "waived": {"keep"}, "unused": {"retire"}, "underused": allActions, "declining": allActions,
	"forced": {"simplify", "retire"}, "write-only": allActions, "superseded": {"merge", "retire"},
}

var seenOf = map[string][]string{"unused": {"no_use_seen"}, "waived": {"no_use_seen"}, "superseded": {"no_use_seen", "used"}}

func (c *County) uses(t *Truth) {
	for i := range c.systems {
		s := &c.systems[i]
		u := patternTruth[s.use]
		u.System, u.Owner, u.Successor = s.id, s.owner, s.heir(c.systems)
		if s.logs == noLogs {
			u.Verdict, u.Why = "not_covered", "nobody logs who opens it"
		}
		u.Actions, u.Seen = slices.Clone(actionsOf[u.Verdict]), seenOf[u.Verdict]
		switch {
		case s.use == silent:
			u.Seen = []string{"stale"}
		case s.logs == noLogs:
			u.Seen = []string{"not_covered"}
		case s.use == elsewhere:
			u.Seen = []string{"used", "no_use_seen", "not_covered"}
		case u.Seen == nil:
			u.Seen = []string{"used"}
		}
		if u.Successor != "" && u.Idle {
			u.Into, u.Actions = []string{u.Successor}, []string{"merge", "retire"}
		}
		if s.use == replaced {
			u.Verdicts = []string{"superseded"}
		}
		if s.use == superseded {
			u.Verdicts = []string{"unused"}
		}
		if s.use == dropped || s.use == halved {
			u.Change = c.Options.AsOf.AddDate(0, 0, -s.knobs.fall).Format(time.DateOnly)
		}
		// Where other systems ask most of the same, to merge may be right for a system in use too.
		for _, p := range t.DuplicateForms {
			a, b := c.systems[c.forms[c.formIndex(p.A)].system].id, c.systems[c.forms[c.formIndex(p.B)].system].id
			for _, other := range []string{a, b} {
				if (a == s.id || b == s.id) && other != s.id && !slices.Contains(u.Into, other) {
					u.Into = append(u.Into, other)
				}
			}
		}
		if len(u.Into) > 0 && !slices.Contains(u.Actions, "merge") && u.Verdict != "not_covered" {
			u.Actions = append(u.Actions, "merge", "simplify")
		}
		t.Systems = append(t.Systems, u)
	}
}

// heir is the system that took over, whether the register says so or not.
func (s *systemSpec) heir(all []systemSpec) string {
	if s.use != superseded {
		return s.successor
	}
	for i := range all {
		if all[i].pair == s.pair && all[i].id != s.id {
			return all[i].id
		}
	}
	return ""
}

// IdleForm is a form that nobody but those who hand it in reads (never-read), or that is not handed in any more
// (not-filled) or by few (declining).
type IdleForm struct {
	Form     string `json:"form"`
	Kind     string `json:"kind"`
	Required bool   `json:"required"` // false: saying so is right, not saying so is no fault
	Why      string `json:"why"`
}

func (c *County) idleForms(t *Truth) {
	idle := map[string]bool{}
	for _, u := range t.Systems {
		idle[u.System] = u.Idle || u.Forced
	}
	for _, f := range c.forms {
		s := &c.systems[f.system]
		switch {
		case f.spec.end > 0:
			t.IdleForms = append(t.IdleForms, IdleForm{
				f.spec.id, "not-filled", !idle[s.id] && !f.replacedBy(c.forms), "nobody has handed it in for months, and it is registered still",
			})
		case f.spec.unread:
			t.IdleForms = append(t.IdleForms, IdleForm{f.spec.id, "never-read", true, "handed in every month and opened by nobody else, while other forms of the system are read"})
		case s.use == writeOnly:
			t.IdleForms = append(t.IdleForms, IdleForm{f.spec.id, "never-read", false, "nobody reads the whole system"})
		case s.use == declining || s.use == dropped || s.use == fading:
			t.IdleForms = append(t.IdleForms, IdleForm{f.spec.id, "declining", false, "handed in by few any more, as its system is used less"})
		case f.spec.census:
			t.IdleForms = append(t.IdleForms, IdleForm{f.spec.id, "not-filled", false, "asked once, for one month"})
		}
	}
}

// replacedBy says that forms of the same system began when this one ended.
func (f *form) replacedBy(all []*form) bool {
	return slices.ContainsFunc(all, func(g *form) bool {
		return g.system == f.system && g.spec.start > 0 && g.spec.start < f.spec.end && f.spec.end-g.spec.start < 30
	})
}

// IdleField is a field that is left blank, or in which everybody gives one and the same answer.
type IdleField struct {
	Field    string `json:"field"` // form.field
	Kind     string `json:"kind"`  // blank or constant
	N        int    `json:"n"`     // submissions of the last twelve months
	Units    int    `json:"units"`
	Required bool   `json:"required"`
}

// From so many submissions of the last twelve months, units and periods a blank or constant field is demanded.
const (
	idleSubmissions = 60
	idleUnits       = 8
	idlePeriods     = 3
)

// idleFields looks into what was answered, so that what came out constant by itself is known too.
func (c *County) idleFields(t *Truth) {
	for i, f := range c.forms {
		for k := range f.fields {
			if !f.payload(k) || f.fields[k].source == fromNote {
				continue
			}
			if found, idle := c.idleField(i, k); idle {
				t.IdleFields = append(t.IdleFields, found)
			}
		}
	}
}

func (c *County) idleField(form, at int) (IdleField, bool) {
	out := IdleField{Field: c.forms[form].fields[at].ref, Kind: "blank"}
	units, periods := map[int32]bool{}, map[int32]bool{}
	var first *value
	for i := range c.submissions[form] {
		sub := &c.submissions[form][i]
		if sub.submitted < c.yearAgo() {
			continue
		}
		out.N++
		units[sub.unit], periods[sub.period] = true, true
		v := &sub.values[at]
		switch {
		case v.absent:
		case first == nil:
			first, out.Kind = v, "constant"
		case *v != *first:
			return out, false
		}
	}
	out.Units = len(units)
	// A standard that is the same everywhere, or a question whose rare answer is the point, is for people to judge.
	source := c.forms[form].fields[at].source
	out.Required = (source == fromBlank || source == fromConstant) && out.N >= idleSubmissions && len(units) >= idleUnits && len(periods) >= idlePeriods
	return out, out.N > 0
}
