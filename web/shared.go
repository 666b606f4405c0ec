package web

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/queries"
)

// shared is a reader whose readings many requests share. It knows nothing of who asks: what a person may see is taken from
// its answers, which nobody may change.
type shared struct {
	Reader
	reads *cache
}

// shareable is the longest list of findings that is kept; longer ones are read for one download.
const shareable = 500

// The keys of the readings that decisions of people change.
const (
	readCases       = "cases"
	readFindings    = "findings " // all of them
	readOverview    = "overview"
	readVerify      = "verify"
	readSample      = "audit sample"
	readOutcomes    = "outcomes"
	readSynonyms    = "synonyms"
	readDecisions   = "plan decisions"
	readProgress    = "plan progress"
	readRetirements = "retirements"
	readSavings     = "retirement savings"
)

func (r shared) ReadNames(ctx context.Context) (*queries.NameTable, error) {
	return cached(ctx, r.reads, "names", r.Reader.ReadNames)
}

func (r shared) ReadOverview(ctx context.Context) (*queries.Overview, error) {
	return cached(ctx, r.reads, readOverview, r.Reader.ReadOverview)
}

func (r shared) ReadFindings(ctx context.Context, q queries.FindingQuery) (*queries.FindingPage, error) {
	if q.Limit == 0 || q.Limit > shareable || q.Offset > 0 && q.Limit == csvChunk {
		return r.Reader.ReadFindings(ctx, q)
	}
	return cached(ctx, r.reads, fmt.Sprintf(readFindings+"%+q", fmt.Sprintf("%#v", q)), func(ctx context.Context) (*queries.FindingPage, error) {
		return r.Reader.ReadFindings(ctx, q)
	})
}

func (r shared) ReadSystems(ctx context.Context) ([]queries.SystemRow, error) {
	return cached(ctx, r.reads, "systems", r.Reader.ReadSystems)
}

func (r shared) ReadSystem(ctx context.Context, id string) (*queries.SystemPage, error) {
	return cached(ctx, r.reads, "system "+id, func(ctx context.Context) (*queries.SystemPage, error) {
		return r.Reader.ReadSystem(ctx, id)
	})
}

func (r shared) ReadSources(ctx context.Context) ([]queries.SourceRow, error) {
	return cached(ctx, r.reads, "sources", r.Reader.ReadSources)
}

func (r shared) ReadUnits(ctx context.Context) ([]queries.UnitRow, error) {
	return cached(ctx, r.reads, "units", r.Reader.ReadUnits)
}

func (r shared) ReadVerifyList(ctx context.Context) ([]queries.VerifyItem, error) {
	return cached(ctx, r.reads, readVerify, r.Reader.ReadVerifyList)
}

func (r shared) AuditSample(ctx context.Context) ([]queries.VerifyItem, error) {
	return cached(ctx, r.reads, readSample, r.Reader.AuditSample)
}

func (r shared) Outcomes(ctx context.Context) ([]queries.VerifyOutcome, error) {
	return cached(ctx, r.reads, readOutcomes, r.Reader.Outcomes)
}

func (r shared) ReadUnit(ctx context.Context, code string, first [][2]string) (*queries.UnitPage, error) {
	return cached(ctx, r.reads, fmt.Sprintf("unit %s %q", code, first), func(ctx context.Context) (*queries.UnitPage, error) {
		return r.Reader.ReadUnit(ctx, code, first)
	})
}

func (r shared) ReadForms(ctx context.Context) (map[string]queries.Form, error) {
	return cached(ctx, r.reads, "forms", r.Reader.ReadForms)
}

func (r shared) DuplicateRun(ctx context.Context) (queries.DuplicateRun, error) {
	return cached(ctx, r.reads, "duplicate run", r.Reader.DuplicateRun)
}

func (r shared) FormOverlaps(ctx context.Context) ([]queries.FormOverlap, error) {
	return cached(ctx, r.reads, "overlaps", r.Reader.FormOverlaps)
}

// FieldMatches gives the pairs of two forms; their order does not matter.
func (r shared) FieldMatches(ctx context.Context, a, b string) ([]queries.FieldMatch, error) {
	return cached(ctx, r.reads, "matches "+min(a, b)+"\x00"+max(a, b), func(ctx context.Context) ([]queries.FieldMatch, error) {
		return r.Reader.FieldMatches(ctx, a, b)
	})
}

func (r shared) ReadDifferences(ctx context.Context, a, b queries.Form, matches []queries.FieldMatch, since time.Time) ([]queries.Difference, error) {
	return cached(ctx, r.reads, "differences "+a.ID+"\x00"+b.ID, func(ctx context.Context) ([]queries.Difference, error) {
		return r.Reader.ReadDifferences(ctx, a, b, matches, since)
	})
}

func (r shared) DataItems(ctx context.Context) ([]queries.DataItem, error) {
	return cached(ctx, r.reads, "items", r.Reader.DataItems)
}

func (r shared) PlanLines(ctx context.Context) ([]queries.PlanLine, error) {
	return cached(ctx, r.reads, "plan", r.Reader.PlanLines)
}

func (r shared) PlanDecisions(ctx context.Context) ([]queries.PlanDecision, error) {
	return cached(ctx, r.reads, readDecisions, r.Reader.PlanDecisions)
}

func (r shared) PlanProgress(ctx context.Context) ([]queries.PlanProgress, error) {
	return cached(ctx, r.reads, readProgress, r.Reader.PlanProgress)
}

func (r shared) Synonyms(ctx context.Context) ([]queries.Synonym, error) {
	return cached(ctx, r.reads, readSynonyms, r.Reader.Synonyms)
}

func (r shared) ReadBurden(ctx context.Context, units []string) (*queries.BurdenPage, error) {
	key := fmt.Sprintf("burden %d %x", len(units), xxhash.Sum64String(strings.Join(units, "\x00")))
	return cached(ctx, r.reads, key, func(ctx context.Context) (*queries.BurdenPage, error) {
		return r.Reader.ReadBurden(ctx, units)
	})
}

func (r shared) MeasureChanges(ctx context.Context) ([]queries.MeasureChange, error) {
	return cached(ctx, r.reads, "measures", r.Reader.MeasureChanges)
}

func (r shared) RetirementCases(ctx context.Context) ([]queries.RetirementCase, error) {
	return cached(ctx, r.reads, readRetirements, r.Reader.RetirementCases)
}

func (r shared) RetirementSavings(ctx context.Context, cases []queries.RetirementCase) ([]queries.RetirementSaving, error) {
	return cached(ctx, r.reads, readSavings, func(ctx context.Context) ([]queries.RetirementSaving, error) {
		return r.Reader.RetirementSavings(ctx, cases)
	})
}

func (r shared) Cases(ctx context.Context) ([]queries.Case, error) {
	return cached(ctx, r.reads, readCases, r.Reader.Cases)
}
