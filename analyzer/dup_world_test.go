package analyzer_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// worldWords are what the labels of a world without duplicates are made of: each pair of deed and thing is asked once.
var (
	worldDeeds  = []string{"巡查", "登记", "培训", "发放", "维修", "采购", "清理", "统计", "接待", "宣传", "审核", "回访"}
	worldThings = []string{"水渠", "路灯", "公厕", "果园", "校车", "诊所", "粮仓", "桥梁", "广场", "茶园", "鱼塘", "花卉", "文物", "电梯", "锅炉", "苗圃"}
)

// withoutDuplicates is an office of honest units whose forms share nothing but the units, their size and small enumerations.
func withoutDuplicates(t *testing.T, seed uint64, forms int) *office {
	o := newOffice(t)
	villages, _ := places(o.registry, 30)
	r := rand.New(rand.NewPCG(seed, 11))
	order := r.Perm(len(worldDeeds) * len(worldThings))
	size := make([]float64, len(villages))
	for i := range size {
		size[i] = 300 + r.Float64()*2500
	}
	var papers []paper
	for f := range forms {
		id := fmt.Sprintf("f%02d", f)
		lines := []string{"dw 填报单位 text key", "tbr 填报人 text header"}
		rate := map[string]float64{}
		for k := range 5 {
			at := order[(5*f+k)%len(order)]
			name := fmt.Sprintf("n%d_%s", k, id)
			measure := []string{"flow", "stock"}[r.IntN(2)]
			lines = append(lines, fmt.Sprintf("%s %s%s数 integer %s", name, worldDeeds[at%len(worldDeeds)], worldThings[at/len(worldDeeds)], measure))
			rate[name] = 0.002 + 0.05*r.Float64()
		}
		lines = append(lines, fmt.Sprintf("yes_%s 责任是否落实%d code", id, f), fmt.Sprintf("three_%s 评价等级%d code", id, f))
		o.registry.DeclareSystem(queries.System{ID: "s" + id, Name: id, Owner: "部门" + id, Declared: true})
		values := rand.New(rand.NewPCG(seed, uint64(100+f)))
		papers = append(papers, paper{
			form:  queries.Form{ID: id, System: "s" + id, Title: "报表" + id, Cycle: []string{"month", "month", "quarter"}[f%3], Fields: fields(lines...)},
			units: villages, periods: [][]string{months("2025-07", 12), months("2025-07", 12), {"2025-07", "2025-10", "2026-01", "2026-04"}}[f%3], late: f % 5,
			answer: func(field string, unit, _, _ int) any {
				switch {
				case field == "dw":
					return fmt.Sprintf("第%d村", unit)
				case field == "tbr":
					return fmt.Sprintf("name:%d", unit)
				case field[:3] == "yes":
					return []string{"是", "是", "是", "是", "是", "是", "是", "否"}[values.IntN(8)]
				case field[:3] == "thr":
					return []string{"好", "中", "差"}[values.IntN(3)]
				}
				mean := size[unit] * rate[field]
				return max(0, int(mean+values.NormFloat64()*(1+mean/8)))
			},
		})
	}
	o.hand(papers...)
	return o
}

// A world without duplicates: what the detectors say there is false.
func TestWorldWithoutDuplicates(t *testing.T) {
	seeds := uint64(3)
	if testing.Short() {
		seeds = 1
	}
	for seed := range seeds {
		o := withoutDuplicates(t, 900+seed, 30)
		s := simulated{input: o.input()}
		findings(t, s, "burden-hours")
		for _, id := range []string{"dup-form", "dup-item", "dup-entry", "std-conflict"} {
			open := 0
			for _, f := range findings(t, s, id) {
				if f.Status != "not_assessed" {
					open++
					t.Errorf("seed %d, %s: %s %v", seed, id, f.Evidence.Message.Key, f.Subject.Fields)
				}
			}
			t.Logf("seed %d, %s: %d findings about 30 forms, 210 fields, %d pairs of forms", seed, id, open, 30*29/2)
		}
	}
}
