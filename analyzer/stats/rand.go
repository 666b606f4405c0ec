package stats

import (
	"hash/fnv"
	"math/rand/v2"
)

// NewRand returns the generator of one random procedure. The stream names the procedure, so that adding a procedure
// does not change the draws of another under the same seed.
func NewRand(seed uint64, stream string) *rand.Rand {
	h := fnv.New64a()
	_, _ = h.Write([]byte(stream)) // a hash never fails to write
	return rand.New(rand.NewPCG(seed, h.Sum64()))
}
