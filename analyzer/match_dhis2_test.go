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

func TestMatchDHIS2(t *testing.T) {
	m, err := NewMatcher()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"de_name", "form_name", "short_name"} {
		for _, withPeriod := range []bool{true, false} {
			forms, cycles := dhis2Forms(t, name, withPeriod)
			elements, falseMatches, acrossPeriods := 0, 0, 0
			for i := range forms {
				elements += len(forms[i])
				for j := range i {
					matches, err := m.Match(context.Background(), forms[j], forms[i], MatchOptions{})
					if err != nil {
						t.Fatal(err)
					}
					for pair, score := range matched(matches) {
						falseMatches++
						if cycles[i] != cycles[j] {
							acrossPeriods++
						} else {
							t.Logf("%s: %v %.2f", name, pair, score)
						}
					}
				}
			}
			t.Logf("%s, period declared %v: %d elements, %d matched, %d of them across periods", name, withPeriod, elements, falseMatches, acrossPeriods)
			if withPeriod && acrossPeriods > 0 {
				t.Errorf("%s: %d matches between monthly and yearly forms", name, acrossPeriods)
			}
		}
	}
}
