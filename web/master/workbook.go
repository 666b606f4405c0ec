package master

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/jianfu/jianfu/web/locale"
)

// Options say how a workbook is written.
type Options struct {
	Bundle   *locale.Bundle
	Language string
	Names    locale.Names
	AsOf     time.Time
}

// Workbook writes the master forms: one XLSForm for all (sheets survey, choices and settings), in which the reporter first says
// which form it is, then for each form a template for departments, and a sheet that says what each question replaces.
func Workbook(w io.Writer, forms []Form, o Options) (err error) {
	if len(forms) == 0 {
		return errors.New("unable to write the master forms: there is nothing to ask")
	}
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	b := &book{Options: o, file: f, lists: map[string]string{}}
	b.choices = [][]any{{"list_name", "name", "label"}}
	survey := b.survey(forms)
	if err := f.SetSheetName("Sheet1", "survey"); err != nil {
		return fmt.Errorf("unable to write the master forms: %w", err)
	}
	b.sheet("survey", survey)
	b.sheet("choices", b.choices)
	b.sheet("settings", [][]any{
		{"form_title", "form_id", "version", "default_language"},
		{o.Bundle.Text(o.Language, "plan.master.title"), "jianfu_master", o.AsOf.Format("20060102"), map[string]string{locale.Chinese: "Chinese (zh)", locale.English: "English (en)"}[o.Language]},
	})
	for i := range forms {
		b.template(&forms[i], i+1)
	}
	b.reference(forms)
	if b.err != nil {
		return fmt.Errorf("unable to write the master forms: %w", b.err)
	}
	_, err = f.WriteTo(w)
	return err
}

// book is a workbook under construction. The first fault is kept.
type book struct {
	Options
	file    *excelize.File
	choices [][]any
	lists   map[string]string // name of a code list by its content
	err     error
}

func (b *book) text(key string, pairs ...any) string { return b.Bundle.Text(b.Language, key, pairs...) }

func (b *book) fail(err error) { b.err = errors.Join(b.err, err) }

func (b *book) name(kind, id string) string {
	if b.Names != nil {
		if called := b.Names(kind, id); called != "" {
			return called
		}
	}
	return id
}

func (b *book) sheet(name string, rows [][]any) {
	if i, err := b.file.GetSheetIndex(name); err != nil || i < 0 {
		if _, err := b.file.NewSheet(name); err != nil {
			b.fail(err)
			return
		}
	}
	for i, row := range rows {
		b.fail(b.file.SetSheetRow(name, fmt.Sprintf("A%d", i+1), &row))
	}
}

// title names a master form: who reports, about what, how often.
func (b *book) title(f *Form) string {
	cycle := b.text("cycle." + f.Cycle)
	if f.About != "" {
		return b.text("plan.master.record", "name", b.name("form", f.About), "cycle_text", cycle)
	}
	return b.text("plan.master.unit", "who", b.text("plan.master.who."+f.Who), "cycle_text", cycle)
}

func (b *book) survey(forms []Form) [][]any {
	rows := [][]any{{"type", "name", "label", "hint", "guidance_hint", "required", "relevant"}}
	add := func(kind, name, label string, more ...any) {
		rows = append(rows, append([]any{kind, name, plain(label)}, more...))
	}
	add("start", "start", "")
	add("end", "end", "")
	add("select_one master", "part", b.text("plan.master.part"), "", "", "yes")
	add("text", "unit", b.text("plan.master.reporting_unit"), "", "", "yes")
	add("text", "period", b.text("plan.master.period"), "", "", "yes")
	add("text", "reporter", b.text("plan.master.reporter"))
	for i := range forms {
		f := &forms[i]
		part := fmt.Sprintf("part_%d", i+1)
		b.choices = append(b.choices, []any{"master", part, plain(b.title(f))})
		add("begin_group", part, b.title(f), "", "", "", "${part} = '"+part+"'")
		owner, open := "", 0
		for k := range f.Questions {
			q := &f.Questions[k]
			if q.Owner != owner || k == 0 {
				if open > 0 {
					add("end_group", "", "")
				}
				owner = q.Owner
				open++
				add("begin_group", fmt.Sprintf("%s_%d", part, open), cmp.Or(owner, b.title(f)))
			}
			required := ""
			if q.Field.Required {
				required = "yes"
			}
			add(b.kind(q), q.Name, b.label(q), plain(b.hint(q)), plain(b.replaced(q)), required)
		}
		add("end_group", "", "")
		add("end_group", "", "")
	}
	return rows
}

