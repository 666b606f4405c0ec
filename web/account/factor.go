package account

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"image/png"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

// Key seals what must not be read from the store. It has 32 bytes and lives outside of it.
type Key [32]byte

func (k Key) cipher() (cipher.AEAD, error) {
	block, err := aes.NewCipher(k[:])
	if err != nil {
		return nil, fmt.Errorf("unable to use the key of accounts: %w", err)
	}
	return cipher.NewGCM(block)
}

// seal encrypts a secret of an account (AES-256-GCM); bound to the account's name, it opens under no other.
func (k Key) seal(secret, name string) (string, error) {
	aead, err := k.cipher()
	if err != nil {
		return "", err
	}
	nonce := make([]byte, aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", fmt.Errorf("unable to make a nonce: %w", err)
	}
	return base64.RawStdEncoding.EncodeToString(aead.Seal(nonce, nonce, []byte(secret), []byte(name))), nil
}

func (k Key) open(sealed, name string) (string, error) {
	aead, err := k.cipher()
	if err != nil {
		return "", err
	}
	raw, err := base64.RawStdEncoding.DecodeString(sealed)
	if err != nil || len(raw) < aead.NonceSize() {
		return "", errors.New("unable to read the second factor: it is damaged")
	}
	text, err := aead.Open(nil, raw[:aead.NonceSize()], raw[aead.NonceSize():], []byte(name))
	if err != nil {
		return "", errors.New("unable to open the second factor: the key of accounts in the state folder is another one")
	}
	return string(text), nil
}

// Factor is a second factor that is being set up: nothing is kept until a first code was right.
type Factor struct {
	Secret string // base32, to be typed in
	URL    string // otpauth://
	PNG    string // the URL as a picture of two dimensions (QR code), as a data: address
}

const period = 30 // seconds of a code, RFC 6238

// NewFactor makes a secret for codes by time (RFC 6238: six digits, 30 seconds, SHA-1, which every telephone knows).
func NewFactor(name string) (*Factor, error) {
	return drawFactor(totp.GenerateOpts{Issuer: "Jianfu", AccountName: name})
}

func drawFactor(o totp.GenerateOpts) (*Factor, error) {
	o.Period, o.Digits, o.Algorithm = period, otp.DigitsSix, otp.AlgorithmSHA1
	key, err := totp.Generate(o)
	if err != nil {
		return nil, fmt.Errorf("unable to make a second factor: %w", err)
	}
	picture, err := key.Image(240, 240)
	if err != nil {
		return nil, fmt.Errorf("unable to draw a second factor: %w", err)
	}
	var out bytes.Buffer
	if err := png.Encode(&out, picture); err != nil {
		return nil, fmt.Errorf("unable to draw a second factor: %w", err)
	}
	return &Factor{Secret: key.Secret(), URL: key.URL(), PNG: "data:image/png;base64," + base64.StdEncoding.EncodeToString(out.Bytes())}, nil
}

// step is the step of time that a code belongs to, now or one before or after; ok is false where it belongs to none.
func step(code, secret string, now time.Time) (at int64, ok bool) {
	code = strings.ReplaceAll(strings.TrimSpace(code), " ", "")
	for _, off := range []int64{0, -1, 1} {
		moment := now.Add(time.Duration(off) * period * time.Second)
		right, err := totp.ValidateCustom(code, secret, moment, totp.ValidateOpts{Period: period, Skew: 0, Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && right {
			return moment.Unix() / period, true
		}
	}
	return 0, false
}

// NewRecovery makes codes that stand in for the second factor once each, and their hashes.
func NewRecovery() (codes, hashes []string) {
	for range 8 {
		code := strings.ToLower(rand.Text()[:10])
		codes, hashes = append(codes, code[:5]+"-"+code[5:]), append(hashes, recoveryHash(code))
	}
	return codes, hashes
}

func recoveryHash(code string) string {
	sum := sha256.Sum256([]byte(strings.ToLower(strings.NewReplacer("-", "", " ", "").Replace(code))))
	return hex.EncodeToString(sum[:])
}

// SameFactor draws a second factor again that is still being set up.
func SameFactor(name, secret string) (*Factor, error) {
	raw, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil || len(raw) < 16 {
		return nil, errors.New("unable to read the secret of a second factor")
	}
	return drawFactor(totp.GenerateOpts{Issuer: "Jianfu", AccountName: name, Secret: raw})
}
