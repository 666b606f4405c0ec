package analyzer

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sort"
	"strings"

	"github.com/jianfu/jianfu/analyzer/stats"
)

// The verdicts of a digit test.
const (
	DigitConforms    = "conforms"
	DigitDeparts     = "departs"
	DigitNotAssessed = "not_assessed"
)

// The digit, repetition, rate and target tests, in the order in which they are reported.
const (
	DigitBenfordFirst    = "benford-first"
	DigitBenfordFirstTwo = "benford-first-two"
	DigitTerminalDigit   = "terminal-digit"
	DigitHeaping         = "heaping"
	DigitNumberBunching  = "number-bunching"
	DigitIntegerRate     = "integer-rate"
	DigitTargetBunching  = "target-bunching"
)

// DigitInput is a column of a table as its text was read, so that every digit is exact.
type DigitInput struct {
	Values       []string        // one a row; what is no number is skipped and counted
	Denominators []string        // nil, or one a row: the whole of which the value is a part
	Groups       []string        // nil, or one a row: every group is judged on its own beside all rows together
	Target       string          // empty, or the figure that the value has to reach; with denominators a rate in per cent, or a share up to 1
	Thresholds   DigitThresholds // the zero value stands for DefaultDigitThresholds
	Seed         uint64          // of the permutations and bootstrap draws
	Language     string          // of the reasons: zh-CN, en, or empty for Chinese followed by English
}

// DigitResult is one test of one group; its JSON is a row of `jianfu digits`. A nil pointer is a figure that the test
// does not have, or that these data do not give.
type DigitResult struct {
	Test      string   `json:"test"`
	Group     string   `json:"group"` // empty for all rows
	N         int      `json:"n"`     // rows that entered the test
	Statistic *float64 `json:"statistic"`
	DF        *int     `json:"df"`
	P         *float64 `json:"p"`
	Effect    *float64 `json:"effect"`
	// Threshold is the size of the effect from which the verdict is departs: the policy's bound or, where that is
	// greater, the one that chance alone exceeds in a share Alpha of honest columns of this length.
	Threshold *float64 `json:"threshold"`
	Verdict   string   `json:"verdict"`
	Reason    string   `json:"reason"`
}

// Digits runs every test that the input allows, over all rows and then over each group in order of name. The verdict
// follows the size of the effect; a test whose preconditions are not met answers not_assessed, with the figures it has.
func Digits(ctx context.Context, in DigitInput) ([]DigitResult, error) {
	if in.Thresholds == (DigitThresholds{}) {
		in.Thresholds = DefaultDigitThresholds()
	}
	column, err := readDigitColumn(in)
	if err != nil {
		return nil, err
	}
	var results []DigitResult
	for _, group := range column.groups() {
		sample := column.sample(group)
		judgements, err := sample.judge(ctx)
		if err != nil {
			return nil, err
		}
		for _, j := range judgements {
			j.Group = group.name
			j.Reason = j.reason.then(sample.skippedCells()).in(in.Language)
			results = append(results, j.DigitResult)
		}
	}
	return results, nil
}

// digitColumn is the input, parsed.
type digitColumn struct {
	in           DigitInput
	numbers      []stats.Decimal
	isNumber     []bool
	denominators []stats.Decimal
	isDenom      []bool
	target       *stats.Decimal
	places       int // decimal places of the column
}

// digitGroup is a set of rows; nil rows are all of them.
type digitGroup struct {
	name string
	rows []int
}

// digitSample is the rows of one group, ready for the tests.
type digitSample struct {
	*digitColumn
	rows    []int
	group   string
	skipped int             // cells that are no numbers
	values  []stats.Decimal // the numbers, in row order
	sorted  []float64       // the positive numbers, ascending
}

