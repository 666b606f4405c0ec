package account

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const keyFile = "accounts.key"

// LoadKey reads the key of accounts from the state folder, and makes it where there is none. Without it nobody's second factor
// opens, so it belongs into the backup, apart from the store.
func LoadKey(folder string) (Key, error) {
	var key Key
	path := filepath.Join(folder, keyFile)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return key, fmt.Errorf("unable to make the state folder: %w", err)
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		fresh := make([]byte, len(key))
		_, _ = rand.Read(fresh) // never fails since Go 1.24: the program ends instead
		if err := createKey(path, base64.StdEncoding.EncodeToString(fresh)+"\n"); err != nil && !errors.Is(err, fs.ErrExist) {
			return key, fmt.Errorf("unable to keep the key of accounts: %w", err)
		}
		// Another process may have been first: what stands in the file counts.
		text, err = os.ReadFile(path)
	}
	if err != nil {
		return key, fmt.Errorf("unable to read the key of accounts: %w", err)
	}
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(raw) != len(key) {
		return key, fmt.Errorf("unable to use %s: it must hold 32 bytes in base64; restore it from the backup", path)
	}
	copy(key[:], raw)
	return key, nil
}

// createKey writes the whole file beside its place first, so that nobody ever reads half a key.
func createKey(path, text string) error {
	f, err := os.CreateTemp(filepath.Dir(path), keyFile+".*") // readable by its owner only
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(text)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Link(f.Name(), path)
}
