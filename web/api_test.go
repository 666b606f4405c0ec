package web_test

import (
	"bytes"
	"encoding/json"
	"io"
	"math"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/pb33f/libopenapi"
	validator "github.com/pb33f/libopenapi-validator"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web"
)

// storable is the canned county with findings as the store gives them: their charts cannot hold what JSON has no number for.
func storable() *canned {
	c := county()
	for _, f := range c.findings {
		if f.Evidence.Chart == nil {
			continue
		}
		for _, series := range f.Evidence.Chart.Series {
			for i, x := range series.Values {
				if math.IsNaN(x) {
					series.Values[i] = 0
				}
			}
		}
	}
	return c
}

// described is the description that a site serves.
func described(t *testing.T, s *site) (raw []byte, doc struct {
	Paths map[string]map[string]struct {
		OperationID string `json:"operationId"`
		Summary     string `json:"summary"`
		Parameters  []struct{ Name, In, Description string }
	} `json:"paths"`
},
) {
	t.Helper()
	res := s.get("/api/v1/openapi.json")
	raw = []byte(text(t, res))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("the description: %d", res.StatusCode)
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return raw, doc
}

// asked are addresses of the canned county for the places of paths.
var asked = map[string]string{
	"/systems/{id}": "/systems/smart", "/forms/{id}": "/forms/f1", "/units/{code}": "/units/330199001200", "/findings/{id}": "/findings/",
	"/duplicates/{a}/{b}": "/duplicates/f1/f2", "/items/{id}": "/items/item01",
	"/exports/submissions/{form}": "/exports/submissions/f1",
}

// TestEveryAnswerIsAsDescribed asks every address that reads and checks what comes against the description.
func TestEveryAnswerIsAsDescribed(t *testing.T) {
	c := storable()
	s := open(t, options(t, c)).enter()
	raw, doc := described(t, s)
	model, err := libopenapi.NewDocument(raw)
	if err != nil {
		t.Fatal(err)
	}
	v, faults := validator.NewValidator(model)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if ok, wrong := v.ValidateDocument(); !ok {
		for _, w := range wrong {
			t.Errorf("the description: %s: %s", w.Message, w.Reason)
			for _, x := range w.SchemaValidationErrors {
				t.Errorf("  %s %s", x.FieldPath, x.Reason)
			}
		}
	}
	asked["/findings/{id}"] = "/findings/" + c.findings[0].ID
	opened := queries.RetirementEvent{System: "smart", Number: 1, Recorded: now, By: queries.ByClock, Kind: queries.EventOpened, To: queries.RetirementSuggested, Effective: now}
	cases, err := queries.FoldRetirements([]queries.RetirementEvent{opened})
	if err != nil || len(cases) == 0 {
		t.Fatal("no retirements", err)
	}
	c.cases = cases
	asked["/retirements/{id}"] = "/retirements/" + cases[0].System
	if len(c.matters) == 0 {
		c.matters = append(c.matters, queries.Case{ID: "c1", State: queries.CaseOpen, Opened: now, Changed: now})
	}
	asked["/cases/{id}"] = "/cases/" + c.matters[0].ID
	asked["/verify/{unit}/{form}"] = "/verify/" + c.verify[0].Unit + "/" + c.verify[0].Form
	for path, methods := range doc.Paths {
		op, reads := methods["get"]
		if !reads || strings.Contains(path, "openapi") {
			continue
		}
		address := strings.TrimPrefix(path, "/api/v1")
		if real, ok := asked[address]; ok {
			address = real
		}
		for _, query := range []string{"", "?lang=en"} {
			r := httptest.NewRequest(http.MethodGet, "/api/v1"+address+query, nil)
			r.Host = "127.0.0.1:8080"
			res := s.do(r)
			body := text(t, res)
			if res.StatusCode != http.StatusOK || len(body) == 0 {
				t.Errorf("%s %s: %d %s", op.OperationID, address, res.StatusCode, body)
				continue
			}
			if strings.HasPrefix(address, "/exports/") {
				// The lines of an export are looked at elsewhere; the validator reads one value a body.
				if res.Header.Get("Content-Type") != "application/x-ndjson" || res.Trailer.Get("Jianfu-Complete") != "true" {
					t.Errorf("%s: %v %v", op.OperationID, res.Header, res.Trailer)
				}
				continue
			}
			res.Body = io.NopCloser(strings.NewReader(body))
			if ok, wrong := v.ValidateHttpResponse(r, res); !ok {
				for _, w := range wrong {
					t.Errorf("%s: %s: %s", op.OperationID, w.Message, w.Reason)
					for _, x := range w.SchemaValidationErrors {
						t.Errorf("  %s %s", x.FieldPath, x.Reason)
					}
				}
				t.Logf("%.600s", body)
			}
			if strings.HasPrefix(res.Header.Get("Content-Type"), "application/json") && op.OperationID != "me" && len(body) < 20 {
				t.Errorf("%s says nothing: %s", op.OperationID, body)
			}
		}
		if op.Summary == "" || strings.HasPrefix(op.Summary, "api.") {
			t.Errorf("%s has no sentence", op.OperationID)
		}
		for _, p := range op.Parameters {
			if p.Description == "" || strings.HasPrefix(p.Description, "api.") {
				t.Errorf("%s: the parameter %s has no sentence", op.OperationID, p.Name)
			}
		}
	}
}

