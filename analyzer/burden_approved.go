package analyzer

import (
	"context"
	"fmt"
	"regexp"

	"github.com/jianfu/jianfu/queries"
)

// burdenUnapproved looks for forms that are asked though they are not on the list of approved forms (报表准入). A form of which
// nobody said whether it is on the list is not assessed: not knowing is not "not approved".
type burdenUnapproved struct{}

// Meta implements Detector.
func (burdenUnapproved) Meta() Meta {
	return Meta{ID: "burden-unapproved", Family: "burden", Version: 1}
}

// written says whether a form's basis names something that can be looked up: a document number, a titled document, a law or
// rule, or an approval of the single matter (一事一批). A mere wish is no basis.
var written = regexp.MustCompile(`[〔\[【（(]\s*(19|20)\d\d\s*[〕\]】）)]\s*第?\s*\d+\s*号|《[^》]+》|(法|条例|规定|办法|制度|规范|规程|标准|细则|准则)([〔（(，,、：:；;。\s]|$)|一事一批|批复|批准|审批|核准|准入|(?i)\b(act|law|regulation|statute|approv\w+|no\.\s*\d+)\b`)

// Detect implements Detector.
func (d burdenUnapproved) Detect(ctx context.Context, in Input) ([]queries.Finding, error) {
	limits := in.Policy.Of(d.Meta().ID)
	hours, err := hoursOfForms(ctx, in)
	if err != nil {
		return nil, err
	}
	forms := in.Registry.Forms()
	listed, unknown := 0, 0
	for _, f := range forms {
		switch {
		case f.Approved:
			listed++
		case !f.ApprovedKnown:
			unknown++
		}
	}
	if float64(listed) < limits["min_listed"] {
		return []queries.Finding{NotAssessed(d.Meta().ID, queries.Subject{}, queries.Message{Key: "approved.reason.no_list", Params: map[string]any{"n": len(forms)}}, "list")}, nil
	}
	var out []queries.Finding
	for _, f := range forms {
		demand := hours[f.ID]
		subject := queries.Subject{Forms: []string{f.ID}, Systems: systemOf(f)}
		params := map[string]any{"form": f.ID}
		switch {
		case f.Approved:
		case !f.ApprovedKnown:
			out = append(out, NotAssessed(d.Meta().ID, subject, queries.Message{Key: "approved.reason.unknown", Params: params}, f.ID))
		case demand.submissions == 0:
			out = append(out, NotAssessed(d.Meta().ID, subject, queries.Message{Key: "approved.reason.no_demand", Params: params}, f.ID))
		default:
			out = append(out, unapprovedFinding(f, subject, demand, listed, unknown, in, limits))
		}
	}
	return out, nil
}

// unapprovedFinding charges the hours of a form off the list to who asks for it.
func unapprovedFinding(f queries.Form, subject queries.Subject, demand demandHours, listed, unknown int, in Input, limits map[string]float64) queries.Finding {
	system, _ := in.Registry.System(f.System)
	founded := written.MatchString(f.Basis)
	out := queries.Finding{
		ID: queries.FindingID("burden-unapproved", f.ID), Subject: subject, Score: demand.hours / (demand.hours + limits["high_hours"]),
		Effect: &demand.hours, N: demand.submissions, Severity: byHours(demand.hours, limits),
	}
	key := "approved.form"
	basis := any("approved.no_basis")
	if f.Basis != "" {
		basis = f.Basis
	}
	if founded {
		key, out.Severity = "approved.form_founded", "low"
		out.Explanations = append(out.Explanations, queries.Message{Key: "approved.explain.founded", Params: map[string]any{"basis": f.Basis}})
	} else if f.Basis != "" {
		out.Explanations = append(out.Explanations, queries.Message{Key: "approved.explain.vague", Params: map[string]any{"basis": f.Basis}})
	}
	out.Evidence = queries.Evidence{
		Message: queries.Message{Key: key, Params: map[string]any{
			"form": f.ID, "owner": system.Owner, "hours": demand.hours, "units": demand.units, "submissions": demand.submissions, "basis": basis, "listed": listed,
		}},
		Table: &queries.Table{Columns: []string{"approved.column.item", "approved.column.value"}, Rows: [][]any{
			{"approved.item.owner", system.Owner},
			{"approved.item.basis", basis},
			{"approved.item.units", demand.units},
			{"approved.item.submissions", demand.submissions},
			{"approved.item.hours", roundTo(demand.hours, 1)},
			{"approved.item.minutes", roundTo(60*demand.each(), 1)},
			{"approved.item.listed", fmt.Sprintf("%d / %d", listed, len(in.Registry.Forms()))},
		}},
		Detail: map[string]any{
			"owner": system.Owner, "basis": f.Basis, "founded": founded, "hours": demand.hours, "units": demand.units, "submissions": demand.submissions,
			"listed": listed, "unknown": unknown,
		},
	}
	out.Explanations = append(out.Explanations, queries.Message{Key: "approved.explain.list", Params: map[string]any{"n": listed}}, queries.Message{Key: "approved.explain.single"})
	return out
}
