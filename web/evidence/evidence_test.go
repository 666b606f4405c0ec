package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/evidence"
	"github.com/jianfu/jianfu/web/report"
)

var day = time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)

// store is a county of two findings, whose records tests change.
type store struct {
	findings []queries.Finding
	records  []queries.RecordProof
}

func newStore() *store {
	f := func(id string, forms, units, systems []string) queries.Finding {
		return queries.Finding{
			ID: id, Detector: "dup-form", Version: 1, Family: "duplicate", From: day.AddDate(0, -6, 0), To: day, N: 12, Severity: "high", Status: "open",
			Subject:  queries.Subject{Forms: forms, Units: units, Systems: systems},
			Evidence: queries.Evidence{Thresholds: map[string]float64{"min_rows": 5}, Policy: "7"},
		}
	}
	return &store{
		findings: []queries.Finding{f("b2", []string{"f1"}, []string{"u1"}, nil), f("a1", nil, nil, []string{"s1"})},
		records: []queries.RecordProof{
			{Kind: "usage", System: "s1", Day: "2026-05-01", Records: 4, SHA256: "aa"}, {Kind: "submissions", Form: "f1", Unit: "u1", Period: "2026-05", Records: 1, SHA256: "bb"},
		},
	}
}

func (s *store) ReadNames(context.Context) (*queries.NameTable, error) {
	return &queries.NameTable{Systems: map[string]string{"s1": "门户"}, Units: map[string]string{"u1": "东村"}, Forms: map[string]string{"f1": "月报"}, Place: "青山县"}, nil
}

func (s *store) ReadOverview(context.Context) (*queries.Overview, error) {
	return &queries.Overview{Analysed: day, From: day.AddDate(-1, 0, 0), To: day}, nil
}

func (s *store) ReadFindings(_ context.Context, q queries.FindingQuery) (*queries.FindingPage, error) {
	var rows []queries.Finding
	for _, f := range s.findings {
		if len(q.IDs) == 0 || slices.Contains(q.IDs, f.ID) {
			rows = append(rows, f)
		}
	}
	return &queries.FindingPage{Rows: rows, Total: uint64(len(rows))}, nil
}

func (s *store) ReadSources(context.Context) ([]queries.SourceRow, error) {
	return []queries.SourceRow{{ID: "gateway", LastSuccess: day, Days: []queries.SourceDay{{Day: day, Rows: 4, Runs: 1}}}}, nil
}

func (s *store) ReadVerifyList(context.Context) ([]queries.VerifyItem, error) { return nil, nil }

func (s *store) Cases(context.Context) ([]queries.Case, error) { return nil, nil }

func (s *store) RecordProofs(_ context.Context, q queries.ProofQuery) ([]queries.RecordProof, error) {
	var out []queries.RecordProof
	for _, p := range s.records {
		if p.Form == q.Form && p.System == q.System {
			out = append(out, p)
		}
	}
	return out, nil
}

