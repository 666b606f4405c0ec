package analyzer

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/jianfu/jianfu/queries"
)

// demands is what one department asks for once more, or for once.
type demands struct {
	repeated []queries.FormOverlap // its form first: most of it another form asks too
	adhoc    []ruleForm            // asked without a cycle
	times    float64               // that a unit was asked by them in a year
	systems  []string
}

// judgeDemands looks for arbitrary or repeated demands for forms (the first of the five), by department: forms most of which
// another form already asks for the same places and times, and forms without a cycle that keep coming. What a machine hands over
// is no demand, and an annual return beside a monthly one of the same stock is none of its own: the comparison of forms knows.
func judgeDemands(_ context.Context, r *ruling) error {
	owners := map[string]*demands{}
	byForm := map[string]ruleForm{}
	systems := map[string]queries.System{}
	of := func(f ruleForm) *demands {
		owner := systems[f.System].Owner
		d := owners[owner]
		if d == nil {
			d = &demands{}
			owners[owner] = d
		}
		if !slices.Contains(d.systems, f.System) {
			d.systems = append(d.systems, f.System)
		}
		return d
	}
	days := float64(queries.DayNumber(r.in.Window.To) - queries.DayNumber(r.in.Window.From) + 1)
	for _, u := range r.systems {
		systems[u.system.ID] = u.system
		for _, f := range r.forms[u.system.ID] {
			byForm[f.ID] = f
			if f.Cycle != "adhoc" || f.use.Recent == 0 || f.use.Units == 0 || f.use.Machine*2 > f.use.Submissions {
				continue
			}
			d := of(f)
			d.adhoc = append(d.adhoc, f)
			d.times += float64(f.use.Pairs) / float64(f.use.Units) * float64(f.use.Recent) / float64(f.use.Submissions) * 365 / days
		}
	}
	limits := r.in.Policy.Of("dup-form")
	best := map[string]queries.FormOverlap{}
	for _, o := range r.paired {
		a, known := byForm[o.A]
		if _, other := byForm[o.B]; !known || !other || a.use.Recent == 0 || a.use.Machine*2 > a.use.Submissions {
			continue
		}
		if o.Share[0] < limits["min_shared_share"] || float64(o.Shared[0]) < limits["min_shared_fields"] || o.Share[0] <= best[o.A].Share[0] {
			continue
		}
		best[o.A] = o
	}
	for _, id := range slices.Sorted(maps.Keys(best)) {
		d := of(byForm[id])
		d.repeated = append(d.repeated, best[id])
	}
	for _, owner := range slices.Sorted(maps.Keys(owners)) {
		if d := owners[owner]; owner != "" && (float64(len(d.repeated)) >= r.limits["min_repeated"] || d.times > r.limits["max_adhoc"]) {
			r.find(r.demandBreach(owner, d, byForm))
		}
	}
	if r.run.Run == 0 {
		r.cannot(queries.Subject{}, "all", "not_compared", nil)
	}
	return nil
}

func (r *ruling) demandBreach(owner string, d *demands, byForm map[string]ruleForm) breach {
	b := breach{about: owner, subject: queries.Subject{Systems: d.systems}, score: 0.4, effect: float64(len(d.repeated))}
	b.table = &queries.Table{Columns: []string{"rules.column.form", "rules.column.form_other", "rules.column.share", "rules.column.n"}}
	slices.SortStableFunc(d.repeated, func(x, y queries.FormOverlap) int { return cmp.Compare(y.Share[0], x.Share[0]) })
	slices.SortStableFunc(d.adhoc, func(x, y ruleForm) int { return cmp.Compare(y.use.Recent, x.use.Recent) })
	seen := map[string]bool{}
	add := func(f ruleForm) {
		if !seen[f.ID] {
			seen[f.ID] = true
			b.subject.Forms = append(b.subject.Forms, f.ID)
			b.n += f.use.Recent
		}
	}
	var asked []ruleField
	for _, o := range d.repeated {
		f := byForm[o.A]
		add(f)
		asked = append(asked, ruleField{form: f})
		b.table.Rows = append(b.table.Rows, []any{o.A, o.B, percentText(o.Share[0]), f.use.Recent})
	}
	frequent := d.times > r.limits["max_adhoc"]
	if frequent {
		b.effect = max(b.effect, d.times/r.limits["max_adhoc"])
		for _, f := range d.adhoc {
			add(f)
			asked = append(asked, ruleField{form: f})
			b.table.Rows = append(b.table.Rows, []any{f.ID, "", "", f.use.Recent})
		}
	}
	params := map[string]any{"owner": owner, "n": len(d.repeated), "forms": b.subject.Forms, "adhoc": len(d.adhoc), "times": d.times}
	key := "repeated"
	switch {
	case frequent && len(d.repeated) > 0:
		key = "both"
	case frequent:
		key = "adhoc"
	}
	if frequent || float64(len(d.repeated)) >= r.limits["medium_repeated"] {
		b.severity, b.score = 1, 0.6
	}
	if float64(len(d.repeated)) >= r.limits["high_repeated"] || d.times > 2*r.limits["max_adhoc"] {
		b.severity, b.score = 2, 0.8
	}
	b.message = queries.Message{Key: "rules.forms." + key, Params: params}
	b.detail = map[string]any{"owner": owner, "repeated": len(d.repeated), "adhoc": len(d.adhoc), "adhoc_times_a_year": d.times}
	b.explanations = bases(asked)
	b.explanations = append(b.explanations, queries.Message{Key: "rules.explain.kept_apart"}, queries.Message{Key: "rules.explain.emergency"})
	return b
}

