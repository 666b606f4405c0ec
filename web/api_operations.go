package web

import (
	"net/http"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/page"
)

// get is an operation that reads.
func get(id, path string, rule access.Rule, answer any, params []parameter, run func(*call) (any, error)) operation {
	return operation{method: http.MethodGet, path: apiRoot + path, id: id, rule: rule, answer: answer, params: params, run: run}
}

// decide is an operation by which a person decides. It answers with what was decided on, as it is now.
func decide(id, path string, rule access.Rule, body, answer any, run func(*call) (any, error)) operation {
	return operation{
		method: http.MethodPost, path: apiRoot + path, id: id, rule: audited(rule, auditDecide), body: body, answer: answer, status: http.StatusCreated, run: run,
	}
}

// download is an operation that writes a file of one of several types.
func download(id, path string, rule access.Rule, params []parameter, media []string, stream func(*call) error) operation {
	return operation{method: http.MethodGet, path: apiRoot + path, id: id, rule: audited(rule, auditExport), params: params, media: media, stream: stream}
}

// operations is the whole API in the order in which it is described.
func (s *server) operations() []operation {
	sorted := []parameter{{name: "sort", kind: "string"}, ascending}
	month := []parameter{oneOf("by", queries.BurdenBy()...), {name: "unit", kind: "string"}, {name: "from", kind: "month"}, {name: "to", kind: "month"}}
	findings := append(words("family", "detector", "severity", "status", "system", "form", "unit", "q"), sorted...)
	return append([]operation{
		get("me", "/me", members, me{}, nil, apiMe),
		get("overview", "/overview", readers, interchange.Overview{}, nil, apiOverview),
		get("listSystems", "/systems", systems, listOf[interchange.System]{}, list(words(page.SystemFilters...), sorted), apiSystems),
		get("getSystem", "/systems/{id}", systems, interchange.SystemDetail{}, nil, apiSystem),
		get("listForms", "/forms", systems, listOf[interchange.Form]{}, list(words("system", "q")), apiForms),
		get("getForm", "/forms/{id}", systems, interchange.Form{}, nil, apiForm),
		get("listUnits", "/units", readers, listOf[interchange.Unit]{}, list(words("q"), sorted), apiUnits),
		get("getUnit", "/units/{code}", audited(inspector, auditRead), interchange.UnitDetail{}, nil, apiUnit),
		get("listFindings", "/findings", systems, listOf[interchange.Finding]{}, list(findings), apiFindings),
		get("getFinding", "/findings/{id}", audited(systems, auditRead), interchange.Finding{}, nil, apiFinding),
		get("listVerify", "/verify", inspector, listOf[interchange.Verify]{}, list([]parameter{oneOf("view", page.VerifyViews...)}, words("town", "unit", "form", "owner", "family")), apiVerify),
		get("getVerify", "/verify/{unit}/{form}", audited(inspector, auditRead), interchange.VerifyDetail{}, nil, apiVerifyOne),
		decide("recordOutcome", "/verify/{unit}/{form}/outcomes", inspector, outcomeBody{}, interchange.VerifyDetail{}, apiRecordOutcome),
		get("listDuplicates", "/duplicates", readers, listOf[interchange.Overlap]{}, list(words("owner", "system", "form", "q"), sorted), apiDuplicates),
		get("getPair", "/duplicates/{a}/{b}", readers, interchange.Pair{}, nil, apiPair),
		decide("judgePair", "/duplicates/{a}/{b}/verdicts", inspector, verdictBody{}, interchange.Pair{}, apiJudgePair),
		get("listItems", "/items", readers, listOf[interchange.Item]{}, list(words("owner", "q"), sorted), apiItems),
		get("getItem", "/items/{id}", readers, interchange.Item{}, nil, apiItem),
		get("listPlan", "/plan", readers, listOf[planEntry]{}, list(words("form", "action")), apiPlan),
		get("listPlanDecisions", "/plan/decisions", readers, listOf[interchange.PlanDecision]{}, list(), apiPlanDecisions),
		decide("decidePlan", "/plan/decisions", leader, planBody{}, listOf[interchange.PlanDecision]{}, apiDecidePlan),
		get("listPlanProgress", "/plan/progress", readers, listOf[interchange.PlanProgress]{}, list(), apiPlanProgress),
		get("listBurden", "/burden", readers, listOf[interchange.Burden]{}, list(month), apiBurden),
		get("listMeasures", "/measures", readers, listOf[interchange.Measure]{}, list(), apiMeasures),
		get("listRetirements", "/retirements", systems, listOf[interchange.Retirement]{}, list(words("state", "owner")), apiRetirements),
		get("getRetirement", "/retirements/{id}", systems, interchange.RetirementDetail{}, nil, apiRetirement),
		decide("retire", "/retirements/{id}/events", systems, retirementBody{}, interchange.RetirementDetail{}, apiRetire),
		get("listSources", "/sources", sources, listOf[interchange.Source]{}, list(), apiSources),
		get("listMethods", "/methods", members, listOf[interchange.Method]{}, list(), apiMethods),
		download("report", "/report", readers, words("unit", "system", "finding"), []string{"text/html"}, apiReport),
	}, append(s.caseOperations(), s.exportOperations()...)...)
}
