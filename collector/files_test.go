package collector

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFilePatterns(t *testing.T) {
	base := t.TempDir()
	for _, name := range []string{"a.csv", "b.csv.tmp", "~$c.csv", "d/e.CSV", "d/f.txt", "d/.g/h.csv", "i/j.csv"} {
		path := filepath.Join(base, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, c := range map[string]struct {
		patterns FilePatterns
		want     []string
		err      error
	}{
		"folder":           {FilePatterns{"."}, []string{"a.csv", "d/e.CSV", "i/j.csv"}, nil},
		"named":            {FilePatterns{"d/f.txt"}, []string{"d/f.txt"}, nil},
		"glob":             {FilePatterns{"*.csv*"}, []string{"a.csv"}, nil},
		"glob of folders":  {FilePatterns{"[di]"}, []string{"d/e.CSV", "i/j.csv"}, nil},
		"twice":            {FilePatterns{"a.csv", "*.csv", "."}, []string{"a.csv", "d/e.CSV", "i/j.csv"}, nil},
		"no match":         {FilePatterns{"d/*.xlsx"}, nil, nil},
		"no folder":        {FilePatterns{"none/*/x.csv"}, nil, fs.ErrNotExist},
		"no file":          {FilePatterns{"none.csv"}, nil, fs.ErrNotExist},
		"absolute pattern": {FilePatterns{filepath.Join(base, "a.*")}, []string{"a.csv"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			files, err := c.patterns.List(base, ".csv")
			if !errors.Is(err, c.err) {
				t.Fatalf("error %v, want %v", err, c.err)
			}
			var got []string
			for _, f := range files {
				rel, err := filepath.Rel(base, f)
				if err != nil {
					t.Fatal(err)
				}
				got = append(got, rel)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
