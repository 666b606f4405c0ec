package analyzer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
)

// residentID makes a number with a right check character (GB 11643).
func residentID(division string, year, month, day, sequence int) string {
	body := fmt.Sprintf("%s%04d%02d%02d%03d", division, year, month, day, sequence)
	sum, weight := 0, 2
	for i := 16; i >= 0; i-- {
		sum += int(body[i]-'0') * weight
		weight = weight * 2 % 11
	}
	return body + string("10X98765432"[sum%11])
}

// households is a list of persons as two departments keep it: other labels, codes, units and order, and some persons only
// in one of the lists.
func households(n int) (civil, rural []Column) {
	random := rand.New(rand.NewPCG(3, 4))
	surnames, given := []rune("赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨"), []rune("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平")
	name := func() string {
		return string(surnames[random.IntN(len(surnames))]) + string(given[random.IntN(len(given))]) + string(given[random.IntN(len(given))])
	}
	villages := []string{"东沟村", "柳树湾村", "石桥村", "下河村", "松岭村", "新田村", "北坡村"}
	codes := map[string]string{"东沟村": "01", "柳树湾村": "02", "石桥村": "03", "下河村": "04", "松岭村": "05", "新田村": "06", "北坡村": "07"}
	add := func(table *[]Column, row int, values ...string) {
		for i, v := range values {
			(*table)[i].Values = append((*table)[i].Values, v)
		}
	}
	for _, h := range []string{"公民身份号码", "姓名", "性别", "家庭住址村", "家庭年收入(元)", "是否低保", "承包地面积(亩)", "联系电话", "户主姓名", "年龄"} {
		civil = append(civil, Column{Table: "民政", ID: h, Label: h})
	}
	for _, h := range []string{"sfzh", "xm", "xb", "village_code", "家庭总收入(万元)", "低保标识", "耕地面积(公顷)", "监护人姓名", "手机号", "登记人"} {
		rural = append(rural, Column{Table: "乡村振兴", ID: h, Label: h})
	}
	for i := range n {
		sex := random.IntN(2)
		year := 1940 + random.IntN(70)
		id := residentID("529931", year, 1+random.IntN(12), 1+random.IntN(28), (i%499)*2+sex)
		who, village, income := name(), villages[random.IntN(len(villages))], 3000+random.IntN(90000)
		poor := random.IntN(4) == 0
		land := random.IntN(400)
		phone := fmt.Sprintf("139%08d", random.IntN(1e8))
		if i%5 != 0 {
			add(&civil, i, id, who, []string{"女", "男"}[sex], village, strconv.Itoa(income), map[bool]string{true: "是", false: "否"}[poor],
				fmt.Sprintf("%.1f", float64(land)/10), phone, name(), strconv.Itoa(2026-year))
		}
		if i%7 != 0 {
			add(&rural, i, id, who, []string{"2", "1"}[sex], codes[village], fmt.Sprintf("%.4f", float64(income)/10000), map[bool]string{true: "1", false: "0"}[poor],
				fmt.Sprintf("%.4f", float64(land)/150), name(), phone, []string{"甲", "乙"}[random.IntN(2)])
		}
	}
	return civil, rural
}

func TestMatchRelations(t *testing.T) {
	civil, rural := households(600)
	want := map[[2]string]Relation{
		{"公民身份号码", "sfzh"}: RelationEqual, {"姓名", "xm"}: RelationEqual, {"性别", "xb"}: RelationRecode,
		{"家庭住址村", "village_code"}: RelationRecode, {"家庭年收入(元)", "家庭总收入(万元)"}: RelationScale,
		{"是否低保", "低保标识"}: RelationRecode, {"承包地面积(亩)", "耕地面积(公顷)"}: RelationScale, {"联系电话", "手机号"}: RelationEqual,
		{"年龄", "sfzh"}: RelationComputed,
	}
	for _, m := range matchOrFail(t, civil, rural) {
		pair := [2]string{m.A, m.B}
		relation, expected := want[pair]
		switch {
		case expected && (m.Score < 0.7 || m.Relation != relation):
			t.Errorf("%v: score %.2f, relation %s, want %s", pair, m.Score, m.Relation, relation)
		case !expected && m.Score >= 0.5:
			t.Errorf("%v matched with %.2f (%s)", pair, m.Score, m.Relation)
		}
		delete(want, pair)
		switch pair[0] {
		case "性别":
			if expected && (m.Why.Codes["男"] != "1" || m.Why.Codes["女"] != "2") {
				t.Errorf("code mapping %v", m.Why.Codes)
			}
		case "家庭年收入(元)":
			if expected && m.Why.Factor != 0.0001 {
				t.Errorf("factor %v, want 0.0001", m.Why.Factor)
			}
		case "承包地面积(亩)":
			if expected && m.Why.Factor != 1.0/15 {
				t.Errorf("factor %v, want 1/15", m.Why.Factor)
			}
		}
	}
	for pair := range want {
		t.Errorf("%v not found", pair)
	}
}

// Monthly statistics by village: no column is a key, village and month together are.
func TestMatchByUnitAndPeriod(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	a := labelled("甲", "村", "月份", "矛盾纠纷数", "走访数", "隐患数")
	b := labelled("乙", "单位名称", "统计期", "数据1", "数据2", "数据3")
	for v := range 20 {
		for month := range 12 {
			disputes, visits, hazards := random.IntN(9), random.IntN(60), random.IntN(9)
			values := [][]string{
				{fmt.Sprintf("第%d村", v), fmt.Sprintf("2026-%02d", month+1), strconv.Itoa(disputes), strconv.Itoa(visits), strconv.Itoa(hazards)},
				{fmt.Sprintf("第%d村", v), fmt.Sprintf("2026年%d月", month+1), strconv.Itoa(visits), strconv.Itoa(random.IntN(9)), strconv.Itoa(disputes)},
			}
			for i := range a {
				a[i].Values = append(a[i].Values, values[0][i])
				b[i].Values = append(b[i].Values, values[1][i])
			}
		}
	}
	got := matched(matchOrFail(t, a, b))
	want := [][2]string{{"村", "单位名称"}, {"月份", "统计期"}, {"走访数", "数据1"}, {"矛盾纠纷数", "数据3"}}
	for _, pair := range want {
		if got[pair] < 0.5 {
			t.Errorf("%v: %.2f", pair, got[pair])
		}
	}
	if len(got) > len(want) {
		t.Errorf("matched %v", got)
	}
}

