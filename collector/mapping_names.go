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

// edits is the Levenshtein distance in which two neighbours that changed places are one edit (Damerau 1964).
func edits(a, b []rune) int {
	rows := [3][]int{make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)}
	before, above, row := rows[0], rows[1], rows[2]
	for j := range above {
		above[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(row[j]+1, above[j+1]+1, above[j]+cost)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, above, row = above, row, before
	}
	return above[len(b)]
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
