package analyzer

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"testing"
)

// sharedData is the folder of public test data, or skips the test.
func sharedData(t testing.TB, name string) string {
	t.Helper()
	path := filepath.Join("..", "..", "shared", "data", filepath.FromSlash(name))
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		t.Skipf("%s is not present", path)
	}
	return path
}

func readTable(t testing.TB, name string) []Column {
	t.Helper()
	f, err := os.Open(sharedData(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return ColumnsFromTable(name, rows[0], rows[1:])
}

type truth map[[2]string]bool

func readTruth(t testing.TB, name string) truth {
	t.Helper()
	content, err := os.ReadFile(sharedData(t, name))
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Matches []struct {
			Source string `json:"source_column"`
			Target string `json:"target_column"`
		}
	}
	if err := json.Unmarshal(content, &file); err != nil {
		t.Fatal(err)
	}
	out := truth{}
	for _, m := range file.Matches {
		out[[2]string{m.Source, m.Target}] = true
	}
	return out
}

// recallAtTruth is the share of true pairs among the best |truth| pairs; reciprocal is the mean reciprocal rank over the
// columns of the first table that have a partner, 0 for one without the right candidate.
func (want truth) rank(matches []Match) (recallAtTruth, reciprocal float64) {
	found := 0
	for _, m := range matches[:min(len(want), len(matches))] {
		if want[[2]string{m.A, m.B}] {
			found++
		}
	}
	sources := map[string]bool{}
	for pair := range want {
		sources[pair[0]] = true
	}
	for source := range sources {
		rank := 0
		for _, m := range matches {
			if m.A != source {
				continue
			}
			rank++
			if want[[2]string{m.A, m.B}] {
				reciprocal += 1 / float64(rank)
				break
			}
		}
	}
	return float64(found) / float64(len(want)), reciprocal / float64(len(sources))
}

func columnIDs(columns []Column) []string {
	ids := make([]string, len(columns))
	for i := range columns {
		ids[i] = columns[i].ID
	}
	return ids
}

func TestMatchValentine(t *testing.T) {
	for _, test := range []struct {
		name, source, target, truth string
		recall                      float64
	}{
		{"musicians", "wikidata_musicians_source", "wikidata_musicians_target", "wikidata_truth", 1},
		{"chembl", "chembl_assays_source", "chembl_assays_target", "chembl_truth", 0.8},
		{"tpcdi", "tpcdi_prospect_source", "tpcdi_prospect_target", "tpcdi_truth", 0.8},
	} {
		for _, variant := range []string{"labels and values", "labels alone", "values alone"} {
			t.Run(test.name+"/"+variant, func(t *testing.T) {
				if testing.Short() && variant != "labels and values" {
					t.Skip("the full pair is enough for a quick run")
				}
				a := readTable(t, "matching/"+test.source+".csv")
				b := readTable(t, "matching/"+test.target+".csv")
				want := readTruth(t, "matching/"+test.truth+".json")
				nameA, nameB := columnIDs(a), columnIDs(b)
				for _, columns := range [][]Column{a, b} {
					for i := range columns {
						switch variant {
						case "labels alone":
							columns[i].Values = nil
						case "values alone":
							columns[i].ID = "column " + strconv.Itoa(i+1)
							columns[i].Label = ""
						}
					}
				}
				matches, err := MatchTables(context.Background(), a, b, MatchOptions{})
				if err != nil {
					t.Fatal(err)
				}
				for i := range matches {
					matches[i].A, matches[i].B = nameA[matches[i].RefA.Column], nameB[matches[i].RefB.Column]
				}
				recall, mrr := want.rank(matches)
				t.Logf("Recall@GT %.3f, MRR %.3f", recall, mrr)
				if variant == "labels and values" && recall < test.recall {
					t.Errorf("Recall@GT %.3f, want %.2f", recall, test.recall)
				}
				for _, m := range matches {
					w, err := json.Marshal(m.Why)
					if err != nil {
						t.Fatal(err)
					}
					t.Log(want[[2]string{m.A, m.B}], m.A, m.B, m.Score, m.Relation, string(w))
				}
			})
		}
	}
}
