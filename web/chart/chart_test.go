package chart

import (
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "write the golden files")

func figures() map[string]Figure {
	months := []string{"2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06"}
	return map[string]Figure{
		"line": {Kind: "line", Title: "三月以后没有使用", Description: "d", X: months, Series: []Series{{"实际操作", []float64{120, 90, math.NaN(), 0, 0, 0}}}},
		"lines": {
			Kind: "line", Title: "two", X: months, Unit: "小时", Expected: []float64{10},
			ExpectedName: "预期", Series: []Series{{"总工时", []float64{46, 45, 47, 43, 42, 40}}, {"重复", []float64{18, 18, 17, 15, 13, 12}}},
		},
		"band": {
			Kind: "line", Title: "前 3 步节省一半", X: []string{"0", "1", "2", "3", "4"}, Unit: "小时", Series: []Series{{"累计节省", []float64{0, 40, 60, 70, 72}}},
			Low: []float64{0, 30, 45, 50, 50}, High: []float64{0, 50, 80, 95, 99}, BandName: "90% 区间", Marks: []Mark{{2.5, 52, "所选 3 步 52 小时"}},
		},
		"peers": {
			Kind: "band", Title: "一个村与同类村", X: months, Unit: "人次", Series: []Series{{"柳河村", []float64{31, 31, 31, math.NaN(), 31, 31}}},
			Bands:       [][]float64{{8, 9, 7, 10, 9, 8}, {15, 17, 14, 18, 16, 15}, {22, 25, 20, 26, 24, 21}, {30, 34, 28, 36, 33, 30}, {52, 61, 49, 66, 58, 50}},
			SpreadNames: [3]string{"5–95", "25–75", "中位数"}, Points: []Point{{X: 1, Y: 31, Name: "二月", Marked: true}}, MarkedName: "线索所指",
		},
		"moments": {
			Kind: "strip", Title: "月底一天填完全年", Rows: []string{"本单位 <&>", "同类单位"}, MarkedName: "线索所指", OtherName: "其他",
			Points: []Point{{X: 1767225600, Y: 0}, {X: 1769904000, Y: 0, Name: "补录", Marked: true}, {X: 1769904001, Y: 0, Marked: true}, {X: 1772323200, Y: 1}, {X: -1, Y: 0}, {X: 1, Y: 9}},
		},
		"heat": {
			Kind: "heat", Title: "各项与邻村相同", X: months, Rows: []string{"清运垃圾（吨）", "排查隐患（处）"}, CellNames: [3]string{"不同", "完全相同", "未报"},
			Cells: [][]float64{{1, 1, 1, 0.5, 0, -1}, {1, 1, 0.2, 0.7}},
		},
		"funnel": {
			Kind: "funnel", Title: "达标率", Unit: "%", SizeName: "样本数", MarkedName: "线索所指", SpreadNames: [3]string{"偶然波动的界限"},
			Points: []Point{{12, 40, "a", false}, {60, 30, "b", false}, {240, 33, "c", false}, {250, 96, "柳河镇东村", true}, {20, 97, "石桥镇东村", true}, {0, 5, "zero", false}},
			Sizes:  []float64{10, 30, 100, 300}, Bands: [][]float64{{0, 8, 20, 26}, {78, 60, 48, 42}},
		},
		"bars": {Kind: "bars", Title: "b", X: []string{"民政", "卫健"}, Series: []Series{{"s", []float64{9.8, -2}}}},
		"compare": {
			Kind: "compare", Title: "末位集中在 0 和 5", X: []string{"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"}, Unit: "%",
			Expected: []float64{10}, ExpectedName: "预期", Series: []Series{{"实际", []float64{27.1, 6.2, 7.5, 6.6, 7.1, 19.8, 6.4, 6.6, 7.3, 5.4}}},
		},
		"rows": {
			Kind: "bars", Title: "r", X: []string{"新时代文明实践志愿服务信息管理与积分兑换一体化应用平台", "民政综合服务平台", "基层卫生健康信息系统 <b>&\"'"},
			Series: []Series{{"a", []float64{120000, 3, 0}}, {"b", []float64{1, 2, 3}}}, Expected: []float64{2, 2, 2}, ExpectedName: "预期",
		},
	}
}

