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
	Owned  []queries.SystemRow // of an owner who runs no process: the systems that its account answers for
}

// Fill puts a decision that was refused back into the card from which it came.
func (p *Inbox) Fill(t Typed) {
	for _, cards := range [][]Retirement{p.Cards, p.Closed} {
		for i := range cards {
			if cards[i].System == t.System {
				cards[i].Typed = t
			}
		}
	}
}

// verdictOf says in a word or two what the newest analysis says of a system.
func (p Inbox) verdictOf(s queries.SystemRow) (component.State, string) {
	switch {
	case s.Assessment == nil, s.Assessment.Seen == queries.SeenNotCovered, s.Assessment.Seen == queries.SeenStale:
		return component.NotAssessed, p.T("inbox.owned_unknown")
	case s.Case != nil && UnderWay(*s.Case):
		return RetirementState(p.View, *s.Case)
	}
	return component.NoProblem, p.T("inbox.owned_keep")
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
	switch {
	case p.Owner != "":
		who = p.Owner
	case OwnerOnly(p.Who):
		who = p.T("inbox.yours")
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
