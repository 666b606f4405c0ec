package web_test

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// now is the moment at which the canned county is looked at.
var now = time.Date(2026, 7, 6, 9, 30, 0, 0, time.FixedZone("CST", 8*3600))

// canned is a small county in memory, so that pages can be looked at and tested without a store.
type canned struct {
	names    *queries.NameTable
	overview *queries.Overview
	findings []queries.Finding
	systems  []queries.SystemRow
	sources  []queries.SourceRow
	units    []queries.UnitRow
	verify   []queries.VerifyItem
	asked    []queries.FindingQuery
	duplicate
	retiring
	exporting
	verifying
	looking
	err error
}

func (c *canned) ReadNames(context.Context) (*queries.NameTable, error) { return c.names, c.err }

func (c *canned) ReadOverview(context.Context) (*queries.Overview, error) { return c.overview, c.err }

func (c *canned) ReadSystems(context.Context) ([]queries.SystemRow, error) { return c.systems, c.err }

func (c *canned) ReadSources(context.Context) ([]queries.SourceRow, error) { return c.sources, c.err }

func (c *canned) ReadUnits(context.Context) ([]queries.UnitRow, error) { return c.units, c.err }

func (c *canned) ReadVerifyList(context.Context) ([]queries.VerifyItem, error) {
	return c.verify, c.err
}

func (c *canned) ReadSystem(_ context.Context, id string) (*queries.SystemPage, error) {
	for _, s := range c.systems {
		if s.ID != id {
			continue
		}
		p := &queries.SystemPage{
			SystemRow: s,
			Actions:   []queries.ActionCount{{Action: "view", Events: 1204, People: 96}, {Action: "submit", Events: 310, People: 88}},
			FormRows: []queries.FormRow{{
				Form: queries.Form{ID: "f1", Title: "农村人居环境整治月报表", Cycle: "month"}, FieldCount: 14, Submissions: 1780, Units: 150,
				LastSeen: now, Minutes: 21.4,
			}},
		}
		for i := range s.Weeks {
			p.WeekStarts = append(p.WeekStarts, now.AddDate(0, 0, 7*(i-len(s.Weeks))))
		}
		c.course(p)
		return p, nil
	}
	return nil, queries.ErrNotFound
}

func (c *canned) ReadFindings(_ context.Context, q queries.FindingQuery) (*queries.FindingPage, error) {
	if c.err != nil {
		return nil, c.err
	}
	c.asked = append(c.asked, q)
	p := &queries.FindingPage{Facets: map[string]map[string]uint64{"family": {}, "detector": {}, "severity": {}, "status": {}}}
	for _, f := range c.findings {
		p.Facets["family"][f.Family]++
		p.Facets["detector"][f.Detector]++
		p.Facets["severity"][f.Severity]++
		p.Facets["status"][f.Status]++
		if matches(f, q) {
			p.Rows = append(p.Rows, f)
		}
	}
	p.Total = uint64(len(p.Rows))
	from := min(q.Offset, p.Total)
	p.Rows = p.Rows[from:min(from+q.Limit, p.Total)]
	return p, nil
}

func matches(f queries.Finding, q queries.FindingQuery) bool {
	either := func(want, got string) bool { return want == "" || want == got }
	anyOf := func(want, got []string) bool {
		return len(want) == 0 || slices.ContainsFunc(want, func(w string) bool { return slices.Contains(got, w) })
	}
	about := slices.Concat(f.Subject.Systems, f.Subject.Forms, f.Subject.Units)
	return allowed(f, q.Scope) && either(q.Family, f.Family) && either(q.Detector, f.Detector) && either(q.Severity, f.Severity) && either(q.Status, f.Status) &&
		(q.Status != "" || q.NotAssessed || f.Status != "not_assessed") &&
		(q.System == "" || slices.Contains(f.Subject.Systems, q.System)) && (q.Form == "" || slices.Contains(f.Subject.Forms, q.Form)) &&
		anyOf(q.Units, f.Subject.Units) && anyOf(q.IDs, []string{f.ID}) &&
		(q.Text == "" || strings.Contains(fmt.Sprint(f.Evidence), q.Text) || slices.ContainsFunc(q.TextIDs, func(id string) bool { return slices.Contains(about, id) }))
}

// allowed is what the store's queries do with the scope of a question.
func allowed(f queries.Finding, c queries.FindingScope) bool {
	within := func(unit string) bool { return c.Everywhere || slices.Contains(c.Units, unit) }
	units := f.Subject.Units
	switch {
	case !c.Bound:
		return true
	case f.Family == "fabrication":
		return c.Data && (c.Everywhere || len(units) > 0 && !slices.ContainsFunc(units, func(u string) bool { return !within(u) }))
	case c.Places && (c.Everywhere || len(units) == 0 || slices.ContainsFunc(units, within)), c.AllSystems:
		return true
	}
	return slices.ContainsFunc(f.Subject.Systems, func(id string) bool { return slices.Contains(c.Systems, id) }) ||
		slices.ContainsFunc(f.Subject.Forms, func(id string) bool { return slices.Contains(c.Forms, id) })
}

