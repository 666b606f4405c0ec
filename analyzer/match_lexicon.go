package analyzer

import (
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/go-ego/gse"
)

// The OpenCC tables are Apache-2.0, see opencc/LICENSE; the word lists are ours.
//
//go:embed opencc/TSCharacters.txt opencc/TSPhrases.txt opencc/LICENSE words/*.txt
var wordFiles embed.FS

// lexicon holds what the matcher knows of words. It is read-only once loaded and costs a few milliseconds.
//
// The segmenter knows only the terms of the lexicon: the dictionary that comes with gse takes a second and 128 MB to load
// and does not know the compounds of grassroots forms better.
type lexicon struct {
	segmenter  gse.Segmenter // longest compounds first
	fine       gse.Segmenter // short words only
	toSimple   map[rune]rune
	phrases    map[string]string // traditional phrase to simplified, where characters alone would be wrong
	phraseLen  int               // runes of the longest traditional phrase
	concepts   map[string][]int32
	names      []string         // first term of each concept
	roles      map[string]int32 // term to role, -1 for terms that only look like one
	roleNames  []string
	contrasts  map[string][]side
	byConcept  map[int32][]side // the same for terms that are known by their concept
	fillers    map[string]bool
	measures   map[string]uint8 // word to class, from 1
	units      map[string]unitOf
	values     map[string][]valueSense
	common     map[uint64]bool    // hashes of values that columns of any kind hold
	basics     map[string][]int32 // short Chinese words to their groups
	phraseMost int                // most words of an English term
	heads      map[string]bool    // first words of English terms of several words
	light      map[string]float64 // words that a label may lack, to the share of their weight that they keep
	shortMost  int                // runes of the longest word of any list but that of whole terms
}

// side is one alternative of one set of contrasting words.
type side struct{ set, alternative int32 }

// unitOf is a unit of measure: Factor base units of the dimension.
type unitOf struct {
	Name      string
	Dimension string
	Factor    float64
}

// valueSense is the meaning of a value of a code list, in the context of a label (concept -1: any).
type valueSense struct {
	concept int32
	meaning string
}

func loadLexicon() (*lexicon, error) {
	x := &lexicon{
		toSimple: map[rune]rune{}, phrases: map[string]string{}, concepts: map[string][]int32{}, roles: map[string]int32{},
		contrasts: map[string][]side{}, byConcept: map[int32][]side{}, fillers: map[string]bool{}, units: map[string]unitOf{},
		values: map[string][]valueSense{}, heads: map[string]bool{}, basics: map[string][]int32{}, measures: map[string]uint8{},
		common: map[uint64]bool{}, light: map[string]float64{},
	}
	for _, load := range []func() error{
		x.loadOpenCC, x.loadSynonyms, x.loadEnglish, x.loadRoles, x.loadContrasts, x.loadFillers, x.loadUnits, x.loadValues, x.loadBasics, x.loadMeasures,
		x.loadLight, x.loadSegmenters,
	} {
		if err := load(); err != nil {
			return nil, fmt.Errorf("unable to load the matcher's word lists: %w", err)
		}
	}
	return x, nil
}

// lines calls f with every line of an embedded file that is neither empty nor a comment.
func lines(file string, f func(line string) error) error {
	content, err := wordFiles.ReadFile(file)
	if err != nil {
		return fmt.Errorf("unable to read %s: %w", file, err)
	}
	for i, line := range strings.Split(string(content), "\n") {
		line = strings.TrimRight(line, "\r ")
		if line == "" || line[0] == '#' {
			continue
		}
		if err := f(line); err != nil {
			return fmt.Errorf("%s:%d: %w", file, i+1, err)
		}
	}
	return nil
}

func (x *lexicon) loadOpenCC() error {
	err := lines("opencc/TSCharacters.txt", func(line string) error {
		from, to, _ := strings.Cut(line, "\t")
		first, _, _ := strings.Cut(to, " ")
		if f, t := []rune(from), []rune(first); len(f) == 1 && len(t) == 1 {
			x.toSimple[f[0]] = t[0]
		}
		return nil
	})
	if err != nil {
		return err
	}
	return lines("opencc/TSPhrases.txt", func(line string) error {
		from, to, _ := strings.Cut(line, "\t")
		first, _, _ := strings.Cut(to, " ")
		x.phrases[from] = first
		x.phraseLen = max(x.phraseLen, len([]rune(from)))
		return nil
	})
}

