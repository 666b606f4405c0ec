// Package token makes and reads the secrets of the API: "jf_", 32 random characters, and a checksum by which scanners for
// leaked secrets tell a token from a text that looks like one.
package token

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"hash/crc32"
	"math/big"
	"strings"
)

const (
	prefix   = "jf_"
	secret   = 32 // characters of 62: 190 bits
	checksum = 6  // characters: CRC-32 (IEEE) of all that stands before
	alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// New makes a token.
func New() (string, error) {
	var b strings.Builder
	b.WriteString(prefix)
	for range secret {
		n, err := rand.Int(rand.Reader, big.NewInt(int64(len(alphabet))))
		if err != nil {
			return "", err
		}
		b.WriteByte(alphabet[n.Int64()])
	}
	return b.String() + sum(b.String()), nil
}

// sum is the checksum of the part of a token before it.
func sum(text string) string {
	n := crc32.ChecksumIEEE([]byte(text))
	var out [checksum]byte
	for i := range out {
		out[checksum-1-i] = alphabet[n%uint32(len(alphabet))]
		n /= uint32(len(alphabet))
	}
	return string(out[:])
}

// Hash is what is stored of a token, in hexadecimal digits. A token has 190 random bits, so that a slow hash would add
// nothing. ok is false for what is no token.
func Hash(text string) (hash string, ok bool) {
	body, is := strings.CutPrefix(text, prefix)
	if !is || len(body) != secret+checksum || strings.Trim(body, alphabet) != "" || sum(text[:len(text)-checksum]) != body[secret:] {
		return "", false
	}
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:]), true
}

// ID is the public name of a token: the beginning of its hash.
func ID(hash string) string { return hash[:10] }
