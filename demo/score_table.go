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
	"field-pairs": {"同一数据的字段对", "fields of the same data"}, "pairs": {"字段配对", "pairs of fields"}, "aggregates": {"可汇总字段", "fields that add up"},
	"codes": {"编码", "codes"}, "code-mapping": {"代码对照", "code mappings"}, "dup-entry": {"重复录入", "entered twice"}, "entry-hours": {"重复录入", "entered twice"},
	"dup-entry-hours": {"工时（误差25%内）", "hours within 25 %"}, "standard": {"标准", "standards"}, "std-conflict": {"标准不一", "standards that conflict"},
	"verify-list": {"建议核查", "verification recommended"}, "burden": {"填报负担", "burden"},
	"dup-form": {"重复报表", "duplicate forms"}, "dup-item": {"多头填报数据项", "items asked twice"}, "idle-system": {"僵尸系统", "idle systems"},
	"idle-forced": {"打卡式使用", "forced use"}, "fab-copy-forward": {"照抄上期", "copied forward"}, "fab-cross-unit": {"跨单位雷同", "copied from a unit"},
	"fab-terminal-digit": {"末位数字", "last digits"}, "fab-benford": {"本福特", "Benford"}, "burden-hours": {"填报工时（误差25%内）", "hours within 25 %"},
	"fab-near-duplicate": {"近似雷同", "near duplicates"}, "fab-heaping": {"凑整", "heaping"}, "fab-integer-rate": {"完成率整数聚集", "whole percentages"},
	"fab-number-bunching": {"数值扎堆", "number bunching"}, "fab-target-bunching": {"踩线达标", "bunching at targets"}, "fab-smooth": {"过度平滑", "too smooth"},
	"fab-outlier": {"离群突变", "leaps"}, "fab-multivariate": {"多变量异常", "unlike all others"}, "fab-identity": {"勾稽矛盾", "contradictions"},
	"fab-cross-source": {"多源不一致", "sources that disagree"}, "fab-timing": {"时空矛盾", "visits that cannot be"}, "fab-burst": {"突击代填", "caught up in one go"},
	"idle-form": {"无人使用的报表", "idle forms"}, "idle-field": {"空填、常填的字段", "idle fields"},
	"verdicts": {"系统结论", "verdicts"}, "verdict-unused": {"闲置", "unused"}, "verdict-underused": {"低效", "underused"}, "verdict-declining": {"使用下滑", "declining"},
	"verdict-forced": {"打卡式", "forced"}, "verdict-write-only": {"只收不用", "write-only"}, "verdict-superseded": {"已被取代", "superseded"},
	"seen": {"是否看得到使用", "what was seen"}, "suggestions": {"下线建议", "suggestions"}, "changes": {"骤降的日期（误差7天内）", "days of a fall within 7"},
	"burden-overload": {"不可能完成", "overload"}, "burden-short-notice": {"临时加码", "short notice"}, "burden-off-hours": {"非工作时间", "off hours"},
	"burden-sprawl": {"只增不减", "sprawl"}, "burden-unapproved": {"未经准入", "unapproved"}, "rules": {"规定", "rules"}, "privacy": {"个人信息", "privacy"},
	"policy-forms": {"多头要表", "demands for forms"}, "policy-checkin": {"打卡积分", "check-ins"}, "policy-forced-use": {"强制使用", "forced use"},
	"policy-assessment": {"留痕考核", "traces as assessment"}, "policy-commercial": {"商业活动", "commerce"}, "policy-app-level": {"县以下开发", "apps below the county"},
	"policy-app-count": {"一部门多应用", "several apps"}, "policy-unfiled": {"未备案", "unfiled"}, "policy-low-use": {"使用频率低", "low use"},
	"policy-similar": {"功能相近", "alike"}, "policy-inspection": {"督查检查", "inspections"}, "pi-overcollection": {"过度收集", "over-collection"}, "pi-biometric": {"生物识别", "biometrics"},
	"refused": {"拒收的生物识别信息", "biometrics refused"},
	"head":    {"类别", "detector"}, "planted": {"埋设", "planted"}, "found": {"发现", "found"}, "right": {"正确", "right"}, "precision": {"查准率", "precision"},
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
	r.writeTraps(&b, n)
	r.writePlan(&b, n)
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
	for _, row := range r.Traps {
		for _, name := range row.Names {
			fmt.Fprintf(b, [2]string{"误入陷阱 %s：%s\n", "trap %s: %s\n"}[n], trapNames[row.Kind][n], name)
		}
	}
	if r.Plan == nil {
		return
	}
	for _, line := range r.Plan.Wrong {
		fmt.Fprintf(b, [2]string{"方案有误：%s\n", "wrong in the plan: %s\n"}[n], line)
	}
	for _, field := range r.Plan.Left {
		fmt.Fprintf(b, [2]string{"方案未及：%s\n", "not in the plan: %s\n"}[n], field)
	}
}

