// Package collector brings the usage logs and form submissions of upstream systems into the store. A Source only reads and
// maps; the Runner owns schedules, retries, batching, checkpoints, health and quarantine.
package collector

import (
	"context"
	"encoding/json"
	"time"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/queries"
)

// Source reads one upstream. A source is used by one goroutine at a time.
type Source interface {
	// Collect reads everything new since the checkpoint (nil at first) and hands it to out. It calls out.Mark whenever what
	// it emitted so far is complete: after a crash it is called again with the newest mark that was stored, and must then
	// emit exactly what follows it. Returning nil says that the upstream is exhausted for now.
	Collect(ctx context.Context, from Checkpoint, out Sink) error
	// Check reads as little as proves that the upstream can be reached and understood. The error says what to do.
	Check(ctx context.Context) error
}

// Checkpoint is a source's own description of how far it has read, as JSON. Nil means from the beginning.
type Checkpoint = json.RawMessage

// Sink takes records. Its methods may be called from one goroutine only, and block while the store is behind (that is the
// back-pressure). A returned error ends the run: the source returns it as it is.
type Sink interface {
	// Usage takes a block of usage events; the sink owns the slices from then on.
	Usage(ctx context.Context, block *queries.UsageColumns) error
	// Submissions takes filled-in forms; the sink copies what it keeps.
	Submissions(ctx context.Context, rows []queries.Submission) error
	// Declare takes what the upstream says about itself. Declarations are merged into the registry.
	Declare(ctx context.Context, d Declarations) error
	// Reject quarantines one piece of input with its reason; reading goes on.
	Reject(ctx context.Context, r queries.Rejected) error
	// Mark says that everything emitted so far is covered by this checkpoint. The sink writes when enough has gathered.
	Mark(ctx context.Context, c Checkpoint) error
	// Progress reports how much of how much is done, in the source's own measure (bytes, rows, pages); total 0 is unknown.
	Progress(done, total int64)
}

// Declarations are registry records that a source found in its upstream or configuration.
type Declarations struct {
	Systems []queries.System
	Units   []queries.Unit
	Forms   []queries.Form
}

// Deps is what the framework hands to every source.
type Deps struct {
	ID        string // the source's id in the configuration
	Log       zerolog.Logger
	Pseudonym *Pseudonymizer
	Now       func() time.Time
	Location  *time.Location // of times without a zone; Asia/Shanghai unless configured
	BaseDir   string         // relative paths in the configuration are relative to it
}

// Kind is one line of the registry: how sources of a kind are configured and built.
type Kind struct {
	Name string
	// Stream says that usage events are identified by their place in the source's stream (log lines), so that two equal
	// lines are two events. Otherwise an event's id or content is its identity.
	Stream bool
	// New decodes the source's part of the configuration with decode (strict: unknown keys are faults) and builds the
	// inert source: no file is opened and nothing is connected before Collect or Check.
	New func(d Deps, decode func(into any) error) (Source, error)
}

// Replayer is a source that can read one quarantined piece of input again.
type Replayer interface {
	// Replay hands the piece to out as Collect would have, or rejects it again.
	Replay(ctx context.Context, q queries.Quarantined, out Sink) error
}
