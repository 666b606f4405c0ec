package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestFromMatrixToProgress goes the way of a person through the pages on duplicate reporting, in a real browser: from the
// matrix to two forms side by side, confirms a pair of fields, accepts a step of the plan, and finds it measured.
func TestFromMatrixToProgress(t *testing.T) {
	if testing.Short() {
		t.Skip("takes half a minute")
	}
	needEngine(t)
	chromium := installed(t, "chromium", "chromium-browser", "google-chrome")
	jianfu(t.Context(), t) // builds the program before the clock runs
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
	defer cancel()
	dir := t.TempDir()
	config := filepath.Join(dir, "jianfu.yaml")
	write(t, config, "clickhouse: {embedded: ./data}\nlisten: 127.0.0.1:0\nsources:\n  - {id: county, kind: ndjson, path: ./county.ndjson}\n")
	write(t, filepath.Join(dir, "county.ndjson"), twoForms())
	for _, arguments := range [][]string{{"collect"}, {"analyze"}} {
		if out, err := jianfu(ctx, t, append(arguments, "-c", config)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", arguments[0], err, out)
		}
	}
	b := openBrowser(ctx, t, chromium)
	b.open(servePage(ctx, t, config))
	b.follow(`a[href="/duplicates"]`)
	b.sees("报表两两重叠", "垃圾治理月报", "村庄清洁统计表")
	b.follow(".matrix td a")
	b.sees("逐项对照", "数据项逐项对照")
	b.act(`document.querySelectorAll('.ladder details').forEach(d => d.open = true)`)
	b.act(`const form = [...document.querySelectorAll('form.judge')].find(f => f.querySelector('[name=by]')); form.querySelector('[name=by]').value = '王主任'; form.querySelector('[name=note]').value = '<b>专班</b>'`)
	b.follow(`form.judge button[value="same"]`)
	b.sees("已记录：两项是同一数据", "已确认是同一数据（王主任", "<b>专班</b>")
	b.follow(`.see-more a[href="/plan"]`)
	b.sees("精简方案共", "第 1 步")
	b.act(`const step = document.querySelector('.steps li'); step.querySelector('details').open = true;
		step.querySelector('[name=by]').value = '王主任'; step.querySelector('[name=effective]').value = '2026-01-01'`)
	b.follow(`.steps li button[value="accepted"]`)
	// The forms went on asking, and the pages say so.
	b.sees("已记录采纳", "已采纳，2026-01-01 起执行（王主任）", "承诺一年省", "仍在填报")
	b.follow(`a[href="/plan/notice"]`)
	b.sees("关于精简报表填报项目的通知", "2026-01-01", "有关要求")
}

// twoForms is two forms of two departments that ask 40 villages for the same four numbers a month, with a year of answers.
func twoForms() string {
	var out strings.Builder
	line := func(v map[string]any) {
		raw, _ := json.Marshal(v)
		out.Write(append(raw, '\n'))
	}
	labels := [2][]string{
		{"清运生活垃圾（吨）", "出动保洁人次", "常住户数", "整治坑塘（个）"}, {"生活垃圾清运量（吨）", "保洁出动人次", "常住户数（户）", "坑塘整治个数"},
	}
	for i, form := range []struct{ id, title, owner string }{{"env", "垃圾治理月报", "生态环境局"}, {"agri", "村庄清洁统计表", "农业农村局"}} {
		line(map[string]any{"type": "system", "id": form.id, "name": form.title + "系统", "owner": form.owner, "level": "county"})
		var fields []map[string]any
		for k, label := range labels[i] {
			fields = append(fields, map[string]any{"id": fmt.Sprintf("%s%d", form.id, k), "label": label, "type": "integer"})
		}
		line(map[string]any{"type": "form", "id": form.id, "system": form.id, "title": form.title, "cycle": "month", "per": "unit", "fields": fields})
	}
	for v := range 40 {
		line(map[string]any{"type": "unit", "code": fmt.Sprintf("990101001%03d", v), "name": fmt.Sprintf("第%d村", v), "kind": "village"})
	}
	random := rand.New(rand.NewPCG(3, 5))
	for month := 1; month <= 14; month++ {
		start := time.Date(2025, time.Month(3+month), 1, 0, 0, 0, 0, time.UTC)
		for v := range 40 {
			answers := []int{random.IntN(900), random.IntN(400), 100 + 17*v, random.IntN(60)}
			for i, form := range []string{"env", "agri"} {
				values := map[string]any{}
				for k, x := range answers {
					if i == 1 && random.IntN(100) == 0 {
						x++
					}
					values[fmt.Sprintf("%s%d", form, k)] = x
				}
				sent := start.AddDate(0, 1, 2).Add(time.Duration(v) * time.Minute)
				line(map[string]any{
					"type": "submission", "form": form, "unit": fmt.Sprintf("990101001%03d", v), "period": start.Format("2006-01"),
					"started_at": sent.Add(-time.Duration(6+random.IntN(5)) * time.Minute).Format(time.RFC3339), "submitted_at": sent.Format(time.RFC3339), "values": values,
				})
			}
		}
	}
	return out.String()
}
