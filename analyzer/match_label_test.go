package analyzer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestArabicNumerals(t *testing.T) {
	for in, want := range map[string]string{
		"六十岁以上老人": "60岁以上老人", "八十周岁": "80周岁", "一百零五岁": "105岁", "第一产业": "第1产业", "十二年级": "12年级", "二孩出生数": "2孩出生数",
		"三资管理": "三资管理", "两委成员": "两委成员", "第一书记姓名": "第一书记姓名", "三会一课": "三会一课", "二〇二四": "二〇二四", "三级残疾": "3级残疾", "第十五届": "第15届",
	} {
		if got := arabicNumerals(in); got != want {
			t.Errorf("%s becomes %s, want %s", in, got, want)
		}
	}
}

func TestSegmentShort(t *testing.T) {
	x, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	for in, want := range map[string]string{
		"化肥使用数量": "化肥 使用 数量", "享受最低生活保障户数": "享受 最低生活保障 户数", "": "", "囗囗": "囗 囗", "农机总动力": "农机 总 动力",
	} {
		if diff := cmp.Diff(strings.Fields(want), x.segmentShort(in)); diff != "" && in != "" {
			t.Errorf("%s: %s", in, diff)
		}
	}
}

// Near synonyms and short forms are alike, and nothing that the lists tell apart.
func TestNearSynonyms(t *testing.T) {
	x, err := loadLexicon()
	if err != nil {
		t.Fatal(err)
	}
	score := func(a, b string) float64 {
		left, right := x.parse(a), x.parse(b)
		return newNamer([]*label{left, right}).score(left, right)
	}
	for _, pair := range [][2]string{{"薪酬标准", "工资标准"}, {"经费来源", "资金来源"}, {"60岁以上老人数", "六十岁以上老年人数"}, {"计生奖扶人数", "计划生育奖励扶助人数"}} {
		if s := score(pair[0], pair[1]); s < 0.7 {
			t.Errorf("%v are alike by %.2f only", pair, s)
		}
	}
	for _, pair := range [][2]string{{"视力残疾人数", "听力残疾人数"}, {"早稻产量", "晚稻产量"}, {"60岁以上人数", "70岁以上人数"}, {"第一产业产值", "第二产业产值"}} {
		if s := score(pair[0], pair[1]); s > 0.65 {
			t.Errorf("%v are alike by %.2f", pair, s)
		}
	}
}

// Short IDs beside labels are initials of these, and equal ones are so by chance; long ones say something of their own.
func TestShortIDsSayLittle(t *testing.T) {
	form := func(table, id, label string) []Column {
		return append([]Column{{Table: table, ID: id, Label: label}}, labelled(table, "备注", "户主姓名", "耕地面积(亩)")...)
	}
	for _, test := range []struct {
		id, a, b string
		same     bool
	}{
		{"dbhs", "低保户数", "党报订阅户数", false},
		{"dbhs", "低保户数", "最低生活保障户数", true},
		{"poultry_stock", "家禽存栏", "鸡鸭鹅年末只数", true},
	} {
		_, same := matched(matchOrFail(t, form("甲", test.id, test.a), form("乙", test.id, test.b)))[[2]string{test.id, test.id}]
		if same != test.same {
			t.Errorf("%+v: matched %v", test, same)
		}
	}
}
