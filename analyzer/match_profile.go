package analyzer

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/zeebo/xxh3"
)

// Profile is what the values of one column look like, small enough to keep for a hundred thousand columns. It is made by a
// Profiler from the values themselves, or filled from aggregates of the store; the zero of a part that is unknown means
// that nothing is judged by it.
type Profile struct {
	Rows     uint64 // rows seen, filled or not
	Nulls    uint64 // rows in which nothing was filled
	Distinct uint64 // distinct canonical values, estimated when Shift > 0
	Shares   [formats]float64
	// Hashes are hashes of the canonical values, ascending, only those whose lowest Shift bits are 0. Two profiles are
	// compared at the greater of their shifts.
	Hashes []uint64
	Counts []uint32 // how often each of Hashes occurs; nil when unknown
	Shift  uint8
	// Quantiles are the 0, 5, …, 100 % points of the numbers in the column (21 of them), nil when fewer than five values
	// or less than 80 % of them are numbers.
	Quantiles []float64
	Length    Moments              // runes per value
	Top       []ValueCount         // the values of a column with at most 64 distinct ones, most frequent first
	Shapes    map[string]float64   // share of values by shape: A letters, 9 digits, 字 Han, others as they are
	Tokens    map[uint64]float64   // hashed words of texts with their share; nil for columns without words
	Chars     [charClasses]float64 // share of characters by class
}

// Moments are mean and standard deviation.
type Moments struct{ Mean, SD float64 }

// ValueCount is a canonical value and how often it occurs.
type ValueCount struct {
	Value string `json:"value"`
	Count uint64 `json:"count"`
}

const (
	charClasses  = 5 // digits, Latin, Han, spaces, others
	hashesAtMost = 4096
	topAtMost    = 64
	shapesAtMost = 24
	tokensAtMost = 512
)

// Filled is the number of rows in which something was filled in.
func (p *Profile) Filled() uint64 { return p.Rows - min(p.Nulls, p.Rows) }

// Main is the format of most values and its share.
func (p *Profile) Main() (Format, float64) {
	best := Format(0)
	for f := range formats {
		if p.Shares[f] > p.Shares[best] {
			best = f
		}
	}
	return best, p.Shares[best]
}

// Enumeration says that the column holds few values many times each.
func (p *Profile) Enumeration() bool {
	filled := p.Filled()
	return p.Distinct > 0 && p.Distinct <= topAtMost && (filled >= 3*p.Distinct || p.Distinct <= 2 && filled >= 4)
}

// listing says that the column may be the list of the values that another may take: few and short ones, most of them once.
func (p *Profile) listing() bool {
	return len(p.Top) >= 2 && !p.Enumeration() && !p.Numeric() && p.Length.Mean <= listedMost && p.Filled() <= 2*p.Distinct
}

// Numeric says that the values are numbers one may compute with.
func (p *Profile) Numeric() bool { return len(p.Quantiles) > 0 }

// HashValue is the hash of a canonical value that profiles and alignments use.
func HashValue(canonical string) uint64 { return xxh3.HashString(canonical) }

// Profiler makes a Profile from values, in one pass and in bounded memory. The order of the values does not matter.
type Profiler struct {
	rows, nulls uint64
	formats     [formats]uint64
	lengths     uint64
	squares     uint64
	chars       [charClasses]uint64
	shift       uint8
	most        int // distinct values that are remembered; twice as many for a while
	entries     map[uint64]*profileEntry
}

type profileEntry struct {
	value string // canonical
	count uint64
}

// NewProfiler returns an empty Profiler.
func NewProfiler() *Profiler {
	return &Profiler{most: hashesAtMost, entries: map[uint64]*profileEntry{}}
}

// Add takes one value as it was filled in.
func (p *Profiler) Add(value string) {
	canonical, format := Canonical(value)
	p.AddCanonical(canonical, format, 1)
}

// AddCanonical takes a canonical value that occurs count times.
func (p *Profiler) AddCanonical(canonical string, format Format, count uint64) {
	p.rows += count
	if canonical == "" {
		p.nulls += count
		return
	}
	p.formats[format] += count
	length := uint64(0)
	for _, r := range canonical {
		p.chars[charClass(r)] += count
		length++
	}
	p.lengths += length * count
	p.squares += length * length * count
	h := HashValue(canonical)
	if h&(1<<p.shift-1) != 0 {
		return
	}
	if e := p.entries[h]; e != nil {
		e.count += count
		return
	}
	p.entries[h] = &profileEntry{strings.Clone(canonical), count}
	for len(p.entries) > 2*p.most {
		p.shift++
		for h := range p.entries {
			if h&(1<<p.shift-1) != 0 {
				delete(p.entries, h)
			}
		}
	}
}

func charClass(r rune) int {
	switch {
	case r >= '0' && r <= '9':
		return 0
	case r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z':
		return 1
	case unicode.Is(unicode.Han, r):
		return 2
	case r == ' ':
		return 3
	}
	return 4
}

