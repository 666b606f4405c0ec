package evaluate

import (
	"fmt"
	"io"
	"strings"

	"github.com/rivo/uniseg"
)

// measureWords are the names of measures, Chinese and English.
var measureWords = map[string][2]string{
	"precision": {"查准率（建议核查的单位报表）", "precision of recommended pairs"}, "recall": {"查全率", "recall"},
	"recall_from_0.3": {"查全率（强度 0.3 以上）", "recall at intensities from 0.3"}, "recall_held_out": {"查全率（不参与调校的手法）", "recall of kinds held out"},
	"f1": {"F1", "F1"}, "false_discovery": {"实际错误发现率", "realised false discovery"}, "honest_units_recommended": {"诚实单位被建议核查", "honest units recommended"},
	"unit_precision": {"查准率（单位）", "precision of units"}, "unit_recall": {"查全率（单位）", "recall of units"},
	"precision_at_5": {"前 5 名查准率", "precision at 5"}, "precision_at_10": {"前 10 名查准率", "precision at 10"}, "precision_at_20": {"前 20 名查准率", "precision at 20"},
	"precision_at_bad": {"前 k 名查准率（k 为真相数）", "precision at the number of bad"},
	"auroc":            {"AUROC（单位报表）", "AUROC of pairs"}, "auroc_units": {"AUROC（单位）", "AUROC of units"}, "average_precision": {"平均精确率", "average precision"},
}

// Write prints the report as a table, in Chinese or English ("zh-CN", "en"); details names what was wrong and what was missed.
func (r *Report) Write(w io.Writer, language string, details bool) error {
	n := 0
	if strings.HasPrefix(language, "en") {
		n = 1
	}
	say := func(zh, en string) string { return [2]string{zh, en}[n] }
	var b strings.Builder
	fmt.Fprintf(&b, say("%d 个单位 × %d 张报表，失实 %d 对，建议核查 %d 对\n", "%d units x %d forms, %d pairs fabricated, %d recommended\n"), r.Units, r.Forms, r.Bad, r.Recommended)
	if r.Outside > 0 {
		fmt.Fprintf(&b, say("另有 %d 对不在真相所列的单位和报表之中，未计\n", "%d more pairs are not among the units and forms of the truth, and are not counted\n"), r.Outside)
	}
	for _, m := range r.Measures {
		b.WriteString(line(measureWords[m.Name][n], m))
	}
	if len(r.Kinds) > 0 {
		b.WriteString(say("\n手法与强度（建议核查的份额；提到的个数）\n", "\nkind and intensity (share recommended; number spoken of)\n"))
		for _, k := range r.Kinds {
			name := k.Kind
			if k.Band != "" {
				name = "  " + k.Band
			} else if k.HeldOut {
				name += say("（不参与调校）", " (held out)")
			}
			b.WriteString(strings.TrimSuffix(line(name, k.Recall), "\n") + fmt.Sprintf("  %d\n", k.Found))
		}
	}
	if len(r.LookAlikes) > 0 {
		b.WriteString(say("\n貌似而诚实的情形（误被建议的份额）\n", "\nhonest look-alikes (share recommended wrongly)\n"))
		for _, a := range r.LookAlikes {
			b.WriteString(line(a.Kind, a.Recommended))
		}
	}
	if details {
		for _, x := range r.Wrong {
			fmt.Fprintf(&b, say("误：%s %s（%s；%s）\n", "wrong: %s %s (%s; %s)\n"), x.Unit, x.Form, strings.Join(x.Detectors, " "), strings.Join(x.LookAlikes, " "))
		}
		for _, x := range r.Missed {
			fmt.Fprintf(&b, say("漏：%s %s（%s，强度 %.2f）\n", "missed: %s %s (%s, intensity %.2f)\n"), x.Unit, x.Form, x.Kind, x.Intensity)
		}
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("unable to write the evaluation: %w", err)
	}
	return nil
}

// line is one figure: value, interval, numerator and denominator.
func line(name string, m Measure) string {
	pad := strings.Repeat(" ", max(1, 44-uniseg.StringWidth(name)))
	if m.Value == nil {
		return name + pad + "–\n"
	}
	text := name + pad + fmt.Sprintf("%.3f", *m.Value)
	if m.Low != nil && m.High != nil {
		text += fmt.Sprintf(" (%.3f–%.3f)", *m.Low, *m.High)
	}
	if m.Of > 0 {
		text += fmt.Sprintf("  %d/%d", m.Count, m.Of)
	}
	return text + "\n"
}
