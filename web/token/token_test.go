package token_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/jianfu/jianfu/web/token"
)

func TestTokens(t *testing.T) {
	seen := map[string]bool{}
	for range 200 {
		text, err := token.New()
		if err != nil {
			t.Fatal(err)
		}
		hash, ok := token.Hash(text)
		if !ok || !regexp.MustCompile(`^jf_[0-9A-Za-z]{38}$`).MatchString(text) || len(hash) != 64 || strings.Contains(hash, text[3:20]) {
			t.Fatalf("%s: %v %s", text, ok, hash)
		}
		if seen[text] || seen[token.ID(hash)] {
			t.Fatal("twice the same")
		}
		seen[text], seen[token.ID(hash)] = true, true
	}
}

// TestOneWrongCharacterIsNoToken changes one character of a token: CRC-32 finds every such change.
func TestOneWrongCharacterIsNoToken(t *testing.T) {
	text, err := token.New()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		at := rapid.IntRange(0, len(text)-1).Draw(r, "at")
		c := rapid.Byte().Draw(r, "byte")
		if text[at] == c {
			return
		}
		if _, ok := token.Hash(text[:at] + string(rune(c)) + text[at+1:]); ok {
			r.Fatal("still a token")
		}
	})
	for _, other := range []string{"", "jf_", text[3:], text + "0", text[:len(text)-1], " " + text} {
		if _, ok := token.Hash(other); ok {
			t.Errorf("%q is a token", other)
		}
	}
}

func FuzzHash(f *testing.F) {
	text, err := token.New()
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range []string{text, "", "jf_", "jf_" + strings.Repeat("0", 38), "jf_" + strings.Repeat("界", 13)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		hash, ok := token.Hash(s)
		if ok && (len(s) != 41 || len(hash) != 64) || !ok && hash != "" {
			t.Errorf("%q: %v %q", s, ok, hash)
		}
	})
}
