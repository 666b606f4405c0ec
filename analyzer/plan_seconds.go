package analyzer

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"

	"gonum.org/v1/gonum/mat"

	"github.com/jianfu/jianfu/queries"
)

// secondsModel says how the time of a form is shared among its fields: the policy's seconds by kind of field, corrected by
// what the forms with start times of the same place show. A form of many figures that takes longer than the policy has it,
// beside forms of many choices that take just as long, says that figures take longer.
type secondsModel struct {
	look   float64       // seconds of a look at a field that is left blank or filled in already
	policy []float64     // seconds by kind
	factor []float64     // by kind: seconds over those of the policy
	record float64       // logarithm of a factor of forms with a record a person or thing, which become routine
	doubt  *mat.SymDense // covariance of the logarithms of the factors, after them those of a factor common to all and of the one of records
	field  float64       // how much single fields of a kind differ, on the scale of logarithms
}

// secondsKinds are what the time of a form is made of, by the names of the policy's seconds: first opening and sending it.
var secondsKinds = []string{
	"base_seconds", "key_seconds", "prefilled_seconds", "choice_seconds", "text_seconds", "stock_seconds", "number_seconds", "noted_seconds",
	"photo_seconds", "unknown_seconds",
}

const baseKind = 0

// newSecondsModel learns from the forms with enough start times. The logarithm of what a form takes is that of the sum of
// its parts; each kind has a factor, normal on the scale of logarithms around a common one (empirical Bayes), found by
// Gauss-Newton. Without such forms the factors are one, as doubtful as the policy says.
func newSecondsModel(ctx context.Context, in Input, d *dupData, limits map[string]float64) (*secondsModel, error) {
	burden := in.Policy.Of("burden-hours")
	m := afterPolicy(burden, limits)
	hours, err := in.Store.BurdenByForm(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read the hours of forms: %w", err)
	}
	var seen []timedForm
	for _, b := range hours {
		if at, known := d.place[b.Form]; known && float64(b.Timed) >= burden["min_timed"] && b.Observed > 0 {
			seen = append(seen, timedForm{parts: m.parts(&d.forms[at]), record: d.forms[at].Per == "record", seconds: b.Observed * 3600 / float64(b.Timed)})
		}
	}
	return m, m.learn(seen, limits)
}

// afterPolicy is what the policy has, nothing learnt.
func afterPolicy(burden, limits map[string]float64) *secondsModel {
	m := &secondsModel{look: burden["prefilled_seconds"], field: limits["field_spread"]}
	for _, kind := range secondsKinds {
		m.policy, m.factor = append(m.policy, burden[kind]), append(m.factor, 1)
	}
	return m
}

// timedForm is what one submission of a form takes, with its parts after the policy.
type timedForm struct {
	parts   []float64 // by kind
	record  bool      // a record a person or thing
	seconds float64
}

// parts adds up the policy's seconds of a form by kind.
func (m *secondsModel) parts(f *dupForm) []float64 {
	out := make([]float64, len(secondsKinds))
	out[baseKind] = m.policy[baseKind]
	for i := range f.fields {
		kind, seconds := m.after(f, i)
		out[kind] += seconds
	}
	return out
}

// after is what a field takes after the policy: those that are left blank take a look.
func (m *secondsModel) after(f *dupForm, i int) (kind int, seconds float64) {
	field := &f.fields[i]
	kind = slices.Index(secondsKinds, secondsKind(f.Form, field.Field))
	seconds = m.policy[kind]
	if f.use.Submissions > 0 {
		seconds = m.look + math.Min(1, field.complete)*math.Max(0, seconds-m.look)
	}
	return kind, seconds
}

// huberBound is how many standard deviations a form may be off before it counts for less (Huber 1964: 95 % efficiency).
const huberBound = 1.345

// learn finds the factors. Forms that are far from the sum of their fields count for less.
func (m *secondsModel) learn(seen []timedForm, limits map[string]float64) error {
	n := len(secondsKinds)
	size := n + 2 // the common factor and that of records come last
	kind := math.Pow(limits["kind_spread"], -2)
	x := make([]float64, size) // logarithms of the factors around the common one
	for range 50 {
		information, gradient := mat.NewSymDense(size, nil), mat.NewVecDense(size, nil)
		for k := range size {
			prior := kind
			if k == n {
				prior = 1 // a common factor of e either way is anything but excluded
			}
			information.SetSym(k, k, prior)
			gradient.SetVec(k, -prior*x[k])
		}
		for _, f := range seen {
			slope, off := f.slope(x)
			weight := math.Pow(limits["form_spread"], -2) * math.Min(1, huberBound*limits["form_spread"]/math.Max(math.Abs(off), 1e-12))
			for i, a := range slope {
				gradient.SetVec(i, gradient.AtVec(i)+weight*a*off)
				for k := i; k < size; k++ {
					information.SetSym(i, k, information.At(i, k)+weight*a*slope[k])
				}
			}
		}
		var chol mat.Cholesky
		var step mat.VecDense
		m.doubt = mat.NewSymDense(size, nil)
		if !chol.Factorize(information) {
			return errors.New("unable to learn what fields take: the spreads of the policy are no positive numbers")
		}
		if err := errors.Join(chol.SolveVecTo(&step, gradient), chol.InverseTo(m.doubt)); err != nil {
			return fmt.Errorf("unable to learn what fields take: %w", err)
		}
		largest := 0.0
		for i := range x {
			x[i] += math.Max(-1, math.Min(1, step.AtVec(i)))
			largest = math.Max(largest, math.Abs(step.AtVec(i)))
		}
		if largest < 1e-9 {
			break
		}
	}
	for k := range m.factor {
		m.factor[k] = math.Exp(x[k] + x[n])
	}
	m.record = x[n+1]
	return nil
}

