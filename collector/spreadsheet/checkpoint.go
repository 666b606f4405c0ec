package spreadsheet

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
)

// entry is what the checkpoint knows of a file: it is read again, all of it, when its content has changed.
type entry struct {
	Path     string `json:"-"`
	Size     int64  `json:"size"`
	Modified int64  `json:"modified"` // nanoseconds since 1970
	Hash     string `json:"hash"`     // of the content
	Rows     uint64 `json:"rows"`     // submissions and rejections that have been handed over
	Done     bool   `json:"done"`
}

// state is the checkpoint of the source.
type state struct {
	Config string           `json:"config"` // fingerprint of the configuration that the files were read with
	Files  map[string]entry `json:"files"`  // by path
}

func loadState(c collector.Checkpoint, config string) (*state, error) {
	s := &state{Config: config, Files: make(map[string]entry)}
	if len(c) == 0 {
		return s, nil
	}
	var written state
	if err := json.Unmarshal(c, &written); err != nil {
		return nil, fmt.Errorf("unable to read the checkpoint: %w", err)
	}
	if written.Config == config && written.Files != nil {
		s.Files = written.Files
	}
	return s, nil
}

// due lists the files that are new, changed or unfinished, and their size in all. Busy tells that one of them was written
// to a moment ago. Files that are gone are forgotten.
func (s *state) due(paths []string, now time.Time, quiet time.Duration) (due []entry, total int64, busy bool) {
	listed := make(map[string]entry, len(paths))
	for _, path := range paths {
		known, exists := s.Files[path]
		info, err := os.Stat(path)
		if err != nil {
			due = append(due, entry{Path: path}) // opening it will tell what is wrong
			continue
		}
		if exists {
			listed[path] = known
		}
		e := entry{Path: path, Size: info.Size(), Modified: info.ModTime().UnixNano()}
		if exists && known.Done && known.Size == e.Size && known.Modified == e.Modified {
			continue
		}
		due = append(due, e)
		total += e.Size
		if age := now.Sub(info.ModTime()); age >= 0 && age < quiet {
			busy = true
		}
	}
	s.Files = listed
	return due, total, busy
}

// mark hands over the checkpoint.
func (s *state) mark(ctx context.Context, out collector.Sink) error {
	c, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("unable to write the checkpoint: %w", err)
	}
	return out.Mark(ctx, c)
}

func hashFile(path string) (hash string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	h := xxh3.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	sum := h.Sum128().Bytes()
	return hex.EncodeToString(sum[:]), nil
}

func hashText(s string) string {
	sum := xxh3.HashString128(s).Bytes()
	return hex.EncodeToString(sum[:])
}
