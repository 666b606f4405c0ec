package queries

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// The verdicts on a claim.
const (
	ClaimSupported    = "supported"
	ClaimNotSupported = "not_supported"
	ClaimUnknown      = "cannot_tell"
	ClaimNone         = "" // nothing was claimed
)

// Why a claim cannot be judged.
const (
	ReasonFewMonths = "few_months" // too little time has passed, or is kept of before
	ReasonNothing   = "nothing"    // nothing was reported before
	ReasonSilent    = "silent"     // a source that brought a good part before brings nothing any more
	ReasonShifted   = "shifted"    // other forms of the same department rose instead
	ReasonFewUnits  = "few_units"  // too few units reported on both sides
)

// The bounds of comparisons.
const (
	leastMonths   = 2    // whole months on either side
	mostMonths    = 12   // a year: every season once
	leastPanel    = 0.5  // share of the units of before that reported since too
	silentShare   = 0.1  // share of the submissions of before, by sources that are silent since
	shiftedShare  = 0.1  // share of a reduction that other forms took up, from which it may be a shift
	claimMargin   = 0.02 // a claim is rounded
	sideSpread    = 0.02 // doubt about observed hours that the two sides do not share
	fieldSamples  = 500_000
	shiftsShown   = 10
	newFormMargin = 0.05 // share of its later submissions that a new form may have had before
)

// BurdenSide is one side of a comparison. Fields counts those that were answered.
type BurdenSide struct {
	From        time.Time `json:"from"` // first day of the first month
	To          time.Time `json:"to"`   // last day of the last month
	Hours       Hours     `json:"hours"`
	Submissions uint64    `json:"submissions"`
	Forms       uint64    `json:"forms"` // that received submissions
	Fields      uint64    `json:"fields"`
	Units       uint64    `json:"units"` // that reported anything
	Method      string    `json:"method"`
}

// FormShift is the hours of one form on both sides.
type FormShift struct {
	Form   string  `json:"form"`
	Before float64 `json:"before"`
	After  float64 `json:"after"`
}

// BurdenChange is what became of a part of the burden, in the same months of the year before and after a day, of the units
// that reported on both sides.
type BurdenChange struct {
	At      time.Time   `json:"at"`
	Scope   Scope       `json:"scope"`
	Months  int         `json:"months"`
	Units   uint64      `json:"units"` // on both sides
	Before  BurdenSide  `json:"before"`
	After   BurdenSide  `json:"after"`
	Change  Hours       `json:"change"`  // of hours, as a share
	Shifted float64     `json:"shifted"` // hours by which other forms of the same departments rose
	Rose    []FormShift `json:"rose"`    // those forms, most first
	Ended   []string    `json:"ended"`   // forms of the scope without submissions since
	New     []string    `json:"new"`     // and without submissions before
	Claim   *Claim      `json:"claim"`
	Found   Hours       `json:"found"` // the change of what the claim is about
	Verdict string      `json:"verdict"`
	Reasons []string    `json:"reasons"`
}

// CompareBurden compares the burden since a day with that of the same months of the year before. A claim is judged by what is found.
func (s *Store) CompareBurden(ctx context.Context, at time.Time, scope Scope, claim *Claim) (BurdenChange, error) {
	c := BurdenChange{At: at, Scope: scope, Claim: claim}
	run, err := s.BurdenRun(ctx)
	if err != nil {
		return c, err
	}
	cells, err := s.BurdenCells(ctx, nil)
	if err != nil {
		return c, err
	}
	first, last, months := comparedMonths(at, WholeBurden(cells, run))
	c.Months = months
	if months < leastMonths {
		c.judge(0, 0)
		return c, nil
	}
	c.After.From, c.After.To = first, last.AddDate(0, 1, -1)
	c.Before.From, c.Before.To = first.AddDate(-1, 0, 0), last.AddDate(-1, 1, -1)
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return c, err
	}
	paces, err := s.FormPaces(ctx)
	if err != nil {
		return c, err
	}
	m := sideReader{store: s, registry: registry, paces: paces, params: Params{
		"before_from": c.Before.From.Format(time.DateOnly), "before_to": last.AddDate(-1, 0, 0).Format(time.DateOnly),
		"after_from": first.Format(time.DateOnly), "after_to": last.Format(time.DateOnly),
	}}
	if err := m.read(ctx, &c); err != nil {
		return c, fmt.Errorf("unable to compare the burden before and after %s: %w", at.Format(time.DateOnly), err)
	}
	return c, nil
}

