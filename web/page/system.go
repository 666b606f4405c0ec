package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// System is one system in full.
type System struct {
	component.View
	queries.SystemPage
	Called   *queries.NameTable
	Findings []queries.Finding
	Overlaps []queries.FormOverlap // of its forms with others, those that cost most first
	Holiday  func(day time.Time) (name string, off bool)
	Analysed time.Time
}

// assessed is what the last analysis says of the system; empty before one.
func (p System) assessed() queries.Assessment {
	if p.Assessment == nil {
		return queries.Assessment{Seen: SeenOf(p.SystemRow)}
	}
	return *p.Assessment
}

// sentence says what was found, first of all.
func (p System) sentence() string {
	if p.Verdict != nil && VerdictOf(p.SystemRow) != "" {
		return Short(p.View, *p.Verdict)
	}
	a := p.assessed()
	name := p.Name("system", p.ID)
	if reasons := saidAll(p.View, a.Reasons); len(reasons) > 0 {
		return strings.TrimRight(reasons[0], "。.")
	}
	if p.Verdict != nil && p.Verdict.Status == "not_assessed" && p.Assessment == nil {
		return Short(p.View, *p.Verdict)
	}
	switch {
	case a.Seen == queries.SeenNotCovered:
		return p.T("systems.sentence.not_covered", "name", name)
	case a.Seen == queries.SeenStale:
		return p.T("systems.sentence.stale", "name", name)
	case a.Seen == queries.SeenNoUse:
		return p.T("systems.sentence.no_use", "name", name)
	case a.Use.Recent > 0:
		return p.T("systems.sentence.used", "name", name, "recent", a.Use.Recent, "people", a.Use.Active, "n", a.Use.Meaningful)
	}
	return p.T("systems.sentence.seen", "name", name, "people", p.People, "n", p.Events)
}

// reasons are why there is no verdict, where there is none; the first one is the sentence of the page already.
func (p System) reasons() []string {
	all := saidAll(p.View, p.assessed().Reasons)
	if VerdictOf(p.SystemRow) != "" || len(all) < 2 {
		return nil
	}
	return all[1:]
}

// because are the grounds of the suggestion that the page has not said already.
func (p System) because() []string {
	told := saidAll(p.View, p.assessed().Reasons)
	return slices.DeleteFunc(saidAll(p.View, suggestionOf(p.SystemRow).Because), func(text string) bool { return slices.Contains(told, text) })
}

// computed says how far the logs reach and when all of this was reckoned.
func (p System) computed() string {
	a := p.assessed()
	var parts []string
	if c := a.Use.Coverage; c != nil && a.Seen != queries.SeenNotCovered {
		parts = append(parts, p.T("systems.coverage", "state", p.Known("coverage."+c.State, c.State), "share", c.Share, "from", c.From, "to", c.To))
	} else {
		parts = append(parts, p.T("systems.coverage_none"))
	}
	if !a.AsOf.IsZero() {
		parts = append(parts, p.T("systems.as_of", "day", p.Date(a.AsOf)))
	}
	if !p.Analysed.IsZero() {
		parts = append(parts, p.T("systems.computed", "time", p.Moment(p.Analysed)))
	}
	return strings.Join(parts, p.T("systems.stop"))
}

func (p System) facts() [][2]string {
	or := func(text string) string { return orWord(text, p.T("word.not_declared")) }
	out := [][2]string{
		{p.T("column.owner"), or(p.Owner)},
		{p.T("column.level"), or(p.Known("level."+p.Level, p.Level))},
		{p.T("column.kind"), or(p.Known("kind."+p.Kind, p.Kind))},
		{p.T("column.cycle"), or(p.cycle())},
		{p.T("column.launched"), or(strings.TrimPrefix(p.Date(p.Launched), locale.Absent))},
		{p.T("column.cost"), or(strings.TrimPrefix(moneyOrAbsent(p.View, p.AnnualCost), locale.Absent))},
		{p.T("systems.entitled"), or(strings.TrimPrefix(countOr(p.View, p.EntitledUsers), locale.Absent))},
		{p.T("systems.season"), p.season()},
	}
	if p.Waiver.Rule != "" {
		out = append(out, [2]string{p.T("column.waiver"), p.T("systems.waiver", "basis", p.Waiver.Basis, "until", p.Date(p.Waiver.Until))})
	}
	return out
}

func (p System) cycle() string {
	cycle := cmp.Or(p.Cycle, p.assessed().Use.Cycle)
	return p.Known("cycle."+cycle, cycle)
}

func (p System) season() string {
	use := p.assessed().Use
	season := p.Season
	if len(use.Season) == 2 {
		season = use.Season
	}
	switch {
	case len(season) != 2:
		return p.T("systems.season_none")
	case use.Learnt:
		return p.T("systems.season_learnt", "from", season[0], "to", season[1])
	}
	return p.T("systems.season_of", "from", season[0], "to", season[1])
}

// measure is one number of use with the key of its definition.
type measure struct {
	key, value, detail string
}

