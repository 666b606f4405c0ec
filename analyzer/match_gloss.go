package analyzer

import (
	"bufio"
	"compress/gzip"
	"fmt"
	"strings"
)

// glossary holds what a general Chinese-English dictionary knows: CC-CEDICT, cut down to words that are not rare and to
// short glosses (words/CEDICT.md). It cuts Chinese text that the lists of the matcher do not know, and two words that share a
// gloss are near synonyms (资金 and 经费 are both "funds").
type glossary struct {
	words   map[string][]int32 // Chinese word to its glosses
	english map[string]int32   // gloss to its number
	longest int                // runes of the longest word, of this or of the matcher's own lists
}

func loadGlossary() (*glossary, error) {
	const file = "words/cedict.txt.gz"
	packed, err := wordFiles.Open(file)
	if err != nil {
		return nil, fmt.Errorf("unable to open %s: %w", file, err)
	}
	defer packed.Close()
	text, err := gzip.NewReader(packed)
	if err != nil {
		return nil, fmt.Errorf("unable to unpack %s: %w", file, err)
	}
	g := &glossary{words: make(map[string][]int32, 32_000), english: make(map[string]int32, 32_000), longest: 4}
	scanner := bufio.NewScanner(text)
	for scanner.Scan() {
		word, glosses, _ := strings.Cut(scanner.Text(), "\t")
		var ids []int32
		for gloss := range strings.SplitSeq(glosses, "/") {
			if gloss == "" {
				continue
			}
			id, known := g.english[gloss]
			if !known {
				id = int32(len(g.english))
				g.english[gloss] = id
			}
			ids = append(ids, id)
		}
		g.words[word] = ids
	}
	if err := scanner.Err(); err != nil {
		return nil, fmt.Errorf("unable to read %s: %w", file, err)
	}
	return g, nil
}

// of are the glosses of a Chinese word, or the gloss that an English word is.
func (g *glossary) of(word string) []int32 {
	if hasHan(word) {
		return g.words[word]
	}
	if id, known := g.english[word]; known {
		return []int32{id}
	}
	if id, known := g.english[singular(word)]; known {
		return []int32{id}
	}
	return nil
}

// cut splits Chinese text into known words, so that few and long ones win; what is known nowhere comes out character by
// character. Length counts by its square, which makes one word of four outweigh two of two.
func (g *glossary) cut(s string, known func(string) bool) []string {
	runes := []rune(s)
	best := make([]int, len(runes)+1) // best sum up to here
	from := make([]int, len(runes)+1)
	for end := 1; end <= len(runes); end++ {
		best[end], from[end] = best[end-1], end-1
		for n := 2; n <= min(g.longest, end); n++ {
			word := string(runes[end-n : end])
			sum := best[end-n] + 2*n*n
			switch _, general := g.words[word]; {
			case known(word):
				sum++
			case !general:
				continue
			}
			if sum > best[end] {
				best[end], from[end] = sum, end-n
			}
		}
	}
	var out []string
	for end := len(runes); end > 0; end = from[end] {
		out = append(out, string(runes[from[end]:end]))
	}
	for i, j := 0, len(out)-1; i < j; i, j = i+1, j-1 {
		out[i], out[j] = out[j], out[i]
	}
	return out
}
