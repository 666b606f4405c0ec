package web_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/report"
)

func write(t *testing.T, c *canned, scope report.Scope, lang string) string {
	t.Helper()
	data, err := report.Read(t.Context(), c, scope)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := report.HTML(&b, data, report.Options{Bundle: bundle(t), Language: lang, Now: now}); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestReport(t *testing.T) {
	c := county()
	body := write(t, c, report.Scope{}, locale.Chinese)
	seen := words(parse(t, body))
	for _, want := range []string{
		"青山县基层填报负担审计报告", "全部系统与单位", "共有线索 133 条", "建议核查的单位和报表（2 处）", "一、摘要", "请先看", "东岭乡下湾村", "civil-db", "七、局限声明", "具名的人作出决定",
		"森林防火巡护", "四、未评估的对象（1 个）", "六、证据编号与校验值", report.Hash(c.findings[0]),
	} {
		if !strings.Contains(seen, want) {
			t.Errorf("the report does not say %q", want)
		}
	}
	for _, want := range []string{"@page{size:A4", `counter(page)`, `counter(pages)`, "证据校验值", "<style>"} {
		if !strings.Contains(body, want) {
			t.Errorf("the report lacks %q", want)
		}
	}
	if strings.Contains(body, "<link") || strings.Contains(body, "<script") {
		t.Error("the report needs other files")
	}
	english := words(parse(t, write(t, c, report.Scope{}, locale.English)))
	if !strings.Contains(english, "7. Statement of limits") || !strings.Contains(english, "133 findings") {
		t.Error("the English report is incomplete")
	}
}

func TestReportScopes(t *testing.T) {
	c := county()
	unit := words(parse(t, write(t, c, report.Scope{Unit: "330199003000"}, locale.Chinese)))
	if !strings.Contains(unit, "东岭乡下湾村《农村") || strings.Contains(unit, "清水乡上湾村《农村") || !strings.Contains(unit, "建议核查的单位和报表（1 处）") {
		t.Error("the report of a town holds more or less than its villages")
	}
	one := words(parse(t, write(t, c, report.Scope{Finding: c.findings[8].ID}, locale.Chinese)))
	if !strings.Contains(one, "四、未评估的对象（1 个）") || strings.Contains(one, "建议核查的单位") {
		t.Error("the report of one finding")
	}
	for _, scope := range []report.Scope{{Unit: "x"}, {System: "x"}, {Finding: "x"}} {
		if _, err := report.Read(t.Context(), c, scope); !errors.Is(err, queries.ErrNotFound) {
			t.Errorf("%+v: %v", scope, err)
		}
	}
	c.err = context.Canceled
	if _, err := report.Read(t.Context(), c, report.Scope{}); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

// A name can neither end the style element nor its string.
func TestReportNamesStayText(t *testing.T) {
	c := county()
	c.names.Place = `青山"}</style><script>alert(1)</script>\`
	body := write(t, c, report.Scope{}, locale.Chinese)
	if strings.Contains(body, "<script>") || strings.Count(body, "</style>") != 1 {
		t.Error("a name became markup")
	}
}

// The fingerprint covers the evidence, not what people decide about it, and survives storage as JSON.
func TestHash(t *testing.T) {
	f := county().findings[0]
	first := report.Hash(f)
	decided := f
	decided.Status, decided.Severity = "verified", "low"
	if report.Hash(decided) != first {
		t.Error("a decision changed the fingerprint")
	}
	changed := f
	changed.N++
	if report.Hash(changed) == first {
		t.Error("a changed number left the fingerprint as it was")
	}
	raw, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	var stored queries.Finding
	if err := json.Unmarshal(raw, &stored); err != nil {
		t.Fatal(err)
	}
	if report.Hash(stored) != first {
		t.Error("storing changed the fingerprint")
	}
}

// The served report allows exactly its own style element.
func TestServedReportPolicy(t *testing.T) {
	s := open(t, options(t, county())).enter()
	res := s.get("/report")
	body := text(t, res)
	_, style, _ := strings.Cut(body, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	if want := "style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'"; !strings.Contains(res.Header.Get("Content-Security-Policy"), want) {
		t.Errorf("policy %s", res.Header.Get("Content-Security-Policy"))
	}
}