// simplified turns traditional Chinese into simplified, longest phrase first.
func (x *lexicon) simplified(s string) string {
	runes := []rune(s)
	var out strings.Builder
	out.Grow(len(s))
	for i := 0; i < len(runes); {
		if runes[i] < 0x2e80 {
			out.WriteRune(runes[i])
			i++
			continue
		}
		matched := false
		for n := min(x.phraseLen, len(runes)-i); n > 1; n-- {
			if to, ok := x.phrases[string(runes[i:i+n])]; ok {
				out.WriteString(to)
				i += n
				matched = true
				break
			}
		}
		if matched {
			continue
		}
		if to, ok := x.toSimple[runes[i]]; ok {
			out.WriteRune(to)
		} else {
			out.WriteRune(runes[i])
		}
		i++
	}
	return out.String()
}

func (x *lexicon) loadSynonyms() error {
	return lines("words/synonyms.txt", func(line string) error {
		concept := int32(len(x.names))
		for i, term := range strings.Split(line, "/") {
			term = strings.TrimSpace(term)
			if term == "" {
				return fmt.Errorf("empty term in %q", line)
			}
			if i == 0 {
				x.names = append(x.names, term)
			}
			x.concepts[term] = append(x.concepts[term], concept)
			x.noteTerm(term)
		}
		return nil
	})
}

// loadEnglish adds words to the meanings that the synonyms know, and new meanings.
func (x *lexicon) loadEnglish() error {
	return lines("words/english.txt", func(line string) error {
		terms := strings.Split(line, "/")
		meaning := x.concepts[terms[0]]
		if meaning == nil {
			meaning = []int32{int32(len(x.names))}
			x.names = append(x.names, terms[0])
		}
		for _, term := range terms {
			if term == "" {
				return fmt.Errorf("empty term in %q", line)
			}
			for _, concept := range meaning {
				if !slices.Contains(x.concepts[term], concept) {
					x.concepts[term] = append(x.concepts[term], concept)
				}
			}
			x.noteTerm(term)
		}
		return nil
	})
}

// noteTerm remembers how English terms of several words begin, so that they are found in a stream of words.
func (x *lexicon) noteTerm(term string) {
	if words := strings.Fields(term); len(words) > 1 {
		x.phraseMost = max(x.phraseMost, len(words))
		x.heads[words[0]] = true
	}
}

func (x *lexicon) loadRoles() error {
	return lines("words/roles.txt", func(line string) error {
		if term, not := strings.CutPrefix(line, "!"); not {
			x.roles[term] = -1
			x.noteTerm(term)
			return nil
		}
		role := int32(len(x.roleNames))
		for i, term := range strings.Split(line, "/") {
			if i == 0 {
				x.roleNames = append(x.roleNames, term)
			}
			x.roles[term] = role
			x.noteTerm(term)
		}
		return nil
	})
}

func (x *lexicon) loadContrasts() error {
	set := int32(0)
	return lines("words/contrasts.txt", func(line string) error {
		for alternative, terms := range strings.Split(line, "|") {
			s := side{set, int32(alternative)}
			for _, term := range strings.Split(terms, "/") {
				term = strings.TrimSpace(term)
				if term == "" {
					return fmt.Errorf("empty term in %q", line)
				}
				x.contrasts[term] = append(x.contrasts[term], s)
				x.noteTerm(term)
				// A term with a single meaning stands for its concept, so that every synonym contrasts too.
				if c := x.concepts[term]; len(c) == 1 {
					x.byConcept[c[0]] = append(x.byConcept[c[0]], s)
				}
			}
		}
		set++
		return nil
	})
}

func (x *lexicon) loadFillers() error {
	return lines("words/fillers.txt", func(line string) error {
		for _, word := range strings.Fields(line) {
			x.fillers[word] = true
		}
		return nil
	})
}

func (x *lexicon) loadUnits() error {
	return lines("words/units.txt", func(line string) error {
		fields := strings.Fields(line)
		if len(fields) < 3 {
			return fmt.Errorf("want dimension, factor and names, have %q", line)
		}
		factor, err := strconv.ParseFloat(fields[1], 64)
		if err != nil || factor <= 0 {
			return fmt.Errorf("factor %q is not a positive number", fields[1])
		}
		for _, name := range fields[2:] {
			x.units[name] = unitOf{Name: fields[2], Dimension: fields[0], Factor: factor}
		}
		return nil
	})
}

