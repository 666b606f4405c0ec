package page

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Finding is one finding in full.
type Finding struct {
	component.View
	queries.Finding
	Hash    string            // of the evidence, the same that reports print
	Related []queries.Finding // others about the same units or forms
	Pair    string            // address of its two forms side by side, empty where it is not about two
	Item    string            // address of its data item, empty where there is none
	Looked  *queries.Case     // that looks into it, nil for none
	Opens   bool              // whether its reader may open a case about it
	Case    string            // address of its unit and form on the verification list, empty where they are not on it
}

// facts are the numbers that a reader needs to judge a finding.
func (p Finding) facts() [][2]string {
	out := [][2]string{
		{p.T("column.n"), p.Int(p.N)},
	}
	if p.Effect != nil {
		out = append(out, [2]string{p.T("column.effect"), p.Maybe(p.Effect)})
	}
	if p.P != nil {
		out = append(out, [2]string{p.T("column.p"), p.Probability(p.P)})
	}
	if p.Q != nil {
		out = append(out, [2]string{p.T("column.q"), p.Probability(p.Q)})
	}
	return append(out, [2]string{p.T("column.score"), p.Fixed(p.Score, 2)})
}

func (p Finding) coverage() string { return coverageWords(p.View, p.Evidence.Coverage) }

// coverageWords says how much of the window the collector saw.
func coverageWords(v component.View, c *queries.Coverage) string {
	if c == nil {
		return v.T("coverage.unknown")
	}
	words := v.Known("coverage."+c.State, c.State)
	if c.State == "not_covered" {
		return words
	}
	return v.T("coverage.words", "state", words, "share", c.Share, "from", c.From, "to", c.To)
}

// thresholds are the limits in force, by name.
func (p Finding) thresholds() [][2]string {
	return thresholdWords(p.View, p.Detector, p.Evidence.Thresholds)
}

func thresholdWords(v component.View, detector string, thresholds map[string]float64) [][2]string {
	var out [][2]string
	for _, name := range slices.Sorted(maps.Keys(thresholds)) {
		out = append(out, [2]string{v.Known("threshold."+detector+"."+name, name), locale.Number(thresholds[name])})
	}
	return out
}

// detail are the numbers that scripts read, flat.
func (p Finding) detail() [][]string {
	var out [][]string
	for _, name := range slices.Sorted(maps.Keys(p.Evidence.Detail)) {
		out = append(out, []string{p.Known("detail."+name, name), detailWords(p.View, name, p.Evidence.Detail[name])})
	}
	return out
}

func detailWords(v component.View, name string, value any) string {
	switch value.(type) {
	case map[string]any, []any:
		raw, err := json.Marshal(value)
		if err != nil {
			return fmt.Sprint(value)
		}
		if len(raw) > 400 {
			return string(raw[:400]) + "…"
		}
		return string(raw)
	}
	return v.Cell(name, value)
}

// link is a subject with the address of what else is known of it.
type link struct{ words, path, note string }

// group is the subjects of one kind.
type group struct {
	words string
	links []link
}

func (p Finding) subjects() []group {
	var groups []group
	add := func(key string, links []link) {
		if len(links) > 0 {
			groups = append(groups, group{p.T(key), links})
		}
	}
	var systems, forms, units, fields []link
	for _, id := range p.Subject.Systems {
		systems = append(systems, link{p.Name("system", id), SystemPath(id), id})
	}
	for _, id := range p.Subject.Forms {
		forms = append(forms, link{p.Name("form", id), component.Address("/findings", nil, "form", id), id})
	}
	for _, code := range p.Subject.Units {
		units = append(units, link{p.Name("unit", code), UnitPath(code), code})
	}
	for _, pair := range p.Subject.Fields {
		words := p.Name("field", pair[0])
		if pair[1] != "" {
			words += " = " + p.Name("field", pair[1])
		}
		fields = append(fields, link{words, "", strings.TrimSuffix(pair[0]+" = "+pair[1], " = ")})
	}
	add("column.systems", systems)
	add("column.forms", forms)
	add("column.units", units)
	add("column.fields", fields)
	return groups
}

func (p Finding) ruleVersion() string {
	return p.T("finding.rule_version", "detector", p.Detector, "id", p.Finding.Detector, "version", fmt.Sprint(p.Version))
}
