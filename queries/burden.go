package queries

import (
	"context"
	"time"
)

// How the time of a form is known.
const (
	BurdenObserved  = "observed"  // from start times
	BurdenLogs      = "logs"      // from opening to sending in the usage logs
	BurdenEstimated = "estimated" // from its fields
	BurdenMixed     = "mixed"     // of sums: in part observed, in part estimated
)

// FormPace is what one submission of a form takes. Spread is a standard deviation as a share: of single submissions where
// they were observed, of the form's mean where it was estimated. Common is the part of the doubt that all forms of the
// method share.
type FormPace struct {
	Form           string
	Method         string
	Least, Fence   float64 // seconds between which a time counts as work
	Seconds        float64
	Spread, Common float64
	Bias           float64 // times from logs over those from start times, of the method logs
}

// BurdenModel is all that turns submissions into hours.
type BurdenModel struct {
	Run      uint64
	From, To time.Time // local days whose submissions count
	Recent   time.Time // first day of the analysed window
	Least    float64   // seconds under which a time is no working time
	Most     float64   // seconds beyond which a time is no work without a pause
	Skew     float64   // share of a unit's submissions of a form that end before they begin, from which its start times are not believed
	Batch    uint64    // submissions of a form by one person in a minute from which they are an import
	Moment   float64   // seconds that a record of an import takes
	Noise    float64   // standard deviation of a single submission around its estimate, as a share
	Unpaced  float64   // and of the pace of a unit that is not known
	Tariff   float64   // yuan that an hour is worth
	Forms    []FormPace
}

// window are the parameters of all statements that read submissions.
func (m BurdenModel) window() Params {
	p := days(m.From, m.To)
	p["run"] = m.Run
	return p
}

// UnitPace is a unit's time as a multiple of what others take for the same forms. Doubt is its standard deviation as a share.
type UnitPace struct {
	Unit        string
	Timed       uint64
	Pace, Doubt float64
}

// SetBurdenDoubts stores which start times are not to be believed, and which submissions are imports of many at once. What
// is read and stored for the same run afterwards takes account of them.
func (s *Store) SetBurdenDoubts(ctx context.Context, m BurdenModel) error {
	params := m.window()
	params["most"], params["share"] = m.Most, m.Skew
	if err := s.exec(ctx, "burden.SetSkewed", params); err != nil {
		return err
	}
	params = m.window()
	params["batch"] = m.Batch
	return s.exec(ctx, "burden.SetBatches", params)
}

// SetBurdenForms stores the paces of forms and reads those of units that follow from them.
func (s *Store) SetBurdenForms(ctx context.Context, m BurdenModel) ([]UnitPace, error) {
	if len(m.Forms) > 0 {
		get := func(f func(FormPace) float64) []float64 { return column(m.Forms, f) }
		err := s.insert(ctx, "burden.SetForms", columns(repeat(m.Run, len(m.Forms)),
			column(m.Forms, func(f FormPace) string { return f.Form }), get(func(f FormPace) float64 { return f.Fence }),
			get(func(f FormPace) float64 { return f.Seconds }), get(func(f FormPace) float64 { return f.Spread }),
			column(m.Forms, func(f FormPace) bool { return f.Method != BurdenEstimated }),
			column(m.Forms, func(f FormPace) string { return f.Method }), get(func(f FormPace) float64 { return f.Least }),
			get(func(f FormPace) float64 { return f.Common }), get(func(f FormPace) float64 { return max(f.Bias, 1e-3) })))
		if err != nil {
			return nil, err
		}
	}
	var out []UnitPace
	err := s.Each(ctx, "burden.Paces", m.window(), func(scan func(...any) error) error {
		var u UnitPace
		err := scan(&u.Unit, &u.Timed, &u.Pace)
		out = append(out, u)
		return err
	})
	return out, err
}

// burdenSums are the tables that follow from the hours by form, unit and month. The sums of units come last: a run counts
// from when they are there.
var burdenSums = []string{"burden.SetFormMonths", "burden.SetMonthUnits", "burden.SetFormUnits"}

// burdenTables are dropped of earlier runs once a new one counts.
var burdenTables = []string{
	"burden.DropMonths", "burden.DropFormMonths", "burden.DropMonthUnits", "burden.DropFormUnits", "burden.DropUnits", "burden.DropForms", "burden.DropRuns",
	"burden.DropUnitSums",
}

// burdenStages hold what only the reckoning needs.
var burdenStages = []string{"burden.DropSkewed", "burden.DropBatches", "burden.DropVisits"}

// SetBurden reckons the hours by form, unit and month and replaces those of earlier runs.
func (s *Store) SetBurden(ctx context.Context, m BurdenModel, units []UnitPace) error {
	if len(units) > 0 {
		err := s.insert(ctx, "burden.SetUnits", columns(repeat(m.Run, len(units)), column(units, func(u UnitPace) string { return u.Unit }),
			column(units, func(u UnitPace) float64 { return u.Pace }), column(units, func(u UnitPace) float64 { return u.Doubt })))
		if err != nil {
			return err
		}
	}
	params := m.window()
	params["recent"], params["moment"] = m.Recent.Format(time.DateOnly), m.Moment
	if err := s.exec(ctx, "burden.SetMonths", params); err != nil {
		return err
	}
	for _, name := range burdenSums {
		if err := s.exec(ctx, name, Params{"run": m.Run}); err != nil {
			return err
		}
	}
	err := s.insert(ctx, "burden.SetRun", columns([]uint64{m.Run}, []time.Time{m.From}, []time.Time{m.Recent}, []time.Time{m.To},
		[]float64{m.Tariff}, []float64{m.Noise}, []float64{m.Unpaced}))
	if err != nil {
		return err
	}
	if err := s.exec(ctx, "burden.SetUnitSums", Params{"run": m.Run, "noise": m.Noise, "unpaced": m.Unpaced}); err != nil {
		return err
	}
	for _, name := range burdenTables {
		if err := s.exec(ctx, name, Params{"run": m.Run}); err != nil {
			return err
		}
	}
	for _, name := range burdenStages {
		if err := s.exec(ctx, name, Params{"run": m.Run + 1}); err != nil {
			return err
		}
	}
	return nil
}
