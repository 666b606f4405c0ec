package accesslog

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cespare/xxhash/v2"

	"github.com/jianfu/jianfu/collector"
	"github.com/jianfu/jianfu/queries"
)

// Check reads the beginning of the file that changed last.
func (s *Source) Check(ctx context.Context) error {
	files, err := candidates(s.settings.Path, s.deps.BaseDir)
	if err != nil {
		return err
	}
	if len(files) == 0 {
		return fmt.Errorf("unable to find a file that fits %s; check the path, and that the user that runs this program may read the folder", strings.Join(s.settings.Path, ", "))
	}
	for i := len(files) - 1; i >= 0; i-- {
		if files[i].size > 0 {
			return s.checkFile(files[i])
		}
	}
	return nil // all files are empty: nobody has used the system since they were made
}

// checkedLines is how many lines Check tries to read.
const checkedLines = 20

func (s *Source) checkFile(c candidate) error {
	o, err := openContent(c, s.settings.unpackMax)
	if errors.Is(err, errRotated) {
		return nil
	}
	if err != nil {
		return err
	}
	defer o.close()
	if o.fault != nil {
		return fmt.Errorf("unable to read %s: %w", c.path, o.fault)
	}
	w := newWorker(s.settings, s.deps)
	w.header.header(nil)
	reason, read := "", 0
	for number, line := range bytes.Split(o.head, []byte("\n")) {
		line = bytes.TrimRight(line, "\r")
		if len(bytes.TrimSpace(line)) == 0 || line[0] == '#' && w.directive(line) {
			continue
		}
		var r record
		fault := w.read(line, &r)
		if fault == "" {
			return nil
		}
		if reason == "" {
			reason = fmt.Sprintf("line %d %s", number+1, fault)
		}
		if read++; read == checkedLines {
			break
		}
	}
	if read == 0 {
		return nil
	}
	return fmt.Errorf("unable to understand %s as format %s: %s; compare format, keys and pattern in the source's configuration with the file", c.path, s.settings.Format, reason)
}

// Replay reads a line from quarantine again. What is no single line, or was cut, is rejected again: it is read from its file.
func (s *Source) Replay(ctx context.Context, q queries.Quarantined, out collector.Sink) error {
	again := queries.Rejected{Source: q.Source, Origin: q.Origin, Line: q.Line, Field: q.Field, Reason: q.Reason, Kind: q.Kind, Raw: q.Raw}
	if len(q.Raw) == 0 || len(q.Raw) >= rawBytes {
		return out.Reject(ctx, again)
	}
	// The stream is not known any more; a key of the line's own keeps its position apart.
	key := xxhash.Sum64(append([]byte(q.Origin+"\n"), q.Raw...)) & (1<<keyBits - 1)
	w := newWorker(s.settings, s.deps)
	r := w.parse(&job{path: q.Origin, data: q.Raw, lines: 1, firstLine: q.Line, key: key, sequence: 1, fields: fieldsOf(q.Origin)})
	p := pipeline{Source: s}
	p.bound(&r)
	if len(r.rejected) > 0 {
		return out.Reject(ctx, r.rejected[0])
	}
	if r.block.Len() == 0 {
		return out.Reject(ctx, again)
	}
	return out.Usage(ctx, r.block)
}

// fieldsOf is the first #Fields: line of a file, nil where there is none.
func fieldsOf(path string) []byte {
	unpacked, _, err := collector.OpenDecompressed(path)
	if err != nil {
		return nil // the file is gone: other formats do without it
	}
	defer unpacked.Close()
	head := make([]byte, headWindow)
	n, _ := readFull(unpacked, head)
	for line := range bytes.Lines(head[:n]) {
		if bytes.HasPrefix(line, fieldsMark) {
			return bytes.TrimRight(line, "\r\n")
		}
	}
	return nil
}
