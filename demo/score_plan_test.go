package demo

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// tinyTruth is a county of four forms, in hours that are easy to reckon: a and b ask x twice (in other codes), c asks once a quarter
// what a asks every month, d is kept apart by law.
func tinyTruth() *Truth {
	t := &Truth{
		Version: truthVersion,
		DuplicateForms: []FormPair{
			{A: "a", B: "b", Required: true},
			{A: "a", B: "d"},
		},
		DuplicateFields: []FieldPair{
			{A: "a.x", B: "b.x", Relation: "recode", Required: true},
			{A: "a.name", B: "b.name", Relation: "equal"},
			{A: "a.f", B: "c.f", Relation: "aggregate"},
			{A: "a.x", B: "d.x", Relation: "equal"},
		},
		Aggregates: []Aggregate{{Total: "c.f", Of: []string{"a.f"}, How: "sum", Kind: "period", Required: true}},
		Traps:      []Trap{{Kind: "kept-apart", Detector: "dup-item", A: "a.x", B: "d.x", Expect: expectLegal}},
		Conflicts:  []Conflict{{Kind: conflictCodes, A: "a.x", B: "b.x", Codes: map[string]string{"男": "1", "女": "2"}, Seen: map[string]int{"男": 60, "女": 50}, Required: true}},
	}
	for _, f := range []struct {
		form, field string
		hours       float64
		payload     bool
	}{
		{"a", "", 4, false},
		{"a", "unit", 1, false},
		{"a", "name", 3, false},
		{"a", "x", 30, true},
		{"a", "f", 40, true},
		{"b", "", 4, false},
		{"b", "unit", 1, false},
		{"b", "name", 3, false},
		{"b", "x", 20, true},
		{"b", "own", 50, true},
		{"c", "", 2, false},
		{"c", "f", 10, true},
		{"d", "", 2, false},
		{"d", "x", 15, true},
	} {
		h := FieldHours{Form: f.form, Field: f.field, Hours: f.hours, Payload: f.payload}
		if f.field != "" {
			h.Look = f.hours / 10
		}
		t.FieldHours = append(t.FieldHours, h)
	}
	t.savable(nil)
	return t
}

// planLine writes action, field and source as a plan has them.
func planLine(action, target, source, relation string, hours float64) queries.PlanLine {
	l := queries.PlanLine{Action: action, Relation: relation, Hours: queries.Hours{Mid: hours, Low: 0.9 * hours, High: 1.1 * hours}}
	l.Form, l.Field, _ = strings.Cut(target, ".")
	l.FromForm, l.From, _ = strings.Cut(source, ".")
	return l
}

