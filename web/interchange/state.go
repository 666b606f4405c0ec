package interchange

import "github.com/jianfu/jianfu/queries"

// Month is what all units together reported in one month.
type Month struct {
	Month       string  `json:"month"`
	Submissions uint64  `json:"submissions"`
	Units       uint64  `json:"units"`
	Hours       float64 `json:"hours"`
}

// Asker is a department with what it asks for.
type Asker struct {
	Owner       string  `json:"owner"`
	Systems     uint64  `json:"systems"`
	Forms       uint64  `json:"forms"`
	Submissions uint64  `json:"submissions"`
	Hours       float64 `json:"hours"` // of one unit in one month
}

// Overview is what the first page rests on.
type Overview struct {
	Hours    float64                      `json:"hours"` // of one unit in one month
	Low      float64                      `json:"low"`
	High     float64                      `json:"high"`
	Savable  [2]float64                   `json:"savable_per_year"`
	Months   []Month                      `json:"months"`
	Askers   []Asker                      `json:"askers"`
	From     string                       `json:"from"`
	To       string                       `json:"to"`
	Systems  uint64                       `json:"systems"`
	Covered  uint64                       `json:"systems_covered"`
	Forms    uint64                       `json:"forms"`
	Units    uint64                       `json:"units"`
	Findings map[string]map[string]uint64 `json:"findings"` // by family and status
	Sources  uint64                       `json:"sources"`
	Broken   uint64                       `json:"sources_failed"`
	Analysed string                       `json:"analysed"`
	DataTo   string                       `json:"data_to"`
}

// OverviewOf writes the overview; savable is what a year would save.
func OverviewOf(o *queries.Overview, savable queries.Hours) Overview {
	out := Overview{
		Hours: Cents(o.Hours), Low: Cents(o.Low), High: Cents(o.High), Savable: span(savable), Months: []Month{}, Askers: []Asker{}, From: Date(o.From), To: Date(o.To),
		Systems: o.Systems, Covered: o.Covered, Forms: o.Forms, Units: o.Units, Findings: o.Families, Sources: o.Sources, Broken: uint64(len(o.Broken)),
		Analysed: Moment(o.Analysed), DataTo: Moment(o.DataTo),
	}
	if out.Findings == nil {
		out.Findings = map[string]map[string]uint64{}
	}
	for _, m := range o.Months {
		out.Months = append(out.Months, Month{m.Month.Format("2006-01"), m.Submissions, m.Units, Cents(m.Hours)})
	}
	for _, a := range o.Askers {
		out.Askers = append(out.Askers, Asker{a.Owner, a.Systems, a.Forms, a.Submissions, Cents(a.Hours)})
	}
	return out
}

// Reason is how many pieces of input were refused for one reason.
type Reason struct {
	Kind   string `json:"kind"`
	Reason string `json:"reason"`
	Count  uint64 `json:"count"`
	Last   string `json:"last"`
}

// SourceDay is what a source brought for one day.
type SourceDay struct {
	Day  string `json:"day"`
	Rows uint64 `json:"rows"`
	Runs uint64 `json:"runs"`
}

// Source is a source with its health.
type Source struct {
	ID          string      `json:"id"`
	Kind        string      `json:"kind"`
	Runs        uint64      `json:"runs"`
	LastRun     string      `json:"last_run"`
	LastSuccess string      `json:"last_success"`
	LastRecord  string      `json:"last_record"`
	Error       string      `json:"error"`
	Quarantined uint64      `json:"quarantined"`
	Reasons     []Reason    `json:"reasons"`
	Days        []SourceDay `json:"days"`
}

// SourceRow writes a source.
func SourceRow(r queries.SourceRow) Source {
	out := Source{
		ID: r.ID, Kind: r.Kind, Runs: r.Runs, LastRun: Moment(r.LastRun), LastSuccess: Moment(r.LastSuccess), LastRecord: Moment(r.LastRecord), Error: r.Error,
		Quarantined: r.Quarantined, Reasons: []Reason{}, Days: []SourceDay{},
	}
	for _, x := range r.Reasons {
		out.Reasons = append(out.Reasons, Reason{x.Kind, x.Reason, x.Count, Moment(x.Last)})
	}
	for _, d := range r.Days {
		out.Days = append(out.Days, SourceDay{Date(d.Day), d.Rows, d.Runs})
	}
	return out
}

// Event is an event of a retirement.
type Event struct {
	Number    uint32 `json:"number"`
	Recorded  string `json:"recorded"`
	By        string `json:"by"`
	Kind      string `json:"kind"`
	From      string `json:"from"`
	To        string `json:"to"`
	Basis     string `json:"basis"`
	Note      string `json:"note"`
	Effective string `json:"effective"`
	Until     string `json:"until"`
	Due       string `json:"due"`
	Reason    string `json:"reason"`
	Steps     []Step `json:"steps"`
}

// PlannedStep is a step of a retirement's plan with when it was done.
type PlannedStep struct {
	Step    string `json:"step"`
	Planned string `json:"planned"`
	Done    string `json:"done"`
	By      string `json:"by"`
	Needs   string `json:"needs"`
}

// RetirementDetail is a case in full.
type RetirementDetail struct {
	Retirement
	Last     uint32        `json:"last"`     // number of the newest event, which a decision names
	Possible []string      `json:"possible"` // what can be decided next
	Plan     []PlannedStep `json:"plan"`
	History  []Event       `json:"history"`
}

// RetirementDetail writes a case in full.
func (w Words) RetirementDetail(x Retirement, c queries.RetirementCase) RetirementDetail {
	out := RetirementDetail{Retirement: x, Last: c.Last, Possible: filled(c.Possible()), Plan: []PlannedStep{}, History: []Event{}}
	for _, s := range c.Plan {
		out.Plan = append(out.Plan, PlannedStep{s.Step, Date(s.Planned), Date(s.Done), s.By, w.Text(s.Needs)})
	}
	for _, e := range c.Events {
		event := Event{
			Number: e.Number, Recorded: Moment(e.Recorded), By: e.By, Kind: e.Kind, From: e.From, To: e.To, Basis: e.Basis, Note: e.Note, Effective: Date(e.Effective),
			Until: Date(e.Until), Due: Date(e.Due), Steps: w.steps(e.Steps),
		}
		if e.Reason != nil {
			event.Reason = w.Text(*e.Reason)
		}
		out.History = append(out.History, event)
	}
	return out
}

// Method is a detector with the thresholds in force.
type Method struct {
	ID         string             `json:"id"`
	Name       string             `json:"name"`
	Family     string             `json:"family"`
	Version    uint16             `json:"version"`
	Evidence   string             `json:"evidence"` // family of evidence within fabrication
	Thresholds map[string]float64 `json:"thresholds"`
}
