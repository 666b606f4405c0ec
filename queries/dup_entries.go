package queries

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// EntryPair is two forms with fields that hold the same data. By says which rows belong together: period (unit and period),
// person or newest_person (the answer to the key fields; newest whatever the period), subject or newest_subject, record (unit
// and the answer to the key fields). Cycle is that of the forms.
type EntryPair struct {
	FormA, FormB string
	By, Cycle    string
	KeyA, KeyB   string
	Fields       []EntryField
}

// EntryField is two fields that hold the same data. Kind is equal, date, recode (Codes: canonical codes of A to those of B)
// or scale (b = Factor x a).
type EntryField struct {
	A, B   string
	Kind   string
	Factor float64
	Codes  map[string]string
}

// Entries is what was typed twice: in one month of the later entry, or in all where Month is zero. Arrays are by field of the
// pair; A and B say which form came later.
type Entries struct {
	Month            time.Time
	Joined           uint64     // pairs of submissions in which a field of the pair is filled in on both sides, both typed
	Repeated         uint64     // of them those with an equal value
	Machine          uint64     // with an equal value, where a machine handed one side over
	LaterB           uint64     // of Repeated: B came later
	OnePerson        uint64     // of Repeated: the same reporter
	Units, Reporters uint64     // behind Repeated
	Days             [3]float64 // quartiles of the days between the two entries
	FilledA, SameA   []uint64
	FilledB, SameB   []uint64
	Examples         []EntryExample // of the whole only
}

// EntryExample is one pair of submissions with equal values.
type EntryExample struct {
	Unit   string `json:"unit"`
	Period string `json:"period"`
	A      string `json:"entered_a"` // days on which the forms were handed in
	B      string `json:"entered_b"`
	Values int    `json:"values"` // equal values
}

// RepeatedEntries counts for each pair of forms, over the rows whose later entry was handed in on the local days [from, to],
// what was entered twice. Months come first, the whole last; nothing comes where no rows belong together. Periods from start on
// are read. Many pairs at once cost little more than one, but their rows have to fit into memory together.
func (s *Store) RepeatedEntries(ctx context.Context, pairs []EntryPair, start, from, to time.Time) ([][]Entries, error) {
	out := make([][]Entries, len(pairs))
	if len(pairs) == 0 {
		return out, nil
	}
	err := s.Each(ctx, "dup.Entries", entryParams(pairs, start, from, to), func(scan func(...any) error) error {
		var e Entries
		var pair uint64
		var whole bool
		var quartiles []float64
		var examples [][]any
		if err := scan(&pair, &e.Month, &whole, &e.Joined, &e.Repeated, &e.Machine, &e.LaterB, &e.OnePerson, &e.Units, &e.Reporters, &quartiles,
			&e.FilledA, &e.SameA, &e.FilledB, &e.SameB, &examples); err != nil {
			return err
		}
		copy(e.Days[:], quartiles)
		if whole {
			e.Month = time.Time{}
			for _, x := range examples {
				example, err := entryExample(x)
				if err != nil {
					return err
				}
				e.Examples = append(e.Examples, example)
			}
		}
		out[pair] = append(out[pair], e)
		return nil
	})
	return out, err
}

// entryParams lists the sides of the pairs, two rows a pair.
func entryParams(pairs []EntryPair, start, from, to time.Time) Params {
	type side struct {
		pair, side            uint64
		form, by, cycle, key  string
		names, kinds, factors string
	}
	var sides []side
	codesFrom, codesTo := []string{"-"}, []string{""} // transform needs a list that is not empty
	join := func(fields []EntryField, get func(EntryField) string) string {
		return strings.Join(column(fields, get), "\x1f")
	}
	for i, p := range pairs {
		kinds := join(p.Fields, func(f EntryField) string { return f.Kind })
		factors := join(p.Fields, func(f EntryField) string { return strconv.FormatFloat(f.Factor, 'g', -1, 64) })
		sides = append(sides,
			side{uint64(i), 0, p.FormA, p.By, p.Cycle, p.KeyA, join(p.Fields, func(f EntryField) string { return f.A }), kinds, factors},
			side{uint64(i), 1, p.FormB, p.By, p.Cycle, p.KeyB, join(p.Fields, func(f EntryField) string { return f.B }), kinds, factors})
		for k, f := range p.Fields {
			for a, b := range f.Codes {
				codesFrom, codesTo = append(codesFrom, fmt.Sprintf("%d:%d:%s", i, k+1, a)), append(codesTo, b)
			}
		}
	}
	params := days(from, to)
	params["start"], params["codes_from"], params["codes_to"] = start.Format(time.DateOnly), codesFrom, codesTo
	params["pairs"], params["sides"] = column(sides, func(s side) uint64 { return s.pair }), column(sides, func(s side) uint64 { return s.side })
	for name, get := range map[string]func(side) string{
		"forms": func(s side) string { return s.form }, "joins": func(s side) string { return s.by }, "cycles": func(s side) string { return s.cycle },
		"keys": func(s side) string { return s.key }, "names": func(s side) string { return s.names }, "kinds": func(s side) string { return s.kinds },
		"factors": func(s side) string { return s.factors },
	} {
		params[name] = column(sides, get)
	}
	return params
}

func entryExample(row []any) (EntryExample, error) {
	if len(row) != 6 {
		return EntryExample{}, fmt.Errorf("unable to read an example of %d parts", len(row))
	}
	missing, ok := row[0].(uint64)
	words := make([]string, 4)
	for i := range words {
		text, isText := row[2+i].(string)
		words[i], ok = text, ok && isText
	}
	if !ok {
		return EntryExample{}, fmt.Errorf("unable to read the example %v", row)
	}
	return EntryExample{Unit: words[0], Period: words[1], A: words[2], B: words[3], Values: 1000 - int(missing)}, nil
}
