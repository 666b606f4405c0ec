package queries

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"path"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// MostAttached is how many bytes an attachment may have.
const MostAttached = 20 << 20

// filePart is how many bytes are stored in one row.
const filePart = 1 << 20

// ErrTooLarge is the answer to an attachment of more than MostAttached bytes.
var ErrTooLarge = errors.New("an attachment has at most 20 MB")

// longestFileName is how many characters of a name are kept.
const longestFileName = 120

// SaveCaseFile stores the bytes of an attachment under their SHA-256 and checks that they are there. The same bytes are stored
// once. An empty file, and one of more than MostAttached bytes, is refused.
func (s *Store) SaveCaseFile(ctx context.Context, name string, content []byte) (CaseFile, error) {
	switch {
	case len(content) == 0:
		return CaseFile{}, &CaseRefusal{Code: CaseRefusedFile}
	case len(content) > MostAttached:
		return CaseFile{}, ErrTooLarge
	}
	f := DescribeFile(name, content)
	if _, err := s.CaseFile(ctx, f.SHA256); err == nil {
		return f, nil
	} else if !errors.Is(err, ErrNotFound) {
		return f, err
	}
	var parts []string
	var numbers []uint32
	for at := 0; at < len(content); at += filePart {
		parts, numbers = append(parts, string(content[at:min(at+filePart, len(content))])), append(numbers, uint32(len(numbers)))
	}
	err := s.insert(ctx, "case.InsertFile", columns(repeat(f.SHA256, len(parts)), numbers, parts, repeat(time.Now().UTC(), len(parts))))
	if err != nil {
		return f, fmt.Errorf("unable to store the attachment %s: %w", f.Name, err)
	}
	if _, err := s.CaseFile(ctx, f.SHA256); err != nil {
		return f, fmt.Errorf("unable to read the attachment %s back: %w", f.Name, err)
	}
	return f, nil
}

// CaseFile reads the bytes of an attachment, or ErrNotFound. Bytes that do not have the hash they are stored under are an
// error.
func (s *Store) CaseFile(ctx context.Context, sum string) ([]byte, error) {
	var out []byte
	err := s.Each(ctx, "case.File", Params{"sha256": sum}, func(scan func(...any) error) error {
		var part string
		err := scan(&part)
		out = append(out, part...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("unable to read an attachment: %w", err)
	}
	if out == nil {
		return nil, ErrNotFound
	}
	if got := sha256.Sum256(out); hex.EncodeToString(got[:]) != sum {
		return nil, fmt.Errorf("unable to give the attachment %s: its bytes were changed after it was stored", sum)
	}
	return out, nil
}

// DescribeFile tells the hash, the size and the type of content, and a name that is safe to show and to save under.
func DescribeFile(name string, content []byte) CaseFile {
	sum := sha256.Sum256(content)
	return CaseFile{SHA256: hex.EncodeToString(sum[:]), Name: fileName(name), Type: fileType(content), Size: len(content)}
}

// fileName is the last part of a name without what a file system or a header would take amiss.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(strings.ToValidUTF8(name, ""), `\`, "/"))
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`"<>:|?*;%`, r) {
			return '_'
		}
		return r
	}, name))
	name = strings.TrimLeft(name, ".")
	if name == "" || name == "/" {
		return "attachment"
	}
	if over := utf8.RuneCountInString(name) - longestFileName; over > 0 { // the ending tells what opens it, so the middle goes
		runes := []rune(name)
		keep := min(len([]rune(path.Ext(name))), 12)
		name = string(runes[:longestFileName-keep]) + string(runes[len(runes)-keep:])
	}
	return name
}

// officeTypes are told by the first folder of what is inside a zip archive.
var officeTypes = map[string]string{
	"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	"xl/":   "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	"ppt/":  "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}

// fileType is the media type of content by its bytes.
func fileType(content []byte) string {
	kind, _, _ := strings.Cut(http.DetectContentType(content), ";")
	if kind != "application/zip" {
		return kind
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return kind
	}
	for _, f := range z.File {
		for folder, office := range officeTypes {
			if strings.HasPrefix(f.Name, folder) {
				return office
			}
		}
	}
	return kind
}
