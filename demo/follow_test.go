package demo

import (
	"strings"
	"testing"
)

func TestAFaultyCatalogueIsRefused(t *testing.T) {
	items, err := itemCatalogue()
	if err != nil {
		t.Fatal(err)
	}
	spec := func(id, cycle, copyOf, fields string) formSpec {
		return formSpec{id: id, system: "mz-shjz", cycle: cycle, copyOf: copyOf, fields: fields}
	}
	source := spec("aa-bb-m", "month", "", "cm 村 @unit\nje 金额 coll_income")
	for _, test := range []struct {
		form formSpec
		says string
	}{
		{spec("cc-dd-m", "month", "", "cm 村 @unit\nhj 合计 +aa-bb-m.je"), ""},
		{spec("cc-dd-m", "month", "", "cm 村 @unit\nhj 合计 +aa-bb-m.xx"), "no field"},
		{spec("cc-dd-m", "month", "", "cm 村 @unit\nhj 合计 +no-no-m.je"), "can be made of"},
		{spec("cc-dd-m", "quarter", "", "cm 村 @unit\nhj 合计 +aa-bb-m.je"), "same cycle"},
		{spec("cc-dd-m", "month", "aa-bb-m", "cm 村 @unit\ntq 头 pigs"), "does not ask everything"},
		{spec("cc-dd-m", "month", "cc-dd-m", "cm 村 @unit"), "can be made of"},
		{spec("cc-dd-m", "month", "", "cm 村 @unit\nhj 合计 coll_income copy=nothing:.3"), "no item"},
		{spec("cc-dd-m", "month", "", "cm 村 @unit\nhj 合计 coll_income stale=much"), "stale"},
	} {
		forms, err := compileForms([]formSpec{source, test.form}, systemCatalogue(), items)
		if err == nil {
			err = linkFollowers(forms)
		}
		if (err == nil) != (test.says == "") || err != nil && !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: error %v, want %q", test.form.fields, err, test.says)
		}
	}
}
