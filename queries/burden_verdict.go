package queries

import (
	"cmp"
	"math"
	"slices"
)

// sum adds up both sides of the forms of the scope, and gives the standard deviation of the change of hours, as a share of those of
// before. What both sides share cancels: the times of forms, as far as their part is the same on both.
func (m sideReader) sum(c *BurdenChange, forms []string, sides map[string]*[2]BurdenCell) (spread float64) {
	var cells [2][]BurdenCell
	for _, form := range forms {
		side := sides[form]
		for i := range side {
			if side[i].Submissions > 0 {
				cells[i] = append(cells[i], side[i])
			}
		}
		switch {
		case side[1].Submissions == 0:
			c.Ended = append(c.Ended, form)
		case float64(side[0].Submissions) <= newFormMargin*float64(side[1].Submissions):
			c.New = append(c.New, form)
		}
	}
	for i, to := range []*BurdenSide{&c.Before, &c.After} {
		sum := SumBurden(cells[i], m.paces)
		to.Hours, to.Submissions, to.Forms, to.Method = sum.Span(), sum.Submissions, uint64(len(cells[i])), sum.Method()
	}
	before, after := c.Before.Hours.Mid, c.After.Hours.Mid
	if before <= 0 {
		return 0
	}
	ratio := after / before
	variance := 0.0
	for _, form := range forms {
		b, a, pace := sides[form][0], sides[form][1], m.paces[form]
		// A time that is wrong for the whole form is wrong on both sides; each side errs by its own submissions besides.
		same := pace.Spread
		if pace.Method != BurdenEstimated {
			same = pace.Common
		}
		variance += math.Pow(same*(a.Estimated+a.Logged+a.Filled-ratio*(b.Estimated+b.Logged+b.Filled)), 2)
		if pace.Method != BurdenEstimated {
			variance += math.Pow(pace.Spread*a.Filled, 2)/math.Max(1, float64(a.Submissions)-float64(a.Timed)) +
				math.Pow(ratio*pace.Spread*b.Filled, 2)/math.Max(1, float64(b.Submissions)-float64(b.Timed))
		}
		variance += math.Pow(sideSpread, 2) * (a.Observed*a.Observed + ratio*ratio*b.Observed*b.Observed)
	}
	return math.Sqrt(variance) / before
}

// shifts finds what other forms of the same departments took up meanwhile: new ones in full, the others on balance.
func (m sideReader) shifts(c *BurdenChange, owners map[string]bool, sides map[string]*[2]BurdenCell) {
	if c.Scope.Kind == ScopeAll || c.Scope.Kind == ScopeDepartment {
		return
	}
	balance := 0.0
	for form, side := range sides {
		if m.within(c.Scope, form) || !owners[m.owner(form)] {
			continue
		}
		before, after := side[0].Hours(), side[1].Hours()
		if float64(side[0].Submissions) <= newFormMargin*float64(side[1].Submissions) {
			c.Shifted += after - before
		} else {
			balance += after - before
		}
		if after > before {
			c.Rose = append(c.Rose, FormShift{Form: form, Before: before, After: after})
		}
	}
	c.Shifted += math.Max(0, balance)
	slices.SortFunc(c.Rose, func(a, b FormShift) int {
		return cmp.Or(cmp.Compare(b.After-b.Before, a.After-a.Before), cmp.Compare(a.Form, b.Form))
	})
	c.Rose = c.Rose[:min(len(c.Rose), shiftsShown)]
}

// judge fills in the change, and compares the claim with it. Spread is the standard deviation of the change of hours, silent
// the share of the submissions of before whose sources are silent since.
func (c *BurdenChange) judge(spread, silent float64) {
	before, after := c.Before.Hours.Mid, c.After.Hours.Mid
	if before > 0 {
		mid := after/before - 1
		c.Change = Hours{Mid: mid, Low: math.Max(-1, mid-normal90*spread), High: mid + normal90*spread}
	}
	c.Found = c.found()
	switch {
	case c.Months < leastMonths:
		c.Reasons = append(c.Reasons, ReasonFewMonths)
	case c.Before.Submissions == 0:
		c.Reasons = append(c.Reasons, ReasonNothing)
	case float64(c.Units) < leastPanel*float64(c.Before.Units):
		c.Reasons = append(c.Reasons, ReasonFewUnits)
	}
	if silent >= silentShare {
		c.Reasons = append(c.Reasons, ReasonSilent)
	}
	shifted := c.Shifted > 0 && c.Shifted >= shiftedShare*(before-after) && after < before
	if c.Claim == nil {
		if shifted {
			c.Reasons = append(c.Reasons, ReasonShifted)
		}
		return
	}
	c.Verdict = ClaimNotSupported
	if c.holds(0) {
		c.Verdict = ClaimSupported
		if shifted && !c.holds(c.Shifted/math.Max(before, 1e-9)) {
			c.Reasons = append(c.Reasons, ReasonShifted)
		}
	}
	if len(c.Reasons) > 0 {
		c.Verdict = ClaimUnknown
	}
}

// holds says whether the claim lies within what was found, or was exceeded, after a share of the hours of before is taken off
// the reduction.
func (c *BurdenChange) holds(off float64) bool {
	if c.Claim.Metric == ClaimForms || c.Claim.Metric == ClaimFields {
		off = 0 // counts do not shift by hours
	}
	return c.Found.Low+off <= c.Claim.Change+claimMargin
}

// found is the change of what the claim is about, with its interval; counts have none.
func (c *BurdenChange) found() Hours {
	if c.Claim == nil || c.Claim.Metric == ClaimHours {
		return c.Change
	}
	before, after := c.Before.Submissions, c.After.Submissions
	switch c.Claim.Metric {
	case ClaimForms:
		before, after = c.Before.Forms, c.After.Forms
	case ClaimFields:
		before, after = c.Before.Fields, c.After.Fields
	}
	if before == 0 {
		return Hours{}
	}
	change := float64(after)/float64(before) - 1
	return Hours{Mid: change, Low: change, High: change}
}
