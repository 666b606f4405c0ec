package demo

import (
	"fmt"
	"net/http"
	"sort"
	"strconv"
	"time"
)

// records answers with a page of the submissions of a form.
func (s *server) records(w http.ResponseWriter, r *http.Request, system int) {
	c := s.county
	form := -1
	for i, f := range c.forms {
		if f.system == system && f.spec.id == r.PathValue("form") {
			form = i
		}
	}
	if form < 0 {
		fail(w, http.StatusNotFound, "没有这张表")
		return
	}
	since, ok := sinceOf(r)
	if !ok {
		fail(w, http.StatusBadRequest, "since 不是时间")
		return
	}
	list := c.submissions[form]
	first := sort.Search(len(list), func(i int) bool { return list[i].submitted >= since })
	style := c.systems[system].data
	sp, ok := spanOf(style, r, len(list), first, largestPage)
	if !ok {
		fail(w, http.StatusBadRequest, "分页参数不正确")
		return
	}
	body := []byte("[")
	for i := sp.from; i < sp.to; i++ {
		if i > sp.from {
			body = append(body, ',')
		}
		body = c.appendRecord(body, style, form, i)
	}
	answer(w, envelope(r, style, append(body, ']'), sp, first))
}

func sinceOf(r *http.Request) (int64, bool) {
	text := r.URL.Query().Get("since")
	if text == "" {
		return 0, true
	}
	for _, layout := range []string{time.RFC3339, time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, beijing); err == nil {
			return t.Unix(), true
		}
	}
	return 0, false
}

// envelope is what the records of a page are wrapped in.
func envelope(r *http.Request, style string, list []byte, sp span, first int) []byte {
	switch style {
	case byOffset:
		return fmt.Appendf(nil, `{"total":%d,"items":%s}`, sp.total, list)
	case byCursor:
		if sp.to < first+sp.total {
			return fmt.Appendf(nil, `{"data":%s,"has_more":true,"next_cursor":%q}`, list, cursorText(sp.to))
		}
		return fmt.Appendf(nil, `{"data":%s,"has_more":false,"next_cursor":""}`, list)
	case byNextLink:
		if sp.to < first+sp.total {
			q := r.URL.Query()
			q.Set("skip", strconv.Itoa(sp.to-first))
			q.Set("top", strconv.Itoa(sp.size))
			return fmt.Appendf(nil, `{"@odata.count":%d,"value":%s,"@odata.nextLink":"http://%s%s?%s"}`, sp.total, list, r.Host, r.URL.Path, q.Encode())
		}
		return fmt.Appendf(nil, `{"@odata.count":%d,"value":%s}`, sp.total, list)
	}
	pages := (sp.total + sp.size - 1) / sp.size
	return fmt.Appendf(nil, `{"code":0,"msg":"ok","data":{"total":%d,"pages":%d,"page":%d,"size":%d,"list":%s}}`, sp.total, pages, sp.page, sp.size, list)
}

// appendRecord writes a submission as its system does: nested where the interface is of the newer kind, else flat.
func (c *County) appendRecord(b []byte, style string, form, i int) []byte {
	f := c.forms[form]
	sub := &c.submissions[form][i]
	unit := &c.units(f)[sub.unit]
	at := c.periods[form][sub.period].name
	switch style {
	case byCursor, byNextLink:
		b = fmt.Appendf(b, `{"id":"%s-%06d","org":{"code":"%s","name":"%s"},"period":"%s"`, f.spec.id, i+1, unit.code, unit.name, at)
		b = fmt.Appendf(b, `,"meta":{"user":"%s","submitted":%d`, sub.reporter.account, sub.submitted*1000)
		if sub.started != 0 {
			b = fmt.Appendf(b, `,"opened":%d`, sub.started*1000)
		}
		b = append(b, '}')
		if sub.subject != "" {
			b = fmt.Appendf(b, `,"subject":"%s"`, sub.subject)
		}
		b = append(b, `,"data":`...)
		return append(f.appendValues(b, sub), '}')
	}
	b = fmt.Appendf(b, `{"recordId":%d,"orgCode":"%s","reportPeriod":"%s","createBy":"%s","submitTime":"%s"`, i+1, unit.code, at, sub.reporter.account, clockText(sub.submitted))
	if sub.started != 0 {
		b = fmt.Appendf(b, `,"beginTime":"%s"`, clockText(sub.started))
	}
	if sub.subject != "" {
		b = fmt.Appendf(b, `,"subjectId":"%s"`, sub.subject)
	}
	values := f.appendValues(nil, sub)
	if len(values) > 2 {
		b = append(append(b, ','), values[1:len(values)-1]...)
	}
	return append(b, '}')
}

// audit answers with a page of the usage of a system.
func (s *server) audit(w http.ResponseWriter, r *http.Request, system int) {
	c := s.county
	since, ok := sinceOf(r)
	if !ok {
		fail(w, http.StatusBadRequest, "since 不是时间")
		return
	}
	list := c.usage[system]
	first := sort.Search(len(list), func(i int) bool { return list[i].time >= since })
	sp, ok := spanOf(byCursor, r, len(list), first, largestAudit)
	if !ok {
		fail(w, http.StatusBadRequest, "分页参数不正确")
		return
	}
	body := []byte("[")
	for i := sp.from; i < sp.to; i++ {
		e := &list[i]
		if e.account < 0 || auditWords[e.action] == "" {
			continue
		}
		if len(body) > 1 {
			body = append(body, ',')
		}
		a := &c.accounts.list[e.account]
		body = fmt.Appendf(body, `{"seq":%d,"ts":%d,"user":"%s","org":"%s","event":"%s","path":"%s","code":%d,"ms":%d,"agent":"%s"`,
			i+1, e.time*1000, a.name, a.unit, auditEvents[e.action], c.pathOf(system, e), e.status, e.ms, families[e.client])
		if e.form >= 0 {
			body = fmt.Appendf(body, `,"form":"%s"`, c.forms[e.form].spec.id)
		}
		body = append(body, '}')
	}
	answer(w, envelope(r, byCursor, append(body, ']'), sp, first))
}

// auditEvents are what the audit interface calls the actions.
var auditEvents = [...]string{
	doLogin: "LOGIN", doView: "READ", doSubmit: "WRITE", doApprove: "APPROVE", doExport: "EXPORT", doAPI: "CALL", doHeartbeat: "PULSE",
	doOther: "OTHER", doLogout: "LOGOUT", doStatic: "", doHealth: "", doBot: "", doGoods: "", doOrder: "",
}
