package analyzer

import (
	"context"
	"math"
	"math/rand/v2"
	"slices"

	"github.com/jianfu/jianfu/analyzer/stats"
	"github.com/jianfu/jianfu/queries"
)

// surveyForm is a sample of the records of one form with many records a unit and period.
type surveyForm struct {
	form    queries.Form
	fields  []queries.Field
	records []queries.RecordRow // unit by unit
	weights []float64           // of each field: how much an answer tells subjects apart, in nats
	total   float64
	units   []*surveyUnit
	bound   float64 // best match beyond which hardly any record lies after units are shuffled
	chance  float64 // share of records beyond it then
	median  float64 // of the units' shares
	honest  stats.BetaBinomial
	kinds   map[string]string // kind of every unit
}

// surveyUnit is the records of one unit, [first, last) of the form's.
type surveyUnit struct {
	unit        string
	first, last int
	best        []float64 // of each record: the weighted share of answers that its likest record shares
	like        []int     // that record
	hits        int
	p, q        float64
}

func (u *surveyUnit) size() int      { return u.last - u.first }
func (u *surveyUnit) share() float64 { return float64(u.hits) / math.Max(1, float64(u.size())) }

// nearRecords judges forms with many records a unit and period: whether the records of one unit repeat each other.
func nearRecords(ctx context.Context, in Input, forms []queries.Form, limits map[string]float64) ([]queries.Finding, error) {
	var out []queries.Finding
	var judged []*surveyForm
	for _, form := range forms {
		x, reason, err := readRecords(ctx, in, form, limits)
		if err != nil {
			return nil, err
		}
		if reason.Key == "" {
			reason = x.compare(limits)
		}
		if reason.Key != "" {
			out = append(out, NotAssessed(nearDetector, fabSubject(form), reason, form.ID))
			continue
		}
		judged = append(judged, x)
	}
	var all []*surveyUnit
	var p []float64
	for _, x := range judged {
		for _, u := range x.units {
			all, p = append(all, u), append(p, u.p)
		}
	}
	for i, q := range stats.BenjaminiHochberg(p) {
		all[i].q = q
	}
	for _, x := range judged {
		out = append(out, x.findings(in, limits, len(all))...)
	}
	return out, nil
}

// answerField says whether a field's answers may tell subjects apart without naming them.
func answerField(form queries.Form, f queries.Field) bool {
	switch f.Type {
	case "id", "phone", "geo", "photo", "biometric", "datetime":
		return false
	}
	return (f.Role == "" || f.Role == "payload") && !slices.Contains(form.Prefilled, f.ID)
}

func readRecords(ctx context.Context, in Input, form queries.Form, limits map[string]float64) (*surveyForm, queries.Message, error) {
	x := &surveyForm{form: form, kinds: map[string]string{}}
	var ids []string
	for _, f := range form.Fields {
		if answerField(form, f) {
			ids = append(ids, f.ID)
			x.fields = append(x.fields, f)
		}
	}
	params := map[string]any{"form": form.ID, "n": len(ids), "need": limits["records_fields"]}
	if len(ids) < int(limits["records_fields"]) {
		return nil, fabReason("few_answers", params), nil
	}
	from, to := in.verifySpan()
	err := in.Store.RecordSample(ctx, form.ID, ids, int(limits["records_sample"]), from, to, func(r queries.RecordRow) error {
		if n := len(x.units); n == 0 || x.units[n-1].unit != r.Unit {
			x.units = append(x.units, &surveyUnit{unit: r.Unit, first: len(x.records)})
			if u, ok := in.Registry.Unit(r.Unit); ok {
				x.kinds[r.Unit] = u.Kind
			}
		}
		x.records = append(x.records, r)
		x.units[len(x.units)-1].last = len(x.records)
		return nil
	})
	if err != nil {
		return nil, queries.Message{}, err
	}
	x.units = slices.DeleteFunc(x.units, func(u *surveyUnit) bool { return u.size() < int(limits["records_least"]) })
	if params["n"], params["need"] = len(x.units), limits["records_least"]; len(x.units) < int(limits["min_units"]) {
		return nil, fabReason("few_records", params), nil
	}
	if n := x.learnWeights(); n < int(limits["records_fields"]) {
		params["n"], params["need"] = n, limits["records_fields"]
		return nil, fabReason("few_answers", params), nil
	}
	return x, queries.Message{}, nil
}

// leastWeight is the information of a field below which it does not count: nine in ten answer the same.
const leastWeight = 0.2

