package analyzer_test

import (
	"slices"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
)

const copyForward = "fab-copy-forward"

// copyForward hands in last month's figures again.
func (s *sheet) copyForward(unit int, months ...int) {
	for _, m := range months {
		s.values[unit][m] = slices.Clone(s.values[unit][m-1])
	}
}

func TestCopyForwardNamesTheUnitThatCopies(t *testing.T) {
	w := newWorld(30, 12)
	plain, retouched, seldom := w.honest("plain", flows(6)...), w.honest("retouched", flows(6)...), w.honest("seldom", flows(6)...)
	plain.copyForward(4, 2, 3, 4, 7, 8, 9, 11)
	retouched.copyForward(5, 2, 3, 5, 6, 7, 9, 10)
	for m := range w.months {
		retouched.values[5][m][m%6]++ // a copy with one figure changed is still a copy
	}
	seldom.copyForward(6, 5, 9) // twice a year is a mistake
	for _, s := range []*sheet{plain, retouched, seldom} {
		w.hand(s)
	}
	all := fabricationFindings(t, w.input(t), copyForward)
	readable(t, all)
	for form, unit := range map[string]string{"plain": unitCode(4), "retouched": unitCode(5)} {
		found := about(all, copyForward, form)
		if len(found) != 1 || !slices.Equal(found[0].Subject.Units, []string{unit}) {
			t.Fatalf("%s: want one finding on %s, got %+v", form, unit, found)
		}
		f := found[0]
		if f.Evidence.Detail["copied"].(int) < 5 || *f.Q > 1e-4 || *f.Effect < 0.5 || f.N != 11 {
			t.Errorf("%s: copied %v of %d, q %v, effect %v", form, f.Evidence.Detail["copied"], f.N, *f.Q, *f.Effect)
		}
		for _, key := range []string{"beyond_peers", "sustained"} {
			if f.Evidence.Detail[key] != true {
				t.Errorf("%s: %s is %v", form, key, f.Evidence.Detail[key])
			}
		}
		if f.Evidence.Detail["innocent_open"] != false || f.Evidence.Detail["tests"] != 90 {
			t.Errorf("%s: %+v", form, f.Evidence.Detail)
		}
	}
	if found := about(all, copyForward, "seldom"); len(found) > 0 {
		t.Errorf("two slips in a year are reported: %+v", found)
	}
}

