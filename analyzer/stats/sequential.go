package stats

import "math"

// Spending divides one error rate over repeated looks at the same hypotheses: First of it goes to the first look, and the rest
// evenly to the Memory-1 looks that can follow within a memory of so many steps (months). Looks older than the memory are
// forgotten: the window of data has turned over since, and what is asked is another question (decaying memory: Ramdas, Yang,
// Wainwright & Jordan 2017). Whatever steps are looked at, the weights within one memory sum to 1 at most.
type Spending struct {
	First  float64 // 0..1, at least 1/Memory
	Memory int     // steps; 1 and less keeps everything for the one look
}

// Weights is what each of some looks may spend, given the ascending numbers of their steps. A look with no other within the
// memory before it is a first one.
func (s Spending) Weights(steps []int) []float64 {
	first := math.Max(s.First, 1/math.Max(1, float64(s.Memory))) // a smaller share would leave later looks more than their due
	out := make([]float64, len(steps))
	for i, step := range steps {
		if i == 0 || step-steps[i-1] >= s.Memory {
			out[i] = first
			continue
		}
		out[i] = (1 - first) / float64(s.Memory-1)
	}
	return out
}

// AlwaysValid turns the p-values that one hypothesis had at its looks into one that holds whenever one stops to look: the
// smallest of p/w, 1 at most. By the union bound it is a p-value for whatever dependence between looks, rolling windows over
// the same data included, as long as the weights sum to 1 at most; and it never rises with a further look, so that what
// Benjamini-Hochberg rejects over hypotheses grows and the last look's error rate is that of all looks together (Johari,
// Koomen, Pekelis & Walsh 2022). NaN marks a look that gave no p; NaN is returned where none did.
func AlwaysValid(p, weights []float64) float64 {
	out := math.NaN()
	for i, x := range p {
		if math.IsNaN(x) || !(weights[i] > 0) {
			continue
		}
		if v := math.Min(1, x/weights[i]); math.IsNaN(out) || v < out {
			out = v
		}
	}
	return out
}
