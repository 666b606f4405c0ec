package web

import (
	"context"
	"strconv"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/access"
)

// ReadUnits gives the hours of the units within the divisions.
func (r scoped) ReadUnits(ctx context.Context) ([]queries.UnitRow, error) {
	within, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	all, err := r.Reader.ReadUnits(ctx)
	if err != nil || within == nil {
		return all, err
	}
	return only(all, func(u queries.UnitRow) bool { return within[u.Code] }), nil
}

// ReadUnit gives inspectors a unit within their divisions. Of the peers outside only the band of their figures is told.
func (r scoped) ReadUnit(ctx context.Context, code string, first [][2]string) (*queries.UnitPage, error) {
	within, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	if !r.who.Is(access.Inspector) || !sees(within, code) {
		return nil, queries.ErrNotFound
	}
	p, err := r.Reader.ReadUnit(ctx, code, first)
	if err != nil || within == nil {
		return p, err
	}
	out := *p
	out.Peers = make([]string, len(p.Peers)) // how many they are is told, and which of them lie outside is not
	for i, peer := range p.Peers {
		if within[peer] {
			out.Peers[i] = peer
		}
	}
	return &out, nil
}

// ReadVerifyList gives inspectors the places to verify within their divisions, and leaders how many there are.
func (r scoped) ReadVerifyList(ctx context.Context) ([]queries.VerifyItem, error) {
	return r.verifiable(ctx, r.Reader.ReadVerifyList)
}

// AuditSample gives inspectors the random sample within their divisions.
func (r scoped) AuditSample(ctx context.Context) ([]queries.VerifyItem, error) {
	return r.verifiable(ctx, r.Reader.AuditSample)
}

func (r scoped) verifiable(ctx context.Context, read func(context.Context) ([]queries.VerifyItem, error)) ([]queries.VerifyItem, error) {
	if !r.county() {
		return nil, nil
	}
	all, err := read(ctx)
	if err != nil || r.whole() {
		return all, err
	}
	within, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	out := only(all, func(i queries.VerifyItem) bool { return sees(within, i.Unit) })
	if !r.who.Is(access.Inspector) {
		for n, i := range out {
			out[n] = queries.VerifyItem{Unit: strconv.Itoa(n + 1), Form: i.Form, Priority: i.Priority, Recommended: i.Recommended, Audit: i.Audit, Expected: i.Expected}
			if i.Outcome != nil {
				out[n].Outcome = &queries.VerifyOutcome{Unit: out[n].Unit, Form: i.Form, Outcome: i.Outcome.Outcome, At: i.Outcome.At}
			}
		}
	}
	return out, nil
}

// Outcomes gives inspectors what checks found within their divisions, and leaders how many found what: units are numbered for them.
func (r scoped) Outcomes(ctx context.Context) ([]queries.VerifyOutcome, error) {
	if !r.county() {
		return nil, nil
	}
	all, err := r.Reader.Outcomes(ctx)
	if err != nil || r.whole() {
		return all, err
	}
	within, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	out := only(all, func(o queries.VerifyOutcome) bool { return sees(within, o.Unit) })
	if !r.who.Is(access.Inspector) {
		number := map[string]string{}
		for n, o := range out {
			if number[o.Unit] == "" {
				number[o.Unit] = strconv.Itoa(len(number) + 1)
			}
			out[n] = queries.VerifyOutcome{Unit: number[o.Unit], Form: o.Form, Outcome: o.Outcome, At: o.At, Audit: o.Audit, Expected: o.Expected}
		}
	}
	return out, nil
}

// VerifyHistory gives inspectors the days on which a place within their divisions was listed.
func (r scoped) VerifyHistory(ctx context.Context, unit, form string) ([]queries.VerifyDay, error) {
	within, err := r.within(ctx)
	if err != nil {
		return nil, err
	}
	if !r.who.Is(access.Inspector) || !sees(within, unit) {
		return nil, nil
	}
	return r.Reader.VerifyHistory(ctx, unit, form)
}
