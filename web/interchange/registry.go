package interchange

import (
	"math"

	"github.com/jianfu/jianfu/queries"
)

// Waiver exempts a system from a rule until a day.
type Waiver struct {
	Rule  string `json:"rule"`
	Basis string `json:"basis"`
	Until string `json:"until"`
}

// System is an upstream system with the keys of docs/interchange.md, and how it is used.
type System struct {
	ID            string   `json:"id"`
	Name          string   `json:"name"`
	Owner         string   `json:"owner"`
	Level         string   `json:"level"`
	Kind          string   `json:"kind"`
	Launched      string   `json:"launched"`
	AnnualCost    float64  `json:"annual_cost"`
	EntitledUsers uint64   `json:"entitled_users"`
	Cycle         string   `json:"cycle"`
	Season        []string `json:"season"`
	Successor     string   `json:"successor"`
	Waiver        *Waiver  `json:"waiver"`
	UsageCovered  bool     `json:"usage_covered"`
	Filed         *bool    `json:"filed"` // null: nobody said
	Declared      bool     `json:"declared"`
	Forms         uint64   `json:"forms"`
	Submissions   uint64   `json:"submissions"` // of the last 365 days of data
	Events        uint64   `json:"events"`      // meaningful actions of the last 90 days of data
	People        uint64   `json:"people"`      // distinct actors of these days
	FirstSeen     string   `json:"first_seen"`
	LastUse       string   `json:"last_use"`   // last meaningful action
	LastEvent     string   `json:"last_event"` // last event of any kind
	HoursPerYear  float64  `json:"hours"`      // that its forms take in a year
	Seen          string   `json:"seen"`       // used, no_use_seen, not_covered, stale; empty before an analysis
	Verdict       string   `json:"verdict"`
	Suggestion    string   `json:"suggestion"` // retire, merge, simplify, keep
	Retirement    string   `json:"retirement"` // state of the case, empty where there is none
}

// SystemOf writes a system.
func SystemOf(r queries.SystemRow) System {
	s := r.System
	out := System{
		ID: s.ID, Name: s.Name, Owner: s.Owner, Level: s.Level, Kind: s.Kind, Launched: Date(s.Launched), AnnualCost: s.AnnualCost,
		EntitledUsers: s.EntitledUsers, Cycle: s.Cycle, Season: filled(s.Season), Successor: s.Successor, UsageCovered: s.UsageCovered, Declared: s.Declared,
		Forms: r.Forms, Submissions: r.Submissions, Events: r.Events, People: r.People, FirstSeen: Moment(r.FirstSeen), LastUse: Moment(r.LastUse),
		LastEvent: Moment(r.LastEvent), HoursPerYear: Cents(r.Hours),
	}
	if s.Waiver.Rule != "" {
		out.Waiver = &Waiver{s.Waiver.Rule, s.Waiver.Basis, Date(s.Waiver.Until)}
	}
	if s.FiledKnown {
		out.Filed = &s.Filed
	}
	if a := r.Assessment; a != nil {
		out.Seen, out.Verdict, out.Suggestion = a.Seen, a.Verdict, a.Suggestion.Action
	}
	if r.Case != nil {
		out.Retirement = r.Case.State
	}
	return out
}

// Test is one of the five tests of a system, with its answer.
type Test struct {
	Test     string `json:"test"`
	Answer   string `json:"answer"` // yes, no, unknown
	Evidence string `json:"evidence"`
}

// Step is a step of a dated plan.
type Step struct {
	Step  string `json:"step"`
	Day   string `json:"day"`
	Needs string `json:"needs"`
}

// Assessment is what the analysis says of a system.
type Assessment struct {
	AsOf    string     `json:"as_of"`
	Seen    string     `json:"seen"`
	Verdict string     `json:"verdict"`
	Reasons []string   `json:"reasons"` // why there is no verdict
	Tests   []Test     `json:"tests"`
	Action  string     `json:"action"`
	Into    string     `json:"into"`
	Because []string   `json:"because"`
	People  uint64     `json:"people"`
	Units   uint64     `json:"units"`
	Hours   [2]float64 `json:"hours_per_year"`
	Yuan    [2]float64 `json:"yuan_per_year"`
	Steps   []Step     `json:"steps"`
	Finding string     `json:"finding"`
}

