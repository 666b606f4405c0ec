package web_test

import (
	"fmt"
	"math"
	"time"

	"github.com/jianfu/jianfu/queries"
)

func (c *canned) add(f queries.Finding) {
	f.ID = queries.FindingID(f.Detector, fmt.Sprint(len(c.findings)))
	f.Version = 1
	if f.Status == "" {
		f.Status = "open"
	}
	if f.Severity == "" {
		f.Severity = "high"
	}
	f.From, f.To = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	f.Evidence.Policy = "2026-06"
	c.findings = append(c.findings, f)
}

func (c *canned) addFindings() {
	months := []string{"2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"}
	covered := &queries.Coverage{From: "2026-01-01", To: "2026-06-30", Share: 0.97, State: "covered"}
	c.add(queries.Finding{
		Detector: "dup-form", Family: "duplicate", Score: 0.97, Effect: f64(0.83), N: 1200,
		Subject: queries.Subject{Systems: []string{"env", "agri"}, Forms: []string{"f1", "f2"}, Fields: [][2]string{{"f1.a", "f2.b"}, {"f1.c", "f2.d"}}},
		Evidence: queries.Evidence{
			Message: key("canned.dup", "form_a", "f1", "form_b", "f2", "share", 0.83, "n", 10, "of", 12),
			Table: &queries.Table{
				Columns: []string{"canned.col.field_a", "canned.col.field_b", "canned.col.relation", "canned.col.agree", "canned.col.n"},
				Rows:    [][]any{{"f1.a", "f2.b", "equal", 0.991, 880}, {"f1.c", "f2.d", "equal", 1.0, 880}, {"f1.e", "f2.f", "scale", 0.97, 412}},
			},
			Chart: &queries.Chart{
				Kind: "bars", Title: key("canned.dup_chart"), X: []string{"本月清运垃圾（吨）", "常住户数", "投入资金（万元）", "出动人次"}, Unit: "%",
				Series: []queries.Series{{Name: key("canned.agree"), Values: []float64{99.1, 100, 97, 88.5}}},
			},
			Thresholds: map[string]float64{"min_share": 0.6, "min_n": 50}, Coverage: covered, NotProof: key("canned.dup_not"),
			Detail: map[string]any{"label": 0.92, "values": 0.88, "aligned": map[string]any{"agree": 0.99, "n": 880.0}},
		},
		Explanations: []queries.Message{key("canned.dup_e1"), key("canned.dup_e2")}, Rule: key("canned.rule"),
	})
	c.add(queries.Finding{
		Detector: "idle-system", Family: "unused", Score: 0.95, N: 118, Subject: queries.Subject{Systems: []string{"smart"}},
		Evidence: queries.Evidence{
			Message: key("canned.idle", "system", "smart", "days", 118),
			Chart: &queries.Chart{
				Kind: "line", Title: key("canned.idle_chart"), X: []string{"01-05", "01-19", "02-02", "02-16", "03-02", "03-16", "03-30", "04-13", "04-27", "05-11", "05-25", "06-08"},
				Series: []queries.Series{{Name: key("canned.actions"), Values: []float64{210, 180, 160, 90, 40, 12, 0, 0, 0, 0, 0, 0}}},
			},
			Thresholds: map[string]float64{"days": 90}, Coverage: covered, NotProof: key("canned.idle_not"),
			Detail: map[string]any{"verdict": "unused", "suggestion": "retire", "tests": map[string]any{
				"detached": "yes", "replaceable": "unknown", "resources_idle": "no", "unmaintained": "unknown", "narrow": "yes",
			}},
		},
	})
	c.systems[1].Verdict = &c.findings[1]
	for i, code := range []string{"330199003203", "330199003204", "330199001200", "330199005202"} {
		c.add(queries.Finding{
			Detector: "fab-copy-forward", Family: "fabrication", Score: 0.9 - float64(i)*0.1, P: f64(3e-9), Q: f64(2.2e-7), Effect: f64(0.96), N: 56,
			Severity: []string{"high", "medium", "low", "high"}[i], Status: []string{"open", "verified", "explained", "open"}[i],
			Subject: queries.Subject{Systems: []string{"env"}, Forms: []string{"f1"}, Units: []string{code}},
			Evidence: queries.Evidence{
				Message: key("canned.copy", "unit", code, "form", "f1", "n", 7-i, "fields", 8, "peers", 0.04),
				Table: &queries.Table{Columns: []string{"column.period", "canned.col.repeats", "canned.col.peers"}, Rows: [][]any{
					{"2026-02", 8, 0.3}, {"2026-03", 8, 0.4}, {"2026-04", 8, 0.2}, {"2026-05", 8, 0.4}, {"2026-06", 8, 0.3},
				}},
				Chart: &queries.Chart{
					Kind: "compare", Title: key("canned.copy_chart"), X: months, Unit: "", Expected: []float64{0.3, 0.3, 0.4, 0.2, 0.4, 0.3},
					Series: []queries.Series{{Name: key("canned.repeats"), Values: []float64{7, 8, 8, 8, 8, 8}}},
				},
				Thresholds: map[string]float64{"q": 0.05, "min_expected": 10}, Coverage: covered, NotProof: key("canned.copy_not"),
			},
			Explanations: []queries.Message{key("canned.copy_e1"), key("canned.copy_e2")}, Rule: key("canned.rule"),
		})
	}
	c.add(queries.Finding{
		Detector: "fab-terminal-digit", Family: "fabrication", Score: 0.7, P: f64(0.00004), Q: f64(0.012), Effect: f64(0.21), N: 840, Severity: "medium",
		Subject: queries.Subject{Systems: []string{"safety"}, Forms: []string{"f4"}, Units: []string{"330199003203"}},
		Evidence: queries.Evidence{
			Message: key("canned.digit", "unit", "330199003203", "form", "f4", "share", 0.47),
			Chart: &queries.Chart{
				Kind: "compare", Title: key("canned.digit_chart"), X: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, Unit: "%", Expected: []float64{10},
				Series: []queries.Series{{Name: key("canned.observed"), Values: []float64{27.1, 6.2, 7.5, 6.6, 7.1, 19.8, 6.4, 6.6, 7.3, 5.4}}},
			},
			Coverage: &queries.Coverage{State: "partial", Share: 0.71, From: "2026-02-01", To: "2026-06-30"},
		},
	})
	c.add(queries.Finding{
		Detector: "burden-hours", Family: "burden", Score: 0.5, N: 12000, Severity: "low", Subject: queries.Subject{Systems: []string{"civil"}},
		Evidence: queries.Evidence{Message: key("canned.hours", "system", "civil", "hours", 9.8, "low", 8.1, "high", 11.6)},
	})
	c.add(queries.Finding{
		Detector: "idle-system", Family: "unused", Status: "not_assessed", Severity: "low", Subject: queries.Subject{Systems: []string{"forest"}},
		Reason: key("canned.uncovered", "system", "forest"),
	})
	c.systems[7].Verdict = &c.findings[len(c.findings)-1]
	for i := range 120 {
		c.add(queries.Finding{
			Detector: "dup-item", Family: "duplicate", Score: 0.6 - float64(i)*0.004, N: uint64(300 - i), Severity: []string{"medium", "low"}[i%2],
			Subject:  queries.Subject{Systems: []string{"civil", "health"}, Forms: []string{"f1", "f3"}},
			Evidence: queries.Evidence{Message: key("canned.item", "name", fmt.Sprintf("常住户数 %d", i+1), "forms", []string{"f1", "f2", "f3"}, "n", 3)},
		})
	}
	c.verify = []queries.VerifyItem{
		{Unit: "330199003203", Form: "f1", Period: "2026-02/2026-06", Priority: 1, Families: []string{"copying", "digits"}, Findings: []string{c.findings[2].ID, c.findings[6].ID}, Recommended: true},
		{Unit: "330199005202", Form: "f1", Period: "2026-03/2026-06", Priority: 2, Families: []string{"copying"}, Findings: []string{c.findings[5].ID}, Recommended: true},
		{Unit: "330199001200", Form: "f1", Period: "2026-05", Priority: 3, Families: []string{"digits"}, Findings: []string{c.findings[4].ID}},
	}
}

