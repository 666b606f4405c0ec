package httpapi

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/valyala/fastjson"
)

// path leads to a part of a JSON value: member names and list indices.
type path []string

const maxPathSteps = 32

// parsePath reads a dotted path: data.items, $.data.items, results.0.rows. A dot within a name is written \. and a
// backslash \\. The empty path is the whole value.
func parsePath(text string) (path, error) {
	if text == "" || text == "$" {
		return nil, nil
	}
	rest := strings.TrimPrefix(text, "$.")
	var p path
	var step strings.Builder
	for i := 0; i < len(rest); i++ {
		switch {
		case rest[i] == '\\' && i+1 < len(rest) && (rest[i+1] == '.' || rest[i+1] == '\\'):
			i++
			step.WriteByte(rest[i])
		case rest[i] == '.':
			p = append(p, step.String())
			step.Reset()
		default:
			step.WriteByte(rest[i])
		}
	}
	p = append(p, step.String())
	for _, s := range p {
		if s == "" {
			return nil, fmt.Errorf("%q is no path; write the names with dots between them, e.g. data.items", text)
		}
	}
	if len(p) > maxPathSteps {
		return nil, fmt.Errorf("%.40q… has more than %d steps", text, maxPathSteps)
	}
	return p, nil
}

func (p path) String() string {
	steps := make([]string, len(p))
	for i, s := range p {
		steps[i] = strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), ".", `\.`)
	}
	return strings.Join(steps, ".")
}

// find follows the path; nil when it leads nowhere.
func (p path) find(v *fastjson.Value) *fastjson.Value {
	for _, step := range p {
		if v == nil {
			return nil
		}
		switch v.Type() {
		case fastjson.TypeObject:
			v = v.Get(step)
		case fastjson.TypeArray:
			items := v.GetArray()
			i, err := strconv.Atoi(step)
			if err != nil || i < 0 || i >= len(items) {
				return nil
			}
			v = items[i]
		default:
			return nil
		}
	}
	return v
}

// text is the scalar at the path; empty when there is none, or null.
func (p path) text(v *fastjson.Value) string {
	if len(p) == 0 {
		return ""
	}
	found := p.find(v)
	if found == nil {
		return ""
	}
	switch found.Type() {
	case fastjson.TypeString:
		return string(found.GetStringBytes())
	case fastjson.TypeNumber, fastjson.TypeTrue, fastjson.TypeFalse:
		return found.String()
	}
	return ""
}

// keys lists the names at the deepest step that exists, to tell where a wrong path goes astray.
func (p path) keys(v *fastjson.Value) []string {
	for _, step := range p {
		next := path{step}.find(v)
		if next == nil {
			break
		}
		v = next
	}
	var names []string
	if o, err := v.Object(); err == nil {
		o.Visit(func(key []byte, _ *fastjson.Value) {
			if len(names) < 30 {
				names = append(names, string(key))
			}
		})
	}
	return names
}