// Profile is the profile of everything added so far.
func (p *Profiler) Profile() *Profile {
	out := &Profile{Rows: p.rows, Nulls: p.nulls, Shift: p.shift, Distinct: uint64(len(p.entries)) << p.shift}
	filled := p.rows - p.nulls
	if filled == 0 {
		return out
	}
	for f := range p.formats {
		out.Shares[f] = float64(p.formats[f]) / float64(filled)
	}
	var chars uint64
	for _, n := range p.chars {
		chars += n
	}
	for c := range p.chars {
		out.Chars[c] = float64(p.chars[c]) / float64(chars)
	}
	mean := float64(p.lengths) / float64(filled)
	out.Length = Moments{mean, math.Sqrt(max(float64(p.squares)/float64(filled)-mean*mean, 0))}
	out.Hashes = make([]uint64, 0, len(p.entries))
	for h := range p.entries {
		out.Hashes = append(out.Hashes, h)
	}
	slices.Sort(out.Hashes)
	out.Counts = make([]uint32, len(out.Hashes))
	sampled := make([]*profileEntry, len(out.Hashes))
	for i, h := range out.Hashes {
		sampled[i] = p.entries[h]
		out.Counts[i] = uint32(min(p.entries[h].count, math.MaxUint32))
	}
	out.summarise(sampled)
	return out
}

// summarise fills what follows from the sampled values themselves.
func (p *Profile) summarise(entries []*profileEntry) {
	if p.Shift == 0 && len(entries) <= topAtMost {
		for _, e := range entries {
			p.Top = append(p.Top, ValueCount{e.value, e.count})
		}
		slices.SortFunc(p.Top, func(a, b ValueCount) int {
			if a.Count != b.Count {
				return int(b.Count) - int(a.Count)
			}
			return strings.Compare(a.Value, b.Value)
		})
	}
	var numbers []weightedNumber
	var total, numeric uint64
	shapes := map[string]uint64{}
	tokens := map[uint64]uint64{}
	for _, e := range entries {
		total += e.count
		if v, err := strconv.ParseFloat(strings.TrimSuffix(e.value, "%"), 64); err == nil && !math.IsInf(v, 0) && !math.IsNaN(v) {
			numbers = append(numbers, weightedNumber{v, e.count})
			numeric += e.count
		}
		shapes[shape(e.value)] += e.count
		for _, t := range valueTokens(e.value) {
			tokens[HashValue(t)] += e.count
		}
	}
	if numeric*5 >= total*4 && numeric >= 5 {
		p.Quantiles = quantiles(numbers, numeric)
	}
	p.Shapes = topShares(shapes, total, shapesAtMost)
	p.Tokens = topShares(tokens, total, tokensAtMost)
}

type weightedNumber struct {
	value float64
	count uint64
}

// quantiles are the 0, 5, …, 100 % points by nearest rank.
func quantiles(numbers []weightedNumber, total uint64) []float64 {
	slices.SortFunc(numbers, func(a, b weightedNumber) int {
		switch {
		case a.value < b.value:
			return -1
		case a.value > b.value:
			return 1
		}
		return 0
	})
	out := make([]float64, 21)
	var seen uint64
	next := 0
	for _, n := range numbers {
		seen += n.count
		for next <= 20 && float64(seen) >= float64(total)*float64(next)/20 {
			out[next] = n.value
			next++
		}
	}
	for ; next <= 20; next++ {
		out[next] = numbers[len(numbers)-1].value
	}
	return out
}

// topShares keeps the most frequent keys; ties are broken by the key, so that the order of input does not matter.
func topShares[K string | uint64](counts map[K]uint64, total uint64, most int) map[K]float64 {
	keys := make([]K, 0, len(counts))
	for k := range counts {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b K) int {
		switch {
		case counts[a] > counts[b] || counts[a] == counts[b] && a < b:
			return -1
		case a == b:
			return 0
		}
		return 1
	})
	out := make(map[K]float64, min(len(keys), most))
	for _, k := range keys[:min(len(keys), most)] {
		out[k] = float64(counts[k]) / float64(total)
	}
	return out
}

// shape writes runs of letters as A, of digits as 9, of Han as 字, and everything else as it is, at most 16 runes.
func shape(s string) string {
	var out []rune
	for _, r := range s {
		c, run := r, true
		switch class := charClass(r); {
		case class == 0:
			c = '9'
		case class == 1 || class == 4 && unicode.IsLetter(r):
			c = 'A'
		case class == 2:
			c = '字'
		default:
			run = false
		}
		if run && len(out) > 0 && out[len(out)-1] == c {
			continue
		}
		if len(out) == 16 {
			break
		}
		out = append(out, c)
	}
	return string(out)
}

// valueTokens are the words of a text: Latin words, runs of digits beside letters, bigrams of Han. Numbers have none.
func valueTokens(s string) []string {
	var out []string
	runes := []rune(s)
	letters := false
	for i := 0; i < len(runes) && len(out) < 64; {
		class := runeClass(runes[i])
		j := i + 1
		for j < len(runes) && runeClass(runes[j]) == class {
			j++
		}
		switch class {
		case latinRune:
			letters = true
			out = append(out, string(runes[i:j]))
		case hanRune:
			letters = true
			for k := i; k+1 < j || k == i; k++ {
				out = append(out, string(runes[k:min(k+2, j)]))
			}
		case digitRune:
			out = append(out, string(runes[i:j]))
		}
		i = j
	}
	if !letters {
		return nil
	}
	return out
}
