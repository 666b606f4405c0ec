package analyzer

import "slices"

// Vetoes end a pair whatever else speaks for it, for the two columns then ask for different data by their own words.
const (
	vetoRole     = "role"     // the same property of another person or object: 户主姓名, 联系人姓名
	vetoContrast = "contrast" // opposite words: 年初 and 年末, 户籍 and 常住
	vetoUnit     = "unit"     // units of another dimension: 亩, 元
	vetoPeriod   = "period"   // another reporting cycle: monthly, yearly
	vetoFormat   = "format"   // formats that cannot hold the same data: resident ids, telephone numbers
	vetoMeasure  = "measure"  // flow, stock and rate
	vetoNumber   = "number"   // numbered apart: address line 1, address line 2
	vetoLevel    = "level"    // division codes of another level of the tree
	vetoRejected = "rejected" // people said that these are different data
)

// labelVetoes judges what the labels say of the two columns. hard vetoes hold even where values agree; soft ones are
// overruled by rows of the same subjects that agree. Words that set two labels apart do not count once people confirmed
// these very labels.
func (r *run) labelVetoes(a, b *prepared) (hard, soft []string) {
	if _, decided := r.learnt.confirmed(a, b); !decided {
		if clashing(a.rolesOf(), b.rolesOf()) {
			hard = append(hard, vetoRole)
		}
		if contrasting(a.sidesOf(), b.sidesOf()) {
			soft = append(soft, vetoContrast)
		}
		if numberedApart(a.label.numbers, b.label.numbers) || lettersApart(a.label.letters, b.label.letters) {
			soft = append(soft, vetoNumber)
		}
	}
	if r.learnt.rejected(a, b) {
		soft = append(soft, vetoRejected)
	}
	if a.unit.Dimension != "" && b.unit.Dimension != "" && a.unit.Dimension != b.unit.Dimension {
		hard = append(hard, vetoUnit)
	}
	if a.cycle != "" && b.cycle != "" && a.cycle != b.cycle && comparableCycles(a.cycle, b.cycle) {
		hard = append(hard, vetoPeriod)
	}
	if x, y := a.column.Measure, b.column.Measure; x != "" && y != "" && x != y {
		hard = append(hard, vetoMeasure)
	}
	return hard, soft
}

// rolesOf are the roles that the label names, or the ID where the label names none: "name" may be of mother_name.
func (p *prepared) rolesOf() []int32 {
	if len(p.roles) == 0 && p.id != nil {
		return p.id.roles
	}
	return p.roles
}

func (p *prepared) sidesOf() []side {
	if len(p.sides) == 0 && p.id != nil {
		return p.id.sides
	}
	return p.sides
}

// numberedApart says that both carry numbers and these differ.
func numberedApart(a, b []string) bool {
	return len(a) > 0 && len(b) > 0 && !slices.Equal(a, b)
}

// lettersApart says that either carries letters that the other lacks (hepatitis B and C, but not stage pT and T).
func lettersApart(a, b []string) bool {
	lacks := func(x, y []string) bool {
		return slices.ContainsFunc(x, func(letter string) bool { return !slices.Contains(y, letter) })
	}
	return lacks(a, b) && lacks(b, a)
}

// clashing says that both name roles and none in common.
func clashing(a, b []int32) bool {
	if len(a) == 0 || len(b) == 0 {
		return false
	}
	for _, r := range a {
		if slices.Contains(b, r) {
			return false
		}
	}
	return true
}

// contrasting says that in some set of contrasting words both name alternatives and none in common.
func contrasting(a, b []side) bool {
	for _, x := range a {
		other, same := false, false
		for _, y := range b {
			if y.set != x.set {
				continue
			}
			if y.alternative == x.alternative || slices.Contains(a, y) {
				same = true
			} else {
				other = true
			}
		}
		if other && !same {
			return true
		}
	}
	return false
}

// comparableCycles leaves out cycles that say nothing about the period a value speaks of.
func comparableCycles(a, b string) bool {
	known := []string{"day", "week", "month", "quarter", "half", "year"}
	return slices.Contains(known, a) && slices.Contains(known, b)
}

// valueVetoes judges the formats.
func valueVetoes(a, b *prepared) (hard []string) {
	p, q := a.profile, b.profile
	if p == nil || q == nil || p.Filled() < 5 || q.Filled() < 5 {
		if clashingTypes(a.column.Type, b.column.Type) {
			return []string{vetoFormat}
		}
		return nil
	}
	f, shareF := p.Main()
	g, shareG := q.Main()
	if shareF < 0.8 || shareG < 0.8 || f == g {
		return nil
	}
	if distinctive(f) && distinctive(g) && !nearby(f, g) || distinctive(f) != distinctive(g) && similarFormat(p, q) < 0.15 {
		return []string{vetoFormat}
	}
	return nil
}

// distinctive formats prove what they hold.
func distinctive(f Format) bool {
	switch f {
	case FormatResidentID, FormatPhone, FormatDate, FormatDatetime, FormatURL, FormatEmail:
		return true
	}
	return false
}

func nearby(f, g Format) bool {
	for _, near := range nearFormats {
		if near.a == f && near.b == g || near.a == g && near.b == f {
			return true
		}
	}
	return false
}

// clashingTypes compares declared types where there are no values to look at.
func clashingTypes(a, b string) bool {
	class := func(t string) int {
		switch t {
		case "integer", "number":
			return 1
		case "date", "datetime":
			return 2
		case "phone":
			return 3
		case "bool":
			return 4
		case "geo":
			return 5
		case "photo", "biometric":
			return 6
		}
		return 0
	}
	x, y := class(a), class(b)
	return x != 0 && y != 0 && x != y
}
