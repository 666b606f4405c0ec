package analyzer

import (
	"github.com/jianfu/jianfu/queries"
)

// personalField is a field that holds data of a person.
type personalField struct {
	field     queries.Field
	class     string // identity, phone, account, health, religion, status, whereabouts, private, minor, photo
	sensitive bool   // after article 28 of the law on personal information
	reasons   []string
	held      string // "form.field" of the same department that has it already
}

// personalClasses are looked for in this order; those of article 28 first.
var personalClasses = []struct {
	class     string
	sensitive bool
}{
	{"religion", true},
	{"account", true},
	{"status", true},
	{"health", true},
	{"whereabouts", true},
	{"identity", false},
	{"phone", false},
	{"private", false},
}

// personalFields finds the data of persons in a form. A form of totals asks for persons only where it asks for who they are; the
// contact of whoever fills it in is no data of the persons reported on. Figures such as 残疾人数 speak of nobody.
func (w *ruleWords) personalFields(form queries.Form) []personalField {
	var out []personalField
	persons := form.Per == "record" && w.aboutPersons(form)
	minors := persons && w.in("minor", "label", form.Title) != ""
	for _, field := range form.Fields {
		class, sensitive := w.personalClass(field)
		switch {
		case class == "" || field.Role == "header" || w.in("reporter", "label", field.Label) != "":
			continue
		case !persons && class != "identity" && class != "account":
			continue
		case minors && class == "identity":
			class, sensitive = "minor", true
		}
		out = append(out, personalField{field: field, class: class, sensitive: sensitive})
	}
	return out
}

// aboutPersons says whether the records of a form are about persons: it asks for who they are.
func (w *ruleWords) aboutPersons(form queries.Form) bool {
	for _, f := range form.Fields {
		if class, _ := w.personalClass(f); class == "identity" || w.in("name", "label", f.Label) != "" && w.in("reporter", "label", f.Label) == "" {
			return true
		}
	}
	return false
}

// personalClass tells what kind of data of a person a field holds, by its declared type or its label.
func (w *ruleWords) personalClass(f queries.Field) (class string, sensitive bool) {
	switch f.Type {
	case "id":
		if word := w.in("account", "label", f.Label); word != "" {
			return "account", true
		}
		return "identity", false
	case "phone":
		return "phone", false
	case "biometric":
		return "", false // pi-biometric
	}
	if w.in("personal", "not", f.Label) != "" {
		return "", false
	}
	for _, c := range personalClasses {
		if w.in(c.class, "label", f.Label) != "" && w.in(c.class, "not", f.Label) == "" {
			return c.class, c.sensitive
		}
	}
	return "", false
}
