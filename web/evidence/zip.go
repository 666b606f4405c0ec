package evidence

import (
	"archive/zip"
	"bytes"
	"cmp"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"time"
)

// The files that seal a package. The manifest has a line a file, as sha256sum writes and checks them; its own hash is the root.
const (
	manifestFile  = "MANIFEST.sha256"
	signatureFile = "SIGNATURE.hex"
	keyFile       = "PUBLIC_KEY.pem"
)

// stamped is the time of all entries: equal packages are equal files.
var stamped = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

func compare(a, b string) int { return cmp.Compare(a, b) }

func manifest(files map[string][]byte) []byte {
	var out bytes.Buffer
	for _, path := range slices.Sorted(maps.Keys(files)) {
		fmt.Fprintf(&out, "%s  %s\n", sum(files[path]), path)
	}
	return out.Bytes()
}

// Write seals files and writes them as a package; key signs the manifest where it is given. It gives the root hash, by which the
// whole package can be known again.
func Write(w io.Writer, files map[string][]byte, key ed25519.PrivateKey) (root string, err error) {
	list := manifest(files)
	all := maps.Clone(files)
	all[manifestFile] = list
	if key != nil {
		public, err := publicPEM(key)
		if err != nil {
			return "", err
		}
		all[keyFile] = public
		all[signatureFile] = []byte(hex.EncodeToString(ed25519.Sign(key, list)) + "\n")
	}
	archive := zip.NewWriter(w)
	for _, path := range slices.Sorted(maps.Keys(all)) {
		entry, err := archive.CreateHeader(header(path))
		if err == nil {
			_, err = entry.Write(all[path])
		}
		if err != nil {
			return "", fmt.Errorf("unable to write the package: %w", err)
		}
	}
	if err := archive.Close(); err != nil {
		return "", fmt.Errorf("unable to write the package: %w", err)
	}
	return sum(list), nil
}

func header(path string) *zip.FileHeader {
	return &zip.FileHeader{Name: path, Method: zip.Deflate, Modified: stamped}
}

// rewritten says whether anything of an archive but the packed contents is other than Write makes it: order, times, gaps, comments
// and what else archives can carry. The contents are taken as they are packed, because another version may pack them in another way.
func rewritten(r io.ReaderAt, size int64, archive *zip.Reader, files map[string][]byte) (bool, error) {
	held := &against{r: r}
	again := zip.NewWriter(held)
	for i, entry := range archive.File {
		if i > 0 && archive.File[i-1].Name >= entry.Name {
			return true, nil
		}
		h := header(entry.Name)
		if _, err := zip.NewWriter(io.Discard).CreateHeader(h); err != nil { // fills in what Write would
			return true, nil
		}
		h.CRC32, h.CompressedSize64, h.UncompressedSize64 = crc32.ChecksumIEEE(files[entry.Name]), entry.CompressedSize64, uint64(len(files[entry.Name]))
		packed, err := entry.OpenRaw()
		if err != nil {
			return false, err
		}
		w, err := again.CreateRaw(h)
		if err == nil {
			_, err = io.Copy(w, packed)
		}
		if err != nil {
			return false, err
		}
	}
	err := again.Close()
	return held.differs || held.at != size, err
}

// against holds what is written against what can be read.
type against struct {
	r       io.ReaderAt
	at      int64
	differs bool
}

func (a *against) Write(text []byte) (int, error) {
	have := make([]byte, len(text))
	if n, err := a.r.ReadAt(have, a.at); err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	} else if !bytes.Equal(have[:n], text) {
		a.differs = true
	}
	a.at += int64(len(text))
	return len(text), nil
}

func publicPEM(key ed25519.PrivateKey) ([]byte, error) {
	raw, err := x509.MarshalPKIXPublicKey(key.Public())
	if err != nil {
		return nil, fmt.Errorf("unable to write the public key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: raw}), nil
}

// ReadPublicKey reads a key as it lies in a package, PEM after RFC 7468.
func ReadPublicKey(text []byte) (ed25519.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("unable to read the public key: it is not PEM")
	}
	raw, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("unable to read the public key: %w", err)
	}
	key, ok := raw.(ed25519.PublicKey)
	if !ok {
		return nil, fmt.Errorf("unable to read the public key: it is a %T, not one of Ed25519", raw)
	}
	return key, nil
}

// OpenKey reads the key that signs packages; fs.ErrNotExist where there is none and it is not to be made.
func OpenKey(path string, create bool) (ed25519.PrivateKey, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && create {
		return createKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("unable to read the signing key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, fmt.Errorf("unable to read the signing key: %s is not PEM", path)
	}
	raw, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("unable to read the signing key %s: %w", path, err)
	}
	key, ok := raw.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("unable to read the signing key %s: it is a %T, not one of Ed25519", path, raw)
	}
	return key, nil
}

// createKey makes a key and refuses to replace one that another process made meanwhile.
func createKey(path string) (key ed25519.PrivateKey, err error) {
	_, key, err = ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("unable to make a signing key: %w", err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("unable to make a signing key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("unable to keep the signing key: %w", err)
	}
	if err := errors.Join(pem.Encode(f, &pem.Block{Type: "PRIVATE KEY", Bytes: raw}), f.Close()); err != nil {
		return nil, fmt.Errorf("unable to keep the signing key: %w", err)
	}
	return key, nil
}
