package queries

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"
)

// Finding is what a detector observed, with all that is needed to defend or refute it. It is neutral of language:
// Message, Explanations and Rule are keys of web/locale with parameters.
type Finding struct {
	ID           string
	Detector     string
	Version      uint16
	Family       string
	Subject      Subject
	From, To     time.Time // first and last day of the data judged
	Score        float64   // 0..1, orders findings of one detector
	P, Q         *float64  // nil where the method gives none
	Effect       *float64
	N            uint64
	Severity     string // low, medium, high
	Status       string // of docs/interchange.md; not_assessed with a Reason
	Reason       Message
	Evidence     Evidence
	Explanations []Message // innocent explanations that were considered, each with its outcome
	Rule         Message
}

// Subject says whom or what a finding is about; every list may be empty.
type Subject struct {
	Systems   []string    `json:"systems"`
	Forms     []string    `json:"forms"`
	Fields    [][2]string `json:"fields"` // pairs "form.field"; the second is empty where one field stands alone
	Units     []string    `json:"units"`
	Reporters []string    `json:"reporters"`
}

// Message is a key of web/locale with its parameters, rendered in the reader's language.
type Message struct {
	Key    string         `json:"key"`
	Params map[string]any `json:"params,omitempty"`
}

// Evidence is the part of a finding that a reader checks: one sentence, a table, a picture, the thresholds in force.
type Evidence struct {
	Message    Message            `json:"message"`
	Table      *Table             `json:"table,omitempty"`
	Chart      *Chart             `json:"chart,omitempty"`
	Thresholds map[string]float64 `json:"thresholds,omitempty"`
	Policy     string             `json:"policy,omitempty"` // version of the policy file
	Coverage   *Coverage          `json:"coverage,omitempty"`
	Detail     map[string]any     `json:"detail,omitempty"` // numbers for scripts: component scores, statistics
	NotProof   Message            `json:"not_proof"`        // what the finding does not prove
}

// Table is a small table of evidence. Columns are locale keys; cells are strings or numbers.
type Table struct {
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Chart is a picture drawn from its numbers on the server. Kind is one of line, bars, compare (bars with an expected line).
type Chart struct {
	Kind     string    `json:"kind"`
	Title    Message   `json:"title"`
	X        []string  `json:"x"`
	Series   []Series  `json:"series"`
	Expected []float64 `json:"expected,omitempty"`
	Unit     string    `json:"unit,omitempty"`
}

// Series is one line or set of bars of a Chart.
type Series struct {
	Name   Message   `json:"name"`
	Values []float64 `json:"values"`
}

// Coverage says how much of the window the collector really saw.
type Coverage struct {
	From      string  `json:"from"`
	To        string  `json:"to"`
	Share     float64 `json:"share"` // of days with a successful collection, 0..1
	Freshness string  `json:"freshness"`
	State     string  `json:"state"` // covered, partial, stale, not_covered
}

// FindingID is the deterministic identity of a finding: the same detector speaking of the same subject has the same id in
// every run, so that a second run updates the finding instead of repeating it.
func FindingID(detector string, parts ...string) string {
	sum := sha256.Sum256([]byte(detector + "\x00" + strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:10])
}
