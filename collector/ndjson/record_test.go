package ndjson

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

var noon = time.Date(2026, 7, 20, 12, 0, 0, 0, time.UTC)

func testOptions() Options {
	return Options{Source: "drop", Pseudonym: collector.NewPseudonymizer([]byte("a key of thirty-two bytes, fixed")), Now: func() time.Time { return noon }}
}

func readText(t *testing.T, text string) *memory {
	t.Helper()
	m := &memory{}
	if _, err := Read(context.Background(), strings.NewReader(text), "in", testOptions(), m); err != nil {
		t.Fatal(err)
	}
	return m
}

const submissionLine = `{"type":"submission","form":"f1","unit":"330101001001","period":"2026-07","submitted_at":"2026-07-15T09:30:00+08:00",` +
	`"started_at":"2026-07-15T09:10:00.5+08:00","reporter":"li","channel":"app","subject":"h7","lat":30.25,"lon":-120,` +
	`"values":{"a":12,"b":"x\u4e2d","c":null,"d":true,"e":-0.125,"f":110101199001011234,"g":1e3},"id":"s1","extra":{"deep":[1,{"x":2}]}}`

func TestSubmission(t *testing.T) {
	m := readText(t, submissionLine)
	zone := time.FixedZone("", 8*3600)
	want := []queries.Submission{{
		ID: "s1", Form: "f1", Unit: "330101001001", Period: "2026-07", SubmittedAt: time.Date(2026, 7, 15, 9, 30, 0, 0, zone),
		StartedAt: time.Date(2026, 7, 15, 9, 10, 0, 5e8, zone), Reporter: "li", Channel: "app", Subject: "h7", Lat: 30.25, Lon: -120,
		Values: []queries.Value{
			{Field: "a", Number: 12, Kind: queries.NumberValue},
			{Field: "b", Text: "x中", Kind: queries.TextValue},
			{Field: "c", Kind: queries.Absent},
			{Field: "d", Text: "true", Kind: queries.TextValue},
			{Field: "e", Number: -0.125, Kind: queries.NumberValue},
			{Field: "f", Text: "110101199001011234", Kind: queries.TextValue},
			{Field: "g", Number: 1000, Kind: queries.NumberValue},
		},
	}}
	if diff := cmp.Diff(want, m.rows); diff != "" {
		t.Error(diff)
	}
	if len(m.rejected) > 0 {
		t.Errorf("rejected: %v", m.rejected)
	}
}

func TestDeclarations(t *testing.T) {
	m := readText(t, `{"type":"system","id":"portal","name":"政务平台","owner":"民政局","level":"county","kind":"app","launched":"2021-03-01","annual_cost":120000.5,"entitled_users":900,"cycle":"season","season":["06-01","09-30"],"successor":"p2","waiver":{"rule":"policy-checkin","basis":"防汛","until":"2026-12-31"},"usage_covered":false}
{"type":"system","id":"s2","name":"n","owner":"o","level":"town","season":null,"waiver":null,"usage_covered":null}
{"type":"unit","code":330101001001,"name":"东村","parent":"330101001","kind":"village","population":1200,"staff":6}
{"type":"form","id":"f1","system":"portal","title":"人口月报","cycle":"month","due_days":-3,"basis":"文","approved":true,"per":"record","prefilled":["a"],"fields":[{"id":"a","label":"户数","type":"integer","unit":"户","codes":{"1":"男","2":"女"},"role":"payload","measure":"stock","target":95,"required":true},{"id":"b","label":"姓名"}]}
`)
	date := func(y, mo, d int) time.Time { return time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC) }
	want := collector.Declarations{
		Systems: []queries.System{
			{
				ID: "portal", Name: "政务平台", Owner: "民政局", Level: "county", Kind: "app", Launched: date(2021, 3, 1), AnnualCost: 120000.5, EntitledUsers: 900,
				Cycle: "season", Season: []string{"06-01", "09-30"}, Successor: "p2", Waiver: queries.Waiver{Rule: "policy-checkin", Basis: "防汛", Until: date(2026, 12, 31)}, Declared: true,
			},
			{ID: "s2", Name: "n", Owner: "o", Level: "town", UsageCovered: true, Declared: true},
		},
		Units: []queries.Unit{{Code: "330101001001", Name: "东村", Parent: "330101001", Kind: "village", Population: 1200, Staff: 6, Declared: true}},
		Forms: []queries.Form{{
			ID: "f1", System: "portal", Title: "人口月报", Cycle: "month", DueDays: -3, Basis: "文", Approved: true, ApprovedKnown: true, Per: "record", Prefilled: []string{"a"}, Declared: true,
			Fields: []queries.Field{
				{Form: "f1", ID: "a", Label: "户数", Type: "integer", UnitOf: "户", Codes: map[string]string{"1": "男", "2": "女"}, Role: "payload", Measure: "stock", Target: 95, Required: true, Declared: true},
				{Form: "f1", ID: "b", Position: 1, Label: "姓名", Target: math.NaN(), Declared: true},
			},
		}},
	}
	if diff := cmp.Diff(want, m.declared, cmpopts.EquateNaNs()); diff != "" {
		t.Error(diff)
	}
	if len(m.rejected) > 0 {
		t.Errorf("rejected: %v", m.rejected)
	}
}

