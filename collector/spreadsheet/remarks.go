package spreadsheet

import (
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/text/unicode/norm"
)

var (
	totalWords = regexp.MustCompile(`(?i)^(合计|总计|小计|共计|累计|本页小计|.{0,12}(合计|小计|总计)|(grand |sub)?totals?|sum)[:：]?$`)
	noteWords  = regexp.MustCompile(`(?i)^[（(【]?(注|备注|附注|说明|填表说明|填报说明|指标解释|注意事项|notes?|remarks?|sources?)\s*\d*\s*[】)）]?\s*[:：]`)
	signWords  = `填表人?|填报人|制表人?|统计人|经办人|审核人?|复核人?|负责人|单位负责人|主要负责人|分管领导|分管负责人|统计负责人|村支书|签字|签名|盖章|单位[（(]?盖章[)）]?|填报单位|填表单位|报送单位|制表单位|单位名称|填报日期|填表日期|制表日期|填报时间|填表时间|报送时间|报送日期|统计时间|截止日期|截止时间|报表期|所属期|所属时期|报告期|联系人|联系电话|电话|单位|计量单位|表号|制定机关|批准机关|批准文号|备案文号|有效期至?`
	signed     = regexp.MustCompile(`^[（(]?(` + signWords + `)\s*[:：]`)
)

// squeeze removes all white space, because 合　　计 is 合计.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if isBlank(r) {
			return -1
		}
		return r
	}, s)
}

// firstText is the first cell that is no mere number.
func firstText(cells []string) string {
	for _, text := range cells {
		if text != "" && !isNumber(text) {
			return text
		}
	}
	return ""
}

// isTotal tells a row of sums by its first text, which must stand before any value but a row number.
func isTotal(cells []string) bool {
	seen := 0
	for _, text := range cells {
		switch {
		case text == "":
			continue
		case isNumber(text):
			if seen++; seen > 1 {
				return false
			}
			continue
		}
		return mayBeTotal(text) && totalWords.MatchString(squeezeChinese(text))
	}
	return false
}

// mayBeTotal spares most rows the regular expression.
func mayBeTotal(text string) bool {
	return len(text) < 80 && (strings.Contains(text, "计") || strings.IndexByte("TtGgSs", text[0]) >= 0)
}

func squeezeChinese(s string) string {
	if t := squeeze(s); len(t) > 0 && t[0] >= 0x80 {
		return t
	}
	return s
}

// isNote tells a row of remarks or signatures.
func isNote(cells []string) bool {
	text := firstText(cells)
	if !strings.Contains(text, ":") && !strings.Contains(text, "：") {
		return false
	}
	return noteWords.MatchString(text) || signed.MatchString(squeeze(text))
}

// isMeta tells a row above the header that says who reports, when, and in what measure.
func isMeta(cells []string) bool {
	for _, text := range cells {
		if signed.MatchString(squeeze(text)) {
			return true
		}
	}
	return false
}

// isNumbering tells the row below a header that numbers the columns: 甲 乙 1 2 3.
func isNumbering(cells []string) bool {
	next, filled := 1, 0
	for _, text := range cells {
		if text == "" {
			continue
		}
		filled++
		text = strings.Trim(norm.NFKC.String(text), "()[]")
		if next == 1 && strings.Contains("甲乙丙丁戊 栏次 栏号 序号 编号 行次", text) {
			continue
		}
		// A column that is computed tells how: 3=1+2.
		text, _, _ = strings.Cut(text, "=")
		if n, err := strconv.Atoi(text); err != nil || n != next {
			return false
		}
		next++
	}
	return next > 3 && filled >= 3
}

var measure = regexp.MustCompile(`^[（(][^（()）]{1,8}[)）]$`)

// isMeasures tells the row below a header that holds nothing but units of measure in brackets.
func isMeasures(cells []string) bool {
	n := 0
	for _, text := range cells {
		if text == "" {
			continue
		}
		if !measure.MatchString(text) {
			return false
		}
		n++
	}
	return n >= 2
}

func joinCells(cells []string) string {
	var parts []string
	for _, text := range cells {
		if text != "" {
			parts = append(parts, text)
		}
	}
	return strings.Join(parts, " ")
}

func quoted(s string) string {
	const most = 60
	if len(s) > most {
		s = strings.ToValidUTF8(s[:most], "") + "…"
	}
	return strconv.Quote(s)
}
