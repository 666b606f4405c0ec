package analyzer

import (
	"encoding/binary"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/zeebo/xxh3"
	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/queries"
)

// What is kept must be all there is: a field of a profile or alignment that does not survive would make the next analysis
// judge otherwise than one that begins anew.
func TestEvidenceKeepsEveryField(t *testing.T) {
	for _, kept := range []any{Profile{}, Alignment{}, formEvidence{}, fieldEvidence{}, sampledRows{}, metWay{}, metPair{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(kept)) {
			if !f.IsExported() {
				t.Errorf("%T.%s is not kept, because it is not exported", kept, f.Name)
			}
		}
	}
	values := []string{"4", "五保户", "2026-01-02", "13800000000", "rid:1f", "name:2", "3.25", "农户 A", ""}
	rapid.Check(t, func(t *rapid.T) {
		p := NewProfiler()
		for range rapid.IntRange(0, 200).Draw(t, "n") {
			p.Add(rapid.SampledFrom(values).Draw(t, "value") + rapid.StringMatching(`[0-9a-z]{0,3}`).Draw(t, "more"))
		}
		want := formEvidence{
			Fields: []fieldEvidence{{}, {Filled: 7, Profile: *p.Profile()}},
			Rows: sampledRows{
				Units: []string{"330101"}, Unit: []uint32{0, 0}, Days: []int32{-5, 20000}, Subjects: []uint64{0, 1 << 63}, Persons: []uint64{0, 0},
				Filers: []uint64{3, 4}, Sent: []int64{-1, 1}, Values: []string{"4", ""}, Columns: [][]uint32{{0, 2}, nil},
			},
		}
		row, err := pack("f", valuesPart, rapid.Uint64().Draw(t, "print"), time.Time{}, want)
		if err != nil {
			t.Fatal(err)
		}
		var got formEvidence
		if err := unpack(row, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateNaNs()); diff != "" {
			t.Fatal(diff)
		}
		torn := []byte(row.Packed)
		at := rapid.IntRange(0, len(torn)-1).Draw(t, "at")
		torn[at] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if unpack(queries.EvidenceRow{Print: row.Print, Packed: string(torn)}, &got) == nil {
			t.Fatalf("a flipped bit in byte %d of %d goes unnoticed", at, len(torn))
		}
		if unpack(queries.EvidenceRow{Print: row.Print + 1, Packed: row.Packed}, &got) == nil {
			t.Fatal("evidence of another print goes unnoticed")
		}
	})
}

// Whatever lies in the store under a right checksum, reading it ends without a panic and gives rows that can be indexed.
func FuzzUnpackEvidence(f *testing.F) {
	row, err := pack("f", valuesPart, 1, time.Time{}, formEvidence{
		Fields: make([]fieldEvidence, 1),
		Rows:   sampledRows{Units: []string{"u"}, Unit: []uint32{0}, Days: []int32{1}, Subjects: []uint64{1}, Persons: []uint64{1}, Filers: []uint64{1}, Sent: []int64{1}, Values: []string{"v"}, Columns: [][]uint32{{1}}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(row.Packed[8:]))
	row, err = pack("f", meetingsPart, 1, time.Time{}, []meeting{{Other: "g", Ways: []metWay{{Kind: joinPeriod}}, Pairs: []metPair{{A: 1, Alignment: Alignment{N: 3}}}}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(row.Packed[8:]))
	f.Fuzz(func(t *testing.T, packed []byte) {
		sealed := binary.LittleEndian.AppendUint64(nil, xxh3.HashSeed(packed, 1))
		row := queries.EvidenceRow{Print: 1, Packed: string(append(sealed, packed...))}
		form := dupForm{Form: queries.Form{ID: "f"}, fields: make([]dupField, 1)}
		e := &formEvidence{}
		if unpack(row, e) == nil && e.fits(&form) {
			form.evidence = e
			d := &dupData{forms: []dupForm{form}, dictionary: newDictionary(), units: map[string]uint32{"": 0, "u": 1}}
			d.take(&d.forms[0])
		}
		var list []meeting
		if unpack(row, &list) == nil {
			for i := range list {
				list[i].fits(&form, &form)
			}
		}
	})
}