// learnWeights weighs every field by how rarely two records of different units agree in it, -ln sum p_k², and returns how
// many fields tell records apart. Fields in which nearly every record has an answer of its own, names and free notes, would
// hide that all others agree: they weigh as much as a field of twenty answers at most.
func (x *surveyForm) learnWeights() int {
	x.weights = make([]float64, len(x.fields))
	n := 0
	for f := range x.fields {
		counts := map[uint64]int{}
		known := 0
		for i := range x.records {
			if a := x.records[i].Answers[f]; a != 0 {
				counts[a]++
				known++
			}
		}
		if known < len(x.records)/10 || known < 2 {
			continue
		}
		agree := 0.0
		for _, k := range counts {
			agree += float64(k) * float64(k-1)
		}
		agree /= float64(known) * float64(known-1)
		weight := math.Min(3, -math.Log(math.Max(agree, 1e-9)))
		if weight < leastWeight {
			continue
		}
		x.weights[f] = weight
		x.total += weight
		n++
	}
	return n
}

// comparable says whether two records are about different subjects: visits to the same one, and corrections, agree by right.
// Where the upstream tells no subject, only records of one period are compared.
func comparableRecords(a, b *queries.RecordRow) bool {
	if a.Subject != 0 && b.Subject != 0 {
		return a.Subject != b.Subject
	}
	return a.Start.Equal(b.Start)
}

// match is the weighted share of answers that two records share.
func (x *surveyForm) match(a, b *queries.RecordRow) float64 {
	same, all := 0.0, 0.0
	for f, w := range x.weights {
		if w == 0 || a.Answers[f] == 0 && b.Answers[f] == 0 {
			continue
		}
		all += w
		if a.Answers[f] == b.Answers[f] {
			same += w
		}
	}
	if all < x.total/2 { // too little was answered
		return 0
	}
	return same / all
}

// compare finds the likest record of each within its unit, and what is usual when units are shuffled: every record is held
// against as many records of other units of the same kind.
func (x *surveyForm) compare(limits map[string]float64) queries.Message {
	rng := stats.NewRand(1, "records "+x.form.ID)
	peers := map[string][]int{}
	for _, u := range x.units {
		for i := u.first; i < u.last; i++ {
			peers[x.kinds[u.unit]] = append(peers[x.kinds[u.unit]], i)
		}
	}
	var shuffled []float64
	for _, u := range x.units {
		u.best, u.like = make([]float64, u.size()), make([]int, u.size())
		others := peers[x.kinds[u.unit]]
		if len(others) < 4*u.size() {
			others = nil
			for i := range x.records {
				others = append(others, i)
			}
		}
		for i := range u.best {
			a := &x.records[u.first+i]
			tries := 0
			for j := range u.best {
				b := &x.records[u.first+j]
				if i == j || !comparableRecords(a, b) {
					continue
				}
				tries++
				if m := x.match(a, b); m > u.best[i] {
					u.best[i], u.like[i] = m, u.first+j
				}
			}
			shuffled = append(shuffled, x.bestOfOthers(a, u, others, tries, rng))
		}
	}
	slices.Sort(shuffled)
	x.bound = stats.QuantileSorted(shuffled, 1-limits["records_alpha"])
	if x.bound >= limits["records_entropy"] {
		return fabReason("low_entropy", map[string]any{"form": x.form.ID})
	}
	at, _ := slices.BinarySearch(shuffled, math.Nextafter(x.bound, 2))
	x.chance = float64(len(shuffled)-at) / float64(len(shuffled))
	x.judge()
	return queries.Message{}
}

// bestOfOthers is the best match of a record among a number of records of other units.
func (x *surveyForm) bestOfOthers(a *queries.RecordRow, u *surveyUnit, others []int, tries int, rng *rand.Rand) float64 {
	best := 0.0
	for range tries {
		j := others[rng.IntN(len(others))]
		if j >= u.first && j < u.last {
			continue
		}
		best = math.Max(best, x.match(a, &x.records[j]))
	}
	return best
}

// judge gives every unit its p: records alike come in twos at the least, so that they and all records count half, and the
// share of honest units varies as a beta-binomial that is learnt without the top ones.
func (x *surveyForm) judge() {
	var shares []float64
	for _, u := range x.units {
		u.hits = 0
		for _, b := range u.best {
			if b > x.bound {
				u.hits++
			}
		}
		shares = append(shares, u.share())
	}
	x.median = stats.Median(shares)
	slices.Sort(shares)
	top := stats.QuantileSorted(shares, 1-trimmedTop)
	var k, n []float64
	for _, u := range x.units {
		if u.share() <= top {
			k, n = append(k, float64(u.hits)/2), append(n, float64(u.size())/2)
		}
	}
	x.honest = stats.FitBetaBinomial(k, n)
	x.honest.Mean = math.Max(x.honest.Mean, math.Max(x.chance, 0.005))
	// Leaving out the top narrows what is seen of the spread between honest units.
	x.honest.Rho = math.Min(0.9, math.Max(0.02, 2*x.honest.Rho))
	for _, u := range x.units {
		u.p = x.honest.Upper(u.hits/2, u.size()/2)
	}
}
