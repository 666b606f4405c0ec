package queries

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// auditKeyBytes is the length of the key: that of the hash, after RFC 2104, section 3.
const auditKeyBytes = 32

// readAuditKey reads a key file that only its owner may read.
func readAuditKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("unable to read the key of the audit trail: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("unable to use the key of the audit trail %s: others may read it (mode %04o); run chmod 600 on it", path, info.Mode().Perm())
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("unable to read the key of the audit trail: %w", err)
	}
	key, err := decodeAuditKey(string(text))
	if err != nil {
		return nil, fmt.Errorf("unable to use the key of the audit trail %s: %w", path, err)
	}
	return key, nil
}

func decodeAuditKey(text string) ([]byte, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != auditKeyBytes {
		return nil, errors.New("it must be 32 bytes in base64; restore it from the backup, because without it nothing recorded so far can be checked")
	}
	return key, nil
}

// createAuditKey makes a key in a new file. A file that is there already is read: it belongs to a first use that a crash cut off.
func createAuditKey(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		if key, err := readAuditKey(path); err == nil {
			return key, nil
		}
		if err := os.Remove(path); err != nil { // half written, so nothing was sealed with it
			return nil, fmt.Errorf("unable to make the key of the audit trail: %w", err)
		}
		return createAuditKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("unable to make the key of the audit trail: %w", err)
	}
	key := make([]byte, auditKeyBytes)
	_, err = rand.Read(key)
	if err == nil {
		_, err = f.WriteString(base64.StdEncoding.EncodeToString(key) + "\n")
	}
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, fmt.Errorf("unable to make the key of the audit trail: %w", err)
	}
	return key, nil
}