func TestUsage(t *testing.T) {
	m := readText(t, `{"type":"usage","system":"portal","time":"2026-07-15T09:30:00.25+08:00","actor":"13800001234","unit":"330101001001","action":"view","object":"/form/17/edit?x=1","form":"f1","status":200,"duration_ms":12.6,"client":"Mozilla/5.0 (Linux) MicroMessenger/8"}
{ "client":"Mozilla/5.0 (Linux) MicroMessenger/8", "duration_ms":12.6,"status":"200","form":"f1","object":"/form/17/edit?x=1","action":"view","unit":"330101001001","actor":"13800001234","time":"2026-07-15T01:30:00.25Z","system":"portal","type":"usage","other":1}
{"type":"usage","system":"portal","time":"2026-07-15T09:30:00.25+08:00","actor":"13800001234","unit":"330101001001","action":"view","object":"/form/18/edit?x=1","form":"f1","status":200,"duration_ms":12.6,"client":"Mozilla/5.0 (Linux) MicroMessenger/8"}
{"type":"usage","system":"portal","time":"2026-07-15T10:30:00Z","action":"heartbeat","id":"e1"}
{"type":"usage","system":"portal","time":"2026-07-15T11:30:00Z","action":"view","id":"e1"}
{"type":"usage","system":"other","time":"2026-07-15T11:30:00Z","action":"view","id":"e1"}
`)
	u := m.usage
	if len(m.rejected) > 0 || u.Len() != 6 {
		t.Fatalf("%d events, rejected: %v", u.Len(), m.rejected)
	}
	if u.Position[0] != u.Position[1] {
		t.Error("order of keys, white space and the zone of the time must not change an event's identity")
	}
	if u.Position[0] == u.Position[2] {
		t.Error("events with different objects are one")
	}
	if u.Position[3] != u.Position[4] || u.Position[4] == u.Position[5] {
		t.Error("with an id, system and id are the identity")
	}
	if u.Traffic[0] != "business" || u.Traffic[3] != "health" {
		t.Errorf("traffic %v", u.Traffic)
	}
	if u.Object[0] != "/form/{id}/edit" || u.Client[0] != "wechat" || u.Duration[0] != 13 || u.Status[1] != 200 || u.Form[0] != "f1" {
		t.Errorf("object %q client %q duration %d status %d", u.Object[0], u.Client[0], u.Duration[0], u.Status[1])
	}
	if u.Actor[0] != testOptions().Pseudonym.Hash("13800001234") || u.Actor[3] != 0 {
		t.Error("the actor must be the keyed hash of its id, 0 when unknown")
	}
}

// The identity must not let anybody without the key find an actor by trying all numbers.
func TestUsageIdentityIsKeyed(t *testing.T) {
	line := `{"type":"usage","system":"portal","time":"2026-07-15T09:30:00Z","actor":"13800001234","action":"view"}`
	a := readText(t, line)
	o := testOptions()
	o.Pseudonym = collector.NewPseudonymizer(make([]byte, 32))
	b := &memory{}
	if _, err := Read(context.Background(), strings.NewReader(line), "in", o, b); err != nil {
		t.Fatal(err)
	}
	if a.usage.Position[0] == b.usage.Position[0] {
		t.Error("the identity does not depend on the key")
	}
}

