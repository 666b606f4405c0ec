package analyzer

import (
	"cmp"
	"context"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// dupForms looks for pairs of forms that ask the same data.
type dupForms struct{ shared *duplicates }

// Meta implements Detector.
func (dupForms) Meta() Meta { return Meta{ID: "dup-form", Family: "duplicate", Version: 1} }

// formPair is two forms with what they have in common. A is the one that asks more of what the other has.
type formPair struct {
	a, b    int
	pairs   []fieldPair // from a to b
	derived []fieldPair
	share   [2]float64 // of the payload of a and b, by the effort it takes
	fields  [2]int     // payload fields in common
	of      [2]int     // payload fields in all
	rows    uint64     // joined rows, the most of any pair of fields
	agree   float64    // mean agreement of the joined pairs
	joined  int        // pairs of fields with joined rows
	score   float64    // mean probability
}

// Detect implements Detector.
func (d dupForms) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of("dup-form")
	found, err := d.shared.of(ctx, in)
	if err != nil {
		return nil, err
	}
	costs, err := formCosts(ctx, in, found.dupData)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	for _, p := range found.formPairs() {
		if max(p.share[0], p.share[1]) < limits["min_shared_share"] || float64(max(p.fields[0], p.fields[1])) < limits["min_shared_fields"] {
			continue
		}
		out = append(out, found.formFinding(p, costs, in, limits))
	}
	return append(out, found.formsNotAssessed(d.Meta().ID)...), nil
}

// formPairs gathers pairs of fields by forms and measures how much the forms have in common.
func (d *dupFound) formPairs() []*formPair {
	byForms := map[[2]int]*formPair{}
	pair := func(x, y int) *formPair {
		p := byForms[[2]int{x, y}]
		if p == nil {
			p = &formPair{a: x, b: y}
			byForms[[2]int{x, y}] = p
		}
		return p
	}
	for _, fp := range d.pairs {
		p := pair(fp.a.form, fp.b.form)
		p.pairs = append(p.pairs, fp)
	}
	for _, fp := range d.derived {
		p := byForms[[2]int{fp.a.form, fp.b.form}]
		if p == nil {
			fp.turn()
			p = pair(fp.a.form, fp.b.form)
		}
		p.derived = append(p.derived, fp)
	}
	out := make([]*formPair, 0, len(byForms))
	for _, p := range byForms {
		if len(p.pairs) == 0 {
			continue
		}
		d.measure(p)
		out = append(out, p)
	}
	slices.SortFunc(out, func(x, y *formPair) int {
		return cmp.Or(cmp.Compare(max(y.share[0], y.share[1]), max(x.share[0], x.share[1])), cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b))
	})
	return out
}

func (d *dupFound) measure(p *formPair) {
	shared := [2]map[int]bool{{}, {}}
	for _, fp := range p.pairs {
		if d.at(fp.a).kind != payloadField || d.at(fp.b).kind != payloadField {
			continue
		}
		shared[0][fp.a.field], shared[1][fp.b.field] = true, true
		p.score += fp.match.Score
		if al := fp.match.Why.Alignment; al != nil && fp.join != "" {
			p.joined++
			p.rows = max(p.rows, al.N)
			p.agree += fp.agreement()
		}
	}
	p.score /= float64(max(1, len(shared[0])))
	p.agree /= float64(max(1, p.joined))
	for side, form := range []int{p.a, p.b} {
		all, part := 0.0, 0.0
		for i := range d.forms[form].fields {
			f := &d.forms[form].fields[i]
			if f.kind != payloadField {
				continue
			}
			p.of[side]++
			all += f.seconds
			if shared[side][i] {
				p.fields[side]++
				part += f.seconds
			}
		}
		if all > 0 {
			p.share[side] = part / all
		}
	}
	if d.redundantSide(p) == 1 {
		p.turn()
	}
}

// agreement is the share of joined rows in which the two fields tell the same, after the code mapping or factor if there is
// one.
func (p *fieldPair) agreement() float64 {
	al := p.match.Why.Alignment
	switch {
	case al == nil:
		return 0
	case p.relation == RelationScale && al.Share > 0:
		return al.Share
	case p.relation == RelationRecode && al.Agree < 0.5:
		return min(al.Forward, al.Backward)
	}
	return al.Agree
}

// redundantSide says which of the two forms asks what the other has: the one of which the greater part is shared, and where
// both are alike the one that is the lesser authority.
func (d *dupFound) redundantSide(p *formPair) int {
	switch {
	case p.share[0] > p.share[1]+0.1:
		return 0
	case p.share[1] > p.share[0]+0.1:
		return 1
	}
	if better, _ := d.authority(p.a, p.b); better == p.a {
		return 1
	}
	return 0
}

func (p *formPair) turn() {
	p.a, p.b = p.b, p.a
	p.share[0], p.share[1] = p.share[1], p.share[0]
	p.fields[0], p.fields[1] = p.fields[1], p.fields[0]
	p.of[0], p.of[1] = p.of[1], p.of[0]
	for _, list := range [][]fieldPair{p.pairs, p.derived} {
		for i := range list {
			list[i].turn()
		}
	}
}

// formsNotAssessed names the forms that cannot be compared.
func (d *dupFound) formsNotAssessed(detector string) []queries.Finding {
	var out []queries.Finding
	for i := range d.forms {
		f := &d.forms[i]
		payload, readable := 0, 0
		for k := range f.fields {
			field := &f.fields[k]
			if field.kind == payloadField {
				payload++
				if field.values || field.named {
					readable++
				}
			}
		}
		key := ""
		switch {
		case len(f.fields) == 0:
			key = "dup.reason.no_fields"
		case f.byMachine():
			key = "dup.reason.by_machine"
		case payload == 0:
			key = "dup.reason.no_payload"
		case readable == 0:
			key = "dup.reason.no_evidence"
		default:
			continue
		}
		out = append(out, NotAssessed(detector, queries.Subject{Forms: []string{f.ID}, Systems: systemOf(f.Form)},
			queries.Message{Key: key, Params: map[string]any{"form": f.ID}}, f.ID))
	}
	return out
}
