package page

import (
	"strings"

	"github.com/jianfu/jianfu/web/component"
)

// API is the description of the API for people.
type API struct {
	component.View
	Operations []Operation
}

// Operation is one address of the API.
type Operation struct {
	ID, Method, Path string
	Roles            []string
	Audited          bool
	Parameters       []Parameter
	Body             []string // keys
	Media            []string // types of an answer that is no JSON
}

// Parameter is one parameter of a query with what it can be; any text where there are no values.
type Parameter struct {
	Name   string
	Values []string
}

func (p API) roles(o Operation) string {
	var out []string
	for _, r := range o.Roles {
		out = append(out, p.Known("api.role."+r, r))
	}
	return strings.Join(out, p.T("api.and"))
}

// Example is a command that asks an address that needs no more than a token.
const apiExample = `curl -H "Authorization: Bearer $JIANFU_TOKEN" http://127.0.0.1:8080/api/v1/findings?family=duplicate`
