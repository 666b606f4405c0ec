package demo

import (
	"fmt"
	"path/filepath"
	"strings"
)

// Config is the sources of the county's upstream systems: the sources section of a configuration file, in YAML. Address is
// where Handler answers, such as http://127.0.0.1:8090. Paths are absolute. The register comes first: it declares systems,
// units and forms, so it should be collected before the others.
func (c *County) Config(address string) []byte {
	w := &configWriter{county: c, address: strings.TrimRight(address, "/")}
	w.raw("sources:\n")
	w.source("register", "ndjson", "0 1 * * *")
	w.line("path: %q", w.file(dropFolder, "00-register.ndjson"))
	w.source("drop", "ndjson", "15 * * * *")
	w.line("path: %q", w.file(dropFolder, "*-20*.ndjson*"))
	for _, g := range c.logGroups() {
		w.accessLog(g)
	}
	for i := range c.systems {
		s := &c.systems[i]
		if s.logs == tableLogs {
			w.auditTable(s)
		}
		if s.logs == auditLogs {
			w.auditInterface(s)
		}
		for _, f := range c.forms {
			if f.system == i {
				w.form(s, f)
			}
		}
	}
	return []byte(w.text.String())
}

// configWriter writes YAML by hand, because order and comments matter to those who read it.
type configWriter struct {
	county  *County
	address string
	text    strings.Builder
}

func (w *configWriter) raw(text string) { w.text.WriteString(text) }

// line is a line of a source.
func (w *configWriter) line(format string, arguments ...any) {
	fmt.Fprintf(&w.text, "    "+format+"\n", arguments...)
}

func (w *configWriter) source(id, kind, schedule string) {
	fmt.Fprintf(&w.text, "  - id: %s\n    kind: %s\n    schedule: %q\n", id, kind, schedule)
}

func (w *configWriter) file(parts ...string) string {
	path := filepath.Join(append([]string{w.county.Options.Dir}, parts...)...)
	if absolute, err := filepath.Abs(path); err == nil {
		return absolute
	}
	return path
}

func (w *configWriter) form(s *systemSpec, f *form) {
	switch s.data {
	case inDatabase:
		w.table(s, f)
	case byPage, byOffset, byCursor, byNextLink, byToken:
		w.records(s, f)
	case inCSV, inBook, inUnitBook:
		w.sheets(s, f)
	}
}

// accessLog tells the systems of a log apart by host and path. Rules are tried in order.
func (w *configWriter) accessLog(g logGroup) {
	c := w.county
	w.source("log-"+g.folder, "accesslog", "*/10 * * * *")
	name, format := "access.log*", "vhost"
	if g.json {
		name, format = "access.json*", "json"
	}
	if g.plain {
		format = "combined"
	}
	w.line("path: %q", w.file(logFolder, g.folder, name))
	w.line("format: %s", format)
	w.line("params: {unit: [org]}")
	var vendors []string
	for _, i := range g.systems {
		vendors = append(vendors, "vendor_"+c.systems[i].id)
	}
	w.line("vendor: [%s]", strings.Join(vendors, ", "))
	if g.plain {
		w.line("system: %s", c.systems[g.systems[0]].id)
	}
	w.line("map:")
	for _, i := range g.systems {
		s := &c.systems[i]
		host := "host: " + s.host + ", "
		if g.plain {
			host = ""
		}
		if s.use == forced || s.use == onDuty {
			w.line("  - {%spath: %q, system: %s, action: other}", host, s.checkInPath(), s.id)
		}
		w.line("  - {%spath: '^/%s/(?:api/forms|form|openapi)/(?P<form>[a-z]+-[a-z]+-[a-z])(?:/|$)', system: %s}", host, s.base, s.id)
		w.line("  - {%spath: \"/%s/\", system: %s}", host, s.base, s.id)
	}
	seen := map[string]bool{}
	for _, i := range g.systems {
		if s := &c.systems[i]; !g.plain && !seen[s.host] {
			seen[s.host] = true
			w.line("  - {host: %s, system: %s}", s.host, s.id)
		}
	}
}

func (w *configWriter) table(s *systemSpec, f *form) {
	w.source("form-"+f.spec.id, "sqldb", "5 * * * *")
	w.line("driver: sqlite")
	w.line("dsn: %q", w.file(w.county.databasePath(s)))
	w.line("query: SELECT * FROM %s", f.tableName())
	w.line("watermark: submit_time")
	w.line("key: id")
	w.line("mapping:")
	w.line("  record: submission")
	w.line("  form: %s", f.spec.id)
	w.line("  unit: org_code")
	w.line("  period: report_period")
	w.line("  submitted_at: submit_time")
	w.line("  started_at: begin_time")
	w.line("  reporter: create_by")
	w.line("  channel: {value: %s}", s.channel(f))
	if f.about() {
		w.line("  subject: subject_id")
	}
}

// channel is how a form comes into a system, where it is always the same.
func (s *systemSpec) channel(f *form) string {
	switch {
	case f.spec.copyOf != "":
		return byMachine
	case s.app:
		return "app"
	case s.kind == "spreadsheet":
		return "import"
	}
	return "web"
}

