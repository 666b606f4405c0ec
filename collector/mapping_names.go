package collector

import (
	"fmt"
	"strings"
)

// nearestName is the name that a wrong one was probably meant to be: the one with the fewest edits, at most a third of its
// letters; empty when none is near.
func nearestName(wrong string, names []string) string {
	best, bestEdits := "", max(1, len([]rune(wrong))/3)+1
	for _, name := range names {
		if e := edits([]rune(strings.ToLower(wrong)), []rune(strings.ToLower(name))); e < bestEdits {
			best, bestEdits = name, e
		}
	}
	return best
}

// edits is the Levenshtein distance (Levenshtein 1966).
func edits(a, b []rune) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j]+1, row[j+1]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}

func meant(wrong string, names []string) string {
	if near := nearestName(wrong, names); near != "" {
		return fmt.Sprintf(" (is %q meant?)", near)
	}
	return ""
}

// Nearest says in brackets which name was probably meant, or which names there are.
func Nearest(wrong string, names []string) string {
	if near := meant(wrong, names); near != "" || len(names) == 0 {
		return near
	}
	return " (there are " + listNames(names) + ")"
}

// listNames lists at most thirty names.
func listNames(names []string) string {
	const most = 30
	if len(names) > most {
		return strings.Join(names[:most], ", ") + fmt.Sprintf(" and %d more", len(names)-most)
	}
	return strings.Join(names, ", ")
}
