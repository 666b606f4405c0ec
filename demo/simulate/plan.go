package simulate

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/demo/evaluate"
)

// fabrication is one unit that fabricates one form.
type fabrication struct {
	unit, form int // form -1 is the visits, -2 the survey
	kind       string
	intensity  float64
	contiguous bool
	source     int // of copies between units, else -1
	variant    int // of the ways in which a kind is done

	// What came out of it.
	touched, of int
	at          map[int]bool // periods
	periods     []string
	fields      []string
}

const (
	visitsIndex = -1
	surveyIndex = -2
)

// plan draws who fabricates what: every unit one kind, on one form or several.
func (c *county) plan() {
	if c.Share == 0 {
		return
	}
	s := newStream(c.Seed, "plan")
	var honest []int // units that may fabricate: those that exist all the time, and whose figures are their own
	for u := range c.units {
		if x := &c.units[u]; x.merged < 0 && x.absorbs < 0 {
			honest = append(honest, u)
		}
	}
	count := min(len(honest), max(1, int(math.Round(c.Share*float64(c.Units)))))
	chosen := sample(s, honest, count)
	bad := map[int]bool{}
	for _, u := range chosen {
		bad[u] = true
	}
	var kinds []string
	for _, u := range chosen {
		if len(kinds) == 0 {
			kinds = sample(s, c.Kinds, len(c.Kinds))
		}
		var kind string
		kind, kinds = kinds[0], kinds[1:]
		c.assign(s, u, kind, bad)
	}
}

// assign gives a unit its kind, on one to three of the forms that it can be done to.
func (c *county) assign(s stream, u int, kind string, bad map[int]bool) {
	source := -1
	if kind == NeighbourCopy {
		if source = c.neighbour(u, bad); source < 0 {
			kind = CopyForward
		}
	}
	var forms []int
	for i, f := range c.forms {
		if f.open(kind) {
			forms = append(forms, i)
		}
	}
	switch {
	case kind == BackFilledVisits || kind == MockCoordinates:
		forms = nil
		if c.visits != nil {
			forms = []int{visitsIndex}
		}
	case kind == QuestionnaireCopy:
		forms = nil
		if c.survey != nil {
			forms = []int{surveyIndex}
		}
	}
	if len(forms) == 0 { // the county has no form for it
		kind = CopyForward
		for i, f := range c.forms {
			if f.open(kind) {
				forms = append(forms, i)
			}
		}
	}
	several := 1
	if s.chance(0.4) {
		several = s.between(2, 3)
	}
	for _, form := range sample(s, forms, several) {
		contiguous := s.chance(0.5) || kind == Interpolation || kind == ProportionalSplit
		c.cases = append(c.cases, &fabrication{
			unit: u, form: form, kind: kind, intensity: c.Intensity.draw(s), contiguous: contiguous, source: source, variant: s.IntN(3),
		})
	}
}

// open says whether a form can be fabricated in this way, so that anybody could see it.
func (f *form) open(kind string) bool {
	switch kind {
	case PullToTarget:
		return slices.ContainsFunc(f.fields, func(x field) bool { return x.gen == rateField && f.role != stopped })
	case TemplateCopy, ProportionalSplit:
		return f.role == general && len(f.periods) > f.perYear()+4
	}
	return (f.role == general || f.role == targets && kind != HumanDigits) && len(f.periods) >= 8
}

// choose marks the periods that are touched: a share of all that were handed in, out of those that may be.
func (x *fabrication) choose(s stream, handed, may []bool, first int) []int {
	var all []int
	for p, there := range handed {
		if there {
			x.of++
			if p >= first && may[p] {
				all = append(all, p)
			}
		}
	}
	n := min(len(all), max(1, int(math.Round(x.intensity*float64(x.of)))))
	if n == 0 {
		return nil
	}
	if x.contiguous {
		from := s.IntN(len(all) - n + 1)
		return all[from : from+n]
	}
	out := sample(s, all, n)
	slices.Sort(out)
	return out
}

func (x *fabrication) truth(c *county) evaluate.Bad {
	b := evaluate.Bad{
		Unit: c.units[x.unit].code, Kind: x.kind, Intensity: math.Round(1000*float64(x.touched)/float64(max(1, x.of))) / 1000,
		Shape: "scattered", Periods: x.periods, Fields: x.fields, Submissions: x.touched, Of: x.of,
	}
	switch x.form {
	case visitsIndex:
		b.Form = c.visits.id
	case surveyIndex:
		b.Form = c.survey.id
	default:
		b.Form = c.forms[x.form].id
	}
	if x.contiguous {
		b.Shape = "contiguous"
	}
	if x.source >= 0 && x.kind == NeighbourCopy {
		b.Source = c.units[x.source].code
	}
	return b
}
