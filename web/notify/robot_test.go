package notify_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/web/notify"
)

var noon = time.Date(2026, 7, 1, 4, 0, 0, 0, time.UTC)

func message() notify.Message {
	return notify.Message{
		ID: "abc", Subject: "减负：2 件事等待办理（青山县）", Footer: "请登录后查看。",
		Lines: []notify.Line{{Text: "“智慧[党建]*平台”请于 2026-07-10 前办理", Address: "https://jianfu.example/retirements/smart"}, {Text: "隔离区有 3 条记录"}},
	}
}

// robotSite is a platform that checks what it is sent, by its own reading of the documentation.
func robotSite(t *testing.T, answer string, code int, check func(r *http.Request, body map[string]any)) string {
	t.Helper()
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		body := map[string]any{}
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Errorf("%v: %s", err, raw)
		}
		if check != nil {
			check(r, body)
		}
		w.WriteHeader(code)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(site.Close)
	return site.URL + "/robot/send?access_token=a-secret"
}

func mac(key, text string) string {
	m := hmac.New(sha256.New, []byte(key))
	_, _ = io.WriteString(m, text)
	return base64.StdEncoding.EncodeToString(m.Sum(nil))
}

func dig(body map[string]any, path ...string) any {
	var at any = body
	for _, key := range path {
		m, _ := at.(map[string]any)
		at = m[key]
	}
	return at
}

func TestRobotsSpeakTheirPlatformsForm(t *testing.T) {
	for kind, check := range map[string]func(t *testing.T, r *http.Request, body map[string]any){
		notify.DingTalk: func(t *testing.T, r *http.Request, body map[string]any) {
			q := r.URL.Query()
			if q.Get("timestamp") != "1782878400000" || q.Get("sign") != mac("SEC1", "1782878400000\nSEC1") || q.Get("access_token") != "a-secret" {
				t.Errorf("signature of %v", q)
			}
			text, _ := dig(body, "markdown", "text").(string)
			if body["msgtype"] != "markdown" || dig(body, "markdown", "title") != message().Subject || !strings.Contains(text, "](https://jianfu.example/retirements/smart)") || !strings.Contains(text, `\[党建\]\*平台`) {
				t.Errorf("%v", body)
			}
		},
		notify.WeCom: func(t *testing.T, r *http.Request, body map[string]any) {
			text, _ := dig(body, "markdown", "content").(string)
			if body["msgtype"] != "markdown" || !strings.HasPrefix(text, "**减负：2 件事等待办理（青山县）**") || r.URL.Query().Has("sign") {
				t.Errorf("%v", body)
			}
		},
		notify.Feishu: func(t *testing.T, _ *http.Request, body map[string]any) {
			if body["timestamp"] != "1782878400" || body["sign"] != mac("1782878400\nSEC1", "") {
				t.Errorf("signature of %v", body)
			}
			rows, _ := dig(body, "content", "post", "zh_cn", "content").([]any)
			if body["msg_type"] != "post" || dig(body, "content", "post", "zh_cn", "title") != message().Subject || len(rows) != 3 {
				t.Errorf("%v", body)
			}
		},
	} {
		t.Run(kind, func(t *testing.T) {
			asked := 0
			webhook := robotSite(t, `{"errcode":0,"errmsg":"ok","code":0,"msg":"success"}`, 200, func(r *http.Request, body map[string]any) {
				asked++
				check(t, r, body)
			})
			robot := notify.Robot{Kind: kind, Webhook: webhook, Secret: "SEC1", Clock: func() time.Time { return noon }, Client: http.DefaultClient}
			if err := robot.Send(t.Context(), "", message()); err != nil || asked != 1 {
				t.Errorf("asked %d times, %v", asked, err)
			}
		})
	}
}

func TestRobotsRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		answer    string
		code      int
		permanent bool
	}{
		"wrong signature":    {`{"errcode":310000,"errmsg":"sign not match"}`, 200, false},
		"too many":           {`{"errcode":45009,"errmsg":"api freq out of limit"}`, 200, false},
		"feishu refuses":     {`{"code":19021,"msg":"sign match fail"}`, 200, false},
		"away":               {`bad gateway`, 502, false},
		"too many by HTTP":   {``, 429, false},
		"no such robot":      {``, 404, true},
		"not a robot at all": {`<html>`, 200, false},
	} {
		t.Run(name, func(t *testing.T) {
			robot := notify.Robot{Kind: notify.WeCom, Webhook: robotSite(t, c.answer, c.code, nil), Clock: time.Now, Client: http.DefaultClient}
			err := robot.Send(t.Context(), "", message())
			if err == nil || errors.Is(err, notify.ErrPermanent) != c.permanent || strings.Contains(err.Error(), "a-secret") {
				t.Errorf("%v", err)
			}
		})
	}
	gone := notify.Robot{Kind: notify.DingTalk, Webhook: "http://127.0.0.1:1/?access_token=a-secret", Clock: time.Now, Client: http.DefaultClient}
	if err := gone.Send(context.Background(), "", message()); err == nil || strings.Contains(err.Error(), "a-secret") || errors.Is(err, notify.ErrPermanent) {
		t.Errorf("the webhook is told, or no other try: %v", err)
	}
}

// TestWeComTakes4096Bytes sends messages of any length: what the platform gets is never longer than it takes, whole characters,
// and keeps the footer.
func TestWeComTakes4096Bytes(t *testing.T) {
	var text string
	webhook := robotSite(t, `{"errcode":0}`, 200, func(_ *http.Request, body map[string]any) { text, _ = dig(body, "markdown", "content").(string) })
	robot := notify.Robot{Kind: notify.WeCom, Webhook: webhook, Clock: time.Now, Client: http.DefaultClient}
	rapid.Check(t, func(r *rapid.T) {
		m := message()
		m.Lines = nil
		for range rapid.IntRange(0, 200).Draw(r, "lines") {
			m.Lines = append(m.Lines, notify.Line{Text: rapid.String().Draw(r, "text"), Address: "https://jianfu.example/x"})
		}
		if err := robot.Send(t.Context(), "", m); err != nil {
			r.Fatal(err)
		}
		if len(text) > 4096 || !utf8.ValidString(text) || !strings.HasSuffix(text, m.Footer) {
			r.Errorf("%d bytes: …%s", len(text), text[max(0, len(text)-80):])
		}
	})
}