// The detectors give alignments and profiles that come from the store, without a single value.
func TestMatchFromAggregates(t *testing.T) {
	civil, rural := households(300)
	profile := func(columns []Column) {
		for i := range columns {
			p := NewProfiler()
			for _, v := range columns[i].Values {
				p.Add(v)
			}
			columns[i].Profile, columns[i].Values = p.Profile(), nil
		}
	}
	profile(civil)
	profile(rural)
	m, err := NewMatcher()
	if err != nil {
		t.Fatal(err)
	}
	asked := 0
	matches, err := m.MatchForms(context.Background(), [][]Column{civil, rural}, MatchOptions{
		Align: func(a, b ColumnRef) (Alignment, bool) {
			asked++
			if civil[a.Column].ID == "性别" && rural[b.Column].ID == "xb" {
				return Alignment{N: 300, Baseline: 0, Forward: 1, Backward: 1, Mapping: map[string]string{"男": "1", "女": "2"}}, true
			}
			return Alignment{}, false
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := matched(matches)
	for _, pair := range [][2]string{{"公民身份号码", "sfzh"}, {"姓名", "xm"}, {"性别", "xb"}, {"联系电话", "手机号"}} {
		if got[pair] < 0.5 {
			t.Errorf("%v: %.2f", pair, got[pair])
		}
	}
	if asked == 0 {
		t.Error("the caller's alignment was not asked for")
	}
}

func TestAlignValues(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 5))
	draw := func(f func(i int) string) []string {
		values := make([]string, 200)
		for i := range values {
			values[i] = f(i)
		}
		return values
	}
	yuan := draw(func(int) string { return strconv.Itoa(100_000 + random.IntN(9_000_000)) })
	level := draw(func(int) string { return strconv.Itoa(random.IntN(6)) })
	for _, test := range []struct {
		name string
		a, b []string
		good func(al Alignment) bool
	}{
		{"equal", yuan, yuan, func(al Alignment) bool { return al.Agree == 1 && al.Kappa() > 0.99 && al.Factor == 0 }},
		{"factor rounded to whole 万元", yuan, draw(func(i int) string {
			n, _ := strconv.Atoi(yuan[i])
			return strconv.Itoa((n + 5000) / 10_000)
		}), func(al Alignment) bool { return al.Factor == 0.0001 }},
		{
			"card numbers of one bank beside a number that hardly changes", draw(func(int) string { return "62170000" + strconv.Itoa(10_000_000_000+random.IntN(1_000_000_000)) }),
			draw(func(i int) string { return strconv.Itoa(22 - i%2) }), func(al Alignment) bool { return al.Factor == 0 },
		},
		{"unrelated numbers", yuan, draw(func(int) string { return strconv.Itoa(1 + random.IntN(900)) }), func(al Alignment) bool {
			return al.Factor == 0 && al.Kappa() < 0.1
		}},
		{"recode", level, draw(func(i int) string { return "L" + level[i] }), func(al Alignment) bool {
			return al.recoded() && al.Mapping["3"] == "l3" // canonical values are lower case
		}},
		{"finer to coarser", level, draw(func(i int) string { return map[bool]string{true: "low", false: "high"}[level[i] < "3"] }), func(al Alignment) bool {
			return al.Forward > 0.99 && al.Backward < 0.9 && !al.recoded()
		}},
		{"constants", draw(func(int) string { return "1" }), draw(func(int) string { return "1" }), func(al Alignment) bool {
			return al.Kappa() == 0 && alignedWeight(&al) == 0
		}},
		{"independent code lists", level, draw(func(int) string { return strconv.Itoa(random.IntN(6)) }), func(al Alignment) bool {
			return al.Forward < 0.5 && al.Kappa() < 0.2
		}},
		{"nothing filled", []string{"", "x"}, []string{"y", ""}, func(al Alignment) bool { return al.N == 0 }},
	} {
		if al := AlignValues(test.a, test.b); !test.good(al) {
			t.Errorf("%s: %+v", test.name, al)
		}
	}
}

// The same input gives the same bytes, and columns of unequal length are no fault.
func TestMatchIsDeterministic(t *testing.T) {
	civil, rural := households(200)
	rural[3].Values = rural[3].Values[:50]
	first := ""
	for range 3 {
		out, err := json.Marshal(matchOrFail(t, civil, rural))
		if err != nil {
			t.Fatal(err)
		}
		if first == "" {
			first = string(out)
		}
		if string(out) != first {
			t.Fatal("two runs differ")
		}
	}
}

func TestMatchStops(t *testing.T) {
	civil, rural := households(50)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := MatchTables(ctx, civil, rural, MatchOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	for _, forms := range [][][]Column{nil, {nil}, {civil}, {civil, nil}} {
		m, err := NewMatcher()
		if err != nil {
			t.Fatal(err)
		}
		if matches, err := m.MatchForms(context.Background(), forms, MatchOptions{}); err != nil || len(matches) > 0 {
			t.Errorf("%d forms: %v, %v", len(forms), matches, err)
		}
	}
}
