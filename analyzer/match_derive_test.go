package analyzer

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
)

// filled adds a row of values to a table.
func filled(columns []Column, values ...string) {
	for i := range columns {
		columns[i].Values = append(columns[i].Values, values[i])
	}
}

// relations are the matches by their two columns.
func relations(matches []Match) map[[2]string]Match {
	out := map[[2]string]Match{}
	for _, m := range matches {
		out[[2]string{m.A, m.B}] = m
	}
	return out
}

// A register of persons tells the birth date, the sex and the age that another form asks for again.
func TestMatchComputed(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 31))
	a := labelled("户籍", "公民身份号码", "登记时间", "编号")
	b := labelled("体检", "档案号", "出生年月日", "周岁", "性别代码", "检查年份", "身高")
	for i := range 300 {
		year, month, day, sex := 1940+random.IntN(70), 1+random.IntN(12), 1+random.IntN(28), random.IntN(2)
		visit := 2018 + random.IntN(8)
		number := fmt.Sprintf("D%05d", i*7)
		birthday := random.IntN(2)
		filled(a, residentID("529931", year, month, day, (i%499)*2+sex), fmt.Sprintf("%d-%02d-%02d 09:30", visit, 1+random.IntN(12), 1+random.IntN(28)), number)
		filled(b, number, fmt.Sprintf("%d年%d月%d日", year, month, day), strconv.Itoa(2025-year-birthday), strconv.Itoa(2-sex), strconv.Itoa(visit), strconv.Itoa(140+random.IntN(50)))
	}
	got := relations(matchOrFail(t, a, b))
	for pair, how := range map[[2]string]string{
		{"公民身份号码", "出生年月日"}: "birth_date", {"公民身份号码", "周岁"}: "age", {"公民身份号码", "性别代码"}: "sex", {"登记时间", "检查年份"}: "year",
	} {
		m := got[pair]
		if m.Relation != RelationComputed || m.Why.Derived == nil || m.Why.Derived.How != how || m.Why.Derived.Of != "b" || m.Score < 0.5 {
			t.Errorf("%v: score %.2f, relation %s, derived %+v, want %s", pair, m.Score, m.Relation, m.Why.Derived, how)
		}
	}
	for _, pair := range [][2]string{{"公民身份号码", "身高"}, {"登记时间", "周岁"}, {"登记时间", "身高"}} {
		if m := got[pair]; m.Score >= 0.5 || m.Why.Derived != nil {
			t.Errorf("%v: score %.2f, derived %+v", pair, m.Score, m.Why.Derived)
		}
	}
}

// Finer codes tell the coarser ones, which are other data nevertheless.
func TestMatchCoarser(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 31))
	a, b := labelled("甲", "编号", "残疾等级", "组别"), labelled("乙", "编号", "是否重残", "评分")
	for i := range 400 {
		level := random.IntN(4)
		filled(a, fmt.Sprintf("K%04d", i), strconv.Itoa(level+1)+"级", "第"+strconv.Itoa(random.IntN(5))+"组")
		filled(b, fmt.Sprintf("K%04d", i), []string{"是", "是", "否", "否"}[level], strconv.Itoa(random.IntN(5)))
	}
	got := relations(matchOrFail(t, a, b))
	m := got[[2]string{"残疾等级", "是否重残"}]
	if m.Relation != RelationComputed || m.Why.Derived == nil || m.Why.Derived.How != "coarser" || m.Why.Derived.Of != "b" || m.Score >= 0.5 {
		t.Errorf("score %.2f, relation %s, derived %+v", m.Score, m.Relation, m.Why.Derived)
	}
	for _, pair := range [][2]string{{"残疾等级", "评分"}, {"组别", "是否重残"}, {"组别", "评分"}} {
		if m := got[pair]; m.Why.Derived != nil || m.Score >= 0.5 {
			t.Errorf("%v: score %.2f, derived %+v", pair, m.Score, m.Why.Derived)
		}
	}
}

