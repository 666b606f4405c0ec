// Package stats holds the mathematics of the detectors: digit laws, repetition, rates, densities, rank-free robust
// measures, exact tails and corrections for many tests. It is pure: no input or output, no clock, no shared state; a
// random procedure takes its generator, so that the same data give the same figures in every run.
//
// A p-value says how surprising the data are, an effect size how far they depart; every test here gives both, because
// with many records the smallest honest imperfection is "significant".
package stats
