package analyzer

import (
	"slices"
)

const (
	recordRows   = 20  // joined records that a way of joining needs
	recordUnique = 0.9 // share of records with an answer that their unit gives once
	recordAgree  = 0.6 // agreement beyond chance of another field, from which the records are the same
	recordSpread = 8   // joined records that would differ by chance, without which agreement says nothing
)

// recordWay looks for a field of either ledger by whose answers records can be told to be the same, such as the number of a
// voucher. Numbers and dates coincide by chance, so at least one other field has to agree on the records so joined.
func (j *joiner) recordWay(a, b int) []way {
	var best []way
	support := 0
	for _, p := range j.recordKeys(a) {
		for _, q := range j.recordKeys(b) {
			if j.data.forms[a].fields[p].hidden != j.data.forms[b].fields[q].hidden || shared(j.answers(a, p), j.answers(b, q)) < 0.05 {
				continue
			}
			w := way{joinRecord, viewID{form: a, key: recordKeys, column: p}, viewID{form: b, key: recordKeys, column: q}}
			together := j.join(w)
			if together == nil || len(together.rows) < recordRows {
				continue
			}
			if n := j.supporting(together); n > support {
				best, support = []way{w}, n
			}
		}
	}
	return best
}

// recordKeys are the fields of a ledger whose answers a unit hardly ever gives twice.
func (j *joiner) recordKeys(form int) []int {
	f := &j.data.forms[form]
	if keys, done := j.keys[form]; done {
		return keys
	}
	var out []int
	for i := range f.fields {
		filled := 0
		for _, answer := range f.sample.columns[i] {
			if answer != 0 {
				filled++
			}
		}
		if filled < recordRows || filled*2 < len(f.sample.units) || f.fields[i].kind == noteField {
			continue
		}
		if different := len(j.view(viewID{form: form, key: recordKeys, column: i}).keys); float64(different) >= recordUnique*float64(filled) {
			out = append(out, i)
		}
	}
	j.keys[form] = out
	return out
}

// answers are the different answers to a field, ascending by number.
func (j *joiner) answers(form, field int) []uint32 {
	answers := slices.Clone(j.data.forms[form].sample.columns[field])
	slices.Sort(answers)
	answers = slices.Compact(answers)
	if len(answers) > 0 && answers[0] == 0 {
		answers = answers[1:]
	}
	return answers
}

// supporting counts the other fields that agree on joined records.
func (j *joiner) supporting(together *joined) int {
	n := 0
	for _, p := range j.data.forms[together.x.form].asked {
		for _, q := range j.data.forms[together.y.form].asked {
			if p == together.x.column || q == together.y.column {
				continue
			}
			al, ok := together.align(j.data.dictionary, p, q, false)
			if ok && al.N >= recordRows && (al.scaled() || al.Kappa() >= recordAgree && float64(al.N)*(1-al.Baseline) >= recordSpread) {
				n++
			}
		}
	}
	return n
}
