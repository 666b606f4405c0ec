//go:build linux

package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jianfu/jianfu/queries/engine"
)

// pageReaders is how many people read at once.
const pageReaders = 50

// pagePassword is that of all accounts of the benchmark.
const pagePassword = "correct horse battery staple 50"

// BenchmarkPages lets fifty people of all roles and different scopes read the pages of a running service at once, each with a
// session of their own: without a pause, and with about a second between two pages. JIANFU_BENCH_EVENTS is the number of events,
// those of a county of 30 villages where unset; JIANFU_BENCH_DIR is a folder that keeps the county for the next time.
func BenchmarkPages(b *testing.B) {
	needEngine(b)
	config := pageCounty(b)
	base, process := servePageCounty(b, config)
	readers := pagePeople(b, base)
	for _, mode := range []struct {
		name  string
		pause time.Duration
	}{{"at-once", 0}, {"a-page-a-second", time.Second}} {
		b.Run(mode.name, func(b *testing.B) {
			for b.Loop() {
				readPages(b, base, process, readers, mode.pause)
			}
		})
	}
}

// pageCounty is a county that was collected, multiplied and analysed, with accounts. It gives its configuration.
func pageCounty(b *testing.B) string {
	b.Helper()
	events := 0
	if text := os.Getenv("JIANFU_BENCH_EVENTS"); text != "" {
		var err error
		if events, err = strconv.Atoi(text); err != nil {
			b.Fatal(err)
		}
	}
	dir := os.Getenv("JIANFU_BENCH_DIR")
	if dir == "" {
		dir = b.TempDir()
	}
	dir = filepath.Join(dir, "county-"+strconv.Itoa(events))
	config, ready := filepath.Join(dir, "jianfu.yaml"), filepath.Join(dir, "ready")
	if _, err := os.Stat(ready); err == nil {
		return config
	}
	arguments := []string{"demo", "--no-serve", "--dir", dir, "--listen", "127.0.0.1:0"}
	if events == 0 {
		arguments = append(arguments, "--villages", "30")
	}
	runTimed(b, arguments...)
	if events > 0 {
		multiplyEvents(b, filepath.Join(dir, "data"), events)
		begin := time.Now()
		runTimed(b, "analyze", "-c", config)
		b.Logf("analysed in %s", time.Since(begin).Round(time.Second))
	}
	towns := strings.Fields(askPageCounty(b, config, "SELECT code FROM units WHERE code IN (SELECT parent FROM units) AND parent != '' ORDER BY code LIMIT 2"))
	systems := strings.Fields(askPageCounty(b, config, "SELECT id FROM systems ORDER BY id LIMIT 12"))
	if len(towns) < 2 || len(systems) < 12 {
		b.Fatalf("towns %v, systems %v", towns, systems)
	}
	for name, rights := range map[string][]string{
		"inspector": {"--role", "inspector", "--division", "*"}, "inspector-a": {"--role", "inspector", "--division", towns[0]},
		"inspector-b": {"--role", "inspector", "--division", towns[1]}, "leader": {"--role", "leader", "--division", "*"},
		"leader-a": {"--role", "leader", "--division", towns[0]}, "leader-b": {"--role", "leader", "--division", towns[1]},
		"owner-a": {"--role", "owner", "--system", strings.Join(systems[:4], ",")}, "owner-b": {"--role", "owner", "--system", strings.Join(systems[4:12], ",")},
		"auditor": {"--role", "auditor"}, "operator": {"--role", "operator"},
	} {
		c := jianfu(b.Context(), b, append([]string{"account", "add", name, "-c", config}, rights...)...)
		c.Stdin = strings.NewReader(pagePassword + "\n")
		if out, err := c.CombinedOutput(); err != nil {
			b.Fatalf("account %s: %v\n%s", name, err, out)
		}
	}
	if err := os.WriteFile(ready, nil, 0o600); err != nil {
		b.Fatal(err)
	}
	return config
}

func askPageCounty(b *testing.B, config, statement string) string {
	b.Helper()
	out, err := jianfu(b.Context(), b, "sql", "-c", config, statement).Output()
	if err != nil {
		b.Fatal(err)
	}
	return string(out)
}

