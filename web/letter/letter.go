// Package letter writes the letter that suggests to the owner of a system what should become of it: to retire it, to merge
// it into another one or to simplify it. One text serves the page, the printed sheet and the docx file. It states what was
// observed, under which rule and how far the logs reach, and asks for an answer; it blames nobody, and people decide.
package letter

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// ErrNoLetter says that nothing is suggested for a system, so that there is no letter to write.
var ErrNoLetter = errors.New("nothing is suggested for this system")

// Reader is what a letter reads. *queries.Store is one.
type Reader interface {
	ReadNames(ctx context.Context) (*queries.NameTable, error)
	ReadSystem(ctx context.Context, id string) (*queries.SystemPage, error)
}

// Data is what a letter speaks of.
type Data struct {
	System *queries.SystemPage
	Called *queries.NameTable
	Due    time.Time // day by which the owner was asked to answer; that of the plan where zero
}

// Read gathers what a letter about a system says, or queries.ErrNotFound.
func Read(ctx context.Context, r Reader, system string) (*Data, error) {
	called, err := r.ReadNames(ctx)
	if err != nil {
		return nil, fmt.Errorf("unable to read names for the letter: %w", err)
	}
	page, err := r.ReadSystem(ctx, system)
	if err != nil {
		return nil, fmt.Errorf("unable to read system %s for the letter: %w", system, err)
	}
	d := &Data{System: page, Called: called}
	if c := page.Case; c != nil && c.Step == "answer" {
		d.Due = c.Due
	}
	return d, nil
}

// Kind is what a block of a letter is.
type Kind uint8

// The kinds of blocks.
const (
	Heading Kind = iota // a numbered part
	Text                // a paragraph
	Item                // one line of a numbered list
	Table               // a table with a head
	Note                // small print
)

// Block is one part of the text of a letter.
type Block struct {
	Kind   Kind
	Text   string
	Head   []string
	Rows   [][]string
	Widths []int // of the columns of a table, in hundredths of its width
}

// Letter is a letter in one language.
type Letter struct {
	Lang, Title, To, Mark string
	Body                  []Block
	Sign                  []string
	AnnexTitle            string
	Annex                 []Block
	Foot                  string    // what identifies the evidence
	AsOf                  time.Time // day judged
}

// New writes the letter about a system in the language of the view, or ErrNoLetter where it is to be kept or was not judged.
func New(v component.View, d *Data) (*Letter, error) {
	a := d.System.Assessment
	if a == nil || a.Suggestion.Action == "" || a.Suggestion.Action == queries.SuggestKeep {
		return nil, ErrNoLetter
	}
	w := writer{View: v, Data: d, a: a, s: &a.Suggestion}
	w.reason()
	w.rules()
	w.facts()
	w.tests()
	w.concerned()
	w.plan()
	w.answer()
	l := &Letter{
		Lang: v.Lang, Title: v.T("letter.title."+a.Suggestion.Action, "name", w.name()), To: v.T("letter.to", "owner", w.owner()), Mark: v.T("letter.mark"),
		Body: w.out, Sign: []string{v.T("letter.sign"), v.T("letter.date")}, AnnexTitle: v.T("letter.annex"), AsOf: a.AsOf,
		Foot: v.T("letter.foot", "hash", Hash(a)[:32], "day", v.Date(a.AsOf)),
	}
	w.out = nil
	w.method()
	l.Annex = w.out
	return l, nil
}

// Hash is the fingerprint of what the analysis says of a system: SHA-256 over all of it, whatever the language.
func Hash(a *queries.Assessment) string {
	raw, err := json.Marshal(a)
	if err != nil {
		// Only a NaN or infinity can be the cause, which no stored assessment holds; its text is as good a fingerprint.
		raw = fmt.Appendf(nil, "%#v", a)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}
