package queries_test

import (
	"errors"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// An empty store gives empty answers, not errors: the pages say what to do next.
func TestReadsOfAnEmptyStore(t *testing.T) {
	s := querytest.New(t)
	names, err := s.ReadNames(t.Context())
	if err != nil || names.Place != "" {
		t.Fatal(names, err)
	}
	o, err := s.ReadOverview(t.Context())
	if err != nil || len(o.Months) != 0 || !o.Analysed.IsZero() || !o.DataTo.IsZero() {
		t.Fatalf("%+v %v", o, err)
	}
	if rows, err := s.ReadSystems(t.Context()); err != nil || len(rows) != 0 {
		t.Fatal(rows, err)
	}
	if rows, err := s.ReadUnits(t.Context()); err != nil || len(rows) != 0 {
		t.Fatal(rows, err)
	}
	if rows, err := s.ReadSources(t.Context()); err != nil || len(rows) != 0 {
		t.Fatal(rows, err)
	}
	if page, err := s.ReadFindings(t.Context(), queries.FindingQuery{Limit: 10}); err != nil || page.Total != 0 {
		t.Fatal(page, err)
	}
	if _, err := s.ReadSystem(t.Context(), "none"); !errors.Is(err, queries.ErrNotFound) {
		t.Fatal(err)
	}
}

func TestReadFindings(t *testing.T) {
	s := querytest.New(t)
	finding := func(id, detector, family, severity, status string, score float64, n uint64, systems, units []string) queries.Finding {
		return queries.Finding{
			ID: id, Detector: detector, Version: 1, Family: family, Score: score, N: n, Severity: severity, Status: status,
			Subject: queries.Subject{Systems: systems, Units: units, Forms: []string{"f-" + id}}, From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC),
			To:       time.Date(2026, 6, int(n), 0, 0, 0, 0, time.UTC),
			Evidence: queries.Evidence{Message: queries.Message{Key: "k." + id, Params: map[string]any{"label": "清运Garbage" + id}}},
		}
	}
	err := s.SaveFindings(t.Context(), queries.Analysis{Run: 1}, []string{"dup-form", "idle-system", "fab-benford"}, []queries.Finding{
		finding("a", "dup-form", "duplicate", "low", "open", 0.9, 3, []string{"s1"}, nil),
		finding("b", "idle-system", "unused", "high", "open", 0.2, 9, []string{"s2"}, nil),
		finding("c", "fab-benford", "fabrication", "medium", "open", 0.5, 5, []string{"s1"}, []string{"330101"}),
		finding("d", "idle-system", "unused", "low", "not_assessed", 0, 1, []string{"s3"}, nil),
		finding("e", "idle-system", "unused", "high", "open", 0.7, 2, []string{"s1"}, []string{"330102"}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ids := func(q queries.FindingQuery) (string, *queries.FindingPage) {
		t.Helper()
		if q.Limit == 0 {
			q.Limit = 10
		}
		page, err := s.ReadFindings(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		out := ""
		for _, f := range page.Rows {
			out += f.ID
		}
		return out, page
	}
	for name, c := range map[string]struct {
		q     queries.FindingQuery
		want  string
		total uint64
	}{
		"heaviest first":                 {queries.FindingQuery{}, "ebca", 4},
		"lightest first":                 {queries.FindingQuery{Ascending: true}, "aceb", 4},
		"by score":                       {queries.FindingQuery{Sort: "score"}, "aecb", 4},
		"by score, rising":               {queries.FindingQuery{Sort: "score", Ascending: true}, "bcea", 4},
		"by n":                           {queries.FindingQuery{Sort: "n"}, "bcae", 4},
		"by period":                      {queries.FindingQuery{Sort: "period"}, "bcae", 4},
		"by detector":                    {queries.FindingQuery{Sort: "detector", Ascending: true}, "aceb", 4},
		"by detector, falling":           {queries.FindingQuery{Sort: "detector"}, "ebca", 4},
		"with what was not assessed":     {queries.FindingQuery{NotAssessed: true}, "ebcad", 5},
		"only what was not assessed":     {queries.FindingQuery{Status: "not_assessed"}, "d", 1},
		"family":                         {queries.FindingQuery{Family: "unused"}, "eb", 2},
		"detector":                       {queries.FindingQuery{Detector: "dup-form"}, "a", 1},
		"severity":                       {queries.FindingQuery{Severity: "medium"}, "c", 1},
		"system":                         {queries.FindingQuery{System: "s1"}, "eca", 3},
		"form":                           {queries.FindingQuery{Form: "f-b"}, "b", 1},
		"units":                          {queries.FindingQuery{Units: []string{"330102", "330101"}}, "ec", 2},
		"unknown unit":                   {queries.FindingQuery{Units: []string{"x"}}, "", 0},
		"text in the evidence, any case": {queries.FindingQuery{Text: "gARBAGEc"}, "c", 1},
		"text that is a name":            {queries.FindingQuery{Text: "平台", TextIDs: []string{"s2"}}, "b", 1},
		"text with quotes":               {queries.FindingQuery{Text: `'"\%_`}, "", 0},
		"second page":                    {queries.FindingQuery{Limit: 2, Offset: 2}, "ca", 4},
		"ids, whatever their status":     {queries.FindingQuery{IDs: []string{"d", "a"}}, "ad", 2},
	} {
		t.Run(name, func(t *testing.T) {
			got, page := ids(c.q)
			if got != c.want || page.Total != c.total {
				t.Errorf("got %s of %d, want %s of %d", got, page.Total, c.want, c.total)
			}
		})
	}
	_, page := ids(queries.FindingQuery{Family: "unused"})
	if page.Facets["family"]["duplicate"] != 1 || page.Facets["severity"]["high"] != 2 || page.Facets["severity"]["low"] != 0 || page.Facets["status"]["not_assessed"] != 1 {
		t.Errorf("facets: %v", page.Facets)
	}
}

func TestReadOfACounty(t *testing.T) {
	s := querytest.New(t)
	registry, err := queries.OpenRegistry(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	registry.DeclareUnit(queries.Unit{Code: "9901", Name: "青山县", Kind: "county", Declared: true})
	registry.DeclareUnit(queries.Unit{Code: "990101", Name: "柳河镇", Parent: "9901", Kind: "town", Declared: true})
	registry.DeclareUnit(queries.Unit{Code: "99010101", Name: "东村", Parent: "990101", Kind: "village", Staff: 5, Declared: true})
	registry.DeclareSystem(queries.System{ID: "s1", Name: "民政平台", Owner: "民政局", UsageCovered: true, Declared: true})
	registry.DeclareSystem(queries.System{ID: "s2", Name: "看不见的系统", Owner: "林业局", Declared: true})
	registry.DeclareForm(queries.Form{ID: "f1", System: "s1", Title: "月报", Cycle: "month", Declared: true, Fields: []queries.Field{{Form: "f1", ID: "a", Label: "人数"}}})
	if err := registry.Save(t.Context()); err != nil {
		t.Fatal(err)
	}
	c := submissionBlock(0, 200)
	for i := range c.Form {
		// Every other submission has a known start, ten minutes before; one in a hundred has an implausible one.
		if i%2 == 0 {
			c.StartedAt[i] = c.SubmittedAt[i].Add(-10 * time.Minute)
		}
		if i%100 == 0 {
			c.StartedAt[i] = c.SubmittedAt[i].Add(-30 * time.Hour)
		}
	}
	usage := usageBlock(0, 140)
	for i := range usage.Time {
		usage.Time[i] = time.Date(2026, 3, 31, 9, 0, i, 0, time.UTC)
		if i >= 100 {
			usage.Action[i] = "login"
		}
		if i == 0 {
			usage.Status[i] = 500
		}
	}
	_, err = s.Write(t.Context(), queries.Batch{
		Source: "gateway", Usage: []*queries.UsageColumns{usage}, Submissions: c,
		Rejected: []queries.Rejected{{Origin: "a.log", Line: 3, Kind: "clock", Reason: "the year 1970"}, {Origin: "a.log", Line: 9, Kind: "clock", Reason: "the year 2099"}, {Origin: "b.log", Line: 1, Kind: "malformed", Reason: "no"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ran := time.Date(2026, 4, 1, 3, 0, 0, 0, time.UTC)
	for _, run := range []queries.SourceRun{
		{Source: "gateway", Kind: "accesslog", Started: ran, Finished: ran.Add(time.Minute), Status: "quarantined"},
		{Source: "gateway", Kind: "accesslog", Started: ran.Add(time.Hour), Finished: ran.Add(time.Hour), Status: "failed", Error: "gone"},
	} {
		if err := s.SaveRun(t.Context(), run); err != nil {
			t.Fatal(err)
		}
	}

	// What the analysis reckons: ten minutes a submission where the start is unknown or implausible, over 73 days.
	from, to := time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC), time.Date(2026, 4, 2, 0, 0, 0, 0, time.UTC)
	model := queries.BurdenModel{Run: 1, From: from, To: to, Recent: from, Least: 3, Forms: []queries.FormPace{{Form: "f1", Fence: 7200, Seconds: 600, Least: 3, Spread: 0.1, Method: queries.BurdenObserved}}}
	if _, err := s.SetBurdenForms(t.Context(), model); err != nil {
		t.Fatal(err)
	}
	if err := s.SetBurden(t.Context(), model, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.SaveFindings(t.Context(), queries.Analysis{Run: 1, From: from, To: to, Started: ran, Finished: ran}, nil, nil); err != nil {
		t.Fatal(err)
	}

	names, err := s.ReadNames(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if names.Name("unit", "99010101") != "柳河镇东村" || names.Place != "青山县" || names.Name("field", "f1.a") != "人数" || names.Owners["s1"] != "民政局" {
		t.Errorf("names: %+v", names)
	}
	if got := names.Below("990101"); !slices.Equal(got, []string{"990101", "99010101"}) {
		t.Errorf("below the town: %v", got)
	}

	o, err := s.ReadOverview(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// 200 submissions of ten minutes by 50 units; the window is 73 days, 2.4 months.
	if len(o.Months) != 1 || o.Months[0].Submissions != 200 || o.Months[0].Units != 50 || math.Abs(o.Months[0].Hours-200.0/6) > 1e-9 {
		t.Errorf("months: %+v", o.Months)
	}
	if math.Abs(o.Hours-200.0/6/50/2.4) > 1e-9 || o.Low <= 0 || o.Low >= o.Hours || o.High <= o.Hours || !o.From.Equal(from) || !o.To.Equal(to) || !o.Analysed.Equal(ran) {
		t.Errorf("hours: %+v", o)
	}
	if o.Systems != 2 || o.Covered != 1 || o.Reporting != 50 || o.Quarantine != 3 || !slices.Equal(o.Broken, []string{"gateway"}) {
		t.Errorf("overview: %+v", o)
	}
	if len(o.Askers) != 1 || o.Askers[0].Owner != "民政局" || math.Abs(o.Askers[0].Hours-o.Hours) > 1e-9 || o.Askers[0].Forms != 1 {
		t.Errorf("askers: %+v", o.Askers)
	}

	systems, err := s.ReadSystems(t.Context())
	if err != nil || len(systems) != 2 {
		t.Fatal(systems, err)
	}
	// 100 views of which one failed; 40 logins are no use.
	if s1 := systems[0]; s1.Events != 99 || s1.People != 7 || s1.Weeks[25] != 99 || s1.Forms != 1 || s1.Submissions != 200 || !s1.LastUse.Before(s1.LastEvent) {
		t.Errorf("s1: %+v", s1)
	}
	if s2 := systems[1]; s2.Events != 0 || !s2.LastUse.IsZero() || s2.UsageCovered {
		t.Errorf("s2: %+v", s2)
	}
	page, err := s.ReadSystem(t.Context(), "s1")
	if err != nil || len(page.FormRows) != 1 || math.Abs(page.FormRows[0].Minutes-10) > 1e-9 || page.FormRows[0].FieldCount == 0 || page.Actions[0].Action != "view" || len(page.WeekStarts) != 26 {
		t.Errorf("s1: %+v %v", page, err)
	}

	units, err := s.ReadUnits(t.Context())
	if err != nil || len(units) != 50 || math.Abs(units[0].Submissions-4/2.4) > 1e-9 || math.Abs(units[0].Hours-4.0/6/2.4) > 1e-9 || units[0].Low >= units[0].Hours {
		t.Errorf("units: %+v %v", units[0], err)
	}

	sources, err := s.ReadSources(t.Context())
	if err != nil || len(sources) != 1 {
		t.Fatal(sources, err)
	}
	g := sources[0]
	if g.Error != "gone" || !g.LastSuccess.Equal(ran.Add(time.Minute)) || g.Quarantined != 3 || len(g.Reasons) != 2 || g.Reasons[0].Count != 2 || g.Reasons[0].Line != 9 {
		t.Errorf("source: %+v", g)
	}
	last := g.Days[len(g.Days)-1]
	if last.Day.Format(time.DateOnly) != "2026-04-01" || last.Rows != 200 || last.Runs != 1 || g.Days[len(g.Days)-2].Rows != 140 {
		t.Errorf("days: %+v", g.Days[len(g.Days)-2:])
	}
}