func (c *canned) addSources() {
	days := func(quiet func(i int) (rows, runs uint64)) []queries.SourceDay {
		var out []queries.SourceDay
		for i := range 63 {
			d := queries.SourceDay{Day: time.Date(2026, 5, 5, 0, 0, 0, 0, time.UTC).AddDate(0, 0, i)}
			d.Rows, d.Runs = quiet(i)
			out = append(out, d)
		}
		return out
	}
	c.sources = []queries.SourceRow{
		{
			ID: "gateway", LastRun: now.Add(-4 * time.Minute), LastSuccess: now.Add(-4 * time.Minute), LastRecord: now.Add(-6 * time.Minute),
			Days: days(func(i int) (uint64, uint64) {
				if i < 12 {
					return 0, 0
				}
				return uint64(18000 + 400*(i%7)), 288
			}), Quarantined: 37, Reasons: []queries.ReasonCount{
				{Kind: "malformed", Reason: "the line does not fit the combined format: the request is not quoted", Count: 31, Last: now.Add(-26 * time.Hour), Origin: "/var/log/nginx/access.log.2.gz", Line: 8841},
				{Kind: "clock", Reason: "the time 1970-01-01 lies before the system was launched", Count: 6, Last: now.Add(-50 * time.Hour), Origin: "/var/log/nginx/access.log.5.gz", Line: 12},
			},
		},
		{
			ID: "civil-db", LastRun: now.Add(-time.Hour), LastSuccess: now.AddDate(0, 0, -9), LastRecord: now.AddDate(0, 0, -9),
			Error: "unable to connect to 10.1.2.3:5432: password authentication failed for user jianfu", Days: days(func(i int) (uint64, uint64) {
				switch {
				case i > 53 || (i > 20 && i < 23):
					return 0, 0
				case i%7 > 4:
					return 0, 24
				default:
					return 640, 24
				}
			}),
		},
		{ID: "drop", LastRun: now.Add(-20 * time.Minute), LastSuccess: now.Add(-20 * time.Minute), LastRecord: now.Add(-80 * time.Hour), Days: days(func(i int) (uint64, uint64) { return uint64(120 * ((i + 1) % 2)), 24 })},
	}
}

