package demo

import (
	"math"
	"slices"
	"testing"
	"time"

	"gonum.org/v1/gonum/stat"
)

func TestEveryKindOfTrapIsPlanted(t *testing.T) {
	for _, o := range []Options{
		{Villages: 60, Fraud: 0.1},
		{Villages: MinVillages, Seed: 3, Reworded: true, AsOf: time.Date(2025, 11, 17, 0, 0, 0, 0, beijing)},
	} {
		everyKindIsPlanted(t, build(t, o))
	}
}

func everyKindIsPlanted(t *testing.T, c *County) {
	t.Helper()
	count, seen := map[string]int{}, map[Trap]bool{}
	forms := map[string]FormPair{}
	for _, p := range c.truth.DuplicateForms {
		forms[pairKey(p.A, p.B)] = p
	}
	fields := map[string]FieldPair{}
	for _, p := range c.truth.DuplicateFields {
		fields[pairKey(p.A, p.B)] = p
	}
	for _, trap := range c.truth.Traps {
		count[trap.Kind]++
		if seen[trap] {
			t.Errorf("%+v is there twice", trap)
		}
		seen[trap] = true
		required := forms[pairKey(trap.A, trap.B)].Required
		if trap.Detector == "dup-item" {
			c.find(t, trap.A)
			c.find(t, trap.B)
			required = fields[pairKey(trap.A, trap.B)].Required
		} else if c.formIndex(trap.A) < 0 || c.formIndex(trap.B) < 0 {
			t.Errorf("%+v: no such form", trap)
		}
		if required != (trap.Expect == expectDuplicate) {
			t.Errorf("%s %s | %s: expected %s, though required %v", trap.Kind, trap.A, trap.B, trap.Expect, required)
		}
	}
	for kind := range trapWhy {
		if count[kind] == 0 {
			t.Errorf("no trap of the kind %s", kind)
		}
		if trapNames[kind][0] == "" || trapNames[kind][1] == "" {
			t.Errorf("the kind %s has no name", kind)
		}
	}
	if len(count) != len(trapWhy) {
		t.Errorf("%d kinds, %d are described", len(count), len(trapWhy))
	}
}

// What the data of the traps look like: how often the two fields agree about the same, and how closely they go along.
func TestTrapsAreInTheData(t *testing.T) {
	for _, o := range []Options{
		{Villages: 60, Fraud: 0.1},
		{Villages: 60, Seed: 3, Reworded: true, AsOf: time.Date(2025, 11, 17, 0, 0, 0, 0, beijing)},
	} {
		trapsAreInTheData(t, build(t, o))
	}
}

func trapsAreInTheData(t *testing.T, c *County) {
	t.Helper()
	for _, trap := range c.truth.Traps {
		if trap.Detector != "dup-item" {
			continue
		}
		form, _ := c.find(t, trap.A)
		other, _ := c.find(t, trap.B)
		low, high := 0.0, 1.0
		switch trap.Kind {
		case "definition", "re-measured":
			high = 0.25
		case "copied":
			low, high = 0.2, 0.5
		case "handed-on":
			low = 1
		case "constant":
			low = 0.9
		case "small-enumeration":
			if c.forms[form].spec.per == "unit" {
				low = 0.85
			}
		case "outcome":
			high = 0.9
		case "next-period":
			high = 0
		default:
			continue
		}
		share, n := agreement(t, c, FieldPair{A: trap.A, B: trap.B, Factor: 1})
		if n == 0 && (trap.Kind == "next-period" || c.forms[form].spec.cycle != c.forms[other].spec.cycle || len(c.submissions[form]) == 0 || len(c.submissions[other]) == 0) {
			continue
		}
		if share < low || share > high || n < 20 || trap.Kind == "next-period" {
			t.Errorf("%s: %s and %s agree in %.3f of %d", trap.Kind, trap.A, trap.B, share, n)
		}
		if trap.Kind == "definition" && n >= 100 {
			var x, y []float64
			aligned(t, c, trap.A, trap.B, func(a, b value) {
				x, y = append(x, math.Log1p(a.number)), append(y, math.Log1p(b.number))
			})
			if r := stat.Correlation(x, y, nil); r < 0.6 {
				t.Errorf("definition: %s and %s correlate at %.2f", trap.A, trap.B, r)
			}
		}
	}
}

func TestWhatAMachineHandsOnTakesNoTime(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	form := c.formIndex("mz-gj-m")
	if len(c.submissions[form]) == 0 {
		t.Fatal("nothing is handed on")
	}
	for i := range c.submissions[form] {
		sub := &c.submissions[form][i]
		if sub.active != 0 || sub.started != 0 || sub.channel != "api" || sub.reporter.account != exchange.account {
			t.Fatalf("handed on by %s over %s in %.0f s", sub.reporter.account, sub.channel, sub.active)
		}
	}
	for _, e := range c.truth.DuplicateEntries {
		if e.A == "mz-gj-m" || e.B == "mz-gj-m" {
			t.Errorf("%+v: nobody entered it", e)
		}
	}
}

