package page

import (
	"cmp"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
)

// NoLetter says why there is no letter about a system.
type NoLetter struct {
	component.View
	queries.SystemRow
}

func (p NoLetter) title() string {
	return p.T("letter.none_title", "name", cmp.Or(p.SystemRow.Name, p.ID))
}

// why says what stands instead of a suggestion, first in general, then what the analysis gave as its reasons.
func (p NoLetter) why() []string {
	if suggestionOf(p.SystemRow).Action == "" {
		return []string{p.T("letter.none_unjudged")}
	}
	out := []string{p.T("letter.none_keep")}
	out = append(out, saidAll(p.View, p.Assessment.Reasons)...)
	return append(out, saidAll(p.View, suggestionOf(p.SystemRow).Because)...)
}

// CasePath is the address of the retirement of a system.
func CasePath(id string) string {
	return "/retirements" + strings.TrimPrefix(SystemPath(id), "/systems")
}
