package analyzer

import (
	"cmp"
	"encoding/binary"
	"slices"

	"github.com/zeebo/xxh3"
)

// Fields that hold the same data under other labels share their answers, but so do a thousand others where the answers are
// small numbers. What tells them apart is who gave which answer: a band is a few cells, the same ones in every form, and two
// fields that agree on all of a band's cells are worth comparing (locality-sensitive hashing by bands, Indyk & Motwani 1998).

const (
	bandUnits   = 8 // units or persons of a form that bands are made of: those whose hashes are the smallest
	bandPeriods = 4 // longer periods, or periods, of each, the newest
)

// band is a number of rows of a form, and a hash of what they speak of.
type band struct {
	of   uint64
	rows []int32
}

// longerCycle is the period over which the answers of one unit make a band.
var longerCycle = map[string]string{"day": "week", "week": "month", "month": "quarter", "quarter": "year", "half": "year", "year": "year"}

// bands are made of the form's rows: the answers of one unit over a longer period, those of a few units in one period, and
// those of single persons and of two.
func (f *dupForm) bands(d *dupData) []band {
	switch {
	case f.sample.units == nil || f.ledger() && !f.personal():
		return nil
	case f.personal():
		return f.personBands()
	}
	chosen := f.smallestUnits(d)
	type cell struct {
		unit uint32
		day  int32
	}
	newest := map[cell]int32{}
	days := map[int32]bool{}
	for row, unit := range f.sample.units {
		if slices.Contains(chosen, unit) {
			day := periodDay(f.sample.days[row], f.cycle)
			days[day] = true
			if old, seen := newest[cell{unit, day}]; !seen || f.sample.sent[old] <= f.sample.sent[row] {
				newest[cell{unit, day}] = int32(row)
			}
		}
	}
	var periods []int32
	for day := range days {
		periods = append(periods, day)
	}
	slices.SortFunc(periods, func(x, y int32) int { return cmp.Compare(y, x) })
	var out []band
	add := func(kind uint64, cells []cell) {
		b := band{of: kind}
		for _, c := range cells {
			if row, there := newest[c]; there {
				b.rows = append(b.rows, row)
				b.of = mix(mix(b.of, HashValue(d.unitCodes[c.unit])), uint64(uint32(c.day)))
			}
		}
		if len(b.rows) == len(cells) && len(cells) > 0 {
			out = append(out, b)
		}
	}
	var cells []cell
	for _, unit := range chosen {
		bands := 0
		for i := 0; i < len(periods) && bands < bandPeriods; {
			over := periodDay(periods[i], longerCycle[f.cycle])
			cells = cells[:0]
			for ; i < len(periods) && periodDay(periods[i], longerCycle[f.cycle]) == over; i++ {
				cells = append(cells, cell{unit, periods[i]})
			}
			if len(cells) > 1 {
				add(1, cells)
				bands++
			}
		}
	}
	for _, day := range periods[:min(len(periods), bandPeriods)] {
		for part := range slices.Chunk(chosen, bandUnits/2) {
			cells = cells[:0]
			for _, unit := range part {
				cells = append(cells, cell{unit, day})
			}
			add(2, cells)
		}
	}
	return out
}

// smallestUnits are the units whose codes have the smallest hashes: forms filled in by the same units choose the same.
func (f *dupForm) smallestUnits(d *dupData) []uint32 {
	units := slices.Clone(f.sample.units)
	slices.Sort(units)
	units = slices.Compact(units)
	slices.SortFunc(units, func(x, y uint32) int {
		return cmp.Or(cmp.Compare(HashValue(d.unitCodes[x]), HashValue(d.unitCodes[y])), cmp.Compare(x, y))
	})
	return units[:min(len(units), bandUnits)]
}

// personBands are the newest rows of the persons with the smallest hashes, alone and by two.
func (f *dupForm) personBands() []band {
	who := f.sample.subjects
	if f.byPerson {
		who = f.sample.persons
	}
	newest := map[uint64]int32{}
	for row, person := range who {
		if old, seen := newest[person]; person != 0 && (!seen || f.sample.days[old] <= f.sample.days[row]) {
			newest[person] = int32(row)
		}
	}
	persons := make([]uint64, 0, len(newest))
	for person := range newest {
		persons = append(persons, person)
	}
	slices.SortFunc(persons, func(x, y uint64) int { return cmp.Or(cmp.Compare(mix(3, x), mix(3, y)), cmp.Compare(x, y)) })
	persons = persons[:min(len(persons), 2*bandUnits)]
	var out []band
	for i, person := range persons {
		out = append(out, band{mix(3, person), []int32{newest[person]}})
		if i > 0 {
			out = append(out, band{mix(mix(4, persons[i-1]), person), []int32{newest[persons[i-1]], newest[person]}})
		}
	}
	return out
}

// bandKeys are hashes of what a field answers in each band. Bands that the field leaves open in part are left out, and those
// in which it always gives the same answer: zeros agree with zeros.
func (d *dupData) bandKeys(bands []band, column []uint32) []uint64 {
	var out []uint64
	for _, b := range bands {
		key, varies, complete := b.of, len(b.rows) == 1, true
		for _, row := range b.rows {
			value := column[row]
			complete = complete && value != 0
			varies = varies || value != column[b.rows[0]]
			key = mix(key, HashValue(d.dictionary.values[value]))
		}
		if varies && complete {
			out = append(out, key)
		}
	}
	return out
}

// mix is the hash of two numbers.
func mix(a, b uint64) uint64 {
	var buffer [16]byte
	binary.LittleEndian.PutUint64(buffer[:8], a)
	binary.LittleEndian.PutUint64(buffer[8:], b)
	return xxh3.Hash(buffer[:])
}
