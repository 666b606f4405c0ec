package analyzer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// dupKnown is what is known of the forms beyond the judgement of pairs.
type dupKnown struct {
	words       *lexicon
	laws        []string // by form: the law that keeps its data to their purpose, empty for none
	standards   []codeSet
	definitions [][][]string                   // sets of alternatives, each under several names
	spelled     map[fieldRef]map[string]string // canonical code to the way the field writes it, where that differs
}

// border is a law that keeps data to their purpose, with the words by which its forms are known.
type border struct {
	law   string
	words []string
}

// know looks up totals of ledgers, laws, standards and spellings once the pairs are judged. Pairs with a field that an interface hands over are
// left out: what is passed on is not asked twice. Data that follow from such a field remain.
func (d *dupFound) know(ctx context.Context, in Input, words *lexicon) error {
	handed := func(p fieldPair) bool { return d.at(p.a).kind == handedField || d.at(p.b).kind == handedField }
	d.pairs, d.unlike = slices.DeleteFunc(d.pairs, handed), slices.DeleteFunc(d.unlike, handed)
	borders, err := loadBorders()
	if err != nil {
		return err
	}
	d.words, d.laws = words, make([]string, len(d.forms))
	for i := range d.forms {
		d.laws[i] = lawOf(&d.forms[i].Form, borders)
	}
	totals, err := d.ledgers(ctx, in, in.Policy.Of("dup-form"))
	if err != nil {
		return err
	}
	d.derived = append(d.derived, totals...)
	if d.standards, err = loadStandards(words); err != nil {
		return err
	}
	if d.definitions, err = loadDefinitions(); err != nil {
		return err
	}
	if d.spelled, err = d.spellings(ctx, in); err != nil {
		return fmt.Errorf("unable to read how codes are written: %w", err)
	}
	return nil
}

func loadBorders() ([]border, error) {
	var out []border
	err := lines("words/borders.txt", func(line string) error {
		law, list, ok := strings.Cut(line, "|")
		if !ok {
			return fmt.Errorf("want a law and words, have %q", line)
		}
		b := border{law: strings.TrimSpace(law)}
		for _, word := range strings.Split(list, "/") {
			b.words = append(b.words, strings.TrimSpace(word))
		}
		out = append(out, b)
		return nil
	})
	return out, err
}

// lawOf is the law that the title or the basis of a form names.
func lawOf(f *queries.Form, borders []border) string {
	for _, b := range borders {
		if slices.ContainsFunc(b.words, func(word string) bool { return strings.Contains(f.Title, word) || strings.Contains(f.Basis, word) }) {
			return b.law
		}
	}
	return ""
}

// spellings reads how the fields with other codes write them: the commonest way of each.
func (d *dupFound) spellings(ctx context.Context, in Input) (map[fieldRef]map[string]string, error) {
	refs := map[[2]string]fieldRef{}
	var fields [][2]string
	for _, list := range [][]fieldPair{d.pairs, d.derived} {
		for i := range list {
			if len(list[i].match.Why.Codes) == 0 {
				continue
			}
			for _, r := range []fieldRef{list[i].a, list[i].b} {
				name := [2]string{d.forms[r.form].ID, d.at(r).ID}
				if _, seen := refs[name]; !seen {
					refs[name] = r
					fields = append(fields, name)
				}
			}
		}
	}
	out := map[fieldRef]map[string]string{}
	times := map[fieldRef]map[string]uint64{}
	note := func(r fieldRef, value string, n uint64) {
		canonical, _ := Canonical(value)
		if out[r] == nil {
			out[r], times[r] = map[string]string{}, map[string]uint64{}
		}
		if most := times[r][canonical]; n > most || n == most && value < out[r][canonical] {
			out[r][canonical], times[r][canonical] = value, n
		}
	}
	err := in.Store.Spellings(ctx, evidenceStart(in.Window.From), in.Window.To, fields, func(form, field, text string, n uint64) error {
		note(refs[[2]string{form, field}], text, n)
		return nil
	})
	// What nobody wrote is spelled as it was declared.
	for _, r := range refs {
		for code := range d.at(r).Codes {
			note(r, code, 0)
		}
	}
	return out, err
}

// spell writes a canonical code as the field writes it.
func (d *dupFound) spell(r fieldRef, canonical string) string {
	if s, differs := d.spelled[r][canonical]; differs {
		return s
	}
	return canonical
}

// codes is the code mapping from a to b, each side as it writes its codes.
func (d *dupFound) codes(p *fieldPair) map[string]string {
	if p.relation != RelationRecode {
		return nil
	}
	out := make(map[string]string, len(p.match.Why.Codes))
	for from, to := range p.match.Why.Codes {
		if p.turned {
			from, to = to, from
		}
		out[d.spell(p.a, from)] = d.spell(p.b, to)
	}
	return out
}

// lawfulness tells, once for each form, which data a law keeps to their purpose, or that no such law is known here.
func (d *dupFound) lawfulness(forms ...int) []queries.Message {
	var out []queries.Message
	for i, from := range forms {
		for k, to := range forms {
			if law := d.needsBasis(from, to); i != k && law != "" {
				out = append(out, d.lawReason("dup.explain.legal_basis", from, to, law))
				break
			}
		}
	}
	if len(out) == 0 {
		out = append(out, queries.Message{Key: "dup.explain.law"})
	}
	return out
}
