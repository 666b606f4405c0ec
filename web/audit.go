package web

import (
	"context"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/a-h/templ"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/page"
)

// Audits is what auditors read. *queries.Store is one. It is read anew for every page: what was recorded a moment ago counts.
type Audits interface {
	// AuditEntries gives entries of the audit trail, the newest first.
	AuditEntries(ctx context.Context, q queries.AuditQuery) (*queries.AuditPage, error)
}

// auditChunk is how many entries an export reads at once.
const auditChunk = 5000

// auditQuery is what an address asks for. A day that is none is left out.
func (s *server) auditQuery(asked url.Values) queries.AuditQuery {
	q := queries.AuditQuery{Account: asked.Get("account"), Action: asked.Get("action"), Object: asked.Get("object"), Limit: pageSize}
	if day, err := time.ParseInLocation(time.DateOnly, asked.Get("day"), s.Zone); err == nil {
		q.From, q.To = day, day.AddDate(0, 0, 1)
	}
	return q
}

// audit shows the audit trail and what its last verification found.
func (s *server) audit(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "audit")
	if err != nil {
		return nil, err
	}
	if s.Audits == nil {
		return page.Audit{View: v}.Page(), nil
	}
	q := s.auditQuery(v.Query)
	number := pageNumber(v.Query)
	q.Offset = uint64(number-1) * q.Limit
	entries, err := s.Audits.AuditEntries(r.Context(), q)
	if err != nil {
		return nil, err
	}
	p := page.Audit{View: v, AuditPage: *entries, Paging: component.Paging{Page: number, Size: pageSize, Total: int(entries.Total)}}
	for _, action := range []string{queries.AuditSound, queries.AuditFaulty} {
		last, err := s.Audits.AuditEntries(r.Context(), queries.AuditQuery{Account: "clock", Action: action, Limit: 1})
		if err != nil {
			return nil, err
		}
		if len(last.Rows) > 0 && last.Rows[0].Seq > p.Verified.Seq {
			p.Verified = last.Rows[0]
		}
	}
	return p.Page(), nil
}

// auditCSV streams what the same conditions fit, the newest first. Entries that are added meanwhile are left out.
func (s *server) auditCSV(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v := s.bareView(w, r)
	if s.Audits == nil {
		return nil, queries.ErrNotFound
	}
	q := s.auditQuery(v.Query)
	q.Limit = auditChunk
	chunk, err := s.Audits.AuditEntries(r.Context(), q)
	if err != nil {
		return nil, err
	}
	w.Header().Set("Content-Type", "text/csv; charset=utf-8")
	w.Header().Set("Content-Disposition", `attachment; filename="jianfu-audit.csv"`)
	_, _ = fmt.Fprint(w, "\ufeff") // Excel needs it to read Chinese
	out := csv.NewWriter(w)
	out.UseCRLF = true
	head := []string{}
	for _, key := range []string{"seq", "at", "account", "action", "object", "detail", "address", "token", "hash"} {
		head = append(head, v.T("audit.column."+key))
	}
	_ = out.Write(head)
	for len(chunk.Rows) > 0 {
		for _, l := range chunk.Rows {
			_ = out.Write([]string{
				strconv.FormatUint(l.Seq, 10), l.At.In(s.Zone).Format("2006-01-02 15:04:05.000000"), neutral(l.Account), neutral(l.Action), neutral(l.Object),
				neutral(l.Detail), neutral(l.Address), neutral(l.Token), fmt.Sprintf("%x", l.Hash),
			})
		}
		if out.Flush(); out.Error() != nil {
			s.Log.Debug().Err(out.Error()).Msg("reader went away")
			return nil, nil
		}
		if len(chunk.Rows) < auditChunk {
			return nil, nil
		}
		q.Before = chunk.Rows[len(chunk.Rows)-1].Seq
		if chunk, err = s.Audits.AuditEntries(r.Context(), q); err != nil {
			// The status is sent; a connection that ends early is how the reader learns of it.
			s.Log.Error().Err(err).Msg("unable to read the audit trail to its end")
			panic(http.ErrAbortHandler)
		}
	}
	return nil, nil
}
