package web_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// duplicate is what the canned county has of duplicate reporting, and keeps what is decided on it.
type duplicate struct {
	run         queries.DuplicateRun
	forms       map[string]queries.Form
	overlaps    []queries.FormOverlap
	matches     []queries.FieldMatch
	differences []queries.Difference
	items       []queries.DataItem
	plan        []queries.PlanLine
	decisions   []queries.PlanDecision
	synonyms    []queries.Synonym
	writeErr    error
}

func (c *canned) ReadForms(context.Context) (map[string]queries.Form, error) { return c.forms, c.err }

func (c *canned) DuplicateRun(context.Context) (queries.DuplicateRun, error) { return c.run, c.err }

func (c *canned) FormOverlaps(context.Context) ([]queries.FormOverlap, error) {
	return c.overlaps, c.err
}

func (c *canned) FieldMatches(_ context.Context, a, b string) ([]queries.FieldMatch, error) {
	var out []queries.FieldMatch
	for _, m := range c.matches {
		if m.FormA == a && m.FormB == b || m.FormA == b && m.FormB == a {
			out = append(out, m)
		}
	}
	return out, c.err
}

func (c *canned) ReadDifferences(_ context.Context, a, _ queries.Form, matches []queries.FieldMatch, _ time.Time) ([]queries.Difference, error) {
	var out []queries.Difference
	for _, d := range c.differences {
		if a.ID == "f1" && slices.ContainsFunc(matches, func(m queries.FieldMatch) bool { return m.FieldA == d.FieldA }) {
			out = append(out, d)
		}
	}
	return out, c.err
}

func (c *canned) DataItems(context.Context) ([]queries.DataItem, error) { return c.items, c.err }

func (c *canned) PlanLines(context.Context) ([]queries.PlanLine, error) { return c.plan, c.err }

func (c *canned) PlanDecisions(context.Context) ([]queries.PlanDecision, error) {
	return c.decisions, c.err
}

// PlanProgress measures the first accepted line and says of the others that it is too early.
func (c *canned) PlanProgress(context.Context) ([]queries.PlanProgress, error) {
	var out []queries.PlanProgress
	for _, d := range queries.NewestDecisions(c.decisions) {
		if d.Decision != queries.DecisionAccepted || d.Line.Action == queries.ActionAuthority {
			continue
		}
		p := queries.PlanProgress{Decision: d, State: queries.ProgressEarly, Periods: 1, Needed: 2}
		if len(out) == 0 {
			p.State, p.Saved, p.SoFar = queries.ProgressMeasured, queries.Hours{Mid: 40.4, Low: 31, High: 50}, 12.5
		}
		out = append(out, p)
	}
	return out, c.err
}

func (c *canned) Synonyms(context.Context) ([]queries.Synonym, error) { return c.synonyms, c.err }

func (c *canned) SaveSynonym(ctx context.Context, v queries.Synonym) error {
	v, err := v.Normalised()
	if err == nil {
		err = c.writeErr
	}
	if err != nil {
		return err
	}
	if err := c.RemoveSynonym(ctx, v); err != nil {
		return err
	}
	c.synonyms = append([]queries.Synonym{v}, c.synonyms...)
	return nil
}

func (c *canned) RemoveSynonym(_ context.Context, gone queries.Synonym) error {
	c.synonyms = slices.DeleteFunc(c.synonyms, func(v queries.Synonym) bool {
		return v.A == gone.A && v.B == gone.B || v.A == gone.B && v.B == gone.A
	})
	return c.writeErr
}

func (c *canned) ChoosePlan(_ context.Context, choice queries.PlanChoice) ([]queries.PlanDecision, error) {
	if c.writeErr != nil {
		return nil, c.writeErr
	}
	var out []queries.PlanDecision
	for _, name := range choice.Names {
		at := slices.IndexFunc(c.plan, func(l queries.PlanLine) bool { return l.ID == name })
		if at < 0 {
			return nil, errors.Join(errors.New(name), queries.ErrNoSuchLine)
		}
		out = append(out, queries.PlanDecision{
			Line: c.plan[at], Decision: choice.Decision, Effective: choice.Effective, By: choice.By, Note: choice.Note, Decided: choice.Now,
		})
	}
	c.decisions = append(c.decisions, out...)
	return out, nil
}

