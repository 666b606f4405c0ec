package page

import (
	"fmt"
	"strings"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Audit is the page of auditors: the audit trail, and what its last verification found.
type Audit struct {
	component.View
	queries.AuditPage
	component.Paging
	Verified queries.AuditLink // of the last verification; zero where there was none
}

// narrowed says that the address asks for less than all.
func (p Audit) narrowed() bool {
	return p.Query.Get("account")+p.Query.Get("action")+p.Query.Get("object")+p.Query.Get("day") != ""
}

// actionWord is an action as people call it, or as it was recorded where they have no word for it.
func (p Audit) actionWord(action string) string {
	key, own := strings.CutPrefix(action, "audit.")
	if !own {
		key = strings.ReplaceAll(strings.TrimPrefix(action, "evidence."), ".", "_")
	}
	return p.Known("audit.action."+key, action)
}

func (p Audit) accountWord(account string) string {
	switch {
	case account == "":
		return p.T("audit.stranger")
	case account == "clock":
		return p.T("audit.clock")
	case account == "local":
		return p.T("account.local_name")
	}
	if user, ok := strings.CutPrefix(account, "cli:"); ok {
		return p.T("audit.cli", "user", user)
	}
	return account
}

func (p Audit) state() string {
	when := p.moment(p.Verified)
	switch p.Verified.Action {
	case queries.AuditSound:
		return p.T("audit.sound", "when", when, "count", p.Verified.Object)
	case queries.AuditFaulty:
		return p.T("audit.faulty", "when", when, "seq", p.Verified.Object, "why", p.Known("audit.fault."+p.Verified.Detail, p.Verified.Detail))
	}
	return p.T("audit.unverified")
}

func (p Audit) moment(l queries.AuditLink) string {
	return l.At.In(p.Zone).Format("2006-01-02 15:04:05")
}

func (p Audit) hash(l queries.AuditLink) string { return fmt.Sprintf("%x", l.Hash[:6]) }

func (p Audit) csv() templ.SafeURL {
	q := p.Query
	address := "/audit.csv"
	if kept := q.Encode(); kept != "" {
		address += "?" + kept
	}
	return templ.SafeURL(address)
}