func readDigitColumn(in DigitInput) (*digitColumn, error) {
	n := len(in.Values)
	if in.Denominators != nil && len(in.Denominators) != n {
		return nil, fmt.Errorf("unable to test digits: %d values and %d denominators", n, len(in.Denominators))
	}
	if in.Groups != nil && len(in.Groups) != n {
		return nil, fmt.Errorf("unable to test digits: %d values and %d groups", n, len(in.Groups))
	}
	c := &digitColumn{in: in}
	c.numbers, c.isNumber = parseDecimals(in.Values)
	if in.Denominators != nil {
		c.denominators, c.isDenom = parseDecimals(in.Denominators)
	}
	var present []stats.Decimal
	for i, ok := range c.isNumber {
		if ok && !c.numbers[i].IsZero() {
			present = append(present, c.numbers[i])
		}
	}
	c.places = stats.CommonPlaces(present, commonPlacesShare)
	if text := strings.TrimSpace(in.Target); text != "" {
		target, ok := stats.ParseDecimal(text)
		if !ok {
			return nil, fmt.Errorf("unable to read the target %q: give a number such as 95 or 0.95", in.Target)
		}
		c.target = &target
	}
	return c, nil
}

// commonPlacesShare of the numbers set the column's decimal places; the few that are finer are conversions, binary noise
// or another habit, and would make everybody else's last digit a padded zero. Of numbers really reported to p places
// only a tenth fit p - 1.
const commonPlacesShare = 0.95

func parseDecimals(cells []string) (numbers []stats.Decimal, ok []bool) {
	numbers, ok = make([]stats.Decimal, len(cells)), make([]bool, len(cells))
	for i, cell := range cells {
		numbers[i], ok[i] = stats.ParseDecimal(cell)
	}
	return numbers, ok
}

// groups lists all rows together and, if rows are grouped, each group by name. Rows without a group are in the first only.
func (c *digitColumn) groups() []digitGroup {
	groups := []digitGroup{{}}
	if c.in.Groups == nil {
		return groups
	}
	rows := map[string][]int{}
	for i, name := range c.in.Groups {
		if name != "" {
			rows[name] = append(rows[name], i)
		}
	}
	names := make([]string, 0, len(rows))
	for name := range rows {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		groups = append(groups, digitGroup{name, rows[name]})
	}
	return groups
}

func (c *digitColumn) sample(group digitGroup) *digitSample {
	s := &digitSample{digitColumn: c, rows: group.rows, group: group.name}
	if s.rows == nil {
		s.rows = make([]int, len(c.numbers))
		for i := range s.rows {
			s.rows[i] = i
		}
	}
	s.values = make([]stats.Decimal, 0, len(s.rows))
	s.sorted = make([]float64, 0, len(s.rows))
	for _, i := range s.rows {
		d := c.numbers[i]
		if !c.isNumber[i] {
			s.skipped++
			continue
		}
		s.values = append(s.values, d)
		if !d.Negative && !d.IsZero() {
			s.sorted = append(s.sorted, d.Float())
		}
	}
	slices.Sort(s.sorted)
	return s
}

// judge runs the tests that the input allows.
func (s *digitSample) judge(ctx context.Context) ([]DigitJudgement, error) {
	t := s.in.Thresholds
	benford, terminal := s.benfordSummary(), s.terminalSummary()
	judgements := []DigitJudgement{
		JudgeBenford(DigitBenfordFirst, benford, t, s.rng(DigitBenfordFirst)),
		JudgeBenford(DigitBenfordFirstTwo, benford, t, s.rng(DigitBenfordFirstTwo)),
		JudgeTerminalDigit(terminal, t),
		JudgeHeaping(terminal, evenHeaping, t),
	}
	bunching, err := s.numberBunching(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to finish the digit tests: %w", err)
	}
	judgements = append(judgements, bunching)
	if s.denominators != nil {
		judgements = append(judgements, s.integerRate())
	}
	if s.target != nil {
		judgements = append(judgements, s.targetBunching())
	}
	return judgements, ctx.Err()
}

// rng is the generator of one test of one group.
func (s *digitSample) rng(test string) *rand.Rand {
	return stats.NewRand(s.in.Seed, test+"\x00"+s.group)
}