const why = `{"prior":-2.4,"log_odds":12.9,"label":{"measure":0.83,"weight":6.8,"a":"本月清运垃圾（吨）","b":"垃圾清运量（吨）"},` +
	`"format":{"measure":0.89,"weight":-1.6,"a":"integer","b":"decimal"},"values":{"measure":0.3,"weight":2.1,"shared":12,"of":40},` +
	`"distribution":{"measure":0.9,"weight":0.1},"aligned":{"measure":0.98,"weight":8},"alignment":{"n":880,"agree":0.991,"baseline":0.04},"against":["contrast"]}`

func (c *canned) addDuplicates() {
	c.run = queries.DuplicateRun{Run: 17, AsOf: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC), Forms: 57, Fields: 347, Compared: 331, Hours: queries.Hours{Mid: 9262, Low: 7841, High: 12063}}
	field := func(id, label, kind, unit, role string) queries.Field {
		return queries.Field{ID: id, Label: label, Type: kind, UnitOf: unit, Role: role}
	}
	c.forms = map[string]queries.Form{}
	for id, title := range c.names.Forms {
		c.forms[id] = queries.Form{ID: id, Title: title, System: c.names.FormSystems[id], Cycle: "month", Fields: []queries.Field{field("v", "村", "text", "", "key")}}
	}
	f1, f2 := c.forms["f1"], c.forms["f2"]
	f1.Basis, f1.Approved = "农发〔2025〕1号", true
	f1.Fields = append(f1.Fields, field("a", "本月清运垃圾（吨）", "number", "吨", ""), field("c", "常住户数", "integer", "户", ""), field("e", "整治类别", "code", "", ""), field("g", "投入资金（元）", "number", "元", ""), field("i", "照片", "photo", "", ""))
	f2.Fields = append(f2.Fields, field("b", "垃圾清运量（吨）", "number", "吨", ""), field("d", "常住户数", "integer", "户", ""), field("f", "类别代码", "code", "", ""), field("h", "资金（万元）", "number", "万元", ""), field("j", "参加人次", "integer", "人次", ""))
	c.forms["f1"], c.forms["f2"] = f1, f2
	for _, f := range []queries.Form{f1, f2} {
		for _, x := range f.Fields {
			c.names.Fields[f.ID+"."+x.ID] = x.Label
		}
	}
	overlap := func(a, b string, share, back float64, hours float64) queries.FormOverlap {
		return queries.FormOverlap{
			A: a, B: b, Share: [2]float64{share, back}, Shared: [2]uint32{4, 4}, Payload: [2]uint32{5, 6}, Rows: 880, Agreement: 0.984, Score: 0.99,
			Suggestion: "prefill", Hours: queries.Hours{Mid: hours, Low: 0.9 * hours, High: 1.2 * hours},
		}
	}
	c.overlaps = []queries.FormOverlap{overlap("f1", "f2", 0.83, 0.61, 160), overlap("f3", "f2", 0.31, 0.12, 35), overlap("f4", "f3", 0.55, 0.45, 8.4)}
	c.overlaps[2].Agreement, c.overlaps[2].Rows = math.NaN(), 0
	match := func(a, b, relation, kind string) queries.FieldMatch {
		return queries.FieldMatch{FormA: "f1", FieldA: a, FormB: "f2", FieldB: b, Relation: relation, Kind: kind, Score: 0.9995, Agreement: 0.991, Baseline: 0.04, Rows: 880, Join: "period", Why: why}
	}
	c.matches = []queries.FieldMatch{match("a", "b", "equal", "payload"), match("c", "d", "equal", "payload"), match("e", "f", "recode", "payload"), match("g", "h", "scale", "payload"), match("c", "j", "equal", "unlike")}
	c.matches[2].Codes, c.matches[3].Factor = map[string]string{"治污": "1", "清洁": "2"}, 0.0001
	c.matches[1].Agreement, c.matches[1].Rows, c.matches[1].Join = math.NaN(), 0, ""
	c.differences = []queries.Difference{
		{FieldA: "a", FieldB: "b", Unit: "330199003203", Period: "2026-05", A: "12.5", B: "15", Expected: "12.5", Compared: 880, Different: 2},
		{FieldA: "a", FieldB: "b", Unit: "330199001200", Period: "2026-04", A: "3", B: "5", Expected: "3", Compared: 880, Different: 2},
		{FieldA: "g", FieldB: "h", Unit: "330199001200", Period: "2026-04", A: "20000", B: "3", Expected: "2", Compared: 870, Different: 1},
	}
	itemField := func(form, field, label, relation string, member bool, hours float64) queries.DataItemField {
		return queries.DataItemField{
			Form: form, Field: field, Label: label, Member: member, Relation: relation, Agreement: 0.991, Rows: 880, Complete: 0.995, Delay: 33.2, Units: 150,
			Submissions: 1780, Hours: queries.Hours{Mid: hours, Low: 0.8 * hours, High: 1.3 * hours},
		}
	}
	item := queries.DataItem{
		ID: c.findings[len(c.findings)-1].ID, Name: "生活垃圾清运量", SourceForm: "f1", Source: "a", Agreement: 0.991, Rows: 880,
		Reasons: []queries.Message{key("dup.authority.competence", "form", "f1")}, Hours: queries.Hours{Mid: 66, Low: 50, High: 90}, Saved: queries.Hours{Mid: 24.4, Low: 20, High: 31},
		Fields: []queries.DataItemField{itemField("f1", "a", "本月清运垃圾（吨）", "", true, 40), itemField("f2", "b", "垃圾清运量（吨）", "equal", true, 26), itemField("f3", "v", "全年清运", "sum", false, 2)},
	}
	c.items = []queries.DataItem{item}
	for i := range 80 {
		other := item
		other.ID, other.Name, other.Agreement = fmt.Sprintf("item%02d", i), fmt.Sprintf("数据项 %d", i), math.NaN()
		other.Saved = queries.Hours{Mid: 20 - float64(i)/5, Low: 1, High: 30}
		c.items = append(c.items, other)
	}
	line := func(step uint32, action, form, field, from, source string, hours float64) queries.PlanLine {
		return queries.PlanLine{
			ID: strings.Repeat(fmt.Sprintf("%02d", len(c.plan)), 10), Step: step, Action: action, Form: form, Field: field, FromForm: from, From: source, Relation: "equal",
			Hours: queries.Hours{Mid: hours, Low: 0.8 * hours, High: 1.3 * hours}, Units: 150, Needs: []queries.Message{key("plan.need.end", "form", form)},
		}
	}
	add := func(l queries.PlanLine) { c.plan = append(c.plan, l) }
	add(line(1, queries.ActionAuthority, "f1", "a", "f1", "a", 0))
	c.plan[0].Item = item.ID
	add(line(1, queries.ActionDrop, "f2", "d", "f1", "c", 90))
	add(line(2, queries.ActionPrefill, "f2", "b", "f1", "a", 42.5))
	c.plan[2].Item = item.ID
	add(line(3, queries.ActionDrop, "f2", "h", "f1", "g", 12.5))
	c.plan[3].Factor = 0.0001
	for i := range uint32(40) {
		add(line(4+i, queries.ActionDrop, "f3", "v", "f2", "d", 10/float64(i+1)))
	}
	c.plan[len(c.plan)-1].Needs = []queries.Message{key("plan.need.legal.law", "form_source", "f2", "law", "统计法", "form", "f3")}
	add(line(44, queries.ActionMerge, "f4", "", "f3", "", 1.5))
}
