package analyzer_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"

	"github.com/jianfu/jianfu/analyzer"
	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/queries/querytest"
)

// manyVisits makes n visits inside ClickHouse: 200 units, four accounts each, ten minutes from one visit to the next, 2,000
// households a unit, fixes that err by metres.
func manyVisits(b *testing.B, n int) analyzer.Input {
	b.Helper()
	store := querytest.New(b)
	registry, err := queries.OpenRegistry(b.Context(), store)
	if err != nil {
		b.Fatal(err)
	}
	registry.DeclareSystem(queries.System{ID: "visit-app", Owner: "局", Level: "county", Declared: true})
	registry.DeclareForm(queries.Form{ID: "visits", System: "visit-app", Title: "入户走访", Cycle: "month", Per: "record", Declared: true})
	conn, err := clickhouse.Open(&clickhouse.Options{
		Protocol: clickhouse.HTTP, Addr: []string{"jianfu:0"}, TransportFunc: engineTransport(b), Auth: clickhouse.Auth{Database: store.Database},
	})
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	err = conn.Exec(b.Context(), fmt.Sprintf(`INSERT INTO submissions
		SELECT 'visits' AS form, concat('99', leftPad(toString(intDiv(number, %[1]d)), 4, '0')) AS unit, toStartOfMonth(toDate(begun, 'Asia/Shanghai')) AS period_start,
			formatDateTime(period_start, '%%Y-%%m') AS period, number AS record, begun + 240 + cityHash64(number, 1) %% 300 AS submitted_at, begun AS started_at,
			intDiv(number, %[1]d) * 4 + intDiv(number %% %[1]d, intDiv(%[1]d, 4)) + 1 AS reporter, 'app' AS channel, intDiv(number, %[1]d) * 2000 + cityHash64(number, 2) %% 2000 + 1 AS subject,
			31 + (subject %% 10007) / 20000 + (cityHash64(number, 3) %% 100000) / 1e9 AS lat, 112 + (subject %% 10009) / 20000 + (cityHash64(number, 4) %% 100000) / 1e9 AS lon,
			['present'] AS fields, [toFloat64(number %% 5)] AS numbers, [''] AS texts, number AS key, 'bench' AS source, 1 AS batch
		FROM (SELECT number, toDateTime('2025-07-01 00:00:00', 'UTC') + toUInt64((number %% intDiv(%[1]d, 4)) * 4 * 31000000 / %[1]d + cityHash64(number) %% 300) AS begun FROM numbers(%[2]d))`, n/200, n))
	if err != nil {
		b.Fatal(err)
	}
	for u := range 200 {
		registry.DeclareUnit(queries.Unit{Code: fmt.Sprintf("99%04d", u), Name: fmt.Sprint(u), Kind: "village", Declared: true})
	}
	policy, err := analyzer.DefaultPolicy()
	if err != nil {
		b.Fatal(err)
	}
	to := time.Date(2026, 6, 30, 0, 0, 0, 0, time.UTC)
	return analyzer.Input{Store: store, Registry: registry, Policy: policy, Window: analyzer.Window{From: to.AddDate(0, 0, 1-policy.Window), To: to, AsOf: to}}
}

// BenchmarkVisits judges one and ten million visits; time and memory may grow elevenfold at the most.
func BenchmarkVisits(b *testing.B) {
	for _, n := range []int{1_000_000, 10_000_000} {
		in := manyVisits(b, n)
		for _, id := range []string{"fab-timing", "fab-burst"} {
			b.Run(fmt.Sprintf("%s/%d", id, n), func(b *testing.B) {
				for b.Loop() {
					fabricationFindings(b, in, id)
				}
				b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "visits/s")
			})
		}
	}
}

func engineTransport(b *testing.B) func(*http.Transport) (http.RoundTripper, error) {
	transport := querytest.Engine(b).Transport()
	return func(*http.Transport) (http.RoundTripper, error) { return transport, nil }
}
