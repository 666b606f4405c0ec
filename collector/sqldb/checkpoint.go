package sqldb

import (
	"encoding/json"
	"fmt"

	"github.com/jianfu/jianfu/collector"
)

// state is the checkpoint of a source.
type state struct {
	// Query is the fingerprint of the query and its order. A changed query is read from the beginning, because it may
	// select rows that the old one left out.
	Query string `json:"query"`
	// High is the highest watermark read so far.
	High *value `json:"high,omitempty"`
	// Ceiling was the highest watermark in the table when the scan under way began. Rows below it by more than the
	// overlap are taken as settled when the scan passes them; everything above is read again by the next scan, even if
	// this one is interrupted and takes days.
	Ceiling *value `json:"ceiling,omitempty"`
	// At is the last row read by the scan under way: its watermark, if there is one, and its key.
	At []value `json:"at,omitempty"`
	// Rows counts the rows of the scan under way.
	Rows uint64 `json:"rows,omitempty"`
	// Seen are the rows emitted within the overlap window.
	Seen *seen `json:"seen,omitempty"`
	// Unusable are the rejected rows without a usable watermark or key.
	Unusable *seen `json:"unusable,omitempty"`
	// Looked is when those rows were last looked for, in Unix seconds, and LookTook how long that took, in milliseconds.
	Looked   int64 `json:"looked,omitempty"`
	LookTook int64 `json:"look_took,omitempty"`
}

// decodeState reads a checkpoint; one of another query is a new beginning.
func decodeState(c collector.Checkpoint, query string) (*state, error) {
	s := &state{}
	if len(c) > 0 {
		if err := json.Unmarshal(c, s); err != nil {
			return nil, fmt.Errorf("unable to read the checkpoint of this source: %w", err)
		}
	}
	if s.Query != query {
		s = &state{Query: query}
	}
	if s.Seen == nil {
		s.Seen = newSeen()
	}
	if s.Unusable == nil {
		s.Unusable = newSeen()
	}
	return s, nil
}

func (s *state) encode() (collector.Checkpoint, error) {
	c, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("unable to write the checkpoint of this source: %w", err)
	}
	return c, nil
}