// multiplyEvents adds copies of all events of a data folder, some seconds later each, until there are as many as asked for.
func multiplyEvents(b *testing.B, dir string, events int) {
	b.Helper()
	e, err := engine.Open(b.Context(), dir)
	if err != nil {
		b.Fatal(err)
	}
	client := &http.Client{Transport: e.Transport()}
	run := func(statement string) string {
		request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, "http://jianfu/", strings.NewReader(statement))
		if err != nil {
			b.Fatal(err)
		}
		res, err := client.Do(request)
		if err != nil {
			b.Fatal(err)
		}
		text, err := io.ReadAll(res.Body)
		if err = errors.Join(err, res.Body.Close()); err != nil || res.StatusCode != http.StatusOK {
			b.Fatalf("%v %s", err, text)
		}
		return strings.TrimSpace(string(text))
	}
	have, err := strconv.Atoi(run("SELECT count() FROM jianfu.usage_events FORMAT TSV"))
	if err != nil {
		b.Fatal(err)
	}
	run("CREATE TABLE jianfu.bench_base ENGINE = MergeTree ORDER BY (system, time) AS SELECT * FROM jianfu.usage_events SETTINGS allow_suspicious_low_cardinality_types = 1")
	for copied := 1; copied*have < events; copied++ {
		run(fmt.Sprintf(`INSERT INTO jianfu.usage_events (system, time, actor, unit, action, traffic, object, form, status, duration_ms, client, source, position, batch)
			SELECT system, time + toIntervalSecond(%d), actor, unit, action, traffic, object, form, status, duration_ms, client, source, position + %d, batch
			FROM jianfu.bench_base LIMIT %d`, copied*29, copied*1_000_003, events-copied*have))
	}
	run("DROP TABLE jianfu.bench_base SYNC")
	b.Logf("%s events", run("SELECT count() FROM jianfu.usage_events FORMAT TSV"))
	if err := e.Close(); err != nil {
		b.Fatal(err)
	}
}

// servePageCounty starts the service and gives its address and its process.
func servePageCounty(b *testing.B, config string) (base string, process int) {
	b.Helper()
	c := jianfu(b.Context(), b, "serve", "-c", config)
	out, err := c.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	log, err := os.Create(filepath.Join(filepath.Dir(config), "serve.log"))
	if err != nil {
		b.Fatal(err)
	}
	c.Stderr = log
	if err := c.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { stopServing(b, c, log) })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	return strings.TrimSuffix(strings.TrimSpace(line), "/"), c.Process.Pid
}

func stopServing(b *testing.B, c *exec.Cmd, log *os.File) {
	if err := errors.Join(c.Process.Signal(os.Interrupt), c.Wait(), log.Close()); err != nil {
		b.Log(err)
	}
}

// pageReader is one person at one browser.
type pageReader struct {
	name, cookie string
	client       *http.Client
	paths        []string
}

// rolePages are the pages that a role goes through; what these link to is read too.
var rolePages = map[string][]string{
	"inspector": {"/", "/findings", "/findings?page=2", "/findings?family=fabrication", "/verify", "/cases", "/duplicates", "/items", "/plan", "/systems", "/retirements", "/burden", "/departments", "/units", "/search?q=zh", "/methods", "/help"},
	"leader":    {"/", "/findings", "/duplicates", "/items", "/plan", "/systems", "/retirements", "/burden", "/departments", "/units", "/search?q=zh", "/methods"},
	"owner":     {"/findings", "/systems", "/inbox", "/retirements", "/search?q=zh", "/help"},
	"operator":  {"/sources", "/help"},
	"auditor":   {"/audit", "/audit?page=2", "/help"},
}

var pageLink = regexp.MustCompile(`href="(/(?:findings|verify|cases|duplicates|items|systems|retirements|departments|units)/[^"?#.]+)[?#"]`)

// pagePeople sign in, each from an address of its own, and look once at the pages of their role to find what these link to.
func pagePeople(b *testing.B, base string) []*pageReader {
	b.Helper()
	accounts := []string{"inspector", "leader", "owner-a", "inspector-a", "leader-a", "owner-b", "inspector-b", "leader-b", "auditor", "inspector", "leader", "operator"}
	var out []*pageReader
	for i := range pageReaders {
		from := &net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(i+1))}}
		p := &pageReader{name: accounts[i%len(accounts)], client: &http.Client{
			Transport:     &http.Transport{DialContext: from.DialContext},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}}
		p.signIn(b, base)
		role, _, _ := strings.Cut(p.name, "-")
		more := map[string][]string{}
		for _, path := range rolePages[role] {
			_, body, err := p.get(b.Context(), base+path)
			if err != nil {
				b.Fatalf("%s: %v", p.name, err)
			}
			p.paths = append(p.paths, path)
			for _, link := range linked(body) {
				if kind := pageKind(link); !slices.Contains(more[kind], link) && may(role, kind) {
					more[kind] = append(more[kind], link)
				}
			}
		}
		for _, all := range more {
			p.paths = append(p.paths, all[:min(len(all), 8)]...)
		}
		out = append(out, p)
		b.Cleanup(p.client.CloseIdleConnections)
	}
	return out
}

// may says that a role opens a kind of page: the file of one village is for inspectors.
func may(role, kind string) bool { return role == "inspector" || kind != "/units/…" }

