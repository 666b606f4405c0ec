package web

import (
	"time"

	"github.com/jianfu/jianfu/web/access"
)

// Rules are the rules of all addresses, for the tests of the table.
func Rules() map[string]access.Rule {
	out := map[string]access.Rule{}
	for _, r := range (&server{}).table() {
		out[r.pattern] = r.rule
	}
	return out
}

// ScopedWriter is what handlers decide through, for the tests of what it refuses.
func ScopedWriter(w Writer, r Reader) Writer {
	return scopedWriter{Writer: w, shared: shared{Reader: r, reads: newCache(-1, time.Now)}}
}
