package page

import (
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Notices are what was sent by mail and to robots, the newest first.
type Notices struct {
	component.View
	Rows  []queries.Notice
	Saved bool
}

// to is whom a notice is for: the account, or the group of a robot. Addresses of mail are not shown.
func (p Notices) to(n queries.Notice) string {
	if n.Account != "" {
		return n.Account
	}
	return n.Recipient
}

// given counts what was given up.
func (p Notices) given() (n int) {
	for _, row := range p.Rows {
		if row.State == queries.NoticeDead {
			n++
		}
	}
	return n
}

// when is the moment that counts: of the next try while it waits, else of the last change.
func (p Notices) when(n queries.Notice) string {
	if n.State == queries.NoticeQueued && n.Attempts > 0 {
		return p.T("notify.next", "time", p.Moment(n.Next))
	}
	return p.Moment(n.Updated)
}
