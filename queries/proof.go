package queries

import (
	"context"
	"path"
	"strings"
	"time"
)

// ProofQuery says which records are meant: submissions of a form for periods that begin from From to To, of the units given or of
// all; or the usage of a system on these days.
type ProofQuery struct {
	Form   string   `json:"form,omitempty"`
	System string   `json:"system,omitempty"`
	Units  []string `json:"units,omitempty"`
	From   string   `json:"from"` // days such as 2026-06-30
	To     string   `json:"to"`
}

// RecordProof refers to records without telling what is in them: what one unit handed in for one period of a form, or what the
// logs of a system hold of one day.
type RecordProof struct {
	Kind    string `json:"kind"` // submissions, usage
	Form    string `json:"form,omitempty"`
	Unit    string `json:"unit,omitempty"`
	Period  string `json:"period,omitempty"`
	System  string `json:"system,omitempty"`
	Day     string `json:"day,omitempty"`
	Records uint64 `json:"records"` // submissions, or events
	// SHA256 is over the records in a canonical form that sql/proof.*.sql define. Pseudonyms are in it, so that nobody can
	// guess what was answered from the hash.
	SHA256 string `json:"sha256"`
}

// Reference names the records, for comparing two proofs of them.
func (p RecordProof) Reference() string {
	return strings.Join([]string{p.Kind, p.System, p.Day, p.Form, p.Unit, p.Period}, " ")
}

// RecordProofs hashes the records that a query means, in order of unit and period, or of days.
func (s *Store) RecordProofs(ctx context.Context, q ProofQuery) ([]RecordProof, error) {
	name, params := q.Statement()
	var out []RecordProof
	err := s.Each(ctx, name, params, func(scan func(...any) error) error {
		p := RecordProof{Kind: "submissions", Form: q.Form, System: q.System}
		if q.Form == "" {
			p.Kind = "usage"
			var day time.Time
			if err := scan(&day, &p.Records, &p.SHA256); err != nil {
				return err
			}
			p.Day = day.Format(time.DateOnly)
		} else if err := scan(&p.Unit, &p.Period, &p.Records, &p.SHA256); err != nil {
			return err
		}
		out = append(out, p)
		return nil
	})
	return out, err
}

// Statement is the name of the statement that answers the query, and its parameters.
func (q ProofQuery) Statement() (name string, params Params) {
	if q.Form == "" {
		return "proof.Usage", Params{"system": q.System, "from": q.From, "to": q.To}
	}
	return "proof.Submissions", Params{"form": q.Form, "units": orEmpty(q.Units), "from": q.From, "to": q.To}
}

// Statements are the texts of all statements of queries/sql by their names: what this program can ask of the store.
func Statements() (map[string]string, error) {
	entries, err := statements.ReadDir("sql")
	if err != nil {
		return nil, err
	}
	out := make(map[string]string, len(entries))
	for _, e := range entries {
		text, err := statements.ReadFile(path.Join("sql", e.Name()))
		if err != nil {
			return nil, err
		}
		out[strings.TrimSuffix(e.Name(), ".sql")] = string(text)
	}
	return out, nil
}