// TestDescriptionAndTableAreTheSame finds a route that is not described, and one that is described and not there.
func TestDescriptionAndTableAreTheSame(t *testing.T) {
	s := open(t, options(t, storable())).enter()
	_, doc := described(t, s)
	var routes []string
	for _, pattern := range web.Patterns() {
		method, path, _ := strings.Cut(pattern, " ")
		if strings.HasPrefix(path, "/api/v1/") && path != "/api/v1/" {
			routes = append(routes, strings.ToLower(method)+" "+path)
		}
	}
	var said []string
	for path, methods := range doc.Paths {
		for method := range methods {
			said = append(said, method+" "+path)
		}
	}
	slices.Sort(routes)
	slices.Sort(said)
	if len(routes) < 30 || !slices.Equal(routes, said) {
		t.Errorf("routes %q\ndescribed %q", routes, said)
	}
	body := text(t, s.get("/api"))
	for _, methods := range doc.Paths {
		for _, op := range methods {
			if !strings.Contains(body, `id="`+op.OperationID+`"`) {
				t.Errorf("the page does not show %s", op.OperationID)
			}
		}
	}
	parse(t, body)
	if yaml := text(t, s.get("/api/v1/openapi.yaml")); !strings.HasPrefix(yaml, "components:") && !strings.Contains(yaml, "openapi: 3.1.0") {
		t.Errorf("yaml: %.100s", yaml)
	}
}

// ask reads an address of the API into a value.
func ask(t *testing.T, s *site, path string, into any) *http.Response {
	t.Helper()
	res := s.get("/api/v1" + path)
	body := text(t, res)
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %d %s", path, res.StatusCode, body)
	}
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatal(err)
	}
	return res
}

type rowsOf struct {
	Data  []map[string]any `json:"data"`
	Total int              `json:"total"`
	Next  *string          `json:"next"`
}

func TestPagesOfAListAreTheWholeList(t *testing.T) {
	s := open(t, options(t, storable())).enter()
	for _, path := range []string{"/systems?", "/findings?", "/units?sort=hours&", "/verify?view=all&", "/plan?"} {
		var whole rowsOf
		ask(t, s, path+"limit=500", &whole)
		if whole.Total < 2 || len(whole.Data) != whole.Total || whole.Next != nil {
			t.Fatalf("%s: %d of %d", path, len(whole.Data), whole.Total)
		}
		var parts []map[string]any
		cursor := ""
		for range whole.Total {
			var p rowsOf
			ask(t, s, path+"limit=3&lang=en&cursor="+cursor, &p)
			parts = append(parts, p.Data...)
			if p.Next == nil {
				break
			}
			cursor = *p.Next
		}
		if len(parts) != whole.Total {
			t.Fatalf("%s: %d rows in parts, %d in whole", path, len(parts), whole.Total)
		}
		for i := range parts {
			for _, key := range []string{"id", "code", "unit"} {
				if parts[i][key] != whole.Data[i][key] {
					t.Errorf("%s row %d: %v in parts, %v in whole", path, i, parts[i][key], whole.Data[i][key])
				}
			}
		}
	}
}

func TestCursorOfAnotherListOrAnalysisIsRefused(t *testing.T) {
	c := storable()
	s := open(t, options(t, c)).enter()
	var p rowsOf
	ask(t, s, "/systems?limit=2", &p)
	for path, code := range map[string]int{
		"/systems?limit=2&q=x&cursor=" + *p.Next: 400,
		"/forms?cursor=" + *p.Next:               400,
		"/systems?cursor=AAAA":                   400,
		"/systems?cursor=%00":                    400,
	} {
		if res := s.get("/api/v1" + path); res.StatusCode != code {
			t.Errorf("%s: %d", path, res.StatusCode)
		}
	}
	later := *c.overview
	later.Analysed = later.Analysed.AddDate(0, 0, 1)
	c.overview = &later
	if res := s.get("/api/v1/systems?limit=2&cursor=" + *p.Next); res.StatusCode != http.StatusGone {
		t.Errorf("after another analysis: %d", res.StatusCode)
	}
}

