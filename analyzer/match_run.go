package analyzer

import (
	"context"
	"math"
	"runtime"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"
)

// run is one comparison of tables. Columns are numbered through all of them.
type run struct {
	words   *lexicon
	forms   [][]Column
	columns []*prepared
	table   []int // of each column
	first   []int // number of the first column of each table
	names   *namer
	values  *postings
	tokens  map[uint64]float64
	learnt  *learnt
	keys    func(ColumnRef) []uint64 // of the caller, may be nil
	lists   *lists

	dictionary *dictionary
}

// prepared is a column with everything that is computed once.
type prepared struct {
	column  *Column
	label   *label
	id      *label // nil when the label is the ID
	about   *label // description, nil when there is none
	profile *Profile
	rows    []uint32 // canonical values by number, in row order, nil when there are none
	codes   []codeValue
	list    *listed
	spelt   map[string]string // canonical value of a code list to the way it is written most
	listing bool              // the values are listed once each and not observed
	unit    unitOf
	cycle   string
	roles   []int32
	sides   []side
}

func newRun(words *lexicon, forms [][]Column) *run {
	r := &run{words: words, forms: forms, dictionary: newDictionary(), lists: newLists(words)}
	var labels []*label
	var profiles []*Profile
	for table, columns := range forms {
		r.first = append(r.first, len(r.columns))
		var own, ids []*label
		for i := range columns {
			p := words.prepare(&columns[i], r.dictionary)
			p.list = r.lists.add(p.codes, p.profile != nil && p.profile.Numeric())
			own, ids = append(own, p.label), append(ids, p.id)
			for _, l := range []*label{p.label, p.id, p.about} {
				if l != nil {
					labels = append(labels, l)
				}
			}
			profiles = append(profiles, p.profile)
			r.columns = append(r.columns, p)
			r.table = append(r.table, table)
		}
		stripShared(own)
		stripShared(ids)
	}
	r.names = newNamer(labels)
	r.values = newPostings(profiles, words.common)
	r.tokens = tokenRarity(profiles)
	return r
}

func (r *run) ref(column int) ColumnRef {
	return ColumnRef{r.table[column], column - r.first[r.table[column]]}
}

func (x *lexicon) prepare(c *Column, d *dictionary) *prepared {
	p := &prepared{column: c, profile: c.Profile}
	text := c.Label
	if strings.TrimSpace(text) == "" {
		text = c.ID
	}
	p.label = x.parse(text)
	if text != c.ID && c.ID != "" {
		p.id = x.parse(c.ID)
	}
	if c.Description != "" {
		p.about = x.parse(c.Description)
	}
	if c.Values != nil {
		p.takeValues(d)
	}
	for code := range c.Codes {
		canonical, _ := Canonical(code)
		if p.spelt == nil {
			p.spelt = map[string]string{}
		}
		if _, known := p.spelt[canonical]; !known {
			p.spelt[canonical] = strings.TrimSpace(code)
		}
	}
	p.codes = x.codeValues(c, p.profile, p.label)
	p.listing = len(c.Codes) == 0 && p.profile != nil && p.profile.listing()
	p.unit = p.label.unit
	if u, ok := x.units[strings.ToLower(strings.TrimSpace(c.UnitOf))]; ok {
		p.unit = u
	}
	p.cycle = c.Period
	for _, title := range []string{p.label.cycle, cycleOf(c.Table)} {
		if p.cycle == "" {
			p.cycle = title
		}
	}
	p.roles, p.sides = p.label.roles, p.label.sides
	return p
}

// takeValues numbers the values of a column and, unless it has one, makes its profile of them. Values repeat, and looking
// one up is cheaper than making it canonical.
func (p *prepared) takeValues(d *dictionary) {
	type written struct {
		canonical string
		format    Format
		code      uint32
		count     uint64
	}
	at := map[string]int{}
	var distinct []written
	p.rows = make([]uint32, len(p.column.Values))
	dayFirst := daysFirst(p.column.Values)
	for i, v := range p.column.Values {
		k, known := at[v]
		if !known {
			k = len(distinct)
			at[v] = k
			plain := v
			if dayFirst {
				plain = monthFirst(v)
			}
			canonical, format := Canonical(plain)
			distinct = append(distinct, written{canonical, format, d.code(canonical), 0})
		}
		distinct[k].count++
		p.rows[i] = distinct[k].code
	}
	profiler, spellings := NewProfiler(), newSpellings()
	for _, w := range distinct {
		profiler.AddCanonical(w.canonical, w.format, w.count)
	}
	for v, k := range at {
		spellings.add(distinct[k].canonical, v, distinct[k].count)
	}
	if p.profile == nil {
		p.profile = profiler.Profile()
	}
	p.spelt = spellings.most()
}

