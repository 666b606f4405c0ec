package analyzer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

const (
	terminalDigit = "fab-terminal-digit"
	benford       = "fab-benford"
)

// large are ten flows in the hundreds and thousands.
func large() []figure {
	out := make([]figure, 10)
	for i := range out {
		out[i] = figure{fmt.Sprintf("f%d", i), "flow", 400 * math.Pow(1.3, float64(i)), false, 5}
	}
	return out
}

// favour rewrites the last digits of a unit's figures: of every ten, as many end in a digit as the string says.
func (s *sheet) favour(unit int, digits string) {
	i := 0
	for m := range s.values[unit] {
		for f, v := range s.values[unit][m] {
			s.values[unit][m][f] = math.Floor(v/10)*10 + float64(digits[i*7%len(digits)]-'0')
			i++
		}
	}
}

func TestTerminalDigitNamesFavouriteDigits(t *testing.T) {
	w := newWorld(30, 12)
	s := w.honest("invented", large()...)
	s.favour(4, "37373728461937")
	w.hand(s)
	all := fabricationFindings(t, w.input(t), terminalDigit)
	readable(t, all)
	found := about(all, terminalDigit, "invented")
	if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unitCode(4)}) {
		t.Fatalf("want one finding, got %+v", found)
	}
	f := found[0]
	if *f.Q > 1e-3 || *f.Effect < 0.1 || f.N < 100 || f.Evidence.Detail["sustained"] != true || f.Evidence.Detail["beyond_peers"] != true || len(f.Subject.Fields) != 10 {
		t.Errorf("%+v q %v effect %v", f.Evidence.Detail, *f.Q, *f.Effect)
	}
	if f.Evidence.Chart.Kind != "compare" || len(f.Evidence.Chart.Expected) != 10 {
		t.Errorf("the picture: %+v", f.Evidence.Chart)
	}
}

func TestTerminalDigitIsSilentOnHonestDigits(t *testing.T) {
	w := newWorld(30, 12)
	w.hand(w.honest("even", large()...))
	round := w.honest("form-rounds", large()...)
	for u := range w.units {
		round.favour(u, "0")
	}
	w.hand(round)
	// One unit rounds a third of its figures to the nearest ten, as an honest estimate does.
	rounder := w.honest("unit-rounds", large()...)
	for m := range w.months {
		for f := range 4 {
			rounder.values[4][m][f] = math.Round(rounder.values[4][m][f]/10) * 10
		}
	}
	w.hand(rounder)
	// Everyone counts this by the dozen of boxes: the digits are uneven, and those of peers are too.
	boxes := w.honest("boxes", large()...)
	for u := range w.units {
		for m := range w.months {
			for f, v := range boxes.values[u][m] {
				boxes.values[u][m][f] = math.Round(v/12) * 12
			}
		}
	}
	w.hand(boxes)
	// Copies of the month before belong to another detector: their digits are not new figures.
	copies := w.honest("copies", large()...)
	copies.copyForward(4, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	w.hand(copies)
	w.hand(w.honest("small", flows(3)...))
	all := fabricationFindings(t, w.input(t), terminalDigit)
	readable(t, all)
	reasons := map[string]string{}
	for _, f := range all {
		if f.Status == "open" {
			t.Errorf("%v is reported in %v: %+v", f.Subject.Units, f.Subject.Forms, f.Evidence.Detail)
		}
		reasons[f.Subject.Forms[0]] = f.Reason.Key
	}
	if reasons["form-rounds"] != "fab.reason.no_flows" || reasons["small"] != "fab.reason.few_digits" || reasons["even"] != "" {
		t.Errorf("reasons: %v", reasons)
	}
}

// ledger hands in a form with many entries a unit and month.
func (w *world) ledger(id string, amount func() float64) {
	w.record(map[string]any{"type": "system", "id": "sys-" + id, "name": id, "owner": "局", "level": "county"})
	w.record(map[string]any{"type": "form", "id": id, "system": "sys-" + id, "title": id, "cycle": "month", "per": "record", "fields": []map[string]any{{"id": "v", "label": "金额", "type": "number", "unit": "元"}}})
	for m := range w.months {
		for u := range w.units {
			for n := range 12 {
				w.record(map[string]any{"type": "submission", "id": fmt.Sprint(id, m, u, n), "form": id, "unit": unitCode(u), "period": w.month(m).Format("2006-01"), "submitted_at": w.month(m).AddDate(0, 0, 20).Add(time.Duration(n) * time.Minute).Format(time.RFC3339), "values": map[string]any{"v": amount()}})
			}
		}
	}
}

func TestBenfordJudgesPoolsOnly(t *testing.T) {
	w := newWorld(30, 12)
	lognormal := func(median, sigma float64) float64 {
		return math.Max(0.01, math.Round(100*median*math.Exp(sigma*w.rng.NormFloat64()))/100)
	}
	w.ledger("lawful", func() float64 { return lognormal(900, 1.6) })
	w.ledger("split", func() float64 {
		if w.rng.Float64() < 0.3 {
			return 5000 - 10*float64(1+w.rng.IntN(48))
		}
		return lognormal(900, 1.6)
	})
	w.ledger("narrow", func() float64 { return lognormal(900, 0.4) })
	w.ledger("capped", func() float64 { return math.Min(8000, lognormal(900, 1.6)) })
	w.ledger("fixed", func() float64 { return 120 })
	w.ledger("digits", func() float64 { return math.Round(math.Max(1, lognormal(8, 1.6))) })
	// A year in two seasons spreads the numbers of all units, though each season's lie close together.
	seasons := w.honest("seasons", flows(6)...)
	for u := range w.units {
		for m := range w.months {
			for f := range seasons.values[u][m] {
				if m%2 == 0 {
					seasons.values[u][m][f] *= 100
				}
			}
		}
	}
	w.hand(seasons)
	all := fabricationFindings(t, w.input(t), benford)
	readable(t, all)
	var open []queries.Finding
	reasons := map[string]string{}
	for _, f := range all {
		if f.Status == "open" {
			open = append(open, f)
		}
		reasons[f.Subject.Forms[0]] = f.Reason.Key
	}
	if len(open) != 1 || open[0].Subject.Forms[0] != "split" || len(open[0].Subject.Units) > 0 || open[0].Subject.Fields[0][0] != "split.v" {
		t.Fatalf("want the split payments only, no unit, got %+v", open)
	}
	if top := open[0].Evidence.Detail["top_digits"].(int); top < 45 || top > 49 {
		t.Errorf("the excess lies below 5,000, not at %d", top)
	}
	want := map[string]string{
		"lawful": "", "narrow": "fab.reason.narrow", "capped": "fab.reason.benford_unfit", "fixed": "fab.reason.narrow",
		"digits": "fab.reason.single_digits", "seasons": "fab.reason.few_numbers",
	}
	for form, key := range want {
		if reasons[form] != key {
			t.Errorf("%s: reason %q, want %q", form, reasons[form], key)
		}
	}
}
