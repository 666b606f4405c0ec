package queries_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

func openTrail(t testing.TB, s *queries.Store, o queries.AuditOptions) *queries.AuditTrail {
	t.Helper()
	trail, err := queries.OpenAuditTrail(context.Background(), s, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = trail.Close() })
	return trail
}

func record(t testing.TB, trail *queries.AuditTrail, n int) {
	t.Helper()
	for i := range n {
		e := queries.AuditEntry{At: time.Now(), Account: "li", Action: "evidence.read", Object: fmt.Sprintf("GET /findings/%d", i), Address: "127.0.0.1"}
		if err := trail.Record(context.Background(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func sound(t testing.TB, s *queries.Store, o queries.AuditOptions, want uint64) queries.AuditReport {
	t.Helper()
	r, err := queries.VerifyAudit(t.Context(), s, o, "")
	if err != nil {
		t.Fatal(err)
	}
	if r.Count != want {
		t.Fatalf("%d entries, want %d", r.Count, want)
	}
	return r
}

func faulty(t testing.TB, s *queries.Store, o queries.AuditOptions, remote, code string) {
	t.Helper()
	_, err := queries.VerifyAudit(t.Context(), s, o, remote)
	var fault *queries.AuditFault
	if !errors.As(err, &fault) || fault.Code != code && code != "" {
		t.Errorf("found %v, want %s", err, code)
	}
}

func TestAuditTrailIsKeptByManyAtOnce(t *testing.T) {
	s := querytest.New(t)
	o := queries.AuditOptions{Folder: t.TempDir()}
	// Two trails on one store stand for a service and a command beside it.
	trails := []*queries.AuditTrail{openTrail(t, s, o), openTrail(t, s, o)}
	var readers sync.WaitGroup
	for i := range 50 {
		readers.Go(func() {
			for range 3 {
				if err := trails[i%2].Record(t.Context(), queries.AuditEntry{At: time.Now(), Account: fmt.Sprint(i), Action: "export"}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	readers.Wait()
	r := sound(t, s, o, 151)
	if r.Pending != 0 || r.First.Action != queries.AuditBegan {
		t.Errorf("%+v", r)
	}
	info, err := os.Stat(filepath.Join(o.Folder, "audit.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Error(info, err)
	}
	if err := trails[0].Close(); err != nil {
		t.Error(err)
	}
	if err := trails[0].Record(t.Context(), queries.AuditEntry{Action: "export"}); err == nil {
		t.Error("a closed trail took an entry")
	}
	page, err := s.AuditEntries(t.Context(), queries.AuditQuery{Account: "7", Action: "export", Limit: 2})
	if err != nil || page.Total != 3 || len(page.Rows) != 2 || page.Rows[0].Seq < page.Rows[1].Seq || len(page.Accounts) != 51 {
		t.Errorf("%+v %v", page, err)
	}
}

func TestAuditTrailGoesOnAfterACrash(t *testing.T) {
	s := querytest.New(t)
	o := queries.AuditOptions{Folder: t.TempDir()}
	anchor := filepath.Join(o.Folder, "audit.anchor")
	trail := openTrail(t, s, o)
	record(t, trail, 5)
	whole, err := os.ReadFile(anchor)
	if err != nil {
		t.Fatal(err)
	}
	// The entry was stored, and of its anchor a part: between the two the machine stopped.
	lines := strings.SplitAfter(string(whole), "\n")
	torn := strings.Join(lines[:5], "") + lines[5][:30]
	if err := os.WriteFile(anchor, []byte(torn), 0o600); err != nil {
		t.Fatal(err)
	}
	if r := sound(t, s, o, 6); r.Pending != 1 {
		t.Errorf("%+v", r)
	}
	record(t, openTrail(t, s, o), 1)
	sound(t, s, o, 8)
	page, err := s.AuditEntries(t.Context(), queries.AuditQuery{Action: queries.AuditRepaired, Limit: 10})
	if err != nil || page.Total != 1 || page.Rows[0].Object != "6-6" {
		t.Errorf("%+v %v", page, err)
	}
	record(t, trail, 1) // another process wrote meanwhile
	sound(t, s, o, 9)
	// More than a crash leaves is not repaired.
	if err := os.WriteFile(anchor, []byte(strings.Join(lines[:3], "")), 0o600); err != nil {
		t.Fatal(err)
	}
	faulty(t, s, o, "", queries.AuditUnanchored)
	var fault *queries.AuditFault
	if _, err := queries.OpenAuditTrail(t.Context(), s, o); !errors.As(err, &fault) {
		t.Error("a trail with an anchor that was cut was opened:", err)
	}
	if err := trail.Record(t.Context(), queries.AuditEntry{Action: "export"}); !errors.As(err, &fault) {
		t.Error("the service goes on:", err)
	}
}

func TestAuditTrailCannotBeBegunAnewUnnoticed(t *testing.T) {
	s := querytest.New(t)
	o := queries.AuditOptions{Folder: t.TempDir()}
	record(t, openTrail(t, s, o), 3)
	copied := filepath.Join(t.TempDir(), "copy")
	text, err := os.ReadFile(filepath.Join(o.Folder, "audit.anchor"))
	if err == nil {
		err = os.WriteFile(copied, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	var fault *queries.AuditFault
	if _, err := queries.OpenAuditTrail(t.Context(), s, queries.AuditOptions{Folder: t.TempDir()}); !errors.As(err, &fault) || fault.Code != queries.AuditNoKey {
		t.Error("another folder took over the trail:", err)
	}
	if err := os.Remove(filepath.Join(o.Folder, "audit.anchor")); err != nil {
		t.Fatal(err)
	}
	faulty(t, s, o, "", queries.AuditNoAnchor)
	if err := s.Exec(t.Context(), "TRUNCATE TABLE audit_trail"); err != nil {
		t.Fatal(err)
	}
	if _, err := queries.OpenAuditTrail(t.Context(), s, o); !errors.As(err, &fault) || fault.Code != queries.AuditEmptied {
		t.Error("a trail was begun anew under the old key:", err)
	}
	// With a new key nothing here tells; the copy does.
	if err := os.Remove(filepath.Join(o.Folder, "audit.key")); err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), "DROP TABLE audit_trail SYNC"); err != nil {
		t.Fatal(err)
	}
	schema, err := os.ReadFile("schema/0018_audit.sql")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Exec(t.Context(), strings.TrimSuffix(strings.TrimSpace(string(schema)), ";")); err != nil {
		t.Fatal(err)
	}
	record(t, openTrail(t, s, o), 9)
	sound(t, s, o, 10)
	faulty(t, s, o, copied, queries.AuditReplaced)
}

func TestAuditTableTampered(t *testing.T) {
	s := querytest.New(t)
	o := queries.AuditOptions{Folder: t.TempDir()}
	record(t, openTrail(t, s, o), 20)
	exec := func(statement string) {
		t.Helper()
		if err := s.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	exec("CREATE TABLE kept ENGINE = MergeTree ORDER BY seq AS SELECT * FROM audit_trail")
	const columns = "seq, batch, at, account, token, action, object, detail, address, before, hash"
	for _, c := range []struct{ statement, code string }{
		{"ALTER TABLE audit_trail UPDATE object = 'GET /' WHERE seq = 7 SETTINGS mutations_sync = 2", queries.AuditChanged},
		{"ALTER TABLE audit_trail UPDATE at = at + INTERVAL 1 DAY WHERE seq = 1 SETTINGS mutations_sync = 2", queries.AuditChanged},
		{"ALTER TABLE audit_trail UPDATE hash = before WHERE seq = 21 SETTINGS mutations_sync = 2", queries.AuditChanged},
		{"ALTER TABLE audit_trail DELETE WHERE seq = 9 SETTINGS mutations_sync = 2", queries.AuditMissing},
		{"ALTER TABLE audit_trail DELETE WHERE seq = 1 SETTINGS mutations_sync = 2", queries.AuditMissing},
		{"ALTER TABLE audit_trail DELETE WHERE seq = 21 SETTINGS mutations_sync = 2", queries.AuditTruncated},
		{"ALTER TABLE audit_trail DELETE WHERE seq > 10 SETTINGS mutations_sync = 2", queries.AuditTruncated},
		{"TRUNCATE TABLE audit_trail", queries.AuditEmptied},
		{"INSERT INTO audit_trail SELECT * FROM audit_trail WHERE seq = 5", queries.AuditInserted},
		{"INSERT INTO audit_trail (" + columns + ") SELECT 0, 0, at, account, token, action, object, detail, address, before, hash FROM kept WHERE seq = 5", queries.AuditInserted},
		{"INSERT INTO audit_trail (" + columns + ") SELECT 22, 22, at, account, token, action, object, detail, address, hash, before FROM kept WHERE seq = 21", queries.AuditChanged},
	} {
		exec(c.statement)
		t.Run(c.statement, func(t *testing.T) { faulty(t, s, o, "", c.code) })
		exec("TRUNCATE TABLE audit_trail")
		exec("INSERT INTO audit_trail SELECT * FROM kept")
	}
	sound(t, s, o, 21)
}

func TestAuditTrailRefusesWhatItCannotKeep(t *testing.T) {
	s := querytest.New(t)
	o := queries.AuditOptions{Folder: t.TempDir(), Anchor: filepath.Join(t.TempDir(), "anchor")}
	trail := openTrail(t, s, o)
	record(t, trail, 1)
	if err := os.Rename(o.Anchor, o.Anchor+".aside"); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(o.Anchor, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := trail.Record(t.Context(), queries.AuditEntry{Action: "export"}); err == nil {
		t.Error("recorded without an anchor")
	}
	if err := errors.Join(os.Remove(o.Anchor), os.Rename(o.Anchor+".aside", o.Anchor)); err != nil {
		t.Fatal(err)
	}
	record(t, trail, 1)
	sound(t, s, o, 3)
	if err := s.Exec(t.Context(), "RENAME TABLE audit_trail TO aside"); err != nil {
		t.Fatal(err)
	}
	if err := trail.Record(t.Context(), queries.AuditEntry{Action: "export"}); err == nil {
		t.Error("recorded without the table")
	}
	if err := s.Exec(t.Context(), "RENAME TABLE aside TO audit_trail"); err != nil {
		t.Fatal(err)
	}
	record(t, trail, 1)
	sound(t, s, o, 4)
	if err := os.Chmod(filepath.Join(o.Folder, "audit.key"), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := queries.OpenAuditTrail(t.Context(), s, o); err == nil || !strings.Contains(err.Error(), "chmod 600") {
		t.Error("a key that others may read:", err)
	}
}

func TestAuditAnchorsAreSentElsewhere(t *testing.T) {
	s := querytest.New(t)
	var mutex sync.Mutex
	var posted []string
	failures := 1
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		defer mutex.Unlock()
		if failures > 0 {
			failures--
			http.Error(w, "not now", http.StatusBadGateway)
			return
		}
		var body struct{ Anchors []string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		posted = append(posted, body.Anchors...)
	}))
	defer web.Close()
	var listening net.ListenConfig
	syslog, err := listening.ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer syslog.Close()
	o := queries.AuditOptions{Folder: t.TempDir(), Webhook: web.URL, Syslog: "udp://" + syslog.LocalAddr().String()}
	trail := openTrail(t, s, o)
	record(t, trail, 3)
	if err := trail.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(o.Folder, "audit.anchor"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	mutex.Lock()
	defer mutex.Unlock()
	if got := strings.Join(posted, "\n"); got != strings.Join(lines, "\n") {
		t.Errorf("the webhook has\n%s\nand the file\n%s", got, text)
	}
	buffer := make([]byte, 2048)
	if err := syslog.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	n, _, err := syslog.ReadFrom(buffer)
	if err != nil || !strings.HasPrefix(string(buffer[:n]), "<109>1 ") || !strings.Contains(string(buffer[:n]), " audit - ") {
		t.Errorf("%q %v", buffer[:n], err)
	}
	copied := filepath.Join(t.TempDir(), "copy")
	if err := os.WriteFile(copied, []byte(strings.Join(posted, "\n")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := queries.VerifyAudit(t.Context(), s, o, copied); err != nil {
		t.Error(err)
	}
}

// BenchmarkAuditRecord is 50 readers at once, each waiting for its own entry.
func BenchmarkAuditRecord(b *testing.B) {
	trail := openTrail(b, querytest.New(b), queries.AuditOptions{Folder: b.TempDir()})
	b.SetParallelism(25) // times two processors
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := trail.Record(context.Background(), queries.AuditEntry{At: time.Now(), Account: "li", Action: "evidence.read", Object: "GET /findings/1"}); err != nil {
				b.Error(err)
			}
		}
	})
}
