// Package account knows people: their passwords and second factors, who is signed in, and who has tried too often. It decides who
// somebody is; what that person may see is decided in web/access and enforced in web.
package account

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// Parameters of argon2id: the second recommended option of RFC 9106, section 4 (64 MiB, three passes), with two lanes.
const (
	memory  = 64 << 10 // KiB
	passes  = 3
	lanes   = 2
	saltLen = 16
	keyLen  = 32
)

// least and most are the characters of a password: at least twelve, and at most as many as nobody types (NIST SP 800-63B, 3.1.1.2
// asks for eight at least, and for 64 to be allowed).
const (
	least = 12
	most  = 128
)

// ErrWeak says what is wrong with a new password, by the key of a text under account.weak.
type ErrWeak struct{ Key string }

func (e ErrWeak) Error() string {
	switch e.Key {
	case "short":
		return fmt.Sprintf("the password is shorter than %d characters", least)
	case "long":
		return fmt.Sprintf("the password is longer than %d characters", most)
	case "name":
		return "the password holds the name of the account"
	}
	return "the password is one that is guessed first"
}

// common are the stems of passwords that are guessed first, as they are found in published lists of leaked ones.
var common = []string{
	"password", "123456", "qwerty", "abc123", "iloveyou", "admin", "welcome", "letmein", "woaini", "5201314", "000000", "111111", "888888", "666666", "jianfu", "changeme",
}

// Check refuses a new password that is too short, holds the name, repeats itself, or is built on a common one.
func Check(password, name string) error {
	lower := strings.ToLower(password)
	switch n := utf8.RuneCountInString(password); {
	case n < least:
		return ErrWeak{"short"}
	case n > most:
		return ErrWeak{"long"}
	case name != "" && strings.Contains(lower, strings.ToLower(name)):
		return ErrWeak{"name"}
	}
	kinds := map[rune]bool{}
	for _, r := range lower {
		kinds[r] = true
	}
	if len(kinds) < 5 {
		return ErrWeak{"common"}
	}
	for _, stem := range common {
		// What is left beside the stem must make a password of its own.
		if strings.Contains(lower, stem) && utf8.RuneCountInString(strings.ReplaceAll(lower, stem, "")) < least-4 {
			return ErrWeak{"common"}
		}
	}
	return nil
}

// Generate makes a password of 104 random bits that can be read aloud.
func Generate() string {
	text := strings.ToLower(rand.Text())[:21]
	return text[:7] + "-" + text[7:14] + "-" + text[14:]
}

// Hash gives a password in PHC form, under a salt of its own.
func Hash(password string) (string, error) {
	salt := make([]byte, saltLen)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("unable to make a salt: %w", err)
	}
	key := argon2.IDKey([]byte(password), salt, passes, memory, lanes, keyLen)
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, memory, passes, lanes,
		base64.RawStdEncoding.EncodeToString(salt), base64.RawStdEncoding.EncodeToString(key)), nil
}

// matches says whether a password is that of a hash. A hash that cannot be read is nobody's.
func matches(password, hash string) (bool, error) {
	var version, m, t, p int
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[1] != "argon2id" {
		return false, errors.New("unable to read the hash of a password")
	}
	if _, err := fmt.Sscanf(parts[2]+" "+parts[3], "v=%d m=%d,t=%d,p=%d", &version, &m, &t, &p); err != nil || version != argon2.Version ||
		m < 8 || m > 1<<20 || t < 1 || t > 16 || p < 1 || p > 16 {
		return false, errors.New("unable to read the parameters of a password's hash")
	}
	salt, err := base64.RawStdEncoding.DecodeString(parts[4])
	if err != nil {
		return false, fmt.Errorf("unable to read the salt of a password: %w", err)
	}
	want, err := base64.RawStdEncoding.DecodeString(parts[5])
	if err != nil || len(want) < 16 || len(want) > 64 {
		return false, errors.New("unable to read the key of a password's hash")
	}
	got := argon2.IDKey([]byte(password), salt, uint32(t), uint32(m), uint8(p), uint32(len(want)))
	return subtle.ConstantTimeCompare(got, want) == 1, nil
}
