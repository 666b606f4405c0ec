package demo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
)

// The folders of the upstream systems, below Options.Dir.
const (
	logFolder   = "logs"
	tableFolder = "db"
	sheetFolder = "sheets"
	dropFolder  = "drop"
	truthFile   = "truth.json"
)

// job is one part of the upstream systems that can be written by itself.
type job func() error

// writeUpstreams writes all files.
func (c *County) writeUpstreams(ctx context.Context, st *steps) error {
	jobs := c.upstreamJobs()
	var done atomic.Int64
	return inParallel(ctx, len(jobs), func(i int) error {
		if err := jobs[i](); err != nil {
			return err
		}
		n := int(done.Add(1))
		st.more(n*upstreamSteps/len(jobs) - (n-1)*upstreamSteps/len(jobs))
		return nil
	})
}

// upstreamJobs lists the largest parts first, so that two processors end together.
func (c *County) upstreamJobs() []job {
	jobs := c.tableJobs()
	jobs = append(jobs, c.logJobs()...)
	jobs = append(jobs, c.sheetJobs()...)
	return append(jobs, c.dropJobs()...)
}

// prepareFolder makes the folder ready: it must be new, empty, or the place of an earlier county, which is removed.
func prepareFolder(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("unable to use the folder for the upstream systems: %w", err)
	}
	if len(entries) > 0 {
		if _, err := os.Stat(filepath.Join(dir, truthFile)); err != nil {
			return fmt.Errorf("unable to build the county in %s: the folder holds other files; name a new or empty one", dir)
		}
	}
	for _, name := range []string{logFolder, tableFolder, sheetFolder, dropFolder, truthFile} {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("unable to remove the earlier county: %w", err)
		}
	}
	for _, name := range []string{logFolder, tableFolder, sheetFolder, dropFolder} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o755); err != nil {
			return fmt.Errorf("unable to make the folder for the upstream systems: %w", err)
		}
	}
	return nil
}

// saveTruth writes what was planted beside the upstream systems. Written first, it also marks the folder as ours.
func (c *County) saveTruth() error {
	text, err := json.MarshalIndent(c.truth, "", " ")
	if err == nil {
		err = os.WriteFile(filepath.Join(c.Options.Dir, truthFile), append(text, '\n'), 0o644)
	}
	if err != nil {
		return fmt.Errorf("unable to write what was planted: %w", err)
	}
	return nil
}

// writeFile makes a file of the upstream systems and gives it the time of its last change in the simulation.
func (c *County) writeFile(path string, changed time.Time, write func(f *os.File) error) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("unable to make a folder: %w", err)
	}
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("unable to write an upstream: %w", err)
	}
	if err := errors.Join(write(f), f.Close()); err != nil {
		return fmt.Errorf("unable to write %s: %w", path, err)
	}
	if err := os.Chtimes(path, changed, changed); err != nil {
		return fmt.Errorf("unable to date %s: %w", path, err)
	}
	return nil
}
