package evidence_test

import (
	"archive/zip"
	"bytes"
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/web/evidence"
)

// found says whether reading or checking a package tells that it was changed.
func found(raw []byte) bool {
	p, err := evidence.Open(bytes.NewReader(raw), int64(len(raw)))
	return err != nil || len(p.Check(nil, "").Faults) > 0
}

// contents are the files of a package one after the other, with their names.
func contents(raw []byte) string {
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return err.Error()
	}
	var out strings.Builder
	for _, f := range in.File {
		out.WriteString(f.Name + "\n")
		r, err := f.Open()
		if err != nil {
			return err.Error()
		}
		if _, err := io.Copy(&out, r); err != nil {
			return err.Error()
		}
		r.Close()
	}
	return out.String()
}

// TestRandomEdits changes, inserts, removes and swaps bytes anywhere in a package: each edit is found, but for the few bits between
// blocks of packed data that no content comes from; then every file has to be the same to the byte.
func TestRandomEdits(t *testing.T) {
	raw := made(t, newStore(), key(1))
	whole := contents(raw)
	edits := map[string]func(t *rapid.T, raw []byte) []byte{
		"change": func(t *rapid.T, raw []byte) []byte {
			raw[rapid.IntRange(0, len(raw)-1).Draw(t, "at")] ^= byte(rapid.IntRange(1, 255).Draw(t, "bits"))
			return raw
		},
		"insert": func(t *rapid.T, raw []byte) []byte {
			at := rapid.IntRange(0, len(raw)).Draw(t, "at")
			return append(raw[:at:at], append([]byte{rapid.Byte().Draw(t, "byte")}, raw[at:]...)...)
		},
		"remove": func(t *rapid.T, raw []byte) []byte {
			at := rapid.IntRange(0, len(raw)-1).Draw(t, "at")
			return append(raw[:at:at], raw[rapid.IntRange(at+1, len(raw)).Draw(t, "to"):]...)
		},
		"cut": func(t *rapid.T, raw []byte) []byte { return raw[:rapid.IntRange(0, len(raw)-1).Draw(t, "at")] },
		"swap": func(t *rapid.T, raw []byte) []byte {
			a, b := rapid.IntRange(0, len(raw)-1).Draw(t, "a"), rapid.IntRange(0, len(raw)-1).Draw(t, "b")
			raw[a], raw[b] = raw[b], raw[a]
			return raw
		},
	}
	for name, edit := range edits {
		t.Run(name, rapid.MakeCheck(func(t *rapid.T) {
			changed := edit(t, bytes.Clone(raw))
			if bytes.Equal(changed, raw) || found(changed) {
				return
			}
			if len(changed) != len(raw) || contents(changed) != whole {
				t.Fatal("nothing tells of the edit")
			}
		}))
	}
}

// TestArchiveIsSealed changes what surrounds the files: order, times, comments, what stands before, between and behind.
func TestArchiveIsSealed(t *testing.T) {
	raw := made(t, newStore(), nil)
	in, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	again := func(change func(order []*zip.File, w *zip.Writer)) []byte {
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		order := append([]*zip.File(nil), in.File...)
		change(order, w)
		for _, f := range order {
			if err := w.Copy(f); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	if found(again(func([]*zip.File, *zip.Writer) {})) {
		t.Fatal("an archive that was copied as it is does not hold")
	}
	for name, changed := range map[string][]byte{
		"order": again(func(order []*zip.File, _ *zip.Writer) { order[0], order[1] = order[1], order[0] }),
		"comment": again(func(_ []*zip.File, w *zip.Writer) {
			if err := w.SetComment("signed by the county"); err != nil {
				t.Fatal(err)
			}
		}),
		"before": append([]byte("MZ"), raw...),
		"behind": append(bytes.Clone(raw), 0),
		"time": again(func(order []*zip.File, _ *zip.Writer) {
			f := *order[0]
			f.ModifiedDate++
			order[0] = &f
		}),
	} {
		if !found(changed) {
			t.Errorf("%s: nothing tells of it", name)
		}
	}
}

// TestForeignManifest puts the manifest of another package, which is whole in itself, into a package.
func TestForeignManifest(t *testing.T) {
	other := newStore()
	other.findings[0].N = 13
	var foreign []byte
	rewrite(t, made(t, other, nil), func(name string, content []byte) []byte {
		if name == "MANIFEST.sha256" {
			foreign = content
		}
		return content
	})
	c := open(t, rewrite(t, made(t, newStore(), nil), func(name string, content []byte) []byte {
		if name == "MANIFEST.sha256" {
			return foreign
		}
		return content
	})).Check(nil, "")
	if all := strings.Join(c.Faults, "\n"); !strings.Contains(all, "findings.ndjson was changed") {
		t.Error(all)
	}
}
