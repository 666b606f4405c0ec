package queries

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// anchorFile is the anchor as this process last saw it. Another process may have added to it since.
type anchorFile struct {
	path  string
	info  os.FileInfo // nil before it was read
	size  int64       // of all whole lines
	lines uint64
	last  AuditAnchor
	torn  []byte // the beginning of a line that a crash cut off
}

// lockAudit waits for its turn to add to the trail, for at most 20 seconds.
func lockAudit(ctx context.Context, path string) (release func(), err error) {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	lock := flock.New(path, flock.SetPermissions(0o600))
	if ok, err := lock.TryLockContext(ctx, 2*time.Millisecond); err != nil || !ok {
		return nil, fmt.Errorf("unable to lock the audit trail by %s: %w", path, err)
	}
	return func() { _ = lock.Close() }, nil
}

// unchanged says that the file is still as this process left it.
func (a *anchorFile) unchanged() bool {
	now, err := os.Stat(a.path)
	return err == nil && a.info != nil && os.SameFile(now, a.info) && now.Size() == a.size
}

// read takes in the lines that were added since the last time, or all where the file is another one.
func (a *anchorFile) read(key []byte) error {
	f, err := os.Open(a.path)
	if errors.Is(err, fs.ErrNotExist) {
		if a.info != nil {
			return &AuditFault{AuditNoAnchor, 1, "the anchor file is gone"}
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("unable to read the anchor of the audit trail: %w", err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("unable to read the anchor of the audit trail: %w", err)
	}
	if a.info == nil || !os.SameFile(info, a.info) || info.Size() < a.size {
		*a = anchorFile{path: a.path}
	}
	if _, err := f.Seek(a.size, io.SeekStart); err != nil {
		return fmt.Errorf("unable to read the anchor of the audit trail: %w", err)
	}
	text, err := io.ReadAll(f)
	if err != nil {
		return fmt.Errorf("unable to read the anchor of the audit trail: %w", err)
	}
	added, torn, err := parseAnchors(text, a.lines)
	if err != nil {
		return err
	}
	if fault := checkAnchors(key, a.last, added, a.lines); fault != nil {
		return fault
	}
	if len(added) > 0 {
		a.last = added[len(added)-1]
	}
	a.info, a.torn, a.lines = info, torn, a.lines+uint64(len(added))
	a.size += int64(len(text) - len(torn))
	return nil
}

// parseAnchors reads whole lines and gives what follows the last of them.
func parseAnchors(text []byte, before uint64) (lines []AuditAnchor, torn []byte, err error) {
	for {
		line, rest, whole := bytes.Cut(text, []byte("\n"))
		if !whole {
			return lines, line, nil
		}
		before++
		a, err := ParseAuditAnchor(string(line))
		if err != nil {
			return nil, nil, &AuditFault{AuditAnchorLine, before, fmt.Sprintf("line %d of the anchor file cannot be read: %s", before, err)}
		}
		lines, text = append(lines, a), rest
	}
}

// readAnchors reads a whole anchor file, or a copy of one.
func readAnchors(path string) (lines []AuditAnchor, torn []byte, err error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, nil, fmt.Errorf("unable to read an anchor of the audit trail: %w", err)
	}
	return parseAnchors(text, 0)
}

// writable opens the file for a line, so that nothing is stored that cannot be anchored.
func (a *anchorFile) writable() (*os.File, error) {
	flags := os.O_WRONLY | os.O_APPEND
	if a.info == nil {
		flags |= os.O_CREATE | os.O_EXCL
	}
	f, err := os.OpenFile(a.path, flags, 0o600)
	if err != nil {
		return nil, fmt.Errorf("unable to write the anchor of the audit trail: %w", err)
	}
	return f, nil
}

// add writes the line of a link and waits until it is on the disk. What a crash left of the same line is completed, never
// rewritten; what is left of another line was not written by this program.
func (a *anchorFile) add(f *os.File, key []byte, l AuditLink) error {
	next := anchored(key, a.last, l)
	line := next.String() + "\n"
	if !strings.HasPrefix(line, string(a.torn)) {
		return &AuditFault{AuditAnchorLine, a.lines + 1, "the last line of the anchor file is cut off and not the beginning of what was to be written"}
	}
	_, err := f.WriteString(line[len(a.torn):])
	if err == nil {
		err = f.Sync()
	}
	if err != nil {
		return fmt.Errorf("unable to write the anchor of the audit trail: %w", err)
	}
	if a.info, err = f.Stat(); err != nil {
		return fmt.Errorf("unable to read the anchor of the audit trail: %w", err)
	}
	a.last, a.torn, a.lines, a.size = next, nil, a.lines+1, a.size+int64(len(line))
	return nil
}
