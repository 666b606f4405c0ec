package collector

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// What a row keeps of its texts in quarantine, in bytes. A row that was cut cannot be replayed.
const (
	rawCell = 4096
	rawRow  = 60_000
	rawCut  = "…(cut)"
)

// raw is the row as a JSON object for the quarantine, its columns in order. Binary data is left out; long texts are cut
// where the row as a whole would be too long.
func (row Row) raw() []byte {
	text := row.json(maxCellText)
	if len(text) > rawRow {
		text = row.json(rawCell)
	}
	return text
}

func (row Row) json(longest int) []byte {
	b := []byte{'{'}
	for i, name := range row.Columns {
		cell := row.Cells[i]
		switch c := cell.(type) {
		case []byte:
			continue
		case string:
			if len(c) > longest {
				cell = strings.ToValidUTF8(c[:longest], "") + rawCut
			}
		}
		text, err := json.Marshal(cell)
		if err != nil { // NaN, or a number that is none
			text, err = json.Marshal(fmt.Sprint(cell))
		}
		key, keyErr := json.Marshal(name)
		if err != nil || keyErr != nil {
			continue // texts always marshal
		}
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(append(append(b, key...), ':'), text...)
	}
	return append(b, '}')
}

// parseRow reads what raw wrote.
func parseRow(text []byte) (Row, error) {
	var row Row
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return row, errors.New("it is no row")
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return row, fmt.Errorf("unable to read it as a row: %w", err)
		}
		cell, err := d.Token()
		if err != nil {
			return row, fmt.Errorf("unable to read it as a row: %w", err)
		}
		switch c := cell.(type) {
		case json.Delim:
			return row, errors.New("it is no flat row")
		case string:
			if strings.HasSuffix(c, rawCut) {
				return row, errors.New("its long texts were cut")
			}
		}
		row.Columns, row.Cells = append(row.Columns, name.(string)), append(row.Cells, cell)
	}
	if t, err := d.Token(); err != nil || t != json.Delim('}') {
		return row, errors.New("it was cut")
	}
	return row, nil
}

// Replay maps a quarantined row again, as the mapping is now, and hands it to out.
func (m *RowMapper) Replay(ctx context.Context, q queries.Quarantined, out Sink) error {
	row, err := parseRow(q.Raw)
	if err != nil {
		return out.Reject(ctx, queries.Rejected{
			Source: q.Source, Origin: q.Origin, Line: q.Line, Field: q.Field, Kind: q.Kind, Raw: q.Raw,
			Reason: fmt.Sprintf("the row cannot be replayed (%v); correct it upstream, from where it will be read again", err),
		})
	}
	w := m.Writer(out, q.Origin)
	if err := w.Write(ctx, row, q.Line); err != nil {
		return err
	}
	return w.Flush(ctx)
}
