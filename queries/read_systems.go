package queries

import (
	"cmp"
	"context"
	"slices"
	"time"
)

const weeksShown = 26

// china is the zone in which days are counted; it has had no summer time since 1991.
var china = time.FixedZone("CST", 8*3600)

// lastDay is the newest day of data, to which spans of days are anchored: what was collected late is judged by its own time.
func (s *Store) lastDay(ctx context.Context) (time.Time, error) {
	h, err := s.horizon(ctx)
	if h.data.IsZero() {
		h.data = time.Now()
	}
	return h.data.In(china), err
}

// ReadSystems reads all systems with how they are used, in the order of ids.
func (s *Store) ReadSystems(ctx context.Context) ([]SystemRow, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	to, err := s.lastDay(ctx)
	if err != nil {
		return nil, err
	}
	return s.systemRows(ctx, registry, to)
}

func (s *Store) systemRows(ctx context.Context, registry *Registry, to time.Time) ([]SystemRow, error) {
	var rows []SystemRow
	at := map[string]int{}
	for _, system := range registry.Systems() {
		at[system.ID] = len(rows)
		rows = append(rows, SystemRow{System: system, Weeks: make([]float64, weeksShown)})
	}
	row := func(id string) *SystemRow {
		if _, ok := at[id]; !ok {
			at[id] = len(rows)
			rows = append(rows, SystemRow{System: System{ID: id, UsageCovered: true}, Weeks: make([]float64, weeksShown)})
		}
		return &rows[at[id]]
	}
	uses, err := s.formUses(ctx)
	if err != nil {
		return nil, err
	}
	for _, form := range registry.Forms() {
		if form.System == "" {
			continue
		}
		r := row(form.System)
		r.Forms++
		r.Submissions += uses[form.ID].sent
	}
	day := Params{"to": to.Format(time.DateOnly)}
	err = s.Each(ctx, "read.SystemUse", day, func(scan func(...any) error) error {
		var id string
		var events, people uint64
		var first, use, event time.Time
		if err := scan(&id, &events, &people, &first, &use, &event); err != nil {
			return err
		}
		r := row(id)
		r.Events, r.People, r.FirstSeen, r.LastUse, r.LastEvent = events, people, known(first), known(use), known(event)
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = s.Each(ctx, "read.SystemWeeks", day, func(scan func(...any) error) error {
		var id string
		var week uint8
		var n uint64
		if err := scan(&id, &week, &n); err != nil {
			return err
		}
		if int(week) < weeksShown {
			row(id).Weeks[week] = float64(n)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.systemCosts(ctx, registry, row); err != nil {
		return nil, err
	}
	verdicts, err := s.findings(ctx, "read.SystemVerdicts", nil)
	if err != nil {
		return nil, err
	}
	for i := range verdicts {
		row(verdicts[i].Subject.Systems[0]).Verdict = &verdicts[i]
	}
	assessed, err := s.Assessments(ctx)
	if err != nil {
		return nil, err
	}
	for i := range assessed {
		row(assessed[i].System).Assessment = &assessed[i]
	}
	cases, err := s.RetirementCases(ctx)
	if err != nil {
		return nil, err
	}
	for i := range cases {
		row(cases[i].System).Case = &cases[i]
	}
	slices.SortFunc(rows, func(a, b SystemRow) int { return cmp.Compare(a.ID, b.ID) })
	return rows, nil
}

// systemCosts adds up what the forms of each system take of a year, as the last analysis reckoned it.
func (s *Store) systemCosts(ctx context.Context, registry *Registry, row func(id string) *SystemRow) error {
	h, err := s.horizon(ctx)
	if err != nil {
		return err
	}
	forms, err := s.BurdenByForm(ctx)
	for _, f := range forms {
		if form, _ := registry.Form(f.Form); form.System != "" {
			row(form.System).Hours += (f.Observed + f.Filled + f.Estimated) * 12 / h.months()
		}
	}
	return err
}

// ReadSystem reads one system in full, or ErrNotFound.
func (s *Store) ReadSystem(ctx context.Context, id string) (*SystemPage, error) {
	registry, err := OpenRegistry(ctx, s)
	if err != nil {
		return nil, err
	}
	to, err := s.lastDay(ctx)
	if err != nil {
		return nil, err
	}
	rows, err := s.systemRows(ctx, registry, to)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(rows, func(r SystemRow) bool { return r.ID == id })
	if i < 0 {
		return nil, ErrNotFound
	}
	page := &SystemPage{SystemRow: rows[i]}
	for week := range weeksShown {
		page.WeekStarts = append(page.WeekStarts, to.AddDate(0, 0, 7*(week-weeksShown+1)-6))
	}
	err = s.Each(ctx, "read.SystemActions", Params{"system": id, "to": to.Format(time.DateOnly)}, func(scan func(...any) error) error {
		var a ActionCount
		err := scan(&a.Action, &a.Events, &a.People)
		page.Actions = append(page.Actions, a)
		return err
	})
	if err != nil {
		return nil, err
	}
	uses, err := s.formUses(ctx)
	if err != nil {
		return nil, err
	}
	hours, err := s.BurdenByForm(ctx)
	if err != nil {
		return nil, err
	}
	minutes := map[string]float64{}
	for _, f := range hours {
		minutes[f.Form] = (f.Observed + f.Filled + f.Estimated) * 60 / float64(max(f.Submissions, 1))
	}
	for _, form := range registry.Forms() {
		if form.System != id {
			continue
		}
		use := uses[form.ID]
		page.FormRows = append(page.FormRows, FormRow{
			Form: form, FieldCount: uint64(len(form.Fields)), Submissions: use.sent, Units: use.places, LastSeen: known(use.last), Minutes: minutes[form.ID],
		})
	}
	slices.SortStableFunc(page.FormRows, func(a, b FormRow) int { return cmp.Compare(b.Submissions, a.Submissions) })
	if err := s.systemCourse(ctx, page, to); err != nil {
		return nil, err
	}
	return page, nil
}

// formUse is a form in the last year of data.
type formUse struct {
	sent, places uint64
	last         time.Time
}

func (s *Store) formUses(ctx context.Context) (map[string]formUse, error) {
	out := map[string]formUse{}
	err := s.Each(ctx, "read.Forms", nil, func(scan func(...any) error) error {
		var form string
		var u formUse
		err := scan(&form, &u.sent, &u.places, &u.last)
		out[form] = u
		return err
	})
	return out, err
}
