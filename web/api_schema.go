package web

import (
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// schemas makes the JSON Schemas (2020-12, as OpenAPI 3.1 uses them) of Go types, as encoding/json writes these. Named structs
// become components that others refer to.
type schemas map[string]any

type object = map[string]any

// of is the schema of a type.
func (s schemas) of(t reflect.Type, nullable bool) any {
	orNull := func(kind string) any {
		if nullable {
			return []string{kind, "null"}
		}
		return kind
	}
	switch t {
	case reflect.TypeFor[time.Time]():
		return object{"type": "string", "format": "date-time"}
	case reflect.TypeFor[json.RawMessage]():
		return object{"type": "object"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		inner := s.of(t.Elem(), true)
		if named, ok := inner.(object); ok && named["$ref"] != nil {
			return object{"anyOf": []any{inner, object{"type": "null"}}}
		}
		return inner
	case reflect.String:
		return object{"type": orNull("string")}
	case reflect.Bool:
		return object{"type": orNull("boolean")}
	case reflect.Float32, reflect.Float64:
		return object{"type": orNull("number")}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return object{"type": orNull("integer")}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": orNull("integer"), "minimum": 0}
	case reflect.Slice:
		return object{"type": orNull("array"), "items": s.of(t.Elem(), false)}
	case reflect.Array:
		return object{"type": "array", "items": s.of(t.Elem(), false), "minItems": t.Len(), "maxItems": t.Len()}
	case reflect.Map:
		return object{"type": orNull("object"), "additionalProperties": s.of(t.Elem(), false)}
	case reflect.Struct:
		return s.reference(t)
	default: // any value
		return object{}
	}
}

func (s schemas) reference(t reflect.Type) object {
	name := schemaName(t)
	if _, known := s[name]; !known {
		s[name] = nil // a type that holds itself ends here
		properties, required := object{}, []string{}
		s.fields(t, properties, &required)
		s[name] = object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	}
	return object{"$ref": "#/components/schemas/" + name}
}

// fields adds the fields of a struct. Those of embedded structs stand beside its own, which win as they do in JSON.
func (s schemas) fields(t reflect.Type, properties object, required *[]string) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && f.Tag.Get("json") == "" {
			s.fields(f.Type, properties, required)
		}
	}
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || f.Anonymous && name == "" || !f.IsExported() {
			continue
		}
		if name == "" {
			name = f.Name
		}
		// What is stored as it is may hold lists that are null; the types of interchange never do.
		_, before := properties[name]
		properties[name] = s.of(f.Type, strings.HasSuffix(t.PkgPath(), "/queries") && f.Type.Kind() != reflect.Struct && listLike(f.Type))
		if !before && !strings.Contains(options, "omit") {
			*required = append(*required, name)
		}
	}
}

func listLike(t reflect.Type) bool { return t.Kind() == reflect.Slice || t.Kind() == reflect.Map }

// schemaName names a type: its own name with a capital, a list by what it holds.
func schemaName(t reflect.Type) string {
	name := t.Name()
	if of, holds := strings.CutPrefix(name, "listOf["); holds {
		return "ListOf" + capital(of[strings.LastIndexByte(of, '.')+1:len(of)-1])
	}
	if strings.HasSuffix(t.PkgPath(), "/queries") {
		return "Stored" + capital(name)
	}
	return capital(name)
}

func capital(name string) string { return strings.ToUpper(name[:1]) + name[1:] }