func (w Words) assessment(a *queries.Assessment) *Assessment {
	if a == nil {
		return nil
	}
	s := a.Suggestion
	out := &Assessment{
		AsOf: Date(a.AsOf), Seen: a.Seen, Verdict: a.Verdict, Reasons: w.texts(a.Reasons), Tests: []Test{}, Action: s.Action, Into: s.Into, Because: w.texts(s.Because),
		People: s.People, Units: s.Units, Hours: span(s.Hours), Yuan: span(s.Yuan), Steps: w.steps(s.Steps), Finding: a.Finding,
	}
	for _, t := range a.Tests {
		out.Tests = append(out.Tests, Test{t.Test, t.Answer, w.Text(t.Evidence)})
	}
	return out
}

func (w Words) steps(all []queries.PlannedStep) []Step {
	out := []Step{}
	for _, s := range all {
		out = append(out, Step{s.Step, Date(s.Day), w.Text(s.Needs)})
	}
	return out
}

// SystemForm is a form of a system with how it is filled in.
type SystemForm struct {
	ID          string  `json:"id"`
	Title       string  `json:"title"`
	Cycle       string  `json:"cycle"`
	Fields      uint64  `json:"fields"`
	Submissions uint64  `json:"submissions"` // of the last 365 days of data
	Units       uint64  `json:"units"`
	LastSeen    string  `json:"last_seen"`
	Minutes     float64 `json:"minutes"` // mean time of a submission
}

// SystemUnit is one unit that uses a system.
type SystemUnit struct {
	Unit        string `json:"unit"`
	Name        string `json:"name"`
	Events      uint64 `json:"events"`
	People      uint64 `json:"people"`
	LastUse     string `json:"last_use"`
	Submissions uint64 `json:"submissions"`
	LastSent    string `json:"last_sent"`
}

// SystemDay is how a system was used on one day.
type SystemDay struct {
	Day        string `json:"day"`
	Meaningful uint64 `json:"meaningful"`
	Events     uint64 `json:"events"`
}

// SystemDetail is a system in full.
type SystemDetail struct {
	System
	Assessment *Assessment  `json:"assessment"`
	FormList   []SystemForm `json:"form_list"`
	UnitList   []SystemUnit `json:"unit_list"`
	Days       []SystemDay  `json:"days"`
}

// SystemDetail writes a system in full.
func (w Words) SystemDetail(p *queries.SystemPage) SystemDetail {
	out := SystemDetail{System: SystemOf(p.SystemRow), Assessment: w.assessment(p.Assessment), FormList: []SystemForm{}, UnitList: []SystemUnit{}, Days: []SystemDay{}}
	for _, f := range p.FormRows {
		out.FormList = append(out.FormList, SystemForm{f.ID, f.Title, f.Cycle, f.FieldCount, f.Submissions, f.Units, Date(f.LastSeen), Cents(f.Minutes)})
	}
	for _, u := range p.Units {
		out.UnitList = append(out.UnitList, SystemUnit{u.Unit, w.Called("unit", u.Unit), u.Events, u.People, Moment(u.LastUse), u.Submissions, Moment(u.LastSent)})
	}
	for _, d := range p.Days {
		out.Days = append(out.Days, SystemDay{Date(d.Day), d.Meaningful, d.Events})
	}
	return out
}

// Field is a field of a form with the keys of docs/interchange.md.
type Field struct {
	ID       string            `json:"id"`
	Label    string            `json:"label"`
	Type     string            `json:"type"`
	Unit     string            `json:"unit"`
	Codes    map[string]string `json:"codes"`
	Role     string            `json:"role"`
	Measure  string            `json:"measure"`
	Target   *float64          `json:"target"`
	Required bool              `json:"required"`
}

// Form is a form with the keys of docs/interchange.md.
type Form struct {
	ID        string   `json:"id"`
	System    string   `json:"system"`
	Title     string   `json:"title"`
	Cycle     string   `json:"cycle"`
	DueDays   int32    `json:"due_days"`
	Basis     string   `json:"basis"`
	Approved  *bool    `json:"approved"` // null: nobody said
	Per       string   `json:"per"`
	Prefilled []string `json:"prefilled"`
	Declared  bool     `json:"declared"`
	Fields    []Field  `json:"fields"`
}

