package analyzer

import (
	"slices"
	"time"

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
