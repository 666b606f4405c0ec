package accesslog

import (
	"bytes"
	"compress/gzip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	agents "github.com/monperrus/crawler-user-agents"

	"github.com/jianfu/jianfu/queries"
)

// TestSample reads 10,000 real lines: none may be lost, none read twice.
func TestSample(t *testing.T) {
	path := sharedData(t, "apache_combined_10000.log")
	s := sourceOf(t, "{path: "+path+", system: portal}")
	m := &memory{}
	collect(t, s, m)
	if len(m.events)+len(m.rejected) != 10_000 || len(m.rejected) != 0 {
		t.Fatalf("stored %d and rejected %d of 10,000 lines: %v", len(m.events), len(m.rejected), m.rejected)
	}
	again := m.restart()
	collect(t, s, again)
	if len(again.events)+len(again.rejected) != 0 {
		t.Errorf("a second run stored %d lines", len(again.events))
	}

	positions := map[uint64]bool{}
	traffic := map[string]int{}
	actions := map[string]int{}
	for _, e := range m.events {
		positions[e.Position] = true
		traffic[e.Traffic]++
		actions[e.Action]++
	}
	if len(positions) != 10_000 {
		t.Errorf("%d positions for 10,000 lines", len(positions))
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	crawlers, number := 0, 0
	for line := range strings.Lines(string(text)) {
		header := strings.Split(line, `"`)[5]
		known, e := agents.IsCrawler(header), m.events[number]
		if known {
			crawlers++
		}
		a := agentOf(header)
		if known && a.class != agentProgram && e.Traffic != "bot" || !known && a.class == agentPerson && e.Traffic == "bot" {
			t.Fatalf("line %d of %q is %s", number+1, header, e.Traffic)
		}
		number++
	}
	if crawlers < 1291 || traffic["bot"] < 1291 {
		t.Errorf("%d lines of bots, %d of the list of crawlers; 1,291 carry a bot's name", traffic["bot"], crawlers)
	}
	if actions["submit"] != 5 {
		t.Errorf("%d submissions of 5 POSTs", actions["submit"])
	}
}

// TestPlainAndPackedAgree reads the sample plain and packed: the blocks must be the same, and side by side it is read once.
func TestPlainAndPackedAgree(t *testing.T) {
	text, err := os.ReadFile(sharedData(t, "apache_combined_10000.log"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	plain, packed := filepath.Join(folder, "access.log"), filepath.Join(folder, "access.log.gz")
	write(t, plain, text)
	var buffer bytes.Buffer
	z := gzip.NewWriter(&buffer)
	if _, err := z.Write(text); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	write(t, packed, buffer.Bytes())

	one, other, both := &memory{}, &memory{}, &memory{}
	collect(t, sourceOf(t, "{path: "+plain+", system: portal}"), one)
	collect(t, sourceOf(t, "{path: "+packed+", system: portal}"), other)
	collect(t, sourceOf(t, "{path: "+folder+"/*, system: portal}"), both)
	if diff := cmp.Diff(one.events, other.events); diff != "" {
		t.Errorf("plain and gz differ: %s", diff)
	}
	if len(both.events) != 10_000 {
		t.Errorf("%d events of two copies of 10,000 lines", len(both.events))
	}
	posts := 0
	for _, e := range one.events {
		if e.Action == "submit" || e.Action == "create" || e.Action == "update" {
			posts++
		}
		if e.System != "portal" || e.Status == 0 || e.Actor == 0 || e.Traffic == string(queries.Vendor) {
			t.Fatalf("unexpected event %+v", e)
		}
	}
	if posts > 5 {
		t.Errorf("%d events of writing; the log has 5 POSTs", posts)
	}
}
