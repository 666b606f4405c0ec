package evidence

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/jianfu/jianfu/queries"
	"github.com/jianfu/jianfu/web/report"
)

// Checked is what a check of a package found. It holds where Faults is empty.
type Checked struct {
	Root    string   // hash of the manifest
	Files   int      // that the manifest lists
	Signed  bool     // there is a signature, and it holds for the key in the package or the one given
	Key     string   // SHA-256 of the public key, where there is one
	Faults  []string // what differs, each in one sentence
	Records int      // record references that were held against the store
}

func (c *Checked) fault(format string, arguments ...any) {
	c.Faults = append(c.Faults, fmt.Sprintf(format, arguments...))
}

// Package is an opened package.
type Package struct {
	files map[string][]byte
	twice []string
	other bool // the archive around the files is not the one that Write makes
}

// mostBytes bounds what one file of a package may unpack to.
const mostBytes = 1 << 30

// Open reads a package from an archive. What is damaged so far that no file can be read is an error; all else is told by Check.
func Open(r io.ReaderAt, size int64) (*Package, error) {
	archive, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("unable to open the package: %w", err)
	}
	p := &Package{files: map[string][]byte{}}
	for _, entry := range archive.File {
		content, err := unpack(entry)
		if err != nil {
			return nil, fmt.Errorf("unable to read %s of the package: %w", entry.Name, err)
		}
		if _, ok := p.files[entry.Name]; ok {
			p.twice = append(p.twice, entry.Name)
		}
		p.files[entry.Name] = content
	}
	if p.other, err = rewritten(r, size, archive, p.files); err != nil {
		return nil, fmt.Errorf("unable to read the package: %w", err)
	}
	return p, nil
}

func unpack(entry *zip.File) (content []byte, err error) {
	r, err := entry.Open()
	if err != nil {
		return nil, err
	}
	defer r.Close() // reading has told of a wrong checksum already
	content, err = io.ReadAll(io.LimitReader(r, mostBytes+1))
	if err == nil && len(content) > mostBytes {
		err = fmt.Errorf("it is larger than %d bytes", mostBytes)
	}
	return content, err
}

var manifestLine = regexp.MustCompile(`^([0-9a-f]{64})  (\S.*)$`)

// Check holds a package against its manifest, its signature, and where they are given a public key and a root hash that the
// reader trusts. It needs nothing but the package.
func (p *Package) Check(trusted ed25519.PublicKey, root string) *Checked {
	list := p.files[manifestFile]
	c := &Checked{Root: sum(list)}
	if list == nil {
		c.fault("%s is missing", manifestFile)
		return c
	}
	if p.other {
		c.fault("the archive was changed: the order, times or other particulars of its entries are not those of a package")
	}
	for _, path := range p.twice {
		c.fault("%s is in the package twice", path)
	}
	if root != "" && !strings.EqualFold(root, c.Root) {
		c.fault("the root hash is %s, not %s", c.Root, root)
	}
	listed := map[string]bool{manifestFile: true, signatureFile: true, keyFile: true}
	for line := range strings.Lines(string(list)) {
		parts := manifestLine.FindStringSubmatch(strings.TrimSuffix(line, "\n"))
		if parts == nil || !strings.HasSuffix(line, "\n") {
			c.fault("%s has a line that is none: %q", manifestFile, line)
			continue
		}
		c.Files++
		hash, path := parts[1], parts[2]
		content, ok := p.files[path]
		switch {
		case listed[path]:
			c.fault("%s is listed twice", path)
		case !ok:
			c.fault("%s is missing", path)
		case sum(content) != hash:
			c.fault("%s was changed: its SHA-256 is %s, not %s", path, sum(content), hash)
		}
		listed[path] = true
	}
	for _, path := range slices.Sorted(maps.Keys(p.files)) {
		if !listed[path] {
			c.fault("%s was added: the manifest does not list it", path)
		}
	}
	p.checkSignature(c, list, trusted)
	p.checkFindings(c)
	return c
}