// FormOf writes a form.
func FormOf(f queries.Form) Form {
	out := Form{
		ID: f.ID, System: f.System, Title: f.Title, Cycle: f.Cycle, DueDays: f.DueDays, Basis: f.Basis, Per: f.Per, Prefilled: filled(f.Prefilled),
		Declared: f.Declared, Fields: []Field{},
	}
	if f.ApprovedKnown {
		out.Approved = &f.Approved
	}
	for _, x := range f.Fields {
		field := Field{ID: x.ID, Label: x.Label, Type: x.Type, Unit: x.UnitOf, Codes: x.Codes, Role: x.Role, Measure: x.Measure, Required: x.Required}
		if field.Codes == nil {
			field.Codes = map[string]string{}
		}
		if !math.IsNaN(x.Target) {
			field.Target = &x.Target
		}
		out.Fields = append(out.Fields, field)
	}
	return out
}

// Unit is a unit with the keys of docs/interchange.md, and what it is asked for.
type Unit struct {
	Code        string  `json:"code"`
	Name        string  `json:"name"`
	Parent      string  `json:"parent"`
	Kind        string  `json:"kind"`
	Population  uint64  `json:"population"`
	Staff       uint64  `json:"staff"`
	Submissions float64 `json:"submissions_per_month"`
	Forms       uint64  `json:"forms"`
	Hours       float64 `json:"hours_per_month"`
	Low         float64 `json:"low"`
	High        float64 `json:"high"`
	Findings    uint64  `json:"findings"` // open ones that name it
}

// UnitOf writes a unit.
func UnitOf(u queries.UnitRow) Unit {
	return Unit{
		Code: u.Code, Name: u.Name, Parent: u.Parent, Kind: u.Kind, Population: u.Population, Staff: u.Staff, Submissions: Cents(u.Submissions), Forms: u.Forms,
		Hours: Cents(u.Hours), Low: Cents(u.Low), High: Cents(u.High), Findings: u.Findings,
	}
}

// UnitForm is a form that a unit fills in.
type UnitForm struct {
	Form        string `json:"form"`
	Name        string `json:"name"`
	Submissions uint64 `json:"submissions"`
	Periods     uint64 `json:"periods"`
	Last        string `json:"last"`
}

// Indicator is a figure of a unit beside those of its peers.
type Indicator struct {
	Field  string     `json:"field"` // "form.field"
	Name   string     `json:"name"`
	N      uint64     `json:"n"`
	Own    *float64   `json:"own"`
	Peers  uint64     `json:"peers"`
	Spread []*float64 `json:"spread"` // 5th, 25th, 50th, 75th, 95th percentile of the peers
}

// UnitDetail is a unit in full, without individuals.
type UnitDetail struct {
	Code       string      `json:"code"`
	Name       string      `json:"name"`
	Parent     string      `json:"parent"`
	Kind       string      `json:"kind"`
	Population uint64      `json:"population"`
	Staff      uint64      `json:"staff"`
	From       string      `json:"from"`
	To         string      `json:"to"`
	Peers      []string    `json:"peers"`
	FormList   []UnitForm  `json:"form_list"`
	Indicators []Indicator `json:"indicators"`
}

// UnitDetail writes a unit in full.
func (w Words) UnitDetail(p *queries.UnitPage) UnitDetail {
	out := UnitDetail{
		Code: p.Code, Name: p.Name, Parent: p.Parent, Kind: p.Kind, Population: p.Population, Staff: p.Staff, From: Date(p.From), To: Date(p.To),
		Peers: filled(p.Peers), FormList: []UnitForm{}, Indicators: []Indicator{},
	}
	for _, f := range p.Forms {
		out.FormList = append(out.FormList, UnitForm{f.Form, w.Called("form", f.Form), f.Submissions, f.Periods, Date(f.Last)})
	}
	for _, i := range p.Indicators {
		id := i.Form + "." + i.Field
		x := Indicator{id, w.Called("field", id), i.N, Known(i.Own), i.Peers, []*float64{}}
		for _, q := range i.Spread {
			x.Spread = append(x.Spread, Known(q))
		}
		out.Indicators = append(out.Indicators, x)
	}
	return out
}
