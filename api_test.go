package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestExamplesOfTheAPIWork runs the curl commands of docs/api.md, as they stand there, against a service with a small store.
func TestExamplesOfTheAPIWork(t *testing.T) {
	needEngine(t)
	for _, program := range []string{"curl", "sh"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skip(program, "is not installed")
		}
	}
	doc, err := os.ReadFile("docs/api.md")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	data, input := filepath.Join(dir, "data"), filepath.Join(dir, "records.ndjson")
	records := `{"type":"system","id":"mz","name":"民政信息平台","owner":"民政局","level":"county"}
{"type":"unit","code":"990101001001","name":"东村","kind":"village"}
{"type":"form","id":"pop","system":"mz","title":"人口月报","cycle":"month","fields":[{"id":"n","label":"户数","type":"integer"}]}
{"type":"submission","form":"pop","unit":"990101001001","period":"2026-06","submitted_at":"2026-07-03T09:12:44+08:00","reporter":"zhangsan","values":{"n":312}}
{"type":"usage","system":"mz","time":"2026-06-03T09:12:44+08:00","actor":"zhangsan","unit":"990101001001","action":"submit"}
`
	if err := os.WriteFile(input, []byte(records), 0o600); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(dir, "jianfu.yaml")
	if err := os.WriteFile(config, []byte("clickhouse: {embedded: "+data+"}\nlisten: 127.0.0.1:0\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, arguments := range [][]string{{"import", "-c", config, input}, {"analyze", "-c", config}} {
		var out, progress bytes.Buffer
		if code := run(t.Context(), arguments, strings.NewReader(""), &out, &progress); code != 0 {
			t.Fatalf("%v: %d %s", arguments, code, progress.String())
		}
	}
	ctx, stop := context.WithCancel(t.Context())
	lines := &firstLine{told: make(chan string, 1)}
	var progress bytes.Buffer
	ended := make(chan int, 1)
	go func() { ended <- run(ctx, []string{"serve", "-c", config}, strings.NewReader(""), lines, &progress) }()
	defer func() {
		stop()
		if code := <-ended; code != 0 {
			t.Errorf("serve ended with %d: %s", code, progress.String())
		}
	}()
	var address string
	select {
	case address = <-lines.told:
	case <-time.After(30 * time.Second):
		t.Fatal("no address")
	}
	site, token, found := strings.Cut(strings.TrimSpace(address), "/?token=")
	if !found {
		t.Fatalf("address %q", address)
	}
	var commands []string
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllSubmatch(doc, -1) {
		for _, line := range strings.Split(strings.ReplaceAll(string(block[1]), "\\\n", " "), "\n") {
			if strings.HasPrefix(line, "curl") {
				commands = append(commands, line)
			}
		}
	}
	if len(commands) < 15 {
		t.Fatalf("%d examples", len(commands))
	}
	for _, line := range commands {
		c := exec.CommandContext(ctx, "sh", "-c", line)
		c.Dir = dir
		c.Env = append(os.Environ(), "JIANFU_URL="+site, "JIANFU_TOKEN="+token, "no_proxy=127.0.0.1")
		out, err := c.CombinedOutput()
		switch {
		case err != nil:
			t.Errorf("%s: %v %s", line, err, out)
		case strings.Contains(line, "nosuchline"):
			if !strings.Contains(string(out), `"code":"stale_plan"`) {
				t.Errorf("%s: %s", line, out)
			}
		case len(out) == 0 && !strings.Contains(line, "-o ") && !strings.Contains(line, "exports/findings"):
			t.Errorf("%s says nothing", line)
		}
	}
}

// firstLine hands on the first thing that is written.
type firstLine struct{ told chan string }

// Write implements io.Writer.
func (f *firstLine) Write(b []byte) (int, error) {
	select {
	case f.told <- string(b):
	default:
	}
	return len(b), nil
}
