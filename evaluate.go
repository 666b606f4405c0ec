package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/demo/evaluate"
	"github.com/jianfu/jianfu/queries"
)

func (p *program) evaluateCommand() *cobra.Command {
	var truth, list, format, language string
	var details bool
	c := &cobra.Command{
		Use:   "evaluate --truth truth.json [FINDINGS.ndjson|-] [--verify LIST.ndjson] [--format table|json]",
		Short: "对照真相给线索计分 / score findings against a truth file",
		Long: `Scores findings and a verification list against a truth file: precision, recall, places in the ranking, false discovery, each
kind at each intensity and each honest look-alike, with 95 % confidence intervals. Findings and lists are those of
docs/interchange.md, ours or anybody's with the same keys; with -c or --embedded they are read from the store. Without a list
every finding counts as a recommendation. docs/evaluation.md describes truth files and figures.`,
		Example: "  jianfu evaluate --truth county/truth.json --embedded data\n  jianfu evaluate --truth county/truth.json findings.ndjson --verify list.ndjson --format json",
		Args:    arguments(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, files []string) error {
			if truth == "" {
				return usageError{errors.New("give --truth FILE, the truth that 'jianfu simulate' or somebody else wrote")}
			}
			if format != "table" && format != "json" {
				return usageError{fmt.Errorf("--format %q is not one of table, json", format)}
			}
			stored := p.file != "" || p.embedded != ""
			if stored == (len(files) > 0 || list != "") {
				return usageError{errors.New("give a file of findings, --verify with a file, or a store with -c or --embedded; not files and a store")}
			}
			t, err := readFrom(truth, p.in, func(r io.Reader, name string) (*evaluate.Truth, error) { return evaluate.ReadTruth(r, name) })
			if err != nil {
				return err
			}
			var found, items []evaluate.Claim
			if stored {
				found, items, err = p.storedClaims(c.Context())
			} else {
				found, items, err = p.filedClaims(files, list)
			}
			if err != nil {
				return err
			}
			report := evaluate.Score(t, found, items)
			if format == "table" {
				return report.Write(p.out, language, details)
			}
			e := json.NewEncoder(p.out)
			e.SetEscapeHTML(false)
			e.SetIndent("", " ")
			if err := e.Encode(report); err != nil {
				return fmt.Errorf("unable to write the evaluation: %w", err)
			}
			return nil
		},
	}
	c.Flags().StringVar(&truth, "truth", "", "truth file; - is standard input")
	c.Flags().StringVar(&list, "verify", "", "verification list, as 'jianfu verify-list --format ndjson' prints it")
	c.Flags().StringVar(&format, "format", "table", "table or json")
	c.Flags().StringVar(&language, "language", "zh-CN", "of the table: zh-CN or en")
	c.Flags().BoolVar(&details, "details", false, "name in the table what was wrong and what was missed")
	return c
}

// readFrom reads a file, or standard input as "-".
func readFrom[T any](name string, stdin io.Reader, read func(io.Reader, string) (T, error)) (T, error) {
	if name == "-" {
		return read(stdin, "stdin")
	}
	f, err := os.Open(name)
	if err != nil {
		var none T
		return none, fmt.Errorf("unable to read %s: %w", name, err)
	}
	defer f.Close()
	return read(f, name)
}

// filedClaims reads findings and the list from files. A list that was asked for is one even if it is empty.
func (p *program) filedClaims(files []string, list string) (found, items []evaluate.Claim, err error) {
	if len(files) > 0 {
		if found, err = readFrom(files[0], p.in, evaluate.ReadClaims); err != nil {
			return nil, nil, err
		}
	}
	if list != "" {
		if items, err = readFrom(list, p.in, evaluate.ReadClaims); err != nil {
			return nil, nil, err
		}
		items = append([]evaluate.Claim{}, items...)
	}
	return found, items, nil
}

// storedClaims reads both from the store.
func (p *program) storedClaims(ctx context.Context) (found, items []evaluate.Claim, err error) {
	err = p.open(ctx, func(_ *config, s *queries.Store) error {
		var all []queries.Finding
		err := s.Findings(ctx, queries.FindingFilter{Family: "fabrication"}, func(f queries.Finding) error { all = append(all, f); return nil })
		if err != nil {
			return err
		}
		list, err := s.ReadVerifyList(ctx)
		found, items = evaluate.OfFindings(all), evaluate.OfVerifyList(list)
		return err
	})
	return found, items, err
}
