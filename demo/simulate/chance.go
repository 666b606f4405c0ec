package simulate

import (
	"encoding/binary"
	"math"
	"math/rand/v2"

	"github.com/zeebo/xxh3"
	"gonum.org/v1/gonum/stat/distuv"
)

// stream is a source of chance of its own for every named part of the county, so that parts may be made in any order, at
// once, and again with the same result.
type stream struct{ *rand.Rand }

func newStream(seed uint64, parts ...string) stream {
	h := xxh3.New()
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], seed)
	_, _ = h.Write(b[:]) // a hash never fails
	for _, p := range parts {
		_, _ = h.WriteString(p)
		_, _ = h.Write([]byte{0})
	}
	sum := h.Sum128()
	return stream{rand.New(rand.NewPCG(sum.Hi, sum.Lo))}
}

func (s stream) chance(p float64) bool { return s.Float64() < p }

// between is a whole number of [lo, hi].
func (s stream) between(lo, hi int) int { return lo + s.IntN(hi-lo+1) }

// within is a number of [lo, hi).
func (s stream) within(lo, hi float64) float64 { return lo + (hi-lo)*s.Float64() }

// lognormal has the given median; sigma is the standard deviation of its logarithm.
func (s stream) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*s.NormFloat64())
}

func (s stream) poisson(mean float64) float64 {
	if !(mean > 0) {
		return 0
	}
	return distuv.Poisson{Lambda: mean, Src: s.Rand}.Rand()
}

func (s stream) binomial(n, p float64) float64 {
	if n < 1 || p <= 0 {
		return 0
	}
	return distuv.Binomial{N: math.Floor(n), P: math.Min(p, 1), Src: s.Rand}.Rand()
}

// negativeBinomial has variance mean + mean²/size.
func (s stream) negativeBinomial(mean, size float64) float64 {
	if !(mean > 0) {
		return 0
	}
	return s.poisson(distuv.Gamma{Alpha: size, Beta: size / mean, Src: s.Rand}.Rand())
}

func pick[T any](s stream, list []T) T { return list[s.IntN(len(list))] }

// sample takes n different elements in random order.
func sample[T any](s stream, list []T, n int) []T {
	n = min(n, len(list))
	out := make([]T, 0, n)
	for _, i := range s.Perm(len(list))[:n] {
		out = append(out, list[i])
	}
	return out
}
