package queries

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Exec runs a statement as somebody does who holds the database but not the key.
func (s *Store) Exec(ctx context.Context, statement string) error { return s.conn.Exec(ctx, statement) }

// trailOf builds a trail of batches of one to nine entries, with its anchors.
func trailOf(n int, key []byte, random *rand.Rand) (links []AuditLink, anchors []AuditAnchor) {
	var last AuditLink
	var anchor AuditAnchor
	for len(links) < n {
		entries := make([]AuditEntry, 1+random.IntN(9))
		for i := range entries {
			at := time.Date(2026, 7, 6, 9, 30, 0, 0, time.UTC).Add(time.Duration(len(links)+i) * time.Second)
			entries[i] = AuditEntry{
				At: at, Account: []string{"", "li", "wang"}[random.IntN(3)], Action: []string{"evidence.read", "export"}[random.IntN(2)],
				Object: fmt.Sprintf("GET /findings/%d", random.IntN(50)), Address: "10.0.0.8",
			}
		}
		links = append(links, chain(key, last, entries)...)
		last = links[len(links)-1]
		anchor = anchored(key, anchor, last)
		anchors = append(anchors, anchor)
	}
	return links, anchors
}

func checkAll(key []byte, links []AuditLink, anchors, remote []AuditAnchor) *AuditFault {
	c, fault := newAuditChecker(key, anchors, remote)
	if fault != nil {
		return fault
	}
	for _, l := range links {
		if fault := c.add(l); fault != nil {
			return fault
		}
	}
	return c.end()
}

// tampered changes a trail in one of the ways open to somebody who can do everything with the table and does not know the key.
func tampered(links []AuditLink, random *rand.Rand) (string, []AuditLink) {
	out := slices.Clone(links)
	n := len(out)
	i, j := random.IntN(n), random.IntN(n)
	forge := func(l AuditLink) AuditLink { // sealed with a key that is not ours
		wrong := make([]byte, auditKeyBytes)
		wrong[0] = byte(random.IntN(256))
		l.Hash = l.sealed(wrong)
		return l
	}
	switch kind := random.IntN(12); kind {
	case 0:
		out[i].Account += "x"
		return "account", out
	case 1:
		out[i].At = out[i].At.Add(time.Duration(1+random.IntN(1000)) * time.Microsecond)
		return "time", out
	case 2: // the same letters under other fields
		out[i].Object, out[i].Detail = out[i].Object[:4], out[i].Object[4:]+out[i].Detail
		return "fields", out
	case 3:
		out[i].Hash[random.IntN(32)] ^= 1 << random.IntN(8)
		return "hash", out
	case 4:
		out[i].Before[random.IntN(32)] ^= 1 << random.IntN(8)
		out[i] = forge(out[i])
		return "before", out
	case 5: // gone from within or from the end
		to := min(n, i+1+random.IntN(20))
		return "deletion", slices.Delete(out, i, to)
	case 6: // gone, and the rest numbered anew
		out = slices.Delete(out, i, i+1)
		for k := i; k < len(out); k++ {
			out[k].Seq--
		}
		return "deletion, renumbered", out
	case 7:
		l := out[j]
		l.Object = "GET /findings/forged"
		return "insertion", slices.Insert(out, i, forge(l))
	case 8: // an old entry again
		l := out[j]
		l.Seq = out[n-1].Seq + 1
		return "repetition", append(out, l)
	case 9:
		for out[i].Hash == out[j].Hash {
			j = random.IntN(n)
		}
		out[i], out[j] = out[j], out[i]
		out[i].Seq, out[j].Seq = out[j].Seq, out[i].Seq
		return "reordering", out
	case 10:
		return "truncation", out[:n-1-random.IntN(n)]
	default: // the newest entries are written anew
		for k := i; k < n; k++ {
			if k > 0 {
				out[k].Before = out[k-1].Hash
			}
			out[k].Detail = "rewritten"
			out[k] = forge(out[k])
		}
		return "rewriting", out
	}
}

func TestAuditTrailShowsAnyOneOfAThousandChanges(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 18))
	key := bytes.Repeat([]byte{7}, auditKeyBytes)
	links, anchors := trailOf(400, key, random)
	if fault := checkAll(key, links, anchors, nil); fault != nil {
		t.Fatal("a sound trail is refused:", fault)
	}
	if fault := checkAll(key, links, anchors, anchors[5:9]); fault != nil {
		t.Fatal("a sound trail with part of a copy is refused:", fault)
	}
	seen := map[string]int{}
	for n := range 1000 {
		what, changed := tampered(links, random)
		seen[what]++
		// The table gives its rows in the order of their numbers.
		slices.SortStableFunc(changed, func(a, b AuditLink) int { return int(a.Seq) - int(b.Seq) })
		if checkAll(key, changed, anchors, nil) == nil {
			t.Fatalf("change %d was not found: %s", n, what)
		}
	}
	if len(seen) != 12 {
		t.Errorf("only these changes were tried: %v", seen)
	}
}

func TestAuditTrailAndItsAnchorTamperedTogether(t *testing.T) {
	random := rand.New(rand.NewPCG(6, 19))
	key := bytes.Repeat([]byte{7}, auditKeyBytes)
	links, anchors := trailOf(200, key, random)
	last := len(anchors)
	for name, c := range map[string]struct {
		links           []AuditLink
		anchors, remote []AuditAnchor
		code            string
	}{
		"anchor line removed":          {links, slices.Delete(slices.Clone(anchors), 4, 5), nil, AuditAnchorLine},
		"anchor lines swapped":         {links, append([]AuditAnchor{anchors[1], anchors[0]}, anchors[2:]...), nil, AuditAnchorLine},
		"anchor cut by two":            {links, anchors[:last-2], nil, AuditUnanchored},
		"both cut, copy kept":          {links[:anchors[last-3].Seq], anchors[:last-2], anchors[last-1:], AuditTruncated},
		"all gone, copy kept":          {nil, nil, anchors[3:4], AuditEmptied},
		"all gone":                     {nil, anchors, nil, AuditEmptied},
		"anchor cut by one is a crash": {links, anchors[:last-1], nil, ""},
		"cut by one, copy kept":        {links[:anchors[last-2].Seq], anchors[:last-1], anchors[last-1:], AuditTruncated},
	} {
		fault := checkAll(key, c.links, c.anchors, c.remote)
		switch {
		case c.code == "" && fault != nil:
			t.Errorf("%s: %s", name, fault)
		case c.code != "" && (fault == nil || fault.Code != c.code):
			t.Errorf("%s: %v, want %s", name, fault, c.code)
		}
	}
	// A trail begun anew, with its own anchor, is not the one that was copied.
	fresh, again := trailOf(220, key, rand.New(rand.NewPCG(1, 1)))
	if fault := checkAll(key, fresh, again, anchors); fault == nil || fault.Code != AuditReplaced {
		t.Errorf("a trail begun anew: %v", fault)
	}
}

func FuzzParseAuditAnchor(f *testing.F) {
	f.Add(AuditAnchor{Seq: 9, At: time.Date(2026, 7, 6, 1, 2, 3, 4000, time.UTC)}.String())
	f.Add("1 zz 2026-07-06T00:00:00.000000Z zz")
	f.Add("")
	f.Fuzz(func(t *testing.T, line string) {
		if a, err := ParseAuditAnchor(line); err == nil && a.String() != line {
			t.Errorf("%q is read as %q", line, a.String())
		}
	})
}
