// Package analyzer turns stored records into findings. Each detector is one file, its thresholds come from the policy file,
// and a subject that it cannot judge is answered "not assessed" with the reason, never with silence.
package analyzer

import (
	"context"
	"time"

	"github.com/jianfu/jianfu/queries"
)

// Detector looks for one kind of burden or doubt.
type Detector interface {
	Meta() Meta
	// Detect judges the window. Findings with status not_assessed carry the reason; ids come from queries.FindingID and
	// do not depend on the run.
	Detect(ctx context.Context, in Input) ([]queries.Finding, error)
}

// Keeper is a detector that leaves more than findings: what pages and commands read besides.
type Keeper interface {
	// Keep is called after Detect with the same input.
	Keep(ctx context.Context, in Input, run queries.Analysis) error
}

// Meta describes a detector to people and to the framework.
type Meta struct {
	ID      string // of METHODS: dup-form, idle-system, …
	Family  string // duplicate, unused, fabrication, burden, standard, privacy, policy
	Version uint16
	// Family of evidence within fabrication (copying, digits, target, dynamics, consistency, timing), else empty.
	Evidence string
	// After is the detector whose kept results one of fabrication reads, else empty.
	After string
}

// Input is what a detector may look at.
type Input struct {
	Store    *queries.Store
	Registry *queries.Registry
	Policy   *Policy
	Window   Window
	Waivers  *Waivers // exemptions that people granted, beside those of Registry and Policy; nil for none
}

// Window is the span of days that is judged: [From, To], the last day included.
type Window struct {
	From, To time.Time
	AsOf     time.Time // the moment the analysis speaks for; To is the last whole day before it
}