func made(t *testing.T, s *store, key ed25519.PrivateKey) []byte {
	t.Helper()
	data, err := report.Read(t.Context(), s, report.Scope{})
	if err != nil {
		t.Fatal(err)
	}
	files, err := evidence.Files(t.Context(), s, data, evidence.Options{Program: evidence.Program{Name: "jianfu", Version: "1"}})
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := evidence.Write(&out, files, key); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func open(t *testing.T, raw []byte) *evidence.Package {
	t.Helper()
	p, err := evidence.Open(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func key(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// rewrite copies an archive; change gives the new content of an entry, nil to leave it out.
func rewrite(t *testing.T, raw []byte, change func(name string, content []byte) []byte, added ...string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	put := func(name string, content []byte) {
		entry, err := w.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)})
		if err == nil {
			_, err = entry.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	// What is added takes its place in the order, so that nothing but the addition gives it away.
	for _, f := range in.File {
		for len(added) > 0 && added[0] < f.Name {
			put(added[0], []byte("added"))
			added = added[1:]
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err := errors.Join(err, r.Close()); err != nil {
			t.Fatal(err)
		}
		if content = change(f.Name, content); content != nil {
			put(f.Name, content)
		}
	}
	for _, name := range added {
		put(name, []byte("added"))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func same(_ string, content []byte) []byte { return content }

func TestSameStateSameBytes(t *testing.T) {
	first := made(t, newStore(), key(1))
	if !bytes.Equal(first, made(t, newStore(), key(1))) {
		t.Error("the same state gives other bytes")
	}
	changed := newStore()
	changed.records[1].SHA256 = "cc"
	if bytes.Equal(first, made(t, changed, key(1))) {
		t.Error("another record gives the same bytes")
	}
}

func TestWholePackageHolds(t *testing.T) {
	for _, k := range []ed25519.PrivateKey{nil, key(1)} {
		p := open(t, made(t, newStore(), k))
		c := p.Check(nil, "")
		if len(c.Faults) > 0 || c.Signed != (k != nil) {
			t.Errorf("signed %t: %v", c.Signed, c.Faults)
		}
		if err := p.Compare(t.Context(), c, newStore()); err != nil || len(c.Faults) > 0 || c.Records != 2 {
			t.Errorf("against its own store: %v %v, %d records", err, c.Faults, c.Records)
		}
	}
}

// TestEveryPartIsSealed changes, removes and adds to every entry of a package.
func TestEveryPartIsSealed(t *testing.T) {
	raw := made(t, newStore(), key(1))
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	trusted := key(1).Public().(ed25519.PublicKey)
	for i, f := range in.File {
		if strings.HasPrefix(f.Name, "queries/") && i%40 > 0 {
			continue // all are sealed alike
		}
		flip := rewrite(t, raw, func(name string, content []byte) []byte {
			if name == f.Name {
				content = append([]byte{content[0] ^ 1}, content[1:]...)
			}
			return content
		})
		if c := open(t, flip).Check(trusted, ""); len(c.Faults) == 0 {
			t.Errorf("a changed %s is not found", f.Name)
		}
		gone := rewrite(t, raw, func(name string, content []byte) []byte {
			if name == f.Name {
				return nil
			}
			return content
		})
		if c := open(t, gone).Check(trusted, ""); len(c.Faults) == 0 {
			t.Errorf("a missing %s is not found", f.Name)
		}
	}
	for _, name := range []string{"more.txt", "findings.ndjson"} {
		if c := open(t, rewrite(t, raw, same, name)).Check(nil, ""); len(c.Faults) == 0 {
			t.Errorf("an added %s is not found", name)
		}
	}
	if _, err := evidence.Open(bytes.NewReader(raw[:len(raw)-30]), int64(len(raw)-30)); err == nil {
		t.Error("a package that was cut opens")
	}
}

func TestNamesTheFindingThatDiffers(t *testing.T) {
	raw := rewrite(t, made(t, newStore(), nil), func(name string, content []byte) []byte {
		if name == "findings.ndjson" {
			return bytes.Replace(content, []byte(`"n":12`), []byte(`"n":13`), 1)
		}
		return content
	})
	c := open(t, raw).Check(nil, "")
	if all := strings.Join(c.Faults, "\n"); !strings.Contains(all, "findings.ndjson was changed") || !strings.Contains(all, "the finding a1 was changed") {
		t.Error(all)
	}
}

func TestForeignKeysAndRoots(t *testing.T) {
	raw := made(t, newStore(), key(2))
	p := open(t, raw)
	if c := p.Check(key(1).Public().(ed25519.PublicKey), ""); len(c.Faults) != 1 || !strings.Contains(c.Faults[0], "another key") {
		t.Error(c.Faults)
	}
	if c := open(t, made(t, newStore(), nil)).Check(key(1).Public().(ed25519.PublicKey), ""); len(c.Faults) != 1 || !strings.Contains(c.Faults[0], "not signed") {
		t.Error(c.Faults)
	}
	if c := p.Check(nil, strings.Repeat("0", 64)); len(c.Faults) != 1 || !strings.Contains(c.Faults[0], "root hash") {
		t.Error(c.Faults)
	}
}

func TestCompareNamesWhatDiffers(t *testing.T) {
	raw := made(t, newStore(), nil)
	for want, change := range map[string]func(*store){
		"records were changed in the store: submissions   f1 u1 2026-05": func(s *store) { s.records[1].SHA256 = "cc" },
		"records are missing from the store: usage s1 2026-05-01":        func(s *store) { s.records = s.records[1:] },
		"records were added to the store: submissions   f1 u9 2026-05": func(s *store) {
			s.records = append(s.records, queries.RecordProof{Kind: "submissions", Form: "f1", Unit: "u9", Period: "2026-05", Records: 1})
		},
		"the evidence of the finding b2 is another": func(s *store) { s.findings[0].N = 13 },
		"the store has no finding a1":               func(s *store) { s.findings = s.findings[:1] },
	} {
		s := newStore()
		change(s)
		p := open(t, raw)
		c := p.Check(nil, "")
		if err := p.Compare(t.Context(), c, s); err != nil || len(c.Faults) != 1 || !strings.HasPrefix(c.Faults[0], want) {
			t.Errorf("%s: %v %v", want, err, c.Faults)
		}
	}
}

func TestKeyFile(t *testing.T) {
	path := t.TempDir() + "/evidence.key"
	first, err := evidence.OpenKey(path, true)
	if err != nil {
		t.Fatal(err)
	}
	again, err := evidence.OpenKey(path, false)
	if err != nil || !again.Equal(first) {
		t.Errorf("%v", err)
	}
}
