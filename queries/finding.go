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
	Look       []Look             `json:"look,omitempty"`   // what to look at on site, the most telling first; ten at most
	Detail     map[string]any     `json:"detail,omitempty"` // numbers for scripts: component scores, statistics
	NotProof   Message            `json:"not_proof"`        // what the finding does not prove
}

// Table is a small table of evidence. Columns are locale keys; cells are strings or numbers.
type Table struct {
	Columns []string `json:"columns"`
	Rows    [][]any  `json:"rows"`
}

// Chart is a picture drawn from its numbers on the server. Kind is one of
//
//	line     Series over X
//	bars     Series as bars over X
//	compare  one Series as bars over X, with the Expected line
//	band     a unit's Series over X before the spread of its peers: Bands holds their 5th, 25th, 50th, 75th and 95th percentile
//	strip    moments: every Point is one submission at X (seconds since 1970), in the row Y of Rows
//	heat     Cells over X and Rows, each 0 to 1, or -1 where nothing was reported
//	funnel   one Point a unit: X its size, Y its figure; Bands holds the lower and the upper limit at the ascending Sizes
//
// Marked points are those that the finding speaks of.
type Chart struct {
	Kind     string      `json:"kind"`
	Title    Message     `json:"title"`
	X        []string    `json:"x"`
	Series   []Series    `json:"series"`
	Expected []float64   `json:"expected,omitempty"`
	Unit     string      `json:"unit,omitempty"`
	Bands    [][]float64 `json:"bands,omitempty"`
	Rows     []string    `json:"rows,omitempty"`
	Cells    [][]float64 `json:"cells,omitempty"` // by row
	Points   []Point     `json:"points,omitempty"`
	Sizes    []float64   `json:"sizes,omitempty"`
}

// Point is one mark of a Chart.
type Point struct {
	X      float64 `json:"x"`
	Y      float64 `json:"y"`
	Label  string  `json:"label,omitempty"` // a unit's code or a record's reference
	Marked bool    `json:"marked,omitempty"`
}

// Look is one thing to look at on site: what was reported, and what it should be held against.
type Look struct {
	Period    string   `json:"period,omitempty"`
	Date      string   `json:"date,omitempty"`      // day and time of the record, RFC 3339
	Field     string   `json:"field,omitempty"`     // "form.field"
	Value     *float64 `json:"value,omitempty"`     // reported
	Compare   *float64 `json:"compare,omitempty"`   // what it is compared with: the other unit's, the period's before, or the peers' figure
	With      string   `json:"with,omitempty"`      // the unit or period that Compare is of; empty for the peers
	Household string   `json:"household,omitempty"` // pseudonym of the person, household or place
	Reporter  string   `json:"reporter,omitempty"`  // pseudonym
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
