package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/goccy/go-yaml"

	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/export"
	"github.com/jianfu/jianfu/web/page"
)

// recordsAnswer is what POST /api/v1/records answers.
type recordsAnswer struct {
	Usage       uint64 `json:"usage"`
	Submissions uint64 `json:"submissions"`
	Known       uint64 `json:"known"`
	Quarantined uint64 `json:"quarantined"`
}

// described are all operations of the API: those above, and the ones that are served by other parts.
func (s *server) described() []operation {
	return append(s.operations(),
		operation{method: http.MethodPost, path: apiRoot + "/records", id: "sendRecords", rule: everybody, answer: recordsAnswer{}},
		operation{method: http.MethodGet, path: apiRoot + "/openapi.json", id: "openapiJSON", rule: everybody, media: []string{"application/json"}},
		operation{method: http.MethodGet, path: apiRoot + "/openapi.yaml", id: "openapiYAML", rule: everybody, media: []string{"application/yaml"}},
	)
}

var pathName = regexp.MustCompile(`\{([a-z]+)\}`)

// description is the OpenAPI 3.1 document of the API in one language.
func (s *server) description(lang string) object {
	text := func(key string) string { return s.Bundle.Text(lang, key) }
	components := schemas{}
	fault := components.of(reflect.TypeFor[problem](), false)
	paths := map[string]object{}
	for _, op := range s.described() {
		if paths[op.path] == nil {
			paths[op.path] = object{}
		}
		paths[op.path][strings.ToLower(op.method)] = s.describe(lang, op, components)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": text("api.title"), "description": text("api.note"), "version": "1",
			"license": object{"name": "Apache-2.0", "identifier": "Apache-2.0"},
		},
		"servers":  []any{object{"url": "/"}},
		"security": []any{object{"token": []string{}}, object{"session": []string{}}},
		"paths":    paths,
		"components": object{
			"schemas": components,
			"responses": object{
				"Problem": object{"description": text("api.problem"), "content": object{"application/problem+json": object{"schema": fault}}},
			},
			"securitySchemes": object{
				"token":   object{"type": "http", "scheme": "bearer", "description": text("api.security.token")},
				"session": object{"type": "apiKey", "in": "cookie", "name": sessionCookie, "description": text("api.security.session")},
			},
		},
	}
}

func (s *server) describe(lang string, op operation, components schemas) object {
	text := func(key string) string { return s.Bundle.Text(lang, key) }
	parameters := []any{}
	for _, m := range pathName.FindAllStringSubmatch(op.path, -1) {
		parameters = append(parameters, object{"name": m[1], "in": "path", "required": true, "description": text("api.param." + m[1]), "schema": object{"type": "string"}})
	}
	if op.run != nil || op.stream != nil {
		for _, p := range append(op.params[:len(op.params):len(op.params)], language) {
			parameters = append(parameters, object{"name": p.name, "in": "query", "description": text("api.param." + p.name), "schema": p.schema()})
		}
	}
	status := op.status
	if status == 0 {
		status = http.StatusOK
	}
	content := object{}
	if op.answer != nil {
		content["application/json"] = object{"schema": components.of(reflect.TypeOf(op.answer), false)}
	}
	for _, media := range op.media {
		content[media] = object{"schema": object{}}
	}
	answers := object{strconv.Itoa(status): object{"description": text("api.answer"), "content": content}}
	out := object{
		"operationId": op.id, "summary": text("api.op." + op.id), "tags": []string{tagOf(op)}, "parameters": parameters, "responses": answers,
		"x-jianfu-roles": rolesOf(op.rule),
	}
	switch {
	case op.rule.Open && op.id != "sendRecords":
		out["security"] = []any{}
	case op.answer != nil && op.method == http.MethodGet:
		answers["304"] = object{"description": text("api.unchanged")}
		fallthrough
	default:
		answers["default"] = object{"$ref": "#/components/responses/Problem"}
	}
	if op.rule.Audit != "" {
		out["x-jianfu-audit"] = op.rule.Audit
	}
	if op.body != nil {
		out["requestBody"] = object{"required": true, "content": object{"application/json": object{"schema": components.of(reflect.TypeOf(op.body), false)}}}
	}
	if op.id == "sendRecords" {
		out["requestBody"] = object{"required": true, "content": object{export.Media[export.NDJSON]: object{"schema": object{}}}}
		out["security"] = []any{object{"token": []string{}}}
		answers["default"] = object{"description": text("api.problem"), "content": object{"text/plain": object{"schema": object{"type": "string"}}}}
	}
	return out
}

func (p parameter) schema() object {
	out := object{"type": "string"}
	switch p.kind {
	case "integer":
		out = object{"type": "integer", "minimum": fewestRows, "maximum": mostRows, "default": manyRows}
	case "boolean":
		out["type"] = "boolean"
	case "date":
		out["format"] = "date"
	case "month":
		out["pattern"] = `^\d{4}-\d{2}$`
	}
	if len(p.enum) > 0 {
		out["enum"] = p.enum
	}
	return out
}

// tagOf is the first part of an address below the root.
func tagOf(op operation) string {
	tag, _, _ := strings.Cut(strings.TrimPrefix(op.path, apiRoot+"/"), "/")
	tag, _, _ = strings.Cut(tag, ".")
	return tag
}

// rolesOf are the roles that a rule lets in; "everybody" is no sign-in at all.
func rolesOf(rule access.Rule) []string {
	switch {
	case rule.Open:
		return []string{"everybody"}
	case rule.Any:
		return []string{"any"}
	}
	out := []string{}
	for _, r := range rule.Roles {
		out = append(out, string(r))
	}
	return out
}

// openapi serves the description, which holds no data.
func (s *server) openapi(asYAML bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := json.MarshalIndent(s.description(s.apiLanguage(r)), "", "  ")
		media := "application/json"
		if err == nil && asYAML {
			body, err = yaml.JSONToYAML(body)
			media = "application/yaml"
		}
		if err != nil {
			s.apiFault(w, r, fmt.Errorf("unable to describe the API: %w", err))
			return
		}
		w.Header().Set("Content-Type", media)
		if _, err := w.Write(body); err != nil {
			s.Log.Debug().Err(err).Msg("caller went away")
		}
	}
}

// apiPage shows the description to people.
func (s *server) apiPage(w http.ResponseWriter, r *http.Request) (templ.Component, error) {
	v, _, err := s.view(w, r, "methods")
	if err != nil {
		return nil, err
	}
	p := page.API{View: v}
	for _, op := range s.described() {
		o := page.Operation{ID: op.id, Method: op.method, Path: op.path, Roles: rolesOf(op.rule), Audited: op.rule.Audit != "", Media: op.media}
		for _, x := range op.params {
			o.Parameters = append(o.Parameters, page.Parameter{Name: x.name, Values: x.enum})
		}
		if op.body != nil {
			t := reflect.TypeOf(op.body)
			for i := range t.NumField() {
				name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
				o.Body = append(o.Body, name)
			}
		}
		p.Operations = append(p.Operations, o)
	}
	return p.Page(), nil
}
