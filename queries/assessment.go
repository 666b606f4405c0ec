package queries

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Assessment is what the newest analysis says of one system: what was seen of its use, what that amounts to, and what is
// suggested. Every system has one, those in use and those that could not be judged too. It is neutral of language.
type Assessment struct {
	System     string       `json:"system"`
	AsOf       time.Time    `json:"as_of"`
	Seen       string       `json:"seen"`    // one of the Seen constants
	Verdict    string       `json:"verdict"` // unused, underused, declining, forced, write-only, superseded; empty for none
	Waived     bool         `json:"waived"`  // a waiver is in force
	Reasons    []Message    `json:"reasons"` // why there is no verdict: in season, new, used elsewhere, waived, not covered
	Use        Use          `json:"use"`
	Tests      []TestAnswer `json:"tests"` // the five of 国办发〔2017〕39号, in their order
	Suggestion Suggestion   `json:"suggestion"`
	Finding    string       `json:"finding"` // id of the finding that the verdict stands in, if any
}

// What was seen of a system's use. Missing data is never "unused".
const (
	SeenUsed       = "used"        // meaningful actions in the days judged
	SeenNoUse      = "no_use_seen" // the days were seen, and nobody did anything meaningful
	SeenNotCovered = "not_covered" // usage logs are not collected, or never showed an event
	SeenStale      = "stale"       // logs ended too long ago to speak of the day judged
)

// Use is how a system is used. Counts without another span are those of the last Recent days that were seen.
type Use struct {
	From       time.Time      `json:"from"`     // first day with any event
	To         time.Time      `json:"to"`       // last day seen
	LastUse    time.Time      `json:"last_use"` // last day with a meaningful action, zero for none
	Gaps       [][2]time.Time `json:"gaps"`     // first and last day of each interruption between them, in which nothing was collected
	Silence    int            `json:"silence"`  // days up to To without a meaningful action
	Needed     int            `json:"needed"`   // days of silence that make it unused
	Cycle      string         `json:"cycle"`    // declared, or that of its forms
	Season     []string       `json:"season"`   // two MM-DD dates: declared, or learnt from data; empty for none
	Learnt     bool           `json:"learnt"`   // the season was learnt
	Recent     int            `json:"recent"`   // days
	Meaningful uint64         `json:"meaningful"`
	Logins     uint64         `json:"logins"`
	Others     uint64         `json:"others"`
	Machines   uint64         `json:"machines"`
	Vendor     uint64         `json:"vendor"`
	Active     uint64         `json:"active"` // people with a meaningful action in Needed days
	Entitled   uint64         `json:"entitled"`
	Reach      float64        `json:"reach"` // Active / Entitled
	ReachKnown bool           `json:"reach_known"`
	Stickiness float64        `json:"stickiness"`    // mean daily over monthly active people
	Depth      float64        `json:"depth"`         // meaningful actions a session
	Units      uint64         `json:"units"`         // with a meaningful action in Needed days
	Entitling  uint64         `json:"entitling"`     // units that ought to use it, as far as known: those that ever did or report into it
	Written    uint64         `json:"written"`       // submissions in a year of usage logs
	ReadBack   uint64         `json:"read_back"`     // people who read, exported or fetched and submitted nothing, in a year
	ReadKnown  bool           `json:"read_known"`    // whether reads can be seen at all
	CostPerOne float64        `json:"cost_per_user"` // yuan a year for each active person, 0 when unknown
	Trend      float64        `json:"trend"`         // change of weekly meaningful actions a year, as a share of their mean
	Changes    []LevelChange  `json:"changes"`
	Weeks      []float64      `json:"weeks"` // meaningful actions of whole weeks, oldest first, the last one ending at To
	Coverage   *Coverage      `json:"coverage"`
	Visits     uint64         `json:"visits"` // of known people; 30 minutes without an event end one
	Empty      float64        `json:"empty"`  // share of visits without any meaningful action
	Onset      time.Time      `json:"onset"`  // when a cumulative sum says that use began to fall, zero for not at all
	Pages      []PageNote     `json:"pages"`  // pages that were not taken for what their action says
	Sent       uint64         `json:"sent"`   // submissions into its forms in Needed days, through any channel
	LastSent   time.Time      `json:"last_sent"`
	MovedTo    string         `json:"moved_to"` // system that its people went over to, empty for none
	Moved      uint64         `json:"moved"`    // people who did
}

// PageNote says what a page was taken for and why: by a rule of the policy, because it comes first after nearly every log-in, because
// it is asked for at constant intervals, because it is the only page and people come back to it (read) or keep it open (open).
type PageNote struct {
	Object   string  `json:"object"`
	Action   string  `json:"action"`
	As       string  `json:"as"`    // work, landing, points, background
	Why      string  `json:"why"`   // rule, first, polled, read, open
	Share    float64 `json:"share"` // of log-ins, of requests, or views a log-in
	Requests uint64  `json:"requests"`
}

