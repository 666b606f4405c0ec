package ndjson

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
	"time"

	"github.com/zeebo/xxh3"

	"github.com/jianfu/jianfu/collector"
)

// entry is what the checkpoint knows of a file. A file is the same while its inode is, and what was read of it still stands
// where it stood: a renamed file is not read again, a grown one goes on where it ended, and one that was written anew under
// the old name is read from its beginning. Reading too much is harmless, because records are known by their content.
type entry struct {
	Path     string `json:"path"`
	Device   uint64 `json:"device"`
	Inode    uint64 `json:"inode"`
	Size     int64  `json:"size"`     // of the packed file when it was opened
	Modified int64  `json:"modified"` // nanoseconds since 1970, when it was opened
	Head     string `json:"head"`     // hash of the first HeadSize bytes of the packed file
	HeadSize int    `json:"head_size"`

	Offset     int64  `json:"offset"` // in the unpacked stream
	Line       uint64 `json:"line"`
	Ending     string `json:"ending"` // hash of the EndingSize bytes before Offset
	EndingSize int    `json:"ending_size"`

	Done bool  `json:"done"` // nothing is left unless the file changes
	Seen int64 `json:"seen"` // seconds since 1970
}

type inode struct{ device, number uint64 }

func (e *entry) inode() inode        { return inode{e.Device, e.Inode} }
func (e *entry) modified() time.Time { return time.Unix(0, e.Modified) }
func (e *entry) unchanged(info fs.FileInfo) bool {
	return e.Size == info.Size() && e.Modified == info.ModTime().UnixNano()
}

// move notes how far the file has been read.
func (e *entry) move(at position) {
	e.Offset, e.Line = at.offset, at.line
	if len(at.ending) > 0 {
		e.Ending, e.EndingSize = fingerprint(at.ending), len(at.ending)
	}
}

func fingerprint(b []byte) string {
	h := xxh3.Hash128(b).Bytes()
	return hex.EncodeToString(h[:])
}

// state is the checkpoint of the source.
type state struct {
	files    map[inode]*entry
	unmarked int    // files finished since the last encoding
	lines    uint64 // of those files
}

// forgotten is how long a file that is gone stays in the checkpoint, in case it comes back.
const forgotten = 30 * 24 * time.Hour

func loadState(c collector.Checkpoint) (*state, error) {
	s := &state{files: make(map[inode]*entry)}
	if len(c) == 0 {
		return s, nil
	}
	var written struct {
		Files []*entry `json:"files"`
	}
	if err := json.Unmarshal(c, &written); err != nil {
		return nil, fmt.Errorf("unable to read the checkpoint: %w", err)
	}
	for _, e := range written.Files {
		s.files[e.inode()] = e
	}
	return s, nil
}

func (s *state) encode(now time.Time) (collector.Checkpoint, error) {
	s.unmarked, s.lines = 0, 0
	files := make([]*entry, 0, len(s.files))
	for _, e := range s.files {
		if now.Sub(time.Unix(e.Seen, 0)) < forgotten {
			files = append(files, e)
		}
	}
	c, err := json.Marshal(map[string]any{"files": files})
	if err != nil {
		return nil, fmt.Errorf("unable to write the checkpoint: %w", err)
	}
	return c, nil
}

// put takes a copy, because the entry moves on.
func (s *state) put(e *entry) {
	known := *e
	s.files[e.inode()] = &known
}

// due lists the files with something to read, and their size in all. Two names of one file are one.
func (s *state) due(paths []string, now time.Time) (due []string, total int64) {
	listed := make(map[inode]bool)
	for _, path := range paths {
		info, err := os.Stat(path)
		if err != nil {
			due = append(due, path) // opening it will tell what is wrong
			continue
		}
		id := inodeOf(info)
		if listed[id] {
			continue
		}
		listed[id] = true
		known := s.files[id]
		if known != nil {
			known.Seen = now.Unix()
		}
		if known == nil || !known.Done || !known.unchanged(info) {
			due = append(due, path)
			total += info.Size()
		}
	}
	return due, total
}

func inodeOf(info fs.FileInfo) inode {
	if st, ok := info.Sys().(*syscall.Stat_t); ok {
		return inode{uint64(st.Dev), st.Ino}
	}
	return inode{}
}

// file is an open file, at the place where reading goes on.
type file struct {
	*entry
	packed   *packed
	unpacked io.ReadCloser
	format   collector.Compression
	broken   error  // it cannot be unpacked
	ending   []byte // what stands before the place
}

// open opens a file where the state says that its reading ended, or at its beginning.
func open(path string, s *state, now time.Time) (*file, error) {
	f, info, err := openFile(path, now)
	if err != nil || f.broken != nil {
		return f, err
	}
	known := s.files[f.inode()]
	if known == nil || known.Offset == 0 || !known.unchanged(info) && info.Size() <= known.Size {
		return f, nil
	}
	if same, err := f.resume(known); same || err != nil {
		return f, err
	}
	if err := f.close(); err != nil {
		return nil, err
	}
	f, _, err = openFile(path, now)
	return f, err
}

func openFile(path string, now time.Time) (*file, fs.FileInfo, error) {
	opened, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	info, err := opened.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is not a regular file")
	}
	if err != nil {
		return nil, nil, errors.Join(err, opened.Close())
	}
	id := inodeOf(info)
	f := &file{packed: &packed{r: opened, closer: opened}, entry: &entry{
		Path: path, Device: id.device, Inode: id.number, Size: info.Size(), Modified: info.ModTime().UnixNano(), Seen: now.Unix(),
	}}
	head := make([]byte, endingBytes)
	n, err := opened.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, nil, errors.Join(err, opened.Close())
	}
	f.Head, f.HeadSize = fingerprint(head[:n]), n
	f.unpacked, f.format, f.broken = collector.Decompress(f.packed)
	return f, info, nil
}

func (f *file) position() position { return position{f.Offset, f.Line, f.ending} }

func (f *file) close() error { return errors.Join(f.unpacked.Close(), f.packed.Close()) }

// resume goes to where the reading of a known file ended. It tells false if the file does not hold there what was read.
func (f *file) resume(known *entry) (bool, error) {
	opened := f.packed.r.(*os.File)
	head := make([]byte, known.HeadSize)
	if n, _ := opened.ReadAt(head, 0); n < known.HeadSize || fingerprint(head) != known.Head {
		return false, nil
	}
	before := known.Offset - int64(known.EndingSize)
	if f.format == collector.Plain {
		if _, err := opened.Seek(before, io.SeekStart); err != nil {
			return false, err
		}
		f.packed.n = before
		f.unpacked = io.NopCloser(f.packed)
	} else if _, err := io.CopyN(io.Discard, f.unpacked, before); err != nil {
		_, fault := f.packed.state()
		return false, fault
	}
	ending := make([]byte, known.EndingSize)
	if _, err := io.ReadFull(f.unpacked, ending); err != nil {
		_, fault := f.packed.state()
		return false, fault
	}
	if fingerprint(ending) != known.Ending {
		return false, nil
	}
	f.Head, f.HeadSize, f.Offset, f.Line = known.Head, known.HeadSize, known.Offset, known.Line
	f.Ending, f.EndingSize, f.ending = known.Ending, known.EndingSize, ending
	return true, nil
}
