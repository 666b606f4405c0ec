package web

import (
	"net/http"

	"github.com/jianfu/jianfu/web/access"
)

// route is one address with the rule of who may ask for it. A route whose rule lets nobody in does not start.
type route struct {
	pattern string
	rule    access.Rule
	handler http.Handler
}

// What the rules say, in words that the table below can be read with.
var (
	everybody = access.Rule{Open: true}
	members   = access.Rule{Any: true}
	readers   = access.Rule{Roles: []access.Role{access.Inspector, access.Leader}}
	security  = access.Rule{Roles: []access.Role{access.Security}}
	inspector = access.Rule{Roles: []access.Role{access.Inspector}}
	operator  = access.Rule{Roles: []access.Role{access.Operator}}
	auditor   = access.Rule{Roles: []access.Role{access.Auditor}}
	leader    = access.Rule{Roles: []access.Role{access.Leader}}
	systems   = access.Rule{Roles: []access.Role{access.Inspector, access.Leader, access.Owner}}
	sources   = access.Rule{Roles: []access.Role{access.Inspector, access.Operator}}
)

// The actions of the audit trail.
const (
	auditRead   = "evidence.read"
	auditExport = "export"
	auditDecide = "decision"

	auditSignIn       = "signin"
	auditSignInFailed = "signin.failed"
	auditSignOut      = "signout"
)

// audited is the rule with what the trail records of it.
func audited(r access.Rule, action string) access.Rule {
	r.Audit = action
	return r
}