// pageKind is the route of a path, near enough to count by.
func pageKind(path string) string {
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(strings.Trim(path, "/"), "/")
	if len(parts) == 1 {
		return "/" + parts[0]
	}
	return "/" + parts[0] + "/…" + strings.Repeat("/…", len(parts)-2)
}

func (p *pageReader) signIn(b *testing.B, base string) {
	b.Helper()
	form := url.Values{"name": {p.name}, "password": {pagePassword}}
	request, err := http.NewRequestWithContext(b.Context(), http.MethodPost, base+"/signin", strings.NewReader(form.Encode()))
	if err != nil {
		b.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Origin", base)
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	res, err := p.client.Do(request)
	if err != nil {
		b.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if c.Name == "jianfu_session" {
			p.cookie = c.Value
		}
	}
	if p.cookie == "" {
		b.Fatalf("unable to sign in as %s: %s", p.name, res.Status)
	}
}

// get reads a page to its end and gives how many bytes came over the wire.
func (p *pageReader) get(ctx context.Context, address string) (transferred int, body []byte, err error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return 0, nil, err
	}
	request.Header.Set("Cookie", "jianfu_session="+p.cookie)
	request.Header.Set("Accept-Language", "zh-CN")
	request.Header.Set("Accept-Encoding", "gzip") // as browsers do; what came is counted as it came
	res, err := p.client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", address, res.Status)
	}
	return len(text), text, err
}

// linked are the addresses of other pages on a page.
func linked(page []byte) (out []string) {
	if unpacked, err := gzip.NewReader(bytes.NewReader(page)); err == nil {
		if text, err := io.ReadAll(unpacked); err == nil {
			page = text
		}
	}
	for _, m := range pageLink.FindAllSubmatch(page, -1) {
		out = append(out, string(m[1]))
	}
	return out
}

// pageTimes is what was measured of one route.
type pageTimes struct {
	times []time.Duration
	most  int // bytes
}

func (t *pageTimes) quantile(q float64) time.Duration {
	if len(t.times) == 0 {
		return 0
	}
	return t.times[min(len(t.times)-1, int(q*float64(len(t.times))))]
}

// readPages lets all read for a while and reports how long they waited.
func readPages(b *testing.B, base string, process int, readers []*pageReader, pause time.Duration) {
	b.Helper()
	const long = 20 * time.Second
	ctx, cancel := context.WithTimeout(b.Context(), 2*long)
	defer cancel()
	var mutex sync.Mutex
	routes, all := map[string]*pageTimes{}, &pageTimes{}
	began, used := time.Now(), processorTime(b, process)
	var group sync.WaitGroup
	for i, p := range readers {
		group.Go(func() {
			random := rand.New(rand.NewPCG(50, uint64(i)))
			for time.Since(began) < long {
				if pause > 0 {
					time.Sleep(pause/2 + time.Duration(random.Int64N(int64(pause))))
				}
				path := p.paths[random.IntN(len(p.paths))]
				asked := time.Now()
				n, _, err := p.get(ctx, base+path)
				took := time.Since(asked)
				if err != nil {
					b.Errorf("%s %s: %v", p.name, path, err)
					return
				}
				mutex.Lock()
				kind := pageKind(path)
				if routes[kind] == nil {
					routes[kind] = &pageTimes{}
				}
				for _, t := range []*pageTimes{routes[kind], all} {
					t.times, t.most = append(t.times, took), max(t.most, n)
				}
				mutex.Unlock()
			}
		})
	}
	group.Wait()
	elapsed, processor := time.Since(began), processorTime(b, process)-used
	var names []string
	for name, t := range routes {
		names = append(names, name)
		slices.Sort(t.times)
	}
	slices.Sort(all.times)
	slices.Sort(names)
	for _, name := range names {
		t := routes[name]
		b.Logf("%-22s %6d pages  p50 %8s  p99 %8s  up to %4d kB", name, len(t.times), t.quantile(.5).Round(100*time.Microsecond), t.quantile(.99).Round(100*time.Microsecond), t.most/1000)
	}
	milliseconds := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	b.ReportMetric(milliseconds(all.quantile(.5)), "ms-p50")
	b.ReportMetric(milliseconds(all.quantile(.99)), "ms-p99")
	b.ReportMetric(float64(len(all.times))/elapsed.Seconds(), "pages/s")
	b.ReportMetric(milliseconds(processor)/float64(len(all.times)), "cpu-ms/page")
	b.ReportMetric(float64(all.most)/1000, "kB-most")
}

// processorTime is what a process has used of the processors, user and system, after proc(5).
func processorTime(b *testing.B, process int) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", process))
	if err != nil {
		b.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	fields := strings.Fields(rest)
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / 100
}