// judgeSimilar names pairs of systems of which at least one is an app and of which one asks most of what the other asks: what has
// functions alike is to be merged.
func judgeSimilar(_ context.Context, r *ruling) error {
	if r.run.Run == 0 {
		r.cannot(queries.Subject{}, "all", "not_compared", nil)
		return nil
	}
	systems := map[string]queries.System{}
	systemOfForm := map[string]string{}
	payload := map[string]float64{} // fields of the forms that are asked, by system
	weight := map[string]float64{}
	for _, o := range r.paired {
		weight[o.A], weight[o.B] = float64(o.Payload[0]), float64(o.Payload[1])
	}
	for _, u := range r.systems {
		systems[u.system.ID] = u.system
		for _, f := range r.forms[u.system.ID] {
			systemOfForm[f.ID] = f.System
			if weight[f.ID] == 0 {
				weight[f.ID] = float64(r.words.payloadOf(f.Form))
			}
			payload[f.System] += weight[f.ID]
		}
	}
	// The share of a system that another has: of every form, the best of the other's forms.
	type side struct{ form, other string }
	best := map[side]queries.FormOverlap{}
	shares := map[side]float64{}
	for _, o := range r.paired {
		a, b := systemOfForm[o.A], systemOfForm[o.B]
		if a == "" || b == "" || a == b {
			continue
		}
		for turn, key := range []side{{o.A, b}, {o.B, a}} {
			if o.Share[turn] > shares[key] {
				shares[key], best[key] = o.Share[turn], o
			}
		}
	}
	shared := map[[2]string]float64{}
	overlaps := map[[2]string][]queries.FormOverlap{}
	for key, share := range shares {
		own := systemOfForm[key.form]
		shared[[2]string{own, key.other}] += share * weight[key.form] / max(1, payload[own])
		pair := [2]string{min(own, key.other), max(own, key.other)}
		if !slices.Contains(overlaps[pair], best[key]) {
			overlaps[pair] = append(overlaps[pair], best[key])
		}
	}
	pairs := slices.SortedFunc(maps.Keys(overlaps), func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	for _, pair := range pairs {
		a, b := pair[0], pair[1]
		if shared[[2]string{b, a}] > shared[[2]string{a, b}] {
			a, b = b, a
		}
		share := shared[[2]string{a, b}]
		if share < r.limits["min_share"] || !isApp(systems[a]) && !isApp(systems[b]) {
			continue
		}
		r.find(r.similarBreach(systems[a], systems[b], share, overlaps[pair]))
	}
	return nil
}

func (r *ruling) similarBreach(a, b queries.System, share float64, overlaps []queries.FormOverlap) breach {
	slices.SortFunc(overlaps, func(x, y queries.FormOverlap) int {
		return cmp.Or(cmp.Compare(y.Share[0], x.Share[0]), cmp.Compare(x.A, y.A), cmp.Compare(x.B, y.B))
	})
	out := breach{
		about: min(a.ID, b.ID) + "\x00" + max(a.ID, b.ID), subject: queries.Subject{Systems: []string{a.ID, b.ID}}, effect: share, score: 0.3 + 0.6*share,
		message: queries.Message{Key: "rules.similar.message", Params: map[string]any{"system": a.ID, "system_other": b.ID, "share": share, "n": len(overlaps)}},
		table:   &queries.Table{Columns: []string{"rules.column.form", "rules.column.form_other", "rules.column.share", "rules.column.n"}},
		detail:  map[string]any{"share": share, "forms": len(overlaps)},
		explanations: []queries.Message{
			{Key: "rules.explain.kept_apart"}, {Key: "rules.explain.other_functions"},
		},
	}
	for _, o := range overlaps {
		out.table.Rows = append(out.table.Rows, []any{o.A, o.B, percentText(o.Share[0]), o.Rows})
		for _, id := range []string{o.A, o.B} {
			if !slices.Contains(out.subject.Forms, id) {
				out.subject.Forms = append(out.subject.Forms, id)
			}
		}
		out.n += max(1, o.Rows)
	}
	if share >= r.limits["medium_share"] {
		out.severity = 1
	}
	return out
}

func percentText(share float64) string { return fmt.Sprintf("%.0f%%", 100*share) }

// payloadOf counts what a form asks beside keys, headers and what its system fills in.
func (w *ruleWords) payloadOf(f queries.Form) (n int) {
	for _, field := range f.Fields {
		aside := field.Role == "key" || field.Role == "header" || field.Type == "id" || field.Type == "phone" || slices.Contains(f.Prefilled, field.ID)
		if !aside && w.in("reporter", "label", field.Label) == "" {
			n++
		}
	}
	return n
}
