package component

import (
	"strconv"
	"strings"

	"github.com/jianfu/jianfu/web/locale"
)

// HelpKeys are the figures that are explained: all KEY of which help.KEY.name exists, sorted.
func HelpKeys(b *locale.Bundle) []string {
	var out []string
	for _, key := range b.Keys(locale.Chinese) {
		if rest, ok := strings.CutPrefix(key, "help."); ok {
			if name, ok := strings.CutSuffix(rest, ".name"); ok {
				out = append(out, name)
			}
		}
	}
	return out
}

// guideStep is one step from no source to the first finding.
type guideStep struct {
	key      string
	sample   string // what to write down, in a file of the name file
	file     string
	commands []string
}

// The samples of the guide are real: a test runs them.
const (
	// SampleConfig is a configuration of one drop folder.
	SampleConfig = `clickhouse: {embedded: ./data}
sources:
  - {id: drop, kind: ndjson, path: "./records/*.ndjson"}
`
	// SampleRecords are a system, its form, a unit and one submission in the interchange format.
	SampleRecords = `{"type":"system","id":"env","name":"人居环境整治调度","owner":"农业农村局","level":"county"}
{"type":"unit","code":"330199001001","name":"东村","kind":"village"}
{"type":"form","id":"clean","system":"env","title":"村庄清洁月报","cycle":"month","per":"unit","fields":[{"id":"a","label":"清运垃圾（吨）","type":"number"}]}
{"type":"submission","form":"clean","unit":"330199001001","period":"2026-05","submitted_at":"2026-06-02T09:00:00+08:00","values":{"a":12.5}}
`
)

func guideSteps() []guideStep {
	return []guideStep{
		{key: "try", commands: []string{"jianfu demo"}},
		{key: "connect", sample: SampleConfig, file: "jianfu.yaml"},
		{key: "records", sample: SampleRecords, file: "records/first.ndjson"},
		{key: "check", commands: []string{"jianfu check -c jianfu.yaml"}},
		{key: "collect", commands: []string{"jianfu collect -c jianfu.yaml"}},
		{key: "analyze", commands: []string{"jianfu analyze -c jianfu.yaml"}},
		{key: "read", commands: []string{"jianfu serve -c jianfu.yaml"}},
	}
}

func guideNumber(i int) string { return strconv.Itoa(i + 1) }
