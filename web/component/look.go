package component

import (
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/locale"
)

// LookTable is what to look at on site as a table: when, which item, what was reported, what it is held against, whose
// figure that is, and which record where any is known. On paper a period stands without the moment at which it was filed.
func LookTable(v View, looks []queries.Look, paper bool) (head []string, rows [][]string) {
	keys := []string{"when", "field", "value", "compare", "with"}
	records := slices.ContainsFunc(looks, func(l queries.Look) bool { return l.Household != "" || l.Reporter != "" })
	if records {
		keys = append(keys, "record")
	}
	for _, key := range keys {
		head = append(head, v.T("look."+key))
	}
	for _, l := range looks {
		if paper && l.Period != "" && l.Household == "" {
			l.Date = ""
		}
		row := []string{lookWhen(v, l), lookField(v, l.Field), lookNumber(l.Value), lookNumber(l.Compare), lookWith(v, l)}
		if records {
			row = append(row, lookRecord(l))
		}
		rows = append(rows, row)
	}
	return head, rows
}

// lookWhen is the period, and the moment of the record in the reader's zone, as far as they are known.
func lookWhen(v View, l queries.Look) string {
	day := l.Date
	if t, err := time.Parse(time.RFC3339, l.Date); err == nil {
		day = v.Moment(t)
	}
	switch {
	case day != "" && l.Period != "":
		return v.T("look.filed", "period", l.Period, "day", day)
	case day != "":
		return day
	case l.Period != "":
		return l.Period
	}
	return locale.Absent
}

func lookField(v View, field string) string {
	if field == "" {
		return v.T("look.whole")
	}
	if name := v.Name("field", field); name != field {
		return name
	}
	return v.placeNames([]string{field})[0]
}

func lookNumber(x *float64) string {
	if x == nil {
		return locale.Absent
	}
	return locale.Number(*x)
}

// lookWith says whose figure a reported one is held against: another unit's, another period's, or the peers'.
func lookWith(v View, l queries.Look) string {
	switch {
	case l.With != "":
		return v.placeNames([]string{l.With})[0]
	case l.Compare != nil:
		return v.T("look.peers")
	}
	return locale.Absent
}

// lookRecord names the record by pseudonyms, shortened: nobody can be known by them.
func lookRecord(l queries.Look) string {
	switch {
	case l.Household != "":
		return short(l.Household)
	case l.Reporter != "":
		return short(l.Reporter)
	}
	return locale.Absent
}

func short(pseudonym string) string {
	runes := []rune(pseudonym)
	return string(runes[:min(len(runes), 12)])
}
