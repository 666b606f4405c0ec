package ndjson

import (
	"bytes"
	"context"
	"fmt"
	"testing"

	"github.com/jianfu/jianfu/collector"
)

// submissionLines makes n submissions of ten fields: six numbers, four texts.
func submissionLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"type":"submission","form":"pop-month","unit":"3301%05d","period":"2026-%02d","submitted_at":"2026-07-%02dT%02d:%02d:%02d+08:00","reporter":"u%d","channel":"web","subject":"h%d",`+
			`"values":{"households":%d,"population":%d,"income":%d.%02d,"area":%d.5,"male":%d,"female":%d,"village_head":"张三%d","phone":"138%08d","poor":"否","note":"本月无变化"}}`+"\n",
			i%150, i%6+1, i%28+1, i%24, i%60, i%60, i%900, i, 200+i%100, 900+i%700, 10000+i%9999, i%100, i%500, 400+i%300, 400+i%301, i%77, i*7919%100000000)
	}
	return b.Bytes()
}

func usageLines(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, `{"type":"usage","system":"portal","time":"2026-07-%02dT%02d:%02d:%02dZ","actor":"u%d","unit":"3301%05d","action":"view","object":"/form/%d/edit","status":200,"duration_ms":%d,"client":"chrome"}`+"\n",
			i%28+1, i%24, i%60, i%60, i%900, i%150, i, i%5000)
	}
	return b.Bytes()
}

func benchmark(b *testing.B, lines []byte, records int) {
	b.SetBytes(int64(len(lines)))
	b.ReportAllocs()
	o := Options{Pseudonym: collector.NewPseudonymizer(make([]byte, 32))}
	var sink discard
	for b.Loop() {
		if _, err := Read(context.Background(), bytes.NewReader(lines), "bench", o, &sink); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(records*b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(sink.values)/b.Elapsed().Seconds(), "values/s")
}

func BenchmarkSubmissions(b *testing.B) { benchmark(b, submissionLines(100_000), 100_000) }
func BenchmarkUsage(b *testing.B)       { benchmark(b, usageLines(100_000), 100_000) }
