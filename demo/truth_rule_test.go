package demo

import (
	"testing"
	"time"
)

func TestRulesHaveCasesAndTraps(t *testing.T) {
	for seed := range uint64(3) {
		c := build(t, Options{Villages: 30, Fraud: DefaultFraud, Seed: seed})
		required := map[string]int{}
		known := map[string]bool{}
		for i := range c.systems {
			known[c.systems[i].id], known[c.systems[i].owner] = true, true
		}
		for _, f := range c.forms {
			known[f.spec.id] = true
		}
		for _, v := range c.world.villages {
			known[v.code] = true
		}
		for _, r := range c.truth.Rules {
			if kindsOfRules[r.Detector] != r.Kind || r.Required && r.Trap || r.Why == "" {
				t.Errorf("%+v", r)
			}
			if r.Kind != "systems" && !known[r.Subject] {
				t.Errorf("%s: nothing is called %s", r.Detector, r.Subject)
			}
			if r.Required {
				required[r.Detector]++
			}
		}
		for detector := range kindsOfRules {
			if required[detector] == 0 {
				t.Errorf("seed %d: nothing is planted for %s", seed, detector)
			}
		}
		if required["burden-overload"] != 3 {
			t.Errorf("seed %d: %d villages are asked for more than they can do", seed, required["burden-overload"])
		}
	}
}

func TestIdleFieldsAreIdle(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	kinds := map[string]int{}
	for _, f := range c.truth.IdleFields {
		form, field := c.find(t, f.Field)
		answers := map[value]bool{}
		for i := range c.submissions[form] {
			if sub := &c.submissions[form][i]; sub.submitted >= c.yearAgo() {
				answers[sub.values[field]] = true
			}
		}
		if len(answers) > 2 || len(answers) == 2 && !answers[value{absent: true}] {
			t.Errorf("%+v: %d answers", f, len(answers))
		}
		if f.Required {
			kinds[f.Kind]++
		}
	}
	if kinds["blank"] < 3 || kinds["constant"] < 4 {
		t.Errorf("planted %v", kinds)
	}
	for _, name := range []string{"ny-zl-m.xzl", "ny-zl-m.gz", "ly-ff-w.xz", "yj-aq-w.zd"} {
		for _, f := range c.truth.IdleFields {
			if f.Field == name {
				t.Errorf("%s is %s: it was meant to look so only", name, f.Kind)
			}
		}
	}
}

func TestMeasuresAreWhatTheyAre(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	truths := 0
	for _, m := range c.truth.Measures {
		if len(m.Stopped) == 0 || m.Before <= 0 || m.After >= m.Before {
			t.Errorf("%+v", m)
		}
		for _, id := range m.Stopped {
			last := c.submissions[c.formIndex(id)]
			if day, _ := time.Parse(time.DateOnly, m.Day); time.Unix(last[len(last)-1].submitted, 0).After(day.AddDate(0, 0, 45)) {
				t.Errorf("%s goes on after %s", id, m.Day)
			}
		}
		if m.True {
			truths++
		} else if m.Change < m.Claimed+0.15 {
			t.Errorf("%s: %.2f claimed, %.2f true", m.Name, m.Claimed, m.Change)
		}
	}
	if truths != 1 || len(c.truth.Measures) != 2 {
		t.Errorf("%d of %d claims are true", truths, len(c.truth.Measures))
	}
	owners := 0.0
	for _, o := range c.truth.Owners {
		owners += o.Hours
	}
	units := 0.0
	for _, b := range c.truth.Burden {
		units += b.HoursAll
	}
	if owners < 0.97*units || owners > 1.001*units {
		t.Errorf("%.0f hours by department, %.0f by unit", owners, units)
	}
}

func TestPersonalDataIsInvented(t *testing.T) {
	c := build(t, Options{Villages: 60, Fraud: 0.1})
	if len(c.truth.Refused) != 1 || c.truth.Refused[0] != "rs-rz-p.rl" {
		t.Errorf("refused: %v", c.truth.Refused)
	}
	form, field := c.find(t, "mz-ls-p.yhk")
	for i := range c.submissions[form] {
		if card := c.submissions[form][i].values[field].text; len(card) != 19 || card[:2] != "00" {
			t.Fatalf("%s could be a card", card)
		}
	}
}
