package analyzer

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/jianfu/jianfu/queries"
)

// ruleModel prepares once what all rules look at.
type ruleModel struct {
	uses  *useModel
	mutex sync.Mutex
	in    Input
	facts *ruleFacts
}

// ruleFacts is what is known of systems, forms and pages, with the words that tell what they are about.
type ruleFacts struct {
	words   *ruleWords
	systems []judgedUse
	forms   map[string][]ruleForm             // by system
	pages   map[[2]string][]queries.PageUse   // by system and topic, the most used first
	topics  map[[2]string]queries.TopicUse    // by system and topic; the empty topic for all pages
	answers map[[2]string]queries.AnswerCount // of the fields that rules look at, by form and field
	signs   map[string]map[string][]ruleField // by topic and system
	paired  []queries.FormOverlap
	run     queries.DuplicateRun
}

// ruleForm is a form that is asked: by its submissions of the window, or declared and without any so far.
type ruleForm struct {
	queries.Form
	use queries.FormUse
}

// ruleField is a field that a word makes a sign of a topic.
type ruleField struct {
	form  ruleForm
	field queries.Field
	word  string
}

func (f ruleField) ref() string { return f.form.ID + "." + f.field.ID }

// pageTopics are the topics that pages can be about, labelTopics those of fields.
var (
	pageTopics  = []string{"checkin", "trade"}
	labelTopics = []string{"checkin", "forced", "trace", "trade"}
)

func (m *ruleModel) of(ctx context.Context, in Input) (*ruleFacts, error) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.facts != nil && m.in == in {
		return m.facts, nil
	}
	words, err := loadRuleWords()
	if err != nil {
		return nil, err
	}
	f := &ruleFacts{
		words: words, forms: map[string][]ruleForm{}, pages: map[[2]string][]queries.PageUse{}, topics: map[[2]string]queries.TopicUse{},
		answers: map[[2]string]queries.AnswerCount{}, signs: map[string]map[string][]ruleField{},
	}
	if f.systems, err = m.uses.of(ctx, in); err != nil {
		return nil, err
	}
	if err := f.loadForms(ctx, in); err != nil {
		return nil, err
	}
	if err := f.loadPages(ctx, in); err != nil {
		return nil, err
	}
	if f.run, err = in.Store.DuplicateRun(ctx); err != nil {
		return nil, fmt.Errorf("unable to read when forms were compared: %w", err)
	}
	if err := f.loadOverlaps(ctx, in); err != nil {
		return nil, err
	}
	m.in, m.facts = in, f
	return f, nil
}

// loadForms reads which forms are asked and finds the fields that speak of a topic.
func (f *ruleFacts) loadForms(ctx context.Context, in Input) error {
	uses, err := in.Store.FormUses(ctx, evidenceStart(in.Window.From), in.Window.From, in.Window.To)
	if err != nil {
		return fmt.Errorf("unable to read how forms are used: %w", err)
	}
	var wanted [][2]string
	for _, form := range in.Registry.Forms() {
		use := uses[form.ID]
		if use.Submissions > 0 && use.Recent == 0 {
			continue
		}
		asked := ruleForm{form, use}
		f.forms[form.System] = append(f.forms[form.System], asked)
		system, _ := in.Registry.System(form.System)
		for _, topic := range labelTopics {
			for _, field := range form.Fields {
				word := f.words.speaks(topic, field.Label, form.Title, system.Name)
				if word == "" {
					continue
				}
				if f.signs[topic] == nil {
					f.signs[topic] = map[string][]ruleField{}
				}
				f.signs[topic][form.System] = append(f.signs[topic][form.System], ruleField{asked, field, word})
				wanted = append(wanted, [2]string{form.ID, field.ID})
			}
		}
	}
	answers, err := in.Store.AnswerCounts(ctx, wanted, in.Window.From, in.Window.To)
	if err != nil {
		return fmt.Errorf("unable to count answers: %w", err)
	}
	for _, a := range answers {
		f.answers[[2]string{a.Form, a.Field}] = a
	}
	return nil
}

// loadPages reads which pages of which topics people use, over the days on which visits are judged.
func (f *ruleFacts) loadPages(ctx context.Context, in Input) error {
	var spans []queries.Span
	for _, u := range f.systems {
		if u.seen {
			spans = append(spans, queries.Span{System: u.system.ID, From: u.coverage.mark - u.recent + 1, To: u.coverage.mark})
		}
	}
	pages, err := in.Store.PagesInUse(ctx, spans)
	if err != nil {
		return fmt.Errorf("unable to read which pages are used: %w", err)
	}
	var about []queries.TopicPage
	for _, p := range pages {
		for _, topic := range pageTopics {
			if f.words.page(topic, p.Page) != "" {
				about = append(about, queries.TopicPage{System: p.System, Page: p.Page, Topic: topic})
				key := [2]string{p.System, topic}
				f.pages[key] = append(f.pages[key], p)
			}
		}
	}
	for _, list := range f.pages {
		slices.SortStableFunc(list, func(a, b queries.PageUse) int { return int(b.Events) - int(a.Events) })
	}
	var below []string
	for _, u := range in.Registry.Units() {
		if u.Kind == "town" || u.Kind == "village" || u.Kind == "community" {
			below = append(below, u.Code)
		}
	}
	topics, err := in.Store.TopicUses(ctx, spans, about, below)
	if err != nil {
		return fmt.Errorf("unable to read who uses which pages: %w", err)
	}
	for _, t := range topics {
		f.topics[[2]string{t.System, t.Topic}] = t
	}
	return nil
}

// loadOverlaps reads which forms ask the same. What a law keeps apart is no repetition: one form names it, the other does not.
func (f *ruleFacts) loadOverlaps(ctx context.Context, in Input) error {
	all, err := in.Store.FormOverlaps(ctx)
	if err != nil {
		return fmt.Errorf("unable to read which forms overlap: %w", err)
	}
	borders, err := loadBorders()
	if err != nil {
		return err
	}
	for _, o := range all {
		a, knownA := in.Registry.Form(o.A)
		b, knownB := in.Registry.Form(o.B)
		if knownA && knownB && lawOf(&a, borders) == lawOf(&b, borders) {
			f.paired = append(f.paired, o)
		}
	}
	return nil
}
