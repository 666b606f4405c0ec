package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// browser drives one page of a headless browser over pipes, by the DevTools protocol.
type browser struct {
	t       *testing.T
	ctx     context.Context
	in      *os.File
	out     *bufio.Reader
	session string
	last    int
	events  []event // what happened since they were last taken
}

// event is something that happened in the page, by its name in the protocol.
type event struct {
	Method string
	Params json.RawMessage
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
	profile, err := os.MkdirTemp("", "jianfu-browser-")
	if err != nil {
		t.Fatal(err)
	}
	c := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--lang=zh-CN", "--accept-lang=zh-CN", "--user-data-dir="+profile, "--remote-debugging-pipe", "about:blank")
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
		// Its children write on for a moment.
		for range 100 {
			if os.RemoveAll(profile) == nil {
				break
			}
			time.Sleep(50 * time.Millisecond)
		}
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

// call sends a command and reads its answer; what happens in between is kept among the events.
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
			event
			ID     int
			Result json.RawMessage
			Error  *struct{ Message string }
		}
		if err = json.Unmarshal(text[:len(text)-1], &got); err != nil || got.ID != b.last {
			if got.Method != "" {
				b.events = append(b.events, got.event)
			}
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
	err := b.call("Runtime.evaluate", map[string]any{"expression": "(async () => { " + script + "; return ''; })()", "returnByValue": true, "awaitPromise": true}, &answer)
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
