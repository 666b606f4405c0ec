package page

import (
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// Items is the list of data items.
type Items struct {
	component.View
	Run    queries.DuplicateRun
	All    int // items under no condition
	Owners []string
	Saved  queries.Hours // of all items under the conditions
	Rows   []ItemRow
	Paging component.Paging
}

// ItemRow is an item as the list shows it.
type ItemRow struct {
	queries.DataItem
	Owners []string // departments that ask it, in alphabetical order
	Forms  int
	Asked  float64 // times a year, all forms together
}

// RowOf counts who asks an item.
func RowOf(item queries.DataItem, called *queries.NameTable) ItemRow {
	row := ItemRow{DataItem: item}
	for _, f := range item.Fields {
		if !f.Member {
			continue
		}
		row.Forms++
		row.Asked += f.Submissions
		if o := called.Owners[called.FormSystems[f.Form]]; o != "" {
			row.Owners = append(row.Owners, o)
		}
	}
	slices.Sort(row.Owners)
	row.Owners = slices.Compact(row.Owners)
	return row
}

var itemFilters = []string{"owner", "q"}

func (p Items) active() [][2]string { return conditions(p.View, itemFilters) }

func (p Items) title() string {
	if len(p.active()) > 0 {
		return p.T("items.title_filtered", "n", p.Paging.Total, "hours", Amount(p.View, p.Saved))
	}
	return p.T("items.title", "n", p.Paging.Total, "hours", Amount(p.View, p.Saved))
}

// Item is one data item in full.
type Item struct {
	component.View
	Data     queries.DataItem
	Called   *queries.NameTable
	Run      queries.DuplicateRun
	Forms    map[string]queries.Form
	Row      ItemRow
	Findings []queries.Finding
	Lines    []queries.PlanLine
}

func (p Item) title() string {
	return p.T("items.one", "item", p.Data.Name, "owners", len(p.Row.Owners), "forms", p.Row.Forms, "asked", locale.Fixed(p.Row.Asked, 0))
}

func (p Item) note() string {
	return p.T("items.one_note", "hours", Amount(p.View, p.Data.Hours), "saved", Amount(p.View, p.Data.Saved), "date", p.Date(p.Run.AsOf))
}

// asking are the fields of the item: members, or what only follows from it.
func (p Item) asking(member bool) []queries.DataItemField {
	return slices.DeleteFunc(slices.Clone(p.Data.Fields), func(f queries.DataItemField) bool { return f.Member != member })
}

func (p Item) isSource(f queries.DataItemField) bool {
	return f.Form == p.Data.SourceForm && f.Field == p.Data.Source
}

// cycleOf is how often a form is asked.
func (p Item) cycleOf(form string) string {
	return orWord(p.Known("cycle."+p.Forms[form].Cycle, p.Forms[form].Cycle), locale.Absent)
}

// relationOf says how a field follows from the source.
func (p Item) relationOf(f queries.DataItemField) string {
	switch {
	case p.isSource(f):
		return p.T("items.is_source")
	case f.Relation == "":
		return p.T("items.not_compared")
	default:
		return p.Known("dup.relation."+f.Relation, f.Relation)
	}
}

func (p Item) agreementOf(f queries.DataItemField) string {
	if p.isSource(f) || math.IsNaN(f.Agreement) {
		return locale.Absent
	}
	return p.T("items.agreed", "agreement", f.Agreement, "rows", f.Rows)
}

func (p Item) facts() [][2]string {
	definition := p.T("items.no_definition")
	if p.Data.Definition.Key != "" {
		definition = p.M(p.Data.Definition)
	}
	return [][2]string{
		{p.T("items.definition"), definition},
		{p.T("items.code_set"), orWord(p.Data.CodeSet, p.T("items.no_code_set"))},
		{p.T("items.agreement"), p.agreement()},
	}
}

// agreement answers whether the values agree.
func (p Item) agreement() string {
	if math.IsNaN(p.Data.Agreement) {
		return p.T("items.agreement_unseen")
	}
	return p.T("items.agreed", "agreement", p.Data.Agreement, "rows", p.Data.Rows)
}

func (p Item) delay(f queries.DataItemField) string {
	if f.Submissions == 0 || math.IsNaN(f.Delay) {
		return locale.Absent
	}
	return p.T("items.days", "n", locale.Fixed(f.Delay, 0))
}

func (p Item) complete(f queries.DataItemField) string {
	if f.Submissions == 0 {
		return locale.Absent
	}
	return locale.Percent(f.Complete, 1)
}

// otherSource is the form that the plan takes the item from where that is not the proposed one, empty elsewhere: the plan
// settles whole forms, the proposal looks at the item alone.
func (p Item) otherSource() string {
	for _, l := range p.Lines {
		if l.Action == queries.ActionAuthority && l.Form != p.Data.SourceForm {
			return l.Form
		}
	}
	return ""
}
