package component

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"

	"github.com/jianfu/jianfu/queries"
)

// Paging is the place of a page in a list.
type Paging struct {
	Page  int // from 1
	Size  int
	Total int
}

// Pages is how many pages there are, at least one.
func (p Paging) Pages() int { return max(1, (p.Total+p.Size-1)/p.Size) }

// From is the number of the first row shown, 0 in an empty list.
func (p Paging) From() int { return min((p.Page-1)*p.Size+1, p.Total) }

// To is the number of the last row shown.
func (p Paging) To() int { return min(p.Page*p.Size, p.Total) }

// Near lists the pages to link: the first, the last, those around this one; 0 stands for a gap.
func (p Paging) Near() []int {
	var out []int
	for n := 1; n <= p.Pages(); n++ {
		if n == 1 || n == p.Pages() || (n >= p.Page-2 && n <= p.Page+2) {
			out = append(out, n)
		} else if len(out) > 0 && out[len(out)-1] != 0 {
			out = append(out, 0)
		}
	}
	return out
}

// Address of a page of the list.
func (p Paging) Address(v View, page int) string {
	if page <= 1 {
		return v.With("page", "")
	}
	return v.With("page", strconv.Itoa(page))
}

// Sorting by a link: first the most, then the least.
func sortAddress(v View, key string) string {
	if sortedBy(v) == key && v.Query.Get("order") != "asc" {
		return v.With("sort", key, "order", "asc", "page", "")
	}
	return v.With("sort", key, "order", "", "page", "")
}

func sortedBy(v View) string { return cmp.Or(v.Query.Get("sort"), v.Sort) }

func ariaSort(v View, key string) string {
	switch {
	case sortedBy(v) != key:
		return "none"
	case v.Query.Get("order") == "asc":
		return "ascending"
	default:
		return "descending"
	}
}

func sortMark(v View, key string) string {
	switch ariaSort(v, key) {
	case "ascending":
		return "↑"
	case "descending":
		return "↓"
	default:
		return "↕"
	}
}

// numeric says whether a column of evidence holds numbers, so that it is set to the right.
func numeric(t *queries.Table, column int) bool {
	seen := false
	for _, row := range t.Rows {
		if column >= len(row) || row[column] == nil {
			continue
		}
		kind := reflect.TypeOf(row[column]).Kind()
		if !slices.Contains([]reflect.Kind{
			reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Float32, reflect.Float64,
		}, kind) {
			return false
		}
		seen = true
	}
	return seen
}

func columnName(t *queries.Table, i int) string {
	if i < len(t.Columns) {
		return t.Columns[i]
	}
	return ""
}

type barPlace struct{ x, y, h string }

// bar is the place of one of the three bars of a severity.
func bar(i int) barPlace {
	height := 4 * (i + 1)
	return barPlace{strconv.Itoa(5 * i), strconv.Itoa(12 - height), strconv.Itoa(height)}
}
