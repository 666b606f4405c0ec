package demo

import (
	"slices"
	"strings"
	"time"
)

// RuleCase is something that a detector of burden-*, policy-* or pi-* should name, may name, or must not name though it looks
// alike. What is in no case must not be named either.
type RuleCase struct {
	Detector string `json:"detector"`
	Kind     string `json:"kind"`    // of the subject: system, form, unit, owner or systems ("a | b")
	Subject  string `json:"subject"` // id, code or name
	Required bool   `json:"required"`
	Trap     bool   `json:"trap"` // looks alike, and must not be named
	Why      string `json:"why"`
}

// kindsOfRules are the kinds of subject of the detectors.
var kindsOfRules = map[string]string{
	"burden-overload": "unit", "burden-short-notice": "form", "burden-off-hours": "form", "burden-sprawl": "owner", "burden-unapproved": "form",
	"policy-forms": "owner", "policy-checkin": "system", "policy-forced-use": "system", "policy-assessment": "system", "policy-commercial": "system",
	"policy-app-level": "system", "policy-app-count": "owner", "policy-low-use": "system", "policy-unfiled": "system", "policy-similar": "systems",
	"pi-overcollection": "form", "pi-biometric": "form",
}

// plainCases are told by what was planted, and need no count. Demand: + required, ? open to judgement, - a trap.
const plainCases = `
+ policy-forms 县委督查室 asks every day for weeks, without a cycle and off the approved list
+ policy-checkin tw-zy log in, collect points, leave
+ policy-checkin zzb-dj log in, collect points, leave
+ policy-checkin zfw-ssp log in, collect points, leave
- policy-checkin yj-zs rescue teams sign in for duty: a waiver is in force
- policy-checkin ny-zl the points are those of villagers
+ policy-forced-use ga-rk installations of an app, with a rate to be reached
? policy-forced-use tw-zy everybody is made to log in
? policy-forced-use zzb-dj everybody is made to log in
? policy-forced-use zfw-ssp everybody is made to log in
- policy-forced-use sl-gs the rate is that of water meters
+ policy-assessment zfw-wg tracks, photos and videos are counted and scored
? policy-assessment sl-hz photos are counted
? policy-assessment sthj-rj photos are counted
? policy-assessment dc-dc pictures are counted as evidence of work
? policy-assessment zzb-dj learning is counted in points
? policy-assessment tw-zy hours of service are counted
- policy-assessment zrzy-dz photo and place of a hazard, not of the one who looks at it
+ policy-commercial rm-zs a shop beside the reports of villages
? policy-commercial gx-sc to sell is what the cooperative's program is for, and yet it stands beside reports
- policy-commercial sw-ds a platform of trade that is used by nobody
+ policy-app-level qxz-cw an app of a town
- policy-app-level cgz-gk a town's list on paper is no app
+ policy-app-count 国家农技推广主管机构 two apps of one central department
- policy-app-count 国家水利调查机构 one app
+ pi-overcollection wj-xj-m statistics of events that ask for identity and bank card numbers, and nobody reads them
+ pi-overcollection jy-jz-m statistics of events that ask for identity numbers, and nobody reads them
- pi-overcollection mz-ls-p money is paid out to these cards, on a legal basis
+ pi-biometric rs-rz-p asks for faces
+ burden-sprawl 县委社会工作部 three systems and five forms within two years, and none retired
- burden-sprawl 退役军人事务局 as many forms began as ended
- burden-off-hours ly-ff-w night duty: a waiver is in force
`

// rules tells the cases of the rules.
func (c *County) rules(t *Truth) {
	for _, line := range strings.Split(strings.TrimSpace(plainCases), "\n") {
		words := strings.SplitN(line, " ", 4)
		t.Rules = append(t.Rules, RuleCase{Detector: words[1], Kind: kindsOfRules[words[1]], Subject: words[2], Required: words[0] == "+", Trap: words[0] == "-", Why: words[3]})
	}
	add := func(detector, subject, why string, required bool) {
		t.Rules = append(t.Rules, RuleCase{Detector: detector, Kind: kindsOfRules[detector], Subject: subject, Required: required, Why: why})
	}
	trap := func(detector, subject, why string) {
		t.Rules = append(t.Rules, RuleCase{Detector: detector, Kind: kindsOfRules[detector], Subject: subject, Trap: true, Why: why})
	}
	c.approvals(t, add, trap)
	c.notices(add, trap)
	c.evenings(add)
	c.overloads(add, trap)
	c.demands(t, add)
	c.apps(t, add)
	for _, f := range c.forms {
		for i := range f.fields {
			if f.fields[i].kind() == "biometric" {
				t.Refused = append(t.Refused, f.fields[i].ref)
			}
		}
	}
}

