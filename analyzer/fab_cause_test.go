package analyzer

import (
	"fmt"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// causeWorld is four forms of forty units; the items of the first two are asked by four forms in all.
func causeWorld(due ...int32) ([]queries.Form, map[string]int, []queries.Finding) {
	forms := make([]queries.Form, 5)
	units := map[string]int{}
	for i := range forms {
		forms[i] = queries.Form{ID: fmt.Sprint("f", i), System: fmt.Sprint("s", i/2), Cycle: "month"}
		if i < len(due) {
			forms[i].DueDays = due[i]
		}
		units[forms[i].ID] = 40
	}
	return forms, units, []queries.Finding{{Detector: "dup-item", Status: "open", Subject: queries.Subject{Forms: []string{"f0", "f1"}}}}
}

func copies(form string, from, to int) (out []queries.Finding) {
	for u := from; u < to; u++ {
		out = append(out, queries.Finding{Detector: "fab-copy-forward", Family: "fabrication", Status: "open", Subject: queries.Subject{Forms: []string{form}, Units: []string{fmt.Sprint("u", u)}}})
	}
	return out
}

var causeLimits = map[string]float64{"times_asked": 2, "short_days": 3, "min_pairs": 20, "min_hits": 5, "min_ratio": 1.5, "max_p": 0.01}

func TestCausesAboveNameTheFormsThatAreAskedTwice(t *testing.T) {
	forms, units, all := causeWorld()
	all = append(all, copies("f0", 0, 12)...)
	all = append(all, copies("f1", 4, 14)...)
	all = append(all, copies("f2", 0, 4)...)
	all = append(all, queries.Finding{Detector: "fab-copy-forward", Status: "not_assessed", Subject: queries.Subject{Forms: []string{"f4"}}})
	found := causesAbove(forms, units, all, causeLimits)
	if len(found) != 1 {
		t.Fatalf("got %+v", found)
	}
	f := found[0]
	p := f.Evidence.Message.Params
	if f.Detector != "fab-copy-forward" || f.Evidence.Message.Key != "fab.cause.asked" || len(f.Subject.Units) > 0 || len(f.Subject.Forms) != 2 ||
		p["hits"] != 22 || p["n"] != 80 || p["other_hits"] != 4 || p["m"] != 80 || p["asks"] != 2.0 || f.Evidence.Detail["above"] != true {
		t.Errorf("%+v", f)
	}
	if ratio := p["ratio"].(float64); ratio != 5.5 || p["low"].(float64) <= 1 || *f.P > 0.01 {
		t.Errorf("ratio %v, p %v", ratio, *f.P)
	}
}

func TestCausesAboveAreSilentWithoutADifference(t *testing.T) {
	for name, more := range map[string][]queries.Finding{
		"same share": append(copies("f0", 0, 8), copies("f2", 8, 16)...),
		"few":        copies("f0", 0, 4),
		"none":       nil,
	} {
		forms, units, all := causeWorld()
		if found := causesAbove(forms, units, append(all, more...), causeLimits); len(found) > 0 {
			t.Errorf("%s: %+v", name, found[0].Evidence.Message)
		}
	}
}

func TestCausesAboveNameShortDeadlines(t *testing.T) {
	forms, units, _ := causeWorld(2, 15, 15, 20, 15)
	all := copies("f0", 0, 15)
	all = append(all, queries.Finding{ // named itself: its units are known by number only
		Detector: "fab-copy-forward", Status: "open", Subject: queries.Subject{Forms: []string{"f1"}}, Evidence: queries.Evidence{Detail: map[string]any{"units_flagged": 3}},
	})
	found := causesAbove(forms, units, all, causeLimits)
	if len(found) != 1 || found[0].Evidence.Message.Key != "fab.cause.late" || found[0].Evidence.Message.Params["due"] != int32(2) || found[0].Evidence.Detail["other_hits"] != 3 {
		t.Errorf("%+v", found)
	}
}