func TestRejections(t *testing.T) {
	usage := func(rest string) string {
		return `{"type":"usage","system":"s","time":"2026-07-15T09:30:00Z","action":"view"` + rest + `}`
	}
	sub := func(rest string) string {
		return `{"type":"submission","form":"f","unit":"u","submitted_at":"2026-07-15T09:30:00Z",` + rest + `}`
	}
	for name, c := range map[string]struct{ line, kind, field, reason string }{
		"not json":           {`hello`, "malformed", "", "begins with 'h'"},
		"array":              {`[{"type":"unit"}]`, "malformed", "", "begins with '['"},
		"cut off":            {`{"type":"unit","code":"1`, "malformed", "", "no closing quote"},
		"comma after":        {usage("") + ",", "malformed", "", "follows the object"},
		"no comma":           {`{"type":"usage" "system":"s"}`, "malformed", "", "a comma or } is missing at byte 17"},
		"no type":            {`{"typ":"usage"}`, "malformed", "type", `is the key "typ" meant?`},
		"unknown type":       {`{"type":"sumbission"}`, "malformed", "type", `"sumbission"; expected one of system, unit, form, usage, submission (is "submission" meant?)`},
		"missing key":        {`{"type":"usage","system":"s","action":"view","tiem":"2026-07-15T09:30:00Z"}`, "malformed", "time", `is the key "tiem" meant?`},
		"empty key":          {`{"type":"usage","system":null,"time":"2026-07-15T09:30:00Z","action":"view"}`, "malformed", "system", "system is empty; expected"},
		"enumeration":        {`{"type":"usage","system":"s","time":"2026-07-15T09:30:00Z","action":"viewed"}`, "malformed", "action", `is "view" meant?`},
		"time without zone":  {`{"type":"usage","system":"s","time":"2026-07-15 09:30:00","action":"view"}`, "malformed", "time", "RFC 3339"},
		"time as number":     {`{"type":"usage","system":"s","time":1752571800,"action":"view"}`, "malformed", "time", "1752571800; expected a time"},
		"clock 1970":         {`{"type":"usage","system":"s","time":"1970-01-01T00:00:00Z","action":"view"}`, "clock", "time", "before 1990"},
		"clock ahead":        {`{"type":"usage","system":"s","time":"2026-07-21T12:00:01Z","action":"view"}`, "clock", "time", "a day in the future"},
		"status":             {usage(`,"status":"ok"`), "malformed", "status", `"ok"; expected a whole number from 0 to 65535`},
		"duration":           {usage(`,"duration_ms":-1`), "malformed", "duration_ms", "milliseconds"},
		"period":             {sub(`"period":"2026-13","values":{}`), "malformed", "period", `"2026-13"; expected a period such as`},
		"period of digits":   {sub(`"period":202607,"values":{}`), "malformed", "period", `"202607"`},
		"no values":          {sub(`"period":"2026-07"`), "malformed", "values", "is missing"},
		"values a list":      {sub(`"period":"2026-07","values":[1]`), "malformed", "values", "a list; expected an object"},
		"nested value":       {sub(`"period":"2026-07","values":{"a":1,"b":{"c":1}}`), "malformed", "values.b", "values.b is an object"},
		"value twice":        {sub(`"period":"2026-07","values":{"a":1,"b":2,"a":3}`), "malformed", "values.a", "twice"},
		"value too large":    {sub(`"period":"2026-07","values":{"a":1e999}`), "malformed", "values.a", "1e999"},
		"latitude":           {sub(`"period":"2026-07","values":{},"lat":91`), "malformed", "lat", "degrees from -90 to 90"},
		"channel":            {sub(`"period":"2026-07","values":{},"channel":"fax"`), "malformed", "channel", "one of web, app, import, api"},
		"level":              {`{"type":"system","id":"s","name":"n","owner":"o","level":"village"}`, "malformed", "level", `"village"; expected one of central`},
		"launched":           {`{"type":"system","id":"s","name":"n","owner":"o","level":"town","launched":"2021"}`, "malformed", "launched", "a date such as"},
		"season":             {`{"type":"system","id":"s","name":"n","owner":"o","level":"town","season":["06-01","09-31"]}`, "malformed", "season", "two days of the year"},
		"waiver":             {`{"type":"system","id":"s","name":"n","owner":"o","level":"town","waiver":{"until":"soon"}}`, "malformed", "waiver.until", "a date such as"},
		"fields missing":     {`{"type":"form","id":"f","system":"s","title":"t","cycle":"month"}`, "malformed", "fields", "is missing"},
		"field without id":   {`{"type":"form","id":"f","system":"s","title":"t","cycle":"month","fields":[{"label":"x"}]}`, "malformed", "fields[0].id", "is missing"},
		"field type":         {`{"type":"form","id":"f","system":"s","title":"t","cycle":"month","fields":[{"id":"a","label":"x"},{"id":"b","label":"y","type":"interger"}]}`, "malformed", "fields[1].type", `is "integer" meant?`},
		"field twice":        {`{"type":"form","id":"f","system":"s","title":"t","cycle":"month","fields":[{"id":"a","label":"x"},{"id":"a","label":"y"}]}`, "malformed", "fields[1].id", "a second time"},
		"invalid UTF-8":      {usage(`,"client":"` + "\xd6\xd0" + `"`), "encoding", "", "GB18030"},
		"NUL byte":           {usage(`,"client":"` + "\x00" + `"`), "encoding", "", "NUL byte"},
		"escaped NUL":        {usage(`,"client":"\u0000"`), "encoding", "", "NUL character"},
		"half a surrogate":   {usage(`,"client":"\ud83d"`), "encoding", "", "surrogate"},
		"control character":  {usage(`,"client":"` + "\x01" + `"`), "malformed", "", "control character"},
		"unknown escape":     {usage(`,"client":"\x"`), "malformed", "", "unknown escape"},
		"leading zero":       {usage(`,"status":0200`), "malformed", "", "a comma or } is missing"},
		"bare point":         {usage(`,"status":1.`), "malformed", "", "without digits after the point"},
		"nested too deeply":  {usage(`,"x":` + strings.Repeat("[", 100000)), "malformed", "", "nested too deeply"},
		"values given twice": {sub(`"period":"2026-07","values":{"a":1},"values":{"b":1}`), "malformed", "values", "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			m := readText(t, submissionLine+"\n\r\n"+c.line+"\r\n"+submissionLine)
			if len(m.rejected) != 1 || len(m.rows) != 2 {
				t.Fatalf("%d submissions, rejected %v", len(m.rows), m.rejected)
			}
			r := m.rejected[0]
			if r.Kind != c.kind || r.Field != c.field || !strings.Contains(r.Reason, c.reason) {
				t.Errorf("rejected as %q, field %q: %s", r.Kind, r.Field, r.Reason)
			}
			if r.Source != "drop" || r.Origin != "in" || r.Line != 3 || string(r.Raw) != c.line[:min(len(c.line), mostRaw)] {
				t.Errorf("rejected at %s %s line %d: %.80q", r.Source, r.Origin, r.Line, r.Raw)
			}
		})
	}
}

