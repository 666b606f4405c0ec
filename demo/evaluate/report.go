package evaluate

import (
	"math"
	"slices"
	"sort"
	"strings"
)

// Report is how well findings fit a truth.
type Report struct {
	Units       int         `json:"units"`
	Forms       int         `json:"forms"`
	Bad         int         `json:"bad"`         // (unit, form) pairs that are fabricated
	Recommended int         `json:"recommended"` // pairs
	Measures    []Measure   `json:"measures"`
	Kinds       []KindRow   `json:"kinds"`
	LookAlikes  []AlikeRow  `json:"look_alikes"`
	Wrong       []WrongPair `json:"wrong"`  // recommended and not fabricated
	Missed      []Bad       `json:"missed"` // fabricated and not recommended
	Outside     int         `json:"outside"`
}

// Measure is one figure with its 95 % confidence interval. Value, Low and High are null where there is nothing to measure. Count
// and Of are the numerator and denominator of a share, 0 for other figures.
type Measure struct {
	Name  string   `json:"name"`
	Value *float64 `json:"value"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
	Count int      `json:"count"`
	Of    int      `json:"of"`
}

// KindRow is the recall of one kind at some intensities; an empty Band is all of them.
type KindRow struct {
	Kind    string  `json:"kind"`
	Band    string  `json:"intensity"`
	HeldOut bool    `json:"held_out"`
	Recall  Measure `json:"recall"`
	Found   int     `json:"found"` // spoken of at all, recommended or not
}

// AlikeRow is how many of the honest pairs that a circumstance concerns were recommended.
type AlikeRow struct {
	Kind        string  `json:"kind"`
	Recommended Measure `json:"recommended"`
}

// WrongPair is an honest pair that was recommended, with the circumstances that concern it.
type WrongPair struct {
	Pair
	LookAlikes []string `json:"look_alikes"`
	Detectors  []string `json:"detectors"`
}

// bands of intensity, each from its value up to the next.
var bands = []struct {
	name string
	from float64
}{{"<0.3", 0}, {"0.3-0.5", 0.3}, {"0.5-0.8", 0.5}, {"0.8-1", 0.8}}

func bandOf(intensity float64) string {
	name := bands[0].name
	for _, b := range bands {
		if intensity >= b.from-1e-9 {
			name = b.name
		}
	}
	return name
}

// Score measures findings and a verification list against a truth; a nil list means that there is none, and the findings
// themselves recommend. Claims about units or forms that the truth does not know are counted as outside, and nothing else.
func Score(t *Truth, findings, list []Claim) *Report {
	m := match(t, findings, list)
	r := &Report{Units: len(t.Units), Forms: len(t.Forms), Bad: len(t.Bad), Recommended: len(m.recommended), Outside: m.outside}
	r.Wrong, r.Missed = []WrongPair{}, []Bad{}
	r.Measures = m.measures()
	r.Kinds = m.kinds()
	r.LookAlikes = m.lookAlikes()
	for _, c := range m.ranked {
		if _, bad := m.bad[c.Pair]; c.Recommended && !bad {
			r.Wrong = append(r.Wrong, WrongPair{c.Pair, m.circumstances(c.Pair), m.detectors[c.Pair]})
		}
	}
	for _, b := range t.Bad {
		if !m.recommended[Pair{b.Unit, b.Form}] {
			r.Missed = append(r.Missed, b)
		}
	}
	return r
}

// matched is a truth with what was claimed about it.
type matched struct {
	truth       *Truth
	bad         map[Pair]*Bad
	ranked      []Claim // within the truth's units and forms, best first
	found       map[Pair]bool
	recommended map[Pair]bool
	detectors   map[Pair][]string
	outside     int
}

func match(t *Truth, findings, list []Claim) *matched {
	m := &matched{truth: t, bad: map[Pair]*Bad{}, found: map[Pair]bool{}, recommended: map[Pair]bool{}, detectors: map[Pair][]string{}}
	for i := range t.Bad {
		m.bad[Pair{t.Bad[i].Unit, t.Bad[i].Form}] = &t.Bad[i]
	}
	units, forms := set(t.Units), set(t.Forms)
	for _, c := range ranking(findings, list) {
		if !units[c.Unit] || !forms[c.Form] {
			m.outside++
			continue
		}
		m.ranked = append(m.ranked, c)
		m.found[c.Pair] = true
		if c.Recommended {
			m.recommended[c.Pair] = true
		}
	}
	for _, c := range findings {
		if c.Detector != "" && !slices.Contains(m.detectors[c.Pair], c.Detector) {
			m.detectors[c.Pair] = append(m.detectors[c.Pair], c.Detector)
		}
	}
	return m
}

func (m *matched) circumstances(p Pair) []string {
	out := []string{}
	for i := range m.truth.LookAlikes {
		if l := &m.truth.LookAlikes[i]; l.covers(p) && !slices.Contains(out, l.Kind) {
			out = append(out, l.Kind)
		}
	}
	sort.Strings(out)
	return out
}

// measures are the figures of the whole.
func (m *matched) measures() []Measure {
	right, caught, known, strong, strongCaught, heldCaught, held := 0, 0, 0, 0, 0, 0, 0
	badUnits, saidUnits := map[string]bool{}, map[string]bool{}
	for p := range m.recommended {
		saidUnits[p.Unit] = true
		if m.bad[p] != nil {
			right++
		}
	}
	for p, b := range m.bad {
		badUnits[p.Unit] = true
		hit := 0
		if m.recommended[p] {
			hit = 1
		}
		switch {
		case m.truth.heldOut(b.Kind):
			held, heldCaught = held+1, heldCaught+hit
			continue
		case b.Intensity >= 0.3-1e-9:
			strong, strongCaught = strong+1, strongCaught+hit
		}
		known, caught = known+1, caught+hit
	}
	honest, accused, unitsRight := 0, 0, 0
	for _, unit := range m.truth.Units {
		switch {
		case badUnits[unit] && saidUnits[unit]:
			unitsRight++
		case !badUnits[unit]:
			honest++
			if saidUnits[unit] {
				accused++
			}
		}
	}
	said := len(m.recommended)
	out := []Measure{
		shareOf("precision", right, said), shareOf("recall", caught, known), shareOf("recall_from_0.3", strongCaught, strong),
		shareOf("recall_held_out", heldCaught, held), m.f1(), shareOf("false_discovery", said-right, said),
		shareOf("honest_units_recommended", accused, honest), shareOf("unit_precision", unitsRight, len(saidUnits)), shareOf("unit_recall", unitsRight, len(badUnits)),
	}
	for _, k := range []struct {
		name string
		k    int
	}{{"precision_at_5", 5}, {"precision_at_10", 10}, {"precision_at_20", 20}, {"precision_at_bad", len(m.bad)}} {
		top, hits := min(k.k, len(m.bad)), 0 // no ranking can put more fabricated pairs on top than there are
		for _, c := range m.ranked[:min(top, len(m.ranked))] {
			if m.bad[c.Pair] != nil {
				hits++
			}
		}
		out = append(out, shareOf(k.name, hits, top))
	}
	scores := m.pairScores()
	return append(out, auroc("auroc", scores), auroc("auroc_units", unitScores(scores)), averagePrecision(scores))
}

// kinds is the recall of each kind, at all intensities and by band.
func (m *matched) kinds() []KindRow {
	type cell struct{ caught, found, of int }
	cells := map[[2]string]*cell{}
	for p, b := range m.bad {
		for _, band := range []string{"", bandOf(b.Intensity)} {
			key := [2]string{b.Kind, band}
			if cells[key] == nil {
				cells[key] = &cell{}
			}
			c := cells[key]
			c.of++
			if m.recommended[p] {
				c.caught++
			}
			if m.found[p] {
				c.found++
			}
		}
	}
	rows := []KindRow{}
	for key, c := range cells {
		rows = append(rows, KindRow{key[0], key[1], m.truth.heldOut(key[0]), shareOf("recall", c.caught, c.of), c.found})
	}
	slices.SortFunc(rows, func(a, b KindRow) int {
		if a.HeldOut != b.HeldOut {
			if a.HeldOut {
				return 1
			}
			return -1
		}
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return bandOrder(a.Band) - bandOrder(b.Band)
	})
	return rows
}

func bandOrder(name string) int {
	for i, b := range bands {
		if b.name == name {
			return i + 1
		}
	}
	return 0
}

// lookAlikes counts, for each kind of circumstance, the honest pairs that it concerns and those recommended among them.
func (m *matched) lookAlikes() []AlikeRow {
	type cell struct{ said, of int }
	cells := map[string]*cell{}
	for i := range m.truth.LookAlikes {
		if kind := m.truth.LookAlikes[i].Kind; cells[kind] == nil {
			cells[kind] = &cell{}
		}
	}
	for _, unit := range m.truth.Units {
		for _, form := range m.truth.Forms {
			p := Pair{unit, form}
			if m.bad[p] != nil {
				continue
			}
			for _, kind := range m.circumstances(p) {
				cells[kind].of++
				if m.recommended[p] {
					cells[kind].said++
				}
			}
		}
	}
	rows := []AlikeRow{}
	for kind, c := range cells {
		rows = append(rows, AlikeRow{kind, shareOf("recommended", c.said, c.of)})
	}
	slices.SortFunc(rows, func(a, b AlikeRow) int { return strings.Compare(a.Kind, b.Kind) })
	return rows
}

// pairScores gives every pair of the truth its place: what nobody spoke of shares the last one.
func (m *matched) pairScores() []scored {
	place := make(map[Pair]float64, len(m.ranked))
	for i, c := range m.ranked {
		place[c.Pair] = float64(len(m.ranked) - i)
		if i > 0 && !better(m.ranked[i-1], c) {
			place[c.Pair] = place[m.ranked[i-1].Pair]
		}
	}
	out := make([]scored, 0, len(m.truth.Units)*len(m.truth.Forms))
	for u, unit := range m.truth.Units {
		for _, form := range m.truth.Forms {
			p := Pair{unit, form}
			out = append(out, scored{unit: u, score: place[p], bad: m.bad[p] != nil, said: m.recommended[p]})
		}
	}
	return out
}

// unitScores takes the best place of each unit's forms.
func unitScores(pairs []scored) []scored {
	best := map[int]scored{}
	for _, p := range pairs {
		b, known := best[p.unit]
		if !known {
			b = scored{unit: p.unit, score: math.Inf(-1)}
		}
		b.score, b.bad, b.said = math.Max(b.score, p.score), b.bad || p.bad, b.said || p.said
		best[p.unit] = b
	}
	out := make([]scored, 0, len(best))
	for _, b := range best {
		out = append(out, b)
	}
	return out
}
