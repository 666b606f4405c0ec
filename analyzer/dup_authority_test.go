package analyzer

import (
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// rivals are forms that all ask one item.
func rivals(t *rapid.T) *dupFound {
	n := rapid.IntRange(2, 7).Draw(t, "forms")
	d := &dupFound{dupData: &dupData{}}
	for i := range n {
		f := dupForm{Form: queries.Form{ID: fmt.Sprint("f", i), Approved: rapid.Bool().Draw(t, "approved")}, cycle: rapid.SampledFrom([]string{"month", "quarter", ""}).Draw(t, "cycle")}
		if rapid.Bool().Draw(t, "basis") {
			f.Basis = "有依据"
		}
		f.use = queries.FormUse{Submissions: rapid.Uint64Range(0, 2).Draw(t, "submissions"), Units: rapid.Uint64Range(1, 40).Draw(t, "units"), Delay: rapid.Float64Range(0, 6).Draw(t, "delay")}
		f.fields = []dupField{{complete: rapid.Float64Range(0.9, 1).Draw(t, "complete")}}
		d.forms = append(d.forms, f)
		d.laws = append(d.laws, rapid.SampledFrom([]string{"", "", "统计法"}).Draw(t, "law"))
	}
	return d
}

// The proposed source is the same whatever the order in which the forms are looked at, it is not beaten by leaving others out,
// and data that a law keeps to their purpose are the source only where all are.
func TestSourceDependsOnNoOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := rivals(t)
		list := make([]candidate, len(d.forms))
		free := false
		for i := range list {
			list[i] = candidate{i, 0}
			free = free || d.laws[i] == ""
		}
		best, why := d.choose(list)
		rand.New(rand.NewSource(rapid.Int64().Draw(t, "order"))).Shuffle(len(list), func(i, k int) { list[i], list[k] = list[k], list[i] })
		if again, because := d.choose(list); again != best || because != why {
			t.Fatalf("%v because of %s, in another order %v because of %s", best, why, again, because)
		}
		if free && d.laws[best.form] != "" {
			t.Fatalf("%v is proposed across the border of %s", best, d.laws[best.form])
		}
		if d.forms[best.form].Approved || why == "none" {
			return
		}
		for _, c := range list {
			if f := &d.forms[c.form]; f.Approved && d.laws[c.form] == d.laws[best.form] {
				t.Fatalf("%v is proposed though %v is approved", best, c)
			}
		}
	})
}

// Every ground is told with the values of both sides, and the law that stands between two forms.
func TestReasonsTellEveryGround(t *testing.T) {
	d := &dupFound{dupData: &dupData{}}
	for i, law := range []string{"", "精神卫生法"} {
		f := dupForm{Form: queries.Form{ID: fmt.Sprint("f", i), Approved: i == 1, Basis: strings.Repeat("依据", i)}, cycle: "month", fields: []dupField{{complete: 0.5 + 0.4*float64(i)}}}
		f.use = queries.FormUse{Submissions: 9, Units: uint64(10 + i), Delay: float64(5 - i)}
		d.forms, d.laws = append(d.forms, f), append(d.laws, law)
	}
	item := &dataItem{members: []fieldRef{{0, 0}, {1, 0}}}
	source, why := d.source(item)
	if source.form != 0 || why.Key != "dup.authority.law" {
		t.Errorf("source %v because of %s", source, why.Key)
	}
	var keys []string
	for _, m := range d.reasons(item, source) {
		keys = append(keys, m.Key)
	}
	want := "dup.authority.law dup.source.competence dup.source.timeliness dup.source.completeness dup.source.coverage dup.source.frequency dup.source.law_in"
	if got := strings.Join(keys, " "); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if p := d.reasons(item, source)[3].Params; p["value"] != 0.5 || p["value_other"] != 0.9 {
		t.Errorf("completeness: %v", p)
	}
}
