package analyzer_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

const nearDuplicate = "fab-near-duplicate"

// nearCopy hands in figures of another month, or unit, times a factor and moved by up to a share.
func (w *world) nearCopy(s *sheet, unit, month, source, from int, factor, share float64) {
	out := make([]float64, len(s.fields))
	for f, v := range s.values[source][from] {
		out[f] = math.Max(0, math.Round(v*factor*(1+share*(2*w.rng.Float64()-1))))
	}
	s.values[unit][month] = out
}

func unitsOf(found []queries.Finding) []string {
	var out []string
	for _, f := range found {
		out = append(out, f.Subject.Units...)
	}
	slices.Sort(out)
	return out
}

func TestNearDuplicateFindsJitterCopies(t *testing.T) {
	w := newWorld(40, 24)
	months := []int{3, 5, 6, 9, 12, 14, 15, 20} // a third
	kinds := map[string]func(s *sheet, m int){
		"jitter":   func(s *sheet, m int) { w.nearCopy(s, 4, m, 4, m-1, 1, 0.04) },
		"scaled":   func(s *sheet, m int) { w.nearCopy(s, 4, m, 4, m-1, 1.02, 0) },
		"lastyear": func(s *sheet, m int) { w.nearCopy(s, 4, m+3, 4, m+3-12, 1, 0) },
		"older":    func(s *sheet, m int) { w.nearCopy(s, 4, m, 4, m-2, 1, 0) },
		"rotated":  func(s *sheet, m int) { w.nearCopy(s, 4, m, 11+m, m-2, 1, 0) },
		"other":    func(s *sheet, m int) { w.nearCopy(s, 4, m, 11, m, 1, 0.03) },
	}
	for _, n := range []int{8, 20} {
		for kind, copies := range kinds {
			s := w.honest(fmt.Sprint(kind, n), flows(8)...)
			if n == 20 {
				s = w.honest(fmt.Sprint(kind, n), slices.Concat(flows(8), wide(12))...)
			}
			for _, m := range months {
				if kind != "lastyear" || m+3 >= 12 {
					copies(s, m)
				}
			}
			if kind == "other" {
				s.late = after(4, months...)
			}
			w.hand(s)
		}
	}
	all := fabricationFindings(t, w.input(t), nearDuplicate)
	readable(t, all)
	for _, n := range []int{8, 20} {
		for kind := range kinds {
			form := fmt.Sprint(kind, n)
			found := about(all, nearDuplicate, form)
			if got := unitsOf(found); !slices.Equal(got, []string{unitCode(4)}) {
				t.Errorf("%s: %v is named", form, got)
				continue
			}
			d := found[0].Evidence.Detail
			t.Logf("%s: %v kinds %v of %v, q %.2g, near %.2f otherwise %.2f, open %v", form, d["copied"], d["kinds"], d["judged"], *found[0].Q, d["near_share"], d["near_share_otherwise"], d["innocent_open"])
		}
	}
}

// wide is more flows of all sizes.
func wide(n int) []figure {
	out := make([]figure, n)
	for i := range out {
		out[i] = figure{fmt.Sprintf("w%d", i), "flow", 20 + float64(i*37%200), false, 6}
	}
	return out
}

// survey writes records of households: eighteen questions of two to six answers each, some of which most answer alike.
func (w *world) survey(form string, households, visits int, answer func(unit, household, visit int, honest []any) []any) {
	w.record(map[string]any{"type": "system", "id": "sys-" + form, "name": form, "owner": "局", "level": "county"})
	var fields []map[string]any
	for f := range 18 {
		fields = append(fields, map[string]any{"id": fmt.Sprintf("q%d", f), "label": fmt.Sprintf("问题%d", f), "type": "code"})
	}
	fields = append(fields, map[string]any{"id": "income", "label": "收入", "type": "number"}, map[string]any{"id": "note", "label": "备注", "type": "text"})
	w.record(map[string]any{"type": "form", "id": form, "system": "sys-" + form, "title": "入户" + form, "cycle": "month", "per": "record", "fields": fields})
	for u := range w.units {
		for h := range households {
			for v := range visits {
				honest := make([]any, 20)
				for f := range 18 {
					k := 2 + f%5
					honest[f] = "甲"
					if w.rng.Float64() < 0.5 {
						honest[f] = fmt.Sprint(w.rng.IntN(k))
					}
				}
				honest[18], honest[19] = math.Round(2000+800*w.rng.NormFloat64()), fmt.Sprintf("住户%d-%d-%d", u, h, v)
				values := map[string]any{}
				for f, a := range answer(u, h, v, honest) {
					values[fields[f]["id"].(string)] = a
				}
				at := w.month(v).AddDate(0, 0, 3+h%25).Add(time.Duration(h*7) * time.Minute)
				w.record(map[string]any{
					"type": "submission", "form": form, "unit": unitCode(u), "period": w.month(v).Format("2006-01"), "submitted_at": at.Format(time.RFC3339),
					"reporter": fmt.Sprint("访员", u, h%2), "subject": fmt.Sprint(u, " ", h), "values": values,
				})
			}
		}
	}
}

func TestNearDuplicateFindsSurveyorsWhoCopyQuestionnaires(t *testing.T) {
	w := newWorld(30, 4)
	var last []any
	w.survey("copied", 20, 3, func(u, h, v int, honest []any) []any {
		if u != 4 || h%3 > 0 {
			last = honest
			return honest
		}
		out := slices.Clone(last)
		out[w.rng.IntN(18)], out[19] = honest[3], honest[19] // one answer and the name are changed
		return out
	})
	homes := map[[2]int][]any{}
	w.survey("revisited", 20, 3, func(u, h, v int, honest []any) []any { // the same households answer the same each month
		if homes[[2]int{u, h}] == nil {
			homes[[2]int{u, h}] = honest
		}
		return homes[[2]int{u, h}]
	})
	w.survey("alike", 20, 3, func(_, _, _ int, honest []any) []any { // nearly everybody answers the same
		for f := range 18 {
			if w.rng.Float64() < 0.97 {
				honest[f] = "甲"
			}
		}
		honest[18] = 0
		return honest
	})
	w.survey("villages", 20, 3, func(u, _, _ int, honest []any) []any { // villages differ, people within them less so
		for f := range 18 {
			if w.rng.Float64() < 0.3 {
				honest[f] = fmt.Sprint((u + f) % 4)
			}
		}
		return honest
	})
	all := fabricationFindings(t, w.input(t), nearDuplicate)
	readable(t, all)
	found := about(all, nearDuplicate, "copied")
	if got := unitsOf(found); !slices.Equal(got, []string{unitCode(4)}) {
		t.Fatalf("copied: %v is named", got)
	}
	f := found[0]
	t.Logf("%+v q %v", f.Evidence.Detail, *f.Q)
	if f.Evidence.Detail["innocent_open"] != false || f.Evidence.Detail["sustained"] != true || len(f.Evidence.Look) == 0 || f.Evidence.Look[0].Household == "" {
		t.Errorf("%+v %+v", f.Evidence.Detail, f.Evidence.Look)
	}
	for _, form := range []string{"revisited", "alike", "villages"} {
		if found := about(all, nearDuplicate, form); len(found) > 0 {
			t.Errorf("%s: %v is named: %+v", form, found[0].Subject.Units, found[0].Evidence.Detail)
		}
	}
	for _, f := range all {
		if f.Status == "not_assessed" {
			t.Log(f.Reason)
		}
	}
}