func TestEachLineOfAPlanIsFollowed(t *testing.T) {
	drop, prefill, merge := queries.ActionDrop, queries.ActionPrefill, queries.ActionMerge
	lawful := planLine(prefill, "d.x", "a.x", "equal", 13.5)
	lawful.Needs = []queries.Message{{Key: "plan.need.legal_basis"}}
	for _, test := range []struct {
		name  string
		lines []queries.PlanLine
		true  float64
		fault string // of the last line
	}{
		{"nothing", nil, 0, ""},
		{"drop", []queries.PlanLine{planLine(drop, "b.x", "a.x", "recode", 20)}, 20, ""},
		{"pre-fill", []queries.PlanLine{planLine(prefill, "b.x", "a.x", "recode", 18)}, 18, ""},
		{"twice", []queries.PlanLine{planLine(drop, "b.x", "a.x", "recode", 20), planLine(drop, "b.x", "a.x", "recode", 0)}, 20, ""},
		{"pre-filled and dropped", []queries.PlanLine{planLine(prefill, "b.x", "a.x", "recode", 18), planLine(drop, "b.x", "a.x", "recode", 2)}, 20, ""},
		{"drop from one another", []queries.PlanLine{planLine(drop, "b.x", "a.x", "recode", 20), planLine(drop, "a.x", "b.x", "recode", 30)}, 50, "its source is dropped"},
		{"something else", []queries.PlanLine{planLine(drop, "b.own", "a.x", "equal", 50)}, 50, "not the same data"},
		{"another relation", []queries.PlanLine{planLine(drop, "b.x", "a.x", "equal", 20)}, 20, "the relation is recode"},
		{"a sum", []queries.PlanLine{planLine(drop, "c.f", "a.f", "aggregate", 10)}, 10, ""},
		{"a sum as if it were the same", []queries.PlanLine{planLine(drop, "c.f", "a.f", "equal", 10)}, 10, "it adds up"},
		{"the same as if it were a sum", []queries.PlanLine{planLine(drop, "b.x", "a.x", "aggregate", 20)}, 20, "adds up to nothing"},
		{"the details from the sum", []queries.PlanLine{planLine(drop, "a.f", "c.f", "aggregate", 40)}, 40, "not the same data"},
		{"a name pre-filled", []queries.PlanLine{planLine(prefill, "b.name", "a.name", "equal", 2.7)}, 2.7, ""},
		{"a name dropped", []queries.PlanLine{planLine(drop, "b.name", "a.name", "equal", 3)}, 3, "identifies a person"},
		{"against the law", []queries.PlanLine{planLine(prefill, "d.x", "a.x", "equal", 13.5)}, 13.5, "the law"},
		{"with a legal basis", []queries.PlanLine{lawful}, 13.5, ""},
		// Opening b, its unit, name and x are saved; its own question moves on.
		{"merge", []queries.PlanLine{planLine(merge, "b", "a", "", 28)}, 28, ""},
		{"drop and merge", []queries.PlanLine{planLine(drop, "b.x", "a.x", "recode", 20), planLine(merge, "b", "a", "", 8)}, 28, ""},
		{"merge with another", []queries.PlanLine{planLine(merge, "b", "c", "", 28)}, 28, "the forms do not ask the same"},
		{"merge against the law", []queries.PlanLine{planLine(merge, "d", "a", "", 17)}, 17, ""},
		{"source", []queries.PlanLine{planLine(queries.ActionAuthority, "a.x", "", "", 0)}, 0, ""},
	} {
		p := ScorePlan(tinyTruth(), test.lines)
		if math.Abs(p.True-test.true) > 1e-9 || math.Abs(p.Promised-test.true) > 1e-9 || p.Covered != p.Lines {
			t.Errorf("%s: saves %.2f and promises %.2f, want %.2f; %d of %d intervals hold", test.name, p.True, p.Promised, test.true, p.Covered, p.Lines)
		}
		if (test.fault == "") != (len(p.Wrong) == 0) || test.fault != "" && !strings.Contains(p.Wrong[len(p.Wrong)-1], test.fault) {
			t.Errorf("%s: faults %v, want %q", test.name, p.Wrong, test.fault)
		}
	}
}

func TestAPlanThatPromisesTooMuch(t *testing.T) {
	wide := planLine(queries.ActionDrop, "b.x", "a.x", "recode", 30)
	wide.Hours.Low = 15
	p := ScorePlan(tinyTruth(), []queries.PlanLine{wide, planLine(queries.ActionDrop, "c.f", "a.f", "aggregate", 20)})
	if math.Abs(p.Error-(50.0/30-1)) > 1e-9 || p.Covered != 1 || p.Precision != 1 {
		t.Errorf("%+v", p)
	}
	if p := ScorePlan(tinyTruth(), []queries.PlanLine{planLine(queries.ActionMerge, "nowhere", "a", "", 5)}); !math.IsInf(p.Error, 1) || p.Precision != 0 {
		t.Errorf("%+v", p)
	}
}

func TestHowMuchOfWhatIsEnteredAgainAPlanReaches(t *testing.T) {
	for _, test := range []struct {
		lines          []queries.PlanLine
		asked, reached float64
		left           string
	}{
		{nil, 20, 0, "b.x"},
		{[]queries.PlanLine{planLine(queries.ActionDrop, "b.x", "a.x", "recode", 20)}, 20, 20, ""},
		{[]queries.PlanLine{planLine(queries.ActionPrefill, "a.x", "b.x", "recode", 27)}, 30, 30, ""},
		{[]queries.PlanLine{planLine(queries.ActionMerge, "b", "a", "", 28)}, 20, 20, ""},
	} {
		p := ScorePlan(tinyTruth(), test.lines)
		if p.Asked != test.asked || p.Reached != test.reached || strings.Join(p.Left, " ") != test.left || math.Abs(p.Recall-test.reached/test.asked) > 1e-9 {
			t.Errorf("%v: reaches %.0f of %.0f, left %v", test.lines, p.Reached, p.Asked, p.Left)
		}
	}
}

