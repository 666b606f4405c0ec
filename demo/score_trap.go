package demo

import (
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// TrapRow is how many traps of a kind were walked into.
type TrapRow struct {
	Kind  string   `json:"kind"`
	Pairs int      `json:"pairs"`
	Wrong int      `json:"wrong"`
	Rate  float64  `json:"rate"`  // Wrong/Pairs: the rate of false positives, of asked-again that of misses
	Names []string `json:"names"` // of the wrong ones
}

// trapRows measures each kind of trap by itself, and all together last, under an empty kind.
func (t *Truth) trapRows(said map[string][]queries.Finding) []TrapRow {
	fields, forms := map[string][]claim{}, map[string]bool{}
	lawful := map[string]bool{}
	for _, detector := range []string{"dup-form", "dup-item", "dup-entry"} {
		for i := range said[detector] {
			f := &said[detector][i]
			legal := speaksOfLaw(f)
			for _, c := range claims(f) {
				key := pairKey(c.a, c.b)
				fields[key] = append(fields[key], c)
				lawful[key] = lawful[key] || legal
			}
			if detector == "dup-form" {
				for _, key := range formsOf(f) {
					forms[key] = true
					lawful[key] = lawful[key] || legal
				}
			}
		}
	}
	var rows []TrapRow
	all := TrapRow{}
	for _, trap := range t.Traps {
		if len(rows) == 0 || rows[len(rows)-1].Kind != trap.Kind {
			rows = append(rows, TrapRow{Kind: trap.Kind})
		}
		row := &rows[len(rows)-1]
		row.Pairs++
		all.Pairs++
		key := pairKey(trap.A, trap.B)
		wrong := forms[key] && !(trap.Expect == expectLegal && lawful[key])
		if trap.Expect == expectDuplicate {
			wrong = !forms[key]
		}
		if trap.Detector == "dup-item" {
			wrong = slices.ContainsFunc(fields[key], func(c claim) bool { return trap.walkedInto(&c, lawful[key]) })
		}
		if wrong {
			row.Wrong++
			all.Wrong++
			row.Names = append(row.Names, key)
		}
	}
	rows = append(rows, all)
	for i := range rows {
		rows[i].Rate = float64(rows[i].Wrong) / float64(max(1, rows[i].Pairs))
	}
	return rows
}

// walkedInto says that a claim about a trap is wrong.
func (t *Trap) walkedInto(c *claim, lawful bool) bool {
	switch t.Expect {
	case expectPrefill, expectAggregate:
		return c.sameData()
	case expectStock:
		return c.sameData() || c.relation == "sum"
	case expectLegal:
		return c.sameData() && !lawful
	}
	return true
}

// speaksOfLaw says that a finding tells that nothing may be done without a legal basis. What stands in every finding of
// duplicates, that the law may keep data apart, does not say it.
func speaksOfLaw(f *queries.Finding) bool {
	for _, m := range f.Explanations {
		if legalNeed(m) {
			return true
		}
	}
	switch needs := f.Evidence.Detail["needs"].(type) {
	case string:
		return legalNeed(queries.Message{Key: needs})
	case []string:
		return slices.ContainsFunc(needs, func(s string) bool { return legalNeed(queries.Message{Key: s}) })
	case []any:
		return slices.ContainsFunc(needs, func(x any) bool {
			s, isText := x.(string)
			return isText && legalNeed(queries.Message{Key: s})
		})
	}
	return false
}

// legalNeed says that a message asks for a legal basis: by its key, or by the text where a plan was read from its lines.
func legalNeed(m queries.Message) bool {
	for _, word := range []string{"legal", "法律依据", "法定依据"} {
		if strings.Contains(m.Key, word) {
			return true
		}
	}
	return false
}
