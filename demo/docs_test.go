package demo

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

func TestTheDocumentTellsTheNumbers(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	text, err := os.ReadFile("../docs/demo.md")
	if err != nil {
		t.Fatal(err)
	}
	forms, fields := 0, 0
	for _, p := range c.truth.DuplicateForms {
		if p.Required {
			forms++
		}
	}
	for _, p := range c.truth.DuplicateFields {
		if p.Required {
			fields++
		}
	}
	owners, interfaces, databases := map[string]bool{}, 0, 0
	for i := range c.systems {
		owners[c.systems[i].owner] = true
		switch c.systems[i].data {
		case byPage, byOffset, byCursor, byNextLink, byToken:
			interfaces++
		case inDatabase:
			databases++
		}
	}
	if interfaces != 16 || databases != 24 || len(owners) <= 25 {
		t.Errorf("%d interfaces, %d databases, %d owners: correct the document", interfaces, databases, len(owners))
	}
	for kind := range trapWhy {
		if !strings.Contains(string(text), kind) {
			t.Errorf("docs/demo.md does not name the trap %s", kind)
		}
	}
	for _, want := range []string{
		fmt.Sprintf("%d 对报表", forms), fmt.Sprintf("%d 对数据项", fields), fmt.Sprintf("%d 个，25 个以上部门", len(c.systems)), fmt.Sprintf("%d 张：", len(c.forms)),
		fmt.Sprintf("%d pairs of forms", forms), fmt.Sprintf("%d pairs of items", fields), fmt.Sprintf("%d upstream systems", len(c.systems)), fmt.Sprintf("%d forms", len(c.forms)),
	} {
		if !strings.Contains(string(text), want) {
			t.Errorf("docs/demo.md does not say %q", want)
		}
	}
}
