package analyzer

import (
	"context"
	"math"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// fabTargetBunching looks for figures that lie exactly at, or a hair above, what the units are held to. Effort bunches too:
// where many do, the target is named; a unit only where it is far beyond its peers.
type fabTargetBunching struct{ panels *panelModel }

const targetDetector = "fab-target-bunching"

// Meta implements Detector.
func (fabTargetBunching) Meta() Meta {
	return Meta{ID: targetDetector, Family: "fabrication", Version: 1, Evidence: "target"}
}

// targetForm is the fields of one form that have a target.
type targetForm struct {
	form   queries.Form
	panel  *panel // nil for a form of records
	fields []*targetField
	units  []*targetUnit
}

// targetField is one field with a target: everything in units of the last place.
type targetField struct {
	queries.Field
	scale  float64
	target int64   // the least number that reaches it
	spread float64 // usual standard deviation within a unit
	bands  []targetBand
	crowds map[int64][]float64 // by width, ascending: what units crowd into a band around their median
	units  []*targetSeries
}

// targetSeries is what one unit reports in one field. Figures that repeat the period before count once: a rate that stands
// still is no decision taken again. Only where figures stand still for nobody else, arriving exactly at the target again is.
type targetSeries struct {
	field   *targetField
	unit    string
	values  []int64 // ascending
	late    []bool  // of each value: whether it lies in the later half of the periods
	periods []int32 // of each value of a panel
	band    int     // the band that shows most
	p       float64
	at      int // figures in the band
	below   int // figures just below the target, in a band as wide
	// roundBelow is figures in a band as wide at the next figure below that is as round as the target.
	roundBelow int
	usual      float64 // share that an honest unit may have in the band
	peers      float64 // share of the peers' figures in the band
}

// targetBand is the width of a band that begins at the target, and what units show in bands as wide.
type targetBand struct {
	width  int64
	peers  float64 // share of all figures in it
	middle float64 // what units usually crowd into a band as wide around their own median
	placed float64 // how much honest units crowd into a band as wide around their own median: the 90th percentile
}

// targetUnit is one unit and form.
type targetUnit struct {
	unit     string
	series   []*targetSeries
	together targetTogether
	p, q     float64
}

// Detect implements Detector.
func (d fabTargetBunching) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(targetDetector)
	var out []queries.Finding
	var forms []*targetForm
	silent := func(form queries.Form, reason queries.Message) {
		out = append(out, NotAssessed(targetDetector, fabSubject(form), reason, form.ID))
	}
	var records []queries.Form
	for _, form := range in.Registry.Forms() {
		if !slices.ContainsFunc(form.Fields, heldToTarget) {
			silent(form, fabReason("no_target", map[string]any{"form": form.ID}))
			continue
		}
		p, reason, err := d.panels.of(ctx, in, form, limits)
		switch {
		case err != nil:
			return nil, err
		case reason.Key == "fab.reason.records":
			records = append(records, form)
		case reason.Key != "":
			silent(form, reason)
		default:
			forms = append(forms, &targetForm{form: form, panel: p, fields: targetsOfPanel(p)})
		}
	}
	counted, err := targetsOfRecords(ctx, in, records)
	if err != nil {
		return nil, err
	}
	var all []*targetUnit
	judged := forms[:0:0]
	for _, form := range append(forms, counted...) {
		if reason := form.judge(limits); reason.Key != "" {
			silent(form.form, reason)
			continue
		}
		judged, all = append(judged, form), append(all, form.units...)
	}
	p := make([]float64, len(all))
	for i, u := range all {
		p[i] = u.p
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	for _, form := range judged {
		found, err := form.findings(in, limits, len(all))
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// heldToTarget says whether units fill in a field themselves and are held to a figure in it.
func heldToTarget(f queries.Field) bool {
	return numericField(f) && !math.IsNaN(f.Target) && len(f.Codes) == 0
}

// targetsOfPanel reads the fields of a panel that have a target.
func targetsOfPanel(p *panel) []*targetField {
	var out []*targetField
	for f, x := range p.every.fields {
		if !heldToTarget(x) || p.every.prefilled[f] {
			continue
		}
		field := &targetField{Field: x}
		var present []float64
		for r := range p.rows {
			if v := p.raw(r, f); !math.IsNaN(v) {
				present = append(present, v)
			}
		}
		if !field.place(present) {
			continue
		}
		sticky := p.sticky(f)
		for u, unit := range p.units {
			s := &targetSeries{field: field, unit: unit}
			type figure struct {
				value  int64
				period int32
			}
			var figures []figure
			before := math.NaN()
			for t := range p.periods {
				r := p.row(u, t)
				if r < 0 || math.IsNaN(p.raw(r, f)) {
					continue
				}
				repeats := p.raw(r, f) == before
				before = p.raw(r, f)
				value := int64(math.Round(before * field.scale))
				if !repeats || value == field.target && !sticky {
					figures = append(figures, figure{value, int32(t)})
				}
			}
			slices.SortStableFunc(figures, func(a, b figure) int { return int(min(1, max(-1, a.value-b.value))) })
			for _, x := range figures {
				s.values, s.periods = append(s.values, x.value), append(s.periods, x.period)
				s.late = append(s.late, 2*int(x.period) >= len(p.periods))
			}
			field.units = append(field.units, s)
		}
		out = append(out, field)
	}
	return out
}

// stickyShare is the usual share of repeats from which a field stands still for everybody.
const stickyShare = 0.2

// sticky says whether the figures of a field usually stand still, as stocks and cumulative rates do.
func (p *panel) sticky(field int) bool {
	var shares []float64
	for u := range p.units {
		repeats, n := 0, 0
		p.eachTransition(u, func(before, now int) {
			if a, b := p.raw(before, field), p.raw(now, field); !math.IsNaN(a) && !math.IsNaN(b) {
				n++
				if a == b {
					repeats++
				}
			}
		})
		if n > 0 {
			shares = append(shares, float64(repeats)/float64(n))
		}
	}
	return !(stats.Median(shares) <= stickyShare)
}

// mostCounts is how many different numbers of units are read at the most.
const mostCounts = 3_000_000

// targetsOfRecords reads the fields with a target of forms that are about persons, households or payments.
func targetsOfRecords(ctx context.Context, in Input, forms []queries.Form) ([]*targetForm, error) {
	if len(forms) == 0 {
		return nil, nil
	}
	from, to := in.verifySpan()
	extremes, err := in.Store.Extremes(ctx, from, to)
	if err != nil {
		return nil, err
	}
	var asked []queries.ScaledField
	fields := map[[2]string]*targetField{}
	var out []*targetForm
	for _, form := range forms {
		t := &targetForm{form: form}
		for _, f := range form.Fields {
			at := slices.IndexFunc(extremes, func(e queries.Extreme) bool { return e.Form == form.ID && e.Field == f.ID })
			if at < 0 || !heldToTarget(f) || slices.Contains(form.Prefilled, f.ID) {
				continue
			}
			e := extremes[at]
			field := &targetField{Field: f}
			scale := placesScale(e)
			if !field.place([]float64{e.Low, e.High, math.Round(e.High*scale-1) / scale}) {
				continue
			}
			field.scale = scale
			field.target = int64(math.Ceil(field.Target*scale - 1e-6))
			asked = append(asked, queries.ScaledField{Form: form.ID, Field: f.ID, Scale: scale})
			fields[[2]string{form.ID, f.ID}] = field
			t.fields = append(t.fields, field)
		}
		out = append(out, t)
	}
	counts, err := in.Store.ValueCounts(ctx, asked, mostCounts, from, to)
	if err != nil {
		return nil, err
	}
	for _, c := range counts {
		field := fields[[2]string{c.Form, c.Field}]
		if n := len(field.units); n == 0 || field.units[n-1].unit != c.Unit {
			field.units = append(field.units, &targetSeries{field: field, unit: c.Unit})
		}
		s := field.units[len(field.units)-1]
		for i := range c.N {
			s.values, s.late = append(s.values, c.Value), append(s.late, i < c.Late)
		}
	}
	return out, nil
}

// placesScale is ten to the decimal places that nearly all numbers of a field have at the most, two at the most.
func placesScale(e queries.Extreme) float64 {
	switch n := commonPlacesShare * float64(e.N); {
	case float64(e.Tenths) < n:
		return 100
	case float64(e.Whole) < n:
		return 10
	}
	return 1
}

// place finds the last place of a field's numbers, and brings target and numbers to the same measure: a target of 0.95 may
// be met by rates in per cent. It is false for numbers that the target cannot speak of.
func (x *targetField) place(numbers []float64) bool {
	if len(numbers) == 0 {
		return false
	}
	middle := stats.Median(numbers)
	switch {
	case x.Target > 0 && x.Target <= 1 && middle > 2 && slices.Max(numbers) <= 150:
		x.Target *= 100
	case x.Target > 2 && x.Target <= 100 && middle > 0 && slices.Max(numbers) <= 1.5 && slices.Max(numbers) > 0.2:
		x.Target /= 100
	case x.Target <= 1 && middle > 2:
		return false
	}
	fine := [5]int{}
	for _, v := range numbers {
		fine[decimals(v)]++
	}
	places, rest := 0, len(numbers)-fine[0]
	for places < 4 && float64(rest) > (1-commonPlacesShare)*float64(len(numbers)) {
		places++
		rest -= fine[places]
	}
	x.scale = math.Pow10(places)
	x.target = int64(math.Ceil(x.Target*x.scale - 1e-6))
	return true
}
