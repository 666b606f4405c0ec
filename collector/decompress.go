package collector

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Compression is how a stream is packed. It is told by the first bytes, never by the file's name.
type Compression string

// The compressions that are read.
const (
	Plain Compression = "plain"
	Gzip  Compression = "gzip"
	Bzip2 Compression = "bzip2"
	Zstd  Compression = "zstd"
)

// ErrBomb says that a stream unpacks to far more than its size allows, so that reading it was stopped.
var ErrBomb = errors.New("the archive unpacks to more than 1,000 times its size; it was not read further. Unpack it by hand and look at it")

// ErrArchive says that a stream is a container or compression that is not read.
var ErrArchive = errors.New("the file is an archive of a kind that is not read; unpack it, or pack it as gz, bz2 or zst")

// A stream may unpack to bombFreeBytes whatever its ratio, because logs of repeated lines do compress a thousandfold.
const (
	bombFreeBytes = 1 << 30
	bombRatio     = 1000
)

// archives are the first bytes of containers that users drop by mistake.
var archives = [][]byte{
	[]byte("PK\x03\x04"), []byte("PK\x05\x06"), []byte("7z\xbc\xaf\x27\x1c"), []byte("\xfd7zXZ\x00"), []byte("Rar!\x1a\x07"),
	[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), []byte("%PDF-"),
}

// OpenDecompressed opens a file for reading its unpacked content, and says how it is packed.
func OpenDecompressed(path string) (io.ReadCloser, Compression, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, "", fmt.Errorf("unable to open %s: %w", path, err)
	}
	r, format, err := Decompress(f)
	if err != nil {
		f.Close()
		return nil, format, fmt.Errorf("unable to read %s: %w", path, err)
	}
	return &closers{Reader: r, first: r, second: f}, format, nil
}

// Decompress reads the unpacked content of a stream, and says how it is packed. Closing the result frees the decoder and
// leaves r open. Reading fails with ErrBomb when the stream unpacks beyond reason, and with ErrArchive here when it is of
// a kind that is not read.
func Decompress(r io.Reader) (io.ReadCloser, Compression, error) {
	counted := &counter{r: r}
	head := bufio.NewReaderSize(counted, 64<<10)
	magic, err := head.Peek(8)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, "", err
	}
	switch {
	case bytes.HasPrefix(magic, []byte("\x1f\x8b")):
		z, err := gzip.NewReader(head)
		if err != nil {
			return nil, Gzip, fmt.Errorf("broken gzip header: %w", err)
		}
		// What closing would report is what the last read did.
		return &guard{r: z, packed: counted, close: func() { _ = z.Close() }}, Gzip, nil
	case bytes.HasPrefix(magic, []byte("BZh")) && len(magic) > 3 && magic[3] >= '1' && magic[3] <= '9':
		return &guard{r: bzip2.NewReader(head), packed: counted}, Bzip2, nil
	case bytes.HasPrefix(magic, []byte("\x28\xb5\x2f\xfd")):
		z, err := zstd.NewReader(head, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(128<<20))
		if err != nil {
			return nil, Zstd, fmt.Errorf("broken zstd header: %w", err)
		}
		return &guard{r: z, packed: counted, close: z.Close}, Zstd, nil
	}
	for _, a := range archives {
		if bytes.HasPrefix(magic, a) {
			return nil, "", ErrArchive
		}
	}
	return io.NopCloser(head), Plain, nil
}

// counter counts the packed bytes that went in.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// guard stops a stream whose unpacked size is out of proportion to its packed size.
type guard struct {
	r        io.Reader
	packed   *counter
	unpacked int64
	close    func()
}

func (g *guard) Read(p []byte) (int, error) {
	n, err := g.r.Read(p)
	g.unpacked += int64(n)
	if g.unpacked > bombFreeBytes && g.unpacked/bombRatio > g.packed.n {
		return 0, ErrBomb
	}
	return n, err
}

func (g *guard) Close() error {
	if g.close != nil {
		g.close()
	}
	return nil
}

// closers closes a decoder and the file under it.
type closers struct {
	io.Reader
	first, second io.Closer
}

func (c *closers) Close() error { return errors.Join(c.first.Close(), c.second.Close()) }
