package page

import (
	"math"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Narrow settles what is asked for: a form belongs to one system and a system to one department. It is false where one of them is
// not known, or not part of the other.
func (p *Burden) Narrow() bool {
	fits := func(asked *string, is string, known bool) bool {
		if !known || *asked != "" && *asked != is {
			return false
		}
		*asked = is
		return true
	}
	if p.Form != "" {
		system, known := p.Called.FormSystems[p.Form]
		if !fits(&p.System, system, known) {
			return false
		}
	}
	if p.System != "" {
		_, known := p.Called.Systems[p.System]
		if !fits(&p.Department, p.Called.Owners[p.System], known) {
			return false
		}
	}
	if p.Department == "" {
		return true
	}
	for _, owner := range p.Called.Owners {
		if owner == p.Department {
			return true
		}
	}
	return false
}

// narrowed says that what one department, system or form asks is shown, and not all of it.
func (p *Burden) narrowed() bool { return p.depth() > 0 }

// Narrowed says that the hours of places are to be read for what is asked for alone.
func (p *Burden) Narrowed() bool { return p.narrowed() }

// depth is how far down from all departments the page is.
func (p *Burden) depth() int {
	switch {
	case p.Form != "":
		return 3
	case p.System != "":
		return 2
	case p.Department != "":
		return 1
	}
	return 0
}

// asks says that a form is among what is asked for.
func (p *Burden) asks(form string) bool {
	system := p.Called.FormSystems[form]
	return (p.Form == "" || form == p.Form) && (p.System == "" || system == p.System) && (p.Department == "" || p.Called.Owners[system] == p.Department)
}

// Asked are the cells of the forms that are asked for.
func (p *Burden) Asked(cells []queries.BurdenCell) []queries.BurdenCell {
	if !p.narrowed() {
		return cells
	}
	return slices.DeleteFunc(slices.Clone(cells), func(c queries.BurdenCell) bool { return !p.asks(c.Form) })
}

// AskedForms are the forms that are asked for, nil for all.
func (p *Burden) AskedForms() []string {
	if !p.narrowed() {
		return nil
	}
	out := []string{}
	for form := range p.Called.FormSystems {
		if p.asks(form) {
			out = append(out, form)
		}
	}
	slices.Sort(out)
	return out
}

// Places are the units right below the one shown, and itself where it reports, each with the units whose hours are its own.
func (p *Burden) Places() map[string][]string {
	out := map[string][]string{}
	for _, at := range p.places {
		if at.own {
			out[at.code] = []string{at.code}
		} else {
			out[at.code] = p.Called.Below(at.code)
		}
	}
	return out
}

// SetPlaces puts the hours of places, by code, in the stead of those of all forms.
func (p *Burden) SetPlaces(cells map[string][]queries.BurdenCell) {
	for i := range p.places {
		at := &p.places[i]
		sum := queries.SumBurden(recent(p.Asked(cells[at.code])), p.Paces)
		at.hours, at.submissions = sum.Span(), sum.Submissions
	}
	slices.SortStableFunc(p.places, func(a, b burdenPlace) int {
		switch {
		case p.each(a) > p.each(b):
			return -1
		case p.each(a) < p.each(b):
			return 1
		}
		return 0
	})
}

// path is the address of another cut of the same hours.
func (p Burden) path(pairs ...string) string {
	kept := []string{"unit", p.Unit, "department", p.Department, "system", p.System, "form", p.Form}
	if !p.Month.IsZero() && p.Month != p.span.Last {
		kept = append(kept, "month", p.Month.Format("2006-01"))
	}
	return component.Address("/burden", nil, append(kept, pairs...)...)
}

// nodePath is the address of what a department, system or form asks of the place shown.
func (p Burden) nodePath(n BurdenNode) string {
	switch {
	case n.ID == "":
		return ""
	case n.Kind == "department":
		return p.path("department", n.ID, "system", "", "form", "")
	case n.Kind == "system":
		return p.path("department", "", "system", n.ID, "form", "")
	case n.Kind == "form":
		return p.path("department", "", "system", "", "form", n.ID)
	}
	return ""
}

// trail is the way down from all departments to what is shown: words and addresses, the last one without.
func (p Burden) trail() [][2]string {
	out := [][2]string{{p.T("burden.page.all_departments"), p.path("department", "", "system", "", "form", "")}}
	if p.Department != "" {
		out = append(out, [2]string{p.Department, p.path("system", "", "form", "")})
	}
	if p.System != "" {
		out = append(out, [2]string{p.Name("system", p.System), p.path("department", "", "form", "")})
	}
	if p.Form != "" {
		out = append(out, [2]string{p.Name("form", p.Form), ""})
	}
	out[len(out)-1][1] = ""
	return out
}

// placeTrail is the way down from everything to the place shown.
func (p Burden) placeTrail() [][2]string {
	top := p.T("overview.everywhere")
	if p.root != "" {
		top = p.Name("unit", p.root)
	}
	out := [][2]string{{top, p.path("unit", "")}}
	for _, code := range p.crumbs() {
		out = append(out, [2]string{p.Name("unit", code), p.path("unit", code)})
	}
	out[len(out)-1][1] = ""
	return out
}

// subject is whose demands are shown.
func (p Burden) subject() string {
	switch {
	case p.Form != "":
		return p.Name("form", p.Form)
	case p.System != "":
		return p.Name("system", p.System)
	}
	return p.Department
}

func (p Burden) placeName() string {
	if p.Unit != "" {
		return p.Name("unit", p.Unit)
	}
	return p.T("overview.everywhere")
}

// treeTitle says what the rows of the tree are.
func (p Burden) treeTitle() string {
	return p.T("burden.page.tree_"+[]string{"departments", "systems", "forms", "fields"}[p.depth()], "n", len(p.tree), "what", p.subject())
}

// treeSum and placeSum are what the rows add up to, whatever stands above them.
func (p Burden) treeSum() (sum float64) {
	for _, n := range p.tree {
		sum += n.Hours.Mid
	}
	return sum
}

func (p Burden) placeSum() (sum float64) {
	for _, at := range p.places {
		sum += at.hours.Mid
	}
	return sum
}

// leastOff is the share of the whole from which a sum counts as another number: below it is rounding.
const leastOff = 0.001

// adds says that the rows add up to the hours above them, or by how much they do not and why.
func (p Burden) adds(sum float64, key string) string {
	off := p.sum.Hours() - sum
	if math.Abs(off) <= leastOff*math.Max(1, p.sum.Hours()) {
		return p.T("burden.page.adds_up", "hours", hoursNumber(sum))
	}
	return p.T("burden.page.adds_not_"+key, "hours", hoursNumber(sum), "above", hoursNumber(p.sum.Hours()), "off", hoursNumber(math.Abs(off)))
}

// comparison is a month against one before it.
type comparison struct {
	key           string // previous, year
	now, before   burdenMonth
	units, unitsB uint64        // that reported anything in it
	change        queries.Hours // of the hours, as shares
	known         bool
}

// SetMonth chooses the month that is compared (2006-01); false where it does not lie wholly in the data.
func (p *Burden) SetMonth(text string) bool {
	for _, m := range p.months {
		if m.whole && m.month.Format("2006-01") == text {
			p.Month = m.month
			p.compare()
			return true
		}
	}
	return false
}

// wholes are the months to choose from, the newest first.
func (p Burden) wholes() []time.Time {
	var out []time.Time
	for _, m := range slices.Backward(p.months) {
		if m.whole {
			out = append(out, m.month)
		}
	}
	return out
}

// compare sets a month against the one before and the same one of the year before.
func (p *Burden) compare() {
	p.compared = nil
	if p.Month.IsZero() {
		p.Month = p.span.Last
	}
	now, known := p.monthOf(p.Month)
	if !known {
		return
	}
	for _, x := range []struct {
		key   string
		month time.Time
	}{{"previous", p.Month.AddDate(0, -1, 0)}, {"year", p.Month.AddDate(-1, 0, 0)}} {
		c := comparison{key: x.key, now: now, before: burdenMonth{month: x.month}, units: p.reported(p.Month), unitsB: p.reported(x.month)}
		if before, known := p.monthOf(x.month); known {
			c.before = before
			c.change, c.known = changeOf(now.sum.Span(), before.sum.Span())
		}
		p.compared = append(p.compared, c)
	}
}

// monthOf is a whole month with its hours; one in which nothing of what is shown was asked has none.
func (p *Burden) monthOf(month time.Time) (burdenMonth, bool) {
	if p.span.First.IsZero() || month.Before(p.span.First) || month.After(p.span.Last) {
		return burdenMonth{}, false
	}
	for _, m := range p.months {
		if m.month.Equal(month) {
			return m, true
		}
	}
	return burdenMonth{month: month, whole: true}, true
}

func (p *Burden) reported(month time.Time) uint64 {
	for _, m := range p.Reporting {
		if m.Month.Equal(month) {
			return m.Units
		}
	}
	return 0
}

// changeOf is the change of hours as a share, with the widest bounds that both intervals allow; not known where nothing was before.
func changeOf(now, before queries.Hours) (queries.Hours, bool) {
	if before.Mid <= 0 || before.Low <= 0 {
		return queries.Hours{}, false
	}
	return queries.Hours{Mid: now.Mid/before.Mid - 1, Low: now.Low/before.High - 1, High: now.High/before.Low - 1}, true
}

// clear says in words whether a change is more than the doubt about both months.
func (p Burden) clear(c comparison) string {
	switch {
	case !c.known:
		return p.T("burden.page.compare_unknown")
	case c.change.Low > 0:
		return p.T("burden.page.compare_more")
	case c.change.High < 0:
		return p.T("burden.page.compare_less")
	}
	return p.T("burden.page.compare_same")
}

// eachOf is hours of a month for each unit that reported in it.
func eachOf(hours float64, units uint64) string {
	if units == 0 {
		return locale.Absent
	}
	return locale.Fixed(hours/float64(units), 1)
}

// tables are what can be taken away of what is shown.
func (p Burden) tables() []string {
	if p.narrowed() {
		return []string{"place", "system", "form", "month"}
	}
	return append([]string{"place"}, queries.BurdenBy()...)
}

// PlaceTable is the table of places for spreadsheets.
func (p *Burden) PlaceTable() [][]any {
	head := []any{}
	for _, key := range []string{"id", "name", "hours", "low", "high", "yuan", "units", "submissions"} {
		head = append(head, p.T("burden.csv."+key))
	}
	out := [][]any{head}
	round := func(x float64) float64 { return math.Round(x*100) / 100 }
	for _, at := range p.places {
		name := p.Name("unit", at.code)
		if at.own {
			name = p.T("burden.page.own", "unit", at.code)
		}
		out = append(out, []any{at.code, name, round(at.hours.Mid), round(at.hours.Low), round(at.hours.High), round(at.hours.Mid * p.Run.Tariff), at.units, at.submissions})
	}
	return out
}
