package master

import (
	"bytes"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

// drawReading makes a small county: forms with fields of all kinds, and a plan in which dropped fields follow from others that
// stay, some of them by way of fields that are filled in beforehand.
func drawReading(t *rapid.T) *reading {
	r := &reading{
		forms: map[string]queries.Form{}, owners: map[string]string{}, kinds: map[[2]string]queries.FieldHours{}, formHours: map[string]float64{},
		items: map[[2]string]*queries.DataItem{}, who: map[string]string{}, units: map[string][]string{},
		dropped: map[[2]string]queries.PlanLine{}, filled: map[[2]string]queries.PlanLine{}, ended: map[string]bool{},
	}
	types := []string{"integer", "number", "text", "code", "date", "bool", "id", "photo", "geo", "datetime", "phone", "biometric", ""}
	var payload [][2]string
	for i := range rapid.IntRange(1, 6).Draw(t, "forms") {
		id := fmt.Sprintf("表.%d", i)
		f := queries.Form{ID: id, Title: "=报表" + id, Cycle: rapid.SampledFrom([]string{"month", "year", ""}).Draw(t, "cycle"), Per: rapid.SampledFrom([]string{"unit", "record"}).Draw(t, "per")}
		for k := range rapid.IntRange(1, 6).Draw(t, "fields") {
			field := queries.Field{
				Form: id, ID: fmt.Sprintf("f %d", k%4+10*(k/4)), Label: rapid.SampledFrom([]string{"户数", "${x}", "", "+增减", "A & <B>"}).Draw(t, "label"),
				Type: rapid.SampledFrom(types).Draw(t, "type"), UnitOf: rapid.SampledFrom([]string{"", "户"}).Draw(t, "of"), Target: math.NaN(),
				Required: rapid.Bool().Draw(t, "required"),
			}
			if field.Type == "code" && rapid.Bool().Draw(t, "coded") {
				field.Codes = map[string]string{"1": "男", "2": "女", "未 知": ""}
			}
			kind := "payload"
			if field.Type == "id" {
				kind = "key"
			}
			ref := [2]string{id, field.ID}
			r.kinds[ref] = queries.FieldHours{Form: id, Field: field.ID, Kind: kind}
			if kind == "payload" {
				payload = append(payload, ref)
			}
			f.Fields = append(f.Fields, field)
		}
		r.forms[id], r.owners[id], r.who[id] = f, fmt.Sprintf("部门%d", i%3), "village"
		r.units[id] = []string{"1", "2"}
		r.formHours[id] = float64(i%2) + 1
	}
	for i, ref := range payload {
		if i == 0 {
			continue
		}
		source := payload[rapid.IntRange(0, i-1).Draw(t, "source")]
		line := queries.PlanLine{Form: ref[0], Field: ref[1], FromForm: source[0], From: source[1], Relation: "equal"}
		switch _, gone := r.dropped[source]; rapid.IntRange(0, 3).Draw(t, "line") {
		case 0:
			if !gone && source[0] != ref[0] {
				line.Action = queries.ActionDrop
				r.dropped[ref] = line
			}
		case 1:
			if !gone && source[0] != ref[0] {
				line.Action = queries.ActionPrefill
				r.filled[ref] = line
			}
		}
	}
	return r
}

// Everything that is asked stays asked once, or is said to be replaced by a question that is asked.
func TestMasterFormsLoseNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := drawReading(t)
		times, names := map[[2]string]int{}, map[string]bool{}
		for _, f := range r.compose() {
			for _, q := range f.Questions {
				if names[q.Name] {
					t.Fatalf("two questions are called %s", q.Name)
				}
				names[q.Name] = true
				times[[2]string{q.Form, q.Field.ID}]++
				for _, old := range q.Replaces {
					times[[2]string{old.Form, old.Field}]++
				}
			}
		}
		for ref, h := range r.kinds {
			fields := r.forms[ref[0]].Fields
			at := slices.IndexFunc(fields, func(f queries.Field) bool { return f.ID == ref[1] })
			want := 1
			if _, dropped := r.dropped[ref]; fields[at].Type == "biometric" && !dropped {
				want = 0 // refused, unless something else tells it
				if _, filled := r.filled[ref]; filled {
					continue
				}
			}
			if h.Kind == "payload" && times[ref] != want && !(fields[at].Type == "biometric" && times[ref] == 0) {
				t.Fatalf("%v is asked or replaced %d times", ref, times[ref])
			}
		}
	})
}

var xmlName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.-]*$`)

// The workbook is an XLSForm after the rules of pyxform: known types, lists that exist, names that XML takes and that are
// unique, groups that close, a label for every question, references to questions that exist.
func TestWorkbookIsAnXLSForm(t *testing.T) {
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		r := drawReading(t)
		forms := r.compose()
		var out bytes.Buffer
		names := func(kind, id string) string { return "" }
		if len(forms) == 0 {
			return
		}
		if err := Workbook(&out, forms, Options{Bundle: bundle, Language: rapid.SampledFrom(locale.Languages()).Draw(t, "language"), Names: names, AsOf: time.Now()}); err != nil {
			t.Fatal(err)
		}
		f, err := excelize.OpenReader(&out)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		survey, choices := table(t, f, "survey"), table(t, f, "choices")
		lists := map[string]map[string]bool{}
		for _, row := range choices {
			name := row["list_name"]
			if lists[name] == nil {
				lists[name] = map[string]bool{}
			}
			if row["name"] == "" || strings.ContainsAny(row["name"], " \t") || row["label"] == "" || lists[name][row["name"]] {
				t.Fatalf("choice %v", row)
			}
			lists[name][row["name"]] = true
		}
		seen, depth, questions := map[string]bool{}, 0, 0
		for _, row := range survey {
			kind, list, _ := strings.Cut(row["type"], " ")
			switch kind {
			case "end_group":
				depth--
				continue
			case "begin_group":
				depth++
			case "start", "end":
			case "select_one":
				if len(lists[list]) == 0 {
					t.Fatalf("no choices for %v", row)
				}
				questions++
			case "integer", "decimal", "text", "date", "dateTime", "geopoint", "image":
				questions++
			default:
				t.Fatalf("type %q", row["type"])
			}
			if !xmlName.MatchString(row["name"]) || seen[row["name"]] || depth < 0 {
				t.Fatalf("name %q", row["name"])
			}
			seen[row["name"]] = true
			if kind != "start" && kind != "end" && strings.TrimSpace(row["label"]) == "" {
				t.Fatalf("no label: %v", row)
			}
			for column, text := range row {
				for _, m := range regexp.MustCompile(`\$\{([^}]*)\}`).FindAllStringSubmatch(text, -1) {
					if !seen[m[1]] || column != "relevant" {
						t.Fatalf("%s refers to %q", column, m[1])
					}
				}
			}
		}
		want := 4
		for _, form := range forms {
			want += len(form.Questions)
		}
		if depth != 0 || questions != want {
			t.Fatalf("%d groups are open, %d questions of %d", depth, questions, want)
		}
		if settings := table(t, f, "settings"); len(settings) != 1 || settings[0]["form_id"] == "" || settings[0]["form_title"] == "" {
			t.Fatalf("settings %v", settings)
		}
	})
}

func table(t *rapid.T, f *excelize.File, sheet string) []map[string]string {
	rows, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		one := map[string]string{}
		for i, v := range row {
			one[rows[0][i]] = v
		}
		out = append(out, one)
	}
	return out
}
