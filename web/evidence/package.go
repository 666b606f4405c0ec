// Package evidence writes and checks packages of evidence: a report with everything by which somebody else can check it offline,
// years later: the findings, references to the records behind them with their hashes, the queries with their parameters, the
// thresholds in force, how far the data were seen, and a manifest of hashes. The same state gives the same bytes.
package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/interchange"
	"github.com/jianfu/jianfu/web/locale"
	"github.com/jianfu/jianfu/web/report"
)

// Format is the name of the format and its version.
const Format = "jianfu-evidence-1"

// Reader is what a package reads. *queries.Store is one.
type Reader interface {
	report.Reader
	// RecordProofs hashes the records that a query means.
	RecordProofs(ctx context.Context, q queries.ProofQuery) ([]queries.RecordProof, error)
}

// Program says which program made a package.
type Program struct {
	Name    string `json:"name"`
	Version string `json:"version"`
	Go      string `json:"go"`
}

// Options say how a package is made.
type Options struct {
	Bundle   *locale.Bundle
	Language string
	Zone     *time.Location
	Program  Program
}

// about is package.json: what the package is about, and from which analysis. No time of day is in it but those of the analysis.
type about struct {
	Format      string            `json:"format"`
	Place       string            `json:"place"`
	Language    string            `json:"language"`
	Scope       map[string]string `json:"scope"`
	Analysed    string            `json:"analysed"` // when the analysis ended
	Window      [2]string         `json:"window"`   // first and last day that it judged
	Policy      []string          `json:"policy"`   // versions of the policy file under which the findings were made
	Findings    int               `json:"findings"`
	NotAssessed int               `json:"not_assessed"`
	Total       uint64            `json:"total"`         // in scope, of which the strongest are in the package
	Report      string            `json:"report_sha256"` // the evidence hash on the pages of the report
	Program     Program           `json:"program"`
}

// reference is a line of references.ndjson: a finding, what it hashes to, and the records on which it rests.
type reference struct {
	Finding  string               `json:"finding"`
	Evidence string               `json:"evidence_sha256"` // as printed in the report; the store can be held against it
	Line     string               `json:"line_sha256"`     // of its line in findings.ndjson, without the line's end
	Rests    []queries.ProofQuery `json:"records"`
}

// asked is a line of queries.json: a statement that was run for the package, with its parameters.
type asked struct {
	Statement  string         `json:"statement"`
	Parameters queries.Params `json:"parameters"`
}

// thresholds is one entry of policy.json.
type thresholds struct {
	Detector string             `json:"detector"`
	Version  uint16             `json:"version"`
	Policy   string             `json:"policy"`
	Values   map[string]float64 `json:"thresholds"`
}

// coverage is one entry of coverage.json.
type coverage struct {
	Source      string `json:"source"`
	LastSuccess string `json:"last_success"`
	LastRecord  string `json:"last_record"`
	Quarantined uint64 `json:"quarantined"`
	Days        []day  `json:"days"`
}

type day struct {
	Day  string `json:"day"`
	Rows uint64 `json:"rows"`
	Runs uint64 `json:"runs"`
}

// Files makes the files of a package by their paths, without the manifest.
func Files(ctx context.Context, r Reader, d *report.Data, o Options) (map[string][]byte, error) {
	if !locale.Known(o.Language) {
		o.Language = locale.Chinese
	}
	if o.Bundle == nil {
		b, err := locale.Load()
		if err != nil {
			return nil, fmt.Errorf("unable to load the texts: %w", err)
		}
		o.Bundle = b
	}
	files := map[string][]byte{"README.txt": []byte(o.Bundle.Text(locale.Chinese, "report.package_readme") + "\n\n" + o.Bundle.Text(locale.English, "report.package_readme") + "\n")}
	var page bytes.Buffer
	if err := report.HTML(&page, d, report.Options{Bundle: o.Bundle, Language: o.Language, Zone: o.Zone, Now: d.Overview.Analysed}); err != nil {
		return nil, err
	}
	files["report.html"] = page.Bytes()
	words := interchange.Words{Bundle: o.Bundle, Language: o.Language, Names: d.Called.Name}
	var findings, references bytes.Buffer
	var rests []queries.ProofQuery
	judged := 0
	for _, f := range sorted(d.Findings) {
		line, err := encode(words.Finding(f))
		if err != nil {
			return nil, fmt.Errorf("unable to write the finding %s: %w", f.ID, err)
		}
		findings.Write(line)
		ref := reference{Finding: f.ID, Evidence: report.Hash(f), Line: sum(bytes.TrimSuffix(line, []byte("\n")))}
		if f.Status != "not_assessed" {
			judged++
			ref.Rests = restsOn(f)
			rests = append(rests, ref.Rests...)
		}
		if line, err = encode(ref); err != nil {
			return nil, fmt.Errorf("unable to write the finding %s: %w", f.ID, err)
		}
		references.Write(line)
	}
	files["findings.ndjson"], files["references.ndjson"] = findings.Bytes(), references.Bytes()
	rests = union(rests)
	records, err := recordLines(ctx, r, rests)
	if err != nil {
		return nil, err
	}
	files["records.ndjson"] = records
	statements, err := queries.Statements()
	if err != nil {
		return nil, fmt.Errorf("unable to read the statements: %w", err)
	}
	for name, text := range statements {
		files["queries/"+name+".sql"] = []byte(text)
	}
	var ran []asked
	for _, q := range rests {
		name, params := q.Statement()
		ran = append(ran, asked{name, params})
	}
	judgedBy := policy(d.Findings)
	for path, value := range map[string]any{
		"queries.json": ran, "policy.json": judgedBy, "coverage.json": seen(d.Sources),
		"package.json": about{
			Format: Format, Place: d.Called.Place, Language: o.Language, Scope: d.Scope.Parameters(), Analysed: interchange.Moment(d.Overview.Analysed),
			Window: [2]string{interchange.Date(d.Overview.From), interchange.Date(d.Overview.To)}, Policy: versions(judgedBy), Findings: judged,
			NotAssessed: len(d.Findings) - judged, Total: d.Total, Report: d.Hash(), Program: o.Program,
		},
	} {
		text, err := json.MarshalIndent(value, "", " ")
		if err != nil {
			return nil, fmt.Errorf("unable to write %s: %w", path, err)
		}
		files[path] = append(text, '\n')
	}
	return files, nil
}