func TestTooManyFields(t *testing.T) {
	var b bytes.Buffer
	b.WriteString(`{"type":"submission","form":"f","unit":"u","period":"2026","submitted_at":"2026-07-15T09:30:00Z","values":{"f0":0`)
	for i := 1; i < 10000; i++ {
		fmt.Fprintf(&b, `,"f%d":%d`, i, i)
	}
	b.WriteString("}}")
	m := readText(t, b.String())
	if len(m.rows) != 0 || len(m.rejected) != 1 || m.rejected[0].Kind != "oversize" || len(m.rejected[0].Raw) != mostRaw {
		t.Errorf("%d submissions, rejected %v", len(m.rows), m.rejected)
	}
}

// A key that is not what the layout of the line before predicts must not be mistaken for it.
func TestLayoutChanges(t *testing.T) {
	var text strings.Builder
	values := []string{`{"a":1,"b":2}`, `{"b":3,"a":4}`, `{"a":5}`, `{"\u0061":6,"b":7}`, `{}`, `{"a":8,"c":9,"b":10}`}
	for _, v := range values {
		text.WriteString(`{"type":"submission","form":"f","unit":"u","period":"2026","submitted_at":"2026-07-15T09:30:00Z","values":` + v + "}\n")
	}
	m := readText(t, text.String())
	want := []string{"a=1 b=2", "b=3 a=4", "a=5", "a=6 b=7", "", "a=8 c=9 b=10"}
	if len(m.rows) != len(want) {
		t.Fatalf("rejected %v", m.rejected)
	}
	for i, row := range m.rows {
		var got []string
		for _, v := range row.Values {
			got = append(got, fmt.Sprintf("%s=%g", v.Field, v.Number))
		}
		if s := strings.Join(got, " "); s != want[i] {
			t.Errorf("line %d: %s, want %s", i+1, s, want[i])
		}
	}
}

func TestTemplates(t *testing.T) {
	for in, want := range map[string]string{
		"":                               "",
		"/":                              "/",
		"/v2/form/abc":                   "/v2/form/abc",
		"/form/17":                       "/form/{id}",
		"/person/110101199001011234/x#y": "/person/{id}/x",
		"/f/0b5c9a52-26f7-4f3e-a2f4-1d7c62c3a1aa": "/f/{id}",
		"/f/deadbeefdeadbeef":                     "/f/deadbeefdeadbeef",
		"人口月报":                                    "人口月报",
		"查询 13800001234 的户籍":                      "查询 {id} 的户籍",
		"第12期":                                    "第12期",
		"/static/app.20260715.js":                 "/static/{id}",
		"/form/step3":                             "/form/step3",
		"/api/a?phone=13800001234":                "/api/a",
	} {
		if got := template(in); got != want {
			t.Errorf("template(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestClientFamilies(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "curl/8.5": "curl", "chrome": "chrome", "Mozilla/5.0 (X11) Chrome/120 Safari/537 Edg/120": "edge",
		"Mozilla/5.0 (X11) Chrome/120 Safari/537": "chrome", "Mozilla/5.0 wxwork/4 MicroMessenger/7": "wecom", "Mozilla/4.0": "other",
		"政务微信": "政务微信",
	} {
		if got := clientFamily(in); got != want {
			t.Errorf("clientFamily(%q) = %q, want %q", in, got, want)
		}
	}
}
