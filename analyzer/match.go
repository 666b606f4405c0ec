package analyzer

import (
	"context"
	"fmt"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
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

	RefA ColumnRef `json:"-"`
	RefB ColumnRef `json:"-"`
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
	Joins        bool              `json:"joins,omitempty"`   // these two columns are of that key
	Codes        map[string]string `json:"codes,omitempty"`   // code mapping, a to b
	Factor       float64           `json:"factor,omitempty"`  // b = factor * a
	Derived      *Derivation       `json:"derived,omitempty"` // how one column follows from the other
	Vetoes       []string          `json:"vetoes,omitempty"`  // what ended or cut the pair
	Against      []string          `json:"against,omitempty"` // vetoes overruled by rows that agree
	Learnt       *queries.Synonym  `json:"learnt,omitempty"`  // what people decided about the two labels, or about others that differ alike
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
	// Align answers for two columns what rows of the same subject say. Where it is nil, tables with values are joined on a
	// key that the matcher finds; where it answers false, nothing is known of the pair.
	Align func(a, b ColumnRef) (Alignment, bool)
	// Keys gives hashes of which two columns that may hold the same data are likely to share one, beyond words and values.
	// Of many columns only those are compared that share something. It may be nil, and is called by several goroutines.
	Keys func(ColumnRef) []uint64
	// PerColumn is how many candidates of its own a column keeps at most in each other table; 0 means 10. A column that is
	// the candidate of many is kept with all of them.
	PerColumn int
	// Floor is the least score that is reported; 0 means 0.01, below 0 reports even what was vetoed, so that every column has
	// its nearest candidates and the reason against them. A match is a pair with a score of 0.5 or more.
	Floor float64
}

// ColumnRef names a column by the position of its table and its position in the table.
type ColumnRef struct{ Table, Column int }

// Matcher finds columns that hold the same data. It is safe for concurrent use.
type Matcher struct {
	words  *lexicon
	learnt *learnt // nil when nothing was learnt
}

// NewMatcher loads the word lists (some milliseconds).
func NewMatcher() (*Matcher, error) {
	words, err := loadLexicon()
	if err != nil {
		return nil, err
	}
	return &Matcher{words: words}, nil
}

// MatchTables is NewMatcher and Match in one call.
func MatchTables(ctx context.Context, a, b []Column, opts MatchOptions) ([]Match, error) {
	m, err := NewMatcher()
	if err != nil {
		return nil, err
	}
	return m.Match(ctx, a, b, opts)
}

// Match judges the columns of one table against those of another, best first.
func (m *Matcher) Match(ctx context.Context, a, b []Column, opts MatchOptions) ([]Match, error) {
	return m.MatchForms(ctx, [][]Column{a, b}, opts)
}

// MatchForms judges the columns of every table against those of every other, best first. A is always of the earlier table.
// Word and value frequencies are taken over all tables together.
func (m *Matcher) MatchForms(ctx context.Context, forms [][]Column, opts MatchOptions) ([]Match, error) {
	if opts.PerColumn == 0 {
		opts.PerColumn = 10
	}
	if opts.Floor == 0 {
		opts.Floor = 0.01
	}
	r := newRun(m.words, forms)
	r.learnt, r.keys = m.learnt, opts.Keys
	pairs, err := r.measure(ctx, r.candidates())
	if err != nil {
		return nil, fmt.Errorf("unable to compare the columns of %d tables: %w", len(forms), err)
	}
	r.align(pairs, opts)
	r.judge(pairs)
	return r.matches(pairs, opts), nil
}

// priorLogOdds supposes that half of the shorter table's columns have a partner, within bounds.
func priorLogOdds(a, b int) float64 {
	p := min(0.1, max(0.5/float64(max(a, b)), 1.0/150))
	return math.Log(p / (1 - p))
}

const (
	vetoedLogOdds = -12.0
	softVeto      = -4.0
	softVetoMost  = -1.5 // no label, value or format lifts a pair of contrasting words above this
	joinsWeight   = 4.0  // for columns by which rows join so that other columns agree
)

