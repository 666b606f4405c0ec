package collector

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// FilePatterns are the files, folders and globs that a source reads: a text or a list of texts in the configuration.
type FilePatterns []string

// UnmarshalYAML reads path and [path, path].
func (p *FilePatterns) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*p = FilePatterns{one}
		return nil
	}
	var many []string
	if err := unmarshal(&many); err != nil {
		return errors.New("expected a path or a list of paths")
	}
	*p = many
	return nil
}

// Check tells what is wrong with the patterns themselves; nothing is opened.
func (p FilePatterns) Check() error {
	if len(p) == 0 {
		return errors.New("path is missing; write a file, a folder or a glob such as /srv/drop/*.csv, or a list of these")
	}
	for _, pattern := range p {
		if _, err := filepath.Match(pattern, ""); err != nil || pattern == "" {
			return fmt.Errorf("path %q is not a glob; a [ needs its ], and a literal one a backslash", pattern)
		}
	}
	return nil
}

// List finds the files in the order of their names, each once. Relative patterns are relative to base. Of folders, also
// those a glob finds, the files below whose names end in one of the suffixes are taken, at any depth; a file that is named or
// matched by a glob is taken whatever its name. Hidden files and those still being copied (.part, .tmp, ~) are left out. A
// named file or folder that does not exist is an error that wraps fs.ErrNotExist; a glob may match nothing as long as its
// folder exists.
func (p FilePatterns) List(base string, suffixes ...string) ([]string, error) {
	var files []string
	for _, pattern := range p {
		if !filepath.IsAbs(pattern) {
			pattern = filepath.Join(base, pattern)
		}
		matches, err := filepath.Glob(pattern)
		if err != nil {
			return nil, fmt.Errorf("unable to list %s: %w", pattern, err)
		}
		if len(matches) == 0 {
			if err := explainNothing(pattern); err != nil {
				return nil, err
			}
		}
		for _, m := range matches {
			found, err := below(m, suffixes)
			if err != nil {
				return nil, fmt.Errorf("unable to list %s: %w", m, err)
			}
			files = append(files, found...)
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// explainNothing tells a glob that matches nothing yet from a path that does not exist.
func explainNothing(pattern string) error {
	if !strings.ContainsAny(pattern, "*?[") {
		_, err := os.Stat(pattern)
		return fmt.Errorf("unable to find %s: %w", pattern, err)
	}
	folder := filepath.Dir(pattern)
	for strings.ContainsAny(folder, "*?[") {
		folder = filepath.Dir(folder)
	}
	if _, err := os.ReadDir(folder); err != nil {
		return fmt.Errorf("unable to list the folder of %s: %w", pattern, err)
	}
	return nil
}

func below(path string, suffixes []string) ([]string, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil // it was moved away since the glob saw it
	}
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		if unfinished(filepath.Base(path)) {
			return nil, nil
		}
		return []string{path}, nil
	}
	var files []string
	err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			return err
		case name != path && unfinished(entry.Name()):
			if entry.IsDir() {
				return fs.SkipDir
			}
		case !entry.IsDir() && hasSuffix(entry.Name(), suffixes):
			files = append(files, name)
		}
		return nil
	})
	return files, err
}

func hasSuffix(name string, suffixes []string) bool {
	name = strings.ToLower(name)
	return slices.ContainsFunc(suffixes, func(s string) bool { return strings.HasSuffix(name, s) })
}

// unfinished tells names that programs give to files they are still writing, and hidden ones.
func unfinished(name string) bool {
	if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "~$") || strings.HasSuffix(name, "~") {
		return true
	}
	return hasSuffix(name, []string{".tmp", ".part", ".partial", ".filepart", ".crdownload", ".swp"})
}
