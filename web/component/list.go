package component

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Saved is the conditions of a list that the reader keeps under a name.
type Saved struct{ Name, Query string }

// beside are the parameters of an address that are no conditions of a list.
var beside = []string{"page", "lang", "token", "saved"}

// Conditions are the parameters of an address that say what a list shows and how.
func Conditions(asked url.Values) url.Values {
	out := url.Values{}
	for name, values := range asked {
		if !slices.Contains(beside, name) && slices.ContainsFunc(values, func(v string) bool { return v != "" }) {
			out[name] = values
		}
	}
	return out
}

// here says that the list shows exactly what the saved conditions say.
func (v View) here(s Saved) bool { return Conditions(v.Query).Encode() == s.Query }

// mostColumns is how many columns of a list can be chosen; the style sheet has a rule for each.
const mostColumns = 12

// shows says whether a column of a list is shown, by its place from 1. The first always is; without a choice all are.
func (v View) shows(column int) bool {
	chosen, given := v.Query["show"]
	return column == 1 || !given || slices.Contains(chosen, strconv.Itoa(column))
}

// dense says that the rows of lists stand close.
func (v View) dense() bool { return v.Query.Get("dense") != "" }

// ListClass is the class of a list with what its reader chose of columns and density.
func ListClass(v View, more ...string) string {
	classes := append([]string{"list"}, more...)
	if v.dense() {
		classes = append(classes, "dense")
	}
	if _, given := v.Query["show"]; given {
		for column := 2; column <= mostColumns; column++ {
			if !v.shows(column) {
				classes = append(classes, "no-"+strconv.Itoa(column))
			}
		}
	}
	return strings.Join(classes, " ")
}

// kept are the parameters that a form of the list carries along, as pairs, sorted.
func (v View) kept(but ...string) [][2]string {
	var out [][2]string
	for name, values := range Conditions(v.Query) {
		if slices.Contains(but, name) {
			continue
		}
		for _, value := range values {
			out = append(out, [2]string{name, value})
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return strings.Compare(a[0]+a[1], b[0]+b[1]) })
	return out
}