// slope is the derivative of the logarithm of what a form takes by those of the factors, and how far it is off.
func (f timedForm) slope(x []float64) (slope []float64, off float64) {
	n := len(f.parts)
	slope = make([]float64, len(x))
	total := 0.0
	for k, seconds := range f.parts {
		slope[k] = seconds * math.Exp(x[k]+x[n])
		total += slope[k]
	}
	for k := range n {
		slope[k] /= total
	}
	slope[n] = 1
	off = math.Log(f.seconds) - math.Log(total)
	if f.record {
		slope[n+1] = 1
		off -= x[n+1]
	}
	return slope, off
}

// formParts adds up the policy's seconds of a form by kind, all fields answered. A form of which no field is known counts its values.
func (m *secondsModel) formParts(form queries.Form, answered float64) []float64 {
	out := make([]float64, len(secondsKinds))
	out[baseKind] = m.policy[baseKind]
	for _, f := range form.Fields {
		kind := slices.Index(secondsKinds, secondsKind(form, f))
		out[kind] += m.policy[kind]
	}
	if len(form.Fields) == 0 {
		kind := slices.Index(secondsKinds, "unknown_seconds")
		out[kind] = answered * m.policy[kind]
	}
	return out
}

// total is what a form of such parts takes, and the doubt that it shares with other forms: that of the factors, by the delta
// method.
func (m *secondsModel) total(parts []float64, record bool) (seconds, common float64) {
	slope := mat.NewVecDense(len(parts)+2, nil)
	for k, p := range parts {
		seconds += p * m.factor[k]
	}
	for k, p := range parts {
		slope.SetVec(k, p*m.factor[k]/seconds)
	}
	slope.SetVec(len(parts), 1)
	if record {
		slope.SetVec(len(parts)+1, 1)
		seconds *= math.Exp(m.record)
	}
	return seconds, math.Sqrt(math.Max(0, mat.Inner(slope, m.doubt, slope)))
}

// residual is how far forms are from the sum of their fields: that of the policy, and what was seen the more forms there are.
func (m *secondsModel) residual(seen []timedForm, burden, limits map[string]float64) float64 {
	off := make([]float64, len(seen))
	for i, f := range seen {
		expected, _ := m.total(f.parts, f.record)
		off[i] = math.Log(f.seconds / expected)
	}
	prior, n := burden["min_calibration_forms"], float64(len(seen))
	if n == 0 {
		return limits["form_spread"]
	}
	own := robustSpread(off)
	return math.Max(burden["least_spread"], math.Sqrt((prior*limits["form_spread"]*limits["form_spread"]+n*own*own)/(prior+n)))
}

// seconds is what a field takes.
func (m *secondsModel) seconds(f *dupForm, i int) float64 {
	kind, seconds := m.after(f, i)
	return seconds * m.factor[kind]
}

// fieldHours is what every field of a form takes in a year, and, last of all, what it takes besides.
func (m *secondsModel) fieldHours(f *dupForm, c formCost) []queries.Hours {
	out := make([]queries.Hours, len(f.fields)+1)
	parts := m.parts(f)
	all := 0.0
	for k := range parts {
		parts[k] *= m.factor[k]
		all += parts[k]
	}
	spreads := make([]float64, len(parts))
	for k := range parts {
		spreads[k] = math.NaN()
	}
	for i := range out {
		kind, seconds, own := baseKind, parts[baseKind], 0.0
		if i < len(f.fields) {
			kind, _ = m.after(f, i)
			seconds, own = m.seconds(f, i), m.field
		}
		if math.IsNaN(spreads[kind]) {
			spreads[kind] = m.spread(parts, kind, all)
		}
		share := seconds / all
		relative := math.Hypot(spreads[kind], own*(1-share))
		if c.hours > 0 {
			relative = math.Hypot(relative, c.doubt/c.hours)
		}
		out[i] = hoursAround(share*c.hours, relative)
	}
	return out
}

// leastShare bounds how far below its middle an interval of hours reaches: nothing takes no time.
const leastShare = 0.05

// hoursAround is hours with their 90 % interval, given their standard deviation as a share. The middle is the mean, so that
// hours can be added up.
func hoursAround(mid, relative float64) queries.Hours {
	const normal90 = 1.6448536269514722
	return queries.Hours{Mid: mid, Low: mid * math.Max(leastShare, 1-normal90*relative), High: mid * (1 + normal90*relative)}
}

// spread is the standard deviation of the logarithm of a kind's share of a form, by the delta method.
func (m *secondsModel) spread(parts []float64, kind int, all float64) float64 {
	slope := mat.NewVecDense(len(parts)+2, nil) // what is common to all kinds changes no share
	for k, seconds := range parts {
		slope.SetVec(k, -seconds/all)
	}
	slope.SetVec(kind, slope.AtVec(kind)+1)
	return math.Sqrt(math.Max(0, mat.Inner(slope, m.doubt, slope)))
}

// saved is the share of a field's time that is saved where its value is there already and takes a look only.
func (m *secondsModel) saved(f *dupForm, i int) float64 {
	look := m.look * m.factor[slices.Index(secondsKinds, "prefilled_seconds")]
	return math.Max(0, 1-look/m.seconds(f, i))
}