func (w *configWriter) auditTable(s *systemSpec) {
	w.source("audit-"+s.id, "sqldb", "10 * * * *")
	w.line("driver: sqlite")
	w.line("dsn: %q", w.file(w.county.databasePath(s)))
	w.line("query: SELECT * FROM sys_oper_log")
	w.line("watermark: oper_id")
	w.line("mapping:")
	w.line("  record: usage")
	w.line("  system: %s", s.id)
	w.line("  time: oper_time")
	w.line("  actor: user_name")
	w.line("  unit: org_code")
	w.line("  action: oper_type")
	w.line("  actions: {登录: login, 查询: view, 保存: submit, 审核: approve, 导出: export, 接口调用: api, \"*\": other}")
	w.line("  form: {column: form_code}")
	w.line("  object: request_url")
	w.line("  status: status")
	w.line("  duration_ms: cost_ms")
	w.line("  client: client")
	w.line("  id: oper_id")
}

func (w *configWriter) auditInterface(s *systemSpec) {
	w.source("audit-"+s.id, "httpapi", "10 * * * *")
	w.line("url: %q", w.address+"/"+s.base+"/openapi/audit")
	w.auth(s)
	w.line("records: data")
	w.line("paging: {kind: cursor, size: 5000, cursor_path: next_cursor, more_path: has_more}")
	w.line("watermark: {param: since, column: ts, format: datetime}")
	w.line("mapping:")
	w.line("  record: usage")
	w.line("  system: %s", s.id)
	w.line("  time: ts")
	w.line("  actor: user")
	w.line("  unit: org")
	w.line("  action: event")
	w.line("  actions: {READ: view, WRITE: submit, APPROVE: approve, EXPORT: export, CALL: api, \"*\": other}")
	w.line("  form: {column: form}")
	w.line("  object: path")
	w.line("  status: code")
	w.line("  duration_ms: ms")
	w.line("  client: agent")
	w.line("  id: seq")
}

func (w *configWriter) auth(s *systemSpec) {
	switch s.data {
	case byNextLink:
		w.line("auth: {basic: {user: jianfu, password: %s}}", s.apiKey())
	case byToken:
		w.line("auth:")
		w.line("  login:")
		w.line("    url: %q", w.address+"/"+s.base+"/oauth/token")
		w.line("    encoding: form")
		w.line("    body: {grant_type: client_credentials, client_id: jianfu, client_secret: %s}", s.apiKey())
		w.line("    token_path: access_token")
	default:
		w.line("auth: {header: {name: X-Api-Key, value: %s}}", s.apiKey())
	}
}

func (w *configWriter) records(s *systemSpec, f *form) {
	w.source("form-"+f.spec.id, "httpapi", "20 * * * *")
	w.line("url: %q", w.address+"/"+s.base+"/openapi/forms/"+f.spec.id+"/records")
	w.auth(s)
	nested := false
	switch s.data {
	case byOffset:
		w.line("records: items")
		w.line("paging: {kind: offset, size: 500, total_path: total}")
	case byCursor:
		nested = true
		w.line("records: data")
		w.line("paging: {kind: cursor, size: 1000, cursor_path: next_cursor, more_path: has_more}")
	case byNextLink:
		nested = true
		w.line("records: value")
		w.line("query: {top: \"800\"}")
		w.line("paging: {kind: next_link, next_path: '@odata\\.nextLink'}")
	default:
		w.line("records: data.list")
		w.line("status: {path: code, ok: [\"0\"], message: msg}")
		w.line("paging: {kind: page, size: 500, total_path: data.total}")
	}
	if nested {
		w.line("watermark: {param: since, column: meta.submitted, format: datetime}")
	} else {
		w.line("watermark: {param: since, column: submitTime, format: datetime}")
	}
	w.line("mapping:")
	w.line("  record: submission")
	w.line("  form: %s", f.spec.id)
	if nested {
		w.nested(s, f)
	} else {
		w.flat(s, f)
	}
}

func (w *configWriter) flat(s *systemSpec, f *form) {
	w.line("  id: recordId")
	w.line("  unit: orgCode")
	w.line("  period: reportPeriod")
	w.line("  submitted_at: submitTime")
	if w.county.tellsStart(f) {
		w.line("  started_at: beginTime")
	}
	w.line("  reporter: createBy")
	w.line("  channel: {value: %s}", s.channel(f))
	if f.about() {
		w.line("  subject: subjectId")
	}
}

func (w *configWriter) nested(s *systemSpec, f *form) {
	w.line("  id: id")
	w.line("  unit: org.code")
	w.line("  period: period")
	w.line("  submitted_at: meta.submitted")
	if w.county.tellsStart(f) {
		w.line("  started_at: meta.opened")
	}
	w.line("  reporter: meta.user")
	w.line("  channel: {value: %s}", s.channel(f))
	if f.about() {
		w.line("  subject: subject")
	}
	var values []string
	for i := range f.fields {
		values = append(values, f.fields[i].id+": data."+f.fields[i].id)
	}
	w.line("  values: {%s}", strings.Join(values, ", "))
}