func TestCodeMappingsOfAPlanMustBeExact(t *testing.T) {
	for _, test := range []struct {
		codes map[string]string
		exact int
	}{
		{map[string]string{"男": "1", "女": "2"}, 1},
		{map[string]string{"1": "男", "2": "女"}, 1},
		{map[string]string{"男": "2", "女": "1"}, 0},
		{map[string]string{"男": "1"}, 0},
		{map[string]string{"男": "1", "女": "2", "未知": "9"}, 0},
	} {
		l := planLine(queries.ActionDrop, "b.x", "a.x", "recode", 20)
		l.Codes = test.codes
		if p := ScorePlan(tinyTruth(), []queries.PlanLine{l}); p.Mappings != 1 || p.Exact != test.exact {
			t.Errorf("%v: %d of %d exact", test.codes, p.Exact, p.Mappings)
		}
	}
}

// Whatever a plan says, in whatever order and however often, it saves no more than there is, and what it saves does not depend
// on hours it promises.
func TestNoPlanSavesMoreThanThereIs(t *testing.T) {
	truth := tinyTruth()
	total := 0.0
	var fields, forms []string
	for _, h := range truth.FieldHours {
		total += h.Hours
		if h.Field != "" {
			fields = append(fields, h.Form+"."+h.Field)
		} else {
			forms = append(forms, h.Form)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		var lines []queries.PlanLine
		for range rapid.IntRange(0, 12).Draw(t, "lines") {
			action := rapid.SampledFrom([]string{queries.ActionDrop, queries.ActionPrefill, queries.ActionMerge}).Draw(t, "action")
			list := fields
			if action == queries.ActionMerge {
				list = forms
			}
			l := planLine(action, rapid.SampledFrom(list).Draw(t, "target"), rapid.SampledFrom(list).Draw(t, "source"), "equal", rapid.Float64Range(0, 100).Draw(t, "hours"))
			lines = append(lines, l)
		}
		p := ScorePlan(truth, lines)
		if p.True < 0 || p.True > total+1e-9 || p.Right+len(p.Wrong) != p.Lines || p.Reached > p.Asked+1e-9 {
			t.Fatalf("%+v of %.0f hours", p, total)
		}
		again := ScorePlan(truth, append(lines, lines...))
		if math.Abs(again.True-p.True) > 1e-9 {
			t.Fatalf("%.3f hours, and %.3f when said twice", p.True, again.True)
		}
	})
}

func TestTheBestPlanOfACounty(t *testing.T) {
	truth := build(t, Options{Villages: 60, Fraud: 0.1}).truth
	hours := truth.hoursOfFields()
	var lines []queries.PlanLine
	for _, c := range truth.Savable {
		keep := c.Fields[0]
		for _, x := range c.Fields {
			if hours[x].Hours > hours[keep].Hours {
				keep = x
			}
		}
		for _, x := range c.Fields {
			if x != keep {
				lines = append(lines, planLine(queries.ActionDrop, x, keep, "", hours[x].Hours))
			}
		}
	}
	p := ScorePlan(truth, lines)
	if p.Precision != 1 || math.Abs(p.Recall-1) > 1e-9 || math.Abs(p.Error) > 1e-9 || p.Covered != p.Lines || p.True < 100 {
		t.Errorf("%+v", p)
	}
	r := Report{Plan: &p, Traps: []TrapRow{{Kind: "constant", Pairs: 4, Wrong: 1, Rate: 0.25, Names: []string{"a.x | b.x"}}, {Pairs: 4, Wrong: 1, Rate: 0.25}}}
	for language, words := range map[string][]string{"zh-CN": {"整合方案", "常数 1/4（25.0%）", "误入陷阱 常数：a.x | b.x"}, "en": {"merge plan of", "constants 1/4 (25.0 %)", "trap constants"}} {
		var out bytes.Buffer
		if err := r.Write(&out, language, true); err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if !strings.Contains(out.String(), word) {
				t.Errorf("%s: no %q in\n%s", language, word, &out)
			}
		}
	}
}

