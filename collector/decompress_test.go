package collector

import (
	"bytes"
	"encoding/base64"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func pack(t *testing.T, w io.WriteCloser, b *bytes.Buffer, text string) string {
	t.Helper()
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestOpenDecompressed(t *testing.T) {
	var z, s bytes.Buffer
	zw, err := zstd.NewWriter(&s)
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Repeat("村 line\n", 1000)
	gz := pack(t, gzip.NewWriter(&z), &z, text)
	bz, err := base64.StdEncoding.DecodeString("QlpoOTFBWSZTWa1nVdYAAADBAAAQOAAgACGaaDNNEzxdyRThQkK1nVdY")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		packed, want string
		format       Compression
		err          error
	}{
		"empty":      {"", "", Plain, nil},
		"short":      {"ab", "ab", Plain, nil},
		"plain":      {text, text, Plain, nil},
		"gzip":       {gz, text, Gzip, nil},
		"two gzips":  {gz + gz, text + text, Gzip, nil},
		"zstd":       {pack(t, zw, &s, text), text, Zstd, nil},
		"bzip2":      {string(bz), "abc\n", Bzip2, nil},
		"zip":        {"PK\x03\x04rest", "", "", ErrArchive},
		"xz":         {"\xfd7zXZ\x00rest", "", "", ErrArchive},
		"cut off":    {gz[:len(gz)-9], text, Gzip, io.ErrUnexpectedEOF},
		"BZh of man": {"BZhello", "BZhello", Plain, nil},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "x.log") // the name says nothing
			if err := os.WriteFile(path, []byte(c.packed), 0o600); err != nil {
				t.Fatal(err)
			}
			r, format, err := OpenDecompressed(path)
			if err == nil {
				var got []byte
				got, err = io.ReadAll(r)
				if string(got) != c.want {
					t.Errorf("read %.40q, want %.40q", got, c.want)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			}
			if !errors.Is(err, c.err) || format != c.format {
				t.Errorf("format %q, error %v; want %q, %v", format, err, c.format, c.err)
			}
		})
	}
	if _, _, err := OpenDecompressed(filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that does not exist: %v", err)
	}
}

// zeros is an endless stream of zeros.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestBombIsRefused(t *testing.T) {
	if testing.Short() {
		t.Skip("unpacks a gigabyte")
	}
	g := &guard{r: zeros{}, packed: &counter{n: 1 << 20}}
	n, err := io.Copy(io.Discard, io.LimitReader(g, 3<<30))
	if !errors.Is(err, ErrBomb) || n < bombFreeBytes || n > bombFreeBytes+bombFreeBytes/10 {
		t.Errorf("read %d bytes, error %v", n, err)
	}
	g = &guard{r: zeros{}, packed: &counter{n: 4 << 20}}
	if _, err := io.CopyN(io.Discard, g, 3<<30); err != nil {
		t.Errorf("a stream within the ratio: %v", err)
	}
}
