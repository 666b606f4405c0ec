package demo

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
)

// perfect are the findings of one who knows the truth.
func perfect(t *Truth) (findings []queries.Finding, verify []queries.VerifyItem) {
	add := func(detector string, subject queries.Subject, detail map[string]any) {
		findings = append(findings, queries.Finding{Detector: detector, Status: "open", Subject: subject, Evidence: queries.Evidence{Detail: detail}})
	}
	for _, p := range t.DuplicateForms {
		if p.Required {
			add("dup-form", queries.Subject{Forms: []string{p.B, p.A}}, nil)
		}
	}
	for _, p := range t.DuplicateFields {
		if p.Required {
			add("dup-item", queries.Subject{Fields: [][2]string{{p.A, p.B}}}, nil)
		}
	}
	for _, a := range t.Aggregates {
		for _, of := range a.Of {
			if a.Required {
				add("dup-item", queries.Subject{Fields: [][2]string{{a.Total, of}}}, map[string]any{"pairs": []any{map[string]any{"a": a.Total, "b": of, "relation": a.How}}})
			}
		}
	}
	for _, c := range t.Conflicts {
		if c.Required {
			pair := map[string]any{"a": c.B, "b": c.A, "codes": turned(c.Codes)}
			add("std-conflict", queries.Subject{Fields: [][2]string{{c.A, c.B}}}, map[string]any{"kind": c.Kind, "pairs": []map[string]any{pair}})
		}
	}
	for _, e := range t.DuplicateEntries {
		if e.Required {
			add("dup-entry", queries.Subject{Forms: []string{e.A, e.B}}, map[string]any{"hours": e.Hours})
		}
	}
	for _, s := range t.Systems {
		if s.Idle {
			add("idle-system", queries.Subject{Systems: []string{s.System, s.Successor}}, nil)
		}
		if s.Forced {
			add("idle-forced", queries.Subject{Systems: []string{s.System}}, nil)
		}
	}
	for _, f := range t.IdleForms {
		if f.Required {
			add("idle-form", queries.Subject{Forms: []string{f.Form}}, nil)
		}
	}
	for _, f := range t.IdleFields {
		if f.Required {
			add("idle-field", queries.Subject{Fields: [][2]string{{f.Field, ""}}}, nil)
		}
	}
	for _, r := range t.Rules {
		if !r.Required {
			continue
		}
		subject, detail := queries.Subject{}, map[string]any(nil)
		switch r.Kind {
		case "system":
			subject.Systems = []string{r.Subject}
		case "systems":
			subject.Systems = strings.Split(r.Subject, " | ")
		case "form":
			subject.Forms = []string{r.Subject}
		case "unit":
			subject.Units = []string{r.Subject}
		case "owner":
			detail = map[string]any{"owner": r.Subject}
		}
		add(r.Detector, subject, detail)
	}
	for _, f := range t.Fabricated {
		if f.Required {
			add(f.Detectors[0], queries.Subject{Units: []string{f.Unit}, Forms: []string{f.Form}}, nil)
			verify = append(verify, queries.VerifyItem{Unit: f.Unit, Form: f.Form, Recommended: true})
		}
	}
	for _, p := range t.Pooled {
		add(p.Detector, queries.Subject{Fields: [][2]string{{p.Form + "." + p.Field, ""}}}, nil)
	}
	for _, f := range t.FormHours {
		if f.Hours > 0 {
			add("burden-hours", queries.Subject{Forms: []string{f.Form}, Systems: []string{"s"}}, map[string]any{"hours": f.Hours * 0.9})
		}
	}
	for _, b := range t.Burden {
		add("burden-hours", queries.Subject{Units: []string{b.Unit}}, map[string]any{"hours_per_year": b.Hours * 1.1})
	}
	return findings, verify
}

func turned(codes map[string]string) map[string]string {
	out := map[string]string{}
	for from, to := range codes {
		out[to] = from
	}
	return out
}

func (r Report) row(t *testing.T, family, detector string) Row {
	t.Helper()
	for _, row := range r.Rows {
		if row.Family == family && row.Detector == detector {
			return row
		}
	}
	t.Fatalf("no row %s %s", family, detector)
	return Row{}
}

func TestKnowingTheTruthScoresOne(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	findings, verify := perfect(c.truth)
	r := Score(c.truth, findings, verify)
	for _, row := range r.Rows {
		if row.Precision != 1 || row.Recall != 1 || row.Planted == 0 {
			t.Errorf("%s %s: planted %d, precision %.2f, recall %.2f, missed %v, wrong %v", row.Family, row.Detector, row.Planted, row.Precision, row.Recall, row.Missed, row.Wrong)
		}
	}
	for _, trap := range r.Traps {
		if trap.Pairs == 0 || trap.Wrong != 0 {
			t.Errorf("trap %s: %d of %d, %v", trap.Kind, trap.Wrong, trap.Pairs, trap.Names)
		}
	}
	if r.Units != 60 || r.Recommended == 0 {
		t.Errorf("%d of %d units", r.Recommended, r.Units)
	}
}

