package analyzer

import (
	"cmp"
	"encoding/binary"
	"math"
	"runtime"
	"slices"
	"sync"

	"github.com/zeebo/xxh3"
)

const (
	allPairsMost   = 250_000 // more pairs than these are blocked first
	twoTables      = 600_000 // and more than these of two tables, whose every column must find its nearest candidates
	postingMost    = 50      // a posting that more columns share says too little to make pairs of them all
	valuesBlocked  = 64      // values of a column, the same ones in every column, under which it is found
	wordsBlocked   = 6       // words of a label that are taken by two and three
	candidatesSure = 12      // later columns that a column is compared with, however little they share
	candidatesMost = 200     // and those beyond that share a key nearly as rare as the first of them
)

// candidates are the pairs worth comparing: all of them for ordinary tables, and for large ones those that share a rare
// word, a rare bigram of the label, an abbreviation, a value or a key that the caller gives. The first of a pair is of the
// earlier table.
func (r *run) candidates() [][2]int {
	all := 0
	before := 0
	for _, form := range r.forms {
		all += before * len(form)
		before += len(form)
	}
	if all > allPairsMost && (len(r.forms) > 2 || all > twoTables) {
		return r.blocked()
	}
	out := make([][2]int, 0, all)
	for i := range r.columns {
		for j := i + 1; j < len(r.columns); j++ {
			if r.table[i] != r.table[j] {
				out = append(out, [2]int{i, j})
			}
		}
	}
	return out
}

// blockKey is a hash with its lowest bit set where columns are worth comparing however many share the key.
type blockKey uint64

// entry says that a column has a key.
type entry struct {
	key    blockKey
	column int32
}

// blocked makes pairs of the columns that share keys. Keys are sorted rather than looked up: a hundred thousand columns have
// ten million of them.
func (r *run) blocked() [][2]int {
	entries := inParts(len(r.columns), func(from, to int) []entry {
		var out []entry
		for i := from; i < to; i++ {
			for _, k := range r.blockKeys(i) {
				out = append(out, entry{k, int32(i)})
			}
		}
		return out
	})
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.column, y.column)) })
	p := newPostingLists(entries, len(r.columns))
	return inParts(len(r.columns), func(from, to int) [][2]int {
		var out [][2]int
		s := shares{rarest: make([]float64, len(r.columns)), sum: make([]float64, len(r.columns))}
		for i := from; i < to; i++ {
			for _, j := range s.of(r, p, int32(i)) {
				out = append(out, [2]int{i, int(j)})
			}
		}
		return out
	})
}

// inParts makes a list of the parts of a range, on every processor, in the order of the range.
func inParts[T any](n int, part func(from, to int) []T) []T {
	workers := runtime.GOMAXPROCS(0)
	parts := make([][]T, workers)
	var done sync.WaitGroup
	for w := range workers {
		done.Go(func() { parts[w] = part(w*n/workers, (w+1)*n/workers) })
	}
	done.Wait()
	return slices.Concat(parts...)
}

// postingLists are the columns that share a key, and the lists that a column is in.
type postingLists struct {
	columns []int32   // of all lists, one list after another, ascending
	first   []int32   // of each list
	weight  []float64 // of each list: how much its key tells, in nats
	of      [][]int32 // lists by column
}

// newPostingLists keeps the keys that two columns share and not too many.
func newPostingLists(sorted []entry, columns int) *postingLists {
	p := &postingLists{of: make([][]int32, columns)}
	for start := 0; start < len(sorted); {
		end := start + 1
		for end < len(sorted) && sorted[end].key == sorted[start].key {
			end++
		}
		if n := end - start; n > 1 && (n <= postingMost || sorted[start].key&1 == 1) {
			list := int32(len(p.first))
			p.first = append(p.first, int32(len(p.columns)))
			p.weight = append(p.weight, math.Log(float64(columns)/float64(n)))
			for _, e := range sorted[start:end] {
				p.columns = append(p.columns, e.column)
				p.of[e.column] = append(p.of[e.column], list)
			}
		}
		start = end
	}
	p.first = append(p.first, int32(len(p.columns)))
	return p
}

// after are the columns after i in a list. Of a long one, whose key is worth comparing however common, the next ones are taken.
func (p *postingLists) after(list, i int32) []int32 {
	columns := p.columns[p.first[list]:p.first[list+1]]
	at, _ := slices.BinarySearch(columns, i+1)
	return columns[at:min(len(columns), at+postingMost)]
}

// shares weighs what the keys tell that a column shares with others. The rarest key comes first, for keys depend on one
// another: labels that share one word share many, none of which is rare.
type shares struct {
	rarest  []float64 // by column
	sum     []float64
	touched []int32
}