func (c *County) approvals(t *Truth, add func(detector, subject, why string, required bool), trap func(detector, subject, why string)) {
	for i, f := range c.forms {
		asked := len(c.submissions[i]) > 0 && c.submissions[i][len(c.submissions[i])-1].submitted >= c.yearAgo()
		switch {
		case f.spec.offList && asked && f.spec.basis != "":
			add("burden-unapproved", f.spec.id, "off the approved list; a document asks for it", true)
		case f.spec.offList && asked:
			add("burden-unapproved", f.spec.id, "off the approved list", true)
		case f.spec.unlisted:
			trap("burden-unapproved", f.spec.id, "the register does not say whether it is approved")
		}
	}
}

// notices counts working days between the end of a period, or the demand, and the due day.
func (c *County) notices(add func(detector, subject, why string, required bool), trap func(detector, subject, why string)) {
	for i, f := range c.forms {
		if c.submissions[i] == nil || f.spec.copyOf != "" {
			continue
		}
		short, n := 0, 0
		for _, p := range c.periods[i] {
			if p.end.Before(c.Options.AsOf.AddDate(-1, 0, 0)) || !c.asked(f, c.firstAsked(f), p) {
				continue
			}
			n++
			if c.world.workdays(p.end, p.end.AddDate(0, 0, f.spec.due)) <= 1 {
				short++
			}
		}
		share := float64(short) / float64(max(n, 1))
		switch {
		case n == 0:
		case c.systems[f.system].owner == "县委督查室" && share >= 0.5:
			add("burden-short-notice", f.spec.id, "one working day or none, time and again, by one department", true)
		case share > 0.1 || f.spec.due <= 4:
			add("burden-short-notice", f.spec.id, "few working days, or holidays among them", false)
		case f.spec.due >= 10:
			trap("burden-short-notice", f.spec.id, "ten days and more")
		}
	}
}

// firstAsked is the first village that a form is meant for.
func (c *County) firstAsked(f *form) int {
	for v := range c.units(f) {
		if c.inScope(f, v) {
			return v
		}
	}
	return 0
}

// workdays counts the working days after one day up to another.
func (w *world) workdays(after, to time.Time) (n int) {
	for day := after.AddDate(0, 0, 1); !day.After(to); day = day.AddDate(0, 0, 1) {
		if w.officeDay(day) {
			n++
		}
	}
	return n
}

// evenings counts what was handed in at night, and on days without office.
func (c *County) evenings(add func(detector, subject, why string, required bool)) {
	for i, f := range c.forms {
		n, late := 0, 0
		for k := range c.submissions[i] {
			sub := &c.submissions[i][k]
			if at := time.Unix(sub.submitted, 0).In(beijing); sub.submitted >= c.yearAgo() {
				n++
				if at.Hour() < 7 || at.Hour() >= 18 || !c.world.officeDay(at) {
					late++
				}
			}
		}
		share := float64(late) / float64(max(n, 1))
		switch {
		case f.spec.id == "zf-kb-w":
			add("burden-off-hours", f.spec.id, "demanded in the evening, to be answered at once", true)
		case share >= 0.35 && f.spec.id != "ly-ff-w" && c.systems[f.system].data != inDrop:
			add("burden-off-hours", f.spec.id, "a good part comes in outside office hours", false)
		}
	}
}