// sorted gives the findings in the order of their ids, so that nothing depends on how they were read.
func sorted(all []queries.Finding) []queries.Finding {
	return slices.SortedFunc(slices.Values(all), func(a, b queries.Finding) int { return compare(a.ID, b.ID) })
}

func recordLines(ctx context.Context, r Reader, rests []queries.ProofQuery) ([]byte, error) {
	var out bytes.Buffer
	for _, q := range rests {
		proofs, err := r.RecordProofs(ctx, q)
		if err != nil {
			return nil, fmt.Errorf("unable to hash the records behind the findings: %w", err)
		}
		for _, p := range proofs {
			line, err := encode(p)
			if err != nil {
				return nil, fmt.Errorf("unable to write a reference: %w", err)
			}
			out.Write(line)
		}
	}
	return out.Bytes(), nil
}

// restsOn are the records on which a finding rests: what its units, or all, handed in of its forms within its period; and for
// one that names systems and no form, their logs.
func restsOn(f queries.Finding) []queries.ProofQuery {
	from, to := interchange.Date(f.From), interchange.Date(f.To)
	if from == "" || to == "" {
		return nil
	}
	units := slices.Sorted(slices.Values(f.Subject.Units))
	var out []queries.ProofQuery
	for _, form := range slices.Sorted(slices.Values(f.Subject.Forms)) {
		out = append(out, queries.ProofQuery{Form: form, Units: units, From: from, To: to})
	}
	if len(out) == 0 {
		for _, system := range slices.Sorted(slices.Values(f.Subject.Systems)) {
			out = append(out, queries.ProofQuery{System: system, From: from, To: to})
		}
	}
	return out
}

// union joins what is asked of the same form or system, so that no record is referred to twice: all their units (all there are,
// where one asks for all) over the longest of their periods.
func union(all []queries.ProofQuery) []queries.ProofQuery {
	joined := map[[2]string]*queries.ProofQuery{}
	for _, q := range all {
		key := [2]string{q.Form, q.System}
		have := joined[key]
		if have == nil {
			joined[key] = &q
			continue
		}
		have.From, have.To = min(have.From, q.From), max(have.To, q.To)
		if len(have.Units) == 0 || len(q.Units) == 0 {
			have.Units = nil
		} else {
			have.Units = slices.Compact(slices.Sorted(slices.Values(slices.Concat(have.Units, q.Units))))
		}
	}
	out := make([]queries.ProofQuery, 0, len(joined))
	for _, key := range slices.SortedFunc(maps.Keys(joined), func(a, b [2]string) int { return slices.Compare(a[:], b[:]) }) {
		out = append(out, *joined[key])
	}
	return out
}

func policy(all []queries.Finding) []thresholds {
	seen := map[string]thresholds{}
	for _, f := range all {
		if len(f.Evidence.Thresholds) == 0 {
			continue
		}
		t := thresholds{f.Detector, f.Version, f.Evidence.Policy, f.Evidence.Thresholds}
		if text, err := json.Marshal(t); err == nil { // thresholds of stored findings are finite
			seen[string(text)] = t
		}
	}
	out := make([]thresholds, 0, len(seen))
	for _, key := range slices.Sorted(maps.Keys(seen)) {
		out = append(out, seen[key])
	}
	return out
}

func versions(all []thresholds) []string {
	out := []string{}
	for _, t := range all {
		if t.Policy != "" && !slices.Contains(out, t.Policy) {
			out = append(out, t.Policy)
		}
	}
	slices.Sort(out)
	return out
}

func seen(sources []queries.SourceRow) []coverage {
	out := make([]coverage, 0, len(sources))
	for _, s := range sources {
		c := coverage{Source: s.ID, LastSuccess: interchange.Moment(s.LastSuccess), LastRecord: interchange.Moment(s.LastRecord), Quarantined: s.Quarantined}
		for _, d := range s.Days {
			c.Days = append(c.Days, day{interchange.Date(d.Day), d.Rows, d.Runs})
		}
		out = append(out, c)
	}
	return out
}

// encode writes a line of NDJSON as docs/interchange.md has it.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return out.Bytes(), err
}

func sum(content []byte) string {
	h := sha256.Sum256(content)
	return hex.EncodeToString(h[:])
}
