package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/valyala/fastjson"

	"github.com/jianfu/jianfu/collector"
)

// flattener lays JSON objects flat: {"a": {"b": 1}} has the column a.b. Lists become their JSON text.
type flattener struct {
	names   map[string]string // every name has one copy
	layout  []string          // of the record before: most records have the same
	columns []string
	cells   []any
	scratch []byte
}

// maxColumns bounds one record.
const maxColumns = 2000

func newFlattener() *flattener { return &flattener{names: map[string]string{}} }

// row reads one record; the cells are new, the columns may be shared with the record before.
func (f *flattener) row(v *fastjson.Value) (collector.Row, *collector.RowFault) {
	if v.Type() != fastjson.TypeObject {
		text := v.String()
		row := collector.Row{Columns: []string{"record"}, Cells: []any{text}}
		return row, &collector.RowFault{Kind: "malformed", Reason: fmt.Sprintf("the record is %s, not an object; let records lead to a list of objects", v.Type())}
	}
	f.columns, f.cells = f.columns[:0], make([]any, 0, len(f.layout))
	f.object(f.scratch[:0], v)
	if len(f.columns) > maxColumns {
		row := collector.Row{Columns: []string{"record"}, Cells: []any{v.String()}}
		return row, &collector.RowFault{Kind: "oversize", Reason: fmt.Sprintf("the record has more than %d members; leave some out upstream", maxColumns)}
	}
	if !slices.Equal(f.columns, f.layout) {
		f.layout = slices.Clone(f.columns)
		sorted := slices.Sorted(slices.Values(f.layout))
		if len(slices.Compact(sorted)) != len(f.layout) {
			f.layout = nil
			row := collector.Row{Columns: []string{"record"}, Cells: []any{v.String()}}
			return row, &collector.RowFault{Kind: "malformed", Reason: "two members of the record have the same name, laid flat; it is not clear which one counts"}
		}
	}
	return collector.Row{Columns: f.layout, Cells: f.cells}, nil
}

func (f *flattener) object(prefix []byte, v *fastjson.Value) {
	v.GetObject().Visit(func(key []byte, member *fastjson.Value) {
		if len(f.columns) > maxColumns {
			return
		}
		name := append(prefix, key...)
		if member.Type() == fastjson.TypeObject {
			f.object(append(name, '.'), member)
			return
		}
		f.columns = append(f.columns, f.name(name))
		f.cells = append(f.cells, cellOf(member))
	})
}

func (f *flattener) name(b []byte) string {
	if name, ok := f.names[string(b)]; ok {
		return name
	}
	if len(f.names) > 8*maxColumns {
		clear(f.names) // an upstream that invents names must not fill the memory
	}
	name := string(b)
	f.names[name] = name
	return name
}

func cellOf(v *fastjson.Value) any {
	switch v.Type() {
	case fastjson.TypeNull:
		return nil
	case fastjson.TypeString:
		return string(v.GetStringBytes())
	case fastjson.TypeTrue:
		return true
	case fastjson.TypeFalse:
		return false
	case fastjson.TypeNumber:
		text := string(v.MarshalTo(nil))
		if json.Valid([]byte(text)) {
			return json.Number(text)
		}
		return text
	}
	return string(v.MarshalTo(nil))
}
