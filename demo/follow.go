package demo

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// follows is the form of whose submissions a form is made: a machine's copy of them, or totals of its records. Empty where
// people fill in the form by themselves.
func (f *form) follows() string {
	if f.spec.copyOf != "" {
		return f.spec.copyOf
	}
	for i := range f.fields {
		if form, _, found := strings.Cut(f.fields[i].detail, "."); found {
			return form
		}
	}
	return ""
}

// linkFollowers finds the fields that totals are taken of, and says where a form is made of one that is not there or is
// itself made of another.
func linkFollowers(forms []*form) error {
	byID := map[string]*form{}
	for _, f := range forms {
		byID[f.spec.id] = f
	}
	for _, f := range forms {
		from := f.follows()
		if from == "" {
			continue
		}
		source := byID[from]
		switch {
		case source == nil || source.follows() != "" || source.spec.cycle != f.spec.cycle:
			return fmt.Errorf("form %s: %q is no form of the same cycle that it can be made of", f.spec.id, from)
		case f.spec.copyOf != "" && slices.Contains(f.copiedFrom(source), -1):
			return fmt.Errorf("form %s: %s does not ask everything that is copied from it", f.spec.id, from)
		}
		for i := range f.fields {
			_, field, detailed := strings.Cut(f.fields[i].detail, ".")
			if !detailed {
				continue
			}
			if f.fields[i].detailField = source.fieldIndex(field); f.fields[i].detailField < 0 {
				return fmt.Errorf("form %s: no field %q", f.spec.id, f.fields[i].detail)
			}
		}
	}
	return nil
}

// copiedFrom is, for each field, the position of the one in the source that asks the same; -1 where there is none.
func (f *form) copiedFrom(source *form) []int {
	out := make([]int, len(f.fields))
	for i := range f.fields {
		fd := &f.fields[i]
		out[i] = slices.IndexFunc(source.fields, func(other field) bool {
			return other.source == fd.source && other.item == fd.item && other.scale == fd.scale
		})
	}
	return out
}

func (f *form) fieldIndex(id string) int {
	return slices.IndexFunc(f.fields, func(fd field) bool { return fd.id == id })
}

func (c *County) formIndex(id string) int {
	return slices.IndexFunc(c.forms, func(f *form) bool { return f.spec.id == id })
}

// exchange is the account of the machine that hands submissions on. It works at night and takes nobody's time.
var exchange = person{name: "数据交换", account: "sys_exchange"}

// handedOn are the submissions of another form as a machine passes them upwards, a few days later.
func (c *County) handedOn(f *form) []submission {
	from := c.formIndex(f.spec.copyOf)
	fields := f.copiedFrom(c.forms[from])
	out := make([]submission, len(c.submissions[from]))
	for i := range out {
		sub := c.submissions[from][i]
		values := make([]value, len(fields))
		for k, at := range fields {
			values[k] = sub.values[at]
		}
		sub.values = values
		s := newStream(c.world.seed, "handed on", f.spec.id, strconv.Itoa(int(sub.unit)), strconv.Itoa(int(sub.period)))
		day := sub.submitted - (sub.submitted+8*3600)%86400
		sub.submitted = day + int64(s.between(1, 3))*86400 + 2*3600 + int64(s.IntN(3600))
		sub.started, sub.active, sub.reporter, sub.channel, sub.clerk, sub.invented = 0, 0, &exchange, byMachine, false, false
		out[i] = sub
	}
	return out
}

// byMachine is the channel of submissions that a machine hands in.
const byMachine = "api"

// recordTotals are what the records of a form add up to, by unit and period.
type recordTotals map[[2]int32]*total

type total struct {
	records int
	sums    []float64 // by field of the form with the records
}

// details adds up the records that a form's totals are taken of; nil where it has none.
func (c *County) details(f *form) recordTotals {
	from := f.follows()
	if from == "" {
		return nil
	}
	source := c.formIndex(from)
	out := recordTotals{}
	for i := range c.submissions[source] {
		sub := &c.submissions[source][i]
		at := out[[2]int32{sub.unit, sub.period}]
		if at == nil {
			at = &total{sums: make([]float64, len(sub.values))}
			out[[2]int32{sub.unit, sub.period}] = at
		}
		at.records++
		for k := range sub.values {
			at.sums[k] += sub.values[k].number
		}
	}
	return out
}

// addUp fills in the totals of one submission. A unit without records hands in no totals either.
func (t recordTotals) addUp(f *form, unit int, sub *submission) {
	if t == nil {
		return
	}
	at := t[[2]int32{int32(unit), sub.period}]
	if at == nil {
		sub.missing = true
		return
	}
	for i := range f.fields {
		fd := &f.fields[i]
		switch fd.source {
		case fromCount:
			sub.values[i].number = float64(at.records)
		case fromSum:
			pow := math.Pow10(fd.digits)
			sub.values[i].number = math.Round(at.sums[fd.detailField]*pow) / pow
		}
	}
}
