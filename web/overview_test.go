package web_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheFirstScreenAnswersALeadersQuestions(t *testing.T) {
	s := open(t, options(t, county())).enter()
	seen := words(parse(t, text(t, s.get("/", "Accept-Language", "zh"))))
	for _, want := range []string{
		"2026 年 6 月", "每个单位本月填报", "其中重复填报", "可立即减少", "近 12 个完整月份", "本月可以停掉的", "谁在要数据", "逾期未答复的下线建议",
		"近一年新增 / 停用", "使用日志覆盖", "48 个单位有填报记录", "（2025-06）",
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("no %q in %s", want, seen)
		}
	}
}

func TestTheFirstScreenTakesAMonthAndAPlace(t *testing.T) {
	s := open(t, options(t, county())).enter()
	seen := words(parse(t, text(t, s.get("/?month=2025-03", "Accept-Language", "zh"))))
	if !strings.Contains(seen, "2025 年 3 月") || !strings.Contains(seen, "同比未评估") {
		t.Errorf("a month without one a year before: %s", seen)
	}
	for _, address := range []string{"/?month=1999-01", "/?month=June", "/?unit=nowhere"} {
		if res := s.get(address); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", address, res.StatusCode)
		}
	}
}
