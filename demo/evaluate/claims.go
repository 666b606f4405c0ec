package evaluate

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
)

// Claim is what somebody says about one form of one unit.
type Claim struct {
	Pair
	Recommended bool
	Priority    int     // 1 first; 0 without one
	Score       float64 // orders what has no priority, greatest first
	Detector    string
}

// ReadClaims reads findings (docs/interchange.md, as `jianfu findings --format ndjson` prints them) or a verification list,
// one JSON object a line or one JSON array; lines of both kinds may be mixed. Only keys that matter here are read: of a
// list's line unit, form, priority, score and recommended; of a finding subject, family, status, score, p, detector and
// recommended. A finding that does not say whether verification is recommended counts as a recommendation. What names no
// unit, more than one form, or is not open makes no claim.
func ReadClaims(r io.Reader, name string) ([]Claim, error) {
	text, err := io.ReadAll(bufio.NewReader(r))
	if err != nil {
		return nil, fmt.Errorf("unable to read %s: %w", name, err)
	}
	p := &parser{file: name, text: text}
	var out []Claim
	take := func(raw []byte, at int64) error {
		var s statement
		if err := json.Unmarshal(raw, &s); err != nil {
			return p.lineFault(raw, at, err)
		}
		claims, reason := s.claims()
		if reason != "" {
			return p.fault(at, "", "%s", reason)
		}
		out = append(out, claims...)
		return nil
	}
	if trimmed := bytes.TrimSpace(text); len(trimmed) > 0 && trimmed[0] == '[' {
		elements, err := p.elements("", member{raw: trimmed, at: int64(bytes.IndexByte(text, '['))})
		if err != nil {
			return nil, err
		}
		for _, m := range elements {
			if err := take(m.raw, m.at); err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	for at := 0; at < len(text); {
		end := bytes.IndexByte(text[at:], '\n')
		if end < 0 {
			end = len(text) - at
		}
		if line := bytes.TrimSpace(text[at : at+end]); len(line) > 0 {
			if err := take(line, int64(at)); err != nil {
				return nil, err
			}
		}
		at += end + 1
	}
	return out, nil
}

func (p *parser) lineFault(_ []byte, at int64, err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return p.fault(at, wrong.Field, "expected %s, not %s", kindOf(wrong.Type.String()), wrong.Value)
	}
	return p.fault(at, "", "this is no JSON object: %s", err)
}

// statement is a line of either kind.
type statement struct {
	Unit        string   `json:"unit"`
	Form        string   `json:"form"`
	Priority    int      `json:"priority"`
	Recommended *bool    `json:"recommended"`
	Score       *float64 `json:"score"`
	P           *float64 `json:"p"`
	Family      string   `json:"family"`
	Status      string   `json:"status"`
	Detector    string   `json:"detector"`
	Subject     *struct {
		Units []string `json:"units"`
		Forms []string `json:"forms"`
	} `json:"subject"`
}

// silent are the states of a finding that says nothing any more.
var silent = []string{"not_assessed", "waived", "explained", "false_alarm", "resolved"}

func (s *statement) claims() ([]Claim, string) {
	claim := Claim{Recommended: s.Recommended == nil || *s.Recommended, Priority: s.Priority, Detector: s.Detector}
	switch {
	case s.Score != nil:
		claim.Score = *s.Score
	case s.P != nil:
		claim.Score = 1 - *s.P
	}
	if s.Subject == nil {
		if s.Unit == "" || s.Form == "" {
			return nil, `the line has neither "unit" and "form" nor a "subject"`
		}
		claim.Pair = Pair{s.Unit, s.Form}
		return []Claim{claim}, ""
	}
	if s.Family != "" && s.Family != "fabrication" || slices.Contains(silent, s.Status) || len(s.Subject.Forms) != 1 {
		return nil, ""
	}
	var out []Claim
	for _, unit := range s.Subject.Units {
		claim.Pair = Pair{unit, s.Subject.Forms[0]}
		out = append(out, claim)
	}
	return out, ""
}

// OfFindings takes findings as claims, as ReadClaims does.
func OfFindings(found []queries.Finding) []Claim {
	var out []Claim
	for _, f := range found {
		if f.Family != "fabrication" || slices.Contains(silent, f.Status) || len(f.Subject.Forms) != 1 {
			continue
		}
		for _, unit := range f.Subject.Units {
			out = append(out, Claim{Pair: Pair{unit, f.Subject.Forms[0]}, Recommended: true, Score: f.Score, Detector: f.Detector})
		}
	}
	return out
}

// OfVerifyList takes a verification list as claims.
func OfVerifyList(list []queries.VerifyItem) []Claim {
	out := make([]Claim, len(list))
	for i, v := range list {
		out[i] = Claim{Pair: Pair{v.Unit, v.Form}, Recommended: v.Recommended, Priority: v.Priority}
	}
	return out
}

// ranking joins claims about one pair and orders the pairs, the most suspicious first: by priority where there is one, then by
// score. Where a list is given, be it empty, it alone recommends, and findings only order what it does not have.
func ranking(findings, list []Claim) []Claim {
	best := map[Pair]Claim{}
	add := func(claims []Claim, recommend bool) {
		for _, c := range claims {
			c.Recommended = c.Recommended && recommend
			was, known := best[c.Pair]
			if !known || better(c, was) {
				c.Recommended = c.Recommended || was.Recommended
				best[c.Pair] = c
			} else if c.Recommended {
				was.Recommended = true
				best[c.Pair] = was
			}
		}
	}
	add(list, true)
	add(findings, list == nil)
	out := make([]Claim, 0, len(best))
	for _, c := range best {
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b Claim) int {
		switch {
		case better(a, b):
			return -1
		case better(b, a):
			return 1
		}
		return cmp.Or(strings.Compare(a.Unit, b.Unit), strings.Compare(a.Form, b.Form))
	})
	return out
}

func better(a, b Claim) bool {
	if (a.Priority > 0) != (b.Priority > 0) {
		return a.Priority > 0
	}
	if a.Priority != b.Priority {
		return a.Priority < b.Priority
	}
	return a.Score > b.Score
}
