package simulate

import (
	"math"
	"slices"
)

// sheet is the figures of one form: of each unit, period by period.
type sheet struct {
	c      *county
	form   *form
	values [][]float64 // of each unit, values[p*len(fields)+f]
	handed [][]bool    // of each unit and period
}

func (t *sheet) row(u, p int) []float64 {
	n := len(t.form.fields)
	return t.values[u][p*n : (p+1)*n]
}

// fabricate rewrites what one unit hands in, and notes in x what was done.
func (t *sheet) fabricate(x *fabrication) {
	s := newStream(t.c.Seed, "fabricate", t.form.id, t.c.units[x.unit].code)
	may, first := t.handed[x.unit], 0
	switch x.kind {
	case CopyForward, JitterCopy:
		first = slices.Index(may, true) + 1
	case TemplateCopy:
		first = t.form.perYear()
	case PullToTarget:
		may = t.short(x.unit)
	}
	touched := x.choose(s, t.handed[x.unit], may, first)
	x.at = map[int]bool{}
	honest := slices.Clone(t.values[x.unit])
	change := t.change(s, x, touched, honest)
	for _, p := range touched {
		if change(p) {
			x.touched++
			x.at[p] = true
			x.periods = append(x.periods, t.form.periods[p].name)
		}
	}
	for p := range t.form.periods {
		t.form.derive(t.values[x.unit], p)
	}
}

// short marks the periods in which a unit misses a target.
func (t *sheet) short(u int) []bool {
	out := slices.Clone(t.handed[u])
	for p := range out {
		row := t.row(u, p)
		missed := false
		for k := range t.form.fields {
			x := &t.form.fields[k]
			missed = missed || x.target > 0 && row[k] < x.target
		}
		out[p] = out[p] && missed
	}
	return out
}

// change gives what is done to the submission of a period; it returns false where there was nothing to do.
func (t *sheet) change(s stream, x *fabrication, touched []int, honest []float64) func(p int) bool {
	f, n := t.form, len(t.form.fields)
	each := func(p int, of func(k int, fd *field, v float64) float64) bool {
		row := t.row(x.unit, p)
		for k := range f.fields {
			if fd := &f.fields[k]; fd.fabricable() {
				row[k] = fd.clean(of(k, fd, row[k]))
			}
		}
		return true
	}
	switch x.kind {
	case CopyForward, JitterCopy:
		return func(p int) bool {
			before := p - 1
			for before >= 0 && !t.handed[x.unit][before] {
				before--
			}
			if before < 0 {
				return false
			}
			last := t.row(x.unit, before)
			each(p, func(k int, _ *field, _ float64) float64 { return last[k] })
			if x.kind == JitterCopy {
				t.jitter(s, x.unit, p)
			}
			return true
		}
	case NeighbourCopy:
		return func(p int) bool {
			if !t.handed[x.source][p] {
				return false
			}
			source := t.row(x.source, p)
			each(p, func(k int, _ *field, _ float64) float64 { return source[k] })
			if s.chance(0.15) {
				t.jitter(s, x.unit, p)
			}
			return true
		}
	case Interpolation:
		if len(touched) == 0 {
			return nil
		}
		from, to := max(0, touched[0]-1), min(len(f.periods)-1, touched[len(touched)-1]+1)
		return func(p int) bool {
			part := float64(p-from) / float64(max(1, to-from))
			return each(p, func(k int, _ *field, _ float64) float64 {
				return honest[from*n+k] + part*(honest[to*n+k]-honest[from*n+k])
			})
		}
	case SmoothRandom:
		usual, noise := means(honest, n), s.within(0.015, 0.05)
		return func(p int) bool {
			return each(p, func(k int, _ *field, _ float64) float64 { return usual[k] * (1 + noise*s.NormFloat64()) })
		}
	case HumanDigits:
		usual, digits := means(honest, n), favourites(s)
		return func(p int) bool {
			return each(p, func(k int, fd *field, _ float64) float64 { return invent(s, fd, usual[k], digits) })
		}
	case PullToTarget:
		return func(p int) bool { return t.pull(s, x.unit, p) }
	case Inflation, Suppression:
		return t.scale(s, x, honest)
	case TemplateCopy:
		factor := s.within(1.02, 1.12)
		return func(p int) bool {
			return each(p, func(k int, fd *field, v float64) float64 {
				if !fd.active() {
					return v
				}
				return factor * honest[(p-f.perYear())*n+k]
			})
		}
	}
	return t.split(s, x, honest)
}

