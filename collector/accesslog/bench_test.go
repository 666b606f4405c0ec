package accesslog

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// discard is a sink that only counts.
type discard struct{ memory }

func (d *discard) Usage(_ context.Context, b *queries.UsageColumns) error {
	d.marks += b.Len()
	return nil
}
func (d *discard) Mark(context.Context, collector.Checkpoint) error { return nil }

// repeated writes the 10,000 real lines many times, every time three days later, so that no line occurs twice.
func repeated(b *testing.B, times int) (path string, lines int) {
	text, err := os.ReadFile(sharedData(b, "apache_combined_10000.log"))
	if err != nil {
		b.Fatal(err)
	}
	path = filepath.Join(b.TempDir(), "access.log")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	out := bufio.NewWriterSize(f, 1<<20)
	for i := range times {
		for line := range bytes.Lines(text) {
			open, shut := bytes.IndexByte(line, '['), bytes.IndexByte(line, ']')
			at, err := time.Parse("02/Jan/2006:15:04:05 -0700", string(line[open+1:shut]))
			if err != nil {
				b.Fatal(err)
			}
			fmt.Fprintf(out, "%s%s%s", line[:open+1], at.AddDate(0, 0, 3*i).Format("02/Jan/2006:15:04:05 -0700"), line[shut:])
			lines++
		}
	}
	if err := out.Flush(); err != nil {
		b.Fatal(err)
	}
	if err := f.Close(); err != nil {
		b.Fatal(err)
	}
	return path, lines
}

// processorTime is what the process used of the processors, which tells more than the clock on a busy machine.
func processorTime(b *testing.B) time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		b.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

// BenchmarkCollect parses 2,000,000 combined lines. GoAccess, where it is installed, parses the same file.
func BenchmarkCollect(b *testing.B) {
	path, lines := repeated(b, 200)
	b.Run("jianfu", func(b *testing.B) {
		before := processorTime(b)
		for b.Loop() {
			out := &discard{}
			if err := sourceOf(b, "{path: "+path+", system: portal}").Collect(b.Context(), nil, out); err != nil {
				b.Fatal(err)
			}
			if out.marks != lines {
				b.Fatalf("%d of %d lines", out.marks, lines)
			}
		}
		b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
		b.ReportMetric(float64((processorTime(b)-before).Nanoseconds())/float64(lines*b.N), "cpu-ns/line")
	})
	b.Run("goaccess", func(b *testing.B) {
		program, err := exec.LookPath("goaccess")
		if err != nil {
			b.Skip("goaccess is not installed")
		}
		for b.Loop() {
			out := filepath.Join(b.TempDir(), "report.json")
			command := exec.CommandContext(b.Context(), program, path, "--log-format=COMBINED", "--no-global-config", "--no-progress", "-o", out)
			if text, err := command.CombinedOutput(); err != nil {
				b.Fatalf("%v: %s", err, text)
			}
		}
		b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
	})
}