func TestMatchParts(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 31))
	a := labelled("人口", "行政村", "男性人口", "女性人口", "户数", "耕地(亩)")
	b := labelled("年报", "村名", "总人口", "一产产值", "养老金人数")
	for i := range 60 {
		men, women := 200+random.IntN(900), 200+random.IntN(900)
		name := fmt.Sprintf("第%d村", i)
		filled(a, name, strconv.Itoa(men), strconv.Itoa(women), strconv.Itoa(60+random.IntN(300)), strconv.Itoa(random.IntN(9000)))
		total := men + women
		if i == 17 {
			total += 3 // a slip
		}
		filled(b, name, strconv.Itoa(total), strconv.Itoa(random.IntN(5000)), strconv.Itoa(random.IntN(400)))
	}
	got := relations(matchOrFail(t, a, b))
	for _, part := range []string{"男性人口", "女性人口"} {
		m := got[[2]string{part, "总人口"}]
		if m.Relation != RelationAggregate || m.Why.Derived == nil || !slices.Equal(m.Why.Derived.Parts, []string{"男性人口", "女性人口"}) || m.Score < 0.5 {
			t.Errorf("%s: score %.2f, relation %s, derived %+v", part, m.Score, m.Relation, m.Why.Derived)
		}
	}
	for pair, m := range got {
		if pair[1] != "总人口" && m.Why.Derived != nil {
			t.Errorf("%v: derived %+v", pair, m.Why.Derived)
		}
	}
	// The other table has the parts too, and small counts add up by chance.
	a = labelled("甲", "村", "起数", "件数", "次数")
	b = labelled("乙", "村", "隐患", "走访", "备案")
	for i := range 24 {
		name := fmt.Sprintf("第%d村", i)
		filled(a, name, strconv.Itoa(random.IntN(3)), strconv.Itoa(random.IntN(2)), "0")
		filled(b, name, strconv.Itoa(random.IntN(3)), strconv.Itoa(random.IntN(3)), "1")
	}
	for _, m := range matchOrFail(t, a, b) {
		if m.Why.Derived != nil {
			t.Errorf("%s, %s: %+v", m.A, m.B, m.Why.Derived)
		}
	}
}

// details makes a list of persons by village, and the villages' totals as they report them.
func details(seed uint64) (persons, totals []Column) {
	random := rand.New(rand.NewPCG(seed, 31))
	persons = labelled("台账", "所在村", "承包地(亩)", "是否低保", "补贴金额(元)", "年龄")
	totals = labelled("统计表", "村名称", "人数", "承包地合计(亩)", "低保人数", "补贴总额(元)", "水库数")
	for v := range 30 {
		name := fmt.Sprintf("第%d村", v)
		n, poor, money := 5+random.IntN(30), 0, 0
		land := 0
		for range n {
			tenth, sum := random.IntN(200), random.IntN(900)
			is := "否"
			if random.IntN(3) == 0 {
				is = "是"
				poor++
			}
			land, money = land+tenth, money+sum
			filled(persons, name, fmt.Sprintf("%.1f", float64(tenth)/10), is, strconv.Itoa(sum), strconv.Itoa(20+random.IntN(60)))
		}
		filled(totals, name, strconv.Itoa(n), fmt.Sprintf("%.1f", float64(land)/10), strconv.Itoa(poor), strconv.Itoa(money), strconv.Itoa(random.IntN(4)))
	}
	return persons, totals
}

func TestMatchAggregate(t *testing.T) {
	persons, totals := details(4)
	for name, turned := range map[string]bool{"details first": false, "totals first": true} {
		t.Run(name, func(t *testing.T) {
			a, b, of := persons, totals, "b"
			if turned {
				a, b, of = totals, persons, "a"
			}
			got := relations(matchOrFail(t, a, b))
			want := map[[2]string]string{{"承包地(亩)", "承包地合计(亩)"}: "sum", {"是否低保", "低保人数"}: "count", {"补贴金额(元)", "补贴总额(元)"}: "sum"}
			for pair, how := range want {
				if turned {
					pair[0], pair[1] = pair[1], pair[0]
				}
				m := got[pair]
				if m.Relation != RelationAggregate || m.Why.Derived == nil || m.Why.Derived.How != how || m.Why.Derived.Of != of || m.Score < 0.5 {
					t.Errorf("%v: score %.2f, relation %s, derived %+v", pair, m.Score, m.Relation, m.Why.Derived)
				} else if how == "count" && m.Why.Derived.Value != "是" {
					t.Errorf("counted %q", m.Why.Derived.Value)
				}
			}
			for pair, m := range got {
				if m.Relation == RelationAggregate && m.Why.Derived.How == "sum" && (pair[0] == "年龄" || pair[1] == "年龄" || pair[1] == "水库数") {
					t.Errorf("%v: %+v", pair, m.Why.Derived)
				}
			}
		})
	}
}