func (x *lexicon) loadValues() error {
	for i := range 32 {
		x.common[HashValue(strconv.Itoa(i))] = true
	}
	return lines("words/values.txt", func(line string) error {
		context, list, ok := strings.Cut(line, " ")
		if !ok {
			return fmt.Errorf("want a context and values, have %q", line)
		}
		concept := int32(-1)
		if context != "-" {
			c, known := x.concepts[context]
			if !known {
				return fmt.Errorf("context %q is no known term", context)
			}
			concept = c[0]
		}
		terms := strings.Split(list, "/")
		for _, term := range terms {
			x.values[term] = append(x.values[term], valueSense{concept, context + ":" + terms[0]})
			if concept < 0 && (terms[0] == "是" || terms[0] == "否") {
				x.common[HashValue(term)] = true
			}
		}
		return nil
	})
}

// loadBasics reads the short words. A word that is also a term keeps the term's concepts beside its group.
func (x *lexicon) loadBasics() error {
	return lines("words/basics.txt", func(line string) error {
		for _, group := range strings.Fields(line) {
			words := strings.Split(group, "/")
			id := int32(len(x.names))
			x.names = append(x.names, words[0])
			for _, word := range words {
				if word == "" {
					return fmt.Errorf("empty word in %q", group)
				}
				x.basics[word] = append(x.basics[word], id)
			}
		}
		return nil
	})
}

func (x *lexicon) loadMeasures() error {
	class := uint8(0)
	return lines("words/measures.txt", func(line string) error {
		class++
		for _, word := range strings.Fields(line) {
			x.measures[word] = class
		}
		return nil
	})
}

// loadLight reads the words that weigh little.
func (x *lexicon) loadLight() error {
	return lines("words/light.txt", func(line string) error {
		words := strings.Fields(line)
		share, err := strconv.ParseFloat(words[0], 64)
		if err != nil || share < 0 || share > 1 {
			return fmt.Errorf("share %q is not a number from 0 to 1", words[0])
		}
		for _, word := range words[1:] {
			x.light[word] = share
		}
		return nil
	})
}

const fineLength = 5 // runes of the longest compound that fine segmentation keeps whole

func (x *lexicon) loadSegmenters() error {
	var coarse, fine []string
	for _, terms := range []map[string]bool{
		keySet(x.concepts), keySet(x.roles), keySet(x.contrasts), keySet(x.fillers), keySet(x.basics), keySet(x.measures), keySet(x.light),
	} {
		for term := range terms {
			if hasHan(term) {
				coarse = append(coarse, term)
				if x.short(term) {
					x.shortMost = max(x.shortMost, len([]rune(term)))
				}
			}
		}
	}
	for _, terms := range []map[string]bool{keySet(x.roles), keySet(x.contrasts), keySet(x.fillers), keySet(x.basics), keySet(x.measures)} {
		for term := range terms {
			// A compound of contrasting words, such as 户籍地址, is cut so that its parts show.
			if hasHan(term) && (len([]rune(term)) <= fineLength || x.basics[term] != nil) {
				fine = append(fine, term)
			}
		}
	}
	if err := loadDictionary(&x.segmenter, coarse); err != nil {
		return err
	}
	return loadDictionary(&x.fine, fine)
}

func keySet[V any](m map[string]V) map[string]bool {
	out := make(map[string]bool, len(m))
	for k := range m {
		out[k] = true
	}
	return out
}

func loadDictionary(segmenter *gse.Segmenter, terms []string) error {
	slices.Sort(terms)
	var dict strings.Builder
	for _, term := range slices.Compact(terms) {
		// The weight grows with the length, so that the longest known word wins over its parts.
		n := len([]rune(term))
		fmt.Fprintf(&dict, "%s %d n\n", term, 10*n*n*n)
	}
	segmenter.SkipLog = true
	if err := segmenter.LoadDictStr(dict.String()); err != nil {
		return fmt.Errorf("unable to build the segmenter: %w", err)
	}
	return nil
}
