package collector

import (
	"fmt"
	"math"
	"strings"
)

// NearestName is the name that a wrong one was probably meant to be: the one with the fewest edits, at most a third of its
// letters; empty when none is near.
func NearestName(wrong string, names []string) string {
	best, bestEdits := "", max(1, len([]rune(wrong))/3)+1
	for _, name := range names {
		if e := edits([]rune(strings.ToLower(wrong)), []rune(strings.ToLower(name))); e < bestEdits {
			best, bestEdits = name, e
		}
	}
	return best
}

// edits is the Levenshtein distance (Levenshtein 1966), where two neighbours that changed places count once (optimal string
// alignment). Texts that are no names are infinitely far.
func edits(a, b []rune) int {
	const longest = 100
	if len(a) > longest || len(b) > longest {
		return math.MaxInt
	}
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i, x := range a {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j, y := range b {
			cost := 1
			if x == y {
				cost = 0
			}
			next[j+1] = min(next[j]+1, row[j+1]+1, row[j]+cost)
			if i > 0 && j > 0 && x == b[j-1] && a[i-1] == y {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}

func meant(wrong string, names []string) string {
	if near := NearestName(wrong, names); near != "" {
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