// comparedMonths are the first days of the first and last whole month since a day whose month of the year before lies before
// that day, both wholly in the data.
func comparedMonths(at time.Time, whole BurdenSpan) (first, last time.Time, n int) {
	if whole.First.IsZero() {
		return first, last, 0
	}
	month := time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, time.UTC)
	if first = month; first.Before(at) {
		first = first.AddDate(0, 1, 0)
	}
	if kept := whole.First.AddDate(1, 0, 0); kept.After(first) {
		first = kept
	}
	last = whole.Last
	if latest := month.AddDate(0, mostMonths-1, 0); latest.Before(last) {
		last = latest
	}
	for m := first; !m.After(last); m = m.AddDate(0, 1, 0) {
		n++
	}
	return first, last, n
}

// sideReader reads what a comparison needs.
type sideReader struct {
	store    *Store
	registry *Registry
	paces    map[string]FormPace
	params   Params
}

func (m sideReader) with(name string, value any) Params {
	p := Params{name: value}
	for k, v := range m.params {
		p[k] = v
	}
	return p
}

// owner is the department of a form.
func (m sideReader) owner(form string) string {
	f, _ := m.registry.Form(form)
	system, _ := m.registry.System(f.System)
	return system.Owner
}

func (m sideReader) within(scope Scope, form string) bool {
	switch scope.Kind {
	case ScopeDepartment:
		return m.owner(form) == scope.Subject
	case ScopeSystem:
		f, _ := m.registry.Form(form)
		return f.System == scope.Subject
	case ScopeForm:
		return form == scope.Subject
	}
	return true
}

func (m sideReader) read(ctx context.Context, c *BurdenChange) error {
	err := m.store.Each(ctx, "burden.Panel", m.params, func(scan func(...any) error) error {
		return scan(&c.Units, &c.Before.Units, &c.After.Units)
	})
	if err != nil {
		return err
	}
	sides := map[string]*[2]BurdenCell{}
	err = m.store.Each(ctx, "burden.Sides", m.params, func(scan func(...any) error) error {
		var cell BurdenCell
		var after bool
		if err := scan(&cell.Form, &after, &cell.Submissions, &cell.Timed, &cell.Units, &cell.Observed, &cell.Logged, &cell.Filled, &cell.Estimated); err != nil {
			return err
		}
		if sides[cell.Form] == nil {
			sides[cell.Form] = &[2]BurdenCell{{Form: cell.Form}, {Form: cell.Form}}
		}
		sides[cell.Form][sideOf(after)] = cell
		return nil
	})
	if err != nil {
		return err
	}
	var forms []string
	owners := map[string]bool{}
	for form := range sides {
		if m.within(c.Scope, form) {
			forms = append(forms, form)
			owners[m.owner(form)] = true
		}
	}
	slices.Sort(forms)
	delete(owners, "")
	spread := m.sum(c, forms, sides)
	m.shifts(c, owners, sides)
	silent, err := m.silent(ctx, forms)
	if err != nil {
		return err
	}
	if err := m.fields(ctx, c, forms); err != nil {
		return err
	}
	c.judge(spread, silent)
	return nil
}

func sideOf(after bool) int {
	if after {
		return 1
	}
	return 0
}

// silent is the share of the submissions of before that came from sources which brought nothing and never ran well since.
func (m sideReader) silent(ctx context.Context, forms []string) (float64, error) {
	if len(forms) == 0 {
		return 0, nil
	}
	var gone, all uint64
	err := m.store.Each(ctx, "burden.Silent", m.with("forms", forms), func(scan func(...any) error) error {
		var source string
		var before, since, good uint64
		err := scan(&source, &before, &since, &good)
		all += before
		if since == 0 && good == 0 {
			gone += before
		}
		return err
	})
	return float64(gone) / float64(max(1, all)), err
}

// fields counts the fields in use on both sides.
func (m sideReader) fields(ctx context.Context, c *BurdenChange, forms []string) error {
	if len(forms) == 0 {
		return nil
	}
	params := m.with("forms", forms)
	params["of"] = (c.Before.Submissions+c.After.Submissions)/fieldSamples + 1
	return m.store.Each(ctx, "burden.FieldsUsed", params, func(scan func(...any) error) error {
		var form string
		var before, after uint64
		err := scan(&form, &before, &after)
		c.Before.Fields += before
		c.After.Fields += after
		return err
	})
}
