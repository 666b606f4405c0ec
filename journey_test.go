package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
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

// browser drives one page of a headless browser over pipes, by the DevTools protocol.
type browser struct {
	t       *testing.T
	ctx     context.Context
	in      *os.File
	out     *bufio.Reader
	session string
	last    int
}

func openBrowser(ctx context.Context, t *testing.T, chromium string) *browser {
	t.Helper()
	itsIn, in, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	out, itsOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--lang=zh-CN", "--accept-lang=zh-CN", "--user-data-dir="+t.TempDir(), "--remote-debugging-pipe", "about:blank")
	c.ExtraFiles = []*os.File{itsIn, itsOut}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	itsIn.Close()
	itsOut.Close()
	b := &browser{t: t, ctx: ctx, in: in, out: bufio.NewReader(out)}
	t.Cleanup(func() {
		in.Close() // ends the browser
		_ = c.Wait()
		out.Close()
	})
	var target struct{ TargetID, SessionID string }
	err = b.call("Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	if err == nil {
		err = b.call("Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	}
	if err != nil {
		t.Fatal(err)
	}
	b.session = target.SessionID
	return b
}

// call sends a command and reads its answer; what happens in between is left out.
func (b *browser) call(method string, params map[string]any, answer any) error {
	b.last++
	command := map[string]any{"id": b.last, "method": method, "params": params}
	if b.session != "" {
		command["sessionId"] = b.session
	}
	raw, err := json.Marshal(command)
	if err == nil {
		_, err = b.in.Write(append(raw, 0))
	}
	for err == nil {
		var text []byte
		if text, err = b.out.ReadBytes(0); err != nil {
			break
		}
		var got struct {
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err = json.Unmarshal(text[:len(text)-1], &got); err != nil || got.ID != b.last {
			continue
		}
		if got.Error != nil {
			err = errors.New(got.Error.Message)
		} else if answer != nil {
			err = json.Unmarshal(got.Result, answer)
		}
		break
	}
	if err != nil {
		return fmt.Errorf("the browser, %s: %w", method, err)
	}
	return nil
}

// act runs a script in the page as a person's hand, and gives what it returns as text.
func (b *browser) act(script string) string {
	b.t.Helper()
	value, err := b.evaluate(script)
	if err != nil {
		b.t.Fatalf("%v\n%s", err, script)
	}
	return value
}

func (b *browser) evaluate(script string) (string, error) {
	var answer struct {
		Result           struct{ Value string }
		ExceptionDetails *struct{ Exception struct{ Description string } }
	}
	err := b.call("Runtime.evaluate", map[string]any{"expression": "(() => { " + script + "; return ''; })()", "returnByValue": true}, &answer)
	if err == nil && answer.ExceptionDetails != nil {
		err = errors.New(answer.ExceptionDetails.Exception.Description)
	}
	return answer.Result.Value, err
}

func (b *browser) open(url string) {
	b.t.Helper()
	if err := b.call("Page.navigate", map[string]any{"url": url}, nil); err != nil {
		b.t.Fatal(err)
	}
	b.loaded()
}

// follow clicks on what a selector finds first and waits for the page to which it leads.
func (b *browser) follow(selector string) {
	b.t.Helper()
	b.act("window.left = true; document.querySelector(" + fmt.Sprintf("%q", selector) + ").click()")
	b.loaded()
}

// loaded waits until a new page stands there in full.
func (b *browser) loaded() {
	b.t.Helper()
	for b.ctx.Err() == nil {
		// Between two pages there is nothing to ask.
		if there, err := b.evaluate("return String(!window.left && document.readyState === 'complete' && location.href !== 'about:blank')"); err == nil && there == "true" {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	b.t.Fatal("the page does not load")
}

// sees checks what the page says; what is folded up counts.
func (b *browser) sees(all ...string) {
	b.t.Helper()
	seen := b.act("return location.pathname + ' ' + document.body.textContent.replace(/\\s+/g, ' ')")
	for _, want := range all {
		if !strings.Contains(seen, want) {
			b.t.Errorf("the page does not say %q:\n%.3000s", want, seen)
		}
	}
}