func TestCopyForwardIsSilentOnHonestRepeats(t *testing.T) {
	w := newWorld(30, 12)
	w.hand(w.honest("stocks", figure{"a", "stock", 60, false, 0}, figure{"b", "stock", 40, false, 0}, figure{"c", "stock", 200, false, 0}, figure{"d", "stock", 20, false, 0}))
	w.hand(w.honest("small", figure{"a", "flow", 2, false, 5}, figure{"b", "flow", 1.5, false, 5}, figure{"c", "flow", 3, false, 5}, figure{"d", "flow", 2.5, false, 5}))
	w.hand(w.honest("quotas", figure{"a", "flow", 30, true, 0}, figure{"b", "flow", 12, true, 0}, figure{"c", "flow", 45, true, 0}, figure{"d", "", 20, true, 0}))
	prefilled := w.honest("prefilled", flows(5)...)
	prefilled.prefilled = []string{"f0", "f1", "f2", "f3"}
	for u := range w.units {
		prefilled.copyForward(u, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	}
	w.hand(prefilled)
	// Units that each keep to a duty of their own: the same figures month after month, for everyone.
	duties := w.honest("duties", flows(5)...)
	for u := range w.units {
		duties.copyForward(u, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	}
	w.hand(duties)
	// A column that numbers the months is the same for all and tells nothing, nor do lines that are numbered.
	numbered := w.honest("numbered", figure{"month", "", 1, true, 0}, figure{"line", "", 1, true, 0}, figure{"a", "", 60, false, 6})
	for u := range w.units {
		for m := range w.months {
			numbered.values[u][m][0], numbered.values[u][m][1] = float64(m+1), float64(u+1)
		}
	}
	w.hand(numbered)
	w.hand(w.honest("unknown", figure{"a", "", 60, false, 6}, figure{"b", "", 40, false, 6}, figure{"c", "", 25, false, 6}, figure{"d", "", 20, false, 6}))
	all := fabricationFindings(t, w.input(t), copyForward)
	readable(t, all)
	reasons := map[string]string{}
	for _, f := range all {
		if f.Status != "not_assessed" {
			t.Errorf("%s is reported: %+v", f.Subject.Forms, f.Evidence.Message)
		}
		reasons[f.Subject.Forms[0]] = f.Reason.Key
	}
	for form, want := range map[string]string{
		"stocks": "fab.reason.few_fields", "small": "fab.reason.small_counts", "quotas": "fab.reason.few_fields",
		"prefilled": "fab.reason.few_fields", "duties": "fab.reason.few_fields", "numbered": "fab.reason.few_fields", "unknown": "",
	} {
		if reasons[form] != want {
			t.Errorf("%s: reason %q, want %q", form, reasons[form], want)
		}
	}
}

func TestCopyForwardLooksAboveWhereManyCopy(t *testing.T) {
	w := newWorld(30, 12)
	common, event := w.honest("common", flows(6)...), w.honest("event", flows(6)...)
	for u := range 14 {
		common.copyForward(u, 2+u%2, 4, 5+u%3, 8, 9+u%3)
	}
	for u := range 26 {
		event.copyForward(u, 6) // last month's file, imported again
	}
	event.copyForward(3, 2, 3, 4, 8, 9, 10)
	w.hand(common)
	w.hand(event)
	all := fabricationFindings(t, w.input(t), copyForward)
	readable(t, all)
	found := about(all, copyForward, "common")
	if len(found) != 1 || len(found[0].Subject.Units) > 0 || found[0].Evidence.Message.Key != "fab.copy.above" || !slices.Equal(found[0].Subject.Systems, []string{"sys-common"}) {
		t.Errorf("the form should be named, no unit: %+v", found)
	}
	byKey := map[string][]queries.Finding{}
	for _, f := range about(all, copyForward, "event") {
		byKey[f.Evidence.Message.Key] = append(byKey[f.Evidence.Message.Key], f)
	}
	if len(byKey["fab.copy.event"]) != 1 {
		t.Errorf("the import should be named: %+v", byKey)
	}
	if u := byKey["fab.copy.unit"]; len(u) != 1 || u[0].Subject.Units[0] != unitCode(3) {
		t.Errorf("the unit that copies besides should be named, and only it: %+v", u)
	}
}

func TestCopyForwardKnowsTheClerk(t *testing.T) {
	w := newWorld(30, 12)
	s := w.honest("clerk", flows(6)...)
	for u := range 4 {
		s.copyForward(u, 2, 3, 4, 6, 7, 9, 10)
	}
	s.clerk = func(unit, _ int) string {
		if unit < 4 {
			return "one clerk"
		}
		return unitCode(unit)
	}
	w.hand(s)
	all := fabricationFindings(t, w.input(t), copyForward)
	readable(t, all)
	found := about(all, copyForward, "clerk")
	if len(found) != 4 {
		t.Fatalf("want the four units of the clerk, got %+v", found)
	}
	for _, f := range found {
		if f.Evidence.Detail["innocent_open"] != true || len(f.Subject.Reporters) != 1 || f.Severity != "low" {
			t.Errorf("the clerk stands between: %+v", f)
		}
	}
}

func TestPanelTestsLeaveFormsOfRecordsAlone(t *testing.T) {
	w := newWorld(10, 3)
	w.record(map[string]any{"type": "system", "id": "s", "name": "s", "owner": "局", "level": "county"})
	w.record(map[string]any{"type": "form", "id": "people", "system": "s", "title": "名册", "cycle": "month", "per": "record", "fields": []map[string]any{{"id": "v", "label": "次数", "type": "integer"}}})
	w.record(map[string]any{"type": "form", "id": "silent", "system": "s", "title": "无人报", "cycle": "month", "per": "unit", "fields": []map[string]any{{"id": "v", "label": "次数", "type": "integer"}}})
	for u := range w.units {
		for p := range 5 {
			w.record(map[string]any{"type": "submission", "form": "people", "unit": unitCode(u), "period": "2026-05", "submitted_at": w.asOf.Add(time.Duration(-p) * time.Hour).Format(time.RFC3339), "subject": unitCode(u) + string(rune('a'+p)), "values": map[string]any{"v": p}})
		}
	}
	all := fabricationFindings(t, w.input(t), "")
	readable(t, all)
	got := map[string]string{}
	for _, f := range all {
		got[f.Detector+" "+f.Subject.Forms[0]] = f.Reason.Key
	}
	for _, id := range []string{copyForward, "fab-cross-unit"} {
		if got[id+" people"] != "fab.reason.records" || got[id+" silent"] != "fab.reason.no_data" {
			t.Errorf("%s: %v", id, got)
		}
	}
}