// A month's flows sum to the year's; a stock is what it was at the end, and its months sum to nothing.
func TestMatchMonthsToYear(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 31))
	months := labelled("走访月报", "村", "月份", "走访次数", "在校学生数")
	years := labelled("走访年报", "村", "全年走访次数", "年末在校学生数")
	for v := range 25 {
		name := fmt.Sprintf("第%d村", v)
		visits, pupils := 0, 40+random.IntN(300)
		for month := range 12 {
			n := random.IntN(40)
			visits += n
			pupils += random.IntN(7) - 3
			filled(months, name, fmt.Sprintf("2025-%02d", month+1), strconv.Itoa(n), strconv.Itoa(pupils))
		}
		filled(years, name, strconv.Itoa(visits), strconv.Itoa(pupils))
	}
	got := relations(matchOrFail(t, months, years))
	if m := got[[2]string{"走访次数", "全年走访次数"}]; m.Relation != RelationAggregate || m.Why.Derived == nil || m.Why.Derived.How != "sum" || m.Score < 0.5 {
		t.Errorf("visits: score %.2f, relation %s, derived %+v", m.Score, m.Relation, m.Why.Derived)
	}
	if m := got[[2]string{"在校学生数", "年末在校学生数"}]; m.Relation != RelationComputed || m.Why.Derived == nil || m.Why.Derived.How != "last" {
		t.Errorf("pupils: score %.2f, relation %s, derived %+v", m.Score, m.Relation, m.Why.Derived)
	}
	for _, pair := range [][2]string{{"走访次数", "年末在校学生数"}, {"在校学生数", "全年走访次数"}} {
		if m := got[pair]; m.Relation == RelationAggregate {
			t.Errorf("%v: %+v", pair, m.Why.Derived)
		}
	}
}

// A mapping is told in the spelling of the values, and a mapping that leaves most codes as they are is one too.
func TestMatchRecodeSpelling(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 31))
	a, b := labelled("甲", "ID", "Grade", "状态"), labelled("乙", "id", "等次", "办理状态")
	codes := map[string]string{"A": "Excellent", "B": "Good", "C": "Fair"}
	states := map[string]string{"1": "1", "2": "2", "3": "9"}
	for i := range 300 {
		grade, state := []string{"A", "B", "C"}[random.IntN(3)], strconv.Itoa(1+random.IntN(3))
		filled(a, fmt.Sprintf("P%04d", i), grade, state)
		filled(b, fmt.Sprintf("P%04d", i), codes[grade], states[state])
	}
	got := relations(matchOrFail(t, a, b))
	if m := got[[2]string{"Grade", "等次"}]; m.Relation != RelationRecode || fmt.Sprint(m.Why.Codes) != fmt.Sprint(codes) {
		t.Errorf("relation %s, codes %v, want %v", m.Relation, m.Why.Codes, codes)
	}
	if m := got[[2]string{"状态", "办理状态"}]; m.Relation != RelationRecode || fmt.Sprint(m.Why.Codes) != fmt.Sprint(states) {
		t.Errorf("relation %s, codes %v, want %v", m.Relation, m.Why.Codes, states)
	}
}

// One column writes the day first and the other the year; days up to twelve cannot be told from months one by one.
func TestMatchDaysFirst(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 31))
	a, b := labelled("a", "visit", "n"), labelled("b", "col1", "col2")
	for range 200 {
		year, month, day := 2019+random.IntN(6), 1+random.IntN(12), 1+random.IntN(28)
		filled(a, fmt.Sprintf("%02d/%02d/%d", day, month, year), strconv.Itoa(random.IntN(9)))
		filled(b, fmt.Sprintf("%d-%02d-%02d", year, month, day), strconv.Itoa(random.IntN(9)))
	}
	m := relations(matchOrFail(t, a, b))[[2]string{"visit", "col1"}]
	if m.Why.Values == nil || m.Why.Values.Shared != m.Why.Values.Of || m.Score < 0.5 {
		t.Errorf("score %.2f, values %+v", m.Score, m.Why.Values)
	}
}