// trapNames are the kinds of trap, Chinese and English.
var trapNames = map[string][2]string{
	"identifier-key": {"证件号作主键", "identifiers as keys"}, "identity": {"证件号旁的姓名、性别", "names beside identifiers"}, "header": {"表头", "headers"},
	"next-period": {"上年版与今年版", "the form of last year"}, "handed-on": {"系统间自动上传", "handed on by a machine"}, "passed-up": {"逐级汇总上报", "passed upwards"},
	"asked-again": {"上级已有、县里又要（漏报率）", "asked again (misses)"}, "period-flow": {"长短周期的流量", "flows of other cycles"},
	"period-stock": {"长短周期的存量", "stocks of other cycles"}, "detail-total": {"明细与合计", "details and totals"}, "part-total": {"分项与总数", "parts and totals"},
	"outcome": {"办结与受理", "cases and outcomes"}, "prefilled": {"系统带出", "pre-filled"}, "definition": {"口径不同", "other definitions"},
	"same-words": {"名同事异", "the same words"}, "small-enumeration": {"选项少的字段", "few choices"}, "constant": {"常数", "constants"}, "serial": {"编号与日期", "numbers and dates"},
	"copied": {"部分村照抄", "copied by some"}, "re-measured": {"有意的重复测量", "measured again"}, "kept-apart": {"依法应分开", "kept apart by law"},
	"same-persons": {"同样的人、不同的问题", "the same persons"},
}

// writeTraps tells the share of the traps of each kind that were walked into.
func (r Report) writeTraps(b *strings.Builder, n int) {
	if len(r.Traps) == 0 {
		return
	}
	sum := r.Traps[len(r.Traps)-1]
	var wrong []string
	for _, row := range r.Traps[:len(r.Traps)-1] {
		if row.Wrong > 0 {
			wrong = append(wrong, fmt.Sprintf([2]string{"%s %d/%d（%.1f%%）", "%s %d/%d (%.1f %%)"}[n], trapNames[row.Kind][n], row.Wrong, row.Pairs, 100*row.Rate))
		}
	}
	fmt.Fprintf(b, [2]string{"陷阱 %d 类 %d 对，误入 %d 对（%.1f%%）", "%d kinds of traps, %d pairs, walked into %d (%.1f %%)"}[n], len(r.Traps)-1, sum.Pairs, sum.Wrong, 100*sum.Rate)
	if len(wrong) > 0 {
		b.WriteString([2]string{"：", ": "}[n] + strings.Join(wrong, [2]string{"，", ", "}[n]))
	}
	b.WriteByte('\n')
}

// writePlan tells what the merge plan is worth.
func (r Report) writePlan(b *strings.Builder, n int) {
	p := r.Plan
	if p == nil {
		return
	}
	fmt.Fprintf(b, [2]string{
		"整合方案 %d 项，正确 %d 项（%.1f%%）；承诺每年省 %.0f 小时，实际可省 %.0f 小时（误差 %+.1f%%），%d 项的区间含实际值；重复录入 %.0f 小时，方案触及 %.0f 小时（%.1f%%）；代码对照 %d 份，全对 %d 份\n",
		"merge plan of %d lines, %d right (%.1f %%); it promises %.0f hours a year and saves %.0f (error %+.1f %%), %d intervals hold; of %.0f hours entered again it reaches %.0f (%.1f %%); %d code mappings, %d exact\n",
	}[n], p.Lines, p.Right, 100*p.Precision, p.Promised, p.True, 100*p.Error, p.Covered, p.Asked, p.Reached, 100*p.Recall, p.Mappings, p.Exact)
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
