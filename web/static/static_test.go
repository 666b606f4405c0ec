package static

import (
	"crypto/sha256"
	"encoding/hex"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var variable = regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]{3,6});`)

// roles reads the colours of the first block after a mark.
func roles(t *testing.T, mark string) map[string]string {
	t.Helper()
	_, after, ok := strings.Cut(CSS, mark)
	if !ok {
		t.Fatalf("no %s", mark)
	}
	block, _, _ := strings.Cut(after, "}")
	out := map[string]string{}
	for _, m := range variable.FindAllStringSubmatch(block, -1) {
		out[m[1]] = m[2]
	}
	return out
}

// luminance and contrast are those of WCAG 2.2, relative luminance and contrast ratio.
func luminance(hex string) float64 {
	hex = strings.TrimPrefix(hex, "#")
	if len(hex) == 3 {
		hex = string([]byte{hex[0], hex[0], hex[1], hex[1], hex[2], hex[2]})
	}
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Text reaches 4.5:1 and the marks of charts and controls 3:1 (WCAG 2.2 AA, 1.4.3 and 1.4.11), in light, dark and print.
func TestContrast(t *testing.T) {
	light := roles(t, ":root {")
	for name, mark := range map[string]string{"light": ":root {", "dark": "(prefers-color-scheme: dark) {\n  :root {", "print": "@media print {\n  :root {"} {
		colours := roles(t, mark)
		for role, value := range light {
			if _, ok := colours[role]; !ok {
				colours[role] = value
			}
		}
		for _, pair := range [][2]string{
			{"ink", "paper"},
			{"ink", "canvas"},
			{"ink", "hover"},
			{"muted", "paper"},
			{"muted", "canvas"},
			{"muted", "hover"},
			{"accent", "paper"},
			{"accent", "canvas"},
			{"accent", "accent-soft"},
			{"accent-ink", "accent"},
			{"confirmed", "confirmed-soft"},
			{"verify", "verify-soft"},
			{"ink", "verify-soft"},
			{"fine", "fine-soft"},
			{"ink", "fine-soft"},
			{"empty", "paper"},
			{"accent", "hover"},
			{"q-low", "q1"},
			{"q-low", "q2"},
			{"q-low", "q3"},
			{"q-high", "q4"},
			{"q-high", "q5"},
			{"muted", "verify-soft"},
			{"muted", "accent-soft"},
			{"ink", "accent-soft"},
		} {
			if got := contrast(colours[pair[0]], colours[pair[1]]); got < 4.5 {
				t.Errorf("%s: %s on %s has %.2f:1", name, pair[0], pair[1], got)
			}
		}
		for _, pair := range [][2]string{{"accent", "paper"}, {"expected", "paper"}, {"second", "paper"}, {"verify", "paper"}} {
			if got := contrast(colours[pair[0]], colours[pair[1]]); got < 3 {
				t.Errorf("%s: the mark %s on %s has %.2f:1", name, pair[0], pair[1], got)
			}
		}
	}
}

// The sheet loads nothing from anywhere.
func TestSheetIsSelfContained(t *testing.T) {
	for _, forbidden := range []string{"@import", "url(", "http:", "https:", "</style"} {
		if strings.Contains(CSS, forbidden) {
			t.Errorf("the sheet holds %s", forbidden)
		}
	}
	if strings.Count(CSS, "{") != strings.Count(CSS, "}") {
		t.Error("braces do not match")
	}
}

// htmx is the published file to the byte: dist/htmx.min.js of the npm package htmx.org 2.0.11.
func TestHtmxIsAsPublished(t *testing.T) {
	const published = "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
	if got := sha256.Sum256(Scripts["htmx.min.js"]); hex.EncodeToString(got[:]) != published {
		t.Errorf("its SHA-256 is %x", got)
	}
}

// Our own script stays small, and does nothing that the policy of the pages forbids.
func TestOwnScriptIsSmall(t *testing.T) {
	own := string(Scripts["jianfu.js"])
	if len(own) == 0 || len(own) > 6<<10 {
		t.Errorf("%d bytes", len(own))
	}
	for _, forbidden := range []string{"eval(", "Function(", "innerHTML", "http:", "https:", ".style."} {
		if strings.Contains(own, forbidden) {
			t.Errorf("it uses %s", forbidden)
		}
	}
}
