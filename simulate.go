package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jianfu/jianfu/demo/simulate"
)

func (p *program) simulateCommand() *cobra.Command {
	var o simulate.Options
	var dir, intensity, kinds, alikes, until string
	var zip bool
	c := &cobra.Command{
		Use:   "simulate --out DIR [--units N] [--months N] [--forms N] [--fields N] [--visits N] [--share S] [--intensity 0.3..1] [--kinds K,…] [--seed N]",
		Short: "模拟造假的县 / a county with chosen fabrications, and the truth about it",
		Long: `Writes a fictional county as interchange files (docs/interchange.md) and truth.json, which says who fabricates what and what
honestly looks like it. 'jianfu import' takes the files in the order of their names, 'jianfu evaluate' scores findings
against the truth. docs/evaluation.md describes the kinds, the circumstances and the format.

Kinds:       ` + strings.Join(simulate.Kinds(), ", ") + `
Held out:    ` + strings.Join(simulate.HeldOut(), ", ") + `
Look-alikes: ` + strings.Join(simulate.LookAlikes(), ", "),
		Example: "  jianfu simulate --out county --seed 7 --intensity 0.3..1\n  jianfu import --embedded data county/*.ndjson",
		Args:    arguments(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if dir == "" {
				return usageError{errors.New("give --out DIR, the folder to write to")}
			}
			var err error
			if o.Intensity, err = simulate.ParseIntensity(intensity); err != nil {
				return usageError{fmt.Errorf("--intensity: %w", err)}
			}
			if o.Kinds, err = parseKinds(kinds); err != nil {
				return usageError{fmt.Errorf("--kinds: %w", err)}
			}
			if o.LookAlikes, err = simulate.ParseList(alikes, simulate.LookAlikes()); err != nil {
				return usageError{fmt.Errorf("--look-alikes: %w", err)}
			}
			last, err := time.Parse("2006-01", until)
			if err != nil {
				return usageError{fmt.Errorf("--until %q is not a month such as 2026-06", until)}
			}
			o.Until = last.AddDate(0, 1, 0)
			if o.Visits == 0 && c.Flags().Changed("visits") {
				o.Visits = -1
			}
			return p.simulate(c.Context(), o, dir, zip)
		},
	}
	c.Flags().StringVar(&dir, "out", "", "folder to write to; files of a former county in it are replaced")
	c.Flags().IntVar(&o.Units, "units", 200, "villages and communities")
	c.Flags().IntVar(&o.Months, "months", 36, "months of data")
	c.Flags().IntVar(&o.Forms, "forms", 8, "forms with one submission a unit and period")
	c.Flags().IntVar(&o.Fields, "fields", 20, "fields of each of them")
	c.Flags().IntVar(&o.Visits, "visits", 0, "records of household visits, all together, about; 20 a unit and month unless given, 0 for none")
	c.Flags().Float64Var(&o.Share, "share", 0.05, "share of the units that fabricate")
	c.Flags().StringVar(&intensity, "intensity", "0.3..1", "share of a unit's submissions that are touched: a range, or a list such as 0.3,0.6")
	c.Flags().StringVar(&kinds, "kinds", "tuned", "ways to fabricate, separated by commas; tuned, held-out or all")
	c.Flags().StringVar(&alikes, "look-alikes", "all", "honest circumstances that look like it, separated by commas; all or none")
	c.Flags().StringVar(&until, "until", "2026-06", "last month of data")
	c.Flags().Uint64Var(&o.Seed, "seed", 1, "another number is another county")
	c.Flags().BoolVar(&zip, "gzip", false, "pack the files of records")
	return c
}

func parseKinds(s string) ([]string, error) {
	every := append(simulate.Kinds(), simulate.HeldOut()...)
	switch strings.TrimSpace(s) {
	case "tuned":
		return simulate.Kinds(), nil
	case "held-out":
		return simulate.HeldOut(), nil
	}
	return simulate.ParseList(s, every)
}

// simulate writes the files of a county, the truth last.
func (p *program) simulate(ctx context.Context, o simulate.Options, dir string, zip bool) error {
	begin := time.Now()
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return fmt.Errorf("unable to make the folder of the county: %w", err)
	}
	for _, name := range append(simulate.Files(), "truth.json") {
		for _, old := range []string{name, name + ".gz"} {
			if err := os.Remove(filepath.Join(dir, old)); err != nil && !errors.Is(err, os.ErrNotExist) {
				return fmt.Errorf("unable to replace a former county: %w", err)
			}
		}
	}
	truth, err := simulate.Write(ctx, o, func(name string) (io.WriteCloser, error) {
		fmt.Fprintf(p.err, "[%5.1f s] %s\n", time.Since(begin).Seconds(), name)
		if !zip {
			return os.OpenFile(filepath.Join(dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		}
		f, err := os.OpenFile(filepath.Join(dir, name+".gz"), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o640)
		if err != nil {
			return nil, err
		}
		w, err := gzip.NewWriterLevel(f, gzip.BestSpeed)
		return packed{w, f}, err
	})
	if err != nil {
		return err
	}
	err = writeFile(filepath.Join(dir, "truth.json"), func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetEscapeHTML(false)
		e.SetIndent("", " ")
		return e.Encode(truth)
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(p.err, "[%5.1f s] done: %d units, %d forms, %d pairs fabricated, %d look-alikes; analyse with --as-of %s\n",
		time.Since(begin).Seconds(), len(truth.Units), len(truth.Forms), len(truth.Bad), len(truth.LookAlikes), truth.AsOf)
	return nil
}

// packed closes the packer before the file.
type packed struct {
	*gzip.Writer
	file *os.File
}

func (z packed) Close() error { return errors.Join(z.Writer.Close(), z.file.Close()) }
