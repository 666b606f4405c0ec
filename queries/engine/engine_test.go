package engine_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jianfu/jianfu/queries/engine"
)

func ask(t *testing.T, transport http.RoundTripper, query string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://engine/?default_format=TSV", strings.NewReader(query))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := transport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}

// TestOwnerAndGuest opens a folder that a killed process left its socket in, lets a second opener find it busy, and reaches
// the owner through the socket.
func TestOwnerAndGuest(t *testing.T) {
	if _, err := engine.Locate(); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	dir := t.TempDir()
	for _, stale := range []string{"jianfu.sock", "jianfu.lock"} {
		if err := os.WriteFile(filepath.Join(dir, stale), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	owner, err := engine.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := owner.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := engine.Open(t.Context(), dir); !errors.Is(err, engine.ErrBusy) {
		t.Fatalf("a second owner must be told that the folder is busy, got %v", err)
	}
	guest, err := engine.Dial(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer guest.(*http.Transport).CloseIdleConnections()
	for name, transport := range map[string]http.RoundTripper{"owner": owner.Transport(), "guest": guest} {
		if status, text := ask(t, transport, "/* a comment */ SELECT 'a\\tb', 2"); status != http.StatusOK || text != "a\\tb\t2\n" {
			t.Errorf("%s: %d %q", name, status, text)
		}
		if status, text := ask(t, transport, "SELECT * FROM nowhere"); status == http.StatusOK || !strings.Contains(text, "Code: 60.") {
			t.Errorf("%s: an unknown table must be code 60: %d %q", name, status, text)
		}
		// An error in mid-stream comes in ClickHouse's own framing, because the status has gone out.
		if _, text := ask(t, transport, "SELECT throwIf(number = 3000000, 'late') FROM numbers(4000000) SETTINGS max_block_size = 65536"); !strings.Contains(text, "__exception__") || !strings.Contains(text, "Code: 395.") {
			t.Errorf("%s: a late error is missing at the end of %d bytes", name, len(text))
		}
	}
	socket, err := os.Stat(filepath.Join(dir, "jianfu.sock"))
	if err == nil && socket.Mode().Perm() != 0o600 {
		t.Errorf("the socket must be its owner's alone, mode %v", socket.Mode())
	}
}

func TestMissingLibraryIsSaidInOneSentence(t *testing.T) {
	t.Setenv("JIANFU_ENGINE", filepath.Join(t.TempDir(), "libchdb.so"))
	if _, err := engine.Open(t.Context(), t.TempDir()); err == nil || !strings.Contains(err.Error(), "JIANFU_ENGINE") {
		t.Error(err)
	}
	t.Setenv("JIANFU_ENGINE", "")
	t.Chdir(t.TempDir())
	if _, err := engine.Locate(); !errors.Is(err, engine.ErrMissing) || !strings.Contains(err.Error(), "make engine") {
		t.Error(err)
	}
}
