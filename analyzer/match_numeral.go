package analyzer

import (
	"regexp"
	"strconv"
	"strings"
)

// chineseNumeral finds numbers that count or order something; others (三资, 两委) are parts of words.
var chineseNumeral = regexp.MustCompile(`(第?)([一二三四五六七八九十百零〇两]+)(周?岁|年级|季度|产业|孩|胎|级|等|期|批|轮|组|楼|层)|第([一二三四五六七八九十百]+)`)

// arabicNumerals writes 六十岁 as 60岁 and 第一产业 as 第1产业.
func arabicNumerals(s string) string {
	if !strings.ContainsAny(s, "一二三四五六七八九十") || strings.Contains(s, "第一书记") || strings.Contains(s, "第一责任人") {
		return s
	}
	return chineseNumeral.ReplaceAllStringFunc(s, func(found string) string {
		part := chineseNumeral.FindStringSubmatch(found)
		if part[4] != "" {
			return "第" + strconv.Itoa(chineseNumber(part[4]))
		}
		return part[1] + strconv.Itoa(chineseNumber(part[2])) + part[3]
	})
}

// chineseNumber reads a number below a thousand; digits without a place value are read one by one.
func chineseNumber(s string) int {
	total, last := 0, 0
	for _, r := range s {
		switch r {
		case '十':
			total, last = total+max(last, 1)*10, 0
		case '百':
			total, last = total+max(last, 1)*100, 0
		case '零', '〇':
		case '两':
			last = 2
		default:
			last = last*10 + strings.IndexRune("一二三四五六七八九", r)/len("一") + 1
		}
	}
	return total + last
}