// measures are what is known of the use, those that cannot be known named as such.
func (p System) measures() []measure {
	a := p.assessed()
	use := a.Use
	if a.Seen == queries.SeenNotCovered || p.Assessment == nil {
		return nil
	}
	unknown := p.T("systems.unknown")
	silence := p.T("systems.measure.silence", "n", use.Silence, "needed", use.Needed)
	if use.Silence == 0 && !use.LastUse.IsZero() {
		silence = p.T("systems.measure.silence_none", "needed", use.Needed)
	}
	out := []measure{{"last_use", lastUse(p.View, p.SystemRow), silence}}
	if use.ReachKnown && use.Entitled > 0 {
		out = append(out, measure{"reach", locale.Percent(use.Reach, 0), p.T("systems.measure.reach", "n", use.Active, "entitled", use.Entitled, "days", use.Needed)})
	} else {
		out = append(out, measure{"reach", p.T("systems.people", "n", use.Active), p.T("systems.measure.reach_unknown", "days", use.Needed)})
	}
	units := measure{"breadth", p.Int(use.Units), p.T("systems.measure.units", "days", use.Needed)}
	if use.Entitling > 0 {
		units.value = p.T("systems.units_of", "n", use.Units, "of", use.Entitling)
	}
	out = append(
		out, units,
		measure{"stickiness", locale.Percent(use.Stickiness, 0), p.T("systems.measure.stickiness")},
		measure{"depth", orUnknown(use.Depth, unknown, func(x float64) string { return locale.Fixed(x, 1) }), p.T("systems.measure.depth")},
	)
	switch {
	case !use.ReadKnown:
		out = append(out, measure{"read_back", unknown, p.T("systems.measure.read_unknown")})
	default:
		out = append(out, measure{"read_back", p.T("systems.people", "n", use.ReadBack), p.T("systems.measure.read", "written", use.Written)})
	}
	if use.Visits > 0 {
		out = append(out, measure{"visits", locale.Percent(use.Empty, 0), p.T("systems.measure.visits", "n", use.Visits, "days", use.Recent)})
	}
	if use.Sent > 0 || p.Forms > 0 {
		last := locale.Absent
		if !use.LastSent.IsZero() {
			last = day(p.View, use.LastSent)
		}
		out = append(out, measure{"sent", p.Int(use.Sent), p.T("systems.measure.sent", "days", use.Needed, "last", last)})
	}
	out = append(
		out, measure{"cost_per_user", yuan(p.View, p.costPerOne()), p.T("systems.measure.cost")},
		measure{"trend", p.trend(use), p.T("systems.measure.trend", "n", len(use.Weeks))},
		measure{"noise", p.Int(use.Logins + use.Others + use.Machines + use.Vendor), p.T("systems.measure.noise", "logins", use.Logins, "machines", use.Machines, "vendor", use.Vendor, "days", use.Recent)},
	)
	return out
}

// notes are what else is known of the course of use: when it began to fall, where its people went.
func (p System) notes() []string {
	use := p.assessed().Use
	var out []string
	if !use.Onset.IsZero() {
		out = append(out, p.T("systems.onset", "day", p.Date(use.Onset)))
	}
	if use.MovedTo != "" {
		out = append(out, p.T("systems.moved", "n", use.Moved, "system", use.MovedTo))
	}
	return out
}

func (p System) costPerOne() float64 {
	if c := p.assessed().Use.CostPerOne; c > 0 {
		return c
	}
	return CostPerPerson(p.SystemRow)
}

func (p System) trend(use queries.Use) string {
	if len(use.Weeks) < 8 || math.IsNaN(use.Trend) {
		return p.T("systems.unknown")
	}
	words := locale.Percent(math.Abs(use.Trend), 0)
	switch {
	case math.Abs(use.Trend) < 0.005:
		return p.T("systems.trend.flat")
	case use.Trend > 0:
		return p.T("systems.trend.up", "share", words)
	}
	return p.T("systems.trend.down", "share", words)
}

// orUnknown writes a number that is zero where it could not be measured.
func orUnknown(x float64, unknown string, write func(float64) string) string {
	if x <= 0 || math.IsNaN(x) {
		return unknown
	}
	return write(x)
}

// Test is one of the five official tests with its answer and what the answer rests on.
type Test struct {
	Words, Answer, Evidence string
	State                   component.State
}

// testsInOrder are those of 国办发〔2017〕39号.
var testsInOrder = []string{"detached", "replaceable", "resources_idle", "unmaintained", "narrow"}

func (p System) tests() []Test {
	return TestsOf(p.View, p.assessed().Tests)
}

// TestsOf puts the five tests into words. One that was not answered is unknown.
func TestsOf(v component.View, answers []queries.TestAnswer) []Test {
	if len(answers) == 0 {
		return nil
	}
	var out []Test
	for _, name := range testsInOrder {
		t := Test{Words: v.T("systems.test." + name), State: component.NotAssessed, Answer: v.T("systems.answer_unknown"), Evidence: v.T("systems.no_evidence")}
		if i := slices.IndexFunc(answers, func(a queries.TestAnswer) bool { return a.Test == name }); i >= 0 {
			switch answers[i].Answer {
			case "yes":
				t.State, t.Answer = component.ToVerify, v.T("systems.answer_yes")
			case "no":
				t.State, t.Answer = component.NoProblem, v.T("systems.answer_no")
			}
			if text := said(v, answers[i].Evidence); text != "" {
				t.Evidence = text
			}
		}
		out = append(out, t)
	}
	return out
}

func minutes(v component.View, m float64) string {
	if math.IsNaN(m) || m <= 0 {
		return locale.Absent
	}
	return v.T("word.minutes", "n", math.Round(m*10)/10)
}
