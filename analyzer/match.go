package analyzer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Relation says how the data of one column follow from those of the other.
type Relation string

// The relations of docs/interchange.md, and "insufficient" where the evidence does not carry a judgement.
const (
	RelationEqual        Relation = "equal"
	RelationRecode       Relation = "recode"    // other codes for the same values
	RelationScale        Relation = "scale"     // another unit of the same dimension
	RelationAggregate    Relation = "aggregate" // details that sum to a total
	RelationComputed     Relation = "computed"  // derivable one way only
	RelationInsufficient Relation = "insufficient"
)

// Match is a judged pair of columns. Score is the probability, 0..1, that both hold the same data; from 0.5 on the pair
// counts as matched.
type Match struct {
	A        string   `json:"a"`
	B        string   `json:"b"`
	Score    float64  `json:"score"`
	Relation Relation `json:"relation"`
	Why      Why      `json:"why"`

	IndexA int `json:"-"` // positions in the columns that were given
	IndexB int `json:"-"`
}

// Why keeps every component of a judgement. Weights are natural log-odds; they add up, with Prior, to LogOdds, except that
// vetoes cut it off.
type Why struct {
	Prior        float64           `json:"prior"`
	LogOdds      float64           `json:"log_odds"`
	Label        *Component        `json:"label,omitempty"`
	Format       *Component        `json:"format,omitempty"`
	Values       *Component        `json:"values,omitempty"`
	Distribution *Component        `json:"distribution,omitempty"`
	Aligned      *Component        `json:"aligned,omitempty"`
	Alignment    *Alignment        `json:"alignment,omitempty"`
	Key          []string          `json:"key,omitempty"`     // columns by which rows were joined, "a = b"
	Codes        map[string]string `json:"codes,omitempty"`   // code mapping, a to b
	Factor       float64           `json:"factor,omitempty"`  // b = factor * a
	Vetoes       []string          `json:"vetoes,omitempty"`  // what ended or cut the pair
	Against      []string          `json:"against,omitempty"` // vetoes overruled by rows that agree
}

// Component is one piece of evidence.
type Component struct {
	Measure float64 `json:"measure"`          // 0..1
	Weight  float64 `json:"weight"`           // log-likelihood ratio in force
	Shared  int     `json:"shared,omitempty"` // values in common, as sampled
	Of      int     `json:"of,omitempty"`     // values in the smaller set, as sampled
	A       string  `json:"a,omitempty"`      // what the component saw on either side
	B       string  `json:"b,omitempty"`
}

// MatchOptions tunes a Matcher. The zero value is the default.
type MatchOptions struct {
	// Align answers for a pair of columns (by position) what rows of the same subject say. Where it answers false, or is
	// nil, tables with values are joined on a key that the matcher finds.
	Align func(a, b int) (Alignment, bool)
	// PerColumn is how many candidates a column of the first table keeps at most; 0 means 5.
	PerColumn int
	// Floor is the least score that is reported; 0 means 0.05.
	Floor float64
}

// Matcher finds columns that hold the same data. It is safe for concurrent use.
type Matcher struct {
	words *lexicon
}

// NewMatcher loads the word lists (some milliseconds).
func NewMatcher() (*Matcher, error) {
	words, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	return &Matcher{words}, nil
}

// MatchTables is NewMatcher and Match in one call.
func MatchTables(ctx context.Context, a, b []Column, opts MatchOptions) ([]Match, error) {
	m, err := NewMatcher()
	if err != nil {
		return nil, err
	}
	return m.Match(ctx, a, b, opts)
}

const (
	allPairsMost  = 60_000 // more pairs than these are blocked first
	vetoedLogOdds = -12.0
	softVeto      = -4.0
	softVetoMost  = -1.5 // no label, value or format lifts a pair of contrasting words above this
)

// Match judges the columns of one table against those of another, best first.
func (m *Matcher) Match(ctx context.Context, a, b []Column, opts MatchOptions) ([]Match, error) {
	if opts.PerColumn == 0 {
		opts.PerColumn = 5
	}
	if opts.Floor == 0 {
		opts.Floor = 0.05
	}
	if len(a) == 0 || len(b) == 0 {
		return nil, nil
	}
	r := newRun(m.words, a, b)
	pairs, err := r.measure(ctx, r.candidates())
	if err != nil {
		return nil, fmt.Errorf("unable to compare %d with %d columns: %w", len(a), len(b), err)
	}
	prior := priorLogOdds(len(a), len(b))
	r.align(pairs, prior, opts)
	r.judge(pairs, prior)
	return r.matches(pairs, opts), nil
}

// priorLogOdds supposes that half of the shorter table's columns have a partner.
func priorLogOdds(a, b int) float64 {
	p := min(0.3, max(0.5/float64(max(a, b)), 1.0/150))
	return math.Log(p / (1 - p))
}

