package demo

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// words of the table, Chinese and English.
var tableWords = map[string][2]string{
	"duplicate": {"重复填报", "duplicate reporting"}, "unused": {"闲置系统", "unused systems"}, "fabrication": {"疑似失实", "suspicious data"},
	"verify-list": {"建议核查", "verification recommended"}, "burden": {"填报负担", "burden"},
	"dup-form": {"重复报表", "duplicate forms"}, "dup-item": {"多头填报数据项", "items asked twice"}, "idle-system": {"僵尸系统", "idle systems"},
	"idle-forced": {"打卡式使用", "forced use"}, "fab-copy-forward": {"照抄上期", "copied forward"}, "fab-cross-unit": {"跨单位雷同", "copied from a unit"},
	"fab-terminal-digit": {"末位数字", "last digits"}, "fab-benford": {"本福特", "Benford"}, "burden-hours": {"填报工时（误差25%内）", "hours within 25 %"},
	"head": {"类别", "detector"}, "planted": {"埋设", "planted"}, "found": {"发现", "found"}, "right": {"正确", "right"}, "precision": {"查准率", "precision"},
	"recall": {"查全率", "recall"}, "sum": {"小计", "together"},
}

// Write prints the report as a table, in Chinese or English ("zh-CN", "en"); details lists what was wrong and what was missed.
func (r Report) Write(w io.Writer, language string, details bool) error {
	n := 0
	if strings.HasPrefix(language, "en") {
		n = 1
	}
	word := func(key string) string {
		if words, known := tableWords[key]; known {
			return words[n]
		}
		return key
	}
	var b strings.Builder
	line := func(cells ...string) {
		for i, cell := range cells {
			width := 11
			if i == 0 {
				width = 48
			}
			pad := strings.Repeat(" ", max(width-columnsOf(cell), 1))
			if i == 0 {
				b.WriteString(cell + pad)
			} else {
				b.WriteString(pad + cell)
			}
		}
		b.WriteByte('\n')
	}
	line(word("head"), word("planted"), word("found"), word("right"), word("precision"), word("recall"))
	for _, row := range r.Rows {
		name := word(row.Family) + " / " + word(row.Detector)
		switch row.Detector {
		case "":
			name = word(row.Family) + " " + word("sum")
		case row.Family:
			name = word(row.Family)
		}
		line(name, fmt.Sprint(row.Planted), fmt.Sprint(row.Found), fmt.Sprint(row.Right), share(row.Precision, row.Found), share(row.Recall, row.Planted))
	}
	if n == 0 {
		fmt.Fprintf(&b, "建议核查的单位 %d 个，占 %d 个村（社区）的 %.1f%%\n", r.Recommended, r.Units, 100*r.Share)
	} else {
		fmt.Fprintf(&b, "%d of %d villages and communities (%.1f %%) are recommended for verification\n", r.Recommended, r.Units, 100*r.Share)
	}
	if details {
		r.writeDetails(&b, n, word)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return fmt.Errorf("unable to print the comparison: %w", err)
	}
	return nil
}

func (r Report) writeDetails(b *strings.Builder, n int, word func(string) string) {
	for _, row := range r.Rows {
		for _, wrong := range row.Wrong {
			fmt.Fprintf(b, [2]string{"误报 %s：%s\n", "wrong %s: %s\n"}[n], word(row.Detector), wrong)
		}
		for _, missed := range row.Missed {
			fmt.Fprintf(b, [2]string{"漏报 %s：%s\n", "missed %s: %s\n"}[n], word(row.Detector), missed)
		}
	}
}

// share of nothing is a dash.
func share(x float64, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.2f", x)
}

// columnsOf is the width of a text on a terminal, where a Chinese character takes two columns.
func columnsOf(text string) int {
	n := utf8.RuneCountInString(text)
	for _, r := range text {
		if r >= 0x2e80 {
			n++
		}
	}
	return n
}
