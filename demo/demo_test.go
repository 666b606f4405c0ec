package demo

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"testing"
)

func build(t *testing.T, o Options) *County {
	t.Helper()
	c, err := Build(context.Background(), o, nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestInterchangeIsOneJSONObjectALine(t *testing.T) {
	c := build(t, Options{Fraud: DefaultFraud, Villages: 30})
	var out bytes.Buffer
	if err := c.Interchange(&out); err != nil {
		t.Fatal(err)
	}
	counts := map[string]int{}
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var r map[string]any
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			t.Fatalf("%v in %s", err, lines.Text())
		}
		counts[r["type"].(string)]++
	}
	n := c.Counts()
	for _, events := range c.usage {
		for i := range events {
			if events[i].action == doStatic {
				n.Usage--
			}
		}
	}
	want := map[string]int{"system": n.Systems, "unit": n.Villages + len(c.world.towns) + 2, "form": n.Forms, "usage": n.Usage, "submission": n.Submissions}
	for kind, n := range want {
		if counts[kind] != n {
			t.Errorf("%d records of type %s, want %d", counts[kind], kind, n)
		}
	}
}
