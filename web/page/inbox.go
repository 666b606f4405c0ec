package page

import (
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// Inbox is what an owner has to answer.
type Inbox struct {
	component.View
	Called *queries.NameTable
	Owner  string
	Owners []Department
	Cards  []Retirement
	Closed []Retirement
}

// Department is an owner with its cases.
type Department struct {
	Name               string
	Waits, Late, Cases int
}

func (p Inbox) title() string {
	waits, late := 0, 0
	for _, d := range p.Owners {
		if p.Owner == "" || d.Name == p.Owner {
			waits, late = waits+d.Waits, late+d.Late
		}
	}
	who := p.T("inbox.all")
	if p.Owner != "" {
		who = p.Owner
	}
	key := "inbox.title"
	switch {
	case late > 0:
		key = "inbox.title_late"
	case waits == 0:
		key = "inbox.title_none"
	}
	return p.T(key, "who", who, "n", waits, "late", late)
}

// Waits says that an owner has something to do.
func Waits(c queries.RetirementCase) bool {
	return slices.Contains([]string{
		queries.RetirementSuggested, queries.RetirementNotified, queries.RetirementReopened, queries.RetirementAccepted, queries.RetirementAnnounced,
		queries.RetirementFrozen, queries.RetirementReadOnly, queries.RetirementArchived,
	}, c.State)
}
