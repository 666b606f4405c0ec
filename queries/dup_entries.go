package queries

import (
	"context"
	"fmt"
	"strconv"
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
	Machine         uint64     // with an equal value, where a machine handed one side over
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

// RepeatedEntries counts, over the rows whose later entry was handed in on the local days [from, to], what was entered twice.
// Months come first, the whole last; nothing comes where no rows belong together. Periods from start on are read.
func (s *Store) RepeatedEntries(ctx context.Context, p EntryPair, start, from, to time.Time) ([]Entries, error) {
	params := days(from, to)
	params["start"] = start.Format(time.DateOnly)
	params["form_a"], params["form_b"], params["by"], params["cycle"] = p.FormA, p.FormB, p.By, p.Cycle
	params["key_a"], params["key_b"] = p.KeyA, p.KeyB
	var codesFrom, codesTo []string
	for i, f := range p.Fields {
		for a, b := range f.Codes {
			codesFrom, codesTo = append(codesFrom, strconv.Itoa(i+1)+":"+a), append(codesTo, b)
		}
	}
	if len(codesFrom) == 0 { // transform needs a list that is not empty
		codesFrom, codesTo = []string{"0:"}, []string{""}
	}
	params["codes_from"], params["codes_to"] = codesFrom, codesTo
	params["fields_a"] = column(p.Fields, func(f EntryField) string { return f.A })
	params["fields_b"] = column(p.Fields, func(f EntryField) string { return f.B })
	params["kinds"] = column(p.Fields, func(f EntryField) string { return f.Kind })
	params["factors"] = column(p.Fields, func(f EntryField) string { return strconv.FormatFloat(f.Factor, 'g', -1, 64) })
	var out []Entries
	err := s.Each(ctx, "dup.Entries", params, func(scan func(...any) error) error {
		var e Entries
		var whole bool
		var quartiles []float64
		var examples [][]any
		if err := scan(&e.Month, &whole, &e.Joined, &e.Repeated, &e.Machine, &e.LaterB, &e.OnePerson, &e.Units, &e.Reporters, &quartiles,
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
		out = append(out, e)
		return nil
	})
	return out, err
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
