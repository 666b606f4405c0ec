package analyzer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// anewAndAgain compares what is said with the evidence at hand with what is said without any, and gives the parts of the
// evidence that were made for the first.
func (o *office) anewAndAgain(step string) (values, meetings []string) {
	o.t.Helper()
	t := o.t.(*testing.T)
	before := keptOf(t, o.store)
	again := allDuplicates(t, simulated{input: o.input()})
	after := keptOf(t, o.store)
	if err := o.store.ForgetEvidence(t.Context(), []string{""}); err != nil {
		t.Fatal(err)
	}
	sameFindings(t, step, allDuplicates(t, simulated{input: o.input()}), again)
	if len(keptOf(t, o.store)) == 0 {
		t.Errorf("%s: no evidence is kept", step)
	}
	return remade(before, after, "values"), remade(before, after, "meetings")
}

// run executes a statement that changes the store behind the program's back.
func (o *office) run(statement string) {
	o.t.Helper()
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{"jianfu:0"}, Auth: clickhouse.Auth{Database: o.store.Database},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return querytest.Engine(o.t).Transport(), nil },
	})
	if err != nil {
		o.t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.Exec(o.t.Context(), statement+" SETTINGS mutations_sync = 2"); err != nil {
		o.t.Fatal(err)
	}
}

// registers are four forms: two monthly ones that ask the same, a yearly one, and two lists of persons.
func registers(o *office, units []string, months []string) []paper {
	numbers := func(field string, unit, period, _ int) any {
		item, _, _ := strings.Cut(field, "_")
		return 3 + count(item, unit, period, 90)
	}
	person := func(field string, unit, _, record int) any {
		switch item, _, _ := strings.Cut(field, "_"); item {
		case "id":
			return fmt.Sprintf("rid:%d-%d", unit, record)
		case "grade":
			return []string{"一级", "二级", "三级"}[count("grade", unit, record, 3)]
		default:
			return 10 * count(item, unit, record, 70)
		}
	}
	return []paper{
		{form: queries.Form{ID: "a", System: "s", Title: "月报甲", Cycle: "month", Fields: fields("visits_a 走访困难户（户次） integer flow", "relief_a 临时救助人次 integer flow", "trees_a 植树株数 integer flow")}, units: units, periods: months, answer: numbers},
		{form: queries.Form{ID: "b", System: "t", Title: "月报乙", Cycle: "month", Fields: fields("visits_b 困难群众走访（户次） integer flow", "relief_b 发放临时救助（人次） integer flow", "roads_b 修路里程 integer flow")}, units: units, periods: months, answer: numbers},
		{form: queries.Form{ID: "c", System: "t", Title: "年报", Cycle: "year", Fields: fields("trees_c 全年植树株数 integer flow", "pigs_c 生猪存栏 integer stock")}, units: units, periods: []string{"2025"}, answer: numbers},
		{form: queries.Form{ID: "p", System: "s", Title: "残疾人名册", Cycle: "year", Per: "person", Fields: fields("id_p 身份证号 id", "grade_p 残疾等级 text", "money_p 补贴金额 number")}, units: units, periods: []string{"2025"}, records: 12, answer: person},
		{form: queries.Form{ID: "q", System: "t", Title: "补贴发放表", Cycle: "year", Per: "person", Fields: fields("id_q 公民身份号码 id", "grade_q 残疾级别 text", "money_q 发放补贴（元） number")}, units: units, periods: []string{"2025"}, records: 12, answer: person},
	}
}