func TestAggregatesAddUp(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	required := 0
	for _, a := range c.truth.Aggregates {
		if a.Kind == "parts" {
			continue
		}
		right, n := c.followsFrom(t, a)
		if a.Required {
			required++
			if n < 20 {
				t.Errorf("%s of %v: only %d values can be compared", a.Total, a.Of, n)
			}
		}
		least := 0.85
		switch {
		case a.Kind == "records":
			least = 1
		case c.cycleOf(t, a.Of[0]) == "week" || n < 20:
			continue
		case a.Kind == "units", c.cycleOf(t, a.Total) == "year":
			least = 0.6 // a slip in one village or month is one in the sum
		case slices.ContainsFunc(c.truth.Conflicts, func(x Conflict) bool { return x.Kind == conflictValues && (x.A == a.Of[0] || x.B == a.Of[0]) }):
			least = 0.6
		}
		if float64(right) < least*float64(n) {
			t.Errorf("%s follows from %v (%s) in %d of %d", a.Total, a.Of, a.How, right, n)
		}
	}
	if required < 8 {
		t.Errorf("%d aggregates have to be found", required)
	}
}

func (c *County) cycleOf(t *testing.T, field string) string {
	form, _ := c.find(t, field)
	return c.forms[form].spec.cycle
}

// followsFrom counts the totals, over units and periods whose parts are all there, that are what the parts make.
func (c *County) followsFrom(t *testing.T, a Aggregate) (right, n int) {
	t.Helper()
	totalForm, total := c.find(t, a.Total)
	partForm, part := c.find(t, a.Of[0])
	tf, pf := c.forms[totalForm], c.forms[partForm]
	type slot struct {
		unit int32
		at   int
	}
	sums, last, counts := map[slot]float64{}, map[slot]value{}, map[slot]int{}
	for i := range c.submissions[partForm] {
		sub := &c.submissions[partForm][i]
		if sub.invented {
			continue
		}
		at := c.periods[partForm][sub.period]
		for p, whole := range c.periods[totalForm] {
			if at.start.Before(whole.start) || at.end.After(whole.end) {
				continue
			}
			unit := sub.unit
			if tf.spec.only == "towns" {
				unit = int32(c.world.villages[sub.unit].town)
			}
			s := slot{unit, p}
			sums[s] += sub.values[part].number
			counts[s]++
			if at.end.Equal(whole.end) {
				last[s] = sub.values[part]
			}
		}
	}
	for i := range c.submissions[totalForm] {
		sub := &c.submissions[totalForm][i]
		s := slot{sub.unit, int(sub.period)}
		x := sub.values[total]
		factor := tf.fields[total].scale / max(pf.fields[part].scale, 1e-12)
		if tf.fields[total].item == nil {
			factor = 1
		}
		want := map[string]float64{"sum": sums[s] * factor, "count": float64(counts[s]), "last": last[s].number * factor}[a.How]
		months := map[string]int{"month": 1, "quarter": 3, "half": 6, "year": 12}
		switch {
		case a.How == "last" && last[s] == (value{}), a.How != "last" && counts[s] == 0:
			continue
		case a.Kind == "period" && a.How == "sum" && counts[s]*months[pf.spec.cycle] != months[tf.spec.cycle]:
			continue // a month is missing
		case a.Kind == "units" && counts[s] < c.villagesOf(int(sub.unit)):
			continue
		}
		n++
		if math.Abs(want-x.number) <= 0.5*math.Pow10(-tf.fields[total].digits)+0.5*factor*float64(max(counts[s], 1))*math.Pow10(-pf.fields[part].digits)+1e-9*want {
			right++
		}
	}
	return right, n
}

func (c *County) villagesOf(town int) (n int) {
	for _, v := range c.world.villages {
		if v.town == town {
			n++
		}
	}
	return n
}

func TestConflictsAreInTheData(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	kinds := map[string]int{}
	for _, x := range c.truth.Conflicts {
		if !x.Required {
			continue
		}
		kinds[x.Kind]++
		low, high := 0.0, 0.05
		switch x.Kind {
		case conflictValues:
			low, high = 0.15, 0.4
		case conflictDefinition:
			low, high = 0.75, 1
		}
		if x.Differ < low || x.Differ > high {
			t.Errorf("%s: %s and %s differ in %.3f", x.Kind, x.A, x.B, x.Differ)
		}
		if x.Kind == conflictUnits && (x.Units[0] == x.Units[1] || x.Factor == 1) {
			t.Errorf("%+v: no other unit", x)
		}
		if x.Kind == conflictCodes {
			c.codesAreTranslated(t, x)
		}
	}
	for _, kind := range []string{conflictCodes, conflictUnits, conflictDefinition, conflictValues} {
		if kinds[kind] < 3 {
			t.Errorf("%d conflicts of the kind %s", kinds[kind], kind)
		}
	}
}