func TestGolden(t *testing.T) {
	for name, f := range figures() {
		for _, size := range []Size{Wide, Narrow} {
			file := name + "-wide.svg"
			if size == Narrow {
				file = name + "-narrow.svg"
			}
			t.Run(file, func(t *testing.T) {
				golden(t, file, Draw(f, size, "fig1"))
			})
		}
	}
	golden(t, "spark.svg", Sparkline([]float64{3, 4, 0, 0, 9}, "五周"))
	golden(t, "strip.svg", Strip([]Day{{Before, "a"}, {Received, "b"}, {Empty, "c"}, {Missing, "d <&>"}}, []bool{false, true, false, false}, "四天"))
	golden(t, "meter.svg", Meter(0.4))
	golden(t, "spread.svg", Spread(50, []float64{4, 9, 12, 18, 40}, "本单位 50 <&>"))
	for _, none := range []string{Spread(math.NaN(), []float64{1, 2, 3, 4, 5}, ""), Spread(1, []float64{1, 2}, ""), Spread(1, []float64{1, 2, 3, 4, math.Inf(1)}, "")} {
		if none != "" {
			t.Error(none)
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got+"\n" != string(want) {
		t.Errorf("%s differs from its golden file; look at the picture, then run the test with -update", name)
	}
}

// Whatever the numbers, a drawing is well-formed XML, names itself, has no style attribute (the content security policy
// forbids them) and no coordinate that is not a number.
func TestDrawingsAreSound(t *testing.T) {
	number := rapid.OneOf(rapid.Float64(), rapid.SampledFrom([]float64{0, math.NaN(), math.Inf(1), math.Inf(-1), 1, -1, 1e-9, 1e15}))
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 60).Draw(t, "n")
		f := Figure{
			Kind: rapid.SampledFrom([]string{"line", "bars", "compare", "band", "strip", "heat", "funnel", "unknown", ""}).Draw(t, "kind"), Title: rapid.String().Draw(t, "title"),
			Unit: rapid.String().Draw(t, "unit"), ExpectedName: "e", X: rapid.SliceOfN(rapid.String(), n, n).Draw(t, "x"),
			Expected: rapid.SliceOfN(number, 0, n).Draw(t, "expected"),
		}
		if rapid.Bool().Draw(t, "banded") {
			f.Low, f.High = rapid.SliceOfN(number, n, n).Draw(t, "low"), rapid.SliceOfN(number, n, n).Draw(t, "high")
			f.Marks = []Mark{{number.Draw(t, "at"), number.Draw(t, "value"), rapid.String().Draw(t, "mark")}}
		}
		row := func(name string) []float64 { return rapid.SliceOfN(number, n, n).Draw(t, name) }
		for range rapid.IntRange(0, 5).Draw(t, "bands") {
			f.Bands = append(f.Bands, row("of a band"))
			f.Rows, f.Cells = append(f.Rows, rapid.String().Draw(t, "row")), append(f.Cells, rapid.SliceOfN(number, 0, n+2).Draw(t, "cells"))
		}
		f.Sizes = row("sizes")
		for range rapid.IntRange(0, 9).Draw(t, "points") {
			f.Points = append(f.Points, Point{number.Draw(t, "px"), rapid.OneOf(number, rapid.Just(1.0)).Draw(t, "py"), rapid.String().Draw(t, "point"), rapid.Bool().Draw(t, "marked")})
		}
		for range rapid.IntRange(0, 5).Draw(t, "series") {
			f.Series = append(f.Series, Series{rapid.String().Draw(t, "name"), rapid.SliceOfN(number, 0, n+2).Draw(t, "values")})
		}
		for _, size := range []Size{Wide, Narrow} {
			svg := Draw(f, size, "fig")
			if svg == "" {
				continue
			}
			sound(t, svg)
		}
	})
}

