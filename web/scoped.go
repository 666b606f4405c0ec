package web

import (
	"context"

	"github.com/jianfu/jianfu/web/access"
)

// scoped is what one principal may read: the only way from a handler to the store. Every method of Reader that gives
// something of units or systems is overridden here, so that a new reading without a rule is found by its test.
type scoped struct {
	Reader
	who *access.Principal
}

// reader is the reader of whoever asks.
func (s *server) reader(ctx context.Context) Reader {
	return scoped{Reader: s.shared, who: access.Of(ctx)}
}
