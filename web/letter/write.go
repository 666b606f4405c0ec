package letter

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/page"
)

// most is how many rows a table of a letter has at most; the page of the system shows all.
const most = 8

// writer puts a letter together.
type writer struct {
	component.View
	*Data
	a     *queries.Assessment
	s     *queries.Suggestion
	out   []Block
	parts int
}

func (w *writer) name() string { return cmp.Or(w.System.Name, w.System.ID) }

func (w *writer) owner() string { return cmp.Or(w.System.Owner, w.T("word.unknown_owner")) }

func (w *writer) add(kind Kind, text string) {
	if text != "" {
		w.out = append(w.out, Block{Kind: kind, Text: text})
	}
}

// head begins a numbered part.
func (w *writer) head(key string) {
	w.parts++
	number := w.T("letter.number." + string(rune('0'+w.parts)))
	w.add(Heading, w.T("letter.numbered", "number", number, "words", w.T(key)))
}

// list writes texts as numbered lines.
func (w *writer) list(texts []string) {
	for i, text := range texts {
		w.add(Item, w.T("letter.item", "n", i+1, "text", text))
	}
}

// table writes a table, and how many rows it leaves out.
func (w *writer) table(head []string, widths []int, rows [][]string) {
	all := len(rows)
	if all == 0 {
		return
	}
	rows = rows[:min(all, most)]
	w.out = append(w.out, Block{Kind: Table, Head: head, Widths: widths, Rows: rows})
	if all > most {
		w.add(Note, w.T("letter.more", "n", all-most))
	}
}

func (w *writer) heads(keys ...string) []string {
	out := make([]string, len(keys))
	for i, key := range keys {
		out[i] = w.T(key)
	}
	return out
}

// say renders a message, or nothing where there is none.
func (w *writer) say(m queries.Message) string {
	if m.Key == "" {
		return ""
	}
	return w.M(m)
}

