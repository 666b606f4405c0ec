package analyzer

import (
	"context"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

func learning(t *testing.T, all ...queries.Synonym) *Matcher {
	t.Helper()
	m, err := NewMatcher()
	if err != nil {
		t.Fatal(err)
	}
	m.Learn(all)
	return m
}

// judgement is what a matcher says of two labels that stand among others.
func judgement(t *testing.T, m *Matcher, a, b Column) Match {
	t.Helper()
	left := append([]Column{a}, labelled("甲", "备注", "户主姓名", "耕地面积(亩)")...)
	right := append([]Column{b}, labelled("乙", "备注", "户主姓名", "耕地面积(亩)")...)
	matches, err := m.Match(context.Background(), left, right, MatchOptions{Floor: -1})
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range matches {
		if x.RefA.Column == 0 && x.RefB.Column == 0 {
			return x
		}
	}
	return Match{}
}

func TestLearnConfirmed(t *testing.T) {
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }
	m := learning(
		t,
		queries.Synonym{A: "连心卡发放数", B: "便民服务名片份数", Same: true, By: "李", At: day(1)},
		queries.Synonym{A: "户籍人口", B: "常住人口", Same: true, At: day(2)},
		queries.Synonym{A: "湾长人数", B: "塆长人数", Same: true, At: day(3)},
		queries.Synonym{A: "低保户数", B: "最低生活保障户数", Same: true, At: day(1)},
		queries.Synonym{A: "低保户数", B: "（1）最低生活保障户数（户）", Same: false, At: day(5)}, // the newer verdict on the same labels
	)
	plain := learning(t)
	for _, test := range []struct {
		a, b           string
		before, learnt bool
	}{
		{"连心卡发放数", "便民服务名片份数", false, true},
		{"3、连心卡发放数（张）", "便民服务名片份数", false, true},
		{"户籍人口", "常住人口", false, true}, // people know better than the words
		{"塆长姓名", "湾长姓名", false, true}, // by the one word that set confirmed labels apart
		{"便民服务名片份数", "入户走访次数", false, false},
		{"户籍人口", "流动人口", false, false},
		{"低保户数", "最低生活保障户数", true, false},
	} {
		a, b := labelled("甲", test.a)[0], labelled("乙", test.b)[0]
		if before := judgement(t, plain, a, b); before.Score >= 0.5 != test.before {
			t.Errorf("%s, %s: %.2f before", test.a, test.b, before.Score)
		}
		got := judgement(t, m, a, b)
		if got.Score >= 0.5 != test.learnt {
			t.Errorf("%s, %s: %.2f after learning, %+v", test.a, test.b, got.Score, got.Why)
		}
		if test.learnt && (got.Why.Learnt == nil || !got.Why.Learnt.Same) {
			t.Errorf("%s, %s: the verdict is not named: %+v", test.a, test.b, got.Why)
		}
	}
}

func TestLearnRejected(t *testing.T) {
	m := learning(t, queries.Synonym{A: "帮扶责任人", B: "帮扶干部", By: "王", At: time.Now()})
	a, b := labelled("甲", "帮扶责任人")[0], labelled("乙", "帮扶干部")[0]
	got := judgement(t, m, a, b)
	if got.Score >= 0.5 || !slices.Contains(got.Why.Vetoes, "rejected") || got.Why.Learnt == nil || got.Why.Learnt.By != "王" {
		t.Errorf("%+v", got)
	}
	// Rows of the same subjects may show the contrary; the verdict stands beside.
	opts := MatchOptions{Align: func(x, y ColumnRef) (Alignment, bool) {
		return Alignment{N: 200, Agree: 0.99, Baseline: 0.02}, x.Column == 0 && y.Column == 0
	}}
	matches, err := m.Match(context.Background(), []Column{a}, []Column{b}, opts)
	if err != nil {
		t.Fatal(err)
	}
	if len(matches) != 1 || matches[0].Score < 0.5 || !slices.Contains(matches[0].Why.Against, "rejected") {
		t.Errorf("%+v", matches)
	}
}

// Two fields of the same label can be told apart, and only they.
func TestLearnRejectedFields(t *testing.T) {
	m := learning(t, queries.Synonym{A: "人数", B: "人数", FieldA: "b.n", FieldB: "a.n", At: time.Now()})
	column := func(table string) Column { return Column{Table: table, ID: "n", Label: "人数"} }
	if got := judgement(t, m, column("a"), column("b")); got.Score >= 0.5 || !slices.Contains(got.Why.Vetoes, "rejected") {
		t.Errorf("%+v", got)
	}
	named := Column{Table: "x", ID: "人数", Field: "b.n", Label: "人数"}
	if got := judgement(t, m, column("a"), named); got.Score >= 0.5 {
		t.Errorf("%+v", got)
	}
	if got := judgement(t, m, column("a"), column("c")); got.Score < 0.5 {
		t.Errorf("%+v", got)
	}
}

// What is concluded from one pair of labels to others is only ever a pair of words that nothing is known of.
func TestLearnConcludesLittle(t *testing.T) {
	x, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		a, b string
		want [2]string
	}{
		{"湾长姓名", "塆长姓名", [2]string{"塆长", "湾长"}},
		{"水稻面积", "玉米面积", [2]string{}},       // known words
		{"60岁人数", "70岁人数", [2]string{}},     // numbers
		{"果农人数", "菜农姓名", [2]string{}},       // two differences
		{"户主姓名", "户主联系电话", [2]string{}},     // known terms
		{"qyzt_mc", "zzzz_dh", [2]string{}}, // nothing in common but their kind
	} {
		l := newLearnt(x, []queries.Synonym{{A: test.a, B: test.b, Same: true}})
		if test.want == [2]string{} && len(l.words) > 0 || test.want != [2]string{} && l.words[test.want] == nil {
			t.Errorf("%s, %s: %v", test.a, test.b, l.words)
		}
	}
	both := newLearnt(x, []queries.Synonym{{A: "湾长姓名", B: "塆长姓名", Same: true}, {A: "湾长电话", B: "塆长电话"}})
	if len(both.words) != 0 {
		t.Errorf("a rejected pair differs by the same words: %v", both.words)
	}
}

// In large runs too, confirmed labels are brought together although they share no word.
func TestLearnBlocks(t *testing.T) {
	m := learning(t, queries.Synonym{A: "连心卡发放数", B: "便民服务名片份数", Same: true, At: time.Now()})
	forms := make([][]Column, 2)
	for f, first := range []string{"连心卡发放数", "便民服务名片份数"} {
		forms[f] = labelled(strconv.Itoa(f), first)
		for i := range 600 {
			forms[f] = append(forms[f], Column{Table: strconv.Itoa(f), ID: "x" + strconv.Itoa(f*1000+i), Label: "甲" + string(rune(0x4e10+f*700+i))})
		}
	}
	r := newRun(m.words, forms)
	r.learnt = m.learnt
	if !slices.Contains(r.candidates(), [2]int{0, 601}) {
		t.Error("the confirmed pair is no candidate")
	}
}
