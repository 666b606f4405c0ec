package analyzer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/collector/ndjson"
	"github.com/jianfu/jianfu/demo"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// simulated is a county that was handed in as interchange records, as `jianfu import` takes them.
type simulated struct {
	input  analyzer.Input
	truth  *demo.Truth
	county *demo.County
}

// countySource reads what a county writes.
type countySource struct {
	county    *demo.County
	pseudonym *collector.Pseudonymizer
	without   string // records of this type are left out
}

func (c countySource) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(c.county.Interchange(&recordFilter{to: writer, without: c.without})) }()
	_, err := ndjson.Read(ctx, reader, "county", ndjson.Options{Source: "import", Pseudonym: c.pseudonym}, out)
	return errors.Join(err, reader.Close())
}

func (countySource) Check(context.Context) error { return nil }

// recordFilter leaves out the records of one type, which a record names first.
type recordFilter struct {
	to      io.Writer
	without string
	rest    []byte // of a line
}

func (f *recordFilter) Write(p []byte) (int, error) {
	if f.without == "" {
		return f.to.Write(p)
	}
	f.rest = append(f.rest, p...)
	kept, start := f.rest[:0:0], 0
	for i, c := range f.rest {
		if c != '\n' {
			continue
		}
		if line := f.rest[start : i+1]; !bytes.HasPrefix(line, []byte(`{"type":"`+f.without+`"`)) {
			kept = append(kept, line...)
		}
		start = i + 1
	}
	f.rest = append([]byte(nil), f.rest[start:]...)
	_, err := f.to.Write(kept)
	return len(p), err
}

// simulate builds a county and stores it in a database of its own.
func simulate(t testing.TB, o demo.Options) simulated {
	t.Helper()
	return simulateWithout(t, o, "")
}

// simulateWithout leaves out the records of one type.
func simulateWithout(t testing.TB, o demo.Options, without string) simulated {
	t.Helper()
	ctx := t.Context()
	county, err := demo.Build(ctx, o, nil)
	if err != nil {
		t.Fatal(err)
	}
	store := querytest.New(t)
	registry, err := queries.OpenRegistry(ctx, store)
	if err != nil {
		t.Fatal(err)
	}
	runner := &collector.Runner{
		Store: store, Registry: registry, Pseudonym: collector.NewPseudonymizer([]byte("a key for tests, 32 bytes long..")),
		Log: zerolog.Nop(), Locks: t.TempDir(),
	}
	result, err := runner.Run(ctx, collector.Job{ID: "import", Kind: "import", Source: countySource{county, runner.Pseudonym, without}})
	if err != nil || int(result.Rejected) > len(county.Truth().Refused) { // biometric fields are refused on arrival
		t.Fatalf("%d records were refused: %v", result.Rejected, err)
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		t.Fatal(err)
	}
	asOf := county.AsOf()
	to := time.Date(asOf.Year(), asOf.Month(), asOf.Day(), 0, 0, 0, 0, time.UTC)
	return simulated{input: analyzer.Input{
		Store: store, Registry: registry, Policy: policy,
		Window: analyzer.Window{From: to.AddDate(0, 0, 1-policy.Window), To: to, AsOf: asOf},
	}, truth: county.Truth(), county: county}
}