func key(k string, pairs ...any) queries.Message {
	m := queries.Message{Key: k, Params: map[string]any{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		m.Params[pairs[i].(string)] = pairs[i+1]
	}
	return m
}

func f64(x float64) *float64 { return &x }

// county builds the canned county.
func county() *canned {
	c := &canned{names: &queries.NameTable{
		Systems: map[string]string{}, Units: map[string]string{}, Forms: map[string]string{}, Fields: map[string]string{},
		Parents: map[string]string{}, Owners: map[string]string{}, FormSystems: map[string]string{}, Place: "青山县",
	}}
	c.addUnits()
	c.addSystems()
	c.addFindings()
	c.addSources()
	c.addOverview()
	c.addDuplicates()
	c.addAssessments()
	c.addVerification()
	c.addCases()
	return c
}

func (c *canned) addUnits() {
	c.names.Units["330199000000"] = "青山县"
	towns := []string{"柳河镇", "石桥镇", "东岭乡", "白塔镇", "清水乡", "云峰镇"}
	villages := []string{"东村", "西村", "上湾村", "下湾村", "大塘村", "新桥村", "红旗村", "双井社区"}
	for t, town := range towns {
		code := fmt.Sprintf("330199%03d000", t+1)
		c.names.Units[code], c.names.Parents[code] = town, "330199000000"
		for v, village := range villages {
			child := fmt.Sprintf("330199%03d%03d", t+1, 200+v)
			c.names.Units[child], c.names.Parents[child] = town+village, code
			kind := "village"
			if strings.HasSuffix(village, "社区") {
				kind = "community"
			}
			c.units = append(c.units, queries.UnitRow{
				Unit: queries.Unit{Code: child, Name: village, Parent: code, Kind: kind, Staff: uint64(5 + v%4)}, Submissions: float64(30 + 3*v + t),
				Forms: uint64(22 + v), Hours: 38.4 + float64(v)*1.7 + float64(t), Low: 35 + float64(v)*1.7 + float64(t), High: 42 + float64(v)*1.7 + float64(t), Findings: uint64((v * t) % 5),
			})
		}
	}
}

func (c *canned) addSystems() {
	for i, s := range []struct {
		id, name, owner, level string
		covered, idle          bool
	}{
		{"civil", "民政综合服务平台", "民政局", "province", true, false},
		{"smart", "智慧村务云平台", "大数据局", "county", true, true},
		{"health", "基层卫生健康信息系统", "卫生健康局", "province", true, false},
		{"safety", "应急隐患排查系统", "应急管理局", "city", true, false},
		{"agri", "农业农村统计直报", "农业农村局", "central", true, false},
		{"env", "人居环境整治调度", "农业农村局", "county", true, false},
		{"study", "云上学习打卡小程序", "宣传部", "city", true, true},
		{"forest", "森林防火巡护", "林业局", "county", false, false},
		{"party", "基层党建信息系统", "组织部", "province", true, false},
		{"poverty", "防返贫监测信息系统", "乡村振兴局", "central", true, false},
		{"grid", "网格化社会治理平台", "政法委", "county", true, false},
		{"old", "新时代文明实践志愿服务信息管理与积分兑换一体化应用平台", "文明办", "county", false, false},
	} {
		c.names.Systems[s.id], c.names.Owners[s.id] = s.name, s.owner
		row := queries.SystemRow{
			System: queries.System{
				ID: s.id, Name: s.name, Owner: s.owner, Level: s.level, Kind: "website", Cycle: "month", UsageCovered: s.covered, Declared: true,
				Launched: time.Date(2021, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC), EntitledUsers: 320, AnnualCost: 180000,
			},
			Forms: uint64(1 + i%5), Submissions: uint64(400 * (12 - i)), FirstSeen: now.AddDate(-1, 0, 0),
		}
		if s.covered {
			for w := range 26 {
				row.Weeks = append(row.Weeks, math.Max(0, math.Round(float64(60+8*i)+20*math.Sin(float64(w)/2)-float64(w%5))))
			}
			row.Events, row.People, row.LastUse, row.LastEvent = 1514, 96, now.Add(-3*time.Hour), now.Add(-time.Hour)
		}
		if s.idle {
			for w := range row.Weeks {
				if w > 9 {
					row.Weeks[w] = 0
				}
			}
			row.Events, row.People, row.LastUse = 0, 0, now.AddDate(0, 0, -118)
		}
		c.systems = append(c.systems, row)
	}
	for id, title := range map[string]string{
		"f1": "农村人居环境整治月报表", "f2": "村庄清洁行动统计表", "f3": "特殊困难老年人探访关爱登记表", "f4": "安全隐患排查治理月报",
	} {
		c.names.Forms[id] = title
	}
	c.names.FormSystems = map[string]string{"f1": "env", "f2": "agri", "f3": "civil", "f4": "safety"}
	for id, label := range map[string]string{"f1.a": "本月清运垃圾（吨）", "f2.b": "垃圾清运量（吨）", "f1.c": "常住户数", "f2.d": "常住户数（户）"} {
		c.names.Fields[id] = label
	}
}
