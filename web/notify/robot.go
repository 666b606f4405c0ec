package notify

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kinds of robots.
const (
	DingTalk = "dingtalk"
	WeCom    = "wecom"
	Feishu   = "feishu"
)

// RobotKinds lists them.
var RobotKinds = []string{DingTalk, WeCom, Feishu}

// Robot posts to a group by the webhook of its robot. The webhook is a secret: whoever knows it may post.
type Robot struct {
	Kind    string
	Webhook string
	Secret  string // of the signature: DingTalk and Feishu; WeCom has none
	Clock   func() time.Time
	Client  *http.Client
}

// PerMinute is what the platforms document for one robot: DingTalk and WeCom 20 a minute, Feishu 100.
func (r Robot) PerMinute() int {
	if r.Kind == Feishu {
		return 100
	}
	return 20
}

// longestBody is what the platforms take, in bytes: WeCom documents 4,096 for markdown, the others about 20,000.
func (r Robot) longestBody() int {
	if r.Kind == WeCom {
		return 4096
	}
	return 20_000
}

// Send posts a message. The platforms answer 200 with a code of their own when they refuse.
func (r Robot) Send(ctx context.Context, _ string, m Message) error {
	address, body, err := r.request(m)
	if err != nil {
		return permanent(err)
	}
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return permanent(errors.New("unable to use the webhook: it is no address"))
	}
	q.Header.Set("Content-Type", "application/json; charset=utf-8")
	answer, err := r.Client.Do(q)
	if err != nil {
		return fmt.Errorf("unable to reach the robot: %w", withoutAddress(err))
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(io.LimitReader(answer.Body, 64<<10))
	if err != nil {
		return fmt.Errorf("unable to read the robot's answer: %w", withoutAddress(err))
	}
	if answer.StatusCode != http.StatusOK {
		err := fmt.Errorf("the robot answers %s", answer.Status)
		if answer.StatusCode < 500 && answer.StatusCode != http.StatusTooManyRequests && answer.StatusCode != http.StatusRequestTimeout {
			return permanent(err)
		}
		return err
	}
	var said struct {
		Errcode int    `json:"errcode"` // DingTalk, WeCom
		Errmsg  string `json:"errmsg"`
		Code    int    `json:"code"` // Feishu
		Msg     string `json:"msg"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return fmt.Errorf("unable to read the robot's answer: %w", err)
	}
	if said.Errcode != 0 || said.Code != 0 {
		return fmt.Errorf("the robot refuses: %d %s%s", said.Errcode+said.Code, said.Errmsg, said.Msg)
	}
	return nil
}

// withoutAddress keeps the webhook out of logs and out of the store.
func withoutAddress(err error) error {
	var u *url.Error
	if errors.As(err, &u) {
		return u.Err
	}
	return err
}

// request is the address and the body of a message in the form of the platform.
func (r Robot) request(m Message) (string, []byte, error) {
	now := r.Clock()
	address := r.Webhook
	var body any
	switch r.Kind {
	case DingTalk:
		if r.Secret != "" {
			at := strconv.FormatInt(now.UnixMilli(), 10)
			address += "&timestamp=" + at + "&sign=" + url.QueryEscape(sign(r.Secret, at+"\n"+r.Secret))
		}
		body = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"title": m.Subject, "text": m.markdown(r.longestBody())}}
	case WeCom:
		body = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"content": m.markdown(r.longestBody())}}
	case Feishu:
		var rows [][]map[string]string
		for _, l := range m.Lines {
			row := []map[string]string{{"tag": "text", "text": "· " + l.Text + " "}}
			if l.Address != "" {
				row = append(row, map[string]string{"tag": "a", "text": "→", "href": l.Address})
			}
			rows = append(rows, row)
		}
		rows = append(rows, []map[string]string{{"tag": "text", "text": m.Footer}})
		post := map[string]any{
			"msg_type": "post",
			"content":  map[string]any{"post": map[string]any{"zh_cn": map[string]any{"title": m.Subject, "content": rows}}},
		}
		if r.Secret != "" {
			at := strconv.FormatInt(now.Unix(), 10)
			// Feishu takes the text to be signed as the key, and signs nothing.
			post["timestamp"], post["sign"] = at, sign(at+"\n"+r.Secret, "")
		}
		body = post
	default:
		return "", nil, fmt.Errorf("unable to post to a robot of kind %q", r.Kind)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		return "", nil, fmt.Errorf("unable to write the robot's message: %w", err)
	}
	return address, raw, nil
}

// sign is base64 of HMAC-SHA-256.
func sign(key, text string) string {
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte(text))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// markdown is a message in what the platforms know of Markdown, cut at a whole line where it would be too long.
func (m Message) markdown(most int) string {
	text := "**" + escape(m.Subject) + "**\n"
	end := "\n\n" + escape(m.Footer)
	for _, l := range m.Lines {
		line := "\n- " + escape(l.Text)
		if l.Address != "" {
			line = "\n- [" + escape(l.Text) + "](" + l.Address + ")"
		}
		if len(text)+len(line)+len(end)+len("\n- …") > most {
			text += "\n- …"
			break
		}
		text += line
	}
	text += end
	for len(text) > most || !utf8.ValidString(text) {
		text = text[:len(text)-1]
	}
	return text
}

// escape keeps names from being read as Markdown.
func escape(text string) string {
	return strings.NewReplacer("\\", "\\\\", "[", "\\[", "]", "\\]", "*", "\\*", "`", "\\`", "<", "&lt;", "\n", " ", "\r", " ").Replace(text)
}
