package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// Trail keeps what people read, took away, decided and changed. *queries.AuditTrail is one.
type Trail interface {
	// Record returns once the entry is kept. What cannot be recorded must not happen.
	Record(ctx context.Context, e queries.AuditEntry) error
}

// permit is the one place where rules are enforced: that no other site asks through the browser of a reader, who asks, whether the rule lets them in, and that the trail knows of it
// before the handler runs. Which rows they see is decided by their reader.
func (s *server) permit(r route) http.Handler { return s.sameSite(s.admit(r)) }

// admit lets in whom the rule of a route names.
func (s *server) admit(r route) http.Handler {
	if r.rule.Open {
		return r.handler
	}
	inner := http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		who := access.Of(q.Context())
		if !r.rule.Allows(who) {
			s.record(q, "denied", r.pattern)
			s.fault(w, q, http.StatusForbidden, "forbidden", true, nil)
			return
		}
		if r.rule.Audit != "" {
			if err := s.record(q, r.rule.Audit, ""); err != nil {
				s.fault(w, q, http.StatusServiceUnavailable, "trail", true, err)
				return
			}
		}
		r.handler.ServeHTTP(w, q)
	})
	outer := s.gate(inner)
	if strings.Contains(r.pattern, " "+apiRoot+"/") {
		outer = s.bearer(r, inner, outer)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		// A principal in the context was put there by this process; nothing that a request holds can.
		if access.Of(q.Context()) != nil {
			inner.ServeHTTP(w, q)
			return
		}
		outer.ServeHTTP(w, q)
	})
}

// record tells the trail who asked for what. Without a trail, which only a handler in a test lacks, nothing is kept.
func (s *server) record(r *http.Request, action, detail string) error {
	if s.Trail == nil {
		return nil
	}
	e := queries.AuditEntry{At: s.Clock(), Action: action, Object: r.Method + " " + r.URL.RequestURI(), Detail: detail, Address: s.client(r)}
	if who := access.Of(r.Context()); who != nil {
		e.Account, e.Token = who.Account, who.Token
	}
	if err := s.Trail.Record(r.Context(), e); err != nil {
		s.Log.Error().Err(err).Str("action", action).Msg("unable to write the audit trail")
		return err
	}
	s.metrics.recorded(action)
	return nil
}
