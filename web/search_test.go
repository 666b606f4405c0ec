package web_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// hits gives the addresses of what a search finds, in their order.
func hits(t *testing.T, s *site, ask string) []string {
	t.Helper()
	doc := parse(t, text(t, s.get("/search?"+ask+"&lang=zh-CN")))
	var out []string
	for n := range doc.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" && n.Parent.Data == "li" && n.Parent.Parent.Data == "ul" && attr(n.Parent.Parent, "class") == "hits" {
			out = append(out, attr(n, "href"))
		}
	}
	return out
}

func TestSearchFindsByNameLettersAndId(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	first := c.findings[0].ID
	for _, x := range []struct{ what, ask, want string }{
		{"a part of a name", "网格化", "/systems/grid"},
		{"initials", "wghshzlpt", "/systems/grid"},
		{"initials within the name", "ptfh", ""},
		{"initials in capitals", "SQGLY", ""},
		{"a system's id", "poverty", "/systems/poverty"},
		{"full width letters", "ｐｏｖｅｒｔｙ", "/systems/poverty"},
		{"initials of a form", "aqyhpczlyb", "/findings?form=f4"},
		{"a code", "330199003201", "/units/330199003201"},
		{"a village of a town", "柳河 上湾", "/units/330199001202"},
		{"a department", "应急管理局", "/departments/" + url.PathEscape("应急管理局")},
		{"the label of a field", "清运垃圾", "/items?q=" + url.QueryEscape("本月清运垃圾（吨）")},
		{"a finding's id", first, "/findings/" + first},
		{"a page", "数据来源", "/sources"},
		{"an explanation", "使用日志覆盖", "/help#coverage"},
	} {
		found := hits(t, s, "q="+url.QueryEscape(x.ask))
		if x.want != "" && !slices.Contains(found, x.want) {
			t.Errorf("%s: %q finds %v, not %s", x.what, x.ask, found, x.want)
		}
		if x.want == "" && len(found) > 0 {
			t.Errorf("%s: %q finds %v", x.what, x.ask, found)
		}
	}
}

// A whole name stands before a part of one, and a name before what merely belongs to it.
func TestSearchRanks(t *testing.T) {
	s := open(t, options(t, county())).enter()
	if found := hits(t, s, "q="+url.QueryEscape("民政")); len(found) == 0 || found[0] != "/departments/"+url.PathEscape("民政局") && found[0] != "/systems/civil" {
		t.Errorf("民政 finds %v first", found)
	}
	if found := hits(t, s, "q="+url.QueryEscape("石桥镇")+"&kind=unit"); len(found) != 9 || found[0] != "/units/330199002000" {
		t.Errorf("a town and its villages: %v", found)
	}
	if found := hits(t, s, "q="+url.QueryEscape("石桥镇")); len(slices.DeleteFunc(found, func(a string) bool { return !strings.HasPrefix(a, "/units/") })) > 6 {
		t.Errorf("a kind takes the room of the others: %v", found)
	}
}

// Characters of several readings are found by each.
func TestSearchKnowsSeveralReadings(t *testing.T) {
	c := county()
	c.names.Systems["civil"] = "重复报表登记"
	s := open(t, options(t, c)).enter()
	for _, ask := range []string{"cfbb", "zfbb"} {
		if found := hits(t, s, "q="+ask); !slices.Contains(found, "/systems/civil") {
			t.Errorf("%s finds %v", ask, found)
		}
	}
}

func TestSearchEscapes(t *testing.T) {
	s := open(t, options(t, county())).enter()
	body := text(t, s.get("/search?q="+url.QueryEscape(`"><script>alert(1)</script>`)))
	if strings.Contains(body, "<script>") {
		t.Error("what was asked runs as a script")
	}
	parse(t, body)
	for _, ask := range []string{"q=", "q=%20%20", "q=" + strings.Repeat("长", 5000), "q=%ff%fe", "kind=nothing&q=a"} {
		if res := s.get("/search?" + ask); res.StatusCode != 200 {
			t.Errorf("%.40s: %d", ask, res.StatusCode)
		}
	}
}