// Whatever happens to the store between two analyses, evidence that no longer holds is made anew, and what holds is not.
func TestEvidenceFollowsTheStore(t *testing.T) {
	if testing.Short() {
		t.Skip("analyses a store thirty times")
	}
	o := newOffice(t)
	units, _ := places(o.registry, 20)
	papers := registers(o, units, months("2026-01", 4))
	o.hand(papers...)
	form := func(id string) queries.Form {
		f, _ := o.registry.Form(id)
		f.Fields = slices.Clone(f.Fields)
		return f
	}
	all := []string{"a", "b", "c", "p", "q"}
	for _, step := range []struct {
		name   string
		change func()
		values []string
	}{
		{"for the first time", func() {}, all},
		{"nothing has changed", func() {}, nil},
		{"a month later", func() { o.hand(later(papers[:2], "2026-05")...) }, []string{"a", "b"}},
		{"a form takes a record back", func() {
			o.run("ALTER TABLE submissions DELETE WHERE form = 'b' AND unit = '" + units[3] + "'")
			o.run("ALTER TABLE answers DELETE WHERE form = 'b' AND unit = '" + units[3] + "'")
		}, []string{"b"}},
		{"records move to another unit", func() {
			o.run("ALTER TABLE submissions DELETE WHERE form = 'a' AND unit = '" + units[4] + "'")
			o.run("ALTER TABLE answers DELETE WHERE form = 'a' AND unit = '" + units[4] + "'")
			moved := papers[0]
			moved.units = []string{units[3]}
			o.hand(moved)
		}, []string{"a"}},
		{"values that have not arrived", func() {
			o.run("ALTER TABLE answers DELETE WHERE form = 'q' AND field = 'money_q'")
		}, []string{"q"}},
		{"a label changes", func() {
			f := form("a")
			f.Fields[0].Label = "入户走访次数"
			o.registry.DeclareForm(f)
		}, nil},
		{"a field becomes a header", func() {
			f := form("b")
			f.Fields[2].Role = "header"
			o.registry.DeclareForm(f)
		}, []string{"b"}},
		{"a cycle changes", func() {
			f := form("c")
			f.Cycle = "half"
			o.registry.DeclareForm(f)
		}, nil},
		{"a field is added", func() {
			f := form("p")
			f.Fields = append(f.Fields, queries.Field{Form: "p", ID: "note_p", Label: "备注", Type: "text", Position: 3, Declared: true})
			o.registry.DeclareForm(f)
		}, []string{"p"}},
		{"a unit moves to another town", func() {
			u, _ := o.registry.Unit(units[0])
			u.Parent = "330199000000"
			o.registry.DeclareUnit(u)
		}, nil},
		{"evidence is lost in part", func() { o.run("ALTER TABLE evidence DELETE WHERE form = 'q'") }, []string{"q"}},
		{"evidence is torn", func() {
			o.run("ALTER TABLE evidence UPDATE packed = substring(packed, 1, 100) WHERE form = 'a'")
		}, []string{"a"}},
		{"evidence is swapped", func() {
			o.run("ALTER TABLE evidence UPDATE packed = concat(substring(packed, 1, 40), 'x', substring(packed, 42)) WHERE form = 'c'")
		}, []string{"c"}},
		{"evidence is of another version", func() { o.run("ALTER TABLE evidence UPDATE print = print + 1 WHERE 1") }, all},
	} {
		step.change()
		values, meetings := o.anewAndAgain(step.name)
		if !slices.Equal(values, step.values) {
			t.Errorf("%s: %v were read anew, not %v", step.name, values, step.values)
		}
		if step.name == "nothing has changed" && len(meetings) > 0 {
			t.Errorf("%s: rows of %v were compared anew", step.name, meetings)
		}
	}
}

// later is the papers for another period.
func later(papers []paper, period string) []paper {
	out := slices.Clone(papers)
	for i := range out {
		out[i].periods = []string{period}
		answer := out[i].answer
		out[i].answer = func(field string, unit, _, record int) any { return answer(field, unit, 99, record) }
	}
	return out
}

// An analysis that ends in the middle leaves nothing that the next one would believe.
func TestEvidenceOfAnUnfinishedAnalysis(t *testing.T) {
	o := newOffice(t)
	units, _ := places(o.registry, 20)
	papers := registers(o, units, months("2026-01", 4))
	o.hand(papers...)
	ended := 0
	for round := range 12 {
		ctx, cancel := context.WithTimeout(t.Context(), time.Duration(5+round*round)*time.Millisecond)
		for _, id := range []string{"dup-form", "dup-item"} {
			for _, d := range detectorsOf(id) {
				if _, err := d.Detect(ctx, o.input()); errors.Is(err, context.DeadlineExceeded) || err != nil && ctx.Err() != nil {
					ended++
				} else if err != nil {
					t.Fatal(err)
				}
			}
		}
		cancel()
		if round%4 == 1 {
			o.hand(later(papers[:1], fmt.Sprintf("2026-06-%02d", round+1))...)
		}
	}
	if ended == 0 {
		t.Error("no analysis ended in the middle")
	}
	o.anewAndAgain("after unfinished analyses")
}

// Evidence of a form that is gone goes too.
func TestEvidenceIsForgotten(t *testing.T) {
	o := newOffice(t)
	units, _ := places(o.registry, 10)
	o.hand(registers(o, units, months("2026-01", 4))...)
	allDuplicates(t, simulated{input: o.input()})
	in := o.input()
	small, err := queries.OpenRegistry(t.Context(), newOffice(t).store)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range o.registry.Forms() {
		if f.ID != "q" {
			small.DeclareForm(f)
		}
	}
	in.Registry = small
	allDuplicates(t, simulated{input: in})
	for key := range keptOf(t, o.store) {
		if strings.HasSuffix(key, " q") {
			t.Errorf("%s is still kept", key)
		}
	}
}
