// Package httpapi reads submissions and usage events from APIs that answer JSON over HTTP, page by page.
package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// Kind is the registry's line for this kind of source.
func Kind() collector.Kind { return collector.Kind{Name: "httpapi", New: newSource} }

// Source reads one list of one API.
type Source struct {
	config    Config
	deps      collector.Deps
	mapper    *collector.RowMapper
	transport http.RoundTripper // nil: the network

	base, login                               *url.URL
	records, total, cursor, next, more, token path
	status, message                           path
	overlap                                   overlap
	start                                     mark
	held                                      string // the token of the last login
}

func newSource(d collector.Deps, decode func(into any) error) (collector.Source, error) {
	s := &Source{deps: d}
	if err := decode(&s.config); err != nil {
		return nil, err
	}
	var faults [2]error
	faults[0] = s.validate()
	s.mapper, faults[1] = collector.NewRowMapper(s.config.Mapping, d, s.config.Watermark.Column)
	if err := errors.Join(faults[:]...); err != nil {
		return nil, err
	}
	return s, nil
}

// Replay maps a quarantined record again, as the mapping is now.
func (s *Source) Replay(ctx context.Context, q queries.Quarantined, out collector.Sink) error {
	return s.mapper.Replay(ctx, q, out)
}

// state is the checkpoint of a source.
type state struct {
	// Query is the fingerprint of what is asked for. Another question is answered from the beginning.
	Query string `json:"query"`
	// High is the watermark that the last finished scan reached.
	High mark `json:"high,omitzero"`
	// Scan is the one under way.
	Scan *scan `json:"scan,omitempty"`
}

// scan is one walk through the list.
type scan struct {
	At      position `json:"at"`
	Since   string   `json:"since,omitempty"`
	Until   string   `json:"until,omitempty"`
	High    mark     `json:"high,omitzero"` // highest watermark seen
	Started mark     `json:"started"`       // by the server's clock
	Marked  int64    `json:"marked"`        // when this checkpoint was written, in Unix seconds
	Count   int64    `json:"count"`         // records read
	Total   int64    `json:"total"`         // as the server last said; -1 unknown
}

func (s *Source) fingerprint() (string, error) {
	text, err := json.Marshal([]any{s.config.URL, s.config.Method, s.config.Query, s.config.Body, s.config.Records, s.config.Watermark, s.config.Paging.Kind})
	if err != nil {
		return "", fmt.Errorf("body: unable to write it as JSON: %w", err)
	}
	return strconv.FormatUint(xxh3.Hash(text), 16), nil
}

func (s *Source) decodeState(c collector.Checkpoint) (*state, error) {
	st := &state{}
	if len(c) > 0 {
		if err := json.Unmarshal(c, st); err != nil {
			return nil, fmt.Errorf("unable to read the checkpoint of this source: %w", err)
		}
	}
	query, err := s.fingerprint()
	if err != nil {
		return nil, err
	}
	if st.Query != query {
		st = &state{Query: query}
	}
	return st, nil
}

// Check asks for the first page and tells whether records and their members are where the configuration says.
func (s *Source) Check(ctx context.Context) error {
	c, err := s.newClient()
	if err != nil {
		return err
	}
	defer c.close()
	w := &walk{client: c, state: &state{}, flat: newFlattener()}
	w.begin()
	p, err := w.fetch(ctx)
	if err != nil {
		return err
	}
	if len(p.records) == 0 {
		return nil // nothing new is no fault
	}
	seen := map[string]bool{}
	var names []string
	for _, record := range p.records {
		row, fault := w.flat.row(record)
		if fault != nil {
			return fmt.Errorf("records: %s", fault.Reason)
		}
		for _, name := range row.Columns {
			if !seen[name] {
				seen[name] = true
				names = append(names, name)
			}
		}
	}
	if column := s.config.Watermark.Column; column != "" && !seen[column] {
		err = fmt.Errorf("watermark.column: no record of the first page has a member %q%s", column, collector.Nearest(column, names))
	}
	return errors.Join(err, s.mapper.CheckColumns(names, true))
}