// LevelChange is a change of the weekly level of use.
type LevelChange struct {
	Week   time.Time `json:"week"` // first day of the first week on the new level
	Before float64   `json:"before"`
	After  float64   `json:"after"`
}

// TestAnswer answers one of the five official tests.
type TestAnswer struct {
	Test     string  `json:"test"`   // detached, replaceable, resources_idle, unmaintained, narrow
	Answer   string  `json:"answer"` // yes, no, unknown
	Evidence Message `json:"evidence"`
}

// What can be suggested for a system. People decide.
const (
	SuggestRetire   = "retire"
	SuggestMerge    = "merge"
	SuggestSimplify = "simplify"
	SuggestKeep     = "keep"
)

// Suggestion is what should become of a system, why, whom it concerns, what it saves and when what would happen.
type Suggestion struct {
	Action     string        `json:"action"`
	Into       string        `json:"into"` // successor, of merge
	Because    []Message     `json:"because"`
	Successors []Successor   `json:"successors"` // candidates, best first
	Dependants []Dependant   `json:"dependants"`
	Move       []DataToMove  `json:"move"`
	People     uint64        `json:"people"` // who used it within a year and has to be told
	Units      uint64        `json:"units"`
	Hours      Hours         `json:"hours"` // saved a year
	Yuan       Hours         `json:"yuan"`  // saved a year: its cost and the hours at the policy's tariff
	Steps      []PlannedStep `json:"steps"`
}

// Successor is a system that covers what another one does.
type Successor struct {
	System   string  `json:"system"`
	Share    float64 `json:"share"`    // of the payload, by effort, that it also asks
	Declared bool    `json:"declared"` // in the registry
	Forms    uint64  `json:"forms"`    // pairs of forms that overlap
}

// Dependant is who or what relies on a system: people or machines that export from it, forms that are fed by it.
type Dependant struct {
	Kind   string    `json:"kind"` // unit, system, form, machine, staff
	ID     string    `json:"id"`   // of the unit, system or form; the client program of a machine
	Events uint64    `json:"events"`
	Last   time.Time `json:"last"`
	Why    Message   `json:"why"`
}

// DataToMove is what a system holds that must not get lost.
type DataToMove struct {
	Form        string    `json:"form"`
	Submissions uint64    `json:"submissions"`
	From        time.Time `json:"from"`
	To          time.Time `json:"to"`
	Fields      uint64    `json:"fields"`  // payload fields
	Covered     uint64    `json:"covered"` // of them those that the successor holds
}

// PlannedStep is one step of the dated plan.
type PlannedStep struct {
	Step  string    `json:"step"` // answer, announce, freeze, read_only, archive, off, check
	Day   time.Time `json:"day"`
	Needs Message   `json:"needs"`
}

// SaveAssessments replaces the assessments of earlier runs.
func (s *Store) SaveAssessments(ctx context.Context, run uint64, all []Assessment) error {
	if len(all) > 0 {
		bodies := jsonColumn{}
		body := column(all, func(a Assessment) string { return bodies.text(a) })
		if bodies.err != nil {
			return fmt.Errorf("unable to write the assessments of systems: %w", bodies.err)
		}
		get := func(f func(Assessment) string) []string { return column(all, f) }
		table := []any{
			repeat(run, len(all)), get(func(a Assessment) string { return a.System }), column(all, func(a Assessment) time.Time { return a.AsOf }),
			get(func(a Assessment) string { return a.Seen }), get(func(a Assessment) string { return a.Verdict }),
			get(func(a Assessment) string { return a.Suggestion.Action }), get(func(a Assessment) string { return a.Suggestion.Into }),
		}
		table = append(table, hourColumns(all, func(a Assessment) Hours { return a.Suggestion.Hours })...)
		table = append(table, hourColumns(all, func(a Assessment) Hours { return a.Suggestion.Yuan })...)
		if err := s.insert(ctx, "assessments.Insert", columns(append(table, body)...)); err != nil {
			return err
		}
	}
	return s.exec(ctx, "assessments.Drop", Params{"run": run})
}

// Assessments reads what the newest analysis says of all systems, in the order of ids.
func (s *Store) Assessments(ctx context.Context) ([]Assessment, error) { return s.assessments(ctx, "") }

// Assessment reads what it says of one system, or ErrNotFound.
func (s *Store) Assessment(ctx context.Context, system string) (Assessment, error) {
	all, err := s.assessments(ctx, system)
	if err != nil {
		return Assessment{}, err
	}
	if len(all) == 0 {
		return Assessment{}, ErrNotFound
	}
	return all[0], nil
}

func (s *Store) assessments(ctx context.Context, system string) ([]Assessment, error) {
	var out []Assessment
	err := s.Each(ctx, "assessments.List", Params{"system": system}, func(scan func(...any) error) error {
		var body string
		if err := scan(&body); err != nil {
			return err
		}
		var a Assessment
		if err := json.Unmarshal([]byte(body), &a); err != nil {
			return fmt.Errorf("unable to read an assessment: %w", err)
		}
		out = append(out, a)
		return nil
	})
	return out, err
}
