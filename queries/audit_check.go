package queries

import (
	"cmp"
	"fmt"
	"slices"
)

// What can be wrong with an audit trail.
const (
	AuditMissing    = "missing"    // entries are gone from within
	AuditInserted   = "inserted"   // a number comes twice, or the first is none
	AuditUnlinked   = "unlinked"   // does not hold the hash of the entry before
	AuditChanged    = "changed"    // an entry is not what was sealed
	AuditTruncated  = "truncated"  // the newest entries are gone
	AuditEmptied    = "emptied"    // all entries are gone
	AuditReplaced   = "replaced"   // an entry is not the one that an anchor holds
	AuditUnanchored = "unanchored" // more entries beyond the anchor than one batch
	AuditNoAnchor   = "no_anchor"  // the anchor file is gone, or empty
	AuditAnchorLine = "anchor"     // a line of the anchor file is not what was sealed
	AuditNoKey      = "no_key"     // there are entries and no key: another state folder began them, or the key was lost
)

// AuditFault is the first thing that is wrong with a trail: the trail cannot be relied on from this entry on.
type AuditFault struct {
	Code   string
	Seq    uint64 // of the entry; the line where the anchor file is at fault
	Detail string // for people who look into it, in English
}

func (f *AuditFault) Error() string {
	return fmt.Sprintf("the audit trail was tampered with or damaged at %d: %s (%s)", f.Seq, f.Detail, f.Code)
}

// auditChecker checks a chain link by link, in the order of its numbers, in constant memory beside the anchors.
type auditChecker struct {
	key    []byte
	local  []AuditAnchor // sound, in order
	remote []AuditAnchor // in order
	last   AuditLink
	count  uint64
	first  AuditLink
	// anchored is the number of the newest entry of the local anchors, pending how many entries follow it.
	anchored, pending uint64
}

// checkAnchors checks the lines of an anchor file behind a sound one.
func checkAnchors(key []byte, last AuditAnchor, lines []AuditAnchor, line uint64) *AuditFault {
	for _, a := range lines {
		line++
		if a.Seq <= last.Seq || a.sealed(key, last) != a.MAC {
			return &AuditFault{AuditAnchorLine, line, fmt.Sprintf("line %d of the anchor file is not what was written after the line before it", line)}
		}
		last = a
	}
	return nil
}

// newAuditChecker takes the lines of the anchor file, and those of a copy of it that was kept elsewhere, of which some may be
// missing.
func newAuditChecker(key []byte, local, remote []AuditAnchor) (*auditChecker, *AuditFault) {
	if fault := checkAnchors(key, AuditAnchor{}, local, 0); fault != nil {
		return nil, fault
	}
	remote = slices.Clone(remote)
	slices.SortStableFunc(remote, func(a, b AuditAnchor) int { return cmp.Compare(a.Seq, b.Seq) })
	for i, a := range remote {
		at, found := slices.BinarySearchFunc(local, a.Seq, func(l AuditAnchor, seq uint64) int { return cmp.Compare(l.Seq, seq) })
		switch {
		case found && local[at] != a, i > 0 && remote[i-1].Seq == a.Seq && remote[i-1] != a:
			return nil, &AuditFault{AuditReplaced, a.Seq, "the anchor file and its copy do not say the same of this entry"}
		case !found && len(local) > 0 && a.Seq < local[len(local)-1].Seq:
			return nil, &AuditFault{AuditReplaced, a.Seq, "the copy of the anchor file has a line for this entry, the file itself has none"}
		}
	}
	c := &auditChecker{key: key, local: local, remote: remote}
	if len(local) > 0 {
		c.anchored = local[len(local)-1].Seq
	}
	return c, nil
}

// add takes the next link in the order of the numbers.
func (c *auditChecker) add(l AuditLink) *AuditFault {
	want := c.last.Seq + 1
	switch {
	case l.Seq < want:
		return &AuditFault{AuditInserted, l.Seq, "an entry with this number was there already, or it is not a number of the chain"}
	case l.Seq > want:
		return &AuditFault{AuditMissing, want, fmt.Sprintf("the entries %d to %d are missing", want, l.Seq-1)}
	case l.sealed(c.key) != l.Hash:
		return &AuditFault{AuditChanged, l.Seq, "the entry is not what was recorded, or was not recorded by this installation"}
	case l.Before != c.last.Hash:
		return &AuditFault{AuditUnlinked, l.Seq, "the entry does not follow the one before it"}
	}
	for _, anchors := range []*[]AuditAnchor{&c.local, &c.remote} {
		for len(*anchors) > 0 && (*anchors)[0].Seq == l.Seq {
			if (*anchors)[0].Hash != l.Hash {
				return &AuditFault{AuditReplaced, l.Seq, "the entry is not the one that was anchored outside the database"}
			}
			*anchors = (*anchors)[1:]
		}
	}
	if l.Seq > c.anchored { // a crash may leave one batch that is stored and not anchored
		if l.Batch != c.anchored+1 {
			return &AuditFault{AuditUnanchored, l.Seq, fmt.Sprintf("the anchor holds %d entries; more follow than a crash can leave", c.anchored)}
		}
		c.pending++
	}
	if c.count == 0 {
		c.first = l
	}
	c.last, c.count = l, c.count+1
	return nil
}

// end checks that nothing is missing behind the last link.
func (c *auditChecker) end() *AuditFault {
	for _, anchors := range [][]AuditAnchor{c.local, c.remote} {
		if len(anchors) == 0 {
			continue
		}
		newest := anchors[len(anchors)-1].Seq
		if c.count == 0 {
			return &AuditFault{AuditEmptied, 1, fmt.Sprintf("the trail is empty, but had %d entries when it was last anchored", newest)}
		}
		return &AuditFault{AuditTruncated, c.last.Seq + 1, fmt.Sprintf("the entries from %d on are missing; the anchor holds the entry %d", c.last.Seq+1, newest)}
	}
	return nil
}