// stripShared takes leading words off Latin labels that most columns of the table share (prospect_…, assays_…): they name
// the table, not the column.
func stripShared(labels []*label) {
	for range 3 {
		first := map[string]int{}
		total := 0
		for _, l := range labels {
			if l == nil || l.han {
				continue
			}
			total++
			if len(l.atoms) > 1 {
				first[l.atoms[0].text]++
			}
		}
		prefix := ""
		for word, n := range first {
			if total >= 4 && n*5 >= total*3 && n > first[prefix] {
				prefix = word
			}
		}
		if prefix == "" {
			return
		}
		for _, l := range labels {
			if l != nil && !l.han && len(l.atoms) > 1 && l.atoms[0].text == prefix {
				l.atoms = l.atoms[1:]
				l.parts = l.parts[min(len(l.parts), len(strings.Fields(prefix))):]
				l.plain = strings.TrimPrefix(l.plain, strings.ReplaceAll(prefix, " ", ""))
				l.skeleton = withoutVowels(l.plain)
			}
		}
	}
}

// tokenRarity is the inverse column frequency of the words of texts.
func tokenRarity(profiles []*Profile) map[uint64]float64 {
	count := map[uint64]int{}
	columns := 0
	for _, p := range profiles {
		if p == nil || len(p.Tokens) == 0 {
			continue
		}
		columns++
		for t := range p.Tokens {
			count[t]++
		}
	}
	rarity := make(map[uint64]float64, len(count))
	for t, n := range count {
		rarity[t] = 0.2 + math.Log(float64(columns+1)/float64(n))/math.Log(float64(columns+1))
	}
	return rarity
}

// measure observes every component on every candidate pair, some pairs at a time on every processor.
func (r *run) measure(ctx context.Context, candidates [][2]int) ([]judged, error) {
	const together = 4096
	out := make([]judged, len(candidates))
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range runtime.GOMAXPROCS(0) {
		group.Go(func() error {
			own := *r
			own.names = r.names.withOwnMemory()
			for {
				end := int(next.Add(together))
				if end-together >= len(candidates) {
					return nil
				}
				if err := ctx.Err(); err != nil {
					return err
				}
				for i := end - together; i < min(end, len(candidates)); i++ {
					out[i] = own.pair(candidates[i][0], candidates[i][1])
				}
			}
		})
	}
	return out, group.Wait()
}

func (r *run) pair(i, j int) judged {
	a, b := r.columns[i], r.columns[j]
	p := judged{a: i, b: j}
	p.observed[nameComponent] = r.nameOf(a, b)
	p.hard, p.soft = r.labelVetoes(a, b)
	p.hard = append(p.hard, valueVetoes(a, b)...)
	p.overlap = r.values.compareValues(a.profile, b.profile)
	filled := a.profile != nil && b.profile != nil && a.profile.Filled() > 0 && b.profile.Filled() > 0
	if !a.listing || !b.listing {
		r.compareLists(&p)
	}
	if p.overlap.known {
		o := observation{measure: p.overlap.measure(), reliable: 1, known: true}
		if o.measure < 0.3 {
			// What is missing counts only where it had to be there, and a trivial overlap says nothing at all.
			missing := 1 - min(1, p.overlap.containment*2)
			expected := 0.3
			if filled {
				expected = closedness(a.profile, b.profile)
			}
			o.reliable = o.measure/0.3 + (1-o.measure/0.3)*missing*expected
		}
		p.observed[valueComponent] = o
	}
	if filled {
		p.observed[formatComponent] = observation{measure: similarFormat(a.profile, b.profile), reliable: 1, known: true}
		measure, reliable := similarDistribution(a.profile, b.profile, r.tokens)
		p.observed[distributionComponent] = observation{measure: clamp01(measure), reliable: clamp01(reliable), known: true}
		if p.overlap.coded || p.overlap.soft || a.profile.Enumeration() && b.profile.Enumeration() {
			// Two code lists may write the same data differently.
			p.observed[formatComponent].reliable = 0.3
			p.observed[distributionComponent].reliable *= 0.5
		}
		if a.listing != b.listing {
			// A list of values says how they look and nothing of how often they occur.
			p.observed[distributionComponent].reliable *= 0.3
		}
	}
	return p
}

// compareLists looks at the values of two code lists, by their meanings and by their words, where they are not the same
// to the letter.
func (r *run) compareLists(p *judged) {
	a, b := r.columns[p.a], r.columns[p.b]
	recoded, mapping := compareCodes(a.codes, b.codes)
	if recoded.known && recoded.containment > p.overlap.containment {
		p.overlap = recoded
	}
	if recoded.coded {
		p.codes = mapping
	}
	soft, values := r.lists.compare(a.list, b.list)
	if soft.measure() <= p.overlap.measure() {
		return
	}
	p.overlap = soft
	mapped := map[string]string{}
	differ := false
	for i, j := range values {
		mapped[a.codes[i].value] = b.codes[j].value
		differ = differ || a.codes[i].value != b.codes[j].value
	}
	if differ && p.codes == nil {
		p.codes = mapped
	}
}
