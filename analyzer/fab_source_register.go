package analyzer

import (
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// grainOf is the length of a period by its name (docs/interchange.md), empty for a half-year or a name of another kind.
func grainOf(name string) string {
	switch {
	case len(name) == 4:
		return "year"
	case strings.Contains(name, "Q"):
		return "quarter"
	case strings.Contains(name, "W"):
		return "week"
	case len(name) == 7 && name[4] == '-':
		return "month"
	case len(name) == 10:
		return "day"
	}
	return ""
}

// periodName writes the period of a length that starts on a day.
func periodName(start time.Time, grain string) string {
	switch grain {
	case "year":
		return start.Format("2006")
	case "quarter":
		return fmt.Sprintf("%dQ%d", start.Year(), (int(start.Month())+2)/3)
	case "week":
		year, week := start.ISOWeek()
		return fmt.Sprintf("%d-W%02d", year, week)
	case "month":
		return start.Format("2006-01")
	}
	return start.Format(time.DateOnly)
}

const (
	countField   = "count" // id of the number of records
	registerSums = 12      // numbers of a register that are added up
	leastRecords = 50      // records of a register that can be held against a form
)

// countRegister reads a register as a form of one submission a unit and period: the number of its records, and the sums of
// its first numbers. It is nil where there is too little.
func countRegister(ctx context.Context, in Input, form queries.Form, grain string, from, to time.Time) (*panel, error) {
	var ids []string
	p := &panel{form: form}
	p.every.fields = []queries.Field{{ID: countField, Measure: "flow", Type: "integer"}}
	for _, f := range form.Fields {
		if numericField(f) && f.Type != "" && f.Measure != "rate" && len(ids) < registerSums {
			ids = append(ids, f.ID)
			p.every.fields = append(p.every.fields, f)
		}
	}
	counts, err := in.Store.RecordCounts(ctx, form.ID, grain, ids, from, to)
	if err != nil {
		return nil, err
	}
	total := uint64(0)
	starts := map[time.Time]int{}
	for _, c := range counts {
		total += c.Records
		starts[c.Start] = 0
	}
	if total < leastRecords {
		return nil, nil
	}
	for start := range starts {
		p.periods = append(p.periods, panelPeriod{periodName(start, grain), start})
	}
	slices.SortFunc(p.periods, func(a, b panelPeriod) int { return a.start.Compare(b.start) })
	for i, period := range p.periods {
		starts[period.start] = i
	}
	for _, c := range counts {
		if len(p.units) == 0 || p.units[len(p.units)-1] != c.Unit {
			p.units, p.towns = append(p.units, c.Unit), append(p.towns, 0)
		}
	}
	p.grid = make([]int32, len(p.units)*len(p.periods))
	// A unit without a record in a period has none, from its first record to its last: that is a nought, not a gap.
	width := len(p.every.fields)
	at := 0
	for u, code := range p.units {
		first, last := math.MaxInt, -1
		for i := at; i < len(counts) && counts[i].Unit == code; i++ {
			first, last = min(first, starts[counts[i].Start]), max(last, starts[counts[i].Start])
		}
		for t := range p.periods {
			p.grid[u*len(p.periods)+t] = -1
			if t < first || t > last {
				continue
			}
			p.grid[u*len(p.periods)+t] = int32(len(p.rows))
			p.rows = append(p.rows, panelRow{unit: int32(u), period: int32(t)})
			p.every.values = append(p.every.values, make([]float64, width)...)
		}
		for ; at < len(counts) && counts[at].Unit == code; at++ {
			row := p.row(u, starts[counts[at].Start])
			p.every.values[row*width] = float64(counts[at].Records)
			copy(p.every.values[row*width+1:(row+1)*width], counts[at].Sums)
		}
	}
	p.every.prefilled, p.every.derived = make([]bool, width), make([]bool, width)
	return p, nil
}