func (p *Package) checkSignature(c *Checked, list []byte, trusted ed25519.PublicKey) {
	text, signed := p.files[signatureFile]
	public, named := p.files[keyFile]
	if !signed {
		if named {
			c.fault("%s is missing", signatureFile)
		}
		if trusted != nil {
			c.fault("the package is not signed")
		}
		return
	}
	key, err := ReadPublicKey(public)
	if err != nil {
		c.fault("%s: %v", keyFile, err)
		return
	}
	c.Key = sum(key)
	if trusted != nil && !key.Equal(trusted) {
		c.fault("the package is signed with another key (%s) than the one given (%s)", c.Key, sum(trusted))
		return
	}
	signature, err := hex.DecodeString(strings.TrimSuffix(string(text), "\n"))
	if err != nil || !ed25519.Verify(key, list, signature) {
		c.fault("the signature does not hold for %s", manifestFile)
		return
	}
	c.Signed = true
}

// checkFindings names the findings whose lines were changed, added or removed.
func (p *Package) checkFindings(c *Checked) {
	references, err := lines[reference](p.files["references.ndjson"])
	if err != nil {
		c.fault("references.ndjson: %v", err)
		return
	}
	want := map[string]string{}
	for _, r := range references {
		want[r.Finding] = r.Line
	}
	s := bufio.NewScanner(bytes.NewReader(p.files["findings.ndjson"]))
	s.Buffer(nil, mostBytes)
	for n := 1; s.Scan(); n++ {
		var f struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(s.Bytes(), &f); err != nil {
			c.fault("findings.ndjson, line %d: %v", n, err)
			continue
		}
		hash, ok := want[f.ID]
		switch {
		case !ok:
			c.fault("findings.ndjson, line %d: the finding %s was added", n, f.ID)
		case hash != sum(s.Bytes()):
			c.fault("findings.ndjson, line %d: the finding %s was changed", n, f.ID)
		}
		delete(want, f.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(want)) {
		c.fault("findings.ndjson: the finding %s is missing", id)
	}
}

func lines[T any](content []byte) ([]T, error) {
	var out []T
	d := json.NewDecoder(bytes.NewReader(content))
	for d.More() {
		var v T
		if err := d.Decode(&v); err != nil {
			return nil, fmt.Errorf("entry %d: %w", len(out)+1, err)
		}
		out = append(out, v)
	}
	return out, nil
}

// Compare holds the references of a package against a store: every record that was changed, added or removed since, and every
// finding whose evidence is another now, is a fault.
func (p *Package) Compare(ctx context.Context, c *Checked, r Reader) error {
	references, err := lines[reference](p.files["references.ndjson"])
	if err != nil {
		return fmt.Errorf("unable to read references.ndjson: %w", err)
	}
	said, err := lines[queries.RecordProof](p.files["records.ndjson"])
	if err != nil {
		return fmt.Errorf("unable to read records.ndjson: %w", err)
	}
	want := make(map[string]queries.RecordProof, len(said))
	for _, one := range said {
		want[one.Reference()] = one
	}
	c.Records = len(want)
	var rests []queries.ProofQuery
	for some := range slices.Chunk(references, atOnce) {
		if err := compareFindings(ctx, c, r, some); err != nil {
			return err
		}
		for _, ref := range some {
			rests = append(rests, ref.Rests...)
		}
	}
	for _, q := range union(rests) {
		now, err := r.RecordProofs(ctx, q)
		if err != nil {
			return fmt.Errorf("unable to hash the records of the store: %w", err)
		}
		for _, one := range now {
			old, ok := want[one.Reference()]
			switch {
			case !ok:
				c.fault("records were added to the store: %s", one.Reference())
			case old != one:
				c.fault("records were changed in the store: %s (%d records then, %d now)", one.Reference(), old.Records, one.Records)
			}
			delete(want, one.Reference())
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		c.fault("records are missing from the store: %s", name)
	}
	return nil
}

// atOnce is how many findings are read at once.
const atOnce = 500

func compareFindings(ctx context.Context, c *Checked, r Reader, references []reference) error {
	q := queries.FindingQuery{NotAssessed: true, Limit: atOnce}
	for _, ref := range references {
		q.IDs = append(q.IDs, ref.Finding)
	}
	page, err := r.ReadFindings(ctx, q)
	if err != nil {
		return fmt.Errorf("unable to read the findings of the store: %w", err)
	}
	now := map[string]string{}
	for _, f := range page.Rows {
		now[f.ID] = report.Hash(f)
	}
	for _, ref := range references {
		switch hash, ok := now[ref.Finding]; {
		case !ok:
			c.fault("the store has no finding %s (any more)", ref.Finding)
		case hash != ref.Evidence:
			c.fault("the evidence of the finding %s is another in the store", ref.Finding)
		}
	}
	return nil
}