func TestPlansAreReadAsTheyArePrinted(t *testing.T) {
	text := `{"action":"drop_field","form":"b","field":"x","from":"a.x","relation":"recode","hours_per_year":[18.5,21.5],"needs":"代码对照","codes":{"1":"男"}}

{"action":"merge_forms","form":"b","field":"","from":"a","relation":"","hours_per_year":[1,3],"needs":["interface","legal_basis"]}
`
	lines, err := ReadPlan(strings.NewReader(text))
	if err != nil || len(lines) != 2 {
		t.Fatalf("%d lines: %v", len(lines), err)
	}
	if l := lines[0]; l.Form != "b" || l.Field != "x" || l.FromForm != "a" || l.From != "x" || l.Hours.Mid != 20 || l.Codes["1"] != "男" || l.Needs[0].Key != "代码对照" {
		t.Errorf("%+v", l)
	}
	if l := lines[1]; l.FromForm != "a" || l.From != "" || l.Hours.High != 3 || !legalNeed(l.Needs[1]) || legalNeed(l.Needs[0]) {
		t.Errorf("%+v", l)
	}
	if _, err := ReadPlan(strings.NewReader("{}\n{broken")); err == nil || !strings.Contains(err.Error(), "line 2") {
		t.Errorf("error %v, want one of line 2", err)
	}
}

func FuzzReadPlan(f *testing.F) {
	f.Add(`{"action":"drop_field","form":"b","field":"x","from":"a.x","relation":"equal","hours_per_year":[1,2],"needs":""}`)
	f.Add(`{"action":"merge_forms","form":"b","from":"a","hours_per_year":[1,2],"needs":["x",3,null]}`)
	f.Add(`{"needs":{"a":1}}` + "\n\n" + `[]`)
	f.Add("\x00{")
	f.Fuzz(func(t *testing.T, text string) {
		lines, err := ReadPlan(strings.NewReader(text))
		if err != nil {
			return
		}
		if p := ScorePlan(tinyTruth(), lines); p.Right > p.Lines || p.True < 0 {
			t.Errorf("%+v", p)
		}
	})
}

func TestTruthIsReadAsItIsWritten(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	path := filepath.Join(t.TempDir(), "truth.json")
	text, err := json.Marshal(c.truth)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	truth, err := ReadTruth(file)
	if err != nil {
		t.Fatal(err)
	}
	findings, verify := perfect(truth)
	for _, row := range Score(truth, findings, verify).Rows {
		if row.Precision != 1 || row.Recall != 1 {
			t.Errorf("%+v", row)
		}
	}
	for _, text := range []string{"{", `{"version": 1}`} {
		if _, err := ReadTruth(strings.NewReader(text)); err == nil {
			t.Errorf("%s is read as a truth", text)
		}
	}
}

// Whoever walks into one kind of trap is told of that kind alone.
func TestWalkingIntoATrap(t *testing.T) {
	truth := build(t, Options{Villages: 60, Fraud: 0.1}).truth
	first := map[string]Trap{}
	for _, trap := range truth.Traps {
		if _, known := first[trap.Kind]; !known && trap.Detector == "dup-item" {
			first[trap.Kind] = trap
		}
	}
	say := func(trap Trap, relation string, explanation string) []TrapRow {
		f := queries.Finding{Detector: "dup-item", Status: "open", Evidence: queries.Evidence{Detail: map[string]any{"pairs": []any{map[string]any{"a": trap.B, "b": trap.A, "relation": relation}}}}}
		f.Explanations = []queries.Message{{Key: "dup.explain.law"}, {Key: explanation}}
		return Score(truth, []queries.Finding{f}, nil).Traps
	}
	for kind, trap := range first {
		for _, row := range say(trap, "equal", "") {
			want := 0
			if row.Kind == kind {
				want = 1
			}
			if row.Kind != "asked-again" && row.Kind != "" && row.Wrong != want {
				t.Errorf("%s: %d of %s wrong", kind, row.Wrong, row.Kind)
			}
		}
	}
	for _, test := range []struct {
		kind, relation, explanation string
		wrong                       int
	}{
		{"kept-apart", "equal", "dup.explain.needs_legal_basis", 0},
		{"identity", "identity", "", 0},
		{"prefilled", "prefilled", "", 0},
		{"period-flow", "sum", "", 0},
		{"period-stock", "last", "", 0},
		{"period-stock", "sum", "", 1},
		{"detail-total", "sum", "", 0},
		{"definition", "last", "", 1},
		{"header", "identity", "", 1},
	} {
		for _, row := range say(first[test.kind], test.relation, test.explanation) {
			if row.Kind == test.kind && row.Wrong != test.wrong {
				t.Errorf("%s told as %s: %d wrong, want %d", test.kind, test.relation, row.Wrong, test.wrong)
			}
		}
	}
}