func TestUnchangedAnswersAreNotSentAgain(t *testing.T) {
	c := storable()
	s := open(t, options(t, c)).enter()
	var p rowsOf
	tag := ask(t, s, "/systems", &p).Header.Get("ETag")
	if tag == "" {
		t.Fatal("no tag")
	}
	for _, held := range []string{tag, "W/" + tag, `"x", ` + tag, "*"} {
		res := s.get("/api/v1/systems", "If-None-Match", held)
		if body := text(t, res); res.StatusCode != http.StatusNotModified || body != "" {
			t.Errorf("If-None-Match %s: %d %q", held, res.StatusCode, body)
		}
	}
	for _, path := range []string{"/systems?q=平台", "/systems?lang=en&limit=3", "/forms"} {
		if res := s.get("/api/v1"+path, "If-None-Match", tag); res.StatusCode != http.StatusOK {
			t.Errorf("%s under the tag of another answer: %d", path, res.StatusCode)
		}
	}
	later := *c.overview
	later.Analysed = later.Analysed.AddDate(0, 0, 1)
	c.overview = &later
	if res := s.get("/api/v1/systems", "If-None-Match", tag); res.StatusCode != http.StatusOK {
		t.Errorf("after another analysis: %d", res.StatusCode)
	}
}

func TestProblemsAreToldInBothLanguages(t *testing.T) {
	s := open(t, options(t, storable())).enter()
	for _, c := range []struct {
		path, code string
		status     int
	}{
		{"/systems?nmae=x", "unknown_parameter", 400},
		{"/systems?limit=0", "parameter_kind", 400},
		{"/systems?limit=501", "parameter_kind", 400},
		{"/systems?q=a&q=b", "repeated_parameter", 400},
		{"/systems?order=up", "parameter_value", 400},
		{"/systems?lang=fr", "parameter_value", 400},
		{"/systems?%zz", "query", 400},
		{"/burden?from=2026-13", "parameter_kind", 400},
		{"/burden?to=2026-01", "span", 400},
		{"/exports/findings?format=pdf", "parameter_value", 400},
		{"/exports/submissions/nothing", "missing", 404},
		{"/systems/nothing", "missing", 404},
		{"/nothing", "missing", 404},
	} {
		titles := map[string]bool{}
		for _, lang := range []string{"zh-CN", "en"} {
			res := s.get("/api/v1"+c.path, "Accept-Language", lang)
			var p map[string]any
			if err := json.Unmarshal([]byte(text(t, res)), &p); err != nil {
				t.Fatal(c.path, err)
			}
			if res.StatusCode != c.status || res.Header.Get("Content-Type") != "application/problem+json" || p["code"] != c.code || p["status"] != float64(c.status) {
				t.Errorf("%s: %d %v", c.path, res.StatusCode, p)
			}
			title, _ := p["title"].(string)
			detail, _ := p["detail"].(string)
			if title == "" || detail == "" || strings.Contains(title+detail, "fault.") {
				t.Errorf("%s in %s: %q %q", c.path, lang, title, detail)
			}
			titles[title] = true
		}
		if len(titles) != 2 {
			t.Errorf("%s says the same in both languages: %v", c.path, titles)
		}
	}
}

// send posts a JSON body.
func send(s *site, path, body string, header ...string) *http.Response {
	r := httptest.NewRequest(http.MethodPost, "/api/v1"+path, bytes.NewReader([]byte(body)))
	r.Host = "127.0.0.1:8080"
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return s.do(r)
}

func TestDecisionsOverTheAPI(t *testing.T) {
	c := storable()
	s := open(t, options(t, c)).enter()
	row := "/verify/" + c.verify[0].Unit + "/" + c.verify[0].Form + "/outcomes"
	res := send(s, row, `{"outcome":"confirmed","reason":"台账缺失","by":"王主任"}`)
	if body := text(t, res); res.StatusCode != http.StatusCreated || !strings.Contains(body, "台账缺失") {
		t.Errorf("an outcome: %d %s", res.StatusCode, body)
	}
	for _, x := range []struct {
		path, body, code string
		status           int
	}{
		{row, `{"outcome":"guilty","reason":"x","by":"y"}`, "no_outcome", 400},
		{row, `{"outcome":"confirmed","by":"y"}`, "no_reason", 400},
		{row, `{"outcome":"confirmed","reason":"x","judge":"y"}`, "body", 400},
		{row, `{`, "body", 400},
		{row, `{"outcome":"` + strings.Repeat("x", 300<<10) + `"}`, "too_large", 413},
		{"/plan/decisions", `{"decision":"accepted","lines":[],"effective":"2026-08-01","by":"y"}`, "no_steps", 400},
		{"/plan/decisions", `{"decision":"accepted","lines":["nosuchline"],"effective":"2026-08-01","by":"y"}`, "stale_plan", 409},
	} {
		res := send(s, x.path, x.body)
		if body := text(t, res); res.StatusCode != x.status || !strings.Contains(body, `"code":"`+x.code+`"`) {
			t.Errorf("%.80s: %d %s", x.body, res.StatusCode, body)
		}
	}
	if res := send(s, row, `{}`, "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %d", res.StatusCode)
	}
}
