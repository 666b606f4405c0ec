package page

import (
	"encoding/json"
	"maps"
	"math"
	"slices"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/component"
	"github.com/jianfu/jianfu/web/locale"
)

// piece is one piece of evidence for or against two fields holding the same data.
type piece struct {
	Measure float64 `json:"measure"`
	Weight  float64 `json:"weight"`
	Shared  int     `json:"shared"`
	Of      int     `json:"of"`
	A       string  `json:"a"`
	B       string  `json:"b"`
}

// joinedRows is what the joined rows say.
type joinedRows struct {
	N        float64 `json:"n"`
	Agree    float64 `json:"agree"`
	Baseline float64 `json:"baseline"`
	Forward  float64 `json:"u_forward"`
	Factor   float64 `json:"factor"`
	Share    float64 `json:"factor_share"`
}

// reason is a line of the explanation of a match, in the reader's words.
type reason struct{ Part, Seen, Says string }

// Reasons explains a match in plain words: every component of the judgement as it is stored, with what it adds. The
// explanation is empty where it cannot be read.
type Reasons struct {
	Lines   []reason
	Vetoes  []string // what speaks against the pair by its own words
	Against []string // of these what rows that agree overruled
	Sum     string
}

// piecesInOrder are the components that are known, in the order of reading.
var piecesInOrder = []string{"synonym", "label", "format", "values", "distribution", "aligned"}

// ReasonsOf reads the stored explanation of a match.
func ReasonsOf(v component.View, m queries.FieldMatch) Reasons {
	var raw map[string]json.RawMessage
	if json.Unmarshal([]byte(m.Why), &raw) != nil {
		return Reasons{}
	}
	var out Reasons
	number := func(name string) float64 {
		var x float64
		if json.Unmarshal(raw[name], &x) != nil {
			return math.NaN()
		}
		return x
	}
	if prior := number("prior"); !math.IsNaN(prior) {
		out.Lines = append(out.Lines, reason{v.T("why.prior"), v.T("why.prior_seen"), weightWords(v, prior)})
	}
	var rows joinedRows
	joined := json.Unmarshal(raw["alignment"], &rows) == nil && rows.N > 0
	names := slices.Clone(piecesInOrder)
	for _, name := range slices.Sorted(maps.Keys(raw)) {
		if !slices.Contains(names, name) && v.Has("why.part."+name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		var c piece
		if json.Unmarshal(raw[name], &c) != nil {
			continue
		}
		seen := pieceWords(v, name, c)
		if name == "aligned" && joined {
			// The factor is that of the page's left to its right, which may be the other way round than where it was found.
			if rows.Factor > 0 && m.Factor > 0 {
				rows.Factor = m.Factor
			}
			seen = rowWords(v, rows, m.Join)
		}
		out.Lines = append(out.Lines, reason{v.Known("why.part."+name, name), seen, weightWords(v, c.Weight)})
	}
	if sum := number("log_odds"); !math.IsNaN(sum) {
		out.Sum = v.T("why.sum", "odds", signedNumber(sum), "probability", probability(m.Score))
	}
	out.Vetoes, out.Against = vetoWords(v, raw["vetoes"]), vetoWords(v, raw["against"])
	return out
}

func vetoWords(v component.View, raw json.RawMessage) []string {
	var names, out []string
	if json.Unmarshal(raw, &names) != nil {
		return nil
	}
	for _, name := range names {
		out = append(out, v.Known("why.veto."+name, name))
	}
	return out
}

// pieceWords says what a component saw.
func pieceWords(v component.View, name string, c piece) string {
	switch {
	case name == "label" && c.A != "":
		return v.T("why.label", "a", c.A, "b", c.B, "measure", c.Measure)
	case name == "format" && c.A != "":
		return v.T("why.format", "a", v.Known("why.format_of."+c.A, c.A), "b", v.Known("why.format_of."+c.B, c.B), "measure", c.Measure)
	case name == "values" && c.Of > 0:
		return v.T("why.values", "shared", c.Shared, "of", c.Of)
	case v.Has("why.measure." + name):
		return v.T("why.measure."+name, "measure", c.Measure)
	default:
		return v.T("why.measured", "measure", c.Measure)
	}
}

// rowWords says what the joined rows show.
func rowWords(v component.View, rows joinedRows, join string) string {
	how := v.Known("why.join."+join, v.T("why.join.other"))
	switch {
	case rows.Factor > 0:
		return v.T("why.rows_factor", "how", how, "n", rows.N, "factor", rows.Factor, "share", rows.Share)
	case rows.Forward >= 0.8 && rows.Agree < 0.5:
		return v.T("why.rows_codes", "how", how, "n", rows.N, "share", rows.Forward)
	default:
		return v.T("why.rows", "how", how, "n", rows.N, "agree", rows.Agree, "baseline", rows.Baseline)
	}
}

// weightWords says how much a component speaks for or against, with the number behind it. The steps are those of odds:
// twice, eight times, fifty times as likely.
func weightWords(v component.View, weight float64) string {
	key := "none"
	switch {
	case weight >= 3.9:
		key = "strong"
	case weight >= 0.7:
		key = "for"
	case weight <= -3.9:
		key = "strong_against"
	case weight <= -0.7:
		key = "against"
	}
	return v.T("why.says."+key, "weight", signedNumber(weight))
}

// signedNumber writes a number with its sign and one decimal.
func signedNumber(x float64) string {
	x = math.Round(x*10) / 10
	if x == 0 {
		return "0.0"
	}
	if x > 0 {
		return "+" + locale.Fixed(x, 1)
	}
	return locale.Fixed(x, 1)
}
