package web_test

import (
	"context"

	"github.com/jianfu/jianfu/queries"
)

// RecordProofs gives one reference a query, which repeats what was asked.
func (c *canned) RecordProofs(_ context.Context, q queries.ProofQuery) ([]queries.RecordProof, error) {
	if q.Form == "" {
		return []queries.RecordProof{{Kind: "usage", System: q.System, Day: q.From, Records: 3, SHA256: "aa"}}, c.err
	}
	var out []queries.RecordProof
	for _, unit := range q.Units {
		out = append(out, queries.RecordProof{Kind: "submissions", Form: q.Form, Unit: unit, Period: q.From, Records: 1, SHA256: "bb"})
	}
	return out, c.err
}