// clean gives a figure the form's shape.
func (fd *field) clean(v float64) float64 {
	return math.Max(0, roundTo(v, math.Max(fd.step, math.Pow10(-fd.decimals))))
}

func means(values []float64, n int) []float64 {
	out := make([]float64, n)
	for i, v := range values {
		out[i%n] += v * float64(n) / float64(len(values))
	}
	return out
}

// jitter changes one figure, or up to a fifth of them, by a few per cent or units.
func (t *sheet) jitter(s stream, u, p int) {
	var open []int
	for k := range t.form.fields {
		if t.form.fields[k].active() {
			open = append(open, k)
		}
	}
	row := t.row(u, p)
	for _, k := range sample(s, open, s.between(1, max(2, len(open)/5))) {
		step := math.Max(float64(s.between(1, 3)), math.Round(row[k]*s.within(0.01, 0.05)))
		if s.chance(0.5) && row[k] > step {
			step = -step
		}
		row[k] = t.form.fields[k].clean(row[k] + step)
	}
}

// favourites are somebody's last digits: who makes up numbers avoids 0 and 5, and has two or three that seem random.
func favourites(s stream) [10]float64 {
	weights := [10]float64{.3, 1, 1, 1.25, .9, .4, 1, 1.3, 1.1, .8}
	for _, d := range sample(s, []int{1, 2, 3, 4, 6, 7, 8, 9}, 2) {
		weights[d] *= 2.5
	}
	return weights
}

// invent makes up a figure of the usual size, digit by digit.
func invent(s stream, fd *field, usual float64, weights [10]float64) float64 {
	unit := math.Pow10(-fd.decimals)
	x := math.Floor(usual * s.lognormal(1, 0.15) / unit / 10)
	if usual/unit < 10 {
		return usual * s.lognormal(1, 0.15)
	}
	total := 0.0
	for _, w := range weights {
		total += w
	}
	draw, last := s.Float64()*total, 9
	for d, w := range weights {
		if draw -= w; draw < 0 {
			last = d
			break
		}
	}
	return (10*x + float64(last)) * unit
}

// pull lifts what missed its target just over it: the count done where there is one, or the task.
func (t *sheet) pull(s stream, u, p int) bool {
	f, row, done := t.form, t.row(u, p), false
	for k := range f.fields {
		x := &f.fields[k]
		switch {
		case x.target == 0 || row[k] >= x.target:
		case x.gen == rateField:
			due := row[x.parts[1]]
			row[x.parts[0]] = math.Min(due, math.Ceil(due*(x.target+s.within(0, 1.2))/100))
			done = true
		default:
			row[k] = x.target + math.Floor(s.within(0, 3))
			done = true
		}
	}
	return done
}

// scale multiplies or suppresses some of the activities.
func (t *sheet) scale(s stream, x *fabrication, honest []float64) func(p int) bool {
	var open []int
	usual := means(honest, len(t.form.fields))
	for k := range t.form.fields {
		if fd := &t.form.fields[k]; fd.active() && usual[k] >= 5 {
			open = append(open, k)
		}
	}
	open = sample(s, open, max(min(3, len(open)), int(s.within(0.3, 1)*float64(len(open)))))
	slices.Sort(open)
	factor := s.within(1.5, 3)
	if x.kind == Suppression {
		factor = pick(s, []float64{0, 0.1, 0.2, 0.35})
	}
	for _, k := range open {
		x.fields = append(x.fields, t.form.fields[k].id)
	}
	return func(p int) bool {
		row := t.row(x.unit, p)
		for _, k := range open {
			row[k] = t.form.fields[k].clean(row[k] * factor * s.lognormal(1, 0.05))
		}
		return len(open) > 0
	}
}

// split divides yearly figures by shares that are the same for all fields.
func (t *sheet) split(s stream, x *fabrication, honest []float64) func(p int) bool {
	f, n, year := t.form, len(t.form.fields), t.form.perYear()
	shares := make([]float64, year)
	for i := range shares {
		shares[i] = 1 + 0.1*math.Round(4*s.NormFloat64())/4
	}
	return func(p int) bool {
		first := p / year * year
		sum := 0.0
		for i := range shares {
			sum += shares[i]
		}
		row := t.row(x.unit, p)
		for k := range f.fields {
			fd := &f.fields[k]
			if !fd.active() {
				continue
			}
			total, periods := 0.0, 0.0
			for q := first; q < min(first+year, len(f.periods)); q++ {
				total += honest[q*n+k]
				periods++
			}
			row[k] = fd.clean(total * float64(year) / periods * shares[p%year] / sum)
		}
		return true
	}
}
