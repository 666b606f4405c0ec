package accesslog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"syscall"

	"github.com/jianfu/jianfu/collector"
)

// filesMost is how many files a source may have.
const filesMost = 20_000

// candidate is a file that the configured paths name.
type candidate struct {
	path string
	id   [2]uint64 // device and inode
	is   sighting
	size int64
}

// candidates lists the regular files in the order of their last change, so that rotated ones are read before the live one.
// A file that several names lead to is listed once. Files that cannot be looked at are reported; the others are listed.
func candidates(patterns collector.FilePatterns, base string) ([]candidate, error) {
	var out []candidate
	var faults []error
	var paths []string
	for _, pattern := range patterns {
		found, err := collector.FilePatterns{pattern}.List(base, "")
		if err != nil {
			faults = append(faults, fmt.Errorf("%w; check the path, and that the user that runs this program may read the folder", err))
		}
		paths = append(paths, found...)
	}
	seen := map[[2]uint64]bool{}
	for _, path := range paths {
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) {
			continue // rotated away since it was listed
		}
		if err != nil {
			faults = append(faults, fmt.Errorf("unable to look at %s: %w; let the user that runs this program read it", path, err))
			continue
		}
		c := describe(path, info)
		if !info.Mode().IsRegular() || seen[c.id] {
			continue
		}
		seen[c.id] = true
		out = append(out, c)
	}
	if len(out) > filesMost {
		return nil, fmt.Errorf("unable to follow %d files in one source; at most %d are possible: narrow the path or split the source", len(out), filesMost)
	}
	slices.SortFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.is[3], b.is[3]), cmp.Compare(b.path, a.path))
	})
	return out, errors.Join(faults...)
}

func describe(path string, info fs.FileInfo) candidate {
	c := candidate{path: path, size: info.Size()}
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		c.id = [2]uint64{uint64(stat.Dev), stat.Ino}
	}
	c.is = sighting{int64(c.id[0]), int64(c.id[1]), c.size, info.ModTime().UnixNano()}
	return c
}