func sound(t *rapid.T, svg string) {
	decoder := xml.NewDecoder(strings.NewReader(strings.Map(validXML, svg)))
	title, desc := false, false
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		title, desc = title || start.Name.Local == "title", desc || start.Name.Local == "desc"
		for _, a := range start.Attr {
			if a.Name.Local == "style" || strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
				t.Fatalf("%s=%q", a.Name.Local, a.Value)
			}
		}
	}
	if !title || !desc || !strings.HasSuffix(svg, "</svg>") {
		t.Fatalf("no title, no description or no end: %s", svg)
	}
}

// validXML drops characters that no XML document may hold; an HTML parser takes them.
func validXML(r rune) rune {
	if r == '\t' || r == '\n' || r == '\r' || (r >= 0x20 && r <= 0xD7FF) || (r >= 0xE000 && r <= 0xFFFD) || r >= 0x10000 {
		return r
	}
	return -1
}

func TestNothingToDraw(t *testing.T) {
	for name, f := range map[string]Figure{
		"empty":            {Kind: "line"},
		"no series":        {Kind: "bars", X: []string{"a"}},
		"no number":        {Kind: "line", X: []string{"a", "b"}, Series: []Series{{"s", []float64{math.NaN(), math.Inf(1)}}}},
		"series too short": {Kind: "bars", X: []string{"a"}, Series: []Series{{"s", nil}}},
		"no moment":        {Kind: "strip", Rows: []string{"a"}, Points: []Point{{X: 0, Y: 0}, {X: 1e12, Y: 0}, {X: 5, Y: 1}, {X: 5, Y: 0.5}}},
		"no rows":          {Kind: "strip", Points: []Point{{X: 5, Y: 0}}},
		"no cells":         {Kind: "heat", X: []string{"a"}, Rows: []string{"b"}},
		"no sizes":         {Kind: "funnel", Points: []Point{{X: math.NaN(), Y: 1}, {X: -1, Y: 1}}},
	} {
		if got := Draw(f, Wide, "x"); got != "" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// One point is enough for a picture, and its axis of time is not empty.
func TestOnePoint(t *testing.T) {
	for name, f := range map[string]Figure{
		"strip":  {Kind: "strip", Rows: []string{"a"}, Points: []Point{{X: 1767225600, Y: 0, Marked: true}}},
		"funnel": {Kind: "funnel", Points: []Point{{X: 5, Y: 1}}},
		"heat":   {Kind: "heat", X: []string{"a"}, Rows: []string{"b"}, Cells: [][]float64{{1}}},
		"band":   {Kind: "band", X: []string{"a"}, Series: []Series{{"s", []float64{3}}}, Bands: [][]float64{{1}, {2}, {3}, {4}, {5}}},
	} {
		for _, size := range []Size{Wide, Narrow} {
			svg := Draw(f, size, "x")
			wellFormed(t, svg)
			if svg == "" || strings.Contains(svg, "NaN") {
				t.Errorf("%s: %q", name, svg)
			}
		}
	}
	if ticks := timeTicks(1767225570, 1767225630, time.UTC, 6); len(ticks) < 2 {
		t.Errorf("a minute has the ticks %v", ticks)
	}
	for span, want := range map[float64]int{3600: 2, 86400: 2, 40 * 86400: 2, 700 * 86400: 2, 9000 * 86400: 2} {
		if ticks := timeTicks(1.6e9, 1.6e9+span, time.UTC, 6); len(ticks) < want || len(ticks) > 8 {
			t.Errorf("%g seconds have the ticks %v", span, ticks)
		}
	}
}

// The axis begins at zero and covers every value with round steps.
func TestTicks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		low := -rapid.Float64Range(0, 1e6).Draw(t, "low")
		high := rapid.Float64Range(0.001, 1e6).Draw(t, "high")
		marks := ticks(low, high, 4, 0)
		if marks[0] > low+1e-9*high || marks[len(marks)-1] < high*(1-1e-6) || len(marks) > 9 {
			t.Fatalf("%v to %v: %v", low, high, marks)
		}
		zero := false
		for _, m := range marks {
			zero = zero || m == 0
		}
		if !zero {
			t.Fatalf("no zero: %v", marks)
		}
	})
}