func (c *canned) addOverview() {
	o := &queries.Overview{
		Hours: 46.2, Low: 43, High: 49.4, Reporting: 48, From: time.Date(2025, 7, 1, 0, 0, 0, 0, time.UTC), To: time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC), Systems: 12, Covered: 10, Forms: 40, Units: 55, Sources: 3, Broken: []string{"civil-db"}, Quarantine: 37,
		Analysed: now.Add(-5 * time.Hour), DataTo: now.Add(-4 * time.Minute),
		Families: map[string]map[string]uint64{
			"duplicate": {"open": 121}, "unused": {"open": 1, "not_assessed": 1}, "fabrication": {"open": 3, "verified": 1, "explained": 1}, "burden": {"open": 1},
		},
		Stop: c.findings[:2],
		Askers: []queries.Asker{
			{Owner: "民政局", Systems: 2, Forms: 9, Submissions: 8000, Hours: 9.8},
			{Owner: "卫生健康局", Systems: 1, Forms: 6, Submissions: 6000, Hours: 6.1},
			{Owner: "应急管理局", Systems: 1, Forms: 5, Submissions: 5000, Hours: 5},
			{Owner: "农业农村局", Systems: 2, Forms: 8, Submissions: 4000, Hours: 3.2},
			{Owner: "新时代文明实践中心办公室", Systems: 1, Forms: 1, Submissions: 400, Hours: 0.3},
		},
	}
	for i := range 18 {
		o.Months = append(o.Months, queries.BurdenMonth{
			Month: time.Date(2025, 2, 1, 0, 0, 0, 0, time.UTC).AddDate(0, i, 0), Submissions: 2000, Units: 48,
			Hours: 48 * (52 - 0.7*float64(i) + 2*math.Sin(float64(i))),
		})
	}
	c.overview = o
}

// empty is a county of which nothing is known yet.
func empty() *canned {
	return &canned{names: &queries.NameTable{}, overview: &queries.Overview{}}
}
