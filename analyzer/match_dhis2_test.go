package analyzer

import (
	"context"
	"encoding/csv"
	"os"
	"testing"
)

// dhis2Forms are the nine reporting forms of a national health system, which share no element. name picks the column that
// serves as label; withPeriod says whether the reporting cycle is declared.
func dhis2Forms(t testing.TB, name string, withPeriod bool) (forms [][]Column, cycles []string) {
	t.Helper()
	f, err := os.Open(sharedData(t, "matching/dhis2_hiv_forms.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := headerIndex(rows[0])
	form := map[string]int{}
	for _, row := range rows[1:] {
		id := cell(row, at, "dataset_id")
		i, ok := form[id]
		if !ok {
			i = len(forms)
			form[id] = i
			forms = append(forms, nil)
			cycles = append(cycles, map[string]string{"Monthly": "month", "Yearly": "year"}[cell(row, at, "period")])
		}
		c := Column{Table: "form " + id, ID: cell(row, at, "de_code"), Label: cell(row, at, name)}
		if cell(row, at, "value_type") == "BOOLEAN" {
			c.Type = "bool"
		} else {
			c.Type = "integer"
		}
		if withPeriod {
			c.Period = cycles[i]
		}
		forms[i] = append(forms[i], c)
	}
	return forms, cycles
}

// The forms share no element, so a match across cycles is false. Within one cycle some labels are the same to the letter
// (the same question to clients and to patients), which labels alone cannot tell apart.
func TestMatchDHIS2(t *testing.T) {
	m, err := NewMatcher()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"de_name", "form_name", "short_name"} {
		for _, declared := range []bool{true, false} {
			forms, cycles := dhis2Forms(t, name, declared)
			matches, err := m.MatchForms(context.Background(), forms, MatchOptions{})
			if err != nil {
				t.Fatal(err)
			}
			found, across, compared, elements := 0, 0, 0, 0
			for _, x := range matches {
				if x.Score < 0.5 {
					continue
				}
				found++
				if cycles[x.RefA.Table] != cycles[x.RefB.Table] {
					across++
				}
			}
			for _, form := range forms {
				compared += elements * len(form)
				elements += len(form)
			}
			t.Logf("%s, period declared %v: %d pairs of %d elements, %d matched, %d across cycles", name, declared, compared, elements, found, across)
			if declared && across > 0 {
				t.Errorf("%s: %d matches between monthly and yearly forms", name, across)
			}
			if declared && found*100 > 6*elements {
				t.Errorf("%s: %d of %d elements matched", name, found, elements)
			}
			if found*200 > compared {
				t.Errorf("%s: %d of %d pairs matched", name, found, compared)
			}
		}
	}
}