// table is the table of all addresses: a page is one line here and one file beside it.
func (s *server) table() []route {
	page := func(pattern string, rule access.Rule, h handler) route { return route{pattern, rule, s.answer(h)} }
	post := func(pattern string, rule access.Rule, p post) route {
		return route{pattern, audited(rule, auditDecide), s.accept(p)}
	}
	return append(s.apiRoutes(), []route{
		{"GET /healthz", everybody, http.HandlerFunc(s.health)},
		{"GET /readyz", everybody, http.HandlerFunc(s.ready)},
		{"GET /metrics", everybody, http.HandlerFunc(s.metricsPage)}, // for this machine, or with a token of its own
		{"GET /static/", everybody, http.HandlerFunc(s.static)},
		{"POST /session", everybody, http.HandlerFunc(s.enter)},
		page("GET /signin", everybody, s.signInPage),
		{"POST /signin", everybody, s.answer(s.signIn)},
		page("GET /signin/oidc", everybody, s.toProvider),
		page("GET "+CallbackPath, everybody, s.fromProvider),
		{"POST /signout", audited(members, auditSignOut), s.answer(s.signOut)},
		page("GET /account", members, s.own),
		{"POST /account", members, s.answer(s.changeOwn)},
		page("GET /tokens", members, s.tokens),
		{"POST /tokens", members, s.answer(s.changeTokens)},
		page("GET /accounts", security, s.accountList),
		{"POST /accounts", security, s.answer(s.changeAccounts)},
		{"POST /api/v1/records", everybody, patient(s.records())}, // has a token of its own

		page("GET /{$}", members, s.home),
		page("GET /findings", systems, s.findings),
		page("GET /findings.csv", audited(systems, auditExport), s.findingsCSV),
		page("GET /findings/{id}", audited(systems, auditRead), s.finding),
		page("GET /verify", inspector, s.verify),
		page("GET /verify.csv", audited(inspector, auditExport), s.verifyCSV),
		page("GET /verify.xlsx", audited(inspector, auditExport), s.verifyXLSX),
		page("GET /verify/sheet", audited(inspector, auditExport), s.verifySheet),
		page("GET /verify/{unit}/{form}", audited(inspector, auditRead), s.verifyCase),
		post("POST /verify/{unit}/{form}", inspector, s.recordOutcome),
		page("GET /cases", inspector, s.cases),
		page("GET /cases/{id}", audited(inspector, auditRead), s.caseShown),
		page("GET /cases/{id}/files/{sum}", audited(inspector, auditExport), s.attachment),
		post("POST /cases", inspector, s.openCase),
		{"POST /cases/{id}", audited(inspector, auditDecide), s.acceptCase(s.actOnCase)},
		{"POST /cases/{id}/files", audited(inspector, auditDecide), s.acceptFile(s.attachToCase)},
		page("GET /duplicates", readers, s.duplicates),
		page("GET /duplicates.csv", audited(readers, auditExport), s.duplicatesCSV),
		page("GET /duplicates/{a}/{b}", readers, s.pair),
		post("POST /duplicates/{a}/{b}", inspector, s.judgePair),
		page("GET /items", readers, s.items),
		page("GET /items/{id}", readers, s.item),
		page("GET /plan", readers, s.plan),
		post("POST /plan", leader, s.decidePlan),
		page("GET /plan/notice", audited(readers, auditExport), s.notice),
		page("GET /systems", systems, s.systems),
		page("GET /systems/{id}", systems, s.system),
		page("GET /systems/{id}/letter", systems, s.letter),
		page("GET /systems/{id}/letter.docx", audited(systems, auditExport), s.letterDocx),
		page("GET /systems.csv", audited(systems, auditExport), s.systemsCSV),
		page("GET /systems.xlsx", audited(systems, auditExport), s.systemsXLSX),
		page("GET /inbox", systems, s.inbox),
		page("GET /retirements", systems, s.retirements),
		page("GET /retirements.csv", audited(systems, auditExport), s.retirementsCSV),
		page("GET /retirements.xlsx", audited(systems, auditExport), s.retirementsXLSX),
		page("GET /retirements/{id}", systems, s.retirement),
		page("GET /retirements/{id}/files/{sum}", audited(systems, auditExport), s.retirementFile),
		{"POST /retirements/{id}", audited(systems, auditDecide), s.acceptEither(s.retire)},
		page("GET /burden", readers, s.burden),
		page("GET /burden.csv", audited(readers, auditExport), s.burdenCSV),
		page("GET /burden.xlsx", audited(readers, auditExport), s.burdenXLSX),
		page("GET /departments", readers, s.departments),
		page("GET /departments.csv", audited(readers, auditExport), s.departmentsCSV),
		page("GET /departments.xlsx", audited(readers, auditExport), s.departmentsXLSX),
		page("GET /departments/{name}", audited(readers, auditRead), s.department),
		page("GET /units", readers, s.units),
		page("GET /units.csv", audited(readers, auditExport), s.unitsCSV),
		page("GET /units.xlsx", audited(readers, auditExport), s.unitsXLSX),
		page("GET /units/{code}", audited(inspector, auditRead), s.unit),
		page("GET /sources", sources, s.sources),
		page("GET /notices", operator, s.notices),
		{"POST /notices", operator, s.answer(s.retryNotice)},
		page("GET /audit", audited(auditor, auditRead), s.audit),
		page("GET /audit.csv", audited(auditor, auditExport), s.auditCSV),
		page("GET /methods", members, s.methods),
		page("GET /help", members, s.help),
		{"POST /filters", members, s.accept(s.keepFilter)},
		page("GET /search", members, s.search),
		page("GET /api", members, s.apiPage),
		page("GET /report", audited(readers, auditExport), s.report),
		page("GET /report.pdf", audited(readers, auditExport), s.reportPDF()),
		page("GET /report.docx", audited(readers, auditExport), s.reportDocx()),
		page("GET /report.xlsx", audited(readers, auditExport), s.reportXlsx()),
		page("GET /evidence.zip", audited(inspector, auditExport), s.evidence),
		page("GET /", members, s.missing),
	}...)
}

// routes builds the handler of all addresses, each behind its rule.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()
	for _, r := range s.table() {
		mux.Handle(r.pattern, s.metrics.observe(r.pattern, s.permit(r)))
	}
	return mux
}