func TestSilenceAndErrorsLowerTheScore(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	none := Score(c.truth, nil, nil)
	for _, detector := range []string{"dup-form", "dup-item"} {
		if row := none.row(t, "duplicate", detector); row.Recall != 0 || row.Precision != 1 {
			t.Errorf("silence: %+v", row)
		}
	}
	findings, verify := perfect(c.truth)
	case0 := c.truth.Fabricated[0]
	findings = append(findings,
		queries.Finding{Detector: "dup-form", Subject: queries.Subject{Forms: []string{"mz-hj-q", "wj-cz-q"}}},
		queries.Finding{Detector: "dup-item", Subject: queries.Subject{Fields: [][2]string{{"mz-hj-q.zrk", "wj-cz-q.zrk"}}}},
		queries.Finding{Detector: "idle-system", Subject: queries.Subject{Systems: []string{"jt-lz"}}},
		queries.Finding{Detector: "fab-copy-forward", Subject: queries.Subject{Units: []string{case0.Unit}, Forms: []string{"zj-fw-q"}}},
		queries.Finding{Detector: "fab-benford", Subject: queries.Subject{Fields: [][2]string{{"ny-zc-l.je", ""}}}},
		// What says nothing must not count.
		queries.Finding{Detector: "idle-system", Status: "not_assessed", Subject: queries.Subject{Systems: []string{"ny-rj"}}},
		queries.Finding{Detector: "idle-system", Status: "waived", Subject: queries.Subject{Systems: []string{"yj-gb"}}},
	)
	verify = append(verify, queries.VerifyItem{Unit: case0.Unit, Form: "zj-fw-q", Recommended: true}, queries.VerifyItem{Unit: "x", Form: "y"})
	r := Score(c.truth, findings, verify)
	for _, test := range [][3]string{
		{"duplicate", "dup-form", "mz-hj-q | wj-cz-q"},
		{"duplicate", "dup-item", "mz-hj-q.zrk | wj-cz-q.zrk"},
		{"unused", "idle-system", "jt-lz"},
		{"fabrication", "fab-copy-forward", case0.Unit + " zj-fw-q"},
		{"fabrication", "fab-benford", "ny-zc-l.je"},
		{"verify-list", "verify-list", case0.Unit + " zj-fw-q"},
	} {
		row := r.row(t, test[0], test[1])
		if len(row.Wrong) != 1 || row.Wrong[0] != test[2] || row.Recall != 1 || math.Abs(row.Precision-float64(row.Found-1)/float64(row.Found)) > 1e-9 {
			t.Errorf("%s: %+v, want only %s wrong", test[1], row, test[2])
		}
	}
}

func TestAGroupOfFieldsSpeaksOfAllItsPairs(t *testing.T) {
	truth := &Truth{DuplicateFields: []FieldPair{
		{A: "a.x", B: "b.x", Required: true},
		{A: "b.x", B: "c.x", Required: true},
		{A: "a.x", B: "c.x", Required: true},
	}}
	star := queries.Finding{Detector: "dup-item", Subject: queries.Subject{Fields: [][2]string{{"a.x", "b.x"}, {"a.x", "c.x"}}}}
	list := queries.Finding{Detector: "dup-item", Subject: queries.Subject{Fields: [][2]string{{"a.x", ""}, {"b.x", ""}, {"c.x", ""}}}}
	for name, f := range map[string]queries.Finding{"star": star, "list": list} {
		row := Score(truth, []queries.Finding{f}, nil).row(t, "duplicate", "dup-item")
		if row.Precision != 1 || row.Recall != 1 {
			t.Errorf("%s: %+v", name, row)
		}
	}
}

func TestTheTableSpeaksTwoLanguages(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	findings, verify := perfect(c.truth)
	r := Score(c.truth, findings[1:], verify)
	for language, words := range map[string][]string{"zh-CN": {"查准率", "重复填报 / 重复报表", "漏报"}, "en": {"precision", "duplicate reporting / duplicate forms", "missed"}} {
		var out bytes.Buffer
		if err := r.Write(&out, language, true); err != nil {
			t.Fatal(err)
		}
		for _, word := range words {
			if !strings.Contains(out.String(), word) {
				t.Errorf("%s: no %q in\n%s", language, word, &out)
			}
		}
		width := 0
		for n, line := range strings.Split(out.String(), "\n")[:8] {
			if n > 0 && columnsOf(line) != width {
				t.Errorf("%s, line %d is %d wide, not %d: %s", language, n+1, columnsOf(line), width, line)
			}
			width = columnsOf(line)
		}
	}
}
