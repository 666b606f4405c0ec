package analyzer_test

import (
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
}

func (c countySource) Collect(ctx context.Context, _ collector.Checkpoint, out collector.Sink) error {
	reader, writer := io.Pipe()
	go func() { writer.CloseWithError(c.county.Interchange(writer)) }()
	_, err := ndjson.Read(ctx, reader, "county", ndjson.Options{Source: "import", Pseudonym: c.pseudonym}, out)
	return errors.Join(err, reader.Close())
}

func (countySource) Check(context.Context) error { return nil }

// simulate builds a county and stores it in a database of its own.
func simulate(t testing.TB, o demo.Options) simulated {
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
	result, err := runner.Run(ctx, collector.Job{ID: "import", Kind: "import", Source: countySource{county, runner.Pseudonym}})
	if err != nil || result.Rejected > 0 {
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
