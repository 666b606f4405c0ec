package analyzer

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// planted is forms of ten fields that villages fill in monthly, with pairs of fields that hold the same data: under the same
// label, under labels that mean the same, under labels that have nothing in common, and without any values.
type planted struct {
	data  *dupData
	pairs map[string][][2]fieldRef
}

var (
	plantedWords = [][2]string{
		{"脱贫人口", "脱贫人员"},
		{"低保对象", "最低生活保障对象"},
		{"留守儿童", "留守未成年人"},
		{"身份证号", "公民身份号码"},
		{"手机号", "移动电话"},
		{"联系电话", "电话号码"},
		{"出生日期", "生日"},
		{"家庭住址", "居住地址"},
	}
	plantedParts = [][]string{
		{"春季", "夏季", "秋季", "冬季", "汛期", "旱期", "节前", "节后", "上旬", "中旬", "下旬", "全镇", "全村", "本组", "新增", "累计", "重点", "一般", "示范", "试点"},
		{"防火", "防汛", "防疫", "普法", "修路", "植树", "灌溉", "养殖", "培训", "体检", "巡河", "排查", "调解", "捐助", "评优", "宣讲", "清淤", "改厕", "垃圾", "路灯"},
		{"点位", "场次", "份额", "支出", "物资", "车次", "队伍", "台账", "图斑", "管线", "工分", "班次", "样本", "批次", "票据", "档案", "设施", "器材", "药剂", "苗木"},
	}
)

func plant(forms int) *planted {
	random := rand.New(rand.NewPCG(5, 6))
	d := &dupData{place: map[string]int{}, dictionary: newDictionary(), units: map[string]uint32{}}
	e := make([]*formEvidence, forms)
	out := &planted{data: d, pairs: map[string][][2]fieldRef{}}
	label := func() string {
		s := ""
		for _, part := range plantedParts {
			s += part[random.IntN(len(part))]
		}
		return s
	}
	const units, periods = 24, 8
	var values []string
	for v := range 1000 {
		values = append(values, fmt.Sprint(v))
	}
	answers := func(most int) []uint32 {
		column := make([]uint32, units*periods)
		for i := range column {
			column[i] = 1 + uint32(random.IntN(most))
		}
		return column
	}
	for i := range forms {
		f := dupForm{Form: queries.Form{ID: fmt.Sprintf("f%05d", i), Per: "unit", Cycle: "month"}, cycle: "month"}
		r := sampledRows{Values: values}
		for u := range units {
			r.Units = append(r.Units, fmt.Sprintf("3301%03d", u))
			for p := range periods {
				r.Unit, r.Days = append(r.Unit, uint32(u)), append(r.Days, periodDay(int32(20000+31*p), "month"))
				r.Sent, r.Subjects, r.Persons, r.Filers = append(r.Sent, 0), append(r.Subjects, 0), append(r.Persons, 0), append(r.Filers, 0)
			}
		}
		for range 10 {
			f.fields = append(f.fields, dupField{Field: queries.Field{Label: label()}})
			r.Columns = append(r.Columns, answers(3+random.IntN(300)))
		}
		e[i] = &formEvidence{Fields: make([]fieldEvidence, 10), Rows: r}
		if i%5 == 4 {
			before := i - 1 - random.IntN(4)
			for at, kind := range []string{"same label", "same meaning", "other label", "other label few answers", "no values"} {
				a, b := &d.forms[before].fields[at], &f.fields[at]
				switch kind {
				case "same label":
					b.Label = a.Label
				case "same meaning", "no values":
					w := plantedWords[random.IntN(len(plantedWords))]
					tail := label()[:12]
					a.Label, b.Label = w[0]+tail, w[1]+tail
				case "other label few answers":
					e[before].Rows.Columns[at] = answers(4)
				}
				r.Columns[at] = slices.Clone(e[before].Rows.Columns[at])
				for row := range r.Columns[at] {
					if random.IntN(40) == 0 {
						r.Columns[at][row] = 1 + uint32(random.IntN(4))
					}
				}
				if kind == "no values" {
					e[before].Rows.Columns[at], r.Columns[at] = nil, nil
				}
				out.pairs[kind] = append(out.pairs[kind], [2]fieldRef{{before, at}, {i, at}})
			}
		}
		d.place[f.ID] = i
		d.forms = append(d.forms, f)
	}
	d.unitCodes = []string{""}
	for u := range units {
		code := fmt.Sprintf("3301%03d", u)
		d.units[code] = uint32(len(d.unitCodes))
		d.unitCodes = append(d.unitCodes, code)
	}
	for i := range d.forms {
		f := &d.forms[i]
		for at, column := range e[i].Rows.Columns {
			if p := NewProfiler(); column != nil {
				for _, v := range column {
					p.Add(e[i].Rows.Values[v-1])
				}
				e[i].Fields[at] = fieldEvidence{Filled: uint64(len(column)), Profile: *p.Profile()}
			}
			f.asked = append(f.asked, at)
		}
		f.evidence = e[i]
		d.take(f)
	}
	return out
}

// blocked gives the pairs that blocking leaves, as indices of columns, and by kind the share of planted pairs among them.
func (p *planted) blocked(t testing.TB) (candidates int, recall map[string]float64) {
	t.Helper()
	m, err := NewMatcher()
	if err != nil {
		t.Fatal(err)
	}
	c := &comparison{dupData: p.data, bands: make([][]band, len(p.data.forms))}
	columns := make([][]Column, len(p.data.forms))
	for i := range p.data.forms {
		f := &p.data.forms[i]
		c.bands[i] = f.bands(p.data)
		for at := range f.fields {
			columns[i] = append(columns[i], Column{Table: f.ID, ID: fmt.Sprintf("x%d", at), Label: f.fields[at].Label, Profile: f.fields[at].profile})
		}
	}
	r := newRun(m.words, columns)
	r.keys = c.keys
	kept := map[[2]int]bool{}
	pairs := r.blocked()
	for _, pair := range pairs {
		kept[pair] = true
	}
	recall = map[string]float64{}
	for kind, pairs := range p.pairs {
		found := 0
		for _, pair := range pairs {
			if kept[[2]int{10*pair[0].form + pair[0].field, 10*pair[1].form + pair[1].field}] {
				found++
			}
		}
		recall[kind] = float64(found) / float64(len(pairs))
	}
	return len(pairs), recall
}

func TestBlockingLosesNoPairs(t *testing.T) {
	p := plant(500)
	candidates, recall := p.blocked(t)
	if most := 20 * 10 * len(p.data.forms); candidates > most {
		t.Errorf("%d candidates, more than %d", candidates, most)
	}
	t.Logf("%d candidates among %d fields", candidates, 10*len(p.data.forms))
	for kind, share := range recall {
		t.Logf("%s: %.4f of %d", kind, share, len(p.pairs[kind]))
		if share < 0.99 || math.IsNaN(share) {
			t.Errorf("%s: %.4f of %d pairs are left", kind, share, len(p.pairs[kind]))
		}
	}
}

// BenchmarkBlocking reports, by kind, the share of planted pairs that blocking leaves.
func BenchmarkBlocking(b *testing.B) {
	for _, forms := range []int{1000, 10000} {
		b.Run(fmt.Sprintf("%dfields", 10*forms), func(b *testing.B) {
			p := plant(forms)
			for b.Loop() {
				candidates, recall := p.blocked(b)
				b.ReportMetric(float64(candidates)/float64(10*forms), "candidates/field")
				for kind, share := range recall {
					b.ReportMetric(share, strings.ReplaceAll(kind, " ", "-"))
				}
			}
		})
	}
}