// overloads compares the hours that forms took in a month with those that the staff has.
func (c *County) overloads(add func(detector, subject, why string, required bool), trap func(detector, subject, why string)) {
	hours := make([][]float64, len(c.world.villages))
	for v := range hours {
		hours[v] = make([]float64, allMonths)
	}
	for i, f := range c.forms {
		if f.spec.only == "towns" {
			continue
		}
		for k := range c.submissions[i] {
			sub := &c.submissions[i][k]
			if m := c.world.monthIndex(time.Unix(sub.submitted, 0).In(beijing)); m >= allMonths-12 {
				hours[sub.unit][m] += float64(sub.active) / 3600
			}
		}
	}
	for v := range c.world.villages {
		most := 0.0
		for m := allMonths - 12; m < allMonths; m++ {
			first := c.world.calendar.months[m]
			days := c.world.workdays(first.AddDate(0, 0, -1), first.AddDate(0, 1, -1))
			most = max(most, hours[v][m]/float64(days*8*c.world.villages[v].staff))
		}
		switch code := c.world.villages[v].code; {
		case most > 1:
			add("burden-overload", code, "forms took more hours in a month than its staff has", true)
		case most > 0.55:
			add("burden-overload", code, "forms took more than half of the hours of its staff in a month", false)
		case c.world.villages[v].staff == 2:
			trap("burden-overload", code, "busy, and feasible")
		}
	}
}

// demands are departments that ask what others ask already.
func (c *County) demands(t *Truth, add func(detector, subject, why string, required bool)) {
	said := []string{"县委督查室"}
	for _, p := range t.DuplicateForms {
		for _, id := range []string{p.A, p.B} {
			if owner := c.systems[c.forms[c.formIndex(id)].system].owner; !slices.Contains(said, owner) {
				said = append(said, owner)
				add("policy-forms", owner, "asks what another form asks too", false)
			}
		}
	}
}

// mobile says whether a system is an app or a mini program.
func (s *systemSpec) mobile() bool { return s.kind == "app" || s.kind == "mini_program" }

// apps are those that are hardly used, those that resemble another system, and the departments with several.
func (c *County) apps(t *Truth, add func(detector, subject, why string, required bool)) {
	count := map[string]int{}
	for i, u := range t.Systems {
		s := &c.systems[i]
		if !s.mobile() {
			continue
		}
		count[s.owner]++
		if s.filing == "no" {
			add("policy-unfiled", s.id, "an app in use that was not filed", true)
		}
		if u.Idle {
			add("policy-low-use", s.id, "an app that is hardly used", u.Verdict == "unused" || u.Verdict == "underused")
		}
	}
	for owner, n := range count {
		if n > 1 && owner != "国家农技推广主管机构" {
			add("policy-app-count", owner, "several apps of a department below the centre: advice, no rule", false)
		}
	}
	slices.SortStableFunc(t.Rules, func(a, b RuleCase) int { return strings.Compare(a.Detector+a.Subject, b.Detector+b.Subject) })
	c.similar(t, add)
}

// similarShare is the share of a system's fields from which another that asks them too is alike in function.
const similarShare = 0.5

// similar are pairs of systems, one of them an app, of which one asks what the other asks.
func (c *County) similar(t *Truth, add func(detector, subject, why string, required bool)) {
	asked := map[int]int{} // payload fields of the forms of a system
	for i, f := range c.forms {
		if len(c.submissions[i]) == 0 || c.submissions[i][len(c.submissions[i])-1].submitted < c.yearAgo() {
			continue
		}
		for k := range f.fields {
			if f.payload(k) && f.fields[k].source != fromNote && !f.fields[k].prefilled {
				asked[f.system]++
			}
		}
	}
	shared := map[[2]int]map[string]bool{}
	for _, p := range t.DuplicateFields {
		a, b := c.forms[c.formIndex(formOf(p.A))].system, c.forms[c.formIndex(formOf(p.B))].system
		for _, side := range []struct {
			of    [2]int
			field string
		}{{[2]int{a, b}, p.A}, {[2]int{b, a}, p.B}} {
			if shared[side.of] == nil {
				shared[side.of] = map[string]bool{}
			}
			if p.Required {
				shared[side.of][side.field] = true
			}
		}
	}
	for a := range c.systems {
		for b := range c.systems[:a] {
			x, y := &c.systems[a], &c.systems[b]
			if shared[[2]int{a, b}] == nil || !x.mobile() && !y.mobile() {
				continue
			}
			most := max(float64(len(shared[[2]int{a, b}]))/float64(max(1, asked[a])), float64(len(shared[[2]int{b, a}]))/float64(max(1, asked[b])))
			if most > 0.15 {
				add("policy-similar", pairKey(x.id, y.id), "one asks what the other asks", most >= similarShare)
			}
		}
	}
}
