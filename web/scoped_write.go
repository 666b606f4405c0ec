package web

import (
	"context"
	"net/http"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
	"github.com/jianfu/jianfu/web/page"
)

// scopedWriter lets people decide only on what they may see, and only where it is theirs to decide: inspectors judge pairs,
// check and keep cases, leaders decide the plan, owners answer for their own systems.
type scopedWriter struct {
	Writer
	shared shared
}

// refused is what everybody hears who may not decide.
var refused = refusal{http.StatusForbidden, "forbidden"}

// reader reads for whoever decides.
func (w scopedWriter) reader(ctx context.Context) scoped {
	return scoped{Reader: w.shared, who: access.Of(ctx)}
}

// SaveSynonym keeps what an inspector says about two labels.
func (w scopedWriter) SaveSynonym(ctx context.Context, v queries.Synonym) error {
	if !access.Of(ctx).Is(access.Inspector) {
		return refused
	}
	return w.Writer.SaveSynonym(ctx, v)
}

// RemoveSynonym takes it back.
func (w scopedWriter) RemoveSynonym(ctx context.Context, v queries.Synonym) error {
	if !access.Of(ctx).Is(access.Inspector) {
		return refused
	}
	return w.Writer.RemoveSynonym(ctx, v)
}

// ChoosePlan is for leaders of the whole county, since a line of the plan holds for all its units.
func (w scopedWriter) ChoosePlan(ctx context.Context, c queries.PlanChoice) ([]queries.PlanDecision, error) {
	if who := access.Of(ctx); !who.Is(access.Leader) || !who.Everywhere() {
		return nil, refused
	}
	return w.Writer.ChoosePlan(ctx, c)
}

// Retire lets owners answer for their systems and take the steps, and inspectors and leaders of the whole county decide.
func (w scopedWriter) Retire(ctx context.Context, c queries.RetirementCommand) ([]queries.RetirementEvent, error) {
	r := w.reader(ctx)
	if !r.system(c.System) {
		return nil, queries.ErrNotFound
	}
	if !page.MayRetire(r.who, c.System, c.Verb) {
		return nil, refused
	}
	return w.Writer.Retire(ctx, c)
}

// RecordOutcome keeps what an inspector found at a unit within the divisions.
func (w scopedWriter) RecordOutcome(ctx context.Context, o queries.VerifyOutcome) error {
	if err := w.inspects(ctx, o.Unit); err != nil {
		return err
	}
	return w.Writer.RecordOutcome(ctx, o)
}

// inspects refuses who is no inspector, and does not know units outside the divisions.
func (w scopedWriter) inspects(ctx context.Context, unit string) error {
	r := w.reader(ctx)
	if !r.who.Is(access.Inspector) {
		return refused
	}
	within, err := r.within(ctx)
	if err == nil && unit != "" && !sees(within, unit) {
		err = queries.ErrNotFound
	}
	return err
}

// OpenCase opens a case about findings that an inspector may see.
func (w scopedWriter) OpenCase(ctx context.Context, o queries.CaseOpening) (queries.Case, error) {
	if err := w.inspects(ctx, o.Unit); err != nil {
		return queries.Case{}, err
	}
	if r := w.reader(ctx); !r.whole() {
		for _, id := range o.Findings {
			found, err := r.ReadFindings(ctx, queries.FindingQuery{IDs: []string{id}, NotAssessed: true, Limit: 1})
			if err != nil {
				return queries.Case{}, err
			}
			if len(found.Rows) == 0 {
				return queries.Case{}, queries.ErrNotFound
			}
		}
	}
	return w.Writer.OpenCase(ctx, o)
}

// ActOnCase lets an inspector act on a case that the inspector may look into.
func (w scopedWriter) ActOnCase(ctx context.Context, cmd queries.CaseCommand) (queries.CaseEvent, error) {
	if err := w.inspects(ctx, ""); err != nil {
		return queries.CaseEvent{}, err
	}
	if r := w.reader(ctx); !r.whole() {
		all, err := r.Cases(ctx)
		if err != nil {
			return queries.CaseEvent{}, err
		}
		if !slices.ContainsFunc(all, func(c queries.Case) bool { return c.ID == cmd.Case }) {
			return queries.CaseEvent{}, queries.ErrNotFound
		}
	}
	return w.Writer.ActOnCase(ctx, cmd)
}

// SaveCaseFile keeps what an inspector attaches, and what an owner hands in with an answer. It is read again only through the
// case or the retirement that names it.
func (w scopedWriter) SaveCaseFile(ctx context.Context, name string, content []byte) (queries.CaseFile, error) {
	if !access.Of(ctx).Is(access.Inspector, access.Owner) {
		return queries.CaseFile{}, refused
	}
	return w.Writer.SaveCaseFile(ctx, name, content)
}
