package analyzer_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
)

// labels of things that forms count, of three words each: 100,000 fields have 27,000 of them.
func labelOf(random *rand.Rand) string {
	words := [][]string{
		strings.Fields("农村 城镇 贫困 脱贫 低保 残疾 留守 独居 高龄 失能 流动 返乡 外出 常年 季节 集中 分散 新增 累计 重点 一般 特困 边缘 监测 帮扶 示范 规模 家庭 集体 个体"),
		strings.Fields("老人 儿童 妇女 学生 党员 农户 村民 职工 患者 教师 企业 合作社 商户 道路 桥梁 水库 池塘 沟渠 农田 林地 大棚 房屋 厕所 车辆 电站 网点 学校 诊所 市场 广场"),
		strings.Fields("人数 户数 次数 面积 数量 金额 产量 走访次数 排查次数 整改数量 培训人次 补助金额 建设数量 维修数量 登记数量 检查次数 隐患数量 发放份数 覆盖户数 达标数量 投入资金 完成数量 报废数量 借用人次 调解件数 巡查里程 供水户数 用电户数 销售金额 存栏数量"),
	}
	label := ""
	for _, w := range words {
		label += w[random.IntN(len(w))]
	}
	return label
}

// archive is a store with forms of 20 fields, one form in ten of which asks in twelve fields what an earlier one asks.
type archive struct {
	*office
	papers []paper
}

// newArchive fills in n forms in some villages for some months.
func newArchive(b *testing.B, n, villages, periods int) *archive {
	b.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	a := &archive{office: newOffice(b)}
	units, _ := places(a.registry, villages)
	labels := make([][]string, n)
	for form := range n {
		var lines []string
		for i := range 20 {
			label := labelOf(random)
			for strings.Contains(strings.Join(lines, " "), label) {
				label = labelOf(random)
			}
			if form%10 == 9 && i < 12 {
				label = labels[form-9][i]
			}
			labels[form] = append(labels[form], label)
			lines = append(lines, fmt.Sprintf("f%02d %s integer", i, label))
		}
		a.papers = append(a.papers, paper{
			form:  queries.Form{ID: fmt.Sprintf("form-%05d", form), System: fmt.Sprintf("s%d", form%97), Title: fmt.Sprintf("报表%d", form), Cycle: "month", Fields: fields(lines...)},
			units: units, periods: months("2026-01", periods), answer: func(field string, unit, period, _ int) any {
				at, _ := strconv.Atoi(field[1:])
				of := form
				if form%10 == 9 && at < 12 {
					of -= 9
				}
				return count(strconv.Itoa(of)+labels[form][at], unit, period, 300)
			},
		})
	}
	each := max(1, 600_000/(20*villages*periods))
	for part := range slices.Chunk(a.papers, each) {
		a.hand(part...)
	}
	return a
}

// duplicates runs the detectors that share the comparison and reports how many findings there are.
func (a *archive) duplicates(b *testing.B) {
	b.Helper()
	total := 0
	in := a.input()
	for _, d := range analyzer.Detectors() {
		if id := d.Meta().ID; id == "dup-form" || id == "dup-item" {
			found, err := d.Detect(b.Context(), in)
			if err != nil {
				b.Fatal(err)
			}
			total += len(found)
		}
	}
	b.ReportMetric(float64(total), "findings")
}

// benchForms is the number of forms that JIANFU_BENCH_FORMS asks for: 5000 for 100,000 fields.
func benchForms(usual int) int {
	if n, err := strconv.Atoi(os.Getenv("JIANFU_BENCH_FORMS")); err == nil {
		return n
	}
	return usual
}

// BenchmarkDuplicates compares forms filled in by 20 villages for six months, with no evidence kept.
func BenchmarkDuplicates(b *testing.B) {
	a := newArchive(b, benchForms(200), 20, 6)
	b.ReportAllocs()
	for b.Loop() {
		if err := a.store.ForgetEvidence(b.Context(), []string{""}); err != nil {
			b.Fatal(err)
		}
		a.duplicates(b)
	}
}

// BenchmarkNextDay compares forms filled in by 100 villages for six months: all of them anew, again when nothing has changed,
// after a day on which every thirtieth form was filled in, and after one on which every form was, by every tenth village.
func BenchmarkNextDay(b *testing.B) {
	a := newArchive(b, benchForms(200), 100, 6)
	day := 0
	next := func(forms, villages int) {
		day++
		var some []paper
		for i, p := range a.papers {
			if i%forms == day%forms {
				p.units, p.periods = nil, []string{fmt.Sprintf("2026-06-%02d", day)}
				for unit, code := range a.papers[i].units {
					if unit%villages == day%villages {
						p.units = append(p.units, code)
					}
				}
				some = append(some, p)
			}
		}
		a.hand(some...)
	}
	for _, c := range []struct {
		name   string
		before func()
	}{
		{"anew", func() {
			if err := a.store.ForgetEvidence(b.Context(), []string{""}); err != nil {
				b.Fatal(err)
			}
		}},
		{"unchanged", func() {}},
		{"one form in thirty", func() { next(30, 1) }},
		{"all forms", func() { next(1, 10) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				c.before()
				b.StartTimer()
				a.duplicates(b)
			}
		})
	}
}