// plain keeps a text from being read as a formula or a reference to another question.
func plain(s string) string {
	s = strings.ReplaceAll(s, "${", "$ {")
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return " " + s
	}
	return s
}

// kind is the question's type in XLSForm.
func (b *book) kind(q *Question) string {
	switch {
	case len(q.Codes) > 0:
		return "select_one " + b.list(q.Codes)
	case q.Field.Type == "bool":
		return "select_one " + b.list(map[string]string{"1": b.text("word.yes"), "0": b.text("word.no")})
	}
	switch q.Field.Type {
	case "integer", "date":
		return q.Field.Type
	case "number":
		return "decimal"
	case "datetime":
		return "dateTime"
	case "geo":
		return "geopoint"
	case "photo":
		return "image"
	}
	return "text"
}

// list is the name of a code list; lists of the same content are one.
func (b *book) list(codes map[string]string) string {
	order := slices.Sorted(maps.Keys(codes))
	content := ""
	for _, code := range order {
		content += code + "\x00" + codes[code] + "\x00"
	}
	if name, known := b.lists[content]; known {
		return name
	}
	name := fmt.Sprintf("codes_%d", len(b.lists)+1)
	b.lists[content] = name
	for _, code := range order {
		b.choices = append(b.choices, []any{name, strings.Join(strings.Fields(code), "_"), plain(cmp.Or(codes[code], code))})
	}
	return name
}

func (b *book) label(q *Question) string {
	if of := q.Field.UnitOf; of != "" && !strings.Contains(q.Label, of) {
		return b.text("plan.master.label", "name", q.Label, "of", of)
	}
	return q.Label
}

// hint is the definition of the question and where its answer may be known already.
func (b *book) hint(q *Question) string {
	var parts []string
	if q.Item != nil && q.Item.Definition.Key != "" {
		parts = append(parts, b.Bundle.Render(b.Language, q.Item.Definition, b.Names))
	}
	if q.FilledBy != "" {
		form, field, _ := strings.Cut(q.FilledBy, ".")
		parts = append(parts, b.text("plan.master.filled", "form", b.name("form", form), "name", b.name("field", form+"."+field)))
	}
	return strings.Join(parts, " ")
}

// replaced names the fields that the question takes the place of.
func (b *book) replaced(q *Question) string {
	fields := []string{b.text("plan.master.field", "form", b.name("form", q.Form), "name", cmp.Or(q.Field.Label, q.Field.ID))}
	for _, line := range q.Replaces {
		fields = append(fields, b.text("plan.master.field", "form", b.name("form", line.Form), "name", b.name("field", line.Form+"."+line.Field)))
	}
	return b.text("plan.master.replaces", "list", strings.Join(fields, b.text("plan.master.comma")))
}

// owners are the departments that ask a question, the one whose question stays first.
func (b *book) owners(q *Question) []string {
	out := []string{}
	if q.Owner != "" {
		out = append(out, q.Owner)
	}
	for _, other := range q.Replaces {
		if other.Owner != "" && !slices.Contains(out, other.Owner) {
			out = append(out, other.Owner)
		}
	}
	return out
}

func codeText(codes map[string]string) string {
	var out []string
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		out = append(out, strings.TrimSpace(code+" "+codes[code]))
	}
	return strings.Join(out, "\n")
}