func (w *writer) sayAll(all []queries.Message) []string {
	var out []string
	for _, m := range all {
		if text := w.say(m); text != "" && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	return out
}

func (w *writer) reason() {
	w.head("letter.part.reason")
	w.add(Text, w.T("letter.reason", "name", w.name(), "place", cmp.Or(w.Place, w.T("report.whole")), "day", w.Date(w.a.AsOf),
		"action", w.T("letter.action."+w.s.Action, "system", w.s.Into)))
}

// rules cites what the suggestion rests on: the general rules, those of apps, and the rule of the detector.
func (w *writer) rules() {
	w.head("letter.part.rules")
	keys := []string{"zombie", "burden"}
	if slices.Contains([]string{"app", "mini_program", "account", "group"}, w.System.Kind) {
		keys = append(keys, "fingertip", "app")
	}
	var texts []string
	for _, key := range keys {
		texts = append(texts, w.T("letter.rule."+key))
	}
	if f := w.System.Verdict; f != nil && f.Status != "not_assessed" {
		if rule := w.say(f.Rule); rule != "" && !slices.Contains(texts, rule) {
			texts = append(texts, rule)
		}
		if f.Evidence.Policy != "" {
			texts = append(texts, w.T("letter.rule.policy", "version", f.Evidence.Policy))
		}
	}
	w.list(texts)
}

// facts states what was seen: the sentence of the finding, the measures as a table, and how far the logs reach.
func (w *writer) facts() {
	w.head("letter.part.facts")
	if f := w.System.Verdict; f != nil && f.Status != "not_assessed" {
		w.add(Text, page.Sentence(w.View, *f))
	}
	use := w.a.Use
	unknown := w.T("systems.unknown")
	rows := [][]string{
		{w.T("letter.fact.verdict"), w.Known("verdict."+w.a.Verdict, w.T("systems.flagged")), w.T("letter.fact.silence", "n", use.Silence, "needed", use.Needed)},
	}
	last := w.T("systems.none_seen")
	if !use.LastUse.IsZero() {
		last = w.Date(use.LastUse)
	}
	rows = append(rows, []string{w.T("help.system_last_use.name"), last, w.T("letter.fact.recent", "days", use.Recent, "n", use.Meaningful)})
	reach := unknown
	if use.Entitled > 0 {
		reach = w.T("letter.fact.reach", "n", use.Active, "entitled", use.Entitled)
	}
	rows = append(
		rows, []string{w.T("help.system_reach.name"), w.T("systems.people", "n", use.Active), reach},
		[]string{w.T("help.system_noise.name"), locale.Number(float64(use.Logins + use.Others + use.Machines + use.Vendor)), w.T("systems.measure.noise", "logins", use.Logins, "machines", use.Machines, "vendor", use.Vendor, "days", use.Recent)},
	)
	cost := unknown
	if w.System.AnnualCost > 0 {
		cost = w.T("systems.yuan", "n", locale.Fixed(w.System.AnnualCost, 0))
	}
	per := w.T("letter.fact.nobody")
	if x := page.CostPerPerson(w.System.SystemRow); !math.IsNaN(x) {
		per = w.T("letter.fact.per_person", "money", w.T("systems.yuan", "n", locale.Fixed(x, 0)))
	}
	rows = append(rows, []string{w.T("column.cost"), cost, per})
	if w.System.Forms > 0 {
		rows = append(rows, []string{w.T("column.forms"), locale.Number(float64(w.System.Forms)), w.T("letter.fact.forms", "sent", w.System.Submissions, "hours", locale.Fixed(w.System.Hours, 0))})
	}
	w.table(w.heads("letter.column.fact", "letter.column.value", "letter.column.detail"), []int{24, 26, 50}, rows)
	if c := use.Coverage; c != nil {
		w.add(Text, w.T("letter.coverage", "state", w.Known("coverage."+c.State, c.State), "share", c.Share, "from", c.From, "to", c.To))
	}
}

func (w *writer) tests() {
	tests := page.TestsOf(w.View, w.a.Tests)
	if len(tests) == 0 {
		return
	}
	w.head("systems.tests")
	var rows [][]string
	for _, t := range tests {
		rows = append(rows, []string{t.Words, t.Answer, t.Evidence})
	}
	w.table(w.heads("systems.column.test", "systems.column.answer", "systems.column.evidence"), []int{28, 12, 60}, rows)
	w.add(Note, w.T("systems.tests_note"))
}

// concerned says whom the end of the system would touch, and which data must not get lost.
func (w *writer) concerned() {
	w.head("letter.part.concerned")
	if w.s.People+w.s.Units == 0 {
		w.add(Text, w.T("letter.concerned_none"))
	} else {
		w.add(Text, w.T("letter.concerned", "people", w.s.People, "n", w.s.Units))
	}
	if len(w.s.Dependants) == 0 {
		w.add(Text, w.T("systems.no_dependants"))
	}
	var rows [][]string
	for _, d := range w.s.Dependants {
		rows = append(rows, []string{page.DependantWords(w.View, d), cmp.Or(w.say(d.Why), w.T("letter.dependant", "n", d.Events, "day", w.Date(d.Last)))})
	}
	w.table(w.heads("systems.column.dependant", "letter.column.seen"), []int{36, 64}, rows)
	rows = nil
	for _, m := range w.s.Move {
		rows = append(rows, []string{w.Name("form", m.Form), w.Int(m.Submissions), page.SpanWords(w.View, m), w.T("duplicates.of", "n", m.Covered, "of", m.Fields)})
	}
	if len(rows) > 0 {
		w.add(Text, w.T("letter.move", "n", len(rows)))
	}
	w.table(w.heads("column.form", "systems.column.kept_submissions", "column.period", "systems.column.covered"), []int{38, 16, 30, 16}, rows)
}

func (w *writer) plan() {
	w.head("letter.part.plan")
	w.add(Text, w.T("systems.suggest."+w.s.Action, "system", w.s.Into))
	w.list(w.sayAll(w.s.Because))
	if len(w.s.Successors) > 0 {
		var rows [][]string
		for _, c := range w.s.Successors {
			share := locale.Absent
			if c.Share > 0 {
				share = locale.Percent(c.Share, 0)
			}
			rows = append(rows, []string{w.Name("system", c.System), cmp.Or(w.Called.Owners[c.System], w.T("word.unknown_owner")), share})
		}
		w.table(w.heads("letter.column.successor", "column.owner", "systems.column.share"), []int{44, 34, 22}, rows)
	}
	if w.s.Hours.Mid > 0 {
		w.add(Text, w.T("letter.saves", "hours", page.Amount(w.View, w.s.Hours)))
	}
	if w.s.Yuan.Mid > 0 {
		w.add(Text, w.T("letter.saves_yuan", "money", page.Money(w.View, w.s.Yuan)))
	}
	var rows [][]string
	for _, s := range w.s.Steps {
		rows = append(rows, []string{w.Date(s.Day), w.Known("systems.step."+s.Step, s.Step), cmp.Or(w.say(s.Needs), locale.Absent)})
	}
	w.table(w.heads("letter.column.day", "letter.column.step", "letter.column.needs"), []int{20, 22, 58}, rows)
	if len(rows) > 0 {
		w.add(Note, w.T("systems.plan_note"))
	}
}

// due is the day by which an answer is asked for.
func (w *writer) due() time.Time {
	if !w.Due.IsZero() {
		return w.Due
	}
	for _, s := range w.s.Steps {
		if s.Step == "answer" {
			return s.Day
		}
	}
	return time.Time{}
}

func (w *writer) answer() {
	w.head("letter.part.answer")
	if due := w.due(); due.IsZero() {
		w.add(Text, w.T("letter.answer_open"))
	} else {
		w.add(Text, w.T("letter.answer", "day", w.Date(due)))
	}
	w.list(w.heads("letter.answer_accept", "letter.answer_dispute", "letter.answer_exempt"))
	w.add(Text, w.T("letter.answer_silence"))
}

// method is the annex: how it was reckoned, what it cannot say.
func (w *writer) method() {
	var texts []string
	for _, key := range []string{"use", "silence", "coverage", "hours", "tests"} {
		texts = append(texts, w.T("letter.method."+key))
	}
	w.add(Heading, w.T("letter.annex_method"))
	w.list(texts)
	w.add(Heading, w.T("letter.annex_limits"))
	texts = nil
	for _, key := range []string{"machine", "cause", "unseen", "people"} {
		texts = append(texts, w.T("letter.limit."+key))
	}
	w.list(texts)
}
