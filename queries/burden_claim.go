package queries

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// What a claimed change can be about.
const (
	ClaimHours       = "hours"
	ClaimSubmissions = "submissions"
	ClaimForms       = "forms"
	ClaimFields      = "fields"
)

// Claim is a change that somebody announced: of hours, submissions, or forms and fields in use. Before and After are the
// announced numbers, NaN where only the change was given.
type Claim struct {
	Metric        string
	Before, After float64
	Change        float64 // as a share: -0.571 is a reduction by 57.1 %
}

// ParseClaim reads a claim: "-57.1%" or "57.1%" (a reduction of hours), "+5%" (a rise), "91:39" (forms before and after), and
// the same with what it is about in front: "fields:1849:904", "submissions:-30%". Empty text is no claim.
func ParseClaim(text string) (*Claim, error) {
	rest := strings.TrimSpace(strings.NewReplacer("％", "%", "：", ":", "－", "-", "−", "-", "–", "-", "＋", "+", ",", "", "，", "", " ", "").Replace(text))
	if rest == "" {
		return nil, nil
	}
	c := &Claim{Before: math.NaN(), After: math.NaN()}
	for _, metric := range []string{ClaimHours, ClaimSubmissions, ClaimForms, ClaimFields} {
		if after, found := strings.CutPrefix(rest, metric+":"); found {
			c.Metric, rest = metric, after
		}
	}
	var err error
	if share, percent := strings.CutSuffix(rest, "%"); percent {
		c.Change, err = parseShare(share)
		if c.Metric == "" {
			c.Metric = ClaimHours
		}
	} else {
		c.Before, c.After, err = parsePair(rest)
		c.Change = c.After/c.Before - 1
		if c.Metric == "" {
			c.Metric = ClaimForms
		}
	}
	if err != nil {
		return nil, fmt.Errorf("the claim %q is not one such as -57.1%%, 91:39 or fields:1849:904: %w", text, err)
	}
	return c, nil
}

func parseShare(text string) (float64, error) {
	x, err := strconv.ParseFloat(text, 64)
	switch {
	case err != nil || math.IsNaN(x) || math.IsInf(x, 0):
		return 0, errors.New("the percentage is not a number")
	case !strings.HasPrefix(text, "+"):
		x = 0 - math.Abs(x) // what is announced without a sign is a reduction
	}
	if x < -100 {
		return 0, errors.New("nothing can be reduced by more than 100 %")
	}
	return x / 100, nil
}

func parsePair(text string) (before, after float64, err error) {
	a, b, found := strings.Cut(text, ":")
	if !found {
		return 0, 0, errors.New("a percentage ends with %, and two numbers are separated by a colon")
	}
	before, errA := strconv.ParseFloat(a, 64)
	after, errB := strconv.ParseFloat(b, 64)
	if errA != nil || errB != nil || !(before > 0) || !(after >= 0) || math.IsInf(before, 0) || math.IsInf(after, 0) {
		return 0, 0, errors.New("the numbers before and after are not both at least zero, the first above it")
	}
	return before, after, nil
}

// String is the claim as ParseClaim reads it.
func (c Claim) String() string {
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	if !math.IsNaN(c.Before) {
		return c.Metric + ":" + number(c.Before) + ":" + number(c.After)
	}
	sign := ""
	if c.Change > 0 {
		sign = "+"
	}
	return c.Metric + ":" + sign + number(math.Round(c.Change*1e6)/1e4) + "%"
}

// MarshalText writes the claim as ParseClaim reads it.
func (c Claim) MarshalText() ([]byte, error) { return []byte(c.String()), nil }
