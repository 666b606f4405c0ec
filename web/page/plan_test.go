package page

import (
	"maps"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// A set of steps reads back as it was written, and nothing that a reader types makes a step that is not there.
func TestStepsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set := Steps{}
		for _, n := range rapid.SliceOf(rapid.Uint32Range(1, 60)).Draw(t, "steps") {
			set[n] = true
		}
		if back := ParseSteps(FormatSteps(set), 60); !maps.Equal(back, set) {
			t.Fatalf("%s became %v", FormatSteps(set), back)
		}
	})
	if got := FormatSteps(Steps{1: true, 2: true, 3: true, 7: true}); got != "1-3,7" {
		t.Error(got)
	}
}

func FuzzParseSteps(f *testing.F) {
	for _, seed := range []string{"1-3,7", "", "-", "9-1", "1-99999999999", "0,1", "a", "4294967295-4294967296", " 2 - 3 "} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for n := range ParseSteps(text, 50) {
			if n < 1 || n > 50 {
				t.Fatalf("step %d", n)
			}
		}
	})
}

// A step without the step that settles its source says so, and so does one whose source goes away; ticked together they do not.
func TestStepsNeedTheirSources(t *testing.T) {
	lines := []queries.PlanLine{
		{ID: "1", Step: 1, Action: queries.ActionAuthority, Form: "s", Field: "x", Item: "i"},
		{ID: "2", Step: 2, Action: queries.ActionDrop, Form: "a", Field: "x", FromForm: "s", From: "x", Item: "i"},
		{ID: "3", Step: 3, Action: queries.ActionDrop, Form: "b", Field: "y", FromForm: "a", From: "x"},
		{ID: "4", Step: 4, Action: queries.ActionMerge, Form: "s", FromForm: "t"},
	}
	for name, c := range map[string]struct {
		chosen Steps
		needed [4]int
		lost   [4]int
	}{
		"all":        {Steps{1: true, 2: true, 3: true, 4: true}, [4]int{}, [4]int{0, 1, 1, 0}},
		"no source":  {Steps{2: true}, [4]int{0, 1, 0, 0}, [4]int{}},
		"its source": {Steps{1: true, 2: true}, [4]int{}, [4]int{}},
		"none":       {Steps{}, [4]int{}, [4]int{}},
	} {
		for i, step := range StepsOf(lines, nil, c.chosen) {
			if len(step.Needed) != c.needed[i] || len(step.Lost) != c.lost[i] || step.On != c.chosen[step.Step] {
				t.Errorf("%s: step %d needs %v, loses %v, ticked %v", name, step.Step, step.Needed, step.Lost, step.On)
			}
		}
	}
}

// Both forms keep their order, every field stands there, and lone fields share lines.
func TestAlignKeepsBothOrders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var a, b queries.Form
		for i := range rapid.IntRange(1, 8).Draw(t, "a") {
			a.Fields = append(a.Fields, queries.Field{ID: string(rune('a' + i))})
		}
		for i := range rapid.IntRange(1, 8).Draw(t, "b") {
			b.Fields = append(b.Fields, queries.Field{ID: string(rune('A' + i))})
		}
		// Matches go along both orders, so that both can be kept.
		var matches []queries.FieldMatch
		for x, y := 0, 0; x < len(a.Fields) && y < len(b.Fields); {
			switch rapid.IntRange(0, 2).Draw(t, "way") {
			case 0:
				matches = append(matches, queries.FieldMatch{FieldA: a.Fields[x].ID, FieldB: b.Fields[y].ID})
				x, y = x+1, y+1
			case 1:
				x++
			default:
				y++
			}
		}
		rows, unlike := Align(a, b, matches)
		nextA, nextB, lines := 1, 1, 0
		for _, r := range rows {
			if r.A != nil {
				if r.NA != nextA {
					t.Fatalf("left place %d, want %d", r.NA, nextA)
				}
				nextA++
			}
			if r.B != nil {
				if r.NB != nextB {
					t.Fatalf("right place %d, want %d", r.NB, nextB)
				}
				nextB++
			}
			if r.Match != nil {
				lines++
			}
		}
		if nextA-1 != len(a.Fields) || nextB-1 != len(b.Fields) || lines != len(matches) || len(unlike) != 0 {
			t.Fatalf("%d and %d fields, %d lines of %d", nextA-1, nextB-1, lines, len(matches))
		}
	})
}