// codesAreTranslated reads the mapping off the data: the commonest partner of each code.
func (c *County) codesAreTranslated(t *testing.T, x Conflict) {
	t.Helper()
	partners := map[string]map[string]int{}
	aligned(t, c, x.A, x.B, func(a, b value) {
		if partners[a.text] == nil {
			partners[a.text] = map[string]int{}
		}
		partners[a.text][b.text]++
	})
	for from, to := range partners {
		best := ""
		for code, n := range to {
			if n > to[best] {
				best = code
			}
		}
		if to[best] >= codesSeen && x.Codes[from] != best {
			t.Errorf("%s and %s: %s goes with %s, the truth says %s", x.A, x.B, from, best, x.Codes[from])
		}
	}
}

func TestHoursOfFieldsAddUpToThoseOfForms(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	sums := map[string]float64{}
	for _, h := range c.truth.FieldHours {
		sums[h.Form] += h.Hours
		if h.Look > h.Hours || h.Hours < 0 || h.Field == "" && (h.Payload || h.Look != 0) {
			t.Errorf("%+v", h)
		}
	}
	for _, f := range c.truth.FormHours {
		if math.Abs(sums[f.Form]-f.Hours) > 1e-6*max(1, f.Hours) {
			t.Errorf("%s: fields take %.3f hours, the form %.3f", f.Form, sums[f.Form], f.Hours)
		}
	}
	seen := map[string]bool{}
	for _, cluster := range c.truth.Savable {
		if len(cluster.Fields) < 2 || cluster.Least > cluster.Most || cluster.Most > cluster.Hours || cluster.Least <= 0 {
			t.Errorf("%+v", cluster)
		}
		forms := map[string]bool{}
		for _, field := range cluster.Fields {
			if seen[field] || forms[formOf(field)] {
				t.Errorf("%s is in two clusters, or %v has a form twice", field, cluster.Fields)
			}
			seen[field], forms[formOf(field)] = true, true
		}
	}
}

// Entered twice is counted here another way: pair by pair of submissions, over the interchange form of the periods.
func TestDuplicateEntriesAreThere(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	hours := map[string]float64{}
	for _, h := range c.truth.FieldHours {
		hours[h.Form+"."+h.Field] = h.Hours
	}
	if len(c.truth.DuplicateEntries) < 14 {
		t.Errorf("%d pairs of forms", len(c.truth.DuplicateEntries))
	}
	for _, e := range c.truth.DuplicateEntries {
		most := [2]float64{}
		for _, f := range e.Fields {
			most[0] += hours[e.A+"."+f[0]]
			most[1] += hours[e.B+"."+f[1]]
		}
		units := 0
		for v := range c.world.villages {
			if c.inScope(c.forms[c.formIndex(e.A)], v) {
				units++
			}
		}
		if e.Rows == 0 || e.Units != units || e.Entries > e.Rows*len(e.Fields) || float64(e.Entries) < 0.65*float64(e.Rows*len(e.Fields)) {
			t.Errorf("%s and %s: %d entries of %d rows and %d fields by %d units", e.A, e.B, e.Entries, e.Rows, len(e.Fields), e.Units)
		}
		if e.Hours <= 0 || e.Hours > 1.02*max(most[0], most[1]) {
			t.Errorf("%s and %s: %.1f hours, the fields take %.1f", e.A, e.B, e.Hours, most)
		}
	}
	e := c.truth.DuplicateEntries[slices.IndexFunc(c.truth.DuplicateEntries, func(e DuplicateEntry) bool { return e.A == "jy-fns-m" && e.B == "sl-fns-m" })]
	a, b := c.formIndex(e.A), c.formIndex(e.B)
	entries := 0
	for i := range c.submissions[a] {
		for k := range c.submissions[b] {
			x, y := &c.submissions[a][i], &c.submissions[b][k]
			if x.unit != y.unit || c.periods[a][x.period] != c.periods[b][y.period] || max(x.submitted, y.submitted) < c.yearAgo() {
				continue
			}
			for _, f := range e.Fields {
				if x.values[c.forms[a].fieldIndex(f[0])].number == y.values[c.forms[b].fieldIndex(f[1])].number {
					entries++
				}
			}
		}
	}
	if entries != e.Entries {
		t.Errorf("%d values were entered twice, the truth says %d", entries, e.Entries)
	}
}
