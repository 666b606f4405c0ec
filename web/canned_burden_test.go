package web_test

import (
	"context"
	"encoding/csv"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// burdenPage is two years of hours of all forms of the canned county.
func (c *canned) burdenPage() *queries.BurdenPage {
	if len(c.units) == 0 {
		return &queries.BurdenPage{}
	}
	day := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }
	p := &queries.BurdenPage{
		Run:   queries.BurdenRun{Run: 1, First: day(2024, 7, 1), Recent: day(2025, 7, 1), Last: day(2026, 6, 30), Tariff: 40},
		Paces: map[string]queries.FormPace{},
	}
	methods := []string{queries.BurdenObserved, queries.BurdenLogs, queries.BurdenEstimated}
	for i, form := range slices.Sorted(maps.Keys(c.names.FormSystems)) {
		method := methods[i%3]
		p.Paces[form] = queries.FormPace{Form: form, Method: method, Seconds: 600, Spread: 0.3, Common: 0.05}
		for month := range 24 {
			cell := queries.BurdenCell{Form: form, Month: day(2024, 7, 1).AddDate(0, month, 0), Recent: month >= 12, Submissions: 150, Units: 48}
			hours := 25 * float64(1+i) * (1 - float64(month)/100)
			switch method {
			case queries.BurdenObserved:
				cell.Observed, cell.Filled = hours*0.8, hours*0.2
			case queries.BurdenLogs:
				cell.Observed, cell.Logged = hours, hours
			default:
				cell.Estimated = hours
			}
			p.Cells = append(p.Cells, cell)
		}
		for _, f := range c.forms[form].Fields {
			p.Fields = append(p.Fields, queries.FieldHours{Form: form, Field: f.ID, Kind: "payload", Hours: queries.Hours{Mid: 12, Low: 9, High: 16}})
		}
	}
	for month := range 24 {
		p.Reporting = append(p.Reporting, queries.MonthUnits{Month: day(2024, 7, 1).AddDate(0, month, 0), Units: 48})
	}
	for _, u := range c.units {
		p.Units = append(p.Units, queries.UnitBurden{Unit: u.Code, Submissions: 300, Forms: u.Forms, Observed: 400, Estimated: 60, Doubt: 20})
	}
	return p
}

func (c *canned) ReadBurden(_ context.Context, units []string) (*queries.BurdenPage, error) {
	return c.burdenPage(), c.err
}

func (c *canned) BurdenRows(_ context.Context, q queries.BurdenQuery) ([]queries.BurdenRow, error) {
	row := queries.BurdenRow{
		ID: "=1+1", Hours: queries.Hours{Mid: 100, Low: 90, High: 111}, Observed: 100, Submissions: 5, Forms: 2, Units: 3, Share: 1, Method: queries.BurdenObserved, Change: math.NaN(),
	}
	return []queries.BurdenRow{row}, c.err
}

func (c *canned) MeasureChanges(context.Context) ([]queries.MeasureChange, error) {
	if len(c.units) == 0 {
		return nil, c.err
	}
	day := func(text string) time.Time {
		t, _ := time.Parse(time.DateOnly, text)
		return t
	}
	side := func(from, to string, hours float64) queries.BurdenSide {
		return queries.BurdenSide{From: day(from), To: day(to), Hours: queries.Hours{Mid: hours, Low: 0.9 * hours, High: 1.1 * hours}, Submissions: 400, Forms: 5, Fields: 80, Units: 48}
	}
	claim := &queries.Claim{Metric: queries.ClaimForms, Before: 91, After: 39, Change: 39./91 - 1}
	share := queries.Claim{Metric: queries.ClaimHours, Before: math.NaN(), After: math.NaN(), Change: -0.3}
	out := []queries.MeasureChange{
		{Measure: queries.Measure{ID: "a", Name: "精简报表", Effective: day("2026-01-01"), Scope: queries.Scope{Kind: queries.ScopeAll}, Source: "青办〔2025〕9号"}},
		{Measure: queries.Measure{ID: "b", Name: "停用一张表", Effective: day("2025-11-01"), Scope: queries.Scope{Kind: queries.ScopeForm, Subject: "f1"}}},
		{Measure: queries.Measure{ID: "c", Name: "刚刚开始", Effective: day("2026-06-01"), Scope: queries.Scope{Kind: queries.ScopeDepartment, Subject: "民政局"}}},
		{Measure: queries.Measure{ID: "d", Name: "没有声称", Effective: day("2025-12-01"), Scope: queries.Scope{Kind: queries.ScopeSystem, Subject: "civil"}}},
	}
	for i, verdict := range []string{queries.ClaimNotSupported, queries.ClaimUnknown, queries.ClaimUnknown, queries.ClaimNone} {
		change := queries.BurdenChange{Months: 6, Units: 48, Verdict: verdict, Change: queries.Hours{Mid: -0.1, Low: -0.12, High: -0.08}, Found: queries.Hours{Mid: -0.4, Low: -0.4, High: -0.4}}
		change.Before, change.After = side("2025-01-01", "2025-06-30", 500), side("2026-01-01", "2026-06-30", 450)
		switch i {
		case 0:
			change.Claim = claim
		case 1:
			change.Claim, change.Reasons, change.Shifted, change.Rose = &share, []string{queries.ReasonShifted}, 120, []queries.FormShift{{Form: "f2", Before: 10, After: 130}}
		case 2:
			change = queries.BurdenChange{Months: 1, Verdict: verdict, Reasons: []string{queries.ReasonFewMonths}, Claim: &share}
		}
		out[i].BurdenChange = change
	}
	return out, c.err
}

func TestTheBurdenTreeNamesWhoAsks(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	doc := parse(t, text(t, s.get("/burden", "Accept-Language", "zh")))
	seen := words(doc)
	for _, want := range []string{"农业农村局", "数据不支持", "尚不能判断", "措施1 精简报表", "柳河镇", "按数据项估算"} {
		if !strings.Contains(seen, want) {
			t.Errorf("no %q", want)
		}
	}
	if find(doc, "details") == nil {
		t.Error("nothing opens")
	}
	if res := s.get("/burden?unit=nowhere"); res.StatusCode != http.StatusNotFound {
		t.Errorf("a unit that is not there: %d", res.StatusCode)
	}
}

func TestHoursToTakeAway(t *testing.T) {
	s := open(t, options(t, county())).enter()
	res := s.get("/burden.csv?by=department", "Accept-Language", "zh")
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text(t, res), "\ufeff"))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][0] != "'=1+1" || rows[1][5] != "4000" || rows[1][15] != "" {
		t.Errorf("%v, %v", rows, err)
	}
	if res := s.get("/burden.csv?by=colour"); res.StatusCode != http.StatusNotFound {
		t.Errorf("%d", res.StatusCode)
	}
}