// of are the columns after i, in other tables, that share most with it.
func (s *shares) of(r *run, p *postingLists, i int32) []int32 {
	s.touched = s.touched[:0]
	for _, list := range p.of[i] {
		weight := p.weight[list] + 1e-9
		for _, j := range p.after(list, i) {
			if r.table[j] == r.table[i] {
				continue
			}
			if s.sum[j] == 0 {
				s.touched = append(s.touched, j)
			}
			s.sum[j] += weight
			s.rarest[j] = max(s.rarest[j], weight)
		}
	}
	best := s.touched
	if len(best) > candidatesSure {
		slices.SortFunc(best, func(x, y int32) int {
			return cmp.Or(cmp.Compare(s.rarest[y], s.rarest[x]), cmp.Compare(s.sum[y], s.sum[x]), cmp.Compare(x, y))
		})
		n := candidatesSure
		for n < min(len(best), candidatesMost) && s.rarest[best[n]] >= 0.9*s.rarest[best[0]] {
			n++
		}
		best = best[:n]
	}
	for _, j := range s.touched {
		s.sum[j], s.rarest[j] = 0, 0
	}
	slices.Sort(best)
	return best
}

// blockKeys are the keys under which a column is found, each once.
func (r *run) blockKeys(column int) []blockKey {
	p := r.columns[column]
	var keys []blockKey
	add := func(kind uint64, text string) { keys = append(keys, blockKey(xxh3.HashStringSeed(text, kind)&^1)) }
	always := func(kind uint64, text string) { keys = append(keys, blockKey(xxh3.HashStringSeed(text, kind)|1)) }
	const (
		plainKey = iota
		skeletonKey
		learntKey
		wordKey
		vowelsKey
		twoWordsKey
		threeWordsKey
	)
	for _, l := range []*label{p.label, p.id} {
		if l == nil || l.plain == "" || l.opaque {
			continue
		}
		always(plainKey, l.plain)
		for _, pair := range r.learnt.blockKeys(l) {
			add(learntKey, pair)
		}
		if len(l.skeleton) >= 2 {
			add(skeletonKey, l.skeleton)
		}
		if len(l.initials) >= 2 {
			always(plainKey, l.initials)
			add(skeletonKey, l.initials)
		}
		for _, a := range l.atoms {
			if a.kind == fillerAtom {
				continue
			}
			add(wordKey, singular(a.text))
			for _, c := range a.concepts {
				keys = append(keys, numberKey('c', uint64(c)))
			}
			if !hasHan(a.text) && len(a.text) > 2 {
				add(vowelsKey, withoutVowels(a.text))
			}
		}
		if l.han {
			for _, g := range l.bigrams {
				// A column has a label, an id and a description at most.
				if r.names.bigrams[g.key] <= 3*postingMost {
					keys = append(keys, numberKey('g', g.key))
				}
			}
		}
		// Words by two and three are rare where each of them is common; by what they mean, synonyms share them.
		words := meanings(l)
		for i, first := range words {
			for k, second := range words[i+1:] {
				add(twoWordsKey, first+"\x01"+second)
				for _, third := range words[i+k+2:] {
					add(threeWordsKey, first+"\x01"+second+"\x01"+third)
				}
			}
		}
	}
	if p.profile != nil {
		for _, h := range p.profile.Hashes[:min(len(p.profile.Hashes), valuesBlocked)] {
			if n, counted := r.values.count[h]; !counted || n > 1 && n <= postingMost {
				keys = append(keys, numberKey('#', h))
			}
		}
	}
	if r.keys != nil {
		for _, h := range r.keys(r.ref(column)) {
			keys = append(keys, numberKey('@', h))
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// meanings are the words of a label, cut either way and each by what it means, in a fixed order: of long labels those that
// tell most.
func meanings(l *label) []string {
	atoms := slices.Concat(l.atoms, l.fine)
	atoms = slices.DeleteFunc(atoms, func(a atom) bool { return a.kind == fillerAtom })
	slices.SortStableFunc(atoms, func(x, y atom) int { return cmp.Compare(y.weight, x.weight) })
	var out []string
	for _, a := range atoms {
		if key := a.key(); len(out) < wordsBlocked && !slices.Contains(out, key) {
			out = append(out, key)
		}
	}
	slices.Sort(out)
	return out
}

func numberKey(kind byte, n uint64) blockKey {
	var b [9]byte
	b[0] = kind
	binary.LittleEndian.PutUint64(b[1:], n)
	return blockKey(xxh3.Hash(b[:]) &^ 1)
}
