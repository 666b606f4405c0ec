package web_test

import (
	"bytes"
	"encoding/csv"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/net/html"

	"github.com/jianfu/jianfu/web/locale"
)

// sheet reads a list as spreadsheets get it, and checks that the workbook says the same.
func sheet(t *testing.T, s *site, address string) [][]string {
	t.Helper()
	path, query, _ := strings.Cut(address, "?")
	res := s.get(path + ".csv?lang=en&" + query)
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text(t, res), "\ufeff"))).ReadAll()
	if err != nil || res.StatusCode != http.StatusOK || len(rows) < 2 {
		t.Fatalf("%s: %d, %d rows, %v", address, res.StatusCode, len(rows), err)
	}
	book, err := excelize.OpenReader(bytes.NewReader([]byte(text(t, s.get(path+".xlsx?lang=en&"+query)))))
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	defer book.Close()
	cells, err := book.GetRows("Sheet1")
	if err != nil || len(cells) != len(rows) || cells[1][0] != rows[1][0] {
		t.Errorf("%s: the workbook has %d rows, the file %d, %v", address, len(cells), len(rows), err)
	}
	return rows
}

// hoursIn adds up the column hours.
func hoursIn(t *testing.T, rows [][]string) (sum float64) {
	t.Helper()
	for _, row := range rows[1:] {
		x, err := strconv.ParseFloat(row[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		sum += x
	}
	return sum
}

// having is the first element with a value of an attribute; an empty one where there is none.
func having(n *html.Node, attribute, value string) *html.Node {
	for c := range n.Descendants() {
		for _, a := range c.Attr {
			if a.Key == attribute && a.Val == value {
				return c
			}
		}
	}
	return &html.Node{}
}

// Every figure is the sum of those below it: departments of all, systems of a department, forms of a system.
func TestHoursAddUpOnTheWayDown(t *testing.T) {
	c := county()
	s := open(t, options(t, c)).enter()
	page := c.burdenPage()
	want := map[string]float64{"": 0}
	for _, cell := range page.Cells {
		if !cell.Recent {
			continue
		}
		system := c.names.FormSystems[cell.Form]
		for _, at := range []string{"", "department=" + url.QueryEscape(c.names.Owners[system]), "system=" + system, "form=" + cell.Form} {
			want[at] += cell.Hours()
		}
	}
	for at, sum := range want {
		if strings.HasSuffix(at, "=") {
			continue // nobody is registered as the owner: there is no such department to ask for
		}
		for _, lang := range locale.Languages() {
			root, seen := s.page("/burden?lang=" + lang + "&" + at)
			// A half may be written either way.
			if low, high := locale.Number(math.Floor(sum+0.49)), locale.Number(math.Floor(sum+0.51)); !strings.Contains(seen, low) && !strings.Contains(seen, high) {
				t.Errorf("%q in %s does not say %s hours", at, lang, low)
			}
			up, not := "与上一级一致", "相差"
			if lang == locale.English {
				up, not = "as above them", "above them are"
			}
			if tree := words(having(root, "class", "btree")); tree == "" {
				t.Errorf("%q in %s has no tree", at, lang)
			}
			if tree := words(having(root, "id", "tree")); !strings.HasPrefix(at, "form=") && (!strings.Contains(tree, up) || strings.Contains(tree, not)) {
				t.Errorf("%q in %s does not add up: %s", at, lang, tree)
			}
		}
	}
	if root, _ := s.page("/burden?form=f1&lang=zh-CN"); root != nil {
		crumbs := words(having(root, "class", "drill"))
		for _, step := range []string{"全部部门", c.names.Owners[c.names.FormSystems["f1"]], c.names.Systems[c.names.FormSystems["f1"]], c.names.Forms["f1"]} {
			if !strings.Contains(crumbs, step) {
				t.Errorf("no %q on the way: %s", step, crumbs)
			}
		}
	}
	for _, wrong := range []string{"department=没有的局", "system=nowhere", "form=nowhere", "unit=nowhere", "form=f1&department=没有的局", "month=1999-01", "month=June"} {
		if res := s.get("/burden?" + wrong); res.StatusCode != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, res.StatusCode)
		}
	}
}

func TestAMonthIsComparedWithThoseBefore(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for lang, want := range map[string][]string{
		"zh-CN": {"2026-05 与以前比", "上月（2026-04）", "上年同月（2025-05）", "90% 区间", "措施前后对比"},
		"en":    {"2026-05 against before", "Month before (2026-04)", "Same month last year (2025-05)", "Before and after measures"},
	} {
		root, _ := s.page("/burden?month=2026-05&lang=" + lang)
		card := words(having(root, "id", "compare"))
		says(t, card, want...)
		if strings.Contains(card, "NaN") || strings.Contains(card, "burden.") {
			t.Error(card)
		}
	}
	// The first month that is kept has nothing before it.
	root, _ := s.page("/burden?month=2024-07&lang=zh-CN")
	says(t, words(having(root, "id", "compare")), "没有可比的完整月份")
}

func TestTablesOfLeadersCanBeTakenAway(t *testing.T) {
	s := open(t, options(t, county())).enter()
	for _, address := range []string{"/burden?by=place", "/burden?by=form", "/burden?by=system&department=" + url.QueryEscape("民政局"), "/departments?", "/units?"} {
		if rows := sheet(t, s, address); strings.Contains(strings.Join(rows[0], " "), ".") {
			t.Errorf("%s: a head without a name: %q", address, rows[0])
		}
	}
	if res := s.get("/burden.csv?by=unit&form=f1"); res.StatusCode != http.StatusNotFound {
		t.Errorf("hours of units by form are not kept: %d", res.StatusCode)
	}
	if hoursIn(t, sheet(t, s, "/burden?by=place")) <= 0 {
		t.Error("places without hours")
	}
}
