package analyzer

import (
	"context"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// dupItems looks for data items that several forms ask.
type dupItems struct{ shared *duplicates }

// Meta implements Detector.
func (dupItems) Meta() Meta { return Meta{ID: "dup-item", Family: "duplicate", Version: 1} }

// Detect implements Detector.
func (d dupItems) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of("dup-item")
	found, err := d.shared.of(ctx, in)
	if err != nil {
		return nil, err
	}
	costs, err := formCosts(ctx, in, found.dupData)
	if err != nil {
		return nil, err
	}
	var out []queries.Finding
	items, members := found.items(limits)
	for _, item := range items {
		out = append(out, found.itemFinding(item, costs, in, limits))
	}
	for _, x := range found.derivables(members) {
		out = append(out, found.derivedFinding(x, costs, in, limits))
	}
	return append(out, found.fieldsNotAssessed(d.Meta().ID)...), nil
}

// items clusters what is entered more than once. Keys and headers stand in every form, names beside an identifier and
// pre-filled values are not entered again: none of them makes an item.
func (d *dupFound) items(limits map[string]float64) (items []*dataItem, of map[fieldRef]*dataItem) {
	var payload []fieldPair
	for _, p := range d.pairs {
		if d.at(p.a).kind == payloadField && d.at(p.b).kind == payloadField {
			payload = append(payload, p)
		}
	}
	of = map[fieldRef]*dataItem{}
	for _, item := range cluster(payload, limits["min_support"]) {
		if float64(len(item.members)) < limits["min_forms"] {
			continue
		}
		items = append(items, item)
		for _, r := range item.members {
			of[r] = item
		}
	}
	for _, p := range d.derived {
		if x, y := of[p.a], of[p.b]; x != nil {
			x.derived = append(x.derived, p)
		} else if y != nil {
			y.derived = append(y.derived, p)
		}
	}
	return items, of
}

// fieldsNotAssessed names, form by form, the fields that cannot be compared: no label that says anything and no values.
func (d *dupFound) fieldsNotAssessed(detector string) []queries.Finding {
	var out []queries.Finding
	for i := range d.forms {
		f := &d.forms[i]
		var blind []string
		subject := queries.Subject{Forms: []string{f.ID}, Systems: systemOf(f.Form)}
		for _, at := range f.asked {
			if field := &f.fields[at]; !field.named && !field.values {
				blind = append(blind, field.ref)
				subject.Fields = append(subject.Fields, [2]string{field.ref, ""})
			}
		}
		if len(blind) == 0 {
			continue
		}
		out = append(out, NotAssessed(detector, subject, queries.Message{Key: "dup.reason.blind_fields", Params: map[string]any{
			"form": f.ID, "n": len(blind), "fields": blind,
		}}, f.ID, strings.Join(blind, " ")))
	}
	return out
}