// judged is a pair on its way to a Match.
type judged struct {
	a, b        int // positions in the run
	observed    [components]observation
	overlap     overlap
	codes       map[string]string
	hard, soft  []string
	alignment   *Alignment
	derived     *Derivation
	key         *rowKey
	joins       bool // by these two columns rows were joined, and others then agree
	aligned     float64
	weights     [components]float64
	logOdds     float64
	probability float64
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

// judge combines the evidence of every pair and lets the pairs of a column compete, table by table.
func (r *run) judge(pairs []judged) {
	fixed := make([]float64, len(pairs))
	for i := range pairs {
		p := &pairs[i]
		p.aligned = alignedWeight(p.alignment)
		if p.joins {
			p.aligned = joinsWeight
		}
		p.explainAway()
		fixed[i] = r.prior(p) + p.aligned + p.vetoed()
	}
	levels := r.estimate(pairs, fixed)
	groups := map[[2]int][]int{}
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
		group := [2]int{r.table[p.a], r.table[p.b]}
		groups[group] = append(groups[group], i)
	}
	for _, members := range groups {
		edges := make([]edge, len(members))
		for k, i := range members {
			edges[k] = edge{int32(pairs[i].a), int32(pairs[i].b), pairs[i].logOdds}
		}
		for k, probability := range marginals(edges) {
			pairs[members[k]].probability = probability
		}
		r.judgeDerived(pairs, members)
	}
}

// judgeDerived raises pairs of which one column follows from the other, unless that column has a partner of its own.
func (r *run) judgeDerived(pairs []judged, members []int) {
	partner := map[int]float64{}
	for _, i := range members {
		if p := &pairs[i]; p.derived == nil {
			partner[p.a] = max(partner[p.a], p.probability)
			partner[p.b] = max(partner[p.b], p.probability)
		}
	}
	for _, i := range members {
		p := &pairs[i]
		if p.derived == nil {
			continue
		}
		follows := p.b
		if p.derived.Of == "a" {
			follows = p.a
		}
		p.probability = max(p.probability, p.derived.probability()*(1-partner[follows]))
	}
}

// explainAway silences what speaks against a pair only because the two sides write the same data differently: joined rows
// have proven a code mapping or a change of unit, so other values, formats and quantiles are what it takes.
func (p *judged) explainAway() {
	if !p.alignment.recoded() && !p.alignment.scaled() {
		return
	}
	prior := priorLevels()
	for _, c := range []componentID{formatComponent, valueComponent, distributionComponent} {
		if prior[c].weight(p.observed[c]) < 0 {
			p.observed[c].reliable = 0
		}
	}
}

func (r *run) prior(p *judged) float64 {
	return priorLogOdds(len(r.forms[r.table[p.a]]), len(r.forms[r.table[p.b]]))
}

// matches writes out the pairs, best first.
func (r *run) matches(pairs []judged, opts MatchOptions) []Match {
	var kept []*judged
	for i := range pairs {
		if p := &pairs[i]; p.probability >= opts.Floor && (len(p.hard) == 0 || p.derived != nil || opts.Floor < 0) {
			kept = append(kept, p)
		}
	}
	// Equal to the printed digits is equal, so that rounding errors never decide the order.
	slices.SortFunc(kept, func(x, y *judged) int {
		if d := compareFloat(round(y.probability, 4), round(x.probability, 4)); d != 0 {
			return d
		}
		if d := compareFloat(round(y.logOdds, 3), round(x.logOdds, 3)); d != 0 {
			return d
		}
		return slices.Compare([]int{x.a, x.b}, []int{y.a, y.b})
	})
	type seat struct{ column, table int }
	taken := map[seat]int{}
	var out []Match
	for _, p := range kept {
		a, b := seat{p.a, r.table[p.b]}, seat{p.b, r.table[p.a]}
		if taken[a] >= opts.PerColumn && taken[b] >= opts.PerColumn {
			continue
		}
		taken[a]++
		taken[b]++
		out = append(out, r.match(p))
	}
	return out
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
