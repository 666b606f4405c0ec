package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// sampleLog is the real log that benchmarks multiply.
const sampleLog = "../shared/data/accesslog/apache_combined_10000.log"

// BenchmarkAccessLog collects two million combined log lines into the store and lets GoAccess parse the same file.
func BenchmarkAccessLog(b *testing.B) {
	needEngine(b)
	sample, err := os.ReadFile(sampleLog)
	if err != nil {
		b.Skip("the sample log is not here: ", err)
	}
	dir := b.TempDir()
	log := filepath.Join(dir, "access.log")
	lines := writeCopies(b, log, sample, 200)
	config := filepath.Join(dir, "jianfu.yaml")
	if err := os.WriteFile(config, []byte("clickhouse: {embedded: ./data}\nsources:\n  - {id: log, kind: accesslog, path: ./access.log, format: combined, system: portal}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	jianfu(b.Context(), b) // builds the program before the clock runs
	b.ResetTimer()
	peak := int64(0)
	for range b.N {
		if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
			b.Fatal(err)
		}
		peak = max(peak, runTimed(b, "collect", "-c", config))
	}
	ours := float64(lines) * float64(b.N) / b.Elapsed().Seconds()
	b.StopTimer()
	b.ReportMetric(ours, "lines/s")
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
	path, err := exec.LookPath("goaccess")
	if err != nil {
		b.Log("goaccess is not installed, so there is nothing to compare with")
		return
	}
	began := time.Now()
	// GoAccess takes the times of the log as they are; its report is written and thrown away.
	if out, err := exec.CommandContext(b.Context(), path, log, "--log-format=COMBINED", "--no-progress", "-o", filepath.Join(dir, "report.json")).CombinedOutput(); err != nil {
		b.Fatalf("goaccess: %v\n%s", err, out)
	}
	theirs := float64(lines) / time.Since(began).Seconds()
	b.ReportMetric(theirs, "goaccess-lines/s")
	b.ReportMetric(ours/theirs, "x-goaccess")
}

// runTimed runs the program to its end and gives its peak memory in KiB.
func runTimed(b *testing.B, arguments ...string) int64 {
	c := jianfu(b.Context(), b, arguments...)
	if out, err := c.CombinedOutput(); err != nil && c.ProcessState.ExitCode() != exitQuarantined {
		b.Fatalf("jianfu %s: %v\n%s", strings.Join(arguments, " "), err, out)
	}
	return peakKiB(c.ProcessState)
}

// writeCopies writes the sample many times and makes every line another one, by its path.
func writeCopies(b *testing.B, path string, sample []byte, copies int) int {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	n := 0
	for i := range copies {
		for line := range bytes.Lines(sample) {
			at := bytes.IndexByte(line, '"')
			end := bytes.IndexByte(line[at:], ' ')
			end2 := bytes.IndexByte(line[at+end+1:], ' ')
			if at < 0 || end < 0 || end2 < 0 {
				w.Write(line)
				n++
				continue
			}
			cut := at + end + 1 + end2
			w.Write(line[:cut])
			w.WriteString("?copy=")
			w.WriteString(strconv.Itoa(i))
			w.Write(line[cut:])
			n++
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return n
}

// BenchmarkImport imports a million submissions of ten fields, and imports them again.
func BenchmarkImport(b *testing.B) {
	needEngine(b)
	const records, fields = 1_000_000, 10
	dir := b.TempDir()
	file := filepath.Join(dir, "records.ndjson")
	writeSubmissions(b, file, records, fields)
	data := filepath.Join(dir, "data")
	jianfu(b.Context(), b) // builds the program before the clock runs
	b.ResetTimer()
	peak := int64(0)
	for range b.N {
		if err := os.RemoveAll(data); err != nil {
			b.Fatal(err)
		}
		peak = max(peak, runTimed(b, "import", "--embedded", data, file))
	}
	b.StopTimer()
	b.ReportMetric(records*fields*float64(b.N)/b.Elapsed().Seconds(), "values/s")
	b.ReportMetric(float64(peak)/1024, "peak-MiB")
	began := time.Now()
	runTimed(b, "import", "--embedded", data, file)
	b.ReportMetric(records*fields/time.Since(began).Seconds(), "again-values/s")
	out, err := jianfu(b.Context(), b, "sql", "--embedded", data, "SELECT count(), uniqExact(key) FROM submissions").Output()
	if want := fmt.Sprintf("%d\t%d", records, records); err != nil || strings.TrimSpace(string(out)) != want {
		b.Fatalf("stored and distinct: %s, want %s (%v)", out, want, err)
	}
}

func writeSubmissions(b *testing.B, path string, records, fields int) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriterSize(f, 1<<20)
	random := rand.New(rand.NewPCG(1, 2))
	begin := time.Date(2025, 1, 1, 8, 0, 0, 0, time.UTC)
	for i := range records {
		month := i / (records / 18)
		fmt.Fprintf(w, `{"type":"submission","form":"form-%d","unit":"99010%04d0000","period":"%s","submitted_at":"%s","reporter":"r%d","values":{`,
			i%40, i%2000, begin.AddDate(0, month, 0).Format("2006-01"), begin.AddDate(0, month+1, 0).Add(time.Duration(i%100000)*time.Second).Format(time.RFC3339), i%2000)
		for k := range fields {
			if k > 0 {
				io.WriteString(w, ",")
			}
			fmt.Fprintf(w, `"field_%d":%d`, k, random.IntN(5000))
		}
		io.WriteString(w, "}}\n")
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
}
