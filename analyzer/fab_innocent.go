package analyzer

import (
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// circumstances is how a unit's submissions of a form came about: what may explain likeness, smoothness or haste innocently.
type circumstances struct {
	rows       int
	clerk      uint64 // who files most of them, 0 when unknown
	clerkUnits int    // units of the form for which that one files: 3 and more are a shared clerk (代办员)
	imported   int    // by import or interface
	batched    int    // handed in within an hour of the unit's submission for another period: back-filled or uploaded after working offline
	revised    int    // replaced a submission before
}

const (
	sharedClerk = 3         // units of one reporter that make it a shared clerk
	batchGap    = time.Hour // between submissions for two periods that belong to one sitting
)

// circumstances counts how a unit's submissions came about.
func (p *panel) circumstances(unit int) circumstances {
	var c circumstances
	files := map[uint64]int{}
	var times []time.Time
	for t := range p.periods {
		r := p.row(unit, t)
		if r < 0 {
			continue
		}
		row := &p.rows[r]
		c.rows++
		if row.channel == "import" || row.channel == "api" {
			c.imported++
		}
		if row.revisions > 0 {
			c.revised++
		}
		if row.reporter != 0 {
			files[row.reporter]++
		}
		times = append(times, row.submitted)
	}
	slices.SortFunc(times, time.Time.Compare)
	for i := range times {
		if i > 0 && times[i].Sub(times[i-1]) < batchGap || i+1 < len(times) && times[i+1].Sub(times[i]) < batchGap {
			c.batched++
		}
	}
	most := 0
	for reporter, n := range files {
		if n > most || n == most && reporter < c.clerk {
			most, c.clerk = n, reporter
		}
	}
	c.clerkUnits = p.filedBy(c.clerk)
	return c
}

// filedBy is for how many units of the form a reporter files.
func (p *panel) filedBy(reporter uint64) int {
	if reporter == 0 {
		return 0
	}
	units := map[int32]bool{}
	for i := range p.rows {
		if p.rows[i].reporter == reporter {
			units[p.rows[i].unit] = true
		}
	}
	return len(units)
}

// explain writes the circumstances down as explanations that were considered. SameClerk is how many units that the same clerk
// files for show the same sign: where it is half of them, the cause is with that person, and open is true.
func (c circumstances) explain(sameClerk int) (out []queries.Message, open bool) {
	clerk := "unlikely"
	switch {
	case c.clerkUnits < sharedClerk:
		clerk = "absent"
	case 2*sameClerk >= c.clerkUnits:
		clerk, open = "open", true
	}
	return []queries.Message{
		fabExplain("clerk", clerk, map[string]any{"n": c.clerkUnits}),
		fabExplain("import", outcomeOf(c.imported, "unlikely"), map[string]any{"n": c.imported}),
		fabExplain("batch", outcomeOf(c.batched, "unlikely"), map[string]any{"n": c.batched}),
	}, open
}

const (
	stepSide  = 3    // submissions that a step has before and after it, at least
	stepSize  = 0.35 // logarithm of the ratio of the levels: four tenths more, or three tenths less
	stepShare = 0.7  // share of the counts that move the same way
)

// stepped says whether a unit's level changed once and for good, in most of its counts and the same way, as after a merger, a
// division or a change of duties: what is usual after the step is not what was usual before, and a model with one level does not
// hold for it.
func (p *panel) stepped(unit int) bool {
	var rows []int
	for t := range p.periods {
		if r := p.row(unit, t); r >= 0 {
			rows = append(rows, r)
		}
	}
	for at := stepSide; at+stepSide <= len(rows); at++ {
		up, down, counts := 0, 0, 0
		for f := range p.fields {
			x := &p.fields[f]
			before, after := p.logs(rows[:at], f), p.logs(rows[at:], f)
			if len(before) < stepSide || len(after) < stepSide || x.level[unit] < leastLevel {
				continue
			}
			counts++
			a, madBefore := stats.MedianMAD(before)
			b, madAfter := stats.MedianMAD(after)
			// Twice the usual departure within either part: a count that swings has no step.
			if d := b - a; math.Abs(d) >= stepSize && math.Abs(d) >= 2*math.Max(madBefore, madAfter) {
				if d > 0 {
					up++
				} else {
					down++
				}
			}
		}
		if counts > 0 && float64(max(up, down)) >= stepShare*float64(counts) {
			return true
		}
	}
	return false
}

// logs are the logarithms of a field in some rows, less the season.
func (p *panel) logs(rows []int, field int) []float64 {
	x := &p.fields[field]
	var out []float64
	for _, r := range rows {
		if v, season := p.value(r, field)*x.scale, x.season[p.rows[r].period]; !math.IsNaN(v) && season > 0 {
			out = append(out, math.Log((v+0.5)/season))
		}
	}
	return out
}
