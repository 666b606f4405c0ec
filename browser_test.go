package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// installed finds a program of Debian's packages; a missing one skips the test at home and fails it in CI.
func installed(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
		if _, err := os.Stat("/usr/sbin/" + name); err == nil {
			return "/usr/sbin/" + name
		}
	}
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is not installed; .ci/run installs it", names[0])
	}
	t.Skipf("%s is not installed", names[0])
	return ""
}

// TestFromUpstreamToBrowser lets people use a real nginx, collects its log, analyses it, serves the pages and reads them in
// a real browser.
func TestFromUpstreamToBrowser(t *testing.T) {
	needEngine(t)
	nginx, chromium := installed(t, "nginx"), installed(t, "chromium", "chromium-browser", "google-chrome")
	jianfu(t.Context(), t) // builds the program before the clock runs
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	address := startNginx(ctx, t, nginx, dir)
	for i := range 40 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, fmt.Sprintf("http://%s/forms/%d", address, i), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("User-Agent", "Mozilla/5.0 (Windows NT 10.0) Chrome/120.0")
		request.SetBasicAuth(fmt.Sprintf("user%d", i%5), "x")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
	}
	config := filepath.Join(dir, "jianfu.yaml")
	write(t, config, "clickhouse: {embedded: ./data}\nlisten: 127.0.0.1:0\nsources:\n  - {id: gateway, kind: accesslog, path: ./access.log, system: portal}\n  - {id: register, kind: ndjson, path: ./register.ndjson}\n")
	write(t, filepath.Join(dir, "register.ndjson"), `{"type":"system","id":"portal","name":"村级事务门户","owner":"大数据局","level":"county","entitled_users":5}`+"\n")
	for _, arguments := range [][]string{{"check"}, {"collect"}, {"analyze"}} {
		if out, err := jianfu(ctx, t, append(arguments, "-c", config)...).CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", arguments[0], err, out)
		}
	}
	page := servePage(ctx, t, config)
	// A second command works beside the running server, through its socket.
	out, err := jianfu(ctx, t, "sql", "-c", config, "SELECT countIf(action = 'view'), uniqExact(actor) FROM usage_events").Output()
	if got := strings.TrimSpace(string(out)); err != nil || got != "40\t5" {
		t.Fatalf("beside the server: %s (%v %s)", got, err, stderr(err))
	}
	base, token, _ := strings.Cut(page, "/?token=")
	postRecords(ctx, t, base, token)
	dom := browse(ctx, t, chromium, base+"/systems?token="+token)
	for _, want := range []string{"村级事务门户", "大数据局"} {
		if !strings.Contains(dom, want) {
			t.Errorf("the page of systems does not show %q:\n%.2000s", want, dom)
		}
	}
	if dom := browse(ctx, t, chromium, base+"/systems"); strings.Contains(dom, "村级事务门户") {
		t.Error("without a token the page must show nothing")
	}
}

// postRecords hands records to the running server, twice: the second time adds nothing.
func postRecords(ctx context.Context, t *testing.T, base, token string) {
	t.Helper()
	post := func(token string) (int, string) {
		body := strings.NewReader(`{"type":"usage","system":"portal","time":"2026-05-02T08:00:00Z","actor":"li","action":"approve"}` + "\nnot json\n")
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, base+"/api/v1/records", body)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		text, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Fatal(err)
		}
		return answer.StatusCode, strings.TrimSpace(string(text))
	}
	if status, text := post(token); status != http.StatusOK || text != `{"known":0,"quarantined":1,"submissions":0,"usage":1}` {
		t.Errorf("first post: %d %s", status, text)
	}
	if status, text := post(token); status != http.StatusOK || text != `{"known":2,"quarantined":0,"submissions":0,"usage":0}` {
		t.Errorf("second post: %d %s", status, text)
	}
	if status, _ := post("a guess of sixteen letters"); status != http.StatusUnauthorized {
		t.Errorf("a wrong token must be refused with 401, got %d", status)
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// startNginx serves every path on a free port of the loopback address until the test ends.
func startNginx(ctx context.Context, t *testing.T, nginx, dir string) string {
	t.Helper()
	free, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := free.Addr().String()
	free.Close()
	conf := filepath.Join(dir, "nginx.conf")
	write(t, conf, fmt.Sprintf(`daemon off; pid %[1]s/nginx.pid; error_log %[1]s/error.log;
events {}
http {
  client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
  access_log %[1]s/access.log combined;
  server { listen %[2]s; location / { return 200 "ok"; } }
}
`, dir, address))
	c := exec.CommandContext(context.WithoutCancel(ctx), nginx, "-p", dir, "-c", conf)
	c.Stderr = os.Stderr
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		_ = c.Wait()
	})
	for range 100 {
		if conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address); err == nil {
			conn.Close()
			return address
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("nginx does not answer")
	return ""
}

// servePage starts 'jianfu serve' and gives the address that it prints.
func servePage(ctx context.Context, t *testing.T, config string) string {
	t.Helper()
	c := jianfu(context.WithoutCancel(ctx), t, "serve", "-c", config) // ended by the cleanup, after the test's context
	var log strings.Builder
	c.Stderr = &log
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		if err := c.Wait(); err != nil {
			t.Errorf("the server did not end well: %v\n%s", err, log.String())
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line)
}

// browse opens a page in a headless browser and gives the document as it stands after loading.
func browse(ctx context.Context, t *testing.T, chromium, url string) string {
	t.Helper()
	c := exec.CommandContext(ctx, chromium, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
		"--disable-component-update", "--disable-sync", "--lang=zh-CN", "--user-data-dir="+t.TempDir(), "--dump-dom", url)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("the browser: %v\n%s", err, stderr(err))
	}
	return string(out)
}
