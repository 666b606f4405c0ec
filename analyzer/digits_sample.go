package analyzer

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/jianfu/jianfu/analyzer/stats"
)

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
	units   []signedUnits   // the numbers whose last digits count, in row order
	edges   []cutEdge       // floor and cap, left out of units
}

// signedUnits is a number counted in units of the column's last place.
type signedUnits struct {
	units    uint64
	negative bool
}

// cutEdge is a least or greatest value that so many numbers share that it is a floor or cap, such as 100 %: reaching it says
// nothing about how figures are made up.
type cutEdge struct {
	value float64
	count int
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

// edgeMinimum is the least number of equal values that make a floor or cap; in short columns a few are chance.
const edgeMinimum = 20

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
	s.measureUnits()
	return s
}

// measureUnits takes the numbers other than zero and written to the column's places, less those at a floor or cap.
func (s *digitSample) measureUnits() {
	all := make([]signedUnits, 0, len(s.values))
	least, most := uint64(math.MaxUint64), uint64(0)
	for _, d := range s.values {
		u, ok := d.Units(s.places)
		if !ok || u == 0 {
			continue
		}
		all = append(all, signedUnits{u, d.Negative})
		least, most = min(least, u), max(most, u)
	}
	var atLeast, atMost int
	for _, v := range all {
		switch v.units {
		case least:
			atLeast++
		case most:
			atMost++
		}
	}
	enough := s.in.Thresholds.CapShare * float64(len(all))
	floored := float64(atLeast) >= enough && atLeast >= edgeMinimum && least < most
	capped := float64(atMost) >= enough && atMost >= edgeMinimum
	scale := math.Pow10(-s.places)
	if floored {
		s.edges = append(s.edges, cutEdge{float64(least) * scale, atLeast})
	}
	if capped {
		s.edges = append(s.edges, cutEdge{float64(most) * scale, atMost})
	}
	s.units = slices.DeleteFunc(all, func(v signedUnits) bool {
		return floored && v.units == least || capped && v.units == most
	})
}