// judged is a pair on its way to a Match.
type judged struct {
	a, b        int
	observed    [components]observation
	overlap     overlap
	codes       map[string]string
	hard, soft  []string
	alignment   *Alignment
	key         *rowKey
	aligned     float64
	weights     [components]float64
	logOdds     float64
	probability float64
}

// align finds what rows of the same subject say: from the caller, or by joining the tables on a key.
func (r *run) align(pairs []judged, prior float64, opts MatchOptions) {
	if opts.Align != nil {
		for i := range pairs {
			if al, ok := opts.Align(pairs[i].a, pairs[i].b); ok {
				pairs[i].alignment = &al
			}
		}
		return
	}
	rowsA, rowsB := canonicalRows(r.columnsA), canonicalRows(r.columnsB)
	if key := r.bestKey(pairs, prior, rowsA, rowsB); key != nil {
		for i := range pairs {
			p := &pairs[i]
			if al := key.align(rowsA[p.a], rowsB[p.b]); al.N > 0 && !slices.Contains(key.pairs, [2]int{p.a, p.b}) {
				p.alignment, p.key = &al, key
			}
		}
	}
}

// bestKey tries the likeliest keys and keeps the one under which the other columns agree most. Under a false key nothing
// else agrees, and none is returned.
func (r *run) bestKey(pairs []judged, prior float64, rowsA, rowsB [][]string) *rowKey {
	levels := priorLevels()
	var likely []judged
	for _, p := range pairs {
		if rowsA[p.a] == nil || rowsB[p.b] == nil || len(p.hard) > 0 || p.overlap.shared == 0 {
			continue
		}
		p.logOdds = prior
		for c := range components {
			p.logOdds += levels[c].weight(p.observed[c])
		}
		if p.logOdds > prior {
			likely = append(likely, p)
		}
	}
	slices.SortStableFunc(likely, func(x, y judged) int { return compareFloat(y.logOdds, x.logOdds) })
	candidates := make([][2]int, 0, 4*keyCandidates)
	for _, p := range likely[:min(len(likely), 4*keyCandidates)] {
		candidates = append(candidates, [2]int{p.a, p.b})
	}
	var best *rowKey
	bestSupport := 0.0
	for _, key := range findKeys(rowsA, rowsB, candidates) {
		support := 0.0
		for _, p := range likely {
			if slices.Contains(key.pairs, [2]int{p.a, p.b}) {
				continue
			}
			al := key.align(rowsA[p.a], rowsB[p.b])
			support += max(0, alignedWeight(&al))
		}
		if support > bestSupport {
			best, bestSupport = &key, support
		}
	}
	if bestSupport < 3 {
		return nil
	}
	return best
}

// judge combines the evidence of every pair and lets the pairs of a column compete.
func (r *run) judge(pairs []judged, prior float64) {
	fixed := make([]float64, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		p.aligned = alignedWeight(p.alignment)
		fixed[i] = prior + p.aligned + p.vetoed()
	}
	levels := estimate(pairs, fixed)
	edges := make([]edge, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		sum := fixed[i]
		for c := range components {
			p.weights[c] = levels[c].weight(p.observed[c])
			sum += p.weights[c]
		}
		if len(p.soft) > 0 && !p.proven() {
			sum = min(sum, softVetoMost)
		}
		p.logOdds = sum
		edges[i] = edge{int32(p.a), int32(p.b), p.logOdds}
	}
	for i, probability := range marginals(edges) {
		pairs[i].probability = probability
	}
}

// vetoed is what the vetoes take off the log-odds.
func (p *judged) vetoed() float64 {
	switch {
	case len(p.hard) > 0:
		return vetoedLogOdds
	case len(p.soft) > 0 && !p.proven():
		return softVeto
	}
	return 0
}

// proven says that rows of the same subjects agree beyond doubt.
func (p *judged) proven() bool { return p.alignment != nil && p.alignment.N >= 30 && p.aligned >= 5.5 }

// matches writes out the pairs, best first.
func (r *run) matches(pairs []judged, opts MatchOptions) []Match {
	var out []Match
	for i := range pairs {
		p := &pairs[i]
		if p.probability < opts.Floor || len(p.hard) > 0 {
			continue
		}
		out = append(out, r.match(p))
	}
	slices.SortStableFunc(out, func(x, y Match) int {
		if d := compareFloat(y.Score, x.Score); d != 0 {
			return d
		}
		if d := compareFloat(y.Why.LogOdds, x.Why.LogOdds); d != 0 {
			return d
		}
		return strings.Compare(x.A+"\x00"+x.B, y.A+"\x00"+y.B)
	})
	kept := out[:0]
	perColumn := map[int]int{}
	for _, m := range out {
		if perColumn[m.IndexA]++; perColumn[m.IndexA] <= opts.PerColumn {
			kept = append(kept, m)
		}
	}
	return kept
}

func compareFloat(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}
