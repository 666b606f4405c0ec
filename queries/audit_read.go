package queries

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"
)

// AuditReport is a trail that was verified.
type AuditReport struct {
	Count       uint64
	First, Last AuditLink // zero where there is none
	// Pending entries are stored and not yet anchored, as a crash leaves them; the next record repairs that.
	Pending uint64
}

// VerifyAudit walks the whole chain of the trail of a store and compares it with its anchor file, and with a copy of that from
// elsewhere where remote names one. The first thing that is wrong is an *AuditFault. Entries that are added meanwhile are left to
// the next time.
func VerifyAudit(ctx context.Context, s *Store, o AuditOptions, remote string) (AuditReport, error) {
	var r AuditReport
	var copied []AuditAnchor
	if remote != "" {
		var err error
		if copied, _, err = readAnchors(remote); err != nil {
			return r, fmt.Errorf("unable to use the copy %s: %w", remote, err)
		}
	}
	key, local, torn, newest, err := auditGround(ctx, s, o)
	if err != nil {
		return r, err
	}
	c, fault := newAuditChecker(key, local, copied)
	if fault != nil {
		return r, fault
	}
	err = s.walkAudit(ctx, 0, newest, func(l AuditLink) error {
		if fault := c.add(l); fault != nil {
			return fault
		}
		return nil
	})
	if errors.As(err, &fault) {
		return r, fault
	}
	if err != nil {
		return r, err
	}
	if fault := c.end(); fault != nil {
		return r, fault
	}
	if len(local) == 0 {
		return r, &AuditFault{AuditNoAnchor, 1, "the anchor file has no line"}
	}
	if torn && c.pending == 0 {
		return r, &AuditFault{AuditAnchorLine, uint64(len(local)) + 1, "the last line of the anchor file is cut off, and no entry belongs to it"}
	}
	return AuditReport{Count: c.count, First: c.first, Last: c.last, Pending: c.pending}, nil
}

// auditGround reads what a verification starts from, at one moment between two batches.
func auditGround(ctx context.Context, s *Store, o AuditOptions) (key []byte, local []AuditAnchor, torn bool, newest uint64, err error) {
	if key = o.Key; key == nil {
		key, err = readAuditKey(o.keyFile())
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil, false, 0, &AuditFault{AuditNoKey, 1, "there is no key in " + o.Folder + "; without it nothing can be verified"}
		}
		if err != nil {
			return nil, nil, false, 0, err
		}
	}
	release, err := lockAudit(ctx, o.lockFile())
	if err != nil {
		return nil, nil, false, 0, err
	}
	defer release()
	if _, err := os.Stat(o.anchorFile()); errors.Is(err, fs.ErrNotExist) {
		return nil, nil, false, 0, &AuditFault{AuditNoAnchor, 1, "the anchor file " + o.anchorFile() + " is gone"}
	}
	local, rest, err := readAnchors(o.anchorFile())
	if err != nil {
		return nil, nil, false, 0, err
	}
	_, newest, err = s.auditHead(ctx)
	return key, local, len(rest) > 0, newest, err
}

// AuditQuery narrows the entries that are listed. Zero fields narrow nothing.
type AuditQuery struct {
	Account, Action string
	Object          string    // part of it
	From, To        time.Time // recorded at From or later, and before To
	Before          uint64    // entries with lower numbers only
	Offset, Limit   uint64
}

func (q AuditQuery) params() Params {
	if q.From.IsZero() {
		q.From = epoch
	}
	if q.To.IsZero() {
		q.To = time.Date(2106, 1, 1, 0, 0, 0, 0, time.UTC) // the end of ClickHouse's DateTime
	}
	return Params{
		"account": q.Account, "action": q.Action, "object": q.Object, "from": q.From, "to": q.To, "before": q.Before,
		"offset": q.Offset, "limit": q.Limit,
	}
}

// AuditPage is what an auditor reads: entries, the newest first, and by what they can be narrowed.
type AuditPage struct {
	Rows              []AuditLink
	Total             uint64
	Accounts, Actions []string
}

// AuditEntries reads entries, the newest first.
func (s *Store) AuditEntries(ctx context.Context, q AuditQuery) (*AuditPage, error) {
	p := &AuditPage{}
	params := q.params()
	err := s.Each(ctx, "audit.List", params, func(scan func(...any) error) error {
		l, err := scanAudit(scan)
		p.Rows = append(p.Rows, l)
		return err
	})
	if err != nil {
		return nil, err
	}
	counted := Params{}
	for _, name := range []string{"account", "action", "object", "from", "to"} {
		counted[name] = params[name]
	}
	if err := s.Each(ctx, "audit.Count", counted, func(scan func(...any) error) error { return scan(&p.Total) }); err != nil {
		return nil, err
	}
	err = s.Each(ctx, "audit.Choices", nil, func(scan func(...any) error) error { return scan(&p.Accounts, &p.Actions) })
	return p, err
}
