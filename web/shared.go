package web

import (
	"context"

	"github.com/jianfu/jianfu/queries"
)

// shared is the reader of a server whose small readings many requests share.
type shared struct{ s *server }

func (r shared) ReadNames(ctx context.Context) (*queries.NameTable, error) { return r.s.names(ctx) }

func (r shared) ReadOverview(ctx context.Context) (*queries.Overview, error) {
	return cached(ctx, r.s.reads, "overview", r.s.Reader.ReadOverview)
}

func (r shared) ReadFindings(ctx context.Context, q queries.FindingQuery) (*queries.FindingPage, error) {
	return r.s.Reader.ReadFindings(ctx, q)
}

func (r shared) ReadSources(ctx context.Context) ([]queries.SourceRow, error) {
	return cached(ctx, r.s.reads, "sources", r.s.Reader.ReadSources)
}

func (r shared) ReadVerifyList(ctx context.Context) ([]queries.VerifyItem, error) {
	return cached(ctx, r.s.reads, "verify", r.s.Reader.ReadVerifyList)
}
